package store

import (
	"context"
	"database/sql"
	"errors"

	"candour/internal/access"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/org"
)

// WhoseRows is the organisation whose value came from these rows of a delivery's
// file, among those that the scope may see with their counts. For anybody else's rows,
// and rows that gave no value, the fault is NotFound.
func (s *Store) WhoseRows(ctx context.Context, sc access.Scope, id delivery.ID, sheet, rows string) (org.Code, error) {
	var code org.Code
	err := sql.ErrNoRows
	if s.guard(sc) == nil { // a row of a file holds small numbers as they are
		err = s.read.QueryRowContext(ctx, "SELECT b.org FROM observation b WHERE b.delivery = $3 AND b.sheet = $4 AND b.file_rows = $5 AND b.from_pos <= $1 AND "+
			mine(sc, "b.tenant", "$2")+" AND "+visible(sc, "b.org", "$2", "$1")+" ORDER BY b.org LIMIT 1", position(sc), sc.Tenant, id, sheet, rows).Scan(&code)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return "", fault.New(fault.NotFound, "no value of a provider of yours came from row %s of delivery %s", rows, id)
	}
	return code, s.engine.fault(err, "find whose row of a file it is")
}
