package intake

import (
	"fmt"
	"slices"
	"strings"

	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/indicator"
	"candour/internal/org"
)

// measure reads one measure of one row.
func (t *tableReader) measure(m *Measure, code org.Code, period calendar.Period, cells []string) {
	r := indicator.Reading{Indicator: m.Indicator, Org: code, Period: period, Presence: indicator.Valued, Sheet: t.Sheet, Rows: fmt.Sprint(t.row.number)}
	if m.IndicatorColumn != "" && !t.indicatorOf(m, &r, cells) {
		return
	}
	parts := len(m.Numerator) > 0
	if m.Either && parts {
		parts = t.amountOf(cells, m.Numerator, m).presence != indicator.Missing
	}
	if m.Value != "" && !(m.Either && parts) && !t.publishedValue(m, &r, cells) {
		return
	}
	if parts && !t.fraction(m, &r, cells) {
		return
	}
	if m.IndicatorColumn != "" && !t.agrees(m, &r, parts) {
		return
	}
	t.finish(m, r, cells)
}

// indicatorOf takes the indicator from a column of the row.
func (t *tableReader) indicatorOf(m *Measure, r *indicator.Reading, cells []string) bool {
	text := strings.TrimSpace(t.cell(cells, m.IndicatorColumn))
	r.Indicator = indicator.ID(text)
	if text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" {
		t.about.Indicator = r.Indicator
		return t.isDefined(m, r.Indicator)
	}
	t.refusal(delivery.Refusal{
		Column: t.columnName(t.bind.at[m.IndicatorColumn]), Code: CodeIndicator, Found: fmt.Sprintf("%q", excerpt(text)),
		Expected: "the id of an indicator, such as ae-4h-all", Advice: "write the id as on the indicator's page",
	})
	return false
}

// isDefined refuses a row about an indicator that nobody has defined.
func (t *tableReader) isDefined(m *Measure, id indicator.ID) bool {
	if t.undefined == nil {
		return true
	}
	near, undefined := t.undefined(id)
	if !undefined {
		return true
	}
	advice := "define it (docs/add-an-indicator.md), and this row is taken by itself"
	if len(near) > 0 {
		names := make([]string, len(near))
		for i := range near {
			names[i] = string(near[i])
		}
		advice += "; or, if one of these is meant, write it and load the file again: " + strings.Join(names, ", ")
	}
	t.refusal(delivery.Refusal{
		Column: t.columnName(t.bind.at[m.IndicatorColumn]), Code: CodeUndefined, Found: fmt.Sprintf("%q, which is not defined", excerpt(string(id))),
		Expected: "the id of an indicator that is defined", Advice: advice,
	})
	return false
}

// given reports whether the file has every column that a measure reads.
// Columns may be optional, and then a file gives only the measures it can.
func (t *tableReader) given(m *Measure) bool {
	if m.Either {
		return true
	}
	keys := append(slices.Concat(m.Numerator, m.Denominator), m.Value, m.Times)
	for _, key := range keys {
		key = strings.TrimPrefix(key, "-")
		_, single := t.bind.at[key]
		if key != "" && key != monthValue && !single && t.bind.groups[key] == nil {
			return false
		}
	}
	return true
}

// malformed refuses a cell that is neither a number nor a mark of the source.
func (t *tableReader) malformed(column, found string) {
	t.refusal(delivery.Refusal{
		Column: column, Code: CodeNumber, Found: fmt.Sprintf("%q", excerpt(found)), Expected: "a number" + t.marksInWords(),
		Advice: "correct the cell and load the file again, or add the mark and its meaning to marks in the source definition",
	})
}

// marksInWords lists the marks that the layout knows.
func (t *tableReader) marksInWords() string {
	var list []string
	for mark := range t.Layout.Marks {
		if mark != "" {
			list = append(list, mark)
		}
	}
	if len(list) == 0 {
		return ""
	}
	return " or one of " + strings.Join(sortedStrings(list), " ")
}

// publishedValue reads a value as published: a mean, a score, a rating, or a share
// of a base.
func (t *tableReader) publishedValue(m *Measure, r *indicator.Reading, cells []string) bool {
	if len(m.Ratings) > 0 {
		return t.rating(m, r, cells)
	}
	v := t.amountAt(cells, m.Value, m)
	if v.wrong != "" {
		t.malformed(v.column, v.wrong)
		return false
	}
	r.Presence = v.presence
	if v.presence != indicator.Valued {
		return true
	}
	scale := m.Scale
	if isZero(scale) {
		scale = 1
	}
	if isZero(v.value) && m.Zero != "" {
		r.Presence = m.Zero
		return true
	}
	r.Value = v.value * scale
	if m.Times == "" {
		return true
	}
	base := t.amountAt(cells, m.Times, m)
	if base.wrong != "" {
		t.malformed(base.column, base.wrong)
		return false
	}
	if base.presence != indicator.Valued {
		r.Presence, r.Value = base.presence, 0
		return true
	}
	r.Numerator, r.Denominator = r.Value*base.value, base.value
	return true
}

// rating turns a word into its number.
func (t *tableReader) rating(m *Measure, r *indicator.Reading, cells []string) bool {
	text := t.cell(cells, m.Value)
	word := fold(text)
	if v, ok := m.Ratings[word]; ok {
		r.Value = v
		return true
	}
	if p, ok := m.Marks[word]; ok {
		r.Presence = p
		return true
	}
	if p, ok := t.Layout.Marks[word]; ok {
		r.Presence = p
		return true
	}
	t.refusal(delivery.Refusal{
		Column: t.columnName(t.bind.at[m.Value]), Code: CodeRating, Found: fmt.Sprintf("%q", excerpt(text)), Expected: "one of the publisher's ratings",
		Advice: "correct the cell, or add the rating to ratings in the source definition",
	})
	return false
}

// fraction reads numerator and denominator. A mark in either makes the reading
// that kind of no value, whatever a published rate beside it says: a 0.0 % next
// to "[x]" is not a value.
func (t *tableReader) fraction(m *Measure, r *indicator.Reading, cells []string) bool {
	num := t.amountOf(cells, m.Numerator, m)
	den := amount{presence: indicator.Valued}
	if len(m.Denominator) > 0 {
		den = t.amountOf(cells, m.Denominator, m)
		if m.Either && den.presence == indicator.Missing && den.wrong == "" { // a count
			den = amount{presence: indicator.Valued}
			m = &Measure{Indicator: m.Indicator, Numerator: m.Numerator}
		}
	}
	applies := amount{value: 1, presence: indicator.Valued}
	if len(m.Applies) > 0 {
		applies = t.amountOf(cells, m.Applies, m)
	}
	for _, a := range []amount{num, den, applies} {
		if a.wrong != "" {
			t.malformed(a.column, a.wrong)
			return false
		}
	}
	if why := compose(m, r, num, den, applies); why != "" {
		t.refusal(delivery.Refusal{
			Code: CodeNumber, Found: why, Expected: "figures that agree with one another",
			Advice: "ask the sender which of the columns is wrong: " + strings.Join(append(t.namesOf(m.Numerator), t.namesOf(m.Denominator)...), ", "),
		})
		return false
	}
	return true
}

// namesOf is the published names of keys, for advice.
func (t *tableReader) namesOf(keys []string) (names []string) {
	for _, k := range keys {
		if i, ok := t.bind.at[strings.TrimPrefix(k, "-")]; ok {
			names = append(names, t.columnName(i))
		}
	}
	return names
}

// compose puts numerator and denominator together in r and says why they can't
// be, "" when they can.
func compose(m *Measure, r *indicator.Reading, num, den, applies amount) string {
	switch {
	case num.presence != indicator.Valued:
		r.Presence = num.presence
	case den.presence != indicator.Valued:
		r.Presence = den.presence
	case applies.presence == indicator.Valued && isZero(applies.value):
		r.Presence = indicator.NotApplicable
	case num.value < -1e-9:
		return fmt.Sprintf("a numerator below nought (%g)", num.value)
	case len(m.Denominator) > 0 && den.value < -1e-9:
		return fmt.Sprintf("a denominator below nought (%g)", den.value)
	case len(m.Denominator) > 0 && isZero(den.value) && !isZero(num.value):
		return fmt.Sprintf("%g of a denominator of 0", num.value)
	case len(m.Denominator) > 0 && isZero(den.value):
		r.Presence = indicator.NotApplicable
	case isZero(num.value) && m.Zero != "":
		r.Presence = m.Zero
	default:
		r.Numerator, r.Denominator = num.value, den.value
		if m.Value == "" || m.Either {
			r.Value = num.value
			if len(m.Denominator) > 0 {
				r.Value = num.value / den.value
			}
		}
		return ""
	}
	r.Value = 0
	return ""
}

// finish adds notes and known corrections, refuses a second value for the same
// thing, and hands the reading over.
func (t *tableReader) finish(m *Measure, r indicator.Reading, cells []string) {
	if m.Note != "" {
		r.Note = strings.TrimSpace(t.cell(cells, m.Note))
	}
	for _, f := range t.Layout.Flags {
		if words := f.Words[strings.TrimSpace(t.cell(cells, f.Column))]; words != "" {
			r.Note = joinNotes(r.Note, words)
		}
	}
	t.give(r, "")
}

// give hands over a reading; text is the cell that it came from, for corrections
// which hold only where the file has a certain value.
func (t *tableReader) give(r indicator.Reading, text string) {
	for i := range t.Layout.Cautions {
		t.Layout.Cautions[i].apply(&r, text)
	}
	if r.Presence != indicator.Valued {
		r.Numerator, r.Denominator, r.Value = 0, 0, 0
	}
	key, value := digests(&r)
	if was, again := t.seen[key]; again && was == value {
		t.gave = true // the same said twice does no harm
		return
	} else if again {
		t.about = r
		t.refusal(delivery.Refusal{
			Code: CodeDuplicate, Found: fmt.Sprintf("a second, different value of %s for %s in %s", r.Indicator, r.Org, r.Period),
			Expected: "one value", Advice: "the first was taken: ask the sender which row is right and load the file without the other",
		})
		return
	}
	t.seen[key] = value
	t.gave = true
	t.out.emit(delivery.Item{Reading: &r})
}

func joinNotes(a, b string) string {
	if a == "" || b == "" || a == b {
		return a + strings.TrimPrefix(b, a)
	}
	return a + "; " + b
}

// apply makes the correction when it is about r.
func (c *Cautioned) apply(r *indicator.Reading, text string) {
	if c.Org != string(r.Org) || c.When != "" && c.When != strings.TrimSpace(text) {
		return
	}
	from, _ := calendar.ParsePeriod(c.From)
	to, _ := calendar.ParsePeriod(c.To)
	if to.IsZero() {
		to = from
	}
	if !from.IsZero() && (r.Period.Compare(from) < 0 || r.Period.Compare(to) > 0) {
		return
	}
	if c.Presence != "" {
		r.Presence = c.Presence
	}
	r.Note = joinNotes(r.Note, c.Note)
}
