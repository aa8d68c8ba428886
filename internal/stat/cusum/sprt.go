package cusum

import (
	"errors"
	"math"
)

// Lower is what a sequential test does when it reaches its lower boundary, which
// means that results are as expected.
type Lower uint8

// The policies at the lower boundary.
const (
	// RunOn takes no notice, as the published drawings of Shipman do. Good years
	// can then hide later bad ones.
	RunOn Lower = iota
	// Restart begins again from zero: the resetting test (RSPRT) of Spiegelhalter
	// et al. 2003, for monitoring without end.
	Restart
	// Accept ends the test: Wald's own, for a question asked once.
	Accept
)

// Sequential is Wald's sequential probability ratio test over risk-adjusted
// weights: their running sum, without a barrier at zero, between two boundaries.
type Sequential struct {
	Upper float64 // above 0: reached, it is an alarm
	Lower float64 // below 0: reached, results are as expected
	At    Lower
}

// WaldBoundaries are the boundaries for error rates alpha (an alarm though
// nothing is wrong) and beta (none though the odds are changed): ln((1-beta)/alpha)
// and ln(beta/(1-alpha)) (Wald, Sequential Analysis, 1947, formulas 3:31-3:34).
// The rates are those of one test run to its end, not per year.
func WaldBoundaries(alpha, beta float64) (upper, lower float64, err error) {
	if !(alpha > 0 && beta > 0 && alpha+beta < 1) {
		return 0, 0, errors.New("the error rates must be above 0 and add up to less than 1")
	}
	return math.Log((1 - beta) / alpha), math.Log(beta / (1 - alpha)), nil
}

// SequentialPoint is the test after one case.
type SequentialPoint struct {
	Sum    float64 // before any restart
	Alarm  bool    // at or above the upper boundary
	AsGood bool    // at or below the lower boundary
	Ended  bool    // the test has ended, here or earlier (Accept only)
}

// Run takes weights in order. After an alarm the sum runs on with RunOn, starts
// again from zero with Restart, and stays with Accept.
func (s Sequential) Run(weights []float64) ([]SequentialPoint, error) {
	if !(s.Upper > 0) || !(s.Lower < 0) || !finite(s.Upper) || !finite(s.Lower) {
		return nil, errors.New("the boundaries must be finite, the upper above 0 and the lower below")
	}
	out := make([]SequentialPoint, len(weights))
	sum, ended := 0.0, false
	for i, w := range weights {
		if !(math.Abs(w) < largestWeight) {
			return nil, &CaseError{Index: i, Err: ErrValue}
		}
		if ended {
			out[i] = SequentialPoint{Sum: sum, Ended: true}
			continue
		}
		sum += w
		pt := SequentialPoint{Sum: sum, Alarm: sum >= s.Upper, AsGood: sum <= s.Lower}
		if pt.Alarm || pt.AsGood {
			switch s.At {
			case Restart:
				sum = 0
			case Accept:
				ended, pt.Ended = true, true
			case RunOn:
			}
		}
		out[i] = pt
	}
	return out, nil
}

// FirstAlarm is the index of the first alarm, -1 if there is none.
func FirstAlarm(points []SequentialPoint) int {
	for i, p := range points {
		if p.Alarm {
			return i
		}
	}
	return -1
}

// AlarmSpan is what can be said of a sequential test when only totals are known:
// deaths among patients who all had the same risk, in an unknown order.
type AlarmSpan struct {
	Final    float64 // the sum after the last patient, whatever the order
	Earliest int     // the first patient (from 1) at whom any order could alarm; 0: none can
	Latest   int     // the patient by whom every order has alarmed; 0: some order never does
}

// SpanOfAlarm gives the bounds for a test that runs on (RunOn). The sum is
// highest at every point when all deaths come first, and lowest when all come
// last.
func SpanOfAlarm(deaths, patients int, risk, odds, upper float64) (AlarmSpan, error) {
	if err := checkOdds(odds); err != nil || !(odds > 1) {
		return AlarmSpan{}, ErrOdds
	}
	if !(risk >= 0 && risk <= 1) || deaths < 0 || deaths > patients || !(upper > 0) {
		return AlarmSpan{}, errors.New("deaths must not exceed patients, and the boundary must be above 0")
	}
	died, lived := Weight(true, risk, odds), Weight(false, risk, odds)
	span := AlarmSpan{Final: float64(deaths)*died + float64(patients-deaths)*lived}
	for k := 1; k <= deaths; k++ {
		if span.Earliest == 0 && float64(k)*died >= upper {
			span.Earliest = k
		}
		if span.Latest == 0 && float64(patients-deaths)*lived+float64(k)*died >= upper {
			span.Latest = patients - deaths + k
		}
	}
	return span, nil
}
