package store

import (
	"context"
	"database/sql"

	"candour/internal/access"
	"candour/internal/org"
)

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
