package signal

import (
	"slices"
	"testing"

	"candour/internal/calendar"
)

// A clock that runs in a state from which no stop can be reached would be overdue
// until the signal is closed, whatever anybody does.
func TestARunningClockCanBeStoppedInEveryStateOfItsKind(t *testing.T) {
	t.Parallel()
	book := mustBook(t)
	anytime := []string{"outcome set", "reporter answered", "consent withdrawn", "safety check shared", "received"}
	for _, id := range book.IDs() {
		rule := book.Rule(id)
		for _, what := range rule.For {
			kind := Kind(what)
			if !kind.Known() || slices.ContainsFunc(rule.Stops, func(e string) bool { return slices.Contains(anytime, e) }) {
				continue
			}
			running := []State{}
			for _, m := range kind.Transitions() {
				if m.Event == rule.Starts {
					running = append(running, m.To)
				}
			}
			if len(running) == 0 { // by a field, from the receipt on
				running = append(running, kind.FirstState())
			}
			for i := 0; i < len(running); i++ {
				if kind.Closed(running[i]) {
					continue
				}
				if !leads(kind, running[i], rule.Stops) {
					t.Errorf("%s of a %s runs while it is %q, and nothing can stop it", id, kind, running[i])
				}
				for _, m := range kind.Transitions() {
					if m.From == running[i] && !slices.Contains(rule.Stops, m.Event) && !slices.Contains(running, m.To) {
						running = append(running, m.To)
					}
				}
			}
		}
	}
}

// leads reports whether one of the events can still happen from a state.
func leads(kind Kind, from State, events []string) bool {
	reached := []State{from}
	for i := 0; i < len(reached); i++ {
		for _, m := range kind.Transitions() {
			if m.From != reached[i] {
				continue
			}
			if slices.Contains(events, m.Event) {
				return true
			}
			if !slices.Contains(reached, m.To) && !kind.Closed(m.To) {
				reached = append(reached, m.To)
			}
		}
	}
	return false
}

func TestAnOralComplaintThatIsAcknowledgedWaitsForNoOralResolution(t *testing.T) {
	t.Parallel()
	oral := func() *history {
		s := complaint("m1", "2024-03-11 10:00")
		s.Complaint.Oral = true
		return newHistory(t, s)
	}
	h := oral()
	h.add("2024-03-13 10:00", Moved{Event: "acknowledged"})
	if c := clockOf(t, h.signal, "complaint-oral-resolution"); c.Stopped.IsZero() {
		t.Errorf("still waits for its oral resolution: %+v", c)
	}
	if c := clockOf(t, h.signal, "complaint-long-stop"); !c.Stopped.IsZero() {
		t.Errorf("the six months don't run: %+v", c)
	}
	h = oral()
	h.add("2024-03-12 10:00", Moved{Event: "resolved to satisfaction"})
	for _, rule := range []calendar.ClockRuleID{"complaint-oral-resolution", "complaint-acknowledge", "complaint-long-stop"} { // R-CMP-8
		if c := clockOf(t, h.signal, rule); c.Stopped.IsZero() {
			t.Errorf("%s runs on though it was resolved in time", rule)
		}
	}
}

func TestOnlyAnInvestigationHasSixMonths(t *testing.T) {
	t.Parallel()
	s := valid()[KindLearningResponse]
	l := *s.LearningResponse
	l.Type = "aar"
	s.LearningResponse = &l
	clocks, problems := s.Clocks(mustBook(t))
	if len(problems) > 0 || slices.ContainsFunc(clocks, func(c calendar.Clock) bool { return c.Rule == "psii-limit" }) {
		t.Errorf("clocks %v, problems %v", clocks, problems)
	}
}

func TestWhoeverRaisedItMayContestAnOutcomeWithoutWords(t *testing.T) {
	t.Parallel()
	h := newHistory(t, valid()[KindClinicianConcern])
	h.refuses("2024-05-13 10:00", NotResolved{Message: "Still so."})
	h.add("2024-05-13 11:00", OutcomeSet{Outcome: OutcomeNoted, Because: "noted"})
	h.add("2024-05-13 12:00", Moved{Event: "closed", Because: "done"})
	h.add("2024-05-14 10:00", NotResolved{Message: "Still so."})
	if h.signal.Kind.Closed(h.signal.Triage.State) || !h.signal.Triage.Unresolved() {
		t.Errorf("stands %+v", h.signal.Triage)
	}
}
