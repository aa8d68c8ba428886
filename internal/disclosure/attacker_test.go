package disclosure

import (
	"math/big"
)

// attacker is somebody outside who has a publication, knows the method, and
// tries to work out small counts. It is written apart from the protection and
// uses other mathematics: interval propagation with trial values, a complete
// search on small problems, and exact elimination.
type attacker struct {
	low, high []int64
	sums      []sum
}

// sum says that the parts add up to the whole.
type sum struct {
	parts []int
	whole int
}

const plenty = 1 << 42

// know adds a number of which the bounds are known and gives its index.
func (a *attacker) know(low, high int64) int {
	a.low, a.high = append(a.low, low), append(a.high, high)
	return len(a.low) - 1
}

// read is what the attacker knows of one printed cell.
func (a *attacker) read(m Method, c Cell, total bool) int {
	switch {
	case c.State == Shown:
		return a.know(c.Value, c.Value)
	case c.State == Rounded:
		var low, high int64 = 0, 0
		for n := max(0, c.Value-m.RoundTo); n <= c.Value+m.RoundTo; n++ { // by trial
			if m.Count(n) == c {
				if high == 0 {
					low = n
				}
				high = n
			}
		}
		return a.know(low, high)
	case c.State == Small:
		return a.know(m.HideFrom, m.HideTo)
	case c.State == Withheld && total:
		return a.know(1, plenty)
	case c.State == Withheld:
		return a.know(m.HideTo+1, plenty)
	default:
		return a.know(0, plenty)
	}
}

// newAttacker reads a protected table. The numbers come in the order of the
// table's cells, row totals, column totals, grand total.
func newAttacker(p Protected) *attacker {
	a := &attacker{}
	rows, columns := len(p.Rows), len(p.Columns)
	for _, row := range p.Cells {
		for _, c := range row {
			a.read(p.Method, c, false)
		}
	}
	for _, c := range p.RowTotals {
		a.read(p.Method, c, true)
	}
	for _, c := range p.ColumnTotals {
		a.read(p.Method, c, true)
	}
	grand := a.read(p.Method, p.GrandTotal, true)
	bySum := sum{whole: grand}
	for i := range rows {
		s := sum{whole: rows*columns + i}
		for j := range columns {
			s.parts = append(s.parts, i*columns+j)
		}
		a.sums = append(a.sums, s)
		bySum.parts = append(bySum.parts, s.whole)
	}
	byColumn := sum{whole: grand}
	for j := range columns {
		s := sum{whole: rows*columns + rows + j}
		for i := range rows {
			s.parts = append(s.parts, i*columns+j)
		}
		a.sums = append(a.sums, s)
		byColumn.parts = append(byColumn.parts, s.whole)
	}
	a.sums = append(a.sums, bySum, byColumn)
	return a
}

// clone lets the attacker try a value.
func (a *attacker) clone() *attacker {
	return &attacker{append([]int64(nil), a.low...), append([]int64(nil), a.high...), a.sums}
}

// propagate narrows the bounds by every sum until nothing changes; false when
// there is a contradiction.
func (a *attacker) propagate() bool {
	for changed := true; changed; {
		changed = false
		tighten := func(i int, low, high int64) {
			if low > a.low[i] {
				a.low[i], changed = low, true
			}
			if high < a.high[i] {
				a.high[i], changed = high, true
			}
		}
		for _, s := range a.sums {
			var low, high int64
			for _, p := range s.parts {
				low += a.low[p]
				high += a.high[p]
			}
			tighten(s.whole, low, high)
			for _, p := range s.parts {
				tighten(p, a.low[s.whole]-(high-a.high[p]), a.high[s.whole]-(low-a.low[p]))
			}
		}
		for i := range a.low {
			if a.low[i] > a.high[i] {
				return false
			}
		}
	}
	return true
}

// with is the attacker's knowledge if number i had value v, nil when it can't.
func (a *attacker) with(i int, v int64) *attacker {
	b := a.clone()
	b.low[i], b.high[i] = max(b.low[i], v), min(b.high[i], v)
	if b.low[i] > b.high[i] || !b.propagate() {
		return nil
	}
	return b
}

// possible lists up to limit values that number i may have as far as the
// attacker can tell. With complete, each is confirmed by a search for a whole
// table.
func (a *attacker) possible(i int, limit int, complete bool) []int64 {
	if !a.propagate() {
		return nil
	}
	var values []int64
	for v := a.low[i]; v <= a.high[i] && len(values) < limit; v++ {
		if b := a.with(i, v); b != nil && (!complete || b.solve()) {
			values = append(values, v)
		}
	}
	return values
}

// solve searches for a table that fits, trying the number with the fewest
// values first.
func (a *attacker) solve() bool {
	open := -1
	for i := range a.low {
		if a.low[i] < a.high[i] && (open < 0 || a.high[i]-a.low[i] < a.high[open]-a.low[open]) {
			open = i
		}
	}
	if open < 0 {
		return true
	}
	for v := a.low[open]; v <= a.high[open]; v++ {
		if b := a.with(open, v); b != nil && b.solve() {
			return true
		}
	}
	return false
}

// determined lists the numbers that the equations alone fix, whatever the
// bounds: by Gaussian elimination over fractions.
func (a *attacker) determined() map[int]bool {
	n := len(a.low)
	var rows [][]*big.Rat
	for _, s := range a.sums {
		row := make([]*big.Rat, n+1)
		for i := range row {
			row[i] = new(big.Rat)
		}
		add := func(i int, sign int64) {
			c := big.NewRat(sign, 1)
			if a.low[i] == a.high[i] {
				row[n].Sub(row[n], c.Mul(c, big.NewRat(a.low[i], 1)))
			} else {
				row[i].Add(row[i], c)
			}
		}
		for _, p := range s.parts {
			add(p, 1)
		}
		add(s.whole, -1)
		rows = append(rows, row)
	}
	at := 0
	for column := 0; column < n && at < len(rows); column++ {
		pivot := at
		for pivot < len(rows) && rows[pivot][column].Sign() == 0 {
			pivot++
		}
		if pivot == len(rows) {
			continue
		}
		rows[at], rows[pivot] = rows[pivot], rows[at]
		for r := range rows {
			if r == at || rows[r][column].Sign() == 0 {
				continue
			}
			factor := new(big.Rat).Quo(rows[r][column], rows[at][column])
			for c := range rows[r] {
				rows[r][c].Sub(rows[r][c], new(big.Rat).Mul(factor, rows[at][c]))
			}
		}
		at++
	}
	out := map[int]bool{}
	for _, row := range rows {
		which, count := -1, 0
		for i := range n {
			if row[i].Sign() != 0 {
				which, count = i, count+1
			}
		}
		if count == 1 {
			out[which] = true
		}
	}
	return out
}
