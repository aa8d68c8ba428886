package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/indicator"
	"candour/internal/org"
)

// Slot is a place in the figures of all organisations: an indicator in a period.
type Slot struct {
	Indicator indicator.ID    // empty: it could not be read which
	Period    calendar.Period // zero: it could not be read which
}

// Touch is what the refused rows of one delivery would touch in one slot.
type Touch struct {
	Delivery delivery.ID
	Slot
	Rows      int // refused rows
	Providers int // different organisations that could be read of them
}

// Touches is the slots that the refused rows of deliveries would touch, most rows
// first, at most limit. Deliveries that the scope may not see touch nothing.
func (s *Store) Touches(ctx context.Context, sc access.Scope, deliveries []delivery.ID, limit int) ([]Touch, error) {
	if len(deliveries) == 0 {
		return nil, nil
	}
	args := []any{position(sc), sc.Tenant, limit}
	for _, id := range deliveries {
		args = append(args, id)
	}
	rows, err := s.read.QueryContext(ctx, `SELECT q.delivery, q.indicator, q.period,
		COUNT(DISTINCT q.sheet || ' ' || CAST(q.row_number AS TEXT)) AS touched, COUNT(DISTINCT NULLIF(q.org, ''))
		FROM refusal q JOIN delivery d ON d.id = q.delivery
		WHERE q.delivery IN (`+marks(4, len(deliveries))+") AND "+holds("q", "$1")+" AND "+holds("d", "$1")+" AND "+mine(sc, "d.tenant", "$2")+`
		GROUP BY q.delivery, q.indicator, q.period ORDER BY touched DESC, q.delivery DESC, q.indicator, q.period LIMIT $3`, args...)
	return collect(s.engine, rows, err, "list what refused rows touch", func(r *sql.Rows) (t Touch, err error) {
		var period string
		if err := r.Scan(&t.Delivery, &t.Indicator, &period, &t.Rows, &t.Providers); err != nil {
			return t, err
		}
		return t, t.Period.UnmarshalText([]byte(period))
	})
}

// ValuesHeld is how many organisations have an observation in each slot: published,
// or of the scope's commissioner, whatever the purview. It counts and names nobody.
func (s *Store) ValuesHeld(ctx context.Context, sc access.Scope, slots []Slot) (map[Slot]int, error) {
	out := map[Slot]int{}
	if len(slots) == 0 {
		return out, nil
	}
	args, pairs := []any{position(sc), sc.Tenant}, make([]string, 0, len(slots))
	for _, x := range slots {
		args = append(args, x.Indicator, x.Period.String())
		pairs = append(pairs, fmt.Sprintf("(CAST($%d AS codetext), CAST($%d AS codetext))", len(args)-1, len(args)))
	}
	rows, err := s.read.QueryContext(ctx, "WITH slot (indicator, period) AS (VALUES "+strings.Join(pairs, ", ")+`)
		SELECT b.indicator, b.period, COUNT(DISTINCT b.org) FROM slot CROSS JOIN observation b WHERE b.indicator = slot.indicator AND b.period = slot.period
		AND `+holds("b", "$1")+" AND "+mine(sc, "b.tenant", "$2")+" GROUP BY b.indicator, b.period", args...)
	_, err = collect(s.engine, rows, err, "count the values held", func(r *sql.Rows) (struct{}, error) {
		var x Slot
		var period string
		var n int
		if err := r.Scan(&x.Indicator, &period, &n); err != nil {
			return struct{}{}, err
		}
		err := x.Period.UnmarshalText([]byte(period))
		out[x] = n
		return struct{}{}, err
	})
	return out, err
}

// Offer is a refused row about one figure, beside the figure that is held.
type Offer struct {
	Refused indicator.Reading // Presence empty: the figure could not be read
	Held    indicator.Reading // Presence empty: none is held
	Code    string            // why it was refused
}

// Offers is the refused rows of a delivery of which indicator, organisation and
// period could be read, in file order, at most limit, each with the figure that it
// would supersede. Only organisations that the scope may see are named.
func (s *Store) Offers(ctx context.Context, sc access.Scope, id delivery.ID, limit int) ([]Offer, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT q.indicator, q.org, q.period, q.code, q.sheet, CAST(q.row_number AS TEXT),
		q.presence, q.numerator, q.denominator, q.value,
		COALESCE(b.presence, ''), COALESCE(b.numerator, 0), COALESCE(b.denominator, 0), COALESCE(b.value, 0)
		FROM refusal q JOIN delivery d ON d.id = q.delivery AND `+holds("d", "$1")+" AND "+mine(sc, "d.tenant", "$2")+`
		LEFT JOIN observation b ON b.indicator = q.indicator AND b.org = q.org AND b.period = q.period AND b.tenant = d.tenant AND `+holds("b", "$1")+`
		WHERE q.delivery = $3 AND q.indicator <> '' AND q.period <> '' AND `+holds("q", "$1")+" AND "+visible(sc, "q.org", "$2", "$1")+`
		ORDER BY q.n LIMIT $4`, position(sc), sc.Tenant, id, limit)
	return collect(s.engine, rows, err, "list refused figures", func(r *sql.Rows) (x Offer, err error) {
		var period string
		q, b := &x.Refused, &x.Held
		if err := r.Scan(&q.Indicator, &q.Org, &period, &x.Code, &q.Sheet, &q.Rows, &q.Presence, &q.Numerator, &q.Denominator, &q.Value,
			&b.Presence, &b.Numerator, &b.Denominator, &b.Value); err != nil {
			return x, err
		}
		b.Indicator, b.Org = q.Indicator, q.Org
		if err := q.Period.UnmarshalText([]byte(period)); err != nil {
			return x, err
		}
		b.Period = q.Period
		return x, nil
	})
}

// Standing is how many providers of each of several commissioners have a value in
// each indicator's period that is due: what a support unit asks for all whom it
// serves, in one query. Commissioners at which the viewer holds no role are left
// out, whatever is asked.
func (s *Store) Standing(ctx context.Context, sc access.Scope, tenants []org.Code, due map[indicator.ID]calendar.Period) (map[org.Code]map[indicator.ID]int, error) {
	out := map[org.Code]map[indicator.ID]int{}
	tenants = served(sc, tenants)
	if len(tenants) == 0 || len(due) == 0 {
		return out, nil
	}
	args := []any{position(sc)}
	for _, code := range tenants {
		args = append(args, code)
		out[code] = map[indicator.ID]int{}
	}
	pairs := make([]string, 0, len(due))
	for _, id := range slices.Sorted(maps.Keys(due)) {
		args = append(args, id, due[id].String())
		pairs = append(pairs, fmt.Sprintf("(CAST($%d AS codetext), CAST($%d AS codetext))", len(args)-1, len(args)))
	}
	rows, err := s.read.QueryContext(ctx, "WITH due (indicator, period) AS (VALUES "+strings.Join(pairs, ", ")+`)
		SELECT pv.tenant, b.indicator, COUNT(DISTINCT b.org) FROM due JOIN observation b ON b.indicator = due.indicator AND b.period = due.period
		JOIN purview pv ON pv.org = b.org AND pv.tenant IN (`+marks(2, len(tenants))+") AND "+holds("pv", "$1")+`
		WHERE `+holds("b", "$1")+" AND (b.tenant = '' OR b.tenant = pv.tenant) GROUP BY pv.tenant, b.indicator", args...)
	_, err = collect(s.engine, rows, err, "see how commissioners' sources stand", func(r *sql.Rows) (struct{}, error) {
		var tenant org.Code
		var id indicator.ID
		var n int
		err := r.Scan(&tenant, &id, &n)
		out[tenant][id] = n
		return struct{}{}, err
	})
	return out, err
}

// NewestStanding is the newest period of each of some indicators that any provider of
// each of several commissioners has; what never came is absent. It is to NewestReported
// what Standing is to Reported.
func (s *Store) NewestStanding(ctx context.Context, sc access.Scope, tenants []org.Code, ids []indicator.ID) (map[org.Code]map[indicator.ID]calendar.Period, error) {
	out := map[org.Code]map[indicator.ID]calendar.Period{}
	tenants = served(sc, tenants)
	if len(tenants) == 0 || len(ids) == 0 {
		return out, nil
	}
	args := []any{position(sc)}
	var pairs []string
	for _, code := range tenants {
		out[code] = map[indicator.ID]calendar.Period{}
		for _, id := range ids {
			args = append(args, code, id)
			pairs = append(pairs, fmt.Sprintf("(CAST($%d AS codetext), CAST($%d AS codetext))", len(args)-1, len(args)))
		}
	}
	rows, err := s.read.QueryContext(ctx, "WITH asked (tenant, indicator) AS (VALUES "+strings.Join(pairs, ", ")+`)
		SELECT asked.tenant, asked.indicator, COALESCE((SELECT b.period FROM observation b WHERE b.indicator = asked.indicator AND `+holds("b", "$1")+`
			AND (b.tenant = '' OR b.tenant = asked.tenant) AND EXISTS (SELECT 1 FROM purview pv WHERE pv.tenant = asked.tenant AND pv.org = b.org AND `+holds("pv", "$1")+`)
			ORDER BY b.period DESC LIMIT 1), '') FROM asked`, args...)
	_, err = collect(s.engine, rows, err, "see what commissioners ever had", func(r *sql.Rows) (struct{}, error) {
		var tenant org.Code
		var id indicator.ID
		var period string
		if err := r.Scan(&tenant, &id, &period); err != nil || period == "" {
			return struct{}{}, err
		}
		var err error
		out[tenant][id], err = calendar.ParsePeriod(period)
		return struct{}{}, err
	})
	return out, err
}

// DeliveriesOf is the newest private deliveries of several commissioners, newest
// first, at most limit. Commissioners at which the viewer holds no role are left out.
func (s *Store) DeliveriesOf(ctx context.Context, sc access.Scope, tenants []org.Code, limit int) ([]delivery.Delivery, error) {
	tenants = served(sc, tenants)
	if len(tenants) == 0 {
		return nil, nil
	}
	args := []any{position(sc), limit}
	for _, code := range tenants {
		args = append(args, code)
	}
	rows, err := s.read.QueryContext(ctx, deliverySelect+" WHERE "+holds("d", "$1")+" AND d.tenant IN ("+marks(3, len(tenants))+") ORDER BY d.number DESC LIMIT $2", args...)
	return collect(s.engine, rows, err, "list commissioners' deliveries", func(r *sql.Rows) (delivery.Delivery, error) { return scanDelivery(r) })
}

// served is those of the commissioners at which the scope's viewer holds a role.
func served(sc access.Scope, tenants []org.Code) []org.Code {
	own := sc.Viewer.Tenants()
	return slices.DeleteFunc(slices.Clone(tenants), func(c org.Code) bool { return c == "" || !slices.Contains(own, c) })
}
