package storetest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
)

// dueInTwoDays is a clock for tests: triage two days after receipt, until there is
// an outcome.
func dueInTwoDays(s *signal.Signal) record.Due {
	if s.Triage.Outcome != "" || s.Triage.Withdrawn != "" {
		return record.Due{}
	}
	return record.Due{Rule: "signal-triage", Name: "Read it", At: s.Received.Add(48 * time.Hour)}
}

// concernOf is a practice's concern about a provider, received on a day.
func (b *bundle) concernOf(provider, practice org.Code, received calendar.Date, title string) signal.Signal {
	return signal.Signal{
		Kind: signal.KindClinicianConcern, Title: title, Narrative: "No letter.", Place: signal.Place{Provider: provider, Ward: "Ward 7"},
		Occurred: signal.Occurrence{Date: received - 1}, Received: received.At(9, 16), Source: signal.Source{Organisation: practice, Channel: "form"},
		Themes: []string{"discharge"}, ClinicianConcern: &signal.ClinicianConcern{Harm: "severe"},
	}
}

// hear records signals as somebody.
func (b *bundle) hear(sc access.Scope, list ...store.Arrival) []store.SignalReceipt {
	b.Helper()
	got, err := b.store.ReceiveSignals(b.ctx, sc, dueInTwoDays, list...)
	b.ok(err)
	return got
}

var sunday = calendar.MustDate("2026-11-22")

// gpOf is the scope of a GP of a practice.
func gpOf(tenant, practice org.Code) access.Scope {
	return access.For(access.Viewer{Account: access.AccountID("u-gp-" + strings.ToLower(string(practice))), Memberships: []access.Membership{{Tenant: tenant, Role: access.GP, Practice: practice}}}, tenant)
}

func testSignals(b *bundle) {
	lead, other, gp := viewer("QAA", access.QualityLead), viewer("QBB", access.QualityLead), gpOf("QAA", "A81001")
	first := b.hear(gp, store.Arrival{Signal: b.concernOf("RAA", "A81001", sunday, "Sent home at night"), Origin: "form/1"})[0]
	if first.Reference != "G-2026-1" || first.Position != 0 || first.Known {
		b.Fatalf("receipt %+v", first)
	}
	again := b.hear(gp, store.Arrival{Signal: b.concernOf("RAA", "A81001", sunday, "Sent home at night"), Origin: "form/1"})[0]
	if again.Reference != first.Reference || !again.Known || again.Position != first.Position {
		b.Errorf("the same form sent twice gave %+v", again)
	}
	second := b.hear(gpOf("QAA", "A81002"), store.Arrival{Signal: b.concernOf("RAA", "A81002", sunday, "No letter")})[0]
	foreign := b.hear(other, store.Arrival{Signal: b.concernOf("RBB", "B81001", sunday, "Theirs")})[0]
	if second.Reference != "G-2026-2" || foreign.Reference != "G-2026-1" {
		b.Errorf("references run within a commissioner: %s, %s", second.Reference, foreign.Reference)
	}
	h, err := b.store.Signal(b.ctx, lead, first.Reference)
	b.ok(err)
	if h.Title != "Sent home at night" || h.Pile != store.PileToDo || h.Level() != signal.Gravest || h.ID != "QAA.G-2026-1" || !h.Due.Equal(h.Received.Add(48*time.Hour)) {
		b.Errorf("held %+v", h)
	}
	for name, sc := range map[string]access.Scope{"another commissioner": other, "another practice": gpOf("QAA", "A81002"), "an administrator": viewer("QAA", access.Administrator)} {
		if h, err := b.store.Signal(b.ctx, sc, "G-2026-1"); err == nil && h.Title == "Sent home at night" {
			b.Errorf("%s sees the practice's concern", name)
		}
		if _, err := b.store.SignalHistory(b.ctx, sc, "G-2026-1"); err == nil && name != "another commissioner" {
			b.Errorf("%s sees its history", name)
		}
	}
	mine, err := b.store.Signals(b.ctx, gp, store.SignalFilter{})
	b.ok(err)
	if len(mine) != 1 || mine[0].Ref != "G-2026-1" {
		b.Errorf("a GP lists %+v", mine)
	}
	if n, err := b.store.CountSignals(b.ctx, lead, store.SignalFilter{}); err != nil || n != 2 {
		b.Errorf("the quality lead counts %d, %v", n, err)
	}
	if _, err := b.store.ReceiveSignals(b.ctx, lead.At(0), dueInTwoDays, store.Arrival{Signal: b.concernOf("RAA", "A81001", sunday, "x")}); !fault.Is(err, fault.Invalid) {
		b.Errorf("a signal recorded in the past: %v", err)
	}
	_, err = b.store.Verify(b.ctx, nil)
	b.ok(err)
}

func testTriage(b *bundle) {
	lead, gp := viewer("QAA", access.QualityLead), gpOf("QAA", "A81001")
	b.hear(gp, store.Arrival{Signal: b.concernOf("RAA", "A81001", sunday, "Sent home at night")})
	head, _, err := b.store.Head(b.ctx)
	b.ok(err)
	h, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "G-2026-1", 1,
		signal.Graded{Grading: signal.Grading{Reliability: 4, Seriousness: signal.Serious}, Because: "Avoidable"},
		signal.OutcomeSet{Outcome: signal.OutcomeQuestion, Because: "Ninth of its kind"})
	b.ok(err)
	if h.Triage.Version != 3 || h.Pile != store.PileWaiting || h.Level() != signal.Serious {
		b.Errorf("after triage %+v", h)
	}
	if _, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "G-2026-1", 1, signal.Assigned{To: "me"}); !fault.Is(err, fault.Conflict) {
		b.Errorf("a change of an old version: %v", err)
	}
	if _, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "G-2026-1", 3, signal.Assigned{To: "me"}, signal.OutcomeSet{Outcome: "unheard of", Because: "x"}); !fault.Is(err, fault.Invalid) {
		b.Errorf("a change that the rules refuse: %v", err)
	}
	if _, err := b.store.ChangeSignal(b.ctx, viewer("QBB", access.QualityLead), dueInTwoDays, "G-2026-1", 3, signal.Assigned{To: "me"}); !fault.Is(err, fault.NotFound) {
		b.Errorf("another commissioner changes it: %v", err)
	}
	h, err = b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "G-2026-1", 3, signal.Undone{Number: 3, Because: "Too soon"})
	b.ok(err)
	if h.Triage.Outcome != "" || h.Pile != store.PileToDo || h.Triage.Version != 4 || h.Due.IsZero() {
		b.Errorf("after undoing %+v", h.Triage)
	}
	then, err := b.store.Signal(b.ctx, lead.At(head), "G-2026-1")
	b.ok(err)
	if then.Triage.Version != 1 {
		b.Errorf("as it was before triage: version %d", then.Triage.Version)
	}
	events, err := b.store.SignalHistory(b.ctx, lead, "G-2026-1")
	b.ok(err)
	if len(events) != 4 || signal.ChangeName(events[3].Change) != "signal_undone" || events[1].By != string(lead.Viewer.Account) {
		b.Errorf("history %+v", events)
	}
	b.rebuilt()
}

func testSealed(b *bundle) {
	lead, gp := viewer("QAA", access.QualityLead), gpOf("QAA", "A81001")
	b.hear(gp, store.Arrival{Signal: b.concernOf("RAA", "A81001", sunday, "Sent home at night"), Sealed: []store.SealedText{
		{Purpose: "patient", Text: "943 476 5919", Readers: []access.AccountID{lead.Viewer.Account}},
	}})
	parts, err := b.store.SealedParts(b.ctx, gp, "G-2026-1")
	b.ok(err)
	if len(parts) != 1 || parts[0].Purpose != "patient" || parts[0].Erased || len(parts[0].Acts) != 0 {
		b.Fatalf("parts %+v", parts)
	}
	ref := parts[0].Ref
	for name, try := range map[string]struct {
		scope   access.Scope
		because string
		kind    fault.Kind
	}{
		"without a reason": {lead, " ", fault.Invalid}, "by the giver, who is not named": {gp, "x", fault.Refused},
		"by another role": {viewer("QAA", access.Administrator).At(access.Head), "x", fault.Refused}, "by another commissioner": {viewer("QBB", access.QualityLead), "x", fault.NotFound},
		"by the operator": {access.Scope{Viewer: b.operator.Viewer, Tenant: "QAA", AsOf: access.Head}, "x", fault.Refused},
	} {
		if name == "by another role" { // the same account id would be named on the seal
			try.scope.Viewer.Account = "u-another"
		}
		if text, err := b.store.ReadSealed(b.ctx, try.scope, ref, try.because); !fault.Is(err, try.kind) || text != "" {
			b.Errorf("%s: %q, %v", name, text, err)
		}
	}
	text, err := b.store.ReadSealed(b.ctx, lead, ref, "To find the record")
	b.ok(err)
	if text != "943 476 5919" {
		b.Errorf("opened %q", text)
	}
	parts, err = b.store.SealedParts(b.ctx, gp, "G-2026-1")
	b.ok(err)
	if len(parts[0].Acts) != 1 || parts[0].Acts[0].Because != "To find the record" || parts[0].Acts[0].Account != lead.Viewer.Account {
		b.Errorf("the practice is shown %+v", parts[0].Acts)
	}
	b.nowhereInTheLedger("5919")
	if err := b.store.EraseSealed(b.ctx, lead, ref, "x"); !fault.Is(err, fault.Refused) {
		b.Errorf("a quality lead erases: %v", err)
	}
	b.ok(b.store.EraseSealed(b.ctx, b.operator, ref, "Asked by the patient"))
	if _, err := b.store.ReadSealed(b.ctx, lead, ref, "again"); !fault.Is(err, fault.NotFound) {
		b.Errorf("opened after its key was destroyed: %v", err)
	}
	_, err = b.store.Verify(b.ctx, nil)
	b.ok(err)
	b.rebuilt()
}

// nowhereInTheLedger fails when a body of the ledger, or a leaf, holds the text.
func (b *bundle) nowhereInTheLedger(text string) {
	b.Helper()
	entries, err := b.store.Entries(b.ctx, b.operator, 0, 1000)
	b.ok(err)
	for _, e := range entries {
		leaf, err := e.Marshal()
		b.ok(err)
		if strings.Contains(string(leaf), text) {
			b.Errorf("leaf %d holds the sealed text", e.Position)
		}
	}
	events, err := b.store.SignalHistory(b.ctx, viewer("QAA", access.QualityLead), "G-2026-1")
	b.ok(err)
	for _, e := range events {
		body, err := e.MarshalJSON()
		b.ok(err)
		if strings.Contains(string(body), text) {
			b.Errorf("event %d holds the sealed text", e.Number)
		}
	}
}

func testSignalLists(b *bundle) {
	lead := viewer("QAA", access.QualityLead)
	var list []store.Arrival
	for i := range 25 {
		s := b.concernOf(org.Code([]string{"RAA", "RBB"}[i%2]), "A81001", sunday-calendar.Date(i%5), fmt.Sprintf("Item %d", i))
		a := store.Arrival{Signal: s}
		if i%5 == 4 {
			a.Then = []signal.Change{signal.OutcomeSet{Outcome: signal.OutcomeNoted, Because: "Long ago"}, signal.Moved{Event: "closed"}}
		}
		list = append(list, a)
	}
	b.hear(lead, list...)
	for _, newest := range []bool{false, true} {
		f := store.SignalFilter{Limit: 7, Newest: newest}
		var got []string
		for {
			page, err := b.store.Signals(b.ctx, lead, f)
			b.ok(err)
			if len(page) == 0 {
				break
			}
			for _, l := range page {
				got = append(got, l.Ref)
			}
			f.After = page[len(page)-1].Key(newest)
		}
		slices.Sort(got)
		if len(slices.Compact(got)) != 25 {
			b.Errorf("pages gave %d signals, expected all 25 once", len(got))
		}
	}
	voices, err := b.store.Voices(b.ctx, lead, "RAA")
	b.ok(err)
	if len(voices) != 13 || voices[0].Level != signal.Gravest || voices[0].Kind != signal.KindClinicianConcern || !voices[0].Happened.Before(voices[0].Received) || voices[12].Received.Before(voices[0].Received) {
		b.Errorf("voices about a provider: %+v", voices)
	}
	outcomes, err := b.store.Outcomes(b.ctx, lead, "RAA")
	b.ok(err)
	if len(outcomes) == 0 || outcomes[0].Outcome != signal.OutcomeNoted || outcomes[0].At.IsZero() || outcomes[0].Ref == "" {
		b.Errorf("outcomes about a provider: %+v", outcomes)
	}
	if outcomes, err := b.store.Outcomes(b.ctx, viewer("QBB", access.QualityLead), "RAA"); err != nil || len(outcomes) != 0 {
		b.Errorf("another commissioner reads %d outcomes, %v", len(outcomes), err)
	}
	if voices, err := b.store.Voices(b.ctx, viewer("QBB", access.QualityLead), "RAA"); err != nil || len(voices) != 0 {
		b.Errorf("another commissioner hears %d voices, %v", len(voices), err)
	}
	for _, c := range []struct {
		name string
		f    store.SignalFilter
		n    int
	}{
		{"all", store.SignalFilter{}, 25},
		{"to do", store.SignalFilter{Pile: store.PileToDo}, 20},
		{"done", store.SignalFilter{Pile: store.PileDone}, 5},
		{"overdue", store.SignalFilter{Pile: store.PileToDo, DueBefore: b.clock.Now()}, 10},
		{"due later", store.SignalFilter{Pile: store.PileToDo, DueAfter: b.clock.Now()}, 10},
		{"of a provider", store.SignalFilter{Provider: "RAA"}, 13},
		{"settled before they came, which is no work of today", store.SignalFilter{SettledOn: b.clock.Now().Add(-time.Hour)}, 0},
		{"settled since they were received", store.SignalFilter{SettledOn: b.clock.Now().AddDate(0, 0, -7)}, 5},
		{"unread", store.SignalFilter{Unread: true}, 25},
		{"of a theme", store.SignalFilter{Theme: "discharge"}, 25},
		{"own", store.SignalFilter{Own: true}, 25},
		{"of another", store.SignalFilter{Assigned: "u-x"}, 0},
		{"complaints", store.SignalFilter{Kind: signal.KindComplaint}, 0},
	} {
		if n, err := b.store.CountSignals(b.ctx, lead, c.f); err != nil || n != c.n {
			b.Errorf("%s: %d, %v, expected %d", c.name, n, err, c.n)
		}
	}
}

// listsAreTheCells holds the lists of what is counted about a provider, none of whose
// items are about one event, against the counts: of each severity, and of some months.
func (b *bundle) listsAreTheCells(lead access.Scope, provider org.Code, cells []signal.Cell) {
	b.Helper()
	months := map[calendar.Period]bool{}
	for _, c := range cells {
		months[c.EventMonth] = true
	}
	list := slices.SortedFunc(maps.Keys(months), calendar.Period.Compare)
	checked := 0
	for _, from := range list {
		for _, severe := range []bool{true, false} {
			want := 0
			for _, c := range cells {
				if c.Provider == provider && c.Severe == severe && c.EventMonth.Compare(from) >= 0 && c.EventMonth.Compare(list[len(list)-1]) < 0 {
					want += c.N
				}
			}
			to := list[max(0, len(list)-2)]
			n, err := b.store.CountSignals(b.ctx, lead, store.SignalFilter{Provider: provider, Counted: &store.CountedReports{Channels: []signal.Channel{signal.ChannelGP, signal.ChannelStaff}, Severe: &severe, From: from, To: to}})
			if err != nil || n != want {
				b.Errorf("%s, severe %v, %s to %s: %v, a list of %d where %d are counted", provider, severe, from, to, err, n, want)
			}
			checked += want
		}
	}
	if checked == 0 {
		b.Error("nothing was counted")
	}
}

func testSignalCells(b *bundle) {
	lead := viewer("QAA", access.QualityLead)
	var list []store.Arrival
	for i := range 30 {
		list = append(list, store.Arrival{Signal: b.concernOf(org.Code([]string{"RAA", "RBB"}[i%2]), "A81001", sunday-calendar.Date(i*3), fmt.Sprintf("Item %d", i))})
	}
	b.hear(lead, list...)
	b.hear(viewer("QBB", access.QualityLead), list...)
	for i, change := range []signal.Change{signal.AboutEvent{Event: "fall"}, signal.AboutEvent{Event: "fall"}, signal.MarkedDuplicate{Of: "QAA.G-2026-1"}, signal.Withdrawn{Because: "in error"}} {
		_, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, fmt.Sprintf("G-2026-%d", []int{3, 5, 7, 9}[i]), 1, change)
		b.ok(err)
	}
	// An item of another provider is the same only when somebody means it; one that was
	// withdrawn, is a copy of this one or is another commissioner's never is.
	for ref, wrong := range map[string]signal.MarkedDuplicate{
		"G-2026-10": {Of: "QAA.G-2026-1"}, "G-2026-12": {Of: "QAA.G-2026-1", Across: "RBB"}, "G-2026-11": {Of: "QAA.G-2026-9"}, "G-2026-1": {Of: "QAA.G-2026-7"}, "G-2026-13": {Of: "QBB.G-2026-1"}, "G-2026-15": {Of: "QAA.G-2026-15"},
	} {
		if _, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, ref, 1, wrong); !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.NotFound) {
			b.Errorf("%s taken as %+v: %v", ref, wrong, err)
		}
	}
	_, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "G-2026-10", 1, signal.MarkedDuplicate{Of: "QAA.G-2026-1", Across: "RAA"})
	b.ok(err)
	held, err := b.store.SignalsHeld(b.ctx, lead, store.SignalFilter{})
	b.ok(err)
	var all []signal.Signal
	for i := range held {
		all = append(all, held[i].Signal)
	}
	want := signal.Count(all, signal.CountSettings{})
	got, err := b.store.SignalCells(b.ctx, lead)
	b.ok(err)
	if !slices.Equal(got, want) {
		b.Errorf("cells %v\nexpected %v", got, want)
	}
	total := 0
	for _, c := range got {
		total += c.N
	}
	if total != 27 {
		b.Errorf("%d events counted of 30 items, expected 27: two are one, one is a duplicate, one withdrawn; an item of two providers counts for each", total)
	}
	b.listsAreTheCells(lead, "RBB", got)
	word := b.concernOf("RAA", "", sunday, "What people told us")
	word.Kind, word.ClinicianConcern, word.Correspondence, word.Source.Role = signal.KindHealthwatch, nil, &signal.Correspondence{}, "Healthwatch"
	b.hear(lead, store.Arrival{Signal: word}, store.Arrival{Signal: word})
	own := signal.OwnChannel{ID: "healthwatch", Kind: signal.KindHealthwatch, Roles: []string{"healthwatch"}}
	with, err := b.store.SignalCells(b.ctx, lead, own)
	b.ok(err)
	without, err := b.store.SignalCells(b.ctx, lead)
	b.ok(err)
	at := slices.IndexFunc(with, func(c signal.Cell) bool { return c.Channel == "healthwatch" })
	if at < 0 || with[at].N != 2 || !slices.Equal(slices.Delete(with, at, at+1), got) || !slices.Equal(without, got) {
		b.Errorf("with a channel of our own %v, without %v", with, without)
	}
}
