package watch

import (
	"math"
	"slices"
	"time"

	"candour/internal/calendar"
	"candour/internal/indicator"
	"candour/internal/org"
)

// ActivityTag marks the indicators that say how large a provider is: counts of beds,
// admissions, registered patients. Their numerator is read.
const ActivityTag = "activity"

// Bounds of an activity index: what lies beyond is taken for an error.
const (
	sizeLeast = 0.05
	sizeMost  = 20
)

// sizes is the activity index of each provider: the mean of its values of the last
// year over the middle provider's, for each indicator tagged "activity" by itself, since beds and
// admissions are no common unit; the middle of several is geometric. A value that
// was replaced doesn't count, and nor does another commissioner's.
func sizes(in Evidence) map[org.Code]float64 {
	type cell struct {
		org    org.Code
		period calendar.Period
	}
	latest := map[indicator.ID]map[cell]*indicator.Observation{}
	since := in.Now.AddDate(-1, 0, 0)
	for i := range in.Observations {
		o := &in.Observations[i]
		if !in.may(o) || !tellsSize(in.Catalogue.Get(o.Indicator)) || o.Presence != indicator.Valued || o.Numerator <= 0 || !within(o, since, in.Now) {
			continue
		}
		if latest[o.Indicator] == nil {
			latest[o.Indicator] = map[cell]*indicator.Observation{}
		}
		c := cell{o.Org, o.Period}
		if was := latest[o.Indicator][c]; was == nil || o.Vintage >= was.Vintage {
			latest[o.Indicator][c] = o
		}
	}
	logs, n := map[org.Code]float64{}, map[org.Code]float64{}
	sums, counts := map[indicator.ID]map[org.Code]float64{}, map[indicator.ID]map[org.Code]float64{}
	for i := range in.Observations { // in one order, so that sums are the same to the bit
		o := &in.Observations[i]
		if latest[o.Indicator][cell{o.Org, o.Period}] != o {
			continue
		}
		if sums[o.Indicator] == nil {
			sums[o.Indicator], counts[o.Indicator] = map[org.Code]float64{}, map[org.Code]float64{}
		}
		sums[o.Indicator][o.Org] += o.Numerator
		counts[o.Indicator][o.Org]++
	}
	for _, id := range in.Catalogue.IDs() {
		sum, count := sums[id], counts[id]
		var means []float64
		for code := range sum {
			sum[code] /= count[code]
			means = append(means, sum[code])
		}
		slices.Sort(means)
		for code := range sum {
			logs[code] += math.Log(sum[code] / means[len(means)/2])
			n[code]++
		}
	}
	for code := range logs {
		logs[code] = min(sizeMost, max(sizeLeast, math.Exp(logs[code]/n[code])))
	}
	return logs
}

func tellsSize(d *indicator.Definition) bool {
	return d != nil && slices.Contains(d.Tags, ActivityTag)
}

// within reports whether the period of o ended in the year up to now.
func within(o *indicator.Observation, since, now time.Time) bool {
	end := o.Period.End()
	return !end.Before(since) && !end.After(now)
}
