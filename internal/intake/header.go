package intake

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"candour/internal/calendar"
	"candour/internal/delivery"
)

// binding says at which positions of a row the columns of a layout stand.
type binding struct {
	at     map[string]int   // key → position, from 0
	groups map[string][]int // key → positions, for columns with a pattern
	months []monthColumn    // for the shape months
	names  []string         // the header as published, for refusals
	width  int              // cells that a row must have: up to the last bound column
	hidden []int            // positions of private columns
}

type monthColumn struct {
	at     int
	period calendar.Period
}

var noteMark = regexp.MustCompile(`(?i)\[note \d+\]`)

// headerName makes published column names comparable: letter case, runs of
// spaces and [Note n] marks differ between issues of one publication.
func headerName(s string) string {
	return fold(noteMark.ReplaceAllString(strings.TrimPrefix(s, byteOrderMark), ""))
}

// header is a row read as a header: what every layout asks of it, worked out once
// for all of them.
type header struct {
	cells  []string
	folded []string      // the cells as headerName makes them
	months []monthColumn // see monthColumns
	looked bool          // months were looked for
}

// readHeader reads cells, which must stay valid, as a header.
func readHeader(cells []string) *header {
	h := &header{cells: cells, folded: make([]string, len(cells))}
	for i, c := range cells {
		h.folded[i] = headerName(c)
	}
	return h
}

// monthColumns is the cells that name one month.
func (h *header) monthColumns() []monthColumn {
	if !h.looked {
		h.looked = true
		for i, c := range h.cells {
			if p, ok := monthIn(c, false); ok {
				h.months = append(h.months, monthColumn{i, p})
			}
		}
	}
	return h.months
}

// bind looks for l's columns in a header. missing are the keys of required
// columns that aren't there.
func (l *Layout) bind(h *header) (b binding, missing []string) {
	b = binding{at: map[string]int{}, groups: map[string][]int{}, names: h.cells}
	for key, col := range l.Columns {
		switch {
		case l.Recognise.NoHeader:
			b.at[key] = col.At - 1
		case col.pattern != nil:
			if at := col.matching(h.cells); len(at) > 0 {
				b.groups[key] = at
			}
		default:
			if i := col.find(h.folded); i >= 0 {
				b.at[key] = i
			}
		}
	}
	if l.Shape == "months" {
		if b.months = h.monthColumns(); len(b.months) < 2 {
			missing = append(missing, monthValue)
		}
	}
	for _, key := range l.required() {
		_, single := b.at[key]
		if !single && b.groups[key] == nil {
			missing = append(missing, key)
		}
	}
	slices.Sort(missing)
	b.measureWidth(l)
	return b, missing
}

// measureWidth finds how long a row must be at least; private columns are
// remembered by position.
func (b *binding) measureWidth(l *Layout) {
	for key, i := range b.at {
		if !l.Columns[key].Optional {
			b.width = max(b.width, i+1)
		}
	}
	for _, at := range b.groups {
		b.width = max(b.width, at[len(at)-1]+1)
	}
	for _, key := range l.Private {
		if i, ok := b.at[key]; ok {
			b.hidden = append(b.hidden, i)
		}
	}
}

// find is the position of the column among folded header names, -1 when absent.
func (c *Column) find(folded []string) int {
	for _, name := range c.folded {
		nth := max(c.Nth, 1)
		for i, f := range folded {
			if f == name {
				if nth--; nth == 0 {
					return i
				}
			}
		}
	}
	return -1
}

// matching is the positions of columns whose name fits the pattern and whose
// numbers lie in the range.
func (c *Column) matching(names []string) (at []int) {
	for i, name := range names {
		m := c.pattern.FindStringSubmatch(strings.TrimSpace(name))
		if m == nil {
			continue
		}
		low, high := numberIn(m, 1), numberIn(m, 2)
		if low < c.From || c.To > 0 && (high < 0 || high > c.To) {
			continue
		}
		at = append(at, i)
	}
	return at
}

// numberIn is the number in a group, -1 when the group is empty or absent.
func numberIn(m []string, group int) int {
	if group >= len(m) {
		return -1
	}
	n, err := strconv.Atoi(m[group])
	if err != nil {
		return -1
	}
	return n
}

// required are the keys of the columns that a header must have.
func (l *Layout) required() []string {
	if len(l.Recognise.Require) > 0 {
		return l.Recognise.Require
	}
	var keys []string
	for key, col := range l.Columns {
		if !col.Optional {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// missingRefusal names the required column that isn't there and the nearest name
// that is.
func (l *Layout) missingRefusal(key string, r row, sheetName string) delivery.Refusal {
	expected := "months across the header, such as April 2014"
	nearest := ""
	if key != monthValue {
		col := l.Columns[key]
		expected = col.Pattern
		if len(col.Names) > 0 {
			expected = col.Names[0]
		}
		nearest = nearestName(expected, l.unbound(r.cells))
	}
	found := "no such column"
	if nearest != "" {
		found = fmt.Sprintf("no such column; the nearest is %q", excerpt(nearest))
	}
	return delivery.Refusal{
		Sheet: sheetName, Row: r.number, Column: expected, Code: CodeHeader, Found: found,
		Expected: fmt.Sprintf("a column named %q (layout %s)", expected, l.ID),
		Advice:   "if the publisher has renamed the column, add the new name to the source definition and release the file; otherwise load the original download",
	}
}

// unbound is the names of a header that the layout has no use for: a renamed
// column is among them.
func (l *Layout) unbound(names []string) []string {
	b, _ := l.bind(readHeader(names))
	rest := slices.Clone(names)
	for _, i := range b.at {
		if i < len(rest) {
			rest[i] = ""
		}
	}
	return rest
}

// nearestName is the name with the smallest edit distance to want, when it is
// near enough to be a renaming.
func nearestName(want string, names []string) string {
	best, least := "", len(want)
	for _, name := range names {
		if name == "" || len(name) > 200 {
			continue
		}
		if d := editDistance(headerName(want), headerName(name)); d < least {
			best, least = name, d
		}
	}
	if least*2 > len(want)+2 {
		return ""
	}
	return best
}

// editDistance is Levenshtein's: the least number of letters put in, taken out
// or changed that make b of a.
func editDistance(a, b string) int {
	x, y := []rune(a), []rune(b)
	line := make([]int, len(y)+1)
	for j := range line {
		line[j] = j
	}
	for i := range x {
		diagonal := line[0]
		line[0] = i + 1
		for j := range y {
			cost := diagonal
			if x[i] != y[j] {
				cost = 1 + min(diagonal, line[j], line[j+1])
			}
			diagonal, line[j+1] = line[j+1], cost
		}
	}
	return line[len(y)]
}
