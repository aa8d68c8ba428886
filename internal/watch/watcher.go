package watch

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/record"
)

// Memory is what a watcher needs of the store.
type Memory interface {
	// Watched is everything that decides the findings, all as of one position:
	// observations of all tenants, roles, limits set anew, what is recorded as
	// holding, and what changed since that was judged.
	Watched(ctx context.Context) (Watched, error)
	// Evidence is what the concern of one commissioner's providers is judged from
	// beside the history ("" on published data alone), and what is recorded of it now.
	Evidence(ctx context.Context, tenant org.Code) (Evidence, map[org.Code]string, error)
	// Tenants is the commissioners for whom concern is judged.
	Tenants(ctx context.Context) ([]org.Code, error)
	// Alerts is how one commissioner's alerts stand.
	Alerts(ctx context.Context, tenant org.Code) (Alerts, error)
	// Told is the commissioners of whom signals were received, dealt with or counted
	// anew after a position, and the position up to which that was looked for.
	Told(ctx context.Context, after int64) (tenants []org.Code, through int64, err error)
	// Record appends events, durable when it returns.
	Record(ctx context.Context, events ...record.Event) error
	Now() time.Time
}

// Watched is what Memory gives.
type Watched struct {
	Through     int64                   // the position
	History     []indicator.Observation // every vintage, in the order that Input asks for; lineage may be left out
	Roles       map[org.Code]org.Role
	Successions org.Successions
	Limits      map[Key][]Limits
	Held        Held
	Changed     Changed // after Held.Through
}

// current is the observations of a history that hold at a position.
func current(history []indicator.Observation, position int64) []indicator.Observation {
	out := make([]indicator.Observation, 0, len(history))
	for i := range history {
		if history[i].Until > position {
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
	through   int64         // up to which this watcher has judged what people said
	day       calendar.Date // for which it has judged
}

// Run tests what changed since the last run, records the difference when there is
// one, and returns it with the outcome, which is the one that testing everything
// would give. Where none ran before, or the program or a definition has changed
// since, everything is tested.
func (w *Watcher) Run(ctx context.Context) (record.Watch, Outcome, error) {
	w.running.Lock()
	defer w.running.Unlock()
	return w.run(ctx, false)
}

// RunAll tests everything again, whatever was recorded.
func (w *Watcher) RunAll(ctx context.Context) (record.Watch, Outcome, error) {
	w.running.Lock()
	defer w.running.Unlock()
	return w.run(ctx, true)
}

func (w *Watcher) run(ctx context.Context, all bool) (record.Watch, Outcome, error) {
	held, err := w.Memory.Watched(ctx)
	if err != nil {
		return record.Watch{}, Outcome{}, fmt.Errorf("read what is watched: %w", err)
	}
	day, definitions := w.Memory.Now(), digestOf(w.Catalogue)
	in := Input{
		Catalogue: w.Catalogue, Observations: current(held.History, held.Through), Roles: held.Roles, Successions: held.Successions, Limits: held.Limits, Day: day, Workers: w.Workers,
	}
	same := held.Held.Code == w.Code && held.Held.Catalogue == definitions
	if same && !all {
		in.Since = &Since{held.Held, held.Changed}
	}
	out, err := Run(ctx, in)
	if err != nil {
		return record.Watch{}, out, fmt.Errorf("watch: %w", err)
	}
	diff := Difference(out, held.Held, w.Code, day)
	diff.Through, diff.Catalogue = held.Through, definitions
	if !same || len(diff.Began)+len(diff.Ended)+len(diff.Verdicts)+len(diff.Dropped) > 0 {
		e, err := record.New(record.WatchRan, "watch", "", w.Actor, diff)
		if err != nil {
			return diff, out, err
		}
		if err := w.Memory.Record(ctx, e); err != nil {
			return diff, out, err
		}
	}
	tenants, err := w.tenants(ctx)
	if err != nil {
		return diff, out, err
	}
	if err := w.judge(ctx, held, append([]org.Code{""}, tenants...)); err != nil {
		return diff, out, err
	}
	w.through, w.day = held.Through, calendar.DateOf(day)
	return diff, out, nil
}

// tenants is the commissioners for whom concern is judged, none without parameters.
func (w *Watcher) tenants(ctx context.Context) ([]org.Code, error) {
	if w.Params == nil {
		return nil, nil
	}
	return w.Memory.Tenants(ctx)
}

// Follow brings the judgement up to what people have said and done since this watcher
// judged last, and reports whether anything was to be judged: concern is judged anew
// for the commissioners of whom a signal was received or dealt with, and on another day
// everything that depends on the day, as after a delivery. So a fact above any score
// stands on the watch list soon after it was recorded, and no longer than it should
// (R-RISK-4), whether or not a file comes.
func (w *Watcher) Follow(ctx context.Context) (bool, error) {
	w.running.Lock()
	defer w.running.Unlock()
	if w.day != calendar.DateOf(w.Memory.Now()) {
		_, _, err := w.run(ctx, false)
		return true, err
	}
	told, through, err := w.Memory.Told(ctx, w.through)
	if err != nil {
		return false, fmt.Errorf("look for what people said: %w", err)
	}
	judged, err := w.tenants(ctx)
	if err != nil {
		return false, err
	}
	told = slices.DeleteFunc(told, func(code org.Code) bool { return !slices.Contains(judged, code) })
	if len(told) == 0 {
		w.through = through
		return false, nil
	}
	held, err := w.Memory.Watched(ctx)
	if err != nil {
		return true, fmt.Errorf("read what is watched: %w", err)
	}
	if err := w.judge(ctx, held, told); err != nil {
		return true, err
	}
	w.through = through
	return true, nil
}

// digestOf is a digest of the definitions in force.
func digestOf(c *indicator.Catalogue) string {
	h := sha256.New()
	for _, id := range c.IDs() {
		fmt.Fprintf(h, "%s %s\n", id, c.Get(id).Version)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// judge judges concern for commissioners, "" on published data alone, on all
// cores, and records what changed, in one order; then the alerts that follow.
func (w *Watcher) judge(ctx context.Context, held Watched, tenants []org.Code) error {
	if w.Params == nil {
		return nil
	}
	all := make([]judgement, len(tenants))
	var group errgroup.Group
	group.SetLimit(cmp.Or(w.Workers, runtime.GOMAXPROCS(0)))
	for i, tenant := range tenants {
		group.Go(func() (err error) {
			all[i], err = w.judgeFor(ctx, tenant, held)
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
	heirs  *heirs // to whom the alerts of merged providers go
}

func (w *Watcher) judgeFor(ctx context.Context, tenant org.Code, watched Watched) (j judgement, err error) {
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
	in.Tenant, in.Observations, in.Roles, in.Catalogue, in.Params, in.Now = tenant, watched.History, watched.Roles, w.Catalogue, j.method.Params, w.Memory.Now()
	j.heirs = heirsOf(&in)
	var learnt []concern.Estimate
	if j.list, learnt, err = Judge(in); err != nil {
		return j, err
	}
	if j.body, err = Judged(in, j.list, j.method.Budget, held, w.Code); err != nil || len(j.body.Judged) == 0 {
		return j, err
	}
	j.body.Estimates, err = json.Marshal(learnt)
	return j, err
}
