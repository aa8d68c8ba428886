package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/ledger"
	"candour/internal/org"
	"candour/internal/record"
)

var verdictColumns = []string{
	"indicator", "org", "tenant", "last_period", "value_period", "value", "presence", "variation", "assurance", "charted", "definition", "from_pos", "until_pos",
}

func projectVerdicts(p *projection, e ledger.Entry, w record.Watch) error {
	closing, err := p.stmts.prepare(p.ctx, p.tx, `UPDATE verdict SET until_pos = $1 WHERE indicator = $2 AND org = $3 AND tenant = $4 AND +until_pos = $5`)
	if err != nil {
		return p.store.engine.fault(err, "end verdicts")
	}
	ended := func(x finding.Series) error {
		_, err := closing.ExecContext(p.ctx, int64(e.Position), x.Indicator, x.Org, x.Tenant, open)
		return p.store.engine.fault(err, "end a verdict")
	}
	for _, x := range w.Dropped {
		if err := ended(x); err != nil {
			return err
		}
	}
	rows := make([][]any, 0, len(w.Verdicts))
	for i := range w.Verdicts {
		v := &w.Verdicts[i]
		if err := ended(v.Series()); err != nil {
			return err
		}
		rows = append(rows, []any{
			v.Indicator, v.Org, v.Tenant, v.Last.String(), v.At.String(), v.Value, v.Presence, v.Variation, v.Assurance, bit(v.Charted), v.Definition,
			int64(e.Position), open,
		})
	}
	return p.store.engine.insert(p.ctx, p.tx, "verdict", verdictColumns, rows)
}

// Verdicts is where the series that the scope may see stand, as of its position,
// by indicator, organisation and tenant. want's period and vintages say nothing
// here.
func (s *Store) Verdicts(ctx context.Context, sc access.Scope, want Wanted) ([]finding.Verdict, error) {
	args := []any{position(sc), sc.Tenant}
	conditions := []string{holds("b", "$1"), mine(sc, "b.tenant", "$2"), visible(sc, "b.org", "$2", "$1")}
	conditions, args = want.among(conditions, args)
	rows, err := s.read.QueryContext(ctx, `SELECT b.indicator, b.org, b.tenant, b.last_period, b.value_period, b.value, b.presence, b.variation,
		b.assurance, b.charted, b.definition FROM verdict b WHERE `+strings.Join(conditions, " AND ")+" ORDER BY b.indicator, b.org, b.tenant", args...)
	periods := periodReader{}
	list, err := collect(s.engine, rows, err, "list verdicts", func(r *sql.Rows) (v finding.Verdict, err error) {
		var last, at string
		var charted int
		if err = r.Scan(&v.Indicator, &v.Org, &v.Tenant, &last, &at, &v.Value, &v.Presence, &v.Variation, &v.Assurance, &charted, &v.Definition); err != nil {
			return v, err
		}
		v.Charted = charted != 0
		if v.Last, err = periods.read(last); err != nil {
			return v, err
		}
		v.At, err = periods.read(at)
		return v, err
	})
	if n := s.guard(sc); n != nil && err == nil {
		err = s.hideVerdicts(ctx, sc, n, list)
	}
	return list, err
}

// Measured is one indicator of which values are held, for lists and choices.
type Measured struct {
	Indicator indicator.ID
	Orgs      int
	Newest    calendar.Period
}

// Measured lists the indicators that the scope can see values of, as the watch
// last read them.
func (s *Store) Measured(ctx context.Context, sc access.Scope) ([]Measured, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT b.indicator, COUNT(DISTINCT b.org), MAX(b.last_period) FROM verdict b WHERE `+
		holds("b", "$1")+" AND "+mine(sc, "b.tenant", "$2")+" AND "+visible(sc, "b.org", "$2", "$1")+" GROUP BY b.indicator ORDER BY b.indicator",
		position(sc), sc.Tenant)
	return collect(s.engine, rows, err, "list what is measured", func(r *sql.Rows) (m Measured, err error) {
		var period string
		if err = r.Scan(&m.Indicator, &m.Orgs, &period); err != nil {
			return m, err
		}
		m.Newest, err = calendar.ParsePeriod(period)
		return m, err
	})
}

// Reported is the organisations of which a value, or a reason for none, is held for
// the period that is asked for of each indicator.
func (s *Store) Reported(ctx context.Context, sc access.Scope, due map[indicator.ID]calendar.Period) (map[indicator.ID][]org.Code, error) {
	out := map[indicator.ID][]org.Code{}
	if len(due) == 0 {
		return out, nil
	}
	args, pairs := []any{position(sc), sc.Tenant}, make([]string, 0, len(due))
	for _, id := range slices.Sorted(maps.Keys(due)) {
		args = append(args, id, due[id].String())
		pairs = append(pairs, fmt.Sprintf("(CAST($%d AS codetext), CAST($%d AS codetext))", len(args)-1, len(args)))
	}
	// The join by pairs is what makes this fast. SQLite takes the tables of a cross join
	// in their order; putting the code together with nothing keeps PostgreSQL from walking
	// all values of each organisation instead.
	rows, err := s.read.QueryContext(ctx, "WITH due (indicator, period) AS (VALUES "+strings.Join(pairs, ", ")+`)
		SELECT DISTINCT b.indicator, b.org FROM due CROSS JOIN observation b WHERE b.indicator = due.indicator AND b.period = due.period
		AND `+holds("b", "$1")+" AND "+mine(sc, "b.tenant", "$2")+" AND "+visible(sc, "(b.org || '')", "$2", "$1")+" ORDER BY b.indicator, b.org", args...)
	_, err = collect(s.engine, rows, err, "list who reported", func(r *sql.Rows) (struct{}, error) {
		var id indicator.ID
		var code org.Code
		err := r.Scan(&id, &code)
		out[id] = append(out[id], code)
		return struct{}{}, err
	})
	return out, err
}

// NewestReported is the newest period of each of some indicators of which a value, or
// a reason for none, is held that the scope may see; those of which nothing ever came
// are absent.
func (s *Store) NewestReported(ctx context.Context, sc access.Scope, ids []indicator.ID) (map[indicator.ID]calendar.Period, error) {
	out := map[indicator.ID]calendar.Period{}
	if len(ids) == 0 {
		return out, nil
	}
	args := []any{position(sc), sc.Tenant}
	asked := make([]string, len(ids))
	for i, id := range ids {
		args = append(args, id)
		asked[i] = fmt.Sprintf("(CAST($%d AS codetext))", len(args))
	}
	rows, err := s.read.QueryContext(ctx, "WITH asked (indicator) AS (VALUES "+strings.Join(asked, ", ")+`)
		SELECT asked.indicator, COALESCE((SELECT b.period FROM observation b WHERE b.indicator = asked.indicator AND `+
		holds("b", "$1")+" AND "+mine(sc, "b.tenant", "$2")+" AND "+visible(sc, "(b.org || '')", "$2", "$1")+" ORDER BY b.period DESC LIMIT 1), '') FROM asked", args...)
	_, err = collect(s.engine, rows, err, "list the newest that came", func(r *sql.Rows) (struct{}, error) {
		var id indicator.ID
		var period string
		if err := r.Scan(&id, &period); err != nil || period == "" {
			return struct{}{}, err
		}
		var err error
		out[id], err = calendar.ParsePeriod(period)
		return struct{}{}, err
	})
	return out, err
}

// Arrivals is when the newest delivery with values that the scope may see came,
// and how many such deliveries came after a position: what the watch has not read
// yet when that is where its last run stopped.
func (s *Store) Arrivals(ctx context.Context, sc access.Scope, after int64) (newest time.Time, since int, err error) {
	var at instant
	err = s.read.QueryRowContext(ctx, `SELECT COALESCE(MAX(d.received), ''), COALESCE(SUM(CASE WHEN d.from_pos > $3 THEN 1 ELSE 0 END), 0)
		FROM delivery d WHERE d.added + d.superseding > 0 AND `+holds("d", "$1")+" AND "+mine(sc, "d.tenant", "$2"),
		position(sc), sc.Tenant, after).Scan(&at, &since)
	return at.Time, since, s.engine.fault(err, "read the newest arrival")
}

// ChangedSeries is the series with values of deliveries that were recorded after a
// position, up to the scope's. It is asked by the watch alone; any other viewer
// gets none.
func (s *Store) ChangedSeries(ctx context.Context, sc access.Scope, after int64) ([]finding.Series, error) {
	if !sc.All {
		return nil, nil
	}
	rows, err := s.read.QueryContext(ctx, `SELECT DISTINCT b.indicator, b.org, b.tenant FROM observation b WHERE b.from_pos > $1 AND b.from_pos <= $2
		AND b.delivery IN (SELECT d.id FROM delivery d WHERE d.from_pos > $1 AND d.from_pos <= $2)`, after, position(sc))
	return collect(s.engine, rows, err, "list the series that changed", func(r *sql.Rows) (x finding.Series, err error) {
		return x, r.Scan(&x.Indicator, &x.Org, &x.Tenant)
	})
}

// ChangedOrganisations is the organisations of which something else was recorded
// after a position, up to the scope's. It is asked by the watch alone.
func (s *Store) ChangedOrganisations(ctx context.Context, sc access.Scope, after int64) ([]org.Code, error) {
	if !sc.All {
		return nil, nil
	}
	rows, err := s.read.QueryContext(ctx, `SELECT DISTINCT o.code FROM organisation o WHERE o.from_pos > $1 AND o.from_pos <= $2`, after, position(sc))
	return collect(s.engine, rows, err, "list the organisations that changed", func(r *sql.Rows) (c org.Code, err error) { return c, r.Scan(&c) })
}

// ChangedLimits is the charts whose limits were set or taken back after a position,
// up to the scope's. It is asked by the watch alone.
func (s *Store) ChangedLimits(ctx context.Context, sc access.Scope, after int64) ([]finding.Series, error) {
	if !sc.All {
		return nil, nil
	}
	rows, err := s.read.QueryContext(ctx, `SELECT DISTINCT n.indicator, n.org, n.tenant FROM note n WHERE n.sort = 'limits'
		AND (n.from_pos > $1 AND n.from_pos <= $2 OR n.until_pos > $1 AND n.until_pos <= $2)`, after, position(sc))
	return collect(s.engine, rows, err, "list the charts whose limits changed", func(r *sql.Rows) (x finding.Series, err error) {
		return x, r.Scan(&x.Indicator, &x.Org, &x.Tenant)
	})
}
