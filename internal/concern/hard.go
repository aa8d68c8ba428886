package concern

import "math"

// Bounds of one month's evidence (concern-design.md section 3).
const (
	evidenceLow  = -1.0
	evidenceHigh = 2.0
	allowance    = 1.6   // autocorrelation, in the variance of a baseline
	handicap     = 0.125 // × mu, taken off every month
	unknownMu    = 0.8   // design shift in standard errors where a continuous stream states none
)

// hardMonth brings one indicator to as-of month t.
func (e *Engine) hardMonth(s *series, t Month) {
	if !s.begun {
		return
	}
	if alone := s.with < e.par.PeersLeast; alone != s.alone {
		s.alone = alone
		for slot := range s.dirty {
			s.dirty[slot] = true
		}
	}
	for u := max(s.first, t-ringMonths+1); u <= t; u++ {
		if s.dirty[ring(u)] || e.slow {
			e.deviate(s, ring(u))
		}
	}
	e.estimate(s, t)
	start := s.first + e.startup(s)
	for u := t - replayMonths + 1; u <= t; u++ {
		k := turn(u)
		if s.fresh[k] = e.due(s, u); !s.fresh[k] {
			continue
		}
		s.evOf[k] = u
		clear(s.ev[k])
		if u >= start && s.est.Version > 0 {
			e.hardEvidence(s, u)
		}
	}
}

// deviate works out a month's values with the national effect out: dev and s².
func (e *Engine) deviate(s *series, slot int) {
	num, den, status := s.num[slot], s.den[slot], s.status[slot]
	pool := 0.0
	if s.def.Kind == Rate || s.def.Kind == Proportion {
		var a, b float64
		for p, st := range status {
			if st != absent {
				a, b = a+num[p], b+den[p]
			}
		}
		if b > 0 {
			pool = (a + 0.5) / (b + 1)
		}
	}
	s.pooled[slot] = pool
	finals, firsts := e.work.a[:0], e.work.b[:0]
	for p, st := range status {
		if st == absent {
			continue
		}
		x, v := transform(s.def.Kind, num[p], den[p], pool)
		s.dev[slot][p], s.s2[slot][p] = x, v
		if st == final {
			finals = append(finals, x)
		} else {
			firsts = append(firsts, x)
		}
	}
	least := e.par.PeersLeast
	if s.alone {
		s.centre[slot] = 0
	}
	mf, mp, known := nationals(finals, firsts, least)
	if s.alone {
		mf, mp, known = 0, 0, true
	}
	s.centre[slot] = mf
	sign := s.def.sign()
	for p, st := range status {
		switch {
		case st == absent:
		case !known: // too few peers have reported yet: wait for them
			s.dev[slot][p] = math.NaN()
		case st == final:
			s.dev[slot][p] = sign * (s.dev[slot][p] - mf)
		default:
			s.dev[slot][p] = sign * (s.dev[slot][p] - mp)
		}
	}
}

// nationals are the medians of final and of provisional values; of both
// together where one of them has too few; unknown where even both have.
func nationals(finals, firsts []float64, least int) (mf, mp float64, known bool) {
	if len(finals) >= least && len(firsts) >= least {
		return median(finals), median(firsts), true
	}
	if len(finals)+len(firsts) < least {
		return 0, 0, false
	}
	m := median(append(append(make([]float64, 0, len(finals)+len(firsts)), finals...), firsts...))
	if len(finals) >= least {
		return median(finals), m, true
	}
	return m, m, true
}

// transform gives x (before its sign) and its sampling variance (concern-design.md
// section 3).
func transform(k Kind, num, den, pool float64) (x, v float64) {
	switch k {
	case Count:
		return math.Log((num + 0.5) / (den + 0.5)), 1 / (den + 0.5)
	case Rate:
		expected := den * pool
		return math.Log((num + 0.5) / (expected + 0.5)), 1 / (expected + 0.5)
	case Proportion:
		return math.Log((num + 0.5) / (den - num + 0.5)), 1 / (den * pool * (1 - pool))
	default:
		return num, den
	}
}

// usual turns a value back into the indicator's own unit: events for a count
// or rate, a share for a proportion.
func usual(k Kind, x, den, pool float64) float64 {
	switch k {
	case Count:
		return max(math.Exp(x)*(den+0.5)-0.5, 0)
	case Rate:
		return max(math.Exp(x)*(den*pool+0.5)-0.5, 0)
	case Proportion:
		return logistic(x)
	default:
		return x
	}
}

// baseline puts sum and number of dev in [lo, hi) of every provider into
// work.sum and work.cnt.
func (e *Engine) baseline(s *series, lo, hi Month) (sum, cnt []float64) {
	sum, cnt = e.work.sum, e.work.cnt
	clear(sum)
	clear(cnt)
	for m := lo; m < hi; m++ {
		slot := ring(m)
		dev, status := s.dev[slot], s.status[slot]
		for p, st := range status {
			if d := dev[p]; st != absent && d == d { //nolint:staticcheck // d == d is false for NaN: month still waits for peers
				sum[p] += d
				cnt[p]++
			}
		}
	}
	return sum, cnt
}

// hardEvidence works out l of event month u for every provider.
func (e *Engine) hardEvidence(s *series, u Month) {
	lo, hi := e.window(s, u)
	sum, cnt := e.baseline(s, lo, hi)
	slot, k := ring(u), turn(u)
	z, sd, all := e.work.a, e.work.b, e.work.c[:0]
	for p, st := range s.status[slot] {
		z[p] = math.NaN()
		d := s.dev[slot][p]
		if st == absent || math.IsNaN(d) {
			continue
		}
		base, pv, ok := s.own(sum[p], cnt[p], s.s2[slot][p])
		if !ok {
			continue
		}
		sd[p] = math.Sqrt(pv)
		z[p] = (d - base) / sd[p]
		all = append(all, z[p])
	}
	spread := 1.0
	if !s.alone && len(all) >= e.par.PeersLeast {
		spread = max(1, mad(all))
	}
	for p, st := range s.status[slot] {
		if st == absent || math.IsNaN(z[p]) {
			continue
		}
		mu := unknownMu
		if s.shift > 0 {
			mu = s.shift / (sd[p] * spread)
		}
		mu = clip(mu, 0.35, 1.2)
		l := mu*clip(z[p]/spread, -3.5, 3.5) - mu*mu/2 - handicap*mu
		s.ev[k][p] = clip(l, evidenceLow, evidenceHigh) / float64(max(s.def.Shared, 1))
	}
}

// own is a provider's baseline, shrunk toward peers, and the variance of a
// value about it. Without peers the baseline is its own mean; without either it
// is unknown.
func (s *series) own(sum, cnt, s2 float64) (base, pv float64, ok bool) {
	v := s2 + s.est.Phi2
	if cnt < 1 {
		return 0, v + s.est.Between, !s.alone
	}
	vn := allowance * v / cnt
	k := 1.0
	if !s.alone {
		k = s.est.Between / (s.est.Between + vn)
	}
	return k * sum / cnt, v + k*vn, true
}
