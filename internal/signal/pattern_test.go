package signal

import (
	"fmt"
	"math"
	"math/rand"
	"slices"
	"strconv"
	"testing"

	"candour/internal/calendar"
	"candour/internal/org"
)

// R-SOFT-3: ≥ 3 items, ≥ 2 sources, same provider + site/service + theme, 90 days.
func TestThreeItemsOfTwoSourcesWithinNinetyDaysAreAPattern(t *testing.T) {
	t.Parallel()
	three := func() []Signal {
		return []Signal{gpConcern("g1", "2024-02-10", "A81001"), gpConcern("g2", "2024-04-01", "A81001"), gpConcern("g3", "2024-05-10", "A81002")}
	}
	for _, c := range []struct {
		name  string
		spoil func([]Signal)
		found bool
	}{
		{"as the rule says", func([]Signal) {}, true},
		{"90 days apart", func(s []Signal) { s[0].Occurred.Date = day("2024-05-10") - 90 }, true},
		{"91 days apart", func(s []Signal) { s[0].Occurred.Date = day("2024-05-10") - 91 }, false},
		{"one source", func(s []Signal) { s[2].Source.Organisation = "A81001" }, false},
		{"two about one event", func(s []Signal) { s[0].Triage.Event, s[1].Triage.Event = "e", "e" }, false},
		{"a duplicate", func(s []Signal) { s[2].Triage.DuplicateOf = "g1" }, false},
		{"another theme", func(s []Signal) { s[1].Themes = []string{"delay"} }, false},
		{"another site", func(s []Signal) { s[1].Place.Site = "RXX02" }, false},
		{"another provider", func(s []Signal) { s[1].Place.Provider = "RYY" }, false},
		{"one withdrawn", func(s []Signal) { s[1].Triage.Withdrawn = "x" }, false},
		{"recoded by the team to another theme", func(s []Signal) { s[1].Triage.Codes.Themes = []string{"medicines"} }, false},
	} {
		signals := three()
		c.spoil(signals)
		found := FindPatterns(signals, DefaultPatternSettings())
		if (len(found) == 1) != c.found {
			t.Errorf("%s: %+v", c.name, found)
		}
	}
	found := FindPatterns(three(), DefaultPatternSettings())
	if p := found[0]; p.Events != 3 || len(p.Sources) != 2 || p.First != day("2024-02-10") || p.Theme != "discharge" || p.Site != "RXX01" {
		t.Errorf("got %+v", p)
	}
	if loose := FindPatterns(three()[:2], PatternSettings{Items: 2, Sources: 1, Days: 90}); len(loose) != 1 {
		t.Errorf("with looser settings: %+v", loose)
	}
}

func TestAComplaintAndAConcernAreTwoSources(t *testing.T) {
	t.Parallel()
	c := complaint("c1", "2024-04-20 10:00")
	c.Place, c.Themes = Place{Provider: "RXX", Site: "RXX01", Service: "elderly"}, []string{"discharge"}
	g := gpConcern("g2", "2024-05-01", "A81001")
	g.Place.Service = "elderly"
	h := gpConcern("g1", "2024-05-10", "A81001")
	h.Place.Service = "elderly"
	found := FindPatterns([]Signal{c, g, h}, DefaultPatternSettings())
	if len(found) != 1 || found[0].Site != "RXX01" { // the same by service isn't told twice
		t.Errorf("got %+v", found)
	}
}

func TestTheNegativeBinomialTailIsRight(t *testing.T) {
	t.Parallel()
	// Closed forms, and one value summed by another program.
	for _, c := range []struct {
		n    int
		r, p float64
		want float64
	}{
		{0, 3, 0.5, 1},
		{1, 3, 0.5, 0.875},
		{2, 1, 0.25, 0.5625},          // geometric: (1-p)^2
		{5, 2.5, 0.8, 0.002856790386}, // the sum of the upper 195 terms by log-gamma
	} {
		if got := atLeast(c.n, c.r, c.p); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("P(N ≥ %d; %v, %v) = %v, expected %v", c.n, c.r, c.p, got, c.want)
		}
	}
}

func TestAClusterOnAWardIsFoundAndASteadyWardIsNot(t *testing.T) {
	t.Parallel()
	asOf := day("2024-06-30")
	var signals []Signal
	add := func(ward string, on calendar.Date, n int) {
		s := gpConcern(ward+on.String()+strconv.Itoa(n), on.String(), "A81001")
		s.Place.Ward = ward
		signals = append(signals, s)
	}
	for d := asOf - 400; d <= asOf; d += 20 {
		add("steady", d, 0)
	}
	for d := asOf - 400; d < asOf-60; d += 60 {
		add("ward 7", d, 0)
	}
	for n := range 7 {
		add("ward 7", asOf-calendar.Date(3*n), n+1)
	}
	found := FindClusters(signals, day("2023-01-01"), asOf, DefaultClusterSettings())
	if len(found) == 0 || found[0].Place.Ward != "ward 7" || found[0].Seen != 7 || found[0].Usual > 1 || found[0].Chance > 0.01 {
		t.Fatalf("got %+v", found)
	}
	if slices.ContainsFunc(found, func(c Cluster) bool { return c.Place.Ward == "steady" }) {
		t.Errorf("a steady ward is called a cluster: %+v", found)
	}
	if early := FindClusters(signals, asOf-60, asOf, DefaultClusterSettings()); len(early) != 0 {
		t.Errorf("judged without enough history: %+v", early)
	}
	if past := FindClusters(signals, day("2023-01-01"), asOf-30, DefaultClusterSettings()); len(past) != 0 {
		t.Errorf("as of a month before there was nothing: %+v", past)
	}
}

// Under no change, the share of runs with any cluster stays below alpha.
func TestFalseClustersAreAsRareAsPromised(t *testing.T) {
	t.Parallel()
	asOf, runs, alarms := day("2024-06-30"), 400, 0
	state := uint64(20240630)
	random := func() float64 { // splitmix64, so that the test is the same everywhere
		state += 0x9e3779b97f4a7c15
		z := state
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		return float64((z^z>>31)>>11) / (1 << 53)
	}
	for range runs {
		var signals []Signal
		for d := asOf - 460; d <= asOf; d++ {
			if random() < 0.1 {
				s := gpConcern(d.String(), d.String(), "A81001")
				s.Place = Place{Provider: "RXX", Site: org.Code([]string{"RXX01", "RXX02"}[int(random()*2)])}
				signals = append(signals, s)
			}
		}
		if len(FindClusters(signals, asOf-460, asOf, DefaultClusterSettings())) > 0 {
			alarms++
		}
	}
	if share := float64(alarms) / float64(runs); share > 0.05 {
		t.Errorf("%.3f of runs without any change had a cluster, at most 0.05 promised", share)
	}
}

func TestWeightedKappaAgreesWithAWorkedExample(t *testing.T) {
	t.Parallel()
	if got, ok := WeightedKappa([]int{0, 1, 2, 3}, []int{0, 1, 2, 3}, HCATLevels); !ok || math.Abs(got-1) > 1e-12 {
		t.Errorf("full agreement: %v", got)
	}
	// observed Σ|i−j| = 1 of 4 items; expected = Σ|i−j| r c / 4 with margins (2,1,1,0) and (1,2,1,0): 3.5.
	a, b := []int{0, 0, 1, 2}, []int{0, 1, 1, 2}
	if got, ok := WeightedKappa(a, b, HCATLevels); !ok || math.Abs(got-(1-1/3.5)) > 1e-12 {
		t.Errorf("got %v", got)
	}
	for name, lists := range map[string][2][]int{"unequal": {{1}, {1, 2}}, "empty": {nil, nil}, "out of range": {{4}, {0}}, "one level only": {{1, 1}, {1, 1}}} {
		if _, ok := WeightedKappa(lists[0], lists[1], HCATLevels); ok {
			t.Errorf("%s has a kappa", name)
		}
	}
}

func TestATenthIsCodedTwice(t *testing.T) { // R-HCAT-1
	t.Parallel()
	n := 0
	for i := range 20_000 {
		if InSample(ID("c"+strconv.Itoa(i)), 0.1) {
			n++
		}
	}
	if n < 1_850 || n > 2_150 {
		t.Errorf("%d of 20,000", n)
	}
}

func TestSilencesAllowForSizeCultureAndHowManyAreLookedAt(t *testing.T) {
	t.Parallel()
	asOf := day("2024-06-30")
	var voices []Voice
	var signals []Signal
	say := func(code org.Code, n int) {
		for i := range n {
			signals = append(signals, gpConcern(fmt.Sprintf("%s-%d", code, i), "2024-06-01", code))
		}
	}
	for i := range 20 {
		code := org.Code(fmt.Sprintf("A810%02d", i))
		voices = append(voices, Voice{code, 10_000})
		say(code, 12)
	}
	voices = append(voices, Voice{"A82001", 40_000}, Voice{"A82002", 500}, Voice{"A82003", 0}, Voice{"A82004", 0})
	say("A82003", 1)
	got := NotHeardFrom(voices, signals, FromPractice, asOf, 182)
	by := map[org.Code]Silence{}
	for _, s := range got {
		by[s.Organisation] = s
	}
	if got[0].Organisation != "A82001" || !got[0].Quiet || got[0].Usual < 38 || got[0].Usual > 42 || !got[0].NeverHeard() {
		t.Errorf("the large silent practice: %+v", got[0])
	}
	for _, code := range []org.Code{"A82002", "A82003", "A82004", "A81000"} {
		if by[code].Quiet {
			t.Errorf("%s is called quiet: %+v", code, by[code])
		}
	}
	if s := by["A82003"]; s.Usual != 0 || s.Seen != 1 || s.Chance < 1 {
		t.Errorf("a practice whose size isn't held: %+v", s)
	}
	if none := NotHeardFrom(voices, nil, FromPractice, asOf, 182); none[0].Quiet || none[0].Usual > 0 {
		t.Errorf("nobody was heard, so nobody is quieter than others: %+v", none[0])
	}
}

// With equal cultures few are called quiet by chance, whatever the sizes.
func TestFewAreCalledQuietWhenNothingIsWrong(t *testing.T) {
	t.Parallel()
	draw := rand.New(rand.NewSource(7))
	called, looked := 0, 0
	for range 60 {
		var voices []Voice
		var signals []Signal
		for i := range 60 {
			code := org.Code(fmt.Sprintf("A81%03d", i))
			size := 2_000 + 20_000*draw.Float64()
			voices = append(voices, Voice{code, size})
			rate := size / 1_000 * draw.ExpFloat64() // spread 1 between practices
			for n := 0.0; ; n++ {
				if rate -= draw.ExpFloat64(); rate < 0 {
					break
				}
				signals = append(signals, gpConcern(fmt.Sprintf("%s-%v", code, n), "2024-06-01", code))
			}
		}
		for _, s := range NotHeardFrom(voices, signals, FromPractice, day("2024-06-30"), 182) {
			looked++
			if s.Quiet {
				called++
			}
		}
	}
	if share := float64(called) / float64(looked); share > 0.02 {
		t.Errorf("%d of %d are called quiet although nothing is wrong", called, looked)
	}
}
