package spc

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// wording turns values and periods of one series into words.
type wording struct {
	unit    Unit
	periods []string
	format  func(float64) string
}

func newWording(s *Series) wording {
	w := wording{unit: s.Unit, periods: s.Periods, format: s.Format}
	if w.unit == (Unit{}) {
		w.unit = Unit{One: "point", Many: "points"}
	}
	if w.format == nil {
		w.format = formatBySpread(s.Values)
	}
	return w
}

// formatBySpread writes values with as many decimals as two figures of their
// spread need, whole numbers without, and a true minus.
func formatBySpread(values []float64) func(float64) string {
	low, high, whole := math.Inf(1), math.Inf(-1), true
	for _, x := range values {
		if present(x) {
			low, high = min(low, x), max(high, x)
			whole = whole && !(math.Abs(x-math.Trunc(x)) > 0)
		}
	}
	decimals := 0
	if spread := high - low; spread > 0 && present(spread) {
		decimals = min(max(1-int(math.Floor(math.Log10(spread/2))), 0), 9)
	}
	return func(x float64) string {
		var text string
		switch {
		case math.Abs(x) >= 1e15:
			text = strconv.FormatFloat(x, 'g', 4, 64)
		case whole && !(math.Abs(x-math.Trunc(x)) > 0):
			text = strconv.FormatFloat(x, 'f', 0, 64)
		default:
			text = strconv.FormatFloat(x, 'f', decimals, 64)
		}
		return strings.Replace(text, "-", "−", 1)
	}
}

// period is a point's period in words.
func (w *wording) period(i int) string {
	if w.periods == nil {
		return fmt.Sprintf("point %d", i+1)
	}
	return w.periods[i]
}

// count is "1 month" or "7 months".
func (w *wording) count(n int) string {
	if n == 1 {
		return "1 " + w.unit.One
	}
	return fmt.Sprintf("%d %s", n, w.unit.Many)
}

// list is "a", "a and b", "a, b and c".
func list(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
}

func (at Side) word(high, low string) string {
	if at == High {
		return high
	}
	return low
}

// limit is the process limit on a side.
func (g *Segment) limit(at Side) float64 {
	if at == High {
		return g.Upper
	}
	return g.Lower
}

// near is the near limit on a side.
func (g *Segment) nearLimit(at Side) float64 {
	if at == High {
		return g.NearUpper
	}
	return g.NearLower
}

// sentence is the reason for a signal's marks, in the words of the pages.
func (c *Chart) sentence(s *Signal) string {
	g, w := &c.Segments[s.Segment], &c.words
	switch s.Rule {
	case Outside:
		values := make([]string, len(s.Points))
		for i, at := range s.Points {
			values[i] = w.format(c.Points[at].Value)
		}
		verb := "are"
		if len(values) == 1 {
			verb = "is"
		}
		if c.Varying() {
			return fmt.Sprintf("%s %s %s.", list(values), verb, c.ownLimits(s))
		}
		return fmt.Sprintf("%s %s %s limit of %s.", list(values), verb,
			s.Side.word("above the upper", "below the lower"), w.format(g.limit(s.Side)))
	case Trend:
		return fmt.Sprintf("%s running, each %s than the one before.", w.count(len(s.Points)), s.Side.word("higher", "lower"))
	case TwoOfThree:
		return fmt.Sprintf("%s are in the outer third%s, %s side.", c.share(s), c.orBeyond(), s.Side.word("high", "low"))
	default:
		return fmt.Sprintf("%s running are %s the mean of %s.", w.count(len(s.Points)), s.Side.word("above", "below"), w.format(g.Mean))
	}
}

// ownLimits is "above its own upper limit of 2.1": limits that vary with the
// denominator are told point by point.
func (c *Chart) ownLimits(s *Signal) string {
	limits := make([]string, len(s.Points))
	for i, at := range s.Points {
		limits[i] = c.words.format(c.Points[at].limit(s.Side))
	}
	if len(limits) == 1 {
		return s.Side.word("above the upper", "below the lower") + " limit of " + limits[0]
	}
	return s.Side.word("above their own upper", "below their own lower") + " limits of " + list(limits)
}

// limit is the limit that a point is held against on a side.
func (p *Point) limit(at Side) float64 {
	if at == High {
		return p.Upper
	}
	return p.Lower
}

// share is "Two of three months", or for a longer cluster "4 of 6 months".
func (c *Chart) share(s *Signal) string {
	n, span := len(s.Points), s.To()-s.From()+1
	switch {
	case n == 2:
		return "Two of three " + c.words.unit.Many
	case n == span:
		return c.words.count(n) + " running"
	}
	return fmt.Sprintf("%d of %s", n, c.words.count(span))
}

func (c *Chart) orBeyond() string {
	if c.Settings.TwoOfThreeOutside {
		return " or beyond"
	}
	return ""
}

// plain says a signal to a reader who knows no chart.
func (c *Chart) plain(s *Signal) string {
	g, w := &c.Segments[s.Segment], &c.words
	since := w.period(s.From())
	var fact string
	switch s.Rule {
	case Outside:
		when := make([]string, len(s.Points))
		for i, at := range s.Points {
			when[i] = fmt.Sprintf("%s (%s)", w.period(at), w.format(c.Points[at].Value))
		}
		verb := "are"
		if len(when) == 1 {
			verb = "is"
		}
		low, high := g.Lower, g.Upper
		if c.Varying() {
			low, high = c.Points[s.To()].Lower, c.Points[s.To()].Upper
		}
		fact = fmt.Sprintf("%s %s %s than anything expected here, %s to %s", list(when), verb,
			s.Side.word("higher", "lower"), w.format(low), w.format(high))
	case Trend:
		fact = fmt.Sprintf("%s for %s in a row, since %s", s.Side.word("Up", "Down"), w.count(len(s.Points)), since)
	case TwoOfThree:
		fact = fmt.Sprintf("%s unusually %s, since %s", c.share(s), s.Side.word("high", "low"), since)
	default:
		fact = fmt.Sprintf("%s in a row %s the average, since %s", w.count(len(s.Points)), s.Side.word("above", "below"), since)
	}
	return fact + ": unlikely to be chance."
}

// ends is what would end a current signal, or what ended an earlier one.
func (c *Chart) ends(s *Signal) string {
	g, w := &c.Segments[s.Segment], &c.words
	if !s.Current {
		next := s.To() + 1
		switch {
		case next >= len(c.Points):
			return fmt.Sprintf("Not continued: no value since %s.", w.period(s.To()))
		case next >= g.End:
			return fmt.Sprintf("Ended where limits were recalculated, from %s.", w.period(next))
		case c.Points[next].Marks.Gap():
			return fmt.Sprintf("Ended for want of a value for %s.", w.period(next))
		}
		return fmt.Sprintf("Ended in %s, at %s.", w.period(next), w.format(c.Points[next].Value))
	}
	switch s.Rule {
	case Outside:
		return fmt.Sprintf("A %s on or between the limits, %s and %s, would end it.", w.unit.One, w.format(g.Lower), w.format(g.Upper))
	case Trend:
		return fmt.Sprintf("A %s that is not %s than %s would end it.", w.unit.One, s.Side.word("higher", "lower"), w.format(c.Points[s.To()].Value))
	case TwoOfThree:
		return fmt.Sprintf("A %s no %s than %s would end it.", w.unit.One, s.Side.word("higher", "lower"), w.format(g.nearLimit(s.Side)))
	default:
		return fmt.Sprintf("A %s at or %s the mean of %s would end it.", w.unit.One, s.Side.word("below", "above"), w.format(g.Mean))
	}
}

// JumpSentence says the moving-range alarm (R-SPC-7) at a point, or nothing.
func (c *Chart) JumpSentence(i int) string {
	p := &c.Points[i]
	if !p.Marks.Has(Jump) {
		return ""
	}
	w := &c.words
	return fmt.Sprintf("A jump of %s from the %s before; up to %s would be usual.",
		w.format(p.MovingRange), w.unit.One, w.format(c.Segments[p.Segment].RangeLimit()))
}
