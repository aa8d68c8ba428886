package concern

import (
	"math"
	"slices"
)

// Publicity is how the engine knows a media storm: channels open to everybody jump all
// at once and then fade, where a decline in care makes more and more people speak. What
// a surge leaves month by month is expected and no evidence; what stays is.
type Publicity struct {
	Surge  float64 `json:"surge"`  // log of reports to usual from which a month may be a surge; 0 knows none
	Jump   float64 `json:"jump"`   // how far it must stand above the month before, and above what is left of an earlier one
	Months float64 `json:"months"` // in which what is left falls to 1/e
}

// surgeForgotten is what is left of a surge when it is over.
const surgeForgotten = 0.05

// surge is one provider's month: how far above usual the channels open to everybody
// were, and how much of that publicity explains, both as logarithms.
type surge struct {
	month Month
	over  float64 // NaN: nothing was expected of them
	left  float64
	began Month // 0: nothing is left of any
}

// publicity finds surges in the months that are replayed and takes what is left of them
// out of the evidence. A month that has been frozen stands as it was then known.
func (e *Engine) publicity(t Month) {
	if e.par.Publicity.Surge <= 0 {
		return
	}
	var stirred []*series
	for _, s := range e.streams {
		if s.stirs > 0 && s.begun {
			stirred = append(stirred, s)
		}
	}
	for p := range e.provs {
		surges := &e.provs[p].surges
		for u := t - replayMonths + 1; u <= t; u++ {
			now := e.par.Publicity.next(&surges[ring(u-1)], u, overUsual(stirred, u, p))
			surges[ring(u)] = now
			for _, s := range stirred {
				s.calm(u, p, now.left)
			}
		}
	}
}

// overUsual is the mean logarithm of reports in hand to reports expected over the streams
// that publicity stirs in full, each weighted by its precision.
func overUsual(stirred []*series, u Month, p int) float64 {
	var sum, weights float64
	for _, s := range stirred {
		if s.stirs < 1 || !s.judged(u, p) {
			continue
		}
		m := s.exp[turn(u)][p] + 0.5
		w := 1 / (1/m + 1/s.est.R)
		sum += w * math.Log((s.num[ring(u)][p]+0.5)/m)
		weights += w
	}
	return sum / weights
}

// next is month u, in which voices were so much over usual, given the month before.
// Where a surge begins, publicity explains all of it.
func (p Publicity) next(before *surge, u Month, over float64) surge {
	now := surge{month: u, over: over}
	if before.month != u-1 {
		return now // what was before isn't known
	}
	rest := before.left * math.Exp(-1/p.Months)
	switch {
	case over >= p.Surge && over-max(before.over, rest) >= p.Jump:
		now.left, now.began = over, u
	case rest >= surgeForgotten:
		now.left, now.began = rest, before.began
	}
	return now
}

// calm works out the evidence of month u for provider p with what is left of a surge
// expected.
func (s *series) calm(u Month, p int, left float64) {
	k := turn(u)
	factor := math.Exp(s.stirs * left)
	if s.evOf[k] != u || factor <= s.stir[k][p] && factor >= s.stir[k][p] {
		return
	}
	s.stir[k][p], s.fresh[k] = factor, true
	if s.judged(u, p) {
		s.ev[k][p] = s.reportEvidence(s.num[ring(u)][p], s.exp[k][p]*factor, s.disp[k][p])
	}
}

// surgeLine is the surge of which something is left now; nil for none.
func (e *Engine) surgeLine(p int) *SurgeLine {
	now := &e.provs[p].surges[ring(e.now)]
	if now.month != e.now || now.began == 0 {
		return nil
	}
	line := &SurgeLine{Began: now.began}
	for i := range e.par.Channels {
		c := &e.par.Channels[i]
		name := e.par.Families[e.par.family(c.Family)].Name
		if c.Publicity >= 1 && !slices.Contains(line.Of, name) {
			line.Of = append(line.Of, name)
		}
	}
	return line
}
