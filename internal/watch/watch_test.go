package watch

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"testing/fstest"
	"time"

	"candour/internal/calendar"
	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/org"
)

const definition = `id: ae-4h
name: A&E within 4 hours
why: Long waits harm.
numerator: attendances of 4 hours or less
denominator: attendances
unit: "%"
kind: proportion
multiplier: 100
decimals: 1
better: higher
dimension: experience
question: responsive
frequency: month
levels: [trust]
source: ae-monthly
lag_days: 14
tolerance_days: 7
chart: xmr
funnel: pr
disclosure: none
tier: fundamental
owner: analyst
reviewed: 2026-11-01
next_review: 2027-11-01
standards:
  - {from: 2010-04-01, value: 0.95, tier: fundamental}
changes:
  - {on: 2026-11-01, by: analyst, why: added}
`

func catalogue(t *testing.T) *indicator.Catalogue {
	t.Helper()
	c, err := indicator.Load(fstest.MapFS{"indicators/ae-4h.yaml": {Data: []byte(definition)}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// history is 36 months of ten trusts around 97%, with noise; the first worsens
// by ten points in its last eight months.
func history() []indicator.Observation {
	r := rand.New(rand.NewPCG(1, 2))
	var out []indicator.Observation
	for k := range 10 {
		for m := range 36 {
			num := 9700 + r.NormFloat64()*20
			if k == 0 && m >= 28 {
				num -= 1000
			}
			out = append(out, observation(org.Code([]string{"RAA", "RBB", "RCC", "RDD", "REE", "RFF", "RGG", "RHH", "RJJ", "RKK"}[k]), calendar.NewMonth(2023, 11).Add(m), num, 10000))
		}
	}
	return out
}

func observation(code org.Code, p calendar.Period, num, den float64) indicator.Observation {
	return indicator.Observation{Reading: indicator.Reading{Indicator: "ae-4h", Org: code, Period: p, Presence: indicator.Valued, Numerator: num, Denominator: den}, Delivery: "D-000001"}
}

func run(t *testing.T, list []indicator.Observation, workers int) Outcome {
	t.Helper()
	out, err := Run(context.Background(), Input{Catalogue: catalogue(t), Observations: list, Day: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestADeteriorationIsASpecialCauseAnOutlierAndAMissedStandardApart(t *testing.T) {
	t.Parallel()
	out := run(t, history(), 2)
	kinds := map[finding.Kind]bool{}
	counted := map[org.Code]bool{}
	for _, f := range out.Findings {
		if f.Org == "RAA" && f.Latest && f.Direction == finding.Concern {
			kinds[f.Kind] = true
		}
		if f.Counted {
			counted[f.Org] = true
		}
		if f.Kind == finding.Outlier && (f.Value > f.Against) == (f.Direction == finding.Concern) {
			t.Errorf("an outlier lies on the wrong side of its limit: %+v", f)
		}
		if f.Sentence == "" || f.ID == "" || f.Definition == "" {
			t.Errorf("incomplete finding %+v", f)
		}
	}
	if !kinds[finding.SpecialCause] || !kinds[finding.Outlier] || !kinds[finding.Standard] {
		t.Errorf("kinds for the trust that worsened: %v", kinds)
	}
	if len(counted) != 1 || !counted["RAA"] {
		t.Errorf("on the watch list: %v", counted)
	}
}

func TestTheSameInputGivesTheSameBytesOnOneCoreAndMany(t *testing.T) {
	t.Parallel()
	if a, b := run(t, history(), 1), run(t, history(), 8); a.Digest != b.Digest {
		t.Errorf("%s on one core, %s on eight", a.Digest, b.Digest)
	}
}

func TestASecondRunChangesNothing(t *testing.T) {
	t.Parallel()
	out := run(t, history(), 0)
	held := Held{Findings: out.Findings, Verdicts: out.Verdicts}
	if d := Difference(out, held, "c", time.Now()); len(d.Began)+len(d.Ended)+len(d.Verdicts)+len(d.Dropped) != 0 {
		t.Errorf("%d and %d findings, %d and %d verdicts", len(d.Began), len(d.Ended), len(d.Verdicts), len(d.Dropped))
	}
	gone, other := finding.Finding{ID: "F-gone"}, finding.Verdict{Indicator: "ae-4h", Org: "RZZ"}
	held = Held{Findings: append(out.Findings[1:len(out.Findings):len(out.Findings)], gone), Verdicts: append(out.Verdicts[1:len(out.Verdicts):len(out.Verdicts)], other)}
	if d := Difference(out, held, "c", time.Now()); len(d.Began) != 1 || len(d.Ended) != 1 || len(d.Verdicts) != 1 || len(d.Dropped) != 1 {
		t.Errorf("%d and %d findings, %d and %d verdicts", len(d.Began), len(d.Ended), len(d.Verdicts), len(d.Dropped))
	}
}

func TestAMissingMonthIsAGapAndWhatFollowsALongOneIsJudgedApart(t *testing.T) {
	t.Parallel()
	var list []indicator.Observation
	for m := range 14 {
		list = append(list, observation("RAA", calendar.NewMonth(2010, 1).Add(m), 90, 100))
	}
	for m := range 14 {
		if m != 3 {
			list = append(list, observation("RAA", calendar.NewMonth(2024, 1).Add(m), 50+float64(m%2), 100))
		}
	}
	s := SeriesOf(catalogue(t).Get("ae-4h"), list)
	if len(s.Points) != 14*12+14 || s.Points[0].Period != calendar.NewMonth(2010, 1) || !math.IsNaN(s.Points[14].Value) || !math.IsNaN(s.Points[14*12+3].Value) {
		t.Fatalf("%d points from %s", len(s.Points), s.Points[0].Period)
	}
	found, v, err := OverTime(&s, nil)
	if err != nil || v.Variation != "" && v.Variation != "common_cause" {
		t.Errorf("the later stretch is steady by itself: %+v, %v", v, err)
	}
	for _, f := range found {
		if f.Kind == finding.Standard && (f.Points != 13 || f.From != calendar.NewMonth(2024, 1)) {
			t.Errorf("a miss does not run on across the gap: %+v", f)
		}
		if f.Kind == finding.SpecialCause {
			t.Errorf("a level of another decade is no signal: %+v", f)
		}
	}
	c, err := Chart(&s, nil)
	if err != nil || c.Segments[len(c.Segments)-1].Start != 14*12 || c.Segments[0].Mean < 89 {
		t.Errorf("segments %+v, %v", c.Segments, err)
	}
}

func TestTheChartThatADefinitionNamesJudgesEachValueByItsOwnDenominator(t *testing.T) {
	t.Parallel()
	d := *catalogue(t).Get("ae-4h")
	d.Chart, d.Kind, d.Better, d.Multiplier = "u", indicator.Rate, indicator.Lower, 1000
	var list []indicator.Observation
	for m := range 24 {
		list = append(list, observation("RAA", calendar.NewMonth(2023, 1).Add(m), 100+float64(m*7%11)-5, 10000))
	}
	list[22].Numerator, list[22].Denominator = 1, 50     // 20 in 1,000, twice the usual, of next to nothing
	list[23].Numerator, list[23].Denominator = 1400, 1e5 // 14 in 1,000, of very much
	s := SeriesOf(&d, list)
	c, err := Chart(&s, nil)
	if err != nil || c.Kind != "u" || !c.Varying() {
		t.Fatalf("chart %+v, %v", c, err)
	}
	if c.Points[22].Marks.Special() || !c.Points[23].Marks.Special() || c.Points[22].Upper <= c.Points[23].Upper {
		t.Errorf("small %+v, large %+v", c.Points[22], c.Points[23])
	}
	found, v, err := OverTime(&s, nil)
	if err != nil || v.Variation != "concern_high" {
		t.Errorf("verdict %+v, %v", v, err)
	}
	for _, f := range found {
		if f.Rule == "R-SPC-1" && (math.Abs(f.Against-c.Points[23].Upper) > 1e-9 || f.P > 1e-9 || f.Sentence == "") {
			t.Errorf("it is held against its own limit: %+v", f)
		}
	}
	d.Chart = "xmr"
	if c, err = Chart(&s, nil); err != nil || c.Kind != "" || !c.Points[22].Marks.Special() {
		t.Errorf("the XmR chart knows no denominators: %+v, %v", c.Points[22], err)
	}
}

func TestLateIsAFindingAndLongSilenceIsHistory(t *testing.T) {
	t.Parallel()
	d := catalogue(t).Get("ae-4h")
	s := SeriesOf(d, []indicator.Observation{observation("RAA", calendar.NewMonth(2026, 8), 1, 2)})
	day := func(m time.Month, n int) time.Time { return time.Date(2026, m, n, 0, 0, 0, 0, time.UTC) }
	others := calendar.NewMonth(2026, 10)
	v := VerdictOf(&s, nil)
	if _, late := stale(&v, d, calendar.NewMonth(2026, 8), day(11, 23)); late {
		t.Error("a feed that is late for everybody is not one provider's lateness")
	}
	if _, late := stale(&v, d, others, day(10, 21)); late {
		t.Error("September is due by 22 October")
	}
	if f, late := stale(&v, d, others, day(11, 23)); !late || f.Points != 2 {
		t.Errorf("two months are overdue on 23 November: %+v", f)
	}
	if _, late := stale(&v, d, others, day(11, 23).AddDate(3, 0, 0)); late {
		t.Error("after years it is history")
	}
	rating := v
	rating.Last = calendar.DayOf(day(4, 12))
	if _, late := stale(&rating, d, calendar.DayOf(day(11, 1)), day(11, 23)); late {
		t.Error("a rating is not due on the next day")
	}
	w := v
	w.Org, w.Last = "RBA", others
	in := Input{Catalogue: catalogue(t), Day: day(11, 23)}
	if found := late([]finding.Verdict{v, w}, in); len(found) != 1 || found[0].Org != "RAA" {
		t.Errorf("%+v, expected that RAA is late", found)
	}
	in.Successions = org.NewSuccessions([]org.Succession{{Predecessor: "RAA", Successor: "RCC", On: day(9, 1), Share: 1}})
	if found := late([]finding.Verdict{v, w}, in); len(found) > 0 {
		t.Errorf("an organisation that became another is late: %+v", found)
	}
}

func TestCovidIsAStretchOfItsOwn(t *testing.T) {
	t.Parallel()
	var list []indicator.Observation
	for m := range 60 {
		list = append(list, observation("RAA", calendar.NewMonth(2018, 1).Add(m), 90, 100))
	}
	s := SeriesOf(catalogue(t).Get("ae-4h"), list)
	c, err := Chart(&s, []Limits{{From: calendar.NewMonth(2019, 1), Because: "new pathway"}})
	if err != nil || len(c.Segments) != 4 {
		t.Fatalf("segments %d, %v", len(c.Segments), err)
	}
}

func TestMergedHistoriesAreSummedNeverAveraged(t *testing.T) {
	t.Parallel()
	on := time.Date(2012, 4, 1, 0, 0, 0, 0, time.UTC)
	x := org.NewSuccessions([]org.Succession{
		{Predecessor: "RGC", Successor: "R1H", On: on},
		{Predecessor: "RNH", Successor: "R1H", On: on},
		{Predecessor: "RJD", Successor: "RJE", On: on},
		{Predecessor: "RJD", Successor: "RL4", On: on},
	})
	p := calendar.NewMonth(2012, 1)
	got := AsNow(catalogue(t).Get("ae-4h"), []indicator.Observation{
		observation("RGC", p, 90, 100), observation("RNH", p, 10, 900), observation("R1H", p.Add(5), 1, 2), observation("RJD", p, 3, 4),
	}, x, on.AddDate(1, 0, 0))
	if len(got) != 3 || got[0].Org != "R1H" || math.Abs(got[0].Value-0.1) > 1e-12 || got[0].Note != "from RGC, RNH" {
		t.Fatalf("got %+v", got)
	}
	if got[2].Org != "RJD" {
		t.Errorf("a split without shares keeps its code until somebody says: %+v", got[2])
	}
}

func BenchmarkRun(b *testing.B) {
	c, err := indicator.Load(fstest.MapFS{"indicators/ae-4h.yaml": {Data: []byte(definition)}})
	if err != nil {
		b.Fatal(err)
	}
	in := Input{Catalogue: c, Observations: history(), Day: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}
	for b.Loop() {
		if _, err := Run(context.Background(), in); err != nil {
			b.Fatal(err)
		}
	}
}

func TestSilenceAsksOnlyWhereThereUsedToBeSome(t *testing.T) {
	t.Parallel()
	series := func(values ...float64) (*Series, []finding.Finding) {
		d := *catalogue(t).Get("ae-4h")
		d.Better = indicator.Lower
		var list []indicator.Observation
		for m, v := range values {
			list = append(list, observation("RAA", calendar.NewMonth(2024, 1).Add(m), v, 100))
		}
		s := SeriesOf(&d, list)
		chart, err := Chart(&s, nil)
		if err != nil {
			t.Fatal(err)
		}
		return &s, tooGood(&s, chart)
	}
	never := make([]float64, 24)
	if _, found := series(never...); len(found) != 0 {
		t.Errorf("always none: %+v", found)
	}
	some := []float64{2, 1, 3, 2, 0, 1, 2, 4, 1, 2, 3, 1, 2, 1}
	if _, found := series(append(some, never[:7]...)...); len(found) != 1 || found[0].Points != 7 {
		t.Errorf("fell silent: %+v", found)
	}
}
