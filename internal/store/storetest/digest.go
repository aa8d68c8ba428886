package storetest

import (
	"reflect"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
)

// testDueLists holds the lists of clocks against what was received.
func testDueLists(b *bundle) {
	lead, now := viewer("QAA", access.QualityLead), b.clock.Now()
	complaint := func(ago time.Duration) store.Arrival {
		return store.Arrival{Signal: signal.Signal{
			Kind: signal.KindComplaint, Title: "Pain not treated", Place: signal.Place{Provider: "RAA"}, Received: now.Add(-ago), Occurred: signal.Occurrence{Date: sunday - 300},
			Complaint: &signal.Complaint{ReceivedBy: "commissioner", Complainant: signal.ComplainantPatient, Consent: signal.ConsentNotAsked},
		}}
	}
	const day = 24 * time.Hour
	b.hear(lead, complaint(10*day), complaint(3*day), complaint(day), complaint(170*day)) // each due two days after receipt
	b.hear(viewer("QBB", access.QualityLead), complaint(10*day))
	refs := func(list []store.HeldSignal, err error) string {
		b.Helper()
		b.ok(err)
		var out []string
		for i := range list {
			out = append(out, list[i].Reference)
		}
		return strings.Join(out, " ")
	}
	for _, sc := range []access.Scope{lead, lead.At(100)} {
		if got := refs(b.store.HeldByDue(b.ctx, sc, time.Time{}, now, store.SignalKey{}, 9)); got != "CP-2026-4 CP-2026-1 CP-2026-2" {
			b.Errorf("overdue: %s", got)
		}
	}
	if n, err := b.store.CountDue(b.ctx, lead, time.Time{}, now); err != nil || n != 3 {
		b.Errorf("%d overdue, %v", n, err)
	}
	for name, c := range map[string]struct {
		scope access.Scope
		want  map[org.Code]store.ProviderDue
	}{
		"now":              {lead, map[org.Code]store.ProviderDue{"RAA": {Over: 3, Soon: 1}}},
		"then":             {lead.At(100), map[org.Code]store.ProviderDue{"RAA": {Over: 3, Soon: 1}}},
		"after the first":  {lead.At(0), map[org.Code]store.ProviderDue{"RAA": {Over: 1}}},
		"somebody else’s":  {viewer("QBB", access.QualityLead), map[org.Code]store.ProviderDue{"RAA": {Over: 1}}},
		"of no one’s role": {gpOf("QAA", "A81001"), map[org.Code]store.ProviderDue{}},
	} {
		if due, err := b.store.DueByProvider(b.ctx, c.scope, now, now.Add(2*day)); err != nil || !reflect.DeepEqual(due, c.want) {
			b.Errorf("due by provider, %s: %v, %v", name, due, err)
		}
	}
	first, err := b.store.HeldByDue(b.ctx, lead, time.Time{}, now, store.SignalKey{}, 1)
	b.ok(err)
	if got := refs(b.store.HeldByDue(b.ctx, lead, time.Time{}, now, store.SignalKey{At: first[0].Due, Ref: first[0].Reference}, 9)); got != "CP-2026-1 CP-2026-2" {
		b.Errorf("after the first: %s", got)
	}
	if got := refs(b.store.HeldByDue(b.ctx, lead, now, now.Add(2*day), store.SignalKey{}, 9)); got != "CP-2026-3" {
		b.Errorf("due soon: %s", got)
	}
	if got := refs(b.store.ComplaintsReceived(b.ctx, lead, now.Add(-180*day), now.Add(-160*day), store.SignalKey{}, 9)); got != "CP-2026-4" {
		b.Errorf("old complaints: %s", got)
	}
	if got := refs(b.store.HeldByDue(b.ctx, gpOf("QAA", "A81001"), time.Time{}, now, store.SignalKey{}, 9)); got != "" {
		b.Errorf("a GP sees the team’s clocks: %s", got)
	}
	_, err = b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "CP-2026-4", 1, signal.OutcomeSet{Outcome: signal.OutcomeNoted, Because: "known"})
	b.ok(err)
	if got := refs(b.store.HeldByDue(b.ctx, lead, time.Time{}, now, store.SignalKey{}, 9)); got != "CP-2026-1 CP-2026-2" {
		b.Errorf("with one dealt with: %s", got)
	}
}

// testRestated holds what publishers changed against two deliveries.
func testRestated(b *bundle) {
	for _, tenant := range []org.Code{"QAA", "QBB"} {
		code := map[org.Code]org.Code{"QAA": "RAA", "QBB": "RBB"}[tenant]
		b.deliver("", delivery.Item{Organisation: &org.Organisation{Code: code, Name: "Provider", Role: org.Trust, System: tenant}})
		b.record(record.PurviewSet, "purview/"+string(tenant), tenant, record.Purview{Tenant: tenant, Add: []org.Code{code}})
	}
	b.deliver("", reading("RAA", "2025-04", 90, 100), reading("RBB", "2025-04", 80, 100), reading("RAA", "2025-05", 70, 100))
	before, _, err := b.store.Head(b.ctx)
	b.ok(err)
	sc := viewer("QAA", access.QualityLead)
	second := b.deliver("", reading("RAA", "2025-04", 91, 100), reading("RBB", "2025-04", 81, 100), reading("RAA", "2025-05", 70, 100), reading("RAA", "2025-06", 60, 100))
	list, err := b.store.Restated(b.ctx, sc, before)
	b.ok(err)
	if len(list) != 1 || list[0].Values != 1 || list[0].Orgs != 1 || list[0].From.String() != "2025-04" || list[0].To.String() != "2025-04" || list[0].Delivery != second.ID {
		b.Errorf("restated %+v", list)
	}
	said, err := b.store.Restatements(b.ctx, sc, second.ID, 9)
	b.ok(err)
	if len(said) != 1 || said[0].Before.Org != "RAA" || said[0].Before.Numerator < 89.5 || said[0].After.Numerator < 90.5 || said[0].Before.Delivery == string(second.ID) || said[0].After.Delivery != string(second.ID) || said[0].Before.Rows == "" {
		b.Errorf("the second delivery restated %+v", said)
	}
	testWhoseRows(b, sc, said[0].After, before)
	if said, err = b.store.Restatements(b.ctx, sc.At(before), second.ID, 9); err != nil || len(said) != 0 {
		b.Errorf("before it came it restated %+v, %v", said, err)
	}
	for name, then := range map[string]struct {
		sc    access.Scope
		after int64
	}{"before it was": {sc.At(before), -1}, "since then": {sc, before + 1}} {
		if list, err := b.store.Restated(b.ctx, then.sc, then.after); err != nil || len(list) != 0 {
			b.Errorf("%s: %+v, %v", name, list, err)
		}
	}
}

// testWhoseRows holds that a row of a file is told apart by whose value it gave, and
// that nobody is told of another commissioner's.
func testWhoseRows(b *bundle, sc access.Scope, o indicator.Observation, before int64) {
	id := delivery.ID(o.Delivery)
	if code, err := b.store.WhoseRows(b.ctx, sc, id, o.Sheet, o.Rows); err != nil || code != "RAA" {
		b.Errorf("the row that RAA's value came from is %q's, %v", code, err)
	}
	for name, err := range map[string]error{
		"before it came":               second(b.store.WhoseRows(b.ctx, sc.At(before), id, o.Sheet, o.Rows)),
		"of a sheet that is not there": second(b.store.WhoseRows(b.ctx, sc, id, "other", o.Rows)),
		"a row of nothing":             second(b.store.WhoseRows(b.ctx, sc, id, o.Sheet, "99")),
		"to a commissioner of neither": second(b.store.WhoseRows(b.ctx, viewer("QCC", access.QualityLead), id, o.Sheet, o.Rows)),
	} {
		if !fault.Is(err, fault.NotFound) {
			b.Errorf("%s: %v", name, err)
		}
	}
}

func second(_ org.Code, err error) error { return err }
