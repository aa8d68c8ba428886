package storetest

import (
	"fmt"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
)

// settled is what is known of an item of long ago.
var settled = []signal.Change{signal.OutcomeSet{Outcome: signal.OutcomeNoted, Because: "Long ago"}, signal.Moved{Event: "closed"}}

// testSignalGroups gives signals in groups: each has its own reference and entry,
// what was known already stands in the same entry, and all are taken or none.
func testSignalGroups(b *bundle) {
	lead := viewer("QAA", access.QualityLead)
	list := make([]store.Arrival, 60)
	for i := range list {
		list[i] = store.Arrival{Signal: b.concernOf(org.Code([]string{"RAA", "RBB"}[i%2]), "A81001", sunday, fmt.Sprintf("Item %d", i)), Origin: fmt.Sprintf("rows/%d", i)}
		if i%3 == 0 {
			list[i].Then = settled
		}
	}
	list[40].Origin = list[7].Origin                           // the same item twice in one group
	list[41].Signal.Title = "Broken \xff\xfe UTF-8 and a \x00" // as files hold it
	list[42].Sealed = []store.SealedText{{Purpose: "patient", Text: "943 476 5919", Readers: []access.AccountID{lead.Viewer.Account}}}
	got := b.hear(lead, list...)
	refs, positions := map[string]bool{}, map[int64]bool{}
	for i, r := range got {
		if known := i == 40; r.Known != known || !known && (refs[r.Reference] || positions[r.Position]) {
			b.Errorf("item %d has the receipt %+v", i, r)
		}
		refs[r.Reference], positions[r.Position] = true, true
	}
	if len(refs) != 59 || len(positions) != 59 || got[40].Reference != got[7].Reference {
		b.Errorf("%d references and %d positions of 60 items of which one came twice", len(refs), len(positions))
	}
	again := b.hear(lead, list...)
	for i, r := range again {
		if !r.Known || r.Reference != got[i].Reference || r.Position != got[i].Position || !r.Recorded.Equal(got[i].Recorded) {
			b.Errorf("item %d sent again has the receipt %+v, expected that of %+v", i, r, got[i])
		}
	}
	head, _, err := b.store.Head(b.ctx)
	b.ok(err)
	if head != 58 {
		b.Errorf("the last entry is %d, expected one for each of 59 signals", head)
	}
	events, err := b.store.SignalHistory(b.ctx, lead, got[0].Reference)
	b.ok(err)
	if len(events) != 3 || events[2].Number != 3 || signal.ChangeName(events[1].Change) != "signal_outcome" {
		b.Errorf("an item that was settled before has the history %+v", events)
	}
	h, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, got[0].Reference, 3, signal.Undone{Number: 3, Because: "Not closed"})
	b.ok(err)
	if h.Triage.State != "received" || h.Triage.Outcome != signal.OutcomeNoted || h.Triage.Version != 4 {
		b.Errorf("after undoing what came with the receipt: %+v", h.Triage)
	}
	wrong := []store.Arrival{{Signal: b.concernOf("RAA", "A81001", sunday, "Right")}, {Signal: b.concernOf("RAA", "A81001", sunday, "Wrong"), Then: []signal.Change{signal.Moved{Event: "unheard of"}}}}
	if _, err := b.store.ReceiveSignals(b.ctx, lead, dueInTwoDays, wrong...); !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Invalid) {
		b.Errorf("a group with an item that the rules refuse: %v", err)
	}
	if n, err := b.store.CountSignals(b.ctx, lead, store.SignalFilter{}); err != nil || n != 59 {
		b.Errorf("%d signals are held, %v; expected none of the group that was refused", n, err)
	}
	held, err := b.store.Signal(b.ctx, lead, got[41].Reference)
	b.ok(err)
	if !strings.HasPrefix(held.Title, "Broken \uFFFD") {
		b.Errorf("broken text is held as %q", held.Title)
	}
	b.rebuilt()
}

// testSignalTally holds the counts that are kept against lists, through receipts,
// changes, undoings and another commissioner's signals, at instants within days.
func testSignalTally(b *bundle) {
	lead := viewer("QAA", access.QualityLead)
	list := make([]store.Arrival, 40)
	for i := range list {
		s := b.concernOf("RAA", "A81001", sunday, fmt.Sprintf("Item %d", i))
		s.Received = b.clock.Now().Add(-time.Duration(i*3+1) * time.Hour)
		s.Occurred = signal.Occurrence{}
		list[i] = store.Arrival{Signal: s}
		if i%4 == 0 {
			list[i].Then = settled
		}
	}
	b.hear(lead, list...)
	b.hear(viewer("QBB", access.QualityLead), list[:9]...)
	b.clock.Step(26 * time.Hour)
	for i, change := range []signal.Change{
		signal.OutcomeSet{Outcome: signal.OutcomeQuestion, Because: "x"},
		signal.OutcomeSet{Outcome: signal.OutcomeWatch, Because: "x"},
		signal.Withdrawn{Because: "x"},
		signal.Assigned{To: "u-a"},
		signal.Moved{Event: "closed"},
	} {
		_, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, fmt.Sprintf("G-2026-%d", 4*i+2), 1, change)
		b.ok(err)
	}
	_, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "G-2026-1", 3, signal.Undone{Number: 3, Because: "x"}, signal.Undone{Number: 2, Because: "x"})
	b.ok(err)
	yes, no := true, false
	var filters []store.SignalFilter
	for h := -30; h < 80; h += 5 {
		x, y := b.clock.Now().Add(time.Duration(h)*time.Hour), b.clock.Now().Add(time.Duration(h+9)*time.Hour)
		filters = append(filters, store.SignalFilter{Pile: store.PileToDo, DueBefore: x}, store.SignalFilter{Pile: store.PileToDo, DueAfter: x},
			store.SignalFilter{Pile: store.PileToDo, DueAfter: x, Triaged: &no}, store.SignalFilter{Pile: store.PileToDo, DueAfter: x, Triaged: &yes},
			store.SignalFilter{Pile: store.PileToDo, DueAfter: x, DueBefore: y}, store.SignalFilter{Pile: store.PileDone, SettledOn: x})
	}
	filters = append(filters, store.SignalFilter{Pile: store.PileToDo}, store.SignalFilter{Pile: store.PileWaiting}, store.SignalFilter{Pile: store.PileDone})
	for _, f := range filters {
		n, err := b.store.CountSignals(b.ctx, lead, f)
		b.ok(err)
		f.Limit = 1000
		lines, err := b.store.Signals(b.ctx, lead, f)
		b.ok(err)
		if n != len(lines) {
			b.Errorf("%+v: counted %d, listed %d", f, n, len(lines))
		}
	}
	now, tonight, since := b.clock.Now(), b.clock.Now().Add(13*time.Hour), b.clock.Now().Add(-20*time.Hour)
	kept, err := b.store.SignalsSummary(b.ctx, lead, now, tonight, since)
	b.ok(err)
	head, _, err := b.store.Head(b.ctx)
	b.ok(err)
	counted, err := b.store.SignalsSummary(b.ctx, lead.At(head), now, tonight, since) // as of a position nothing is kept counted
	b.ok(err)
	if kept != counted || kept.Overdue == 0 || kept.Today == 0 || kept.New == 0 || kept.Waiting == 0 || kept.Done == 0 {
		b.Errorf("kept %+v, counted %+v", kept, counted)
	}
	b.rebuilt()
}
