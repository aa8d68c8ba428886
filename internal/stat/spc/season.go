package spc

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// MonthsInYear is the cycle of a monthly series.
const MonthsInYear = 12

// Season is how far the time of year explains a series.
type Season struct {
	// Share of the variation about the straight-line trend which lies between the
	// seasons: eta squared, 0 to 1.
	Share float64
	// P is the probability of such a share or more without any seasons, by the F test
	// of a one-way analysis of variance on the detrended values.
	P float64
}

// Strong reports whether an XmR chart of the plain values would mislead
// (R-SPC-6): seasons explain half of the variation or more, and not by chance.
func (s Season) Strong() bool { return s.Share >= 0.5 && s.P < 0.001 }

// Seasonality measures the seasons in values, one per period, with so many
// periods in a cycle. It needs three values for each season; ok is false without.
func Seasonality(values []float64, cycle int) (season Season, ok bool) {
	effects, ok := seasonEffects(values, cycle)
	if !ok {
		return Season{}, false
	}
	residual := detrend(values)
	var between, all float64
	n := 0
	for i, r := range residual {
		if present(r) {
			all += r * r
			between += effects[i%cycle] * effects[i%cycle]
			n++
		}
	}
	if !(all > 0) || !present(all) {
		return Season{P: 1}, true
	}
	season.Share = min(between/all, 1)
	free := float64(n - cycle - 1) // the line takes one degree of freedom beside the seasons'
	if free < 1 {
		return Season{}, false
	}
	if season.Share >= 1 {
		return season, true
	}
	f := season.Share / float64(cycle-1) / ((1 - season.Share) / free)
	season.P = distuv.F{D1: float64(cycle - 1), D2: free}.Survival(f)
	return season, true
}

// SeasonallyAdjusted is values less what is usual for their time of year: each
// value minus the mean difference of its season from the straight-line trend. The
// overall mean is kept, so that limits read as before; gaps stay gaps. It needs
// three values for each season; ok is false without.
func SeasonallyAdjusted(values []float64, cycle int) (adjusted []float64, ok bool) {
	effects, ok := seasonEffects(values, cycle)
	if !ok {
		return nil, false
	}
	adjusted = make([]float64, len(values))
	for i, x := range values {
		adjusted[i] = x - effects[i%cycle]
	}
	return adjusted, true
}

// SameSeasonDifference is each value minus the one a cycle before: the change on
// the same month last year. The first cycle is gaps.
func SameSeasonDifference(values []float64, cycle int) []float64 {
	differences := make([]float64, len(values))
	for i := range values {
		if i < cycle || !present(values[i]) || !present(values[i-cycle]) {
			differences[i] = math.NaN()
			continue
		}
		differences[i] = values[i] - values[i-cycle]
	}
	return differences
}

// seasonEffects is the mean distance of each season from the trend, centred so
// that they average zero over the values held.
func seasonEffects(values []float64, cycle int) ([]float64, bool) {
	if cycle < 2 || len(values) < 3*cycle {
		return nil, false
	}
	sums, counts := make([]total, cycle), make([]int, cycle)
	for i, r := range detrend(values) {
		if present(r) {
			sums[i%cycle].add(r)
			counts[i%cycle]++
		}
	}
	effects := make([]float64, cycle)
	var middle total
	n := 0
	for k := range effects {
		if counts[k] < 3 {
			return nil, false
		}
		effects[k] = sums[k].over(counts[k])
		middle.add(effects[k] * float64(counts[k]))
		n += counts[k]
	}
	for k := range effects {
		effects[k] -= middle.over(n)
		if !present(effects[k]) {
			return nil, false
		}
	}
	return effects, true
}

// detrend is values less their least-squares line, so that growth over the years
// is not taken for a season. Gaps stay gaps.
func detrend(values []float64) []float64 {
	var sumX, sumY total
	n := 0
	for i, y := range values {
		if present(y) {
			sumX.add(float64(i))
			sumY.add(y)
			n++
		}
	}
	meanX, meanY := sumX.over(n), sumY.over(n)
	var sxy, sxx float64
	for i, y := range values {
		if present(y) {
			sxy += (float64(i) - meanX) * (y - meanY)
			sxx += (float64(i) - meanX) * (float64(i) - meanX)
		}
	}
	slope := 0.0
	if sxx > 0 {
		slope = sxy / sxx
	}
	residual := make([]float64, len(values))
	for i, y := range values {
		residual[i] = y - meanY - slope*(float64(i)-meanX)
		if !present(y) {
			residual[i] = math.NaN()
		}
	}
	return residual
}
