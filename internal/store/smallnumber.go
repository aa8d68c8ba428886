package store

import (
	"context"
	"database/sql"
	"strings"

	"candour/internal/access"
	"candour/internal/finding"
	"candour/internal/indicator"
)

// SmallNumbers says which figures of indicators may tell of few people (docs/rules.md,
// what leaves the team). What rests on them is suppressed where it is read, for whoever has no
// duty to act on it, and never in storage.
type SmallNumbers struct {
	// Guarded reports whether the data set of an indicator is under a method of
	// disclosure control (R-SDC-1).
	Guarded func(indicator.ID) bool
	// Small reports whether a value of a guarded indicator rests on a small number.
	Small func(o *indicator.Observation) bool
}

// KeepSmall has small numbers suppressed from now on. Until then nothing is: the
// store knows no definitions.
func (s *Store) KeepSmall(n SmallNumbers) { s.small.Store(&n) }

// guard is the method where the scope's viewer is to see none of the small numbers.
func (s *Store) guard(sc access.Scope) *SmallNumbers {
	n := s.small.Load()
	if n == nil || seesCounts(sc) {
		return nil
	}
	return n
}

// hide suppresses the values that rest on small numbers.
func (n *SmallNumbers) hide(list []indicator.Observation) {
	for i := range list {
		if o := &list[i]; o.Presence == indicator.Valued && n.Guarded(o.Indicator) && n.Small(o) {
			o.Presence, o.Numerator, o.Denominator, o.Value, o.Note = indicator.Suppressed, 0, 0, 0, ""
		}
	}
}

// hideFindings takes the figures out of findings about guarded indicators, small or
// not: a finding rests on many values, and its words hold means and limits of them.
func (n *SmallNumbers) hideFindings(list []HeldFinding) {
	for i := range list {
		if n.Guarded(list[i].Indicator) {
			list[i].Withhold()
		}
	}
}

// hideVerdicts takes the newest value out of verdicts where it rests on a small
// number, or on values that are not held as one.
func (s *Store) hideVerdicts(ctx context.Context, sc access.Scope, n *SmallNumbers, list []finding.Verdict) error {
	rows, err := s.read.QueryContext(ctx, `SELECT b.indicator, b.org, b.tenant, o.period, o.numerator, o.denominator FROM verdict b JOIN observation o
		ON o.indicator = b.indicator AND o.org = b.org AND o.tenant = b.tenant AND o.period = b.value_period
		WHERE o.presence = '`+string(indicator.Valued)+"' AND "+strings.Join([]string{holds("b", "$1"), holds("o", "$1"), mine(sc, "b.tenant", "$2"), visible(sc, "b.org", "$2", "$1")}, " AND "),
		position(sc), sc.Tenant)
	shown := map[finding.Series]bool{}
	_, err = collect(s.engine, rows, err, "read what verdicts rest on", func(r *sql.Rows) (struct{}, error) {
		var o indicator.Observation
		var x finding.Series
		var period string
		err := r.Scan(&x.Indicator, &x.Org, &x.Tenant, &period, &o.Numerator, &o.Denominator)
		o.Indicator, o.Presence = x.Indicator, indicator.Valued
		shown[x] = !n.Guarded(x.Indicator) || !n.Small(&o)
		return struct{}{}, err
	})
	for i := range list {
		if v := &list[i]; n.Guarded(v.Indicator) && !v.At.IsZero() && !shown[v.Series()] {
			v.Value, v.Hidden = 0, true
		}
	}
	return err
}
