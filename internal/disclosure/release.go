package disclosure

// Release protects a table that is to leave the team and holds it against the views
// that are out already (R-SDC-4): what both would give away together is withheld.
// parts gives the parts of the cell in a row and column, counts the true counts of
// all parts, also of those in the views that are out. The differences that the
// views already out give away by themselves come back with an empty Withheld.
func (m Method) Release(t Table, name string, parts func(row, column int) []Part, counts map[Part]int64, out []View) (Protected, []Difference, error) {
	p, err := m.Protect(t)
	if err != nil || len(out) == 0 {
		return p, nil, err
	}
	v, found, err := m.Compare(counts, out, p.View(name, parts))
	if err != nil {
		return Protected{}, nil, err
	}
	p.take(v)
	return p, found, nil
}

// take withholds the cells and totals that are withheld in the view made of the
// table, in the order in which View gives them.
func (p *Protected) take(v View) {
	next := 0
	one := func(c *Cell) {
		if c.State == Unpublished {
			return
		}
		if v.Figures[next].Cell.State == Withheld && c.State != Withheld {
			*c = Cell{State: Withheld}
			p.Withheld++
		}
		next++
	}
	for i := range p.Cells {
		for j := range p.Cells[i] {
			one(&p.Cells[i][j])
		}
		one(&p.RowTotals[i])
	}
	for j := range p.ColumnTotals {
		one(&p.ColumnTotals[j])
	}
	one(&p.GrandTotal)
}
