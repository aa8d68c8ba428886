package cusum

import (
	"errors"
	"math"
	"slices"
)

// Risk is one kind of patient in a [Mix].
type Risk struct {
	P     float64 // predicted risk of the event, 0 to 1
	Share float64 // share of the patients who have it; shares add to 1
	True  float64 // actual risk in control; equal to P unless the model is wrong
}

// Mix is the patients of a unit by risk, smallest first.
type Mix []Risk

// MixOf counts how often each risk occurs; the model is taken to be right
// (True = P). The order of the risks does not matter.
func MixOf(risks []float64) (Mix, error) {
	if len(risks) == 0 {
		return nil, errors.New("there are no risks")
	}
	sorted := slices.Clone(risks)
	slices.Sort(sorted)
	var mix Mix
	for i := 0; i < len(sorted); {
		p := sorted[i]
		if !(p >= 0 && p <= 1) {
			return nil, ErrRisk
		}
		j := i
		for j < len(sorted) && !(sorted[j] > p) {
			j++
		}
		mix = append(mix, Risk{P: p, Share: float64(j-i) / float64(len(sorted)), True: p})
		i = j
	}
	return mix, nil
}

// Rounding is how a weight that falls between two grid points is put on the
// grid.
type Rounding uint8

// The roundings that the literature uses.
const (
	// Paired shares a weight among its two neighbours so that its mean is kept
	// (Webster and Pettitt, Commun Stat Simul Comput 2007; 36:471-482). Default.
	Paired Rounding = iota
	// Nearest moves it to the nearest grid point (Steiner et al. 2000).
	Nearest
)

// DefaultScaling is the number of grid points per unit of score, as in R vlad.
const DefaultScaling = 600

// Law is the distribution of one case's weight on a grid of 1/Scaling: all that
// a Markov chain needs to know of a chart and its patients.
type Law struct {
	scaling float64
	steps   []int // distinct, ascending; in grid units
	probs   []float64
}

// lawBuilder collects probability by weight.
type lawBuilder struct {
	scaling  float64
	rounding Rounding
	mass     map[int]float64
}

func newLawBuilder(scaling int, rounding Rounding) (*lawBuilder, error) {
	if scaling < 1 || scaling > 1e6 {
		return nil, errors.New("the scaling must lie between 1 and 1,000,000 grid points per unit")
	}
	return &lawBuilder{scaling: float64(scaling), rounding: rounding, mass: map[int]float64{}}, nil
}

func (b *lawBuilder) add(weight, prob float64) {
	at := weight * b.scaling
	if b.rounding == Nearest {
		b.mass[int(math.Round(at))] += prob
		return
	}
	below := math.Floor(at)
	above := at - below
	b.mass[int(below)] += prob * (1 - above)
	if above > 0 {
		b.mass[int(below)+1] += prob * above
	}
}

func (b *lawBuilder) law() Law {
	l := Law{scaling: b.scaling}
	for step, p := range b.mass {
		if p > 0 {
			l.steps = append(l.steps, step)
		}
	}
	slices.Sort(l.steps)
	for _, step := range l.steps {
		l.probs = append(l.probs, b.mass[step])
	}
	return l
}

// RiskLaw is the law of a risk-adjusted (or, with a Mix of one risk, Bernoulli)
// chart for an odds ratio of odds, when the patients' actual odds are truth times
// those of Risk.True: 1 for in control, odds for the change looked for.
func RiskLaw(mix Mix, odds, truth float64, scaling int, rounding Rounding) (Law, error) {
	if err := checkOdds(odds); err != nil {
		return Law{}, err
	}
	if !finite(truth) || !(truth > 0) {
		return Law{}, errors.New("the true odds ratio must be above 0 and finite")
	}
	b, err := newLawBuilder(scaling, rounding)
	if err != nil {
		return Law{}, err
	}
	total := 0.0
	for _, r := range mix {
		if !(r.P >= 0 && r.P <= 1) || !(r.True >= 0 && r.True <= 1) {
			return Law{}, ErrRisk
		}
		if !(r.Share >= 0) {
			return Law{}, errors.New("a share of patients must not be below 0")
		}
		total += r.Share
		actual := AlternativeRisk(r.True, truth)
		b.add(Weight(true, r.P, odds), r.Share*actual)
		b.add(Weight(false, r.P, odds), r.Share*(1-actual))
	}
	if !(math.Abs(total-1) < 1e-9) {
		return Law{}, errors.New("the shares of the patients must add up to 1")
	}
	return b.law(), nil
}

// RateLaw is the law of a Poisson chart with the same expected count each
// period, for a rate ratio of ratio, when the actual rate is truth times the
// expected.
func RateLaw(expected, ratio, truth float64, scaling int) (Law, error) {
	if err := checkOdds(ratio); err != nil {
		return Law{}, err
	}
	mean := expected * truth
	if !(mean > 0) || mean > 1e5 {
		return Law{}, errors.New("the expected count must lie above 0 and not above 100,000")
	}
	b, err := newLawBuilder(scaling, Paired)
	if err != nil {
		return Law{}, err
	}
	// Beyond 12 standard deviations and 40 the tail is below 1e-30.
	last := int(mean + 12*math.Sqrt(mean) + 40)
	for k := 0; k <= last; k++ {
		logFactorial, _ := math.Lgamma(float64(k) + 1)
		prob := math.Exp(float64(k)*math.Log(mean) - mean - logFactorial)
		b.add(RateWeight(float64(k), expected, ratio), prob)
	}
	return b.law(), nil
}

// MeanLaw is the law of a Normal chart for a shift of shift standard deviations,
// when the true shift is truth (0 in control). Each grid step has the
// probability of its own cell (Brook and Evans, Biometrika 1972; 59:539-549).
func MeanLaw(shift, truth float64, scaling int) (Law, error) {
	if !finite(shift) || !(math.Abs(shift) > 0.01) || math.Abs(shift) > 10 || !finite(truth) || math.Abs(truth) > 10 {
		return Law{}, errors.New("the shift must lie between 0.01 and 10 standard deviations, and the true shift not beyond 10")
	}
	b, err := newLawBuilder(scaling, Nearest)
	if err != nil {
		return Law{}, err
	}
	mean := shift*truth - shift*shift/2
	sd := math.Abs(shift)
	from := int(math.Floor((mean - 9*sd) * b.scaling))
	to := int(math.Ceil((mean + 9*sd) * b.scaling))
	cdf := func(x float64) float64 { return 0.5 * math.Erfc(-(x-mean)/sd/math.Sqrt2) }
	below := 0.0
	for k := from; k <= to; k++ {
		upTo := cdf((float64(k) + 0.5) / b.scaling)
		b.mass[k] += upTo - below
		below = upTo
	}
	return b.law(), nil
}

// states is the number of grid points below the limit: a chart at or above
// states has signalled.
func (l Law) states(limit float64) int { return int(math.Round(math.Abs(limit) * l.scaling)) }
