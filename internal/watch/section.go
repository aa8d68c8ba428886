package watch

import (
	"math"

	"candour/internal/calendar"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/stat/funnel"
)

// Section is the cross-section of one indicator in one period.
type Section struct {
	Definition *indicator.Definition
	Period     calendar.Period
	Orgs       []org.Code
	Num, Den   []float64
	Result     *funnel.Result // nil when there are too few units to compare
}

// minUnits is how many providers a funnel needs: with fewer, "the others" is not
// a yardstick.
const minUnits = 5

// settings is the funnel that a definition asks for.
func settings(d *indicator.Definition) (funnel.Settings, bool) {
	var s funnel.Settings
	switch d.Funnel {
	case "sr":
		s = funnel.SHMI()
	case "pr":
		s = funnel.Settings{Kind: funnel.Proportion, Trim: funnel.Winsorise, TrimBy: 0.1, Overdispersion: funnel.Additive}
	case "rc":
		s = funnel.Settings{Kind: funnel.Rate, Trim: funnel.Winsorise, TrimBy: 0.1, Overdispersion: funnel.Additive}
	default:
		return s, false
	}
	s.MinDenominator, s.Multiplier = d.MinimumDenominator, d.Multiplier
	return s, true
}

// Sections arranges published observations of one indicator, in any order, into
// one cross-section for each period, and judges each. Organisations whose level
// the definition does not name must have been left out by the caller (R-IND-7).
func Sections(d *indicator.Definition, observations []indicator.Observation) (map[calendar.Period]*Section, error) {
	s, ok := settings(d)
	if !ok {
		return nil, nil
	}
	out := map[calendar.Period]*Section{}
	for i := range observations {
		o := &observations[i]
		if o.Presence != indicator.Valued || o.Denominator <= 0 || o.Partial() {
			continue
		}
		x := out[o.Period]
		if x == nil {
			x = &Section{Definition: d, Period: o.Period}
			out[o.Period] = x
		}
		x.Orgs, x.Num, x.Den = append(x.Orgs, o.Org), append(x.Num, o.Numerator), append(x.Den, o.Denominator)
	}
	for _, x := range out {
		if len(x.Orgs) < minUnits {
			continue
		}
		var err error
		if x.Result, err = funnel.Compare(x.Num, x.Den, s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Words is how the values of a definition are spoken of in a funnel's sentence.
func Words(d *indicator.Definition) funnel.Words {
	w := funnel.Words{Denominator: d.Denominator, Decimals: d.Decimals}
	if d.Unit == "%" {
		w.Unit = "%"
	}
	return w
}

// chance is the probability that chance alone puts a value this far out on the
// side that z lies on.
func chance(z float64) float64 { return math.Erfc(math.Abs(z)/math.Sqrt2) / 2 }
