package store

import (
	"context"
	"database/sql"
	"strconv"

	"candour/internal/access"
	"candour/internal/signal"
)

// AwaitingSecondCode is the complaints of the sample of R-HCAT-1 that one person has
// coded and that wait for a second.
type AwaitingSecondCode struct {
	List []SignalLine // those that the viewer may code, oldest first
	N    int          // of those, also beyond the list
	Own  int          // that the viewer coded first: they wait for somebody else
	// Sealed is how many complaints of the sample are left out, because their words are sealed.
	Sealed int
}

// AwaitingSecondCode lists what waits for a second code, for those who triage; none
// for others.
func (s *Store) AwaitingSecondCode(ctx context.Context, sc access.Scope, limit int) (a AwaitingSecondCode, err error) {
	if !may(sc, access.TriageSignal) {
		return a, nil
	}
	query, args := s.countAwaiting(sc)
	if err := s.read.QueryRowContext(ctx, query, args...).Scan(&a.N, &a.Own, &a.Sealed); err != nil {
		return a, s.engine.fault(err, "count what waits for a second code")
	}
	condition, args := s.codings(sc, 1)
	bind := binder(&args)
	condition += " AND s.coded_by <> " + bind(string(sc.Viewer.Account)) + " ORDER BY s.received, s.ref LIMIT " + bind(limit)
	a.List, err = s.listed(ctx, condition, args)
	return a, err
}

// countAwaiting is the query for how many wait, how many of the viewer's own beside them,
// and how many are left out.
func (s *Store) countAwaiting(sc access.Scope) (query string, args []any) {
	waiting, args := s.codings(sc, 1)
	me := binder(&args)(string(sc.Viewer.Account))
	sealed := s.coded(sc, signal.CodingsSealed, &args)
	return "SELECT COUNT(*) FILTER (WHERE s.coded_by <> " + me + "), COUNT(*) FILTER (WHERE s.coded_by = " + me + "), (SELECT COUNT(*) FROM signal s WHERE " + sealed + ") FROM signal s WHERE " + waiting, args
}

// CodedTwice is the complaints of the sample that two people have coded, oldest
// first, for those who triage; none for others.
func (s *Store) CodedTwice(ctx context.Context, sc access.Scope) ([]HeldSignal, error) {
	if !may(sc, access.TriageSignal) {
		return nil, nil
	}
	condition, args := s.codings(sc, 2)
	rows, err := s.read.QueryContext(ctx, heldSignalSelect+condition+" ORDER BY s.received, s.ref", args...)
	return collect(s.engine, rows, err, "list what is coded twice", func(r *sql.Rows) (HeldSignal, error) { return scanHeldSignal(r) })
}

// codings is the condition of complaints of the sample that so many people coded.
func (s *Store) codings(sc access.Scope, people int) (condition string, args []any) {
	condition = s.coded(sc, people, &args)
	return condition, args
}

// coded is codings with parameters after those bound so far. The number stands in the
// text, so that the index of these few is used.
func (s *Store) coded(sc access.Scope, people int, args *[]any) string {
	return s.heard(sc, "s", args) + " AND s.codings <> 0 AND s.codings = " + strconv.Itoa(people)
}
