package intake

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/indicator"
	"candour/internal/org"
)

// Parse streams what the file holds. A row that can't be read gives a Refusal
// and the reading goes on; an error means that nothing of the file may be kept
// (it breaks off, or is not what it seemed), and it is an *Unrecognised when its
// reader can do something about it. The same file and definition give the same
// items in the same order.
func (r *Recognised) Parse(ctx context.Context) iter.Seq2[delivery.Item, error] {
	return func(yield func(delivery.Item, error) bool) {
		b, _, err := openBook(r.file, r.limits)
		if err != nil {
			yield(delivery.Item{}, unrecognised(err))
			return
		}
		defer b.Close()
		out := &emitter{yield: yield}
		seen, known, codes := map[uint64]uint64{}, map[org.Code]struct{}{}, map[org.Code]org.Code{}
		for i := range r.Tables {
			t := &tableReader{Table: &r.Tables[i], undefined: r.Undefined, form: r.Form, out: out, whole: r.Period, text: r.Container == string(textFile), seen: seen, known: known, codes: codes}
			if err := t.read(ctx, b); err != nil {
				if !out.stopped {
					yield(delivery.Item{}, unrecognised(err))
				}
				return
			}
			if out.stopped {
				return
			}
		}
		if out.total.Taken == 0 && out.total.Refused == 0 {
			yield(delivery.Item{}, unrecognised(refuse(CodeEmpty, "a header and no rows with data", "at least one row with data", "download the file again, or wait for the publisher to fill it")))
		}
	}
}

// emitter hands items over and counts rows, which it reports in batches.
type emitter struct {
	yield   func(delivery.Item, error) bool
	stopped bool
	pending delivery.Row
	total   delivery.Row
}

func (e *emitter) emit(item delivery.Item) bool {
	if !e.stopped {
		e.stopped = !e.yield(item, nil)
	}
	return !e.stopped
}

// rows counts rows; a batch is reported now and then, so that a long file
// doesn't make an item for each.
func (e *emitter) rows(taken, skipped, refusedRows int) {
	e.pending.Taken += taken
	e.pending.Skipped += skipped
	e.pending.Refused += refusedRows
	if e.pending.Taken+e.pending.Skipped+e.pending.Refused >= 1000 {
		e.flush()
	}
}

func (e *emitter) flush() {
	if e.pending == (delivery.Row{}) {
		return
	}
	batch := e.pending
	e.pending = delivery.Row{}
	e.total.Taken += batch.Taken
	e.total.Skipped += batch.Skipped
	e.total.Refused += batch.Refused
	e.emit(delivery.Item{Row: &batch})
}

// tableReader reads one table.
type tableReader struct {
	*Table
	undefined  func(indicator.ID) (near []indicator.ID, undefined bool)
	form       func(indicator.ID) (indicator.Form, bool)
	out        *emitter
	whole      calendar.Period   // of the file, zero when rows carry their own
	text       bool              // a text file: rows must be as wide as the header
	seen       map[uint64]uint64 // readings given, by key, each with the digest of its value
	known      map[org.Code]struct{}
	codes      map[org.Code]org.Code // one copy of each code (see own)
	sums       *sums
	lastPeriod lastPeriod
	// measures says which of the layout's measures the file has columns for.
	measures []bool

	row    row
	about  indicator.Reading // what the row tells, as far as it was read
	gave   bool              // the row gave data
	faulty bool              // the row gave a refusal
}

func (t *tableReader) read(ctx context.Context, b book) error {
	if t.Layout.Shape == "sums" {
		t.sums = newSums()
	}
	for i := range t.Layout.Measures {
		t.measures = append(t.measures, t.given(&t.Layout.Measures[i]))
	}
	for r, err := range b.rows(t.Sheet) {
		if err != nil {
			return err
		}
		if r.number&1023 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		t.row, t.about, t.gave, t.faulty = r, indicator.Reading{}, false, false
		if r.bad != nil {
			t.refusal(r.bad.Refusal)
		} else {
			t.take()
		}
		switch {
		case t.gave && t.faulty:
			t.out.rows(1, 0, 1)
		case t.gave:
			t.out.rows(1, 0, 0)
		case t.faulty:
			t.out.rows(0, 0, 1)
		default:
			t.out.rows(0, 1, 0)
		}
		if t.out.stopped {
			return nil
		}
	}
	if t.sums != nil {
		t.sums.emit(t)
	}
	t.out.flush()
	return nil
}

// take reads one row; rows that carry no data by design leave no trace.
func (t *tableReader) take() {
	cells := t.row.cells
	if t.row.number <= t.header || t.row.blank() {
		return
	}
	for _, i := range t.bind.hidden {
		if i < len(cells) {
			cells[i] = ""
		}
	}
	if t.skipped(cells) {
		t.footnote(cells)
		return
	}
	if !t.shaped(cells) {
		return
	}
	switch t.Layout.Shape {
	case "successions":
		t.succession(cells)
	case "register":
		t.register(cells)
	default:
		t.measured(cells)
	}
}

// measured reads a row of figures: whom it is about, when, and each measure.
func (t *tableReader) measured(cells []string) {
	code, ok := t.organisation(cells)
	if !ok {
		return
	}
	t.about.Org = code
	if t.Layout.Register != nil {
		t.register(cells)
	}
	if len(t.Layout.Measures) == 0 {
		return
	}
	if t.Layout.Shape == "months" {
		t.months(code, cells)
		return
	}
	period, ok := t.period(cells)
	if !ok {
		return
	}
	t.about.Period = period
	for i := range t.Layout.Measures {
		m := &t.Layout.Measures[i]
		t.about.Indicator = m.Indicator
		if !t.measures[i] || !t.all(m.Where, cells) {
			continue
		}
		if t.sums != nil {
			t.sums.add(t, i, code, period, cells)
			continue
		}
		t.measure(m, code, period, cells)
	}
}

func (t *tableReader) skipped(cells []string) bool {
	for i := range t.Layout.Skip {
		if t.holds(&t.Layout.Skip[i], cells) {
			return true
		}
	}
	return !t.all(t.Layout.Where, cells)
}

func (t *tableReader) all(tests []Test, cells []string) bool {
	for i := range tests {
		if !t.holds(&tests[i], cells) {
			return false
		}
	}
	return true
}

// holds reports whether a row passes a test.
func (t *tableReader) holds(test *Test, cells []string) bool {
	if test.Only == "first" {
		for i, c := range cells {
			if full := strings.TrimSpace(c) != ""; full != (i == 0) {
				return false
			}
		}
		return len(cells) > 0
	}
	cell := strings.TrimSpace(t.cell(cells, test.Column))
	if len(test.Is) > 0 && !anyFold(test.Is, cell) || anyFold(test.Not, cell) {
		return false
	}
	return test.matches == nil || test.matches.MatchString(cell)
}

func anyFold(words []string, cell string) bool {
	for _, w := range words {
		if strings.EqualFold(w, cell) {
			return true
		}
	}
	return false
}

// shaped refuses rows of text files with fewer cells than the layout reads, or
// with more than the header has: an unquoted delimiter has shifted them.
func (t *tableReader) shaped(cells []string) bool {
	if !t.text {
		return true
	}
	most := len(t.bind.names)
	if t.Layout.Recognise.NoHeader {
		most = t.bind.width
		if n := len(t.Layout.Recognise.Fields); n > 0 {
			most = t.Layout.Recognise.Fields[n-1]
		}
	}
	extra := 0
	for _, c := range cells[min(most, len(cells)):] {
		if strings.TrimSpace(c) != "" {
			extra++
		}
	}
	if len(cells) >= t.bind.width && extra == 0 {
		return true
	}
	expected := fmt.Sprintf("%d cells, as in the header", most)
	if t.header == 0 {
		expected = fmt.Sprintf("%d to %d cells", t.bind.width, most)
	}
	t.refusal(delivery.Refusal{
		Code: CodeMisshapen, Found: fmt.Sprintf("%d cells", len(cells)), Expected: expected,
		Advice: "put quotation marks round text that holds the delimiter, or restore the cells that are cut off",
	})
	return false
}

// organisation is whom the row is about.
func (t *tableReader) organisation(cells []string) (org.Code, bool) {
	rule := &t.Layout.Organisation
	if rule.Fixed != "" {
		return org.Code(rule.Fixed), true
	}
	text := strings.TrimSpace(t.cell(cells, rule.Column))
	if ods, ok := rule.Codes[text]; ok {
		text = ods
	}
	code, err := org.ParseCode(text)
	if err != nil {
		found := fmt.Sprintf("%q", excerpt(text))
		if text == "" {
			found = "no code"
		}
		t.refusal(delivery.Refusal{
			Column: t.columnName(t.bind.at[rule.Column]), Code: CodeOrganisation, Found: found, Expected: "one organisation code of 3 to 9 letters and digits",
			Advice: "if the row is a total or a note, add it to skip in the source definition; if it is several organisations together, load their own rows instead",
		})
		return "", false
	}
	if name := t.cell(cells, rule.Name); rule.Name != "" && name != "" && t.Layout.Register == nil {
		t.named(code, name)
	}
	return t.own(code), true
}

// own is the one copy of a code that is kept: a code as cut out of its row would
// keep the whole row in memory for as long as its reading is held.
func (t *tableReader) own(code org.Code) org.Code {
	kept, ok := t.codes[code]
	if !ok {
		kept = org.Code(strings.Clone(string(code)))
		t.codes[kept] = kept
	}
	return kept
}

// named tells once what a code is called here; registers know better.
func (t *tableReader) named(code org.Code, name string) {
	if _, ok := t.known[code]; ok {
		return
	}
	t.known[code] = struct{}{}
	name = strings.TrimSpace(strings.TrimRight(strings.TrimSpace(name), t.Layout.Organisation.Marks))
	t.out.emit(delivery.Item{Organisation: &org.Organisation{Code: code, Name: name, Role: org.Unknown}})
}

// lastPeriod remembers how the period of the row before was read: in most files
// the next has the same, and reading it takes longer than the rest of the row.
type lastPeriod struct {
	column, year, month string
	period              calendar.Period
	ok                  bool
}

func (l *lastPeriod) of(t *tableReader, cells []string) (calendar.Period, bool) {
	rule := &t.Layout.Period
	column, year, month := t.cell(cells, rule.Column), t.cell(cells, rule.Year), t.cell(cells, rule.Month)
	if !l.ok || column != l.column || year != l.year || month != l.month {
		p, ok := t.rowPeriod(cells)
		*l = lastPeriod{strings.Clone(column), strings.Clone(year), strings.Clone(month), p, ok}
	}
	return l.period, l.ok
}

// period is when the row is about.
func (t *tableReader) period(cells []string) (calendar.Period, bool) {
	rule := &t.Layout.Period
	if !rule.inRows() {
		return t.whole, true
	}
	p, ok := t.lastPeriod.of(t, cells)
	if ok && rule.Whole && p != t.whole {
		ok = false
	}
	if ok {
		return p, true
	}
	key := rule.Column
	found := t.cell(cells, key)
	if rule.Year != "" {
		key = rule.Month
		found = t.cell(cells, rule.Year) + " " + t.cell(cells, rule.Month)
	}
	expected := "a " + rule.Kind.String() + ", such as " + example(rule.Kind)
	if rule.Any {
		expected = "a period, such as 2025-04, 2025-Q2, FY2025, 2025 or R12-2025-03"
	}
	if rule.Whole && !t.whole.IsZero() {
		expected = t.whole.String() + ", as in the rest of the file"
	}
	t.refusal(delivery.Refusal{
		Column: t.columnName(t.bind.at[key]), Code: CodePeriod, Found: fmt.Sprintf("%q", excerpt(found)), Expected: expected,
		Advice: "correct the cell, or ask the publisher which period the row is for",
	})
	return calendar.Period{}, false
}
