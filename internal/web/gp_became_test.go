package web

import (
	"strings"
	"testing"
	"time"

	"candour/internal/calendar"
	"candour/internal/signal"
	"candour/internal/store"
)

func TestWhatBecameOfAConcernPromisesNothingThatIsPast(t *testing.T) {
	t.Parallel()
	due := calendar.MustDate("2026-11-20").Ends()
	concern := func(state signal.State, outcome signal.Outcome) *store.HeldSignal {
		h := &store.HeldSignal{Due: due, Signal: signal.Signal{Kind: signal.KindClinicianConcern}}
		h.Triage.State, h.Triage.Outcome = state, outcome
		return h
	}
	for name, c := range map[string]struct {
		held *store.HeldSignal
		at   time.Time
		says string
	}{
		"in time":       {concern("received", ""), due.Add(-time.Hour), "Next step due by Fri 20 Nov 2026."},
		"late":          {concern("in_hand", ""), due, "The next step was due by Fri 20 Nov 2026 and is late."},
		"closed":        {concern("closed", signal.OutcomeNoted), due.Add(-time.Hour), "Closed without an answer to you."},
		"without clock": {&store.HeldSignal{Signal: signal.Signal{Kind: signal.KindClinicianConcern, Triage: signal.Triage{State: "received"}}}, due, "Not answered yet."},
	} {
		got := strings.Join(becameWords(c.held, c.at), " ")
		if !strings.Contains(got, c.says) || strings.Contains(got, "00:00") || name == "closed" && strings.Contains(got, "due by") {
			t.Errorf("%s: %q, expected %q", name, got, c.says)
		}
	}
}
