package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"candour/internal/fault"
)

// partSize is how much of a file one archive row holds.
const partSize = 1 << 20

// Archive keeps the bytes of r under their SHA-256 and returns it with the size.
// They are durable when it returns. The same bytes are kept once.
func (s *Store) Archive(ctx context.Context, r io.ReadSeeker) (sum string, size int64, err error) {
	hash := sha256.New()
	if size, err = io.Copy(hash, r); err != nil {
		return "", 0, fmt.Errorf("read the file to archive: %w", err)
	}
	sum = hex.EncodeToString(hash.Sum(nil))
	err = s.Change(ctx, func(w *Writer) error {
		if _, err := r.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("read the file to archive again: %w", err)
		}
		result, err := w.tx.ExecContext(w.ctx, "INSERT INTO archive (sha256, size, instant) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", sum, size, at(w.moment))
		if err != nil {
			return s.engine.fault(err, "archive a file")
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return s.engine.fault(err, "archive a file")
		}
		buffer := make([]byte, partSize)
		for n := 0; ; n++ {
			k, err := io.ReadFull(r, buffer)
			if k > 0 {
				if _, err := w.tx.ExecContext(w.ctx, "INSERT INTO archive_part (sha256, n, bytes) VALUES ($1, $2, $3)", sum, n, buffer[:k]); err != nil {
					return s.engine.fault(err, "archive a file")
				}
			}
			switch {
			case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
				return nil
			case err != nil:
				return fmt.Errorf("read the file to archive again: %w", err)
			}
		}
	})
	return sum, size, err
}

// OpenArchived opens an archived file by its hash. The file is read part by part.
func (s *Store) OpenArchived(ctx context.Context, sha256 string) (io.ReadSeekCloser, error) {
	return s.openArchived(ctx, s.read, sha256)
}

func (s *Store) openArchived(ctx context.Context, q querier, sha256 string) (*archived, error) {
	a := &archived{ctx: ctx, store: s, q: q, sha256: sha256, part: -1}
	err := q.QueryRowContext(ctx, "SELECT size FROM archive WHERE sha256 = $1", sha256).Scan(&a.size)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "no file with hash %s is archived", sha256)
	}
	return a, s.engine.fault(err, "open an archived file")
}

// archived reads an archived file.
type archived struct {
	ctx    context.Context
	store  *Store
	q      querier
	sha256 string
	size   int64
	offset int64
	part   int64 // which part bytes holds; -1 none
	bytes  []byte
}

// Read reads on from the offset.
func (a *archived) Read(p []byte) (int, error) {
	if a.offset >= a.size {
		return 0, io.EOF
	}
	if n := a.offset / partSize; n != a.part {
		if err := a.q.QueryRowContext(a.ctx, "SELECT bytes FROM archive_part WHERE sha256 = $1 AND n = $2", a.sha256, n).Scan(&a.bytes); err != nil {
			return 0, a.store.engine.fault(err, "read an archived file")
		}
		a.part = n
	}
	from := a.offset % partSize
	if from >= int64(len(a.bytes)) {
		return 0, fault.New(fault.Damaged, "part %d of archived file %s is too short", a.part, a.sha256)
	}
	n := copy(p, a.bytes[from:])
	a.offset += int64(n)
	return n, nil
}

// Seek sets the offset.
func (a *archived) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += a.offset
	case io.SeekEnd:
		offset += a.size
	}
	if offset < 0 {
		return 0, fault.New(fault.Invalid, "offset %d is before the beginning", offset)
	}
	a.offset = offset
	return offset, nil
}

// Close does nothing: no handle is held.
func (a *archived) Close() error { return nil }
