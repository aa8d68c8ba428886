package digest_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"testing"
	"time"

	"candour/definitions"
	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/digest"
	"candour/internal/listen"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/store/storetest"
)

var emptyStore = storetest.Prepare(nil)

// TestEveryClockThatNeedsSomebodyIsOnOnePage walks the lists page by page and compares
// them with every running clock of every signal, worked out one by one: 330 signals,
// several pages of each list, many with a second clock that is due soon.
func TestEveryClockThatNeedsSomebodyIsOnOnePage(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 8, 40, 0, 0, time.UTC)
	s, err := store.Open(context.Background(), store.Config{Dir: emptyStore.Dir(t), Now: func() time.Time { return now }, Random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	desk, err := listen.NewDesk(s, s.Now, definitions.Files)
	if err != nil {
		t.Fatal(err)
	}
	lead := access.For(access.Viewer{Account: "u-lead", Memberships: []access.Membership{{Tenant: "QAA", Role: access.QualityLead}}}, "QAA")
	if _, err := desk.Receive(t.Context(), lead, clockItems(now)...); err != nil {
		t.Fatal(err)
	}
	reader := &digest.Reader{Store: s, Rulebook: desk.Rulebook}
	want := map[string]bool{}
	held, err := s.SignalsHeld(t.Context(), lead, store.SignalFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range held {
		clocks, _ := held[i].Clocks(desk.Rulebook)
		for _, k := range clocks {
			if state := k.StateAt(now); state.NeedsSomebody() {
				want[fmt.Sprintf("%s %s %s", held[i].Reference, k.Rule, state)] = true
			}
		}
	}
	got, signals := map[string]bool{}, [3]map[string]bool{{}, {}, {}}
	take := func(list int, clocks ...digest.Clock) {
		for i := range clocks {
			k := &clocks[i]
			got[fmt.Sprintf("%s %s %s", k.Signal.Reference, k.Clock.Rule, k.State)] = true
			signals[list][k.Signal.Reference] = true
		}
	}
	first, err := reader.Clocks(t.Context(), lead, now, digest.Place{})
	if err != nil {
		t.Fatal(err)
	}
	take(0, append(first.Overdue, first.Beside...)...)
	take(1, first.LongStops...)
	take(2, first.Soon...)
	pages := 1
	page := func(p digest.Place) digest.Clocks {
		c, err := reader.Clocks(t.Context(), lead, now, p)
		if err != nil || pages > 20 {
			t.Fatalf("page %d: %v", pages, err)
		}
		pages++
		return c
	}
	for next := first.Next.Overdue; next.Ref != ""; {
		c := page(digest.Place{Overdue: next})
		take(0, append(c.Overdue, c.Beside...)...)
		next = c.Next.Overdue
	}
	for next := first.Next.Long; next.Ref != ""; {
		c := page(digest.Place{Long: next})
		take(1, c.LongStops...)
		next = c.Next.Long
	}
	for next := first.Next.Soon; next.Ref != ""; {
		c := page(digest.Place{Soon: next})
		take(2, c.Soon...)
		next = c.Next.Soon
	}
	for k := range want {
		if !got[k] {
			t.Errorf("on no page: %s", k)
		}
	}
	for k := range got {
		if !want[k] {
			t.Errorf("on a page, and needs nobody: %s", k)
		}
	}
	if counted := [3]int{first.Signals, first.LongSignals, first.SoonSignals}; counted != [3]int{len(signals[0]), len(signals[1]), len(signals[2])} {
		t.Errorf("counted %v, on the pages %d, %d and %d", counted, len(signals[0]), len(signals[1]), len(signals[2]))
	}
	if pages < 6 || len(signals[1]) < 51 || len(signals[2]) < 51 {
		t.Errorf("%d pages, %d long stops and %d due soon test too little", pages, len(signals[1]), len(signals[2]))
	}
	if !slices.ContainsFunc(first.Beside, func(k digest.Clock) bool { return k.State == calendar.ClockDueSoon }) {
		t.Error("no signal has one clock over and another that is due soon")
	}
}

// clockItems are concerns, complaints of six months ago and coroner's reports, received
// on days that give every mixture of over, due soon and neither.
func clockItems(now time.Time) (items []listen.Item) {
	for i := range 110 {
		received := now.AddDate(0, 0, -i%9).Add(-time.Duration(i) * time.Minute)
		items = append(items, listen.Item{Signal: signal.Signal{
			Kind: signal.KindClinicianConcern, Title: "A title", Narrative: "Words.", Place: signal.Place{Provider: "RAA"}, Received: received,
			Source: signal.Source{Organisation: "A81001"}, Themes: []string{"discharge"}, ClinicianConcern: &signal.ClinicianConcern{Harm: "no"},
		}})
		received = now.AddDate(0, -6, i%40).Add(-time.Duration(i) * time.Minute)
		complaint := listen.Item{Signal: signal.Signal{
			Kind: signal.KindComplaint, Title: "A title", Narrative: "Words.", Place: signal.Place{Provider: "RAA"}, Received: received,
			Complaint: &signal.Complaint{ReceivedBy: "commissioner", Complainant: signal.ComplainantPatient, Consent: signal.ConsentNotAsked},
		}}
		if i%2 == 0 { // nothing but the long stop is left
			complaint.Then = []signal.Change{signal.OutcomeSet{Outcome: signal.OutcomeNoted, Because: "x"}, signal.Moved{Event: "acknowledged"}}
		}
		items = append(items, complaint)
		received = now.AddDate(0, 0, -30-i%40)
		items = append(items, listen.Item{
			Signal: signal.Signal{
				Kind: signal.KindCoronerReport, Title: "A title", Narrative: "Words.", Place: signal.Place{Provider: "RAA"}, Received: received,
				CoronerReport: &signal.CoronerReport{SentOn: calendar.DateOf(received)},
			},
			Then: []signal.Change{signal.OutcomeSet{Outcome: signal.OutcomeNoted, Because: "x"}},
		})
	}
	return items
}
