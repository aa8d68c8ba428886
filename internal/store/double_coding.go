package store

import (
	"context"
	"database/sql"
	"strconv"

	"candour/internal/access"
)

// AwaitingSecondCode is the complaints of the sample of R-HCAT-1 that one person has
// coded and that wait for a second.
type AwaitingSecondCode struct {
	List []HeldSignal // those that the viewer may code, oldest first
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
	condition, args := s.codings(sc, 1)
	args = append(args, string(sc.Viewer.Account))
	me := "$" + strconv.Itoa(len(args))
	all := append([]any(nil), args...)
	sealed := s.heard(sc, "s", &all) + " AND s.codings < 0"
	err = s.read.QueryRowContext(ctx, "SELECT COUNT(*) FILTER (WHERE s.coded_by <> "+me+"), COUNT(*) FILTER (WHERE s.coded_by = "+me+"), (SELECT COUNT(*) FROM signal s WHERE "+sealed+") FROM signal s WHERE "+condition, all...).Scan(&a.N, &a.Own, &a.Sealed)
	if err != nil {
		return a, s.engine.fault(err, "count what waits for a second code")
	}
	args = append(args, limit)
	rows, err := s.read.QueryContext(ctx, heldSignalSelect+condition+" AND s.coded_by <> "+me+" ORDER BY s.received, s.ref LIMIT $"+strconv.Itoa(len(args)), args...)
	a.List, err = collect(s.engine, rows, err, "list what waits for a second code", func(r *sql.Rows) (HeldSignal, error) { return scanHeldSignal(r) })
	return a, err
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

// codings is the condition of complaints of the sample that so many people coded. The
// number stands in the text, so that the index of these few is used.
func (s *Store) codings(sc access.Scope, people int) (string, []any) {
	var args []any
	return s.heard(sc, "s", &args) + " AND s.codings > 0 AND s.codings = " + strconv.Itoa(people), args
}
