package spc

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Kind is a chart of the Shewhart family.
type Kind string

// The kinds, with what a point is and when to use the chart.
const (
	KindRun    Kind = "run"  // run chart: median centre, no limits; any data, few assumptions
	KindI      Kind = "i"    // individuals: measurements or rates, one a period
	KindMR     Kind = "mr"   // moving ranges of individuals
	KindP      Kind = "p"    // proportions of cases
	KindPPrime Kind = "pp"   // proportions with large denominators (Laney P′)
	KindU      Kind = "u"    // counts per unit of exposure
	KindUPrime Kind = "up"   // counts per unit with large exposure (Laney U′)
	KindC      Kind = "c"    // counts over equal exposure
	KindIPrime Kind = "ip"   // individuals of unequal size (I′)
	KindG      Kind = "g"    // cases between rare events
	KindT      Kind = "t"    // time between rare events
	KindXbar   Kind = "xbar" // means of subgroups
	KindS      Kind = "s"    // standard deviations of subgroups
)

// Kinds is every kind, in the order of the documentation.
func Kinds() []Kind {
	return []Kind{
		KindRun, KindI, KindMR, KindP, KindPPrime, KindU, KindUPrime,
		KindC, KindIPrime, KindG, KindT, KindXbar, KindS,
	}
}

// NeedsDenominator reports whether the chart makes no sense without denominators.
func (k Kind) NeedsDenominator() bool {
	return k == KindP || k == KindPPrime || k == KindU || k == KindUPrime
}

// ShewhartOptions say how a Shewhart chart is calculated. Only Kind is needed.
type ShewhartOptions struct {
	Kind Kind
	// Screen drops moving ranges of 3.267 × their mean and more, once (charts i, t,
	// pp, up; for ip the constant is 3.2665).
	Screen bool
	// Freeze calculates centre and limits from the first so many points; 0 from all.
	// It is ignored when there are Parts.
	Freeze int
	// Parts are the last points, from 1, of stretches with limits of their own.
	Parts []int
	// Exclude are points, from 1, left out of the calculation and of the runs.
	Exclude []int
	// Multiply is applied to values and limits at the very end; 0 means 1.
	Multiply float64
	// Centre replaces the calculated centre line; nil calculates it.
	Centre *float64
	// Categorical says that the points have no order in time (units, not periods):
	// no runs, and Laney's sigma is the standard deviation of z.
	Categorical bool
	// Runs is how runs are judged; empty means Anhoej.
	Runs RunsMethod
}

// ControlPoint is one point of a Shewhart chart. Lower2 and Upper2 are at two
// standard deviations, Lower and Upper at three; NaN where there is no limit.
type ControlPoint struct {
	Value, Centre, Lower, Lower2, Upper2, Upper float64
	Part                                        int // index into ControlChart.Parts
	Baseline                                    bool
	Sigma                                       bool // beyond a three-sigma limit, strictly
}

// Part is a stretch of a chart with centre, limits and runs of its own.
type Part struct {
	Start, End int // positions; End is the first beyond
	Runs       Runs
}

// ControlChart is a calculated Shewhart chart.
type ControlChart struct {
	Points []ControlPoint
	Parts  []Part
}

// Shewhart calculates a chart from subgroups in order. Conventions are those of
// qicharts2 0.8.1; docs/methods/spc.md has the formulas, docs/methods/deviations.md
// where we differ. It fails on an unknown kind or method, on a multiplier or centre
// that is no number, on a time between events that is not above zero, and where
// denominators are needed and there are none.
func Shewhart(groups []Subgroup, o ShewhartOptions) (*ControlChart, error) {
	if err := o.check(groups); err != nil {
		return nil, err
	}
	chart := &ControlChart{Points: make([]ControlPoint, len(groups))}
	for _, bounds := range o.parts(len(groups)) {
		p := newPart(groups[bounds[0]:bounds[1]], bounds[0], &o)
		p.centreAndLimits()
		runs := p.finish(&o)
		copy(chart.Points[bounds[0]:], p.points)
		for i := bounds[0]; i < bounds[1]; i++ {
			chart.Points[i].Part = len(chart.Parts)
		}
		chart.Parts = append(chart.Parts, Part{Start: bounds[0], End: bounds[1], Runs: runs})
	}
	return chart, nil
}

func (o *ShewhartOptions) check(groups []Subgroup) error {
	if !slices.Contains(Kinds(), o.Kind) {
		return fmt.Errorf("chart is %q; it can be one of %v", o.Kind, Kinds())
	}
	if o.Runs != "" && o.Runs != Anhoej && o.Runs != BestBox && o.Runs != CutBox {
		return fmt.Errorf("runs method is %q; it can be anhoej, bestbox or cutbox", o.Runs)
	}
	if o.Freeze < 0 {
		return errors.New("freeze can't be negative")
	}
	if !present(o.Multiply) || o.Multiply < 0 {
		return fmt.Errorf("the multiplier must be a number above zero, and is %v", o.Multiply)
	}
	if o.Centre != nil && !present(*o.Centre) {
		return fmt.Errorf("the centre must be a number, and is %v", *o.Centre)
	}
	if o.Kind == KindT && o.Centre != nil && *o.Centre <= 0 {
		return fmt.Errorf("the centre of a time between events must be above zero, and is %v", *o.Centre)
	}
	for i := range groups {
		g := &groups[i]
		if o.Kind == KindT && g.Value <= 0 {
			return fmt.Errorf("point %d: a time between events must be above zero, and is %v", i+1, g.Value)
		}
		if o.Kind.NeedsDenominator() && math.IsNaN(g.Denominator) {
			return fmt.Errorf("chart %s needs a denominator for each point", o.Kind)
		}
	}
	return nil
}

// parts is the bounds of the stretches between the last points given.
func (o *ShewhartOptions) parts(n int) [][2]int {
	ends := []int{n}
	for _, end := range o.Parts {
		if end > 0 && end < n {
			ends = append(ends, end)
		}
	}
	slices.Sort(ends)
	var bounds [][2]int
	start := 0
	for _, end := range slices.Compact(ends) {
		if end > start {
			bounds = append(bounds, [2]int{start, end})
		}
		start = end
	}
	return bounds
}

// part is one stretch in work.
type part struct {
	o        *ShewhartOptions
	groups   []Subgroup
	values   []float64 // what is drawn
	base     []bool    // counts towards centre and limits
	included []bool    // counts towards the runs
	points   []ControlPoint
}

func newPart(groups []Subgroup, start int, o *ShewhartOptions) *part {
	n := len(groups)
	p := &part{
		o: o, groups: groups, values: make([]float64, n), base: make([]bool, n),
		included: make([]bool, n), points: make([]ControlPoint, n),
	}
	for i := range groups {
		at := start + i + 1
		p.values[i] = groups[i].Value
		p.included[i] = !slices.Contains(o.Exclude, at)
		baseline := o.Freeze == 0 || len(o.Parts) > 0 || at <= o.Freeze
		p.base[i] = p.included[i] && baseline
		p.points[i].Baseline = baseline
	}
	return p
}

// finish runs the analysis of runs, multiplies, and clears limits that are not
// finite, in that order.
func (p *part) finish(o *ShewhartOptions) Runs {
	var values, centre []float64
	for i := range p.points {
		if p.included[i] {
			values, centre = append(values, p.judged(i)), append(centre, p.points[i].Centre)
		}
	}
	runs := AnalyseRuns(values, centre, o.Runs)
	if o.Categorical || o.Kind == KindMR {
		runs.Signal = false // moving ranges that share a value are not independent
	}
	factor := 1.0
	if o.Multiply > 0 {
		factor = o.Multiply
	}
	for i := range p.points {
		at := &p.points[i]
		judged := p.judged(i) * factor
		at.Value = p.values[i] * factor
		at.Centre *= factor
		for _, limit := range []*float64{&at.Lower, &at.Lower2, &at.Upper2, &at.Upper} {
			if *limit *= factor; !present(*limit) {
				*limit = math.NaN()
			}
		}
		at.Sigma = judged > at.Upper || judged < at.Lower
	}
	return runs
}

// onCentre is how far, relative to the centre line, rounding can carry a value that
// is exactly on it: 16 units in the last place. Powers there and back (t) lose most.
const onCentre = 0x1p-48

// judged is the value of a point as the rules see it. Where value and centre come
// by different sums (weighted means, powers there and back), a value that differs
// from the centre by rounding alone is on it; else every point of a constant series
// would be special.
func (p *part) judged(i int) float64 {
	y, centre := p.values[i], p.points[i].Centre
	switch p.o.Kind {
	case KindP, KindPPrime, KindU, KindUPrime, KindIPrime, KindT, KindXbar:
		if math.Abs(y-centre) <= onCentre*math.Abs(centre) {
			return centre
		}
	}
	return y
}
