package concern

import (
	"math"
	"slices"
)

// activeMonths is how long a stream without data still counts toward the
// overlap discount of its family.
const activeMonths = 24

// freeze moves the frozen point of every stream and of the pattern filter on
// by event month u, with the evidence as last known.
func (e *Engine) freeze(u Month) {
	e.discounts(e.now)
	e.addMonth(u, func(s *series) ([]float64, []Month) { return s.frozen, s.frozenAt })
	e.story.advance(e.par, e.story.frozen, e.work.fam, len(e.provs))
	for i := range e.deaf {
		e.deaf[i].advance(e.par, e.deaf[i].frozen, e.work.fam, len(e.provs))
	}
}

// replay works out C and the pattern filter as of t: twelve steps from the
// frozen point with what is now known.
func (e *Engine) replay(t Month) {
	e.discounts(t)
	for _, s := range e.streams {
		copy(s.cur, s.frozen)
		copy(s.began, s.frozenAt)
	}
	copy(e.story.cur, e.story.frozen)
	for u := t - replayMonths + 1; u <= t; u++ {
		e.addMonth(u, func(s *series) ([]float64, []Month) { return s.cur, s.began })
		e.story.advance(e.par, e.story.cur, e.work.fam, len(e.provs))
	}
}

// without is the score S of provider p had family f said nothing: neither its part nor
// what the pattern filter heard of it. Only the frozen state of the filters that don't
// hear a family is kept; the months since are gone through here.
func (e *Engine) without(p, f int) float64 {
	story := &e.deaf[f]
	state := slices.Clone(story.of(story.frozen, p))
	fam := make([][]float64, len(e.par.Families))
	for j := range fam {
		fam[j] = []float64{0}
	}
	for u := e.now - replayMonths + 1; u <= e.now; u++ {
		k := turn(u)
		for j := range fam {
			fam[j][0] = 0
		}
		for _, s := range e.streams {
			if s.scored && s.evOf[k] == u {
				fam[s.family][0] += s.ev[k][p] * e.work.disc[s.family][p]
			}
		}
		story.step(e.par, state, fam, 0)
	}
	return e.results.scores[p].Change - e.par.Families[f].part(e.results.fams[f][p]) + e.patternPart(oddsOf(state))
}

// discounts works out, by family and provider, 1/(1 + (m_f − 1) overlap_f) from
// the number of streams that the provider has.
func (e *Engine) discounts(t Month) {
	e.work.fit(len(e.provs), len(e.par.Families))
	for f := range e.work.disc {
		clear(e.work.disc[f])
	}
	for _, s := range e.streams {
		if !s.scored {
			continue
		}
		d := e.work.disc[s.family]
		for p, last := range s.last {
			if last > t-activeMonths {
				d[p]++
			}
		}
	}
	for f := range e.work.disc {
		overlap := e.par.Families[f].Overlap
		for p, m := range e.work.disc[f] {
			e.work.disc[f][p] = 1 / (1 + max(m-1, 0)*overlap)
		}
	}
}

// addMonth adds the evidence of event month u to the accumulated evidence that
// of chooses, and leaves the discounted sums by family in work.fam.
func (e *Engine) addMonth(u Month, of func(*series) ([]float64, []Month)) {
	for f := range e.work.fam {
		clear(e.work.fam[f])
	}
	k, gamma, ceiling := turn(u), e.par.Gamma, e.par.Cap
	for _, s := range e.streams {
		if !s.scored {
			continue
		}
		c, began := of(s)
		if s.evOf[k] != u {
			for p := range c {
				c[p] *= gamma
			}
			continue
		}
		fam, disc := e.work.fam[s.family], e.work.disc[s.family]
		for p, l := range s.ev[k][:len(c)] {
			fam[p] += l * disc[p]
			x := gamma*c[p] + l
			switch {
			case x <= 0:
				c[p], began[p] = 0, 0
				continue
			case began[p] == 0:
				began[p] = u
			}
			c[p] = min(x, ceiling)
		}
	}
}

// filter is the hidden Markov filter of every provider: state 0 "as usual" and
// one state per pattern (concern-design.md section 7). States lie provider by
// provider.
type filter struct {
	states  int
	has     [][]int // families of each pattern
	start   []float64
	frozen  []float64
	cur     []float64
	weights []float64
}

// init sets the states of the start; of the family without, −1 for none, it hears
// nothing.
func (f *filter) init(par *Params, without int) {
	k := len(par.Patterns)
	f.states = k + 1
	f.start = make([]float64, k+1)
	f.weights = make([]float64, k)
	usual := par.Recovery / (par.Hazard + par.Recovery)
	f.start[0] = usual
	for i, pat := range par.Patterns {
		f.start[i+1] = (1 - usual) / float64(k)
		var fams []int
		for _, id := range pat.Families {
			if j := par.family(id); j != without {
				fams = append(fams, j)
			}
		}
		f.has = append(f.has, fams)
	}
}

func (f *filter) join() {
	f.frozen = append(f.frozen, f.start...)
	f.cur = append(f.cur, f.start...)
}

// advance predicts and updates every provider by one month.
func (f *filter) advance(par *Params, state []float64, fam [][]float64, n int) {
	for p := range n {
		f.step(par, f.of(state, p), fam, p)
	}
}

// of is the states of provider p.
func (f *filter) of(state []float64, p int) []float64 { return state[p*f.states : (p+1)*f.states] }

// step predicts and updates the states q by one month's evidence of provider p.
func (f *filter) step(par *Params, q []float64, fam [][]float64, p int) {
	k := len(f.has)
	var sick float64
	for _, x := range q[1:] {
		sick += x
	}
	enter := q[0] * par.Hazard / float64(k)
	quiet := true
	for i, fams := range f.has {
		sum := 0.0
		for _, j := range fams {
			sum += par.Families[j].Filter * fam[j][p]
		}
		f.weights[i] = clip(par.PatternScale*sum, -3, 4)
		quiet = quiet && f.weights[i] == 0
	}
	q[0] = q[0]*(1-par.Hazard) + par.Recovery*sick
	total := q[0]
	for i := range k {
		q[i+1] = q[i+1]*(1-par.Recovery) + enter
		if !quiet {
			q[i+1] *= math.Exp(f.weights[i])
		}
		total += q[i+1]
	}
	for i := range q {
		q[i] /= total
	}
}

// odds is LO of provider p: the log odds that any pattern holds.
func (f *filter) odds(p int) float64 { return oddsOf(f.of(f.cur, p)) }

func oddsOf(q []float64) float64 {
	var sick float64
	for _, x := range q[1:] {
		sick += x
	}
	return math.Log(sick / q[0])
}

// likeliest is the index of the most probable pattern and its share among the
// patterns.
func (f *filter) likeliest(p int) (best int, share float64) {
	q := f.cur[p*f.states+1 : (p+1)*f.states]
	var sick float64
	for i, x := range q {
		sick += x
		if x > q[best] {
			best = i
		}
	}
	return best, q[best] / sick
}
