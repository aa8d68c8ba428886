// Package rare judges events so few that a chart of monthly counts shows nothing:
// never events, suicides on a ward, deaths of mothers. Three questions have three
// kinds of test here.
//
// Are there too many? [Count] compares a handful with what was to be expected, by
// exact Poisson probabilities; [TwoRates] compares two handfuls.
//
// Are they coming faster? The days (t) or the cases (g) between one event and the
// next say more than counts do: [Days] and [Cases] judge the latest gaps, together,
// against a usual rate or against earlier gaps, exactly. The Shewhart charts of
// gaps (G and T) are drawn by package spc.
//
// Do they cluster in a place and a time? [Scan.Run] searches all places and
// periods for the cluster that chance explains worst, and simulates how often
// chance alone brings one as bad somewhere, which no count of a chosen ward in a
// chosen month can tell.
//
// By hand: 3 events where 0.8 are usual have probability
// 1 − e^−0.8(1 + 0.8 + 0.32) = 0.0474 to be as many or more ([Count]). Three gaps
// of together 40 days where one in 90 days is usual: 40/90 = 0.444 events are
// expected in 40 days, and the third arrives by then with probability
// 1 − e^−0.444(1 + 0.444 + 0.0988) = 0.0105 ([Days]).
//
// Probabilities are for the analyst and for budgets of alerts; pages show the
// sentences, which give counts first and never a p-value.
package rare

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mathext"

	"candour/internal/stat/funnel"
)

// CountTest is a count of events against what was to be expected.
type CountTest struct {
	Observed int
	Expected float64
	AtLeast  float64         // probability of as many or more by chance
	AtMost   float64         // probability of as few or fewer
	Ratio    funnel.Interval // exact 95% interval of observed over expected (Garwood 1936)
}

// Count tests a count against an expectation above 0.
func Count(observed int, expected float64) (*CountTest, error) {
	if observed < 0 {
		return nil, errors.New("a count cannot be below 0")
	}
	if !(expected > 0) || math.IsInf(expected, 1) {
		return nil, errors.New("the expected count must be above 0")
	}
	interval := funnel.PoissonInterval(float64(observed), 95)
	return &CountTest{
		Observed: observed, Expected: expected,
		AtLeast: poissonAtLeast(observed, expected), AtMost: poissonAtMost(observed, expected),
		Ratio: funnel.Interval{Lower: interval.Lower / expected, Upper: interval.Upper / expected},
	}, nil
}

// poissonAtLeast is the probability of k or more events where mean are expected.
func poissonAtLeast(k int, mean float64) float64 {
	if k <= 0 {
		return 1
	}
	return mathext.GammaIncReg(float64(k), mean)
}

// poissonAtMost is the probability of k or fewer.
func poissonAtMost(k int, mean float64) float64 {
	return mathext.GammaIncRegComp(float64(k)+1, mean)
}

// RatesTest is two counts with their exposures (bed days, months, operations).
type RatesTest struct {
	Ratio   float64 // of the first rate to the second; +Inf when the second has no events
	Higher  float64 // probability, if the rates are alike, that the first has this share of the events or more
	Lower   float64 // or less
	TwoSide float64 // probability of a split no more likely than this one
}

// TwoRates compares two handfuls by the exact conditional test: given their sum,
// the first is binomial with probability exposureA/(exposureA + exposureB)
// (Przyborowski and Wilenski 1940, Biometrika 31, 313-323).
func TwoRates(a int, exposureA float64, b int, exposureB float64) (*RatesTest, error) {
	if a < 0 || b < 0 {
		return nil, errors.New("a count cannot be below 0")
	}
	if !(exposureA > 0) || !(exposureB > 0) || math.IsInf(exposureA+exposureB, 1) {
		return nil, errors.New("each exposure must be above 0")
	}
	n, p := a+b, exposureA/(exposureA+exposureB)
	t := &RatesTest{Ratio: 1, Higher: binomialAtLeast(a, n, p), Lower: 1 - binomialAtLeast(a+1, n, p)}
	if n > 0 {
		t.Ratio = (float64(a) / exposureA) / (float64(b) / exposureB)
	}
	seen := binomialLog(a, n, p)
	for k := 0; k <= n; k++ {
		if each := binomialLog(k, n, p); each <= seen+1e-7 { // as R's poisson.test, against rounding
			t.TwoSide += math.Exp(each)
		}
	}
	t.TwoSide = math.Min(1, t.TwoSide)
	return t, nil
}

func binomialLog(k, n int, p float64) float64 {
	a, _ := math.Lgamma(float64(n) + 1)
	b, _ := math.Lgamma(float64(k) + 1)
	c, _ := math.Lgamma(float64(n-k) + 1)
	return a - b - c + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p)
}

// binomialAtLeast is the probability of k or more of n.
func binomialAtLeast(k, n int, p float64) float64 {
	switch {
	case k <= 0:
		return 1
	case k > n:
		return 0
	}
	return mathext.RegIncBeta(float64(k), float64(n-k)+1, p)
}
