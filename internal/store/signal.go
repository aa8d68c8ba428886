package store

import (
	"context"
	"database/sql"
	"encoding/json"
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
		if _, _, err := w.alter(sc, due, Alteration{ref, max(version, 1), changes}); err != nil {
			return err
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
	recorded, err := collect(e, rows, err, "read the events of a signal", func(r *sql.Rows) ([]signal.Event, error) {
		var body []byte
		var typed record.Signal
		if err := r.Scan(&body); err != nil {
			return nil, err
		}
		err := json.Unmarshal(body, &typed)
		return typed.Events(), fault.Wrap(fault.Damaged, err, "an event of a signal can't be read")
	})
	if err != nil {
		return nil, err
	}
	events := slices.Concat(recorded...)
	return events[:min(upTo, len(events))], nil
}

var signalColumns = []string{
	"tenant", "ref", "id", "prefix", "ref_year", "serial", "origin", "theirs", "kind", "provider", "ward", "theme", "severity", "practice", "raised_by",
	"received", "title", "state", "outcome", "outcome_at", "assigned", "pile", "due", "due_name", "unresolved", "sealed", "channel", "severe",
	"event_month", "received_month", "event", "duplicate_of", "site", "service", "source_token", "themes", "event_day", "counts", "veiled", "above", "codings", "coded_by", "stepped", "readers", "opens", "warns", "learns", "restated", "version", "body",
	"from_pos", "until_pos",
}

// projectSignal folds what one entry records into the signal's row.
func projectSignal(p *projection, e ledger.Entry, b record.Signal) error {
	row := signalRow{entry: e, recorded: b, raisedBy: e.Actor}
	counts := tally{}
	if _, first := b.Event.Change.(signal.Received); !first {
		if err := p.endSignal(&row, counts); err != nil {
			return err
		}
	}
	if err := row.fold(p); err != nil {
		return err
	}
	return p.putSignals([]*signalRow{&row}, counts)
}

// signalRow is the row of a version of a signal that is being written.
type signalRow struct {
	entry    ledger.Entry
	recorded record.Signal // with origin and sender's reference, which stay those of the receipt
	raisedBy string
	ref      string // that of the receipt, also when the signal turns out to be of another kind
	signal   signal.Signal
	values   []any
	lies     lying
}

// endSignal reads the version that the entry follows, and ends it.
func (p *projection) endSignal(row *signalRow, counts tally) error {
	e, b := row.entry, &row.recorded
	var text string
	var due, outcomeAt instant
	var was lying
	var from int64
	if err := p.tx.QueryRowContext(p.ctx, "SELECT ref, raised_by, origin, theirs, body, pile, due, outcome, outcome_at, readers <> '', from_pos FROM signal WHERE tenant = $1 AND ref = $2 AND "+current("signal"),
		e.Tenant, strings.TrimPrefix(strings.TrimPrefix(e.Stream, "signal/"), e.Tenant+"."),
	).Scan(&row.ref, &row.raisedBy, &b.Origin, &b.Theirs, &text, &was.pile, &due, &was.outcome, &outcomeAt, &was.confined, &from); err != nil {
		return p.store.engine.fault(err, "read the signal")
	}
	was.tenant, was.due, was.settled = e.Tenant, due.Time, outcomeAt.Time
	counts.add(was, -1)
	if err := json.Unmarshal([]byte(text), &row.signal); err != nil {
		return fault.Wrap(fault.Damaged, err, "the signal %s can't be read", row.ref)
	}
	// By its whole key: left to choose, SQLite reads every version that holds.
	return p.end("signal", e, "tenant = $3 AND ref = $4 AND from_pos = $5", e.Tenant, row.ref, from)
}

// fold applies the entry's events to the version before; after an undoing the whole
// history is folded anew.
func (row *signalRow) fold(p *projection) error {
	events := row.recorded.Events()
	if slices.ContainsFunc(events, func(e signal.Event) bool { _, undo := e.Change.(signal.Undone); return undo }) {
		all, err := signalEventsIn(p.ctx, p.store.engine, p.tx, org.Code(row.entry.Tenant), signal.ID(strings.TrimPrefix(row.entry.Stream, "signal/")), events[len(events)-1].Number)
		if err != nil {
			return err
		}
		if row.signal, err = signal.Fold(all); err != nil {
			return err
		}
	} else {
		for _, event := range events {
			if err := row.signal.Apply(event); err != nil {
				return err
			}
		}
	}
	if row.ref == "" {
		row.ref = row.signal.Reference
	}
	return row.write()
}

// write works the columns out.
func (row *signalRow) write() error {
	e, s, b, ref, raisedBy := row.entry, &row.signal, &row.recorded, row.ref, row.raisedBy
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
	row.lies = lying{e.Tenant, pileOf(s, b.Next), string(t.Outcome), b.Next.At, settledAt(s), len(s.Readers) > 0}
	row.values = []any{
		e.Tenant, ref, s.ID, parts[0], year, serial, b.Origin, b.Theirs, s.Kind, s.Place.Provider, s.Place.Ward, s.OpenTheme(), int(s.Level()),
		s.Source.Organisation, raisedBy, at(s.Received), s.Title, t.State, t.Outcome, at(row.lies.settled), t.Assigned, row.lies.pile,
		at(b.Next.At), b.Next.Name, bit(t.Unresolved()), bit(len(s.Sealed) > 0), channel, bit(s.Level().Severe()),
		month.String(), monthOf(calendar.DateOf(s.Received)).String(), t.Event, t.DuplicateOf,
		s.Place.Site, s.Place.Service, s.Source.Token, strings.Join(s.AllThemes(), ","), day.String(), bit(s.Counts() && s.Kind.Warns()), bit(s.Veiled()), bit(s.MayStandAbove()), s.Codings(), t.CodedBy, bit(len(t.StepIns) > 0), namedReaders(s), opensAt(s), at(b.Next.Warns), bit(learnedFrom(s)), bit(len(t.Before)+len(t.Ties) > 0), t.Version, string(body), int64(e.Position), open,
	}
	return nil
}

// putSignals adds the rows of versions, and what they change of the counts.
func (p *projection) putSignals(rows []*signalRow, counts tally) error {
	values := make([][]any, len(rows))
	for i, row := range rows {
		values[i] = row.values
		counts.add(row.lies, 1)
	}
	if err := p.store.engine.insertPrepared(p.ctx, p.tx, p.stmts, "signal", signalColumns, values); err != nil {
		return err
	}
	return counts.store(p)
}

func monthOf(d calendar.Date) calendar.Period {
	y, m, _ := d.YMD()
	return calendar.NewMonth(y, m)
}

// settledAt is when the signal counts as dealt with: at its outcome. One that had its
// outcome when it was recorded was dealt with before it came here, when is not known;
// it counts as of its receipt, and not among what was dealt with this week.
func settledAt(s *signal.Signal) time.Time {
	if t := s.Triage.OutcomeAt; !t.Equal(s.Recorded) {
		return t
	}
	return s.Received
}

// pileOf is where the signal lies in the inbox.
func pileOf(s *signal.Signal, next record.Due) string {
	t := &s.Triage
	switch {
	case t.Withdrawn != "" || s.Kind.Closed(t.State) && !t.Unresolved() && next.At.IsZero():
		return PileDone // closing alone stops no clock: an answer that is owed stays owed
	case t.Outcome == "" || t.Unresolved():
		return PileToDo
	case t.Outcome == signal.OutcomeQuestion || t.Outcome == signal.OutcomeReferred || t.State == "with_provider":
		return PileWaiting
	case !next.At.IsZero():
		return PileToDo
	}
	return PileDone
}
