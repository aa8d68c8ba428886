package concern

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// small is a little world: indicators of each kind, all soft streams.
func small(par *Params) []Stream {
	streams := []Stream{
		{ID: "deaths", Name: "Deaths", Kind: Count, Family: "mortality"},
		{ID: "deaths-2", Name: "Deaths of older patients", Kind: Count, Family: "mortality"},
		{ID: "falls", Name: "Falls with harm", Kind: Rate, Family: "safety"},
		{ID: "experience", Name: "Would not recommend", Kind: Proportion, Family: "experience", Every: 3},
		{ID: "sickness", Name: "Sickness absence", Kind: Continuous, Family: "workforce"},
		{ID: "waits", Name: "Waits", Kind: Proportion, Family: "access"},
	}
	return append(streams, SoftStreams(par)...)
}

var epoch = NewMonth(2020, 1)

// world makes rows of n providers over the given months, with late and
// restated values.
func world(seed uint64, n, months int) []Observation {
	par := Default()
	rng := rand.New(rand.NewPCG(seed, 1))
	var rows []Observation
	for p := range n {
		id := ProviderID(fmt.Sprintf("P%02d", p))
		for u := range months {
			m := epoch + Month(u)
			for _, s := range small(par) {
				if s.Kind.derived() || s.Every == 3 && u%3 != 2 || rng.Float64() < 0.05 {
					continue
				}
				rows = append(rows, value(rng, s, id, m)...)
			}
		}
	}
	return rows
}

func value(rng *rand.Rand, s Stream, id ProviderID, m Month) []Observation {
	o := Observation{Provider: id, Stream: s.ID, Month: m, Available: m + Month(rng.IntN(4))}
	switch s.Kind {
	case Count:
		o.Expected = 10 + 5*rng.Float64()
		o.Value = math.Floor(o.Expected * (0.5 + rng.Float64()))
	case Rate, Proportion:
		o.Den = 500
		o.Value = math.Floor(50 * (0.5 + rng.Float64()))
	case Continuous:
		o.Value = rng.NormFloat64()
	case Visit:
		if rng.Float64() > 0.15 {
			return nil
		}
		o.Value = rng.NormFloat64()
	case Reports:
		var out []Observation
		for d := range 4 {
			o.Value += math.Floor(4 * rng.Float64())
			o.Available = m + Month(d)
			out = append(out, o)
		}
		return out
	}
	out := []Observation{o}
	if rng.Float64() < 0.3 {
		out[0].Provisional = true
		later := o
		later.Value, later.Available = math.Floor(o.Value), o.Available+3
		out = append(out, later)
	}
	return out
}

func engine(t testing.TB, rows []Observation) *Engine {
	t.Helper()
	par := Default()
	e, err := New(par, small(par))
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Observe(rows...); err != nil {
		t.Fatal(err)
	}
	return e
}

func asOf(t testing.TB, e *Engine, m Month) []Assessment {
	t.Helper()
	out, err := e.AsOf(m)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func known(rows []Observation, t Month) []Observation {
	return slices.DeleteFunc(slices.Clone(rows), func(o Observation) bool { return o.Available > t })
}

func TestResultsAsOfAMonthNeverChangeWhenLaterRowsAreAdded(t *testing.T) {
	t.Parallel()
	all := world(1, 12, 44)
	for _, last := range []int{20, 31, 43} {
		m := epoch + Month(last)
		want := asOf(t, engine(t, known(all, m)), m)
		got := asOf(t, engine(t, all), m)
		if !same(got, want) {
			t.Errorf("as of %v differs when later rows are in the record", m)
		}
	}
}

// same compares to the bit, NaN equal to itself.
func same(a, b []Assessment) bool {
	return reflect.DeepEqual(a, b) || fmt.Sprintf("%+v", a) == fmt.Sprintf("%+v", b)
}

func TestAMonthByMonthRunEqualsARunFromScratch(t *testing.T) {
	t.Parallel()
	all := world(2, 12, 48)
	all = append(all, restated(all)...)
	online := engine(t, nil)
	for u := range Month(50) {
		m := epoch + u
		arrived := slices.DeleteFunc(slices.Clone(all), func(o Observation) bool { return o.Available != m })
		half := len(arrived) / 2
		must(t, online.Observe(arrived[:half]...))
		asOf(t, online, m)
		must(t, online.Observe(arrived[half:]...)) // the rest of the month, after it was looked at
		got := asOf(t, online, m)
		if u%7 == 0 || u > 44 {
			if want := asOf(t, engine(t, all), m); !same(got, want) {
				t.Fatalf("as of %v the month-by-month run differs from a run from scratch", m)
			}
		}
	}
}

// restated is values of one provider that are given anew two years after the first
// time: they lie in windows of its own baseline alone, also of those months of the
// replay about which nothing else arrives any more.
func restated(rows []Observation) []Observation {
	var out []Observation
	for _, o := range rows {
		if o.Provider == "P03" && o.Available == o.Month && o.Month%5 == 0 && o.Stream != "visits" {
			o.Value, o.Available = math.Floor(o.Value*1.4+1), o.Month+24
			if o.Den > 0 {
				o.Value = min(o.Value, o.Den)
			}
			out = append(out, o)
		}
	}
	return out
}

func TestSkippingWorkThatCannotHaveChangedGivesTheSameResult(t *testing.T) {
	t.Parallel()
	all := world(3, 12, 60)
	late := restated(all)
	if all = append(all, late...); len(late) < 20 {
		t.Fatalf("only %d values are restated", len(late))
	}
	quick, slow := engine(t, all), engine(t, all)
	slow.slow = true
	for u := Month(22); u < 62; u++ {
		if !same(asOf(t, quick, epoch+u), asOf(t, slow, epoch+u)) {
			t.Fatalf("as of %v differs", epoch+u)
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestPartsAddUpToTheScoreAndPointsToTheTotal(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		e := engine(t, world(seed, 8, 40))
		m := epoch + 24 + Month(3*seed/2)
		for _, a := range asOf(t, e, m) {
			sum, points := a.Pattern.Part, a.Pattern.Points
			for _, f := range a.Families {
				sum, points = sum+f.Part, points+f.Points
				inner := 0.0
				for _, s := range f.Streams {
					inner += s.Part
				}
				if math.Abs(inner-f.Part) > 1e-9 {
					t.Errorf("%s: streams add up to %g of %g", f.Family, inner, f.Part)
				}
			}
			if math.Abs(sum-a.Score.Score) > 1e-9 {
				t.Errorf("parts add up to %g, score is %g", sum, a.Score.Score)
			}
			for _, l := range a.Standing {
				sum, points = sum+l.Part, points+l.Points
			}
			if math.Abs(sum-a.Ranking) > 1e-9 {
				t.Errorf("parts add up to %g, ranking score is %g", sum, a.Ranking)
			}
			if want := max(0, int(math.Floor(sum*Default().PointFactor()+0.5))); points != a.Points || a.Points != want {
				t.Errorf("points of parts %d, total %d, want %d", points, a.Points, want)
			}
		}
	}
}

func TestAProviderWithoutDataScoresZeroAndShowsAsAGap(t *testing.T) {
	t.Parallel()
	e := engine(t, world(4, 10, 40))
	must(t, e.SetSize("SILENT", 1, epoch))
	for _, a := range asOf(t, e, epoch+39) {
		if a.Provider != "SILENT" {
			continue
		}
		if a.Score != (Score{Odds: a.Odds}) || a.Points != 0 {
			t.Errorf("scores %+v, %d points", a.Score, a.Points)
		}
		if a.Judged || a.Why != "nothing has been received" || len(a.Gaps) == 0 {
			t.Errorf("judged %v, why %q, %d gaps", a.Judged, a.Why, len(a.Gaps))
		}
		return
	}
	t.Error("the provider is missing from the list")
}

func TestRowsThatBreakARuleAreNamedAndTheOthersTaken(t *testing.T) {
	t.Parallel()
	e := engine(t, nil)
	good := Observation{Provider: "A", Stream: "deaths", Month: epoch, Value: 3, Expected: 4, Available: epoch}
	for name, spoil := range map[string]func(*Observation){
		"unknown stream":          func(o *Observation) { o.Stream = "x" },
		"derived stream":          func(o *Observation) { o.Stream = "voice-gap" },
		"no provider":             func(o *Observation) { o.Provider = "" },
		"known before it happens": func(o *Observation) { o.Available-- },
		"nothing expected":        func(o *Observation) { o.Expected = 0 },
		"not a number":            func(o *Observation) { o.Value = math.NaN() },
		"negative count":          func(o *Observation) { o.Value = -1 },
		"part above whole":        func(o *Observation) { o.Stream, o.Value, o.Den = "experience", 5, 4 },
	} {
		bad := good
		spoil(&bad)
		if err := e.Observe(bad, good); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	asOf(t, e, epoch+5)
	for months, taken := range map[Month]bool{0: false, 4: false, 5: true, 6: true} {
		row := good
		row.Available += months
		if err := e.Observe(row); taken != (err == nil) || !taken && !errors.Is(err, ErrBackdated) {
			t.Errorf("a row available %d months on, of 5 assessed: %v", months, err)
		}
	}
	if _, err := e.AsOf(epoch); err == nil {
		t.Error("an earlier month was assessed")
	}
}

func TestTheOrderInWhichRowsAndProvidersComeDoesNotMatter(t *testing.T) {
	t.Parallel()
	all := world(9, 12, 44)
	shuffled := slices.Clone(all)
	rng := rand.New(rand.NewPCG(9, 9))
	rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	// What is said of one cell keeps its order: of two rows of one month the later stands.
	slices.SortStableFunc(shuffled, func(a, b Observation) int { return cmp.Compare(a.Available, b.Available) })
	m := epoch + 43
	if !same(asOf(t, engine(t, all), m), asOf(t, engine(t, shuffled), m)) {
		t.Error("the same rows in another order give another result")
	}
}

func TestARowIsTakenForAsLongAsTheMemoryReaches(t *testing.T) {
	t.Parallel()
	at := epoch + 100
	row := func(m Month) Observation {
		return Observation{Provider: "A", Stream: "deaths", Month: m, Value: 3, Expected: 4, Available: at}
	}
	for age, want := range map[Month]Month{ringMonths - 1: at - ringMonths + 1, ringMonths: 0} {
		e := engine(t, []Observation{row(at - age)})
		asOf(t, e, at)
		if got := e.streams[e.index["deaths"]].last[0]; got != want {
			t.Errorf("a row %d months old: newest month %d, expected %d", age, got, want)
		}
	}
}
