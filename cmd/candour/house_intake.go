package main

import (
	"context"
	"io"
	"iter"
	"os"

	"candour/internal/access"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/intake"
	"candour/internal/store"
)

// held gives intake what it needs of the store, for one scope.
type held struct {
	store *store.Store
	scope access.Scope
}

// Archive keeps bytes under their hash. They are spooled to a temporary file
// first, because a stream can be read only once and a change may be tried twice.
func (m held) Archive(ctx context.Context, r io.Reader) (string, int64, error) {
	if f, ok := r.(io.ReadSeeker); ok {
		return m.store.Archive(ctx, f)
	}
	f, err := os.CreateTemp("", "candour-in-*")
	if err != nil {
		return "", 0, fault.Wrap(fault.Unavailable, err, "make a temporary file")
	}
	defer os.Remove(f.Name()) //nolint:errcheck // the system clears its temporary folder
	defer f.Close()           //nolint:errcheck // it was only read
	if _, err := io.Copy(f, r); err != nil {
		return "", 0, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", 0, err
	}
	return m.store.Archive(ctx, f)
}

// OpenArchived opens bytes by their hash.
func (m held) OpenArchived(ctx context.Context, sha256 string) (io.ReadSeekCloser, error) {
	return m.store.OpenArchived(ctx, sha256)
}

// Delivered finds an earlier delivery of the same bytes.
func (m held) Delivered(ctx context.Context, sha256 string) (delivery.Delivery, bool, error) {
	return m.store.Delivered(ctx, m.scope, sha256)
}

// Accept records a delivery with what it yields.
func (m held) Accept(ctx context.Context, d delivery.Delivery, items iter.Seq2[delivery.Item, error], dry bool) (delivery.Delivery, error) {
	return m.store.Accept(ctx, m.scope.Viewer.Account, d, items, dry)
}

// reparse reads an archived delivery again.
func reparse(ctx context.Context, s *store.Store, d delivery.Delivery) iter.Seq2[delivery.Item, error] {
	return func(yield func(delivery.Item, error) bool) {
		body, err := s.OpenArchived(ctx, d.SHA256)
		if err != nil {
			yield(delivery.Item{}, err)
			return
		}
		defer body.Close() //nolint:errcheck // it was only read
		for item, err := range intake.Reparse(ctx, d, body) {
			if !yield(item, err) {
				return
			}
		}
	}
}
