package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strings"

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
			return s.differs(w, r)
		}
		return nil
	})
	return r, err
}

// differs names the first row of a projection that was not as the memory makes it, by
// its keys and the columns that differ: what stands in them may name people. What was
// there is read beside the transaction, which has not ended.
func (s *Store) differs(w *Writer, r Rebuilt) error {
	where := "no row differs by now"
	for _, table := range projectionTables {
		difference, err := firstDifference(w.ctx, s.engine, s.read, w.tx, "SELECT * FROM "+table.name+" ORDER BY "+table.order, strings.Split(table.order, ", "))
		if err != nil {
			return err
		}
		if difference != "" {
			where = "the first difference is in table " + table.name + ": " + difference
			break
		}
	}
	return fault.New(fault.Damaged, "the projections rebuilt (digest %s) are not those that were there (%s): %s. Nothing was changed; run with --force to keep the rebuilt ones", r.After, r.Before, where)
}

// firstDifference runs one query at two places and says in which row their answers
// first differ, "" when in none.
func firstDifference(ctx context.Context, e engine, was, made querier, query string, keys []string) (string, error) {
	left, err := was.QueryContext(ctx, query)
	if err != nil {
		return "", e.fault(err, "compare")
	}
	defer left.Close() //nolint:errcheck // left.Err says what matters
	right, err := made.QueryContext(ctx, query)
	if err != nil {
		return "", e.fault(err, "compare")
	}
	defer right.Close() //nolint:errcheck // right.Err says what matters
	for {
		found, err := nextRow(left)
		if err != nil {
			return "", e.fault(err, "compare")
		}
		expected, err := nextRow(right)
		if err != nil {
			return "", e.fault(err, "compare")
		}
		if !maps.Equal(found, expected) {
			return differenceOf(found, expected, keys), nil
		}
		if found == nil {
			return "", nil
		}
	}
}

// differenceOf says how two rows differ; nil is no row.
func differenceOf(found, expected map[string]string, keys []string) string {
	name := func(row map[string]string) string {
		if row == nil {
			return "no further row"
		}
		var parts []string
		for _, k := range keys {
			parts = append(parts, row[k])
		}
		return "the row " + strings.Join(parts, ", ")
	}
	if name(found) != name(expected) {
		return "found " + name(found) + "; expected " + name(expected)
	}
	var columns []string
	for c, v := range expected {
		if found[c] != v {
			columns = append(columns, c)
		}
	}
	slices.Sort(columns)
	return name(found) + " differs in " + strings.Join(columns, ", ")
}

// nextRow is the next row by column, nil after the last.
func nextRow(rows *sql.Rows) (map[string]string, error) {
	if !rows.Next() {
		return nil, rows.Err()
	}
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	if err := rows.Scan(into...); err != nil {
		return nil, err
	}
	row := map[string]string{}
	for i, v := range values {
		row[columns[i]] = strings.TrimSuffix(string(appendValue(nil, columns[i], v)), "\x00")
	}
	return row, nil
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
					return done, notReplayed(x.entry.Position, err)
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

// notReplayed is why an entry has not the effect that it had. What the memory names and
// is not there was lost, and nothing that the caller asked for.
func notReplayed(at ledger.Position, err error) error {
	if fault.Is(err, fault.NotFound) {
		return fault.Wrap(fault.Damaged, err, "replay entry %d", at)
	}
	return fmt.Errorf("replay entry %d: %w", at, err)
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
	var line []byte
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return e.fault(err, "read "+name)
		}
		line = line[:0]
		for i, v := range values {
			line = appendValue(line, columns[i], v)
		}
		if _, err := h.Write(append(line, '\n')); err != nil {
			return e.fault(err, "read "+name)
		}
	}
	return e.fault(rows.Err(), "read "+name)
}

// appendValue writes one value so that two that differ are written differently.
func appendValue(line []byte, column string, value any) []byte {
	switch v := value.(type) {
	case []byte:
		return fmt.Appendf(line, "%s=%q\x00", column, v)
	case string:
		return fmt.Appendf(line, "%s=%q\x00", column, v)
	case float64:
		return fmt.Appendf(line, "%s=%x\x00", column, v)
	}
	return fmt.Appendf(line, "%s=%v\x00", column, value)
}
