package watch

import (
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/signal"
)

func dayOf(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func TestAValueIsKnownFromWhenItWasPublishedOrCouldHaveBeen(t *testing.T) {
	t.Parallel()
	d := &indicator.Definition{Kind: indicator.Proportion, LagDays: 40}
	march := calendar.NewMonth(2026, 3)
	for name, c := range map[string]struct {
		published, received time.Time
		vintage             int
		presence            indicator.Presence
		denominator         float64
		available           concern.Month
		withdrawn           bool
	}{
		"its day of publication is known":                {dayOf(2026, 6, 10), dayOf(2026, 11, 1), 1, indicator.Valued, 10, concern.NewMonth(2026, 6), false},
		"it isn’t: the publisher’s usual lag":            {time.Time{}, dayOf(2026, 11, 1), 1, indicator.Valued, 10, concern.NewMonth(2026, 5), false},
		"it came before either":                          {dayOf(2026, 6, 10), dayOf(2026, 5, 2), 1, indicator.Valued, 10, concern.NewMonth(2026, 5), false},
		"a later vintage of no known day: its receipt":   {time.Time{}, dayOf(2026, 11, 1), 2, indicator.Valued, 10, concern.NewMonth(2026, 11), false},
		"never before it happened, and no whole month":   {dayOf(2026, 2, 1), dayOf(2026, 2, 2), 1, indicator.Valued, 10, concern.NewMonth(2026, 3), true},
		"given before the month had ended, of a part":    {time.Time{}, dayOf(2026, 3, 31), 1, indicator.Valued, 10, concern.NewMonth(2026, 3), true},
		"given as the month ended, of the whole":         {time.Time{}, dayOf(2026, 4, 1), 1, indicator.Valued, 10, concern.NewMonth(2026, 4), false},
		"without a value it takes the former back":       {dayOf(2026, 6, 10), dayOf(2026, 6, 11), 2, indicator.Suppressed, 10, concern.NewMonth(2026, 6), true},
		"a share of nobody is no value, and is no error": {dayOf(2026, 6, 10), dayOf(2026, 6, 11), 1, indicator.Valued, 0, concern.NewMonth(2026, 6), true},
		"three of two is no value, and is no error":      {dayOf(2026, 6, 10), dayOf(2026, 6, 11), 1, indicator.Valued, 2, concern.NewMonth(2026, 6), true},
	} {
		o := observation("RAA", march, 3, c.denominator)
		o.Published, o.Received, o.Vintage, o.Presence = c.published, c.received, c.vintage, c.presence
		r := hardRow(d, concern.Proportion, &o)
		if r.Available != c.available || r.Withdrawn != c.withdrawn || !c.withdrawn && (math.Abs(r.Value-3) > 1e-9 || math.Abs(r.Den-10) > 1e-9) {
			t.Errorf("%s: %+v, expected from %v", name, r, c.available)
		}
	}
}

// ofFrequencies is a catalogue of one definition for each id, with its frequency.
func ofFrequencies(t *testing.T, frequencies map[string]string) *indicator.Catalogue {
	t.Helper()
	files := fstest.MapFS{}
	for id, frequency := range frequencies {
		text := strings.Replace(definition, "id: ae-4h", "id: "+id, 1)
		if text = strings.Replace(text, "frequency: month", "frequency: "+frequency, 1); strings.Contains(frequency, "chart:") {
			text = strings.Replace(text, "chart: xmr\n", "", 1)
		}
		files["indicators/"+id+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	c, err := indicator.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSpacingIsReadFromTheValues(t *testing.T) {
	t.Parallel()
	var list []indicator.Observation
	put := func(id indicator.ID, p calendar.Period) {
		o := observation("RAA", p, 1, 2)
		o.Indicator = id
		list = append(list, o)
	}
	add := func(id indicator.ID, periods ...string) {
		for _, text := range periods {
			p, err := calendar.ParsePeriod(text)
			if err != nil {
				t.Fatal(err)
			}
			put(id, p)
		}
	}
	add("monthly", "2026-01", "2026-02", "2026-05")
	add("quarterly", "2025-Q4", "2026-Q1")
	add("yearly", "2024", "2025")
	add("rolling", "R12-2026-03", "R12-2026-06")
	add("quarterly", "2026-02") // of the time when it was defined as monthly
	add("undefined", "2026-02", "2026-03")
	every, shared := spacing(Evidence{Observations: list, Catalogue: ofFrequencies(t, map[string]string{
		"monthly": "month", "quarterly": "quarter", "yearly": "year", "rolling": "rolling12\nchart: points",
	})})
	if len(every) != 4 {
		t.Errorf("%v: what nothing defines has no spacing", every)
	}
	for id, want := range map[indicator.ID][2]int{"monthly": {1, 0}, "quarterly": {3, 0}, "yearly": {12, 0}, "rolling": {3, 4}} {
		if every[id] != want[0] || shared[id] != want[1] {
			t.Errorf("%s: every %d months, shared by %d; want %v", id, every[id], shared[id], want)
		}
	}
}

func TestAValueOfAnotherKindOfPeriodThanIsDefinedTakesNoOthersPlace(t *testing.T) {
	t.Parallel()
	d := &indicator.Definition{ID: "survey", Kind: indicator.Rate, Multiplier: 1000, Frequency: calendar.Quarter}
	list := []indicator.Observation{
		observation("RAA", calendar.NewMonth(2025, 12), 9, 10), // of the time when it was defined as monthly
		observation("RAA", calendar.NewQuarter(2026, 1), 1, 10), observation("RAA", calendar.NewQuarter(2026, 2), 2, 10),
	}
	s := SeriesOf(d, list)
	if len(s.Points) != 2 || s.Points[0].Period != calendar.NewQuarter(2026, 1) || s.Org != "RAA" {
		t.Errorf("%+v, expected the two quarters", s.Points)
	}
}

func TestAStreamIsWhatItsDefinitionSaysAndOtherCommissionersSayNothing(t *testing.T) {
	t.Parallel()
	in := evidence(t)
	in.Tenant = "QAA"
	theirs := in.Observations[0]
	theirs.Tenant, theirs.Numerator = "QBB", 1
	in.Observations = append(in.Observations, theirs)
	streams, rows := hardStreams(in)
	if len(rows) != len(in.Observations)-1 {
		t.Errorf("%d rows of %d observations, of which one is another commissioner’s", len(rows), len(in.Observations))
	}
	for _, s := range streams {
		if s.Kind != concern.Proportion || s.Better != 1 || s.Charted || s.Domain == "" {
			t.Errorf("%+v", s)
		}
	}
	files := fstest.MapFS{}
	for id, change := range map[string][2]string{
		"unscored": {"changes:", "detection: {domain: safety}\nchanges:"},
		"neither":  {"better: higher", "better: neither\ndetection: {domain: safety, scored: true}"},
	} {
		files["indicators/"+id+".yaml"] = &fstest.MapFile{Data: []byte(strings.NewReplacer("id: ae-4h", "id: "+id, change[0], change[1]).Replace(definition))}
	}
	c, err := indicator.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	in.Catalogue = c
	for i := range in.Observations {
		in.Observations[i].Indicator = []indicator.ID{"unscored", "neither"}[i%2]
	}
	if streams, _ = hardStreams(in); len(streams) != 2 || !streams[0].Charted || !streams[1].Charted {
		t.Errorf("scored without its definition saying so: %+v", streams)
	}
}

func TestTheNewestBreakOfADefinitionCounts(t *testing.T) {
	t.Parallel()
	d := &indicator.Definition{Breaks: []indicator.Break{{From: calendar.NewMonth(2025, 4)}, {From: calendar.NewMonth(2023, 1)}}}
	if got := lastBreak(d); got != concern.NewMonth(2025, 4) {
		t.Errorf("%v", got)
	}
}

func TestVisitsAndReportsAreKnownFromWhenTheyCame(t *testing.T) {
	t.Parallel()
	in := evidence(t)
	in.Tenant = "QAA"
	late := VisitScore{Provider: "RBA", On: dayOf(2026, 8, 3), Recorded: dayOf(2026, 12, 2), Score: 3}
	in.Visits = []VisitScore{late}
	judged := func() concern.Assessment {
		t.Helper()
		list, _, err := Judge(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range list {
			if a.Provider == "RBA" {
				return a
			}
		}
		return concern.Assessment{}
	}
	before := judged()
	in.Visits = nil
	if none := judged(); math.Abs(none.Ranking-before.Ranking) > 1e-12 {
		t.Error("a visit recorded next month is counted now")
	}
	late.Recorded = dayOf(2026, 11, 2)
	if in.Visits = []VisitScore{late}; judged().Ranking <= before.Ranking {
		t.Error("a bad visit recorded this month is not counted")
	}
	month := func(m time.Month) calendar.Period { return calendar.NewMonth(2026, m) }
	ev := Evidence{Providers: []org.Code{"RAA"}, Cells: []signal.Cell{
		{Provider: "RAA", Channel: signal.ChannelGP, Severe: true, EventMonth: month(8), ReceivedMonth: month(10), N: 2},
		{Provider: "RAA", Channel: signal.ChannelGP, EventMonth: month(9), ReceivedMonth: month(8), N: 4},
	}}
	got := map[concern.StreamID]map[concern.Month]concern.Month{}
	for _, r := range softRows(ev, concern.NewMonth(2026, 11)) {
		if r.Value > 0 {
			got[r.Stream] = map[concern.Month]concern.Month{r.Month: r.Available}
		}
	}
	if got["gp.severe"][concern.NewMonth(2026, 8)] != concern.NewMonth(2026, 10) || got["gp.ordinary"][concern.NewMonth(2026, 9)] != concern.NewMonth(2026, 9) {
		t.Errorf("%v", got)
	}
	if len(softRows(Evidence{Providers: []org.Code{"RAA", "RBB"}, Cells: ev.Cells}, concern.NewMonth(2026, 11))) != len(softRows(ev, concern.NewMonth(2026, 11))) {
		t.Error("of a provider of which nobody ever spoke there is no row")
	}
}

func TestNoIndicatorCanHaveTheNameOfWhatPeopleSaid(t *testing.T) {
	t.Parallel()
	for _, s := range concern.SoftStreams(concern.Default()) {
		if !strings.Contains(string(s.ID), ".") && !slices.Contains(indicator.Reserved, indicator.ID(s.ID)) { // no id of an indicator has a full stop
			t.Errorf("an indicator called %q would stop all judging", s.ID)
		}
	}
}

func TestAReportThatItsSenderRevisedCountsAsWasKnownThen(t *testing.T) {
	t.Parallel()
	march, may := calendar.NewMonth(2026, 3), calendar.NewMonth(2026, 5)
	cell := func(severe bool, received calendar.Period, n int) signal.Cell {
		return signal.Cell{Provider: "RAA", Channel: signal.ChannelStaff, Severe: severe, EventMonth: march, ReceivedMonth: received, N: n}
	}
	// Three of March, one of which its sender called severe in May.
	ev := Evidence{Providers: []org.Code{"RAA"}, Cells: []signal.Cell{cell(false, march, 3), cell(false, may, -1), cell(true, may, 1)}}
	known := map[string][]float64{}
	for _, r := range softRows(ev, concern.NewMonth(2026, 6)) {
		if r.Month == concern.MonthOf(march) {
			known[string(r.Stream)] = append(known[string(r.Stream)], float64(r.Available-r.Month), r.Value)
		}
	}
	for stream, want := range map[string][]float64{"staff.ordinary": {0, 3, 2, 2}, "staff.severe": {0, 0, 2, 1}} {
		if !slices.Equal(known[stream], want) {
			t.Errorf("%s: months after and counts %v, expected %v", stream, known[stream], want)
		}
	}
}

func TestAValueOfAPartOfItsMonthIsShownAndNotJudged(t *testing.T) {
	t.Parallel()
	d := &indicator.Definition{ID: "falls", Kind: indicator.Rate, Multiplier: 1000, Frequency: calendar.Month}
	var list []indicator.Observation
	for m := range 24 {
		o := observation("RAA", calendar.NewMonth(2024, time.November).Add(m), 100, 1000)
		o.Received = o.Period.End().AddDate(0, 0, 20)
		list = append(list, o)
	}
	running := observation("RAA", calendar.NewMonth(2026, time.November), 3, 1000)
	running.Received = dayOf(2026, time.November, 22)
	s := SeriesOf(d, append(list, running))
	last := len(s.Points) - 1
	if p := &s.Points[last]; !p.Partial || !p.Untested || math.IsNaN(p.Value) || s.Latest() != last || s.LatestTested() != last-1 || s.Points[last-1].Untested {
		t.Errorf("the running month: %+v", p)
	}
	for kind, p := range map[string]calendar.Period{"a year names a survey": calendar.NewYear(2026), "a day names an event": calendar.DayOf(running.Received)} {
		if indicator.GivenEarly(p, running.Received) {
			t.Error(kind)
		}
	}
	if !indicator.GivenEarly(calendar.NewQuarter(2026, 4), running.Received) || indicator.GivenEarly(calendar.NewMonth(2026, time.November), time.Time{}) {
		t.Error("a quarter that runs is not whole; of what nobody knows when it came nothing is said")
	}
}
