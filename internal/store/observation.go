package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/indicator"
	"candour/internal/org"
)

const observationSelect = `SELECT b.indicator, b.org, b.period, b.tenant, b.vintage, b.presence, b.numerator, b.denominator, b.value,
	b.delivery, b.sheet, b.file_rows, b.note, b.published, b.received, b.from_pos, b.until_pos FROM observation b`

func scanObservation(r *sql.Rows) (o indicator.Observation, err error) {
	var period string
	var published, received instant
	if err = r.Scan(&o.Indicator, &o.Org, &period, &o.Tenant, &o.Vintage, &o.Presence, &o.Numerator, &o.Denominator, &o.Value,
		&o.Delivery, &o.Sheet, &o.Rows, &o.Note, &published, &received, &o.From, &o.Until); err != nil {
		return o, err
	}
	o.Published, o.Received = published.Time, received.Time
	o.Period, err = calendar.ParsePeriod(period)
	return o, err
}

// Wanted says which observations are asked for; empty fields ask for all.
type Wanted struct {
	Indicators []indicator.ID
	Orgs       []org.Code
	Period     calendar.Period
	Vintages   bool // every vintage known as of the scope's position, not only the newest
}

// Observations is the observations that the scope may see, as of its position,
// by indicator, organisation, period and vintage; of one value those that were never in
// force, because a later publication was held when they came, stand first. For whoever has no duty to act on
// them, values that rest on small numbers are suppressed (KeepSmall).
func (s *Store) Observations(ctx context.Context, sc access.Scope, want Wanted) ([]indicator.Observation, error) {
	return s.observations(ctx, sc, want, visible(sc, "b.org", "$2", "$1"))
}

// Peers is like Observations, of every organisation whatever the purview: the
// published values against which a provider is compared. Only published data is
// given, and the caller must not name an organisation that the scope can't see.
func (s *Store) Peers(ctx context.Context, sc access.Scope, want Wanted) ([]indicator.Observation, error) {
	return s.observations(ctx, sc, want, "b.tenant = '' AND CAST($2 AS codetext) IS NOT NULL")
}

func (s *Store) observations(ctx context.Context, sc access.Scope, want Wanted, seen string) ([]indicator.Observation, error) {
	query, args := want.where(sc, seen)
	rows, err := s.read.QueryContext(ctx, observationSelect+query+" ORDER BY b.indicator, b.org, b.tenant, b.period, b.until_pos > b.from_pos, b.vintage", args...)
	list, err := collect(s.engine, rows, err, "read observations", scanObservation)
	if n := s.guard(sc); n != nil {
		n.hide(list)
	}
	return list, err
}

func (want Wanted) where(sc access.Scope, seen string) (string, []any) {
	args := []any{position(sc), sc.Tenant}
	conditions := []string{seen, mine(sc, "b.tenant", "$2"), "b.from_pos <= $1"}
	if !want.Vintages {
		conditions = append(conditions, "b.until_pos > $1")
	}
	conditions, args = want.among(conditions, args)
	if !want.Period.IsZero() {
		args = append(args, want.Period.String())
		conditions = append(conditions, "b.period = $"+strconv.Itoa(len(args)))
	}
	return " WHERE " + strings.Join(conditions, " AND "), args
}

// among adds the conditions on indicator and organisation, and their arguments.
func (want Wanted) among(conditions []string, args []any) ([]string, []any) {
	add := func(column string, n int, value func(int) any) {
		if n == 0 {
			return
		}
		conditions = append(conditions, column+" IN ("+marks(len(args)+1, n)+")")
		for i := range n {
			args = append(args, value(i))
		}
	}
	add("b.indicator", len(want.Indicators), func(i int) any { return want.Indicators[i] })
	add("b.org", len(want.Orgs), func(i int) any { return want.Orgs[i] })
	return conditions, args
}
