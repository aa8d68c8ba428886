package spc_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"candour/internal/stat/spc"
)

// judged is the results for one series.
func judged(t *testing.T, values []float64, s spc.Settings) spc.Results {
	t.Helper()
	var r spc.Results
	p := spc.Panel{Values: values, Offsets: []int{0, len(values)}, Directions: []spc.Direction{spc.Increase}}
	if err := spc.Judge(&p, s, 1, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s is %v, want %v ± %v", what, got, want, within)
	}
}

func TestLimitsOfTheLiteraturesExamples(t *testing.T) {
	t.Parallel()
	screened := spc.MakingDataCount()
	screened.Screen = true
	// Montgomery, Introduction to Statistical Quality Control, 6th ed. 2009, example
	// 6.5: cost of processing mortgage loan applications, 20 weeks.
	loans := []float64{310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304}
	for name, c := range map[string]struct {
		values             []float64
		settings           spc.Settings
		mean, lower, upper float64
		within             float64
	}{
		"the specification's, unscreened": {[]float64{1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1}, spc.MakingDataCount(), 1.9444, -3.0626, 6.9515, 5e-5},
		"the specification's, screened":   {[]float64{1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1}, screened, 1.9444, -0.7156, 4.6044, 5e-5},
		// The book has 3/1.128 where the national tools have 2.66, and rounds.
		"Montgomery's loan applications": {loans, spc.MakingDataCount(), 300.5, 279.78, 321.22, 0.01},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := judged(t, c.values, c.settings).Segments[0]
			near(t, "mean", g.Mean, c.mean, c.within)
			near(t, "lower limit", g.Lower, c.lower, c.within)
			near(t, "upper limit", g.Upper, c.upper, c.within)
		})
	}
}

func TestDegenerateSeriesHaveDefinedAnswers(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	repeated := func(x float64, n int) []float64 { return slices.Repeat([]float64{x}, n) }
	for name, c := range map[string]struct {
		values  []float64
		special int // points of special cause
		limits  bool
	}{
		"no point":                                 {nil, 0, false},
		"one point":                                {[]float64{5}, 0, false},
		"nothing but gaps":                         {repeated(nan, 20), 0, false},
		"nothing but infinities":                   {repeated(inf, 20), 0, false},
		"a constant that sums up inexactly":        {repeated(0.1, 31), 0, true},
		"a constant third":                         {repeated(1.0/3, 49), 0, true},
		"values that are never neighbours":         {[]float64{1, nan, 2, nan, 3, nan, 1, nan, 2, nan, 3, nan, 1, nan, 2, nan, 3}, 0, false},
		"infinities among values are gaps":         {[]float64{1, 2, 1, inf, 2, 1, 2, -inf, 1, 2, 1, 2, 1, 2, 1}, 0, true},
		"the largest numbers":                      {[]float64{1e300, 2e300, 1e300, 2e300, 1e300, 2e300, 1e300, 2e300}, 0, true},
		"numbers whose sum is beyond all":          {slices.Concat(repeated(1.7e308, 15), []float64{1.6e308}), 1, true},
		"numbers whose difference is beyond all":   {[]float64{1.7e308, -1.7e308, 1.7e308, -1.7e308, 1.7e308, -1.7e308, 1.7e308, -1.7e308}, 0, true},
		"the smallest numbers":                     {[]float64{5e-324, 1e-323, 5e-324, 1e-323, 5e-324, 1e-323, 5e-324, 1e-323}, 0, true},
		"two thirds of one value and a few others": {[]float64{3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3}, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := judged(t, c.values, spc.MakingDataCount())
			n := 0
			for _, m := range r.Marks {
				if m.Special() {
					n++
				}
			}
			g := r.Segments[0]
			if n != c.special || g.HasLimits() != c.limits {
				t.Errorf("%d special, limits %v; want %d, %v\n%+v", n, g.HasLimits(), c.special, c.limits, g)
			}
			for _, x := range []float64{g.Lower, g.Upper, g.NearLower, g.NearUpper, g.Mean} {
				if c.limits && (math.IsNaN(x) || math.IsInf(x, 0)) {
					t.Errorf("limits are not finite: %+v", g)
				}
			}
			if _, err := spc.NewChart(spc.Series{Values: c.values}, spc.RPackage()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestScreeningAConstantSeriesLeavesNoLimits(t *testing.T) {
	t.Parallel()
	r := judged(t, slices.Repeat([]float64{7}, 20), spc.RPackage())
	if g := r.Segments[0]; g.HasLimits() || g.Dropped != 19 || r.Variation[0] != spc.VariationCommonCause {
		t.Errorf("%+v, %v", g, r.Variation[0])
	}
}

func TestReferenceFollowsTheRPackageIntoTheMostlyZeroTrap(t *testing.T) {
	t.Parallel()
	values := make([]float64, 31)
	values[10], values[23] = 5, 5
	as := spc.RPackage()
	as.Reference = true
	r := judged(t, values, as)
	for i, m := range r.Marks {
		if !m.Has(spc.Outside) {
			t.Errorf("point %d is not outside", i)
		}
	}
}

func TestBadPanelsAndSettingsAreRefused(t *testing.T) {
	t.Parallel()
	good := spc.MakingDataCount()
	short, fix, negative := good, good, good
	short.ShiftLength, fix.FixAfter, negative.MinimumIcons = 5, 1, -1
	long := good
	long.TrendLength = 9
	values := []float64{1, 2, 3, 4}
	for name, c := range map[string]struct {
		p spc.Panel
		s spc.Settings
	}{
		"a shift of five":               {spc.Panel{Offsets: []int{0}}, short},
		"a trend of nine":               {spc.Panel{Offsets: []int{0}}, long},
		"limits fixed after one":        {spc.Panel{Offsets: []int{0}}, fix},
		"a negative minimum":            {spc.Panel{Offsets: []int{0}}, negative},
		"no offsets":                    {spc.Panel{}, good},
		"offsets that end too early":    {spc.Panel{Values: values, Offsets: []int{0, 3}}, good},
		"offsets that go down":          {spc.Panel{Values: values, Offsets: []int{0, 3, 2, 4}}, good},
		"a direction too few":           {spc.Panel{Values: values, Offsets: []int{0, 4}, Directions: []spc.Direction{}}, good},
		"a target too many":             {spc.Panel{Values: values, Offsets: []int{0, 4}, Targets: []float64{1, 2}}, good},
		"a rebase beyond the values":    {spc.Panel{Values: values, Offsets: []int{0, 4}, Rebases: []int{4}}, good},
		"the same rebase twice":         {spc.Panel{Values: values, Offsets: []int{0, 4}, Rebases: []int{2, 2}}, good},
		"rebases that are out of order": {spc.Panel{Values: values, Offsets: []int{0, 4}, Rebases: []int{3, 2}}, good},
	} {
		var r spc.Results
		if spc.Judge(&c.p, c.s, 1, &r) == nil {
			t.Errorf("%s is not refused", name)
		}
	}
	for name, s := range map[string]spc.Series{
		"a period too few":          {Values: values, Periods: []string{"a"}},
		"a target too few":          {Values: values, Targets: []float64{1}},
		"a rebase before the start": {Values: values, Rebases: []spc.Rebase{{At: -1}}},
	} {
		if _, err := spc.NewChart(s, good); err == nil {
			t.Errorf("%s is not refused", name)
		}
	}
}

func TestSegmentsAreNumberedByTheRebasesBeforeThem(t *testing.T) {
	t.Parallel()
	p := spc.Panel{
		Values: make([]float64, 30), Offsets: []int{0, 10, 10, 20, 30},
		Rebases: []int{3, 5, 20, 25}, // the third is at the start of the last series
	}
	var r spc.Results
	if err := spc.Judge(&p, spc.MakingDataCount(), 2, &r); err != nil {
		t.Fatal(err)
	}
	if want := []int{0, 3, 4, 5, 7}; !slices.Equal(r.SegmentOffsets, want) {
		t.Fatalf("offsets %v, want %v", r.SegmentOffsets, want)
	}
	for i, want := range [][3]int{{0, 3, 0}, {3, 5, 1}, {5, 10, 2}, {10, 10, 0}, {10, 20, 0}, {20, 25, 1}, {25, 30, 2}} {
		if g := r.Segments[i]; g.Start != want[0] || g.End != want[1] || g.Number != want[2] {
			t.Errorf("segment %d is %d-%d number %d, want %v", i, g.Start, g.End, g.Number, want)
		}
	}
	if r.Latest[1] != -1 || r.Variation[1] != spc.VariationUnknown {
		t.Error("an empty series has a verdict")
	}
}

// bits of a result, so that NaN compares with NaN.
func fingerprint(r *spc.Results) []any {
	var all []any
	for i := range r.Segments {
		g := r.Segments[i]
		for _, x := range []float64{g.Mean, g.Lower, g.Upper, g.NearLower, g.NearUpper, g.MeanRange, g.Usual} {
			all = append(all, math.Float64bits(x))
		}
		all = append(all, g.Start, g.End, g.Number, g.Values, g.Baseline, g.Dropped, g.Trial, g.ScreenRefused)
	}
	return append(all, slices.Clone(r.Marks), slices.Clone(r.Variation), slices.Clone(r.Assurance), slices.Clone(r.Latest))
}

func TestOneCoreAndManyGiveTheSameBits(t *testing.T) {
	t.Parallel()
	p := countryPanel(3000, 60)
	var one, many spc.Results
	for _, s := range []spc.Settings{spc.MakingDataCount(), spc.RPackage(), spc.MakingDataCount2023()} {
		if err := spc.Judge(p, s, 1, &one); err != nil {
			t.Fatal(err)
		}
		want := fingerprint(&one)
		for _, workers := range []int{2, 3, 8} {
			if err := spc.Judge(p, s, workers, &many); err != nil { // the same Results again: nothing may remain
				t.Fatal(err)
			}
			if !reflect.DeepEqual(want, fingerprint(&many)) {
				t.Errorf("%d workers differ from one", workers)
			}
		}
	}
}

func TestAChartAndAPanelAgree(t *testing.T) {
	t.Parallel()
	p := countryPanel(50, 60)
	var r spc.Results
	s := spc.MakingDataCount()
	if err := spc.Judge(p, s, 2, &r); err != nil {
		t.Fatal(err)
	}
	for i := range p.Len() {
		start, end := p.Offsets[i], p.Offsets[i+1]
		series := spc.Series{Values: p.Values[start:end], Direction: p.Directions[i], Targets: slices.Repeat([]float64{p.Targets[i]}, end-start)}
		for _, at := range p.Rebases {
			if at >= start && at < end {
				series.Rebases = append(series.Rebases, spc.Rebase{At: at - start})
			}
		}
		c := chartOf(t, series, s)
		if c.Variation != r.Variation[i] || c.Assurance != r.Assurance[i] || c.Latest != r.Latest[i]-start {
			t.Errorf("series %d: %v %v %d, want %v %v %d", i, c.Variation, c.Assurance, c.Latest, r.Variation[i], r.Assurance[i], r.Latest[i]-start)
		}
		for j, point := range c.Points {
			if point.Marks != r.Marks[start+j] {
				t.Errorf("series %d point %d: %b, want %b", i, j, point.Marks, r.Marks[start+j])
			}
		}
	}
}

func TestNothingIsAllocatedPerPoint(t *testing.T) {
	p := countryPanel(2000, 60)
	var r spc.Results
	s := spc.RPackage()
	if err := spc.Judge(p, s, 1, &r); err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(5, func() { _ = spc.Judge(p, s, 1, &r) }); n > 4 {
		t.Errorf("%v allocations for 120,000 points", n)
	}
}

func TestInControlSeriesAlarmAsOftenAsTheorySays(t *testing.T) {
	t.Parallel()
	// Limits from a baseline so long that they are as good as known, judged on the
	// rest of an endless normal series.
	const baseline, n = 200_000, 1_200_000
	rng := rand.New(rand.NewPCG(20, 26))
	values := make([]float64, n)
	for i := range values {
		values[i] = rng.NormFloat64()
	}
	s := spc.MakingDataCount()
	s.FixAfter = baseline
	r := judged(t, values, s)
	count := map[spc.Rule]float64{}
	for _, m := range r.Marks[baseline:] {
		for _, rule := range m.Rules() {
			count[rule] += 1.0 / (n - baseline)
		}
	}
	// P(|Z| > 2.66 × 1.128) = 0.27%.
	near(t, "share outside", count[spc.Outside], 0.0027, 0.0003)
	// A point lies in a run of r on one side with probability r/2^(r+1); summed from 7.
	near(t, "share in shifts", count[spc.Shift], 0.0625, 0.002)
	// A rising run of at least 7 starts at a point with probability 6!-ish: a run of
	// exactly r steps up has density (r²+3r+1)/(r+3)!, and covers r+1 points.
	trends := 0.0
	for steps := 6.0; steps < 30; steps++ {
		trends += 2 * (steps + 1) * (steps*steps + 3*steps + 1) / math.Gamma(steps+4)
	}
	near(t, "share in trends", count[spc.Trend], trends, 0.0003)
}
