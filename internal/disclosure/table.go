package disclosure

import (
	"candour/internal/fault"
)

// Table is a two-way table of true counts of people, such as providers by kind
// of complaint. A list is a table of one column without row totals.
type Table struct {
	Rows    []string
	Columns []string
	Counts  [][]int64 // by row, then column

	// Which totals are published with it.
	RowTotals    bool
	ColumnTotals bool
	GrandTotal   bool
}

// Protected is a table as an audience may see it.
type Protected struct {
	Method       Method
	Rows         []string
	Columns      []string
	Cells        [][]Cell
	RowTotals    []Cell // Unpublished where not asked for
	ColumnTotals []Cell
	GrandTotal   Cell
	Withheld     int // cells and totals withheld to protect small ones
}

// Costs of withholding: as few as possible, small ones first, inner cells before
// totals, and the grand total last.
const (
	costCell  = 1_000_000
	costTotal = 100 * costCell
	costGrand = 10 * costTotal
	costMost  = costCell - 1 // a count beyond this costs no more
)

// maxCount bounds a count, so that no sum in a table overflows.
const maxCount = 1 << 40

// maxCells bounds a table; a larger one is not read by people.
const maxCells = 1 << 20

// Protect applies the method to the table. Of every small count, at least
// Method.Possible values remain possible for a reader who knows the method, uses
// every total, and knows of each withheld cell that it is not small and of each
// withheld total that it is not zero. What a reader can learn by comparing with
// another view is for [Compare].
func (m Method) Protect(t Table) (Protected, error) {
	if err := t.validate(); err != nil {
		return Protected{}, err
	}
	l := m.layOut(t)
	for id, a := range l.arcs {
		if l.published[id] && m.Hides(a.value) {
			if err := l.shelter(id, m.Possible); err != nil {
				return Protected{}, err
			}
		}
	}
	return l.result(m, t), nil
}

func (t Table) validate() error {
	if len(t.Counts) != len(t.Rows) || len(t.Rows)*len(t.Columns) > maxCells {
		return fault.New(fault.Invalid, "a table of %d rows has %d row names; at most %d cells are allowed", len(t.Counts), len(t.Rows), maxCells)
	}
	for i, row := range t.Counts {
		if len(row) != len(t.Columns) {
			return fault.New(fault.Invalid, "row %d of the table has %d cells and %d columns", i+1, len(row), len(t.Columns))
		}
		for j, n := range row {
			if n < 0 || n > maxCount {
				return fault.New(fault.Invalid, "the count in row %d, column %d of the table is out of range", i+1, j+1)
			}
		}
	}
	return nil
}

// layout is a table as a network, with the numbers of its arcs: cells first, by
// row, then row totals, column totals and the grand total.
type layout struct {
	*network
	rows, columns int
	published     []bool
	withheld      []bool
}

func (l *layout) cell(i, j int) int     { return i*l.columns + j }
func (l *layout) rowTotal(i int) int    { return l.rows*l.columns + i }
func (l *layout) columnTotal(j int) int { return l.rows*l.columns + l.rows + j }
func (l *layout) grandTotal() int       { return l.rows*l.columns + l.rows + l.columns }

// layOut makes the network of a table. Node 0 is the source, then come rows,
// columns and the sink.
func (m Method) layOut(t Table) *layout {
	rows, columns := len(t.Rows), len(t.Columns)
	l := &layout{network: newNetwork(rows + columns + 2), rows: rows, columns: columns}
	sink := rows + columns + 1
	rowSums, columnSums, sum := make([]int64, rows), make([]int64, columns), int64(0)
	for i, row := range t.Counts {
		for j, n := range row {
			rowSums[i] += n
			columnSums[j] += n
			sum += n
			l.place(m, arc{from: 1 + i, to: 1 + rows + j, value: n, cost: costCell, freed: m.HideTo + 1}, true)
		}
	}
	for i, n := range rowSums {
		l.place(m, arc{from: 0, to: 1 + i, value: n, cost: costTotal, freed: 1}, t.RowTotals)
	}
	for j, n := range columnSums {
		l.place(m, arc{from: 1 + rows + j, to: sink, value: n, cost: costTotal, freed: 1}, t.ColumnTotals)
	}
	l.place(m, arc{from: sink, to: 0, value: sum, cost: costGrand, freed: 1}, t.GrandTotal)
	l.withheld = make([]bool, len(l.arcs))
	return l
}

// place adds an arc with what a reader would know of it if nothing were
// withheld. A zero stays shown, an inner small cell stays "*", and what is not
// published has nothing to withhold; a small total may be withheld, which tells
// less than "*".
func (l *layout) place(m Method, a arc, published bool) {
	if published {
		a.low, a.high = m.bounds(m.Count(a.value))
		a.cost += min(a.value, costMost)
	} else {
		a.low, a.high = 0, unlimited
	}
	if a.value == 0 || !published || m.Hides(a.value) && a.cost < costTotal {
		a.cost = 0
	}
	l.add(a)
	l.published = append(l.published, published)
}

// shelter withholds others until arc e could have enough values.
func (l *layout) shelter(e int, enough int64) error {
	for {
		a := l.arcs[e]
		above := l.push(e, a.to, a.from, min(enough-1, a.high-a.value))
		up, upCost, upOpen := []int(nil), int64(unlimited), false
		if a.value+above < a.high {
			up, upCost, upOpen = l.cheapest(e, a.to, a.from)
		}
		below := l.push(e, a.from, a.to, min(enough-1, a.value-a.low))
		if below+above+1 >= enough {
			return nil
		}
		if a.value-below > a.low {
			if down, cost, open := l.cheapest(e, a.from, a.to); open && (!upOpen || cost < upCost) {
				up, upOpen = down, true
			}
		}
		if !upOpen || len(up) == 0 {
			return fault.New(fault.Internal, "a small count could not be protected")
		}
		for _, id := range up {
			l.network.withhold(id)
			l.withheld[id] = true
		}
	}
}

// result reads the protected table off the network.
func (l *layout) result(m Method, t Table) Protected {
	p := Protected{Method: m, Rows: t.Rows, Columns: t.Columns, GrandTotal: l.show(m, l.grandTotal())}
	for i := range l.rows {
		row := make([]Cell, l.columns)
		for j := range row {
			row[j] = l.show(m, l.cell(i, j))
		}
		p.Cells = append(p.Cells, row)
		p.RowTotals = append(p.RowTotals, l.show(m, l.rowTotal(i)))
	}
	for j := range l.columns {
		p.ColumnTotals = append(p.ColumnTotals, l.show(m, l.columnTotal(j)))
	}
	for _, w := range l.withheld {
		if w {
			p.Withheld++
		}
	}
	return p
}

func (l *layout) show(m Method, id int) Cell {
	switch {
	case !l.published[id]:
		return Cell{State: Unpublished}
	case l.withheld[id]:
		return Cell{State: Withheld}
	default:
		return m.Count(l.arcs[id].value)
	}
}
