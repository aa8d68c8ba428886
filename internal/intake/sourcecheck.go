package intake

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"candour/internal/calendar"
	"candour/internal/indicator"
	"candour/internal/org"
)

// complaint collects what is wrong with a definition, in words.
type complaint struct {
	where string
	list  []string
}

func (c *complaint) say(bad bool, format string, args ...any) {
	if bad {
		c.list = append(c.list, strings.TrimSpace(c.where+" "+fmt.Sprintf(format, args...)))
	}
}

func (c *complaint) pattern(field, text string) *regexp.Regexp {
	if text == "" {
		return nil
	}
	re, err := regexp.Compile(text)
	c.say(err != nil, "%s is not a pattern: %q", field, text)
	return re
}

var shapes = []string{"table", "sums", "months", "register", "successions"}

// prepare checks a source and compiles its patterns; it returns every fault.
func (s *Source) prepare(stem string) []string {
	c := &complaint{}
	c.say(s.ID != stem, "id is %q but the file is named %q", s.ID, stem)
	for field, value := range map[string]string{"name": s.Name, "publisher": s.Publisher, "address": s.Address, "schedule": s.Schedule, "when_late": s.WhenLate} {
		c.say(value == "", "%s is empty", field)
	}
	c.say(len(s.Layouts) == 0, "layouts is empty")
	seen := map[string]bool{}
	for i := range s.Layouts {
		l := &s.Layouts[i]
		c.where = "layout " + l.ID + ":"
		c.say(l.ID == "" || seen[l.ID], "id is empty or used twice")
		seen[l.ID] = true
		l.prepare(c)
	}
	slices.Sort(c.list)
	return c.list
}

func (l *Layout) prepare(c *complaint) {
	c.say(!slices.Contains(shapes, l.Shape), "shape is %q, expected one of %s", l.Shape, strings.Join(shapes, ", "))
	c.say(l.About == "", "about is empty")
	c.say(len(l.Columns) == 0, "columns is empty")
	for _, key := range slices.Sorted(maps.Keys(l.Columns)) {
		col := l.Columns[key]
		c.say(len(col.Names) == 0 && col.Pattern == "" && col.At == 0, "column %s has no name", key)
		c.say(l.Recognise.NoHeader && col.At == 0, "column %s needs a position, since there is no header", key)
		col.pattern = c.pattern("column "+key+": pattern", col.Pattern)
		col.folded = nil
		for _, name := range col.Names {
			col.folded = append(col.folded, headerName(name))
		}
		l.Columns[key] = col
	}
	l.Recognise.sheets = c.pattern("recognise: sheets", l.Recognise.Sheets)
	l.Recognise.cells = map[int]*regexp.Regexp{}
	for at, text := range l.Recognise.Cells {
		l.Recognise.cells[at] = c.pattern("recognise: cells", text)
	}
	c.say(l.Recognise.NoHeader && len(l.Recognise.Cells) == 0, "recognise: cells is needed, since there is no header")
	l.keys(c, "recognise: require", l.Recognise.Require...)
	l.keys(c, "private", l.Private...)
	l.keys(c, "organisation", l.Organisation.Column, l.Organisation.Name)
	l.Skip = l.tests(c, "skip", l.Skip)
	l.Where = l.tests(c, "where", l.Where)
	l.Marks = marks(c, "marks", l.Marks)
	reads := l.Shape == "table" || l.Shape == "sums" || l.Shape == "months"
	c.say(reads && l.Organisation.Column == "" && l.Organisation.Fixed == "", "organisation has neither column nor fixed")
	c.say(reads && len(l.Measures) == 0 && l.Register == nil, "measures is empty")
	for i := range l.Measures {
		l.Measures[i].prepare(c, l)
	}
	for _, f := range l.Flags {
		l.keys(c, "flags", f.Column)
	}
	l.Period.prepare(c, l, reads && len(l.Measures) > 0)
	l.Published.prepare(c)
	for _, x := range l.Cautions {
		for _, p := range []string{x.From, x.To} {
			_, err := calendar.ParsePeriod(p)
			c.say(err != nil, "cautions: %q is not a period", p)
		}
		c.say(x.Note == "", "cautions: note is empty")
	}
	for _, x := range l.Stated {
		for _, code := range append(slices.Clone(x.Predecessors), x.Successors...) {
			_, err := org.ParseCode(code)
			c.say(err != nil, "successions: %q is not a code", code)
		}
		_, ok := parseDate(x.On)
		c.say(!ok || x.Contains == "", "successions: contains and on are both needed")
	}
	if l.Register != nil {
		l.Register.prepare(c, l)
	}
	c.say(l.Shape == "register" && l.Register == nil, "register is empty")
}

// keys complains of keys that no column has.
func (l *Layout) keys(c *complaint, field string, keys ...string) {
	for _, key := range keys {
		_, ok := l.Columns[strings.TrimPrefix(key, "-")]
		c.say(key != "" && !ok && !(l.Shape == "months" && key == monthValue), "%s names column %q, which is not defined", field, key)
	}
}

func (l *Layout) tests(c *complaint, field string, tests []Test) []Test {
	for i := range tests {
		t := &tests[i]
		l.keys(c, field, t.Column)
		t.matches = c.pattern(field+": matches", t.Matches)
		for _, words := range [][]string{t.Is, t.Not} {
			for j := range words {
				words[j] = fold(words[j])
			}
		}
		c.say(t.Column == "" && t.Only != "first", "%s: a test needs a column, or only: first", field)
	}
	return tests
}

// marks checks marks and makes them comparable.
func marks(c *complaint, field string, m map[string]indicator.Presence) map[string]indicator.Presence {
	folded := make(map[string]indicator.Presence, len(m))
	for mark, presence := range m {
		folded[fold(mark)] = presence
		c.say(!slices.Contains(noValues, presence), "%s: %q is %q, expected one of missing, suppressed, not_applicable, not_submitted", field, mark, presence)
	}
	return folded
}

var noValues = []indicator.Presence{indicator.Missing, indicator.Suppressed, indicator.NotApplicable, indicator.NotSubmitted}

func (m *Measure) prepare(c *complaint, l *Layout) {
	c.say((m.Indicator == "") == (m.IndicatorColumn == ""), "a measure needs either indicator or indicator_column")
	c.say(len(m.Numerator) == 0 && m.Value == "", "measure %s has neither numerator nor value", m.Indicator)
	c.say(m.Times != "" && (m.Value == "" || len(m.Numerator) > 0), "measure %s: times needs a value and no numerator", m.Indicator)
	c.say(l.Shape == "sums" && m.Value != "", "measure %s: a published value can't be added up (R-ORG-8)", m.Indicator)
	l.keys(c, "measure "+string(m.Indicator), m.Numerator...)
	l.keys(c, "measure "+string(m.Indicator), m.Denominator...)
	l.keys(c, "measure "+string(m.Indicator), m.Applies...)
	l.keys(c, "measure "+string(m.Indicator), m.Value, m.Times, m.Note, m.IndicatorColumn)
	m.Where = l.tests(c, "measure "+string(m.Indicator)+": where", m.Where)
	m.Marks = marks(c, "measure "+string(m.Indicator)+": marks", m.Marks)
	c.say(m.Zero != "" && !slices.Contains(noValues, m.Zero), "measure %s: zero is %q", m.Indicator, m.Zero)
	c.say(m.Blank != "" && !slices.Contains(noValues, m.Blank), "measure %s: blank is %q", m.Indicator, m.Blank)
	folded := map[string]float64{}
	for word, value := range m.Ratings {
		folded[fold(word)] = value
	}
	m.Ratings = folded
}

// fold makes words comparable: lower case, single spaces, none outside.
func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
