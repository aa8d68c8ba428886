package disclosure

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

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
func (m Method) Compare(counts map[Part]int64, released []View, next View) (View, []Difference, error) {
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
	var found []Difference
	for _, g := range w.groups() {
		for !w.safe(g, m.Possible) {
			d := Difference{Parts: w.partsOf(g), Count: w.count(g)}
			i := w.choose(g, m.Possible)
			if i >= 0 {
				w.withhold(i)
				d.Withheld = w.figures[i].name
			}
			found = append(found, d)
			if i < 0 {
				break
			}
		}
	}
	for i, f := range w.figures[w.old:] {
		if f.withheld {
			next.Figures[i].Cell = Cell{State: Withheld}
		}
	}
	return next, found, nil
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

// figure is a sum over blocks with what a reader knows of it.
type figure struct {
	name      string
	blocks    []int // sorted
	low, high int64
	visible   bool
	withheld  bool
	hidden    bool // it is not shown and its count is small
}

// world is everything given out, as sums over blocks: the largest groups of
// parts that no figure divides.
type world struct {
	figures []figure
	old     int      // figures before this index are out already
	truth   []int64  // count of each block
	parts   [][]Part // of each block
	within  [][]int  // figures that each block is in
	method  Method
}

// newWorld groups the parts into blocks and gathers the figures.
func (m Method) newWorld(counts map[Part]int64, released []View, next View) (*world, error) {
	w := &world{method: m}
	var all []Figure
	for _, v := range released {
		all = append(all, v.Figures...)
	}
	w.old = len(all)
	all = append(all, next.Figures...)
	in := map[Part][]int{}
	for i, f := range all {
		for _, p := range f.Parts {
			if known := in[p]; len(known) == 0 || known[len(known)-1] != i {
				in[p] = append(in[p], i)
			} else {
				return nil, fault.New(fault.Invalid, "figure %q counts part %q twice", f.Name, p)
			}
		}
	}
	w.group(counts, in)
	w.figures = make([]figure, len(all))
	for b, figures := range w.within {
		for _, i := range figures {
			w.figures[i].blocks = append(w.figures[i].blocks, b)
		}
	}
	for i, f := range all {
		n, err := sumOf(counts, f)
		if err != nil {
			return nil, err
		}
		c := f.Cell
		if c.State == Shown || c.State == Rounded {
			c = m.roundLike(c, n)
		}
		low, high := m.bounds(c)
		if c.State == Withheld {
			low = min(f.Least, n)
		}
		g := &w.figures[i]
		g.name, g.low, g.high = f.Name, low, high
		g.visible = c.State == Shown || c.State == Rounded || c.State == Small
		g.hidden = c.State != Shown && c.State != Rounded && m.Hides(n)
	}
	return w, nil
}

// roundLike is what a figure that was shown would show today: since counts may
// have been restated since its release, its bounds are taken about the present
// count, in the way in which it was shown.
func (m Method) roundLike(c Cell, n int64) Cell {
	if c.State == Shown {
		return Cell{State: Shown, Value: n}
	}
	return Cell{State: Rounded, Value: (n + m.RoundTo/2) / m.RoundTo * m.RoundTo}
}

// group makes the blocks, in the order of their first parts.
func (w *world) group(counts map[Part]int64, in map[Part][]int) {
	byFigures := map[string]int{}
	parts := make([]Part, 0, len(in))
	for p := range in {
		parts = append(parts, p)
	}
	slices.Sort(parts)
	for _, p := range parts {
		var key strings.Builder
		for _, i := range in[p] {
			key.WriteString(strconv.Itoa(i) + ",")
		}
		b, ok := byFigures[key.String()]
		if !ok {
			b = len(w.truth)
			byFigures[key.String()] = b
			w.truth, w.parts, w.within = append(w.truth, 0), append(w.parts, nil), append(w.within, in[p])
		}
		w.truth[b] += counts[p]
		w.parts[b] = append(w.parts[b], p)
	}
}

// groups lists the sets of blocks to guard, each small in truth, sorted.
func (w *world) groups() [][]int {
	seen := map[string]bool{}
	var out [][]int
	add := func(blocks []int) {
		var key strings.Builder
		for _, b := range blocks {
			key.WriteString(strconv.Itoa(b) + ",")
		}
		if w.method.Hides(w.count(blocks)) && !seen[key.String()] {
			seen[key.String()] = true
			out = append(out, blocks)
		}
	}
	for b := range w.truth {
		add([]int{b})
	}
	for i, f := range w.figures {
		if f.hidden {
			add(f.blocks)
		}
		rest := f.blocks
		for j, g := range w.figures {
			if i == j || len(g.blocks) >= len(f.blocks) || !contains(f.blocks, g.blocks) {
				continue
			}
			add(without(f.blocks, g.blocks))
			if g.visible {
				rest = without(rest, g.blocks)
			}
		}
		add(rest)
	}
	slices.SortStableFunc(out, func(a, b []int) int { return cmp.Compare(len(a), len(b)) })
	return out
}

// contains reports whether the sorted all has every one of the sorted some.
func contains(all, some []int) bool {
	for _, b := range some {
		if _, ok := slices.BinarySearch(all, b); !ok {
			return false
		}
	}
	return true
}

// without is all less some, both sorted.
func without(all, some []int) []int {
	var out []int
	for _, b := range all {
		if _, ok := slices.BinarySearch(some, b); !ok {
			out = append(out, b)
		}
	}
	return out
}

// count is the true count of a set of blocks.
func (w *world) count(blocks []int) int64 {
	n := int64(0)
	for _, b := range blocks {
		n += w.truth[b]
	}
	return n
}

func (w *world) partsOf(blocks []int) []Part {
	var out []Part
	for _, b := range blocks {
		out = append(out, w.parts[b]...)
	}
	slices.Sort(out)
	return out
}

// withhold takes figure i from the reader.
func (w *world) withhold(i int) {
	f := &w.figures[i]
	f.low, f.high, f.visible, f.withheld = 0, unlimited, false, true
}

// mostTrials bounds how many figures are tried one by one for one group.
const mostTrials = 12

// choose picks the figure of the new view to withhold for group g: the one with
// the smallest count whose withholding makes g safe; failing that, the smallest
// that is shown and tied to g by common parts; -1 when none is left.
func (w *world) choose(g []int, possible int64) int {
	var candidates []int
	near := w.near(g)
	for i := w.old; i < len(w.figures); i++ {
		if w.figures[i].visible && near[i] {
			candidates = append(candidates, i)
		}
	}
	cost := func(i int) int64 {
		if n := w.count(w.figures[i].blocks); n > 0 {
			return n
		}
		return unlimited // a zero is shown as long as anything else helps
	}
	slices.SortStableFunc(candidates, func(a, b int) int { return cmp.Compare(cost(a), cost(b)) })
	for _, i := range candidates[:min(len(candidates), mostTrials)] {
		kept := w.figures[i]
		w.withhold(i)
		safe := w.safe(g, possible)
		w.figures[i] = kept
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
