package signal

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"candour/internal/fault"
)

func TestASignalIsTheFoldOfItsEvents(t *testing.T) {
	t.Parallel()
	h := newHistory(t, gpConcern("g1", "2026-11-20", "A81001")).
		add("2026-11-20 13:00", Assigned{To: "QL"}).
		add("2026-11-20 13:01", Coded{Codes: Codes{Themes: []string{"discharge", "communication"}, Domain: "caring"}}).
		add("2026-11-20 13:02", Graded{Grading: Grading{Reliability: 3, Credibility: 2, Seriousness: Serious}, Because: "ninth of its kind"}).
		add("2026-11-20 13:03", Linked{Link: Link{LinkCase, "C-2026-014"}}).
		add("2026-11-20 13:04", OutcomeSet{Outcome: OutcomeLinked, Because: "open case on ward 7"}).
		add("2026-11-23 09:00", Answered{Message: "Added to an open case."}).
		add("2026-11-24 09:00", NotResolved{Message: "It happened again."})
	s := h.signal
	if s.Level() != Serious || s.MainTheme() != "discharge" || s.Triage.Outcome != OutcomeLinked || !s.Triage.Unresolved() || s.Triage.State != "in_hand" {
		t.Errorf("got %+v", s.Triage)
	}
	if s.Triage.Version != 8 || !s.Triage.Grading.ActNow() || s.Triage.Grading.Corroborated() { // R-SOFT-1: uncorroborated and serious is acted on
		t.Errorf("got %+v", s.Triage.Grading)
	}
}

func TestCodingAVeiledConcernKeepsTheThemesThatWhoeverCodesWasNotShown(t *testing.T) {
	t.Parallel()
	spoken := func() Signal {
		s := gpConcern("s1", "2026-11-20", "A81001")
		s.Kind, s.ClinicianConcern, s.Themes = KindStaffConcern, nil, []string{"bullying"}
		s.StaffConcern = &StaffConcern{How: "form", Wishes: "confidential", Protections: true}
		return s
	}
	h := newHistory(t, spoken()).
		add("2026-11-20 13:00", Coded{Codes: Codes{Themes: []string{"staffing"}}}).
		add("2026-11-20 13:01", Coded{Codes: Codes{Domain: "safe"}}) // as a form made from the veiled signal sends it
	if got := h.signal.AllThemes(); !slices.Contains(got, "staffing") || h.signal.Triage.Codes.Domain != "safe" {
		t.Errorf("after a coding without themes: %v, %+v", got, h.signal.Triage.Codes)
	}
	h.add("2026-11-20 13:02", Coded{Codes: Codes{Themes: []string{"training"}}})
	if got := h.signal.Triage.Codes.Themes; len(got) != 1 || got[0] != "training" {
		t.Errorf("a theme that is given stands: %v", got)
	}
	open := spoken()
	open.StaffConcern.Wishes = "open"
	shown := newHistory(t, open).
		add("2026-11-20 13:00", Coded{Codes: Codes{Themes: []string{"staffing"}}}).
		add("2026-11-20 13:01", Coded{Codes: Codes{Domain: "safe"}})
	if got := shown.signal.Triage.Codes.Themes; len(got) != 0 {
		t.Errorf("of an open concern whoever codes sees the themes and may take them away: %v", got)
	}
}

func TestAnEventIsUndoneByANewOneAndTheUndoingToo(t *testing.T) {
	t.Parallel()
	h := newHistory(t, gpConcern("g1", "2026-11-20", "A81001")).
		add("2026-11-20 13:00", Assigned{To: "QL"}).                                // 2
		add("2026-11-20 13:01", OutcomeSet{Outcome: OutcomeNoted, Because: "one"}). // 3
		add("2026-11-20 13:02", Undone{Number: 3, Because: "too soon"})             // 4
	if h.signal.Triage.Outcome != "" || h.signal.Triage.Assigned != "QL" || h.signal.Triage.Version != 4 {
		t.Errorf("after undoing: %+v", h.signal.Triage)
	}
	h.refuses("2026-11-20 13:03", Undone{Number: 3, Because: "again"})
	h.refuses("2026-11-20 13:03", Undone{Number: 1, Because: "the receipt"})
	h.refuses("2026-11-20 13:03", Undone{Number: 9, Because: "the future"})
	h.refuses("2026-11-20 13:03", Undone{Number: 2})
	h.add("2026-11-20 13:03", Undone{Number: 4, Because: "it was right after all"})
	if h.signal.Triage.Outcome != OutcomeNoted {
		t.Errorf("after undoing the undoing: %+v", h.signal.Triage)
	}
}

func TestAMoveOnWhichALaterOneRestsCannotBeUndone(t *testing.T) {
	t.Parallel()
	h := newHistory(t, complaint("c1", "2024-03-11 10:00")).
		add("2024-03-12 10:00", Moved{Event: "acknowledged"}).
		add("2024-03-13 10:00", Moved{Event: "investigation started"})
	h.refuses("2024-03-14 10:00", Undone{Number: 2, Because: "wrong"})
	h.add("2024-03-14 10:00", Undone{Number: 3, Because: "wrong"})
	if h.signal.Triage.State != "acknowledged" {
		t.Errorf("got %q", h.signal.Triage.State)
	}
}

func TestRulesGuardTheMoves(t *testing.T) {
	t.Parallel()
	h := newHistory(t, complaint("c1", "2024-03-11 10:00"))
	h.refuses("2024-03-12 10:00", Moved{Event: "sent to provider"})         // R-CMP-3 without consent
	h.refuses("2024-03-12 10:00", Moved{Event: "responded"})                // nothing acknowledged
	h.refuses("2024-03-12 10:00", Moved{Event: "not covered"})              // R-CMP-8 without a ground
	h.refuses("2024-03-12 10:00", Moved{Event: "resolved to satisfaction"}) // R-CMP-8, not oral
	h.refuses("2024-03-12 10:00", Moved{Event: "acknowledged", On: day("2024-03-13")})
	h.refuses("2024-03-12 10:00", ConsentSet{Consent: ConsentToShare, On: day("2024-03-13")})
	h.add("2024-03-12 10:00", ConsentSet{Consent: ConsentToShare, On: day("2024-03-12")}).
		add("2024-03-12 11:00", Moved{Event: "sent to provider"})
	if h.signal.Triage.State != "with_provider" {
		t.Errorf("got %q", h.signal.Triage.State)
	}
	h.add("2024-03-13 11:00", Withdrawn{Because: "entered twice"})
	if h.signal.Counts() {
		t.Error("a withdrawn signal counts")
	}
	h.refuses("2024-03-13 12:00", Assigned{To: "QL"})
	h.add("2024-03-13 12:00", Undone{Number: 4, Because: "it was another one"})
	if !h.signal.Counts() {
		t.Error("the withdrawal wasn't undone")
	}
}

func TestAnAmendmentKeepsTriageConsentAndReceipt(t *testing.T) {
	t.Parallel()
	h := newHistory(t, complaint("c1", "2024-03-11 10:00")).
		add("2024-03-12 10:00", ConsentSet{Consent: ConsentRefused, On: day("2024-03-12")}).
		add("2024-03-12 10:01", Assigned{To: "CM"})
	better := complaint("c1", "2024-03-11 10:00")
	better.Title, better.Complaint.Consent = "Pain not treated for six hours", ConsentToShare
	h.add("2024-03-12 11:00", Amended{Signal: better, Because: "the letter says so"})
	if h.signal.Title != better.Title || h.signal.Complaint.Consent != ConsentRefused || h.signal.Triage.Assigned != "CM" {
		t.Errorf("got %+v", h.signal)
	}
	other := complaint("c2", "2024-03-11 10:00")
	h.refuses("2024-03-12 12:00", Amended{Signal: other, Because: "x"})
	h.refuses("2024-03-12 12:00", Amended{Signal: better})
}

func TestAMessageIsSortedIntoAComplaintAndItsClocksRunFromReceipt(t *testing.T) {
	t.Parallel()
	message := complaint("m1", "2024-03-11 10:00")
	message.Kind, message.Complaint, message.Correspondence = KindMessage, nil, &Correspondence{Type: "letter"}
	h := newHistory(t, message).add("2024-03-12 09:00", Assigned{To: "CM"})
	h.refuses("2024-03-12 10:00", Sorted{Signal: complaint("m1", "2024-03-11 10:00")})
	h.refuses("2024-03-12 10:00", Sorted{Signal: complaint("m1", "2024-03-12 10:00"), Because: "it complains"})
	h.refuses("2024-03-12 10:00", Sorted{Signal: message, Because: "it complains"})
	h.add("2024-03-12 10:00", Sorted{Signal: complaint("m1", "2024-03-11 10:00"), Because: "it complains"})
	if s := h.signal; s.Kind != KindComplaint || s.Triage.State != "received" || s.Triage.Assigned != "CM" {
		t.Errorf("got %+v", s.Triage)
	}
	if due := clockOf(t, h.signal, "complaint-acknowledge").DueDate; due != day("2024-03-14") {
		t.Errorf("due %s", due)
	}
}

func TestHistoriesWithGapsAreDamaged(t *testing.T) {
	t.Parallel()
	h := newHistory(t, gpConcern("g1", "2026-11-20", "A81001")).add("2026-11-20 13:00", Assigned{To: "QL"})
	if _, err := Fold(h.events[1:]); !fault.Is(err, fault.Damaged) {
		t.Errorf("got %v", err)
	}
	if _, err := Fold(append(slices.Clone(h.events), h.events[1])); !fault.Is(err, fault.Damaged) {
		t.Errorf("got %v", err)
	}
}

func TestEveryChangeHasANameAndSurvivesStorage(t *testing.T) {
	t.Parallel()
	h := newHistory(t, complaint("c1", "2024-03-11 10:00")).
		add("2024-03-12 10:00", ConsentSet{Consent: ConsentToHandle, On: day("2024-03-12")}).
		add("2024-03-12 10:01", Moved{Event: "acknowledged", On: day("2024-03-12")}).
		add("2024-03-12 10:02", DateAgreed{Rule: "complaint-response", To: day("2024-04-10")}).
		add("2024-03-12 10:03", AboutEvent{Event: "e7"}).
		add("2024-03-12 10:04", Coded{Codes: Codes{HCAT: []HCATCode{{"safety", 3, "ward"}}}})
	var back []Event
	for _, e := range h.events {
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var read Event
		if err := json.Unmarshal(text, &read); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		back = append(back, read)
	}
	again, err := Fold(back)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(h.signal)
	b, _ := json.Marshal(again)
	if string(a) != string(b) {
		t.Errorf("stored and read back:\n%s\n%s", a, b)
	}
	for name, change := range changeTypes {
		if ChangeName(change) != name || name == "" {
			t.Errorf("%T is called %q", change, ChangeName(change))
		}
		if read, err := DecodeChange(name, []byte("{}")); err != nil || reflect.TypeOf(read) != reflect.TypeOf(change) {
			t.Errorf("%s: %T, %v", name, read, err)
		}
	}
	if _, err := DecodeChange("signal_eaten", nil); !fault.Is(err, fault.Invalid) {
		t.Errorf("an unknown change: %v", err)
	}
}

// Whatever is done, folding never changes the events, and folding step by step is
// folding at once.
func TestFoldingIsTheSameStepByStepAndAtOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var events []Event
		first, _, err := Next(nil, when("2026-11-20 12:00"), "QL", Received{Signal: gpConcern("g1", "2026-11-20", "A81001")})
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, first)
		for range rapid.IntRange(0, 12).Draw(t, "changes") {
			change := rapid.SampledFrom([]Change{
				Assigned{To: "A"},
				Assigned{To: ""},
				OutcomeSet{Outcome: OutcomeWatch, Because: "b"},
				Answered{Message: "m"},
				NotResolved{Message: "n"},
				Moved{Event: "closed"},
				Moved{Event: "reopened"},
				AboutEvent{Event: "e"},
				Linked{Link: Link{LinkCase, "1"}},
				Unlinked{Link: Link{LinkCase, "1"}},
				Withdrawn{Because: "w"},
				Undone{Number: rapid.IntRange(1, 12).Draw(t, "undo"), Because: "u"},
			}).Draw(t, "change")
			before, _ := Fold(events)
			e, after, err := Next(events, when("2026-11-21 12:00"), "QL", change)
			if err != nil {
				again, _ := Fold(events)
				if !reflect.DeepEqual(before, again) {
					t.Fatal("a refused change left its mark")
				}
				continue
			}
			events = append(events, e)
			folded, err := Fold(events)
			if err != nil || !reflect.DeepEqual(folded, after) {
				t.Fatalf("folded at once: %+v, %v\nby steps: %+v", folded, err, after)
			}
			if _, ok := change.(Undone); !ok {
				stepped := before
				if err := stepped.Apply(e); err != nil || !reflect.DeepEqual(stepped, after) {
					t.Fatalf("applied alone: %+v, %v", stepped, err)
				}
			}
		}
	})
}

func FuzzDecodeEvent(f *testing.F) {
	for _, c := range []Change{Received{Signal: complaint("c1", "2024-03-11 10:00")}, Undone{2, "x"}, Moved{Event: "acknowledged"}} {
		text, err := json.Marshal(Event{Number: 1, At: when("2024-03-11 10:00"), By: "QL", Change: c})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var e Event
		if json.Unmarshal(text, &e) != nil {
			return
		}
		s, err := Fold([]Event{e})
		if err == nil && !s.Kind.Known() {
			t.Errorf("an unknown kind was folded: %q", s.Kind)
		}
	})
}
