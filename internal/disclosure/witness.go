package disclosure

import (
	"cmp"
	"slices"
)

// Limits of the search for another world. A search that reaches one is given
// up, and the group counts as not safe: the error is on the side of hiding.
const (
	searchSteps = 1500
	searchDepth = 14
)

// safe reports whether the group g has at least possible counts in worlds that
// agree with everything shown.
func (w *world) safe(g []int, possible int64) bool {
	found := int64(1)
	for _, direction := range []int64{1, -1} {
		from := slices.Clone(w.truth)
		for found < possible {
			if from = w.further(from, g, direction); from == nil {
				break
			}
			found++
		}
	}
	return found >= possible
}

// further is a world in which the group has more people, or fewer, than in from.
// Steps of two and three are tried as well, since figures may tie two groups so
// that only every second count is possible.
func (w *world) further(from []int64, g []int, direction int64) []int64 {
	for step := int64(1); step <= 3; step++ {
		if world := w.other(from, g, direction*step); world != nil {
			return world
		}
	}
	return nil
}

// search is one attempt to reach another world.
type search struct {
	*world
	counts []int64 // of blocks, so far
	sums   []int64 // of figures, so far
	moved  []int64 // how far each block was moved; never back
	target figure  // the group, with the count that it shall have
	inside []bool  // block is in the group
	steps  int
}

// other is a world in which group g has change people more than in from (fewer
// when negative), and every figure is within what is known of it; nil when
// none was found.
func (w *world) other(from []int64, g []int, change int64) []int64 {
	s := &search{world: w, counts: slices.Clone(from), sums: make([]int64, len(w.figures)+1), moved: make([]int64, len(from)), inside: make([]bool, len(from))}
	for i, f := range w.figures {
		for _, b := range f.blocks {
			s.sums[i] += from[b]
		}
	}
	last := len(w.figures)
	for _, b := range g {
		s.inside[b] = true
		s.sums[last] += from[b]
	}
	s.target = figure{blocks: g, low: s.sums[last] + change, high: s.sums[last] + change}
	if s.repair(searchDepth) {
		return s.counts
	}
	return nil
}

// at is figure i, or the group after the last of them.
func (s *search) at(i int) *figure {
	if i == len(s.figures) {
		return &s.target
	}
	return &s.figures[i]
}

// repair moves single people into or out of blocks until every sum is within
// its bounds: always for the first sum that is not.
func (s *search) repair(depth int) bool {
	wrong, direction := s.wrong()
	if wrong < 0 {
		return true
	}
	if s.steps++; depth == 0 || s.steps > searchSteps {
		return false
	}
	for _, b := range s.order(s.at(wrong).blocks, direction) {
		s.move(b, direction)
		if s.repair(depth - 1) {
			return true
		}
		s.move(b, -direction)
	}
	return false
}

// wrong is the first sum out of its bounds and which way it must go, the group
// before all others; -1 when all are right.
func (s *search) wrong() (figure int, direction int64) {
	for i := len(s.figures); i >= 0; i-- {
		switch f := s.at(i); {
		case s.sums[i] < f.low:
			return i, 1
		case s.sums[i] > f.high:
			return i, -1
		}
	}
	return -1, 0
}

// order lists the blocks that may move in direction, first those whose move
// puts the fewest sums out of bounds.
func (s *search) order(blocks []int, direction int64) []int {
	type choice struct {
		block, harm int
	}
	var choices []choice
	for _, b := range blocks {
		if s.moved[b]*direction < 0 || direction < 0 && s.counts[b] == 0 {
			continue
		}
		harm := 0
		for _, i := range s.within[b] {
			harm += s.harm(i, direction)
		}
		if s.inside[b] {
			harm += s.harm(len(s.figures), direction)
		}
		choices = append(choices, choice{b, harm})
	}
	slices.SortStableFunc(choices, func(a, b choice) int { return cmp.Compare(a.harm, b.harm) })
	out := make([]int, len(choices))
	for i, c := range choices {
		out[i] = c.block
	}
	return out
}

// harm is 1 when moving sum i in direction takes it out of bounds, -1 when it
// brings it nearer to them, else 0.
func (s *search) harm(i int, direction int64) int {
	f, after := s.at(i), s.sums[i]+direction
	switch {
	case direction > 0 && after > f.high, direction < 0 && after < f.low:
		return 1
	case direction > 0 && s.sums[i] < f.low, direction < 0 && s.sums[i] > f.high:
		return -1
	default:
		return 0
	}
}

// move puts one person into block b, or takes one out.
func (s *search) move(b int, direction int64) {
	s.counts[b] += direction
	s.moved[b] += direction
	for _, i := range s.within[b] {
		s.sums[i] += direction
	}
	if s.inside[b] {
		s.sums[len(s.figures)] += direction
	}
}
