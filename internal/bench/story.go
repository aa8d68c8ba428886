package bench

import "math"

// course is how an effect unfolds: 0 before from, then rising in a straight
// line over ramp months; with a decay it jumps to full size and fades.
type course struct {
	from  int
	ramp  float64 // months to full size; at most 1 is at once
	decay float64 // months to fall to 1/e; 0 is lasting
}

func (c course) at(u int) float64 {
	if u < c.from {
		return 0
	}
	k := float64(u - c.from)
	if c.decay > 0 {
		return math.Exp(-k / c.decay)
	}
	return min(1, (k+1)/max(c.ramp, 1))
}

// effect is a size with its course.
type effect struct {
	size float64
	course
}

func (e effect) at(u int) float64 {
	if e.size > -1e-12 && e.size < 1e-12 {
		return 0
	}
	return e.size * e.course.at(u)
}

// story is everything that befalls one provider, by indicator and channel.
type story struct {
	truth    Truth
	hard     [][]effect // by domain, indicator
	voice    []effect   // by channel: log rate
	severity effect     // logit of the severe share, all channels
	visit    effect
}

// severityEffect is the full effect on the logit of the severe share.
const severityEffect = 0.2

// teller draws stories.
type teller struct {
	rng        source
	hard, soft float64 // scales of this economy
}

func newStory() story {
	s := story{voice: make([]effect, len(channels()))}
	for _, d := range domains() {
		s.hard = append(s.hard, make([]effect, d.indicators))
	}
	return s
}

// domain moves a domain: each indicator is hit with probability 0.75 times
// 0.5–1.5; part is the share of indicators that can be hit.
func (w *teller) domain(s *story, d int, scale, part float64, c course) {
	e := domains()[d].effect
	full := scale * w.hard * w.rng.between(e[0], e[1])
	order := w.rng.Perm(len(s.hard[d]))
	for _, i := range order[:int(part*float64(len(order))+0.5)] {
		if hit, size := w.rng.Float64() < 0.75, w.rng.between(0.5, 1.5); hit {
			s.hard[d][i] = effect{full * size, c}
		}
	}
}

// voices moves the given channels, severity and visits.
func (w *teller) voices(s *story, scale float64, c course, which ...int) {
	for _, k := range which {
		e := channels()[k].effect
		s.voice[k] = effect{scale * w.soft * w.rng.between(e[0], e[1]), c}
	}
	s.severity = effect{scale * w.soft * severityEffect, c}
	s.visit = effect{scale * w.soft * w.rng.between(0.4, 1.2), c}
}

var allVoices = []int{care, attitude, noHarm, harm, staff, gp, comments, trainees}

// tell draws the story of one kind beginning in month onset.
func (w *teller) tell(k Kind, onset int) story {
	s := newStory()
	s.truth = Truth{Kind: k, Onset: onset, Outcome: onset}
	r := w.rng
	switch k {
	case Step:
		w.allRound(&s, course{from: onset, ramp: float64(r.whole(1, 2))})
	case Drift:
		w.allRound(&s, course{from: onset, ramp: float64(r.whole(12, 24))})
	case Ward:
		w.ward(&s, onset)
	case SoftFirst:
		w.softFirst(&s, onset)
	case Gaming:
		w.domain(&s, access, -1, 1, course{from: onset, ramp: 1})
		six := course{from: onset, ramp: 6}
		w.domain(&s, mortality, 1, 1, six)
		w.domain(&s, safety, 1, 0.5, six)
		w.domain(&s, workforce, 1, 1, six)
		w.voices(&s, 0.45, six, allVoices...)
	case Suppression:
		w.suppression(&s, onset)
	case Chronic:
		w.chronic(&s)
	case GoodReporter:
		c := course{from: onset, ramp: 2}
		s.voice[noHarm] = effect{r.between(0.4, 0.8), c}
		s.voice[harm] = effect{r.between(0, 0.2), c}
		s.voice[staff] = effect{r.between(0.2, 0.5), c}
	case CodingChange:
		for _, i := range r.Perm(len(s.hard[mortality]))[:r.whole(1, 3)] {
			s.hard[mortality][i] = effect{r.between(0.2, 0.5), course{from: onset, ramp: 1}}
		}
	case MediaStorm:
		c := course{from: onset, decay: r.between(2, 4)}
		size := r.between(0.6, 1.4)
		s.voice[care], s.voice[attitude], s.voice[comments] = effect{size, c}, effect{size, c}, effect{size, c}
		s.voice[gp] = effect{size / 2, c}
	}
	return s
}

func (w *teller) allRound(s *story, c course) {
	for d := range s.hard {
		scale := 1.0
		switch d {
		case workforce:
			scale = 0.6
		case access:
			scale = 0.5
		}
		w.domain(s, d, scale, 1, c)
	}
	w.voices(s, 0.7, c, allVoices...)
}

func (w *teller) ward(s *story, onset int) {
	r, c := w.rng, course{from: onset, ramp: 3}
	for _, i := range r.Perm(len(s.hard[mortality]))[:r.whole(1, 2)] {
		s.hard[mortality][i] = effect{w.hard * r.between(0.25, 0.6), c}
	}
	for _, i := range r.Perm(len(s.hard[safety]))[:r.whole(2, 3)] {
		s.hard[safety][i] = effect{w.hard * r.between(0.3, 0.7), c}
	}
	w.voices(s, 0.45, c, care, harm, staff, comments)
}

func (w *teller) softFirst(s *story, onset int) {
	r := w.rng
	w.voices(s, 1, course{from: onset, ramp: float64(r.whole(3, 6))}, allVoices...)
	near := course{from: onset + r.whole(0, 3), ramp: float64(r.whole(3, 6))}
	w.domain(s, workforce, 1, 1, near)
	w.domain(s, experience, 1, 1, near)
	s.truth.Outcome = onset + r.whole(4, 12)
	far := course{from: s.truth.Outcome, ramp: float64(r.whole(3, 6))}
	for _, d := range []int{mortality, safety, effectiveness} {
		w.domain(s, d, 1, 1, far)
	}
	w.domain(s, access, -0.5, 1, near)
}

func (w *teller) suppression(s *story, onset int) {
	r := w.rng
	soon := course{from: onset, ramp: 3}
	w.voices(s, 1, soon, care, attitude, gp, comments, trainees)
	s.severity = effect{}
	fall := -w.soft * r.between(0.35, 0.9)
	s.voice[noHarm], s.voice[harm] = effect{fall, soon}, effect{fall, soon}
	w.domain(s, safety, -1, 0.5, soon)
	slow := course{from: onset, ramp: float64(r.whole(6, 12))}
	for _, d := range []int{mortality, effectiveness, experience} {
		w.domain(s, d, 1, 1, slow)
	}
}

func (w *teller) chronic(s *story) {
	c := course{from: 0, ramp: 1}
	w.domain(s, safety, 1, 1, c)
	w.domain(s, experience, 1, 1, c)
	w.voices(s, 1, c, allVoices...)
	full := w.hard * w.rng.between(0.15, 0.30)
	for i := range s.hard[mortality] {
		if hit, size := w.rng.Float64() < 0.75, w.rng.between(0.5, 1.5); hit {
			s.hard[mortality][i] = effect{full * size, c}
		}
	}
}
