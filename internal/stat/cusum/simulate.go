package cusum

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
)

// Simulation draws outcomes for a unit in control (or, with Truth, out of it)
// and watches its risk-adjusted chart. Run number i has a random stream of its
// own, made from Seed and i, so the answers do not depend on Workers.
type Simulation struct {
	Risks []float64 // of the unit's patients
	Odds  float64   // that the chart looks for
	Truth float64   // true odds ratio: 1 in control; 0 means 1

	// Resample draws the patients too, with replacement, as R
	// cusum::racusum_limit_sim does. Otherwise each run has these patients in this
	// order, and only their outcomes are drawn.
	Resample bool

	Patients int // per run, with Resample; otherwise the number of Risks
	Runs     int
	Seed     uint64
	Workers  int // 0 is 1
}

func (s Simulation) check() error {
	if err := checkOdds(s.Odds); err != nil {
		return err
	}
	if len(s.Risks) == 0 || s.Runs < 1 || s.Patients < 0 {
		return errors.New("a simulation needs risks, and at least one run")
	}
	for i, p := range s.Risks {
		if !(p >= 0 && p <= 1) {
			return &CaseError{Index: i, Err: ErrRisk}
		}
	}
	if s.Truth < 0 || !finite(s.Truth) {
		return errors.New("the true odds ratio must be above 0 and finite")
	}
	return nil
}

// patient is what a simulated patient does to the score.
type patient struct{ actual, died, lived float64 }

func (s Simulation) patients() []patient {
	truth := s.Truth
	if !(truth > 0) {
		truth = 1
	}
	out := make([]patient, len(s.Risks))
	for i, p := range s.Risks {
		out[i] = patient{
			actual: AlternativeRisk(p, truth),
			died:   Weight(true, p, s.Odds), lived: Weight(false, p, s.Odds),
		}
	}
	return out
}

func (p patient) draw(r *rand.Rand) float64 {
	if r.Float64() < p.actual {
		return p.died
	}
	return p.lived
}

// each does runs 0…Runs-1 on the workers, each with its own stream.
func (s Simulation) each(run func(i int, r *rand.Rand)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range max(s.Workers, 1) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= s.Runs {
					return
				}
				run(i, rand.New(rand.NewPCG(s.Seed, uint64(i))))
			}
		})
	}
	wg.Wait()
}

// Peaks is the highest score of each run, sorted: the limits at which it would
// just have alarmed.
func (s Simulation) Peaks() ([]float64, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	unit := s.patients()
	n := len(unit)
	if s.Resample && s.Patients > 0 {
		n = s.Patients
	}
	peaks := make([]float64, s.Runs)
	s.each(func(i int, r *rand.Rand) {
		score, peak := 0.0, 0.0
		for t := range n {
			p := &unit[t%len(unit)]
			if s.Resample {
				p = &unit[r.IntN(len(unit))]
			}
			score = max(0, score+p.draw(r))
			peak = max(peak, score)
		}
		peaks[i] = peak
	})
	slices.Sort(peaks)
	return peaks, nil
}

// LimitOfPeaks is the limit with that chance of a false alarm: the type 7
// quantile (R's default) of the peaks, as R cusum::racusum_limit_sim.
func LimitOfPeaks(sorted []float64, chance float64) float64 {
	if len(sorted) == 0 || !(chance >= 0 && chance <= 1) {
		return math.NaN()
	}
	at := float64(len(sorted)-1) * (1 - chance)
	low := int(at)
	if low >= len(sorted)-1 {
		return sorted[len(sorted)-1]
	}
	return sorted[low] + (at-float64(low))*(sorted[low+1]-sorted[low])
}

// ChanceOfPeaks is the share of runs whose peak reaches the limit.
func ChanceOfPeaks(sorted []float64, limit float64) float64 {
	at, _ := slices.BinarySearch(sorted, math.Abs(limit))
	return float64(len(sorted)-at) / float64(len(sorted))
}

// RunLengths draws patients until the chart reaches limit, and gives the number
// of patients of each run, in order of the runs. A run that has not alarmed
// after most patients counts most, and censored says how many there were.
func (s Simulation) RunLengths(limit float64, most int) (lengths []int, censored int, err error) {
	if err := s.check(); err != nil {
		return nil, 0, err
	}
	if !finite(limit) || most < 1 {
		return nil, 0, ErrLimit
	}
	unit := s.patients()
	lengths = make([]int, s.Runs)
	var cut atomic.Int64
	s.each(func(i int, r *rand.Rand) {
		score := 0.0
		for t := 1; t <= most; t++ {
			p := &unit[(t-1)%len(unit)]
			if s.Resample {
				p = &unit[r.IntN(len(unit))]
			}
			score = max(0, score+p.draw(r))
			if score >= math.Abs(limit) {
				lengths[i] = t
				return
			}
		}
		lengths[i] = most
		cut.Add(1)
	})
	return lengths, int(cut.Load()), nil
}
