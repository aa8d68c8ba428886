package signal

import (
	"maps"
	"slices"
)

// Veiled reports whether the signal is the word of a member of staff who does not
// wish to be known. Its theme may be used only where it can't identify them, in no
// small cell (R-FTSU-1).
func (s *Signal) Veiled() bool { return s.StaffConcern != nil && s.StaffConcern.Wishes != "open" }

// OpenTheme is the main theme as lists, search and exports may hold it: none for a
// veiled signal.
func (s *Signal) OpenTheme() string {
	if s.Veiled() {
		return ""
	}
	return s.MainTheme()
}

// Veil takes out of a veiled signal what only the named readers of its sealed text
// may know: its themes and the author's occupation.
func (s *Signal) Veil() {
	if !s.Veiled() {
		return
	}
	s.Themes, s.Triage.Codes.Themes = nil, nil
	c := *s.StaffConcern
	c.Occupation = ""
	s.StaffConcern = &c
}

// VeilEvents is the events of a veiled signal without what Veil takes out.
func VeilEvents(events []Event) []Event {
	out := make([]Event, len(events))
	veiled := false
	for i, e := range events {
		switch c := e.Change.(type) {
		case Received:
			c.Signal.Veil()
			veiled, e.Change = c.Signal.Veiled(), c
		case Amended:
			c.Signal.Veil()
			e.Change = c
		case Revised:
			if c.Signal.Veil(); veiled || c.Signal.Veiled() {
				c.Kept = maps.Clone(c.Kept)
				delete(c.Kept, "themes")
			}
			veiled, e.Change = veiled || c.Signal.Veiled(), c
		case Sorted:
			c.Signal.Veil()
			veiled, e.Change = veiled || c.Signal.Veiled(), c
		case Coded:
			if veiled {
				c.Codes.Themes = nil
			}
			e.Change = c
		}
		out[i] = e
	}
	return out
}

// CellAtLeast is how many events of one provider and theme there must be before a
// veiled one among them may be used by its theme: the method "local" of package
// disclosure hides fewer than 5.
const CellAtLeast = 5

// Unveil leaves the themes of veiled signals where they stand in no small cell, and
// takes them from the others: a cell is the staff concerns of one provider about
// one theme among the signals given, each event once.
func Unveil(signals []Signal) []Signal {
	veiled := false
	for i := range signals {
		veiled = veiled || signals[i].Veiled()
	}
	if !veiled {
		return signals
	}
	type cell struct{ provider, theme string }
	counts := map[cell]int{}
	for _, group := range groupByEvent(signals) {
		seen := map[cell]bool{}
		for _, s := range group {
			for _, theme := range s.AllThemes() {
				c := cell{string(s.Place.Provider), theme}
				if s.Kind == KindStaffConcern && !seen[c] {
					seen[c] = true
					counts[c]++
				}
			}
		}
	}
	out := slices.Clone(signals)
	for i := range out {
		s := &out[i]
		if !s.Veiled() {
			continue
		}
		var kept []string
		for _, theme := range s.AllThemes() {
			if counts[cell{string(s.Place.Provider), theme}] >= CellAtLeast {
				kept = append(kept, theme)
			}
		}
		s.Veil()
		s.Themes = kept
	}
	return out
}
