package funnel

import (
	"fmt"
	"math"
	"sort"
)

// Band places a unit's value against the judging limits at both levels.
type Band int8

// The bands, in order of value. NotJudged sorts apart.
const (
	NotJudged Band = -128
	FarBelow  Band = -2 // below the 99.8% limit
	Below     Band = -1 // below the 95% limit
	Within    Band = 0
	Above     Band = 1 // above the 95% limit
	FarAbove  Band = 2 // above the 99.8% limit
)

// SHMI is the published band: 1 higher than expected, 2 as expected, 3 lower, by
// the 95% limits; 0 for a unit that is not judged.
func (b Band) SHMI() int {
	switch {
	case b == NotJudged:
		return 0
	case b > Within:
		return 1
	case b < Within:
		return 3
	}
	return 2
}

// Unit is one provider's place in the funnel.
type Unit struct {
	Num, Den   float64 // as used: Den is rounded when Settings.RoundExpected
	Value      float64 // times Multiplier; NaN when not judged
	Z          float64 // before any allowance; −Inf for no events on the Log scale
	ZUsed      float64 // what went into φ; NaN when truncated or not judged
	ZAdjusted  float64 // after the allowance if adjusted limits judge, else z; with half an event where z is −Inf, so always finite
	Percentile float64 // share of judged units with a lower value, ties counted half, 0 to 100
	Inner      Limits  // 95%
	Outer      Limits  // 99.8%
	Judging    Interval
	Band       Band
	Outlier    bool // beyond the judging limits at Settings.Level
	Reason     Reason
}

// Result is a cross-section with every unit, in the order given.
type Result struct {
	Fit   Fit
	Units []Unit
}

// Compare judges the units of one cross-section. num and den go together and
// have one element per unit; a missing value is NaN. Units that cannot be judged
// stay in the result with their Reason and count nowhere.
func Compare(num, den []float64, settings Settings) (*Result, error) {
	if len(num) != len(den) {
		return nil, fmt.Errorf("%d numerators and %d denominators", len(num), len(den))
	}
	if err := settings.Validate(); err != nil {
		return nil, err
	}
	s := settings.filled()
	var w work
	r := &Result{Fit: fit(num, den, &s, &w), Units: make([]Unit, len(num))}
	for i := range r.Units {
		u := &r.Units[i]
		*u = Unit{Num: num[i], Den: w.den[i], Reason: w.reason[i], Band: NotJudged, Z: w.z[i], ZUsed: math.NaN()}
		if u.Reason != Judged {
			u.Value, u.ZAdjusted, u.Percentile = math.NaN(), math.NaN(), math.NaN()
			none := Interval{math.NaN(), math.NaN()}
			u.Inner, u.Outer, u.Judging = Limits{none, none}, Limits{none, none}, none
			continue
		}
		r.Fit.place(u, den[i], w.s2[i])
	}
	percentiles(r.Units)
	return r, nil
}

// place fills a judged unit. given is its denominator before rounding.
func (f *Fit) place(u *Unit, given, s2 float64) {
	u.Value = f.value(u.Num, given)
	u.ZUsed = f.ZUsed(u.Z)
	u.ZAdjusted = f.zAdjusted(u.Z, u.Den, s2)
	u.Inner, u.Outer = f.Limits(u.Den, Level95), f.Limits(u.Den, Level998)
	u.Band = f.band(f.Judging(u.Inner), f.Judging(u.Outer), u.Num, u.Den, u.Value)
	u.Judging = f.Judging(f.Limits(u.Den, f.Settings.Level))
	u.Outlier = f.beyond(u.Judging, u.Num, u.Den, u.Value, f.Settings.Level) != 0
}

// band places a value against the limits at both levels.
func (f *Fit) band(inner, outer Interval, num, den, value float64) Band {
	return Band(f.beyond(inner, num, den, value, Level95) + f.beyond(outer, num, den, value, Level998))
}

// value is what is plotted, from the denominator as given.
func (f *Fit) value(num, den float64) float64 {
	if f.Settings.Kind == Mean {
		return num * f.Settings.Multiplier
	}
	return num / den * f.Settings.Multiplier
}

// zAdjusted is (y − θ')/√(s² + allowance). On the logarithmic scale no events
// have no y; half an event stands in, as in concern-design.md section 3.
func (f *Fit) zAdjusted(z, den, s2 float64) float64 {
	if f.Flat {
		return 0
	}
	if math.IsInf(z, -1) {
		e := den * f.Target
		z = math.Sqrt(e) * math.Min(0, math.Log(0.5/e))
	}
	if !f.Adjusted() {
		return z
	}
	return z * math.Sqrt(s2/f.inflate(s2))
}

// percentiles fills each judged unit's place among the judged values.
func percentiles(units []Unit) {
	values := make([]float64, 0, len(units))
	for _, u := range units {
		if u.Reason == Judged {
			values = append(values, u.Value)
		}
	}
	sort.Float64s(values)
	for i := range units {
		if u := &units[i]; u.Reason == Judged {
			below := sort.SearchFloat64s(values, u.Value)
			upTo := sort.Search(len(values), func(k int) bool { return values[k] > u.Value })
			u.Percentile = 100 * (float64(below) + float64(upTo)) / 2 / float64(len(values))
		}
	}
}
