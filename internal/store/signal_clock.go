package store

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"candour/internal/access"
)

// HeldByDue is the signals that the scope may see and that are not dealt with,
// whose next clock is due after one instant and at or before another, what is due
// first, first; after is the place of the last one seen. They are given in full,
// so that each of their clocks can be worked out.
func (s *Store) HeldByDue(ctx context.Context, sc access.Scope, from, to time.Time, after SignalKey, limit int) ([]HeldSignal, error) {
	var args []any
	condition := heard(sc, "s", &args)
	n := len(args)
	args = append(args, at(from), at(to), at(after.At), after.Ref, limit)
	p := func(i int) string { return "$" + strconv.Itoa(n+i) }
	rows, err := s.read.QueryContext(ctx, heldSignalSelect+condition+" AND s.pile IN ('todo', 'waiting') AND s.due > '' AND s.due > "+p(1)+" AND s.due <= "+p(2)+
		" AND (s.due, s.ref) > ("+p(3)+", "+p(4)+") ORDER BY s.due, s.ref LIMIT "+p(5), args...)
	return collect(s.engine, rows, err, "list what is due", func(r *sql.Rows) (HeldSignal, error) { return scanHeldSignal(r) })
}

// CountDue is how many signals HeldByDue has in all.
func (s *Store) CountDue(ctx context.Context, sc access.Scope, from, to time.Time) (count int, err error) {
	var args []any
	condition := heard(sc, "s", &args)
	n := len(args)
	args = append(args, at(from), at(to))
	err = s.read.QueryRowContext(ctx, "SELECT COUNT(*) FROM signal s WHERE "+condition+" AND s.pile IN ('todo', 'waiting') AND s.due > '' AND s.due > $"+
		strconv.Itoa(n+1)+" AND s.due <= $"+strconv.Itoa(n+2), args...).Scan(&count)
	return count, s.engine.fault(err, "count what is due")
}

// ComplaintsReceived is the complaints not dealt with that the scope may see and
// that were received from one instant on and before another, oldest first: those
// whose long stop is near, which need not be the clock that is due first.
func (s *Store) ComplaintsReceived(ctx context.Context, sc access.Scope, from, before time.Time, limit int) ([]HeldSignal, error) {
	var args []any
	condition := heard(sc, "s", &args)
	n := len(args)
	args = append(args, at(from), at(before), limit)
	rows, err := s.read.QueryContext(ctx, heldSignalSelect+condition+" AND s.kind = 'complaint' AND s.pile IN ('todo', 'waiting') AND s.received >= $"+strconv.Itoa(n+1)+
		" AND s.received < $"+strconv.Itoa(n+2)+" ORDER BY s.received, s.ref LIMIT $"+strconv.Itoa(n+3), args...)
	return collect(s.engine, rows, err, "list old complaints", func(r *sql.Rows) (HeldSignal, error) { return scanHeldSignal(r) })
}
