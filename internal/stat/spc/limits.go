package spc

import "math"

// Constants of the XmR chart, as the national tools have them.
const (
	// limitFactor is 3/d2 with d2 = 1.128, rounded: NHSRplotthedots
	// R/ptd_spc_standard.R; Wheeler 2000, p. 43.
	limitFactor = 2.66
	// rangeFactor is D4 for ranges of two: a moving range beyond rangeFactor × aMR
	// is itself out of control (Nelson 1982; R-SPC-7).
	rangeFactor = 3.267
	// d2 turns a mean range of two into a standard deviation (Montgomery,
	// Introduction to Statistical Quality Control, appendix VI).
	d2 = 1.128
)

// nearFactor is two thirds of limitFactor, rounded at each step as the R package
// does, so that a point exactly on a near limit is judged alike.
var nearFactor = func(f float64) float64 { return 2 * (f / 3) }(limitFactor)

// Segment is a stretch of a series with its own mean and limits.
type Segment struct {
	Start, End int // positions in the series; End is the first beyond
	Number     int // how many rebases came before or at Start; 0 without any
	Values     int // values that are not gaps
	Baseline   int // values from which mean and limits are calculated
	// Mean, limits and near limits; NaN where there is none to be had: no value, or
	// for limits no moving range, or fewer values than Settings.MinimumLimits.
	Mean, Lower, Upper, NearLower, NearUpper float64
	// MeanRange is aMR, the mean moving range behind the limits, after screening.
	MeanRange float64
	// Usual is the value that two thirds of the baseline or more share; NaN without one.
	Usual float64
	// Dropped is how many moving ranges screening left out.
	Dropped int
	// Trial says that there are limits but fewer values than Settings.MinimumIcons.
	Trial bool
	// ScreenRefused says that screening would have drawn limits which hold not one
	// value of the baseline, and so was not done. Mostly-zero series are like that:
	// screening takes the only ranges that are not zero.
	ScreenRefused bool
}

// Short reports whether the segment has fewer than 13 values, under which the R
// package calls limits trial limits.
func (g *Segment) Short() bool { return g.Values < shortSegment }

// HasLimits reports whether the segment has process limits.
func (g *Segment) HasLimits() bool { return !math.IsNaN(g.Upper) }

// RangeLimit is the moving range beyond which a jump is alarming (R-SPC-7).
func (g *Segment) RangeLimit() float64 { return rangeFactor * g.MeanRange }

// present reports whether x is a measurement: neither NaN nor infinite.
func present(x float64) bool { return math.Abs(x) <= math.MaxFloat64 }

// total is a sum held in two doubles, so that a mean comes out correctly rounded.
// It matters: the mean of a constant series must be that constant, or every point
// lies "on one side" of it.
type total struct{ high, low float64 }

func (t *total) add(x float64) {
	s := t.high + x
	b := s - t.high
	t.low += (t.high - (s - b)) + (x - b) // the part of x that s has lost (Knuth's two-sum)
	t.high = s
}

// over is the sum divided by n, NaN for n = 0.
func (t *total) over(n int) float64 {
	if n == 0 {
		return math.NaN()
	}
	d := float64(n)
	m := t.high / d
	return m + (math.FMA(-m, d, t.high)+t.low)/d
}

// estimate fills mean and limits of g from the values of its segment.
func (g *Segment) estimate(values []float64, s *Settings) {
	g.count(values, s)
	if !g.fit(values, 1, s) {
		// A sum or a range went beyond the largest double: calculate with smaller
		// numbers and keep limits at the largest double.
		g.fit(values, 0x1p-80, s)
	}
	if g.Baseline < s.MinimumLimits {
		g.MeanRange, g.Lower, g.Upper = math.NaN(), math.NaN(), math.NaN()
		g.NearLower, g.NearUpper = math.NaN(), math.NaN()
	}
	g.Trial = g.HasLimits() && g.Values < s.MinimumIcons
}

// count sets the numbers of values and baseline values, and the usual value.
func (g *Segment) count(values []float64, s *Settings) {
	g.Values, g.Baseline = 0, 0
	candidate, votes := math.NaN(), 0
	for _, x := range values {
		if !present(x) {
			continue
		}
		g.Values++
		if s.FixAfter > 0 && g.Baseline == s.FixAfter {
			continue
		}
		g.Baseline++
		switch { // Boyer and Moore's vote: only a majority can be left at the end
		case votes == 0:
			candidate, votes = x, 1
		case same(x, candidate):
			votes++
		default:
			votes--
		}
	}
	g.Usual = math.NaN()
	if votes == 0 {
		return
	}
	n, left := 0, g.Baseline
	for _, x := range values {
		if !present(x) {
			continue
		}
		if left == 0 {
			break
		}
		left--
		if same(x, candidate) {
			n++
		}
	}
	if 3*n >= 2*g.Baseline {
		g.Usual = candidate
	}
}

// same reports whether two measurements are the very same number.
func same(a, b float64) bool { return !(a < b) && !(a > b) }

// fit calculates with the values multiplied by scale, a power of two, and reports
// whether every result is finite.
func (g *Segment) fit(values []float64, scale float64, s *Settings) bool {
	mean, amr, n := g.moments(values, scale, math.Inf(1))
	g.Dropped, g.ScreenRefused = 0, false
	if s.Screen {
		_, screened, kept := g.moments(values, scale, rangeFactor*amr)
		if s.Reference || kept == 0 || g.within(values, scale, mean, limitFactor*screened) {
			amr, g.Dropped = screened, n-kept
		} else {
			g.ScreenRefused = true
		}
	}
	g.Mean, g.MeanRange = mean/scale, clamp(amr/scale)
	far, near := float64(limitFactor*amr), float64(nearFactor*amr)
	g.Lower, g.Upper = clamp((mean-far)/scale), clamp((mean+far)/scale)
	g.NearLower, g.NearUpper = clamp((mean-near)/scale), clamp((mean+near)/scale)
	finite := present(mean) && (n == 0 || math.IsNaN(amr) && g.Dropped == n || present(math.Abs(mean)+far))
	return finite || g.Baseline == 0
}

// within reports whether any value of the baseline is no further from the mean
// than reach, all on the given scale.
func (g *Segment) within(values []float64, scale, mean, reach float64) bool {
	left := g.Baseline
	for _, x := range values {
		if left == 0 {
			break
		}
		if !present(x) {
			continue
		}
		if left--; math.Abs(x*scale-mean) <= reach {
			return true
		}
	}
	return false
}

// clamp keeps a limit within the doubles; NaN stays NaN.
func clamp(x float64) float64 {
	switch {
	case x > math.MaxFloat64:
		return math.MaxFloat64
	case x < -math.MaxFloat64:
		return -math.MaxFloat64
	}
	return x
}

// moments is the mean of the baseline and the mean of those of its moving ranges
// that are under ceiling, with their number. NaN stands for the mean of nothing.
func (g *Segment) moments(values []float64, scale, ceiling float64) (mean, amr float64, ranges int) {
	var sum, rangeSum total
	left, joined, before := g.Baseline, false, 0.0
	for _, raw := range values {
		if left == 0 {
			break
		}
		if !present(raw) {
			joined = false
			continue
		}
		left--
		x := raw * scale
		sum.add(x)
		if joined {
			if r := math.Abs(x - before); r < ceiling || math.IsInf(ceiling, 1) {
				rangeSum.add(r)
				ranges++
			}
		}
		joined, before = true, x
	}
	return sum.over(g.Baseline), rangeSum.over(ranges), ranges
}
