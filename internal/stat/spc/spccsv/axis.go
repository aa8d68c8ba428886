package spccsv

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"candour/internal/fault"
	"candour/internal/stat/csvio"
)

// axis is the x column: the cells, and what they are in time or number.
type axis struct {
	cells   []string
	keys    []float64 // sort key of each row; NaN where the cell is empty
	ordered bool      // cells are dates or numbers; otherwise they are names
	parse   func(string) (float64, bool)
}

// layouts are the dates that an x column can hold; one of them for all cells.
var layouts = []string{
	time.DateOnly, "2006-01", time.RFC3339, "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "02/01/2006", "2/1/2006",
}

// readAxis reads the x column. A file without a column "x" numbers its rows.
func readAxis(table *csvio.Table, name string) (*axis, error) {
	a := &axis{}
	if name == "x" && !table.Has(name) {
		for i := range table.Len() {
			a.cells = append(a.cells, strconv.Itoa(i+1))
		}
	} else {
		cells, err := table.Column(name)
		if err != nil {
			return nil, err
		}
		a.cells = cells
	}
	for _, parse := range parsers() {
		if keys, ok := parseAll(a.cells, parse); ok {
			a.keys, a.ordered, a.parse = keys, true, parse
			return a, nil
		}
	}
	a.keys = make([]float64, len(a.cells))
	for i, cell := range a.cells {
		if a.keys[i] = float64(i); cell == "" {
			a.keys[i] = math.NaN()
		}
	}
	a.parse = func(string) (float64, bool) { return 0, false }
	return a, nil
}

func parsers() []func(string) (float64, bool) {
	all := []func(string) (float64, bool){func(cell string) (float64, bool) {
		v, err := csvio.ParseFloat(cell)
		return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
	}}
	for _, layout := range layouts {
		all = append(all, func(cell string) (float64, bool) {
			at, err := time.Parse(layout, cell)
			return float64(at.Unix()) + float64(at.Nanosecond())/1e9, err == nil
		})
	}
	return all
}

// parseAll parses every cell that is not empty, or says that one could not be.
func parseAll(cells []string, parse func(string) (float64, bool)) ([]float64, bool) {
	keys := make([]float64, len(cells))
	for i, cell := range cells {
		if keys[i] = math.NaN(); cell == "" {
			continue
		}
		v, ok := parse(cell)
		if !ok {
			return nil, false
		}
		keys[i] = v
	}
	return keys, true
}

// same reports whether a cell is the x that somebody wrote, as text or as a date
// or number of the column's kind.
func (a *axis) same(row int, written string) bool {
	if a.cells[row] == written {
		return true
	}
	v, ok := a.parse(written)
	return ok && !(v < a.keys[row]) && !(v > a.keys[row]) && !math.IsNaN(a.keys[row])
}

// sort puts rows in order of x, rows without x last; names stay in file order.
func (a *axis) sort(rows []int) {
	slices.SortStableFunc(rows, func(i, j int) int {
		x, y := a.keys[i], a.keys[j]
		switch {
		case x < y || math.IsNaN(y) && !math.IsNaN(x):
			return -1
		case x > y || math.IsNaN(x) && !math.IsNaN(y):
			return 1
		}
		return 0
	})
}

// column is the name of a column, an error if the flag for it was left empty.
func column(flag, name string) error {
	if strings.TrimSpace(name) == "" {
		return fault.New(fault.Invalid, "--%s needs the name of a column", flag)
	}
	return nil
}

// perGroup reads "value" for all groups, or "group=value", one or more of them.
// values is keyed by group; the empty key is for all.
func perGroup(items []string) map[string][]string {
	values := map[string][]string{}
	for _, item := range items {
		group, value := "", item
		if i := strings.LastIndexByte(item, '='); i >= 0 {
			group, value = strings.TrimSpace(item[:i]), item[i+1:]
		}
		values[group] = append(values[group], strings.TrimSpace(value))
	}
	return values
}

// of is the values of one group: its own where it has some, else those for all.
func of(values map[string][]string, group string) []string {
	if own, ok := values[group]; ok {
		return own
	}
	return values[""]
}
