package fdr

import (
	"encoding/csv"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestTheFixtureOfTheDomainFlagsTheFirstFive(t *testing.T) {
	t.Parallel()
	p := []float64{0.5, 0.0002, 0.004, 0.03, 0.011, math.NaN(), 0.019, 0.2, 0.7}
	r, err := BenjaminiHochberg(p, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	want := []bool{false, true, true, true, true, false, true, false, false}
	if !slices.Equal(r.Flagged, want) || r.Count != 5 || r.Tests != 8 {
		t.Errorf("%+v", r)
	}
	if !math.IsNaN(r.Adjusted[5]) {
		t.Errorf("a missing p-value is adjusted to %v", r.Adjusted[5])
	}
}

func TestAdjustedValuesAreThoseOfR(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/adjust.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var columns [4][]float64
	for _, row := range rows[1:] {
		for i, cell := range row {
			v, err := strconv.ParseFloat(cell, 64)
			if err != nil {
				t.Fatal(err)
			}
			columns[i] = append(columns[i], v)
		}
	}
	p := columns[0]
	share, err := NullShareBootstrap(p)
	if err != nil || math.Abs(share-columns[3][0]) > 1e-12 {
		t.Errorf("π0 is %v (%v), R's %v", share, err, columns[3][0])
	}
	bh, _ := BenjaminiHochberg(p, 0.05)
	by, _ := BenjaminiYekutieli(p, 0.05)
	q, _ := QValues(p, 0.05, share)
	for i := range p {
		for name, pair := range map[string][2]float64{
			"BH": {bh.Adjusted[i], columns[1][i]}, "BY": {by.Adjusted[i], columns[2][i]},
			"q": {q.Adjusted[i], share * columns[1][i]},
		} {
			if math.Abs(pair[0]-pair[1]) > 1e-12 {
				t.Errorf("p %v: %s is %v, R's %v", p[i], name, pair[0], pair[1])
			}
		}
	}
}

func TestProceduresAreOrderedAndIndifferentToOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 50).Draw(t, "p")
		bh, err := BenjaminiHochberg(p, 0.1)
		if err != nil {
			t.Fatal(err)
		}
		by, _ := BenjaminiYekutieli(p, 0.1)
		e := make([]float64, len(p))
		for i := range p {
			e[i] = EFromP(p[i])
		}
		eb, _ := EBenjaminiHochberg(e, 0.1)
		reversed := slices.Clone(p)
		slices.Reverse(reversed)
		again, _ := BenjaminiHochberg(reversed, 0.1)
		for i := range p {
			if by.Flagged[i] && !bh.Flagged[i] {
				t.Fatalf("BY flags %v, BH does not", p[i])
			}
			if eb.Flagged[i] && !bh.Flagged[i] {
				t.Fatalf("e-BH with e below 1/p flags %v, BH does not", p[i])
			}
			if bh.Adjusted[i] < p[i] {
				t.Fatalf("%v is adjusted down to %v", p[i], bh.Adjusted[i])
			}
			if math.Abs(again.Adjusted[len(p)-1-i]-bh.Adjusted[i]) > 0 {
				t.Fatalf("the order matters for %v", p[i])
			}
		}
	})
}

// TestTheFalseDiscoveryRateIsHeld simulates 100 tests of which 20 have something
// to find.
func TestTheFalseDiscoveryRateIsHeld(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	const rounds, q = 2000, 0.1
	var bh, storey, ebh float64
	for range rounds {
		p, e := make([]float64, 100), make([]float64, 100)
		for i := range p {
			x := random.NormFloat64()
			if i < 20 {
				x += 3
			}
			p[i] = math.Erfc(x/math.Sqrt2) / 2
			e[i] = EFromLogLikelihoodRatio(3*x - 4.5)
		}
		share, _ := NullShare(p, 0.5)
		a, _ := BenjaminiHochberg(p, q)
		b, _ := QValues(p, q, share)
		c, _ := EBenjaminiHochberg(e, q)
		bh += falseShare(a)
		storey += falseShare(b)
		ebh += falseShare(c)
	}
	if rate := bh / rounds; rate < 0.07 || rate > 0.09 { // 0.8·q in theory
		t.Errorf("Benjamini–Hochberg: %v", rate)
	}
	if rate := storey / rounds; rate < 0.085 || rate > 0.11 {
		t.Errorf("Storey: %v", rate)
	}
	if rate := ebh / rounds; rate > q {
		t.Errorf("e-BH: %v", rate)
	}
}

func falseShare(r *Result) float64 {
	wrong := 0
	for i, flagged := range r.Flagged {
		if flagged && i >= 20 {
			wrong++
		}
	}
	return float64(wrong) / math.Max(1, float64(r.Count))
}

func TestEValuesAverageAtMostOneUnderTheNull(t *testing.T) {
	t.Parallel()
	const steps = 1_000_000
	for name, calibrate := range map[string]func(float64) float64{
		"mixture": EFromP,
		"power":   func(p float64) float64 { return EFromPPower(p, 0.3) },
	} {
		var sum float64
		for i := range steps {
			sum += calibrate((float64(i) + 0.5) / steps)
		}
		if mean := sum / steps; mean > 1 || mean < 0.85 {
			t.Errorf("%s: mean %v", name, mean)
		}
	}
	if e := EFromP(math.Exp(-1e-3)); math.Abs(e-EFromP(math.Exp(-1.001e-3))) > 1e-6 {
		t.Errorf("the series and the formula do not meet: %v", e)
	}
	if EFromP(0) < math.Inf(1) || EMean([]float64{1, 3, math.NaN()}) > 2 || math.Abs(EProduct([]float64{2, 5, math.NaN()})-10) > 1e-9 {
		t.Error("merging")
	}
}

func TestEBenjaminiHochbergFlagsByRank(t *testing.T) {
	t.Parallel()
	// m = 4, q = 0.1: limits 40, 20, 13.3, 10.
	r, err := EBenjaminiHochberg([]float64{0, 50, 14, 21, math.NaN()}, 0.1)
	if err != nil || !slices.Equal(r.Flagged, []bool{false, true, true, true, false}) {
		t.Errorf("%+v %v", r, err)
	}
	r, _ = EBenjaminiHochberg([]float64{30, 1, 1, 1}, 0.1)
	if r.Count != 0 {
		t.Errorf("30 of four is below 40, and yet flagged: %+v", r)
	}
}

func TestWrongArgumentsAreRefused(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func() error{
		"a p-value above 1":        func() error { _, err := BenjaminiHochberg([]float64{1.1}, 0.05); return err },
		"a rate of 0":              func() error { _, err := BenjaminiYekutieli([]float64{0.1}, 0); return err },
		"a rate that is no number": func() error { _, err := BenjaminiHochberg([]float64{0.1}, math.NaN()); return err },
		"a negative e-value":       func() error { _, err := EBenjaminiHochberg([]float64{-1}, 0.05); return err },
		"no tests without null":    func() error { _, err := QValues([]float64{0.1}, 0.05, 0); return err },
		"lambda of 1":              func() error { _, err := NullShare([]float64{0.1}, 1); return err },
	} {
		if call() == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if r, err := BenjaminiHochberg(nil, 0.05); err != nil || r.Count != 0 {
		t.Errorf("no tests: %+v %v", r, err)
	}
}

func FuzzProcedures(f *testing.F) {
	f.Add(0.01, 0.5, math.NaN(), 0.05)
	f.Add(0.0, 1.0, 5e-324, 0.5)
	f.Fuzz(func(t *testing.T, a, b, c, q float64) {
		p := []float64{a, b, c, 0.2, b}
		for _, procedure := range []func([]float64, float64) (*Result, error){BenjaminiHochberg, BenjaminiYekutieli, EBenjaminiHochberg} {
			r, err := procedure(p, q)
			if err != nil {
				continue
			}
			for i := range p {
				if math.IsNaN(r.Adjusted[i]) != math.IsNaN(p[i]) {
					t.Fatalf("%v: %+v", p, r)
				}
			}
		}
		_ = EFromP(a)
	})
}
