package bench

import (
	"math"
	"slices"
)

// alertGap is the months after an alert in which none is raised.
const alertGap = 6

// Threshold is what a method alerts at.
type Threshold struct {
	Alarm float64 `json:"alarm"`
	Level float64 `json:"level,omitempty"` // route two; +Inf for none
}

// Calibration turns a ranking score into a probability.
type Calibration struct {
	C0 float64 `json:"c0"`
	C1 float64 `json:"c1"`
}

// tally is what one method did in one economy at one threshold: everything the
// metrics are made of, so that economies can be resampled.
type tally struct {
	delays      map[Kind][]float64 // by kind; +Inf undetected
	trueAlerts  int
	falseAlerts int
	quietMonths int // provider-months that are not active
	months      int // provider-months
	decoyAlerts map[Kind]int
	decoyMonths map[Kind]int
	shockAlerts int
	shockMonths int
	ahead       []bool // soft first: raised before outcome harm began
	lead        []float64
}

// count applies the alert rule to a trace: an alert when a route is at or above
// its threshold and there was none in the previous six months.
func count(e *Economy, tr *Trace, th Threshold) *tally {
	a := &tally{delays: map[Kind][]float64{}, decoyAlerts: map[Kind]int{}, decoyMonths: map[Kind]int{}}
	for p, truth := range e.Truth {
		last, found := math.MinInt/2, math.Inf(1)
		from := max(truth.Onset, e.Startup)
		for row := range tr.Alarm {
			t := row + e.Startup
			active := e.Active(p, t)
			a.months++
			decoy := !truth.Kind.Deteriorated() && truth.Kind != None && t >= truth.Onset
			if !active {
				a.quietMonths++
				if decoy {
					a.decoyMonths[truth.Kind]++
				}
				if e.Shock.on(t) {
					a.shockMonths++
				}
			}
			if !tr.alerts(row, p, th) || t-last < alertGap {
				continue
			}
			last = t
			switch {
			case active:
				a.trueAlerts++
				found = min(found, float64(t-from))
			default:
				a.falseAlerts++
				if decoy {
					a.decoyAlerts[truth.Kind]++
				}
				if e.Shock.on(t) {
					a.shockAlerts++
				}
			}
		}
		if truth.Kind.Deteriorated() {
			a.delays[truth.Kind] = append(a.delays[truth.Kind], found)
		}
		if truth.Kind == SoftFirst {
			ahead := float64(truth.Outcome-truth.Onset) - found
			a.ahead = append(a.ahead, ahead > 0)
			a.lead = append(a.lead, ahead)
		}
	}
	return a
}

func (tr *Trace) alerts(row, p int, th Threshold) bool {
	return float64(tr.Alarm[row][p]) >= th.Alarm || tr.Level != nil && float64(tr.Level[row][p]) >= th.Level
}

// falseRate is false alerts per provider-year over economies.
func falseRate(ecos []*Economy, traces []*Trace, th Threshold) float64 {
	alerts, months := 0, 0
	for i, e := range ecos {
		a, m := falseCount(e, traces[i], th)
		alerts, months = alerts+a, months+m
	}
	return 12 * float64(alerts) / float64(max(months, 1))
}

// falseCount is count without its details.
func falseCount(e *Economy, tr *Trace, th Threshold) (alerts, months int) {
	for p := range e.Truth {
		last := math.MinInt / 2
		for row := range tr.Alarm {
			t := row + e.Startup
			active := e.Active(p, t)
			if !active {
				months++
			}
			if t-last >= alertGap && tr.alerts(row, p, th) {
				last = t
				if !active {
					alerts++
				}
			}
		}
	}
	return alerts, months
}

// levelShare is the part of the budget that goes to route two.
const levelShare = 0.15

// fit finds the thresholds at which the false rate is the budget.
func fit(ecos []*Economy, traces []*Trace, budget float64) Threshold {
	th := Threshold{Alarm: math.Inf(1), Level: math.Inf(1)}
	if len(traces) == 0 {
		return th
	}
	if traces[0].Level != nil {
		lo, hi := bounds(traces, func(t *Trace) [][]float32 { return t.Level })
		th.Level = bisect(lo, hi, levelShare*budget, func(h float64) float64 {
			return falseRate(ecos, traces, Threshold{Alarm: math.Inf(1), Level: h})
		})
	}
	lo, hi := bounds(traces, func(t *Trace) [][]float32 { return t.Alarm })
	th.Alarm = bisect(lo, hi, budget, func(h float64) float64 {
		return falseRate(ecos, traces, Threshold{Alarm: h, Level: th.Level})
	})
	return th
}

func bounds(traces []*Trace, of func(*Trace) [][]float32) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, t := range traces {
		for _, row := range of(t) {
			lo, hi = min(lo, float64(slices.Min(row))), max(hi, float64(slices.Max(row)))
		}
	}
	return lo, hi + 1e-6
}

// bisect finds where a falling rate crosses the budget.
func bisect(lo, hi, budget float64, rate func(float64) float64) float64 {
	for range 24 {
		if mid := (lo + hi) / 2; rate(mid) > budget {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

// ranking measures of one economy, averaged over months.
type ranked struct {
	auc    float64 // NaN when never anybody is active, or everybody
	top10  float64 // NaN when never ten are active
	brier  float64
	bins   [10]bin
	months int
}

type bin struct{ n, sumP, hits float64 }

func rankings(e *Economy, tr *Trace, cal Calibration) ranked {
	var r ranked
	tops := 0.0
	for row, scores := range tr.Rank {
		t := row + e.Startup
		active := make([]bool, len(scores))
		n := 0
		for p := range scores {
			if active[p] = e.Active(p, t); active[p] {
				n++
			}
			prob := 1 / (1 + math.Exp(-(cal.C0 + cal.C1*float64(scores[p]))))
			y := 0.0
			if active[p] {
				y = 1
			}
			r.brier += (prob - y) * (prob - y)
			b := &r.bins[min(int(10*prob), 9)]
			b.n, b.sumP, b.hits = b.n+1, b.sumP+prob, b.hits+y
		}
		if n == 0 || n == len(scores) {
			continue
		}
		auc, top := ranks(scores, active, n)
		r.auc += auc
		r.months++
		if n >= 10 {
			r.top10 += top
			tops++
		}
	}
	r.auc /= float64(r.months) // both NaN without any
	r.top10 /= tops
	r.brier /= float64(len(tr.Rank) * max(len(e.Providers), 1))
	return r
}

// ranks is the area under the curve and the share of the ten highest that are
// active. Ties count half; among equals the order of codes decides the ten.
func ranks(scores []float32, active []bool, n int) (auc, top10 float64) {
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case scores[a] > scores[b]:
			return -1
		case scores[a] < scores[b]:
			return 1
		}
		return 0
	})
	for _, p := range order[:min(10, len(order))] {
		if active[p] {
			top10 += 0.1
		}
	}
	var above, sum float64 // quiet ones above, by blocks of equals
	for i := 0; i < len(order); {
		j, a, q := i, 0.0, 0.0
		for ; j < len(order) && scores[order[j]] >= scores[order[i]]; j++ {
			if active[order[j]] {
				a++
			} else {
				q++
			}
		}
		sum += a * (above + q/2)
		above += q
		i = j
	}
	return 1 - sum/(float64(n)*float64(len(scores)-n)), top10
}
