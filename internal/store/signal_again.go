package store

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"

	"candour/internal/fault"
	"candour/internal/record"
	"candour/internal/signal"
)

// known looks for the signal that has the origin, and reads it where held is given.
func (g *reception) known(origin string, r *SignalReceipt, held *signal.Signal) (bool, error) {
	var when instant
	var body string
	err := g.scan(`SELECT s.id, s.ref, s.body, n.position, n.instant FROM signal s JOIN entry n ON n.tenant = s.tenant AND n.stream = 'signal/' || s.id AND n.number = 1
		WHERE s.tenant = $1 AND s.origin = $2 AND s.origin <> '' AND `+current("s"), []any{g.scope.Tenant, origin}, &r.ID, &r.Reference, &body, &r.Position, &when)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err == nil && held != nil {
		err = fault.Wrap(fault.Damaged, json.Unmarshal([]byte(body), held), "the signal %s can't be read", r.Reference)
	}
	r.Recorded, r.Known = when.Time, true
	return true, g.store.engine.fault(err, "look for the same signal")
}

// again records what comes under an origin that is held, where it is a later version, and
// says on its receipt what it was.
func (g *reception) again(a *Arrival, r *SignalReceipt, master *masterKey) error {
	var held signal.Signal
	if ok, err := g.known(a.Origin, r, &held); !ok || err != nil {
		return cmp.Or(err, fault.New(fault.Internal, "the signal of %s was found and is gone", r.Reference))
	}
	if !a.Revises {
		r.Again = signal.AgainSame
		return nil
	}
	seals, err := g.heldSeals(&held, a.Sealed, master)
	if err != nil {
		return err
	}
	if r.Erased = seals.erased(held.Sealed); held.Repeats(&a.Signal, a.Then, g.moment) && seals.alike(held.Sealed) {
		r.Again = signal.AgainSame
		return nil
	}
	events, err := g.signalEvents(g.scope.Tenant, held.ID, held.Triage.Version)
	if err != nil {
		return err
	}
	var changes []signal.Change
	if r.Again, changes, err = signal.CameAgain(events, a.Signal, seals.alike, a.Then, g.moment); err != nil || len(changes) == 0 {
		return err
	}
	entry, err := g.revise(&held, events, changes, seals, master)
	r.Revised = int64(entry)
	return err
}

// revise records the changes by which a later version comes, with what is sealed of it.
func (g *reception) revise(held *signal.Signal, events []signal.Event, changes []signal.Change, seals *heldSeals, master *masterKey) (int64, error) {
	body, folded := record.Signal{}, signal.Signal{}
	for i, change := range changes {
		if c, ok := change.(signal.Revised); ok {
			var err error
			if c.Signal.Sealed, body.Seals, err = g.sealAgain(held, seals, master); err != nil {
				return 0, err
			}
			change = c
		}
		event, next, err := signal.Next(events, g.moment, string(g.scope.Viewer.Account), change)
		if err != nil {
			return 0, err
		}
		events, folded = append(events, event), next
		if i == 0 {
			body.Event = event
		} else {
			body.Then = append(body.Then, event)
		}
	}
	body.Next = g.due(&folded)
	entry, err := g.appendSignal(g.scope, record.SignalChanged, held.ID, body)
	return int64(entry.Position), err
}

// heldSeals compares texts that come to be sealed with those that are sealed with a held
// signal. The texts are opened one by one in memory, for nobody to read: no trace of
// them is kept beside their seals, not even a digest, which would outlive an erasure.
type heldSeals struct {
	came   []SealedText
	master *masterKey
	rows   map[string]heldSeal // by reference
	texts  map[string]string   // those that were opened
	failed error
}

// heldSeals reads what is sealed with a signal, where something comes to be compared with it.
func (g *reception) heldSeals(held *signal.Signal, came []SealedText, master *masterKey) (*heldSeals, error) {
	h := &heldSeals{came: came, master: master, rows: map[string]heldSeal{}, texts: map[string]string{}}
	if len(came) == 0 {
		return h, nil
	}
	rows, err := g.tx.QueryContext(g.ctx, "SELECT ref, text, wrapped FROM sealed WHERE tenant = $1 AND signal = $2", g.scope.Tenant, held.ID)
	_, err = collect(g.store.engine, rows, err, "read what is sealed with a signal", func(r *sql.Rows) (struct{}, error) {
		row := heldSeal{tenant: g.scope.Tenant, signal: held.ID}
		var ref string
		err := r.Scan(&ref, &row.text, &row.wrapped)
		h.rows[ref] = row
		return struct{}{}, err
	})
	if err != nil {
		return nil, err
	}
	for _, part := range held.Sealed { // a text that can't be opened stops the load before anything is decided
		h.text(part.Ref)
	}
	return h, h.failed
}

// text is a sealed text; ok is whether its key is there.
func (h *heldSeals) text(ref string) (text string, ok bool) {
	if text, ok = h.texts[ref]; ok {
		return text, true
	}
	row, held := h.rows[ref]
	if !held || row.wrapped == nil {
		return "", false
	}
	text, err := openSealed(h.master, row, ref)
	if err != nil {
		h.failed = cmp.Or(h.failed, err)
		return "", false
	}
	h.texts[ref] = text
	return text, true
}

// matched is the part among parts to which each text that came corresponds: the first, the
// second … of its purpose; nil where there is none.
func (h *heldSeals) matched(parts []signal.SealedPart) []*signal.SealedPart {
	out, taken := make([]*signal.SealedPart, len(h.came)), map[string]bool{}
	for i, t := range h.came {
		if k := slices.IndexFunc(parts, func(p signal.SealedPart) bool { return p.Purpose == t.Purpose && !taken[p.Ref] }); k >= 0 {
			out[i], taken[parts[k].Ref] = &parts[k], true
		}
	}
	return out
}

// alike reports whether nothing that came differs from the parts. A text whose key was
// destroyed can't be compared, and isn't taken again: it counts as alike.
func (h *heldSeals) alike(parts []signal.SealedPart) bool {
	for i, part := range h.matched(parts) {
		if part == nil {
			return false
		}
		if text, open := h.text(part.Ref); open && text != h.came[i].Text {
			return false
		}
	}
	return true
}

// erased reports whether something came of which the key was destroyed.
func (h *heldSeals) erased(parts []signal.SealedPart) bool {
	return slices.ContainsFunc(h.matched(parts), func(p *signal.SealedPart) bool {
		if p == nil {
			return false
		}
		_, open := h.text(p.Ref)
		return !open
	})
}

// sealAgain seals what differs of a later version, and gives all its parts: those that are
// new and, of what didn't change or didn't come, those that are held.
func (g *reception) sealAgain(held *signal.Signal, seals *heldSeals, master *masterKey) ([]signal.SealedPart, []record.Seal, error) {
	parts, after := slices.Clone(held.Sealed), signal.Signal{ID: held.ID}
	var fresh []record.Seal
	for i, part := range seals.matched(held.Sealed) {
		if part != nil {
			if text, open := seals.text(part.Ref); !open || text == seals.came[i].Text {
				continue
			}
			parts = slices.DeleteFunc(parts, func(p signal.SealedPart) bool { return p.Ref == part.Ref })
		}
		sealed, err := g.seal(g.scope.Tenant, &after, seals.came[i:i+1], master)
		if err != nil {
			return nil, nil, err
		}
		fresh = append(fresh, sealed...)
	}
	return append(parts, after.Sealed...), fresh, nil
}
