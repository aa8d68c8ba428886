package rare

import (
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// wards is n places in a row, a kilometre apart.
func wards(n int, exposure float64) []Place {
	places := make([]Place, n)
	for i := range places {
		places[i] = Place{Name: "ward", X: float64(i), Exposure: exposure}
	}
	return places
}

// scattered is events anywhere at any time.
func scattered(n, places, days int, seed uint64) []Event {
	random := rand.New(rand.NewPCG(seed, 3))
	events := make([]Event, n)
	for i := range events {
		events[i] = Event{Place: random.IntN(places), Day: random.IntN(days)}
	}
	return events
}

func TestAPlantedClusterIsFound(t *testing.T) {
	t.Parallel()
	var background []Event // two at each of ten wards, spread over two years
	for i := range 20 {
		background = append(background, Event{Place: (7 * i) % 10, Day: (36*i + 40) % 730})
	}
	events := append(background, Event{4, 300}, Event{4, 305}, Event{4, 307}, Event{4, 310}, Event{4, 312}, Event{4, 318}, Event{4, 320})
	for name, places := range map[string][]Place{"with exposures": wards(10, 100), "by permutation": wards(10, 0)} {
		s := Scan{Places: places, First: 0, Last: 729, MaxDays: 90, Seed: 42}
		found, err := s.Run(events)
		if err != nil || len(found) == 0 {
			t.Fatal(name, found, err)
		}
		c := found[0]
		if !reflect.DeepEqual(c.Places, []int{4}) || c.From != 300 || c.To != 320 || c.Events != 7 || c.Chance > 0.05 {
			t.Errorf("%s: %+v", name, c)
		}
		for _, other := range found[1:] {
			if other.Statistic > c.Statistic || other.Chance < c.Chance {
				t.Errorf("%s: a weaker cluster %+v comes after %+v", name, other, c)
			}
		}
		says := c.Sentence("never events", []string{"ward 5"}, "day 300 to day 320")
		if !strings.HasPrefix(says, "7 never events at ward 5 from day 300 to day 320, where ") || !strings.Contains(says, "1 search in") {
			t.Errorf("%s: %s", name, says)
		}
	}
}

func TestNeighboursAreJoinedInCircles(t *testing.T) {
	t.Parallel()
	events := append(scattered(12, 20, 365, 5), Event{7, 100}, Event{8, 102}, Event{9, 103}, Event{8, 110}, Event{7, 111})
	found, err := Scan{Places: wards(20, 50), First: 0, Last: 364, MaxDays: 60, Circles: true, Seed: 1}.Run(events)
	if err != nil || len(found) == 0 {
		t.Fatal(found, err)
	}
	if c := found[0]; !reflect.DeepEqual(c.Places, []int{7, 8, 9}) || c.Events != 5 || c.Chance > 0.05 {
		t.Errorf("%+v", c)
	}
}

func TestTheSameSeedGivesTheSameResultOnAnyNumberOfCores(t *testing.T) {
	t.Parallel()
	events := scattered(25, 8, 400, 9)
	run := func(workers int, seed uint64) []Cluster {
		found, err := Scan{Places: wards(8, 0), First: 0, Last: 399, Seed: seed, Workers: workers, Simulations: 199}.Run(events)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if a, b := run(1, 7), run(5, 7); !reflect.DeepEqual(a, b) {
		t.Errorf("%+v\n%+v", a, b)
	}
}

// TestChanceFindsClustersAtTheStatedRate scans events without any cluster: about
// a tenth of scans may say 1 in 10.
func TestChanceFindsClustersAtTheStatedRate(t *testing.T) {
	t.Parallel()
	for name, exposure := range map[string]float64{"with exposures": 1, "by permutation": 0} {
		const scans = 300
		alarms := 0
		for k := range scans {
			found, err := Scan{Places: wards(6, exposure), First: 0, Last: 364, MaxDays: 120, Simulations: 99, Seed: uint64(k)}.Run(scattered(18, 6, 365, uint64(1000+k)))
			if err != nil {
				t.Fatal(err)
			}
			if len(found) > 0 && found[0].Chance <= 0.1 {
				alarms++
			}
		}
		if rate := float64(alarms) / scans; rate < 0.02 || rate > 0.16 { // ties between few events make it rarer than 0.1, never oftener beyond three standard errors
			t.Errorf("%s: %v", name, rate)
		}
	}
}

func TestTheStatisticByHand(t *testing.T) {
	t.Parallel()
	// 4 of 10 events where 1 is expected: 4 ln 4 + 6 ln(6/9).
	if got, want := likelihoodRatio(4, 1, 10), 4*math.Log(4)+6*math.Log(2.0/3); math.Abs(got-want) > 1e-12 {
		t.Errorf("%v, expected %v", got, want)
	}
	if likelihoodRatio(1, 2, 10) > 0 {
		t.Error("fewer events than expected are a cluster")
	}
}

func TestScanRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		scan   Scan
		events []Event
	}{
		"an unknown place":           {Scan{Places: wards(2, 1), Last: 10}, []Event{{2, 1}}},
		"a day outside the period":   {Scan{Places: wards(2, 1), Last: 10}, []Event{{1, 11}}},
		"a period that ends early":   {Scan{Places: wards(2, 1), First: 5, Last: 1}, nil},
		"an event without exposure":  {Scan{Places: []Place{{Exposure: 1}, {}}, Last: 10}, []Event{{1, 1}}},
		"an exposure of no number":   {Scan{Places: []Place{{Exposure: math.NaN()}}, Last: 10}, nil},
		"events that are not rare":   {Scan{Places: wards(1, 1), Last: 10}, make([]Event, maxEvents+1)},
		"a position that is nowhere": {Scan{Places: []Place{{X: math.Inf(1)}}, Last: 10}, nil},
	} {
		if _, err := c.scan.Run(c.events); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if found, err := (Scan{Places: wards(1, 1), Last: 10}).Run([]Event{{0, 1}}); err != nil || found != nil {
		t.Errorf("one event is %v, %v", found, err)
	}
}

func BenchmarkScan(b *testing.B) {
	events := scattered(40, 220, 730, 4)
	s := Scan{Places: wards(220, 1), First: 0, Last: 729, MaxDays: 90, Circles: true, Seed: 1}
	for b.Loop() {
		if _, err := s.Run(events); err != nil {
			b.Fatal(err)
		}
	}
}
