package signal

import (
	"slices"
	"strings"

	"candour/internal/calendar"
	"candour/internal/fault"
)

// Answered is a message to whoever raised the signal: the loop that is closed to
// the practice (Francis 123).
type Answered struct {
	Message string `json:"message"`
}

func (c Answered) apply(s *Signal, e Event) error {
	if strings.TrimSpace(c.Message) == "" {
		return fault.New(fault.Invalid, "an answer needs words")
	}
	s.Triage.Answers = append(s.Triage.Answers, Answer{At: e.At, By: e.By, Message: c.Message})
	if next, err := s.Kind.Next(s.Triage.State, "reporter answered"); err == nil {
		s.Triage.State = next
	}
	s.happened("reporter answered", e.At)
	return nil
}

// NotResolved is the word of whoever raised the signal that it isn't resolved. It
// follows an answer, an outcome or the closing, also one without a word to them, and
// opens the signal again where its states allow that.
type NotResolved struct {
	Message string `json:"message"`
}

func (c NotResolved) apply(s *Signal, e Event) error {
	if !s.BecameOf() {
		return fault.New(fault.Conflict, "nothing was answered or decided yet")
	}
	s.Triage.Answers = append(s.Triage.Answers, Answer{At: e.At, By: e.By, Message: c.Message, FromThem: true, NotResolved: true})
	for _, event := range []string{"reporter says not resolved", "reopened"} {
		if next, err := s.Kind.Next(s.Triage.State, event); err == nil {
			s.Triage.State = next
			break
		}
	}
	s.happened("reporter says not resolved", e.At)
	return nil
}

// BecameOf reports whether something became of the signal that whoever raised it may
// say doesn't resolve it: an answer, an outcome, or its closing.
func (s *Signal) BecameOf() bool {
	answered := slices.ContainsFunc(s.Triage.Answers, func(a Answer) bool { return !a.FromThem })
	return answered || s.Triage.Outcome != "" || s.Kind.Closed(s.Triage.State)
}

// Unresolved reports whether the last word is that of whoever raised the signal,
// saying that it isn't resolved.
func (t *Triage) Unresolved() bool {
	return len(t.Answers) > 0 && t.Answers[len(t.Answers)-1].NotResolved
}

// DateAgreed sets the date of a clock whose date is agreed with a person, or
// changes a date with a reason (R-CMP-5, R-CMP-7).
type DateAgreed struct {
	Rule    calendar.ClockRuleID `json:"rule"`
	To      calendar.Date        `json:"to"`
	Because string               `json:"because,omitempty"` // needed when a date is changed
	// On is the day on which it was agreed where that is told later, as a complaint
	// log does; zero is the instant of recording.
	On calendar.Date `json:"on,omitzero"`
}

func (c DateAgreed) apply(s *Signal, e Event) error {
	agreed := e.At
	if !c.On.IsZero() {
		agreed = c.On.Begins()
		if c.On > calendar.DateOf(e.At) || c.On < calendar.DateOf(s.Received) {
			return fault.New(fault.Invalid, "a date is agreed between the day of receipt and today, not on %s", c.On)
		}
	}
	if c.Rule == "" || c.To.IsZero() || c.To < calendar.DateOf(agreed) {
		return fault.New(fault.Invalid, "an agreed date needs its clock and a day from that of the agreement on")
	}
	for _, d := range s.agreedFor(c.Rule) {
		if agreed.Before(d.Recorded) {
			return fault.New(fault.Invalid, "a date agreed on %s can't stand after one agreed on %s", calendar.DateOf(agreed), calendar.DateOf(d.Recorded))
		}
	}
	s.Triage.Agreed = append(s.Triage.Agreed, AgreedDate{Rule: c.Rule, To: c.To, Because: c.Because, By: e.By, Recorded: agreed})
	return nil
}
