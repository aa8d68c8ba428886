package store

import (
	"context"
	"database/sql"
	"strconv"

	"candour/internal/access"
)

// Codings is the newest signals of the scope's commissioner that a person has given
// an outcome, for what their codes teach; none whose words are sealed, and none for
// viewers who may not see the signals.
func (s *Store) Codings(ctx context.Context, sc access.Scope, limit int) ([]HeldSignal, error) {
	if !may(sc, access.SeeSignals) {
		return nil, nil
	}
	var args []any
	condition := s.heard(sc, "s", &args) + " AND s.readers = ''" // what is learned from them shows to everybody
	args = append(args, limit)
	rows, err := s.read.QueryContext(ctx, heldSignalSelect+condition+" AND s.outcome_at <> '' AND s.outcome <> '' ORDER BY s.outcome_at DESC, s.ref DESC LIMIT $"+strconv.Itoa(len(args)), args...)
	list, err := collect(s.engine, rows, err, "read what was coded", func(r *sql.Rows) (HeldSignal, error) { return scanHeldSignal(r) })
	kept := list[:0]
	for i := range list {
		if !list[i].WordsSealed() {
			kept = append(kept, list[i])
		}
	}
	return kept, err
}
