package concern

import (
	"math"
	"slices"
)

// Estimate is what the method learns about one stream from the data
// themselves: a value with a version, to be stored with what was made from it.
type Estimate struct {
	Stream  StreamID `json:"stream"`
	Version int      `json:"version"` // 0: none yet; then 1, 2, … at each re-estimate
	AsOf    Month    `json:"as_of"`
	From    Month    `json:"from"` // event months used: [From, To)
	To      Month    `json:"to"`
	Peers   int      `json:"peers"` // providers used

	Phi2    float64 `json:"phi2,omitempty"`    // hard: within-provider over-dispersion
	Between float64 `json:"between,omitempty"` // hard: variance between providers, sb2

	A            float64                  `json:"a,omitempty"`            // reports: 1/CV² of culture between providers
	R            float64                  `json:"r,omitempty"`            // reports: negative-binomial size
	Rate         float64                  `json:"rate,omitempty"`         // reports: median rate per size and month, mr
	National     float64                  `json:"national,omitempty"`     // reports: start-up mean of the national rate, 1 for q
	Completeness [delayMonths + 1]float64 `json:"completeness,omitempty"` // reports: F by delay
}

// Estimates lists the present estimate of every stream that has one.
func (e *Engine) Estimates() []Estimate {
	var out []Estimate
	for _, s := range e.streams {
		if s.est.Version > 0 {
			out = append(out, s.est)
		}
	}
	return out
}

// estimate renews the stream's estimate when it is due: every month from the
// end of start-up until late values are in, then every ReestimateEvery months
// from a window that ends a year back.
func (e *Engine) estimate(s *series, t Month) {
	start := s.first + e.startup(s)
	settled := start + settleMonths
	s.estNew = false
	var from, to Month
	version := 0
	switch every := Month(e.par.ReestimateEvery); {
	case t < start:
		return
	case t <= settled || s.est.Version == 0:
		from, to, version = s.first, start, 1
	case every > 0 && t >= settled+replayMonths && (t-settled)%every == 0:
		to = t - replayMonths
		from, version = to-Month(e.par.Startup), int(t-settled)/int(every)+1
		from = max(from, s.first)
	default:
		return
	}
	from = max(from, t-ringMonths+1)
	next := Estimate{Stream: s.def.ID, Version: version, AsOf: t, From: from, To: to}
	if s.def.Kind.hard() {
		e.estimateHard(s, &next)
	} else {
		e.estimateSoft(s, &next, t)
	}
	s.est, s.estNew = next, true
}

// estimateHard finds phi² and sb² (concern-design.md section 3).
func (e *Engine) estimateHard(s *series, est *Estimate) {
	var spread, mean, means, sampling []float64
	var perMonth []float64 // mean s² of each provider over its number of months
	dev := make([]float64, 0, est.To-est.From)
	for p := range e.provs {
		dev = dev[:0]
		sum, sum2 := 0.0, 0.0
		for m := est.From; m < est.To; m++ {
			slot := ring(m)
			if d := s.dev[slot][p]; s.status[slot][p] != absent && !math.IsNaN(d) {
				dev = append(dev, d)
				sum += d
				sum2 += s.s2[slot][p]
			}
		}
		n := float64(len(dev))
		if len(dev) < 3 {
			continue
		}
		own, v := sum/n, sum2/n
		for i := range dev {
			dev[i] -= own
		}
		w := mad(dev)
		spread = append(spread, 1.08*w*w-v)
		sampling = append(sampling, v)
		mean = append(mean, math.Abs(own))
		means = append(means, n)
		perMonth = append(perMonth, v)
	}
	est.Peers = len(spread)
	if est.Peers == 0 {
		est.Between = square(e.par.domain(s.def.domain()).Between)
		est.Phi2 = 1e-6
		return
	}
	est.Phi2 = max(median(spread), 0.02*median(sampling), 1e-9)
	for i := range perMonth {
		perMonth[i] = (perMonth[i] + est.Phi2) / means[i]
	}
	est.Between = max(square(madScale*median(mean))-median(perMonth), 1e-4)
	if est.Peers < e.par.PeersLeast {
		if b := e.par.domain(s.def.domain()).Between; b > 0 {
			est.Between = b * b
		}
	}
}

func square(x float64) float64 { return x * x }

// estimateSoft finds completeness, national rate, culture and noise of a
// stream of reports (concern-design.md section 4) from the months whose reports are
// all in.
func (e *Engine) estimateSoft(s *series, est *Estimate, t Month) {
	est.Completeness = e.completeness(s, est)
	to := min(est.To, t-delayMonths+1)
	if to <= est.From {
		to = est.To
	}
	n := 0.0
	for m := est.From; m < to; m++ {
		if r := e.nationalRate(s, m, t, est); !math.IsNaN(r) {
			est.National += r
			n++
		}
	}
	est.National = max(est.National/max(n, 1), 1e-6)
	q := func(m Month) float64 {
		if s.alone {
			return 1
		}
		if r := e.nationalRate(s, m, t, est); !math.IsNaN(r) {
			return max(r/est.National, 0.05)
		}
		return 1
	}
	var rates, exposure []float64
	own := make([]float64, len(e.provs))
	for p := range e.provs {
		var y, x float64
		for m := est.From; m < to; m++ {
			if slot := ring(m); s.status[slot][p] != absent {
				y += s.num[slot][p]
				x += e.size[slot][p] * q(m) * s.share(est, t-m)
			}
		}
		if x > 0 {
			rates, exposure = append(rates, y/x), append(exposure, x)
			own[p] = y / x
		}
	}
	est.Peers = len(rates)
	if est.Peers == 0 {
		est.A, est.R, est.Rate = 2, 5, max(est.National, 1e-6)
		return
	}
	var over, e2 float64
	for m := est.From; m < to; m++ {
		slot, qm := ring(m), q(m)
		for p := range e.provs {
			if s.status[slot][p] != absent && own[p] > 0 {
				x := own[p] * e.size[slot][p] * qm * s.share(est, t-m)
				over += square(s.num[slot][p]-x) - x
				e2 += x * x
			}
		}
	}
	est.R = 1 / clip(over/max(e2, 1e-9), 0.02, 2)
	est.A = culture(rates, exposure, est.R, float64(to-est.From))
	if est.Peers < e.par.PeersLeast {
		est.A = 2
	}
	est.Rate = max(median(slices.Clone(rates)), 1e-6)
}

// culture is a = 1/CV² of the rates between providers after count noise.
func culture(rates, exposure []float64, r, months float64) float64 {
	var sum, noise float64
	n := float64(len(rates))
	for _, x := range rates {
		sum += x
	}
	mean := sum / n
	var ss float64
	for i, x := range rates {
		ss += square(x - mean)
		noise += x/exposure[i] + x*x/(r*months)
	}
	cv2 := (ss/max(n-1, 1) - noise/n) / max(mean*mean, 1e-12)
	return 1 / clip(cv2, 0.05, 1.5)
}

// completeness is F by delay: reports in hand d months after, over those in
// hand after six, of the event months for which both were seen.
func (e *Engine) completeness(s *series, est *Estimate) (f [delayMonths + 1]float64) {
	var sum [delayMonths + 1]float64
	for m := est.From; m < est.To; m++ {
		if slot := ring(m); s.delays[slot] == 1<<(delayMonths+1)-1 {
			for d, y := range s.byDelay[slot] {
				sum[d] += y
			}
		}
	}
	copy(f[:], e.par.Completeness)
	if sum[delayMonths] >= 20 {
		for d := range f {
			f[d] = clip(sum[d]/sum[delayMonths], 0.02, 1)
		}
	}
	return f
}

// share is the completeness of reports at delay d.
func (s *series) share(est *Estimate, d Month) float64 {
	return est.Completeness[min(max(d, 0), delayMonths)]
}

// nationalRate is the month's reports per size over all providers that report,
// completed for delay; NaN when none does.
func (e *Engine) nationalRate(s *series, m, t Month, est *Estimate) float64 {
	r := s.rate[ring(m)]
	if t-m < delayMonths {
		r /= s.share(est, t-m)
	}
	return r
}
