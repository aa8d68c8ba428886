// Package funnel compares many providers on one indicator over one period: each
// provider's value is judged against limits that are wide where its denominator
// is small and narrow where it is large, so that the plot of value against
// denominator has the shape of a funnel.
//
// # Words
//
// A unit is one provider with a numerator O and a denominator D. A cross-section
// is all units of one indicator and one period. The target θ is the value that a
// unit without any difference of its own would have. Plain limits allow for
// chance alone; adjusted limits also allow for the ordinary differences between
// units which no case-mix adjustment removes (overdispersion).
//
// # The sum
//
// Five kinds of indicator ([Kind]) are put on a scale on which chance has nearly
// the same spread everywhere ([Transform]):
//
//	ratio O/E, logarithm     y = ln(O/E)               θ' = 0             s² = 1/E
//	ratio O/E, square root   y = √(O/E)                θ' = 1             s² = 1/(4E)
//	proportion, arcsine      y = asin √(r/n)           θ' = asin √p       s² = 1/(4n)
//	proportion, logit        y = ln((r+½)/(n−r+½))     θ' = ln(p/(1−p))   s² = 1/(n p (1−p))
//	ratio of counts          y = ln((O+½)/(D+½))       θ' = ln(ΣO/ΣD)     s² = O/(O+½)² + D/(D+½)²
//	rate per exposure        as ratio O/E with E = D·ΣO/ΣD
//	mean with standard error y = m                     θ' = mean of m     s² = se²
//
// Then, after Spiegelhalter (2005) and Spiegelhalter and others (2012):
//
//  1. z = (y − θ') / s.
//  2. The extreme z are dropped ([Truncate]) or pulled in ([Winsorise]), so that
//     the units to be found do not hide themselves by widening the limits.
//  3. φ = Σz²/n over what is left.
//  4. Additive: τ² = (nφ − (n−1)) / (Σw − Σw²/Σw) with w = 1/s², not below 0
//     (DerSimonian and Laird 1986). Multiplicative: s² becomes φs².
//  5. Adjusted limits are θ' ± q·√(s² + τ²), taken back to the value's own scale,
//     and the adjusted z is (y − θ')/√(s² + τ²). When φ ≤ 1 there is nothing to
//     allow for, and the plain limits judge.
//
// [Compare] does this for one cross-section and returns everything a page draws;
// [Batch] does it for a whole country's cross-sections in columns, on all cores,
// without allocating per unit. [Fit.Limits] gives limits at any denominator and
// any level; [Fit.Curve] a grid of them for drawing.
//
// # By hand
//
// SHMI's method ([SHMI]) on 20 trusts of which T04 has 2300 deaths where 2050
// were expected: z = √2050·ln(2300/2050) = 5.21. After truncation 16 trusts are
// left with φ = 2.4086 and τ² = 0.001294; T04's 95% limits are
// exp(± 1.959964·√(1/2050 + 0.001294)) = 0.9206 and 1.0863, and its 1.1220 is
// above them (a test repeats it).
//
// docs/methods/funnel.md has the sources and conventions, deviations.md where
// other tools give other answers.
package funnel

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Kind says what the numerator and the denominator of a unit are.
type Kind uint8

// The kinds of indicator.
const (
	Ratio      Kind = iota + 1 // observed count over expected count; target 1
	Proportion                 // r of n; target Σr/Σn
	CountRatio                 // one count over another, both subject to chance; target ΣO/ΣD
	Rate                       // count over an exposure that is known without error (bed days); target ΣO/ΣD
	Mean                       // the "numerator" is a mean or score, the "denominator" its standard error; target the mean of the means
)

// Transform is the scale on which z is reckoned.
type Transform uint8

// The scales. Usual picks the kind's own: Log for ratios of any sort, Arcsine
// for proportions, Identity for means.
const (
	Usual Transform = iota
	Log
	SquareRoot
	Arcsine
	Logit
	Identity
)

// Trim says how extreme units are kept from widening the limits.
type Trim uint8

// What is done with the extremes before φ is reckoned.
const (
	KeepAll   Trim = iota // nothing
	Truncate              // leave out the classes at either end, as SHMI does (ranks, see [Fit])
	Winsorise             // pull in to the quantiles at either end (R's type 7), as the regulator does
)

// Overdispersion says how limits allow for ordinary differences between units.
type Overdispersion uint8

// The allowances.
const (
	None           Overdispersion = iota // none: chance alone
	Additive                             // a variance between units, τ², added to s² (preferred)
	Multiplicative                       // s² times φ
)

// Plain says how the limits for chance alone are found.
type Plain uint8

// The ways. UsualPlain is ChiSquare for Ratio and Rate, ByTransform for others.
const (
	UsualPlain   Plain = iota
	ChiSquare          // exact Poisson interval about the expected count through the chi-square distribution; Ratio and Rate only
	Interpolated       // exact binomial or Poisson quantile, interpolated between counts (Spiegelhalter 2005, appendix A.1); not for CountRatio and Mean
	ByTransform        // θ' ± q·s on the transformed scale
)

// The two levels at which every unit is judged, in per cent of a normal
// distribution inside the limits.
const (
	Level95  = 95.0
	Level998 = 99.8
)

// Settings is one convention for a cross-section. Start from [SHMI], [CQC],
// [Proportions], [CountRatios], [Rates] or [Means] and change what differs.
type Settings struct {
	Kind           Kind
	Transform      Transform // Usual unless said
	Plain          Plain     // UsualPlain unless said
	Trim           Trim
	TrimBy         float64 // share at each end, 0.1 for a tenth; above 0 and below ½ unless Trim is KeepAll
	Overdispersion Overdispersion
	Target         float64 // used only when TargetGiven: a standard to rate against, on the value's scale before Multiplier
	TargetGiven    bool
	RoundExpected  bool    // Ratio on the Log scale only: expected counts to 2 decimals first, as FunnelPlotR; the value keeps the unrounded one
	Multiplier     float64 // values and limits are times this (100 for ratios "per 100"); 0 means 1
	Level          float64 // level in per cent at which Unit.Outlier judges; 0 means 99.8
	MinDenominator float64 // units with a smaller denominator are shown and not judged, nor used for φ or the target; 0 means judge all
}

// SHMI is the convention of the Summary Hospital-level Mortality Indicator:
// logarithm, truncation of a tenth at each end, additive (NHS England, SHMI specification).
func SHMI() Settings {
	return Settings{Kind: Ratio, Transform: Log, Trim: Truncate, TrimBy: 0.1, Overdispersion: Additive}
}

// CQC is the regulator's convention for standardised ratios: square root,
// winsorised at the tenth and ninetieth percentile, additive (Spiegelhalter et al. 2012).
func CQC() Settings {
	return Settings{Kind: Ratio, Transform: SquareRoot, Trim: Winsorise, TrimBy: 0.1, Overdispersion: Additive}
}

// Proportions is the regulator's convention for r of n: arcsine, winsorised.
func Proportions() Settings {
	return Settings{Kind: Proportion, Transform: Arcsine, Trim: Winsorise, TrimBy: 0.1, Overdispersion: Additive}
}

// CountRatios is the convention for one count over another: logarithm with a
// half added to each, winsorised.
func CountRatios() Settings {
	return Settings{Kind: CountRatio, Transform: Log, Trim: Winsorise, TrimBy: 0.1, Overdispersion: Additive}
}

// Rates is the convention for counts over an exposure: square root of observed
// over expected at the pooled rate, winsorised; it bears zero counts.
func Rates() Settings {
	return Settings{Kind: Rate, Transform: SquareRoot, Trim: Winsorise, TrimBy: 0.1, Overdispersion: Additive}
}

// Means is the convention for means or scores with standard errors.
func Means() Settings {
	return Settings{Kind: Mean, Transform: Identity, Trim: Winsorise, TrimBy: 0.1, Overdispersion: Additive}
}

// Validate says in words what is wrong with the settings, nil when nothing is.
func (s Settings) Validate() error {
	scales := map[Kind][]Transform{
		Ratio: {Log, SquareRoot}, Rate: {Log, SquareRoot}, Proportion: {Arcsine, Logit}, CountRatio: {Log}, Mean: {Identity},
	}
	allowed, known := scales[s.Kind]
	if !known {
		return errors.New("unknown kind of indicator")
	}
	fits := s.Transform == Usual
	for _, t := range allowed {
		fits = fits || s.Transform == t
	}
	switch {
	case !fits:
		return errors.New("this scale does not go with this kind of indicator")
	case s.Plain == ChiSquare && s.Kind != Ratio && s.Kind != Rate:
		return errors.New("exact Poisson limits are for ratios of observed to expected, and rates")
	case s.Plain == Interpolated && (s.Kind == CountRatio || s.Kind == Mean):
		return errors.New("exact limits by count are for proportions, ratios of observed to expected, and rates")
	case s.Trim != KeepAll && (math.IsNaN(s.TrimBy) || s.TrimBy <= 0 || s.TrimBy >= 0.5):
		return fmt.Errorf("the share trimmed at each end is %v; it must be above 0 and below 0.5", s.TrimBy)
	case math.IsNaN(s.Multiplier) || math.IsInf(s.Multiplier, 0) || s.Multiplier < 0:
		return fmt.Errorf("the multiplier is %v; it must be above 0", s.Multiplier)
	case s.Level < 0 || s.Level >= 100 || math.IsNaN(s.Level):
		return fmt.Errorf("the limit level is %v%%; it must be between 0 and 100", s.Level)
	case s.TargetGiven:
		return s.validTarget()
	}
	return nil
}

func (s Settings) validTarget() error {
	switch {
	case math.IsNaN(s.Target) || math.IsInf(s.Target, 0):
		return errors.New("the target is not a number")
	case s.Kind != Mean && s.Target <= 0:
		return errors.New("the target must be above 0")
	case s.Kind == Proportion && s.Target >= 1:
		return errors.New("the target of a proportion must be below 1")
	}
	return nil
}

// filled replaces the "usual" settings by what they mean for the kind.
func (s Settings) filled() Settings {
	if s.Transform == Usual {
		s.Transform = map[Kind]Transform{Ratio: Log, Proportion: Arcsine, CountRatio: Log, Rate: Log, Mean: Identity}[s.Kind]
	}
	if s.Plain == UsualPlain {
		s.Plain = ByTransform
		if s.Kind == Ratio || s.Kind == Rate {
			s.Plain = ChiSquare
		}
	}
	if s.Multiplier <= 0 {
		s.Multiplier = 1
	}
	if s.Level <= 0 {
		s.Level = Level998
	}
	return s
}

// published are the normal quantiles that SHMI's specification and FunnelPlotR
// print to six decimals (R/calculate_limits.R). With more decimals the published
// limits could not be matched to their last digit.
const (
	published95  = 1.959964
	published998 = 3.090232
)

// quantile is the half-width in standard errors of two-sided limits at level per
// cent.
func quantile(level float64) float64 {
	switch {
	case math.Abs(level-Level95) < 1e-9:
		return published95
	case math.Abs(level-Level998) < 1e-9:
		return published998
	}
	return distuv.UnitNormal.Quantile(0.5 + level/200)
}
