package funnel

import (
	"math"
	"testing"
)

func TestExactPoissonLimitsAreThoseOfR(t *testing.T) {
	t.Parallel()
	for _, row := range readCSV(t, "testdata/quantiles.csv") {
		lower, upper := poissonInterval(number(t, row["expected"]), number(t, row["tail"]))
		if want := number(t, row["lower"]); math.Abs(lower-want) > 2e-13*want {
			t.Errorf("e %s tail %s: lower %.17g, R %.17g", row["expected"], row["tail"], lower, want)
		}
		if want := number(t, row["upper"]); math.Abs(upper-want) > 2e-13*want {
			t.Errorf("e %s tail %s: upper %.17g, R %.17g", row["expected"], row["tail"], upper, want)
		}
	}
}

func TestInterpolatedLimitsAreThoseOfR(t *testing.T) {
	t.Parallel()
	for _, row := range readCSV(t, "testdata/binomial.csv") {
		n, target, p := number(t, row["n"]), number(t, row["target"]), number(t, row["p"])
		// R's sums of densities and our incomplete beta agree to about 1e-12, and
		// the interpolation divides that by a density.
		if got, want := binomialLimit(p, n, target), number(t, row["binomial"]); math.Abs(got-want) > 1e-9 {
			t.Errorf("n %v, target %v, p %v: binomial %.17g, R %.17g", n, target, p, got, want)
		}
		if got, want := poissonLimit(p, n*target), number(t, row["poisson"]); math.Abs(got-want) > 1e-9*(1+want) {
			t.Errorf("e %v, p %v: Poisson %.17g, R %.17g", n*target, p, got, want)
		}
	}
}

// TestRoundingIsThatOfR has R 4.2.2's round(x, 2) for numbers that lie between
// two candidates as written, and not as doubles.
func TestRoundingIsThatOfR(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]float64{{0.15, 0.15}, {2.675, 2.67}, {1.005, 1}, {5.015, 5.02}, {0.285, 0.28}, {1.255, 1.25}, {768.4005, 768.4}, {0.125, 0.12}, {0.375, 0.38}, {1e15, 1e15}} {
		if got := round2(c[0]); math.Abs(got-c[1]) > 0 {
			t.Errorf("%v is rounded to %v, by R to %v", c[0], got, c[1])
		}
	}
}
