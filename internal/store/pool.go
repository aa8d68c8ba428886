package store

import (
	"context"
	"database/sql"
	"sync"
	"sync/atomic"
)

// pool is connections that read. It counts what is asked, for those who want to
// know: a page asks a fixed small number of questions, and a test holds it to that.
type pool struct {
	*sql.DB
	prepared *preparedTexts // nil leaves it to the driver
}

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
	if stmt := p.statement(ctx, query); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return p.DB.QueryContext(ctx, query, args...)
}

// QueryRowContext counts and asks.
func (p pool) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	counted(ctx)
	if stmt := p.statement(ctx, query); stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	return p.DB.QueryRowContext(ctx, query, args...)
}

// preparedTexts is the questions that SQLite has read and planned, by their text: a
// page asks the same thirty each time, and planning them took a tenth of its time.
// PostgreSQL's driver does this itself.
type preparedTexts struct {
	mu     sync.RWMutex
	byText map[string]*sql.Stmt
}

// mostPrepared bounds what is kept. Lists of many lengths make as many texts; those
// after the first are planned each time.
const mostPrepared = 300

// statement is the kept statement of a question; nil where none is kept.
func (p pool) statement(ctx context.Context, query string) *sql.Stmt {
	k := p.prepared
	if k == nil {
		return nil
	}
	k.mu.RLock()
	stmt, full := k.byText[query], len(k.byText) >= mostPrepared
	k.mu.RUnlock()
	if stmt != nil || full {
		return stmt
	}
	stmt, err := p.PrepareContext(ctx, query)
	if err != nil {
		return nil // asking it says what is wrong
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if held := k.byText[query]; held != nil || len(k.byText) >= mostPrepared {
		_ = stmt.Close() // another asked the same meanwhile; nothing was asked of this one
		return held
	}
	if k.byText == nil {
		k.byText = map[string]*sql.Stmt{}
	}
	k.byText[query] = stmt
	return stmt
}
