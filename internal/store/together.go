package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
)

// Alteration is what is to be done to one signal among many.
type Alteration struct {
	Ref     string
	Version int // last event that whoever changes it has seen; 0 is whichever is the last
	Changes []signal.Change
}

// HeldTogether is a change of many signals as it is held.
type HeldTogether struct {
	record.Together
	Tenant   org.Code
	Account  access.AccountID
	At       time.Time
	UndoneBy string // id of the change that took it back; empty is none
}

// ChangeTogether changes many signals of the scope's commissioner: each by events of
// its own, or not at all and with the reason. One that fails touches no other. What
// was done is one more entry, by which the lot can be undone; it and the changes
// are durable together.
func (s *Store) ChangeTogether(ctx context.Context, sc access.Scope, due NextDue, what, undoes string, list ...Alteration) (t record.Together, err error) {
	if sc.Past() || sc.Tenant == "" {
		return t, fault.New(fault.Conflict, "signals are changed for one commissioner, now")
	}
	err = s.Change(ctx, func(w *Writer) error {
		t = record.Together{ID: fmt.Sprintf("T-%d", w.Next()), What: what, Undoes: undoes}
		for _, a := range list {
			var before, after int
			err := w.savepoint(job{ctx: ctx, change: func(w *Writer) (err error) {
				before, after, err = w.alter(sc, due, a)
				return err
			}})
			switch {
			case err == nil && after > before:
				t.Done = append(t.Done, record.TogetherDone{Ref: a.Ref, From: before + 1, To: after})
			case err == nil:
				t.Failed = append(t.Failed, record.TogetherFailed{Ref: a.Ref, Why: "nothing of it was to change"})
			default:
				var refused *fault.Error
				if !errors.As(err, &refused) || refused.Kind == fault.Internal || refused.Kind == fault.Unavailable || refused.Kind == fault.Damaged {
					return err
				}
				t.Failed = append(t.Failed, record.TogetherFailed{Ref: a.Ref, Why: refused.Message})
			}
		}
		e, err := record.New(record.SignalsTogether, "together/"+t.ID, sc.Tenant, sc.Viewer.Account, t)
		if err != nil {
			return err
		}
		_, err = w.Append(e)
		return err
	})
	return t, err
}

// alter changes one signal and gives the numbers of its last events before and after.
func (w *Writer) alter(sc access.Scope, due NextDue, a Alteration) (before, after int, err error) {
	h, err := w.store.signalIn(w.ctx, w.tx, sc, a.Ref)
	if err != nil {
		return 0, 0, err
	}
	before = h.Triage.Version
	if a.Version != 0 && before != a.Version {
		return 0, 0, fault.New(fault.Conflict, "somebody else has changed %s since you opened it; look at it again before you change it", a.Ref)
	}
	events, err := w.signalEvents(h.Tenant, h.ID, before)
	if err != nil {
		return 0, 0, err
	}
	for _, change := range a.Changes {
		if c, ok := change.(signal.MarkedDuplicate); ok && c.Of != "" {
			if err := w.fits(sc, &h, c); err != nil {
				return 0, 0, err
			}
		}
		event, folded, err := signal.Next(events, w.moment, string(sc.Viewer.Account), change)
		if err != nil {
			return 0, 0, err
		}
		events = append(events, event)
		if _, err := w.appendSignal(access.Scope{Viewer: sc.Viewer, Tenant: h.Tenant}, record.SignalChanged, h.ID, record.Signal{Event: event, Next: due(&folded)}); err != nil {
			return 0, 0, err
		}
	}
	return before, len(events), nil
}

// fits reports why a signal can't be marked as the same item as another, which the
// scope must see too.
func (w *Writer) fits(sc access.Scope, h *HeldSignal, c signal.MarkedDuplicate) error {
	tenant, ref, _ := strings.Cut(string(c.Of), ".")
	other, err := w.store.signalIn(w.ctx, w.tx, sc, ref)
	if err == nil && tenant != string(h.Tenant) {
		err = fault.New(fault.NotFound, "no signal %q is held that you may see", ref)
	}
	if err != nil {
		return err
	}
	return c.Fits(&h.Signal, &other.Signal)
}

// UndoTogether takes back a change of many signals by new events: of each signal
// those that the change made, the last first. What was done to them since stays,
// unless it can't stand without what is undone: then that signal is left as it is,
// with the reason. It can be done once.
func (s *Store) UndoTogether(ctx context.Context, sc access.Scope, due NextDue, id, because string) (t record.Together, err error) {
	h, err := s.Together(ctx, sc, id)
	if err != nil {
		return t, err
	}
	if h.UndoneBy != "" {
		return t, fault.New(fault.Conflict, "the change was undone already")
	}
	list := make([]Alteration, len(h.Done))
	for i, d := range h.Done {
		list[i].Ref = d.Ref
		for n := d.To; n >= d.From; n-- {
			list[i].Changes = append(list[i].Changes, signal.Undone{Number: n, Because: because})
		}
	}
	return s.ChangeTogether(ctx, sc, due, "Undone: "+h.What+", because: "+because, id, list...)
}

func projectTogether(p *projection, e ledger.Entry, t record.Together) error {
	body, err := json.Marshal(t)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "write what was changed together")
	}
	return p.insert(e, "together", []string{"id", "tenant", "account", "instant", "undoes", "body"}, t.ID, e.Tenant, e.Actor, at(e.Instant), t.Undoes, string(body))
}

const togetherSelect = `SELECT t.tenant, t.account, t.instant, t.body, COALESCE((SELECT MIN(u.id) FROM together u WHERE u.tenant = t.tenant AND u.undoes = t.id AND u.from_pos <= $1), '')
	FROM together t WHERE t.from_pos <= $1 AND t.tenant = $2`

func scanTogether(r *sql.Rows) (h HeldTogether, err error) {
	var when instant
	var body string
	if err = r.Scan(&h.Tenant, &h.Account, &when, &body, &h.UndoneBy); err != nil {
		return h, err
	}
	h.At = when.Time
	return h, fault.Wrap(fault.Damaged, json.Unmarshal([]byte(body), &h.Together), "what was changed together can't be read")
}

// Together is a change of many signals of the scope's commissioner by its id, for
// those who may see its signals.
func (s *Store) Together(ctx context.Context, sc access.Scope, id string) (h HeldTogether, err error) {
	var list []HeldTogether
	if may(sc, access.SeeSignals) {
		rows, err := s.read.QueryContext(ctx, togetherSelect+" AND t.id = $3", position(sc), sc.Tenant, id)
		if list, err = collect(s.engine, rows, err, "read what was changed together", scanTogether); err != nil {
			return h, err
		}
	}
	if len(list) == 0 {
		return h, fault.New(fault.NotFound, "no change of many signals %q is held that you may see", id)
	}
	return list[0], nil
}

// TogetherLately is the newest changes of many signals at the scope's commissioner.
func (s *Store) TogetherLately(ctx context.Context, sc access.Scope, limit int) ([]HeldTogether, error) {
	if !may(sc, access.SeeSignals) {
		return nil, nil
	}
	rows, err := s.read.QueryContext(ctx, togetherSelect+" ORDER BY t.from_pos DESC LIMIT $3", position(sc), sc.Tenant, limit)
	return collect(s.engine, rows, err, "list what was changed together", scanTogether)
}
