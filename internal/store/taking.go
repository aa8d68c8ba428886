package store

import (
	"database/sql"
	"fmt"
	"iter"
	"math"

	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/indicator"
	"candour/internal/ledger"
	"candour/internal/org"
)

// taking applies what one delivery's file yields. Observations wait in a buffer
// so that inserts go in batches; what is held is read once for each indicator
// and period that the file touches.
type taking struct {
	projection
	entry    ledger.Entry
	d        *delivery.Delivery
	held     map[heldKey]map[org.Code]*held
	rows     [][]any
	ended    []ended
	refusals [][]any
	refused  int
	whole    []delivery.Refusal // kept in the entry of a file that can't be read as a whole
	first    calendar.Period    // earliest period of a reading
	last     calendar.Period    // latest
}

type heldKey struct {
	indicator indicator.ID
	period    calendar.Period
}

// held is the newest observation of one organisation for an indicator and period.
type held struct {
	vintage         int
	presence        indicator.Presence
	num, den, value float64
	mine            bool // this delivery brought it
	rows            string
}

type ended struct {
	key     heldKey
	org     org.Code
	vintage int
}

// bufferRows bounds the memory that a delivery's rows take before they are
// written.
const bufferRows = 4000

// all takes every item, in order.
func (t *taking) all(items iter.Seq2[delivery.Item, error]) error {
	t.held = map[heldKey]map[org.Code]*held{}
	for item, err := range items {
		if err != nil {
			return err
		}
		if err := t.one(item); err != nil {
			return err
		}
		if len(t.rows) >= bufferRows || len(t.refusals) >= bufferRows {
			if err := t.flush(); err != nil {
				return err
			}
		}
	}
	return t.flush()
}

func (t *taking) one(item delivery.Item) error {
	switch {
	case item.Reading != nil:
		return t.reading(item.Reading)
	case item.Organisation != nil:
		return projectOrganisation(&t.projection, t.entry, *item.Organisation)
	case item.Succession != nil:
		return projectSuccession(&t.projection, t.entry, *item.Succession)
	case item.Refusal != nil:
		t.refuse(*item.Refusal)
	case item.Row != nil:
		t.d.Counts.Add(*item.Row)
	}
	return nil
}

// reading compares a reading with what is held and keeps it when it differs.
func (t *taking) reading(r *indicator.Reading) error {
	t.span(r.Period)
	key := heldKey{r.Indicator, r.Period}
	byOrg, err := t.lookup(key)
	if err != nil {
		return err
	}
	now := &held{vintage: 1, presence: r.Presence, num: r.Numerator, den: r.Denominator, value: r.Value, mine: true, rows: r.Rows}
	if was := byOrg[r.Org]; was != nil {
		switch {
		case was.same(now):
			if !was.mine {
				t.d.Unchanged++
			}
			return nil
		case was.mine:
			t.d.Quarantined++
			t.refuse(delivery.Refusal{
				Sheet: r.Sheet, Row: firstRow(r.Rows), Column: string(r.Indicator), Code: "value-twice",
				Found:    fmt.Sprintf("a second, different value for %s in %s", r.Org, r.Period),
				Expected: "one value; row " + was.rows + " has another",
				Advice:   "Keep the row that is right, remove the other, and load the file again. The first was taken.",
				About:    r,
			})
			return nil
		}
		now.vintage = was.vintage + 1
		t.ended = append(t.ended, ended{key, r.Org, was.vintage})
		t.d.Superseding++
	} else {
		t.d.New++
	}
	byOrg[r.Org] = now
	t.rows = append(t.rows, []any{
		r.Indicator, r.Org, r.Period.String(), t.d.Tenant, now.vintage, r.Presence, r.Numerator, r.Denominator, r.Value,
		t.d.ID, r.Sheet, r.Rows, r.Note, at(t.d.Published), at(t.entry.Instant), int64(t.entry.Position), open,
	})
	return nil
}

// span widens the stretch of time that the file's readings are about.
func (t *taking) span(p calendar.Period) {
	if t.first.IsZero() || p.Start().Before(t.first.Start()) {
		t.first = p
	}
	if t.last.IsZero() || p.End().After(t.last.End()) {
		t.last = p
	}
}

// periods is that stretch in words: "April 2013 to March 2014".
func (t *taking) periods() string {
	switch {
	case t.first.IsZero():
		return ""
	case t.first == t.last:
		return t.first.Words()
	}
	return t.first.Words() + " to " + t.last.Words()
}

// same reports whether two values agree, to one part in a thousand million:
// publishers re-save fractions with fewer digits.
func (h *held) same(o *held) bool {
	return h.presence == o.presence && sameFloat(h.num, o.num) && sameFloat(h.den, o.den) && sameFloat(h.value, o.value)
}

func sameFloat(a, b float64) bool {
	return math.Abs(a-b) <= 1e-9*math.Max(math.Abs(a), math.Abs(b))
}

func firstRow(rows string) (n int) {
	_, _ = fmt.Sscanf(rows, "%d", &n) // none: the whole sheet
	return n
}

// lookup is what is held for an indicator and period.
func (t *taking) lookup(key heldKey) (map[org.Code]*held, error) {
	if byOrg, ok := t.held[key]; ok {
		return byOrg, nil
	}
	rows, err := t.tx.QueryContext(t.ctx, `SELECT org, vintage, presence, numerator, denominator, value FROM observation
		WHERE indicator = $1 AND period = $2 AND tenant = $3 AND until_pos = $4`, key.indicator, key.period.String(), t.d.Tenant, open)
	byOrg := map[org.Code]*held{}
	_, err = collect(t.store.engine, rows, err, "read what is held", func(r *sql.Rows) (struct{}, error) {
		var code org.Code
		var h held
		err := r.Scan(&code, &h.vintage, &h.presence, &h.num, &h.den, &h.value)
		byOrg[code] = &h
		return struct{}{}, err
	})
	t.held[key] = byOrg
	return byOrg, err
}

func (t *taking) refuse(q delivery.Refusal) {
	t.refused++
	if t.d.Status == delivery.Quarantined || t.d.Status == delivery.Waiting {
		t.whole = append(t.whole, q)
	}
	var about indicator.Reading
	if q.About != nil {
		about = *q.About
	}
	t.refusals = append(t.refusals, []any{
		t.d.ID, t.refused, q.Sheet, q.Row, q.Column, q.Code, q.Found, q.Expected, q.Advice, q.Raw,
		about.Indicator, about.Org, about.Period.String(), about.Presence, about.Numerator, about.Denominator, about.Value,
		int64(t.entry.Position), open,
	})
}

var observationColumns = []string{
	"indicator", "org", "period", "tenant", "vintage", "presence", "numerator", "denominator", "value", "delivery", "sheet",
	"file_rows", "note", "published", "received", "from_pos", "until_pos",
}

// flush writes what waits: first the ends of what is superseded, then the new.
func (t *taking) flush() error {
	for _, x := range t.ended {
		if err := t.exec("supersede an observation", `UPDATE observation SET until_pos = $1
			WHERE indicator = $2 AND org = $3 AND period = $4 AND tenant = $5 AND vintage = $6`,
			int64(t.entry.Position), x.key.indicator, x.org, x.key.period.String(), t.d.Tenant, x.vintage); err != nil {
			return err
		}
	}
	if err := t.store.engine.insert(t.ctx, t.tx, "observation", observationColumns, t.rows); err != nil {
		return err
	}
	err := t.store.engine.insert(t.ctx, t.tx, "refusal", []string{
		"delivery", "n", "sheet", "row_number", "column_name", "code", "found", "expected", "advice", "raw",
		"indicator", "org", "period", "presence", "numerator", "denominator", "value", "from_pos", "until_pos",
	}, t.refusals)
	t.ended, t.rows, t.refusals = t.ended[:0], t.rows[:0], t.refusals[:0]
	return err
}
