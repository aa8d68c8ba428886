package bench

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"candour/internal/concern"
)

// Scenario says how economies differ from the standard ones.
type Scenario struct {
	Name      string
	HardLo    float64 // hard effects are scaled by U(HardLo, HardHi)
	HardHi    float64
	SoftLo    float64 // soft effects likewise
	SoftHi    float64
	ExtraLag  int     // months later than usual
	Culture   float64 // random walk of reporting cultures, times this
	Steps     bool    // sds of the AR(1) parts of indicators are those of the monthly steps
	Events    bool    // decoys and national shock
	Providers int
	Months    int
	Startup   int
	PerKind   int // providers of each deterioration
}

// Scenarios are the named scenarios; the first is the standard one.
func Scenarios() []Scenario {
	std := Scenario{
		Name: "standard", HardLo: 1, HardHi: 1, SoftLo: 1, SoftHi: 1, Culture: 1, Events: true,
		Providers: 150, Months: 84, Startup: 24, PerKind: 3,
	}
	shifted, quiet, plain, noisy := std, std, std, std
	// Weaker effects, slower data, drifting cultures.
	shifted.Name, shifted.HardLo, shifted.SoftLo, shifted.ExtraLag, shifted.Culture = "shifted", 0.8, 0.6, 1, 1.5
	// Voices that carry almost nothing.
	quiet.Name, quiet.SoftLo, quiet.SoftHi = "quiet voices", 0.1, 0.1
	plain.Name, plain.Events = "no decoys", false
	// The other reading of the design note's AR(1): indicators that wander further.
	noisy.Name, noisy.Steps = "noisy indicators", true
	return []Scenario{std, shifted, quiet, plain, noisy}
}

// FindScenario is the scenario of that name.
func FindScenario(name string) (Scenario, error) {
	all := Scenarios()
	i := slices.IndexFunc(all, func(s Scenario) bool { return s.Name == name })
	if i < 0 {
		var names []string
		for _, s := range all {
			names = append(names, strconv.Quote(s.Name))
		}
		return Scenario{}, fmt.Errorf("no scenario %q: there are %s", name, strings.Join(names, ", "))
	}
	return all[i], nil
}

// domain is how the indicators of one domain are made.
type domain struct {
	name       string
	indicators int
	quarterly  int
	kind       concern.Kind
	level      float64    // sd between providers
	trend      float64    // sd of the national trend a year
	season     float64    // amplitude
	shared     float64    // sd of the shared factor
	own        [2]float64 // sd of own AR(1)
	walk       [2]float64 // sd of the random walk a month
	volume     [2]float64 // expected count, or whole
	base       [2]float64 // proportion
	lag        [2]int
	effect     [2]float64
	logVolume  bool
	shock      [2]float64
}

// domains are those of concern-design.md section 14, in its order.
func domains() []domain {
	own, walk := [2]float64{0.06, 0.19}, [2]float64{0.004, 0.012}
	return []domain{
		{
			name: "mortality", indicators: 8, kind: concern.Count, level: 0.10, trend: 0.03, season: 0.08, shared: 0.04, own: own, walk: walk,
			volume: [2]float64{5, 30}, logVolume: true, lag: [2]int{3, 6}, effect: [2]float64{0.10, 0.30}, shock: [2]float64{0.1, 0.35},
		},
		{
			name: "safety", indicators: 8, kind: concern.Count, level: 0.22, trend: 0.03, season: 0.05, shared: 0.08, own: own, walk: walk,
			volume: [2]float64{1.5, 20}, logVolume: true, lag: [2]int{1, 3}, effect: [2]float64{0.15, 0.45}, shock: [2]float64{0, 0.2},
		},
		{
			name: "effectiveness", indicators: 4, kind: concern.Proportion, level: 0.12, trend: 0.03, season: 0.03, shared: 0.04, own: own, walk: walk,
			volume: [2]float64{300, 1500}, base: [2]float64{0.06, 0.14}, lag: [2]int{2, 5}, effect: [2]float64{0.05, 0.20},
		},
		{
			name: "access", indicators: 8, kind: concern.Proportion, level: 0.35, trend: 0.03, season: 0.2, shared: 0.12, own: own, walk: walk,
			volume: [2]float64{400, 5000}, base: [2]float64{0.04, 0.25}, lag: [2]int{1, 3}, effect: [2]float64{0.1, 0.4}, shock: [2]float64{0.3, 0.8},
		},
		{
			name: "experience", indicators: 6, quarterly: 3, kind: concern.Proportion, level: 0.22, trend: 0.03, season: 0.05, shared: 0.07, own: own, walk: walk,
			volume: [2]float64{60, 400}, base: [2]float64{0.06, 0.2}, lag: [2]int{2, 6}, effect: [2]float64{0.1, 0.4}, shock: [2]float64{0, 0.2},
		},
		{
			name: "workforce", indicators: 6, kind: concern.Continuous, level: 0.6, trend: 0.15, season: 0.25, shared: 0.35, own: [2]float64{0.45, 0.55},
			walk: [2]float64{0.03, 0.03}, lag: [2]int{1, 4}, effect: [2]float64{0.5, 1.2}, shock: [2]float64{0.4, 1},
		},
	}
}

// channel is how one soft channel is made.
type channel struct {
	rate    float64 // reports a month at size 1
	noise   float64 // gamma shape
	severe  float64
	loading float64 // on the common culture
	own     float64 // sd of own culture
	effect  [2]float64
}

// channels are those of concern-design.md section 14 in the order of section 2,
// which the default parameters follow.
func channels() []channel {
	return []channel{
		{6, 12, 0.2, 0.3, 0.3, [2]float64{0.25, 0.7}},
		{5, 12, 0.12, 0.3, 0.3, [2]float64{0.15, 0.5}},
		{220, 20, 0.06, 1, 0.45, [2]float64{0, 0.25}},
		{9, 10, 0.3, 0.8, 0.4, [2]float64{0.2, 0.6}},
		{1, 3, 0.3, 0.7, 0.45, [2]float64{0.4, 1.1}},
		{1.5, 4, 0.25, 0.3, 0.5, [2]float64{0.4, 1.1}},
		{25, 12, 0.2, 0.3, 0.4, [2]float64{0.2, 0.6}},
		{0.5, 2.5, 0.35, 0.4, 0.5, [2]float64{0.3, 1.0}},
	}
}

// Positions of channels and domains that the stories name.
const (
	care, attitude, noHarm, harm, staff, gp, comments, trainees = 0, 1, 2, 3, 4, 5, 6, 7

	mortality, safety, effectiveness, access, experience, workforce = 0, 1, 2, 3, 4, 5
)
