package main

import (
	"context"
	"time"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/calendar"
	"candour/internal/demo"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/store"
)

// People look at what a load brought on the next morning, and decide on the day
// after that.
const (
	looksAfter   = 26 * time.Hour
	decidesAfter = 50 * time.Hour
)

// deeds does what people did after a stage, by the changes that the pages make:
// quality leads look at the watch list, open the alerts that were raised and take
// them; what was raised at an earlier stage is closed with its outcome. After the
// stage of a week ago nobody has opened anything yet.
func (c *DemoCmd) deeds(ctx context.Context, d *begun, stage int, last bool) error {
	at := d.economy.Moments()[stage]
	for _, part := range []struct {
		after time.Duration
		do    func(context.Context, access.Scope, []alert.Alert, time.Time) error
	}{{looksAfter, d.look}, {decidesAfter, d.decideAll}, {decidesAfter, d.inbox}} {
		d.clock.set(at.Add(part.after))
		for _, tenant := range d.economy.Tenants() {
			lead, err := d.house.Store.Viewer(ctx, d.economy.Holder(tenant, access.QualityLead))
			if err != nil {
				return err
			}
			sc := access.For(lead, tenant)
			held, err := d.house.Store.Alerts(ctx, sc, store.AlertFilter{Open: true})
			if err != nil {
				return err
			}
			if last {
				held = nil
			}
			if err := part.do(ctx, sc, held, at); err != nil {
				return err
			}
		}
	}
	return nil
}

// look is what the scope's viewer was shown on the day of the clock: the watch list,
// the provider that has a story, and the alerts that nobody had opened.
func (d *begun) look(ctx context.Context, sc access.Scope, held []alert.Alert, _ time.Time) error {
	now := d.house.Store.Now()
	day := now.In(calendar.London).Format(time.DateOnly)
	things := []string{"watch-list/" + day, "provider/" + string(demo.Aldermoor), "provider-page/" + string(demo.Aldermoor) + "/" + day}
	for i := range held {
		if held[i].Opened.IsZero() {
			things = append(things, "alert/"+string(held[i].Ref))
		}
	}
	views := make([]record.View, len(things))
	for i, thing := range things {
		views[i] = record.View{Account: sc.Viewer.Account, Tenant: sc.Tenant, Thing: thing, At: now}
	}
	e, err := record.New(record.FirstShown, "shown", sc.Tenant, "pages", record.Shown{Views: views})
	if err != nil {
		return err
	}
	_, err = d.house.Store.Record(ctx, e)
	return err
}

// decideAll decides about each alert that is open.
func (d *begun) decideAll(ctx context.Context, sc access.Scope, held []alert.Alert, stage time.Time) error {
	for i := range held {
		if err := d.decide(ctx, sc, &held[i], stage); err != nil {
			return err
		}
	}
	return nil
}

// decide is the step that the scope's viewer takes about an open alert: one that was
// raised at this stage is given to somebody; one of before is closed when there was
// time to look into it.
func (d *begun) decide(ctx context.Context, sc access.Scope, a *alert.Alert, stage time.Time) error {
	step := alert.Step{Ref: a.Ref, Number: a.Version + 1, Role: access.QualityLead}
	nth, err := d.countAlerts(ctx, sc, a)
	if err != nil {
		return err
	}
	v, ends := demo.VerdictOn(a.Provider, nth)
	switch {
	case a.State == alert.Raised:
		step.Act, step.To = alert.Assign, sc.Viewer.Account
		if !ends {
			step.To = d.economy.Holder(sc.Tenant, access.ClinicalReviewer)
		}
	case ends && a.Raised.Before(stage):
		step.Act, step.Outcome, step.Because = alert.Close, v.Outcome, v.Because
	default:
		return nil
	}
	return d.house.Store.StepAlerts(ctx, sc, step)
}

// countAlerts is the how manieth alert about its provider an alert is.
func (d *begun) countAlerts(ctx context.Context, sc access.Scope, a *alert.Alert) (n int, err error) {
	all, err := d.house.Store.Alerts(ctx, sc, store.AlertFilter{Of: []org.Code{a.Provider}, RaisedUntil: a.Raised.Add(time.Second)})
	return len(all), err
}

// assurances is what providers said and, a stage later, that a quality lead holds it
// against their figures.
func (c *DemoCmd) assurances(ctx context.Context, d *begun, stage int) error {
	a := d.economy.Assurances()
	switch stage {
	case a.Stage:
		return c.assure(ctx, d.house, a)
	case a.Stage + 1:
		d.clock.set(d.economy.Moments()[stage].Add(decidesAfter))
		return c.contradict(ctx, d.house, a, d.economy.Holder(org.Code(a.Tenant), access.QualityLead))
	}
	return nil
}
