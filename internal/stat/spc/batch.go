package spc

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
)

// Panel is many series end to end in flat slices, as a whole-country run loads
// them.
type Panel struct {
	// Values of all series, each in time order; NaN is a gap.
	Values []float64
	// Offsets has one entry more than there are series: series i is
	// Values[Offsets[i]:Offsets[i+1]].
	Offsets []int
	// Rebases are the positions in Values at which somebody has signed a new
	// segment, ascending, no position twice.
	Rebases []int
	// Directions has one entry per series; nil means Neutral for all.
	Directions []Direction
	// Targets has the current target of each series, NaN for none; nil for none at all.
	Targets []float64
}

// Len is the number of series.
func (p *Panel) Len() int { return max(len(p.Offsets)-1, 0) }

// Results holds what Judge finds, in slices that lie like those of the Panel. It
// can be used again for the next Panel without allocating.
type Results struct {
	Marks []Marks // per value
	// Segments of all series; series i has Segments[SegmentOffsets[i]:SegmentOffsets[i+1]].
	// Start and End of a segment are positions in Panel.Values.
	Segments       []Segment
	SegmentOffsets []int
	Variation      []Variation // per series
	Assurance      []Assurance // per series
	Latest         []int       // per series: position in Panel.Values of the latest value, -1 without one
}

// Validate is an error if the slices of the panel don't fit together.
func (p *Panel) Validate() error {
	n := p.Len()
	switch {
	case len(p.Offsets) == 0 || p.Offsets[0] != 0 || p.Offsets[n] != len(p.Values):
		return fmt.Errorf("offsets must run from 0 to the %d values", len(p.Values))
	case !slices.IsSorted(p.Offsets):
		return fmt.Errorf("offsets must not go down")
	case p.Directions != nil && len(p.Directions) != n:
		return fmt.Errorf("%d directions for %d series", len(p.Directions), n)
	case p.Targets != nil && len(p.Targets) != n:
		return fmt.Errorf("%d targets for %d series", len(p.Targets), n)
	}
	for i, at := range p.Rebases {
		if at < 0 || at >= len(p.Values) || i > 0 && at <= p.Rebases[i-1] {
			return fmt.Errorf("rebase %d at position %d is out of order or beyond the values", i, at)
		}
	}
	return nil
}

// Judge runs limits, rules and icons over every series of a panel on the given
// number of goroutines (1 or fewer is one) and writes them into out, whose slices
// it grows as needed. Nothing is allocated per series or point, and the answers
// don't depend on workers: each series is judged alone and has its own places in
// out.
func Judge(p *Panel, s Settings, workers int, out *Results) error {
	if err := s.Validate(); err != nil {
		return err
	}
	if err := p.Validate(); err != nil {
		return err
	}
	out.lay(p)
	n := p.Len()
	workers = min(max(workers, 1), max(n, 1))
	if workers == 1 {
		out.judge(p, &s, 0, n)
		return nil
	}
	var group sync.WaitGroup
	var next atomic.Int64
	for range workers {
		group.Go(func() {
			own := s // each goroutine has its own copy, so that no cache line is shared
			for {
				// Blocks are handed out as they are wanted, so that a core busy with
				// something else does not keep the others waiting.
				from := int(next.Add(block)) - block
				if from >= n {
					return
				}
				out.judge(p, &own, from, min(from+block, n))
			}
		})
	}
	group.Wait()
	return nil
}

// block is how many series a goroutine takes at a time.
const block = 512

// lay gives every series its places in the results and its segments their bounds.
func (r *Results) lay(p *Panel) {
	n := p.Len()
	r.Marks = resize(r.Marks, len(p.Values))
	r.SegmentOffsets = resize(r.SegmentOffsets, n+1)
	r.Variation = resize(r.Variation, n)
	r.Assurance = resize(r.Assurance, n)
	r.Latest = resize(r.Latest, n)
	r.Segments = resize(r.Segments, n+len(p.Rebases))[:0]
	next := 0
	for i := range n {
		r.SegmentOffsets[i] = len(r.Segments)
		start, end, number := p.Offsets[i], p.Offsets[i+1], 0
		for ; next < len(p.Rebases) && p.Rebases[next] < end; next++ {
			if at := p.Rebases[next]; at > start {
				r.Segments = append(r.Segments, Segment{Start: start, End: at, Number: number})
				start = at
			}
			number++
		}
		r.Segments = append(r.Segments, Segment{Start: start, End: end, Number: number})
	}
	r.SegmentOffsets[n] = len(r.Segments)
}

// resize is s with length n, allocated anew only if it is too small.
func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// judge does series from up to before to.
func (r *Results) judge(p *Panel, s *Settings, from, to int) {
	for i := from; i < to; i++ {
		segments := r.Segments[r.SegmentOffsets[i]:r.SegmentOffsets[i+1]]
		for j := range segments {
			g := &segments[j]
			values := p.Values[g.Start:g.End]
			g.estimate(values, s)
			g.mark(values, s, r.Marks[g.Start:g.End])
		}
		direction, target := Neutral, math.NaN()
		if p.Directions != nil {
			direction = p.Directions[i]
		}
		if p.Targets != nil {
			target = p.Targets[i]
		}
		r.Latest[i], r.Variation[i], r.Assurance[i] = r.icons(segments, s, direction, target)
	}
}

// icons is the latest value of a series and the verdicts there. Segments which
// hold nothing but gaps say nothing yet; the last one with a value speaks.
func (r *Results) icons(segments []Segment, s *Settings, d Direction, target float64) (int, Variation, Assurance) {
	for j := len(segments) - 1; j >= 0; j-- {
		g := &segments[j]
		if g.Values == 0 {
			continue
		}
		latest := g.End - 1
		for r.Marks[latest].Gap() {
			latest--
		}
		if g.Values < s.MinimumIcons {
			return latest, VariationUnknown, NoAssurance
		}
		v := s.VariationOf(r.Marks[latest], d)
		if s.IconOfLastPeriod && latest < segments[len(segments)-1].End-1 {
			v = VariationUnknown
		}
		return latest, v, g.AssuranceOf(target, d)
	}
	return -1, VariationUnknown, NoAssurance
}
