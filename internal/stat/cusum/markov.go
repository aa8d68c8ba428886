package cusum

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/floats"
)

// ErrRunLength says that a mean run length is beyond what doubles can tell from
// never.
var ErrRunLength = errors.New("the mean run length is too long to calculate (above 1e14 cases)")

// ErrLimitSize says that a limit needs too large a grid.
var ErrLimitSize = errors.New("the limit is too high for the grid: above 30,000 grid points")

const (
	longestRun    = 1e14
	largestStates = 30000
)

// RunLength is the mean number of cases until the chart first signals, starting
// from zero, with the law's patients: in control the average run length to a
// false alarm, otherwise the mean delay.
//
// The chart between two visits to zero is a random walk on the grid; the mean
// time until it leaves (upwards past the limit or downwards past zero) and the
// chance that it leaves downwards are solutions of two linear systems with one
// Toeplitz matrix, I - P, solved by Levinson's recursion in time N² for N grid
// points (the method called "Toep" in R vlad, racusum_arl_mc). The answer equals
// that of the full Brook and Evans chain.
func (l Law) RunLength(limit float64) (float64, error) {
	n := l.states(limit)
	if n < 1 {
		return 1, nil
	}
	if n > largestStates {
		return 0, ErrLimitSize
	}
	inside, down := l.walkFromZero(n)
	up := 1 - down
	if !(up > 0) || !(inside/up < longestRun) {
		return 0, ErrRunLength
	}
	return inside / up, nil
}

// walkFromZero is, for a walk from grid point 0 that ends when it leaves
// 0…n-1, the mean number of steps and the chance to leave downwards.
func (l Law) walkFromZero(n int) (steps, down float64) {
	// t[k+n-1] is the entry of I - P on diagonal row-column = k.
	t := make([]float64, 2*n-1)
	t[n-1] = 1
	leave := make([]float64, n) // chance to leave downwards in one step, by grid point
	for i, z := range l.steps {
		if z > -n && z < n {
			t[n-1-z] -= l.probs[i]
		}
		for at := 0; at < n && at+z < 0; at++ {
			leave[at] += l.probs[i]
		}
	}
	ones := make([]float64, n)
	for i := range ones {
		ones[i] = 1
	}
	x, v := solveToeplitz(t, ones, leave)
	return x[0], v[0]
}

// solveToeplitz solves T x = a and T y = b for the n by n Toeplitz matrix
// T[i][j] = t[i-j+n-1], by Levinson's recursion (Golub and Van Loan, Matrix
// Computations, 4th ed., section 4.7): from the solutions for the leading k rows
// and columns it makes those for k+1, by way of a forward vector f (T f = first
// unit vector) and a backward vector g (T g = last unit vector).
func solveToeplitz(t, a, b []float64) (x, y []float64) {
	n := len(a)
	mid := n - 1
	f, g := make([]float64, n), make([]float64, n)
	x, y = make([]float64, n), make([]float64, n)
	f[0], g[0] = 1/t[mid], 1/t[mid]
	x[0], y[0] = a[0]/t[mid], b[0]/t[mid]
	// The row below the leading block, from its first column: t[k], t[k-1] … t[1].
	below := make([]float64, n)
	for k := 0; k < n; k++ {
		below[n-1-k] = t[mid+k]
	}
	// The row above, shifted by one: t[-1], t[-2] … t[-k].
	above := make([]float64, n)
	for k := 1; k < n; k++ {
		above[k-1] = t[mid-k]
	}
	next := make([]float64, n)
	for k := 1; k < n; k++ {
		row := below[n-1-k : n-1] // t[k] … t[1]
		fe := floats.Dot(row, f[:k])
		ge := floats.Dot(above[:k], g[:k])
		scale := 1 / (1 - fe*ge)
		// f' = ([f;0] - fe [0;g]) scale, g' = ([0;g] - ge [f;0]) scale
		next[0] = -ge * f[0] * scale
		for i := 1; i < k; i++ {
			next[i] = (g[i-1] - ge*f[i]) * scale
		}
		next[k] = g[k-1] * scale
		f[k] = -fe * g[k-1] * scale
		for i := k - 1; i > 0; i-- {
			f[i] = (f[i] - fe*g[i-1]) * scale
		}
		f[0] *= scale
		g, next = next, g
		dx := a[k] - floats.Dot(row, x[:k])
		dy := b[k] - floats.Dot(row, y[:k])
		floats.AddScaled(x[:k+1], dx, g[:k+1])
		floats.AddScaled(y[:k+1], dy, g[:k+1])
	}
	return x, y
}

// FalseAlarm is the chance that the chart, starting from zero, signals at least
// once within n cases of the law's patients.
//
// The distribution over the grid is carried forward case by case until the
// share that signals per case has settled; from there on survival is geometric,
// which is how the chain behaves in the limit. Relative error below 1e-6.
func (l Law) FalseAlarm(limit float64, n int) (float64, error) {
	states := l.states(limit)
	switch {
	case n < 0:
		return 0, errors.New("the number of cases must not be below 0")
	case n == 0:
		return 0, nil
	case states < 1:
		return 1, nil
	case states > largestStates:
		return 0, ErrLimitSize
	}
	now, then := make([]float64, states), make([]float64, states)
	now[0] = 1
	alarmed := 0.0 // chance to have signalled so far
	hazard := newSettling()
	for k := 1; k <= n; k++ {
		signalled := l.advance(then, now)
		now, then = then, now
		survived := 1 - alarmed
		alarmed += signalled
		if !(survived > 1e-12) {
			return 1, nil
		}
		if rate := signalled / survived; hazard.settled(rate) {
			// 1 - (1-alarmed)(1-rate)^(n-k), kept exact for tiny chances
			return -math.Expm1(math.Log1p(-alarmed) + float64(n-k)*math.Log1p(-rate)), nil
		}
	}
	return min(alarmed, 1), nil
}

// advance carries the distribution over the grid one case on and returns the
// probability that left past the limit.
func (l Law) advance(then, now []float64) (signalled float64) {
	n := len(now)
	for i := range then {
		then[i] = 0
	}
	for i, z := range l.steps {
		p := l.probs[i]
		switch {
		case z >= n:
			signalled += p * floats.Sum(now)
		case z >= 0:
			floats.AddScaled(then[z:], p, now[:n-z])
			signalled += p * floats.Sum(now[n-z:])
		case -z >= n:
			then[0] += p * floats.Sum(now)
		default:
			then[0] += p * floats.Sum(now[:-z])
			floats.AddScaled(then[:n+z], p, now[-z:])
		}
	}
	return signalled
}

// settling watches a sequence that converges geometrically and tells when what
// is left to come is negligible.
type settling struct {
	last, change float64
	calm         int
}

func newSettling() *settling { return &settling{last: math.NaN(), change: math.NaN()} }

func (s *settling) settled(v float64) bool {
	change := math.Abs(v - s.last)
	ratio := change / s.change
	s.last, s.change = v, change
	left := change // still to come, as the sum of a geometric series
	if ratio < 1 {
		left = change / (1 - ratio)
	}
	if v > 0 && left < 1e-8*v && ratio < 1.0000001 || v > 0 && change <= 1e-15*v {
		s.calm++
	} else {
		s.calm = 0
	}
	return s.calm >= 100
}
