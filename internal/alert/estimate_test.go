package alert

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"candour/internal/concern"
)

// history is n alerts raised a month apart before monday, all closed, the first
// real of them true.
func history(n, real int) []Alert {
	var out []Alert
	for i := range n {
		a := raised(NewRef(2026, i+1), fmt.Sprintf("R%02d", i), 9+float64(i%3))
		a.Raised = monday.AddDate(0, -1, -i)
		outcome := concern.NoConcern
		if i < real {
			outcome = concern.RealConcern
		}
		a.State, a.Outcome, a.Because, a.Ended = Closed, outcome, "x", monday.AddDate(0, 0, -1)
		out = append(out, a)
	}
	return out
}

func TestAMethodIsMadeAgainFromItsVersion(t *testing.T) {
	t.Parallel()
	base := concern.Default()
	set := []Settings{{Version: 1, Budget: 0.2, Bands: [4]int{10, 20, 50, 80}, Days: 7}, {Version: 2, Budget: 0.5, Bands: [4]int{15, 30, 55, 90}, Days: 7}}
	learnt := []Estimate{
		{Of: Threshold, Version: 1, Params: base.Version, Budget: 0.2, Value: 7.1},
		{Of: Threshold, Version: 2, Params: base.Version, Budget: 0.5, Value: 6.1},
		{Of: Chance, Version: 1, Params: base.Version, Value: -6},
	}
	for _, c := range []struct {
		says     string
		settings int // how many had been made
		learnt   int
	}{{"nothing set, nothing learnt", 0, 0}, {"once set", 1, 0}, {"set and a threshold learnt", 1, 1}, {"set twice", 2, 2}, {"everything", 2, 3}} {
		in := UsualSettings()
		if c.settings > 0 {
			in = set[c.settings-1]
		}
		was := NewMethod(base, in, learnt[:c.learnt])
		again := MethodOf(was.Params.Version, base, set, learnt)
		if again.Params.Version != was.Params.Version || !reflect.DeepEqual(again.Params, was.Params) || again.Settings != was.Settings {
			t.Errorf("%s: %s came back as %s", c.says, was.Params.Version, again.Params.Version)
		}
	}
}

func TestWithoutAnythingSetTheShippedParametersHold(t *testing.T) {
	t.Parallel()
	base := concern.Default()
	m := NewMethod(base, UsualSettings(), nil)
	if m.Params.Version != base.Version || !reflect.DeepEqual(m.Params.Words, base.Words) || m.Budget != base.Budget(0.2) {
		t.Errorf("got %+v, %+v", m.Params.Version, m.Budget)
	}
}

func TestSettingsMoveTheWordsAndNameTheirVersion(t *testing.T) {
	t.Parallel()
	base := concern.Default()
	s := Settings{Version: 3, Budget: 0.5, Bands: [4]int{10, 30, 60, 90}, Days: 3}
	m := NewMethod(base, s, nil)
	if m.Params.Version != base.Version+"+s3" || m.Params.WordFor(0.55) != concern.Possible || m.Params.WordFor(0.61) != concern.Likely || m.Budget.Score >= base.Budget(0.2).Score {
		t.Errorf("got %s, %s, %+v", m.Params.Version, m.Params.WordFor(0.55), m.Budget)
	}
	if base.WordFor(0.55) != concern.Likely {
		t.Error("the shipped parameters were changed")
	}
	if BaseVersion(m.Params.Version) != base.Version {
		t.Errorf("base of %s", m.Params.Version)
	}
}

func TestWhatIsWrongWithSettingsIsSaidByField(t *testing.T) {
	t.Parallel()
	par := concern.Default()
	good := UsualSettings()
	good.Because = "To begin with"
	if got := good.Problems(par); len(got) != 0 {
		t.Errorf("the usual settings: %v", got)
	}
	for field, s := range map[string]Settings{
		"budget":  {Budget: 0.3, Bands: good.Bands, Days: 7, Because: "x"},
		"band-0":  {Budget: 0.2, Bands: [4]int{0, 20, 50, 80}, Days: 7, Because: "x"},
		"band-2":  {Budget: 0.2, Bands: [4]int{5, 50, 50, 80}, Days: 7, Because: "x"},
		"band-3":  {Budget: 0.2, Bands: [4]int{5, 20, 50, 100}, Days: 7, Because: "x"},
		"days":    {Budget: 0.2, Bands: good.Bands, Days: 0, Because: "x"},
		"because": {Budget: 0.2, Bands: good.Bands, Days: 7},
	} {
		if got := s.Problems(par); len(got) != 1 || got[field] == "" {
			t.Errorf("%s: %v", field, got)
		}
	}
}

func TestTheThresholdMovesTowardTheBudgetOnceAQuarterByAtMostFivePerCent(t *testing.T) {
	t.Parallel()
	base := concern.Default()
	m := NewMethod(base, UsualSettings(), nil)
	held := history(12, 2)
	x := Experience(held, 10, monday.AddDate(-1, 0, 0), monday)
	if x.Alerts != 12 || x.Closed != 12 || x.False != 10 || math.Abs(x.ProviderYears-10) > 0.05 {
		t.Fatalf("experience %+v", x)
	}
	made := Learn(m, held, x, "code", monday)
	if len(made) != 2 || made[0].Of != Threshold || made[0].Span != "2026-Q4" || made[0].Version != 1 || made[0].Was != base.Budget(0.2).Score {
		t.Fatalf("learnt %+v", made)
	}
	if rise := made[0].Value / made[0].Was; rise <= 1 || rise > 1.05+1e-12 {
		t.Errorf("10 false in 10 provider-years at a budget of 0.2 moves hA by %.4f", rise)
	}
	if made[1].Of != Chance || made[1].Value >= base.C0 {
		t.Errorf("two true in twelve lowers the constant: %+v", made[1])
	}
	next := NewMethod(base, UsualSettings(), made)
	if next.Params.Version != base.Version+"+t1+c1" || next.Budget.Score != made[0].Value || next.Params.C0 != made[1].Value {
		t.Errorf("in force %s, %+v", next.Params.Version, next.Budget)
	}
	if again := Learn(next, held, x, "code", monday.AddDate(0, 0, 5)); len(again) != 0 {
		t.Errorf("again in the quarter: %+v", again)
	}
	quarter := Learn(next, held, x, "code", monday.AddDate(0, 2, 0))
	if len(quarter) != 1 || quarter[0].Span != "2027-Q1" || quarter[0].Was != made[0].Value || quarter[0].Version != 2 {
		t.Errorf("the next quarter begins from the last, and the same outcomes leave the constant: %+v", quarter)
	}
}

func TestTooFewOutcomesTeachNothing(t *testing.T) {
	t.Parallel()
	m := NewMethod(concern.Default(), UsualSettings(), nil)
	held := history(9, 2)
	if made := Learn(m, held, Experience(held, 10, monday.AddDate(-1, 0, 0), monday), "code", monday); len(made) != 0 {
		t.Errorf("learnt %+v", made)
	}
}

func TestAnEstimateForOtherParametersOrAnotherBudgetIsPassedOver(t *testing.T) {
	t.Parallel()
	base := concern.Default()
	list := []Estimate{
		{Of: Threshold, Version: 1, Params: base.Version, Budget: 0.5, Value: 6},
		{Of: Threshold, Version: 2, Params: "2025-9", Budget: 0.2, Value: 5},
		{Of: Chance, Version: 1, Params: "2025-9", Value: -9},
	}
	if m := NewMethod(base, UsualSettings(), list); m.Threshold != nil || m.Chance != nil || m.Budget != base.Budget(0.2) || m.Params.Version != base.Version {
		t.Errorf("in force %+v, %s", m.Budget, m.Params.Version)
	}
	five := UsualSettings()
	five.Budget = 0.5
	if m := NewMethod(base, five, list); m.Threshold == nil || m.Budget.Score != 6 {
		t.Errorf("at 0.5 in force %+v", m.Budget)
	}
}

// The same alerts in any order, at the same moment, teach the same to the bit.
func TestTheSameAlertsTeachTheSameToTheBit(t *testing.T) {
	t.Parallel()
	base := concern.Default()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(10, 40).Draw(t, "closed")
		held := history(n, rapid.IntRange(0, n).Draw(t, "true"))
		m := NewMethod(base, UsualSettings(), nil)
		x := Experience(held, 61, monday.AddDate(-3, 0, 0), monday)
		want := Learn(m, held, x, "code", monday)
		mixed := rapid.Permutation(held).Draw(t, "order")
		got := Learn(m, mixed, Experience(mixed, 61, monday.AddDate(-3, 0, 0), monday), "code", monday)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v, expected %+v", got, want)
		}
		for _, e := range want {
			if e.Of == Threshold && math.Abs(e.Value/e.Was-1) > 0.05+1e-12 {
				t.Fatalf("moved by more than 5%%: %+v", e)
			}
		}
	})
}

func TestOnlyAlertsOfTheLastTwoYearsAreExperience(t *testing.T) {
	t.Parallel()
	held := history(3, 1)
	held[2].Raised = monday.AddDate(0, -25, 0)
	future := raised("A-2027-1", "R99", 9)
	future.Raised = monday.Add(time.Hour)
	x := Experience(append(slices.Clone(held), future), 61, monday.AddDate(-10, 0, 0), monday)
	if x.Alerts != 2 || x.Closed != 2 || x.False != 1 || math.Abs(x.ProviderYears-122) > 0.5 {
		t.Errorf("got %+v", x)
	}
	if x := Experience(nil, 61, time.Time{}, monday); x.ProviderYears != 0 {
		t.Errorf("never judged: %+v", x)
	}
}
