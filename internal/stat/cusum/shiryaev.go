package cusum

import (
	"errors"
	"math"
)

// ShiryaevRoberts adds up the evidence for a change over every case at which it
// may have begun:
//
//	R = (1 + R) · exp(W)
//
// from R = 0, and alarms when R reaches Threshold (Shiryaev, Theory Probab Appl
// 1963; 8:22-46; Roberts, Technometrics 1966; 8:411-430). In control R less the
// number of cases is a martingale, so the mean number of cases to a false alarm is
// at least Threshold, whatever the mix of risks: a guarantee that needs no
// simulation (Pollak, Ann Stat 1985; 13:206-227). It holds only if the weights
// come from the right risks.
//
// The logarithm of R is kept, because R itself overflows. The zero value with a
// Threshold is ready.
type ShiryaevRoberts struct {
	Threshold float64 // above 0; the guaranteed mean run length in cases

	started bool
	log     float64
}

// ShiryaevPoint is the procedure after one case.
type ShiryaevPoint struct {
	Log    float64 // natural logarithm of R, before any reset
	Signal bool    // the case reached the threshold; the next starts from R = 0
}

// Next takes the weight of the next case, from [Weight], [RateWeight] or
// [MeanWeight].
func (s *ShiryaevRoberts) Next(weight float64) (ShiryaevPoint, error) {
	if !(s.Threshold > 0) || math.IsInf(s.Threshold, 1) {
		return ShiryaevPoint{}, errors.New("the threshold must be above 0 and finite")
	}
	if !(math.Abs(weight) < largestWeight) {
		return ShiryaevPoint{}, ErrValue
	}
	before := 0.0 // ln(1 + R), without overflow
	switch {
	case !s.started:
	case s.log > 0:
		before = s.log + math.Log1p(math.Exp(-s.log))
	default:
		before = math.Log1p(math.Exp(s.log))
	}
	s.started, s.log = true, before+weight
	pt := ShiryaevPoint{Log: s.log, Signal: s.log >= math.Log(s.Threshold)}
	if pt.Signal {
		s.started = false
	}
	return pt, nil
}
