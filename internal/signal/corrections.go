package signal

import (
	"candour/internal/calendar"
	"candour/internal/org"
)

// Counted is how a signal counted by an earlier version of its sender.
type Counted struct {
	Until    calendar.Date   `json:"until,omitzero"` // the day from which the next version was known
	Provider org.Code        `json:"provider"`
	Channel  Channel         `json:"channel,omitempty"` // "" counted nowhere
	Severe   bool            `json:"severe,omitempty"`
	Month    calendar.Period `json:"month"` // of the event, or of receipt where the day isn't stated
}

// counted is how the signal counts by itself now.
func (s *Signal) counted() Counted {
	day, _ := s.EventDay()
	c := Counted{Provider: s.Place.Provider, Severe: s.Level().Severe(), Month: monthOf(day)}
	if channel, ok := s.Channel(); ok && s.Counts() && s.Kind.Warns() {
		c.Channel = channel
	}
	return c
}

// cell is that as one count, known from a month; ok is whether it counts anywhere.
func (c Counted) cell(from calendar.Period, n int) (Cell, bool) {
	return Cell{c.Provider, c.Channel, c.Severe, c.Month, from, n}, c.Channel != ""
}

// Corrections is what must be added to Count for the counts of each month to be those that
// were known then: an item that its sender revised counts as its earlier versions did up to
// the month in which the later one could be known, and then as that does. Counts of them
// may be below nought; their sum over the months of receipt, and with Count, is not. The
// signals stand alone: items about one event, and duplicates, count as they stand now.
func Corrections(signals []Signal) []Cell {
	var cells []Cell
	add := func(c Counted, from calendar.Period, n int) {
		if cell, ok := c.cell(from, n); ok {
			cells = append(cells, cell)
		}
	}
	for i := range signals {
		s := &signals[i]
		before := s.Triage.Before
		if len(before) == 0 || !s.Counts() {
			continue
		}
		received := monthOf(calendar.DateOf(s.Received))
		now, from := s.counted(), received
		add(now, received, -1)
		for k, was := range before {
			next := now
			if k+1 < len(before) {
				next = before[k+1]
			}
			if k == 0 {
				add(was, received, 1)
			}
			if month := monthOf(was.Until); month.Compare(from) > 0 {
				from = month
			}
			add(was, from, -1)
			add(next, from, 1)
		}
	}
	sums := SumCells(cells)
	kept := sums[:0]
	for _, c := range sums {
		if c.N != 0 {
			kept = append(kept, c)
		}
	}
	return kept
}
