package storetest

import (
	"slices"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
)

// lfpseOf is a revision of a national record about a fall, with the physical harm.
func lfpseOf(ref string, revision, physical int) store.Arrival {
	s := signal.Signal{
		Kind: signal.KindIncident, Title: "Fall on the ward", Place: signal.Place{Provider: "RAA"}, Occurred: signal.Occurrence{Date: sunday - 40},
		Received: (sunday - 39).At(9, 0), Source: signal.Source{Channel: "fhir"},
		Incident: &signal.Incident{Type: signal.LFPSEIncident, LFPSE: ref, Revision: revision, Patients: []signal.IncidentPatient{{Physical: physical}}},
	}
	return store.Arrival{Signal: s, Origin: s.Registered(), Theirs: ref, Revises: true}
}

func testRevised(b *bundle) {
	lead := viewer("QAA", access.QualityLead)
	first := b.hear(lead, lfpseOf("LF-1", 1, 4), lfpseOf("LF-2", 1, 4), lfpseOf("LF-3", 2, 2))
	head, _, err := b.store.Head(b.ctx)
	b.ok(err)
	got := b.hear(lead, lfpseOf("LF-1", 2, 2), lfpseOf("LF-2", 1, 4), lfpseOf("LF-3", 1, 4), lfpseOf("LF-4", 1, 4), lfpseOf("LF-4", 2, 1))
	var what []signal.Again
	for i, r := range got {
		if what = append(what, r.Again); (r.Revised > 0) != (r.Again == signal.AgainLater) || r.Known != (r.Again != "") || i < 3 && (r.Reference != first[i].Reference || r.Position != first[i].Position) {
			b.Errorf("receipt %+v", r)
		}
	}
	if want := []signal.Again{signal.AgainLater, signal.AgainSame, signal.AgainOlder, "", signal.AgainLater}; !slices.Equal(what, want) {
		b.Fatalf("what came again %v, expected %v", what, want)
	}
	h, err := b.store.Signal(b.ctx, lead, "IN-2026-1")
	b.ok(err)
	then, err := b.store.Signal(b.ctx, lead.At(head), "IN-2026-1")
	b.ok(err)
	if h.Incident.Revision != 2 || h.Level() != signal.Gravest || then.Incident.Revision != 1 || then.Level() != signal.Low || h.Theirs != "LF-1" {
		b.Errorf("now %+v; before %+v", h.Incident, then.Incident)
	}
	if n, err := b.store.CountSignals(b.ctx, lead, store.SignalFilter{Kind: signal.KindIncident}); err != nil || n != 4 {
		b.Errorf("%d incidents are held, %v; expected 4", n, err)
	}
	history, err := b.store.SignalHistory(b.ctx, lead, "IN-2026-1")
	b.ok(err)
	if len(history) != 2 || signal.ChangeName(history[1].Change) != "signal_revised" {
		b.Errorf("history %+v", history)
	}
	cells, err := b.store.SignalCells(b.ctx, lead)
	b.ok(err)
	corrections, err := b.store.SignalCorrections(b.ctx, lead)
	b.ok(err)
	event, came := calendar.MonthOf((sunday-40).At(9, 0)), calendar.MonthOf(b.store.Now())
	cell := func(channel signal.Channel, severe bool, received calendar.Period, n int) signal.Cell {
		return signal.Cell{Provider: "RAA", Channel: channel, Severe: severe, EventMonth: event, ReceivedMonth: received, N: n}
	}
	low, harm := signal.ChannelIncidentsLow, signal.ChannelIncidentsHarm
	// Two of low harm in October, which November knows to be grave.
	want := []signal.Cell{cell(low, false, event, 2), cell(low, false, came, -2), cell(harm, true, event, -2), cell(harm, true, came, 2)}
	if len(cells) != 2 || !slices.Equal(corrections, want) || event.Compare(came) == 0 {
		b.Errorf("cells %v\ncorrections %v\nexpected    %v", cells, corrections, want)
	}
	if past, err := b.store.SignalCorrections(b.ctx, lead.At(head)); err != nil || len(past) != 0 {
		b.Errorf("corrections before the later versions came: %v, %v", past, err)
	}
	r, err := b.store.Rebuild(b.ctx, false, nil)
	b.ok(err)
	if r.Before != r.After {
		b.Errorf("a rebuild gives other rows: %+v", r)
	}
	if again, err := b.store.Signal(b.ctx, lead, "IN-2026-1"); err != nil || again.Incident.Revision != 2 || len(again.Triage.Before) != 1 {
		b.Errorf("after the rebuild %+v, %v", again.Triage, err)
	}
	b.clock.Step(time.Hour)
	form := lfpseOf("LF-1", 3, 5)
	form.Revises = false
	if r := b.hear(lead, form)[0]; r.Again != signal.AgainSame {
		b.Errorf("where no versions come, what comes again is the same: %+v", r)
	}
	if r := b.hear(lead, lfpseOf("LF-1", 1, 4))[0]; r.Again != signal.AgainOlder {
		b.Errorf("the first version once more: %+v", r)
	}
}

// testTiedThen: reports of one event count each up to the month in which they were tied,
// also when the tie was taken back or what they were copies of stands alone again.
func testTiedThen(b *bundle) {
	lead := viewer("QAA", access.QualityLead)
	b.hear(lead, lfpseOf("LF-1", 1, 4), lfpseOf("LF-2", 1, 4), lfpseOf("LF-3", 1, 4), lfpseOf("LF-4", 1, 4))
	change := func(ref string, version int, c signal.Change) {
		_, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, ref, version, c)
		b.ok(err)
	}
	b.clock.Step(31 * 24 * time.Hour) // a month after they were recorded
	head, _, err := b.store.Head(b.ctx)
	b.ok(err)
	change("IN-2026-1", 1, signal.AboutEvent{Event: "fall"})
	change("IN-2026-2", 1, signal.AboutEvent{Event: "fall"})
	change("IN-2026-4", 1, signal.MarkedDuplicate{Of: "QAA.IN-2026-3"})
	tied, _, err := b.store.Head(b.ctx)
	b.ok(err)
	b.clock.Step(31 * 24 * time.Hour)
	change("IN-2026-4", 2, signal.MarkedDuplicate{})
	change("IN-2026-2", 2, signal.Undone{Number: 2, Because: "Two falls"})
	event := calendar.MonthOf((sunday - 40).At(9, 0))
	now := calendar.MonthOf(b.store.Now())
	cell := func(received calendar.Period, n int) signal.Cell {
		return signal.Cell{Provider: "RAA", Channel: signal.ChannelIncidentsLow, EventMonth: event, ReceivedMonth: received, N: n}
	}
	known := func(name string, sc access.Scope, want ...signal.Cell) {
		cells, err := b.store.SignalCells(b.ctx, sc)
		b.ok(err)
		corrections, err := b.store.SignalCorrections(b.ctx, sc)
		b.ok(err)
		got := slices.DeleteFunc(signal.SumCells(cells, corrections), func(c signal.Cell) bool { return c.N == 0 })
		if !slices.Equal(got, want) {
			b.Errorf("%s known: %v, expected %v", name, got, want)
		}
	}
	known("before they were tied", lead.At(head), cell(event, 4))
	known("while they were tied", lead.At(tied), cell(event, 4), cell(now.Add(-1), -2))
	known("now", lead, cell(event, 4), cell(now.Add(-1), -2), cell(now, 2))
	b.rebuilt()
	known("after a rebuild", lead, cell(event, 4), cell(now.Add(-1), -2), cell(now, 2))
}

// testRevisedSeals: a later version whose only change is in sealed text is heard, its text
// sealed by itself; what was erased is neither compared nor taken again.
func testRevisedSeals(b *bundle) {
	lead := viewer("QAA", access.QualityLead)
	version := func(revision int, patient, complainant string) store.Arrival {
		a := lfpseOf("LF-1", revision, 4)
		for purpose, text := range map[string]string{"patient": patient, "complainant": complainant} {
			if text != "" {
				a.Sealed = append(a.Sealed, store.SealedText{Purpose: purpose, Text: text, Readers: []access.AccountID{lead.Viewer.Account}})
			}
		}
		return a
	}
	came := func(a store.Arrival, want signal.Again, erased bool) {
		b.Helper()
		tried, err := b.store.TrySignals(b.ctx, lead, dueInTwoDays, a)
		b.ok(err)
		got := b.hear(lead, a)[0]
		if got.Again != want || got.Erased != erased || tried[0].Again != want || tried[0].Erased != erased || tried[0].Revised != 0 {
			b.Errorf("it came as %+v, tried as %+v; expected %q, erased %t", got, tried[0], want, erased)
		}
	}
	parts := func(sc access.Scope) (now, earlier []string, refs map[string]string) {
		list, err := b.store.SealedParts(b.ctx, sc, "IN-2026-1")
		b.ok(err)
		refs = map[string]string{}
		for _, p := range list {
			if p.Earlier {
				earlier = append(earlier, p.Purpose)
				continue
			}
			now, refs[p.Purpose] = append(now, p.Purpose), p.Ref
		}
		slices.Sort(now)
		return now, earlier, refs
	}
	came(version(2, "Ann Other", ""), "", false)
	head, _, err := b.store.Head(b.ctx)
	b.ok(err)
	came(version(2, "Ann Other", ""), signal.AgainSame, false)
	came(version(2, "Ann A. Other", ""), signal.AgainLater, false) // the same number, and a later delivery
	came(version(2, "Ann Other", ""), signal.AgainOlder, false)    // what came before, once more
	came(version(2, "Ann A. Other", "Her son"), signal.AgainLater, false)
	came(version(2, "", ""), signal.AgainSame, false) // what it leaves out stays sealed
	now, earlier, refs := parts(lead)
	if !slices.Equal(now, []string{"complainant", "patient"}) || !slices.Equal(earlier, []string{"patient"}) {
		b.Errorf("sealed now %v, with earlier versions %v", now, earlier)
	}
	if now, earlier, _ := parts(lead.At(head)); !slices.Equal(now, []string{"patient"}) || len(earlier) > 0 {
		b.Errorf("sealed before the later versions %v, %v", now, earlier)
	}
	for purpose, want := range map[string]string{"patient": "Ann A. Other", "complainant": "Her son"} {
		if text, err := b.store.ReadSealed(b.ctx, lead, refs[purpose], "To see"); err != nil || text != want {
			b.Errorf("%s reads %q, %v; expected %q", purpose, text, err, want)
		}
	}
	b.ok(b.store.EraseSealed(b.ctx, b.operator, refs["patient"], "Asked"))
	came(version(2, "Ann A. Other", "Her son"), signal.AgainSame, true)
	came(version(2, "Somebody else", "Her son"), signal.AgainSame, true)
	came(version(3, "Ann A. Other", "Her daughter"), signal.AgainLater, true)
	came(version(2, "", "Her son"), signal.AgainOlder, false)
	if _, _, after := parts(lead); after["patient"] != refs["patient"] || after["complainant"] == refs["complainant"] {
		b.Errorf("after the erasure %v, before %v", after, refs)
	}
	b.rebuilt()
	history, err := b.store.SignalHistory(b.ctx, lead, "IN-2026-1")
	b.ok(err)
	if len(history) != 4 {
		b.Errorf("%d events, expected the receipt and three versions", len(history))
	}
}

// testTried: a trial says what the real run would, and keeps nothing.
func testTried(b *bundle) {
	lead := viewer("QAA", access.QualityLead)
	b.hear(lead, lfpseOf("LF-1", 1, 4), lfpseOf("LF-2", 1, 4), lfpseOf("LF-3", 2, 4))
	before, _, err := b.store.Head(b.ctx)
	b.ok(err)
	file := []store.Arrival{lfpseOf("LF-1", 2, 2), lfpseOf("LF-2", 1, 4), lfpseOf("LF-3", 1, 4), lfpseOf("LF-4", 1, 4), lfpseOf("LF-4", 2, 1)}
	tried, err := b.store.TrySignals(b.ctx, lead, dueInTwoDays, file...)
	b.ok(err)
	after, _, err := b.store.Head(b.ctx)
	b.ok(err)
	if n, err := b.store.CountSignals(b.ctx, lead, store.SignalFilter{}); err != nil || n != 3 || before != after {
		b.Errorf("after a trial %d signals are held, %v, and the memory stands at %d, before at %d", n, err, after, before)
	}
	real := b.hear(lead, file...)
	for i, r := range real {
		if tried[i].Again != r.Again || tried[i].Revised != 0 || i < 3 && tried[i].Reference != r.Reference || i >= 3 && tried[i].Reference+string(tried[i].ID) != "" {
			b.Errorf("row %d: tried %+v, taken %+v", i, tried[i], r)
		}
	}
}

// testCountedLists: the list of a count holds what is counted and nothing else: an event
// once, no visit without a verdict, and what a provider was before.
func testCountedLists(b *bundle) {
	lead := viewer("QAA", access.QualityLead)
	b.hear(lead, lfpseOf("LF-1", 1, 4), lfpseOf("LF-2", 1, 4), lfpseOf("LF-3", 1, 4))
	for _, ref := range []string{"IN-2026-1", "IN-2026-2"} {
		_, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, ref, 1, signal.AboutEvent{Event: "fall"})
		b.ok(err)
	}
	visit := func(provider org.Code, v signal.Verdict) store.Arrival {
		return store.Arrival{Signal: signal.Signal{
			Kind: signal.KindVisit, Title: "Ward 7", Place: signal.Place{Provider: provider}, Occurred: signal.Occurrence{Date: sunday - 40}, Received: (sunday - 39).At(9, 0),
			Visit: &signal.Visit{Answers: []signal.VisitAnswer{{Area: "Ward", Question: "clean", Verdict: v}}},
		}}
	}
	b.hear(lead, visit("RAA", signal.VerdictMet), visit("RAA", ""), visit("RAB", signal.VerdictMet))
	month := calendar.MonthOf((sunday - 40).At(9, 0))
	for _, c := range []struct {
		name       string
		of         store.CountedReports
		not, count int
	}{
		{"reports", store.CountedReports{Channels: []signal.Channel{signal.ChannelIncidentsLow}}, 1, 2},
		{"reports of a provider", store.CountedReports{Channels: []signal.Channel{signal.ChannelIncidentsLow}, Of: []org.Code{"RAB"}}, 0, 0},
		{"visits", store.CountedReports{Visits: true, Of: []org.Code{"RAA"}}, 1, 1},
		{"visits of a provider and of one that became it", store.CountedReports{Visits: true, Of: []org.Code{"RAA", "RAB"}}, 1, 2},
	} {
		c.of.From, c.of.To = month, month
		var err error
		c.of.Without, err = b.store.NotCounted(b.ctx, lead, c.of)
		b.ok(err)
		listed, err := b.store.CountSignals(b.ctx, lead, store.SignalFilter{Counted: &c.of})
		b.ok(err)
		counted, err := b.store.CountCounted(b.ctx, lead, c.of)
		if err != nil || len(c.of.Without) != c.not || listed != c.count || counted != c.count {
			b.Errorf("%s: without %v, %d listed, %d counted, %v; expected %d", c.name, c.of.Without, listed, counted, err, c.count)
		}
	}
}
