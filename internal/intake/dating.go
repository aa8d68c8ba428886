package intake

import (
	"regexp"
	"strings"
	"time"

	"candour/internal/calendar"
	"candour/internal/delivery"
)

// date finds the file's period and day of publication: what a person said, else
// what stands above the header, in the first row, or (only where the layout
// allows it, and only one) in the file's name. A file that needs a period and
// has none waits, and so does one that contradicts what was said of it.
func (r *Recognised) date(b book, heads []head, name string, said Said) error {
	for i := range r.Tables {
		t := &r.Tables[i]
		if p := t.published(heads); !p.IsZero() {
			r.Published = p
		}
		if len(t.Layout.Measures) == 0 {
			continue
		}
		stated := t.stated(b)
		if !said.Period.IsZero() {
			if why := t.contradicts(said.Period, stated); why != nil {
				return r.waiting(t, *why)
			}
			r.Period = said.Period
			continue
		}
		if !r.Period.IsZero() || t.Layout.Shape == "months" {
			continue
		}
		if r.Period = stated; !stated.IsZero() || t.Layout.Period.inRows() {
			continue
		}
		if rule := &t.Layout.Period; rule.FileName {
			if p, published, ok := rule.fromFileName(name); ok {
				r.Period = p
				if r.Published.IsZero() {
					r.Published = published
				}
				continue
			}
		}
		return r.waiting(t, delivery.Refusal{
			Code: CodePeriodAsked, Found: "no period in the file, nor exactly one in its name", Expected: kindInWords[t.Layout.Period.Kind],
			Advice: "say the period with --period, such as --period " + example(t.Layout.Period.Kind),
		})
	}
	return nil
}

// waiting is what a table waits for a person to say.
func (r *Recognised) waiting(t *Table, why delivery.Refusal) error {
	why.Sheet = t.Sheet
	return &Unrecognised{Status: delivery.Waiting, Source: r.Source.ID, Refusals: []delivery.Refusal{why}}
}

// stated is the one period that the file itself states for all its rows: in the
// first of them, or beside a label. It is zero where each row has its own, or none is
// stated.
func (t *Table) stated(b book) calendar.Period {
	rule := &t.Layout.Period
	switch {
	case rule.Whole && rule.inRows():
		return t.firstPeriod(b)
	case rule.inRows() || rule.Label == "":
		return calendar.Period{}
	}
	p, _ := parsePeriodText(labelled(t.above, rule.Label), rule.Kind, false)
	return p
}

// contradicts says why a file can't be for the period that a person said: another
// kind of period is in it, or its rows or title state another. What a file is called
// is no statement: a person knows better.
func (t *Table) contradicts(said, stated calendar.Period) *delivery.Refusal {
	rule := &t.Layout.Period
	why := &delivery.Refusal{Code: CodePeriodSaid, Found: "the period " + said.String() + " said, " + kindInWords[said.Kind()]}
	switch {
	case rule.inRows() && !rule.Whole, t.Layout.Shape == "months":
		why.Found, why.Expected = "the period "+said.String()+" said for the whole file", "no period said, since each figure has its own in the file"
		why.Advice = "load the file again without --period"
	case said.Kind() != rule.Kind:
		why.Expected, why.Advice = kindInWords[rule.Kind]+", such as "+example(rule.Kind), "say the period as --period "+example(rule.Kind)
	case !stated.IsZero() && stated != said:
		why.Found, why.Expected = "the period "+said.String()+" said, where the file states "+stated.String(), stated.String()+", or no period said"
		why.Advice = "load the file again without --period; if the file itself is wrong, ask the publisher"
	default:
		return nil
	}
	return why
}

// kindInWords is each kind of period as people are asked for it.
var kindInWords = map[calendar.Kind]string{
	calendar.Month: "a month", calendar.Quarter: "a quarter", calendar.FinancialYear: "a financial year",
	calendar.Year: "a year", calendar.Rolling12: "the last month of a rolling twelve", calendar.Day: "a day",
}

// example is a period of the kind, for advice.
func example(kind calendar.Kind) string {
	return ofKindExample[kind]
}

var ofKindExample = map[calendar.Kind]string{
	calendar.Month: "2025-04", calendar.Quarter: "2025-Q2", calendar.FinancialYear: "FY2025",
	calendar.Year: "2025", calendar.Rolling12: "R12-2025-03", calendar.Day: "2025-04-30",
}

// firstPeriod is the period of the first row that has one; rows that differ from
// it are refused later.
func (t *Table) firstPeriod(b book) calendar.Period {
	for r, err := range b.rows(t.Sheet) {
		if err != nil {
			return calendar.Period{}
		}
		if r.number <= t.header || r.bad != nil || r.blank() {
			continue
		}
		if p, ok := t.rowPeriod(r.cells); ok {
			return p
		}
		if r.number > t.header+100 {
			return calendar.Period{}
		}
	}
	return calendar.Period{}
}

// labelled is the first full cell to the right of the cell that holds the label.
func labelled(rows []row, label string) string {
	for _, r := range rows {
		for i, c := range r.cells {
			if fold(c) != fold(label) {
				continue
			}
			for _, next := range r.cells[i+1:] {
				if strings.TrimSpace(next) != "" {
					return next
				}
			}
		}
	}
	return ""
}

// published looks for the day of publication; the zero time means not stated.
func (t *Table) published(heads []head) time.Time {
	rule := &t.Layout.Published
	if rule.Label != "" {
		if d, ok := parseDate(labelled(t.above, rule.Label)); ok {
			return d
		}
	}
	if rule.pattern == nil {
		return time.Time{}
	}
	found := latest(t.above, rule.pattern)
	if rule.sheets != nil {
		for _, h := range heads {
			if rule.sheets.MatchString(h.name) {
				if d := latest(h.rows, rule.pattern); d.After(found) {
					found = d
				}
			}
		}
	}
	return found
}

// latest is the latest day that the pattern finds in the rows: "Published 18
// November 2010 and revised 24 May 2012" is of 2012.
func latest(rows []row, pattern *regexp.Regexp) (found time.Time) {
	for _, r := range rows {
		for _, c := range r.cells {
			for _, m := range pattern.FindAllStringSubmatch(c, -1) {
				if d, ok := parseDate(m[1]); ok && d.After(found) {
					found = d
				}
			}
		}
	}
	return found
}

// rowPeriod is the period that a row states, and false when it states none.
func (t *Table) rowPeriod(cells []string) (calendar.Period, bool) {
	rule := &t.Layout.Period
	if rule.Year != "" {
		p, ok := monthOfYear(t.cell(cells, rule.Year), t.cell(cells, rule.Month))
		if !ok {
			return p, false
		}
		return ofKind(p, rule.Kind), true
	}
	if rule.Any {
		p, err := calendar.ParsePeriod(strings.TrimSpace(t.cell(cells, rule.Column)))
		return p, err == nil && !p.IsZero()
	}
	return parsePeriodText(t.cell(cells, rule.Column), rule.Kind, rule.USDates)
}

// cell is the cell of a column, "" when the row or the layout lacks it.
func (t *Table) cell(cells []string, key string) string {
	i, ok := t.bind.at[key]
	if !ok || i >= len(cells) {
		return ""
	}
	return cells[i]
}
