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
	entry     ledger.Entry
	d         *delivery.Delivery
	held      map[heldKey]map[org.Code]*held
	rows      [][]any
	ended     []ended
	refusals  [][]any
	refused   int
	published string             // when the file was published, as stored
	whole     []delivery.Refusal // kept in the entry of a file that can't be read as a whole
	first     calendar.Period    // earliest period of a reading
	last      calendar.Period    // latest
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
	published       string // as stored; "" where its file didn't say
	early           bool   // it was given before its period had ended
	last            int    // the highest vintage of the value, in force or not
	late            *held  // of this delivery, an older publication than this one
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
	stated, err := at(t.d.Published).Value()
	if err != nil {
		return err
	}
	t.published, _ = stated.(string)
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
	if r.Period.Start().After(t.entry.Instant) {
		t.notBegun(r)
		return nil
	}
	now := &held{vintage: 1, early: indicator.GivenEarly(r.Period, t.entry.Instant), presence: r.Presence, num: r.Numerator, den: r.Denominator, value: r.Value, mine: true, rows: r.Rows, published: t.published, last: 1}
	was := byOrg[r.Org]
	switch {
	case was == nil:
		t.d.New++
	case was.same(now) && (!was.early || now.early): // one given after the end says that it is the whole
		if !was.mine {
			t.d.Unchanged++
		}
		return nil
	case was.mine:
		t.twice(r, was)
		return nil
	case now.olderThan(was):
		t.late(r, was, now)
		return nil
	default:
		now.vintage = was.last + 1
		now.last = now.vintage
		t.ended = append(t.ended, ended{key, r.Org, was.vintage})
		t.d.Superseding++
	}
	byOrg[r.Org] = now
	t.keep(r, now, open)
	return nil
}

// olderThan reports whether h was published before o, as far as both files say when.
func (h *held) olderThan(o *held) bool {
	return h.published != "" && o.published != "" && h.published < o.published
}

// late keeps a value of an older publication than the one held: as a vintage that was
// never in force, so that it can be read and replaces nothing.
func (t *taking) late(r *indicator.Reading, was, now *held) {
	switch {
	case was.late == nil:
	case was.late.same(now):
		return
	default:
		t.twice(r, was.late)
		return
	}
	was.last++
	now.vintage, was.late = was.last, now
	t.d.Earlier++
	t.keep(r, now, int64(t.entry.Position))
}

// twice refuses a second, different value of one file; the first was taken.
func (t *taking) twice(r *indicator.Reading, first *held) {
	t.d.Quarantined++
	t.refuse(delivery.Refusal{
		Sheet: r.Sheet, Row: firstRow(r.Rows), Column: string(r.Indicator), Code: "value-twice",
		Found:    fmt.Sprintf("a second, different value for %s in %s", r.Org, r.Period),
		Expected: "one value; row " + first.rows + " has another",
		Advice:   "Keep the row that is right, remove the other, and load the file again. The first was taken.",
		About:    r,
	})
}

// notBegun refuses a value of a period that lies ahead: nothing of it can be known.
func (t *taking) notBegun(r *indicator.Reading) {
	t.d.Quarantined++
	t.refuse(delivery.NotBegun(r))
}

// keep writes an observation which holds until a position.
func (t *taking) keep(r *indicator.Reading, h *held, until int64) {
	t.rows = append(t.rows, []any{
		r.Indicator, r.Org, r.Period.String(), t.d.Tenant, h.vintage, r.Presence, r.Numerator, r.Denominator, r.Value,
		t.d.ID, r.Sheet, r.Rows, r.Note, at(t.d.Published), at(t.entry.Instant), int64(t.entry.Position), until,
	})
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

// lookup is what is held for an indicator and period: of each organisation the value in
// force, and how many vintages there are.
func (t *taking) lookup(key heldKey) (map[org.Code]*held, error) {
	if byOrg, ok := t.held[key]; ok {
		return byOrg, nil
	}
	rows, err := t.tx.QueryContext(t.ctx, `SELECT org, vintage, presence, numerator, denominator, value, published, received, until_pos FROM observation
		WHERE indicator = $1 AND period = $2 AND tenant = $3`, key.indicator, key.period.String(), t.d.Tenant)
	byOrg, last := map[org.Code]*held{}, map[org.Code]int{}
	_, err = collect(t.store.engine, rows, err, "read what is held", func(r *sql.Rows) (struct{}, error) {
		var code org.Code
		var h held
		var until int64
		var received instant
		err := r.Scan(&code, &h.vintage, &h.presence, &h.num, &h.den, &h.value, &h.published, &received, &until)
		h.early = indicator.GivenEarly(key.period, received.Time)
		if last[code] = max(last[code], h.vintage); until == open {
			byOrg[code] = &h
		}
		return struct{}{}, err
	})
	for code, h := range byOrg {
		h.last = last[code]
	}
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
