package storetest

import (
	"strings"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
)

func testTogether(b *bundle) {
	lead, other := viewer("QAA", access.QualityLead), viewer("QBB", access.QualityLead)
	b.say(lead, "A81001", "one", "two", "three")
	b.say(other, "B81001", "theirs", "theirs", "theirs", "theirs")
	_, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "G-2026-3", 1, signal.Assigned{To: "u-x"})
	b.ok(err)
	noted := []signal.Change{signal.Assigned{To: "u-y"}, signal.OutcomeSet{Outcome: signal.OutcomeNoted, Because: "one story"}}
	t, err := b.store.ChangeTogether(b.ctx, lead, dueInTwoDays, "Noted", "",
		store.Alteration{Ref: "G-2026-1", Version: 1, Changes: noted}, store.Alteration{Ref: "G-2026-3", Version: 1, Changes: noted},
		store.Alteration{Ref: "G-2026-4", Changes: noted}, store.Alteration{Ref: "G-2026-2", Version: 1, Changes: append(noted[:2:2], signal.OutcomeSet{Outcome: "unheard of", Because: "x"})},
		store.Alteration{Ref: "G-2026-2", Version: 1}, store.Alteration{Ref: "G-2026-2", Version: 1, Changes: noted[:1]})
	b.ok(err)
	if len(t.Done) != 2 || t.Done[0] != (record.TogetherDone{Ref: "G-2026-1", From: 2, To: 3}) || t.Done[1].To != 2 || len(t.Failed) != 4 {
		b.Fatalf("together %+v", t)
	}
	for i, why := range []string{"somebody else has changed", "no signal", "unknown outcome", "nothing of it"} {
		if !strings.Contains(t.Failed[i].Why, why) {
			b.Errorf("%s failed because %q, expected %q", t.Failed[i].Ref, t.Failed[i].Why, why)
		}
	}
	if h, err := b.store.Signal(b.ctx, lead, "G-2026-2"); err != nil || h.Triage.Version != 2 || h.Triage.Outcome != "" {
		b.Errorf("a failed change left something: %+v, %v", h.Triage, err)
	}
	if _, err := b.store.UndoTogether(b.ctx, other, dueInTwoDays, t.ID, "x"); !fault.Is(err, fault.NotFound) {
		b.Errorf("another commissioner undoes it: %v", err)
	}
	_, err = b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "G-2026-1", 3, signal.Assigned{To: "u-z"})
	b.ok(err)
	undone, err := b.store.UndoTogether(b.ctx, lead, dueInTwoDays, t.ID, "the wrong ones")
	b.ok(err)
	if len(undone.Done) != 2 || len(undone.Failed) != 0 || undone.Undoes != t.ID {
		b.Errorf("undone %+v", undone)
	}
	h, err := b.store.Signal(b.ctx, lead, "G-2026-1")
	b.ok(err)
	if h.Triage.Outcome != "" || h.Triage.Assigned != "u-z" || h.Pile != store.PileToDo || h.Triage.Version != 6 {
		b.Errorf("after undoing, with what was done since: %+v", h.Triage)
	}
	if _, err := b.store.UndoTogether(b.ctx, lead, dueInTwoDays, t.ID, "again"); !fault.Is(err, fault.Conflict) {
		b.Errorf("undone twice: %v", err)
	}
	lately, err := b.store.TogetherLately(b.ctx, lead, 10)
	b.ok(err)
	if len(lately) != 2 || lately[1].UndoneBy != undone.ID || lately[0].What != "Undone: Noted, because: the wrong ones" {
		b.Errorf("lately %+v", lately)
	}
	if list, err := b.store.TogetherLately(b.ctx, gpOf("QAA", "A81001"), 10); err != nil || len(list) != 0 {
		b.Errorf("a GP lists %+v, %v", list, err)
	}
	b.rebuilt()
}

func testUnread(b *bundle) {
	lead := viewer("QAA", access.QualityLead)
	b.say(lead, "A81001", "one", "two")
	b.record(record.FirstShown, "shown", "QAA", record.Shown{Views: []record.View{{Account: lead.Viewer.Account, Tenant: "QAA", Thing: "signal/G-2026-1", At: b.clock.Now()}}})
	colleague := lead
	colleague.Viewer.Account = "u-colleague"
	for _, c := range []struct {
		sc   access.Scope
		want int
	}{{lead, 1}, {colleague, 2}} {
		if n, err := b.store.CountSignals(b.ctx, c.sc, store.SignalFilter{Unread: true}); err != nil || n != c.want {
			b.Errorf("%s has %d unread, %v, expected %d", c.sc.Viewer.Account, n, err, c.want)
		}
	}
	opened, err := b.store.Opened(b.ctx, lead, "G-2026-1", "G-2026-2")
	b.ok(err)
	if !opened["G-2026-1"] || opened["G-2026-2"] {
		b.Errorf("opened %v", opened)
	}
}
