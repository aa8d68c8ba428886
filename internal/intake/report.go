package intake

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"time"

	"candour/internal/calendar"
	"candour/internal/delivery"
)

// Report is what became of one file: the JSON object that candour load prints.
type Report struct {
	File        string          `json:"file"`
	SHA256      string          `json:"sha256"`
	Source      string          `json:"source"`
	Period      string          `json:"period"` // "2025-04", or "2013-04 to 2014-03" when rows carry their own
	Status      delivery.Status `json:"status"`
	Accepted    int             `json:"accepted"`    // rows that gave data
	Quarantined int             `json:"quarantined"` // rows refused
	Unchanged   int             `json:"unchanged"`   // values held already
	Superseding int             `json:"superseding"` // values that differ from those held
	Messages    []Message       `json:"messages"`
	Notes       []string        `json:"notes,omitempty"`    // what was left out, sealed or removed of a file of signals; values of an older publication
	Receipts    []Receipt       `json:"receipts,omitempty"` // of a file of signals, one for each

	Delivery delivery.Delivery `json:"-"` // as the memory holds it
}

// Message is one refusal in a report.
type Message struct {
	Sheet    string `json:"sheet"`
	Row      int    `json:"row"`
	Column   string `json:"column"`
	Found    string `json:"found"`
	Expected string `json:"expected"`
	Advice   string `json:"advice"`
	Code     string `json:"-"`
}

// messageLimit is the number of refusals that a report spells out. All are in
// quarantine.
const messageLimit = 1000

func messageOf(r delivery.Refusal) Message {
	return Message{r.Sheet, r.Row, r.Column, r.Found, r.Expected, r.Advice, r.Code}
}

// Span is the first and last period of some readings, of the kind that came
// first.
type Span struct{ First, Last calendar.Period }

// Add widens the span to hold p.
func (s *Span) Add(p calendar.Period) {
	if p.IsZero() {
		return
	}
	if s.First.IsZero() || p.Compare(s.First) < 0 {
		s.First = p
	}
	if s.Last.IsZero() || p.Compare(s.Last) > 0 {
		s.Last = p
	}
}

// String is "2025-04", "2013-04 to 2014-03", or "" without readings.
func (s *Span) String() string {
	if s.First == s.Last {
		return s.First.String()
	}
	return s.First.String() + " to " + s.Last.String()
}

// listening passes items on and remembers their refusals and periods.
type listening struct {
	messages []Message
	row      []Message // of the newest row
	more     int
	span     Span
	now      time.Time // by which the store takes what comes
}

func (l *listening) to(items iter.Seq2[delivery.Item, error]) iter.Seq2[delivery.Item, error] {
	return func(yield func(delivery.Item, error) bool) {
		*l = listening{now: l.now} // a transaction may be tried again
		for item, err := range items {
			switch {
			case item.Refusal != nil:
				l.refused(*item.Refusal)
			case item.Reading != nil:
				l.span.Add(item.Reading.Period)
				if item.Reading.Period.Start().After(l.now) { // the store refuses it
					l.refused(delivery.NotBegun(item.Reading))
				}
			}
			if !yield(item, err) {
				return
			}
		}
	}
}

// refused remembers a refusal once for its place: a bad cell that several measures
// read is refused for each of them, and is one mistake to whoever mends it.
func (l *listening) refused(r delivery.Refusal) {
	m := messageOf(r)
	if len(l.row) > 0 && (l.row[0].Row != m.Row || l.row[0].Sheet != m.Sheet) {
		l.row = l.row[:0]
	}
	if slices.Contains(l.row, m) {
		return
	}
	l.row = append(l.row, m)
	if len(l.messages) < messageLimit {
		l.messages = append(l.messages, m)
		return
	}
	l.more++
}

// report puts a delivery and what was heard together.
func (l *listening) report(d delivery.Delivery) Report {
	r := Report{
		File: d.File, SHA256: d.SHA256, Source: d.Source, Period: d.Period.String(), Status: d.Status,
		Accepted: d.Accepted, Quarantined: d.Quarantined, Unchanged: d.Unchanged, Superseding: d.Superseding,
		Messages: l.messages, Delivery: d,
	}
	if r.Period == "" {
		r.Period = d.Periods
	}
	if r.Period == "" {
		r.Period = l.span.String()
	}
	if d.Earlier > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%d values differ from those held, which were published later: they are kept as earlier vintages and replace nothing", d.Earlier))
	}
	if l.more > 0 {
		r.Messages = append(r.Messages, Message{Found: fmt.Sprintf("%d more refusals", l.more), Advice: "see them all on the Data page, under quarantine"})
	}
	if r.Messages == nil {
		r.Messages = []Message{}
	}
	return r
}

// unread is the report of a name that leads to no file which can be opened. Any other
// error leaves the status empty: the memory failed, not the file.
func unread(path string, err error) Report {
	r := Report{File: path, Messages: []Message{}}
	var why *fs.PathError
	if !errors.As(err, &why) || why.Path != path {
		return r
	}
	r.Status = delivery.Unread
	r.Messages = append(r.Messages, Message{
		Found: why.Err.Error(), Expected: "a file or folder that can be opened", Code: CodeUnreadable,
		Advice: "check the name, and whether you may read it; then load it again",
	})
	return r
}

func refusalsOnly(list []delivery.Refusal) iter.Seq2[delivery.Item, error] {
	return func(yield func(delivery.Item, error) bool) {
		for i := range list {
			if !yield(delivery.Item{Refusal: &list[i]}, nil) {
				return
			}
		}
	}
}
