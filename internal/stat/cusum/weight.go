package cusum

import "math"

// Weight is the logarithm of the likelihood ratio of one patient's outcome:
// y ln R - ln(1 - p + R p), with died meaning y = 1, p the risk and R the odds
// ratio (Steiner et al. 2000, formula 2.3). It is unitless and
// finite for every p from 0 to 1.
func Weight(died bool, p, odds float64) float64 {
	w := -logRelative(p, odds)
	if died {
		w += math.Log(odds)
	}
	return w
}

// logRelative is ln(1 - p + R p), exact to the last digits both for rare events
// (where 1 + x would lose them) and for certain ones.
func logRelative(p, odds float64) float64 {
	if x := (odds - 1) * p; x > -0.5 {
		return math.Log1p(x)
	}
	return math.Log(1 - p + odds*p)
}

// RateWeight is the logarithm of the likelihood ratio of a count: y ln R -
// (R - 1) E, with E the expected count and R the rate ratio. Over a Shipman year
// with R = 2 it is 0.693 O - E (Spiegelhalter, The Art of Statistics, 2019,
// chapter 10, note 7).
func RateWeight(count, expected, ratio float64) float64 {
	return count*math.Log(ratio) - (ratio-1)*expected
}

// MeanWeight is the logarithm of the likelihood ratio of a measurement for a
// shift of the mean by d standard deviations: d z - d²/2, z = (x - mean)/sd.
// Divided by d it is the increment of the tabular CUSUM with k = d/2.
func MeanWeight(x, mean, sd, shift float64) float64 {
	return shift*(x-mean)/sd - shift*shift/2
}

// AlternativeRisk is the risk p after its odds are multiplied by odds:
// R p / (1 - p + R p).
func AlternativeRisk(p, odds float64) float64 { return odds * p / (1 + (odds-1)*p) }

// weigher is a Design with its constants worked out once.
type weigher struct {
	design  Design
	logOdds float64
}

// largestCount is the largest count whose neighbours are still distinct
// doubles; beyond it a "count" is an error of the data.
const largestCount = 1 << 53

// largestWeight bounds the weight of one case, so that no sum of cases that fits
// in memory can overflow. Real weights are below 10.
const largestWeight = 1e100

// weigh is the weight of a case and an error if the case is not one of the kind.
func (w *weigher) weigh(y, p float64) (float64, error) {
	switch w.design.Kind {
	case RiskAdjusted, Bernoulli, VLAD:
		if !(p >= 0 && p <= 1) {
			return 0, ErrRisk
		}
		if !(y >= 0 && y <= 1) || (y > 0 && y < 1) {
			return 0, ErrOutcome
		}
		if w.design.Kind == VLAD {
			return p - y, nil
		}
		return y*w.logOdds - logRelative(p, w.design.Odds), nil
	case Poisson:
		if !(p >= 0) || math.IsInf(p, 0) || p > largestCount {
			return 0, ErrExpect
		}
		if !(y >= 0 && y <= largestCount) || math.Trunc(y) < y {
			return 0, ErrCount
		}
		v := y*w.logOdds - (w.design.Odds-1)*p
		if !(math.Abs(v) < largestWeight) {
			return 0, ErrExpect
		}
		return v, nil
	default: // Normal; New has refused anything else
		v := MeanWeight(y, p, w.design.SD, w.design.Shift)
		if !(math.Abs(v) < largestWeight) {
			return 0, ErrValue
		}
		return v, nil
	}
}

func newWeigher(d Design) weigher { return weigher{design: d, logOdds: math.Log(d.Odds)} }
