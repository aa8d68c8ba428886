package main

import (
	"context"
	"slices"
	"time"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/demo"
	"candour/internal/fault"
	"candour/internal/listen"
	"candour/internal/signal"
	"candour/internal/store"
)

// inbox is what the people of a commissioner did about signals after an earlier stage,
// by the changes that the pages make: the quality lead deals with what lay in the
// inbox, many at a time, and the clinical reviewer codes complaints of the sample a
// second time.
func (d *begun) inbox(ctx context.Context, lead access.Scope, _ []alert.Alert, _ time.Time) error {
	held, err := d.house.Store.SignalsHeld(ctx, lead, store.SignalFilter{Pile: store.PileToDo})
	if err != nil {
		return err
	}
	var list []store.Alteration
	for i := range held {
		if h := &held[i]; slices.Contains(demo.Triaged, h.Kind) && h.Triage.Outcome == "" {
			list = append(list, store.Alteration{Ref: h.Reference, Version: h.Triage.Version, Changes: listen.Settle(&h.Signal, demo.TriageWords(h.Kind))})
		}
	}
	if err := d.together(ctx, lead, "Read and noted", list); err != nil {
		return err
	}
	reviewer := d.economy.Holder(lead.Tenant, access.ClinicalReviewer)
	if reviewer == "" {
		return nil
	}
	v, err := d.house.Store.Viewer(ctx, reviewer)
	if err != nil {
		return err
	}
	sc := access.For(v, lead.Tenant)
	waiting, err := d.house.Store.AwaitingSecondCode(ctx, sc, demo.SecondCodes(lead.Tenant))
	if err != nil {
		return err
	}
	list = nil
	for i := range waiting.List {
		h, err := d.house.Store.Signal(ctx, sc, waiting.List[i].Ref)
		if err != nil {
			return err
		}
		if first, coded := h.TopHCAT(); coded {
			list = append(list, store.Alteration{Ref: h.Reference, Version: h.Triage.Version, Changes: []signal.Change{signal.SecondCoded{Code: demo.SecondCode(h.Reference, first)}}})
		}
	}
	return d.together(ctx, sc, "Coded a second time", list)
}

// together makes changes of many signals, some hundreds at a time.
func (d *begun) together(ctx context.Context, sc access.Scope, what string, list []store.Alteration) error {
	for part := range slices.Chunk(list, changedTogether) {
		done, err := d.house.Desk.ChangeTogether(ctx, sc, what, part...)
		if err != nil {
			return err
		}
		if len(done.Failed) > 0 {
			return fault.New(fault.Internal, "%s: %s was refused: %s", what, done.Failed[0].Ref, done.Failed[0].Why)
		}
	}
	return nil
}

// changedTogether is how many signals are changed in one entry.
const changedTogether = 200
