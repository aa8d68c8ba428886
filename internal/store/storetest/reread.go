package storetest

import (
	"slices"

	"candour/internal/access"
	"candour/internal/delivery"
)

func testReread(b *bundle) {
	mine := access.Scope{Viewer: access.Operator("operator"), Tenant: "QAA", AsOf: access.Head}
	other := access.Scope{Viewer: access.Operator("operator"), Tenant: "QBB", AsOf: access.Head}
	file := func(sc access.Scope, status delivery.Status, c delivery.Counts) delivery.Delivery {
		d, err := b.store.RecordSignalDelivery(b.ctx, sc, delivery.Delivery{File: "log.csv", SHA256: "log", Source: "signals-table", Status: status, Counts: c, Via: "load"})
		b.ok(err)
		return d
	}
	as := func(sc access.Scope, id, reread delivery.ID) {
		b.Helper()
		d, err := b.store.Delivery(b.ctx, sc, id)
		if err != nil || d.RereadAs != reread || d.Unsettled() != (reread == "" && d.Status != delivery.Accepted) {
			b.Errorf("%s is read again as %q, want %q; needs somebody: %v; %v", id, d.RereadAs, reread, d.Unsettled(), err)
		}
	}
	file(mine, delivery.Waiting, delivery.Counts{})
	theirs := file(other, delivery.Waiting, delivery.Counts{})
	before, _, err := b.store.Head(b.ctx)
	b.ok(err)
	// A mapping takes some of it, a corrected one the rest.
	some := file(mine, delivery.Partly, delivery.Counts{Accepted: 2, New: 2, Quarantined: 1})
	as(mine, "D-000001", some.ID)
	// What nobody could read doesn't stand for what was read in part.
	wrong := file(mine, delivery.Quarantined, delivery.Counts{})
	as(mine, some.ID, "")
	all := file(mine, delivery.Accepted, delivery.Counts{Accepted: 3, New: 1, Unchanged: 2})
	as(mine, "D-000001", some.ID)
	as(mine, some.ID, all.ID)
	as(mine, wrong.ID, all.ID)
	as(mine, all.ID, "")
	as(other, theirs.ID, "") // the same bytes for another commissioner
	if got, err := b.store.Rereads(b.ctx, mine, all.ID); err != nil || !slices.Equal(got, []delivery.ID{some.ID, wrong.ID}) {
		b.Errorf("read again: %v, %v", got, err)
	}
	if got, err := b.store.Rereads(b.ctx, other, all.ID); err != nil || len(got) != 0 {
		b.Errorf("another commissioner is told of %v, %v", got, err)
	}
	// As of then it waits, on the page and in the list.
	then := mine
	then.AsOf = before
	as(then, "D-000001", "")
	if list, err := b.store.Deliveries(b.ctx, then, 10); err != nil || len(list) != 1 || list[0].RereadAs != "" {
		b.Errorf("as of then %+v, %v", list, err)
	}

	// Figures likewise: a file of which nobody knew the period.
	b.yields["figures"] = []delivery.Item{reading("RAA", "2025-04", 90, 100), {Row: &delivery.Row{Taken: 1}}}
	waits, err := b.store.Accept(b.ctx, "operator", delivery.Delivery{File: "shmi.csv", SHA256: "figures", Status: delivery.Waiting}, items(delivery.Item{Refusal: &delivery.Refusal{Code: "period", Found: "none"}}), false)
	b.ok(err)
	if _, err := b.store.Accept(b.ctx, "operator", delivery.Delivery{File: "shmi.csv", SHA256: "figures", Source: "shmi"}, items(b.yields["figures"]...), true); err != nil {
		b.Errorf("tried: %v", err)
	}
	as(b.operator, waits.ID, "") // a trial settles nothing
	taken, err := b.store.Accept(b.ctx, "operator", delivery.Delivery{File: "shmi.csv", SHA256: "figures", Source: "shmi"}, items(b.yields["figures"]...), false)
	b.ok(err)
	as(b.operator, waits.ID, taken.ID)

	// A table that waits for two commissioners turns out to be published figures.
	figures := delivery.Delivery{File: "table.csv", SHA256: "table", Source: "signals-table", Status: delivery.Waiting, Via: "page"}
	here, err := b.store.RecordSignalDelivery(b.ctx, mine, figures)
	b.ok(err)
	there, err := b.store.RecordSignalDelivery(b.ctx, other, figures)
	b.ok(err)
	b.yields["table"] = b.yields["figures"]
	public, err := b.store.Accept(b.ctx, "operator", delivery.Delivery{File: "table.csv", SHA256: "table", Source: "shmi"}, items(b.yields["table"]...), false)
	b.ok(err)
	as(mine, here.ID, public.ID)
	as(other, there.ID, public.ID)
	if got, err := b.store.Rereads(b.ctx, mine, public.ID); err != nil || !slices.Equal(got, []delivery.ID{here.ID}) {
		b.Errorf("told of other commissioners' deliveries: %v, %v", got, err)
	}

	b.rebuilt()
	as(mine, some.ID, all.ID)
	as(b.operator, waits.ID, taken.ID)
}
