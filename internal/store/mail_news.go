package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"candour/internal/access"
	"candour/internal/signal"
)

// ConcernNews is a concern of which its raiser is told something else than before.
type ConcernNews struct {
	Ref      string
	RaisedBy access.AccountID
	Told     string // signal.Told now
	news     bool   // signal.News
}

// newsChunk bounds the references that one query names.
const newsChunk = 400

// ConcernNews is the clinicians' concerns of the scope's commissioner whose raiser
// is told something else at the scope's position than at the position after, by
// reference. It reads the entries between, and no more.
func (s *Store) ConcernNews(ctx context.Context, sc access.Scope, after int64) (out []ConcernNews, err error) {
	// The empty text beside the tenant keeps the planner on the position's index.
	rows, err := s.read.QueryContext(ctx, `SELECT DISTINCT n.stream FROM entry n WHERE n.position > $1 AND n.position <= $2
		AND n.kind = 'signal.changed' AND n.tenant || '' = $3 ORDER BY n.stream`, after, position(sc), sc.Tenant)
	prefix := signalStream(signal.ID(sc.Tenant)) + "."
	refs, err := collect(s.engine, rows, err, "look for changed signals", func(r *sql.Rows) (string, error) {
		var stream string
		err := r.Scan(&stream)
		return strings.TrimPrefix(stream, prefix), err
	})
	if err != nil {
		return nil, err
	}
	for chunk := range slices.Chunk(refs, newsChunk) {
		now, err := s.toldAt(ctx, sc, chunk)
		if err != nil {
			return nil, err
		}
		before, err := s.toldAt(ctx, sc.At(after), chunk)
		if err != nil {
			return nil, err
		}
		for _, ref := range chunk {
			n, ok := now[ref]
			if !ok {
				continue
			}
			old, held := before[ref]
			if !held {
				old.Told = signal.ToldAtReceipt(signal.KindClinicianConcern)
			}
			if n.Told != old.Told && n.news {
				out = append(out, n)
			}
		}
	}
	return out, nil
}

// toldAt is what the raisers of concerns are told as of the scope's position.
func (s *Store) toldAt(ctx context.Context, sc access.Scope, refs []string) (map[string]ConcernNews, error) {
	args := []any{position(sc), sc.Tenant}
	for _, ref := range refs {
		args = append(args, ref)
	}
	rows, err := s.read.QueryContext(ctx, heldSignalSelect+"s.tenant = $2 AND s.kind = 'clinician_concern' AND s.ref IN ("+marks(3, len(refs))+") AND "+holds("s", "$1"), args...)
	out := map[string]ConcernNews{}
	_, err = collect(s.engine, rows, err, "read concerns", func(r *sql.Rows) (struct{}, error) {
		h, err := scanHeldSignal(r)
		out[h.Reference] = ConcernNews{Ref: h.Reference, RaisedBy: h.RaisedBy, Told: h.Told(), news: h.News()}
		return struct{}{}, err
	})
	return out, err
}

// SeenNames is the things whose name begins with prefix that the scope's viewer
// was shown.
func (s *Store) SeenNames(ctx context.Context, sc access.Scope, prefix string) (map[string]bool, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT h.thing FROM shown h WHERE h.from_pos <= $1 AND h.tenant = $2 AND h.account = $3 AND h.thing >= $4 AND h.thing < $5`,
		position(sc), sc.Tenant, sc.Viewer.Account, prefix, prefix+"\x7f")
	out := map[string]bool{}
	_, err = collect(s.engine, rows, err, "read what somebody was shown", func(r *sql.Rows) (struct{}, error) {
		var thing string
		err := r.Scan(&thing)
		out[thing] = true
		return struct{}{}, err
	})
	return out, err
}
