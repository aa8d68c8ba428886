// Package indicator holds what is measured: definitions (data, never code), and
// observations, which keep numerator, denominator, the kind of "no value", the
// delivery and row that they came from, and every vintage (docs/rules.md,
// R-IND-1 to R-IND-8).
package indicator

import (
	"time"

	"candour/internal/calendar"
	"candour/internal/org"
)

// ID names an indicator and never changes: "ae-4h-all", "shmi".
type ID string

// Kind is the arithmetic of a measure, which decides how it may be added up,
// charted and compared.
type Kind string

// The kinds.
const (
	Count      Kind = "count"      // numerator only: infections in a month
	Proportion Kind = "proportion" // numerator of denominator, 0 to 1
	Rate       Kind = "rate"       // numerator per denominator × multiplier; may pass 1
	Ratio      Kind = "ratio"      // observed over expected (SHMI)
	Mean       Kind = "mean"       // a published mean or score; can't be added up (R-ORG-8)
	Rating     Kind = "rating"     // an ordered judgement: 1 outstanding … 4 inadequate
)

// Summable reports whether values of two organisations or periods may be
// combined by summing numerators and denominators (R-ORG-8).
func (k Kind) Summable() bool { return k == Count || k == Proportion || k == Rate || k == Ratio }

// Better says which way is good.
type Better string

// The directions of improvement.
const (
	Higher  Better = "higher"
	Lower   Better = "lower"
	Neither Better = "neither"
)

// Presence says whether there is a value and, if not, which of the kinds of "no
// value" it is (R-IND-3). Zero is a value: its Presence is Valued.
type Presence string

// The kinds.
const (
	Valued        Presence = "value"
	Missing       Presence = "missing"        // should be there and isn't
	Suppressed    Presence = "suppressed"     // held back by the publisher as too small
	NotApplicable Presence = "not_applicable" // does not do this
	NotSubmitted  Presence = "not_submitted"  // the organisation sent nothing, or it wasn't collected
)

// Standard is what the value must meet, from and to a day.
type Standard struct {
	From      time.Time `yaml:"from" json:"from"`
	To        time.Time `yaml:"to" json:"to,omitzero"` // zero: until further notice; exclusive
	Value     float64   `yaml:"value" json:"value"`
	Tier      string    `yaml:"tier" json:"tier"`                     // fundamental or enhanced
	Milestone bool      `yaml:"milestone" json:"milestone,omitempty"` // a step towards the standard: shown, not the standard
	Source    string    `yaml:"source" json:"source,omitempty"`       // where it is set
}

// Change is one line of a definition's change log.
type Change struct {
	On  time.Time `yaml:"on" json:"on"`
	By  string    `yaml:"by" json:"by"` // a role, never a person
	Why string    `yaml:"why" json:"why"`
}

// Break marks a period from which values can't be compared with those before
// it: a definition change. The chart's limits are set anew there.
type Break struct {
	From calendar.Period `yaml:"from" json:"from"`
	Why  string          `yaml:"why" json:"why"`
}

// Detection is how the concern engine reads the indicator (concern-design.md
// sections 2, 3, 6). The zero value means: charted, not scored.
type Detection struct {
	Domain string  `yaml:"domain" json:"domain,omitempty"` // mortality, safety, effectiveness, access, experience, workforce
	Family string  `yaml:"family" json:"family,omitempty"` // streams moved by one cause; empty is the domain
	Shift  float64 `yaml:"shift" json:"shift,omitempty"`   // design shift delta; 0 is the domain's default
	Scored bool    `yaml:"scored" json:"scored,omitempty"`
}

// Definition is one indicator (R-IND-1). It is read from
// definitions/indicators/<id>.yaml; an installation adds its own.
type Definition struct {
	ID          ID     `yaml:"id" json:"id"`
	Name        string `yaml:"name" json:"name"`
	Short       string `yaml:"short" json:"short,omitempty"` // for matrix columns and time lines
	Why         string `yaml:"why" json:"why"`
	Numerator   string `yaml:"numerator" json:"numerator"`
	Denominator string `yaml:"denominator" json:"denominator,omitempty"`
	Unit        string `yaml:"unit" json:"unit"` // "%", "per 100,000 bed days", "cases"

	Kind       Kind    `yaml:"kind" json:"kind"`
	Multiplier float64 `yaml:"multiplier" json:"multiplier"` // what a page multiplies the value by: 100 for %
	Decimals   int     `yaml:"decimals" json:"decimals"`     // places shown
	Better     Better  `yaml:"better" json:"better"`

	Dimension string `yaml:"dimension" json:"dimension"` // safety, effectiveness, experience
	Question  string `yaml:"question" json:"question"`   // safe, effective, caring, responsive, well_led

	Frequency calendar.Kind `yaml:"frequency" json:"frequency"`
	Levels    []string      `yaml:"levels" json:"levels"` // trust, site, practice, commissioner, …
	Source    string        `yaml:"source" json:"source"` // id of the source definition
	LagDays   int           `yaml:"lag_days" json:"lag_days"`
	Tolerance int           `yaml:"tolerance_days" json:"tolerance_days"` // R-IND-4

	Chart  string `yaml:"chart" json:"chart"`   // xmr, p, u, pp, up, g, t, run, points, none (rolling windows: never run rules, R-SPC-6)
	Funnel string `yaml:"funnel" json:"funnel"` // sr, pr, rc, none

	MinimumDenominator float64    `yaml:"minimum_denominator" json:"minimum_denominator,omitempty"` // below it a value is shown, not tested
	Standards          []Standard `yaml:"standards" json:"standards,omitempty"`
	Breaks             []Break    `yaml:"breaks" json:"breaks,omitempty"`
	Disclosure         string     `yaml:"disclosure" json:"disclosure"` // none, hes, local
	Tier               string     `yaml:"tier" json:"tier"`             // fundamental or enhanced
	Detection          Detection  `yaml:"detection" json:"detection,omitzero"`

	Tags       []string  `yaml:"tags" json:"tags,omitempty"`
	Owner      string    `yaml:"owner" json:"owner"` // a role
	Reviewed   time.Time `yaml:"reviewed" json:"reviewed"`
	NextReview time.Time `yaml:"next_review" json:"next_review"`
	Changes    []Change  `yaml:"changes" json:"changes"`

	// Version is the first 12 hex digits of the SHA-256 of the file; findings name it.
	Version string `yaml:"-" json:"version"`
}

// StandardAt is the standard (not a milestone) in force on a day, and whether
// there is one.
func (d *Definition) StandardAt(day time.Time) (Standard, bool) { return d.standardAt(day, false) }

// MilestoneAt is the milestone in force on a day, and whether there is one.
func (d *Definition) MilestoneAt(day time.Time) (Standard, bool) { return d.standardAt(day, true) }

func (d *Definition) standardAt(day time.Time, milestone bool) (found Standard, ok bool) {
	for _, s := range d.Standards {
		if s.Milestone == milestone && !s.From.After(day) && (s.To.IsZero() || day.Before(s.To)) && (!ok || s.From.After(found.From)) {
			found, ok = s, true
		}
	}
	return found, ok
}

// Due is the day after which a value for p is late (R-IND-4): the end of the
// period, the publisher's lag and our tolerance.
func (d *Definition) Due(p calendar.Period) time.Time {
	return p.End().AddDate(0, 0, d.LagDays+d.Tolerance)
}

// Arrival is how what follows a newest value stands: the one rule (R-IND-4) by which
// pages, findings and tables of a support unit speak of data that isn't there.
type Arrival string

// The states of a feed or a series.
const (
	NeverCame Arrival = "never came" // no value of any period: nobody is late with what nobody ever gave
	InTime    Arrival = "in time"    // the next value is here or not due yet
	Late      Arrival = "late"       // today > period end + lag + tolerance, and nothing came
	Ended     Arrival = "ended"      // nothing for two years: history rather than late
)

// endedYears is how long after its last value a silent series is history.
const endedYears = 2

// Arrival is how things stand on a day when newest is the newest period of which
// something is held; the zero period is that nothing ever came.
func (d *Definition) Arrival(newest calendar.Period, day time.Time) Arrival {
	switch {
	case newest.IsZero():
		return NeverCame
	case !day.After(d.Due(newest.Add(1))):
		return InTime
	case day.After(newest.End().AddDate(endedYears, 0, 0)):
		return Ended
	}
	return Late
}

// Value is the measure made from a numerator and a denominator, and false when
// there is none (no denominator, or a kind which has no such arithmetic).
func (d *Definition) Value(numerator, denominator float64) (float64, bool) {
	switch d.Kind {
	case Count:
		return numerator, true
	case Proportion, Rate, Ratio:
		if denominator > 0 {
			return numerator / denominator, true
		}
	}
	return 0, false
}

// Form is what a value of an indicator is made of, which a definition says: rows that
// name the indicator are held against it.
type Form struct {
	Kind      Kind          `json:"kind"`
	Frequency calendar.Kind `json:"frequency"`
}

// Form is what values of d are made of.
func (d *Definition) Form() Form { return Form{d.Kind, d.Frequency} }

// Reading is one value as a file states it, before anybody has accepted it.
type Reading struct {
	Indicator   ID
	Org         org.Code
	Period      calendar.Period
	Presence    Presence
	Numerator   float64
	Denominator float64 // 0 for counts and means
	Value       float64 // for means and ratings as published; else computed
	Sheet       string  // empty for single-sheet files
	Rows        string  // 1-based file rows it came from: "17" or "12-40,77"
	Note        string  // the publisher's caution about this value, if any
}

// Observation is a Reading that a delivery brought and the memory holds. A later
// delivery for the same indicator, organisation and period supersedes it, and
// both remain (R-IND-2).
type Observation struct {
	Reading
	Tenant    string    // "" for published national data; else whose private data it is
	Vintage   int       // 1 for the first value held, then 2, …
	Delivery  string    // id of the delivery
	Published time.Time // zero when the file does not say
	Received  time.Time
	From      int64 // ledger position from which it holds
	Until     int64 // position from which it no longer does; math.MaxInt64 while current
}

// Partial reports whether the value was given before its period had ended, so that it is
// of a part of it: it is shown, and not judged, until one given after the end takes its
// place.
func (o *Observation) Partial() bool { return GivenEarly(o.Period, o.Received) }

// GivenEarly reports whether what was received at an instant is of a month, quarter or
// rolling year that had not ended by then. Years are the names of surveys and accounts,
// and days of events: neither is summed up to its end.
func GivenEarly(p calendar.Period, received time.Time) bool {
	switch p.Kind() {
	case calendar.Month, calendar.Quarter, calendar.Rolling12:
		return !received.IsZero() && received.Before(p.End())
	}
	return false
}
