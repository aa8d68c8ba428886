package funnel

import (
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// Batch is many cross-sections in columns: cross-section k is the elements
// Offsets[k] to Offsets[k+1] of Num and Den, under Settings[k].
type Batch struct {
	Offsets  []int // one more than there are cross-sections, rising from 0
	Num, Den []float64
	Settings []*Settings // one per cross-section; those of one convention share one value
}

// Columns are the results of a Batch, one element per unit unless said. A nil
// column is not filled, except those that [NewColumns] makes. Units that are not
// judged have NaN and NotJudged.
type Columns struct {
	Fits      []Fit // one per cross-section
	Value     []float64
	Z         []float64
	ZAdjusted []float64
	Band      []Band
	Reason    []Reason
	// Adjusted limits, optional: see Columns.WithLimits.
	Inner, Outer []Interval
}

// NewColumns makes room for the results of b, without limits.
func NewColumns(b *Batch) *Columns {
	n := len(b.Num)
	return &Columns{
		Fits: make([]Fit, len(b.Settings)), Value: make([]float64, n), Z: make([]float64, n),
		ZAdjusted: make([]float64, n), Band: make([]Band, n), Reason: make([]Reason, n),
	}
}

// WithLimits makes room for the adjusted 95% and 99.8% limits too.
func (c *Columns) WithLimits() *Columns {
	c.Inner, c.Outer = make([]Interval, len(c.Value)), make([]Interval, len(c.Value))
	return c
}

// check says what is wrong with the shape of a batch.
func (b *Batch) check(c *Columns) error {
	n := len(b.Settings)
	if len(b.Offsets) != n+1 || len(b.Num) != len(b.Den) || b.Offsets[0] != 0 || b.Offsets[n] != len(b.Num) {
		return fmt.Errorf("the batch has %d cross-sections, %d offsets, %d numerators and %d denominators", n, len(b.Offsets), len(b.Num), len(b.Den))
	}
	if len(c.Fits) != n || len(c.Value) != len(b.Num) {
		return fmt.Errorf("the result columns are for another batch")
	}
	seen := map[*Settings]bool{}
	for k, s := range b.Settings {
		if b.Offsets[k] > b.Offsets[k+1] {
			return fmt.Errorf("cross-section %d ends before it begins", k)
		}
		if s == nil {
			return fmt.Errorf("cross-section %d has no settings", k)
		}
		if !seen[s] {
			seen[s] = true
			if err := s.Validate(); err != nil {
				return fmt.Errorf("cross-section %d: %w", k, err)
			}
		}
	}
	return nil
}

// Run judges every cross-section into c on up to workers cores (0: all). Each is
// reckoned by itself in the same order of operations, so that the results are
// the same to the last bit on one core and on many, and the same as [Compare]'s.
func (b *Batch) Run(c *Columns, workers int) error {
	if err := b.check(c); err != nil {
		return err
	}
	filled := map[*Settings]*Settings{}
	for _, s := range b.Settings {
		if filled[s] == nil {
			f := s.filled()
			filled[s] = &f
		}
	}
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	const share = 64 // cross-sections taken at a time: few enough to even out, many enough that the counter costs nothing
	var next atomic.Int64
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			var w work
			for {
				from := int(next.Add(share)) - share
				if from >= len(b.Settings) {
					return
				}
				for k := from; k < min(from+share, len(b.Settings)); k++ {
					b.one(k, filled[b.Settings[k]], c, &w)
				}
			}
		})
	}
	running.Wait()
	return nil
}

// one judges cross-section k.
func (b *Batch) one(k int, s *Settings, c *Columns, w *work) {
	from, to := b.Offsets[k], b.Offsets[k+1]
	num, den := b.Num[from:to], b.Den[from:to]
	c.Fits[k] = fit(num, den, s, w)
	f := &c.Fits[k]
	judge := newJudge(f)
	for i, o := range num {
		at := from + i
		c.Reason[at], c.Z[at] = w.reason[i], w.z[i]
		if w.reason[i] != Judged {
			c.Value[at], c.ZAdjusted[at], c.Band[at] = math.NaN(), math.NaN(), NotJudged
			if c.Inner != nil {
				c.Inner[at], c.Outer[at] = Interval{math.NaN(), math.NaN()}, Interval{math.NaN(), math.NaN()}
			}
			continue
		}
		value := f.value(o, den[i])
		c.Value[at] = value
		c.ZAdjusted[at] = f.zAdjusted(w.z[i], w.den[i], w.s2[i])
		if c.Inner == nil {
			c.Band[at] = judge.band(o, value, w.den[i], c.ZAdjusted[at])
			continue
		}
		c.Inner[at], c.Outer[at] = judge.limits(w.den[i])
		if f.Flat || f.Adjusted() {
			c.Band[at] = f.band(c.Inner[at], c.Outer[at], o, w.den[i], value)
		} else {
			c.Band[at] = judge.plain(o, value, w.den[i])
		}
	}
}

// judge places the values of one cross-section in bands.
type judge struct {
	f            *Fit
	inner, outer float64
	byZ          bool // the adjusted z says on which side of an adjusted limit the value is
}

func newJudge(f *Fit) judge {
	s := &f.Settings
	// Not where the transform adds halves or the value has another denominator.
	exact := s.Transform != Logit && s.Kind != CountRatio && !s.RoundExpected
	return judge{f: f, inner: quantile(Level95), outer: quantile(Level998), byZ: exact && f.Adjusted() && !f.Flat}
}

// limits is the adjusted limits at both levels.
func (j judge) limits(den float64) (inner, outer Interval) {
	f := j.f
	if f.Flat {
		flat := f.Limits(den, Level95).Plain
		return flat, flat
	}
	root := math.Sqrt(f.inflate(f.variance(den)))
	return f.back(den, j.inner*root), f.back(den, j.outer*root)
}

// band is the band of a value without its limits being asked for. The adjusted z
// decides unless it is so near a quantile that the rounding of the limits does.
func (j judge) band(num, value, den, z float64) Band {
	const doubt = 1e-9
	if size := math.Abs(z); j.byZ && !j.extreme(num, den) && math.Abs(size-j.inner) > doubt && math.Abs(size-j.outer) > doubt {
		band := Within
		switch {
		case size > j.outer:
			band = FarAbove
		case size > j.inner:
			band = Above
		}
		if z < 0 {
			return -band
		}
		return band
	}
	if j.f.Flat || j.f.Adjusted() {
		inner, outer := j.limits(den)
		return j.f.band(inner, outer, num, den, value)
	}
	return j.plain(num, value, den)
}

// extreme reports whether a unit has no events or nothing but events, which is
// judged by its probability (see Fit.beyond).
func (j judge) extreme(num, den float64) bool {
	return j.f.Settings.Kind != Mean && (num <= 0 || (j.f.Settings.Kind == Proportion && num >= den))
}

// plain is the band by plain limits. Exact limits cost a hundred times more than
// approximate ones, and nearly every unit is far from both limits: where Wilson
// and Hilferty's approximation leaves no doubt, it decides.
func (j judge) plain(num, value, den float64) Band {
	f := j.f
	if e := den * f.Target; f.Settings.Plain == ChiSquare && num > 0 && e > 5 && e < 1e12 {
		count := value / (f.Settings.Multiplier * f.Target) * e
		inner := side(count, wilsonHilferty(e, -j.inner), wilsonHilferty(e+1, j.inner))
		outer := side(count, wilsonHilferty(e, -j.outer), wilsonHilferty(e+1, j.outer))
		if inner != unsure && outer != unsure {
			return Band(inner + outer)
		}
	}
	return f.band(f.plain(den, Level95), f.plain(den, Level998), num, den, value)
}

// unsure is side's answer too near a limit.
const unsure = 99

// side is −1 below, 0 between and 1 above the approximate limits, and unsure
// within a quarter of a count of either. For shapes above 5 the approximation is
// wrong by less than a tenth at both levels; a test measures it.
func side(count, lower, upper float64) int {
	const doubt = 0.25
	switch {
	case count < lower-doubt:
		return -1
	case count > upper+doubt:
		return 1
	case count > lower+doubt && count < upper-doubt:
		return 0
	}
	return unsure
}

// wilsonHilferty approximates the quantile of a gamma variable of shape a at a
// normal deviate z (Wilson and Hilferty 1931).
func wilsonHilferty(a, z float64) float64 {
	root := 1 - 1/(9*a) + z/(3*math.Sqrt(a))
	return a * root * root * root
}
