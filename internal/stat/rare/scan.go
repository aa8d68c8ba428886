package rare

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sort"
	"sync"
	"sync/atomic"
)

// Event is one event at a place (index into Scan.Places) on a day (any count of
// days, such as since 1970).
type Event struct {
	Place, Day int
}

// Place is a ward, site or provider.
type Place struct {
	Name     string
	X, Y     float64 // kilometres, used with Scan.Circles
	Exposure float64 // activity, in any unit common to all; 0 for all places if unknown
}

// Scan is a search for clusters in place and time (Kulldorff and others 1998, Am.
// J. Public Health 88, 1377-1380). With exposures, events are expected in
// proportion to exposure and time. Without, the days are dealt anew among the
// events, so that places with more events and periods with more events are taken
// as they are (the space–time permutation of Kulldorff and others 2005, PLoS Med
// 2, e59).
type Scan struct {
	Places      []Place
	First, Last int    // days of the study period, both within
	MaxDays     int    // longest cluster; 0 means half of the period
	Circles     bool   // join each place with its neighbours, up to half of all exposure or places
	Simulations int    // 0 means 999
	Seed        uint64 // of the simulation: the same seed gives the same result
	Workers     int    // cores; 0 means all. The result does not depend on it
}

// Cluster is a set of places in a period with more events than chance explains.
type Cluster struct {
	Places    []int // indices, rising
	From, To  int   // first and last day with an event
	Events    int
	Expected  float64
	Statistic float64 // log-likelihood ratio
	Chance    float64 // probability that chance alone brings as strong a cluster anywhere in the search
}

// maxEvents keeps the search, which looks at every pair of events in every zone,
// within seconds: it is for rare events.
const maxEvents = 2000

// Run searches, strongest first; clusters share no event. Fewer than two events
// have no cluster. Each cluster's Chance compares it with the strongest of each
// simulation, which for all but the first is on the safe side.
func (s Scan) Run(events []Event) ([]Cluster, error) {
	if err := s.check(events); err != nil {
		return nil, err
	}
	if len(events) < 2 {
		return nil, nil
	}
	search := s.prepare()
	found := search.clusters(events)
	if len(found) == 0 {
		return nil, nil
	}
	simulations, workers := s.Simulations, s.Workers
	if simulations <= 0 {
		simulations = 999
	}
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	strongest := make([]float64, simulations)
	var next atomic.Int64
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			drawn := make([]Event, len(events))
			for {
				k := int(next.Add(1)) - 1
				if k >= simulations {
					return
				}
				// A generator for each simulation, so that it does not matter which
				// core runs it.
				search.draw(drawn, events, rand.New(rand.NewPCG(s.Seed, uint64(k))))
				strongest[k] = search.strongest(drawn)
			}
		})
	}
	running.Wait()
	for i := range found {
		asStrong := 1
		for _, v := range strongest {
			if v >= found[i].Statistic-1e-9 {
				asStrong++
			}
		}
		found[i].Chance = float64(asStrong) / float64(simulations+1)
	}
	return found, nil
}

func (s Scan) check(events []Event) error {
	if s.Last < s.First {
		return errors.New("the period ends before it begins")
	}
	if len(events) > maxEvents {
		return fmt.Errorf("%d events are too many for a search for clusters of rare events; %d is the most", len(events), maxEvents)
	}
	known := 0
	for _, p := range s.Places {
		if !(p.Exposure >= 0) || math.IsInf(p.Exposure, 1) || math.IsNaN(p.X+p.Y) || math.IsInf(p.X+p.Y, 0) {
			return errors.New("a place has an exposure or position that is not a number")
		}
		if p.Exposure > 0 {
			known++
		}
	}
	for _, e := range events {
		switch {
		case e.Place < 0 || e.Place >= len(s.Places):
			return errors.New("an event is at a place that is not listed")
		case e.Day < s.First || e.Day > s.Last:
			return errors.New("an event lies outside the period")
		case known > 0 && s.Places[e.Place].Exposure <= 0:
			return errors.New("a place with an event has no exposure")
		}
	}
	return nil
}

// search is a Scan made ready.
type search struct {
	Scan
	maxDays    int
	zones      [][]int   // for each place, the places in order of distance that circles may join
	cumulative []float64 // exposure up to and including a place; nil without exposures
	total      float64
}

func (s Scan) prepare() *search {
	w := &search{Scan: s, maxDays: s.MaxDays, zones: make([][]int, len(s.Places))}
	if w.maxDays <= 0 {
		w.maxDays = max(1, (s.Last-s.First+1)/2)
	}
	for _, p := range s.Places {
		w.total += p.Exposure
		w.cumulative = append(w.cumulative, w.total)
	}
	if w.total <= 0 {
		w.cumulative = nil
	}
	for i := range s.Places {
		w.zones[i] = w.circle(i)
	}
	return w
}

// circle lists place i and, with Circles, its neighbours from near to far while
// together they hold at most half of the exposure (or of the places).
func (w *search) circle(i int) []int {
	if !w.Circles {
		return []int{i}
	}
	order := make([]int, len(w.Places))
	for k := range order {
		order[k] = k
	}
	distance := func(k int) float64 { return math.Hypot(w.Places[k].X-w.Places[i].X, w.Places[k].Y-w.Places[i].Y) }
	sort.SliceStable(order, func(a, b int) bool {
		if da, db := distance(order[a]), distance(order[b]); da < db || da > db {
			return da < db
		}
		return order[a] == i && order[b] != i // itself before others at the same spot
	})
	var held float64
	for n, k := range order {
		if held += w.Places[k].Exposure; n > 0 && (held > w.total/2 && w.cumulative != nil || w.cumulative == nil && 2*(n+1) > len(order)) {
			return order[:n]
		}
	}
	return order
}

// draw fills drawn with a chance arrangement of as many events.
func (w *search) draw(drawn, events []Event, random *rand.Rand) {
	if w.cumulative == nil {
		copy(drawn, events)
		random.Shuffle(len(drawn), func(i, j int) { drawn[i].Day, drawn[j].Day = drawn[j].Day, drawn[i].Day })
		return
	}
	for i := range drawn {
		at := random.Float64() * w.total
		place := sort.Search(len(w.cumulative), func(k int) bool { return w.cumulative[k] > at })
		drawn[i] = Event{Place: min(place, len(w.Places)-1), Day: w.First + random.IntN(w.Last-w.First+1)}
	}
}

// strongest is the largest statistic of any zone and period.
func (w *search) strongest(events []Event) float64 {
	best := 0.0
	w.each(events, func(_ []int, _, _, _ int, _, statistic float64) { best = math.Max(best, statistic) })
	return best
}

// clusters lists the strongest clusters that share no event.
func (w *search) clusters(events []Event) []Cluster {
	var all []Cluster
	w.each(events, func(zone []int, from, to, count int, expected, statistic float64) {
		if statistic > 0 {
			all = append(all, Cluster{Places: zone, From: from, To: to, Events: count, Expected: expected, Statistic: statistic})
		}
	})
	sort.SliceStable(all, func(a, b int) bool { return all[a].Statistic > all[b].Statistic })
	var chosen []Cluster
	used := make([]bool, len(events))
	for _, c := range all {
		var members []int
		free := true
		for i, e := range events {
			if e.Day >= c.From && e.Day <= c.To && slices.Contains(c.Places, e.Place) {
				members = append(members, i)
				free = free && !used[i]
			}
		}
		if free {
			for _, i := range members {
				used[i] = true
			}
			c.Places = slices.Sorted(slices.Values(c.Places))
			chosen = append(chosen, c)
		}
	}
	return chosen
}

// each calls visit for every zone around a place with events and every period
// that begins and ends with an event: no other can be the strongest.
func (w *search) each(events []Event, visit func(zone []int, from, to, count int, expected, statistic float64)) {
	days := make([]int, len(events)) // of all events, for the permutation's expectation
	at := map[int][]int{}
	for i, e := range events {
		days[i] = e.Day
		at[e.Place] = append(at[e.Place], e.Day)
	}
	slices.Sort(days)
	var zoneDays []int
	for centre := range w.Places {
		if len(at[centre]) == 0 {
			continue
		}
		zoneDays = zoneDays[:0]
		var exposure float64
		for n, place := range w.zones[centre] {
			exposure += w.Places[place].Exposure
			if len(at[place]) == 0 {
				continue
			}
			zoneDays = append(zoneDays, at[place]...)
			slices.Sort(zoneDays)
			w.periods(w.zones[centre][:n+1], zoneDays, days, exposure, visit)
		}
	}
}

// periods visits every period of one zone.
func (w *search) periods(zone, zoneDays, days []int, exposure float64, visit func(zone []int, from, to, count int, expected, statistic float64)) {
	n, length := float64(len(days)), float64(w.Last-w.First+1)
	for i, from := range zoneDays {
		if i > 0 && zoneDays[i-1] == from {
			continue
		}
		before := sort.SearchInts(days, from)
		for j := i + 1; j < len(zoneDays); j++ {
			to := zoneDays[j]
			if to-from >= w.maxDays {
				break
			}
			if j+1 < len(zoneDays) && zoneDays[j+1] == to {
				continue
			}
			count := j - i + 1
			var expected float64
			if w.cumulative == nil {
				expected = float64(len(zoneDays)) * float64(sort.SearchInts(days, to+1)-before) / n
			} else {
				expected = n * exposure / w.total * float64(to-from+1) / length
			}
			visit(zone, from, to, count, expected, likelihoodRatio(float64(count), expected, n))
		}
	}
}

// likelihoodRatio is c·ln(c/e) + (n−c)·ln((n−c)/(n−e)) for more events than
// expected, else 0 (Kulldorff 1997, Commun. Statist. 26, 1481-1496).
func likelihoodRatio(c, e, n float64) float64 {
	if c <= e || e <= 0 || e >= n {
		return 0
	}
	statistic := c * math.Log(c/e)
	if c < n {
		statistic += (n - c) * math.Log((n-c)/(n-e))
	}
	return statistic
}
