package alert

import (
	"time"

	"candour/internal/concern"
)

// Counts is how alerts stand and what became of them: the workload and the hit rate.
type Counts struct {
	New          int // raised, nobody has taken note
	Acknowledged int
	Assigned     int
	Above        int // of the open, above the first level
	Raised       int // raised in the span asked for
	Closed       int // closed in the span, and closed still
	True         int // of those closed: a concern that exists
	ByOutcome    map[concern.Outcome]int
}

// Open is every alert that is still a task.
func (c Counts) Open() int { return c.New + c.Acknowledged + c.Assigned }

// Count counts alerts as they stand, and those raised and those closed from an
// instant up to, and not at, another.
func Count(list []Alert, from, until time.Time) Counts {
	c := Counts{ByOutcome: map[concern.Outcome]int{}}
	within := func(t time.Time) bool { return !t.Before(from) && t.Before(until) }
	for i := range list {
		a := &list[i]
		switch a.State {
		case Raised:
			c.New++
		case Acknowledged:
			c.Acknowledged++
		case Assigned:
			c.Assigned++
		case Closed:
			if within(a.Ended) {
				c.Closed++
				c.ByOutcome[a.Outcome]++
				if a.Outcome.True() {
					c.True++
				}
			}
		}
		if a.Open() && a.Level > Leads {
			c.Above++
		}
		if within(a.Raised) {
			c.Raised++
		}
	}
	return c
}
