package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

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

// valueSelect is observations without their lineage (file, sheet, rows, note), which no
// judgement needs.
const valueSelect = `SELECT b.indicator, b.org, b.period, b.tenant, b.vintage, b.presence, b.numerator, b.denominator, b.value,
	b.published, b.received, b.until_pos FROM observation b`

// valueReader scans what valueSelect selects. It reads each text once that many rows
// have: a history names the same few hundred periods and instants throughout, and one
// series the same indicator and organisation.
type valueReader struct {
	periods  periodReader
	instants instantReader
	last     indicator.Observation
}

func newValueReader() *valueReader {
	return &valueReader{periods: periodReader{}, instants: instantReader{}}
}

func (v *valueReader) scan(r *sql.Rows) (o indicator.Observation, err error) {
	var id, code, period, tenant, presence, published, received string
	if err = r.Scan(&id, &code, &period, &tenant, &o.Vintage, &presence, &o.Numerator, &o.Denominator, &o.Value, &published, &received, &o.Until); err != nil {
		return o, err
	}
	o.Indicator, o.Org = same(v.last.Indicator, id), same(v.last.Org, code)
	o.Tenant, o.Presence = same(v.last.Tenant, tenant), same(v.last.Presence, presence)
	if o.Period, err = v.periods.read(period); err != nil {
		return o, err
	}
	if o.Published, err = v.instants.read(published); err != nil {
		return o, err
	}
	o.Received, err = v.instants.read(received)
	v.last = o
	return o, err
}

// same is a text that was read, as the value before it where they are equal: what is
// kept of thousands of rows then holds one copy.
func same[T ~string](last T, read string) T {
	if string(last) == read {
		return last
	}
	return T(read)
}

// periodReader reads stored periods, each text once.
type periodReader map[string]calendar.Period

func (c periodReader) read(text string) (calendar.Period, error) {
	if p, ok := c[text]; ok {
		return p, nil
	}
	p, err := calendar.ParsePeriod(text)
	c[text] = p
	return p, err
}

// instantReader reads stored instants likewise.
type instantReader map[string]time.Time

func (c instantReader) read(text string) (time.Time, error) {
	if t, ok := c[text]; ok {
		return t, nil
	}
	var t instant
	err := t.Scan(text)
	c[text] = t.Time
	return t.Time, err
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

// inOrder is the order of Observations.
const inOrder = " ORDER BY b.indicator, b.org, b.tenant, b.period, b.until_pos > b.from_pos, b.vintage"

// Values is Observations without the lineage (file, sheet, rows, note): what is drawn of
// many series.
func (s *Store) Values(ctx context.Context, sc access.Scope, want Wanted) ([]indicator.Observation, error) {
	query, args := want.where(sc, visible(sc, "b.org", "$2", "$1"))
	rows, err := s.read.QueryContext(ctx, valueSelect+query+inOrder, args...)
	list, err := collect(s.engine, rows, err, "read values", newValueReader().scan)
	if n := s.guard(sc); n != nil {
		n.hide(list)
	}
	return list, err
}

// History is every vintage that was ever in force of every value that the scope may
// see, without the lineage, in the order of Observations.
func (s *Store) History(ctx context.Context, sc access.Scope) ([]indicator.Observation, error) {
	query, args := Wanted{Vintages: true}.where(sc, visible(sc, "b.org", "$2", "$1"))
	rows, err := s.read.QueryContext(ctx, valueSelect+query+" AND b.until_pos > b.from_pos ORDER BY b.indicator, b.org, b.tenant, b.period, b.vintage", args...)
	return collect(s.engine, rows, err, "read the history", newValueReader().scan)
}

func (s *Store) observations(ctx context.Context, sc access.Scope, want Wanted, seen string) ([]indicator.Observation, error) {
	query, args := want.where(sc, seen)
	rows, err := s.read.QueryContext(ctx, observationSelect+query+inOrder, args...)
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
