package org

import (
	"cmp"
	"slices"
	"time"
)

// Successions is a set of successions which can be walked (R-ORG-4: only the
// immediate step is recorded, the chain is found by walking, cycles are guarded).
type Successions struct {
	forward, back map[Code][]Succession
}

// NewSuccessions indexes list. Order does not matter; walks come out sorted by
// date and code.
func NewSuccessions(list []Succession) Successions {
	s := Successions{map[Code][]Succession{}, map[Code][]Succession{}}
	for _, x := range list {
		s.forward[x.Predecessor] = append(s.forward[x.Predecessor], x)
		s.back[x.Successor] = append(s.back[x.Successor], x)
	}
	for _, m := range []map[Code][]Succession{s.forward, s.back} {
		for _, l := range m {
			slices.SortFunc(l, func(a, b Succession) int {
				return cmp.Or(a.On.Compare(b.On), cmp.Compare(a.Predecessor, b.Predecessor), cmp.Compare(a.Successor, b.Successor))
			})
		}
	}
	return s
}

// Now is one present-day holder of a code's history, with the share of it that
// it took over.
type Now struct {
	Code    Code
	Share   float64 // 1 unless a split lies between; 0 when a split has no stated shares
	Unsaid  bool    // a split on the way has no stated shares: somebody must say (R-ORG-5)
	Through []Succession
}

// Current is who holds the history of code at the instant at: itself when it has
// no successor by then, else the ends of every chain.
func (s Successions) Current(code Code, at time.Time) []Now {
	var out []Now
	s.walk(Now{Code: code, Share: 1}, at, map[Code]bool{}, &out)
	slices.SortFunc(out, func(a, b Now) int { return cmp.Compare(a.Code, b.Code) })
	return out
}

func (s Successions) walk(n Now, at time.Time, seen map[Code]bool, out *[]Now) {
	var next []Succession
	for _, x := range s.forward[n.Code] {
		if !x.On.After(at) && x.Successor != x.Predecessor {
			next = append(next, x)
		}
	}
	if len(next) == 0 || seen[n.Code] {
		*out = append(*out, n)
		return
	}
	seen[n.Code] = true
	defer delete(seen, n.Code)
	for _, x := range next {
		step := Now{Code: x.Successor, Share: n.Share, Unsaid: n.Unsaid, Through: append(slices.Clone(n.Through), x)}
		if len(next) > 1 || x.Share > 0 {
			step.Share *= x.Share
			step.Unsaid = step.Unsaid || x.Share <= 0
		}
		s.walk(step, at, seen, out)
	}
}

// wholly is the least share of a predecessor that counts as all of it.
const wholly = 1 - 1e-9

// Heir is who took all of a code over by a moment; the code itself where nobody did,
// where it was split, or where nobody has said how (R-ORG-5).
func (s Successions) Heir(code Code, at time.Time) Code {
	if now := s.Current(code, at); len(now) == 1 && !now[0].Unsaid && now[0].Share >= wholly {
		return now[0].Code
	}
	return code
}

// Predecessors is every code whose history code holds by the instant at, nearest
// first, each with the step that leads towards code.
func (s Successions) Predecessors(code Code, at time.Time) []Succession {
	var out []Succession
	seen := map[Code]bool{code: true}
	for queue := []Code{code}; len(queue) > 0; queue = queue[1:] {
		for _, x := range s.back[queue[0]] {
			if x.On.After(at) || seen[x.Predecessor] {
				continue
			}
			seen[x.Predecessor] = true
			out = append(out, x)
			queue = append(queue, x.Predecessor)
		}
	}
	return out
}
