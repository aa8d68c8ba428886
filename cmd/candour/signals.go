package main

import (
	"context"
	"math"

	"candour/internal/access"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/watch"
)

// visits is the scored visits of a commissioner, each against the mean and spread
// of all of them: how many standard deviations worse than its usual visit.
func (m watched) visits(ctx context.Context, sc access.Scope) ([]watch.VisitScore, error) {
	held, err := m.SignalsHeld(ctx, sc, store.SignalFilter{Kind: signal.KindVisit})
	if err != nil {
		return nil, err
	}
	var scores []watch.VisitScore
	sum, squares := 0.0, 0.0
	for i := range held {
		h := &held[i]
		score, questions := 0.0, 0
		if h.Visit != nil {
			score, questions = h.Visit.Score()
		}
		if questions == 0 || h.Triage.Withdrawn != "" {
			continue
		}
		on, _ := h.EventDay()
		scores = append(scores, watch.VisitScore{Provider: h.Place.Provider, On: on.Begins(), Recorded: h.Recorded, Score: score})
		sum, squares = sum+score, squares+score*score
	}
	n := float64(len(scores))
	spread := math.Sqrt(max(0, squares/max(n, 1)-(sum/max(n, 1))*(sum/max(n, 1))))
	if n < 2 || spread < 1e-9 {
		return nil, nil // nothing to compare a visit with
	}
	for i := range scores {
		scores[i].Score = (scores[i].Score - sum/n) / spread
	}
	return scores, nil
}
