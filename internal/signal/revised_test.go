package signal

import (
	"slices"
	"testing"
)

// lfpse is a revision of a national record with the physical harm of its patient.
func lfpse(id string, revision, physical int) Signal {
	s := incident(id, "2024-03-10", physical, 0)
	s.Incident.LFPSE, s.Incident.Revision = "LF-1", revision
	return s
}

// comesAgain says what came, and records it where that is to be done.
func (h *history) comesAgain(at string, came Signal, then ...Change) Again {
	h.t.Helper()
	came.ID, came.Received, came.Recorded, came.Delivery, came.Row = "", when(at), when(at), "another file", 7
	what, changes, err := CameAgain(h.events, came, func([]SealedPart) bool { return true }, then, when(at))
	if err != nil {
		h.t.Fatal(err)
	}
	if (what == AgainLater) != (len(changes) > 0) {
		h.t.Errorf("%s with %d changes", what, len(changes))
	}
	if what != AgainLater && what != AgainSame && what.Words() == "" {
		h.t.Errorf("%s replaces nothing and doesn't say why", what)
	}
	for _, c := range changes {
		h.add(at, c)
	}
	if what != AgainLater && what != AgainSame {
		if h.signal.Repeats(&came, then, when(at)) {
			h.t.Errorf("%s passes for the same", what)
		}
	}
	return what
}

func TestAVersionThatComesAgainIsRecognised(t *testing.T) {
	t.Parallel()
	other := func(change func(*Signal)) Signal {
		s := lfpse("", 2, 4)
		change(&s)
		return s
	}
	for _, c := range []struct {
		name string
		came Signal
		want Again
		harm Harm
	}{
		{"the same is known", lfpse("", 2, 4), AgainSame, HarmLow},
		{"a later revision replaces it", lfpse("", 3, 2), AgainLater, HarmSevere},
		{"an older revision that comes later replaces nothing", lfpse("", 1, 2), AgainOlder, HarmLow},
		{"the same number with other content is taken: the later delivery holds", lfpse("", 2, 3), AgainLater, HarmModerate},
		{"without a number nothing says which is later", lfpse("", 0, 3), AgainUnordered, HarmLow},
		{"a day of last change beside a number says nothing", other(func(s *Signal) { s.Incident.Revision, s.Updated, s.Revision = 0, when("2024-04-01 09:00"), 0 }), AgainUnordered, HarmLow},
		{"another kind is left as it is", other(func(s *Signal) {
			s.Incident, s.Kind, s.SeriousIncident = nil, KindSeriousIncident, &SeriousIncident{IdentifiedOn: day("2024-03-10")}
		}), AgainSorted, HarmLow},
	} {
		h := newHistory(t, lfpse("QAA.IN-2024-1", 2, 4))
		if got := h.comesAgain("2024-05-02 10:00", c.came); got != c.want || h.signal.Incident.WorstHarm() != c.harm {
			t.Errorf("%s: %s, harm %d", c.name, got, h.signal.Incident.WorstHarm())
		}
	}
}

func TestALaterVersionKeepsWhatWasMadeOfTheSignalHere(t *testing.T) {
	t.Parallel()
	h := newHistory(t, lfpse("QAA.IN-2024-1", 1, 4))
	corrected := h.signal
	corrected.Place.Ward, corrected.Title = "Ward 9", "Fall from a bed"
	h.add("2024-03-12 09:00", Amended{Signal: corrected, Because: "The ward has moved"})
	h.add("2024-03-12 09:01", Graded{Grading: Grading{Reliability: 3}, Because: "A good record"})
	came := lfpse("", 2, 4)
	came.Title, came.Place.Service = "Fall on the stairs", "Stroke"
	if got := h.comesAgain("2024-05-02 10:00", came); got != AgainLater {
		t.Fatal(got)
	}
	s := h.signal
	if s.Place.Ward != "Ward 9" || s.Place.Service != "Stroke" || s.Title != "Fall on the stairs" {
		t.Errorf("our correction stays unless the sender changed the same field: %+v, %q", s.Place, s.Title)
	}
	if s.ID != "QAA.IN-2024-1" || !s.Received.Equal(day("2024-03-10").At(18, 0)) || s.Delivery != "another file" || s.Row != 7 || s.Triage.Grading.Reliability != 3 {
		t.Errorf("id, receipt, row, triage: %+v", s)
	}
	if got := h.comesAgain("2024-05-03 10:00", came); got != AgainSame {
		t.Errorf("the same version beside our correction: %s", got)
	}
	first := lfpse("", 1, 4)
	if got := h.comesAgain("2024-05-03 11:00", first); got != AgainOlder {
		t.Errorf("the first version again: %s", got)
	}
}

func TestDecisionsHereAreNotUndoneByALaterVersion(t *testing.T) {
	t.Parallel()
	h := newHistory(t, lfpse("QAA.IN-2024-1", 1, 4))
	if got := h.comesAgain("2024-05-02 10:00", lfpse("", 2, 2)); got != AgainLater {
		t.Fatal(got)
	}
	h.add("2024-05-03 10:00", Undone{Number: 2, Because: "It is of another patient"})
	if got := h.comesAgain("2024-05-04 10:00", lfpse("", 2, 2)); got != AgainUndone || h.signal.Incident.Revision != 1 || len(h.signal.Triage.Before) != 0 {
		t.Errorf("a version that was taken back: %s, %+v", got, h.signal.Incident)
	}
	h.add("2024-05-05 10:00", Withdrawn{Because: "Filed in error"})
	if got := h.comesAgain("2024-05-06 10:00", lfpse("", 3, 2)); got != AgainWithdrawn {
		t.Errorf("a withdrawn one: %s", got)
	}
	veiled := Signal{
		ID: "QAA.SU-2024-1", Kind: KindStaffConcern, Title: "Sealed", Place: Place{Provider: "RXX"}, Received: when("2024-03-10 09:00"), Revision: 1,
		StaffConcern: &StaffConcern{Wishes: "confidential"},
	}
	h = newHistory(t, veiled)
	veiled.Revision, veiled.StaffConcern = 2, &StaffConcern{Wishes: "open"}
	if got := h.comesAgain("2024-05-06 10:00", veiled); got != AgainSealed {
		t.Errorf("a sealed one that comes in the open: %s", got)
	}
}

func TestAGraverVersionWaitsAgain(t *testing.T) {
	t.Parallel()
	settled := func() *history {
		h := newHistory(t, lfpse("QAA.IN-2024-1", 1, 4))
		h.add("2024-03-12 09:00", OutcomeSet{Outcome: OutcomeNoted, Because: "Low harm"})
		return h.add("2024-03-12 09:00", Moved{Event: "closed"})
	}
	h := settled()
	if h.comesAgain("2024-05-02 10:00", lfpse("", 2, 5)); h.signal.Triage.Outcome != OutcomeNoted || h.signal.Triage.State != "closed" {
		t.Errorf("a milder version: %+v", h.signal.Triage)
	}
	h = settled()
	if h.comesAgain("2024-05-02 10:00", lfpse("", 2, 1)); h.signal.Triage.Outcome != "" || h.signal.Triage.State != "reviewed" {
		t.Errorf("a graver version: %+v", h.signal.Triage)
	}
}

func TestALogTellsHowFarAComplaintGotSince(t *testing.T) {
	t.Parallel()
	log := complaint("QAA.CP-2024-1", "2024-03-04 09:00")
	h := newHistory(t, log)
	acknowledged, responded := Moved{Event: "acknowledged", On: day("2024-03-05")}, Moved{Event: "responded", On: day("2024-04-01")}
	if got := h.comesAgain("2024-03-20 10:00", log, acknowledged); got != AgainLater || h.signal.Triage.State != "acknowledged" {
		t.Errorf("a new step: %s, %s", got, h.signal.Triage.State)
	}
	if got := h.comesAgain("2024-04-20 10:00", log, acknowledged, responded, OutcomeSet{Outcome: OutcomeNoted, Because: "Old"}); got != AgainLater || h.signal.Triage.State != "responded" || h.signal.Triage.Outcome != "" {
		t.Errorf("another: %s, %+v; outcomes are the team's own", got, h.signal.Triage)
	}
	h.add("2024-04-21 10:00", Moved{Event: "reopened"})
	if got := h.comesAgain("2024-05-20 10:00", log, acknowledged, responded); got != AgainSame || h.signal.Triage.State != "in_inquiry" {
		t.Errorf("the steps that were known: %s, %s", got, h.signal.Triage.State)
	}
}

func TestVersionsOfAnyReferenceInOneFile(t *testing.T) {
	t.Parallel()
	row := func(ref string, number int, updated string) Signal {
		s := Signal{Kind: KindPatientComment, Reference: ref, Revision: number}
		if updated != "" {
			s.Updated = when(updated)
		}
		return s
	}
	kept := LatestVersions([]Signal{row("a", 2, ""), row("a", 1, ""), row("b", 0, "2024-03-02 10:00"), row("b", 0, "2024-03-02 11:00"), row("c", 0, ""), row("c", 0, "")}, func(s *Signal) *Signal { return s })
	if len(kept) != 4 || kept[0].Revision != 2 || !kept[1].Updated.Equal(when("2024-03-02 11:00")) {
		t.Errorf("got %+v; two that say no version are both read", kept)
	}
}

func TestCorrectionsGiveWhatWasKnownInEachMonth(t *testing.T) {
	t.Parallel()
	h := newHistory(t, lfpse("QAA.IN-2024-1", 1, 4))
	h.comesAgain("2024-05-02 10:00", lfpse("", 2, 2))
	moved := lfpse("", 3, 2)
	moved.Occurred.Date, moved.Updated = day("2024-02-27"), when("2024-05-20 12:00")
	h.comesAgain("2024-07-01 10:00", moved)
	list := []Signal{h.signal, incident("QAA.IN-2024-2", "2024-03-11", 4, 0)}
	known := SumCells(Count(list, CountSettings{}), Corrections(list, CountSettings{}))
	by := func(month string) (cells []string) {
		sums := map[Counted]int{}
		for _, c := range known {
			if c.ReceivedMonth.String() <= month {
				sums[Counted{Provider: c.Provider, Channel: c.Channel, Severe: c.Severe, Month: c.EventMonth}] += c.N
			}
		}
		for k, n := range sums {
			for range n {
				cells = append(cells, string(k.Channel)+" "+k.Month.String())
			}
			if n < 0 {
				t.Errorf("%d of %+v by %s", n, k, month)
			}
		}
		slices.Sort(cells)
		return cells
	}
	for month, want := range map[string][]string{
		"2024-02": nil,
		"2024-03": {"incidents_no_low_harm 2024-03", "incidents_no_low_harm 2024-03"},
		"2024-04": {"incidents_no_low_harm 2024-03", "incidents_no_low_harm 2024-03"},
		"2024-05": {"incidents_harm 2024-02", "incidents_no_low_harm 2024-03"}, // the third version could be known in May
		"2024-07": {"incidents_harm 2024-02", "incidents_no_low_harm 2024-03"},
	} {
		if got := by(month); !slices.Equal(got, want) {
			t.Errorf("known in %s: %v, expected %v", month, got, want)
		}
	}
}
