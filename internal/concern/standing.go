package concern

import "math"

// Windows of the standing level, months before the as-of month: event months
// [t−16, t−4) for values and reports, 24 months for visits.
const (
	standingFrom  = 16
	standingTo    = 4
	standingVisit = 24
	standingCap   = 4.0
)

// standingNoise is how many times as noisy as the middle provider's a provider's months
// may be until its distance from the others is made smaller. A hospice with an expected
// death a month lies far from trusts with a hundred by chance alone.
const standingNoise = 3.0

// standing works out L of every provider: has it long been worse than peers?
// (concern-design.md section 8).
func (e *Engine) standing(t Month) {
	n, parts := len(e.provs), e.par.Standing
	if len(e.results.level) != len(parts) {
		e.results.level = make([][]float64, len(parts))
	}
	for i, part := range parts {
		level := make([]float64, n)
		if n >= e.par.PeersLeast {
			switch {
			case part.Visits:
				e.standingVisits(t, level)
			case part.Voices:
				e.standingVoices(t, level)
			default:
				for _, d := range part.Domains {
					add(level, e.standingDomain(t, d), 1/part.Divisor)
				}
			}
		}
		for p := range level {
			level[p] = clip(level[p], 0, standingCap)
		}
		e.results.level[i] = level
	}
}

func add(to, from []float64, weight float64) {
	for i, x := range from {
		to[i] += weight * x
	}
}

// standingDomain is the mean over a domain's indicators of each one's mean
// deviation in units of its spread over providers, itself in such units.
func (e *Engine) standingDomain(t Month, domain string) []float64 {
	total, count := make([]float64, len(e.provs)), make([]float64, len(e.provs))
	for _, s := range e.streams {
		if !e.stands(s, domain) {
			continue
		}
		lo, hi := max(s.first, t-standingFrom), t-standingTo
		sum, cnt := e.baseline(s, lo, hi)
		heed := e.heed(s, lo, hi)
		s.elsewhere = elsewhere{spread: addScaled(total, count, sum, cnt, heed), heed: heed}
	}
	return rescale(total, count, false)
}

// heed is by how much each provider's distance from the others counts: 1, or less where a
// month of [lo, hi) is, by its sampling variance and the indicator's own phi², more than
// standingNoise times as noisy as at the middle provider. It then counts as if it were
// just that noisy.
func (e *Engine) heed(s *series, lo, hi Month) []float64 {
	noise, all := make([]float64, len(e.provs)), make([]float64, 0, len(e.provs))
	for p := range noise {
		n := 0.0
		for m := lo; m < hi; m++ {
			if slot := ring(m); s.status[slot][p] != absent && !math.IsNaN(s.dev[slot][p]) {
				noise[p] += s.s2[slot][p] + s.est.Phi2
				n++
			}
		}
		if n > 0 {
			noise[p] = math.Sqrt(noise[p] / n)
			all = append(all, noise[p])
		}
	}
	most := standingNoise * median(all)
	for p, sd := range noise {
		noise[p] = 1
		if sd > most {
			noise[p] = most / sd
		}
	}
	return noise
}

// standingVoices is the same of ln reports per size, relative to the national
// rate, over the channels that count.
func (e *Engine) standingVoices(t Month, level []float64) {
	total, count := make([]float64, len(e.provs)), make([]float64, len(e.provs))
	sum, cnt := make([]float64, len(e.provs)), make([]float64, len(e.provs))
	for _, s := range e.streams {
		if !e.speaks(s) {
			continue
		}
		for p := range sum {
			sum[p], cnt[p] = e.heard(s, t, p)
			if cnt[p] > 0 {
				sum[p], cnt[p] = math.Log((sum[p]+0.5)/(cnt[p]+0.5)), 1
			}
		}
		s.elsewhere = elsewhere{spread: addScaled(total, count, sum, cnt, nil), middle: middleOf(sum, cnt)}
	}
	copy(level, rescale(total, count, true))
}

// heard is the reports about provider p in the window, and those at the national rate
// for its size.
func (e *Engine) heard(s *series, t Month, p int) (reports, national float64) {
	for m := max(s.first, t-standingFrom); m < t-standingTo; m++ {
		slot := ring(m)
		if r := s.rate[slot]; s.status[slot][p] != absent && !math.IsNaN(r) {
			reports += s.num[slot][p]
			national += e.size[slot][p] * r
		}
	}
	return reports, national
}

// addScaled adds each provider's mean sum/cnt, in units of MAD* over providers, as far as
// it is heeded (nil is all of it) and clipped to ±3, to total, and counts it. It returns
// that MAD*, 0 where providers do not differ and nothing is added.
func addScaled(total, count, sum, cnt, heed []float64) float64 {
	means := make([]float64, 0, len(sum))
	for p := range sum {
		if cnt[p] > 0 {
			means = append(means, sum[p]/cnt[p])
		}
	}
	spread := mad(means)
	if spread < 1e-9 {
		return 0
	}
	for p := range sum {
		if cnt[p] > 0 {
			x := sum[p] / cnt[p] / spread
			if heed != nil {
				x *= heed[p]
			}
			total[p] += clip(x, -3, 3)
			count[p]++
		}
	}
	return spread
}

// rescale turns totals into means in units of their own MAD* over providers,
// about their median when centred.
func rescale(total, count []float64, centred bool) []float64 {
	all := make([]float64, 0, len(total))
	for p := range total {
		if count[p] > 0 {
			total[p] /= count[p]
			all = append(all, total[p])
		}
	}
	middle := 0.0
	if centred {
		middle = median(all)
	}
	spread := mad(all)
	for p := range total {
		if count[p] > 0 && spread > 1e-9 {
			total[p] = (total[p] - middle) / spread
		} else {
			total[p] = 0
		}
	}
	return total
}

// standingVisits is the sum of visit scores over the root of one more than
// their number.
func (e *Engine) standingVisits(t Month, level []float64) {
	n := make([]float64, len(level))
	for _, s := range e.streams {
		if s.def.Kind != Visit {
			continue
		}
		for m := t - standingVisit + 1; m <= t; m++ {
			for p, st := range s.status[ring(m)] {
				if st != absent {
					level[p] += s.den[ring(m)][p] * s.num[ring(m)][p]
					n[p] += s.den[ring(m)][p]
				}
			}
		}
	}
	for p := range level {
		level[p] /= math.Sqrt(1 + n[p])
	}
}
