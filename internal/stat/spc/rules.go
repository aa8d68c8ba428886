package spc

import (
	"math"
	"math/bits"
)

// Rule is one of the tests that mark a point.
type Rule uint8

// The rules in the order in which they name a point.
const (
	NoRule     Rule = iota
	Outside         // R-SPC-1: beyond a process limit
	Trend           // R-SPC-3: part of a run, each beyond the one before
	TwoOfThree      // R-SPC-4: in the outer third, as is another of three together
	Shift           // R-SPC-2: part of a run on one side of the mean
	Jump            // R-SPC-7: too far from the point before; never names a point
)

var ruleNames = [...]string{NoRule: "", Outside: "outside", Trend: "trend", TwoOfThree: "two_of_three", Shift: "shift", Jump: "jump"}

// String is the rule's name as the filters write it.
func (r Rule) String() string { return ruleNames[r] }

// Side is where a signal lies: High is above the mean or rising, Low below or
// falling.
type Side int8

// The sides. NoSide is a point without a signal.
const (
	Low    Side = -1
	NoSide Side = 0
	High   Side = 1
)

// Marks is everything the rules say of one point, as bits.
type Marks uint16

// The bits of Marks.
const (
	outsideHigh Marks = 1 << iota
	outsideLow
	trendUp
	trendDown
	trendNamedUp // a turning point of two trends takes the direction of the later
	nearHigh
	nearLow
	shiftHigh
	shiftLow
	jump
	gap
)

const (
	anyOutside = outsideHigh | outsideLow
	anyTrend   = trendUp | trendDown
	anyNear    = nearHigh | nearLow
	anyShift   = shiftHigh | shiftLow
	// Special is the bits of the four rules which make a point special cause.
	special = anyOutside | anyTrend | anyNear | anyShift
)

// Gap reports whether the point has no value.
func (m Marks) Gap() bool { return m&gap != 0 }

// Special reports whether any of the four rules fired.
func (m Marks) Special() bool { return m&special != 0 }

// Has reports whether a rule fired.
func (m Marks) Has(r Rule) bool { return m.On(r, High) || m.On(r, Low) }

// On reports whether a rule fired on that side. A jump has no side: it is on both.
func (m Marks) On(r Rule, side Side) bool {
	var high, low Marks
	switch r {
	case Outside:
		high, low = outsideHigh, outsideLow
	case Trend:
		high, low = trendUp, trendDown
	case TwoOfThree:
		high, low = nearHigh, nearLow
	case Shift:
		high, low = shiftHigh, shiftLow
	case Jump:
		high, low = jump, jump
	default:
		return false
	}
	if side == High {
		return m&high != 0
	}
	return m&low != 0
}

// Rules is the rules of special cause that fired, in naming order.
func (m Marks) Rules() []Rule {
	var rules []Rule
	for r := Outside; r <= Shift; r++ {
		if m.Has(r) {
			rules = append(rules, r)
		}
	}
	return rules
}

// Name is the rule that names the point, by the order outside, trend, two of
// three, shift, and its side. NoRule and NoSide without a signal.
func (m Marks) Name() (Rule, Side) {
	switch {
	case m&anyOutside != 0:
		return Outside, side(m&outsideHigh != 0)
	case m&anyTrend != 0:
		return Trend, side(m&trendNamedUp != 0)
	case m&anyNear != 0:
		return TwoOfThree, side(m&nearHigh != 0)
	case m&anyShift != 0:
		return Shift, side(m&shiftHigh != 0)
	}
	return NoRule, NoSide
}

func side(high bool) Side {
	if high {
		return High
	}
	return Low
}

// mark runs all rules over the values of one segment and writes their marks. The
// four rules are pure functions of values and limits; none looks at another's.
func (g *Segment) mark(values []float64, s *Settings, out []Marks) {
	for i, x := range values {
		out[i] = 0
		if !present(x) {
			out[i] = gap
		}
	}
	if g.Values == 0 || g.Baseline < s.MinimumLimits {
		return
	}
	g.markOutside(values, out)
	markTrends(values, s.TrendLength, out)
	g.markNear(values, s, out)
	g.markShifts(values, s, out)
	g.markJumps(values, out)
}

// markOutside is R-SPC-1: strictly beyond a limit.
func (g *Segment) markOutside(values []float64, out []Marks) {
	for i, x := range values {
		if out[i]&gap != 0 {
			continue
		}
		if x > g.Upper {
			out[i] |= outsideHigh
		} else if x < g.Lower {
			out[i] |= outsideLow
		}
	}
}

// markTrends is R-SPC-3: length points each strictly beyond the one before. A tie
// or a gap ends the run; the mean plays no part. The point on which one trend ends
// and the opposite one begins belongs to both.
func markTrends(values []float64, length int, out []Marks) {
	direction, steps := NoSide, 0
	for i := 1; i < len(values); i++ {
		d := NoSide
		if out[i]&gap == 0 && out[i-1]&gap == 0 {
			d = sign(values[i], values[i-1])
		}
		if d != direction {
			direction, steps = d, 0
		}
		steps++
		if steps < length-1 || direction == NoSide {
			continue
		}
		from := i
		if steps == length-1 { // just long enough: mark back to its first point
			from = i - steps
		}
		for j := from; j <= i; j++ {
			if direction == High {
				out[j] |= trendUp | trendNamedUp
			} else {
				out[j] = out[j]&^trendNamedUp | trendDown
			}
		}
	}
}

// sign is the side of a on which x lies. Without a jump for the processor to guess
// wrong: it is asked of every point and the answer is as good as random.
func sign(x, a float64) Side {
	var above, below Side
	if x > a {
		above = High
	}
	if x < a {
		below = High
	}
	return above - below
}

// sideOf is the side of the mean on which a value lies. When two thirds of the
// baseline or more share one value, such a point lies on neither side: runs of the
// usual value are then what chance gives (seven in a row for one start in 17 or
// more), and a mostly-zero series would be one long shift.
func (g *Segment) sideOf(x float64, s *Settings) Side {
	if !s.Reference && same(x, g.Usual) && !math.IsNaN(g.Usual) {
		return NoSide
	}
	return sign(x, g.Mean)
}

// markNear is R-SPC-4: of three points together, all strictly on one side of the
// mean, two or more lie strictly beyond the near limit (and, unless settings say
// otherwise, not beyond the limit). Only those are marked.
func (g *Segment) markNear(values []float64, s *Settings, out []Marks) {
	var near uint8 // a bit for each of the last three points, the latest lowest
	for i, x := range values {
		near = near << 1 & 0b111
		if (x > g.NearUpper || x < g.NearLower) && out[i]&gap == 0 && (s.TwoOfThreeOutside || out[i]&anyOutside == 0) {
			near |= 1
		}
		if i < 2 || bits.OnesCount8(near) < 2 || (out[i]|out[i-1]|out[i-2])&gap != 0 {
			continue
		}
		at := sign(x, g.Mean)
		if at == NoSide || sign(values[i-1], g.Mean) != at || sign(values[i-2], g.Mean) != at {
			continue
		}
		bit := nearLow
		if at == High {
			bit = nearHigh
		}
		for back := range 3 {
			if near>>back&1 == 1 {
				out[i-back] |= bit
			}
		}
	}
}

// markShifts is R-SPC-2: a run of points strictly on one side of the mean. A point
// on the mean or a gap ends the run.
func (g *Segment) markShifts(values []float64, s *Settings, out []Marks) {
	at, run := NoSide, 0
	for i, x := range values {
		here := NoSide
		if out[i]&gap == 0 {
			here = g.sideOf(x, s)
		}
		if here != at {
			at, run = here, 0
		}
		run++
		if run < s.ShiftLength || at == NoSide {
			continue
		}
		from := i
		if run == s.ShiftLength {
			from = i - run + 1
		}
		bit := shiftLow
		if at == High {
			bit = shiftHigh
		}
		for j := from; j <= i; j++ {
			out[j] |= bit
		}
	}
}

// markJumps is R-SPC-7: a moving range strictly beyond 3.267 × aMR.
func (g *Segment) markJumps(values []float64, out []Marks) {
	limit := g.RangeLimit()
	for i := 1; i < len(values); i++ {
		if (out[i]|out[i-1])&gap == 0 && math.Abs(values[i]-values[i-1]) > limit {
			out[i] |= jump
		}
	}
}
