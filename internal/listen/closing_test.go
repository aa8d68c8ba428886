package listen_test

import (
	"slices"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/listen"
	"candour/internal/signal"
	"candour/internal/store"
)

// The loop to the practice is closed (docs/rules.md, soft intelligence): closing a concern does not answer it,
// so the list of what is overdue has it as long as its page shows the clock over.
func TestAConcernClosedWithoutAnAnswerStaysOverdueUntilItIsAnswered(t *testing.T) {
	t.Parallel()
	d, s := desk(t)
	c := gpConcern("No letter")
	c.Received = now.AddDate(0, 0, -30)
	receipts, err := d.Receive(t.Context(), lead, listen.Item{Signal: c})
	if err != nil {
		t.Fatal(err)
	}
	ref := receipts[0].Reference
	late := func() bool {
		list, err := s.HeldByDue(t.Context(), lead, time.Time{}, now, store.SignalKey{}, 9)
		if err != nil {
			t.Fatal(err)
		}
		n, err := s.CountSignals(t.Context(), lead, store.SignalFilter{Pile: store.PileToDo, DueBefore: now})
		if err != nil || n != len(list) {
			t.Errorf("%d overdue in the inbox and %d in the list, %v", n, len(list), err)
		}
		return slices.ContainsFunc(list, func(h store.HeldSignal) bool { return h.Reference == ref })
	}
	h, err := d.Change(t.Context(), lead, ref, 1, signal.OutcomeSet{Outcome: signal.OutcomeNoted, Because: "Known"}, signal.Moved{Event: "closed"})
	if err != nil {
		t.Fatal(err)
	}
	if clocks, _ := h.Clocks(d.Rulebook); !slices.ContainsFunc(clocks, func(c calendar.Clock) bool {
		return c.Rule == "clinician-concern-answer" && c.StateAt(now) == calendar.ClockOverdue
	}) {
		t.Error("the page does not show the answer as overdue")
	}
	if !late() {
		t.Error("it left the list though the page shows the clock over")
	}
	if _, err := d.Change(t.Context(), lead, ref, 3, signal.Answered{Message: "We have asked for the letters."}); err != nil {
		t.Fatal(err)
	}
	if late() {
		t.Error("it is on the list though it was answered")
	}
}

// What a file brings of long ago owes nothing: no clock of it runs on.
func TestWhatWasDealtWithBeforeItCameHereOwesNothing(t *testing.T) {
	t.Parallel()
	d, _ := desk(t)
	long := now.AddDate(-2, 0, 0)
	for kind, fill := range map[signal.Kind]func(*signal.Signal){
		signal.KindClinicianConcern: func(s *signal.Signal) { s.ClinicianConcern = &signal.ClinicianConcern{Harm: "no"} },
		signal.KindHealthwatch:      func(s *signal.Signal) { s.Correspondence = &signal.Correspondence{Type: "report"} },
		signal.KindMPLetter:         func(s *signal.Signal) { s.Correspondence = &signal.Correspondence{Type: "letter"} },
		signal.KindCoronerReport: func(s *signal.Signal) {
			s.CoronerReport = &signal.CoronerReport{SentOn: calendar.DateOf(long)}
		},
		signal.KindComplaint: func(s *signal.Signal) {
			s.Complaint = &signal.Complaint{ReceivedBy: "commissioner", Complainant: signal.ComplainantPatient, Consent: signal.ConsentNotAsked}
		},
		signal.KindIncident: func(s *signal.Signal) { s.Incident = &signal.Incident{Type: signal.LFPSEIncident, MOSS: true} },
		signal.KindVisit: func(s *signal.Signal) {
			s.Visit = &signal.Visit{Template: "ward-visit", Ended: long, Immediate: []string{"Fire door"}, ImmediateAt: long}
		},
	} {
		s := signal.Signal{ID: "x", Kind: kind, Title: "A title", Narrative: "Words.", Place: signal.Place{Provider: "RAA"}, Received: long, Source: signal.Source{Organisation: "A81001"}, Urgent: true}
		fill(&s)
		var h signal.Signal
		for i, change := range append([]signal.Change{signal.Received{Signal: s}}, listen.Settle(&s, "Long ago")...) {
			if err := h.Apply(signal.Event{Number: i + 1, At: now, By: "u", Change: change}); err != nil {
				t.Fatalf("%s: %v", kind, err)
			}
		}
		if next := d.NextDue(&h); !next.At.IsZero() {
			t.Errorf("%s: %s still runs", kind, next.Rule)
		}
	}
}

// Strict access (docs/rules.md): a safeguarding referral shows to those who are named, and one that
// nobody could see is refused.
func TestWhoMaySeeAReferralIsNamedWhenItComesIn(t *testing.T) {
	t.Parallel()
	d, s := desk(t)
	referral := signal.Signal{
		Kind: signal.KindSafeguarding, Title: "Neglect", Narrative: "Left without water.", Place: signal.Place{Provider: "RAA"}, Received: now,
		Safeguarding: &signal.Safeguarding{Body: "s42", ReferredBy: "us", ReferredOn: calendar.DateOf(now), Group: "adult", Types: []string{"neglect"}, SafeNow: "no"},
	}
	program := access.For(access.Client("c-1", "A program", "QAA", access.Grants{}), "QAA")
	if _, errs := d.Admit(program, listen.Item{Signal: referral}); !slices.ContainsFunc(errs, func(e signal.FieldError) bool { return e.Field == "readers" && e.Advice != "" }) {
		t.Errorf("a referral that nobody may see: %v", errs)
	}
	receipts, err := d.Receive(t.Context(), lead, listen.Item{Signal: referral, Readers: []access.AccountID{"u-other"}, Sealed: []store.SealedText{{Purpose: "person", Text: "Ann", Readers: []access.AccountID{"u-other"}}}})
	if err != nil {
		t.Fatal(err)
	}
	h, err := s.Signal(t.Context(), lead, receipts[0].Reference)
	if err != nil || !slices.Equal(h.Readers, []string{"u-lead", "u-other"}) {
		t.Errorf("readers %v, %v", h.Readers, err)
	}
	next := d.NextDue(&h.Signal)
	if next.Rule != "safeguarding-safe" {
		t.Errorf("%+v is due first of somebody who is not safe", next)
	}
	if _, err := d.Change(t.Context(), lead, h.Reference, 1, signal.Moved{Event: "outcome received"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("an outcome without itself: %v", err)
	}
	amended := h.Signal
	x := *amended.Safeguarding
	x.Outcome, x.OutcomeOn, amended.Safeguarding = "s42-substantiated", calendar.DateOf(now), &x
	h, err = d.Amend(t.Context(), lead, &h, 1, amended, "The outcome", signal.Moved{Event: "outcome received"})
	if err != nil || h.Triage.State != "decided" || !slices.Equal(h.Readers, []string{"u-lead", "u-other"}) {
		t.Errorf("stands %s for %v, %v", h.Triage.State, h.Readers, err)
	}
}

// A message that turns out to be a referral shows, from then on, to whoever sorted it.
func TestAMessageSortedAsAReferralIsConfined(t *testing.T) {
	t.Parallel()
	d, s := desk(t)
	receipts, err := d.Receive(t.Context(), lead, listen.Item{Signal: signal.Signal{
		Kind: signal.KindMessage, Title: "A resident", Narrative: "Left without water.", Place: signal.Place{Provider: "RAA"}, Received: now, Correspondence: &signal.Correspondence{Type: "letter"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	h, err := s.Signal(t.Context(), lead, receipts[0].Reference)
	if err != nil {
		t.Fatal(err)
	}
	sorted := h.Signal
	sorted.Kind, sorted.Correspondence = signal.KindSafeguarding, nil
	sorted.Safeguarding = &signal.Safeguarding{Body: "s42", ReferredBy: "other", ReferredOn: calendar.DateOf(now), Group: "adult", Types: []string{"neglect"}, SafeNow: "yes"}
	if _, err := d.Sort(t.Context(), lead, &h, 1, sorted, "A referral"); err != nil {
		t.Fatal(err)
	}
	other := access.For(access.Viewer{Account: "u-other", Memberships: []access.Membership{{Tenant: "QAA", Role: access.QualityLead}}}, "QAA")
	for _, position := range []int64{access.Head, 0} {
		if _, err := s.Signal(t.Context(), other.At(position), h.Reference); !fault.Is(err, fault.NotFound) {
			t.Errorf("a colleague sees it as of %d: %v", position, err)
		}
		if _, err := s.Signal(t.Context(), lead.At(position), h.Reference); err != nil {
			t.Errorf("its reader does not see it as of %d: %v", position, err)
		}
	}
}
