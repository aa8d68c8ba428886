package casemix

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Ratio is an indirectly standardised ratio: deaths observed over deaths
// expected for the unit's own patients at the model's rates.
type Ratio struct {
	Patients float64
	Observed float64
	Expected float64
	Ratio    float64 // Observed / Expected; NaN when Expected is 0

	// Low and High are the exact (Garwood) Poisson limits of the ratio: those of
	// Observed divided by Expected; NaN when Expected is 0.
	Low, High float64
}

// Standardised is the ratio of every provider, in every group and altogether.
type Standardised struct {
	Total      Ratio
	ByProvider []Ratio
	ByGroup    []Ratio
	ByBoth     [][]Ratio // by provider, then group
	Level      float64   // of the limits, such as 0.95
	Caution    string    // what a reader of the figures must know
}

// notExcess accompanies every table of ratios (NHS England’s guidance on reading SHMI).
const notExcess = "Observed over expected is a smoke alarm, not a count of avoidable deaths."

// Row is the patients of one provider in one group with one risk.
type Row struct {
	Provider, Group  int // indices from 0
	Patients, Deaths float64
	Risk             float64
}

// Standardise adds up rows of providers and groups. level is the confidence of
// the limits, such as 0.95 or 0.998.
func Standardise(rows []Row, providers, groups int, level float64) (*Standardised, error) {
	if !(level > 0 && level < 1) {
		return nil, errors.New("the level of the limits must lie between 0 and 1")
	}
	s := &Standardised{
		ByProvider: make([]Ratio, providers), ByGroup: make([]Ratio, groups),
		ByBoth: make([][]Ratio, providers), Level: level, Caution: notExcess,
	}
	cells := make([]Ratio, providers*groups)
	for i := range s.ByBoth {
		s.ByBoth[i] = cells[i*groups : (i+1)*groups]
	}
	for i, r := range rows {
		if r.Provider < 0 || r.Provider >= providers || r.Group < 0 || r.Group >= groups {
			return nil, fmt.Errorf("row %d: there is no provider %d or no group %d", i+1, r.Provider, r.Group)
		}
		if !(r.Patients >= 0) || !(r.Deaths >= 0 && r.Deaths <= r.Patients) || math.IsInf(r.Patients, 0) || !(r.Risk >= 0 && r.Risk <= 1) {
			return nil, fmt.Errorf("row %d: deaths must lie between 0 and the patients, and the risk between 0 and 1", i+1)
		}
		for _, into := range []*Ratio{&s.Total, &s.ByProvider[r.Provider], &s.ByGroup[r.Group], &s.ByBoth[r.Provider][r.Group]} {
			into.Patients += r.Patients
			into.Observed += r.Deaths
			into.Expected += r.Patients * r.Risk
		}
	}
	s.Total.finish(level)
	for _, table := range [][]Ratio{s.ByProvider, s.ByGroup, cells} {
		for i := range table {
			table[i].finish(level)
		}
	}
	return s, nil
}

func (r *Ratio) finish(level float64) {
	if !(r.Expected > 0) {
		r.Ratio, r.Low, r.High = math.NaN(), math.NaN(), math.NaN()
		return
	}
	r.Ratio = r.Observed / r.Expected
	low, high := PoissonLimits(r.Observed, level)
	r.Low, r.High = low/r.Expected, high/r.Expected
}

// PoissonLimits are the exact limits of the mean of a Poisson count (Garwood,
// Biometrika 1936; 28:437-442): the lower is the (1-level)/2 quantile of the gamma
// distribution with shape observed, the upper the (1+level)/2 quantile with shape
// observed+1. The lower limit of 0 is 0.
func PoissonLimits(observed, level float64) (low, high float64) {
	tail := (1 - level) / 2
	if observed > 0 {
		low = gammaQuantile(observed, tail)
	}
	return low, gammaQuantile(observed+1, 1-tail)
}

// gammaQuantile is the p quantile of the gamma distribution with that shape and
// scale 1, by bisection from a bracket that surely holds it: slower than a
// series but right to the last digits for every shape from 1e-3 to 1e9.
func gammaQuantile(shape, p float64) float64 {
	spread := 40*math.Sqrt(shape) + 800
	lo, hi := math.Max(0, shape-spread), shape+spread
	for range 200 {
		mid := lo + (hi-lo)/2
		if !(mid > lo && mid < hi) {
			break
		}
		if below(shape, mid, p) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

// below reports whether less than p of the distribution lies below x; the upper
// tail is compared where it is the smaller, and so the more exact, of the two.
func below(shape, x, p float64) bool {
	if p > 0.5 {
		return mathext.GammaIncRegComp(shape, x) > 1-p
	}
	return mathext.GammaIncReg(shape, x) < p
}
