package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"

	"candour/internal/fault"
)

// stage keeps the bytes before anything is taken from them. Where a file may hold
// signals it is looked at first, and archived here only when it doesn't: the bytes of
// signals go to the archive encrypted. An archive of several files is not archived
// until each of its members was looked at (keepWhole). Of a file beyond Limits.File no
// copy is made at all: it is read once, for its hash. size is -1 where it isn't known.
func (l *Loader) stage(ctx context.Context, name string, r io.Reader, size int64, o Options) (*staged, error) {
	if size > l.Limits.File {
		return hashed(name, sha256.New(), 0, &patient{ctx, r})
	}
	if looked := l.Signals != nil && o.Source == ""; size >= 0 && !o.Dry && !looked {
		return l.archive(ctx, name, r)
	}
	s, err := l.stageTemporary(name, &patient{ctx, r})
	if err != nil || s.over {
		return s, err
	}
	if s.signals, err = l.ofSignals(ctx, s.File, o); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if o.Dry || s.signals {
		return s, nil
	}
	if members, err := Members(s.File, l.Limits); err == nil && len(members) > 0 {
		s.whole = true
		return s, nil
	}
	kept, err := l.archive(ctx, name, s.reader())
	return kept, errors.Join(err, s.close())
}

// stageTemporary puts the bytes into a temporary file, as many as one file may have.
func (l *Loader) stageTemporary(name string, r io.Reader) (*staged, error) {
	f, err := os.CreateTemp("", "candour-try-*")
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "can't make a temporary file")
	}
	remove := func() error { return errors.Join(f.Close(), os.Remove(f.Name())) }
	h := sha256.New()
	size, err := io.Copy(io.MultiWriter(f, h), io.LimitReader(r, l.Limits.File+1))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read %s: %w", name, err), remove())
	}
	if size > l.Limits.File {
		if err := remove(); err != nil {
			return nil, fault.Wrap(fault.Unavailable, err, "can't remove a temporary file")
		}
		return hashed(name, h, size, r)
	}
	return &staged{File: File{name, size, f}, sha256: hex.EncodeToString(h.Sum(nil)), close: remove}, nil
}

// hashed reads what is left of a file that is too large to keep, for its hash: by that
// it is known again wherever it lies.
func hashed(name string, h hash.Hash, read int64, r io.Reader) (*staged, error) {
	left, err := io.Copy(h, r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return &staged{File: File{Name: name, Size: read + left}, sha256: hex.EncodeToString(h.Sum(nil)), over: true, close: func() error { return nil }}, nil
}

// sizeOf is how many bytes a reader holds, -1 where it doesn't say.
func sizeOf(r io.Reader) int64 {
	switch r := r.(type) {
	case interface{ Stat() (fs.FileInfo, error) }:
		if info, err := r.Stat(); err == nil && info.Mode().IsRegular() {
			return info.Size()
		}
	case interface{ Size() int64 }:
		return r.Size()
	}
	return -1
}

// patient ends reading when its context does: a large file takes minutes.
type patient struct {
	ctx context.Context
	io.Reader
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.Reader.Read(b)
}

// keepWhole archives an archive of several files as it came, unless one of them holds
// signals.
func (l *Loader) keepWhole(ctx context.Context, s *staged, inside []*staged) error {
	if !s.whole {
		return nil
	}
	for _, m := range inside {
		if m.signals {
			return nil
		}
	}
	kept, err := l.archive(ctx, s.Name, s.reader())
	if err != nil {
		return err
	}
	old := s.close
	s.close = func() error { return errors.Join(old(), kept.close()) }
	return nil
}

// archive keeps the bytes of a file under their hash.
func (l *Loader) archive(ctx context.Context, name string, r io.Reader) (*staged, error) {
	sum, size, err := l.Memory.Archive(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("archive %s: %w", name, err)
	}
	body, err := l.Memory.OpenArchived(ctx, sum)
	if err != nil {
		return nil, fmt.Errorf("open the archived %s: %w", name, err)
	}
	return &staged{File: File{name, size, readerAt(body)}, sha256: sum, close: body.Close}, nil
}
