package cusum

import (
	"errors"
	"fmt"
	"math"
)

// Limit is a limit with what it does.
type Limit struct {
	H          float64 // magnitude; a chart for a fall alarms at -H
	RunLength  float64 // mean cases to a false alarm; NaN when not asked for
	FalseAlarm float64 // chance of a false alarm within Cases; NaN when not asked for
	Cases      int
}

// LimitForRunLength is the smallest limit, to four decimals, whose mean run
// length is above target: the answer of R vlad, racusum_crit_mc, found by the
// same search (whole units up, tenths down, hundredths up, and so on), because
// on a grid the run length rises in steps and another search may stop at another
// point of the same step.
func (l Law) LimitForRunLength(target float64) (Limit, error) {
	if !(target >= 1) || !(target < longestRun) {
		return Limit{}, errors.New("the mean run length must lie between 1 and 1e14 cases")
	}
	memo := map[int]float64{} // the run length depends on the whole grid point only
	at := func(h float64) (float64, error) {
		n := l.states(h)
		if h <= 0 {
			n = 0
		}
		if v, ok := memo[n]; ok {
			return v, nil
		}
		v, err := l.RunLength(float64(n) / l.scaling)
		if errors.Is(err, ErrRunLength) {
			v, err = math.Inf(1), nil
		}
		memo[n] = v
		return v, err
	}
	h := 0.0
	for whole := 1; ; whole++ {
		h = float64(whole)
		v, err := at(h)
		if err != nil {
			return Limit{}, fmt.Errorf("no limit gives a mean run length of %g: %w", target, err)
		}
		if v > target {
			break
		}
	}
	run := 0.0
	for digit := 1; digit <= 4; digit++ {
		up := digit%2 == 0
		from, unit := h, math.Pow(10, float64(digit))
		for k := 1; k <= 19; k++ {
			if up {
				h = from + float64(k)/unit
			} else {
				h = from - float64(k)/unit
			}
			var err error
			if run, err = at(h); err != nil {
				return Limit{}, err
			}
			if up == (run > target) {
				break
			}
		}
	}
	h = math.Round(h*1e4) / 1e4
	return Limit{H: h, RunLength: run, FalseAlarm: math.NaN()}, nil
}

// LimitForFalseAlarm is the smallest limit on the grid with a chance of at most
// chance of a false alarm within cases patients.
func (l Law) LimitForFalseAlarm(chance float64, cases int) (Limit, error) {
	if !(chance > 0 && chance < 1) {
		return Limit{}, errors.New("the chance of a false alarm must lie between 0 and 1")
	}
	if cases < 1 {
		return Limit{}, errors.New("a chance of a false alarm needs a number of patients")
	}
	chances := map[int]float64{}
	at := func(n int) (float64, error) {
		if v, ok := chances[n]; ok {
			return v, nil
		}
		v, err := l.FalseAlarm(float64(n)/l.scaling, cases)
		chances[n] = v
		return v, err
	}
	n, err := l.bracketChance(at, chance)
	if err != nil {
		return Limit{}, err
	}
	// n is at most a few points off: walk to the edge.
	for {
		v, err := at(n)
		if err != nil {
			return Limit{}, err
		}
		if v <= chance {
			break
		}
		n++
	}
	for n > 1 {
		v, err := at(n - 1)
		if err != nil {
			return Limit{}, err
		}
		if v > chance {
			break
		}
		n--
	}
	h := math.Ceil(float64(n)/l.scaling*1e4-1e-6) / 1e4
	return Limit{H: h, RunLength: math.NaN(), FalseAlarm: chances[n], Cases: cases}, nil
}

// bracketChance finds a grid point close to the wanted chance. The logarithm of
// the alarm rate falls almost in a straight line as the limit rises, so the
// secant through two points of that line meets it within a few trials.
func (l Law) bracketChance(at func(int) (float64, error), chance float64) (int, error) {
	rate := func(n int) (float64, error) {
		v, err := at(n)
		return math.Log(-math.Log1p(-min(v, 1-1e-12))), err
	}
	want := math.Log(-math.Log1p(-chance))
	lo, hi := int(l.scaling), int(2*l.scaling)
	a, err := rate(lo)
	if err != nil {
		return 0, err
	}
	for range 60 {
		b, err := rate(hi)
		if err != nil {
			return 0, fmt.Errorf("no limit gives a chance of %g: %w", chance, err)
		}
		slope := (b - a) / float64(hi-lo)
		if !(slope < 0) { // a chance of 1, or of 0, tells no direction
			if b < want {
				return hi, nil
			}
			lo, a, hi = hi, b, 2*hi
			continue
		}
		next := hi + int(math.Round((want-b)/slope))
		next = min(max(next, 1), 2*hi+1)
		if next == hi || next == lo {
			return next, nil
		}
		lo, a, hi = hi, b, next
	}
	return hi, nil
}
