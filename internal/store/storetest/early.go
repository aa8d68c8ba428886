package storetest

import (
	"time"

	"candour/internal/delivery"
)

// A value given before its month had ended is of a part of it, and the same one given
// after the end is the whole; a month that has not begun has none.
func testGivenEarly(b *bundle) { // on 23 November 2026
	give := func(sum, month string) delivery.Delivery {
		b.Helper()
		b.yields[sum] = []delivery.Item{reading("RAA", month, 90, 100), {Row: &delivery.Row{Taken: 1}}}
		d, err := b.store.Accept(b.ctx, "operator", delivery.Delivery{File: sum, SHA256: sum, Source: "ae-monthly"}, items(b.yields[sum]...), false)
		b.ok(err)
		return d
	}
	ahead := give("ahead", "2026-12")
	if ahead.New != 0 || ahead.Quarantined != 1 {
		b.Errorf("a month that has not begun: %+v", ahead.Counts)
	}
	if refused, err := b.store.Refusals(b.ctx, b.operator, ahead.ID, 0, 10); err != nil || len(refused) != 1 || refused[0].Code != "period-not-begun" {
		b.Errorf("refused %+v, %v", refused, err)
	}
	for i, step := range []struct {
		sum  string
		wait time.Duration
		want delivery.Counts
	}{
		{"running", 0, delivery.Counts{Accepted: 1, New: 1}},
		{"running still", time.Hour, delivery.Counts{Accepted: 1, Unchanged: 1}},
		{"over", 9 * 24 * time.Hour, delivery.Counts{Accepted: 1, Superseding: 1}},
		{"over again", time.Hour, delivery.Counts{Accepted: 1, Unchanged: 1}},
	} {
		b.clock.Step(step.wait)
		if d := give(step.sum, "2026-11"); d.Counts != step.want {
			b.Errorf("step %d, %s: %+v, expected %+v", i, step.sum, d.Counts, step.want)
		}
	}
	r, err := b.store.Rebuild(b.ctx, false, nil)
	b.ok(err)
	if r.Before != r.After {
		b.Errorf("a rebuild gives other rows: %+v", r)
	}
}
