package disclosure

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"candour/internal/calendar"
	"candour/internal/fault"
)

func TestTheRuleOfHospitalEpisodeStatistics(t *testing.T) {
	t.Parallel()
	m := method(t, "hes")
	for n, want := range map[int64]string{
		0: "0", 1: "*", 4: "*", 7: "*", 8: "10", 12: "10", 13: "15", 17: "15", 18: "20", 1002: "1000", 1003: "1005",
	} {
		if got := m.Count(n).String(); got != want {
			t.Errorf("%d is shown as %s; the rule says %s", n, got, want)
		}
	}
	for people, want := range map[int64]bool{0: true, 1: false, 7: false, 8: true} {
		if m.RateShown(people) != want {
			t.Errorf("a rate from %d people: %v", people, !want)
		}
	}
	for people, want := range map[int64]bool{0: false, 7: false, 8: true} {
		if m.MeanShown(people) != want {
			t.Errorf("a mean over %d people: %v", people, !want)
		}
	}
}

func TestTheLocalRuleHidesFewerThanFive(t *testing.T) {
	t.Parallel()
	m := method(t, "local")
	for n, want := range map[int64]string{0: "0", 1: "*", 4: "*", 5: "5", 6: "6"} {
		if got := m.Count(n).String(); got != want {
			t.Errorf("%d is shown as %s; the rule says %s", n, got, want)
		}
	}
	if got := m.For(WithDuty).Count(1).String(); got != "1" {
		t.Errorf("those with a duty to act see %s", got)
	}
	for _, a := range []Audience{Outside, "", "board"} {
		if got := m.For(a).Count(1).String(); got != "*" {
			t.Errorf("audience %q sees %s", a, got)
		}
	}
	if got := (Cell{State: Unpublished}).String() + (Cell{State: Withheld}).String(); got != "w" {
		t.Errorf("printed %q", got)
	}
}

func TestAPercentageOfRoundedCountsIsWithinATenthOfAPointFromFourThousandOn(t *testing.T) {
	t.Parallel()
	m := method(t, "hes")
	rapid.Check(t, func(t *rapid.T) {
		denominator := rapid.Int64Range(1, 20_000).Draw(t, "denominator")
		numerator := rapid.Int64Range(0, denominator).Draw(t, "numerator")
		percent, within, ok := m.PercentShown(m.Count(numerator), m.Count(denominator))
		if hidden := m.Hides(numerator) || m.Hides(denominator); ok == hidden {
			t.Fatalf("%d of %d: shown is %v", numerator, denominator, ok)
		}
		truth := 100 * float64(numerator) / float64(denominator)
		if ok && within && math.Abs(percent-truth) > 0.1 {
			t.Fatalf("%d of %d is %.3f %% and shown as %.3f %%", numerator, denominator, truth, percent)
		}
		if ok && within != (denominator >= 3998) {
			t.Fatalf("a denominator of %d: within is %v", denominator, within)
		}
	})
	if _, _, ok := m.PercentShown(Cell{State: Shown}, Cell{State: Shown}); ok {
		t.Error("a percentage of nothing")
	}
	local := method(t, "local")
	if p, within, ok := local.PercentShown(local.Count(5), local.Count(20)); !ok || !within || math.Abs(p-25) > 1e-12 {
		t.Errorf("true counts: %v, %v, %v", p, within, ok)
	}
}

func TestBoundsHoldTheTrueCountAndNoneShownOtherwise(t *testing.T) {
	t.Parallel()
	odd := Method{HideFrom: 1, HideTo: 9, RoundTo: 10, Possible: 2}
	for _, m := range []Method{method(t, "hes"), method(t, "local"), odd} {
		for n := range int64(200) {
			low, high := m.bounds(m.Count(n))
			for other := range int64(220) {
				if same := m.Count(other) == m.Count(n); same != (other >= low && other <= high) {
					t.Fatalf("%s: %d is shown as %s, with bounds %d to %d; %d is shown as %s", m.ID, n, m.Count(n), low, high, other, m.Count(other))
				}
			}
		}
	}
}

func TestAMethodHoldsFromItsDateOn(t *testing.T) {
	t.Parallel()
	ms, err := PublishedMethods()
	if err != nil || !slices.Equal(ms.IDs(), []MethodID{"none", "hes", "local"}) {
		t.Fatalf("methods %v, %v", ms.IDs(), err)
	}
	_, err = ms.At("hes", calendar.MustDate("2018-08-31"))
	mustBe(t, err, fault.NotFound)
	if _, err := ms.At("hes", calendar.MustDate("2018-09-01")); err != nil {
		t.Error(err)
	}
	_, err = ms.At("unknown", calendar.MustDate("2018-09-01"))
	mustBe(t, err, fault.NotFound)
	two, err := ParseMethods([]byte(`methods: [{id: x, name: X, source: s, terms: [
		{from: 2020-01-01, hide: {from: 1, to: 4}, possible: 2}, {from: 2021-01-01, hide: {from: 1, to: 9}, possible: 2}]}]`))
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]int64{"2020-12-31": 4, "2021-01-01": 9} {
		if m, err := two.At("x", calendar.MustDate(day)); err != nil || m.HideTo != want {
			t.Errorf("on %s: %+v, %v", day, m, err)
		}
	}
}

func mustBe(t testing.TB, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("error %v is not of kind %q", err, kind)
	}
}

func TestAMethodThatWouldNotProtectIsRefused(t *testing.T) {
	t.Parallel()
	for name, term := range map[string]string{
		"a range upside down":               "hide: {from: 4, to: 1}, possible: 2",
		"a range from zero":                 "hide: {from: 0, to: 4}, possible: 2",
		"a range that begins above one":     "hide: {from: 2, to: 4}, possible: 2",
		"one possible value":                "hide: {from: 1, to: 4}, possible: 1",
		"more possible values than hidden":  "hide: {from: 1, to: 4}, possible: 5",
		"rounding that turns some to zero":  "hide: {from: 1, to: 2}, possible: 2, round: 10",
		"rounding that hides nothing":       "round: 5",
		"possible values and nothing hides": "possible: 2",
		"a negative number":                 "mean: -1",
		"a range beyond reason":             "hide: {from: 1, to: 9223372036854775807}, possible: 2",
		"a misspelt key":                    "hidden: {from: 1, to: 4}",
	} {
		_, err := ParseMethods([]byte("methods: [{id: x, name: X, source: s, terms: [{from: 2020-01-01, " + term + "}]}]"))
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	const term = "terms: [{from: 2020-01-01}]"
	for name, text := range map[string]string{
		"no name":             "methods: [{id: x, source: s, " + term + "}]",
		"no source":           "methods: [{id: x, name: X, " + term + "}]",
		"no term":             "methods: [{id: x, name: X, source: s}]",
		"named twice":         "methods: [{id: x, name: X, source: s, " + term + "}, {id: x, name: X, source: s, " + term + "}]",
		"terms out of order":  "methods: [{id: x, name: X, source: s, terms: [{from: 2020-01-01}, {from: 2019-01-01}]}]",
		"two terms of a date": "methods: [{id: x, name: X, source: s, terms: [{from: 2020-01-01}, {from: 2020-01-01}]}]",
		"no YAML":             "{",
	} {
		if _, err := ParseMethods([]byte(text)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParseMethods(f *testing.F) {
	f.Add(published)
	f.Fuzz(func(t *testing.T, text []byte) {
		ms, err := ParseMethods(text)
		if err != nil {
			return
		}
		for _, id := range ms.IDs() {
			m, err := ms.At(id, calendar.MustDate("2999-01-01"))
			if err != nil {
				continue
			}
			if m.HideTo > 0 && m.Count(1).State != Small {
				t.Fatalf("%+v shows a single person", m)
			}
		}
	})
}
