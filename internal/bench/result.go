package bench

import (
	"math"
	"slices"
)

// resamples of the bootstrap over economies.
const resamples = 400

// Interval is an estimate with its 95% bootstrap interval over economies.
type Interval struct{ Value, Lo, Hi float64 }

// Result is one line of the report.
type Result struct {
	Method      string
	Budget      float64 // false alerts per provider-year aimed at
	Threshold   Threshold
	Calibration Calibration
	Economies   int

	Realised    Interval // false alerts per provider-year
	MedianDelay Interval // months, over the six onset types; +Inf when over half go unfound
	Within      map[int]Interval
	MeanDelay24 Interval // undetected and later ones count as 24
	AUC         Interval
	Top10       Interval
	TrueShare   Interval
	ECE         Interval
	Brier       float64
	AlertsYear  float64 // all alerts per provider-year
	AlertsWeek  float64 // for a commissioner of ten providers
	Luck12      float64 // chance to be found within 12 months by false alerts alone

	ByKind  map[Kind]KindResult
	Decoy   map[Kind]Interval // false alerts per provider-year from the decoy on
	Shock   Interval          // the same in the months of a national shock
	Ahead   float64           // soft first: share raised before outcome harm began
	AheadBy float64           // soft first: median months ahead, found later counting as negative
}

// KindResult is the detection of one kind.
type KindResult struct {
	Median   float64
	Within6  float64
	Within12 float64
}

// withins are the horizons reported, in months.
var withins = []int{3, 6, 12, 24}

// delayCap is the number of delay bins: one for each month of the longest
// economy, and the last for never.
const delayCap = mostMonths + 1

// sample is what one economy gives to every resampled figure.
type sample struct {
	delays               [delayCap]int
	found                int
	falseA, trueA, quiet int
	auc, top10           float64
	bins                 [10]bin
	decoys               []rate // one for each of Decoys, then national shock
}

// rate is false alerts in a number of months.
type rate struct{ alerts, months int }

// yearly is false alerts a provider-year, NaN without a month.
func (x rate) yearly() float64 { return 12 * float64(x.alerts) / float64(x.months) }

// summarise turns traces into a result.
func summarise(name string, budget float64, th Threshold, cal Calibration, ecos []*Economy, traces []*Trace, seed uint64) Result {
	r := Result{
		Method: name, Budget: budget, Threshold: th, Calibration: cal, Economies: len(ecos),
		ByKind: map[Kind]KindResult{}, Decoy: map[Kind]Interval{}, Within: map[int]Interval{},
	}
	samples := make([]sample, len(ecos))
	byKind := map[Kind][]float64{}
	all := &tally{}
	brier := 0.0
	for i, e := range ecos {
		a := count(e, traces[i], th)
		q := rankings(e, traces[i], cal)
		samples[i] = sampleOf(a, &q)
		brier += q.brier / float64(len(ecos))
		all.merge(a)
		for k, d := range a.delays {
			byKind[k] = append(byKind[k], d...)
		}
	}
	r.Brier = brier
	years := float64(all.months) / 12
	r.AlertsYear = float64(all.trueAlerts+all.falseAlerts) / years
	r.AlertsWeek = 10 * r.AlertsYear / 52
	for _, k := range append([]Kind{Chronic}, OnsetTypes...) {
		r.ByKind[k] = kindResult(byKind[k])
	}
	r.Ahead, r.AheadBy = share(all.ahead), medianOf(all.lead)
	r.intervals(samples, seed)
	r.Luck12 = 1 - math.Exp(-r.Realised.Value)
	return r
}

func (a *tally) merge(b *tally) {
	a.trueAlerts += b.trueAlerts
	a.falseAlerts += b.falseAlerts
	a.months += b.months
	a.ahead = append(a.ahead, b.ahead...)
	a.lead = append(a.lead, b.lead...)
}

func sampleOf(a *tally, q *ranked) sample {
	s := sample{falseA: a.falseAlerts, trueA: a.trueAlerts, quiet: a.quietMonths, auc: q.auc, top10: q.top10, bins: q.bins}
	for _, k := range Decoys {
		s.decoys = append(s.decoys, rate{a.decoyAlerts[k], a.decoyMonths[k]})
	}
	s.decoys = append(s.decoys, rate{a.shockAlerts, a.shockMonths})
	for _, k := range OnsetTypes {
		for _, d := range a.delays[k] {
			s.delays[int(min(d, delayCap-1))]++
			s.found++
		}
	}
	return s
}

// figures are the resampled numbers, in a fixed order: realised, median, mean
// at 24, AUC, top 10, true share, ECE, then withins, then decoys.
func figures(samples []sample, pick []int) []float64 {
	var t sample
	var aucs, aucN, tops, topN float64
	t.decoys = make([]rate, len(Decoys)+1)
	for _, i := range pick {
		s := &samples[i]
		for d, n := range s.delays {
			t.delays[d] += n
		}
		t.found += s.found
		t.falseA, t.trueA, t.quiet = t.falseA+s.falseA, t.trueA+s.trueA, t.quiet+s.quiet
		for j, x := range s.decoys {
			t.decoys[j].alerts, t.decoys[j].months = t.decoys[j].alerts+x.alerts, t.decoys[j].months+x.months
		}
		if !math.IsNaN(s.auc) {
			aucs, aucN = aucs+s.auc, aucN+1
		}
		if !math.IsNaN(s.top10) {
			tops, topN = tops+s.top10, topN+1
		}
		for b := range s.bins {
			t.bins[b].n += s.bins[b].n
			t.bins[b].sumP += s.bins[b].sumP
			t.bins[b].hits += s.bins[b].hits
		}
	}
	n := float64(t.found) // without a case the figures of delay are NaN, not 0
	mean, within := 0.0, make([]float64, len(withins))
	for d, k := range t.delays {
		mean += float64(min(d, 24)*k) / n
		for j, w := range withins {
			if d <= w {
				within[j] += float64(k) / n
			}
		}
	}
	if t.found == 0 {
		mean = math.NaN()
		for j := range within {
			within[j] = math.NaN()
		}
	}
	out := []float64{
		12 * float64(t.falseA) / float64(max(t.quiet, 1)), medianBin(t.delays[:], t.found), mean,
		aucs / aucN, tops / topN, float64(t.trueA) / float64(max(t.trueA+t.falseA, 1)), calibrationError(t.bins[:]),
	}
	out = append(out, within...)
	for _, x := range t.decoys {
		out = append(out, x.yearly())
	}
	return out
}

// medianBin is the median delay; half of a gap between two middle ones counts.
func medianBin(delays []int, n int) float64 {
	if n == 0 {
		return math.NaN()
	}
	at := func(rank int) float64 {
		for d, k := range delays {
			if rank -= k; rank < 0 {
				if d == delayCap-1 {
					return math.Inf(1)
				}
				return float64(d)
			}
		}
		return math.Inf(1)
	}
	return (at((n-1)/2) + at(n/2)) / 2
}

// calibrationError is the mean absolute difference between stated probability
// and share that came true, over ten bins, weighted by their numbers.
func calibrationError(bins []bin) float64 {
	n, sum := 0.0, 0.0
	for _, b := range bins {
		n += b.n
		sum += math.Abs(b.sumP - b.hits)
	}
	return sum / max(n, 1)
}

// intervals fills estimates and bootstrap intervals.
func (r *Result) intervals(samples []sample, seed uint64) {
	all := make([]int, len(samples))
	for i := range all {
		all[i] = i
	}
	point := figures(samples, all)
	rng := newSource(seed, "bootstrap")
	draws := make([][]float64, len(point))
	pick := make([]int, len(samples))
	for range resamples {
		for i := range pick {
			pick[i] = rng.IntN(len(samples))
		}
		for j, x := range figures(samples, pick) {
			draws[j] = append(draws[j], x)
		}
	}
	at := func(j int) Interval {
		known := slices.DeleteFunc(draws[j], math.IsNaN) // a draw of economies without a case says nothing
		if len(known) == 0 {
			return Interval{point[j], math.NaN(), math.NaN()}
		}
		slices.Sort(known)
		return Interval{point[j], known[len(known)*25/1000], known[len(known)*975/1000]}
	}
	r.Realised, r.MedianDelay, r.MeanDelay24, r.AUC, r.Top10, r.TrueShare, r.ECE = at(0), at(1), at(2), at(3), at(4), at(5), at(6)
	for j, w := range withins {
		r.Within[w] = at(7 + j)
	}
	after := 7 + len(withins)
	for j, k := range Decoys {
		r.Decoy[k] = at(after + j)
	}
	r.Shock = at(after + len(Decoys))
}

func kindResult(delays []float64) KindResult {
	k := KindResult{Median: medianOf(delays)}
	if len(delays) == 0 {
		return KindResult{math.NaN(), math.NaN(), math.NaN()}
	}
	for _, d := range delays {
		if d <= 6 {
			k.Within6 += 1 / float64(len(delays))
		}
		if d <= 12 {
			k.Within12 += 1 / float64(len(delays))
		}
	}
	return k
}

// medianOf is the median of values of which some may be infinite.
func medianOf(xs []float64) float64 {
	if len(xs) == 0 {
		return math.NaN()
	}
	s := slices.Clone(xs)
	slices.Sort(s)
	a, b := s[(len(s)-1)/2], s[len(s)/2]
	if math.IsInf(a, 0) || math.IsInf(b, 0) {
		return b
	}
	return (a + b) / 2
}

func share(xs []bool) float64 {
	n := 0.0
	for _, x := range xs {
		if x {
			n++
		}
	}
	return n / float64(len(xs))
}
