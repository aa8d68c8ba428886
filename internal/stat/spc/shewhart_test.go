package spc_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"candour/internal/stat/spc"
)

// points makes a subgroup of each value, with a denominator where one is given.
func points(t *testing.T, values []float64, denominators ...float64) []spc.Subgroup {
	t.Helper()
	var groups []spc.Subgroup
	for i, y := range values {
		var n []float64
		if len(denominators) > 0 {
			n = []float64{denominators[i%len(denominators)]}
		}
		g, err := spc.NewSubgroup([]float64{y}, n, spc.AggregateMean)
		if err != nil {
			t.Fatal(err)
		}
		groups = append(groups, g)
	}
	return groups
}

func shewhart(t *testing.T, groups []spc.Subgroup, o spc.ShewhartOptions) *spc.ControlChart {
	t.Helper()
	chart, err := spc.Shewhart(groups, o)
	if err != nil {
		t.Fatal(err)
	}
	return chart
}

// Examples of Montgomery, Introduction to Statistical Quality Control, 6th ed.
// 2009: 7.1 (p. 292, orange juice cans, 30 samples of 50) and 7.3 (p. 310,
// nonconformities in 26 samples of 100 circuit boards).
var (
	juiceCans = []float64{
		12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22,
		8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6,
	}
	circuitBoards = []float64{21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15}
)

func TestShewhartChartsOfTheLiteraturesExamples(t *testing.T) {
	t.Parallel()
	p := shewhart(t, points(t, juiceCans, 50), spc.ShewhartOptions{Kind: spc.KindP})
	near(t, "p centre", p.Points[0].Centre, 0.2313, 5e-5)
	near(t, "p upper", p.Points[0].Upper, 0.4102, 5e-5)
	near(t, "p lower", p.Points[0].Lower, 0.0524, 5e-5)
	if !p.Points[14].Sigma || !p.Points[22].Sigma || p.Points[0].Sigma {
		t.Error("samples 15 and 23 are the ones beyond the limit")
	}
	c := shewhart(t, points(t, circuitBoards), spc.ShewhartOptions{Kind: spc.KindC})
	near(t, "c centre", c.Points[0].Centre, 19.85, 5e-3)
	near(t, "c upper", c.Points[0].Upper, 33.22, 1e-2)
	near(t, "c lower", c.Points[0].Lower, 6.48, 1e-2)
	if !c.Points[5].Sigma || !c.Points[19].Sigma {
		t.Error("samples 6 and 20 are the ones beyond the limits")
	}
}

func TestRareEventChartsByHand(t *testing.T) {
	t.Parallel()
	// g: mean 20, sigma sqrt(20 × 21) = 20.4939; centre is the median, 15.
	g := shewhart(t, points(t, []float64{10, 15, 5, 50, 20}), spc.ShewhartOptions{Kind: spc.KindG}).Points[0]
	near(t, "g centre", g.Centre, 15, 0)
	near(t, "g upper", g.Upper, 20+3*math.Sqrt(420), 1e-12)
	near(t, "g upper at two sigma", g.Upper2, 20+2*math.Sqrt(420), 1e-12)
	near(t, "g lower", g.Lower, 0, 0)
	given := 20.0
	g = shewhart(t, points(t, []float64{10, 15}), spc.ShewhartOptions{Kind: spc.KindG, Centre: &given}).Points[0]
	near(t, "g centre from a given mean", g.Centre, 13.86, 1e-12)

	// t: times whose 3.6th roots are 1, 2, 3, 2: mean 2, moving ranges 1, 1, 1.
	times := []float64{1, math.Pow(2, 3.6), math.Pow(3, 3.6), math.Pow(2, 3.6)}
	p := shewhart(t, points(t, times), spc.ShewhartOptions{Kind: spc.KindT, Screen: true}).Points[0]
	near(t, "t centre", p.Centre, math.Pow(2, 3.6), 1e-9)
	near(t, "t upper", p.Upper, math.Pow(2+3/1.128, 3.6), 1e-9)
	near(t, "t lower at two sigma", p.Lower2, math.Pow(2-2/1.128, 3.6), 1e-9)
	near(t, "t lower, below the root's zero", p.Lower, 0, 0)
	centre := math.Pow(2, 3.6)
	p = shewhart(t, points(t, times), spc.ShewhartOptions{Kind: spc.KindT, Centre: &centre}).Points[0]
	near(t, "t centre that is given", p.Centre, centre, 1e-9)
}

func TestSubgroupChartsByHand(t *testing.T) {
	t.Parallel()
	var groups []spc.Subgroup
	for _, values := range [][]float64{{1, 3}, {2, 6}, {4, 4}, {9}} {
		g, err := spc.NewSubgroup(values, nil, spc.AggregateMean)
		if err != nil {
			t.Fatal(err)
		}
		groups = append(groups, g)
	}
	// Sizes differ: sigma = sqrt((2 + 8 + 0)/3); centre = 29/7; c4(2) = sqrt(2/pi).
	sigma := math.Sqrt(10.0 / 3)
	x := shewhart(t, groups, spc.ShewhartOptions{Kind: spc.KindXbar}).Points
	near(t, "xbar centre", x[0].Centre, 29.0/7, 1e-12)
	near(t, "xbar upper", x[0].Upper, 29.0/7+3*sigma/(math.Sqrt(2/math.Pi)*math.Sqrt2), 1e-12)
	if !math.IsNaN(x[3].Upper) {
		t.Error("a subgroup of one has limits")
	}
	s := shewhart(t, groups[:3], spc.ShewhartOptions{Kind: spc.KindS}).Points
	near(t, "s centre, equal sizes", s[0].Centre, (math.Sqrt2+2*math.Sqrt2)/3, 1e-12)
	near(t, "s lower", s[0].Lower, 0, 0)
	for aggregate, want := range map[spc.Aggregate]float64{spc.AggregateMean: 4, spc.AggregateMedian: 3, spc.AggregateSum: 12, spc.AggregateSD: math.Sqrt(7)} {
		g, err := spc.NewSubgroup([]float64{2, math.NaN(), 3, 7}, nil, aggregate)
		if err != nil {
			t.Fatal(err)
		}
		near(t, string(aggregate), g.Value, want, 1e-12)
	}
	if _, err := spc.NewSubgroup([]float64{1}, nil, "mode"); err == nil {
		t.Error("an aggregate that does not exist is not refused")
	}
}

func TestMissingValuesAreNeverZeros(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for _, kind := range spc.Kinds() {
		values, denominators := []float64{4, 5, nan, 6, 4, 5}, []float64{50, 60, 55, nan, 50, 40}
		if kind == spc.KindXbar || kind == spc.KindS {
			continue // a subgroup of one has no spread
		}
		with := points(t, values)
		if kind.NeedsDenominator() {
			with = points(t, values, denominators...)
		}
		chart := shewhart(t, with, spc.ShewhartOptions{Kind: kind})
		if p := chart.Points[2]; !math.IsNaN(p.Value) || p.Sigma {
			t.Errorf("%s: a missing value is %+v", kind, p)
		}
		if c := chart.Points[0].Centre; !(c > 0) {
			t.Errorf("%s: centre is %v", kind, c)
		}
	}
}

func TestChartsThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]struct {
		groups []spc.Subgroup
		o      spc.ShewhartOptions
	}{
		"chart is \"x\"":      {nil, spc.ShewhartOptions{Kind: "x"}},
		"runs method is":      {nil, spc.ShewhartOptions{Kind: spc.KindRun, Runs: "western"}},
		"freeze can't":        {nil, spc.ShewhartOptions{Kind: spc.KindI, Freeze: -1}},
		"point 2: a time":     {points(t, []float64{1, 0}), spc.ShewhartOptions{Kind: spc.KindT}},
		"needs a denominator": {points(t, []float64{1, 2}), spc.ShewhartOptions{Kind: spc.KindUPrime}},
	} {
		if _, err := spc.Shewhart(c.groups, c.o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestRunsRulesOfAnhoej(t *testing.T) {
	t.Parallel()
	// Useful points → longest run and fewest crossings: Anhøj and Olesen, PLoS ONE
	// 2014;9(11):e113825, table 1, and Chen 2010.
	for n, want := range map[int][2]int{10: {6, 2}, 12: {7, 3}, 20: {7, 6}, 24: {8, 8}, 30: {8, 10}} {
		values, centre := make([]float64, n), make([]float64, n)
		for i := range values {
			values[i] = float64(1 - 2*(i%2))
		}
		r := spc.AnalyseRuns(values, centre, spc.Anhoej)
		if r.LongestMax != want[0] || r.CrossingsMin != want[1] || r.Crossings != n-1 || r.Longest != 1 || r.Signal {
			t.Errorf("n = %d: %+v, want %v", n, r, want)
		}
	}
	values := slices.Concat(slices.Repeat([]float64{-1}, 10), slices.Repeat([]float64{1}, 10))
	values = append(values, 0, math.NaN())
	r := spc.AnalyseRuns(values, make([]float64, 22), spc.Anhoej)
	if want := (spc.Runs{Observations: 22, Useful: 20, Longest: 10, LongestMax: 7, Crossings: 1, CrossingsMin: 6, Signal: true}); r != want {
		t.Errorf("got %+v", r)
	}
	if r := spc.AnalyseRuns([]float64{0, 0}, []float64{0, 0}, spc.Anhoej); r.Signal || r.Useful != 0 {
		t.Errorf("points on the line have runs: %+v", r)
	}
}

func TestBoxesSeeWhatAnhoejMisses(t *testing.T) {
	t.Parallel()
	// With 26 useful points Anhøj allows runs to 8 and from 8 crossings; the best box
	// runs to 9 but from 9 crossings; the cut box at 9 crossings only runs to 7, and
	// at runs of 9 only from 10 crossings (PLoS ONE 2020;15(6):e0233920, table).
	series := func(runs ...int) ([]float64, []float64) {
		var values []float64
		for i, n := range runs {
			values = append(values, slices.Repeat([]float64{float64(1 - 2*(i%2))}, n)...)
		}
		return values, make([]float64, len(values))
	}
	for name, c := range map[string]struct {
		runs              []int
		anhoej, best, cut bool
	}{
		"8 crossings, longest run 5":  {[]int{5, 3, 3, 3, 3, 3, 2, 2, 2}, false, true, true},
		"9 crossings, longest run 9":  {[]int{9, 2, 2, 2, 2, 2, 2, 2, 2, 1}, true, false, true},
		"9 crossings, longest run 7":  {[]int{7, 3, 2, 2, 2, 2, 2, 2, 2, 2}, false, false, false},
		"9 crossings, longest run 8":  {[]int{8, 2, 2, 2, 2, 2, 2, 2, 2, 2}, false, false, true},
		"10 crossings, longest run 9": {[]int{9, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1}, true, false, false},
	} {
		values, centre := series(c.runs...)
		if len(values) != 26 {
			t.Fatalf("%s: %d points", name, len(values))
		}
		a, b, cut := spc.AnalyseRuns(values, centre, spc.Anhoej), spc.AnalyseRuns(values, centre, spc.BestBox), spc.AnalyseRuns(values, centre, spc.CutBox)
		if a.Signal != c.anhoej || b.Signal != c.best || cut.Signal != c.cut {
			t.Errorf("%s: %v %v %v", name, a.Signal, b.Signal, cut.Signal)
		}
	}
}

func TestSeasonsAreMeasuredAndTakenOut(t *testing.T) {
	t.Parallel()
	winter := [12]float64{30, 25, 10, 0, -5, -10, -15, -15, -10, -5, 0, 15}
	noise := func(i int) float64 { return float64((i*i*7+i*3)%11) - 5 }
	seasonal, plain := make([]float64, 60), make([]float64, 60)
	for i := range seasonal {
		plain[i] = 100 + 0.5*float64(i) + noise(i)
		seasonal[i] = plain[i] + winter[i%12]
	}
	season, ok := spc.Seasonality(seasonal, spc.MonthsInYear)
	if !ok || !season.Strong() {
		t.Errorf("%+v, %v", season, ok)
	}
	if season, ok = spc.Seasonality(plain, spc.MonthsInYear); !ok || season.Strong() {
		t.Errorf("without seasons: %+v, %v", season, ok)
	}
	adjusted, ok := spc.SeasonallyAdjusted(seasonal, spc.MonthsInYear)
	if !ok {
		t.Fatal("not adjusted")
	}
	if again, _ := spc.Seasonality(adjusted, spc.MonthsInYear); again.Share > 0.02 {
		t.Errorf("seasons of %v are left", again.Share)
	}
	before, after := 0.0, 0.0
	for i := range adjusted {
		before += seasonal[i] / 60
		after += adjusted[i] / 60
	}
	near(t, "overall mean", after, before, 1e-9)
	if d := spc.SameSeasonDifference(seasonal, 12); !math.IsNaN(d[11]) || math.Abs(d[12]-(seasonal[12]-seasonal[0])) > 0 {
		t.Errorf("differences %v", d[:13])
	}
	gappy := slices.Clone(seasonal)
	gappy[30] = math.NaN()
	if adjusted, ok := spc.SeasonallyAdjusted(gappy, 12); !ok || !math.IsNaN(adjusted[30]) || math.IsNaN(adjusted[31]) {
		t.Error("a gap did not stay a gap")
	}
	for name, values := range map[string][]float64{"two years": seasonal[:24], "a season seldom held": withGaps(seasonal, 3, 15, 27)} {
		if _, ok := spc.SeasonallyAdjusted(values, 12); ok {
			t.Errorf("%s are adjusted", name)
		}
	}
}

func withGaps(values []float64, at ...int) []float64 {
	values = slices.Clone(values)
	for _, i := range at {
		values[i] = math.NaN()
	}
	return values
}

// A constant series is never special, also where centre and values come by sums or
// powers that round differently.
func TestAConstantSeriesIsNeverSpecialOnAnyShewhartChart(t *testing.T) {
	t.Parallel()
	for _, kind := range spc.Kinds() {
		for _, level := range []float64{0.1, 0.7, 1, 5, 5.3, 94.29242635999924, 98.7} {
			var groups []spc.Subgroup
			for i := range 20 {
				size := float64(1 + i*7%11)
				rows, denominators := []float64{level, level, level}[:1+i%3], []float64(nil)
				if kind.NeedsDenominator() || kind == spc.KindIPrime {
					rows, denominators = []float64{level * size}, []float64{size}
				}
				g, err := spc.NewSubgroup(rows, denominators, spc.AggregateMean)
				if err != nil {
					t.Fatal(err)
				}
				groups = append(groups, g)
			}
			for _, screen := range []bool{false, true} {
				chart := shewhart(t, groups, spc.ShewhartOptions{Kind: kind, Screen: screen})
				for i, at := range chart.Points {
					if kind == spc.KindC {
						break // sums of subgroups of three sizes are not constant
					}
					if at.Sigma || chart.Parts[at.Part].Runs.Signal {
						t.Errorf("%s of %v, screened %v: point %d is special: %+v", kind, level, screen, i+1, at)
						break
					}
				}
			}
		}
	}
}

func TestEventsOfNobodyAreAGap(t *testing.T) {
	t.Parallel()
	for _, kind := range []spc.Kind{spc.KindP, spc.KindPPrime, spc.KindU, spc.KindUPrime} {
		chart := shewhart(t, points(t, []float64{3, 2, 4}, 10, 0, 10), spc.ShewhartOptions{Kind: kind})
		if at := chart.Points[1]; !math.IsNaN(at.Value) || at.Sigma {
			t.Errorf("%s: 2 of 0 is %v", kind, at.Value)
		}
		near(t, string(kind)+" centre without it", chart.Points[0].Centre, 0.35, 1e-12)
	}
}

func TestAGChartOfHugeGapsHasLimits(t *testing.T) {
	t.Parallel()
	chart := shewhart(t, points(t, []float64{1e300, 2e300, 3e300}), spc.ShewhartOptions{Kind: spc.KindG})
	near(t, "upper limit over mean", chart.Points[0].Upper/2e300, 4, 1e-12)
}

func TestShewhartRefusesAMultiplierOrCentreThatIsNoNumber(t *testing.T) {
	t.Parallel()
	nan, below, groups := math.NaN(), -2.0, points(t, []float64{1, 2, 3})
	for name, o := range map[string]spc.ShewhartOptions{
		"a multiplier of NaN":              {Kind: spc.KindI, Multiply: nan},
		"a negative multiplier":            {Kind: spc.KindI, Multiply: -1},
		"an infinite multiplier":           {Kind: spc.KindI, Multiply: math.Inf(1)},
		"a centre of NaN":                  {Kind: spc.KindI, Centre: &nan},
		"a time between events below zero": {Kind: spc.KindT, Centre: &below},
	} {
		if _, err := spc.Shewhart(groups, o); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
