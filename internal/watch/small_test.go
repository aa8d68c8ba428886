package watch

import (
	"math"
	"testing"

	"candour/internal/calendar"
	"candour/internal/indicator"
)

// TestAValueOfTooSmallADenominatorIsShownAndNotTested: half a patient of cancer
// makes 0% or 100%, which says nothing about a trust.
func TestAValueOfTooSmallADenominatorIsShownAndNotTested(t *testing.T) {
	t.Parallel()
	d := *catalogue(t).Get("ae-4h")
	d.MinimumDenominator = 5
	d.Standards = []indicator.Standard{{From: d.Standards[0].From, Value: 0.95}}
	month := calendar.NewMonth(2023, 1)
	var list []indicator.Observation
	for m := range 24 {
		list = append(list, observation("RAA", month.Add(m), 96+float64(m%3), 100))
	}
	list[10].Numerator, list[10].Denominator = 0, 4.5
	list[23].Numerator, list[23].Denominator = 0, 0.5
	s := SeriesOf(&d, list)
	if !s.Points[10].Untested || !s.Points[23].Untested || s.Points[11].Untested || s.Points[23].Value != 0 {
		t.Fatalf("points 10, 11 and 23: %+v %+v %+v", s.Points[10], s.Points[11], s.Points[23])
	}
	found, v, err := OverTime(&s, nil)
	if err != nil || len(found) != 0 || v.Variation != "common_cause" || v.At != month.Add(22) {
		t.Errorf("a value of half a patient was judged: %+v, %+v, %v", found, v, err)
	}
	c, err := Chart(&s, nil)
	if err != nil || c.Segments[0].Mean < 96 || !math.IsNaN(c.Points[10].Value) {
		t.Errorf("it moves the mean: %+v, %v", c.Segments, err)
	}

	d.MinimumDenominator = 0
	s = SeriesOf(&d, list)
	if found, _, err = OverTime(&s, nil); err != nil || len(found) == 0 {
		t.Errorf("without a minimum the same values are judged: %+v, %v", found, err)
	}
	d.MinimumDenominator = 1000
	s = SeriesOf(&d, list)
	if found, v, err = OverTime(&s, nil); err != nil || len(found) != 0 || v.Charted || v.At != month.Add(23) {
		t.Errorf("where every value is too small, the newest is shown and nothing said: %+v, %+v, %v", found, v, err)
	}
}

// TestOverlappingWindowsAreNeverJudgedByRuns is R-SPC-6: twelve months that overlap
// by nine move together, so a run of them is one piece of evidence.
func TestOverlappingWindowsAreNeverJudgedByRuns(t *testing.T) {
	t.Parallel()
	d := *catalogue(t).Get("ae-4h")
	d.Frequency, d.Standards = calendar.Rolling12, nil
	first, err := calendar.ParsePeriod("R12-2011-03")
	if err != nil {
		t.Fatal(err)
	}
	var list []indicator.Observation
	for quarter := range 14 {
		list = append(list, observation("RAA", first.Add(3*quarter), float64(50+3*quarter), 100)) // rising all the time
	}
	s := SeriesOf(&d, list)
	chart, err := Chart(&s, nil)
	if err != nil || chart != nil {
		t.Fatalf("a chart with run rules was made: %+v, %v", chart, err)
	}
	if found, v, err := OverTime(&s, nil); err != nil || len(found) != 0 || v.Charted {
		t.Errorf("%+v, %+v, %v", found, v, err)
	}
	d.Frequency = calendar.Quarter // the same values, each of its own quarter
	for i := range list {
		list[i].Period = calendar.NewQuarter(2011, 1).Add(i)
	}
	s = SeriesOf(&d, list)
	if found, _, err := OverTime(&s, nil); err != nil || len(found) == 0 {
		t.Errorf("as separate quarters they are a trend: %+v, %v", found, err)
	}
}
