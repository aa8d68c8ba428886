package component

// Matrix is providers × indicators: both icons and the latest value in each
// cell, scanned down for an indicator and across for a provider.
type Matrix struct {
	Caption string // hidden
	Corner  string // heading of the first column
	Groups  []MatrixGroup
	Rows    []MatrixRow
	Totals  []MatrixTotal
}

// MatrixGroup is a domain of quality with its indicators.
type MatrixGroup struct {
	Name    string
	Columns []MatrixColumn
}

// MatrixColumn is one indicator.
type MatrixColumn struct {
	Name Content
	Href string
	Unit string
}

// MatrixRow is one provider.
type MatrixRow struct {
	Name   string
	Href   string
	Detail string // code and points
	Cells  []MatrixCell
}

// MatrixCell is one provider's indicator: icons and value, or a gap.
type MatrixCell struct {
	Icons  IconPair
	Value  string
	Href   string
	Gap    string // why there is nothing; empty is a value
	Detail string // "3 days"; empty is none
	Title  string // of a gap: "due, not received"
	Quiet  bool   // a gap that nobody answers for, such as not applicable: not hatched
}

// MatrixTotal is a count for each column.
type MatrixTotal struct {
	Name   string
	Counts []int
	Gaps   bool // counts gaps: drawn as such where not nought
}

func (Matrix) templateName() string { return "matrix" }

// Leads reports whether the i-th column is the first of its group.
func (m Matrix) Leads(i int) bool {
	at := 0
	for _, g := range m.Groups {
		if at == i {
			return true
		}
		at += len(g.Columns)
	}
	return false
}

// GapFor is the cell's gap.
func (c MatrixCell) GapFor() Gap { return Gap{Word: c.Gap, Detail: c.Detail} }
