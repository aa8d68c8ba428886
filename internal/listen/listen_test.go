package listen_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"candour/definitions"
	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/signal/mapping"
	"candour/internal/store"
	"candour/internal/store/storetest"
)

// now is a Monday.
var now = time.Date(2026, 11, 23, 8, 40, 0, 0, time.UTC)

// emptyStore is made once and copied.
var emptyStore = storetest.Prepare(nil)

func desk(t testing.TB) (*listen.Desk, *store.Store) {
	t.Helper()
	s, err := store.Open(context.Background(), store.Config{Dir: emptyStore.Dir(t), Now: func() time.Time { return now }, Random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	d, err := listen.NewDesk(s, s.Now, definitions.Files)
	if err != nil {
		t.Fatal(err)
	}
	return d, s
}

var lead = access.For(access.Viewer{Account: "u-lead", Memberships: []access.Membership{{Tenant: "QAA", Role: access.QualityLead}}}, "QAA")

func gpConcern(words string) signal.Signal {
	return signal.Signal{
		Kind: signal.KindClinicianConcern, Title: words, Narrative: words, Place: signal.Place{Provider: "RAA"}, Received: now.Add(-time.Hour),
		Source: signal.Source{Organisation: "A81001"}, Themes: []string{"discharge"}, ClinicianConcern: &signal.ClinicianConcern{Harm: "no", Effect: words},
	}
}

func TestWhatComesInIsScreenedInEveryFieldBeforeItIsStored(t *testing.T) {
	t.Parallel()
	d, s := desk(t)
	receipts, err := d.Receive(t.Context(), lead, listen.Item{Signal: gpConcern("Number 943 476 5919, tel 020 7946 0018, seen 4 May 2026")})
	if err != nil {
		t.Fatal(err)
	}
	h, err := s.Signal(t.Context(), lead, receipts[0].Reference)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{h.Title, h.Narrative, h.ClinicianConcern.Effect} {
		if strings.Contains(text, "5919") || strings.Contains(text, "7946") || !strings.Contains(text, "4 May 2026") {
			t.Errorf("stored %q", text)
		}
	}
	if h.DueName != "Read the signal and give it an outcome" || calendar.DateOf(h.Due).String() != "2026-11-25" {
		t.Errorf("due first: %q on %s", h.DueName, h.Due)
	}
}

func TestASignalWithAWrongFieldIsRefusedWholeAndNothingIsStored(t *testing.T) {
	t.Parallel()
	d, s := desk(t)
	wrong := gpConcern("No letter")
	wrong.Themes = []string{"unheard of"}
	if _, err := d.Receive(t.Context(), lead, listen.Item{Signal: gpConcern("No letter")}, listen.Item{Signal: wrong}); err == nil {
		t.Error("an unknown theme was taken")
	}
	if n, err := s.CountSignals(t.Context(), lead, store.SignalFilter{}); err != nil || n != 0 {
		t.Errorf("%d stored, %v", n, err)
	}
}

func TestWordsThatNameAPatientAreRefusedInTriage(t *testing.T) {
	t.Parallel()
	d, _ := desk(t)
	receipts, err := d.Receive(t.Context(), lead, listen.Item{Signal: gpConcern("No letter")})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []signal.Change{
		signal.OutcomeSet{Outcome: signal.OutcomeNoted, Because: "943 476 5919"}, signal.Answered{Message: "943 476 5919"}, signal.Withdrawn{Because: "943 476 5919"},
	} {
		if _, err := d.Change(t.Context(), lead, receipts[0].Reference, 1, c); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "an NHS number") {
			t.Errorf("%T: %v", c, err)
		}
	}
}

func TestTheWordsOfAMemberOfStaffWhoWishesToStayUnknownAreSealed(t *testing.T) {
	t.Parallel()
	d, s := desk(t)
	receipts, err := d.Receive(t.Context(), lead, listen.Item{Signal: signal.Signal{
		Kind: signal.KindStaffConcern, Title: "Night sister on Larch", Narrative: "I was told to sign for rounds that were not done.", Place: signal.Place{Provider: "RAA", Ward: "Larch"},
		Received: now.Add(-time.Hour), StaffConcern: &signal.StaffConcern{How: "guardian", Wishes: "confidential", Protections: true},
	}})
	if err != nil {
		t.Fatal(err)
	}
	h, err := s.Signal(t.Context(), lead, receipts[0].Reference)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(h.Title+h.Narrative+h.Place.Ward, "Larch") || len(h.Sealed) != 1 {
		t.Errorf("outside the seal: %+v", h.Signal)
	}
	text, err := s.ReadSealed(t.Context(), lead, h.Sealed[0].Ref, "to act on it")
	if err != nil || !strings.Contains(text, "rounds that were not done") {
		t.Errorf("opened %q, %v", text, err)
	}
}

func TestRowsBecomeSignalsOrReasonsAndTheSameFileTwiceIsKnown(t *testing.T) {
	t.Parallel()
	d, s := desk(t)
	m := &mapping.Mapping{
		ID: "concerns", Version: 1, Kind: signal.KindClinicianConcern, Dates: []mapping.DateForm{mapping.BritishDay},
		Columns: []mapping.Column{
			{Header: "Ref", Field: "reference", Required: true},
			{Header: "Provider", Field: "place.provider", Required: true},
			{Header: "Practice", Field: "source.organisation"},
			{Header: "Received", Field: "received"},
			{Header: "What", Field: "narrative"},
			{Header: "Theme", Field: "themes"},
			{Header: "Patient", Secret: true},
		},
	}
	header := []string{"Ref", "Provider", "Practice", "Received", "What", "Theme", "Patient", "Colour"}
	rows := [][]string{
		{"1", "RAA", "A81001", "02/03/2025", "No letter for 943 476 5919", "discharge", "Ann", "red"},
		{"2", "RZZ", "A81001", "02/11/2026", "No letter", "discharge", "", ""},
		{"3", "RAA", "A81001", "31/02/2026", "No letter", "discharge", "", ""},
		{"4", "RAA", "A81001", "20/11/2026", "No letter", "discharge", "", ""},
	}
	o := listen.LoadOptions{Name: "f.csv", SHA256: "00", Received: now, Settled: calendar.MustDate("2026-01-01"), Known: func(c org.Code) bool { return c == "RAA" }}
	for round := range 2 {
		l, err := d.Rows(m, header, rows, o)
		if err != nil {
			t.Fatal(err)
		}
		if len(l.Items) != 2 || len(l.Refusals) != 2 || l.Refusals[0].Row != 3 || l.Refusals[1].Row != 4 {
			t.Fatalf("items %d, refusals %+v", len(l.Items), l.Refusals)
		}
		if notes := strings.Join(l.Notes, "; "); !strings.Contains(notes, `"Colour"`) || !strings.Contains(notes, `"Patient"`) || !strings.Contains(notes, "NHS number removed") {
			t.Errorf("notes %s", notes)
		}
		receipts, err := d.Receive(t.Context(), lead, l.Items...)
		if err != nil {
			t.Fatal(err)
		}
		if receipts[0].Known != (round == 1) || receipts[0].Reference != "G-2025-1" {
			t.Errorf("round %d: %+v", round, receipts[0])
		}
	}
	if n, err := s.CountSignals(t.Context(), lead, store.SignalFilter{Pile: store.PileToDo}); err != nil || n != 1 {
		t.Errorf("%d to do, %v; the one of long ago is settled", n, err)
	}
}

func TestOfSeveralRowsOfOneLogNumberTheOneModifiedLastIsTaken(t *testing.T) {
	t.Parallel()
	d, _ := desk(t)
	m := &mapping.Mapping{ID: "steis", Version: 1, Kind: signal.KindSeriousIncident, Columns: []mapping.Column{
		{Header: "Log", Field: "serious_incident.steis"},
		{Header: "Identified", Field: "serious_incident.identified"},
		{Header: "Modified", Field: "serious_incident.modified"},
		{Header: "What", Field: "title"},
	}, Defaults: map[string]string{"place.provider": "RAA"}}
	l, err := d.Rows(m, []string{"Log", "Identified", "Modified", "What"}, [][]string{
		{"2016/1", "2016-01-02", "2016-01-05", "As it was reported"},
		{"2016/2", "2016-01-03", "2016-01-03", "Another"},
		{"2016/1", "2016-01-02", "2016-03-01", "As it was found"},
		{"2016/1", "2016-01-02", "not a day", "Not to be read"},
	}, listen.LoadOptions{SHA256: "00", Received: now, Known: func(org.Code) bool { return true }})
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, i := range l.Items {
		titles = append(titles, i.Signal.Title)
	}
	if got := strings.Join(titles, "; "); got != "As it was found; Another" {
		t.Errorf("taken: %s", got)
	}
	if len(l.Refusals) != 1 || l.Refusals[0].Row != 5 || !slices.Contains(l.Notes, "1 older version of a record that the file holds again was left out") {
		t.Errorf("refused %+v, notes %q", l.Refusals, l.Notes)
	}
}

func TestOfSeveralRevisionsInABundleTheLatestIsTaken(t *testing.T) {
	t.Parallel()
	d, _ := desk(t)
	text, err := os.ReadFile("../signal/fhir/testdata/bundle-two-patients.json")
	if err != nil {
		t.Fatal(err)
	}
	var bundle map[string]any
	if err := json.Unmarshal(text, &bundle); err != nil {
		t.Fatal(err)
	}
	entries := bundle["entry"].([]any)
	for _, version := range []string{`"versionId":"4"`, `"versionId":"2"`} { // the bundle has 3
		first, err := json.Marshal(entries[0])
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, json.RawMessage(strings.Replace(string(first), `"versionId":"3"`, version, 1)))
	}
	bundle["entry"] = entries
	if text, err = json.Marshal(bundle); err != nil {
		t.Fatal(err)
	}
	l, err := d.Bundle(text, listen.LoadOptions{SHA256: "00", Received: now, Known: func(org.Code) bool { return true }})
	if err != nil {
		t.Fatal(err)
	}
	var revisions []int
	for _, i := range l.Items {
		if i.Signal.Incident.LFPSE == "LF-900001" {
			revisions = append(revisions, i.Signal.Incident.Revision)
		}
	}
	if !slices.Equal(revisions, []int{4}) || !slices.Contains(l.Notes, "2 older versions of records that the file holds again were left out") {
		t.Errorf("revisions %v, notes %q, refused %+v", revisions, l.Notes, l.Refusals)
	}
}

func TestAnEmailIsAMessageWhoseSenderIsSealed(t *testing.T) {
	t.Parallel()
	d, s := desk(t)
	text := "From: Ann Other <ann@example.org>\r\nSubject: Ward 7\r\nMessage-ID: <1@example.org>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nNobody answers the bell.\r\n"
	o := listen.LoadOptions{SHA256: "00", Received: now, Provider: "RAA", Known: func(org.Code) bool { return true }}
	l, err := d.Message([]byte(text), o, func(purpose, text string) store.SealedText {
		return store.SealedText{Purpose: purpose, Text: text, Readers: []access.AccountID{"u-lead"}}
	})
	if err != nil || len(l.Items) != 1 {
		t.Fatalf("%+v, %v", l, err)
	}
	receipts, err := d.Receive(t.Context(), lead, l.Items...)
	if err != nil {
		t.Fatal(err)
	}
	h, err := s.Signal(t.Context(), lead, receipts[0].Reference)
	if err != nil || h.Kind != signal.KindMessage || h.Title != "Ward 7" {
		t.Fatalf("%+v, %v", h.Signal, err)
	}
	sender, err := s.ReadSealed(t.Context(), lead, h.Sealed[0].Ref, "to answer")
	if err != nil || sender != "Ann Other <ann@example.org>" {
		t.Errorf("sender %q, %v", sender, err)
	}
}

func TestWhatComesInWithoutAPersonIsSealedForNamedReadersOrRefused(t *testing.T) {
	t.Parallel()
	d, s := desk(t)
	program := access.For(access.Client("c-1", "Datix", "QAA", access.Grants{}), "QAA")
	item := listen.Item{Signal: signal.Signal{
		Kind: signal.KindStaffConcern, Title: "Night sister on Larch", Narrative: "I was told to sign.", Place: signal.Place{Provider: "RAA"},
		Received: now.Add(-time.Hour), StaffConcern: &signal.StaffConcern{How: "letter", Wishes: "confidential"},
	}}
	if _, errs := d.Admit(program, item); len(errs) != 1 || errs[0].Field != "sealed" {
		t.Errorf("with nobody to read it: %+v", errs)
	}
	item.Readers = []access.AccountID{"u-lead"}
	receipts, err := d.Receive(t.Context(), program, item)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := s.SealedParts(t.Context(), lead, receipts[0].Reference)
	if err != nil || len(parts) != 1 || len(parts[0].Readers) != 1 || parts[0].Readers[0] != "u-lead" {
		t.Errorf("parts %+v, %v", parts, err)
	}
}

func TestWhatWasDealtWithLongAgoIsClosedByTheWayOfItsKind(t *testing.T) {
	t.Parallel()
	for _, kind := range []signal.Kind{signal.KindComplaint, signal.KindIncident, signal.KindClinicianConcern, signal.KindVisit, signal.KindFifteenSteps, signal.KindPatientComment} {
		s := signal.Signal{ID: "QAA.X-1", Reference: "X-1", Kind: kind, Complaint: &signal.Complaint{}, Received: now.AddDate(-1, 0, 0), Recorded: now}
		events := []signal.Event{{Number: 1, At: now, By: "u-1", Change: signal.Received{Signal: s}}}
		for i, change := range listen.Settle(&s, "Long ago") {
			events = append(events, signal.Event{Number: i + 2, At: now, By: "u-1", Change: change})
		}
		got, err := signal.Fold(events)
		if err != nil || got.Triage.Outcome != signal.OutcomeNoted || !kind.Closed(got.Triage.State) {
			t.Errorf("%s: %v, %q with outcome %q", kind, err, got.Triage.State, got.Triage.Outcome)
		}
	}
}

func TestAComplaintLogIsTakenAtItsWord(t *testing.T) {
	t.Parallel()
	d, s := desk(t)
	m := &mapping.Mapping{ID: "log", Version: 1, Kind: signal.KindComplaint, Columns: []mapping.Column{
		{Header: "Ref", Field: "reference"},
		{Header: "Received", Field: "received"},
		{Header: "Ack", Field: "complaint.acknowledged_on"},
		{Header: "Due", Field: "complaint.agreed_for"},
		{Header: "Changed", Field: "complaint.changed_on"},
		{Header: "To", Field: "complaint.changed_to"},
		{Header: "Why", Field: "complaint.changed_because"},
		{Header: "Answered", Field: "complaint.responded_on"},
	}, Defaults: map[string]string{"place.provider": "RAA", "title": "A complaint"}}
	header := []string{"Ref", "Received", "Ack", "Due", "Changed", "To", "Why", "Answered"}
	o := listen.LoadOptions{SHA256: "00", Received: now, Settled: calendar.DateOf(now), Known: func(org.Code) bool { return true }}
	l, err := d.Rows(m, header, [][]string{
		{"open", "2026-03-02", "2026-03-03", "2026-04-01", "2026-04-02", "2026-05-01", "Notes lost", ""},
		{"silent", "2026-09-02", "", "", "", "", "", ""},
		{"answered", "2026-03-02", "2026-03-03", "2026-04-01", "", "", "", "2026-03-30"},
		{"names somebody", "2026-03-02", "2026-03-03", "2026-04-01", "2026-04-02", "2026-05-01", "Asked by 943 476 5919", ""},
	}, o)
	if err != nil || len(l.Items) != 3 || len(l.Refusals) != 1 || l.Refusals[0].Row != 5 {
		t.Fatalf("%v, %d items, refused %+v", err, len(l.Items), l.Refusals)
	}
	if _, err := d.Receive(t.Context(), lead, l.Items...); err != nil {
		t.Fatal(err)
	}
	open, err := s.OpenComplaints(t.Context(), lead)
	if err != nil || len(open) != 2 {
		t.Fatalf("%v: %d complaints wait, expected the two without an answer", err, len(open))
	}
	for i := range open {
		grounds := open[i].Grounds(d.Rulebook, 0, signal.SameThemeSettings{Complaints: 3, Days: 90}, now)
		twice := slices.ContainsFunc(grounds, func(g signal.GroundShown) bool { return g.Ground == signal.GroundDateMissedTwice })
		if twice != (open[i].Theirs == "open") {
			t.Errorf("%s: grounds %+v", open[i].Theirs, grounds)
		}
	}
}
