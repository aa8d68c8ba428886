package signal

import (
	"maps"
	"slices"
	"time"

	"candour/internal/calendar"
	"candour/internal/org"
)

// Counted is how a signal counted by an earlier version of its sender.
type Counted struct {
	Until    calendar.Date   `json:"until,omitzero"` // the day from which the next version was known
	Provider org.Code        `json:"provider"`
	Channel  Channel         `json:"channel,omitempty"` // "" counted nowhere
	Severe   bool            `json:"severe,omitempty"`
	Level    Severity        `json:"level,omitempty"` // by which it stood for an event, or another report did
	Month    calendar.Period `json:"month"`           // of the event, or of receipt where the day isn't stated
}

// counted is how the signal counts by itself now.
func (s *Signal) counted() Counted {
	day, _ := s.EventDay()
	c := Counted{Provider: s.Place.Provider, Severe: s.Level().Severe(), Level: s.Level(), Month: monthOf(day)}
	if channel, ok := s.Channel(); ok && s.Counts() && s.Kind.Warns() {
		c.Channel = channel
	}
	return c
}

// report is one signal as it counts at a moment.
type report struct {
	Counted
	own      bool // in an installation's own channel
	received time.Time
	id       ID
}

// report is how a signal counts now.
func (c *CountSettings) report(s *Signal) report {
	r := report{Counted: s.counted(), received: s.Received, id: s.ID}
	r.Channel, _ = c.channel(s)
	r.own = r.Channel != "" && !slices.Contains(Channels(), r.Channel)
	return r
}

// reportAt is how a signal counted by the end of a month. Of an installation's own
// channel, which changes with its definition, it is how it counts now.
func (c *CountSettings) reportAt(s *Signal, month calendar.Period) report {
	r := c.report(s)
	if r.own {
		return r
	}
	for _, was := range s.Triage.Before {
		if month.Compare(monthOf(was.Until)) < 0 {
			r.Counted = was
			break
		}
	}
	return r
}

// Corrections is what must be added to Count for the counts of each month to be those that
// were known then. An item that its sender revised counts as its earlier versions did up to
// the month in which the later one could be known, and then as that does; reports of one
// event count each up to the month in which they were tied together, or came in tied, and
// once from then on. Counts of them may be below nought; their sum over the months of
// receipt, and with Count of the same signals, is not. Signals hold all that were ever tied
// to one another.
func Corrections(signals []Signal, settings CountSettings) []Cell {
	var cells []Cell
	for _, group := range everTied(signals) {
		if len(group) == 1 && len(group[0].Triage.Before) == 0 {
			continue
		}
		cells = append(cells, settings.asKnown(group)...)
		now := make([]Signal, len(group))
		for i, s := range group {
			now[i] = *s
		}
		for _, cell := range Count(now, settings) {
			cell.N = -cell.N
			cells = append(cells, cell)
		}
	}
	return slices.DeleteFunc(SumCells(cells), func(c Cell) bool { return c.N == 0 })
}

// asKnown is what signals that were ever tied counted, and what each month changed of it:
// the month of receipt of a cell is the one from which it was known.
func (c *CountSettings) asKnown(group []*Signal) (cells []Cell) {
	before := map[Cell]int{}
	for _, month := range changed(group) {
		now := c.countAt(group, month)
		for cell := range now {
			before[cell] += 0
		}
		for cell, n := range before {
			if d := now[cell] - n; d != 0 {
				known := cell
				known.ReceivedMonth, known.N = month, d
				cells = append(cells, known)
			}
		}
		before = now
	}
	return cells
}

// changed is the months in which something of the signals became known, in order.
func changed(group []*Signal) []calendar.Period {
	months := map[string]calendar.Period{}
	for _, s := range group {
		received := monthOf(calendar.DateOf(s.Received))
		months[received.String()] = received
		for _, was := range s.Triage.Before {
			m := monthOf(was.Until)
			months[m.String()] = m
		}
		for _, tie := range s.Triage.Ties {
			m := s.tieKnown(tie)
			months[m.String()] = m
		}
	}
	return slices.SortedFunc(maps.Values(months), calendar.Period.Compare)
}

// countAt is the counts by the end of a month, of cells without the month of receipt.
func (c *CountSettings) countAt(group []*Signal, month calendar.Period) map[Cell]int {
	var known []*Signal
	joined := joints{}
	for _, s := range group {
		tie := s.tieAt(month)
		joined.tie(s.ID, tie.Event, tie.DuplicateOf)
		if monthOf(calendar.DateOf(s.Received)).Compare(month) <= 0 && s.Counts() && s.Kind.Warns() {
			known = append(known, s)
		}
	}
	byEvent := map[string][]report{}
	for _, s := range known {
		root := joined.find("s/" + string(s.ID))
		byEvent[root] = append(byEvent[root], c.reportAt(s, month))
	}
	counts := map[Cell]int{}
	for _, reports := range byEvent {
		for _, r := range c.standing(reports) {
			counts[Cell{Provider: r.Provider, Channel: r.Channel, Severe: r.Severe, EventMonth: r.Month}]++
		}
	}
	return counts
}
