package concern

import (
	"math"
	"slices"
)

// plain is the method of docs/methods/concern.md written down a second time, as the
// formulas stand there: everything anew at each as-of month, nothing kept but what the
// method itself says is kept (estimates between their renewals, evidence frozen a
// year back). It is slow, knows no ring and no cache, and shares no code with the
// engine but the parameters. Months count from the first; −1 is none.
type plain struct {
	par     *Params
	streams []Stream
	n, now  int // providers; as-of month

	num, den [][][]float64                     // by stream, provider, event month
	held     [][][]uint8                       // absent, provisional or final
	first    []int                             // per stream: first event month with data
	last     [][]int                           // per stream and provider: newest event month with data
	sizes    func(provider, month int) float64 // activity index, as known now
	usual    [][][]float64                     // of indicators, in their own unit
	dev, s2  [][][]float64                     // of indicators, by stream, provider, event month; dev NaN is none
	came     [][][7]float64                    // reports of all providers by stream, event month, delay
	seen     [][][7]bool

	est           []Estimate
	l, ex         [][][]float64 // as of now: evidence and expected reports
	lam, size     [][][]float64 // reports: rate of own culture, negative-binomial size
	stir          [][][]float64 // reports: by how much publicity raises what is expected
	over, left    [][]float64   // by provider, event month: voices open to everybody above usual, and what publicity explains
	frozen        [][]float64   // C twelve months back, by stream and provider
	began         [][]int
	story         [][]float64
	c             [][]float64 // C now
	since         [][]int
	change, level []float64
	odds          []float64
	agree         []int
}

func grid[T any](a, b int, x T) [][]T {
	out := make([][]T, a)
	for i := range out {
		out[i] = slices.Repeat([]T{x}, b)
	}
	return out
}

func cube[T any](a, b, c int) [][][]T {
	out := make([][][]T, a)
	for i := range out {
		out[i] = grid(b, c, *new(T))
	}
	return out
}

func newPlain(par *Params, streams []Stream, n, months int) *plain {
	k := len(streams)
	p := &plain{
		par: par, streams: streams, n: n, now: -1,
		num: cube[float64](k, n, months), den: cube[float64](k, n, months), held: cube[uint8](k, n, months),
		first: slices.Repeat([]int{-1}, k), last: grid(k, n, -1), came: grid(k, months, [7]float64{}), seen: grid(k, months, [7]bool{}), dev: make([][][]float64, k), s2: make([][][]float64, k), usual: cube[float64](k, n, months),
		est: make([]Estimate, k), l: cube[float64](k, n, months), frozen: grid(k, n, 0.0), began: grid(k, n, -1), story: make([][]float64, n),
		over: grid(n, months, math.NaN()), left: grid(n, months, 0.0),
	}
	usual := par.Recovery / (par.Hazard + par.Recovery)
	for i := range p.story {
		p.story[i] = []float64{usual}
		for range par.Patterns {
			p.story[i] = append(p.story[i], (1-usual)/float64(len(par.Patterns)))
		}
	}
	return p
}

func (p *plain) scored(s int) bool {
	return !p.streams[s].Charted && p.par.Families[p.family(s)].Scored
}
func (p *plain) family(s int) int { return p.par.family(p.streams[s].Family) }
func (p *plain) alone(s int) bool {
	with := 0
	for _, m := range p.last[s] {
		if m >= 0 {
			with++
		}
	}
	return with < 5
}

func (p *plain) start(s int) int {
	earliest := math.MaxInt
	for i := range p.streams {
		if p.first[i] >= 0 {
			earliest = min(earliest, p.first[i])
		}
	}
	if p.first[s] > earliest+12 {
		return p.first[s] + 12
	}
	return p.first[s] + 24
}

// own baseline: up to 36 months that end a year before u, never before a break.
func (p *plain) window(s, u int) (lo, hi int) {
	hi = max(p.start(s), u-12)
	lo = max(p.first[s], hi-36)
	if since := int(p.streams[s].BaseSince - epoch); p.streams[s].BaseSince > 0 && since < hi {
		lo = max(lo, since)
	}
	return lo, hi
}

func plainMedian(xs []float64) float64 {
	xs = slices.Sorted(slices.Values(xs))
	if len(xs) == 0 {
		return 0
	}
	return (xs[(len(xs)-1)/2] + xs[len(xs)/2]) / 2
}

func plainMAD(xs []float64) float64 {
	m := plainMedian(xs)
	var away []float64
	for _, x := range xs {
		away = append(away, math.Abs(x-m))
	}
	return 1.4826 * plainMedian(away)
}

func between(x, lo, hi float64) float64 { return math.Min(math.Max(x, lo), hi) }

// month moves on by one as-of month: first what is a year old is frozen as it was
// last known, then the rows that became available are taken and all is worked out.
func (p *plain) month(rows []Observation, provider map[ProviderID]int, stream map[StreamID]int) {
	if old := p.now - 11; old >= 0 {
		p.advance(old, p.frozen, p.began, p.story, p.discounts(p.now))
	}
	p.now++
	for _, o := range rows {
		s, i, u := stream[o.Stream], provider[o.Provider], int(o.Month-epoch)
		p.num[s][i][u], p.held[s][i][u] = o.Value, final
		switch p.streams[s].Kind {
		case Count:
			p.den[s][i][u] = o.Expected
		case Continuous:
			p.den[s][i][u] = o.Variance
		case Visit:
			p.den[s][i][u] = math.Max(1, o.Den)
		default:
			p.den[s][i][u] = o.Den
		}
		if o.Provisional {
			p.held[s][i][u] = provisional
		}
		if o.Withdrawn {
			p.held[s][i][u] = absent
			continue
		}
		p.last[s][i] = max(p.last[s][i], u)
		if p.first[s] < 0 || u < p.first[s] {
			p.first[s] = u
		}
	}
	for _, g := range []*[][][]float64{&p.l, &p.ex, &p.lam, &p.size, &p.stir} {
		*g = cube[float64](len(p.streams), p.n, p.now+1)
	}
	for s := range p.streams {
		switch k := p.streams[s].Kind; {
		case k.hard() && p.first[s] >= 0:
			p.hard(s)
		case k == Reports && p.first[s] >= 0:
			p.reports(s)
		case k == Visit:
			p.visits(s)
		}
	}
	p.publicity()
	for s := range p.streams {
		if p.streams[s].Kind.derived() {
			p.derived(s, stream)
		}
	}
	p.replay()
	p.standing()
}

// renewal is from which months the estimate of a stream is renewed now, if at all.
func (p *plain) renewal(s int) (from, to, version int) {
	start := p.start(s)
	settled := start + 6
	switch {
	case p.now < start:
		return 0, 0, 0
	case p.now <= settled || p.est[s].Version == 0:
		return p.first[s], start, 1
	case p.now >= settled+12 && (p.now-settled)%12 == 0:
		return max(p.now-36, p.first[s]), p.now - 12, (p.now-settled)/12 + 1
	}
	return 0, 0, 0
}

// hard: concern-design.md section 3.
func (p *plain) hard(s int) {
	def, months := p.streams[s], p.now+1
	x, s2 := grid(p.n, months, math.NaN()), grid(p.n, months, 0.0)
	centre, pools := make([]float64, months), make([]float64, months) // of final values; national shares
	for u := range months {
		var part, whole float64
		for i := range p.n {
			if p.held[s][i][u] != absent {
				part, whole = part+p.num[s][i][u], whole+p.den[s][i][u]
			}
		}
		pool := (part + 0.5) / (whole + 1)
		by := map[uint8][]float64{}
		for i := range p.n {
			num, den := p.num[s][i][u], p.den[s][i][u]
			if p.held[s][i][u] == absent {
				continue
			}
			switch def.Kind {
			case Count:
				x[i][u], s2[i][u] = math.Log((num+0.5)/(den+0.5)), 1/(den+0.5)
			case Rate:
				x[i][u], s2[i][u] = math.Log((num+0.5)/(den*pool+0.5)), 1/(den*pool+0.5)
			case Proportion:
				x[i][u], s2[i][u] = math.Log((num+0.5)/(den-num+0.5)), 1/(den*pool*(1-pool))
			default:
				x[i][u], s2[i][u] = num, den
			}
			by[p.held[s][i][u]] = append(by[p.held[s][i][u]], x[i][u])
		}
		all := append(slices.Clone(by[final]), by[provisional]...)
		if pools[u] = pool; !p.alone(s) {
			if centre[u] = plainMedian(by[final]); len(by[final]) < 5 {
				centre[u] = plainMedian(all)
			}
		}
		for i := range p.n {
			kind := p.held[s][i][u]
			if kind == absent {
				continue
			}
			med := plainMedian(all)
			if len(by[kind]) >= 5 && (kind == final || len(by[final]) >= 5) {
				med = plainMedian(by[kind])
			}
			if p.alone(s) {
				med = 0
			} else if len(all) < 5 {
				med = math.NaN() // waits for peers
			}
			if x[i][u] -= med; def.Better > 0 {
				x[i][u] = -x[i][u]
			}
		}
	}
	p.dev[s], p.s2[s] = x, s2
	if from, to, version := p.renewal(s); version > 0 {
		p.est[s] = p.hardEstimate(s, x, s2, from, to)
		p.est[s].Version = version
	}
	shift := def.Shift
	if shift <= 0 {
		shift = p.par.domain(def.domain()).Shift
	}
	for u := max(p.start(s), p.now-11); u < months; u++ {
		lo, hi := p.window(s, u)
		z, sd := slices.Repeat([]float64{math.NaN()}, p.n), make([]float64, p.n)
		var all []float64
		for i := range p.n {
			sum, n := 0.0, 0.0
			for m := lo; m < hi; m++ {
				if !math.IsNaN(x[i][m]) {
					sum, n = sum+x[i][m], n+1
				}
			}
			v := s2[i][u] + p.est[s].Phi2
			base, pv := 0.0, v+p.est[s].Between
			if n > 0 {
				vn := 1.6 * v / n
				k := p.est[s].Between / (p.est[s].Between + vn)
				if p.alone(s) {
					k = 1
				}
				base, pv = k*sum/n, v+k*vn
			} else if p.alone(s) {
				continue
			}
			p.usual[s][i][u] = plainUsual(def, centre[u], base, p.den[s][i][u], pools[u])
			if math.IsNaN(x[i][u]) {
				continue
			}
			sd[i] = math.Sqrt(pv)
			z[i] = (x[i][u] - base) / sd[i]
			all = append(all, z[i])
		}
		wide := 1.0
		if len(all) >= 5 && !p.alone(s) {
			wide = math.Max(1, plainMAD(all))
		}
		for i := range p.n {
			if math.IsNaN(z[i]) {
				continue
			}
			mu := 0.8
			if shift > 0 {
				mu = shift / (sd[i] * wide)
			}
			mu = between(mu, 0.35, 1.2)
			p.l[s][i][u] = between(mu*between(z[i]/wide, -3.5, 3.5)-mu*mu/2-0.125*mu, -1, 2) / float64(max(def.Shared, 1))
		}
	}
}

func (p *plain) hardEstimate(s int, x, s2 [][]float64, from, to int) Estimate {
	var spread, sampling, level, count []float64
	for i := range p.n {
		var xs []float64
		v := 0.0
		for m := from; m < to; m++ {
			if !math.IsNaN(x[i][m]) {
				xs, v = append(xs, x[i][m]), v+s2[i][m]
			}
		}
		if len(xs) < 3 {
			continue
		}
		mean := 0.0
		for _, y := range xs {
			mean += y / float64(len(xs))
		}
		v /= float64(len(xs))
		for j := range xs {
			xs[j] -= mean
		}
		spread, sampling = append(spread, 1.08*math.Pow(plainMAD(xs), 2)-v), append(sampling, v)
		level, count = append(level, math.Abs(mean)), append(count, float64(len(xs)))
	}
	prior := p.par.domain(p.streams[s].domain()).Between
	if len(spread) == 0 {
		return Estimate{Phi2: 1e-6, Between: prior * prior}
	}
	e := Estimate{Phi2: math.Max(math.Max(plainMedian(spread), 0.02*plainMedian(sampling)), 1e-9)}
	var noise []float64
	for i, v := range sampling {
		noise = append(noise, (v+e.Phi2)/count[i])
	}
	e.Between = math.Max(math.Pow(1.4826*plainMedian(level), 2)-plainMedian(noise), 1e-4)
	if len(spread) < 5 && prior > 0 {
		e.Between = prior * prior
	}
	return e
}

// plainUsual is the value that would be the provider's own usual one that month, after
// what happened nationally.
func plainUsual(def Stream, centre, base, den, pool float64) float64 {
	if def.Better > 0 {
		base = -base
	}
	switch x := centre + base; def.Kind {
	case Count:
		return math.Max(math.Exp(x)*(den+0.5)-0.5, 0)
	case Rate:
		return math.Max(math.Exp(x)*(den*pool+0.5)-0.5, 0)
	case Proportion:
		return 1 / (1 + math.Exp(-x))
	default:
		return x
	}
}
