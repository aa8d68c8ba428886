package storetest

import (
	"candour/internal/access"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/store"
)

// testMoved has what is kept between entries given up by those that can change it, and
// by no others; asked in any order, with the past among it.
func testMoved(b *bundle) {
	lead := viewer("QAA", access.QualityLead)
	shown := func() int64 {
		return b.record(record.FirstShown, "shown", "QAA", record.Shown{Views: []record.View{{Account: "u-1", Tenant: "QAA", Thing: "provider/RAA", At: b.clock.Now()}}})
	}
	before := shown()
	purview := b.record(record.PurviewSet, "purview/QAA", "QAA", record.Purview{Tenant: "QAA", Add: []org.Code{"RAA"}})
	seen := shown()
	b.hear(lead, store.Arrival{Signal: b.concernOf("RAA", "A81001", sunday, "Item")})
	heard, _, err := b.store.Head(b.ctx)
	b.ok(err)
	judged := b.record(record.ConcernJudged, "concern", "QAA", record.Concern{Tenant: "QAA"})
	b.record(record.ConcernJudged, "concern", "QBB", record.Concern{Tenant: "QBB"})
	watched := b.record(record.WatchRan, "watch", "", record.Watch{})
	for _, c := range []struct{ upTo, want int64 }{
		{before, -1},
		{purview, purview},
		{seen, purview},
		{heard, purview},
		{judged, purview},
		{watched, watched},
		{watched, watched},
		{seen, purview},
		{before, -1},
		{watched - 1, purview},
		{watched, watched},
	} {
		if got, err := b.store.Moved(b.ctx, c.upTo); err != nil || got != c.want {
			b.Errorf("up to entry %d, entry %d moved something last, %v; expected %d", c.upTo, got, err, c.want)
		}
	}
	for _, c := range []struct {
		sc   access.Scope
		want int64
	}{{lead, judged}, {lead.At(heard), -1}, {lead.At(judged), judged}, {viewer("QBB", access.QualityLead), judged + 1}} {
		if got, err := b.store.LastJudged(b.ctx, c.sc); err != nil || got != c.want {
			b.Errorf("concern was last judged by entry %d, %v; expected %d", got, err, c.want)
		}
	}
	b.countsEntries(lead)
}

// countsEntries holds the counts of entries that are kept against counts from nothing,
// while entries come and for spans of the past.
func (b *bundle) countsEntries(lead access.Scope) {
	for range 3 {
		head, _, err := b.store.Head(b.ctx)
		b.ok(err)
		for _, span := range [][2]int64{{-1, head}, {-1, 2}, {1, head}, {-1, head}, {2, 2}} {
			for _, sc := range []access.Scope{lead, viewer("QBB", access.QualityLead), b.operator} {
				got, err := b.store.EntriesBetween(b.ctx, sc, span[0], span[1])
				b.ok(err)
				want, all := 0, 0
				list, err := b.store.Entries(b.ctx, sc, span[1]+1, 1000)
				b.ok(err)
				for _, e := range list {
					if int64(e.Position) > span[0] {
						want++
					}
				}
				for _, n := range got {
					all += n
				}
				if all != want {
					b.Errorf("%s: entries %d to %d are %d, and %d are listed", sc.Tenant, span[0], span[1], all, want)
				}
				clear(got) // what is kept is nobody's to change
			}
		}
		b.record(record.PurviewSet, "purview/QAA", "QAA", record.Purview{Tenant: "QAA", Add: []org.Code{"RBB"}})
		b.record(record.FirstShown, "shown", "QBB", record.Shown{})
	}
}
