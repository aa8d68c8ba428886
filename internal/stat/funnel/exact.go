package funnel

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// PoissonInterval is the exact two-sided interval at level per cent (such as 95):
// about an expected count the limits of ChiSquare, about an observed count
// Garwood's interval for what is to be expected (1936). The count need not be
// whole; the interval about 0 begins at 0.
func PoissonInterval(count, level float64) Interval {
	if !(count > 0) {
		return Interval{0, -math.Log((1 - level/100) / 2)}
	}
	lower, upper := poissonInterval(count, (1-level/100)/2)
	return Interval{lower, upper}
}

// poissonInterval is the exact interval about an expected count e which leaves
// tail on either side, in counts: χ²(tail; 2e)/2 and χ²(1−tail; 2(e+1))/2
// (Breslow and Day 1987, page 69). e need not be whole.
func poissonInterval(e, tail float64) (lower, upper float64) {
	if e > largeCount {
		q := distuv.UnitNormal.Quantile(tail)
		return wilsonHilferty(e, q), wilsonHilferty(e+1, -q)
	}
	return gammaQuantile(tail, e), gammaQuantileUpper(tail, e+1)
}

// largeCount is where an approximation is nearer to the exact quantile (its error
// there is below 10^-12 of it) or as near as sums of 10^5 terms are.
const largeCount = 1e8

// gammaQuantile is x with P(a, x) = p, the lower p-quantile of a gamma variable
// of shape a and unit scale; half a chi-square quantile with 2a degrees. p is a
// tail, below a half.
func gammaQuantile(p, a float64) float64 {
	return solveGamma(a, gammaStart(a, distuv.UnitNormal.Quantile(p), p), func(x float64) (value, slope float64) {
		lower, _ := gammaTails(a, x)
		return math.Log(lower / p), gammaMass(a, x) * a / x / lower
	})
}

// gammaQuantileUpper is x with Q(a, x) = p, without the loss of digits that 1 − p
// would bring.
func gammaQuantileUpper(p, a float64) float64 {
	return solveGamma(a, gammaStart(a, -distuv.UnitNormal.Quantile(p), 1-p), func(x float64) (value, slope float64) {
		_, upper := gammaTails(a, x)
		return math.Log(p / upper), gammaMass(a, x) * a / x / upper
	})
}

// gammaStart is Wilson and Hilferty's approximation (1931), or for small shapes
// the first term of the power series.
func gammaStart(a, z, p float64) float64 {
	if root := 1 - 1/(9*a) + z/(3*math.Sqrt(a)); root > 0.1 && a > 0.5 {
		return a * root * root * root
	}
	lg, _ := math.Lgamma(a + 1)
	return math.Exp((math.Log(p) + lg) / a)
}

// solveGamma finds the root of an increasing function of x > 0 by Newton's steps
// kept within a bracket. The error after a step is about a times its square, so
// that a step of 10^-10 is the last. A start that underflowed is the answer.
func solveGamma(a, x float64, function func(float64) (value, slope float64)) float64 {
	if x < 1e-290 {
		return x
	}
	low, high := 0.0, math.Inf(1)
	for range 100 {
		v, slope := function(x)
		if v < 0 {
			low = x
		} else {
			high = x
		}
		step := v / slope
		next := x - step
		if math.Abs(step) <= 1e-10*x {
			return next
		}
		if math.IsNaN(next) || next <= low || next >= high {
			if next = (low + high) / 2; math.IsInf(high, 1) {
				next = 2*x + a
			}
		}
		x = next
	}
	return x
}

// binomialLimit is the interpolated p-quantile of r/n for r binomial(n, target):
// with r the smallest count whose cumulative probability F(r) reaches p, and
// α = (F(r) − p)/(F(r) − F(r−1)), it is (r − α)/n (Spiegelhalter 2005, appendix
// A.1.1). n need not be whole: the beta function goes between.
func binomialLimit(p, n, target float64) float64 {
	count := interpolated(p, n*target, math.Sqrt(n*target*(1-target)), math.Ceil(n), func(r float64) float64 {
		if r >= n {
			return 1
		}
		return mathext.RegIncBeta(n-r, r+1, 1-target)
	})
	return math.Min(1, count/n)
}

// poissonLimit is the same for a Poisson count with expectation e, as ratio to e.
func poissonLimit(p, e float64) float64 {
	return interpolated(p, e, math.Sqrt(e), math.Inf(1), func(r float64) float64 {
		_, atMost := gammaTails(r+1, e)
		return atMost
	}) / e
}

// interpolated finds the smallest whole r ≥ 0 with cumulative(r) ≥ p by
// bisection from a normal start, and interpolates to just below it. The result
// is not below 0: a count cannot be.
func interpolated(p, mean, sd, most float64, cumulative func(float64) float64) float64 {
	low, width := -1.0, math.Max(1, sd)
	high := math.Min(most, math.Ceil(mean+sd*distuv.UnitNormal.Quantile(p)))
	high = math.Max(high, 0)
	for cumulative(high) < p && high < most {
		low, high = high, math.Min(most, math.Ceil(high+width))
		width *= 2
	}
	for high-low > 1 {
		middle := math.Floor((low + high) / 2)
		if cumulative(middle) < p {
			low = middle
		} else {
			high = middle
		}
	}
	at, before := cumulative(high), 0.0
	if high > 0 {
		before = cumulative(high - 1)
	}
	if at <= before {
		return high
	}
	return math.Max(0, high-math.Max(0, at-p)/(at-before))
}
