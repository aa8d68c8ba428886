package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
)

// The piles of the inbox.
const (
	PileToDo    = "todo"    // a clock of ours runs, or nobody has read it
	PileWaiting = "waiting" // the next step is another's
	PileDone    = "done"
)

// Arrival is a signal to be recorded, validated and screened already. Its id,
// reference and instant of recording are given by the store.
type Arrival struct {
	Signal signal.Signal
	Origin string // by which the same item is known again; empty is never known again
	Theirs string // the sender's own reference
	Sealed []SealedText
	Then   []signal.Change // what is known of it already, such as the outcome of an item of long ago
}

// SignalReceipt is what whoever gave a signal gets: that it is durable, where.
type SignalReceipt struct {
	ID        signal.ID `json:"id"`
	Reference string    `json:"reference"`
	Position  int64     `json:"position"` // of its entry in the memory
	Recorded  time.Time `json:"recorded"`
	Known     bool      `json:"known,omitempty"` // the same item was received before; this is its receipt
}

// NextDue is the running clock of a signal that is due first; zero when none runs.
type NextDue func(*signal.Signal) record.Due

// ReceiveSignals records signals for the scope's commissioner, all or none, and
// returns once they are durable. The same origin twice gives the first's receipt.
func (s *Store) ReceiveSignals(ctx context.Context, sc access.Scope, due NextDue, list ...Arrival) (receipts []SignalReceipt, err error) {
	if sc.Tenant == "" || sc.Past() {
		return nil, fault.New(fault.Invalid, "a signal is recorded for one commissioner, now")
	}
	master, err := s.masterKey(ctx, anySealed(list))
	if err != nil {
		return nil, err
	}
	err = s.Change(ctx, func(w *Writer) error {
		receipts, err = w.receiveAll(sc, due, list, master)
		return err
	})
	if err != nil {
		return nil, err
	}
	return receipts, nil
}

// anySealed reports whether something of the list is to be sealed.
func anySealed(list []Arrival) bool {
	return slices.ContainsFunc(list, func(a Arrival) bool { return len(a.Sealed) > 0 })
}

// receiveAll records signals in order.
func (w *Writer) receiveAll(sc access.Scope, due NextDue, list []Arrival, master *masterKey) ([]SignalReceipt, error) {
	receipts := make([]SignalReceipt, 0, len(list))
	for i := range list {
		r, err := w.receive(sc, due, &list[i], master)
		if err != nil {
			return nil, err
		}
		receipts = append(receipts, r)
	}
	return receipts, nil
}

// receive records one signal.
func (w *Writer) receive(sc access.Scope, due NextDue, a *Arrival, master *masterKey) (r SignalReceipt, err error) {
	if a.Origin != "" {
		var when instant
		err := w.scan(`SELECT s.id, s.ref, n.position, n.instant FROM signal s JOIN entry n ON n.tenant = s.tenant AND n.stream = 'signal/' || s.id AND n.number = 1
			WHERE s.tenant = $1 AND s.origin = $2 AND s.until_pos = $3`, []any{sc.Tenant, a.Origin, open}, &r.ID, &r.Reference, &r.Position, &when)
		if err == nil {
			r.Recorded, r.Known = when.Time, true
			return r, nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return r, w.store.engine.fault(err, "look for the same signal")
		}
	}
	got := a.Signal
	if err := w.name(sc.Tenant, &got); err != nil {
		return r, err
	}
	body := record.Signal{Origin: a.Origin, Theirs: a.Theirs}
	if body.Seals, err = w.seal(sc.Tenant, &got, a.Sealed, master); err != nil {
		return r, err
	}
	by := string(sc.Viewer.Account)
	body.Event = signal.Event{Number: 1, At: w.moment, By: by, Change: signal.Received{Signal: got}}
	var folded signal.Signal
	if err := folded.Apply(body.Event); err != nil {
		return r, err
	}
	body.Next = due(&folded)
	entry, err := w.appendSignal(sc, record.SignalReceived, got.ID, body)
	if err != nil {
		return r, err
	}
	for _, change := range a.Then {
		next := record.Signal{Event: signal.Event{Number: folded.Triage.Version + 1, At: w.moment, By: by, Change: change}}
		if err := folded.Apply(next.Event); err != nil {
			return r, err
		}
		next.Next = due(&folded)
		if _, err := w.appendSignal(sc, record.SignalChanged, got.ID, next); err != nil {
			return r, err
		}
	}
	return SignalReceipt{ID: got.ID, Reference: got.Reference, Position: int64(entry.Position), Recorded: w.moment}, nil
}

// name gives a signal its reference (kind, year of receipt, number within both)
// and its id, which is the reference beside the commissioner's code.
func (w *Writer) name(tenant org.Code, s *signal.Signal) error {
	year, _, _ := calendar.DateOf(s.Received).YMD()
	prefix, serial := s.Kind.Prefix(), 0
	if err := w.scan("SELECT COALESCE(MAX(serial), 0) + 1 FROM signal WHERE tenant = $1 AND prefix = $2 AND ref_year = $3",
		[]any{tenant, prefix, year}, &serial); err != nil {
		return w.store.engine.fault(err, "number the signal")
	}
	s.Reference = fmt.Sprintf("%s-%d-%d", prefix, year, serial)
	s.ID = signal.ID(string(tenant) + "." + s.Reference)
	s.Recorded = w.moment
	return nil
}

func (w *Writer) appendSignal(sc access.Scope, kind record.Kind, id signal.ID, body record.Signal) (ledger.Entry, error) {
	e, err := record.New(kind, signalStream(id), sc.Tenant, sc.Viewer.Account, body)
	if err != nil {
		return ledger.Entry{}, err
	}
	return w.Append(e)
}

func signalStream(id signal.ID) string { return "signal/" + string(id) }

// ChangeSignal records changes of one signal that the scope may see, in order, as
// one. version is the number of the last event that whoever changes it has seen: a
// signal that was changed meanwhile is a conflict, and nothing is done.
func (s *Store) ChangeSignal(ctx context.Context, sc access.Scope, due NextDue, ref string, version int, changes ...signal.Change) (h HeldSignal, err error) {
	if sc.Past() {
		return h, fault.New(fault.Conflict, "nothing can be changed in the past")
	}
	err = s.Change(ctx, func(w *Writer) error {
		if h, err = s.signalIn(w.ctx, w.tx, sc, ref); err != nil {
			return err
		}
		if h.Triage.Version != version {
			return fault.New(fault.Conflict, "somebody else has changed %s since you opened it; look at it again before you change it", ref)
		}
		events, err := w.signalEvents(h.Tenant, h.ID, version)
		if err != nil {
			return err
		}
		for _, change := range changes {
			event, folded, err := signal.Next(events, w.moment, string(sc.Viewer.Account), change)
			if err != nil {
				return err
			}
			events = append(events, event)
			if _, err := w.appendSignal(access.Scope{Viewer: sc.Viewer, Tenant: h.Tenant}, record.SignalChanged, h.ID, record.Signal{Event: event, Next: due(&folded)}); err != nil {
				return err
			}
		}
		h, err = s.signalIn(w.ctx, w.tx, sc, ref)
		return err
	})
	return h, err
}

// signalEvents is the events of a signal up to a number, as the ledger has them.
func (w *Writer) signalEvents(tenant org.Code, id signal.ID, upTo int) ([]signal.Event, error) {
	return signalEventsIn(w.ctx, w.store.engine, w.tx, tenant, id, upTo)
}

func signalEventsIn(ctx context.Context, e engine, q querier, tenant org.Code, id signal.ID, upTo int) ([]signal.Event, error) {
	rows, err := q.QueryContext(ctx, `SELECT y.body FROM entry n JOIN entry_body y ON y.position = n.position
		WHERE n.tenant = $1 AND n.stream = $2 AND n.kind IN ('signal.received', 'signal.changed') AND y.body IS NOT NULL ORDER BY n.number`, tenant, signalStream(id))
	events, err := collect(e, rows, err, "read the events of a signal", func(r *sql.Rows) (signal.Event, error) {
		var body []byte
		var typed record.Signal
		if err := r.Scan(&body); err != nil {
			return signal.Event{}, err
		}
		err := json.Unmarshal(body, &typed)
		return typed.Event, fault.Wrap(fault.Damaged, err, "an event of a signal can't be read")
	})
	if err != nil {
		return nil, err
	}
	return events[:min(upTo, len(events))], nil
}

var signalColumns = []string{
	"tenant", "ref", "id", "prefix", "ref_year", "serial", "origin", "theirs", "kind", "provider", "ward", "theme", "severity", "practice", "raised_by",
	"received", "title", "state", "outcome", "outcome_at", "assigned", "pile", "due", "due_name", "unresolved", "sealed", "channel", "severe",
	"event_month", "received_month", "event", "duplicate_of", "site", "service", "source_token", "themes", "event_day", "counts", "veiled", "version", "body",
}

// projectSignal folds one event into the signal's row.
func projectSignal(p *projection, e ledger.Entry, b record.Signal) error {
	tenant := org.Code(e.Tenant)
	if r, first := b.Event.Change.(signal.Received); first {
		var s signal.Signal
		if err := s.Apply(b.Event); err != nil {
			return err
		}
		return p.putSignal(e, &s, b, string(e.Actor), r.Signal.Reference)
	}
	id := signal.ID(strings.TrimPrefix(e.Stream, "signal/"))
	var text, raisedBy, ref string
	if err := p.tx.QueryRowContext(p.ctx, "SELECT ref, raised_by, origin, theirs, body FROM signal WHERE tenant = $1 AND ref = $2 AND until_pos = $3",
		tenant, strings.TrimPrefix(string(id), e.Tenant+"."), open).Scan(&ref, &raisedBy, &b.Origin, &b.Theirs, &text); err != nil {
		return p.store.engine.fault(err, "read the signal")
	}
	var s signal.Signal
	if _, undo := b.Event.Change.(signal.Undone); undo {
		events, err := signalEventsIn(p.ctx, p.store.engine, p.tx, tenant, id, b.Event.Number)
		if err != nil {
			return err
		}
		if s, err = signal.Fold(events); err != nil {
			return err
		}
	} else {
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			return fault.Wrap(fault.Damaged, err, "the signal %s can't be read", ref)
		}
		if err := s.Apply(b.Event); err != nil {
			return err
		}
	}
	if err := p.end("signal", e, "tenant = $3 AND ref = $4", tenant, ref); err != nil {
		return err
	}
	return p.putSignal(e, &s, b, raisedBy, ref)
}

// putSignal adds the row of a version. The reference stays what it was at receipt,
// also when the signal turns out to be of another kind.
func (p *projection) putSignal(e ledger.Entry, s *signal.Signal, b record.Signal, raisedBy, ref string) error {
	parts := strings.SplitN(ref, "-", 3)
	var year, serial int
	if len(parts) == 3 {
		if _, err := fmt.Sscanf(parts[1]+" "+parts[2], "%d %d", &year, &serial); err != nil {
			return fault.Wrap(fault.Damaged, err, "the reference %q can't be read", ref)
		}
	}
	s.Reference = ref
	body, err := json.Marshal(s)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "write the signal")
	}
	channel, month := "", calendar.Period{}
	if c, ok := s.Channel(); ok && s.Counts() && s.Kind.Warns() {
		channel = string(c)
	}
	day, _ := s.EventDay()
	month = monthOf(day)
	t := &s.Triage
	stmt, err := p.stmts.prepare(p.ctx, p.tx, insertSignal)
	if err != nil {
		return p.store.engine.fault(err, "prepare a signal")
	}
	_, err = stmt.ExecContext(p.ctx,
		e.Tenant, ref, s.ID, parts[0], year, serial, b.Origin, b.Theirs, s.Kind, s.Place.Provider, s.Place.Ward, s.OpenTheme(), int(s.Level()),
		s.Source.Organisation, raisedBy, at(s.Received), s.Title, t.State, t.Outcome, at(t.OutcomeAt), t.Assigned, pileOf(s, b.Next),
		at(b.Next.At), b.Next.Name, bit(t.Unresolved()), bit(len(s.Sealed) > 0), channel, bit(s.Level().Severe()),
		month.String(), monthOf(calendar.DateOf(s.Received)).String(), t.Event, t.DuplicateOf,
		s.Place.Site, s.Place.Service, s.Source.Token, strings.Join(s.AllThemes(), ","), day.String(), bit(s.Counts() && s.Kind.Warns()), bit(s.Veiled()), t.Version, string(body), int64(e.Position), open)
	return p.store.engine.fault(err, "store a signal")
}

// insertSignal adds one row; unlike other projections it is run thousands of times
// in one transaction.
var insertSignal = insertText("signal", append(slices.Clone(signalColumns), "from_pos", "until_pos"), 1)

func monthOf(d calendar.Date) calendar.Period {
	y, m, _ := d.YMD()
	return calendar.NewMonth(y, m)
}

// pileOf is where the signal lies in the inbox.
func pileOf(s *signal.Signal, next record.Due) string {
	t := &s.Triage
	switch {
	case t.Withdrawn != "" || s.Kind.Closed(t.State) && !t.Unresolved():
		return PileDone
	case t.Outcome == "" || t.Unresolved():
		return PileToDo
	case t.Outcome == signal.OutcomeQuestion || t.Outcome == signal.OutcomeReferred || t.State == "with_provider":
		return PileWaiting
	case !next.At.IsZero():
		return PileToDo
	}
	return PileDone
}
