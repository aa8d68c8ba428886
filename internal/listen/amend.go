package listen

import (
	"context"
	"strings"

	"candour/internal/access"
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
	if h.Veiled() {
		return store.HeldSignal{}, fault.New(fault.Conflict, "what is sealed can't be amended; record a new one and link the two")
	}
	amended.ID, amended.Reference, amended.Received, amended.Recorded = h.ID, h.Reference, h.Received, h.Recorded
	amended.Sealed, amended.Attachments, amended.Source = h.Sealed, h.Attachments, h.Source
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
