package disclosure

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"candour/internal/fault"
)

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
	work    int // left for the search
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

// groups lists the sets of blocks to guard, each small in truth: those that the new
// view has to do with before those that it hasn't, smaller before larger.
func (w *world) groups() [][]int {
	seen := map[string]bool{}
	var out [][]int
	add := func(blocks []int) {
		if !w.method.Hides(w.count(blocks)) {
			return
		}
		var key strings.Builder
		for _, b := range blocks {
			key.WriteString(strconv.Itoa(b) + ",")
		}
		if !seen[key.String()] {
			seen[key.String()] = true
			out = append(out, blocks)
		}
	}
	for b := range w.truth {
		add([]int{b})
	}
	sums, first := make([]int64, len(w.figures)), make([][]int, len(w.truth))
	for i := range w.figures {
		sums[i] = w.count(w.figures[i].blocks)
		if blocks := w.figures[i].blocks; len(blocks) > 0 {
			first[blocks[0]] = append(first[blocks[0]], i)
		}
	}
	for i, f := range w.figures {
		if f.hidden {
			add(f.blocks)
		}
		rest := f.blocks
		for _, j := range w.insideOf(i, first) {
			g := &w.figures[j]
			if w.method.Hides(sums[i] - sums[j]) {
				add(without(f.blocks, g.blocks))
			}
			if g.visible {
				rest = without(rest, g.blocks)
			}
		}
		add(rest)
	}
	tied := w.tied()
	slices.SortStableFunc(out, func(a, b []int) int { return cmp.Or(apart(tied, a)-apart(tied, b), cmp.Compare(len(a), len(b))) })
	return out
}

// insideOf is the figures whose blocks are some of those of figure i, in order; first
// is the figures that begin with each block.
func (w *world) insideOf(i int, first [][]int) (out []int) {
	blocks := w.figures[i].blocks
	for _, b := range blocks {
		for _, j := range first[b] {
			if inner := w.figures[j].blocks; len(inner) < len(blocks) && contains(blocks, inner) {
				out = append(out, j)
			}
		}
	}
	slices.Sort(out)
	return out
}

// tied is the blocks that the new view's figures reach, directly or through others.
func (w *world) tied() []bool {
	var of []int
	for i := w.old; i < len(w.figures); i++ {
		of = append(of, w.figures[i].blocks...)
	}
	near, out := w.near(of), make([]bool, len(w.truth))
	for i := range w.figures {
		for _, b := range w.figures[i].blocks {
			out[b] = out[b] || near[i]
		}
	}
	return out
}

// apart is 1 for a group that the new view has nothing to do with.
func apart(tied []bool, g []int) int {
	if slices.ContainsFunc(g, func(b int) bool { return tied[b] }) {
		return 0
	}
	return 1
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
