package funnel

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

func conventions() []Settings {
	logit, interpolated, multiplicative := Proportions(), Proportions(), CQC()
	logit.Transform, interpolated.Plain = Logit, Interpolated
	multiplicative.Overdispersion = Multiplicative
	logRate, poisson, given := Rates(), SHMI(), Proportions()
	logRate.Transform, logRate.Trim = Log, Winsorise
	poisson.Plain = Interpolated
	given.TargetGiven, given.Target = true, 0.2
	return []Settings{SHMI(), CQC(), Proportions(), CountRatios(), Rates(), Means(), logit, interpolated, multiplicative, logRate, poisson, given}
}

// drawUnits gives numerators and denominators that the kind allows.
func drawUnits(t *rapid.T, kind Kind) (num, den []float64) {
	n := rapid.IntRange(1, 40).Draw(t, "units")
	for range n {
		d := float64(rapid.IntRange(1, 3000).Draw(t, "den"))
		o := float64(rapid.IntRange(0, 3000).Draw(t, "num"))
		if kind == Proportion {
			o = math.Min(o, d)
		}
		num, den = append(num, o), append(den, d)
	}
	return num, den
}

func TestTheOrderOfUnitsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(conventions()).Draw(t, "settings")
		num, den := drawUnits(t, s.Kind)
		a, err := Compare(num, den, s)
		if err != nil {
			t.Fatal(err)
		}
		slices.Reverse(num)
		slices.Reverse(den)
		b, err := Compare(num, den, s)
		if err != nil {
			t.Fatal(err)
		}
		slices.Reverse(b.Units)
		for i := range a.Units {
			x, y := a.Units[i], b.Units[i]
			if !nearly(x.Value, y.Value) || !nearly(x.ZAdjusted, y.ZAdjusted) || !nearly(x.Percentile, y.Percentile) {
				t.Fatalf("unit %d: %+v in one order, %+v in the other", i, x, y)
			}
		}
		if !nearly(a.Fit.Phi, b.Fit.Phi) || !nearly(a.Fit.Tau2, b.Fit.Tau2) || a.Fit.Used != b.Fit.Used {
			t.Fatalf("%+v and %+v", a.Fit, b.Fit)
		}
	})
}

func nearly(a, b float64) bool {
	return math.IsNaN(a) == math.IsNaN(b) && !(math.Abs(a-b) > 1e-9*(1+math.Abs(a)))
}

func TestNothingIsNotANumberForUnitsThatAreJudged(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(conventions()).Draw(t, "settings")
		num, den := drawUnits(t, s.Kind)
		checkSound(t, num, den, s)
	})
}

type failer interface{ Fatalf(string, ...any) }

// checkSound states what holds of every result: a judged unit has no NaN, its
// adjusted z is finite, limits are in order and around the target, the outer
// outside the inner; a unit that is not judged says so.
func checkSound(t failer, num, den []float64, s Settings) {
	r, err := Compare(num, den, s)
	if err != nil {
		t.Fatalf("%v", err)
	}
	target := r.Fit.Target * r.Fit.Settings.Multiplier
	if math.IsNaN(r.Fit.Phi+r.Fit.Tau2+r.Fit.Target) || r.Fit.Phi < 0 || r.Fit.Tau2 < 0 || math.IsInf(r.Fit.Phi+r.Fit.Tau2, 0) {
		t.Fatalf("%+v", r.Fit)
	}
	for i, u := range r.Units {
		if r.Fit.Sentence(u, Words{Decimals: 2}) == "" {
			t.Fatalf("unit %d has nothing to say: %+v", i, u)
		}
		if (u.Reason == Judged) == (u.Band == NotJudged) {
			t.Fatalf("unit %d: band and reason disagree: %+v", i, u)
		}
		if u.Reason != Judged {
			continue
		}
		if math.IsNaN(u.Value+u.ZAdjusted+u.Percentile) || math.IsNaN(u.Z) || math.IsInf(u.ZAdjusted, 0) || math.IsInf(u.Value, 0) {
			t.Fatalf("unit %d: %+v", i, u)
		}
		slack := 1e-9 * (1 + math.Abs(target))
		for _, pair := range [][2]Interval{{u.Inner.Plain, u.Outer.Plain}, {u.Inner.Adjusted, u.Outer.Adjusted}} {
			in, out := pair[0], pair[1]
			if !(out.Lower <= in.Lower+slack && in.Lower <= in.Upper+slack && in.Upper <= out.Upper*(1+1e-9)+slack) {
				t.Fatalf("unit %d: limits out of order: %+v", i, u)
			}
		}
		if a := u.Inner.Adjusted; s.Kind != CountRatio && (a.Lower > target+slack || a.Upper < target-slack) {
			t.Fatalf("unit %d: the target %v is outside its own limits %+v", i, target, a)
		}
	}
}

func TestScalingByTheMultiplierScalesValuesAndLimitsOnly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(conventions()).Draw(t, "settings")
		num, den := drawUnits(t, s.Kind)
		times := s
		times.Multiplier = 128 // a power of two, so that nothing is rounded
		a, _ := Compare(num, den, s)
		b, _ := Compare(num, den, times)
		for i := range a.Units {
			x, y := a.Units[i], b.Units[i]
			if !nearly(128*x.Value, y.Value) || !nearly(128*x.Outer.Plain.Upper, y.Outer.Plain.Upper) ||
				!nearly(128*x.Inner.Adjusted.Lower, y.Inner.Adjusted.Lower) || x.Band != y.Band || !nearly(x.ZAdjusted, y.ZAdjusted) {
				t.Fatalf("unit %d: %+v and %+v", i, x, y)
			}
		}
	})
}

// TestInControlUnitsAreOutliersAtTheStatedRate simulates units without any
// difference: 5% lie outside the 95% limits and 0.2% outside the 99.8%, nearly:
// counts are whole, so that the rates cannot be met exactly.
func TestInControlUnitsAreOutliersAtTheStatedRate(t *testing.T) {
	t.Parallel()
	source := rand.NewPCG(7, 7)
	random := rand.New(source)
	const sections, units = 400, 100
	for name, s := range map[string]Settings{"shmi": SHMI(), "cqc": CQC(), "proportion": Proportions(), "count ratio": CountRatios(), "rate": Rates()} {
		inner, outer := 0, 0
		for range sections {
			var num, den []float64
			for range units {
				d := math.Floor(500 + 3000*random.Float64())
				den = append(den, d)
				switch s.Kind {
				case Ratio:
					num = append(num, distuv.Poisson{Lambda: d, Src: source}.Rand())
				case Proportion:
					num = append(num, distuv.Binomial{N: d, P: 0.15, Src: source}.Rand())
				case CountRatio:
					den[len(den)-1] = distuv.Poisson{Lambda: d, Src: source}.Rand()
					num = append(num, distuv.Poisson{Lambda: 0.3 * d, Src: source}.Rand())
				default:
					num = append(num, distuv.Poisson{Lambda: 0.1 * d, Src: source}.Rand())
				}
			}
			r, err := Compare(num, den, s)
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range r.Units {
				if u.Band != Within {
					inner++
				}
				if u.Band == FarAbove || u.Band == FarBelow {
					outer++
				}
			}
		}
		const n = sections * units
		if rate := float64(inner) / n; rate < 0.04 || rate > 0.06 {
			t.Errorf("%s: %.4f outside the 95%% limits", name, rate)
		}
		if rate := float64(outer) / n; rate < 0.0010 || rate > 0.0035 {
			t.Errorf("%s: %.4f outside the 99.8%% limits", name, rate)
		}
	}
}

// TestBowelCancerDeathsOf379Districts repeats the funnel of Spiegelhalter, The
// Art of Statistics (2019), figure 9.2: Glasgow City is far above, and districts
// of the smallest populations, which lead the tables, are inside.
func TestBowelCancerDeathsOf379Districts(t *testing.T) {
	t.Parallel()
	file := filepath.Join(public, "inquiries", "09-2-bowel-cancer-data-x.csv")
	if matches, _ := filepath.Glob(file); matches == nil {
		t.Skip("the bowel cancer data are not here")
	}
	rows := readCSV(t, file)
	var num, den []float64
	for _, row := range rows {
		num, den = append(num, number(t, row["n"])), append(den, number(t, row["d"]))
	}
	s := Rates()
	s.Overdispersion, s.Multiplier = None, 100000
	r, err := Compare(num, den, s)
	if err != nil {
		t.Fatal(err)
	}
	bands := map[Band]int{}
	for i, u := range r.Units {
		bands[u.Band]++
		if rows[i]["District"] == "Glasgow City " && u.Band != FarAbove {
			t.Errorf("Glasgow City is in band %d: %+v", u.Band, u)
		}
	}
	outside := len(rows) - bands[Within]
	t.Logf("%d districts, target %.2f per 100,000, outside 95%%: %d, outside 99.8%%: %d, φ %.3f", len(rows), r.Fit.Target*1e5, outside, bands[FarAbove]+bands[FarBelow], r.Fit.Phi)
	if len(rows) != 379 || outside < 19 || outside > 60 {
		t.Errorf("%d of %d districts are outside the 95%% limits", outside, len(rows))
	}
}

// FuzzCompare: no panic, and nothing that is not a number for a judged unit,
// whatever finite or other numbers come in.
func FuzzCompare(f *testing.F) {
	f.Add(100.0, 108.0, 0.0, 0.4, uint8(0), 1e300)
	f.Add(math.NaN(), 1.0, 3.0, math.Inf(1), uint8(2), -1.0)
	f.Add(5e-324, 1e-9, 9e15, 9e15, uint8(5), 1.0)
	f.Fuzz(func(t *testing.T, a, b, c, d float64, which uint8, e float64) {
		all := conventions()
		s := all[int(which)%len(all)]
		num := []float64{a, c, e, a, 10, 0, 12, 3, b}
		den := []float64{b, d, e, d, 20, 5, 11, 40, c}
		checkSound(t, num, den, s)
		section := &Batch{Offsets: []int{0, len(num)}, Num: num, Den: den, Settings: []*Settings{&s}}
		if err := section.Run(NewColumns(section).WithLimits(), 1); err != nil {
			t.Fatal(err)
		}
	})
}
