package concern

import (
	"math"
	"slices"
)

// madScale makes the median absolute deviation estimate the standard deviation
// of normal data (concern-design.md section 3: MAD* = 1.4826 × MAD).
const madScale = 1.4826

// median reorders xs and returns its median, 0 for none. Even counts give the
// mean of the two middle values.
func median(xs []float64) float64 {
	n := len(xs)
	if n == 0 {
		return 0
	}
	if n < 12 {
		slices.Sort(xs)
		return (xs[(n-1)/2] + xs[n/2]) / 2
	}
	hi := nth(xs, n/2)
	if n%2 == 1 {
		return hi
	}
	lo := math.Inf(-1)
	for _, x := range xs[:n/2] {
		lo = max(lo, x)
	}
	return (lo + hi) / 2
}

// nth partially orders xs so that xs[k] is its k-th smallest value, with none
// greater before it, and returns that value (Hoare's selection).
func nth(xs []float64, k int) float64 {
	lo, hi := 0, len(xs)-1
	for lo < hi {
		mid := (lo + hi) / 2
		pivot := max(min(xs[lo], xs[mid]), min(max(xs[lo], xs[mid]), xs[hi]))
		i, j := lo, hi
		for i <= j {
			for xs[i] < pivot {
				i++
			}
			for xs[j] > pivot {
				j--
			}
			if i <= j {
				xs[i], xs[j] = xs[j], xs[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return xs[k]
		}
	}
	return xs[k]
}

// mad reorders and overwrites xs and returns MAD* about its median.
func mad(xs []float64) float64 {
	m := median(xs)
	for i, x := range xs {
		xs[i] = math.Abs(x - m)
	}
	return madScale * median(xs)
}

// clip bounds x to [lo, hi].
func clip(x, lo, hi float64) float64 { return min(max(x, lo), hi) }

// logit is ln(p/(1−p)).
func logit(p float64) float64 { return math.Log(p / (1 - p)) }

// logistic is the inverse of logit.
func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
