package main

import (
	"context"
	"path/filepath"

	"candour/internal/access"
	"candour/internal/demo"
	"candour/internal/fault"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/watch"
)

// assure loads what providers assured the commissioner of.
func (c *DemoCmd) assure(ctx context.Context, h *House, a demo.Assured) error {
	r, err := h.loadSubmissions(ctx, TenantFlag{Tenant: a.Tenant}.scope(), filepath.Join(c.files(), filepath.FromSlash(a.Name)))
	if err == nil && len(r.Refusals) > 0 {
		err = fault.New(fault.Internal, "submissions of the demonstration were refused: %+v", r.Refusals)
	}
	return err
}

// contradict records of one statement that the provider's own figures contradict it,
// as a quality lead does on the page of the statement.
func (c *DemoCmd) contradict(ctx context.Context, h *House, a demo.Assured, by access.AccountID) error {
	lead, err := h.Store.Viewer(ctx, by)
	if err != nil {
		return err
	}
	sc := access.For(lead, org.Code(a.Tenant))
	known, err := h.Store.Contradictions(ctx, sc, a.Provider)
	if err != nil || len(known) > 0 {
		return err
	}
	held, err := h.Store.Submissions(ctx, sc, a.Provider)
	if err != nil {
		return err
	}
	observed, err := h.Store.Observations(ctx, sc, store.Wanted{Indicators: []indicator.ID{a.By}, Orgs: []org.Code{a.Provider}})
	if err != nil {
		return err
	}
	for i := range held {
		if held[i].About == a.About && len(observed) > 0 {
			newest := observed[len(observed)-1] // by period
			d := h.Catalogue.Get(a.By)
			_, err = h.Store.Contradict(ctx, sc, signal.Contradiction{
				Submission: held[i].ID, Version: held[i].Version, Statement: a.Disproved, Evidence: signal.EvidenceObservation,
				Ref: string(a.By) + " " + newest.Period.String(), Says: "Value: " + d.Name + ", " + newest.Period.Words() + ": " + watch.Format(d)(newest.Value*d.Multiplier), Because: a.Because,
			})
			return err
		}
	}
	return fault.New(fault.Internal, "the demonstration’s submissions or figures of %s are not held", a.Provider)
}
