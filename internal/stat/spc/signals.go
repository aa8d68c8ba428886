package spc

// Signal is a run of points marked by one rule on one side: what a reader is told
// about as one thing.
type Signal struct {
	Rule    Rule
	Side    Side
	Label   Label // what this rule alone says: improvement, concern or neutral
	Segment int   // index into Chart.Segments
	Points  []int // positions of the marked points, in time order
	Current bool  // the latest value is one of them
	// Sentence is the reason for the marks: "7 months running are above the mean of
	// 1.39."
	Sentence string
	// Plain says the same to somebody who has never seen a chart: "7 months in a row
	// above the average, since Mar 2026: unlikely to be chance."
	Plain string
	// Ends is what would end the finding, or when it ended.
	Ends string
}

// From is the first marked point.
func (s *Signal) From() int { return s.Points[0] }

// To is the last marked point.
func (s *Signal) To() int { return s.Points[len(s.Points)-1] }

// signals gathers marked points into runs, by start, then in the rules' order.
func (c *Chart) signals() []Signal {
	var all []Signal
	for i := range c.Segments {
		for rule := Outside; rule <= Shift; rule++ {
			for _, at := range []Side{High, Low} {
				all = append(all, c.gather(i, rule, at)...)
			}
		}
	}
	// An insertion keeps the rules' order among signals that start together.
	for i := 1; i < len(all); i++ {
		for j := i; j > 0 && all[j].From() < all[j-1].From(); j-- {
			all[j], all[j-1] = all[j-1], all[j]
		}
	}
	for i := range all {
		s := &all[i]
		s.Current = c.Latest >= 0 && s.To() == c.Latest
		s.Label = c.labelOfSide(s.Side)
		s.Sentence, s.Plain, s.Ends = c.sentence(s), c.plain(s), c.ends(s)
	}
	return all
}

func (c *Chart) labelOfSide(at Side) Label {
	switch {
	case c.Series.Direction == Neutral:
		return NeutralSignal
	case int8(at) == int8(c.Series.Direction):
		return Improvement
	}
	return Concern
}

// gather is the signals of one rule and side in one segment.
func (c *Chart) gather(segment int, rule Rule, at Side) []Signal {
	var found []Signal
	g := &c.Segments[segment]
	for i := g.Start; i < g.End; i++ {
		if !c.Points[i].Marks.On(rule, at) {
			continue
		}
		if n := len(found); n > 0 && c.continues(rule, at, found[n-1].To(), i) {
			found[n-1].Points = append(found[n-1].Points, i)
			continue
		}
		found = append(found, Signal{Rule: rule, Side: at, Segment: segment, Points: []int{i}})
	}
	return found
}

// continues reports whether a marked point belongs to the same run as the marked
// point before it.
func (c *Chart) continues(rule Rule, at Side, before, i int) bool {
	switch rule {
	case Trend: // two trends the same way can touch, with a tie between them
		return before == i-1 && sign(c.Points[i].Value, c.Points[before].Value) == at
	case TwoOfThree: // the third of the three need not be marked
		return i-before <= 2
	default:
		return before == i-1
	}
}
