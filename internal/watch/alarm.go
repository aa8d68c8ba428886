package watch

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"candour/internal/alert"
	"candour/internal/concern"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/record"
)

// Alerts is how the alerts of one commissioner stand: what is set and learnt, and
// every alert there ever was.
type Alerts struct {
	Settings  alert.Settings
	Estimates []alert.Estimate
	Held      []alert.Alert
	Since     time.Time // when concern was first judged here; zero is never
	Providers int       // how many can be judged
}

// alarm raises the alerts that follow from a judgement, adds newer judgements to
// those that are open, and then does what is due of itself.
func (w *Watcher) alarm(ctx context.Context, tenant org.Code, j *judgement) error {
	raise, add := alert.Judge(j.method, j.list, j.alerts.Held, j.heirs.heir)
	var events []record.Event
	year := w.Memory.Now().UTC().Year()
	number := alert.NextNumber(j.alerts.Held, year)
	for i, b := range raise {
		e, err := w.raise(tenant, alert.NewRef(year, number+i), b, j)
		if err != nil {
			return err
		}
		events = append(events, e)
	}
	for _, s := range add {
		e, err := w.stepped(tenant, s)
		if err != nil {
			return err
		}
		events = append(events, e)
	}
	if err := w.once(ctx, events); err != nil {
		return err
	}
	return w.tend(ctx, tenant)
}

// raise is the event of an alert, with its evidence pinned.
func (w *Watcher) raise(tenant org.Code, ref alert.Ref, b alert.Brief, j *judgement) (record.Event, error) {
	body := record.AlertRaise{Ref: ref, Brief: b, Budget: j.method.Budget.Budget, ScoreFrom: j.method.Budget.Score, LevelFrom: j.method.Budget.Level, Code: w.Code}
	for i := range j.list {
		a := &j.list[i]
		if a.Provider != b.Provider {
			continue
		}
		var err error
		if body.Assessment, err = json.Marshal(finite(*a)); err != nil {
			return record.Event{}, fmt.Errorf("write the evidence of %s: %w", ref, err)
		}
		if body.Explanation, err = json.Marshal(concern.Explain(j.method.Params, j.method.Budget, a, j.list)); err != nil {
			return record.Event{}, fmt.Errorf("write the explanation of %s: %w", ref, err)
		}
	}
	return record.New(record.AlertRaised, "alert/"+string(ref), tenant, w.Actor, body)
}

func (w *Watcher) stepped(tenant org.Code, s alert.Step) (record.Event, error) {
	return record.New(record.AlertStepped, "alert/"+string(s.Ref), tenant, w.Actor, s)
}

// Tend does what is due of itself for every commissioner: alerts that nobody has
// opened go up a level, and closed alerts teach what they teach. It is decided at
// the moment of the store's clock, from what is recorded, and recorded.
func (w *Watcher) Tend(ctx context.Context) error {
	w.running.Lock()
	defer w.running.Unlock()
	tenants, err := w.Memory.Tenants(ctx)
	if err != nil {
		return err
	}
	for _, tenant := range tenants {
		if err := w.tend(ctx, tenant); err != nil {
			return err
		}
	}
	return nil
}

func (w *Watcher) tend(ctx context.Context, tenant org.Code) error {
	if w.Params == nil {
		return nil
	}
	a, err := w.Memory.Alerts(ctx, tenant)
	if err != nil {
		return fmt.Errorf("read the alerts of commissioner %q: %w", tenant, err)
	}
	now := w.Memory.Now()
	var events []record.Event
	for _, s := range alert.Climbs(a.Held, a.Settings.Days, now) {
		e, err := w.stepped(tenant, s)
		if err != nil {
			return err
		}
		events = append(events, e)
	}
	method := alert.NewMethod(w.Params, a.Settings, a.Estimates)
	for _, x := range alert.Learn(method, a.Held, alert.Experience(a.Held, a.Providers, a.Since, now), w.Code, now) {
		e, err := record.New(record.AlertsEstimated, "alerts", tenant, w.Actor, x)
		if err != nil {
			return err
		}
		events = append(events, e)
	}
	return w.once(ctx, events)
}

// once records events, each by itself. A conflict is that another node, or a
// person, did the same or something else meanwhile: that event is left, and the
// next run looks again.
func (w *Watcher) once(ctx context.Context, events []record.Event) error {
	for _, e := range events {
		if err := w.Memory.Record(ctx, e); err != nil && !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	return nil
}
