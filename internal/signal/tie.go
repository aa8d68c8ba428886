package signal

import (
	"time"

	"candour/internal/calendar"
)

// Tie is what a signal was about, or a copy of, from an instant on; neither is alone.
type Tie struct {
	At          time.Time `json:"at"`
	Event       EventID   `json:"event,omitempty"`
	DuplicateOf ID        `json:"duplicate_of,omitempty"`
}

// tied notes what holds now, where it differs from what held before.
func (t *Triage) tied(at time.Time) {
	now, before := Tie{at, t.Event, t.DuplicateOf}, Tie{}
	if n := len(t.Ties); n > 0 {
		before = t.Ties[n-1]
	}
	if now.Event != before.Event || now.DuplicateOf != before.DuplicateOf {
		t.Ties = append(t.Ties, now)
	}
}

// tieHistory is the ties of a signal one after the other, with those that were taken back:
// they held until then.
func tieHistory(events []Event) ([]Tie, error) {
	var t Triage
	for i := range events {
		switch events[i].Change.(type) {
		case AboutEvent, MarkedDuplicate, Undone:
		default:
			continue
		}
		gone, err := undoneEvents(events[:i+1])
		if err != nil {
			return nil, err
		}
		t.Event, t.DuplicateOf = "", ""
		for k, e := range events[:i+1] {
			switch c := e.Change.(type) {
			case AboutEvent:
				if !gone[k] {
					t.Event = c.Event
				}
			case MarkedDuplicate:
				if !gone[k] {
					t.DuplicateOf = c.Of
				}
			}
		}
		t.tied(events[i].At)
	}
	return t.Ties, nil
}

// tieKnown is the month from which a tie counts: that in which it was made. One made in the
// month in which its signal was recorded counts as the signal does, from the month of
// receipt: what is loaded late was there to be known, tied as it was.
func (s *Signal) tieKnown(tie Tie) calendar.Period {
	made := monthOf(calendar.DateOf(tie.At))
	if made.Compare(monthOf(calendar.DateOf(s.Recorded))) <= 0 {
		return monthOf(calendar.DateOf(s.Received))
	}
	return made
}

// tieAt is what the signal was tied to by the end of a month.
func (s *Signal) tieAt(month calendar.Period) (held Tie) {
	for _, tie := range s.Triage.Ties {
		if s.tieKnown(tie).Compare(month) <= 0 {
			held = tie
		}
	}
	return held
}

// joints finds what is joined, also over several steps. Each name points to another of
// its set, or to none.
type joints map[string]string

func (j joints) find(name string) string {
	for j[name] != "" && j[name] != name {
		if up := j[j[name]]; up != "" {
			j[name] = up // halve the path
		}
		name = j[name]
	}
	return name
}

func (j joints) join(a, b string) {
	if ra, rb := j.find(a), j.find(b); ra != rb {
		j[ra] = rb
	}
}

// tie joins a signal to the event that it is about, and to what it is a copy of.
func (j joints) tie(id ID, event EventID, copyOf ID) {
	if event != "" {
		j.join("s/"+string(id), "e/"+string(event))
	}
	if copyOf != "" {
		j.join("s/"+string(id), "s/"+string(copyOf))
	}
}

// everTied is the signals in groups of those that are tied to one another, or ever were.
func everTied(signals []Signal) (groups [][]*Signal) {
	joined := joints{}
	for i := range signals {
		s := &signals[i]
		joined.tie(s.ID, s.Triage.Event, s.Triage.DuplicateOf)
		for _, tie := range s.Triage.Ties {
			joined.tie(s.ID, tie.Event, tie.DuplicateOf)
		}
	}
	at := map[string]int{}
	for i := range signals {
		root := joined.find("s/" + string(signals[i].ID))
		n, seen := at[root]
		if !seen {
			n, groups = len(groups), append(groups, nil)
			at[root] = n
		}
		groups[n] = append(groups[n], &signals[i])
	}
	return groups
}

// FormerCopies is what signals were once marked as copies of and are no longer, and that
// is not among them: Corrections needs it too.
func FormerCopies(signals []Signal) (missing []ID) {
	held := map[ID]bool{}
	for i := range signals {
		held[signals[i].ID] = true
	}
	for i := range signals {
		for _, tie := range signals[i].Triage.Ties {
			if of := tie.DuplicateOf; of != "" && !held[of] {
				held[of] = true
				missing = append(missing, of)
			}
		}
	}
	return missing
}
