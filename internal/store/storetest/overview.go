package storetest

import (
	"time"

	"candour/internal/access"
	"candour/internal/org"
	"candour/internal/record"
)

// testOverview: a look is found by its day and its viewer, as of a position; the
// roles of peers are given whatever the purview.
func testOverview(b *bundle) {
	b.record(record.OrganisationRecorded, "organisation/RAA", "", org.Organisation{Code: "RAA", Name: "Own", Role: org.Trust})
	b.record(record.OrganisationRecorded, "organisation/RBB", "", org.Organisation{Code: "RBB", Name: "Other", Role: org.Practice})
	b.record(record.PurviewSet, "purview/QAA", "QAA", record.Purview{Tenant: "QAA", Add: []org.Code{"RAA"}})
	viewer := access.Viewer{Account: "u-1", Memberships: []access.Membership{{Tenant: "QAA", Role: access.Analyst}}}
	sc := access.For(viewer, "QAA")
	roles, err := b.store.PeerRoles(b.ctx, sc)
	b.ok(err)
	if roles["RAA"] != org.Trust || roles["RBB"] != org.Practice {
		b.Errorf("roles of peers: %v", roles)
	}
	first := b.store.Now()
	look := func(account access.AccountID, thing string, at time.Time) int64 {
		return b.record(record.FirstShown, "shown", "QAA", record.Shown{Views: []record.View{{Account: account, Tenant: "QAA", Thing: thing, At: at}}})
	}
	position := look("u-1", "watch-list/2026-11-16", first)
	look("u-2", "watch-list/2026-11-18", first.Add(48*time.Hour))
	look("u-1", "watch-list/2026-11-20", first.Add(96*time.Hour))
	look("u-1", "watch-listing", first.Add(97*time.Hour))
	check := func(sc access.Scope, before time.Time, want time.Time, ok bool) {
		b.Helper()
		got, found, err := b.store.LastSight(b.ctx, sc, "watch-list/", before)
		b.ok(err)
		if found != ok || !got.Equal(want) {
			b.Errorf("last look before %s: %s %v, expected %s %v", before, got, found, want, ok)
		}
	}
	check(sc, first.Add(200*time.Hour), first.Add(96*time.Hour), true)
	check(sc, first.Add(90*time.Hour), first, true)
	check(sc, first, time.Time{}, false)
	check(sc.At(position), first.Add(200*time.Hour), first, true)
}
