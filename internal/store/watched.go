package store

import (
	"context"
	"database/sql"

	"candour/internal/access"
	"candour/internal/org"
)

// FindingIDs is the ids of the findings recorded as holding, sorted. It is asked
// by the watch alone, which sees all tenants; any other viewer gets none.
func (s *Store) FindingIDs(ctx context.Context, sc access.Scope) ([]string, error) {
	if !sc.All {
		return nil, nil
	}
	rows, err := s.read.QueryContext(ctx, "SELECT f.id FROM finding f WHERE "+holds("f", "$1")+" ORDER BY f.id", position(sc))
	return collect(s.engine, rows, err, "list the findings that hold", func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
}

// Roles is the role of every organisation that the scope may see.
func (s *Store) Roles(ctx context.Context, sc access.Scope) (map[org.Code]org.Role, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT o.code, o.role FROM organisation o WHERE "+holds("o", "$1")+" AND "+visible(sc, "o.code", "$2", "$1"), position(sc), sc.Tenant)
	out := map[org.Code]org.Role{}
	_, err = collect(s.engine, rows, err, "read roles", func(r *sql.Rows) (struct{}, error) {
		var code org.Code
		var role org.Role
		err := r.Scan(&code, &role)
		out[code] = role
		return struct{}{}, err
	})
	return out, err
}
