package replay

import (
	"fmt"
	"io"
	"math"
	"time"

	"candour/internal/concern"
)

// Centre is one of the twelve centres of the Bristol replay.
type Centre struct {
	Name               string
	Operations, Deaths float64
	Level              float64
}

// Bristol compares the centres of 1991–95, open operations on children under
// one year, in one period of four years.
func Bristol() ([]Centre, error) {
	rows, err := table(bristolFile)
	if err != nil {
		return nil, err
	}
	eng, err := concern.New(lone(), []concern.Stream{{ID: "deaths", Name: "Deaths within 30 days", Kind: concern.Proportion, Family: "mortality", Every: 12}})
	if err != nil {
		return nil, err
	}
	end := concern.NewMonth(1995, time.March)
	var out []Centre
	for _, r := range rows {
		v, err := numbers(r[1:3])
		if err != nil {
			return nil, err
		}
		out = append(out, Centre{Name: r[0], Operations: v[0], Deaths: v[1]})
		if err := eng.Observe(concern.Observation{Provider: concern.ProviderID(r[0]), Stream: "deaths", Month: end, Available: end, Value: v[1], Den: v[0]}); err != nil {
			return nil, err
		}
	}
	list, err := eng.AsOf(end + 5) // the level looks at months at least four back
	if err != nil {
		return nil, err
	}
	for i := range out {
		for _, a := range list {
			if a.Provider == concern.ProviderID(out[i].Name) {
				out[i].Level = a.Level
			}
		}
	}
	return out, nil
}

func writeBristol(w io.Writer) error {
	centres, err := Bristol()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "# Bristol, 1991 to 1995\n\nOpen heart operations on children under one, deaths within 30 days, twelve centres.\n\n")
	for _, c := range centres {
		fmt.Fprintf(w, "- %-20s %3.0f of %3.0f (%.1f%%), level %.2f\n", c.Name, c.Deaths, c.Operations, 100*c.Deaths/c.Operations, c.Level)
	}
	_, err = fmt.Fprintf(w, "\nOne period of four years: nothing can be said of a change, only of the level against peers.\n\n")
	return err
}

// Year is one year of the Shipman replay.
type Year struct {
	Year               int
	Observed, Expected float64
	Ratio              float64 // log-likelihood ratio for doubled deaths, never below 0
	Score              float64 // change score against his own past
}

// crossing is the log-likelihood ratio at which the published monitoring
// example raises: 4.6 is ln(0.99/0.01), both errors 1%.
const crossing = 4.6

// Shipman runs the years 1977 to 1998, patients aged 65 and over, through the
// engine (own past) and through the plain test against the expected deaths.
func Shipman() ([]Year, error) {
	rows, err := table(shipmanFile)
	if err != nil {
		return nil, err
	}
	eng, err := concern.New(lone(), []concern.Stream{{ID: "deaths", Name: "Deaths of patients over 65", Kind: concern.Count, Family: "mortality", Every: 12, Shift: math.Ln2}})
	if err != nil {
		return nil, err
	}
	var out []Year
	ratio := 0.0
	for _, r := range rows {
		v, err := numbers(r)
		if err != nil {
			return nil, err
		}
		end := concern.NewMonth(int(v[0]), time.December)
		if err := eng.Observe(concern.Observation{Provider: "practice", Stream: "deaths", Month: end, Available: end, Value: v[1], Expected: v[2]}); err != nil {
			return nil, err
		}
		list, err := eng.AsOf(end)
		if err != nil {
			return nil, err
		}
		ratio = max(0, ratio+v[1]*math.Ln2-v[2])
		out = append(out, Year{int(v[0]), v[1], v[2], ratio, list[0].Score.Score})
	}
	return out, nil
}

func writeShipman(w io.Writer) error {
	years, err := Shipman()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "# Shipman, 1977 to 1998\n\nDeaths certified of patients aged 65 and over, against expected from local practices.\n\n")
	crossed, most := 0, 0.0
	for _, y := range years {
		most = max(most, y.Score)
		fmt.Fprintf(w, "- %d: %2.0f deaths, %.1f expected; against expected %6.1f; change against own past %.2f\n", y.Year, y.Observed, y.Expected, y.Ratio, y.Score)
		if crossed == 0 && y.Ratio >= crossing {
			crossed = y.Year
		}
	}
	_, err = fmt.Fprintf(w, "\nAgainst the expected deaths the evidence for a doubling first passes %.1f in the figures of %d.\n"+
		"Against his own past the change never exceeds %.2f; an alert needs %.2f, and a second family that agrees.\n\n", crossing, crossed, most, concern.Default().Budget(0.2).Score)
	return err
}

// writeMidStaffs writes the dated facts, and the level that the figures allow
// under stated assumptions.
func writeMidStaffs(w io.Writer) error {
	rows, err := table(midStaffsFile)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "# Mid Staffordshire, 2001 to 2008\n\nDated facts, by when they could be known.\n\n")
	var ratios []float64
	for _, r := range rows {
		fmt.Fprintf(w, "- %s (happened %s) %s. Source: %s\n", r[1], r[0], r[4], r[5])
		if r[2] == "ratio" {
			v, err := numbers(r[3:4])
			if err != nil {
				return err
			}
			ratios = append(ratios, v[0])
		}
	}
	fmt.Fprintf(w, "\nLevel that a mortality ratio alone would give, if trusts' ratios have a standard deviation of 8 to 12 points:\n\n")
	for _, x := range ratios {
		lo, hi := LevelRange(x)
		fmt.Fprintf(w, "- HSMR %.0f: level %.1f to %.1f; an alert needs %.1f\n", x, lo, hi, concern.Default().Budget(0.2).Level)
	}
	_, err = fmt.Fprintf(w, "\nThe series behind the soft signals were never kept, so no score can be replayed for the trust.\n")
	return err
}

// LevelRange is the standing level of a ratio (100 is national) under the
// assumption that ratios vary between trusts with a standard deviation of 12 to
// 8 points; one part cannot exceed 3.
func LevelRange(ratio float64) (lo, hi float64) {
	bound := func(sd float64) float64 { return min(max((ratio-100)/sd, 0), 3) }
	return bound(12), bound(8)
}
