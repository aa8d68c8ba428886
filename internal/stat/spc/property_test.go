package spc_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"candour/internal/stat/peertest"
	"candour/internal/stat/spc"
)

// wholeSeries draws series of whole numbers, whose sums are exact, with ties, gaps
// and runs.
func wholeSeries() *rapid.Generator[[]float64] {
	point := rapid.Custom(func(t *rapid.T) float64 {
		if rapid.IntRange(0, 15).Draw(t, "gap") == 0 {
			return math.NaN()
		}
		return float64(rapid.IntRange(-20, 20).Draw(t, "value"))
	})
	return rapid.SliceOfN(point, 0, 60)
}

func anySettings() *rapid.Generator[spc.Settings] {
	return rapid.Custom(func(t *rapid.T) spc.Settings {
		return spc.Settings{
			Screen: rapid.Bool().Draw(t, "screen"), ShiftLength: rapid.IntRange(6, 8).Draw(t, "shift"),
			TrendLength: rapid.IntRange(6, 8).Draw(t, "trend"), TwoOfThreeOutside: rapid.Bool().Draw(t, "outside"),
			FixAfter:      rapid.SampledFrom([]int{0, 2, 12, 24}).Draw(t, "fix"),
			MinimumLimits: rapid.SampledFrom([]int{0, 6}).Draw(t, "limits"), MinimumIcons: rapid.SampledFrom([]int{0, 13}).Draw(t, "icons"),
			ImprovementWins: rapid.Bool().Draw(t, "wins"), IconOfLastPeriod: rapid.Bool().Draw(t, "last"), Reference: rapid.Bool().Draw(t, "reference"),
		}
	})
}

func judge(t *rapid.T, values []float64, s spc.Settings, d spc.Direction) spc.Results {
	var r spc.Results
	p := spc.Panel{Values: values, Offsets: []int{0, len(values)}, Directions: []spc.Direction{d}}
	if err := spc.Judge(&p, s, 1, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestShiftingASeriesShiftsItsLimitsAndKeepsItsMarks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values, s := wholeSeries().Draw(t, "values"), anySettings().Draw(t, "settings")
		by := float64(rapid.IntRange(-64, 64).Draw(t, "by"))
		moved := slices.Clone(values)
		for i := range moved {
			moved[i] += by
		}
		a, b := judge(t, values, s, spc.Increase), judge(t, moved, s, spc.Increase)
		g, h := a.Segments[0], b.Segments[0]
		if !peertest.Agree(g.Mean+by, h.Mean) || !peertest.Agree(g.Upper+by, h.Upper) || !peertest.Agree(g.Lower+by, h.Lower) {
			t.Fatalf("limits %+v moved by %v are %+v", g, by, h)
		}
		sameMarks(t, values, g, a.Marks, b.Marks)
	})
}

func TestScalingASeriesByAPowerOfTwoKeepsItsMarks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values, s := wholeSeries().Draw(t, "values"), anySettings().Draw(t, "settings")
		by := math.Ldexp(1, rapid.IntRange(-30, 30).Draw(t, "by"))
		scaled := slices.Clone(values)
		for i := range scaled {
			scaled[i] *= by
		}
		a, b := judge(t, values, s, spc.Increase), judge(t, scaled, s, spc.Increase)
		if g, h := a.Segments[0], b.Segments[0]; math.Float64bits(g.Upper*by) != math.Float64bits(h.Upper) && g.HasLimits() {
			t.Fatalf("limits %+v scaled by %v are %+v", g, by, h)
		}
		if !slices.Equal(a.Marks, b.Marks) {
			t.Fatalf("marks %b became %b", a.Marks, b.Marks)
		}
	})
}

// sameMarks allows a difference only where a value lies on a line to the last
// digits, where adding a constant can round it to the other side.
func sameMarks(t *rapid.T, values []float64, g spc.Segment, a, b []spc.Marks) {
	for _, x := range values {
		for _, line := range []float64{g.Mean, g.Lower, g.Upper, g.NearLower, g.NearUpper} {
			if math.Abs(x-line) < 1e-9 {
				return
			}
		}
	}
	for i := range a {
		if !slices.Equal(a[i].Rules(), b[i].Rules()) {
			t.Fatalf("point %d: %v became %v", i, a[i].Rules(), b[i].Rules())
		}
	}
}

func TestUpsideDownImprovementIsConcern(t *testing.T) {
	t.Parallel()
	swap := map[spc.Variation]spc.Variation{
		spc.ImprovementHigh: spc.ConcernLow, spc.ConcernLow: spc.ImprovementHigh,
		spc.VariationCommonCause: spc.VariationCommonCause, spc.VariationUnknown: spc.VariationUnknown,
	}
	rapid.Check(t, func(t *rapid.T) {
		values, s := wholeSeries().Draw(t, "values"), anySettings().Draw(t, "settings")
		s.ImprovementWins = false
		flipped := slices.Clone(values)
		for i := range flipped {
			flipped[i] = -flipped[i]
		}
		a, b := judge(t, values, s, spc.Increase), judge(t, flipped, s, spc.Increase)
		if swap[a.Variation[0]] != b.Variation[0] {
			t.Fatalf("%v turned over is %v", a.Variation[0], b.Variation[0])
		}
		for i := range a.Marks {
			for rule := spc.Outside; rule <= spc.Shift; rule++ {
				if a.Marks[i].On(rule, spc.High) != b.Marks[i].On(rule, spc.Low) {
					t.Fatalf("point %d, %v: %b and %b", i, rule, a.Marks[i], b.Marks[i])
				}
			}
		}
	})
}

func TestTheOrderOfSeriesInAPanelDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first, second := wholeSeries().Draw(t, "first"), wholeSeries().Draw(t, "second")
		s := anySettings().Draw(t, "settings")
		var both spc.Results
		p := spc.Panel{Values: slices.Concat(second, first), Offsets: []int{0, len(second), len(first) + len(second)}}
		if err := spc.Judge(&p, s, 2, &both); err != nil {
			t.Fatal(err)
		}
		alone := judge(t, first, s, spc.Neutral)
		if !slices.Equal(alone.Marks, both.Marks[len(second):]) || alone.Variation[0] != both.Variation[1] {
			t.Fatalf("%b alone, %b after another", alone.Marks, both.Marks[len(second):])
		}
	})
}

func TestAMarkAlwaysHasItsReason(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values, s := wholeSeries().Draw(t, "values"), anySettings().Draw(t, "settings")
		c, err := spc.NewChart(spc.Series{Values: values, Direction: spc.Increase}, s)
		if err != nil {
			t.Fatal(err)
		}
		explained := make([]map[spc.Rule]bool, len(values))
		for i := range explained {
			explained[i] = map[spc.Rule]bool{}
		}
		for _, signal := range c.Signals {
			if signal.Sentence == "" || signal.Plain == "" || signal.Ends == "" {
				t.Fatalf("%+v lacks a sentence", signal)
			}
			if signal.Rule == spc.Shift && len(signal.Points) < s.ShiftLength || signal.Rule == spc.Trend && len(signal.Points) < s.TrendLength || signal.Rule == spc.TwoOfThree && len(signal.Points) < 2 {
				t.Fatalf("%+v is too short", signal)
			}
			for _, i := range signal.Points {
				explained[i][signal.Rule] = true
			}
		}
		for i, p := range c.Points {
			if len(p.Marks.Rules()) != len(explained[i]) {
				t.Fatalf("point %d has %v and is explained by %v", i, p.Marks.Rules(), explained[i])
			}
			if p.Marks.Gap() && p.Marks.Special() {
				t.Fatalf("point %d is a gap and special", i)
			}
		}
	})
}

func TestALaterValueNeverChangesMarksUnderFixedLimits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values, s := wholeSeries().Draw(t, "values"), anySettings().Draw(t, "settings")
		s.FixAfter, s.MinimumLimits, s.MinimumIcons = 12, 0, 0
		if len(values) < 14 {
			return
		}
		held := 0
		for _, x := range values[:len(values)-1] {
			if !math.IsNaN(x) {
				held++
			}
		}
		if held < 12 {
			return
		}
		before := judge(t, values[:len(values)-1], s, spc.Increase)
		after := judge(t, values, s, spc.Increase)
		for i, m := range before.Marks {
			for _, rule := range m.Rules() {
				if !after.Marks[i].Has(rule) {
					t.Fatalf("point %d lost %v", i, rule)
				}
			}
		}
	})
}
