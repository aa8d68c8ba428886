package main

import (
	"context"

	"candour/internal/calendar"
	"candour/internal/demo"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
)

// readLogs gives the complaints of the providers' logs the outcome with which a
// complaints manager takes such a log in: they lie with the provider, and their dates
// are watched.
func (c *DemoCmd) readLogs(ctx context.Context, h *House, tenant org.Code) error {
	sc := TenantFlag{Tenant: string(tenant)}.scope()
	open, err := h.Store.OpenComplaints(ctx, sc)
	if err != nil {
		return err
	}
	for i := range open {
		if x := &open[i]; demo.Logged(x.Theirs) && x.Triage.Outcome == "" {
			if _, err := h.Desk.Change(ctx, sc, x.Reference, x.Triage.Version, signal.OutcomeSet{Outcome: signal.OutcomeWatch, Because: "It lies with the provider; we watch its dates"}); err != nil {
				return err
			}
		}
	}
	return nil
}

// moved records how far duties of candour and learning responses got. What stands
// elsewhere than the first of its events begins, an earlier start has moved.
func (c *DemoCmd) moved(ctx context.Context, h *House, tenant org.Code, list []demo.Movement) error {
	sc := TenantFlag{Tenant: string(tenant)}.scope()
	for _, m := range list {
		held, err := h.Store.SignalsHeld(ctx, sc, store.SignalFilter{Kind: m.Kind})
		if err != nil {
			return err
		}
		for i := range held {
			x := &held[i]
			if x.Title != m.Title || x.Triage.State != x.Kind.FirstState() {
				continue
			}
			changes := make([]signal.Change, len(m.Events))
			for k, e := range m.Events {
				changes[k] = e
			}
			if _, err := h.Desk.Change(ctx, sc, x.Reference, x.Triage.Version, changes...); err != nil {
				return err
			}
		}
	}
	return nil
}

// stepIn records how commissioners stepped in on complaints that were not dealt with,
// checked as the form checks it, and what providers replied. What an earlier start
// has recorded stays as it is.
func (c *DemoCmd) stepIn(ctx context.Context, h *House, list []demo.Intervention) error {
	for _, tenant := range []org.Code{demo.Marlshire, demo.Severnside, demo.TarnValley} {
		if err := c.readLogs(ctx, h, tenant); err != nil {
			return err
		}
	}
	for i := range list {
		in := &list[i]
		sc := TenantFlag{Tenant: string(in.Tenant)}.scope()
		open, err := h.Store.OpenComplaints(ctx, sc)
		if err != nil {
			return err
		}
		found := false
		for k := range open {
			x := &open[k]
			if x.Theirs != in.Theirs {
				continue
			}
			if found = true; len(x.Triage.StepIns) > 0 {
				break
			}
			if err := in.StepIn.Validate(h.Desk.Taxonomies, calendar.DateOf(h.Store.Now())).Err(); err != nil {
				return err
			}
			changes := []signal.Change{signal.SteppedIn{StepIn: in.StepIn}}
			if in.Replied.Reply != "" {
				changes = append(changes, in.Replied)
			}
			if _, err := h.Desk.Change(ctx, sc, x.Reference, x.Triage.Version, changes...); err != nil {
				return err
			}
			break
		}
		if !found {
			return fault.New(fault.Internal, "the demonstration’s complaint %s is not open at %s", in.Theirs, in.Tenant)
		}
	}
	return nil
}

// plan records the providers' plans of responses to incidents, checked as the form
// checks them. What an earlier start has recorded stays as it is.
func (c *DemoCmd) plan(ctx context.Context, h *House, plans []signal.ResponsePlan) error {
	sc := TenantFlag{Tenant: string(demo.Marlshire)}.scope()
	held, err := h.Store.Plans(ctx, sc)
	if err != nil || len(held) > 0 {
		return err
	}
	for _, p := range plans {
		if err := p.Validate(calendar.DateOf(h.Store.Now())).Err(); err != nil {
			return err
		}
		if _, err := h.Store.RecordPlan(ctx, sc, p); err != nil {
			return err
		}
	}
	return nil
}
