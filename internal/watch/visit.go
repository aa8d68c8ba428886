package watch

import (
	"cmp"
	"math"
	"slices"
	"time"

	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/org"
	"candour/internal/signal"
)

// VisitScore is a visit: 0 is the usual visit, +1 one standard deviation worse.
type VisitScore struct {
	Provider org.Code
	On       time.Time
	Recorded time.Time
	Score    float64
}

// Visits is the scored visits of a commissioner, each against the mean and spread of
// all of them: how many standard deviations worse than its usual visit. A visit
// without a verdict on anything has no score; one that was withdrawn, or recorded
// twice, isn't counted. With fewer than two, or all alike, there is nothing to
// compare a visit with.
func Visits(list []signal.Signal) []VisitScore {
	var scores []VisitScore
	sum, squares := 0.0, 0.0
	for i := range list {
		s := &list[i]
		if s.Visit == nil || !s.Counts() || s.Triage.DuplicateOf != "" {
			continue
		}
		score, questions := s.Visit.Score()
		if questions == 0 {
			continue
		}
		day, _ := s.EventDay()
		y, m, d := day.YMD()
		// Months of evidence are months of days in London, where the first of July begins while it is June in UTC.
		scores = append(scores, VisitScore{Provider: s.Place.Provider, On: time.Date(y, m, d, 0, 0, 0, 0, time.UTC), Recorded: s.Recorded, Score: score})
		sum, squares = sum+score, squares+score*score
	}
	n := float64(len(scores))
	spread := math.Sqrt(max(0, squares/max(n, 1)-(sum/max(n, 1))*(sum/max(n, 1))))
	if n < 2 || spread < 1e-9 {
		return nil
	}
	for i := range scores {
		scores[i].Score = (scores[i].Score - sum/n) / spread
	}
	return scores
}

// visitRows turns scored visits into the engine's rows: of each month all visits that are
// known, anew whenever one more is. A visit is known from the month in which it was
// recorded, never before the month that it is about.
func visitRows(visits []VisitScore) []concern.Observation {
	when := func(v *VisitScore) (month, known concern.Month) {
		month = concern.MonthOf(calendar.MonthOf(v.On))
		return month, max(month, concern.MonthOf(calendar.MonthOf(v.Recorded)))
	}
	sorted := slices.Clone(visits)
	slices.SortFunc(sorted, func(a, b VisitScore) int {
		month, known := when(&a)
		other, from := when(&b)
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(month, other), cmp.Compare(known, from), cmp.Compare(a.Score, b.Score))
	})
	var rows []concern.Observation
	for i := range sorted {
		v := &sorted[i]
		month, known := when(v)
		row := concern.Observation{Provider: concern.ProviderID(v.Provider), Stream: "visits", Month: month, Available: known, Value: v.Score, Den: 1}
		if v.Score > 0 {
			row.Worse = 1
		}
		if n := len(rows); n > 0 && rows[n-1].Provider == row.Provider && rows[n-1].Month == month {
			before := &rows[n-1]
			row.Value = (before.Den*before.Value + v.Score) / (before.Den + 1)
			row.Den, row.Worse = before.Den+1, before.Worse+row.Worse
			if before.Available == known {
				*before = row
				continue
			}
		}
		rows = append(rows, row)
	}
	return rows
}
