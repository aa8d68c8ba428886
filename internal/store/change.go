package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/record"
)

// Writer is what a change may do inside the one writing transaction. Its moment
// is one for the whole change.
type Writer struct {
	ctx    context.Context
	store  *Store
	tx     *sql.Tx
	front  *ledger.Frontier
	moment time.Time
	// hashes wait until the group commits, so that a change that fails leaves none.
	hashes []ledger.StoredHash
	stmts  statements
}

// statements is what was prepared in a transaction, by its text: preparing costs
// more than running. The transaction closes them with itself.
type statements map[string]*sql.Stmt

func (s statements) prepare(ctx context.Context, tx *sql.Tx, query string) (*sql.Stmt, error) {
	if stmt := s[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := tx.PrepareContext(ctx, query)
	if err == nil {
		s[query] = stmt
	}
	return stmt, err
}

// exec runs a statement that is run often.
func (w *Writer) exec(doing, query string, args ...any) error {
	stmt, err := w.stmts.prepare(w.ctx, w.tx, query)
	if err == nil {
		_, err = stmt.ExecContext(w.ctx, args...)
	}
	return w.store.engine.fault(err, doing)
}

// scan reads the one row of a query that is run often; sql.ErrNoRows is given bare.
func (w *Writer) scan(query string, args []any, into ...any) error {
	stmt, err := w.stmts.prepare(w.ctx, w.tx, query)
	if err != nil {
		return err
	}
	return stmt.QueryRowContext(w.ctx, args...).Scan(into...)
}

// Now is the moment of the change.
func (w *Writer) Now() time.Time { return w.moment }

// Next is the position that the next entry will have.
func (w *Writer) Next() int64 { return int64(w.front.Next()) }

// Append records e and changes the projections that follow from it.
func (w *Writer) Append(e record.Event) (ledger.Entry, error) {
	entry, err := w.enter(e)
	if err != nil {
		return ledger.Entry{}, err
	}
	if err := w.projection().apply(entry, e.Body); err != nil {
		return ledger.Entry{}, err
	}
	return entry, nil
}

// projection is what changes tables in this transaction.
func (w *Writer) projection() *projection { return &projection{w.ctx, w.store, w.tx, w.stmts} }

var (
	entryColumns     = []string{"position", "instant", "tenant", "stream", "number", "kind", "actor", "body_hash"}
	entryBodyColumns = []string{"position", "salt", "body"}
)

func entryRow(e *ledger.Entry) []any {
	return []any{int64(e.Position), at(e.Instant), e.Tenant, e.Stream, e.Number, e.Kind, e.Actor, e.BodyHash[:]}
}

// enter appends e to the ledger alone.
func (w *Writer) enter(e record.Event) (ledger.Entry, error) {
	var salt [32]byte
	if _, err := io.ReadFull(w.store.random, salt[:]); err != nil {
		return ledger.Entry{}, fault.Wrap(fault.Internal, err, "draw a salt")
	}
	entry := ledger.Entry{
		Position: w.front.Next(), Instant: w.moment, Tenant: string(e.Tenant), Stream: e.Stream,
		Kind: string(e.Kind), Actor: string(e.Actor), BodyHash: ledger.BodyHash(salt, e.Body),
	}
	if err := w.scan("SELECT COALESCE(MAX(number), 0) + 1 FROM entry WHERE tenant = $1 AND stream = $2",
		[]any{entry.Tenant, entry.Stream}, &entry.Number); err != nil {
		return entry, w.store.engine.fault(err, "number the entry")
	}
	leaf, err := entry.Marshal()
	if err != nil {
		return entry, err
	}
	if err := w.store.engine.insertPrepared(w.ctx, w.tx, w.stmts, "entry", entryColumns, [][]any{entryRow(&entry)}); err != nil {
		return entry, err
	}
	if err := w.store.engine.insertPrepared(w.ctx, w.tx, w.stmts, "entry_body", entryBodyColumns, [][]any{{int64(entry.Position), salt[:], e.Body}}); err != nil {
		return entry, err
	}
	hashes, err := w.front.Append(leaf)
	if err != nil {
		return entry, err
	}
	w.hashes = append(w.hashes, hashes...)
	return entry, nil
}

// job is a change that waits for its group.
type job struct {
	ctx    context.Context
	change func(*Writer) error
	done   chan error
}

// Change runs f in the writing transaction and returns once what it did is
// durable. When f fails nothing of it remains, and others in its group are not
// touched. f may be run a second time when the group's commit must be retried.
func (s *Store) Change(ctx context.Context, f func(*Writer) error) error {
	j := job{ctx, f, make(chan error, 1)}
	select {
	case <-s.closing:
		return fault.New(fault.Unavailable, "the store is closing")
	default:
	}
	select {
	case s.jobs <- j:
	case <-ctx.Done():
		return fault.Wrap(fault.Unavailable, ctx.Err(), "wait for the writer")
	case <-s.closing:
		return fault.New(fault.Unavailable, "the store is closing")
	}
	// Once handed in it is waited for, even when ctx ends: whether it became
	// durable must be known.
	select {
	case err := <-j.done:
		return err
	case <-s.closing:
		s.done.Wait() // the writer drains what was handed in before it ends
		select {
		case err := <-j.done:
			return err
		default:
			return fault.New(fault.Unavailable, "the store is closing")
		}
	}
}

// Record appends events, in order, as one change.
func (s *Store) Record(ctx context.Context, events ...record.Event) (entries []ledger.Entry, err error) {
	err = s.Change(ctx, func(w *Writer) error {
		entries = entries[:0]
		for _, e := range events {
			entry, err := w.Append(e)
			if err != nil {
				return err
			}
			entries = append(entries, entry)
		}
		return nil
	})
	return entries, err
}

// maxGroup bounds how many changes share one commit.
const maxGroup = 512

// commitGroups is the writer: it takes whatever waits, commits it as one group,
// and answers.
func (s *Store) commitGroups() {
	defer s.done.Done()
	for {
		select {
		case j := <-s.jobs:
			s.commit(s.gather([]job{j}))
		case <-s.closing:
			for {
				select {
				case j := <-s.jobs:
					s.commit(s.gather([]job{j}))
				default:
					return
				}
			}
		}
	}
}

func (s *Store) gather(group []job) []job {
	for len(group) < maxGroup {
		select {
		case j := <-s.jobs:
			group = append(group, j)
		default:
			return group
		}
	}
	return group
}

// commit runs a group in one transaction. A panic in a change becomes that
// change's error: it must not take the writer with it.
func (s *Store) commit(group []job) {
	results := make([]error, len(group))
	// No caller's context: one who gives up must not undo what others handed in with it.
	err := s.inTransaction(context.Background(), func(w *Writer) error {
		for i, j := range group {
			if results[i] = w.savepoint(j); results[i] != nil && fault.Is(results[i], fault.Unavailable) && len(group) > 1 {
				continue
			}
		}
		return nil
	})
	for i, j := range group {
		if results[i] == nil {
			results[i] = err
		}
		j.done <- results[i]
	}
}

// savepoint runs one change so that its failure undoes it alone.
func (w *Writer) savepoint(j job) (err error) {
	if err := j.ctx.Err(); err != nil {
		return fault.Wrap(fault.Unavailable, err, "given up before it was begun")
	}
	if _, err := w.tx.ExecContext(w.ctx, "SAVEPOINT change"); err != nil {
		return w.store.engine.fault(err, "begin the change")
	}
	front, kept := w.front.Clone(), len(w.hashes)
	defer func() {
		if p := recover(); p != nil {
			err = fault.New(fault.Internal, "a change panicked: %v", p)
		}
		if err == nil {
			_, err = w.tx.ExecContext(w.ctx, "RELEASE SAVEPOINT change")
			err = w.store.engine.fault(err, "end the change")
			return
		}
		w.front, w.hashes = front, w.hashes[:kept]
		if _, undo := w.tx.ExecContext(w.ctx, "ROLLBACK TO SAVEPOINT change"); undo != nil {
			err = fmt.Errorf("%w; undoing it failed too: %w", err, undo)
		}
	}()
	return j.change(w)
}

// inTransaction begins, runs f, stores the tree's new hashes and a signed
// checkpoint, and commits.
func (s *Store) inTransaction(ctx context.Context, f func(*Writer) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return s.engine.fault(err, "begin a transaction")
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing; before, the first error counts
	if s.engine.lock != "" {
		if _, err := tx.ExecContext(ctx, s.engine.lock); err != nil {
			return s.engine.fault(err, "take the ledger's lock")
		}
	}
	w := &Writer{ctx: ctx, store: s, tx: tx, stmts: statements{}}
	if err := w.begin(); err != nil {
		return err
	}
	size := w.front.Size()
	if err := f(w); err != nil {
		return err
	}
	if w.front.Size() > size {
		if err := w.sign(); err != nil {
			return err
		}
	}
	return s.engine.fault(tx.Commit(), "commit")
}

// begin finds the head of the log. The moment never goes back, even when the
// machine's clock does: the ledger's order is the truth.
func (w *Writer) begin() error {
	var size int64
	var last instant
	err := w.tx.QueryRowContext(w.ctx, "SELECT position + 1, instant FROM entry ORDER BY position DESC LIMIT 1").Scan(&size, &last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return w.store.engine.fault(err, "find the head of the ledger")
	}
	if w.moment = w.store.Now(); w.moment.Before(last.Time) {
		w.moment = last.Time
	}
	w.front, err = ledger.NewFrontier(size, hashReader{w.ctx, w.store.engine, w.tx})
	return err
}

// sign stores the hashes and a checkpoint for the new size.
func (w *Writer) sign() error {
	rows := make([][]any, len(w.hashes))
	for i := range w.hashes {
		rows[i] = []any{w.hashes[i].Index, w.hashes[i].Hash[:]}
	}
	if err := w.store.engine.insertPrepared(w.ctx, w.tx, w.stmts, "tree_hash", []string{"idx", "hash"}, rows); err != nil {
		return err
	}
	signed, err := ledger.SignCheckpoint(ledger.Checkpoint{Origin: w.store.signer.Name(), Size: w.front.Size(), Root: w.front.Root()}, w.store.signer)
	if err != nil {
		return err
	}
	_, err = w.tx.ExecContext(w.ctx, "INSERT INTO checkpoint (size, instant, note) VALUES ($1, $2, $3)", w.front.Size(), at(w.moment), string(signed))
	return w.store.engine.fault(err, "store the checkpoint")
}

// querier is what both a pool and a transaction can do.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// hashReader reads the tree's stored hashes for package ledger.
type hashReader struct {
	ctx    context.Context
	engine engine
	q      querier
}

// ReadHashes gives the hashes at indexes, in their order.
func (r hashReader) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		var b []byte
		if err := r.q.QueryRowContext(r.ctx, "SELECT hash FROM tree_hash WHERE idx = $1", index).Scan(&b); err != nil {
			return nil, r.engine.fault(err, fmt.Sprintf("read tree hash %d", index))
		}
		if len(b) != tlog.HashSize {
			return nil, fault.New(fault.Damaged, "tree hash %d is %s, expected %d bytes", index, hex.EncodeToString(b), tlog.HashSize)
		}
		copy(out[i][:], b)
	}
	return out, nil
}
