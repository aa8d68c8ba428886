package bench

import (
	"math"
	"slices"

	"candour/internal/concern"
)

// view is an economy as a simple method sees it at an as-of month: for each
// series the values known, newest by event month, up is worse. Reports are
// counted in the month in which they come in, which has no delay.
type view struct {
	eco    *Economy
	series []viewed
	hard   int // number of hard series; soft ones follow
	next   int // rows taken
	nextS  int
	t      int
}

// viewed is one series: a hard indicator or a channel.
type viewed struct {
	x      [][]float64 // by provider, event month; NaN is missing
	newest []int       // by provider; −1 is none
	fresh  []int       // providers whose newest month moved this as-of month
	// Start-up statistics, worked out when start-up ends.
	mean, range1 []float64 // mean and mean moving range by provider
	median, mad  float64   // of all start-up values
	red, amber   float64   // quantiles .80 and .65 of all start-up values
}

func newView(e *Economy) *view {
	v := &view{eco: e}
	add := func() {
		s := viewed{x: make([][]float64, len(e.Providers)), newest: make([]int, len(e.Providers))}
		for p := range s.x {
			s.x[p], s.newest[p] = make([]float64, e.Months), -1
			for u := range s.x[p] {
				s.x[p][u] = math.NaN()
			}
		}
		v.series = append(v.series, s)
	}
	for _, s := range e.Streams {
		if isHard(s.Kind) {
			add()
		}
	}
	v.hard = len(v.series)
	for range v.channels() {
		add()
	}
	return v
}

func isHard(k concern.Kind) bool {
	return k == concern.Count || k == concern.Rate || k == concern.Proportion || k == concern.Continuous
}

// channelOf is a stream's channel; one that names none is a channel by itself.
func channelOf(s *concern.Stream) concern.ChannelID {
	if s.Channel == "" {
		return concern.ChannelID("stream " + s.ID)
	}
	return s.Channel
}

// channels are the economy's channels in order of appearance.
func (v *view) channels() []concern.ChannelID {
	var out []concern.ChannelID
	for _, s := range v.eco.Streams {
		if s.Kind == concern.Reports && !slices.Contains(out, channelOf(&s)) {
			out = append(out, channelOf(&s))
		}
	}
	return out
}

// advance takes what became known in month t.
func (v *view) advance(t int) {
	v.t = t
	e := v.eco
	hardAt := map[int32]int{}
	for i, s := range e.Streams {
		if isHard(s.Kind) {
			hardAt[int32(i)] = len(hardAt)
		}
	}
	for k := range v.series {
		v.series[k].fresh = v.series[k].fresh[:0]
	}
	for ; v.next < len(e.Rows) && int(e.Rows[v.next].Available) <= t; v.next++ {
		r := &e.Rows[v.next]
		k, ok := hardAt[r.Stream]
		if !ok {
			continue
		}
		x := r.Value
		if kind := e.Streams[r.Stream].Kind; kind != concern.Continuous {
			x = r.Value / r.Den
		}
		if e.Streams[r.Stream].Better > 0 {
			x = -x
		}
		v.series[k].put(int(r.Provider), int(r.Month), x)
	}
	v.takeReports(t)
	if t == e.Startup-1 {
		for k := range v.series {
			v.series[k].settle(e.Startup)
		}
	}
}

func (v *view) takeReports(t int) {
	e, channels := v.eco, v.channels()
	at := make([]int, len(e.Streams))
	for i, s := range e.Streams {
		at[i] = v.hard + slices.Index(channels, channelOf(&s))
	}
	for k := range channels {
		for p := range e.Providers {
			v.series[v.hard+k].put(p, t, 0)
		}
	}
	for ; v.nextS < len(e.Received) && int(e.Received[v.nextS].Received) <= t; v.nextS++ {
		r := &e.Received[v.nextS]
		v.series[at[r.Stream]].x[r.Provider][t] += float64(r.Count) / e.Size[r.Provider]
	}
}

func (s *viewed) put(p, u int, x float64) {
	if u < len(s.x[p]) {
		s.x[p][u] = x
		if u > s.newest[p] {
			s.newest[p] = u
			s.fresh = append(s.fresh, p)
		}
	}
}

// latest appends the n newest known values of a provider, newest first.
func (s *viewed) latest(to []float64, p, n int) []float64 {
	for u := s.newest[p]; u >= 0 && len(to) < n; u-- {
		if x := s.x[p][u]; !math.IsNaN(x) {
			to = append(to, x)
		}
	}
	return to
}

// settle works out the statistics of start-up, months [0, b).
func (s *viewed) settle(b int) {
	n := len(s.x)
	s.mean, s.range1 = make([]float64, n), make([]float64, n)
	var all []float64
	for p := range s.x {
		var sum, moves, count, steps float64
		last := math.NaN()
		for _, x := range s.x[p][:b] {
			if math.IsNaN(x) {
				continue
			}
			sum, count = sum+x, count+1
			if !math.IsNaN(last) {
				moves, steps = moves+math.Abs(x-last), steps+1
			}
			last = x
			all = append(all, x)
		}
		s.mean[p], s.range1[p] = math.NaN(), moves/max(steps, 1)
		if count > 0 {
			s.mean[p] = sum / count
		}
	}
	slices.Sort(all)
	s.red, s.amber = quantile(all, 0.80), quantile(all, 0.65)
	s.median = quantile(all, 0.5)
	s.mad = spread(slices.Clone(all))
}

// quantile of sorted values, nearest rank.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.Inf(1)
	}
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

// spread is 1.4826 × the median absolute deviation; it reorders xs.
func spread(xs []float64) float64 {
	slices.Sort(xs)
	m := quantile(xs, 0.5)
	for i := range xs {
		xs[i] = math.Abs(xs[i] - m)
	}
	slices.Sort(xs)
	return 1.4826 * quantile(xs, 0.5)
}

// standardise turns xs into robust z over providers, NaN kept.
func standardise(xs []float64) {
	known := make([]float64, 0, len(xs))
	for _, x := range xs {
		if !math.IsNaN(x) {
			known = append(known, x)
		}
	}
	slices.Sort(known)
	m := quantile(known, 0.5)
	sd := spread(known)
	for i := range xs {
		if sd > 0 {
			xs[i] = (xs[i] - m) / sd
		} else {
			xs[i] = math.NaN()
		}
	}
}
