package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"hash"

	"candour/internal/fault"
	"candour/internal/ledger"
)

// Rebuilt is what a rebuild did.
type Rebuilt struct {
	Entries int64  `json:"entries"`
	Before  string `json:"before"` // digest of all projections, hex
	After   string `json:"after"`
}

// Rebuild empties all projections and fills them again from the ledger and the
// archived files, in one transaction. When the result differs by one byte from
// what was there, it fails and leaves everything as it was, unless force.
func (s *Store) Rebuild(ctx context.Context, force bool, progress func(done, of int64)) (r Rebuilt, err error) {
	if s.reparse == nil {
		return r, fault.New(fault.Internal, "this store was opened without a reader of archived files")
	}
	err = s.Change(ctx, func(w *Writer) error {
		if r.Before, err = digestProjections(w.ctx, s.engine, w.tx); err != nil {
			return err
		}
		for _, table := range projectionTables {
			if _, err := w.tx.ExecContext(w.ctx, "DELETE FROM "+table.name); err != nil {
				return s.engine.fault(err, "empty "+table.name)
			}
		}
		if r.Entries, err = w.replay(progress); err != nil {
			return err
		}
		if r.After, err = digestProjections(w.ctx, s.engine, w.tx); err != nil {
			return err
		}
		if err := w.reindex(); err != nil {
			return err
		}
		if r.Before != r.After && !force {
			return fault.New(fault.Damaged, "the projections rebuilt (digest %s) are not those that were there (%s); nothing was changed. Run with --force to keep the rebuilt ones", r.After, r.Before)
		}
		return nil
	})
	return r, err
}

// replayPage is how many entries are read at a time while their effects are
// written through the same connection.
const replayPage = 500

func (w *Writer) replay(progress func(done, of int64)) (done int64, err error) {
	size := w.front.Size()
	p := w.projection()
	for from := int64(0); from < size; from += replayPage {
		type replayed struct {
			entry ledger.Entry
			body  []byte
		}
		rows, err := w.tx.QueryContext(w.ctx, `SELECT n.position, n.instant, n.tenant, n.stream, n.number, n.kind, n.actor, n.body_hash, y.salt, y.body
			FROM entry n LEFT JOIN entry_body y ON y.position = n.position WHERE n.position >= $1 AND n.position < $2 ORDER BY n.position`, from, from+replayPage)
		page, err := collect(w.store.engine, rows, err, "read the ledger", func(r *sql.Rows) (replayed, error) {
			rec, err := scanRecord(r)
			if err != nil || rec.Body == nil {
				return replayed{entry: rec.Entry}, err
			}
			return replayed{rec.Entry, rec.Body.Bytes}, nil
		})
		if err != nil {
			return done, err
		}
		for _, x := range page {
			if x.body != nil { // a body that was lawfully erased has no effect any more
				if err := p.apply(x.entry, x.body); err != nil {
					return done, fmt.Errorf("replay entry %d: %w", x.entry.Position, err)
				}
			}
			done++
		}
		if progress != nil {
			progress(done, size)
		}
	}
	return done, nil
}

// Digest is a hash over every row of every projection.
func (s *Store) Digest(ctx context.Context) (string, error) {
	return digestProjections(ctx, s.engine, s.read)
}

func digestProjections(ctx context.Context, e engine, q querier) (string, error) {
	h := sha256.New()
	for _, table := range projectionTables {
		fmt.Fprintf(h, "table %s\n", table.name)
		if err := digestTable(ctx, e, q, h, table.name, table.order); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func digestTable(ctx context.Context, e engine, q querier, h hash.Hash, name, order string) error {
	rows, err := q.QueryContext(ctx, "SELECT * FROM "+name+" ORDER BY "+order)
	if err != nil {
		return e.fault(err, "read "+name)
	}
	defer rows.Close() //nolint:errcheck // rows.Err says what matters
	columns, err := rows.Columns()
	if err != nil {
		return e.fault(err, "read "+name)
	}
	values := make([]any, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return e.fault(err, "read "+name)
		}
		for i, v := range values {
			switch v := v.(type) {
			case []byte:
				fmt.Fprintf(h, "%s=%q\x00", columns[i], v)
			case string:
				fmt.Fprintf(h, "%s=%q\x00", columns[i], v)
			case float64:
				fmt.Fprintf(h, "%s=%x\x00", columns[i], v)
			default:
				fmt.Fprintf(h, "%s=%v\x00", columns[i], v)
			}
		}
		fmt.Fprintln(h)
	}
	return e.fault(rows.Err(), "read "+name)
}
