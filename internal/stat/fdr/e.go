package fdr

import (
	"errors"
	"math"
	"sort"
)

// An e-value is evidence against "nothing has changed": a number that averages
// at most 1 when nothing has. 20 is evidence that chance gives at most once in 20
// times (Vovk and Wang 2021, Ann. Statist. 49, 1736-1754).

// EFromP turns a p-value into an e-value by the mixture of all power calibrators,
// (1 − p + p ln p) / (p (ln p)²); ½ at p = 1 and without bound at p = 0 (Vovk and
// Wang 2021, equation 2). NaN stays NaN.
func EFromP(p float64) float64 {
	switch {
	case math.IsNaN(p) || p < 0 || p > 1:
		return math.NaN()
	case p <= 0:
		return math.Inf(1)
	}
	l := math.Log(p)
	if l > -1e-3 { // the quotient of two numbers that vanish together; its series at p = 1
		return 0.5 - l/6
	}
	return (1 - p + p*l) / (p * l * l)
}

// EFromPPower is the power calibrator κ·p^(κ−1) with κ between 0 and 1: stronger
// than [EFromP] for p-values near the one that κ is chosen for.
func EFromPPower(p, kappa float64) float64 {
	if math.IsNaN(p) || p < 0 || p > 1 || !(kappa > 0 && kappa < 1) {
		return math.NaN()
	}
	return kappa * math.Pow(p, kappa-1)
}

// EFromLogLikelihoodRatio is exp(llr): the likelihood of what was seen under one
// stated alternative over that under the null is an e-value.
func EFromLogLikelihoodRatio(llr float64) float64 { return math.Exp(llr) }

// EMean merges e-values of tests that may depend on one another: the mean is an
// e-value whatever the dependence. Missing ones are left out; NaN when all are.
func EMean(e []float64) float64 {
	var sum float64
	n := 0
	for _, v := range e {
		if !math.IsNaN(v) {
			sum += v
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}

// EProduct merges e-values of independent tests, or of months in sequence.
// Missing ones count as 1, no evidence either way.
func EProduct(e []float64) float64 {
	var log float64
	for _, v := range e {
		if v <= 0 {
			return 0
		}
		if !math.IsNaN(v) {
			log += math.Log(v)
		}
	}
	return math.Exp(log)
}

// EBenjaminiHochberg flags the k largest e-values, where k is the largest rank
// with e(k) ≥ m/(q·k). It holds the false discovery rate at q under any
// dependence (Wang and Ramdas 2022, J. R. Statist. Soc. B 84, 822-852). Adjusted
// is the smallest such q, at most 1.
func EBenjaminiHochberg(e []float64, q float64) (*Result, error) {
	if !(q > 0 && q < 1) {
		return nil, errors.New("the false discovery rate must be between 0 and 1")
	}
	order := make([]int, 0, len(e))
	for i, v := range e {
		if math.IsNaN(v) {
			continue
		}
		if v < 0 {
			return nil, errors.New("an e-value is below 0")
		}
		order = append(order, i)
	}
	sort.SliceStable(order, func(a, b int) bool { return e[order[a]] > e[order[b]] })
	m := len(order)
	r := &Result{Adjusted: missing(len(e)), Flagged: make([]bool, len(e)), Tests: m}
	least := 1.0
	for rank := m; rank >= 1; rank-- {
		i := order[rank-1]
		if e[i] > 0 {
			least = math.Min(least, float64(m)/(float64(rank)*e[i]))
		}
		r.Adjusted[i] = least
		if least <= q*(1+1e-12) {
			r.Flagged[i] = true
			r.Count++
		}
	}
	return r, nil
}
