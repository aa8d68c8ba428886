package funnel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// country is a panel of cross-sections of 220 units: a third each of ratios,
// proportions and ratios of counts, and of those half overdispersed.
func country(crossSections int) *Batch {
	const units = 220
	random := rand.New(rand.NewPCG(20261122, 1))
	shmi, proportions, counts, rates := SHMI(), Proportions(), CountRatios(), Rates()
	kinds := []*Settings{&shmi, &proportions, &counts, &rates}
	b := &Batch{Offsets: []int{0}}
	for k := range crossSections {
		s := kinds[k%len(kinds)]
		spread := 0.15 * float64(k/len(kinds)%2)
		for range units {
			effect := math.Exp(spread * random.NormFloat64())
			switch s.Kind {
			case Ratio:
				e := 20 + 2000*random.Float64()
				b.Den = append(b.Den, e)
				b.Num = append(b.Num, about(e*effect, random))
			case Proportion:
				n := math.Floor(200 + 5000*random.Float64())
				b.Den = append(b.Den, n)
				b.Num = append(b.Num, math.Min(n, about(n*0.15*effect, random)))
			default:
				d := math.Floor(200 + 5000*random.Float64())
				b.Den = append(b.Den, d)
				b.Num = append(b.Num, about(d*0.05*effect, random))
			}
		}
		b.Offsets, b.Settings = append(b.Offsets, len(b.Num)), append(b.Settings, s)
	}
	return b
}

// about is a whole number with mean and variance m, nearly.
func about(m float64, random *rand.Rand) float64 {
	return math.Max(0, math.Round(m+math.Sqrt(m)*random.NormFloat64()))
}

func TestBatchIsTheSameOnOneCoreAndOnManyAndAsCompare(t *testing.T) {
	t.Parallel()
	b := country(200)
	b.Num[3], b.Den[5], b.Den[7] = math.NaN(), 0, -1
	one, many := NewColumns(b).WithLimits(), NewColumns(b).WithLimits()
	if err := b.Run(one, 1); err != nil {
		t.Fatal(err)
	}
	if err := b.Run(many, 7); err != nil {
		t.Fatal(err)
	}
	quick := NewColumns(b)
	if err := b.Run(quick, 3); err != nil {
		t.Fatal(err)
	}
	same := func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }
	bands := map[Band]int{}
	for k := range b.Settings {
		r, err := Compare(b.Num[b.Offsets[k]:b.Offsets[k+1]], b.Den[b.Offsets[k]:b.Offsets[k+1]], *b.Settings[k])
		if err != nil {
			t.Fatal(err)
		}
		if one.Fits[k] != many.Fits[k] || one.Fits[k] != r.Fit {
			t.Fatalf("cross-section %d: %+v, %+v, %+v", k, one.Fits[k], many.Fits[k], r.Fit)
		}
		for i, u := range r.Units {
			at := b.Offsets[k] + i
			bands[u.Band]++
			if quick.Band[at] != u.Band || !same(quick.ZAdjusted[at], u.ZAdjusted) {
				t.Fatalf("without limits cross-section %d unit %d is in band %d: %+v", k, i, quick.Band[at], u)
			}
			for _, c := range []*Columns{one, many} {
				if !same(c.Value[at], u.Value) || !same(c.Z[at], u.Z) || !same(c.ZAdjusted[at], u.ZAdjusted) ||
					c.Band[at] != u.Band || c.Reason[at] != u.Reason ||
					!same(c.Inner[at].Lower, u.Inner.Adjusted.Lower) || !same(c.Outer[at].Upper, u.Outer.Adjusted.Upper) {
					t.Fatalf("cross-section %d unit %d: %+v; band %v, z %v", k, i, u, c.Band[at], c.ZAdjusted[at])
				}
			}
		}
	}
	for _, band := range []Band{NotJudged, FarBelow, Below, Within, Above, FarAbove} {
		if bands[band] == 0 {
			t.Errorf("the panel has no unit in band %d, so the test proves nothing about it", band)
		}
	}
}

func TestTheQuickApproximationIsWithinItsDoubt(t *testing.T) {
	t.Parallel()
	worst := 0.0
	for e := 5.0; e < 1e7; e *= 1.3 {
		for _, level := range []float64{Level95, Level998} {
			lower, upper := poissonInterval(e, (1-level/100)/2)
			q := distuv.UnitNormal.Quantile(0.5 + level/200)
			worst = math.Max(worst, math.Abs(lower-wilsonHilferty(e, -q)))
			worst = math.Max(worst, math.Abs(upper-wilsonHilferty(e+1, q)))
		}
	}
	if worst > 0.1 {
		t.Errorf("the approximation is off by up to %v", worst)
	}
}

func TestBatchAllocatesNothingPerUnit(t *testing.T) {
	small, large := country(64), country(640)
	allocations := func(b *Batch) float64 {
		c := NewColumns(b)
		return testing.AllocsPerRun(3, func() {
			if err := b.Run(c, 1); err != nil {
				t.Fatal(err)
			}
		})
	}
	if a, z := allocations(small), allocations(large); z > a+5 {
		t.Errorf("%v allocations for 64 cross-sections, %v for 640", a, z)
	}
}

func TestBatchRefusesWrongShapes(t *testing.T) {
	t.Parallel()
	s := SHMI()
	for name, b := range map[string]*Batch{
		"offsets that do not end at the last unit":   {Offsets: []int{0, 1}, Num: []float64{1, 2}, Den: []float64{1, 2}, Settings: []*Settings{&s}},
		"more numerators than denominators":          {Offsets: []int{0, 2}, Num: []float64{1, 2}, Den: []float64{1}, Settings: []*Settings{&s}},
		"a cross-section that ends before it begins": {Offsets: []int{0, 3, 2}, Num: []float64{1, 2}, Den: []float64{1, 2}, Settings: []*Settings{&s, &s}},
		"a cross-section without settings":           {Offsets: []int{0, 2}, Num: []float64{1, 2}, Den: []float64{1, 2}, Settings: []*Settings{nil}},
		"settings that do not fit together":          {Offsets: []int{0, 2}, Num: []float64{1, 2}, Den: []float64{1, 2}, Settings: []*Settings{{Kind: Mean, Transform: Log}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if b.Run(NewColumns(b), 1) == nil {
				t.Error("was accepted")
			}
		})
	}
}

// BenchmarkCountry is a country: 300 indicators, 60 periods, 220 units.
func BenchmarkCountry(b *testing.B) {
	panel := country(300 * 60)
	for _, limits := range []bool{false, true} {
		c := NewColumns(panel)
		if limits {
			c.WithLimits()
		}
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("limits=%v/cores=%d", limits, workers), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := panel.Run(c, workers); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(len(panel.Num))/b.Elapsed().Seconds()*float64(b.N)/1e6, "Munits/s")
			})
		}
	}
}
