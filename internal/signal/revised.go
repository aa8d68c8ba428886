package signal

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"

	"candour/internal/calendar"
	"candour/internal/fault"
)

// Revised is a later version of the signal from its sender, as it was sent. It replaces
// the earlier version, which stays in the history; id, kind, receipt, consent, seals and
// everything that the team made of it stay. What people here corrected stays corrected,
// unless the sender changed the same field. A version that is graver than the one before
// takes the outcome away: somebody must look again.
type Revised struct {
	Signal Signal `json:"signal"`
	// Kept is the fields, by their place ("place/provider"), that were corrected here and
	// that the sender left as they were, with the values that hold; null is none.
	Kept map[string]json.RawMessage `json:"kept,omitempty"`
}

func (c Revised) apply(s *Signal, e Event) error {
	if c.Signal.Kind != s.Kind {
		return fault.New(fault.Invalid, "a later version is of the same kind")
	}
	next, err := c.Signal.with(c.Kept)
	if err != nil {
		return err
	}
	next.ID, next.Reference, next.Received, next.Recorded = s.ID, s.Reference, s.Received, s.Recorded
	next.Triage = s.Triage
	if len(next.Sealed) == 0 { // else what of it is sealed differs, and is sealed by itself
		next.Sealed = s.Sealed
	}
	if len(s.Readers) > 0 { // else those of a version that is the first to be confined
		next.Readers = s.Readers
	}
	if next.Complaint != nil && s.Complaint != nil { // consent is changed by ConsentSet only
		complaint := *next.Complaint
		complaint.Consent, complaint.ConsentOn = s.Complaint.Consent, s.Complaint.ConsentOn
		next.Complaint = &complaint
	}
	t := &next.Triage
	if was, is := s.counted(), next.counted(); was != is {
		was.Until = c.Signal.known(e.At)
		t.Before = append(t.Before[:len(t.Before):len(t.Before)], was)
	}
	if next.sentLevel() > s.sentLevel() {
		t.Outcome, t.OutcomeAt, t.Because = "", time.Time{}, ""
	}
	*s = next
	return nil
}

// sentLevel is the severity that the sender gives, whatever the team made of it.
func (s *Signal) sentLevel() Severity {
	if s.Severity != NotJudged {
		return s.Severity
	}
	return s.impliedSeverity()
}

// known is the day on which a version could be known: that of its last change where the
// sender states it, as far as it doesn't lie after the day of recording.
func (s *Signal) known(recorded time.Time) calendar.Date {
	if _, updated := s.Edition(); !updated.IsZero() && updated.Before(recorded) {
		return calendar.DateOf(updated)
	}
	return calendar.DateOf(recorded)
}

// Again is what an item is that comes under a reference which is held.
type Again string

// What it may be.
const (
	AgainSame      Again = "same"      // nothing in it is new
	AgainLater     Again = "later"     // a later version, or a step that wasn't known: it is recorded
	AgainOlder     Again = "older"     // an older version: it replaces nothing
	AgainUnordered Again = "unordered" // other content, and nothing says which is later
	AgainSorted    Again = "sorted"    // the held one was given another kind here, or its sender gives it one
	AgainSealed    Again = "sealed"    // its words are sealed, and come in the open now
	AgainWithdrawn Again = "withdrawn" // the held one was withdrawn here
	AgainUndone    Again = "undone"    // this version was taken back here
)

// Words says why a version that comes again replaces nothing; "" where it does, or is the same.
func (a Again) Words() string {
	switch a {
	case AgainOlder:
		return "an older version than the one held; it replaces nothing"
	case AgainUnordered:
		return "differs from what is held and doesn't say which is later, by a version number or a day of last change; what is held stays"
	case AgainSorted:
		return "is held as another kind; what is held stays"
	case AgainSealed:
		return "is sealed here, and this version would lay it open; what is held stays"
	case AgainWithdrawn:
		return "was withdrawn here and stays so"
	case AgainUndone:
		return "this version was taken back here and isn't taken again"
	}
	return ""
}

// CameAgain says what an item is that comes, at an instant, under the reference of a held
// signal with these events, and gives the changes to record: none unless it is
// AgainLater. Alike reports whether what comes to be sealed with it says the same as the
// sealed parts of a version, and then is how far a file says that it got.
func CameAgain(events []Event, came Signal, alike func([]SealedPart) bool, then []Change, at time.Time) (Again, []Change, error) {
	held, err := Fold(events)
	if err != nil {
		return "", nil, err
	}
	versions, undone, err := sentVersions(events)
	if err != nil {
		return "", nil, err
	}
	last := &versions[len(versions)-1]
	came.submittedFirst(earlier(last.submitted(), came.submitted()))
	is := func(s *Signal) bool { return sameAsSent(s, &came) && alike(s.Sealed) }
	order, known := compareVersions(&came, last)
	same := is(last)
	var steps []Change
	if order >= 0 && held.Triage.Withdrawn == "" {
		steps = held.unknownSteps(then, at)
	}
	switch {
	case same && len(steps) == 0:
		return AgainSame, nil, nil
	case held.Triage.Withdrawn != "":
		return AgainWithdrawn, nil, nil
	case held.Veiled() && !came.Veiled():
		return AgainSealed, nil, nil
	case held.Kind != came.Kind:
		return AgainSorted, nil, nil
	case same:
		return AgainLater, steps, nil
	case slices.ContainsFunc(undone, func(s Signal) bool { return is(&s) }):
		return AgainUndone, nil, nil
	case known && order < 0, slices.ContainsFunc(versions, func(s Signal) bool { return is(&s) }):
		return AgainOlder, nil, nil
	case !known && !came.dated(last):
		return AgainUnordered, nil, nil
	}
	revised := Revised{Signal: came}
	if revised.Kept, err = kept(last, &held, &came); err != nil {
		return "", nil, err
	}
	changes := append([]Change{revised}, steps...)
	after := held.clone()
	if err := revised.apply(&after, Event{At: at}); err != nil {
		return "", nil, err
	}
	if after.sentLevel() > held.sentLevel() && held.Kind.Closed(held.Triage.State) {
		if _, err := held.Kind.Next(held.Triage.State, "reopened"); err == nil {
			changes = append([]Change{revised, Moved{Event: "reopened", Because: "A later version from its sender is graver"}}, steps...)
		}
	}
	return AgainLater, changes, nil
}

// dated reports whether a version states what the one before it didn't state at all: it
// is then taken as the later one.
func (s *Signal) dated(before *Signal) bool {
	n, at := before.Edition()
	m, now := s.Edition()
	return n == 0 && at.IsZero() && (m != 0 || !now.IsZero())
}

// sentVersions is what the sender sent, first to last, and what of it was taken back here.
func sentVersions(events []Event) (versions, undone []Signal, err error) {
	gone, err := undoneEvents(events)
	if err != nil {
		return nil, nil, err
	}
	for i, e := range events { // the first is the receipt
		switch c := e.Change.(type) {
		case Received:
			versions = append(versions, c.Signal)
		case Revised:
			if len(c.Signal.Sealed) == 0 {
				c.Signal.Sealed = versions[len(versions)-1].Sealed
			}
			if gone[i] {
				undone = append(undone, c.Signal)
			} else {
				versions = append(versions, c.Signal)
			}
		}
	}
	if len(versions) == 0 {
		return nil, nil, fault.New(fault.Damaged, "a signal has no receipt")
	}
	return versions, undone, nil
}

// asSent is the signal with what its sender says of it alone.
func (s *Signal) asSent() Signal {
	c := *s
	c.ID, c.Reference, c.Received, c.Recorded = "", "", time.Time{}, time.Time{}
	c.Delivery, c.Row, c.Sealed, c.Readers, c.Triage = "", 0, nil, nil, Triage{}
	return c
}

// Repeats reports whether a signal, as it is held, says what came, so that there is
// nothing to look up.
func (s *Signal) Repeats(came *Signal, then []Change, at time.Time) bool {
	return sameAsSent(s, came) && len(s.unknownSteps(then, at)) == 0
}

func sameAsSent(a, b *Signal) bool {
	x, err := json.Marshal(a.asSent())
	y, also := json.Marshal(b.asSent())
	return err == nil && also == nil && bytes.Equal(x, y)
}

// unknownSteps is what a file says happened since receipt and isn't known yet, as far as
// it still fits: outcomes, and what follows them, are the team's own.
func (s *Signal) unknownSteps(then []Change, at time.Time) (steps []Change) {
	next := s.clone()
	for _, change := range then {
		if _, ours := change.(OutcomeSet); ours {
			break
		}
		if !next.stepKnown(change) && change.apply(&next, Event{At: at, By: "sender"}) == nil {
			steps = append(steps, change)
		}
	}
	return steps
}

// stepKnown reports whether a step was told before.
func (s *Signal) stepKnown(change Change) bool {
	switch c := change.(type) {
	case Moved:
		on := c.At
		if on.IsZero() {
			on = c.On.Begins()
		}
		return slices.ContainsFunc(s.Triage.Happenings, func(h Happening) bool { return h.Event == c.Event && h.At.Equal(on) })
	case DateAgreed:
		return slices.ContainsFunc(s.Triage.Agreed, func(d AgreedDate) bool { return d.Rule == c.Rule && d.To == c.To })
	}
	return false
}

// kept is what of held differs from the sender's last version because somebody here
// corrected it, and was left by the sender as it was: field by field.
func kept(last, held, came *Signal) (map[string]json.RawMessage, error) {
	var trees [3]map[string]any
	for i, s := range []*Signal{last, held, came} {
		text, err := json.Marshal(s.asSent())
		if err == nil {
			err = json.Unmarshal(text, &trees[i])
		}
		if err != nil {
			return nil, fault.Wrap(fault.Internal, err, "compare versions of a signal")
		}
	}
	out := map[string]json.RawMessage{}
	err := keep(out, "", trees[0], trees[1], trees[2])
	if len(out) == 0 {
		return nil, err
	}
	return out, err
}

func keep(out map[string]json.RawMessage, at string, last, held, came map[string]any) error {
	fields := map[string]bool{}
	for _, tree := range []map[string]any{last, held} {
		for f := range tree {
			fields[f] = true
		}
	}
	for f := range fields {
		l, inside := last[f].(map[string]any)
		h, also := held[f].(map[string]any)
		if c, too := came[f].(map[string]any); inside && also && too {
			if err := keep(out, at+f+"/", l, h, c); err != nil {
				return err
			}
			continue
		}
		if reflect.DeepEqual(last[f], held[f]) || !reflect.DeepEqual(last[f], came[f]) {
			continue
		}
		text, err := json.Marshal(held[f])
		if err != nil {
			return fault.Wrap(fault.Internal, err, "keep a correction")
		}
		out[at+f] = text
	}
	return nil
}

// with is the signal with fields laid over it.
func (s *Signal) with(fields map[string]json.RawMessage) (out Signal, err error) {
	if len(fields) == 0 {
		return *s, nil
	}
	var tree map[string]any
	text, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(text, &tree)
	}
	if err != nil {
		return out, fault.Wrap(fault.Internal, err, "lay corrections over a version")
	}
	for path, value := range fields {
		at, names := tree, strings.Split(path, "/")
		for _, name := range names[:len(names)-1] {
			inner, ok := at[name].(map[string]any)
			if !ok {
				inner = map[string]any{}
				at[name] = inner
			}
			at = inner
		}
		var v any
		if err := json.Unmarshal(value, &v); err != nil {
			return out, fault.Wrap(fault.Invalid, err, "read a correction of %s", path)
		}
		if v == nil {
			delete(at, names[len(names)-1])
		} else {
			at[names[len(names)-1]] = v
		}
	}
	if text, err = json.Marshal(tree); err == nil {
		err = json.Unmarshal(text, &out)
	}
	return out, fault.Wrap(fault.Invalid, err, "lay corrections over a version")
}
