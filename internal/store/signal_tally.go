package store

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"candour/internal/access"
)

// The inbox says how many signals lie in each pile, of which due by an instant, on
// every page. Counting a hundred thousand takes too long, so they are kept counted:
// by pile, whether they have an outcome, and the UTC day of the clock that is due
// first (of the outcome, for those done). A count up to an instant is then the days
// before it, and the signals of its own day.

// lying is what a signal is counted by.
type lying struct {
	tenant, pile, outcome string
	due, settled          time.Time
	confined              bool // not kept counted: the count is not everybody's
}

type tallyKey struct {
	tenant, pile string
	triaged      int
	day          string
}

func (l lying) key() tallyKey {
	k := tallyKey{tenant: l.tenant, pile: l.pile, triaged: bit(l.outcome != "")}
	switch {
	case l.pile == PileDone:
		k.day = utcDay(l.settled)
	case l.pile == PileToDo:
		k.day = utcDay(l.due)
	}
	return k
}

// utcDay is the day of an instant as it is stored, so that it sorts with instants.
func utcDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// tally is by how much counts change.
type tally map[tallyKey]int

func (t tally) add(l lying, n int) {
	if !l.confined {
		t[l.key()] += n
	}
}

// store adds the changes to what is kept. A count of nought leaves no row, so that
// a rebuild gives the same rows.
func (t tally) store(p *projection) error {
	w := &Writer{ctx: p.ctx, store: p.store, tx: p.tx, stmts: p.stmts}
	keys := slices.SortedFunc(maps.Keys(t), func(a, b tallyKey) int {
		return cmp.Or(cmp.Compare(a.tenant, b.tenant), cmp.Compare(a.pile, b.pile), cmp.Compare(a.triaged, b.triaged), cmp.Compare(a.day, b.day))
	})
	for _, k := range keys {
		if t[k] == 0 {
			continue
		}
		if err := w.exec("count the signal", `INSERT INTO signal_tally (tenant, pile, triaged, day, n) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (tenant, pile, triaged, day) DO UPDATE SET n = signal_tally.n + excluded.n`, k.tenant, k.pile, k.triaged, k.day, t[k]); err != nil {
			return err
		}
		if t[k] > 0 {
			continue
		}
		if err := w.exec("count the signal", "DELETE FROM signal_tally WHERE tenant = $1 AND pile = $2 AND triaged = $3 AND day = $4 AND n = 0",
			k.tenant, k.pile, k.triaged, k.day); err != nil {
			return err
		}
	}
	return nil
}

// tallied reports whether the kept counts are those of the scope: now, of one
// commissioner, all of whose signals the viewer sees.
func tallied(sc access.Scope) bool {
	return !sc.All && !sc.Past() && seesAll(sc)
}

// tallied reports whether the filter chooses by what is kept counted, and by nothing
// else.
func (f *SignalFilter) tallied() bool {
	rest := *f
	rest.Pile, rest.Triaged, rest.Limit, rest.Newest = "", nil, 0, false
	switch f.Pile {
	case PileToDo:
		rest.DueBefore, rest.DueAfter = time.Time{}, time.Time{}
	case PileDone:
		rest.SettledOn = time.Time{}
	case PileWaiting:
	default:
		return false
	}
	return rest == SignalFilter{}
}

// countTallied counts by what is kept.
func (s *Store) countTallied(ctx context.Context, sc access.Scope, f SignalFilter) (n int, err error) {
	// dueBy is how many are due at or before an instant: those of the days before, and
	// the signals of its own day until then.
	dueBy := func(t time.Time) (int, error) {
		return s.countDays(ctx, sc, &f, "day > '' AND day < $3", "s.due >= $3 AND s.due <= $4", "s.due > '' AND s.due <= $4", utcDay(t), at(t))
	}
	switch {
	case f.Pile == PileDone && !f.SettledOn.IsZero():
		return s.countDays(ctx, sc, &f, "day > $3", "s.outcome_at <> '' AND s.outcome_at >= $4 AND s.outcome_at < $5", "s.outcome_at <> '' AND s.outcome_at >= $4",
			utcDay(f.SettledOn), at(f.SettledOn), utcDay(f.SettledOn.UTC().AddDate(0, 0, 1)))
	case f.DueBefore.IsZero():
		n, err = s.countDays(ctx, sc, &f, "day >= ''", "", "s.pile <> ''")
	default:
		n, err = dueBy(f.DueBefore)
	}
	if err != nil || f.DueAfter.IsZero() {
		return n, err
	}
	early, err := dueBy(f.DueAfter)
	return n - early, err
}

// countDays is what is kept counted of some days, and the signals themselves of a
// part of a day; and of what is confined, of which no counts are kept, those of the
// whole that the viewer may see. The conditions' parameters are $3 and on.
func (s *Store) countDays(ctx context.Context, sc access.Scope, f *SignalFilter, days, part, whole string, args ...any) (n int, err error) {
	triaged, outcome := "", ""
	if f.Triaged != nil {
		triaged = map[bool]string{true: " AND triaged = 1", false: " AND triaged = 0"}[*f.Triaged]
		outcome = map[bool]string{true: " AND s.outcome <> ''", false: " AND s.outcome = ''"}[*f.Triaged]
	}
	args = append([]any{sc.Tenant, f.Pile}, args...)
	of := " + (SELECT COUNT(*) FROM signal s WHERE " + current("s") + " AND s.tenant = $1 AND s.pile = $2 AND "
	query := "SELECT (SELECT COALESCE(SUM(n), 0) FROM signal_tally WHERE tenant = $1 AND pile = $2 AND " + days + triaged + ")" +
		of + "s.readers <> '' AND " + s.opened(sc, "s", binder(&args)) + " AND " + whole + outcome + ")"
	if part != "" {
		query += of + "s.readers = '' AND " + part + outcome + ")"
	}
	err = s.read.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, s.engine.fault(err, "count signals")
}

// SignalsSummary is how many signals the scope may see in each group of the inbox.
type SignalsSummary struct {
	Overdue int // to do, and their time has passed
	Today   int // to do, due until the end of the day
	New     int // to do later, without an outcome
	Later   int // to do later, with an outcome
	Waiting int
	Done    int // with an outcome since the instant asked for, and nothing more to do
}

// ToDo is everything to deal with.
func (c SignalsSummary) ToDo() int { return c.Overdue + c.Today + c.New + c.Later }

// SignalsSummary counts the groups of the inbox at now, the day ending at tonight.
func (s *Store) SignalsSummary(ctx context.Context, sc access.Scope, now, tonight, since time.Time) (c SignalsSummary, err error) {
	if !tallied(sc) {
		return s.summaryCounted(ctx, sc, now, tonight, since)
	}
	yes, no := true, false
	for _, group := range []struct {
		n *int
		f SignalFilter
	}{
		{&c.Overdue, SignalFilter{Pile: PileToDo, DueBefore: now}},
		{&c.Today, SignalFilter{Pile: PileToDo, DueAfter: now, DueBefore: tonight}},
		{&c.New, SignalFilter{Pile: PileToDo, DueAfter: tonight, Triaged: &no}},
		{&c.Later, SignalFilter{Pile: PileToDo, DueAfter: tonight, Triaged: &yes}},
		{&c.Waiting, SignalFilter{Pile: PileWaiting}},
		{&c.Done, SignalFilter{Pile: PileDone, SettledOn: since}},
	} {
		if *group.n, err = s.countTallied(ctx, sc, group.f); err != nil {
			return c, err
		}
	}
	return c, nil
}

// summaryCounted counts the groups one by one, for scopes of which no counts are kept.
func (s *Store) summaryCounted(ctx context.Context, sc access.Scope, now, tonight, since time.Time) (c SignalsSummary, err error) {
	var args []any
	condition := s.heard(sc, "s", &args)
	n := len(args)
	args = append(args, at(now), at(tonight))
	early, late := "$"+strconv.Itoa(n+1), "$"+strconv.Itoa(n+2)
	err = s.read.QueryRowContext(ctx, `SELECT
		COUNT(*) FILTER (WHERE s.pile = 'todo' AND s.due > '' AND s.due <= `+early+`),
		COUNT(*) FILTER (WHERE s.pile = 'todo' AND s.due > `+early+` AND s.due <= `+late+`),
		COUNT(*) FILTER (WHERE s.pile = 'todo' AND (s.due = '' OR s.due > `+late+`) AND s.outcome = ''),
		COUNT(*) FILTER (WHERE s.pile = 'todo' AND (s.due = '' OR s.due > `+late+`) AND s.outcome <> ''),
		COUNT(*) FILTER (WHERE s.pile = 'waiting')
		FROM signal s WHERE s.pile IN ('todo', 'waiting') AND `+condition, args...).Scan(&c.Overdue, &c.Today, &c.New, &c.Later, &c.Waiting)
	if err != nil {
		return c, s.engine.fault(err, "count the inbox")
	}
	c.Done, err = s.CountSignals(ctx, sc, SignalFilter{Pile: PileDone, SettledOn: since})
	return c, err
}
