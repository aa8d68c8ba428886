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
// has none waits.
func (r *Recognised) date(b book, heads []head, name string, said Said) error {
	r.Period = said.Period
	for i := range r.Tables {
		t := &r.Tables[i]
		if p := t.published(heads); !p.IsZero() {
			r.Published = p
		}
		if !r.Period.IsZero() || len(t.Layout.Measures) == 0 || t.Layout.Shape == "months" {
			continue
		}
		rule := &t.Layout.Period
		switch {
		case rule.Whole && rule.inRows():
			r.Period = t.firstPeriod(b)
			continue
		case rule.inRows():
			continue
		case rule.Label != "":
			if p, ok := parsePeriodText(labelled(t.above, rule.Label), rule.Kind, false); ok {
				r.Period = p
				continue
			}
		}
		if rule.FileName {
			if p, published, ok := rule.fromFileName(name); ok {
				r.Period = p
				if r.Published.IsZero() {
					r.Published = published
				}
				continue
			}
		}
		return &Unrecognised{Status: delivery.Waiting, Source: r.Source.ID, Refusals: []delivery.Refusal{{
			Sheet: t.Sheet, Code: CodePeriodAsked, Found: "no period in the file, nor exactly one in its name", Expected: "a " + rule.Kind.String(),
			Advice: "say the period with --period, such as --period " + example(rule.Kind),
		}}}
	}
	return nil
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
