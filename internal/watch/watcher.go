package watch

import (
	"context"
	"fmt"
	"sync"
	"time"

	"candour/internal/access"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/record"
)

// Memory is what a watcher needs of the store.
type Memory interface {
	// Watched is everything that holds now and decides the findings: observations
	// of all tenants in the order that Input asks for, roles, limits set anew, and
	// the ids of the findings recorded as holding.
	Watched(ctx context.Context) (Watched, error)
	// Record appends one event, durable when it returns.
	Record(ctx context.Context, e record.Event) error
	Now() time.Time
}

// Watched is what Memory gives.
type Watched struct {
	Observations []indicator.Observation
	Roles        map[org.Code]org.Role
	Limits       map[Key][]Limits
	Held         []string
}

// Watcher runs the watch and records what changed. One run goes on at a time.
type Watcher struct {
	Memory    Memory
	Catalogue *indicator.Catalogue
	Code      string // version of the binary
	Actor     access.AccountID
	Workers   int
	running   sync.Mutex
}

// Run tests everything that holds now, records the difference when there is one,
// and returns it with the outcome.
func (w *Watcher) Run(ctx context.Context) (record.Watch, Outcome, error) {
	w.running.Lock()
	defer w.running.Unlock()
	held, err := w.Memory.Watched(ctx)
	if err != nil {
		return record.Watch{}, Outcome{}, fmt.Errorf("read what is watched: %w", err)
	}
	day := w.Memory.Now()
	out, err := Run(ctx, Input{
		Catalogue: w.Catalogue, Observations: held.Observations, Roles: held.Roles, Limits: held.Limits, Day: day, Workers: w.Workers,
	})
	if err != nil {
		return record.Watch{}, out, fmt.Errorf("watch: %w", err)
	}
	diff := Difference(out, held.Held, w.Code, day)
	if len(diff.Began) == 0 && len(diff.Ended) == 0 {
		return diff, out, nil
	}
	e, err := record.New(record.WatchRan, "watch", "", w.Actor, diff)
	if err != nil {
		return diff, out, err
	}
	return diff, out, w.Memory.Record(ctx, e)
}
