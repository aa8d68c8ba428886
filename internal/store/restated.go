package store

import (
	"context"
	"database/sql"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/indicator"
)

// Restated is the values of one indicator that a publisher changed.
type Restated struct {
	Indicator indicator.ID
	Values    int // that superseded earlier ones
	Orgs      int
	From, To  calendar.Period
	Delivery  delivery.ID // the newest that brought them
}

// Restated is what was restated after one position and up to the scope's, by
// indicator, of the organisations that the scope may see. It looks only into
// deliveries that superseded something.
func (s *Store) Restated(ctx context.Context, sc access.Scope, after int64) ([]Restated, error) {
	// CROSS JOIN keeps SQLite in this order: a few deliveries first, then only their
	// observations by the index; PostgreSQL finds it by itself.
	rows, err := s.read.QueryContext(ctx, `SELECT b.indicator, COUNT(*), COUNT(DISTINCT b.org), MIN(b.period), MAX(b.period), MAX(b.delivery)
		FROM delivery d CROSS JOIN observation b WHERE b.delivery = d.id AND b.vintage > 1 AND b.until_pos > b.from_pos AND b.from_pos > $3 AND b.from_pos <= $1
		AND `+holds("d", "$1")+" AND d.superseding > 0 AND d.from_pos > $3 AND "+mine(sc, "b.tenant", "$2")+" AND "+visible(sc, "b.org", "$2", "$1")+
		" GROUP BY b.indicator ORDER BY COUNT(*) DESC, b.indicator", position(sc), sc.Tenant, after)
	return collect(s.engine, rows, err, "list what was restated", func(r *sql.Rows) (x Restated, err error) {
		var from, to string
		if err = r.Scan(&x.Indicator, &x.Values, &x.Orgs, &from, &to, &x.Delivery); err != nil {
			return x, err
		}
		if x.From, err = calendar.ParsePeriod(from); err != nil {
			return x, err
		}
		x.To, err = calendar.ParsePeriod(to)
		return x, err
	})
}

// Restatement is one value before and after a delivery changed it.
type Restatement struct {
	Before, After indicator.Observation
}

// Restatements is what a delivery restated of the organisations that the scope may
// see: each value that it brought in place of an earlier one, with that one, by
// organisation, indicator and period, at most limit.
func (s *Store) Restatements(ctx context.Context, sc access.Scope, id delivery.ID, limit int) ([]Restatement, error) {
	read := func(join, alias string) ([]indicator.Observation, error) {
		rows, err := s.read.QueryContext(ctx, observationSelect+join+" WHERE "+alias+".delivery = $3 AND "+alias+".vintage > 1 AND "+alias+".until_pos > "+alias+".from_pos AND "+alias+".from_pos <= $1 AND "+
			mine(sc, "b.tenant", "$2")+" AND "+visible(sc, "b.org", "$2", "$1")+" ORDER BY b.org, b.indicator, b.period, b.tenant, b.vintage LIMIT $4", position(sc), sc.Tenant, id, limit)
		list, err := collect(s.engine, rows, err, "read what a delivery restated", scanObservation)
		if n := s.guard(sc); n != nil {
			n.hide(list)
		}
		return list, err
	}
	after, err := read("", "b")
	if err != nil || len(after) == 0 {
		return nil, err
	}
	before, err := read(" JOIN observation n ON n.indicator = b.indicator AND n.org = b.org AND n.period = b.period AND n.tenant = b.tenant AND n.from_pos = b.until_pos AND n.vintage > b.vintage", "n")
	if err != nil {
		return nil, err
	}
	if len(before) != len(after) {
		return nil, fault.New(fault.Damaged, "delivery %s restated %d values, of which %d are there as they were", id, len(after), len(before))
	}
	out := make([]Restatement, len(after))
	for i := range out {
		out[i] = Restatement{before[i], after[i]}
	}
	return out, nil
}
