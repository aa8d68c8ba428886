package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/ledger"
)

// Head is the newest entry's position and instant, -1 for an empty memory.
func (s *Store) Head(ctx context.Context) (head int64, when time.Time, err error) {
	var at instant
	err = s.read.QueryRowContext(ctx, "SELECT position, instant FROM entry ORDER BY position DESC LIMIT 1").Scan(&head, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return -1, time.Time{}, nil
	}
	return head, at.Time, s.engine.fault(err, "find the head of the ledger")
}

// PositionAt is the position of the last entry at or before an instant, -1 when
// there is none: the memory as it stood then. Instants never fall from one entry to
// the next, so it is the newest by instant, which the index gives at once; the
// greatest position would be looked for among all entries before.
func (s *Store) PositionAt(ctx context.Context, when time.Time) (p int64, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT position FROM entry WHERE instant <= $1 ORDER BY instant DESC, position DESC LIMIT 1", at(when)).Scan(&p)
	if errors.Is(err, sql.ErrNoRows) {
		return -1, nil
	}
	return p, s.engine.fault(err, "find the position at an instant")
}

// InstantOf is when the entry at a position was recorded.
func (s *Store) InstantOf(ctx context.Context, position int64) (time.Time, error) {
	var when instant
	err := s.read.QueryRowContext(ctx, "SELECT instant FROM entry WHERE position = $1", position).Scan(&when)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, fault.New(fault.NotFound, "the memory has no entry %d", position)
	}
	return when.Time, s.engine.fault(err, "read an entry")
}

// Checkpoint is the newest signed checkpoint at or below a size; size 0 asks for
// the newest of all. It is "" while the memory is empty.
func (s *Store) Checkpoint(ctx context.Context, size int64) (text string, err error) {
	if size <= 0 {
		size = open
	}
	err = s.read.QueryRowContext(ctx, "SELECT note FROM checkpoint WHERE size <= $1 ORDER BY size DESC LIMIT 1", size).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return text, s.engine.fault(err, "read a checkpoint")
}

// SignedCheckpoint is a checkpoint with when its last entry was recorded.
type SignedCheckpoint struct {
	Text   string
	Signed time.Time
}

// CheckpointsOf is, in one query, the newest checkpoint at or below each size, and
// the newest that held at each instant, the largest first.
func (s *Store) CheckpointsOf(ctx context.Context, sizes []int64, instants []time.Time) ([]SignedCheckpoint, error) {
	var parts []string
	var args []any
	add := func(below string, v any) {
		args = append(args, v)
		parts = append(parts, fmt.Sprintf("SELECT size, note FROM (SELECT size, note FROM checkpoint WHERE size <= "+below+" ORDER BY size DESC LIMIT 1) p%d", len(args), len(args)))
	}
	for _, size := range sizes {
		add("$%d", size)
	}
	for _, when := range instants {
		add("(SELECT n.position + 1 FROM entry n WHERE n.instant <= $%d ORDER BY n.instant DESC, n.position DESC LIMIT 1)", at(when))
	}
	rows, err := s.read.QueryContext(ctx, "SELECT c.note, e.instant FROM ("+strings.Join(parts, " UNION ")+") c JOIN entry e ON e.position = c.size - 1 ORDER BY c.size DESC", args...)
	return collect(s.engine, rows, err, "read checkpoints", func(r *sql.Rows) (c SignedCheckpoint, err error) {
		var when instant
		err = r.Scan(&c.Text, &when)
		c.Signed = when.Time
		return c, err
	})
}

const entrySelect = "SELECT n.position, n.instant, n.tenant, n.stream, n.number, n.kind, n.actor, n.body_hash FROM entry n"

func scanEntry(r interface{ Scan(...any) error }) (e ledger.Entry, err error) {
	var when instant
	var hash []byte
	if err = r.Scan(&e.Position, &when, &e.Tenant, &e.Stream, &e.Number, &e.Kind, &e.Actor, &hash); err != nil {
		return e, err
	}
	e.Instant = when.Time
	if len(hash) != len(e.BodyHash) {
		return e, fault.New(fault.Damaged, "entry %d has a body hash of %d bytes", e.Position, len(hash))
	}
	copy(e.BodyHash[:], hash)
	return e, nil
}

// Entries is the newest entries that the scope may see, newest first, from
// before a position (0 asks for the newest), at most limit. Entries of the
// installation itself are shown to every tenant; they hold no one's data.
func (s *Store) Entries(ctx context.Context, sc access.Scope, before int64, limit int) ([]ledger.Entry, error) {
	return s.FindEntries(ctx, sc, EntryFilter{Before: before, Limit: limit})
}

// EntriesBetween is what the scope may see of the entries after one position up
// to and including another, by kind: how much came later than a past page shows.
//
// Entries are only ever added, so what was counted up to one position is kept, and only
// those that came since are counted for the next.
func (s *Store) EntriesBetween(ctx context.Context, sc access.Scope, after, upTo int64) (map[string]int, error) {
	key := span{sc.Tenant, sc.All, after}
	held, known := s.spans.held(key, upTo)
	if known == upTo {
		return held, nil
	}
	out, err := s.countEntries(ctx, sc, known, upTo)
	if err != nil {
		return nil, err
	}
	for kind, n := range held {
		out[kind] += n
	}
	s.spans.keep(key, upTo, out)
	return maps.Clone(out), nil
}

func (s *Store) countEntries(ctx context.Context, sc access.Scope, after, upTo int64) (map[string]int, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT n.kind, COUNT(*) FROM entry n WHERE n.position > $1 AND n.position <= $3 AND "+mine(sc, "n.tenant", "$2")+
		" GROUP BY n.kind", after, sc.Tenant, upTo)
	out := map[string]int{}
	_, err = collect(s.engine, rows, err, "count entries", func(r *sql.Rows) (struct{}, error) {
		var kind string
		var n int
		err := r.Scan(&kind, &n)
		out[kind] = n
		return struct{}{}, err
	})
	return out, err
}

// Hashes reads the tree's stored hashes, for proofs and tiles.
func (s *Store) Hashes(ctx context.Context) ledger.Hashes {
	return hashReader{ctx, s.engine, s.read}
}

// Leaves is the canonical bytes of count entries from a position on.
func (s *Store) Leaves(ctx context.Context, from ledger.Position, count int) ([][]byte, error) {
	rows, err := s.read.QueryContext(ctx, entrySelect+" WHERE n.position >= $1 AND n.position < $2 ORDER BY n.position", int64(from), int64(from)+int64(count))
	return collect(s.engine, rows, err, "read leaves", func(r *sql.Rows) ([]byte, error) {
		e, err := scanEntry(r)
		if err != nil {
			return nil, err
		}
		return e.Marshal()
	})
}
