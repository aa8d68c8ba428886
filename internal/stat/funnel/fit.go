package funnel

import (
	"math"
	"slices"
)

// Reason says why a unit is not judged.
type Reason uint8

// The reasons. Judged is none of them.
const (
	Judged        Reason = iota
	Missing              // numerator or denominator is not a number
	NoDenominator        // denominator zero, or so small that nothing can be divided by it
	TooSmall             // denominator below Settings.MinDenominator
	Impossible           // negative, more events than cases, or beyond the range a count can have
)

// String is the reason in words for a page.
func (r Reason) String() string {
	return [...]string{"judged", "missing", "no denominator", "too few to judge", "impossible values"}[r]
}

// The range in which a count is a count: above 2^53 a double cannot count any
// more, and below a billionth nobody can be expected.
const (
	largestCount     = 1 << 53
	smallestExposure = 1e-9
	largestMean      = 1e75 // its square, times a number of units, still is finite
	smallestError    = 1e-75
)

// reason judges the values of one unit, before rounding.
func (s *Settings) reason(num, den float64) Reason {
	if math.IsNaN(num) || math.IsNaN(den) {
		return Missing
	}
	if s.Kind == Mean {
		if math.Abs(num) > largestMean || den > largestMean || den < 0 {
			return Impossible
		}
		if den < smallestError {
			return NoDenominator
		}
		return Judged
	}
	switch {
	case num < 0 || den < 0 || num > largestCount || den > largestCount:
		return Impossible
	case s.Kind == Proportion && num > den:
		return Impossible
	case den < smallestExposure:
		return NoDenominator
	case den < s.MinDenominator:
		return TooSmall
	}
	return Judged
}

// Fit is what a cross-section as a whole says.
type Fit struct {
	Settings Settings // as used, nothing left "usual"
	Target   float64  // θ on the value's scale, before Multiplier
	Phi      float64  // φ, mean square of the trimmed z; 0 without units
	Tau2     float64  // τ², variance between units on the transformed scale; 0 unless Additive
	Units    int      // judged
	Used     int      // used for φ and τ² after trimming
	TrimLow  float64  // smallest z that is used as it is
	TrimHigh float64  // largest
	Flat     bool     // no unit has an event (or, for proportions, all have all): nothing to compare
}

// Adjusted reports whether adjusted limits judge: an allowance is asked for and
// φ is above 1.
func (f *Fit) Adjusted() bool { return f.Settings.Overdispersion != None && f.Phi > 1 }

// ZUsed is the z that went into φ: NaN when it was truncated, pulled in when
// winsorised.
func (f *Fit) ZUsed(z float64) float64 {
	switch f.Settings.Trim {
	case Truncate:
		if !(z >= f.TrimLow && z <= f.TrimHigh) {
			return math.NaN()
		}
	case Winsorise:
		return math.Min(math.Max(z, f.TrimLow), f.TrimHigh)
	}
	return z
}

// inflate is the variance with the allowance made.
func (f *Fit) inflate(s2 float64) float64 {
	switch f.Settings.Overdispersion {
	case Additive:
		return s2 + f.Tau2
	case Multiplicative:
		return s2 * math.Max(1, f.Phi)
	}
	return s2
}

// work holds the columns of one cross-section while it is reckoned. One is kept
// per worker and reused, so that nothing is allocated per unit.
type work struct {
	den    []float64 // denominators as used: rounded, or expected counts of rates
	z      []float64
	s2     []float64 // variance for chance on the transformed scale
	reason []Reason
	sorted []float64
	kept   []float64 // weights of units used, filled by trim
}

func (w *work) size(n int) {
	if cap(w.z) < n {
		w.den, w.z, w.s2 = make([]float64, n), make([]float64, n), make([]float64, n)
		w.sorted, w.kept, w.reason = make([]float64, n), make([]float64, n), make([]Reason, n)
	}
	w.den, w.z, w.s2, w.reason = w.den[:n], w.z[:n], w.s2[:n], w.reason[:n]
}

// fit reckons z for every unit (into w) and the whole's φ and τ². s is filled.
func fit(num, den []float64, s *Settings, w *work) Fit {
	w.size(len(num))
	f := Fit{Settings: *s, Target: 1}
	var sumNum, sumDen float64
	for i := range num {
		w.reason[i] = s.reason(num[i], den[i])
		w.den[i] = den[i]
		if w.reason[i] != Judged {
			w.z[i], w.s2[i] = math.NaN(), math.NaN()
			continue
		}
		if s.RoundExpected && s.Kind == Ratio && s.Transform == Log {
			if w.den[i] = round2(den[i]); w.den[i] < smallestExposure {
				w.reason[i], w.z[i], w.s2[i] = NoDenominator, math.NaN(), math.NaN()
				continue
			}
		}
		f.Units++
		sumNum += num[i]
		sumDen += w.den[i]
	}
	f.setTarget(sumNum, sumDen)
	if f.Flat {
		for i := range num {
			if w.reason[i] == Judged {
				w.z[i], w.s2[i] = 0, 0
			}
		}
		return f
	}
	f.transform(num, w)
	f.trim(w)
	return f
}

// setTarget estimates the target from the judged units unless it is given.
func (f *Fit) setTarget(sumNum, sumDen float64) {
	switch {
	case f.Units == 0:
		f.Flat = true
		f.Target = f.emptyTarget()
		return
	case f.Settings.TargetGiven:
		f.Target = f.Settings.Target
	case f.Settings.Kind == Mean:
		f.Target = sumNum / float64(f.Units)
	case f.Settings.Kind != Ratio:
		f.Target = sumNum / sumDen
	}
	if f.Settings.Kind != Mean {
		f.Flat = f.Target <= 0 || (f.Settings.Kind == Proportion && f.Target >= 1)
	}
}

// emptyTarget is the target where no unit can be judged: 1 for ratios, what is
// given, else 0.
func (f *Fit) emptyTarget() float64 {
	switch {
	case f.Settings.TargetGiven:
		return f.Settings.Target
	case f.Settings.Kind == Ratio:
		return 1
	}
	return 0
}

// transform fills z and s2 by the table in the package comment. The kinds have
// loops of their own because a switch per unit is what a country's panel cannot
// afford.
func (f *Fit) transform(num []float64, w *work) {
	switch f.Settings.Kind {
	case Ratio, Rate:
		f.transformRatio(num, w)
	case Proportion:
		f.transformProportion(num, w)
	case CountRatio:
		target := math.Log(f.Target)
		for i, o := range num {
			if w.reason[i] == Judged {
				d := w.den[i]
				w.s2[i] = o/((o+0.5)*(o+0.5)) + d/((d+0.5)*(d+0.5))
				w.z[i] = (math.Log((o+0.5)/(d+0.5)) - target) / math.Sqrt(w.s2[i])
			}
		}
	case Mean:
		for i, m := range num {
			if w.reason[i] == Judged {
				w.s2[i] = w.den[i] * w.den[i]
				w.z[i] = (m - f.Target) / w.den[i]
			}
		}
	}
}

func (f *Fit) transformRatio(num []float64, w *work) {
	log := f.Settings.Transform == Log
	for i, o := range num {
		if w.reason[i] != Judged {
			continue
		}
		e := w.den[i] * f.Target
		if log {
			w.s2[i] = 1 / e
			w.z[i] = math.Sqrt(e) * math.Log(o/e) // −Inf without events: beyond every z
		} else {
			w.s2[i] = 1 / (4 * e)
			w.z[i] = (math.Sqrt(o/e) - 1) * 2 * math.Sqrt(e)
		}
	}
}

func (f *Fit) transformProportion(num []float64, w *work) {
	p := f.Target
	arcsine := f.Settings.Transform == Arcsine
	target := math.Asin(math.Sqrt(p))
	if !arcsine {
		target = math.Log(p / (1 - p))
	}
	for i, r := range num {
		if w.reason[i] != Judged {
			continue
		}
		n := w.den[i]
		if arcsine {
			w.s2[i] = 1 / (4 * n)
			w.z[i] = (math.Asin(math.Sqrt(r/n)) - target) * 2 * math.Sqrt(n)
		} else {
			w.s2[i] = 1 / (n * p * (1 - p))
			w.z[i] = (math.Log((r+0.5)/(n-r+0.5)) - target) / math.Sqrt(w.s2[i])
		}
	}
}

// trim finds the bounds of the z used, then φ and τ².
func (f *Fit) trim(w *work) {
	sorted := w.sorted[:0]
	for i, z := range w.z {
		// A z of −Inf has a rank, which truncation needs, but no size.
		if w.reason[i] == Judged && (f.Settings.Trim == Truncate || !math.IsInf(z, 0)) {
			sorted = append(sorted, z)
		}
	}
	w.sorted = sorted
	slices.Sort(sorted)
	f.TrimLow, f.TrimHigh = math.Inf(-1), math.Inf(1)
	switch {
	case len(sorted) == 0:
		return
	case f.Settings.Trim == Truncate:
		f.TrimLow, f.TrimHigh = truncation(sorted, f.Settings.TrimBy)
	case f.Settings.Trim == Winsorise:
		f.TrimLow = quantile7(sorted, f.Settings.TrimBy)
		f.TrimHigh = quantile7(sorted, 1-f.Settings.TrimBy)
	}
	var sum float64
	for _, z := range sorted { // in order of size, so that the units' order cannot matter
		if z = f.ZUsed(z); !math.IsNaN(z) && !math.IsInf(z, 0) {
			sum += z * z
			f.Used++
		}
	}
	if f.Used == 0 {
		return
	}
	n := float64(f.Used)
	f.Phi = sum / n
	if f.Settings.Overdispersion == Additive && f.Used > 1 && n*f.Phi >= n-1 {
		f.Tau2 = f.betweenVariance(w, n*f.Phi-(n-1))
	}
}

// truncation gives the smallest and largest z that are kept when the units are
// ranked (ties share their mean rank) into k = 1/by classes by
// floor(rank·k/(n+1)) and the first and last class are dropped (SHMI methodology;
// FunnelPlotR R/od_adjustment.R). Without any kept the bounds cross.
func truncation(sorted []float64, by float64) (low, high float64) {
	n, k := len(sorted), 1/by
	low, high = math.Inf(1), math.Inf(-1)
	for i := 0; i < n; {
		j := i + 1
		for j < n && sorted[j] <= sorted[i] {
			j++
		}
		rank := float64(i+1+j) / 2
		class := math.Floor(rank * k / float64(n+1))
		if class > 0 && class < k-1 {
			low, high = math.Min(low, sorted[i]), math.Max(high, sorted[i])
		}
		i = j
	}
	return low, high
}

// quantile7 is R's default quantile (type 7; Hyndman and Fan 1996) of sorted values.
func quantile7(sorted []float64, p float64) float64 {
	index := float64(len(sorted)-1) * p
	low := math.Floor(index)
	at, share := int(low), index-low
	if at+1 >= len(sorted) || share <= 0 {
		return sorted[at]
	}
	return (1-share)*sorted[at] + share*sorted[at+1]
}

// betweenVariance is DerSimonian and Laird's τ² (1986), excess = nφ − (n−1). The
// divisor Σw − Σw²/Σw is reckoned as Σw(1 − w/Σw), which loses no digits when one
// unit outweighs the rest; it is 0 for one unit only, which has no "between".
func (f *Fit) betweenVariance(w *work, excess float64) float64 {
	weights := w.kept[:0]
	var total float64
	for i, z := range w.z {
		if w.reason[i] == Judged && !math.IsInf(z, 0) && !math.IsNaN(f.ZUsed(z)) {
			weights = append(weights, 1/w.s2[i])
			total += 1 / w.s2[i]
		}
	}
	w.kept = weights
	var divisor float64
	for _, weight := range weights {
		divisor += weight * (1 - weight/total)
	}
	if divisor <= 0 {
		return 0
	}
	return math.Max(0, excess/divisor)
}

// round2 rounds to two decimals as R does since version 4.0.0: to the nearer of
// the two candidates as doubles, to the even one when they are equally near.
// Counts near 2^53 have no decimals left.
func round2(x float64) float64 {
	if math.Abs(x) >= 1e13 {
		return x
	}
	scaled := x * 100
	down, up := math.Floor(scaled)/100, math.Ceil(scaled)/100
	below, above := x-down, up-x
	if below < above || (below <= above && math.Mod(math.Floor(scaled), 2) < 0.5) {
		return down
	}
	return up
}
