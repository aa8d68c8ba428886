package cusum

import (
	"errors"
	"fmt"
	"math"
)

// Kind is what is counted or measured, and so how a case is weighed.
type Kind uint8

// The kinds of chart.
const (
	RiskAdjusted Kind = iota // each patient has a risk of their own; outcome 0 or 1
	Bernoulli                // all have one risk; outcome 0 or 1
	Poisson                  // counts against an expected count; Odds is then a rate ratio
	Normal                   // measurements against a mean, with Design.SD and Design.Shift
	VLAD                     // running expected minus observed; no limit
)

var kindNames = [...]string{"racusum", "bernoulli", "poisson", "normal", "vlad"}

// String is the name of the kind on the command line.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// ParseKind reads a kind's name.
func ParseKind(s string) (Kind, error) {
	for i, name := range kindNames {
		if s == name {
			return Kind(i), nil
		}
	}
	return 0, fmt.Errorf("%q is not a kind of chart: racusum, bernoulli, poisson, normal or vlad", s)
}

// Reset is what happens to the score when it signals.
type Reset uint8

// The reset policies; docs/methods/deviations.md says who uses which.
const (
	// ResetZero stores 0 for the signalling case and starts again from 0, as R
	// cusum::racusum: the peak is in Point.Peak only.
	ResetZero Reset = iota
	// ResetKeep stores the peak and starts again from 0 at the next case, as R
	// cusum::cusum and vlad.
	ResetKeep
	// ResetNone never resets: every case at or beyond the limit signals.
	ResetNone
	// ResetBeyond stores 0 and starts again only if the score is strictly beyond
	// the limit; on the limit it signals and runs on, as qicharts2::bchart.
	ResetBeyond
)

var resetNames = [...]string{"zero", "keep", "none", "beyond"}

// String is the name of the policy on the command line.
func (r Reset) String() string {
	if int(r) < len(resetNames) {
		return resetNames[r]
	}
	return fmt.Sprintf("Reset(%d)", uint8(r))
}

// ParseReset reads a policy's name.
func ParseReset(s string) (Reset, error) {
	for i, name := range resetNames {
		if s == name {
			return Reset(i), nil
		}
	}
	return 0, fmt.Errorf("%q is not a reset policy: zero, keep, none or beyond", s)
}

// Design is what a chart tests and how it signals.
type Design struct {
	Kind Kind

	// Odds is the odds ratio (for Poisson the rate ratio) to be detected: above 1
	// looks for more events, below 1 for fewer. Not used by Normal and VLAD.
	Odds float64

	// Shift is for Normal only: the change to be detected in standard deviations;
	// below 0 looks for a fall.
	Shift float64

	// SD is for Normal only: the standard deviation of one measurement.
	SD float64

	// Limit is the alarm level h. Its sign does not matter: a chart for
	// improvement runs below zero and alarms at -|h|. 0 is no limit: the chart
	// never signals and so never resets.
	Limit float64

	Reset Reset

	// Strict signals only beyond the limit (as vlad); otherwise on it too.
	Strict bool
}

// Errors of a design or of a case.
var (
	ErrOdds    = errors.New("the odds ratio must be above 0, finite, and not 1")
	ErrShift   = errors.New("the shift must be finite and not 0, and the standard deviation above 0")
	ErrLimit   = errors.New("the limit must be a finite number")
	ErrOutcome = errors.New("the outcome must be 0 or 1")
	ErrCount   = errors.New("the count must be a whole number from 0 to 2^53")
	ErrRisk    = errors.New("the risk must lie between 0 and 1")
	ErrExpect  = errors.New("the expected count must not be below 0, nor beyond all measure")
	ErrValue   = errors.New("the measurement and its mean must be finite and not worlds apart")
	ErrLengths = errors.New("outcomes and risks differ in number")
)

// CaseError is an error about one case of a series.
type CaseError struct {
	Index int // from 0
	Err   error
}

// Error names the case, counted from 1.
func (e *CaseError) Error() string { return fmt.Sprintf("case %d: %v", e.Index+1, e.Err) }

// Unwrap is the cause.
func (e *CaseError) Unwrap() error { return e.Err }

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// Validate tells what is wrong with the design, nil if nothing.
func (d Design) Validate() error {
	if !finite(d.Limit) {
		return ErrLimit
	}
	if int(d.Reset) >= len(resetNames) {
		return fmt.Errorf("%v is not a reset policy", d.Reset)
	}
	switch d.Kind {
	case RiskAdjusted, Bernoulli, Poisson:
		return checkOdds(d.Odds)
	case Normal:
		if !finite(d.Shift) || !(math.Abs(d.Shift) > 0) || !finite(d.SD) || !(d.SD > 0) {
			return ErrShift
		}
	case VLAD:
		if math.Abs(d.Limit) > 0 {
			return errors.New("a VLAD has no limit of its own: signal with a risk-adjusted CUSUM beside it")
		}
	default:
		return fmt.Errorf("%v is not a kind of chart", d.Kind)
	}
	return nil
}

func checkOdds(odds float64) error {
	if !finite(odds) || !(odds > 0) || !(math.Abs(odds-1) > 0) || math.IsInf(1/odds, 0) {
		return ErrOdds
	}
	return nil
}

// Lower reports whether the chart looks for a fall, and so runs below zero.
func (d Design) Lower() bool {
	if d.Kind == Normal {
		return d.Shift < 0
	}
	return d.Kind != VLAD && d.Odds < 1
}
