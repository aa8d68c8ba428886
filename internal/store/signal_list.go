package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/signal"
)

// HeldSignal is a signal as of the scope's position, with what lists and pages
// need beside it.
type HeldSignal struct {
	signal.Signal
	Tenant   org.Code
	RaisedBy access.AccountID // who recorded it
	Theirs   string           // the sender's own reference
	Pile     string           // PileToDo, PileWaiting or PileDone
	Due      time.Time        // of the clock that is due first; zero when none runs
	DueName  string
	Position int64 // entry of its last event
}

// SignalLine is one line of a list.
type SignalLine struct {
	Ref      string
	Kind     signal.Kind
	Title    string
	Provider org.Code
	Ward     string
	Theme    string
	Severity signal.Severity
	Practice org.Code
	Received time.Time
	State    signal.State
	Outcome  signal.Outcome
	Assigned string
	Pile     string
	Due      time.Time
	DueName  string
	Sealed   bool
	Version  int
}

const (
	heldSignalColumns = "SELECT s.tenant, s.raised_by, s.theirs, s.pile, s.due, s.due_name, s.from_pos, s.body FROM "
	heldSignalSelect  = heldSignalColumns + "signal s WHERE "
)

func scanHeldSignal(r interface{ Scan(...any) error }) (h HeldSignal, err error) {
	var due instant
	var body string
	if err = r.Scan(&h.Tenant, &h.RaisedBy, &h.Theirs, &h.Pile, &due, &h.DueName, &h.Position, &body); err != nil {
		return h, err
	}
	h.Due = due.Time
	err = fault.Wrap(fault.Damaged, json.Unmarshal([]byte(body), &h.Signal), "a signal can't be read")
	h.Veil()
	return h, err
}

// Signal is one signal that the scope may see, by its reference.
func (s *Store) Signal(ctx context.Context, sc access.Scope, ref string) (HeldSignal, error) {
	return s.signalIn(ctx, s.read, sc, ref)
}

func (s *Store) signalIn(ctx context.Context, q querier, sc access.Scope, ref string) (HeldSignal, error) {
	args := []any{ref}
	h, err := scanHeldSignal(q.QueryRowContext(ctx, heldSignalSelect+"s.ref = $1 AND "+s.heard(sc, "s", &args), args...))
	if errors.Is(err, sql.ErrNoRows) {
		return h, fault.New(fault.NotFound, "no signal %q is held that you may see", ref)
	}
	return h, s.engine.fault(err, "read a signal")
}

// SignalHistory is the events of a signal that the scope may see, oldest first.
func (s *Store) SignalHistory(ctx context.Context, sc access.Scope, ref string) ([]signal.Event, error) {
	h, err := s.Signal(ctx, sc, ref)
	if err != nil {
		return nil, err
	}
	events, err := signalEventsIn(ctx, s.engine, s.read, h.Tenant, h.ID, h.Triage.Version)
	return signal.VeilEvents(events), err
}

// SignalFilter chooses signals. Empty fields choose all.
type SignalFilter struct {
	Pile      string
	Own       bool // only those of the viewer's practices, or recorded by the viewer
	Unread    bool // not opened by the scope's viewer
	Assigned  string
	Kind      signal.Kind
	Provider  org.Code
	Theme     string
	Counted   *CountedReports // only what a count of the concern is made of; nil is all
	DueBefore time.Time       // due at or before
	DueAfter  time.Time       // due after, or nothing due
	Triaged   *bool           // has an outcome, or has none
	SettledOn time.Time       // outcome at or after
	After     SignalKey       // keyset: those after this one in the order of the list
	Limit     int             // nought is 50
	Newest    bool            // newest received first; else what is due first, first

	clock clockPart
}

// clockPart is the part of a list of what is due after an instant that is asked for.
// Each part is one stretch of an index; both together are not.
type clockPart int

const (
	anyClock clockPart = iota
	withoutClock
	withClock
)

// SignalKey is the place of a line in a list.
type SignalKey struct {
	At  time.Time // Due, or Received with Newest
	Ref string
}

// Key is the line's place in a list.
func (l SignalLine) Key(newest bool) SignalKey {
	if newest {
		return SignalKey{l.Received, l.Ref}
	}
	return SignalKey{l.Due, l.Ref}
}

// commonKinds are those of which a region gets tens of thousands. The others have an
// index of their own, signal_rare, which is found by rareKinds: its very condition.
var commonKinds = []signal.Kind{
	signal.KindClinicianConcern, signal.KindComplaint, signal.KindIncident, signal.KindMedia, signal.KindMessage, signal.KindPatientComment, signal.KindPraise,
}

const rareKinds = "s.kind NOT IN ('clinician_concern', 'complaint', 'incident', 'media', 'message', 'patient_comment', 'praise')"

// where is the filter's condition.
func (f *SignalFilter) where(s *Store, sc access.Scope) (string, []any) {
	var args []any
	condition := s.heard(sc, "s", &args)
	bind := binder(&args)
	add := func(chosen bool, column, op string, v any) {
		if chosen {
			condition += " AND " + column + " " + op + " " + bind(v)
		}
	}
	if f.Own && (sc.All || seesAll(sc)) { // others are held to it anyway, and asked twice PostgreSQL tries each for each
		condition += " AND " + own(sc, "s", bind)
	}
	add(f.Pile != "", "s.pile", "=", f.Pile)
	add(f.Assigned != "", "s.assigned <> '' AND s.assigned", "=", f.Assigned)
	add(f.Kind != "", "s.kind", "=", f.Kind)
	if f.Kind != "" && !slices.Contains(commonKinds, f.Kind) {
		condition += " AND " + rareKinds
	}
	add(f.Provider != "", "s.provider", "=", f.Provider)
	add(f.Theme != "", "s.theme", "=", f.Theme)
	if f.Counted != nil {
		condition += f.Counted.where(bind)
	}
	add(!f.SettledOn.IsZero(), "s.outcome_at <> '' AND s.outcome_at", ">=", at(f.SettledOn))
	if f.Unread {
		condition += " AND NOT EXISTS (SELECT 1 FROM shown w WHERE w.account = " + bind(string(sc.Viewer.Account)) + " AND w.tenant = s.tenant AND w.thing = 'signal/' || s.ref)"
	}
	add(!f.DueBefore.IsZero(), "s.due", "<=", at(f.DueBefore))
	switch {
	case f.clock == withoutClock:
		condition += " AND s.due = ''"
	case f.clock == withClock, !f.DueAfter.IsZero() && !f.DueBefore.IsZero():
		condition += " AND s.due > " + bind(at(f.DueAfter))
	case !f.DueBefore.IsZero():
		condition += " AND s.due > ''" // one lower bound, as only one is looked for in an index
	case !f.DueAfter.IsZero():
		condition += " AND (s.due = '' OR s.due > " + bind(at(f.DueAfter)) + ")"
	}
	if f.Triaged != nil {
		condition += map[bool]string{true: " AND s.outcome <> ''", false: " AND s.outcome = ''"}[*f.Triaged]
	}
	if f.After.Ref != "" {
		column, op := "s.due", ">"
		if f.Newest {
			column, op = "s.received", "<"
		}
		condition += " AND (" + column + ", s.ref) " + op + " (" + bind(at(f.After.At)) + ", " + bind(f.After.Ref) + ")"
	}
	return condition, args
}

// Signals is a page of the signals that the scope may see.
func (s *Store) Signals(ctx context.Context, sc access.Scope, f SignalFilter) ([]SignalLine, error) {
	if f.Limit == 0 {
		f.Limit = 50
	}
	if f.DueAfter.IsZero() || f.Newest {
		return s.signalLines(ctx, sc, f)
	}
	var lines []SignalLine
	if f.After.At.IsZero() && f.DueBefore.IsZero() { // what has no clock stands before what has one
		var err error
		f.clock = withoutClock
		if lines, err = s.signalLines(ctx, sc, f); err != nil || len(lines) == f.Limit {
			return lines, err
		}
		f.After = SignalKey{}
	}
	f.clock, f.Limit = withClock, f.Limit-len(lines)
	more, err := s.signalLines(ctx, sc, f)
	return append(lines, more...), err
}

func (s *Store) signalLines(ctx context.Context, sc access.Scope, f SignalFilter) ([]SignalLine, error) {
	condition, args := f.where(s, sc)
	return s.listed(ctx, condition+f.order(sc)+" LIMIT $"+strconv.Itoa(len(args)+1), append(args, f.Limit))
}

// order is the order of the list. The few of one's own are sorted when they are
// found; written as an expression, the order keeps the planner off the index that
// has everybody's.
func (f *SignalFilter) order(sc access.Scope) string {
	few := ""
	if f.Own || !sc.All && !seesAll(sc) {
		few = " || ''"
	}
	if f.Newest {
		return " ORDER BY s.received" + few + " DESC, s.ref DESC"
	}
	return " ORDER BY s.due" + few + ", s.ref"
}

// listed is the lines of a query's end.
func (s *Store) listed(ctx context.Context, end string, args []any) ([]SignalLine, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT s.ref, s.kind, s.title, s.provider, s.ward, s.theme, s.severity, s.practice, s.received, s.state, s.outcome,
		s.assigned, s.pile, s.due, s.due_name, s.sealed, s.version FROM signal s WHERE `+end, args...)
	return collect(s.engine, rows, err, "list signals", func(r *sql.Rows) (l SignalLine, err error) {
		var received, due instant
		var sealed int
		err = r.Scan(&l.Ref, &l.Kind, &l.Title, &l.Provider, &l.Ward, &l.Theme, &l.Severity, &l.Practice, &received, &l.State, &l.Outcome,
			&l.Assigned, &l.Pile, &due, &l.DueName, &sealed, &l.Version)
		l.Received, l.Due, l.Sealed = received.Time, due.Time, sealed != 0
		return l, err
	})
}

// Opened is which of the signals the scope's viewer has opened at its commissioner.
func (s *Store) Opened(ctx context.Context, sc access.Scope, refs ...string) (map[string]bool, error) {
	opened := map[string]bool{}
	if len(refs) == 0 {
		return opened, nil
	}
	args := []any{string(sc.Viewer.Account), sc.Tenant, position(sc)}
	for _, ref := range refs {
		args = append(args, "signal/"+ref)
	}
	rows, err := s.read.QueryContext(ctx, "SELECT w.thing FROM shown w WHERE w.account = $1 AND w.tenant = $2 AND w.from_pos <= $3 AND w.thing IN ("+marks(4, len(refs))+")", args...)
	_, err = collect(s.engine, rows, err, "list what was opened", func(r *sql.Rows) (struct{}, error) {
		var thing string
		err := r.Scan(&thing)
		opened[strings.TrimPrefix(thing, "signal/")] = true
		return struct{}{}, err
	})
	return opened, err
}

// CountSignals is how many signals the filter chooses, without its page.
func (s *Store) CountSignals(ctx context.Context, sc access.Scope, f SignalFilter) (n int, err error) {
	f.After = SignalKey{}
	if tallied(sc) && f.tallied() {
		return s.countTallied(ctx, sc, f)
	}
	condition, args := f.where(s, sc)
	err = s.read.QueryRowContext(ctx, "SELECT COUNT(*) FROM signal s WHERE "+condition, args...).Scan(&n)
	return n, s.engine.fault(err, "count signals")
}

// SignalsHeld is every signal of the scope's commissioner that a filter chooses, in full,
// for exports; with a limit, a page of them in the order of the list.
func (s *Store) SignalsHeld(ctx context.Context, sc access.Scope, f SignalFilter) ([]HeldSignal, error) {
	condition, args := f.where(s, sc)
	end := " ORDER BY s.received, s.ref"
	if f.Limit > 0 {
		args = append(args, f.Limit)
		end = f.order(sc) + " LIMIT $" + strconv.Itoa(len(args))
	}
	rows, err := s.read.QueryContext(ctx, heldSignalSelect+condition+end, args...)
	return collect(s.engine, rows, err, "read signals", func(r *sql.Rows) (HeldSignal, error) { return scanHeldSignal(r) })
}

// SignalsAbove is every signal of the scope's commissioner, in full, that may be a
// fact above any score (R-RISK-4); watch.Overrides says which are. Those under
// embargo are among them: the fact is shown to their readers.
func (s *Store) SignalsAbove(ctx context.Context, sc access.Scope) ([]signal.Signal, error) {
	var args []any
	condition := everySignal(sc, "s", &args)
	rows, err := s.read.QueryContext(ctx, heldSignalSelect+condition+" AND s.above = 1 ORDER BY s.received, s.ref", args...)
	return collect(s.engine, rows, err, "read signals that stand above the score", func(r *sql.Rows) (signal.Signal, error) {
		h, err := scanHeldSignal(r)
		return h.Signal, err
	})
}
