package watch

import (
	"math"
	"testing"
	"time"

	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/signal"
)

// visited is a visit to a provider on a day, with so many of four questions not met.
func visited(day calendar.Date, notMet int) signal.Signal {
	v := &signal.Visit{}
	for i := range 4 {
		verdict := signal.VerdictMet
		if i < notMet {
			verdict = signal.VerdictNotMet
		}
		v.Answers = append(v.Answers, signal.VisitAnswer{Area: "ward", Question: string(rune('a' + i)), Verdict: verdict})
	}
	s := signal.Signal{Kind: signal.KindVisit, Visit: v, Received: day.Begins(), Recorded: day.Begins()}
	s.Place.Provider, s.Occurred.Date = "RBA", day
	return s
}

func TestAVisitIsScoredAgainstTheUsualOneOfThoseThatCount(t *testing.T) {
	t.Parallel()
	july := calendar.NewDate(2026, time.July, 1)
	withdrawn, twice, silent := visited(july, 4), visited(july, 4), visited(july, 0)
	withdrawn.Triage.Withdrawn, twice.Triage.DuplicateOf, silent.Visit.Answers = "by mistake", "S1", nil
	list := Visits([]signal.Signal{visited(july, 0), visited(july+1, 2), withdrawn, twice, silent})
	if len(list) != 2 || math.Abs(list[0].Score+1) > 1e-9 || math.Abs(list[1].Score-1) > 1e-9 {
		t.Fatalf("one of none and one of two in four: %+v", list)
	}
	if got := concern.MonthOf(calendar.MonthOf(list[0].On)); got != concern.NewMonth(2026, time.July) {
		t.Errorf("a visit on 1 July is evidence about %v", got)
	}
	if len(Visits([]signal.Signal{visited(july, 2)})) != 0 || len(Visits([]signal.Signal{visited(july, 2), visited(july+1, 2)})) != 0 {
		t.Error("a visit with nothing to compare it with has a score")
	}
}

func TestAVisitOfTheDayThatBeginsTheMonthStopsNoJudgement(t *testing.T) {
	t.Parallel()
	in := evidence(t)
	in.Tenant, in.Now = "QAA", dayOf(2026, 11, 23)
	// Seven minutes past midnight in London, when in UTC it is still June.
	in.Visits = []VisitScore{{Provider: "RBA", On: dayOf(2026, time.July, 1), Recorded: time.Date(2026, 6, 30, 23, 7, 0, 0, time.UTC), Score: 2}}
	if _, _, err := Judge(in); err != nil {
		t.Errorf("concern isn’t judged: %v", err)
	}
}

func TestOneValueThatCannotBeStopsNoJudgement(t *testing.T) {
	t.Parallel()
	in := evidence(t)
	in.Observations[39].Numerator = 1200 // of 1,000
	list, _, err := Judge(in)
	if err != nil || len(list) != 12 || !list[0].Judged {
		t.Errorf("%d providers judged: %v", len(list), err)
	}
}

func TestTwoVisitsInOneMonthAreBothHeardFromWhenTheyWereKnown(t *testing.T) {
	t.Parallel()
	july, june := concern.NewMonth(2026, time.July), dayOf(2026, time.June, 30)
	visit := func(d int, recorded time.Time, score float64) VisitScore {
		return VisitScore{Provider: "RBA", On: dayOf(2026, time.July, d), Recorded: recorded, Score: score}
	}
	rows := visitRows([]VisitScore{
		visit(20, dayOf(2026, time.September, 2), -0.5), visit(3, dayOf(2026, time.July, 4), 2), visit(9, june, 1),
		{Provider: "RBA", On: dayOf(2026, time.August, 1), Recorded: dayOf(2026, time.August, 1), Score: 1},
	})
	want := []concern.Observation{
		{Month: july, Available: july, Value: 1.5, Den: 2, Worse: 2},
		{Month: july, Available: july + 2, Value: 2.5 / 3, Den: 3, Worse: 2},
		{Month: july + 1, Available: july + 1, Value: 1, Den: 1, Worse: 1},
	}
	if len(rows) != len(want) {
		t.Fatalf("%+v", rows)
	}
	for i, w := range want {
		r := rows[i]
		if r.Month != w.Month || r.Available != w.Available || math.Abs(r.Value-w.Value) > 1e-12 || math.Abs(r.Den-w.Den) > 1e-12 || math.Abs(r.Worse-w.Worse) > 1e-12 || r.Stream != "visits" {
			t.Errorf("row %d is %+v, expected %+v", i, r, w)
		}
	}
}
