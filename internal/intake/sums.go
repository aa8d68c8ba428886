package intake

import (
	"fmt"
	"slices"
	"strconv"

	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/indicator"
	"candour/internal/org"
)

func sortedStrings(list []string) []string { slices.Sort(list); return list }

// sums adds rows up per organisation, period and measure. It holds one entry for
// each, however long the file.
type sums struct {
	at    map[sumKey]int
	order []sum
}

type sumKey struct {
	measure int
	org     org.Code
	period  calendar.Period
}

type sum struct {
	sumKey
	num, den, applies amount
	note              string
	rows              rowRange
}

func newSums() *sums { return &sums{at: map[sumKey]int{}} }

// add adds one row to the sums of one measure.
func (s *sums) add(t *tableReader, measure int, code org.Code, period calendar.Period, cells []string) {
	m := &t.Layout.Measures[measure]
	num := t.amountOf(cells, m.Numerator, m)
	den := t.amountOf(cells, m.Denominator, m)
	applies := t.amountOf(cells, m.Applies, m)
	for _, a := range []amount{num, den, applies} {
		if a.wrong != "" {
			t.malformed(a.column, a.wrong)
			s.spoil(t, sumKey{measure, code, period})
			return
		}
	}
	e := s.entry(sumKey{measure, code, period})
	t.gave = true
	e.rows.add(t.row.number)
	e.num.add(num)
	e.den.add(den)
	e.applies.add(applies)
	if e.note == "" && (num.presence != indicator.Valued || den.presence != indicator.Valued) {
		e.note = fmt.Sprintf("a part has no value in row %d", t.row.number)
	}
}

func (s *sums) entry(k sumKey) *sum {
	i, ok := s.at[k]
	if !ok {
		i = len(s.order)
		s.at[k] = i
		valued := amount{presence: indicator.Valued}
		s.order = append(s.order, sum{sumKey: k, num: valued, den: valued, applies: valued})
	}
	return &s.order[i]
}

// spoil makes a sum missing of which a row could not be read: what is left of
// it would be a wrong number.
func (s *sums) spoil(t *tableReader, k sumKey) {
	e := s.entry(k)
	e.num.presence = indicator.Missing
	e.rows.add(t.row.number)
	e.note = joinNotes(e.note, fmt.Sprintf("row %d could not be read", t.row.number))
}

// add adds part; a part without a value takes the value from the whole.
func (a *amount) add(part amount) {
	if part.presence != indicator.Valued {
		if a.presence == indicator.Valued {
			a.presence = part.presence
		}
		return
	}
	a.value += part.value
}

// emit hands the sums over in the order in which they were met.
func (s *sums) emit(t *tableReader) {
	for i := range s.order {
		e := &s.order[i]
		m := &t.Layout.Measures[e.measure]
		r := indicator.Reading{Indicator: m.Indicator, Org: e.org, Period: e.period, Presence: indicator.Valued, Sheet: t.Sheet, Rows: e.rows.String(), Note: e.note}
		if len(m.Applies) == 0 {
			e.applies.value = 1
		}
		t.row = row{number: e.rows.first}
		t.about = indicator.Reading{Indicator: r.Indicator, Org: r.Org, Period: r.Period}
		if why := compose(m, &r, e.num, e.den, e.applies); why != "" {
			t.refusal(delivery.Refusal{
				Code: CodeNumber, Found: fmt.Sprintf("%s for %s", why, e.org), Expected: "figures that agree with one another", Advice: "ask the sender which of the columns is wrong; the rows are " + excerpt(r.Rows),
			})
			continue
		}
		t.give(r, "")
		if t.out.stopped {
			return
		}
	}
}

// rowRange writes row numbers as ranges: "12-40,77".
type rowRange struct {
	text        []byte
	first       int
	start, last int
}

func (r *rowRange) add(n int) {
	switch {
	case r.first == 0:
		r.first, r.start, r.last = n, n, n
	case n == r.last:
	case n == r.last+1:
		r.last = n
	default:
		r.close()
		r.start, r.last = n, n
	}
}

func (r *rowRange) close() {
	if len(r.text) > 0 {
		r.text = append(r.text, ',')
	}
	r.text = strconv.AppendInt(r.text, int64(r.start), 10)
	if r.last > r.start {
		r.text = append(r.text, '-')
		r.text = strconv.AppendInt(r.text, int64(r.last), 10)
	}
}

// String is the ranges; it may be asked once.
func (r *rowRange) String() string { r.close(); return string(r.text) }
