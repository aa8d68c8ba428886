package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"candour/internal/access"
	"candour/internal/org"
)

// PeerRoles is the role of every organisation as of the scope's position, whatever
// the purview: it decides who is compared with whom. It goes with Peers: the
// caller must not name an organisation that the scope can't see.
func (s *Store) PeerRoles(ctx context.Context, sc access.Scope) (map[org.Code]org.Role, error) {
	return s.roles(ctx, holds("o", "$1"), position(sc))
}

// LastSight is when the scope's viewer was last shown, for the first time, a thing
// whose name begins with prefix, before a moment; ok is false when never. Pages
// record a look as a thing of its day ("watch-list/2026-11-23"), so this is the
// day on which somebody last looked.
func (s *Store) LastSight(ctx context.Context, sc access.Scope, prefix string, before time.Time) (when time.Time, ok bool, err error) {
	var last instant
	err = s.read.QueryRowContext(ctx, `SELECT h.at FROM shown h WHERE h.from_pos <= $1 AND h.tenant = $2 AND h.account = $3
		AND h.thing >= $4 AND h.thing < $5 AND h.at < $6 ORDER BY h.at DESC LIMIT 1`,
		position(sc), sc.Tenant, sc.Viewer.Account, prefix, prefix+"\x7f", at(before)).Scan(&last)
	if errors.Is(err, sql.ErrNoRows) {
		return when, false, nil
	}
	return last.Time, err == nil, s.engine.fault(err, "read the last sight")
}
