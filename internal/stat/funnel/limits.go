package funnel

import "math"

// Interval is a pair of limits on the value's scale, times Multiplier.
type Interval struct {
	Lower, Upper float64
}

// Beyond is −1 for a value below the lower limit, 1 above the upper, 0 between
// or on them.
func (v Interval) Beyond(value float64) int {
	switch {
	case value < v.Lower:
		return -1
	case value > v.Upper:
		return 1
	}
	return 0
}

// Limits is both pairs of limits for one denominator at one level.
type Limits struct {
	Plain    Interval // chance alone
	Adjusted Interval // chance and the ordinary differences between units; on the transformed scale also without overdispersion
}

// beyond is [Interval.Beyond] for a unit's count, except that a unit without any
// event (or, for proportions, with nothing but events) is not beyond a limit
// when chance alone does that more often than the level's tail allows. Smooth
// limits never reach 0, so that without this rule no deaths where 0.4 are
// expected would be an outlier at any level (deviations.md).
func (f *Fit) beyond(v Interval, num, den, value, level float64) int {
	side := v.Beyond(value)
	if side == 0 || f.Settings.Kind == Mean {
		return side
	}
	if tail := (1 - level/100) / 2; f.allOrNone(num, den) > tail {
		return 0
	}
	return side
}

// allOrNone is the probability of the unit's count by chance alone if that count
// is none, or all of a proportion; else 0. den is as used.
func (f *Fit) allOrNone(num, den float64) float64 {
	switch {
	case f.Settings.Kind == Proportion && num <= 0:
		return math.Pow(1-f.Target, den)
	case f.Settings.Kind == Proportion && num >= den:
		return math.Pow(f.Target, den)
	case f.Settings.Kind == CountRatio && num <= 0:
		return math.Exp(-den * math.Log1p(f.Target)) // each of den counts, of either sort, is of the other sort with probability 1/(1+θ)
	case num <= 0:
		return math.Exp(-den * f.Target)
	}
	return 0
}

// Judging is the pair that judges: adjusted if the fit is, else plain.
func (f *Fit) Judging(l Limits) Interval {
	if f.Adjusted() {
		return l.Adjusted
	}
	return l.Plain
}

// Limits gives the limits at a denominator (for Mean: a standard error) and a
// level in per cent between 0 and 100, such as 95, 99.8 or 90.
func (f *Fit) Limits(den, level float64) Limits {
	if f.Flat {
		flat := Interval{f.Target * f.Settings.Multiplier, f.Target * f.Settings.Multiplier}
		return Limits{Plain: flat, Adjusted: flat}
	}
	return Limits{Plain: f.plain(den, level), Adjusted: f.adjusted(den, quantile(level))}
}

// adjusted is θ' ± q·√(s² + allowance), taken back to the value's scale.
func (f *Fit) adjusted(den, q float64) Interval {
	return f.back(den, q*math.Sqrt(f.inflate(f.variance(den))))
}

// plain is the pair of limits for chance alone.
func (f *Fit) plain(den, level float64) Interval {
	tail := (1 - level/100) / 2
	m := f.Settings.Multiplier
	switch {
	case f.Settings.Plain == ChiSquare:
		lower, upper := poissonInterval(den*f.Target, tail)
		return Interval{m * lower / den, m * upper / den}
	case f.Settings.Plain == Interpolated && den*math.Max(1, f.Target) < largeCount:
		if f.Settings.Kind == Proportion {
			return Interval{m * binomialLimit(tail, den, f.Target), m * binomialLimit(1-tail, den, f.Target)}
		}
		e := den * f.Target
		return Interval{m * f.Target * poissonLimit(tail, e), m * f.Target * poissonLimit(1-tail, e)}
	}
	return f.back(den, quantile(level)*math.Sqrt(f.variance(den)))
}

// variance is s² at a denominator for a unit that is on target.
func (f *Fit) variance(den float64) float64 {
	switch f.Settings.Kind {
	case Proportion:
		if f.Settings.Transform == Logit {
			return 1 / (den * f.Target * (1 - f.Target))
		}
		return 1 / (4 * den)
	case CountRatio:
		o := den * f.Target
		return o/((o+0.5)*(o+0.5)) + den/((den+0.5)*(den+0.5))
	case Mean:
		return den * den
	}
	if f.Settings.Transform == SquareRoot {
		return 1 / (4 * den * f.Target)
	}
	return 1 / (den * f.Target)
}

// back takes θ' ± half from the transformed scale to the value's.
func (f *Fit) back(den, half float64) Interval {
	m, t := f.Settings.Multiplier, f.Target
	switch {
	case f.Settings.Kind == Mean:
		return Interval{m * (t - half), m * (t + half)}
	case f.Settings.Kind == CountRatio:
		// The halves that the transform adds are taken off again, so that a unit
		// without events is not below the limit merely for having none.
		factor := math.Exp(half)
		lower := math.Max(0, t/factor*(den+0.5)-0.5) / den
		return Interval{m * lower, m * math.Max(0, t*factor*(den+0.5)-0.5) / den}
	case f.Settings.Transform == Log:
		factor := math.Exp(half)
		return Interval{m * t / factor, m * t * factor}
	case f.Settings.Transform == SquareRoot:
		// Squared back: FunnelPlotR draws the square roots (deviations.md).
		lower := math.Max(0, 1-half)
		return Interval{m * t * lower * lower, m * t * (1 + half) * (1 + half)}
	case f.Settings.Transform == Logit:
		odds, factor := t/(1-t), math.Exp(half)
		upper := 1.0
		if !math.IsInf(factor, 1) {
			upper = odds * factor / (1 + odds*factor)
		}
		return Interval{m * (odds / factor) / (1 + odds/factor), m * upper}
	}
	angle := math.Asin(math.Sqrt(t))
	low, high := math.Sin(math.Max(0, angle-half)), math.Sin(math.Min(math.Pi/2, angle+half))
	return Interval{m * low * low, m * high * high}
}

// CurvePoint is the limits at one denominator, for drawing.
type CurvePoint struct {
	Den     float64
	Inner   Limits // 95%
	Outer   Limits // 99.8%
	Further []Limits
}

// Curve gives the limits at each denominator of a grid (see [Grid]) at 95% and
// 99.8%, and at any further levels, in the order given.
func (f *Fit) Curve(grid []float64, further ...float64) []CurvePoint {
	points := make([]CurvePoint, 0, len(grid))
	for _, den := range grid {
		if !(den > 0) {
			continue
		}
		p := CurvePoint{Den: den, Inner: f.Limits(den, Level95), Outer: f.Limits(den, Level998)}
		for _, level := range further {
			p.Further = append(p.Further, f.Limits(den, level))
		}
		points = append(points, p)
	}
	return points
}

// Grid is n denominators from low to high, closer together where the funnel is
// narrow in denominators and steep (evenly spaced square roots). Nil when there
// is no range to draw.
func Grid(low, high float64, n int) []float64 {
	if !(low > 0) || !(high >= low) || math.IsInf(high, 1) || n < 2 {
		return nil
	}
	a, b := math.Sqrt(low), math.Sqrt(high)
	grid := make([]float64, n)
	for i := range grid {
		root := a + (b-a)*float64(i)/float64(n-1)
		grid[i] = root * root
	}
	grid[0], grid[n-1] = low, high
	return grid
}
