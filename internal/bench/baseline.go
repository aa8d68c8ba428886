package bench

import (
	"math"
	"slices"
)

// tieBreak is the multiple of the summed positive z that is added to scores
// which are small whole numbers.
const tieBreak = 1e-3

// latestMean is how many newest values a flag averages.
const latestMean = 6

// baseline runs every simple method over one economy.
type baseline struct {
	*view
	out     map[string]Trace
	peer    []cusum
	own     []cusum
	tie     []float64
	work    []float64
	scoreOf map[string][]float64
}

func baselineTraces(e *Economy, want func(string) bool) map[string]Trace {
	b := &baseline{view: newView(e), out: map[string]Trace{}, scoreOf: map[string][]float64{}}
	for _, m := range []string{"rag", "soft-counts", "xmr-hard", "xmr-soft", "xmr-both", "flags-peers", "flags-own", "cusum-peers", "cusum-own"} {
		if want(m) {
			b.out[m] = newTrace(e, 1)
			b.scoreOf[m] = make([]float64, len(e.Providers))
		}
	}
	if len(b.out) == 0 {
		return b.out
	}
	n := len(e.Providers)
	b.tie, b.work = make([]float64, n), make([]float64, n)
	b.peer, b.own = make([]cusum, len(b.series)), make([]cusum, len(b.series))
	for k := range b.series {
		b.peer[k].c, b.own[k].c = make([]float64, n), make([]float64, n)
	}
	for t := range e.Months {
		b.advance(t)
		if t >= e.Startup {
			b.month(t - e.Startup)
		}
	}
	return b.out
}

// month scores all providers at one as-of month.
func (b *baseline) month(row int) {
	for _, s := range b.scoreOf {
		clear(s)
	}
	clear(b.tie)
	points := float64(2 * len(b.series))
	for k := range b.series {
		s := &b.series[k]
		b.mark("rag", k < b.hard, func(p int) float64 { return s.light(p) })
		b.mark("soft-counts", k >= b.hard, func(p int) float64 { return b.mean(s, p) })
		b.control(s, k < b.hard)
		b.flags(s, points, "flags-peers", func(p int) float64 { return b.mean(s, p) })
		b.flags(s, points, "flags-own", func(p int) float64 { return b.mean(s, p) - s.mean[p] })
		b.accumulate(k)
	}
	b.discover("cusum-peers", b.peer)
	b.discover("cusum-own", b.own)
	for m, s := range b.scoreOf {
		for p, x := range s {
			if m != "soft-counts" {
				x += tieBreak * b.tie[p]
			}
			b.out[m].Alarm[row][p], b.out[m].Rank[row][p] = float32(x), float32(x)
		}
	}
}

// mark adds a per-provider figure to a method's score.
func (b *baseline) mark(method string, applies bool, figure func(p int) float64) {
	score, ok := b.scoreOf[method]
	if !ok || !applies {
		return
	}
	for p := range score {
		if x := figure(p); !math.IsNaN(x) {
			score[p] += x
		}
	}
}

// light is 2 for red, 1 for amber, by fixed quantiles of start-up.
func (s *viewed) light(p int) float64 {
	if s.newest[p] < 0 {
		return 0
	}
	switch x := s.x[p][s.newest[p]]; {
	case x > s.red:
		return 2
	case x > s.amber:
		return 1
	}
	return 0
}

// mean of the six newest values, NaN without any.
func (b *baseline) mean(s *viewed, p int) float64 {
	xs := s.latest(b.work[:0], p, latestMean)
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}

// control counts the XmR rules that the newest point breaks on the bad side:
// beyond 3 sigma; 2 of 3 beyond 2 sigma; 7 on one side; trend of 7.
func (b *baseline) control(s *viewed, hard bool) {
	one, other := b.scoreOf["xmr-soft"], b.scoreOf["xmr-both"]
	if hard {
		one = b.scoreOf["xmr-hard"]
	}
	if one == nil && other == nil {
		return
	}
	var buf [7]float64
	for p := range s.x {
		n := rules(s.latest(buf[:0], p, 7), s.mean[p], s.range1[p]/1.128)
		if one != nil {
			one[p] += n
		}
		if other != nil {
			other[p] += n
		}
	}
}

// rules is the number of rules broken by values, newest first.
func rules(xs []float64, mean, sigma float64) float64 {
	if len(xs) == 0 || math.IsNaN(mean) || sigma <= 0 {
		return 0
	}
	n := 0.0
	if xs[0] > mean+3*sigma {
		n++
	}
	if len(xs) >= 3 && xs[0] > mean+2*sigma && (xs[1] > mean+2*sigma || xs[2] > mean+2*sigma) {
		n++
	}
	if len(xs) < 7 {
		return n
	}
	side, trend := true, true
	for i, x := range xs {
		side = side && x > mean
		trend = trend && (i == 0 || xs[i-1] > x)
	}
	if side {
		n++
	}
	if trend {
		n++
	}
	return n
}

// flags adds one point for z above 2 and two above 3, as a share of all points.
func (b *baseline) flags(s *viewed, points float64, method string, figure func(p int) float64) {
	score, ok := b.scoreOf[method]
	if !ok && method != "flags-own" {
		return
	}
	z := make([]float64, len(b.tie))
	for p := range z {
		z[p] = figure(p)
	}
	standardise(z)
	for p, x := range z {
		if math.IsNaN(x) {
			continue
		}
		if method == "flags-own" {
			b.tie[p] += max(x, 0) / points
		}
		if ok && x > 2 {
			score[p] += 1 / points
		}
		if ok && x > 3 {
			score[p] += 1 / points
		}
	}
}

// cusum is one series' cumulative sum of z − 1 by provider.
type cusum struct{ c []float64 }

// accumulate moves the cumulative sums of the providers with a new value.
func (b *baseline) accumulate(k int) {
	if b.scoreOf["cusum-peers"] == nil && b.scoreOf["cusum-own"] == nil {
		return
	}
	s := &b.series[k]
	peers, own := make([]float64, len(b.tie)), make([]float64, len(b.tie))
	for p := range peers {
		peers[p], own[p] = math.NaN(), math.NaN()
		if u := s.newest[p]; u >= 0 {
			peers[p], own[p] = s.x[p][u], s.x[p][u]-s.mean[p]
		}
	}
	standardise(peers)
	standardise(own)
	for _, p := range s.fresh {
		if z := peers[p]; !math.IsNaN(z) {
			b.peer[k].c[p] = max(0, b.peer[k].c[p]+z-1)
		}
		if z := own[p]; !math.IsNaN(z) {
			b.own[k].c[p] = max(0, b.own[k].c[p]+z-1)
		}
	}
}

// discover scores −ln of the Simes combination over series of empirical
// p-values: the share of providers whose sum is as large.
func (b *baseline) discover(method string, sums []cusum) {
	score, ok := b.scoreOf[method]
	if !ok {
		return
	}
	n := len(b.tie)
	ps := make([][]float64, n)
	sorted := make([]float64, n)
	for k := range sums {
		copy(sorted, sums[k].c)
		slices.Sort(sorted)
		for p, c := range sums[k].c {
			below, _ := slices.BinarySearch(sorted, c)
			ps[p] = append(ps[p], float64(n-below+1)/float64(n+1))
		}
	}
	for p := range ps {
		slices.Sort(ps[p])
		best := 1.0
		for j, v := range ps[p] {
			best = min(best, v*float64(len(ps[p]))/float64(j+1))
		}
		score[p] = -math.Log(best)
	}
}
