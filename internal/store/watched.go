package store

import (
	"context"
	"database/sql"

	"candour/internal/access"
	"candour/internal/org"
)

// Roles is the role of every organisation that the scope may see.
func (s *Store) Roles(ctx context.Context, sc access.Scope) (map[org.Code]org.Role, error) {
	return s.roles(ctx, holds("o", "$1")+" AND "+visible(sc, "o.code", "$2", "$1"), position(sc), sc.Tenant)
}

// roles is the role of each organisation o of which a condition holds.
func (s *Store) roles(ctx context.Context, condition string, args ...any) (map[org.Code]org.Role, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT o.code, o.role FROM organisation o WHERE "+condition, args...)
	out := map[org.Code]org.Role{}
	_, err = collect(s.engine, rows, err, "read the roles of organisations", func(r *sql.Rows) (struct{}, error) {
		var code org.Code
		var role org.Role
		err := r.Scan(&code, &role)
		out[code] = role
		return struct{}{}, err
	})
	return out, err
}

// Unwatched is how many deliveries brought values that no recorded run of the watch
// has read: a run that failed, as on a full disk, or was put off.
func (s *Store) Unwatched(ctx context.Context) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM delivery d WHERE d.added + d.superseding > 0 AND d.from_pos >
		COALESCE((SELECT w.read_through FROM watch_run w ORDER BY w.position DESC LIMIT 1), -1)`).Scan(&n)
	return n, s.engine.fault(err, "look for what is not watched yet")
}
