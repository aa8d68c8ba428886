package intake

import (
	"context"
	"io"
	"iter"

	"candour/internal/delivery"
)

// Memory is what intake needs of the store. Its caller has bound the scope.
type Memory interface {
	// Archive keeps the bytes of r under their SHA-256 (lower-case hex) before
	// anything looks at them. They are durable when it returns; the same bytes
	// again are kept once.
	Archive(ctx context.Context, r io.Reader) (sha256 string, size int64, err error)
	// OpenArchived opens bytes by their hash; fault.NotFound when there are none.
	// The caller closes it.
	OpenArchived(ctx context.Context, sha256 string) (io.ReadSeekCloser, error)
	// Delivered finds an earlier delivery of the same bytes which was accepted,
	// wholly or partly. Deliveries that wait or are in quarantine don't count.
	Delivered(ctx context.Context, sha256 string) (delivery.Delivery, bool, error)
	// Accept takes a delivery and its items in one transaction, and returns it
	// with ID, Counts and Status filled in. A Status of Quarantined or Waiting is
	// kept; otherwise it is that of the counts (Counts.Status). When items ends
	// with an error nothing is kept and that error is returned, so that
	// errors.As finds what Parse gave. With dry nothing is kept either, and the
	// Status is Tried.
	Accept(ctx context.Context, d delivery.Delivery, items iter.Seq2[delivery.Item, error], dry bool) (delivery.Delivery, error)
}
