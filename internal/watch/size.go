package watch

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"

	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/signal"
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

// sizesHeard is the activity index times how much is said, at an index of 1, of the
// middle provider of its kind. A trust is heard of fifty times as often as a practice or
// a care home without being worse: who is loud is said among its like (concern-design.md
// section 8), and where a provider is the only one of its kind nobody is.
func sizesHeard(in Evidence) map[org.Code]float64 {
	out := sizes(in)
	if out == nil {
		out = map[org.Code]float64{}
	}
	reports := map[org.Code]float64{}
	for i := range in.Cells {
		if c := &in.Cells[i]; !c.Severe && in.loud(c.Channel) {
			reports[c.Provider] += float64(c.N)
		}
	}
	rates := map[org.Role][]float64{}
	for _, code := range slices.Sorted(maps.Keys(reports)) {
		rates[in.Roles[code]] = append(rates[in.Roles[code]], reports[code]/cmp.Or(out[code], 1))
	}
	for _, list := range rates {
		slices.Sort(list)
	}
	for code := range reports {
		list := rates[in.Roles[code]]
		out[code] = cmp.Or(out[code], 1) * (list[(len(list)-1)/2] + list[len(list)/2]) / 2
	}
	return out
}

// loud reports whether a channel counts in the standing level of voices.
func (in *Evidence) loud(c signal.Channel) bool {
	return slices.ContainsFunc(in.Params.Channels, func(k concern.Channel) bool { return k.ID == channels[c] && k.Standing })
}

func tellsSize(d *indicator.Definition) bool {
	return d != nil && slices.Contains(d.Tags, ActivityTag)
}

// within reports whether the period of o ended in the year up to now.
func within(o *indicator.Observation, since, now time.Time) bool {
	end := o.Period.End()
	return !end.Before(since) && !end.After(now)
}
