package listen

import (
	"context"
	"slices"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/signal"
	"candour/internal/store"
)

// Amend records a corrected version of a signal that is held, screened and validated
// as what comes in is, and then what happened since; the earlier version stays in
// the history (Francis 176). Steps that were taken already are left out.
func (d *Desk) Amend(ctx context.Context, sc access.Scope, h *store.HeldSignal, version int, amended signal.Signal, because string, then ...signal.Change) (store.HeldSignal, error) {
	if strings.TrimSpace(because) == "" {
		return store.HeldSignal{}, fault.New(fault.Invalid, "an amendment needs a reason")
	}
	if err := d.NoIdentifier(because); err != nil {
		return store.HeldSignal{}, err
	}
	if h.Veiled() {
		return store.HeldSignal{}, fault.New(fault.Conflict, "what is sealed can't be amended; record a new one and link the two")
	}
	amended.ID, amended.Reference, amended.Received, amended.Recorded = h.ID, h.Reference, h.Received, h.Recorded
	amended.Sealed, amended.Attachments, amended.Source = h.Sealed, h.Attachments, h.Source
	amended.Confine(calendar.DateOf(d.Now()), append(slices.Concat(h.Readers, amended.Readers), string(sc.Viewer.Account))...)
	Remove(&amended)
	if err := d.Wrong(Item{Signal: amended}).Err(); err != nil {
		return store.HeldSignal{}, err
	}
	changes := []signal.Change{signal.Amended{Signal: amended, Because: because}}
	state := h.Triage.State
	for _, change := range then {
		if move, ok := change.(signal.Moved); ok {
			next, err := h.Kind.Next(state, move.Event)
			if err != nil {
				continue // taken before, or no longer to be taken
			}
			state = next
		}
		changes = append(changes, change)
	}
	return d.Change(ctx, sc, h.Reference, version, changes...)
}

// Sort gives a signal another kind, with the fields of that kind, screened and
// validated as what comes in is (Francis 109: classify later). Receipt, sender and
// everything recorded stay.
func (d *Desk) Sort(ctx context.Context, sc access.Scope, h *store.HeldSignal, version int, sorted signal.Signal, because string) (store.HeldSignal, error) {
	if strings.TrimSpace(because) == "" {
		return store.HeldSignal{}, fault.New(fault.Invalid, "giving it another kind needs a reason")
	}
	if h.Veiled() || sorted.Kind == signal.KindStaffConcern {
		return store.HeldSignal{}, fault.New(fault.Conflict, "the word of a member of staff is sealed when it comes in; record a new one, and withdraw this")
	}
	if err := d.NoIdentifier(because); err != nil {
		return store.HeldSignal{}, err
	}
	sorted.ID, sorted.Reference, sorted.Received, sorted.Recorded = h.ID, h.Reference, h.Received, h.Recorded
	sorted.Sealed, sorted.Attachments, sorted.Source = h.Sealed, h.Attachments, h.Source
	sorted.Confine(calendar.DateOf(d.Now()), append(slices.Concat(h.Readers, sorted.Readers), string(sc.Viewer.Account))...)
	Remove(&sorted)
	if err := d.Wrong(Item{Signal: sorted}).Err(); err != nil {
		return store.HeldSignal{}, err
	}
	return d.Change(ctx, sc, h.Reference, version, signal.Sorted{Signal: sorted, Because: because})
}
