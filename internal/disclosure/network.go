package disclosure

import (
	"container/heap"
)

// A two-way table with its totals is a circulation: from a source to the rows
// (row totals), from rows to columns (cells), from columns to a sink (column
// totals), and from the sink back to the source (grand total). At each node what
// comes in goes out, which says that the totals are sums. Every table that a
// reader could believe in is a circulation within the bounds that he knows, and
// since such networks have integral corners, the least and the greatest value of
// an arc are found exactly by shortest augmenting paths from the true table.

// arc is a count with what a reader knows of it.
type arc struct {
	from, to  int
	value     int64 // true count
	low, high int64 // what a reader knows
	cost      int64 // of withholding it; 0 when that is done or can't be
	freed     int64 // lower bound once withheld
}

// room is by how much flow along the arc can change, forward or backward.
func (a *arc) room(flow int64, forward bool) int64 {
	if forward {
		return a.high - flow
	}
	return flow - a.low
}

// network is a table as a circulation.
type network struct {
	arcs  []arc
	touch [][]int // arcs at each node
	flow  []int64 // working copy
}

func newNetwork(nodes int) *network { return &network{touch: make([][]int, nodes)} }

// add adds an arc and gives its number.
func (n *network) add(a arc) int {
	id := len(n.arcs)
	n.arcs = append(n.arcs, a)
	n.touch[a.from] = append(n.touch[a.from], id)
	n.touch[a.to] = append(n.touch[a.to], id)
	return id
}

// step is arriving at a node over an arc.
type step struct {
	arc     int
	forward bool
	before  int // node
}

// push finds how much more flow, up to want, can go from start to goal without
// arc e. Sent round through e, it changes e by as much.
func (n *network) push(e, start, goal int, want int64) int64 {
	n.flow = n.flow[:0]
	for i := range n.arcs {
		n.flow = append(n.flow, n.arcs[i].value)
	}
	sent := int64(0)
	for sent < want {
		path := n.augmenting(e, start, goal)
		if path == nil {
			break
		}
		amount := want - sent
		for _, s := range path {
			amount = min(amount, n.arcs[s.arc].room(n.flow[s.arc], s.forward))
		}
		for _, s := range path {
			if s.forward {
				n.flow[s.arc] += amount
			} else {
				n.flow[s.arc] -= amount
			}
		}
		sent += amount
	}
	return sent
}

// augmenting is a shortest path with room from start to goal without arc e, or
// nil.
func (n *network) augmenting(e, start, goal int) []step {
	came := make([]step, len(n.touch))
	for i := range came {
		came[i].before = -1
	}
	came[start].before = start
	queue := []int{start}
	for len(queue) > 0 && came[goal].before < 0 {
		node := queue[0]
		queue = queue[1:]
		for _, id := range n.touch[node] {
			a := &n.arcs[id]
			forward := a.from == node
			next := a.to
			if !forward {
				next = a.from
			}
			if id != e && came[next].before < 0 && a.room(n.flow[id], forward) > 0 {
				came[next] = step{id, forward, node}
				queue = append(queue, next)
			}
		}
	}
	return walk(came, start, goal)
}

// walk collects the steps from start to goal, or nil when goal was not reached.
func walk(came []step, start, goal int) []step {
	if came[goal].before < 0 {
		return nil
	}
	var path []step
	for at := goal; at != start; at = came[at].before {
		path = append(path, came[at])
	}
	return path
}

// cheapest finds the arcs whose withholding lets e move, up or down, by more
// than it can now, at the least cost; ok is false when none does. It works on the
// flow that push left behind, so that the path is one that was not there before.
func (n *network) cheapest(e, start, goal int) (withhold []int, cost int64, ok bool) {
	const far = unlimited
	distance := make([]int64, len(n.touch))
	came := make([]step, len(n.touch))
	for i := range distance {
		distance[i], came[i].before = far, -1
	}
	distance[start], came[start].before = 0, start
	queue := &nodeQueue{{start, 0}}
	for queue.Len() > 0 {
		at := heap.Pop(queue).(reached)
		if at.cost > distance[at.node] {
			continue
		}
		for _, id := range n.touch[at.node] {
			a := &n.arcs[id]
			forward := a.from == at.node
			next := a.to
			if !forward {
				next = a.from
			}
			price, open := n.price(id, forward)
			if id == e || !open || distance[at.node]+price >= distance[next] {
				continue
			}
			distance[next] = distance[at.node] + price
			came[next] = step{id, forward, at.node}
			heap.Push(queue, reached{next, distance[next]})
		}
	}
	path := walk(came, start, goal)
	for _, s := range path {
		if n.arcs[s.arc].room(n.flow[s.arc], s.forward) == 0 {
			withhold = append(withhold, s.arc)
		}
	}
	return withhold, distance[goal], path != nil
}

// price is what moving along the arc costs: nothing where there is room, and
// the cost of withholding it where that makes room.
func (n *network) price(id int, forward bool) (price int64, open bool) {
	a := &n.arcs[id]
	if a.room(n.flow[id], forward) > 0 {
		return 0, true
	}
	if a.cost == 0 || !forward && n.flow[id] <= a.freed {
		return 0, false
	}
	return a.cost, true
}

// withhold takes from the reader what he knew of the arc.
func (n *network) withhold(id int) {
	a := &n.arcs[id]
	a.low, a.high, a.cost = a.freed, unlimited, 0
}

// reached is a node and what it costs to get there.
type reached struct {
	node int
	cost int64
}

// nodeQueue orders nodes by cost, then number, so that the result does not
// depend on chance.
type nodeQueue []reached

func (q nodeQueue) Len() int { return len(q) }
func (q nodeQueue) Less(i, j int) bool {
	return q[i].cost < q[j].cost || q[i].cost == q[j].cost && q[i].node < q[j].node
}
func (q nodeQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *nodeQueue) Push(x any)   { *q = append(*q, x.(reached)) }
func (q *nodeQueue) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}
