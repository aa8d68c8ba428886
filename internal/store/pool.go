package store

import (
	"context"
	"database/sql"
	"sync/atomic"
)

// pool is connections that read. It counts what is asked, for those who want to
// know: a page asks a fixed small number of questions, and a test holds it to that.
type pool struct{ *sql.DB }

// countKey finds the counter in a context.
type countKey struct{}

// Counting is a context under which every question to the store is counted.
func Counting(ctx context.Context) (context.Context, *atomic.Int64) {
	n := &atomic.Int64{}
	return context.WithValue(ctx, countKey{}, n), n
}

func counted(ctx context.Context) {
	if n, ok := ctx.Value(countKey{}).(*atomic.Int64); ok {
		n.Add(1)
	}
}

// QueryContext counts and asks.
func (p pool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	counted(ctx)
	return p.DB.QueryContext(ctx, query, args...)
}

// QueryRowContext counts and asks.
func (p pool) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	counted(ctx)
	return p.DB.QueryRowContext(ctx, query, args...)
}
