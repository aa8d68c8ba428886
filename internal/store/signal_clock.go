package store

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"candour/internal/access"
	"candour/internal/org"
)

// HeldByDue is the signals that the scope may see and that are not dealt with,
// whose next clock is due after one instant and at or before another, what is due
// first, first; after is the place of the last one seen. They are given in full,
// so that each of their clocks can be worked out.
func (s *Store) HeldByDue(ctx context.Context, sc access.Scope, from, to time.Time, after SignalKey, limit int) ([]HeldSignal, error) {
	var args []any
	condition := s.heard(sc, "s", &args)
	n := len(args)
	args = append(args, at(from), at(to), at(after.At), after.Ref, limit)
	p := func(i int) string { return "$" + strconv.Itoa(n+i) }
	rows, err := s.read.QueryContext(ctx, heldSignalSelect+condition+" AND s.pile IN ('todo', 'waiting') AND s.due > '' AND s.due > "+p(1)+" AND s.due <= "+p(2)+
		" AND (s.due, s.ref) > ("+p(3)+", "+p(4)+") ORDER BY s.due, s.ref LIMIT "+p(5), args...)
	return collect(s.engine, rows, err, "list what is due", func(r *sql.Rows) (HeldSignal, error) { return scanHeldSignal(r) })
}

// HeldSoon is the signals that the scope may see and that are not dealt with, of which
// no clock is overdue at now and one is due soon, what is due first, first; after is
// the place of the last one seen.
func (s *Store) HeldSoon(ctx context.Context, sc access.Scope, now time.Time, after SignalKey, limit int) ([]HeldSignal, error) {
	condition, args := s.soon(sc, now)
	bind := binder(&args)
	rows, err := s.read.QueryContext(ctx, heldSignalSelect+condition+" AND (s.due, s.ref) > ("+bind(at(after.At))+", "+bind(after.Ref)+") ORDER BY s.due, s.ref LIMIT "+bind(limit), args...)
	return collect(s.engine, rows, err, "list what is due soon", func(r *sql.Rows) (HeldSignal, error) { return scanHeldSignal(r) })
}

// CountSoon is how many signals HeldSoon has in all.
func (s *Store) CountSoon(ctx context.Context, sc access.Scope, now time.Time) (count int, err error) {
	condition, args := s.soon(sc, now)
	err = s.read.QueryRowContext(ctx, "SELECT COUNT(*) FROM signal s WHERE "+condition, args...).Scan(&count)
	return count, s.engine.fault(err, "count what is due soon")
}

func (s *Store) soon(sc access.Scope, now time.Time) (string, []any) {
	var args []any
	condition := s.heard(sc, "s", &args)
	mark := binder(&args)(at(now))
	return condition + " AND s.pile IN ('todo', 'waiting') AND s.due > '' AND s.due > " + mark + " AND s.warns <> '' AND s.warns <= " + mark, args
}

// CountDue is how many signals HeldByDue has in all.
func (s *Store) CountDue(ctx context.Context, sc access.Scope, from, to time.Time) (count int, err error) {
	var args []any
	condition := s.heard(sc, "s", &args)
	n := len(args)
	args = append(args, at(from), at(to))
	err = s.read.QueryRowContext(ctx, "SELECT COUNT(*) FROM signal s WHERE "+condition+" AND s.pile IN ('todo', 'waiting') AND s.due > '' AND s.due > $"+
		strconv.Itoa(n+1)+" AND s.due <= $"+strconv.Itoa(n+2), args...).Scan(&count)
	return count, s.engine.fault(err, "count what is due")
}

// ProviderDue is how many signals about a provider have a clock that is over, and how
// many more one that is due by the end of a stretch.
type ProviderDue struct{ Over, Soon int }

// DueByProvider counts the signals to deal with that the scope may see by the provider
// that they are about: those whose next clock is over at now, and those of which it is
// due before an instant. Providers without any are not in it; signals about none are
// under "".
func (s *Store) DueByProvider(ctx context.Context, sc access.Scope, now, before time.Time) (map[org.Code]ProviderDue, error) {
	condition, args := s.dueByProvider(sc, now, before)
	rows, err := s.read.QueryContext(ctx, condition, args...)
	out := map[org.Code]ProviderDue{}
	_, err = collect(s.engine, rows, err, "count what is due by provider", func(r *sql.Rows) (struct{}, error) {
		var code org.Code
		var d ProviderDue
		err := r.Scan(&code, &d.Over, &d.Soon)
		out[code] = d
		return struct{}{}, err
	})
	return out, err
}

func (s *Store) dueByProvider(sc access.Scope, now, before time.Time) (string, []any) {
	var args []any
	condition := s.heard(sc, "s", &args)
	bind := binder(&args)
	over := "s.due <= " + bind(at(now))
	return "SELECT s.provider, COUNT(*) FILTER (WHERE " + over + "), COUNT(*) FILTER (WHERE NOT " + over + ") FROM signal s WHERE " + condition +
		" AND s.pile = 'todo' AND s.due > '' AND s.due < " + bind(at(before)) + " GROUP BY s.provider", args
}

// ComplaintsReceived is the complaints not dealt with that the scope may see and
// that were received from one instant on and before another, oldest first, after a
// place in that order: those whose long stop is near, which need not be the clock that
// is due first.
func (s *Store) ComplaintsReceived(ctx context.Context, sc access.Scope, from, before time.Time, after SignalKey, limit int) ([]HeldSignal, error) {
	var args []any
	condition := s.heard(sc, "s", &args)
	n := len(args)
	args = append(args, at(from), at(before), at(after.At), after.Ref, limit)
	rows, err := s.read.QueryContext(ctx, heldSignalSelect+condition+" AND s.kind = 'complaint' AND s.pile IN ('todo', 'waiting') AND s.received >= $"+strconv.Itoa(n+1)+
		" AND s.received < $"+strconv.Itoa(n+2)+" AND (s.received, s.ref) > ($"+strconv.Itoa(n+3)+", $"+strconv.Itoa(n+4)+") ORDER BY s.received, s.ref LIMIT $"+strconv.Itoa(n+5), args...)
	return collect(s.engine, rows, err, "list old complaints", func(r *sql.Rows) (HeldSignal, error) { return scanHeldSignal(r) })
}
