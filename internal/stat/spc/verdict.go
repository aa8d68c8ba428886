package spc

import (
	"fmt"
	"math"
)

// Verdict is the variation icon as a sentence: what it says and why.
func (c *Chart) Verdict() string {
	w, g := &c.words, c.Current()
	if g == nil {
		return "No value is held."
	}
	if c.Variation == VariationUnknown {
		if c.Settings.IconOfLastPeriod && g.Values >= c.Settings.MinimumIcons {
			return fmt.Sprintf("The last %s has no value, so there is no verdict on it.", w.unit.One)
		}
		return fmt.Sprintf("%s held, %d needed for a verdict; %s until then.", w.count(g.Values), c.Settings.MinimumIcons, lineUntilThen(g))
	}
	reason := ""
	for i := range c.Signals {
		s := &c.Signals[i]
		if rule := c.Points[c.Latest].Rule; s.Current && s.Rule == rule && s.Side == c.Points[c.Latest].Side {
			reason = " " + s.Sentence
		}
	}
	return capital(c.Variation.Words()) + "." + reason
}

func lineUntilThen(g *Segment) string {
	if g.HasLimits() {
		return "trial limits"
	}
	return "a plain line"
}

// capital is a sentence with its first letter, always ASCII here, in upper case.
func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}

// TargetVerdict is the assurance icon as a sentence: latest value, target, verdict.
// It is empty without a target.
func (c *Chart) TargetVerdict() string {
	w, g := &c.words, c.Current()
	if g == nil || math.IsNaN(c.Target) {
		return ""
	}
	fact := fmt.Sprintf("%s against a target of %s", w.format(c.Points[c.Latest].Value), w.format(c.Target))
	switch c.Assurance {
	case Pass:
		fact += "; consistently meets it"
	case Fail:
		fact += "; consistently misses it, and will unless the process changes"
	case Inconsistent:
		fact += "; hit and miss, as chance decides"
	default:
		switch {
		case c.Series.Direction == Neutral:
			fact += "; no verdict, because neither direction is good"
		case !g.HasLimits():
			fact += "; no verdict without limits"
		default:
			fact += fmt.Sprintf("; no verdict before %s", w.count(c.Settings.MinimumIcons))
		}
	}
	if c.targetMoved() {
		fact += ". The target has changed over time; this is the one in force now"
	}
	return fact + "."
}

func (c *Chart) targetMoved() bool {
	for i := 0; i < c.Latest; i++ {
		if t := c.Points[i].Target; present(t) && present(c.Target) && !same(t, c.Target) {
			return true
		}
	}
	return false
}

// Notes are the things a reader must know about the limits: gaps, trial limits,
// screening, rebases, and where an XmR chart does not suit the data (R-SPC-6).
func (c *Chart) Notes() []string {
	w := &c.words
	var notes []string
	if c.Kind != "" {
		notes = append(notes, c.Kind.Words())
	}
	gaps := 0
	for i := range c.Points {
		if c.Points[i].Marks.Gap() {
			gaps++
		}
	}
	if gaps > 0 {
		notes = append(notes, fmt.Sprintf("%s without a value: a gap ends every run and is never counted as zero.", capital(w.count(gaps))))
	}
	for _, r := range c.Series.Rebases {
		notes = append(notes, fmt.Sprintf("Limits recalculated from %s by %s on %s, because: %s.", w.period(r.At), or(r.SignedBy), or(r.SignedOn), or(r.Reason)))
	}
	for i := range c.Segments {
		notes = append(notes, c.segmentNotes(&c.Segments[i])...)
	}
	if season, ok := Seasonality(c.Series.Values, MonthsInYear); ok && c.Series.Unit == Month && season.Strong() {
		notes = append(notes, fmt.Sprintf("Strongly seasonal: the time of year explains %.0f%% of the variation. Compare each month with the same month of other years.", 100*season.Share))
	}
	return notes
}

func or(word string) string {
	if word == "" {
		return "(not recorded)"
	}
	return word
}

func (c *Chart) segmentNotes(g *Segment) []string {
	w := &c.words
	var notes []string
	from := ""
	if len(c.Segments) > 1 {
		from = " from " + w.period(g.Start)
	}
	if g.Trial {
		notes = append(notes, fmt.Sprintf("Trial limits%s: %s held, %d needed.", from, w.count(g.Values), c.Settings.MinimumIcons))
	}
	if g.Dropped > 0 {
		notes = append(notes, fmt.Sprintf("Screening left out %d of the moving ranges%s.", g.Dropped, from))
	}
	if g.ScreenRefused {
		notes = append(notes, fmt.Sprintf("Moving ranges%s are not screened: no value would be within the limits.", from))
	}
	if !math.IsNaN(g.Usual) && g.Values > 1 {
		notes = append(notes, fmt.Sprintf("Two thirds or more of the %s%s have the value %s, and an XmR chart suits them badly. For rare events use the time (t chart) or the cases (g chart) between events.", w.unit.Many, from, w.format(g.Usual)))
	}
	return notes
}
