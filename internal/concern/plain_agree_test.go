package concern

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// hardships is a world in which every rule of the method has work to do: ten
// providers of different size over five years, of whom the first worsens in figures and
// voices and recovers, the second in voices only, the third keeps silent from inside,
// the fourth was always bad; one month that shakes the country unevenly; late,
// provisional, restated and withdrawn values; a series that begins late, one of few
// providers, one that breaks, one that shares its data among four publications, one
// where higher is better, one with variances of its own; a provider with few deaths to count.
func hardships(par *Params) (streams []Stream, rows []Observation) {
	streams = append([]Stream{
		{ID: "younger", Name: "Begins late", Kind: Count, Family: "safety"},
		{ID: "few", Name: "Of few providers", Kind: Proportion, Family: "effectiveness"},
		{ID: "broken", Name: "Breaks", Kind: Rate, Family: "safety", BaseSince: epoch + 20},
		{ID: "rolling", Name: "Shares its data", Kind: Count, Family: "mortality", Shared: 4, Shift: 0.25},
		{ID: "staffed", Name: "Higher is better", Kind: Proportion, Family: "workforce", Domain: "workforce", Better: 1},
		{ID: "measured", Name: "With a variance", Kind: Continuous, Family: "experience"},
		{ID: "unasked", Name: "Charted only", Kind: Count, Family: "mortality", Charted: true},
	}, small(par)...)
	base := world(77, 10, 62)
	for _, o := range base {
		i, u := int(o.Provider[2]-'0'), int(o.Month-epoch)
		for _, copied := range []struct {
			from, to StreamID
			take     bool
		}{
			{"deaths", "younger", u >= 20},
			{"waits", "few", i < 3},
			{"falls", "broken", true},
			{"deaths-2", "rolling", true},
			{"experience", "staffed", true},
			{"sickness", "measured", true},
			{"deaths", "unasked", true},
		} {
			if o.Stream == copied.from && copied.take {
				c := o
				c.Stream = copied.to
				if c.Stream == "measured" {
					c.Variance = 0.1 + 0.02*float64(i)
				}
				rows = append(rows, c)
			}
		}
	}
	rows = append(rows, base...)
	for j := range rows { // some months have several visits
		if o := &rows[j]; o.Stream == "visits" && o.Month%2 == 0 {
			o.Den = float64(2 + o.Month%3)
		}
	}
	for j := range rows {
		troubled(&rows[j])
		if o := &rows[j]; o.Provider == "P08" && o.Stream == "deaths" { // too small to be far from anybody
			o.Value, o.Expected = math.Floor(o.Value/25), o.Expected/40
		}
	}
	// A measure of the first provider that ends counts toward the overlap for two years.
	rows = slices.DeleteFunc(rows, func(o Observation) bool { return o.Provider == "P00" && o.Stream == "deaths-2" && o.Month > epoch+17 })
	rows = append(rows, restated(rows)...)
	for j := 0; j < len(rows); j += 97 { // and some are withdrawn four months later
		o := rows[j]
		o.Withdrawn, o.Available = true, o.Available+4
		rows = append(rows, o)
	}
	return streams, rows
}

// hard is an engine that has seen hardships.
func hard(t *testing.T) *Engine {
	t.Helper()
	par := Default()
	streams, rows := hardships(par)
	e, err := New(par, streams)
	must(t, err)
	must(t, e.Observe(rows...))
	return e
}

// troubled makes one row worse or better by what befalls its provider.
func troubled(o *Observation) {
	i, u := int(o.Provider[2]-'0'), int(o.Month-epoch)
	soft := o.Den == 0 && o.Expected == 0 && o.Stream != "sickness" && o.Stream != "measured" && o.Stream != "visits"
	by := 1.0
	switch {
	case i == 0 && u >= 34 && u < 50, i == 1 && u >= 38 && soft:
		by = 1.8
	case i == 2 && u >= 36 && (o.Stream == "incidents-harm.ordinary" || o.Stream == "incidents-no-harm.ordinary"):
		by = 0.3
	case i == 2 && u >= 36 && soft, i == 3 && u >= 0:
		by = 1.5
	}
	if u == 41 { // the whole country, unevenly
		by *= 1 + 0.3*float64(i%4)
	}
	if by == 1 {
		return
	}
	if o.Stream == "visits" || o.Stream == "sickness" || o.Stream == "measured" {
		o.Value += 2 * (by - 1)
		return
	}
	if o.Value = math.Floor(o.Value * by); o.Den > 0 {
		o.Value = math.Min(o.Value, o.Den)
	}
}

func TestTheEngineAgreesWithTheMethodWrittenDownPlainly(t *testing.T) {
	t.Parallel()
	par := Default()
	streams, rows := hardships(par)
	e, err := New(par, streams)
	must(t, err)
	provider, stream := map[ProviderID]int{}, map[StreamID]int{}
	size := func(i int) float64 { return 0.5 + 0.15*float64(i) }
	for i := range 10 {
		id := ProviderID(fmt.Sprintf("P%02d", i))
		provider[id] = i
		if i != 5 {
			must(t, e.SetSize(id, size(i), epoch))
		}
	}
	must(t, e.SetSize("P05", size(5), epoch+15))   // known late, and then of all months before
	must(t, e.SetSize("P06", 2*size(6), epoch+40)) // it doubles
	for i := range streams {
		stream[streams[i].ID] = i
	}
	must(t, e.Observe(rows...))
	p := newPlain(par, streams, 10, 62)
	p.sizes = func(i, u int) float64 {
		switch {
		case i == 5 && p.now < 15:
			return 1
		case i == 6 && u >= 40:
			return 2 * size(6)
		}
		return size(i)
	}
	heights := [3]int{} // streams seen at zero, above and at the ceiling
	for u := range 62 {
		m := epoch + Month(u)
		p.month(slices.DeleteFunc(slices.Clone(rows), func(o Observation) bool { return o.Available != m }), provider, stream)
		must(t, e.Advance(m))
		for id, i := range provider {
			k := e.provIndex[id]
			sc := e.results.scores[k]
			near(t, m, id, "change", sc.Change, p.change[i])
			near(t, m, id, "odds", sc.Odds, p.odds[i])
			near(t, m, id, "level", sc.Level, p.level[i])
			near(t, m, id, "agree", float64(sc.Agree), float64(p.agree[i]))
			near(t, m, id, "score", sc.Score, p.change[i]+par.PatternWeight*(p.odds[i]-math.Log(par.Hazard/par.Recovery)))
			near(t, m, id, "ranking", sc.Ranking, sc.Score+1.13*p.level[i])
			for s, held := range e.streams {
				if !p.scored(s) {
					continue
				}
				what := string(held.def.ID)
				near(t, m, id, "evidence of "+what, held.cur[k], p.c[s][i])
				since := -1
				if held.began[k] > 0 {
					since = int(held.began[k] - epoch)
				}
				near(t, m, id, "beginning of "+what, float64(since), float64(p.since[s][i]))
				if held.def.Kind == Reports {
					near(t, m, id, "usual of "+what, held.exp[turn(m)][k], p.ex[s][i][u])
					got, want := e.facts(held, k), p.sixMonths(s, i)
					near(t, m, id, "reports of "+what, got.Reports, want.Reports)
					near(t, m, id, "usual in six months of "+what, got.Expected, want.Expected)
				}
				newest := p.last[s][i]
				for held.def.Kind.hard() && newest > max(u-11, -1) && math.IsNaN(p.dev[s][i][newest]) { // withdrawn, or waits for peers
					newest--
				}
				if held.def.Kind.hard() && newest >= p.start(s) && newest > u-11 {
					near(t, m, id, "usual value of "+what, e.facts(held, k).Usual, p.usual[s][i][newest])
				}
				switch c := p.c[s][i]; {
				case c <= 0:
					heights[0]++
				case c < par.Cap:
					heights[1]++
				default:
					heights[2]++
				}
			}
		}
		if u%12 == 11 {
			for _, a := range asOf(t, e, m) {
				for _, f := range a.Families {
					for _, x := range f.Streams {
						near(t, m, a.Provider, "months of "+string(x.Stream), float64(x.Months), float64(u-p.since[stream[x.Stream]][provider[a.Provider]]+1))
					}
				}
			}
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	if slices.Min(heights[:]) < 20 {
		t.Errorf("the world is too mild or too wild: evidence at zero, between and at the ceiling %v times", heights)
	}
	for s, held := range e.streams {
		if got, want := held.est, p.est[s]; got.Version != want.Version || math.Abs(got.Phi2-want.Phi2)+math.Abs(got.Between-want.Between)+math.Abs(got.A-want.A)+math.Abs(got.R-want.R)+math.Abs(got.Rate-want.Rate) > 1e-9 {
			t.Errorf("estimate of %s is %+v, plainly %+v", held.def.ID, got, want)
		}
	}
}

// near fails where two results differ by more than rounding.
func near(t *testing.T, m Month, id ProviderID, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-8*math.Max(1, math.Abs(want))) {
		t.Errorf("%s of %s as of %s: %.12g, plainly %.12g", what, id, m, got, want)
	}
}
