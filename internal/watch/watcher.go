package watch

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/concern"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/record"
)

// Memory is what a watcher needs of the store.
type Memory interface {
	// Watched is everything that decides the findings: observations of all tenants,
	// roles, limits set anew, and the ids of the findings recorded as holding.
	Watched(ctx context.Context) (Watched, error)
	// Evidence is what the concern of one commissioner's providers is judged from
	// beside the history ("" on published data alone), and what is recorded of it now.
	Evidence(ctx context.Context, tenant org.Code) (Evidence, map[org.Code]string, error)
	// Tenants is the commissioners for whom concern is judged.
	Tenants(ctx context.Context) ([]org.Code, error)
	// Alerts is how one commissioner's alerts stand.
	Alerts(ctx context.Context, tenant org.Code) (Alerts, error)
	// Record appends events, durable when it returns.
	Record(ctx context.Context, events ...record.Event) error
	Now() time.Time
}

// Watched is what Memory gives.
type Watched struct {
	History []indicator.Observation // every vintage, in the order that Input asks for
	Roles   map[org.Code]org.Role
	Limits  map[Key][]Limits
	Held    []string
}

// current is the observations of a history that hold now.
func current(history []indicator.Observation) []indicator.Observation {
	out := make([]indicator.Observation, 0, len(history))
	for i := range history {
		if history[i].Until == math.MaxInt64 {
			out = append(out, history[i])
		}
	}
	return out
}

// Watcher runs the watch and records what changed. One run goes on at a time.
type Watcher struct {
	Memory    Memory
	Catalogue *indicator.Catalogue
	Code      string // version of the binary
	Actor     access.AccountID
	Workers   int
	Params    *concern.Params // of the fusion, as shipped; nil leaves concern unjudged
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
		Catalogue: w.Catalogue, Observations: current(held.History), Roles: held.Roles, Limits: held.Limits, Day: day, Workers: w.Workers,
	})
	if err != nil {
		return record.Watch{}, out, fmt.Errorf("watch: %w", err)
	}
	diff := Difference(out, held.Held, w.Code, day)
	if len(diff.Began) > 0 || len(diff.Ended) > 0 {
		e, err := record.New(record.WatchRan, "watch", "", w.Actor, diff)
		if err != nil {
			return diff, out, err
		}
		if err := w.Memory.Record(ctx, e); err != nil {
			return diff, out, err
		}
	}
	return diff, out, w.judge(ctx, held.History)
}

// judge judges concern for every commissioner and on published data alone, on all
// cores, and records what changed, in one order; then the alerts that follow.
func (w *Watcher) judge(ctx context.Context, history []indicator.Observation) error {
	if w.Params == nil {
		return nil
	}
	tenants, err := w.Memory.Tenants(ctx)
	if err != nil {
		return err
	}
	tenants = append([]org.Code{""}, tenants...)
	all := make([]judgement, len(tenants))
	var group errgroup.Group
	group.SetLimit(cmp.Or(w.Workers, runtime.GOMAXPROCS(0)))
	for i, tenant := range tenants {
		group.Go(func() (err error) {
			all[i], err = w.judgeFor(ctx, tenant, history)
			if err != nil {
				return fmt.Errorf("judge concern for commissioner %q: %w", tenant, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	var events []record.Event
	for i, tenant := range tenants {
		if len(all[i].body.Judged) == 0 && len(all[i].body.Dropped) == 0 {
			continue
		}
		e, err := record.New(record.ConcernJudged, "concern", tenant, w.Actor, all[i].body)
		if err != nil {
			return err
		}
		events = append(events, e)
	}
	if len(events) > 0 {
		if err := w.Memory.Record(ctx, events...); err != nil {
			return err
		}
	}
	for i, tenant := range tenants {
		if tenant == "" {
			continue // nobody answers for what published data alone says
		}
		if err := w.alarm(ctx, tenant, &all[i]); err != nil {
			return err
		}
	}
	return nil
}

// judgement is what was judged for one commissioner, and by what.
type judgement struct {
	body   record.Concern
	list   []concern.Assessment
	method alert.Method
	alerts Alerts
}

func (w *Watcher) judgeFor(ctx context.Context, tenant org.Code, history []indicator.Observation) (j judgement, err error) {
	in, held, err := w.Memory.Evidence(ctx, tenant)
	if err != nil {
		return j, err
	}
	j.alerts.Settings = alert.UsualSettings()
	if tenant != "" {
		if j.alerts, err = w.Memory.Alerts(ctx, tenant); err != nil {
			return j, err
		}
	}
	j.method = alert.NewMethod(w.Params, j.alerts.Settings, j.alerts.Estimates)
	in.Tenant, in.Observations, in.Catalogue, in.Params, in.Now = tenant, history, w.Catalogue, j.method.Params, w.Memory.Now()
	if j.list, err = Judge(in); err != nil {
		return j, err
	}
	j.body, err = Judged(in, j.list, j.method.Budget, held, w.Code)
	return j, err
}
