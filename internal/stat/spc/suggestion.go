package spc

import "fmt"

// sustainedShift is how many points on one side of the mean, up to the latest
// value, it takes before a rebase is suggested (R-SPC-5: "usually 7 to 8").
const sustainedShift = 8

// Suggestion says that limits may need to be calculated anew. It is never acted
// upon by the program: a rebase needs a known reason, the expectation that the new
// level lasts, and a signature (R-SPC-5).
type Suggestion struct {
	From   int // position of the first point at the new level
	Points int // how many values are at the new level
	Side   Side
	Reason string
}

// suggest looks for a shift that holds up to the latest value, is one longer than
// the rule needs and at least sustainedShift, in a segment whose limits are not
// trial limits, and after a start at another level.
func (c *Chart) suggest() *Suggestion {
	g := c.Current()
	if g == nil || !g.HasLimits() || g.Trial {
		return nil
	}
	for i := range c.Signals {
		s := &c.Signals[i]
		n := len(s.Points)
		if s.Rule != Shift || !s.Current || n < max(sustainedShift, c.Settings.ShiftLength+1) || s.From() == g.Start {
			continue
		}
		w := &c.words
		return &Suggestion{
			From: s.From(), Points: n, Side: s.Side,
			Reason: fmt.Sprintf("%s running, since %s, are %s the mean of %s, so the limits may no longer describe the process. "+
				"Recalculate them from %s only if the cause is known, the new level is expected to last and somebody signs it.",
				w.count(n), w.period(s.From()), s.Side.word("above", "below"), w.format(g.Mean), w.period(s.From())),
		}
	}
	return nil
}
