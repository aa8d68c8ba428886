package storetest

import (
	"slices"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/store"
)

// testVerdicts is where series stand: replaced by a later run, read as of any
// position, seen by whom it concerns alone, and what came since is named.
func testVerdicts(b *bundle) {
	b.record(record.PurviewSet, "purview/QAA", "QAA", record.Purview{Tenant: "QAA", Add: []org.Code{"RAA"}})
	verdict := func(code, tenant org.Code, month int) finding.Verdict {
		p := calendar.NewMonth(2025, 1).Add(month)
		return finding.Verdict{Indicator: "i", Org: code, Tenant: tenant, Last: p, At: p, Value: 94.25, Presence: indicator.Valued, Variation: "concern_low", Assurance: "fail", Charted: true, Definition: "d"}
	}
	first := record.Watch{
		Code: "c", Catalogue: "k", Through: 1, Sections: map[indicator.ID]int{"i": 3},
		Verdicts: []finding.Verdict{verdict("RAA", "", 0), verdict("RAA", "QAA", 0), verdict("RAA", "QBB", 0), verdict("RBB", "", 5)},
	}
	was := b.record(record.WatchRan, "watch", "", first)
	a := viewer("QAA", access.Analyst)
	list, err := b.store.Verdicts(b.ctx, a, store.Wanted{})
	b.ok(err)
	if !slices.Equal(list, first.Verdicts[:2]) {
		b.Errorf("the analyst of QAA sees %+v", list)
	}
	b.record(record.WatchRan, "watch", "", record.Watch{
		Code: "c", Through: 2, Verdicts: []finding.Verdict{verdict("RAA", "", 1)}, Dropped: []finding.Series{{Indicator: "i", Org: "RAA", Tenant: "QAA"}},
	})
	list, err = b.store.Verdicts(b.ctx, a, store.Wanted{Indicators: []indicator.ID{"i"}, Orgs: []org.Code{"RAA"}})
	b.ok(err)
	if len(list) != 1 || list[0].Last != calendar.NewMonth(2025, 2) {
		b.Errorf("after a later run %+v", list)
	}
	list, err = b.store.Verdicts(b.ctx, a.At(was), store.Wanted{})
	b.ok(err)
	if !slices.Equal(list, first.Verdicts[:2]) {
		b.Errorf("as it stood %+v", list)
	}
	last, ran, err := b.store.LastWatch(b.ctx, a.At(was))
	b.ok(err)
	if !ran || last.Through != 1 || last.Catalogue != "k" || last.Sections["i"] != 3 {
		b.Errorf("the run as it stood: %+v", last)
	}
	held, err := b.store.Measured(b.ctx, a)
	b.ok(err)
	if len(held) != 1 || held[0].Orgs != 1 || held[0].Newest != calendar.NewMonth(2025, 2) {
		b.Errorf("measured %+v", held)
	}
}

// testChanged is what the watch asks for: what came after a position.
func testChanged(b *bundle) {
	before := b.record(record.OrganisationRecorded, "organisation/RAA", "", org.Organisation{Code: "RAA", Name: "A", Role: org.Trust})
	b.deliver("", reading("RAA", "2025-01", 1, 2))
	middle, _, err := b.store.Head(b.ctx)
	b.ok(err)
	b.deliver("", reading("RBB", "2025-03", 1, 2))
	b.record(record.LimitsSet, "note/L-1", "QAA", record.Limits{ID: "L-1", Tenant: "QAA", Indicator: "i", Org: "RAA", From: calendar.NewMonth(2025, 1)})
	set, _, err := b.store.Head(b.ctx)
	b.ok(err)
	b.record(record.LimitsRemoved, "note/L-1", "QAA", record.Removal{ID: "L-1"})
	b.record(record.OrganisationRecorded, "organisation/RCC", "", org.Organisation{Code: "RCC", Name: "C", Role: org.Trust})
	series, err := b.store.ChangedSeries(b.ctx, b.operator, middle)
	b.ok(err)
	if !slices.Equal(series, []finding.Series{{Indicator: "ae-4h-all", Org: "RBB"}}) {
		b.Errorf("series after the first delivery: %+v", series)
	}
	if series, err = b.store.ChangedSeries(b.ctx, b.operator.At(middle), before); err != nil || !slices.Equal(series, []finding.Series{{Indicator: "ae-4h-all", Org: "RAA"}}) {
		b.Errorf("series up to the first delivery: %+v, %v", series, err)
	}
	limits, err := b.store.ChangedLimits(b.ctx, b.operator, set)
	b.ok(err)
	if len(limits) != 1 || limits[0].Org != "RAA" {
		b.Errorf("limits taken back: %+v", limits)
	}
	codes, err := b.store.ChangedOrganisations(b.ctx, b.operator, set)
	b.ok(err)
	if !slices.Equal(codes, []org.Code{"RCC"}) {
		b.Errorf("organisations: %v", codes)
	}
	a := viewer("QAA", access.Analyst)
	if series, _ = b.store.ChangedSeries(b.ctx, a, -1); len(series) != 0 {
		b.Error("a commissioner's viewer reads what changed everywhere")
	}
	due := map[indicator.ID]calendar.Period{"ae-4h-all": calendar.NewMonth(2025, 1), "j": calendar.NewMonth(2025, 3)}
	reported, err := b.store.Reported(b.ctx, b.operator, due)
	b.ok(err)
	if len(reported) != 1 || !slices.Equal(reported["ae-4h-all"], []org.Code{"RAA"}) {
		b.Errorf("reported %v", reported)
	}
	held, err := b.store.NewestReported(b.ctx, b.operator, []indicator.ID{"ae-4h-all", "j"})
	b.ok(err)
	if len(held) != 1 || held["ae-4h-all"] != calendar.NewMonth(2025, 3) {
		b.Errorf("newest that came: %v", held)
	}
	if held, err = b.store.NewestReported(b.ctx, a, []indicator.ID{"ae-4h-all"}); err != nil || len(held) != 0 {
		b.Errorf("a commissioner without providers is told of %v, %v", held, err)
	}
	newest, since, err := b.store.Arrivals(b.ctx, b.operator, middle)
	b.ok(err)
	if since != 1 || newest.IsZero() {
		b.Errorf("%d arrivals since, newest %v", since, newest)
	}
}
