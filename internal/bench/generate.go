package bench

import (
	"fmt"
	"math"
	"slices"

	"candour/internal/concern"
)

// Split of economies: thresholds and parameters come from train only.
type Split string

// The two splits. They never share an economy: the split's name is part of
// every random stream's.
const (
	Train Split = "train"
	Test  Split = "test"
)

// country holds what is being made.
type country struct {
	Scenario
	seed    uint64
	prefix  string
	quality []float64
	stories []story
	shock   shock
	eco     *Economy
}

// shock is a national shock: sizes by domain, the fall of reports, and how
// much each provider feels it.
type shock struct {
	Span
	hard    []float64
	fall    float64
	loading []float64
}

// Generate makes economy number i of a split. The same seed, split, number and
// scenario give the same economy to the bit.
func Generate(seed uint64, split Split, i int, sc Scenario) *Economy {
	c := &country{Scenario: sc, seed: seed, prefix: fmt.Sprintf("%s/%d/", split, i)}
	c.eco = &Economy{Name: fmt.Sprintf("%s-%d-%03d", split, seed, i), Months: sc.Months, Startup: sc.Startup, Streams: streams()}
	rng := c.source("providers")
	for p := range sc.Providers {
		c.eco.Providers = append(c.eco.Providers, concern.ProviderID(fmt.Sprintf("P%03d", p+1)))
		c.eco.Size = append(c.eco.Size, math.Exp(rng.normal(0.45)))
		c.quality = append(c.quality, rng.normal(0.35))
	}
	c.cast()
	c.nationalShock()
	stream := 0
	for d, dom := range domains() {
		shared := c.sharedFactor(d, &dom)
		outages := c.outages(d)
		for k := range dom.indicators {
			c.indicator(stream, d, k, &dom, shared, outages)
			stream++
		}
	}
	c.voices(stream)
	c.visits()
	slices.SortStableFunc(c.eco.Rows, func(a, b Row) int { return int(a.Available) - int(b.Available) })
	slices.SortStableFunc(c.eco.Received, func(a, b Receipt) int { return int(a.Received) - int(b.Received) })
	return c.eco
}

func (c *country) source(part string) source { return newSource(c.seed, c.prefix+part) }

// streams are the definitions of the simulated country.
func streams() []concern.Stream {
	var out []concern.Stream
	for _, d := range domains() {
		for k := range d.indicators {
			s := concern.Stream{
				ID: concern.StreamID(fmt.Sprintf("%s-%d", d.name, k+1)), Name: fmt.Sprintf("%s %d", d.name, k+1),
				Kind: d.kind, Family: concern.FamilyID(d.name),
			}
			if k < d.quarterly {
				s.Every = 3
			}
			out = append(out, s)
		}
	}
	return append(out, concern.SoftStreams(concern.Default())...)
}

// cast deals the stories to providers: some of each deterioration, five good
// reporters, three coding changes, three media storms.
func (c *country) cast() {
	rng := c.source("stories")
	w := &teller{rng: rng, hard: rng.between(c.HardLo, c.HardHi), soft: rng.between(c.SoftLo, c.SoftHi)}
	c.stories = make([]story, c.Providers)
	for p := range c.stories {
		c.stories[p] = newStory()
	}
	order := rng.Perm(c.Providers)
	deal := func(k Kind, n int) {
		for range n {
			p := order[0]
			order = order[1:]
			onset := rng.whole(30, 58)
			if k == Chronic {
				onset = 0
			}
			c.stories[p] = w.tell(k, onset)
		}
	}
	for _, k := range append(slices.Clone(OnsetTypes), Chronic) {
		deal(k, c.PerKind)
	}
	if c.Events {
		deal(GoodReporter, 5)
		deal(CodingChange, 3)
		deal(MediaStorm, 3)
	}
	for p := range c.stories {
		c.eco.Truth = append(c.eco.Truth, c.stories[p].truth)
	}
}

func (c *country) nationalShock() {
	rng := c.source("shock")
	if !c.Events || rng.Float64() < 0.5 {
		return
	}
	from := rng.whole(30, 58)
	c.shock.Span = Span{from, from + rng.whole(4, 12)}
	c.eco.Shock = c.shock.Span
	for _, d := range domains() {
		c.shock.hard = append(c.shock.hard, rng.between(d.shock[0], d.shock[1]))
	}
	c.shock.fall = -rng.between(0.2, 0.3)
	for range c.Providers {
		c.shock.loading = append(c.shock.loading, 1+rng.normal(0.35))
	}
}

// on reports whether the shock is on in month u.
func (s Span) on(u int) bool { return u >= s.From && u < s.To }

// sharedFactor is the AR(1) factor of a domain by provider and month.
func (c *country) sharedFactor(d int, dom *domain) [][]float64 {
	rng := c.source(fmt.Sprintf("shared/%d", d))
	phi := rng.between(0.6, 0.85)
	out := make([][]float64, c.Providers)
	for p := range out {
		out[p] = rng.autoregressive(c.Months, phi, c.stationary(phi, dom.shared))
	}
	return out
}

// stationary is the stationary standard deviation of an AR(1) series for which the
// design note states sd.
func (s Scenario) stationary(phi, sd float64) float64 {
	if s.Steps {
		return sd / math.Sqrt(1-phi*phi)
	}
	return sd
}

// autoregressive is an AR(1) series with stationary standard deviation sd.
func (s source) autoregressive(n int, phi, sd float64) []float64 {
	out := make([]float64, n)
	step := sd * math.Sqrt(1-phi*phi)
	x := s.normal(sd)
	for i := range out {
		out[i] = x
		x = phi*x + s.normal(step)
	}
	return out
}

// outages are months without a domain's data: six provider-domains an economy,
// so one a domain.
func (c *country) outages(d int) map[int]Span {
	rng := c.source(fmt.Sprintf("outage/%d", d))
	from := rng.whole(0, c.Months-1)
	return map[int]Span{rng.IntN(c.Providers): {from, from + rng.whole(3, 9)}}
}

// indicator makes one hard indicator of all providers.
func (c *country) indicator(stream, d, k int, dom *domain, shared [][]float64, outages map[int]Span) {
	rng := c.source(fmt.Sprintf("indicator/%d/%d", d, k))
	trend, phase, loading := rng.normal(dom.trend), rng.between(0, 12), rng.between(0.6, 1.4)
	phi, own, walk := rng.between(0.2, 0.5), rng.between(dom.own[0], dom.own[1]), rng.between(dom.walk[0], dom.walk[1])
	base := rng.between(dom.base[0], dom.base[1])
	lag := rng.whole(dom.lag[0], dom.lag[1]) + c.ExtraLag
	slow, missing := rng.between(0.06, 0.12), rng.between(0.03, 0.06)
	national := rng.between(dom.volume[0], dom.volume[1])
	if dom.logVolume {
		national = rng.logUniform(dom.volume[0], dom.volume[1])
	}
	quarterly := k < dom.quarterly
	for p := range c.Providers {
		level := dom.level * (0.5*c.quality[p]/0.35 + math.Sqrt(0.75)*rng.NormFloat64())
		season := dom.season * (1 + rng.normal(0.2))
		noise := rng.autoregressive(c.Months, phi, c.stationary(phi, own))
		drift := 0.0
		for u := range c.Months {
			drift += rng.normal(walk)
			x := level + trend*float64(u)/12 + season*math.Sin(2*math.Pi*(float64(u)+phase)/12) +
				loading*shared[p][u] + noise[u] + drift + c.stories[p].hard[d][k].at(u)
			if c.shock.on(u) {
				x += c.shock.hard[d] * c.shock.loading[p]
			}
			v := draw(rng, dom.kind, x, base, national*c.eco.Size[p], own)
			late, gone := rng.Float64() < slow, rng.Float64() < missing
			extra := rng.whole(1, 3)
			wrong := rng.Float64() < 0.3
			slip := rng.normal(v.sd/3) - 0.1*v.sd
			if gone || outages[p].on(u) || quarterly && u%3 != 2 {
				continue
			}
			at := u + lag
			if late {
				at += extra
			}
			c.publish(Row{Provider: int32(p), Stream: int32(stream), Month: int16(u), Available: int16(at), Value: v.value, Den: v.den}, dom.kind, wrong, slip)
		}
	}
}

// drawn is a value with the sd of its noise on the indicator's scale.
type drawn struct{ value, den, sd float64 }

// draw makes a value with linear predictor x.
func draw(rng source, k concern.Kind, x, base, volume, own float64) drawn {
	switch k {
	case concern.Count:
		return drawn{float64(rng.poisson(volume * math.Exp(x))), volume, math.Hypot(own, 1/math.Sqrt(volume))}
	case concern.Proportion:
		n := max(math.Round(volume), 10)
		return drawn{float64(rng.binomial(int(n), 1/(1+math.Exp(-(math.Log(base/(1-base))+x))))), n, math.Hypot(own, 1/math.Sqrt(n*base*(1-base)))}
	default:
		return drawn{x + rng.normal(0.3), 0, math.Hypot(own, 0.3)}
	}
}

// publish adds a value; one that is first published with an error is added
// twice, wrong and provisional, then right three months later.
func (c *country) publish(r Row, k concern.Kind, wrong bool, slip float64) {
	if wrong {
		first := r
		first.Provisional = true
		switch k {
		case concern.Count:
			first.Value = math.Round(r.Value * math.Exp(slip))
		case concern.Proportion:
			odds := (r.Value + 0.5) / (r.Den - r.Value + 0.5) * math.Exp(slip)
			first.Value = min(math.Round(r.Den*odds/(1+odds)), r.Den)
		default:
			first.Value = r.Value + slip
		}
		c.eco.Rows = append(c.eco.Rows, first)
		r.Available += 3
	}
	c.eco.Rows = append(c.eco.Rows, r)
}

// voices makes the reports of all channels, from the given stream on.
func (c *country) voices(stream int) {
	common := make([]float64, c.Providers)
	rng := c.source("culture")
	for p := range common {
		common[p] = rng.normal(0.3)
	}
	for k, ch := range channels() {
		rng := c.source(fmt.Sprintf("channel/%d", k))
		walk, arrive := c.Culture*rng.between(0.018, 0.03), rng.between(0.35, 0.75)
		for p := range c.Providers {
			culture := ch.loading*common[p] + rng.normal(ch.own) + 0.25*c.quality[p]
			severe := math.Log(ch.severe/(1-ch.severe)) + rng.normal(0.2)
			st := &c.stories[p]
			for u := range c.Months {
				culture += rng.normal(walk)
				x := culture + st.voice[k].at(u)
				if c.shock.on(u) && (k == care || k == attitude || k == noHarm || k == harm) {
					x += c.shock.fall
				}
				n := rng.poisson(ch.rate * c.eco.Size[p] * math.Exp(x) * rng.gamma(ch.noise))
				bad := rng.binomial(n, 1/(1+math.Exp(-(severe+st.severity.at(u)))))
				c.receive(rng, arrive, p, stream+2*k, u, n-bad)
				c.receive(rng, arrive, p, stream+2*k+1, u, bad)
			}
		}
	}
}

// receive spreads n reports over the months of their arrival: each waits with
// a monthly probability of coming in; all are in by six months.
func (c *country) receive(rng source, arrive float64, p, stream, u, n int) {
	for d := 0; n > 0; d++ {
		k := n
		if d < 6 {
			k = rng.binomial(n, arrive)
		}
		if n -= k; k > 0 {
			c.eco.Received = append(c.eco.Received, Receipt{Provider: int32(p), Stream: int32(stream), Month: int16(u), Received: int16(u + d), Count: int32(k)})
		}
	}
}

// visits makes the visits: one in a month with probability 0.15.
func (c *country) visits() {
	rng, stream := c.source("visits"), int32(len(c.eco.Streams)-1)
	for p := range c.Providers {
		for u := range c.Months {
			if score := 0.5*c.quality[p] + c.stories[p].visit.at(u) + rng.normal(1); rng.Float64() < 0.15 {
				c.eco.Rows = append(c.eco.Rows, Row{Provider: int32(p), Stream: stream, Month: int16(u), Available: int16(u), Value: score})
			}
		}
	}
}
