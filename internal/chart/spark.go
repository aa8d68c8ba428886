package chart

import (
	"cmp"
	"fmt"
)

// Sparkline is a provider's points over some weeks: 132 × 52, on the scale 0–50
// that all rows share. A judgement holds till the next, so the line has steps.
type Sparkline struct {
	Points    []float64 // one each week, or as Steps says, oldest first
	Steps     string    // what a step is, plural; empty is weeks
	Rules     []float64 // points where words begin; none is 10, 20, 40
	Since     int       // how many of the last steps the reader hasn't seen; nought is none
	FirstName string    // when the first was, "1 June"
	LastName  string    // when the last was, "23 November 2026"
	SeenLast  *float64  // points when she last looked; nil where she never did
}

const (
	sparkLeft, sparkRight = 4, 102
	sparkTop, sparkBottom = 4, 48
	sparkMost             = 50
)

// wordRules are where words begin, where no calibration says it.
var wordRules = []float64{10, 20, 40}

// Scene places the line. Its label gives first, last and last-seen points.
func (l Sparkline) Scene() Scene {
	s := Scene{Class: "cd-spark", Width: 132, Height: 52, Label: l.label()}
	y := scale{0, sparkMost, sparkBottom, sparkTop}
	rules := l.Rules
	if rules == nil {
		rules = wordRules
	}
	for _, r := range rules {
		s.hline("cd-g-rule", sparkLeft, sparkRight, y.within(r))
	}
	n := len(l.Points)
	if n == 0 {
		s.text("cd-g-t", sparkLeft, 30, Start, "no points yet")
		return s
	}
	x := scale{0, float64(max(n-1, 1)), sparkLeft, sparkRight}
	if l.Since > 0 && n > 1 {
		from := x.at(float64(max(n-1-l.Since, 0)))
		s.rect("cd-g-since", from, 2, sparkRight-from, sparkBottom)
	}
	d := "M" + num(x.at(0)) + " " + num(y.within(l.Points[0]))
	for i := 1; i < n; i++ {
		d += "H" + num(x.at(float64(i))) + "V" + num(y.within(l.Points[i]))
	}
	s.path("cd-g-line", d)
	end := y.within(l.Points[n-1])
	s.add(Shape{Form: Circle, Class: "cd-g-dot", X: x.at(float64(n - 1)), Y: end, R: 3})
	s.text("cd-g-t cd-g-b", 109, end+4, Start, figure(l.Points[n-1], 0))
	return s
}

func (l Sparkline) label() string {
	n := len(l.Points)
	if n == 0 {
		return "Concern: no points yet"
	}
	out := fmt.Sprintf("Concern over %d %s: from %s on %s to %s on %s", n, cmp.Or(l.Steps, "weeks"), figure(l.Points[0], 0), l.FirstName, figure(l.Points[n-1], 0), l.LastName)
	if l.SeenLast != nil {
		out += fmt.Sprintf("; %s when you last looked", figure(*l.SeenLast, 0))
	}
	return out
}
