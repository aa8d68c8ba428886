package disclosure

import (
	"cmp"
	"slices"

	"candour/internal/fault"
)

// Part is one of the smallest disjoint groups of people that figures add up,
// such as one kind of complaint at one site in one month.
type Part string

// Figure is a count over parts, as it is shown.
type Figure struct {
	Name  string // what a reader sees it called
	Parts []Part // those that it adds up
	Cell  Cell   // Unpublished when it has yet to be decided

	// Least is what a reader knows the count of a withheld cell to be at least:
	// a cell withheld inside a table is not small. 0 where nothing is known.
	Least int64
}

// View is a set of figures given out together: a table, a filtered page, an
// extract at a date.
type View struct {
	Name    string
	Figures []Figure
}

// View is the protected table as a view: its published cells and totals. parts
// gives the parts of the cell in a row and column.
func (p Protected) View(name string, parts func(row, column int) []Part) View {
	v := View{Name: name}
	add := func(label string, c Cell, of []Part, least int64) {
		if c.State != Withheld {
			least = 0
		}
		if c.State != Unpublished {
			v.Figures = append(v.Figures, Figure{Name: name + ": " + label, Parts: of, Cell: c, Least: least})
		}
	}
	all, byColumn := []Part(nil), make([][]Part, len(p.Columns))
	for i, row := range p.Cells {
		var inRow []Part
		for j, c := range row {
			of := parts(i, j)
			add(p.Rows[i]+", "+p.Columns[j], c, of, p.Method.HideTo+1)
			inRow, all, byColumn[j] = append(inRow, of...), append(all, of...), append(byColumn[j], of...)
		}
		add(p.Rows[i]+", total", p.RowTotals[i], inRow, 1)
	}
	for j, of := range byColumn {
		add("total, "+p.Columns[j], p.ColumnTotals[j], of, 1)
	}
	add("total", p.GrandTotal, all, 1)
	return v
}

// Difference is a small group that somebody could work out by putting figures
// together.
type Difference struct {
	Parts    []Part // the group
	Count    int64  // people in it
	Withheld string // name of the figure withheld to prevent it; empty when nothing in the new view could
}

// Compare guards against differencing (R-SDC-4). counts are the true counts of
// all parts, released the views that are out already, next the one about to be.
// It gives next with its undecided figures decided by [Method.Count] and with as
// many withheld as needed, and says why. A Difference without a figure withheld
// is one that the released views give away by themselves.
//
// A group is taken to be safe only when other worlds are found that agree with
// everything shown and in which it has other counts, [Method.Possible] in all. The
// groups guarded are: the blocks of parts that no figure divides, figures that
// are hidden, differences of two figures one within the other, and what is left
// of a figure without those inside it. Totals may thus be withheld needlessly
// when the search is given up, and never shown wrongly.
//
// The search ends after a fixed amount of work, about a second. What could not
// be shown to be safe by then is guarded by withholding every figure of next that is
// tied to it; one Difference names the first.
func (m Method) Compare(counts map[Part]int64, released []View, next View) (View, []Difference, error) {
	return m.compare(counts, released, next, mostWork)
}

// mostWork bounds the work of one comparison, in figures looked at, of which 200 million
// take about a second. It is no time, so that the result is the same on any machine.
const mostWork = 200_000_000

func (m Method) compare(counts map[Part]int64, released []View, next View, work int) (View, []Difference, error) {
	if m.HideTo == 0 {
		return m.decide(counts, next)
	}
	next, _, err := m.decide(counts, next)
	if err != nil {
		return View{}, nil, err
	}
	w, err := m.newWorld(counts, released, next)
	if err != nil {
		return View{}, nil, err
	}
	w.work = work
	found := w.guard(m.Possible)
	for i, f := range w.figures[w.old:] {
		if f.withheld {
			next.Figures[i].Cell = Cell{State: Withheld}
		}
	}
	return next, found, nil
}

// guard withholds figures of the new view until every group is safe, or the work is
// used up.
func (w *world) guard(possible int64) (found []Difference) {
	s := newSearch(w)
	groups := w.groups()
	for k, g := range groups {
		for !s.safe(g, possible) {
			if w.work <= 0 {
				return append(found, w.giveUp(groups[k:])...)
			}
			d := Difference{Parts: w.partsOf(g), Count: w.count(g)}
			i := s.choose(g, possible)
			if i >= 0 {
				s.withhold(i)
				d.Withheld = w.figures[i].name
			}
			found = append(found, d)
			if i < 0 {
				break
			}
		}
	}
	return found
}

// giveUp withholds every figure of the new view that is tied to one of the groups:
// what they can be worked out from is then what was out before.
func (w *world) giveUp(groups [][]int) []Difference {
	d := Difference{Parts: w.partsOf(groups[0]), Count: w.count(groups[0])}
	var tied []int
	for _, g := range groups {
		tied = append(tied, g...)
	}
	near := w.near(tied)
	for i := w.old; i < len(w.figures); i++ {
		if f := &w.figures[i]; f.visible && near[i] {
			f.hide()
			d.Withheld = cmp.Or(d.Withheld, f.name)
		}
	}
	if d.Withheld == "" {
		return nil
	}
	return []Difference{d}
}

// decide gives every undecided figure its cell.
func (m Method) decide(counts map[Part]int64, v View) (View, []Difference, error) {
	v.Figures = slices.Clone(v.Figures)
	for i := range v.Figures {
		n, err := sumOf(counts, v.Figures[i])
		if err != nil {
			return View{}, nil, err
		}
		if v.Figures[i].Cell.State == Unpublished {
			v.Figures[i].Cell = m.Count(n)
		}
	}
	return v, nil, nil
}

func sumOf(counts map[Part]int64, f Figure) (int64, error) {
	total := int64(0)
	for _, p := range f.Parts {
		n, ok := counts[p]
		if !ok || n < 0 || n > maxCount {
			return 0, fault.New(fault.Invalid, "part %q of figure %q has no count", p, f.Name)
		}
		total += n
	}
	return total, nil
}

// hide takes the figure from the reader.
func (f *figure) hide() { f.low, f.high, f.visible, f.withheld = 0, unlimited, false, true }

// withhold takes figure i from the reader.
func (s *search) withhold(i int) {
	s.figures[i].hide()
	s.read(i)
}

// mostTrials bounds how many figures are tried one by one for one group.
const mostTrials = 12

// choose picks the figure of the new view to withhold for group g: the one with
// the smallest count whose withholding makes g safe; failing that, the smallest
// that is shown and tied to g by common parts; -1 when none is left.
func (s *search) choose(g []int, possible int64) int {
	var candidates []int
	near := s.near(g)
	for i := s.old; i < len(s.figures); i++ {
		if s.figures[i].visible && near[i] {
			candidates = append(candidates, i)
		}
	}
	cost := func(i int) int64 {
		if n := s.count(s.figures[i].blocks); n > 0 {
			return n
		}
		return unlimited // a zero is shown as long as anything else helps
	}
	slices.SortStableFunc(candidates, func(a, b int) int { return cmp.Compare(cost(a), cost(b)) })
	for _, i := range candidates[:min(len(candidates), mostTrials)] {
		kept := s.figures[i]
		s.withhold(i)
		safe := s.safe(g, possible)
		s.figures[i] = kept
		s.read(i)
		if safe {
			return i
		}
	}
	if len(candidates) == 0 {
		return -1
	}
	return candidates[0]
}

// near marks the figures that share a block, directly or through others, with
// the group.
func (w *world) near(g []int) []bool {
	marked, queued := make([]bool, len(w.figures)), make([]bool, len(w.truth))
	queue := slices.Clone(g)
	w.work -= len(w.figures)
	for len(queue) > 0 {
		b := queue[0]
		queue = queue[1:]
		for _, i := range w.within[b] {
			if marked[i] {
				continue
			}
			marked[i] = true
			for _, other := range w.figures[i].blocks {
				if !queued[other] {
					queued[other] = true
					queue = append(queue, other)
				}
			}
		}
	}
	return marked
}
