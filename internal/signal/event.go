package signal

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	"candour/internal/fault"
)

// Event is one change of one signal, as it is recorded: the number within the
// signal from 1 without gaps, the instant, the person, and what changed.
type Event struct {
	Number int
	At     time.Time
	By     string
	Change Change
}

// Change is what an event does to a signal. The types of change are those of
// changeTypes and no others.
type Change interface {
	// apply changes s; it refuses what the rules don't allow.
	apply(s *Signal, e Event) error
}

// changeTypes names each change as it is stored. Names and JSON tags are a format:
// they are never altered, only added to.
var changeTypes = map[string]Change{
	"signal_received":     Received{},
	"signal_amended":      Amended{},
	"signal_revised":      Revised{},
	"signal_sorted":       Sorted{},
	"signal_assigned":     Assigned{},
	"signal_coded":        Coded{},
	"signal_coded_second": SecondCoded{},
	"signal_graded":       Graded{},
	"signal_about_event":  AboutEvent{},
	"signal_duplicate":    MarkedDuplicate{},
	"signal_linked":       Linked{},
	"signal_unlinked":     Unlinked{},
	"signal_outcome":      OutcomeSet{},
	"signal_moved":        Moved{},
	"signal_consent":      ConsentSet{},
	"signal_date_agreed":  DateAgreed{},
	"signal_answered":     Answered{},
	"signal_not_resolved": NotResolved{},
	"signal_stepped_in":   SteppedIn{},
	"signal_stepin_reply": StepInReplied{},
	"signal_readers":      ReadersNamed{},
	"signal_withdrawn":    Withdrawn{},
	"signal_undone":       Undone{},
}

var changeNames = func() map[reflect.Type]string {
	names := make(map[reflect.Type]string, len(changeTypes))
	for name, change := range changeTypes {
		names[reflect.TypeOf(change)] = name
	}
	return names
}()

// ChangeName is the stored name of a change: "signal_received".
func ChangeName(c Change) string { return changeNames[reflect.TypeOf(c)] }

// storedEvent is an Event in JSON.
type storedEvent struct {
	Number int             `json:"number"`
	At     time.Time       `json:"at"`
	By     string          `json:"by"`
	Kind   string          `json:"kind"`
	Body   json.RawMessage `json:"body"`
}

// MarshalJSON writes e with the name of its change, in the order of storedEvent.
// The body is written once, not read again to be checked: thousands of events are
// recorded a second.
func (e Event) MarshalJSON() ([]byte, error) {
	body, err := json.Marshal(e.Change)
	if err != nil {
		return nil, err
	}
	head, err := json.Marshal(storedEvent{Number: e.Number, At: e.At, By: e.By, Kind: ChangeName(e.Change)})
	if err != nil {
		return nil, err
	}
	text := slices.Grow(head[:len(head)-len("null}")], len(body)+1)
	return append(append(text, body...), '}'), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (e *Event) UnmarshalJSON(text []byte) error {
	var stored storedEvent
	if err := json.Unmarshal(text, &stored); err != nil {
		return fault.Wrap(fault.Invalid, err, "read event of a signal")
	}
	change, err := DecodeChange(stored.Kind, stored.Body)
	if err != nil {
		return err
	}
	*e = Event{stored.Number, stored.At, stored.By, change}
	return nil
}

// DecodeChange reads the body of a change by its stored name.
func DecodeChange(name string, body []byte) (Change, error) {
	zero, ok := changeTypes[name]
	if !ok {
		return nil, fault.New(fault.Invalid, "unknown change of a signal %q", name)
	}
	v := reflect.New(reflect.TypeOf(zero))
	if err := json.Unmarshal(body, v.Interface()); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "read %s", name)
	}
	return v.Elem().Interface().(Change), nil
}

// Fold is the signal to which its events lead. An event that a later one has
// undone is left out, also when that undoing has itself been undone. It refuses a
// history which the rules don't allow.
func Fold(events []Event) (Signal, error) {
	undone, err := undoneEvents(events)
	if err != nil {
		return Signal{}, err
	}
	var s Signal
	for i, e := range events {
		if undone[i] {
			s.Triage.Version = e.Number
			continue
		}
		if err := s.Apply(e); err != nil {
			return Signal{}, fmt.Errorf("event %d of the signal: %w", e.Number, err)
		}
	}
	if slices.Contains(undone, true) { // a tie that was taken back held until then
		s.Triage.Ties, err = tieHistory(events)
	}
	return s, err
}

// undoneEvents says which events don't hold. It goes from the last to the first:
// an undoing holds unless a later one that holds undoes it.
func undoneEvents(events []Event) ([]bool, error) {
	undone := make([]bool, len(events))
	for i := len(events) - 1; i >= 0; i-- {
		if events[i].Number != i+1 {
			return nil, fault.New(fault.Damaged, "event %d of a signal stands at place %d; events are numbered without gaps", events[i].Number, i+1)
		}
		u, ok := events[i].Change.(Undone)
		if !ok || undone[i] {
			continue
		}
		switch {
		case u.Number < 2 || u.Number >= events[i].Number:
			return nil, fault.New(fault.Invalid, "event %d can't undo event %d, expected an earlier one after the receipt", events[i].Number, u.Number)
		case undone[u.Number-1]:
			return nil, fault.New(fault.Conflict, "event %d is undone already", u.Number)
		}
		undone[u.Number-1] = true
	}
	return undone, nil
}

// Apply changes s by one event, or refuses it and leaves s as it was.
func (s *Signal) Apply(e Event) error {
	if _, first := e.Change.(Received); first != (s.Triage.Version == 0) {
		return fault.New(fault.Conflict, "a signal begins with its receipt, and is received once")
	}
	if e.Number != s.Triage.Version+1 {
		return fault.New(fault.Conflict, "event %d doesn't follow event %d of the signal", e.Number, s.Triage.Version)
	}
	if e.By == "" || e.At.IsZero() {
		return fault.New(fault.Invalid, "an event needs a person and an instant")
	}
	if s.Triage.Withdrawn != "" {
		if _, ok := e.Change.(Undone); !ok {
			return fault.New(fault.Conflict, "the signal is withdrawn; undo that first")
		}
	}
	next := s.clone()
	if err := e.Change.apply(&next, e); err != nil {
		return err
	}
	if !slices.Equal(s.hcat(), next.hcat()) {
		next.Triage.CodedBy = e.By
	}
	next.Triage.Version = e.Number
	*s = next
	return nil
}

// Next checks that change may follow events and gives it as the next event. A
// caller stores it only when there is no error.
func Next(events []Event, at time.Time, by string, change Change) (Event, Signal, error) {
	e := Event{Number: len(events) + 1, At: at, By: by, Change: change}
	all := append(events[:len(events):len(events)], e)
	s, err := Fold(all)
	return e, s, err
}

// clone is a copy of s whose lists may be appended to and whose complaint may be
// changed without touching s.
func (s *Signal) clone() Signal {
	c := *s
	t := &c.Triage
	t.Links = t.Links[:len(t.Links):len(t.Links)]
	t.Answers = t.Answers[:len(t.Answers):len(t.Answers)]
	t.StepIns = append([]StepIn(nil), t.StepIns...)
	t.Happenings = t.Happenings[:len(t.Happenings):len(t.Happenings)]
	t.Agreed = t.Agreed[:len(t.Agreed):len(t.Agreed)]
	t.Before = t.Before[:len(t.Before):len(t.Before)]
	t.Ties = t.Ties[:len(t.Ties):len(t.Ties)]
	if s.Complaint != nil {
		complaint := *s.Complaint
		c.Complaint = &complaint
	}
	return c
}
