package disclosure

import (
	"math/bits"
	"slices"
)

// Limits of the search for another world. A search that reaches one is given
// up, and the group counts as not safe: the error is on the side of hiding.
const (
	searchSteps = 1500
	searchDepth = 14
)

// search is the world as it is changed, one person at a time, in looking for others
// that agree with everything shown. It always comes back to the true counts.
type search struct {
	*world
	counts []int64 // of blocks, so far
	sums   []int64 // of figures, so far; last that of the group
	moved  []int64 // how far each block was moved in this attempt; never back
	low    []int64 // the bounds of figures; last those of the group
	high   []int64
	group  []int     // the blocks of the group
	inside []bool    // block is in the group
	harms  [2][]int8 // of each sum, what moving it down and up does: see look
	orders [searchDepth + 1][]choice
	off    []uint64 // one bit for each sum: it is out of its bounds
	path   []move   // made in this attempt
	trail  []move   // made in attempts before it, since the true counts
	steps  int
}

// move is one person put into a block, or taken out of it.
type move struct {
	block     int
	direction int64
}

// choice is a block that may move, and how many sums that puts out of bounds.
type choice struct{ block, harm int }

// newSearch begins at the true counts.
func newSearch(w *world) *search {
	sums := len(w.figures) + 1
	s := &search{
		world: w, counts: slices.Clone(w.truth), sums: make([]int64, sums), moved: make([]int64, len(w.truth)), inside: make([]bool, len(w.truth)),
		low: make([]int64, sums), high: make([]int64, sums), harms: [2][]int8{make([]int8, sums), make([]int8, sums)}, off: make([]uint64, (sums+63)/64),
	}
	for i := range w.figures {
		s.sums[i] = w.count(w.figures[i].blocks)
		s.read(i)
	}
	return s
}

// read takes the bounds of figure i as they are now.
func (s *search) read(i int) {
	s.low[i], s.high[i] = s.figures[i].low, s.figures[i].high
	s.look(i)
}

// want bounds the count of the group.
func (s *search) want(low, high int64) {
	last := len(s.figures)
	s.low[last], s.high[last] = low, high
	s.look(last)
}

// safe reports whether the group g has at least possible counts in worlds that
// agree with everything shown.
func (s *search) safe(g []int, possible int64) bool {
	s.aim(g)
	found := int64(1)
	for _, direction := range []int64{1, -1} {
		for found < possible && s.further(direction) {
			found++
		}
		s.home()
	}
	for _, b := range g {
		s.inside[b] = false
	}
	return found >= possible
}

// aim makes g the group.
func (s *search) aim(g []int) {
	s.group, s.sums[len(s.figures)] = g, s.count(g)
	for _, b := range g {
		s.inside[b] = true
	}
	s.want(0, unlimited)
}

// home goes back to the true counts.
func (s *search) home() {
	for i := len(s.trail) - 1; i >= 0; i-- {
		s.move(s.trail[i].block, -s.trail[i].direction)
	}
	s.trail = s.trail[:0]
	s.want(0, unlimited)
}

// further goes on to a world in which the group has more people, or fewer. Steps of
// two and three are tried as well, since figures may tie two groups so that only
// every second count is possible.
func (s *search) further(direction int64) bool {
	for step := int64(1); step <= 3; step++ {
		if s.reach(direction * step) {
			return true
		}
	}
	return false
}

// reach goes on to a world in which the group has change people more than now (fewer
// when negative), and every figure is within what is known of it; false, and nothing
// is changed, when none was found.
func (s *search) reach(change int64) bool {
	goal := s.sums[len(s.figures)] + change
	s.want(goal, goal)
	s.steps, s.path = 0, s.path[:0]
	reached := s.repair(searchDepth)
	for _, m := range s.path {
		s.moved[m.block] = 0
	}
	s.trail = append(s.trail, s.path...)
	return reached
}

// blocksOf is the blocks of sum i.
func (s *search) blocksOf(i int) []int {
	if i == len(s.figures) {
		return s.group
	}
	return s.figures[i].blocks
}

// repair moves single people into or out of blocks until every sum is within
// its bounds: always for the first sum that is not.
func (s *search) repair(depth int) bool {
	wrong, direction := s.wrong()
	if wrong < 0 {
		return true
	}
	if s.steps++; depth == 0 || s.steps > searchSteps || s.work <= 0 {
		return false
	}
	for _, c := range s.order(s.blocksOf(wrong), direction, depth) {
		b := c.block
		s.move(b, direction)
		s.moved[b] += direction
		s.path = append(s.path, move{b, direction})
		if s.repair(depth - 1) {
			return true
		}
		s.path = s.path[:len(s.path)-1]
		s.moved[b] -= direction
		s.move(b, -direction)
	}
	return false
}

// wrong is the first sum out of its bounds and which way it must go, the group
// before all others; -1 when all are right.
func (s *search) wrong() (figure int, direction int64) {
	for k := len(s.off) - 1; k >= 0; k-- {
		if s.off[k] == 0 {
			continue
		}
		i := 64*k + 63 - bits.LeadingZeros64(s.off[k])
		if s.sums[i] < s.low[i] {
			return i, 1
		}
		return i, -1
	}
	return -1, 0
}

// order lists the blocks that may move in direction, first those whose move
// puts the fewest sums out of bounds. The list holds until it is asked for the same
// depth again.
func (s *search) order(blocks []int, direction int64, depth int) []choice {
	harms, last := s.harms[way(direction)], len(s.figures)
	choices := s.orders[depth][:0]
	for _, b := range blocks {
		if s.moved[b]*direction < 0 || direction < 0 && s.counts[b] == 0 {
			continue
		}
		harm := 0
		for _, i := range s.within[b] {
			harm += int(harms[i])
		}
		if s.inside[b] {
			harm += int(harms[last])
		}
		s.work -= 1 + len(s.within[b])
		choices = append(choices, choice{b, harm})
	}
	slices.SortStableFunc(choices, func(a, b choice) int { return a.harm - b.harm })
	s.orders[depth] = choices
	return choices
}

// way is the place of a direction in harms.
func way(direction int64) int {
	if direction > 0 {
		return 1
	}
	return 0
}

// look notes how sum i stands to its bounds: whether it is out of them, and what
// moving it down and up does: 1 takes it out, -1 brings it nearer, 0 is neither.
func (s *search) look(i int) {
	n, low, high := s.sums[i], s.low[i], s.high[i]
	down, up, bit := int8(0), int8(0), uint64(1)<<(i%64)
	if n <= low {
		down = 1
	} else if n > high {
		down = -1
	}
	if n >= high {
		up = 1
	} else if n < low {
		up = -1
	}
	s.harms[0][i], s.harms[1][i] = down, up
	if n < low || n > high {
		s.off[i/64] |= bit
	} else {
		s.off[i/64] &^= bit
	}
}

// move puts one person into block b, or takes one out.
func (s *search) move(b int, direction int64) {
	s.counts[b] += direction
	for _, i := range s.within[b] {
		s.sums[i] += direction
		s.look(i)
	}
	if s.inside[b] {
		s.sums[len(s.figures)] += direction
		s.look(len(s.figures))
	}
	s.work -= 1 + len(s.within[b])
}
