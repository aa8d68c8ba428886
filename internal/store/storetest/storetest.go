// Package storetest is the conformance suite of the store: Run exercises every
// promise of package store over whichever engine the given function opens. A bug
// found on one engine becomes a case here, never a test of that engine alone.
package storetest

import (
	"context"
	"crypto/rand"
	"iter"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/store"
)

// Open opens an empty store of one engine; Dir, File and URL of the config are
// for it to set. The suite closes the store.
type Open func(t testing.TB, c store.Config) *store.Store

// Clock is a clock that tests move by hand.
type Clock struct{ now time.Time }

// NewClock begins on a Monday in November 2026.
func NewClock() *Clock { return &Clock{time.Date(2026, 11, 23, 8, 40, 0, 0, time.UTC)} }

// Now is the clock's moment.
func (c *Clock) Now() time.Time { return c.now }

// Step moves the clock; backwards too, as machines' clocks do.
func (c *Clock) Step(d time.Duration) { c.now = c.now.Add(d) }

// bundle is what each case begins with.
type bundle struct {
	*testing.T
	ctx      context.Context
	clock    *Clock
	store    *store.Store
	operator access.Scope
	yields   map[string][]delivery.Item // what each archived file yields, by hash
}

// Run runs the whole suite.
func Run(t *testing.T, open Open) {
	t.Helper()
	for _, c := range []struct {
		name string
		test func(*bundle)
	}{
		{"ledger", testLedger},
		{"a change that fails leaves nothing", testFailedChange},
		{"a clock that jumps back does not unsort the ledger", testClockJump},
		{"deliveries and vintages", testDeliveries},
		{"a dry run leaves nothing", testDryRun},
		{"one value given twice in a file", testTwice},
		{"what refused rows would touch, and whose", testQuarantine},
		{"tenants see their own providers only", testPurview},
		{"letter case, sort order, empty text", testText},
		{"NUL and broken UTF-8 in what a file held", testHostileText},
		{"organisations", testOrganisations},
		{"accounts", testAccounts},
		{"sign-in", testSignIn},
		{"notes and limits", testNotes},
		{"findings", testFindings},
		{"verdicts", testVerdicts},
		{"what the watch asks for", testChanged},
		{"signals", testSignals},
		{"triage of signals", testTriage},
		{"sealed texts", testSealed},
		{"lists of signals", testSignalLists},
		{"groups of signals", testSignalGroups},
		{"signals kept counted", testSignalTally},
		{"counts of signals", testSignalCells},
		{"later versions of signals", testRevised},
		{"later versions of sealed text", testRevisedSeals},
		{"signals that are tried", testTried},
		{"lists of what is counted", testCountedLists},
		{"reports tied to one event, as they were then", testTiedThen},
		{"strict access and embargo", testConfined},
		{"clients and their keys", testClients},
		{"a call that is sent again", testOnce},
		{"files of signals", testSignalFiles},
		{"what is read again waits no longer", testReread},
		{"what patterns are made of", testHeard},
		{"what people want by e-mail", testMailChoices},
		{"outbox", testOutbox},
		{"news of concerns", testConcernNews},
		{"lists of clocks", testDueLists},
		{"what was restated", testRestated},
		{"what is settled about listening", testListening},
		{"lists that administrators give", testLocalLists},
		{"stepping in on a complaint", testStepIn},
		{"complaints coded twice", testDoubleCoding},
		{"submissions and what contradicted them", testAssurance},
		{"papers of counts", testReleases},
		{"signals changed together", testTogether},
		{"signals unread by whom", testUnread},
		{"search by words", testSearch},
		{"search finds what the viewer may see", testSearchTenants},
		{"search as of the past, and after a rebuild", testSearchPast},
		{"search narrowed by facets", testSearchFacets},
		{"search for what is alike", testSearchLike},
		{"search indexed in steps", testSearchInSteps},
		{"search now as of the last entry", testSearchNow},
		{"entries found", testFindEntries},
		{"looks and the roles of peers", testOverview},
		{"alerts belong to one commissioner", testAlerts},
		{"steps of alerts", testAlertSteps},
		{"an alert follows a merger", testAlertFollows},
		{"settings and estimates of alerts", testAlertSettings},
		{"facts above any score, from signal to concern", testAboveScore},
		{"archive", testArchive},
		{"rebuild gives the same bytes", testRebuild},
		{"an older publication that comes later", testEarlier},
		{"a value given before its month had ended", testGivenEarly},
		{"rebuild names what is wrong", testRebuildNames},
		{"verify names what is wrong", testVerify},
		{"backup and restore", testBackup},
		{"a backup that was changed is not restored", testBackupSeal},
		{"what moved last", testMoved},
		{"many writers at once", testManyWriters},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			clock, yields := NewClock(), map[string][]delivery.Item{}
			s := open(t, store.Config{Now: clock.Now, Random: rand.Reader, Reparse: func(_ context.Context, d delivery.Delivery) iter.Seq2[delivery.Item, error] {
				return items(yields[d.SHA256]...)
			}})
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			c.test(&bundle{T: t, ctx: context.Background(), clock: clock, store: s, operator: access.Everything(access.Operator("operator")), yields: yields})
		})
	}
}

func (b *bundle) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// record records one event as the operator.
func (b *bundle) record(kind record.Kind, stream string, tenant org.Code, body any) int64 {
	b.Helper()
	e, err := record.New(kind, stream, tenant, "operator", body)
	b.ok(err)
	entries, err := b.store.Record(b.ctx, e)
	b.ok(err)
	return int64(entries[0].Position)
}

// reading is a proportion for one provider and month.
func reading(code org.Code, month string, num, den float64) delivery.Item {
	p, err := calendar.ParsePeriod(month)
	if err != nil {
		panic(err)
	}
	return delivery.Item{Reading: &indicator.Reading{
		Indicator: "ae-4h-all", Org: code, Period: p, Presence: indicator.Valued, Numerator: num, Denominator: den, Value: num / den, Rows: "2",
	}}
}

func items(list ...delivery.Item) iter.Seq2[delivery.Item, error] {
	return func(yield func(delivery.Item, error) bool) {
		for _, i := range list {
			if !yield(i, nil) {
				return
			}
		}
	}
}

// deliver accepts a file that yields list.
func (b *bundle) deliver(tenant string, list ...delivery.Item) delivery.Delivery {
	b.Helper()
	d, err := b.store.Accept(b.ctx, "operator", delivery.Delivery{File: "f.csv", SHA256: "00", Source: "ae-monthly", Tenant: tenant, Via: "load"}, items(list...), false)
	b.ok(err)
	return d
}

// viewer is the scope of somebody with a role at a commissioner.
func viewer(tenant org.Code, role access.Role) access.Scope {
	return access.For(access.Viewer{Account: access.AccountID("u-" + string(tenant)), Memberships: []access.Membership{{Tenant: tenant, Role: role}}}, tenant)
}

// rebuilt replays the ledger, and fails when that gives other tables or the memory is
// damaged.
func (b *bundle) rebuilt() {
	b.Helper()
	r, err := b.store.Rebuild(b.ctx, false, nil)
	b.ok(err)
	if r.Before != r.After {
		b.Errorf("rebuilt %+v", r)
	}
	_, err = b.store.Verify(b.ctx, nil)
	b.ok(err)
}
