// Package fdr decides how many of many findings to believe, and how many alerts
// to raise.
//
// Whoever looks at 200 providers at the 5% level finds ten "outliers" when there
// are none. Three answers are here.
//
// The false discovery rate is the expected share of false ones among those
// flagged. [BenjaminiHochberg] holds it at q for independent tests (and those
// that move together), [BenjaminiYekutieli] for any dependence, [QValues] after
// Storey gives each test the rate at which it would just be flagged, having
// estimated how many of the tests have nothing to find.
//
// E-values (e.go) are evidence that may be multiplied and averaged, and watched
// as it grows; [EBenjaminiHochberg] holds the false discovery rate with them
// under any dependence.
//
// A budget of false alerts (budget.go) sets a threshold for scores that have no
// p-value: so high that providers without a problem would be alerted so many
// times a year (concern-design.md section 9).
//
// Worked example: of the p-values 0.0002, 0.004, 0.011,
// 0.019, 0.03, 0.2, 0.5, 0.7 the limits at q = 5% are 0.00625, 0.0125, 0.01875,
// 0.025, 0.03125, …; the largest rank whose p is within its limit is 5, so the
// first five are flagged.
//
// A p-value that is missing (NaN) is never flagged and does not count among the
// tests.
package fdr

import (
	"errors"
	"math"
	"slices"
	"sort"
)

// Result is the outcome of a procedure, in the order of the input.
type Result struct {
	Adjusted []float64 // smallest q at which the test would be flagged; NaN for a missing p-value
	Flagged  []bool
	Count    int // flagged
	Tests    int // p-values that are not missing
}

// BenjaminiHochberg flags, of m tests, the i smallest p-values where i is the
// largest rank with p(i) ≤ i·q/m (Benjamini and Hochberg 1995, J. R. Statist.
// Soc. B 57, 289-300, equation 1).
func BenjaminiHochberg(p []float64, q float64) (*Result, error) {
	return stepUp(p, q, func(int) float64 { return 1 })
}

// BenjaminiYekutieli is the same with q divided by 1 + 1/2 + … + 1/m, which holds
// the rate however the tests depend on one another (Benjamini and Yekutieli 2001,
// Ann. Statist. 29, 1165-1188, theorem 1.3).
func BenjaminiYekutieli(p []float64, q float64) (*Result, error) {
	return stepUp(p, q, func(m int) float64 {
		var sum float64
		for i := m; i >= 1; i-- { // small terms first
			sum += 1 / float64(i)
		}
		return sum
	})
}

// stepUp is the step-up procedure with q divided by penalty(m). Flagged is
// adjusted ≤ q, so that the two can never disagree.
func stepUp(p []float64, q float64, penalty func(tests int) float64) (*Result, error) {
	order, err := ranked(p, q)
	if err != nil {
		return nil, err
	}
	m := len(order)
	r := &Result{Adjusted: missing(len(p)), Flagged: make([]bool, len(p)), Tests: m}
	least, factor := 1.0, penalty(m)
	for rank := m; rank >= 1; rank-- {
		i := order[rank-1]
		least = math.Min(least, factor*float64(m)/float64(rank)*p[i])
		r.Adjusted[i] = least
		// Products of decimals fall a bit to either side of q; the fixture's fifth
		// p-value must not depend on which.
		if least <= q*(1+1e-12) {
			r.Flagged[i] = true
			r.Count++
		}
	}
	return r, nil
}

// ranked gives the places of the p-values that are not missing, smallest first.
func ranked(p []float64, q float64) ([]int, error) {
	if !(q > 0 && q < 1) {
		return nil, errors.New("the false discovery rate must be between 0 and 1")
	}
	order := make([]int, 0, len(p))
	for i, v := range p {
		if math.IsNaN(v) {
			continue
		}
		if v < 0 || v > 1 {
			return nil, errors.New("a p-value is not between 0 and 1")
		}
		order = append(order, i)
	}
	sort.SliceStable(order, func(a, b int) bool { return p[order[a]] < p[order[b]] })
	return order, nil
}

func missing(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.NaN()
	}
	return out
}

// NullShare estimates π0, the share of tests with nothing to find, as the number
// of p-values of at least lambda over m(1 − lambda), at most 1 (Storey 2002, J. R.
// Statist. Soc. B 64, 479-498). lambda is between 0 and 1; 0.5 is usual.
func NullShare(p []float64, lambda float64) (float64, error) {
	if !(lambda >= 0 && lambda < 1) {
		return 0, errors.New("lambda must be at least 0 and below 1")
	}
	tests, above := 0, 0
	for _, v := range p {
		if math.IsNaN(v) {
			continue
		}
		tests++
		if v >= lambda {
			above++
		}
	}
	if tests == 0 {
		return 1, nil
	}
	return math.Min(1, float64(above)/float64(tests)/(1-lambda)), nil
}

// NullShareBootstrap chooses lambda among 0.05, 0.10, …, 0.95 by the smallest
// estimated mean squared error (Storey, Taylor and Siegmund 2004, J. R. Statist.
// Soc. B 66, 187-205, section 6, in the closed form that the R package qvalue
// uses for pi0.method = "bootstrap"; nothing is drawn at random).
func NullShareBootstrap(p []float64) (float64, error) {
	tests := 0
	for _, v := range p {
		if !math.IsNaN(v) {
			tests++
		}
	}
	if tests == 0 {
		return 1, nil
	}
	const steps = 19
	shares, above := make([]float64, steps), make([]float64, steps)
	for k := range steps {
		lambda := float64(k+1) / 20
		for _, v := range p {
			if v >= lambda {
				above[k]++
			}
		}
		shares[k] = above[k] / float64(tests) / (1 - lambda)
	}
	sorted := slices.Clone(shares)
	slices.Sort(sorted)
	least := 0.2*sorted[1] + 0.8*sorted[2] // R's type 7 tenth percentile of 19 values: at 18·0.1 = 1.8
	best, smallest := 1.0, math.Inf(1)
	for k, share := range shares {
		lambda, m := float64(k+1)/20, float64(tests)
		mse := above[k]/(m*m*(1-lambda)*(1-lambda))*(1-above[k]/m) + (share-least)*(share-least)
		switch {
		case mse < smallest:
			smallest, best = mse, share
		case mse <= smallest:
			best = math.Min(best, share)
		}
	}
	return math.Min(1, best), nil
}

// QValues gives each test its q-value: π0 times its Benjamini–Hochberg adjusted
// p-value, the false discovery rate among all tests at least as extreme (Storey
// 2002). Tests are flagged when theirs is at most q.
func QValues(p []float64, q, nullShare float64) (*Result, error) {
	if !(nullShare > 0 && nullShare <= 1) {
		return nil, errors.New("the share of tests with nothing to find must be above 0 and at most 1")
	}
	return stepUp(p, q, func(int) float64 { return nullShare })
}
