package concern

import (
	"math"
	"slices"
)

// reports: concern-design.md section 4.
func (p *plain) reports(s int) {
	months := p.now + 1
	rate := slices.Repeat([]float64{math.NaN()}, months) // reports in hand per size
	for u := p.first[s]; u < months; u++ {
		var y, size float64
		for i := range p.n {
			if p.held[s][i][u] != absent {
				y, size = y+p.num[s][i][u], size+p.sizes(i, u)
			}
		}
		if size > 0 {
			rate[u] = y / size
		}
		if d := p.now - u; d <= 6 {
			p.came[s][u][d], p.seen[s][u][d] = y, true
		}
	}
	if from, to, version := p.renewal(s); version > 0 {
		p.est[s] = p.softEstimate(s, rate, from, to)
		p.est[s].Version = version
	}
	e := &p.est[s]
	if e.Version == 0 {
		return
	}
	f := func(m int) float64 { return e.Completeness[min(p.now-m, 6)] }
	for u := max(p.start(s), p.now-11); u < months; u++ {
		lo, hi := p.window(s, u)
		var sumY, sumM float64
		prior := make([]float64, p.n)
		for i := range p.n {
			var y, x float64
			for m := lo; m < hi; m++ {
				q := 1.0
				if !p.alone(s) && !math.IsNaN(rate[m]) {
					q = math.Max(rate[m]/f(m)/e.National, 0.05)
				}
				if p.held[s][i][m] != absent {
					y, x = y+p.num[s][i][m], x+p.sizes(i, m)*q*f(m)
				}
			}
			w := 1 + x*e.Rate/(e.R*float64(hi-lo))
			prior[i] = e.A + y/w
			p.lam[s][i][u] = prior[i] / (e.A/e.Rate + x/w)
			p.ex[s][i][u] = p.sizes(i, u) * p.lam[s][i][u] * f(u)
			if p.held[s][i][u] != absent {
				sumY, sumM = sumY+p.num[s][i][u], sumM+p.ex[s][i][u]
			}
		}
		g := (sumY + 20) / (sumM + 20)
		if p.alone(s) {
			g = 1
		}
		for i := range p.n {
			p.ex[s][i][u] *= g
			if p.held[s][i][u] == absent {
				continue
			}
			p.size[s][i][u] = 1 / (1/e.R + 1/prior[i])
			p.l[s][i][u] = p.louder(s, i, u, p.ex[s][i][u])
		}
	}
}

// louder is the evidence of a month's reports when m are expected.
func (p *plain) louder(s, i, u int, m float64) float64 {
	rho := p.par.Channels[p.par.channel(p.streams[s].Channel)].Ratio
	if p.streams[s].Severity == Severe {
		rho *= 1.12
	}
	r := p.size[s][i][u]
	nb := func(m float64) float64 {
		return p.num[s][i][u]*math.Log(m/(m+r)) + r*math.Log(r/(m+r))
	}
	return between(nb(rho*m)-nb(m), -1, 2)
}

func (p *plain) softEstimate(s int, rate []float64, from, to int) (e Estimate) {
	var sum [7]float64
	for m := from; m < to; m++ {
		if p.seen[s][m] == [7]bool{true, true, true, true, true, true, true} {
			for d := range sum {
				sum[d] += p.came[s][m][d]
			}
		}
	}
	for d := range sum {
		e.Completeness[d] = p.par.Completeness[d]
		if sum[6] >= 20 {
			e.Completeness[d] = between(sum[d]/sum[6], 0.02, 1)
		}
	}
	if full := min(to, p.now-5); full > from { // months whose reports are all in
		to = full
	}
	f := func(m int) float64 { return e.Completeness[min(p.now-m, 6)] }
	n := 0.0
	for m := from; m < to; m++ {
		if !math.IsNaN(rate[m]) {
			e.National, n = e.National+rate[m]/f(m), n+1
		}
	}
	e.National = math.Max(e.National/math.Max(n, 1), 1e-6)
	expect := func(i, m int) float64 {
		q := 1.0
		if !p.alone(s) && !math.IsNaN(rate[m]) {
			q = math.Max(rate[m]/f(m)/e.National, 0.05)
		}
		return p.sizes(i, m) * q * f(m)
	}
	own, months := make([]float64, p.n), float64(to-from)
	var rates, exposure []float64
	for i := range p.n {
		var y, x float64
		for m := from; m < to; m++ {
			if p.held[s][i][m] != absent {
				y, x = y+p.num[s][i][m], x+expect(i, m)
			}
		}
		if x > 0 {
			own[i] = y / x
			rates, exposure = append(rates, own[i]), append(exposure, x)
		}
	}
	var over, squares float64
	for i := range p.n {
		for m := from; m < to; m++ {
			if x := own[i] * expect(i, m); p.held[s][i][m] != absent && own[i] > 0 {
				over, squares = over+(p.num[s][i][m]-x)*(p.num[s][i][m]-x)-x, squares+x*x
			}
		}
	}
	e.R = 1 / between(over/math.Max(squares, 1e-9), 0.02, 2)
	var mean, ss, noise float64
	for _, x := range rates {
		mean += x / float64(len(rates))
	}
	for j, x := range rates {
		ss += (x - mean) * (x - mean)
		noise += (x/exposure[j] + x*x/(e.R*months)) / float64(len(rates))
	}
	e.A = 1 / between((ss/math.Max(float64(len(rates)-1), 1)-noise)/(mean*mean), 0.05, 1.5)
	if len(rates) < 5 {
		e.A = 2
	}
	e.Rate = math.Max(plainMedian(rates), 1e-6)
	return e
}

func (p *plain) visits(s int) {
	for i := range p.n {
		for u := range p.now + 1 {
			if p.held[s][i][u] != absent {
				evidence := 0.0
				for range int(p.den[s][i][u]) { // each visit of the month, told by their mean
					evidence += 0.8*between(p.num[s][i][u], -3, 3) - 0.40
				}
				p.l[s][i][u] = between(evidence, -1, 2)
			}
		}
	}
}

// derived: severity mix and voice gap. A stream counts where it has an expectation.
func (p *plain) derived(s int, stream map[StreamID]int) {
	def := p.streams[s]
	var parts []int
	for _, id := range def.parts() {
		parts = append(parts, stream[id])
	}
	for i := range p.n {
		var lasts []int
		for _, part := range parts {
			lasts = append(lasts, p.last[part][i])
		}
		if p.last[s][i] = slices.Max(lasts); def.Kind == Mix {
			p.last[s][i] = slices.Min(lasts)
		}
		for u := max(0, p.now-11); u <= p.now; u++ {
			ok := func(part int) bool { return p.held[part][i][u] != absent && p.ex[part][i][u] > 0 }
			if def.Kind == Mix {
				if o, h := parts[0], parts[1]; ok(o) && ok(h) {
					p0 := between(p.lam[h][i][u]/(p.lam[o][i][u]+p.lam[h][i][u]), 0.02, 0.9)
					odds := 1.35 * p0 / (1 - p0)
					p1 := odds / (1 + odds)
					yo, yh := p.num[o][i][u], p.num[h][i][u]
					p.l[s][i][u] = between((yh*math.Log(p1/p0)+yo*math.Log((1-p1)/(1-p0)))/(1+0.01*(yo+yh)), -0.7, 1.5)
				}
				continue
			}
			var y, m [2]float64
			for j, part := range parts {
				side := 0
				if j >= len(def.Outside) {
					side = 1
				}
				if ok(part) {
					y[side], m[side] = y[side]+p.num[part][i][u], m[side]+p.ex[part][i][u]*p.stir[part][i][u]
				}
			}
			if m[0] > 0 && m[1] > 0 {
				gap := math.Log((y[0]+0.5)/(m[0]+0.5)) - math.Log((y[1]+0.5)/(m[1]+0.5))
				sd := math.Sqrt(1/(m[0]+0.5) + 1/(m[1]+0.5) + 0.055)
				mu := between(0.5/sd, 0.4, 1.3)
				p.l[s][i][u] = between(mu*between(gap/sd, -3, 3)-mu*mu/2-0.1, -1, 3)
			}
		}
	}
}

// discounts: 1/(1 + (m_f − 1) overlap_f), m_f the streams with data within 24 months.
func (p *plain) discounts(t int) [][]float64 {
	out := grid(len(p.par.Families), p.n, 0.0)
	for f := range out {
		for i := range p.n {
			m := 0
			for s := range p.streams {
				if p.scored(s) && p.family(s) == f && p.last[s][i] >= 0 && t-p.last[s][i] < 24 {
					m++
				}
			}
			out[f][i] = 1 / (1 + math.Max(float64(m-1), 0)*p.par.Families[f].Overlap)
		}
	}
	return out
}

// advance adds the evidence of one event month to C and to the patterns: sections 5
// and 7.
func (p *plain) advance(u int, c [][]float64, began [][]int, story, disc [][]float64) {
	for i := range p.n {
		byFamily := make([]float64, len(p.par.Families))
		for s := range p.streams {
			if !p.scored(s) {
				continue
			}
			l := p.l[s][i][u]
			byFamily[p.family(s)] += l * disc[p.family(s)][i]
			c[s][i] = between(0.97*c[s][i]+l, 0, p.par.Cap)
			switch {
			case c[s][i] <= 0:
				began[s][i] = -1
			case began[s][i] < 0:
				began[s][i] = u
			}
		}
		q, k := story[i], float64(len(p.par.Patterns))
		var sick, total float64
		for _, x := range q[1:] {
			sick += x
		}
		was := q[0]
		q[0] = was*(1-p.par.Hazard) + p.par.Recovery*sick
		total = q[0]
		for j, pat := range p.par.Patterns {
			sum := 0.0
			for _, id := range pat.Families {
				f := p.par.family(id)
				sum += p.par.Families[f].Filter * byFamily[f]
			}
			q[j+1] = (q[j+1]*(1-p.par.Recovery) + was*p.par.Hazard/k) * math.Exp(between(p.par.PatternScale*sum, -3, 4))
			total += q[j+1]
		}
		for j := range q {
			q[j] /= total
		}
	}
}

// replay: the twelve months after the frozen one, then the score of section 6.
func (p *plain) replay() {
	clone := func(g [][]float64) [][]float64 {
		out := make([][]float64, len(g))
		for i := range g {
			out[i] = slices.Clone(g[i])
		}
		return out
	}
	p.c, p.since = clone(p.frozen), nil
	for _, b := range p.began {
		p.since = append(p.since, slices.Clone(b))
	}
	story, disc := clone(p.story), p.discounts(p.now)
	for u := max(0, p.now-11); u <= p.now; u++ {
		p.advance(u, p.c, p.since, story, disc)
	}
	p.change, p.odds, p.agree = make([]float64, p.n), make([]float64, p.n), make([]int, p.n)
	for i := range p.n {
		for f, fam := range p.par.Families {
			e := 0.0
			for s := range p.streams {
				if p.scored(s) && p.family(s) == f {
					e += p.c[s][i] * disc[f][i]
				}
			}
			p.change[i] += fam.Weight * math.Log(1+e)
			if e >= 1 {
				p.agree[i]++
			}
		}
		p.odds[i] = math.Log((1 - story[i][0]) / story[i][0])
	}
}

// standing: section 8, on the deviations worked out anew.
func (p *plain) standing() {
	p.level = make([]float64, p.n)
	spread := func(total, count []float64, centred bool) []float64 {
		middle := 0.0
		var all []float64
		for i := range total {
			if count[i] > 0 {
				total[i] /= count[i]
				all = append(all, total[i])
			}
		}
		if centred {
			middle = plainMedian(all)
		}
		out, mad := make([]float64, p.n), plainMAD(all)
		for i := range out {
			if count[i] > 0 && mad > 1e-9 {
				out[i] = (total[i] - middle) / mad
			}
		}
		return out
	}
	for _, part := range p.par.Standing {
		level := make([]float64, p.n)
		switch {
		case part.Visits:
			for s := range p.streams {
				if p.streams[s].Kind != Visit {
					continue
				}
				for i := range p.n {
					n := 0.0
					for u := max(0, p.now-23); u <= p.now; u++ {
						if p.held[s][i][u] != absent {
							visits := p.den[s][i][u]
							level[i], n = level[i]+visits*p.num[s][i][u], n+visits
						}
					}
					level[i] /= math.Sqrt(1 + n)
				}
			}
		case part.Voices:
			total, count := make([]float64, p.n), make([]float64, p.n)
			for s, def := range p.streams {
				if def.Kind == Reports && def.Severity != Severe && p.par.Channels[p.par.channel(def.Channel)].Standing {
					p.addSpread(p.voiceLevels(s), nil, total, count)
				}
			}
			level = spread(total, count, true)
		default:
			for _, d := range part.Domains {
				total, count := make([]float64, p.n), make([]float64, p.n)
				for s, def := range p.streams {
					if def.Kind.hard() && !def.Charted && def.domain() == d && !p.alone(s) {
						levels, noise := p.hardLevels(s)
						p.addSpread(levels, noise, total, count)
					}
				}
				for i, x := range spread(total, count, false) {
					level[i] += x / part.Divisor
				}
			}
		}
		for i := range p.n {
			p.level[i] += part.Weight * between(level[i], 0, 4)
		}
	}
}

// addSpread adds levels in units of their spread, clipped to ±3, and counts them.
// addSpread adds levels in units of their spread; noise, where there is any, is of one
// month of each: one more than three times as noisy as the middle counts for less.
func (p *plain) addSpread(levels, noise, total, count []float64) {
	all := slices.DeleteFunc(slices.Clone(levels), math.IsNaN)
	middle := plainMedian(slices.DeleteFunc(slices.Clone(noise), math.IsNaN))
	for i, x := range levels {
		if mad := plainMAD(all); !math.IsNaN(x) && mad > 1e-9 {
			if noise != nil {
				x *= math.Min(1, 3*middle/noise[i])
			}
			total[i], count[i] = total[i]+between(x/mad, -3, 3), count[i]+1
		}
	}
}

func (p *plain) voiceLevels(s int) []float64 {
	out := slices.Repeat([]float64{math.NaN()}, p.n)
	for i := range p.n {
		var y, x float64
		for u := max(0, p.now-16); u < p.now-4; u++ {
			var all, size float64
			for j := range p.n {
				if p.held[s][j][u] != absent {
					all, size = all+p.num[s][j][u], size+p.sizes(j, u)
				}
			}
			if p.held[s][i][u] != absent {
				y, x = y+p.num[s][i][u], x+p.sizes(i, u)*all/size
			}
		}
		if x > 0 {
			out[i] = math.Log((y + 0.5) / (x + 0.5))
		}
	}
	return out
}

func (p *plain) hardLevels(s int) (levels, noise []float64) {
	levels, noise = slices.Repeat([]float64{math.NaN()}, p.n), slices.Repeat([]float64{math.NaN()}, p.n)
	for i := range p.n {
		sum, v, n := 0.0, 0.0, 0.0
		for u := max(0, p.now-16); u < p.now-4 && p.dev[s] != nil; u++ {
			if x := p.dev[s][i][u]; !math.IsNaN(x) {
				sum, v, n = sum+x, v+p.s2[s][i][u]+p.est[s].Phi2, n+1
			}
		}
		if n > 0 {
			levels[i], noise[i] = sum/n, math.Sqrt(v/n)
		}
	}
	return levels, noise
}

// sixMonths is what a sentence counts: reports in hand and usual of the last six months,
// or of those since the evidence began, where an expectation is known.
func (p *plain) sixMonths(s, i int) (f Facts) {
	for u := max(0, p.now-5, p.since[s][i]); u <= p.now; u++ {
		if p.held[s][i][u] != absent && p.ex[s][i][u] > 0 {
			f.Reports, f.Expected = f.Reports+p.num[s][i][u], f.Expected+p.ex[s][i][u]
		}
	}
	return f
}
