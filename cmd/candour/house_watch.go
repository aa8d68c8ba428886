package main

import (
	"context"
	"time"

	"candour/internal/access"
	"candour/internal/concern"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/watch"
)

// watched gives the watch what it reads of the store.
type watched struct {
	*store.Store
	taxonomies *signal.Taxonomies
	own        []signal.OwnChannel
}

// Watched reads everything that holds now, as of one position.
func (m watched) Watched(ctx context.Context) (w watch.Watched, err error) {
	sc := everything()
	if w.Through, _, err = m.Head(ctx); err != nil {
		return w, err
	}
	sc = sc.At(w.Through)
	if w.History, err = m.History(ctx, sc); err != nil {
		return w, err
	}
	if w.Roles, err = m.Roles(ctx, sc); err != nil {
		return w, err
	}
	if w.Successions, err = m.Successions(ctx, sc); err != nil {
		return w, err
	}
	notes, err := m.Annotations(ctx, sc, "", "")
	if err != nil {
		return w, err
	}
	w.Limits = map[watch.Key][]watch.Limits{}
	for _, n := range notes {
		if n.Limits {
			k := watch.Key{Indicator: n.Indicator, Org: n.Org}
			w.Limits[k] = append(w.Limits[k], limitsOf(n))
		}
	}
	if w.Held, err = m.held(ctx, sc); err != nil {
		return w, err
	}
	w.Changed, err = m.changed(ctx, sc, w.Held.Through)
	return w, err
}

// held reads what the watch has recorded.
func (m watched) held(ctx context.Context, sc access.Scope) (h watch.Held, err error) {
	last, _, err := m.LastWatch(ctx, sc)
	if err != nil {
		return h, err
	}
	h.Through, h.Code, h.Catalogue, h.Sections = last.Through, last.Code, last.Catalogue, last.Sections
	found, err := m.Findings(ctx, sc, "")
	if err != nil {
		return h, err
	}
	for i := range found {
		h.Findings = append(h.Findings, found[i].Finding)
	}
	h.Verdicts, err = m.Verdicts(ctx, sc, store.Wanted{})
	return h, err
}

// changed reads what came after a position.
func (m watched) changed(ctx context.Context, sc access.Scope, after int64) (c watch.Changed, err error) {
	if c.Series, err = m.ChangedSeries(ctx, sc, after); err != nil {
		return c, err
	}
	if c.Orgs, err = m.ChangedOrganisations(ctx, sc, after); err != nil {
		return c, err
	}
	limits, err := m.ChangedLimits(ctx, sc, after)
	for _, x := range limits {
		c.Limits = append(c.Limits, watch.Key{Indicator: x.Indicator, Org: x.Org})
	}
	return c, err
}

// limitsOf is the limits that an annotation sets.
func limitsOf(n store.Annotation) watch.Limits {
	return watch.Limits{From: n.Period, Because: n.Text, Role: n.Role.Words(), On: n.Signed.Format("2 Jan 2006")}
}

// Evidence reads what concern is judged from beside the figures.
func (m watched) Evidence(ctx context.Context, tenant org.Code) (in watch.Evidence, recorded map[org.Code]string, err error) {
	own := access.Scope{Viewer: access.Operator(operator), Tenant: tenant, AsOf: access.Head}
	if in.Successions, err = m.Successions(ctx, own); err != nil {
		return in, nil, err
	}
	if tenant != "" {
		if in.Opened, err = m.opened(ctx, own); err != nil {
			return in, nil, err
		}
		if in.Providers, err = m.Purview(ctx, own); err != nil {
			return in, nil, err
		}
	}
	if tenant != "" {
		if in.Cells, err = m.SignalCells(ctx, own, m.own...); err != nil {
			return in, nil, err
		}
		in.Own = m.own
		restated, err := m.SignalCorrections(ctx, own, m.own...)
		if err != nil {
			return in, nil, err
		}
		in.Cells = signal.SumCells(in.Cells, restated)
		if in.Visits, err = m.visits(ctx, own); err != nil {
			return in, nil, err
		}
		facts, err := m.SignalsAbove(ctx, own)
		if err != nil {
			return in, nil, err
		}
		in.Overrides = watch.Overrides(facts, m.taxonomies, in.Successions, m.Now())
	}
	recorded, err = m.HeldAssessments(ctx, own)
	return in, recorded, err
}

// opened is when the organisations of a commissioner opened, where that is known.
func (m watched) opened(ctx context.Context, sc access.Scope) (map[org.Code]time.Time, error) {
	list, err := m.Organisations(ctx, sc)
	out := map[org.Code]time.Time{}
	for i := range list {
		if at := list[i].OpenFrom; !at.IsZero() {
			out[list[i].Code] = at
		}
	}
	return out, err
}

// Alerts reads how the alerts of one commissioner stand.
func (m watched) Alerts(ctx context.Context, tenant org.Code) (a watch.Alerts, err error) {
	own := access.Scope{Viewer: access.Operator(operator), Tenant: tenant, AsOf: access.Head}
	method, err := m.AlertMethod(ctx, own, concern.Default())
	if err != nil {
		return a, err
	}
	a.Settings, a.Estimates = method.Settings, method.Estimates
	if a.Held, err = m.Store.Alerts(ctx, own, store.AlertFilter{}); err != nil {
		return a, err
	}
	a.Since, a.Providers, err = m.JudgedSince(ctx, own)
	return a, err
}

// Tenants is the commissioners at which somebody holds a role.
func (m watched) Tenants(ctx context.Context) ([]org.Code, error) {
	return m.ActiveTenants(ctx, everything())
}

// Told finds of which commissioners' providers something was said.
func (m watched) Told(ctx context.Context, after int64) ([]org.Code, int64, error) {
	return m.Store.Told(ctx, everything(), after)
}

// Record appends events.
func (m watched) Record(ctx context.Context, events ...record.Event) error {
	_, err := m.Store.Record(ctx, events...)
	return err
}
