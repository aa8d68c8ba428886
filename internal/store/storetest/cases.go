package storetest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/store"
)

func testLedger(b *bundle) {
	head, _, err := b.store.Head(b.ctx)
	b.ok(err)
	if head != -1 {
		b.Fatalf("an empty memory has head %d", head)
	}
	if _, err := b.store.Verify(b.ctx, nil); err != nil {
		b.Fatalf("an empty memory verifies: %v", err)
	}
	for i := range 40 {
		b.clock.Step(time.Second)
		b.record(record.PurviewSet, fmt.Sprintf("purview/Q%d", i%3), "QAA", record.Purview{Tenant: "QAA", Add: []org.Code{"RAA"}})
	}
	entries, err := b.store.Entries(b.ctx, b.operator, 0, 100)
	b.ok(err)
	if len(entries) != 40 || entries[0].Position != 39 || entries[39].Position != 0 {
		b.Fatalf("%d entries from %d", len(entries), entries[0].Position)
	}
	if n := entries[0].Number; n != 14 {
		b.Errorf("the newest entry of its stream has number %d, expected 14", n)
	}
	v, err := b.store.Verify(b.ctx, nil)
	b.ok(err)
	if v.Entries != 40 || v.Bodies != 40 || v.Checkpoints != 40 {
		b.Errorf("verified %+v", v)
	}
	p, err := b.store.PositionAt(b.ctx, entries[10].Instant)
	b.ok(err)
	if p != int64(entries[10].Position) {
		b.Errorf("position at the instant of %d is %d", entries[10].Position, p)
	}
	held, err := b.store.CheckpointsOf(b.ctx, []int64{40, 39, 7}, []time.Time{entries[10].Instant, entries[39].Instant.Add(-time.Hour)})
	b.ok(err)
	var sizes []string
	for _, h := range held {
		sizes = append(sizes, strings.Split(h.Text, "\n")[1])
		if h.Signed.IsZero() {
			b.Errorf("a checkpoint without its moment: %+v", h)
		}
	}
	if want := fmt.Sprint([]string{"40", "39", fmt.Sprint(p + 1), "7"}); fmt.Sprint(sizes) != want {
		b.Errorf("checkpoints of sizes %v, want %s", sizes, want)
	}
}

func testFailedChange(b *bundle) {
	b.record(record.PurviewSet, "purview/QAA", "QAA", record.Purview{Tenant: "QAA", Add: []org.Code{"RAA"}})
	refuse := fault.New(fault.Invalid, "no")
	err := b.store.Change(b.ctx, func(w *store.Writer) error {
		e, _ := record.New(record.PurviewSet, "purview/QAA", "QAA", "operator", record.Purview{Tenant: "QAA", Add: []org.Code{"RBB"}})
		if _, err := w.Append(e); err != nil {
			return err
		}
		return refuse
	})
	if !fault.Is(err, fault.Invalid) {
		b.Fatalf("got %v", err)
	}
	if err := b.store.Change(b.ctx, func(*store.Writer) error { panic("in a change") }); !fault.Is(err, fault.Internal) {
		b.Fatalf("a panic became %v", err)
	}
	if e, _ := record.New("unheard-of", "x/1", "", "operator", 1); true {
		if _, err := b.store.Record(b.ctx, e); err == nil {
			b.Error("a kind that no projection knows was recorded")
		}
	}
	codes, err := b.store.Purview(b.ctx, b.operator)
	b.ok(err)
	head, _, _ := b.store.Head(b.ctx)
	if len(codes) != 1 || head != 0 {
		b.Errorf("purview %v, head %d", codes, head)
	}
	_, err = b.store.Verify(b.ctx, nil)
	b.ok(err)
}

func testClockJump(b *bundle) {
	b.record(record.PurviewSet, "p/1", "QAA", record.Purview{Tenant: "QAA"})
	b.clock.Step(-48 * time.Hour)
	b.record(record.PurviewSet, "p/1", "QAA", record.Purview{Tenant: "QAA"})
	_, err := b.store.Verify(b.ctx, nil)
	b.ok(err)
}

func testDeliveries(b *bundle) {
	first := b.deliver("", reading("RAA", "2025-04", 90, 100), reading("RBB", "2025-04", 80, 100))
	if first.ID != "D-000001" || first.New != 2 || first.Status != delivery.Accepted {
		b.Fatalf("got %+v", first)
	}
	before, _, err := b.store.Head(b.ctx)
	b.ok(err)
	b.clock.Step(time.Hour)
	second := b.deliver("", reading("RAA", "2025-04", 90, 100), reading("RBB", "2025-04", 82, 100), reading("RCC", "2025-04", 70, 100))
	if second.Unchanged != 1 || second.Superseding != 1 || second.New != 1 {
		b.Fatalf("got %+v", second.Counts)
	}
	now, err := b.store.Observations(b.ctx, b.operator, store.Wanted{})
	b.ok(err)
	b.sameValues(b.operator, store.Wanted{}, now)
	if len(now) != 3 || now[1].Org != "RBB" || now[1].Vintage != 2 || now[1].Numerator < 81 {
		b.Fatalf("now %+v", now)
	}
	then, err := b.store.Observations(b.ctx, b.operator.At(before), store.Wanted{})
	b.ok(err)
	b.sameValues(b.operator.At(before), store.Wanted{}, then)
	if len(then) != 2 || then[1].Vintage != 1 || then[1].Numerator > 81 {
		b.Fatalf("then %+v", then)
	}
	both, err := b.store.Observations(b.ctx, b.operator, store.Wanted{Orgs: []org.Code{"RBB"}, Vintages: true})
	b.ok(err)
	b.sameValues(b.operator, store.Wanted{Orgs: []org.Code{"RBB"}, Vintages: true}, both)
	if len(both) != 2 || both[0].Delivery != "D-000001" || both[1].Delivery != "D-000002" {
		b.Fatalf("both vintages %+v", both)
	}
	list, err := b.store.Deliveries(b.ctx, b.operator, 10)
	b.ok(err)
	if len(list) != 2 || list[0].ID != "D-000002" {
		b.Errorf("deliveries %+v", list)
	}
}

// sameValues holds Values to be Observations without the lineage.
func (b *bundle) sameValues(sc access.Scope, want store.Wanted, observed []indicator.Observation) {
	b.Helper()
	values, err := b.store.Values(b.ctx, sc, want)
	b.ok(err)
	bare := slices.Clone(observed)
	for i := range bare {
		o := &bare[i]
		o.Sheet, o.Rows, o.Note, o.Delivery, o.From = "", "", "", "", 0
	}
	if !slices.Equal(values, bare) {
		b.Errorf("values %+v\nare not the observations %+v", values, bare)
	}
}

func testDryRun(b *bundle) {
	b.deliver("", reading("RAA", "2025-04", 90, 100))
	d, err := b.store.Accept(b.ctx, "operator", delivery.Delivery{File: "f"}, items(reading("RAA", "2025-04", 91, 100)), true)
	b.ok(err)
	if d.Status != delivery.Tried || d.Superseding != 1 || d.ID != "" {
		b.Errorf("got %+v", d)
	}
	list, err := b.store.Deliveries(b.ctx, b.operator, 10)
	b.ok(err)
	if len(list) != 1 {
		b.Errorf("%d deliveries", len(list))
	}
}

func testTwice(b *bundle) {
	d := b.deliver("", reading("RAA", "2025-04", 90, 100), reading("RAA", "2025-04", 90, 100), reading("RAA", "2025-04", 70, 100), delivery.Item{Row: &delivery.Row{Taken: 3}})
	if d.New != 1 || d.Quarantined != 1 || d.Status != delivery.Partly {
		b.Fatalf("got %+v", d)
	}
	q, err := b.store.Refusals(b.ctx, b.operator, d.ID, 0, 10)
	b.ok(err)
	if len(q) != 1 || q[0].Code != "value-twice" || q[0].Row != 2 {
		b.Errorf("refusals %+v", q)
	}
}

func testPurview(b *bundle) {
	b.deliver("", reading("RAA", "2025-04", 90, 100), reading("RBB", "2025-04", 80, 100),
		delivery.Item{Organisation: &org.Organisation{Code: "RAA", Name: "Alpha", Role: org.Trust, System: "QAA"}},
		delivery.Item{Organisation: &org.Organisation{Code: "RBB", Name: "Beta", Role: org.Trust, System: "QBB"}},
		delivery.Item{Organisation: &org.Organisation{Code: "ROO", Name: "Old Alpha", Role: org.Trust}},
		delivery.Item{Succession: &org.Succession{Predecessor: "ROO", Successor: "RAA", On: time.Date(2020, 4, 1, 0, 0, 0, 0, time.UTC)}},
		delivery.Item{Organisation: &org.Organisation{Code: "RAA01", Name: "Alpha Site", Role: org.Site, Parent: "RAA"}})
	b.deliver("QBB", reading("RBB", "2025-05", 1, 2))
	a := viewer("QAA", access.Analyst)
	seen, err := b.store.Organisations(b.ctx, a)
	b.ok(err)
	var codes []string
	for _, o := range seen {
		codes = append(codes, string(o.Code))
	}
	if !slices.Equal(codes, []string{"RAA", "RAA01", "ROO"}) {
		b.Errorf("QAA sees %v", codes)
	}
	obs, err := b.store.Observations(b.ctx, a, store.Wanted{})
	b.ok(err)
	b.sameValues(a, store.Wanted{}, obs)
	if len(obs) != 1 || obs[0].Org != "RAA" {
		b.Errorf("QAA sees %+v", obs)
	}
	if _, err := b.store.Organisation(b.ctx, a, "RBB"); !fault.Is(err, fault.NotFound) {
		b.Errorf("QAA opens RBB: %v", err)
	}
	peers, err := b.store.Peers(b.ctx, a, store.Wanted{})
	b.ok(err)
	if len(peers) != 2 {
		b.Errorf("published peers: %d", len(peers))
	}
	own, err := b.store.Observations(b.ctx, viewer("QBB", access.Analyst), store.Wanted{})
	b.ok(err)
	if len(own) != 2 {
		b.Errorf("QBB sees %d, its private value included", len(own))
	}
	private, err := b.store.Deliveries(b.ctx, a, 10)
	b.ok(err)
	if len(private) != 1 {
		b.Errorf("QAA sees %d deliveries, expected the published one", len(private))
	}
	none := access.For(access.Viewer{Account: "u-x"}, "QAA")
	if seen, err := b.store.Organisations(b.ctx, none); err != nil || len(seen) != 0 {
		b.Errorf("somebody without a role sees %v, %v", seen, err)
	}
	// The register moves RAA to another system: the purview follows, the past stays.
	head, _, _ := b.store.Head(b.ctx)
	b.record(record.OrganisationRecorded, "organisation/RAA", "", org.Organisation{Code: "RAA", Role: org.Trust, System: "QBB"})
	if _, err := b.store.Organisation(b.ctx, a, "RAA"); !fault.Is(err, fault.NotFound) {
		b.Errorf("QAA still opens RAA: %v", err)
	}
	if _, err := b.store.Organisation(b.ctx, a.At(head), "RAA"); err != nil {
		b.Errorf("as of then QAA opened RAA: %v", err)
	}
}

func testText(b *bundle) {
	for _, code := range []org.Code{"Raa", "RAA", "rAA", "R-A", "RÄA", "R A"} {
		b.record(record.OrganisationRecorded, "organisation/x", "", org.Organisation{Code: code, Name: "", Role: org.Trust})
	}
	seen, err := b.store.Organisations(b.ctx, b.operator, org.Trust)
	b.ok(err)
	var codes []string
	for _, o := range seen {
		codes = append(codes, string(o.Code))
	}
	if want := []string{"R A", "R-A", "RAA", "RÄA", "Raa", "rAA"}; !slices.Equal(codes, sortedBytes(want)) || len(codes) != 6 {
		b.Errorf("got %q", codes)
	}
}

func testHostileText(b *bundle) {
	hostile := "a\x00b\xffc"
	d := b.deliver("", delivery.Item{Refusal: &delivery.Refusal{Row: 1, Code: "nul", Found: hostile, Raw: hostile}}, delivery.Item{Row: &delivery.Row{Refused: 1}})
	q, err := b.store.Refusals(b.ctx, b.operator, d.ID, 0, 10)
	b.ok(err)
	if len(q) != 1 || q[0].Found != "a\u2400b\uFFFDc" {
		b.Errorf("got %+v", q)
	}
}

func sortedBytes(list []string) []string {
	slices.Sort(list)
	return list
}

func testOrganisations(b *bundle) {
	b.record(record.OrganisationRecorded, "organisation/RAA", "", org.Organisation{Code: "RAA", Name: "Alpha Trust", Role: org.Trust, System: "QAA", Beds: 3})
	b.record(record.OrganisationRecorded, "organisation/RAA", "", org.Organisation{Code: "RAA", Name: "ALPHA in a file", Role: org.Unknown, Postcode: "AB1 2CD"})
	o, err := b.store.Organisation(b.ctx, b.operator, "RAA")
	b.ok(err)
	if o.Name != "Alpha Trust" || o.Role != org.Trust || o.Postcode != "AB1 2CD" || o.Beds != 3 {
		b.Errorf("a mention fills gaps only, got %+v", o)
	}
	b.record(record.SuccessionRecorded, "organisation/RAA", "", org.Succession{Predecessor: "RAA", Successor: "RBB", On: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	x, err := b.store.Successions(b.ctx, b.operator)
	b.ok(err)
	if now := x.Current("RAA", b.clock.Now()); len(now) != 1 || now[0].Code != "RBB" {
		b.Errorf("got %+v", now)
	}
}

func testNotes(b *bundle) {
	period := calendar.NewMonth(2025, 5)
	b.record(record.NoteAdded, "note/N-1", "QAA", record.Note{ID: "N-1", Tenant: "QAA", Indicator: "i", Org: "RAA", Period: period, Text: "ward closed"})
	at := b.record(record.LimitsSet, "note/L-1", "QAA", record.Limits{ID: "L-1", Tenant: "QAA", Indicator: "i", Org: "RAA", From: period, Because: "new pathway"})
	b.record(record.LimitsRemoved, "note/L-1", "QAA", record.Removal{ID: "L-1", Because: "set in error"})
	a := viewer("QAA", access.Analyst)
	now, err := b.store.Annotations(b.ctx, a, "RAA", "i")
	b.ok(err)
	then, err := b.store.Annotations(b.ctx, a.At(at), "", "")
	b.ok(err)
	if len(now) != 1 || len(then) != 2 || !then[0].Limits {
		b.Errorf("now %d, then %+v", len(now), then)
	}
	if other, _ := b.store.Annotations(b.ctx, viewer("QBB", access.Analyst), "RAA", "i"); len(other) != 0 {
		b.Error("another commissioner reads the note")
	}
}

// telling is that lists of providers read of the findings just those of concern that
// count at the newest value, and those that data is late; digests the latter.
func telling(b *bundle, sc access.Scope, like finding.Finding) {
	var began []finding.Finding
	for i, f := range []finding.Finding{
		{Kind: finding.SpecialCause, Direction: finding.Concern, Latest: true, Counted: true},
		{Kind: finding.Stale, Direction: finding.Neutral, Latest: true},
		{Kind: finding.SpecialCause, Direction: finding.Improvement, Latest: true, Counted: true},
		{Kind: finding.SpecialCause, Direction: finding.Concern, Latest: true},
		{Kind: finding.SpecialCause, Direction: finding.Concern, Counted: true},
	} {
		f.Org, f.Indicator, f.From, f.To, f.Sentence = like.Org, "told", like.From.Add(i), like.From.Add(i), "told"
		f.Identify()
		began = append(began, f)
	}
	at := b.record(record.WatchRan, "watch", "", record.Watch{Code: "c", Began: began})
	for want, read := range map[string]func() ([]store.HeldFinding, error){
		began[0].ID + began[1].ID: func() ([]store.HeldFinding, error) { return b.store.Telling(b.ctx, sc.At(at)) },
		began[1].ID:               func() ([]store.HeldFinding, error) { return b.store.Stale(b.ctx, sc.At(at)) },
	} {
		list, err := read()
		b.ok(err)
		got := ""
		for i := range list {
			got += list[i].ID
		}
		if got != want {
			b.Errorf("read %q, expected %q", got, want)
		}
	}
	var ended []string
	for i := range began {
		ended = append(ended, began[i].ID)
	}
	b.record(record.WatchRan, "watch", "", record.Watch{Code: "c", Ended: ended})
}

func testFindings(b *bundle) {
	b.record(record.PurviewSet, "purview/QAA", "QAA", record.Purview{Tenant: "QAA", Add: []org.Code{"RAA"}})
	one := finding.Finding{Org: "RAA", Indicator: "i", Kind: finding.Outlier, Sentence: "outside", From: calendar.NewMonth(2025, 1), To: calendar.NewMonth(2025, 1), Counted: true, P: 0.001}
	one.Identify()
	two := one
	two.Org = "RBB"
	two.Identify()
	was := b.record(record.WatchRan, "watch", "", record.Watch{Code: "c", Day: "2026-11-23", Began: []finding.Finding{one, two}})
	a := viewer("QAA", access.Analyst)
	list, err := b.store.Findings(b.ctx, a, "")
	b.ok(err)
	if len(list) != 1 || list[0].Org != "RAA" || !list[0].Counted || list[0].Position != was {
		b.Fatalf("got %+v", list)
	}
	telling(b, a, one)
	b.record(record.WatchRan, "watch", "", record.Watch{Code: "c", Ended: []string{one.ID}})
	if list, _ = b.store.Findings(b.ctx, a, ""); len(list) != 0 {
		b.Error("an ended finding still holds")
	}
	if list, _ = b.store.Findings(b.ctx, a.At(was), ""); len(list) != 1 {
		b.Error("it held then")
	}
	b.record(record.FirstShown, "shown", "QAA", record.Shown{Views: []record.View{{Account: "u-1", Tenant: "QAA", Thing: "finding/" + one.ID, At: b.clock.Now()}}})
	b.record(record.FirstShown, "shown", "QAA", record.Shown{Views: []record.View{{Account: "u-1", Tenant: "QAA", Thing: "finding/" + one.ID, At: b.clock.Now().Add(time.Hour)}}})
	sights, err := b.store.Sights(b.ctx, a, "finding/"+one.ID, "")
	b.ok(err)
	if len(sights) != 1 || !sights[0].At.Equal(b.clock.Now()) {
		b.Errorf("first sights %+v", sights)
	}
}

func testArchive(b *bundle) {
	data := bytes.Repeat([]byte("0123456789abcdef"), 1<<17) // two parts exactly
	for _, body := range [][]byte{data, data[:len(data)-1], nil, []byte("x")} {
		sum, size, err := b.store.Archive(b.ctx, bytes.NewReader(body))
		b.ok(err)
		again, _, err := b.store.Archive(b.ctx, bytes.NewReader(body))
		b.ok(err)
		r, err := b.store.OpenArchived(b.ctx, sum)
		b.ok(err)
		var got bytes.Buffer
		_, err = got.ReadFrom(r)
		b.ok(err)
		if again != sum || size != int64(len(body)) || !bytes.Equal(got.Bytes(), body) {
			b.Errorf("%d bytes came back as %d", len(body), got.Len())
		}
	}
	if _, err := b.store.OpenArchived(b.ctx, "none"); !fault.Is(err, fault.NotFound) {
		b.Errorf("got %v", err)
	}
	v, err := b.store.Verify(b.ctx, nil)
	b.ok(err)
	if v.Files != 4 {
		b.Errorf("verified %d files", v.Files)
	}
}

func testManyWriters(b *bundle) {
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 25 {
				e, err := record.New(record.PurviewSet, fmt.Sprintf("p/%d", i), "QAA", "operator", record.Purview{Tenant: "QAA"})
				if err == nil {
					_, err = b.store.Record(b.ctx, e)
				}
				if err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	v, err := b.store.Verify(b.ctx, nil)
	b.ok(err)
	if v.Entries != 200 {
		b.Errorf("%d entries", v.Entries)
	}
	cancelled, cancel := context.WithCancel(b.ctx)
	cancel()
	if err := b.store.Change(cancelled, func(*store.Writer) error { return nil }); err == nil {
		b.Log("a change whose caller had gone was done all the same")
	}
}
