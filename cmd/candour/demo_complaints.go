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

// toldInPerson records the first stage of the duty of candour where it was done.
func (c *DemoCmd) toldInPerson(ctx context.Context, h *House) error {
	sc := TenantFlag{Tenant: string(demo.Marlshire)}.scope()
	held, err := h.Store.SignalsHeld(ctx, sc, store.SignalFilter{Kind: signal.KindCandour})
	if err != nil {
		return err
	}
	for i := range held {
		if x := &held[i]; x.Title == demo.ToldInPerson && x.Triage.State == "open" {
			if _, err := h.Desk.Change(ctx, sc, x.Reference, x.Triage.Version, signal.Moved{Event: "told in person", On: x.Candour.ReportedOn + 3}); err != nil {
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
	if err := c.toldInPerson(ctx, h); err != nil {
		return err
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
