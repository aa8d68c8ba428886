package storetest

import (
	"fmt"
	"time"

	"candour/internal/delivery"
	"candour/internal/store"
)

// testEarlier loads publications out of order: what was published later holds, as far
// as files say when they were; the rest is kept and replaces nothing.
func testEarlier(b *bundle) {
	published := func(month time.Month) time.Time { return time.Date(2025, month, 10, 0, 0, 0, 0, time.UTC) }
	give := func(at time.Time, figures ...float64) delivery.Delivery {
		b.Helper()
		var list []delivery.Item
		for _, x := range figures {
			list = append(list, reading("RAA", "2025-04", x, 100))
		}
		list = append(list, delivery.Item{Row: &delivery.Row{Taken: len(figures)}})
		sum := fmt.Sprint("file ", len(b.yields))
		b.yields[sum] = list
		b.clock.Step(time.Minute)
		d, err := b.store.Accept(b.ctx, "operator", delivery.Delivery{File: sum, SHA256: sum, Source: "ae-monthly", Published: at}, items(list...), false)
		b.ok(err)
		return d
	}
	holds := func(want float64, vintages ...float64) {
		b.Helper()
		now, err := b.store.Observations(b.ctx, b.operator, store.Wanted{})
		b.ok(err)
		if len(now) != 1 || !near(now[0].Numerator, want) {
			b.Errorf("%v holds, expected %v", now, want)
		}
		all, err := b.store.Observations(b.ctx, b.operator, store.Wanted{Vintages: true})
		b.ok(err)
		var got []float64
		for _, o := range all {
			got = append(got, o.Numerator)
		}
		if fmt.Sprint(got) != fmt.Sprint(vintages) {
			b.Errorf("vintages %v, expected %v", got, vintages)
		}
	}

	give(published(time.July), 90)
	before, _, err := b.store.Head(b.ctx)
	b.ok(err)
	old := give(published(time.May), 80, 80, 81)
	if old.Earlier != 1 || old.Superseding != 0 || old.Quarantined != 1 || old.Status != delivery.Partly {
		b.Errorf("an older publication: %+v", old.Counts)
	}
	holds(90, 80, 90)
	if then, err := b.store.Observations(b.ctx, b.operator.At(before), store.Wanted{Vintages: true}); err != nil || len(then) != 1 {
		b.Errorf("as of before it came: %v, %v", then, err)
	}
	if list, err := b.store.Restatements(b.ctx, b.operator, old.ID, 10); err != nil || len(list) > 0 {
		b.Errorf("it restated %v, %v", list, err)
	}
	if again := give(published(time.June), 90); again.Unchanged != 1 || again.Earlier != 0 {
		b.Errorf("an older publication of the same value: %+v", again.Counts)
	}
	newer := give(published(time.August), 95)
	if newer.Superseding != 1 || newer.Earlier != 0 {
		b.Errorf("a newer publication: %+v", newer.Counts)
	}
	holds(95, 80, 90, 95)
	list, err := b.store.Restatements(b.ctx, b.operator, newer.ID, 10)
	b.ok(err)
	if len(list) != 1 || !near(list[0].Before.Numerator, 90) || !near(list[0].After.Numerator, 95) {
		b.Errorf("the newer one restated %+v", list)
	}
	if restated, err := b.store.Restated(b.ctx, b.operator, before); err != nil || len(restated) != 1 || restated[0].Values != 1 {
		b.Errorf("restated since: %+v, %v", restated, err)
	}
	history, err := b.store.History(b.ctx, b.operator)
	b.ok(err)
	if len(history) != 2 || !near(history[0].Numerator, 90) {
		b.Errorf("judged on %+v, expected what was in force", history)
	}
	// A file that doesn't say when it was published is taken in the order of arrival.
	if d := give(time.Time{}, 96); d.Superseding != 1 {
		b.Errorf("a file without a date: %+v", d.Counts)
	}
	if d := give(published(time.January), 97); d.Superseding != 1 {
		b.Errorf("a dated file after one without a date: %+v", d.Counts)
	}
	holds(97, 80, 90, 95, 96, 97)
	r, err := b.store.Rebuild(b.ctx, false, nil)
	b.ok(err)
	if r.Before != r.After {
		b.Error("the rebuilt projections differ")
	}
	if d, err := b.store.Delivery(b.ctx, b.operator, old.ID); err != nil || d.Earlier != 1 {
		b.Errorf("%+v, %v", d.Counts, err)
	}
}

func near(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 }
