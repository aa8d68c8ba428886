package signal

import (
	"testing"
	"time"
)

func TestWhoeverRaisedAConcernIsToldOfStateOutcomeAndAnswersOnly(t *testing.T) {
	t.Parallel()
	first := gpConcern("QAA.G-2024-1", "2024-05-13", "A81001")
	at := first.Received.Add(time.Hour)
	events := []Event{{Number: 1, At: first.Received, By: "u-gp", Change: Received{Signal: first}}}
	s, err := Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	if s.News() || s.Told() != ToldAtReceipt(KindClinicianConcern) {
		t.Fatalf("a receipt tells %q", s.Told())
	}
	for _, step := range []struct {
		name   string
		change Change
		other  bool // tells something else than before
		news   bool
	}{
		{"given to somebody", Assigned{To: "u-1"}, false, false},
		{"graded", Graded{Grading: Grading{Seriousness: Serious}, Because: "harm"}, false, false},
		{"taken in hand", Moved{Event: "taken in hand"}, true, true},
		{"an outcome", OutcomeSet{Outcome: OutcomeQuestion, Because: "we asked"}, true, true},
		{"an answer", Answered{Message: "They changed the letter."}, true, true},
		{"their own word that it isn't resolved", NotResolved{Message: "Still the same."}, true, false},
		{"coded after that", Coded{Codes: Codes{Themes: []string{"discharge"}}}, false, false},
		{"a second answer", Answered{Message: "The ward has a new rule."}, true, true},
		{"closed", Moved{Event: "closed"}, true, true},
	} {
		before := s.Told()
		event, folded, err := Next(events, at, "u-1", step.change)
		if err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		events, s = append(events, event), folded
		if (s.Told() != before) != step.other || s.News() != step.news {
			t.Errorf("after %s: told %q before %q, news %v", step.name, s.Told(), before, s.News())
		}
	}
}
