package digest

import (
	"context"
	"time"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/store"
)

// Reader reads what digests are made from.
type Reader struct {
	Store     *store.Store
	Catalogue *indicator.Catalogue
	Rulebook  *calendar.Rulebook
	Params    *concern.Params // as they are shipped
}

// Made is everything that a weekly digest is made from.
type Made struct {
	Week   Week
	Leaves bool      // it is sent by e-mail: see the package's comment
	At     time.Time // the moment as of which it is: the end of the week, or before
	Whose  string    // the commissioner
	May    func(access.Action) bool

	Names     map[org.Code]string
	Heir      func(org.Code) org.Code   // who holds the whole history of a provider at At; nil is itself
	Indicator func(indicator.ID) string // its name
	Source    func(indicator.ID) string // id of the source that it comes from
	Providers map[org.Code]bool         // the purview
	Before    []store.Concern           // as the week began
	Now       []store.Concern

	Alerts   []alert.Alert        // every one of the last two years, as it stands
	Evidence map[alert.Ref]string // of the new ones: the largest contribution
	Judged   int                  // providers that can be judged
	Since    time.Time            // when concern was first judged
	Budget   concern.Budget

	Clocks   *Clocks // nil where the reader may not see signals
	Found    []store.HeldFinding
	Restated []store.Restated
	Scale    string // how the scale of points changed in the week
	From     int64  // position as the week began
}

// hitYears is how far back the hit rate looks, as recalibration does.
const hitYears = 2

// Week reads what a week's digest is made from, for the scope's viewer: as of the
// week's end, or as of the scope's position and moment where that is before. With
// leaves it is to be sent. It makes some twenty queries, however many providers
// there are.
func (r *Reader) Week(ctx context.Context, sc access.Scope, week Week, moment time.Time, leaves bool) (m Made, err error) {
	m = Made{Week: week, Leaves: leaves, At: moment, Providers: map[org.Code]bool{}, Indicator: r.indicatorName, Source: r.sourceOf}
	m.May = func(a access.Action) bool {
		return access.Allows(sc.Viewer, sc.Tenant, a, access.Resource{Tenant: sc.Tenant})
	}
	if end := week.Ends(); end.Before(moment) {
		position, err := r.Store.PositionAt(ctx, end.Add(-time.Microsecond))
		if err != nil {
			return m, err
		}
		m.At, sc = end.Add(-time.Microsecond), sc.At(min(position, sc.AsOf))
	}
	if m.From, err = r.Store.PositionAt(ctx, week.Begins().Add(-time.Microsecond)); err != nil {
		return m, err
	}
	if err = r.names(ctx, sc, &m); err != nil {
		return m, err
	}
	if m.Now, err = r.Store.Concerns(ctx, sc, ""); err != nil {
		return m, err
	}
	if m.Before, err = r.Store.Concerns(ctx, sc.At(m.From), ""); err != nil {
		return m, err
	}
	if m.Scale, err = r.scale(ctx, sc, &m); err != nil {
		return m, err
	}
	if leaves { // a mailbox is outside, whoever owns it
		for i := range m.Now {
			m.Now[i].Assessment.Withhold()
			m.Now[i].Explanation.Withhold(&m.Now[i].Assessment)
		}
	}
	if err = r.alerts(ctx, sc, &m); err != nil {
		return m, err
	}
	if m.Found, err = r.Store.Stale(ctx, sc); err != nil {
		return m, err
	}
	if m.Restated, err = r.Store.Restated(ctx, sc, m.From); err != nil {
		return m, err
	}
	if m.May(access.SeeSignals) {
		clocks, err := r.Clocks(ctx, sc, m.At, Place{})
		if err != nil {
			return m, err
		}
		m.Clocks = &clocks
	}
	return m, nil
}

// scale says how the scale of points changed between the judgements compared.
func (r *Reader) scale(ctx context.Context, sc access.Scope, m *Made) (string, error) {
	was, is := newestVersion(m.Before), newestVersion(m.Now)
	if was == "" || was == is {
		return "", nil
	}
	then, err := r.Store.JudgedMethod(ctx, sc, r.Params, was)
	if err != nil {
		return "", err
	}
	now, err := r.Store.JudgedMethod(ctx, sc, r.Params, is)
	return alert.ScaleWords(&then, &now), err
}

// newestVersion is the version of the parameters by which the newest was judged.
func newestVersion(list []store.Concern) (version string) {
	newest := int64(-1)
	for i := range list {
		if c := &list[i]; c.Position > newest {
			version, newest = c.Assessment.Params, c.Position
		}
	}
	return version
}

func (r *Reader) indicatorName(id indicator.ID) string {
	if d := r.Catalogue.Get(id); d != nil {
		return d.Name
	}
	return string(id)
}

func (r *Reader) sourceOf(id indicator.ID) string {
	if d := r.Catalogue.Get(id); d != nil && d.Source != "" {
		return d.Source
	}
	return string(id)
}

// names reads what the commissioner and its providers are called.
func (r *Reader) names(ctx context.Context, sc access.Scope, m *Made) error {
	orgs, err := r.Store.Organisations(ctx, sc)
	if err != nil {
		return err
	}
	successions, err := r.Store.Successions(ctx, sc)
	if err != nil {
		return err
	}
	m.Heir = func(code org.Code) org.Code { return successions.Heir(code, m.At) }
	m.Names = make(map[org.Code]string, len(orgs))
	for i := range orgs {
		m.Names[orgs[i].Code] = org.Short(orgs[i].Called())
	}
	purview, err := r.Store.Purview(ctx, sc)
	if err != nil {
		return err
	}
	for _, code := range purview {
		m.Providers[code] = true
	}
	tenants, err := r.Store.Tenants(ctx, []org.Code{sc.Tenant})
	m.Whose = org.Organisation{Code: sc.Tenant, Name: tenants[sc.Tenant]}.Called()
	return err
}

// alerts reads the alerts of two years and the evidence of the week's first few.
func (r *Reader) alerts(ctx context.Context, sc access.Scope, m *Made) (err error) {
	if m.Alerts, err = r.Store.Alerts(ctx, sc, store.AlertFilter{}); err != nil {
		return err
	}
	if m.Since, m.Judged, err = r.Store.JudgedSince(ctx, sc); err != nil {
		return err
	}
	method, err := r.Store.AlertMethod(ctx, sc, r.Params)
	if err != nil {
		return err
	}
	m.Budget, m.Evidence = method.Budget, map[alert.Ref]string{}
	for i, a := range m.raised() {
		if i == alertItems {
			break
		}
		x, err := r.Store.AlertEvidence(ctx, sc, a.Ref)
		if err != nil {
			return err
		}
		if m.Leaves {
			x.Assessment.Withhold()
			x.Explanation.Withhold(&x.Assessment)
		}
		m.Evidence[a.Ref] = m.because(x.Explanation.Lines)
	}
	return nil
}
