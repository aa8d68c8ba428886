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
// by indicator, organisation, period and vintage.
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
	rows, err := s.read.QueryContext(ctx, observationSelect+query+" ORDER BY b.indicator, b.org, b.tenant, b.period, b.vintage", args...)
	return collect(s.engine, rows, err, "read observations", scanObservation)
}

func (want Wanted) where(sc access.Scope, seen string) (string, []any) {
	args := []any{position(sc), sc.Tenant}
	conditions := []string{seen, mine(sc, "b.tenant", "$2"), "b.from_pos <= $1"}
	if !want.Vintages {
		conditions = append(conditions, "b.until_pos > $1")
	}
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
	if !want.Period.IsZero() {
		args = append(args, want.Period.String())
		conditions = append(conditions, "b.period = $"+strconv.Itoa(len(args)))
	}
	return " WHERE " + strings.Join(conditions, " AND "), args
}

// Measured is which indicators hold observations of a delivery, an organisation
// or at all, with how many and the newest period; for lists and choices.
type Measured struct {
	Indicator indicator.ID
	Orgs      int
	Newest    calendar.Period
	Received  string // instant of the newest arrival, as stored
}

// Measured lists the indicators that the scope can see values of.
func (s *Store) Measured(ctx context.Context, sc access.Scope) ([]Measured, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT b.indicator, COUNT(DISTINCT b.org), MAX(b.period), MAX(b.received) FROM observation b WHERE `+
		holds("b", "$1")+" AND "+mine(sc, "b.tenant", "$2")+" AND "+visible(sc, "b.org", "$2", "$1")+" GROUP BY b.indicator ORDER BY b.indicator",
		position(sc), sc.Tenant)
	return collect(s.engine, rows, err, "list what is measured", func(r *sql.Rows) (m Measured, err error) {
		var period string
		if err = r.Scan(&m.Indicator, &m.Orgs, &period, &m.Received); err != nil {
			return m, err
		}
		m.Newest, err = calendar.ParsePeriod(period)
		return m, err
	})
}
