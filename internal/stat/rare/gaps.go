package rare

import (
	"errors"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// Between gives the gaps between events, from their day (or case) numbers in any
// order. Two events on one day have a gap of 0. Nil for fewer than two events.
func Between(at []int) []int {
	if len(at) < 2 {
		return nil
	}
	sorted := slices.Clone(at)
	slices.Sort(sorted)
	gaps := make([]int, len(sorted)-1)
	for i := range gaps {
		gaps[i] = sorted[i+1] - sorted[i]
	}
	return gaps
}

// GapTest is the latest gaps against what is usual.
type GapTest struct {
	Gaps    int     // latest gaps judged together
	Total   float64 // their sum, in days or cases
	Usual   float64 // mean gap that is usual
	Shorter float64 // probability by chance that so many gaps sum to this or less
	Longer  float64 // to this or more
}

// Days tests the sum of the latest gaps, in days, against a usual number of days
// between events that is known: the sum of k gaps is a gamma (Erlang) variable of
// shape k. With k = 1 this is the limit-free form of the t chart.
func Days(latest []float64, usual float64) (*GapTest, error) {
	total, err := sum(latest)
	if err != nil {
		return nil, err
	}
	if !(usual > 0) || math.IsInf(usual, 1) {
		return nil, errors.New("the usual number of days between events must be above 0")
	}
	k := float64(len(latest))
	t := &GapTest{Gaps: len(latest), Total: total, Usual: usual, Shorter: 0, Longer: 1}
	if total > 0 {
		t.Shorter, t.Longer = mathext.GammaIncReg(k, total/usual), mathext.GammaIncRegComp(k, total/usual)
	}
	return t, nil
}

// DaysAgainst tests the latest gaps against earlier ones whose mean is itself
// uncertain: the share of the latest in the sum of all is a beta variable (k, m)
// if nothing has changed, so that the test is exact however few the earlier gaps.
func DaysAgainst(latest, earlier []float64) (*GapTest, error) {
	total, err := sum(latest)
	if err != nil {
		return nil, err
	}
	before, err := sum(earlier)
	if err != nil {
		return nil, err
	}
	if !(before > 0) {
		return nil, errors.New("the earlier events all fell on one day")
	}
	k, m := float64(len(latest)), float64(len(earlier))
	share := total / (total + before)
	return &GapTest{
		Gaps: len(latest), Total: total, Usual: before / m,
		Shorter: mathext.RegIncBeta(k, m, share), Longer: mathext.RegIncBeta(m, k, 1-share),
	}, nil
}

// Cases tests the latest gaps counted in cases without an event between events (a
// g chart's gaps) against a usual probability of an event per case: the sum of k
// is negative binomial.
func Cases(latest []int, risk float64) (*GapTest, error) {
	if !(risk > 0 && risk < 1) {
		return nil, errors.New("the usual risk must be between 0 and 1")
	}
	values := make([]float64, len(latest))
	for i, gap := range latest {
		values[i] = float64(gap)
	}
	total, err := sum(values)
	if err != nil {
		return nil, err
	}
	k := float64(len(latest))
	t := &GapTest{Gaps: len(latest), Total: total, Usual: (1 - risk) / risk, Longer: 1}
	// No more than s failures before the k-th event: at least k events among s + k cases.
	t.Shorter = mathext.RegIncBeta(k, total+1, risk)
	if total > 0 {
		t.Longer = mathext.RegIncBeta(total, k, 1-risk)
	}
	return t, nil
}

// Silence is the probability that no event comes for so many days where one in
// usual days is the rule: what a ward may say that has had none since its change.
func Silence(days, usual float64) (float64, error) {
	if !(usual > 0) || !(days >= 0) {
		return 0, errors.New("days must be 0 or more and the usual gap above 0")
	}
	return math.Exp(-days / usual), nil
}

func sum(gaps []float64) (float64, error) {
	if len(gaps) == 0 {
		return 0, errors.New("there is no gap to judge: two events make one")
	}
	var total float64
	for _, gap := range gaps {
		if !(gap >= 0) || gap > 1e12 {
			return 0, errors.New("a gap between events is not a number of 0 or more")
		}
		total += gap
	}
	return total, nil
}
