package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"

	"golang.org/x/mod/sumdb/tlog"

	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/record"
)

// Verified is what a verification went through.
type Verified struct {
	Entries     int64  `json:"entries"`
	Bodies      int64  `json:"bodies"` // those not erased
	Checkpoints int    `json:"checkpoints"`
	Files       int    `json:"files"`
	Bytes       int64  `json:"bytes"`
	Root        string `json:"root"` // hex
}

// Verify reads the whole memory and archive and checks every hash, number,
// instant, checkpoint signature and archived byte. The error names the first
// thing that is wrong. progress, when not nil, is called now and then.
//
// It checks the memory as it stands when it begins; what is written meanwhile is left
// for the next verification.
func (s *Store) Verify(ctx context.Context, progress func(Verified)) (v Verified, err error) {
	var held extent
	if err := s.read.QueryRowContext(ctx, `SELECT COALESCE((SELECT MAX(position) + 1 FROM entry), 0), COALESCE((SELECT MAX(size) FROM checkpoint), 0),
		COALESCE((SELECT MAX(idx) + 1 FROM tree_hash), 0)`).Scan(&held.entries, &held.signed, &held.hashes); err != nil {
		return v, s.engine.fault(err, "read how long the ledger is")
	}
	checkpoints, err := s.checkpoints(ctx, held.signed)
	if err != nil {
		return v, err
	}
	v.Checkpoints = len(checkpoints)
	verifier, promised := ledger.NewVerifier(checkpoints...), promised{}
	if err := s.eachRecord(ctx, held, func(r ledger.Record) error {
		if err := verifier.Add(r); err != nil {
			return damaged(err)
		}
		if err := promised.note(r); err != nil {
			return err
		}
		if v.Entries++; progress != nil && v.Entries%20000 == 0 {
			progress(v)
		}
		return nil
	}); err != nil {
		return v, err
	}
	v.Bodies = verifier.Bodies()
	if err := verifier.Close(); err != nil {
		return v, damaged(err)
	}
	if held.signed != held.entries { // every change ends with a checkpoint
		return v, fault.New(fault.Damaged, "the memory is not as it was recorded: it has %d entries, and the last signed checkpoint covers %d", held.entries, held.signed)
	}
	root := verifier.Root()
	v.Root = hex.EncodeToString(root[:])
	return v, s.verifyArchive(ctx, &v, promised, progress)
}

// extent is how much a ledger holds, read in one statement.
type extent struct {
	entries, signed int64 // entries there, and those that the last checkpoint covers
	hashes          int64 // of the tree
}

// promised is the files that the memory says are archived: the first entry that names
// each, by hash.
type promised map[string]ledger.Position

// note takes the file that an entry names, if it does.
func (p promised) note(r ledger.Record) error {
	if record.Kind(r.Entry.Kind) != record.DeliveryReceived || r.Body == nil {
		return nil
	}
	var d delivery.Delivery
	if err := json.Unmarshal(r.Body.Bytes, &d); err != nil {
		return fault.Wrap(fault.Damaged, err, "the body of entry %d (%s) can't be read", r.Entry.Position, r.Entry.Kind)
	}
	if _, there := p[d.SHA256]; !there && d.Size > 0 && d.Kept() && d.Shape != delivery.Signals {
		p[d.SHA256] = r.Entry.Position
	}
	return nil
}

// missing is the file of the earliest entry that is not among those there.
func (p promised) missing(there map[string]bool) (sum string, at ledger.Position) {
	for s, position := range p {
		if !there[s] && (sum == "" || position < at) {
			sum, at = s, position
		}
	}
	return sum, at
}

// damaged gives a problem that the verifier found its kind.
func damaged(err error) error {
	var p *ledger.Problem
	if errors.As(err, &p) {
		return fault.Wrap(fault.Damaged, err, "the memory is not as it was recorded")
	}
	return err
}

// checkpoints is those of at most a size, in order.
func (s *Store) checkpoints(ctx context.Context, most int64) ([]ledger.Checkpoint, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT size, note FROM checkpoint WHERE size <= $1 ORDER BY size", most)
	return collect(s.engine, rows, err, "read the checkpoints", func(r *sql.Rows) (ledger.Checkpoint, error) {
		var size int64
		var text string
		if err := r.Scan(&size, &text); err != nil {
			return ledger.Checkpoint{}, err
		}
		c, err := ledger.VerifyCheckpoint([]byte(text), s.verify)
		if err != nil {
			return c, fault.Wrap(fault.Damaged, err, "the checkpoint of size %d is not signed by this log's key", size)
		}
		if c.Size != size {
			return c, fault.New(fault.Damaged, "the checkpoint stored for size %d states size %d", size, c.Size)
		}
		return c, nil
	})
}

// eachRecord calls f with every entry of an extent in order, its body and its stored
// hashes.
func (s *Store) eachRecord(ctx context.Context, held extent, f func(ledger.Record) error) error {
	hashes, err := s.read.QueryContext(ctx, "SELECT idx, hash FROM tree_hash WHERE idx < $1 ORDER BY idx", held.hashes)
	if err != nil {
		return s.engine.fault(err, "read the tree")
	}
	defer hashes.Close() //nolint:errcheck // hashes.Err says what matters
	rows, err := s.read.QueryContext(ctx, `SELECT n.position, n.instant, n.tenant, n.stream, n.number, n.kind, n.actor, n.body_hash, y.salt, y.body
		FROM entry n LEFT JOIN entry_body y ON y.position = n.position WHERE n.position < $1 ORDER BY n.position`, held.entries)
	if err != nil {
		return s.engine.fault(err, "read the ledger")
	}
	defer rows.Close() //nolint:errcheck // rows.Err says what matters
	for rows.Next() {
		r, err := scanRecord(rows)
		if err != nil {
			return s.engine.fault(err, "read the ledger")
		}
		if r.Hashes, err = nextHashes(hashes, int64(r.Entry.Position)); err != nil {
			return s.engine.fault(err, "read the tree")
		}
		if err := f(r); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return s.engine.fault(err, "read the ledger")
	}
	if hashes.Next() {
		return fault.New(fault.Damaged, "the tree holds hashes beyond the last entry: entries are missing at the end")
	}
	return s.engine.fault(hashes.Err(), "read the tree")
}

func scanRecord(rows *sql.Rows) (r ledger.Record, err error) {
	var when instant
	var hash, salt, body []byte
	e := &r.Entry
	if err = rows.Scan(&e.Position, &when, &e.Tenant, &e.Stream, &e.Number, &e.Kind, &e.Actor, &hash, &salt, &body); err != nil {
		return r, err
	}
	e.Instant = when.Time
	copy(e.BodyHash[:], hash)
	if body != nil {
		r.Body = &ledger.Body{Bytes: body}
		copy(r.Body.Salt[:], salt)
	}
	return r, nil
}

// nextHashes reads the stored hashes which belong to a position.
func nextHashes(hashes *sql.Rows, position int64) ([]ledger.Hash, error) {
	first, last := tlog.StoredHashIndex(0, position), tlog.StoredHashIndex(0, position+1)
	out := make([]ledger.Hash, 0, last-first)
	for want := first; want < last; want++ {
		var idx int64
		var b []byte
		if !hashes.Next() {
			return nil, fault.New(fault.Damaged, "position %d: tree hash %d is missing", position, want)
		}
		if err := hashes.Scan(&idx, &b); err != nil {
			return nil, err
		}
		if idx != want || len(b) != tlog.HashSize {
			return nil, fault.New(fault.Damaged, "position %d: found tree hash %d of %d bytes, expected hash %d of %d", position, idx, len(b), want, tlog.HashSize)
		}
		out = append(out, ledger.Hash(b))
	}
	return out, nil
}

// verifyArchive checks every archived file against its name, and that each file that
// was promised is among them: those that the memory names, and the encrypted ones whose
// key is held.
func (s *Store) verifyArchive(ctx context.Context, v *Verified, promised promised, progress func(Verified)) error {
	rows, err := s.read.QueryContext(ctx, "SELECT sha256, size FROM archive ORDER BY sha256")
	type file struct {
		sum  string
		size int64
	}
	files, err := collect(s.engine, rows, err, "list the archive", func(r *sql.Rows) (f file, err error) { return f, r.Scan(&f.sum, &f.size) })
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, f := range files {
		there[f.sum] = true
	}
	if sum, at := promised.missing(there); sum != "" {
		return fault.New(fault.Damaged, "entry %d names the file %s, which is not in the archive", at, sum)
	}
	rows, err = s.read.QueryContext(ctx, "SELECT cipher FROM sealed_file WHERE wrapped IS NOT NULL ORDER BY cipher")
	sealed, err := collect(s.engine, rows, err, "list the encrypted files", func(r *sql.Rows) (sum string, err error) { return sum, r.Scan(&sum) })
	if err != nil {
		return err
	}
	for _, sum := range sealed {
		if !there[sum] {
			return fault.New(fault.Damaged, "the encrypted file of signals %s is not in the archive", sum)
		}
	}
	for _, f := range files {
		r, err := s.openArchived(ctx, s.read, f.sum)
		if err != nil {
			return err
		}
		hash := sha256.New()
		n, err := io.Copy(hash, r)
		if err != nil {
			return fault.Wrap(fault.Damaged, err, "archived file %s can't be read", f.sum)
		}
		if got := hex.EncodeToString(hash.Sum(nil)); got != f.sum || n != f.size {
			return fault.New(fault.Damaged, "archived file %s: found %d bytes with hash %s, expected %d bytes", f.sum, n, got, f.size)
		}
		v.Files++
		v.Bytes += n
		if progress != nil {
			progress(*v)
		}
	}
	return nil
}
