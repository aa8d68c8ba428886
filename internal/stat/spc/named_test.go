package spc

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestANamedChartHasTheLimitsOfShewhart draws series with gaps and denominators of
// any size: centre and limits are those of the chart calculated by itself, what is
// beyond them is marked and nothing else is, and the sentence names the own limit.
func TestANamedChartHasTheLimitsOfShewhart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]Kind{KindP, KindPPrime, KindU, KindUPrime}).Draw(t, "kind")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		n := rapid.IntRange(0, 40).Draw(t, "points")
		series := Series{Values: make([]float64, n), Direction: Decrease}
		named := Named{Kind: kind, Numerators: make([]float64, n), Denominators: make([]float64, n), Multiply: 100}
		groups := make([]Subgroup, n)
		for i := range n {
			den := math.Floor(math.Exp(2 + 8*r.Float64()))
			num := math.Min(den, math.Floor(den*(0.1+0.1*r.Float64())))
			named.Numerators[i], named.Denominators[i] = num, den
			series.Values[i] = num / den * 100
			groups[i] = Subgroup{Sum: num, Denominator: den, Value: num / den}
			if r.IntN(8) == 0 {
				series.Values[i], groups[i] = math.NaN(), Subgroup{Value: math.NaN()}
			}
		}
		c, err := NewNamedChart(series, named, MakingDataCount())
		if err != nil {
			t.Fatal(err)
		}
		control, err := Shewhart(groups, ShewhartOptions{Kind: kind, Multiply: 100})
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			p, q := c.Points[i], control.Points[i]
			if c.Segments[0].Baseline < 6 {
				if p.Marks.Special() || !math.IsNaN(p.Upper) {
					t.Fatalf("point %d is judged with %d values", i, c.Segments[0].Baseline)
				}
				continue
			}
			if !same(p.Upper, q.Upper) || !same(p.Lower, q.Lower) || !same(p.Mean, q.Centre) {
				t.Fatalf("point %d: %v %v %v, by itself %v %v %v", i, p.Lower, p.Mean, p.Upper, q.Lower, q.Centre, q.Upper)
			}
			if out := p.Value > p.Upper || p.Value < p.Lower; out != p.Marks.Has(Outside) {
				t.Fatalf("point %d: %v in %v to %v, marked %v", i, p.Value, p.Lower, p.Upper, p.Marks.Rules())
			}
		}
		for i := range c.Signals {
			if c.Signals[i].Rule == Outside && !strings.Contains(c.Signals[i].Sentence, "limit") {
				t.Fatal(c.Signals[i].Sentence)
			}
		}
	})
}

func TestARunChartHasAMedianAndNoLimits(t *testing.T) {
	t.Parallel()
	values := []float64{5, 4, 6, 5, 3, 7, 5, 4, 9, 9, 9, 9, 9, 9, 9, 9}
	c, err := NewNamedChart(Series{Values: values}, Named{Kind: KindRun}, MakingDataCount())
	if err != nil {
		t.Fatal(err)
	}
	if c.Current().HasLimits() || c.Points[15].Marks.Has(Outside) || !c.Points[15].Marks.Has(Shift) {
		t.Errorf("got %+v", c.Points[15])
	}
}
