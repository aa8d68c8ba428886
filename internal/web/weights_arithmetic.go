package web

import (
	"fmt"
	"math"
	"strings"

	"candour/internal/concern"
)

// The steps of the calculation between what the tables of a page show, so that a
// reader with a pocket calculator can follow one score from its streams to its points.

// evidenceSum is the evidence of a family's streams added up.
func evidenceSum(f *concern.FamilyPart) float64 {
	sum := 0.0
	for i := range f.Streams {
		sum += f.Streams[i].Evidence
	}
	return sum
}

// overlapWords is what the sum is divided by for overlap: 1 + (streams − 1) × overlap
// (concern-design.md section 6). The factors are given where the parameters name the family
// and the number of its streams gives the divisor.
func overlapWords(par *concern.Params, f *concern.FamilyPart) string {
	sum := evidenceSum(f)
	if f.Evidence <= 0 || sum <= 0 {
		return "–"
	}
	by := sum / f.Evidence
	n := len(f.Streams) + len(f.Quiet)
	for _, known := range par.Families {
		if known.ID == f.Family && n > 1 && math.Abs(by-1-float64(n-1)*known.Overlap) < 5e-4 {
			return fmt.Sprintf("%s = 1 + (%d − 1) × %g", figure(by), n, known.Overlap)
		}
	}
	return figure(by)
}

// patternWords is the pattern's part as weight times log odds.
func patternWords(par *concern.Params, p concern.PatternPart) string {
	pattern := "the months look like “" + p.Name + "”"
	if p.Name == "" {
		pattern = "the months look like any pattern"
	}
	return fmt.Sprintf("%s: %s × %s, the log odds, above those of a provider as usual, that %s", figure(p.Part), figure(par.PatternWeight), figure(p.Part/par.PatternWeight), pattern)
}

// standingWeight is the weight of a part of the standing level in L.
func standingWeight(par *concern.Params, l *concern.StandingLine) string {
	if l.Level <= 0 || par.Lambda <= 0 {
		return "–"
	}
	return figure(l.Part / (par.Lambda * l.Level))
}

// sumWords is how the ranking score becomes points. What lies below nought is
// shown as nought.
func sumWords(par *concern.Params, a *concern.Assessment) string {
	exact := a.Ranking * par.PointFactor()
	// With five places of the factor, two of the product are those of what is printed.
	text := fmt.Sprintf("%d: %s × %s = %s, rounded", a.Points, figure(a.Ranking), fmt.Sprintf("%.5f", par.PointFactor()), strings.Replace(fmt.Sprintf("%.2f", exact), "-", "−", 1))
	if exact < 0 {
		return text + "; below nought is shown as nought"
	}
	return text + "; the parts are rounded so that they add up to it"
}
