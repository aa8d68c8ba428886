package concern

import "math"

// Constants of the soft streams (concern-design.md section 4).
const (
	shrinkTotal = 20   // reports added to both sides of a national movement
	mixOdds     = 1.35 // design odds ratio of severe reports
	mixLow      = -0.7
	mixHigh     = 1.5
	gapVariance = 0.055
	gapHigh     = 3 // ceiling of a month's voice gap
)

// softMonth brings one stream of reports to as-of month t.
func (e *Engine) softMonth(s *series, t Month) {
	if !s.begun {
		return
	}
	s.alone = s.with < e.par.PeersLeast
	for u := max(s.first, t-ringMonths+1); u <= t; u++ {
		if s.dirty[ring(u)] || e.slow || t-u <= delayMonths {
			e.addNational(s, u, t)
		}
	}
	e.estimate(s, t)
	start := s.first + e.startup(s)
	// A window that holds months still filling moves with every as-of month.
	filling := start > t-2*delayMonths-1
	for u := t - replayMonths + 1; u <= t; u++ {
		k := turn(u)
		if s.fresh[k] = t-u <= delayMonths || filling || e.due(s, u); !s.fresh[k] {
			continue
		}
		s.evOf[k] = u
		clear(s.ev[k])
		clear(s.exp[k])
		clear(s.lam[k])
		for p := range s.stir[k] {
			s.stir[k][p] = 1
		}
		if u >= start && s.est.Version > 0 {
			e.softEvidence(s, u, t)
		}
	}
}

// addNational sums a month's reports over providers, as known at t.
func (e *Engine) addNational(s *series, u, t Month) {
	slot := ring(u)
	var y, size float64
	for p, st := range s.status[slot] {
		if st != absent {
			y += s.num[slot][p]
			size += e.size[slot][p]
		}
	}
	s.rate[slot] = math.NaN()
	if size > 0 {
		s.rate[slot] = y / size
	}
	if d := t - u; d <= delayMonths {
		s.byDelay[slot][d] = y
		s.delays[slot] |= 1 << d
	}
}

// softEvidence works out l of event month u for every provider from what is
// known at t.
func (e *Engine) softEvidence(s *series, u, t Month) {
	lo, hi := e.window(s, u)
	y, x := e.work.sum, e.work.cnt
	clear(y)
	clear(x)
	for m := lo; m < hi; m++ {
		q := 1.0
		if r := e.nationalRate(s, m, t, &s.est); !s.alone && !math.IsNaN(r) {
			q = max(r/s.est.National, 0.05)
		}
		slot := ring(m)
		q *= s.share(&s.est, t-m)
		num, size := s.num[slot], e.size[slot]
		for p, st := range s.status[slot] {
			if st != absent {
				y[p] += num[p]
				x[p] += size[p] * q
			}
		}
	}
	slot, k := ring(u), turn(u)
	months, f := float64(hi-lo), s.share(&s.est, t-u)
	prior := e.work.a
	est := &s.est
	var sumY, sumM float64
	for p, st := range s.status[slot] {
		w := 1 + x[p]*est.Rate/(est.R*months)
		prior[p] = est.A + y[p]/w
		s.lam[k][p] = prior[p] / (est.A/est.Rate + x[p]/w)
		s.exp[k][p] = e.size[slot][p] * s.lam[k][p] * f
		if st != absent {
			sumY += s.num[slot][p]
			sumM += s.exp[k][p]
		}
	}
	g := (sumY + shrinkTotal) / (sumM + shrinkTotal)
	if s.alone {
		g = 1
	}
	for p, st := range s.status[slot] {
		s.exp[k][p] *= g
		if st == absent || s.exp[k][p] <= 0 {
			continue
		}
		s.disp[k][p] = 1 / (1/est.R + 1/prior[p])
		s.ev[k][p] = s.reportEvidence(s.num[slot][p], s.exp[k][p], s.disp[k][p])
	}
}

// reportEvidence is the log likelihood ratio of y reports when m are expected, negative
// binomial of size r: at the design ratio, against as usual.
func (s *series) reportEvidence(y, m, r float64) float64 {
	l := y*math.Log(s.rho) - (y+r)*math.Log((s.rho*m+r)/(m+r))
	return clip(l, evidenceLow, evidenceHigh)
}

// derivedMonth brings a severity-mix or voice-gap stream to as-of month t.
func (e *Engine) derivedMonth(s *series, t Month) {
	s.begun = true
	for p := range e.provs {
		s.last[p] = 0
		for i, part := range s.parts {
			if i == 0 || part.last[p] > s.last[p] && s.def.Kind == Gap {
				s.last[p] = part.last[p]
			} else if s.def.Kind == Mix {
				s.last[p] = min(s.last[p], part.last[p])
			}
		}
	}
	for u := t - replayMonths + 1; u <= t; u++ {
		k := turn(u)
		s.fresh[k] = e.slow || s.evOf[k] != u
		for _, part := range s.parts {
			s.fresh[k] = s.fresh[k] || part.fresh[k]
		}
		if !s.fresh[k] {
			continue
		}
		s.evOf[k] = u
		for p := range e.provs {
			if s.def.Kind == Mix {
				s.ev[k][p] = mixEvidence(s.parts[0], s.parts[1], u, p)
			} else {
				s.ev[k][p] = gapEvidence(s.parts[:s.nOut], s.parts[s.nOut:], u, p)
			}
		}
	}
}

// judged reports whether the stream has an expectation for provider p in u.
func (s *series) judged(u Month, p int) bool {
	return s.status[ring(u)][p] != absent && s.evOf[turn(u)] == u && s.exp[turn(u)][p] > 0
}

// mixEvidence is the evidence that a channel's reports have become more severe.
func mixEvidence(ordinary, severe *series, u Month, p int) float64 {
	if !ordinary.judged(u, p) || !severe.judged(u, p) {
		return 0
	}
	yo, yh := ordinary.num[ring(u)][p], severe.num[ring(u)][p]
	p0 := usualSevere(ordinary, severe, u, p)
	odds := mixOdds * p0 / (1 - p0)
	p1 := odds / (1 + odds)
	l := yh*math.Log(p1/p0) + yo*math.Log((1-p1)/(1-p0))
	return clip(l/(1+0.01*(yo+yh)), mixLow, mixHigh)
}

// usualSevere is the severe share of the provider's own culture.
func usualSevere(ordinary, severe *series, u Month, p int) float64 {
	a, b := ordinary.lam[turn(u)][p], severe.lam[turn(u)][p]
	return clip(b/(a+b), 0.02, 0.9)
}

// gapEvidence is the evidence that outside voices rise against inside
// reporting.
func gapEvidence(outside, inside []*series, u Month, p int) float64 {
	ye, me := voices(outside, u, p)
	yi, mi := voices(inside, u, p)
	if me <= 0 || mi <= 0 {
		return 0
	}
	gap := math.Log((ye+0.5)/(me+0.5)) - math.Log((yi+0.5)/(mi+0.5))
	sd := math.Sqrt(1/(me+0.5) + 1/(mi+0.5) + gapVariance)
	mu := clip(0.5/sd, 0.4, 1.3)
	return clip(mu*clip(gap/sd, -3, 3)-mu*mu/2-0.1, evidenceLow, gapHigh)
}

// voices sums reports in hand and expected, publicity and all, over streams.
func voices(streams []*series, u Month, p int) (y, m float64) {
	for _, s := range streams {
		if s.judged(u, p) {
			y += s.num[ring(u)][p]
			m += s.exp[turn(u)][p] * s.stir[turn(u)][p]
		}
	}
	return y, m
}

// visitMonth brings the visits to as-of month t. Each of the n visits of a month is a
// look of its own: their logarithms of the likelihood ratio of a shift by 0.8 add up to
// n (0.8 v − 0.32) with their mean v, each pays 0.08 for robustness, and the month as a
// whole is bounded as one visit's is. With one visit this is concern-design.md section 4.
func (e *Engine) visitMonth(s *series, t Month) {
	for u := t - replayMonths + 1; u <= t; u++ {
		k := turn(u)
		s.evOf[k], s.fresh[k] = u, true
		for p, st := range s.status[ring(u)] {
			s.ev[k][p] = 0
			if st != absent {
				s.ev[k][p] = clip(s.den[ring(u)][p]*(0.8*clip(s.num[ring(u)][p], -3, 3)-0.40), evidenceLow, evidenceHigh)
			}
		}
	}
}
