package signal

import (
	"testing"
	"time"

	"candour/internal/calendar"
)

// A practice that says that the answer resolves nothing is owed another, by a clock of
// its own, also when it says so on the day of the answer; closing does not stop it.
func TestWhatIsNotResolvedIsOwedAnotherAnswer(t *testing.T) {
	t.Parallel()
	book := mustBook(t)
	first := gpConcern("QAA.G-2024-1", "2024-05-13", "A81001")
	events := []Event{{Number: 1, At: first.Received, By: "u-gp", Change: Received{Signal: first}}}
	at := time.Date(2024, 5, 14, 9, 0, 0, 0, time.UTC)
	var s Signal
	then := func(wait time.Duration, change Change) {
		t.Helper()
		at = at.Add(wait)
		event, folded, err := Next(events, at, "u-1", change)
		if err != nil {
			t.Fatal(err)
		}
		events, s = append(events, event), folded
	}
	again := func() (found []calendar.Clock) {
		clocks, problems := s.Clocks(book)
		for _, c := range clocks {
			if c.Rule == "clinician-concern-again" {
				found = append(found, c)
			}
		}
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		return found
	}
	then(0, Answered{Message: "They changed the letter."})
	if got := again(); len(got) != 0 {
		t.Fatalf("before it is said: %+v", got)
	}
	then(time.Hour, NotResolved{Message: "Still the same."})
	if got := again(); len(got) != 1 || !got[0].Stopped.IsZero() || got[0].DueDate.String() != "2024-05-21" {
		t.Fatalf("said on the day of the answer: %+v", got)
	}
	then(time.Hour, OutcomeSet{Outcome: OutcomeNoted, Because: "Seen"})
	then(time.Hour, Moved{Event: "closed"})
	if got := again(); len(got) != 1 || !got[0].Stopped.IsZero() {
		t.Fatalf("closing stops it: %+v", got)
	}
	then(time.Hour, Answered{Message: "The ward has a new rule."})
	then(time.Hour, NotResolved{Message: "It happened again."})
	if got := again(); len(got) != 2 || got[0].Stopped.IsZero() || !got[1].Stopped.IsZero() {
		t.Errorf("answered, and said again: %+v", got)
	}
}
