package spc

import (
	"fmt"
	"math"
)

// Named is a chart of the Shewhart family by which a series is judged instead of
// the XmR chart, where an indicator's definition names one.
type Named struct {
	Kind Kind
	// Numerators and Denominators are what each value is made of, for the charts that
	// need them (p, u, p′, u′); NaN or nought in a gap.
	Numerators, Denominators []float64
	Multiply                 float64 // of the value for readers; nought is 1
}

// NewNamedChart judges a series by the chart named. Centre line and limits are
// those of Shewhart, a part for each segment; where they vary with the denominator,
// each point is held against its own. The rules are the same as everywhere
// (R-SPC-1 to 4): a point's distance in its own standard deviations decides outside
// and outer third, its side of the centre the shift, and the values as they are the
// trend. Too few values, and gaps, are treated as NewChart treats them.
func NewNamedChart(series Series, named Named, s Settings) (*Chart, error) {
	c, err := NewChart(series, s)
	if err != nil {
		return nil, err
	}
	groups := make([]Subgroup, len(series.Values))
	for i, v := range series.Values {
		groups[i] = Subgroup{Value: v, Denominator: math.NaN()}
		if !named.Kind.NeedsDenominator() {
			continue
		}
		groups[i].Denominator = 0
		if present(v) && i < len(named.Denominators) && named.Denominators[i] > 0 {
			num, den := named.Numerators[i], named.Denominators[i]
			groups[i] = Subgroup{Sum: num, Denominator: den, Value: num / den}
		} else {
			groups[i].Value = math.NaN()
		}
	}
	o := ShewhartOptions{Kind: named.Kind, Multiply: named.Multiply}
	if !named.Kind.NeedsDenominator() {
		o.Multiply = 1 // the values are in the reader's unit already
	}
	for i := range c.Segments {
		o.Parts = append(o.Parts, c.Segments[i].End)
	}
	control, err := Shewhart(groups, o)
	if err != nil {
		return nil, fmt.Errorf("calculate the %s chart: %w", named.Kind, err)
	}
	c.Kind = named.Kind
	c.rejudge(control, s)
	return c, nil
}

// rejudge lays the limits of a control chart over c and marks its points anew.
func (c *Chart) rejudge(control *ControlChart, s Settings) {
	marks := make([]Marks, len(c.Points))
	for i := range c.Points {
		marks[i] = c.Points[i].Marks & gap
	}
	for i := range c.Segments {
		g := &c.Segments[i]
		points := control.Points[g.Start:g.End]
		g.Usual, g.MeanRange, g.Dropped, g.ScreenRefused = math.NaN(), math.NaN(), 0, false
		if g.Values == 0 || g.Baseline < s.MinimumLimits {
			g.Lower, g.Upper, g.NearLower, g.NearUpper = math.NaN(), math.NaN(), math.NaN(), math.NaN()
			for k := range points {
				points[k].Lower, points[k].Lower2, points[k].Upper2, points[k].Upper = math.NaN(), math.NaN(), math.NaN(), math.NaN()
			}
			continue
		}
		c.markOwn(g, points, &s, marks[g.Start:g.End])
		// What a segment says of itself is what holds at its newest value.
		for k := len(points) - 1; k >= 0; k-- {
			if marks[g.Start+k]&gap == 0 {
				p := &points[k]
				g.Mean, g.Lower, g.Upper, g.NearLower, g.NearUpper = p.Centre, p.Lower, p.Upper, p.Lower2, p.Upper2
				break
			}
		}
	}
	r := Results{Marks: marks, Segments: c.Segments}
	_, c.Variation, _ = r.icons(c.Segments, &s, c.Series.Direction, math.NaN())
	c.fill(marks)
	for i := range c.Points {
		p, from := &c.Points[i], &control.Points[i]
		p.Mean, p.Lower, p.Upper, p.NearLower, p.NearUpper = from.Centre, from.Lower, from.Upper, from.Lower2, from.Upper2
	}
	c.Assurance = NoAssurance
	if g := c.Current(); g != nil && g.Values >= s.MinimumIcons {
		c.Assurance = g.AssuranceOf(c.Target, c.Series.Direction)
	}
	c.Signals = c.signals()
	c.Suggestion = c.suggest()
}

// markOwn runs the rules over one segment, each point against its own limits.
func (c *Chart) markOwn(g *Segment, points []ControlPoint, s *Settings, out []Marks) {
	values, away := c.Series.Values[g.Start:g.End], make([]float64, len(points))
	for i := range points {
		away[i] = points[i].Away(values[i], c.Kind)
		if out[i]&gap != 0 {
			away[i] = math.NaN()
		}
	}
	own := Segment{Values: g.Values, Baseline: g.Baseline, Mean: 0, Lower: -3, Upper: 3, NearLower: -2, NearUpper: 2, Usual: math.NaN()}
	markTrends(values, s.TrendLength, out)
	own.markShifts(away, s, out)
	if c.Kind == KindRun {
		return // a run chart has no limits
	}
	for i, v := range values {
		switch p := &points[i]; {
		case out[i]&gap != 0:
		case v > p.Upper:
			out[i] |= outsideHigh
		case v < p.Lower:
			out[i] |= outsideLow
		}
	}
	own.markNear(away, s, out)
}

// Away is how far a value lies from the centre, in the standard deviations of its
// own point and side: 3 is the limit. Where a limit was cut off because no value
// lies beyond (a share under nought), the other side tells. Without limits it is
// only the side: -1, 0 or 1.
func (p *ControlPoint) Away(v float64, kind Kind) float64 {
	d := v - p.Centre
	if math.Abs(d) <= onCentre*math.Abs(p.Centre) {
		return 0
	}
	high, low := (p.Upper2-p.Centre)/2, (p.Centre-p.Lower2)/2
	if kind.NeedsDenominator() || kind == KindC {
		high = math.Max(high, low) // alike on both sides but where one is cut off
		low = high
	}
	sd := high
	if d < 0 {
		sd = low
	}
	if !(sd > 0) {
		return math.Copysign(1, d)
	}
	// Strictly beyond the drawn limit is outside, whatever rounding says here.
	return d / sd
}

// Varying reports whether limits differ from point to point.
func (c *Chart) Varying() bool { return c.Kind.NeedsDenominator() }

// Words is the chart's name and what its limits hang on.
func (k Kind) Words() string {
	switch k {
	case KindRun:
		return "Run chart: the centre line is the median, and there are no limits."
	case KindP:
		return "p chart: limits by the binomial, each point by its own denominator; the more cases, the narrower."
	case KindPPrime:
		return "p′ chart: limits by the binomial, widened by how much the points vary more than that (Laney), each by its own denominator."
	case KindU:
		return "u chart: limits by the Poisson, each point by its own denominator; the more there is to count in, the narrower."
	case KindUPrime:
		return "u′ chart: limits by the Poisson, widened by how much the points vary more than that (Laney), each by its own denominator."
	case KindG:
		return "g chart: cases between rare events."
	case KindT:
		return "t chart: time between rare events."
	}
	return "XmR chart: limits by the mean moving range."
}
