package cusum_test

import (
	"math"
	"testing"
	"time"

	"candour/internal/stat/cusum"
)

// shipman is the women (or men) of 65 and over who died at home or in the
// practice: observed by death certificates that Shipman signed, expected from
// local practices (Baker 2001, tables 8.23 to 8.26).
func shipman(t *testing.T, who string) (years []int, weights []float64) {
	t.Helper()
	observed, expected := who+"65plusObs", who+"65plusExp"
	data := columns(t, "public/inquiries/10-3-4-shipman-baker-data-x.csv", "Year", observed, expected)
	for i, y := range data["Year"] {
		years = append(years, int(y))
		weights = append(weights, cusum.RateWeight(data[observed][i], data[expected][i], 2))
	}
	return years, weights
}

func firstAlarmYear(t *testing.T, who string, alpha float64, at cusum.Lower) int {
	t.Helper()
	years, weights := shipman(t, who)
	upper, lower, err := cusum.WaldBoundaries(alpha, alpha)
	if err != nil {
		t.Fatal(err)
	}
	points, err := cusum.Sequential{Upper: upper, Lower: lower, At: at}.Run(weights)
	if err != nil {
		t.Fatal(err)
	}
	if i := cusum.FirstAlarm(points); i >= 0 {
		return years[i]
	}
	return 0
}

// Spiegelhalter, The Art of Statistics (2019), figure 10.4, page 293: for women
// "Shipman would have crossed the outer threshold in 1985" (alpha = beta =
// 0.000001); Spiegelhalter et al. 2003 name the same year.
func TestShipmanWouldHaveRaisedAnAlarmIn1985(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		who   string
		alpha float64
		at    cusum.Lower
		want  int
	}{
		{"Women", 1e-6, cusum.RunOn, 1985},
		{"Women", 1e-6, cusum.Restart, 1985},
		// Not published in words, but by the same arithmetic: ln 2 times the deaths
		// so far, less those expected, against ln((1-alpha)/alpha).
		{"Women", 1e-4, cusum.RunOn, 1981},
		{"Women", 1e-2, cusum.RunOn, 1979},
		{"Men", 1e-6, cusum.RunOn, 1996},
		{"Men", 1e-4, cusum.RunOn, 1996},
		{"Men", 1e-2, cusum.RunOn, 1995},
	} {
		if got := firstAlarmYear(t, c.who, c.alpha, c.at); got != c.want {
			t.Errorf("%s, error rates %g, policy %d: %d, want %d", c.who, c.alpha, c.at, got, c.want)
		}
	}
}

func TestOnceAcceptedWaldsTestEnds(t *testing.T) {
	t.Parallel()
	s := cusum.Sequential{Upper: 2, Lower: -1, At: cusum.Accept}
	points, err := s.Run([]float64{-0.5, -0.6, 5, 5})
	if err != nil {
		t.Fatal(err)
	}
	if !points[1].AsGood || !points[1].Ended || cusum.FirstAlarm(points) != -1 || !points[3].Ended {
		t.Errorf("%+v", points)
	}
	s.At = cusum.Restart
	points, err = s.Run([]float64{-0.5, -0.6, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	if cusum.FirstAlarm(points) != 3 || math.Abs(points[3].Sum-2) > 0 {
		t.Errorf("restarted: %+v", points)
	}
}

// Only totals are public for Bristol (1991-95, open operations under one year:
// 41 deaths of 143, against 356 of 3,176 elsewhere), so the month of the alarm is
// not to be had, but bounds on the operation are.
func TestBristolAlarmsInEveryOrderOfItsOperations(t *testing.T) {
	t.Parallel()
	data := columns(t, "public/inquiries/02-5-child-heart-surgery-1991-x.csv", "Operations", "Deaths")
	operations, deaths := 0.0, 0.0
	for i := range data["Deaths"] {
		if i > 0 { // the first row is Bristol
			operations += data["Operations"][i]
			deaths += data["Deaths"][i]
		}
	}
	bristol, patients := int(data["Deaths"][0]), int(data["Operations"][0])
	upper, _, err := cusum.WaldBoundaries(0.01, 0.01)
	if err != nil {
		t.Fatal(err)
	}
	span, err := cusum.SpanOfAlarm(bristol, patients, deaths/operations, 2, upper)
	if err != nil {
		t.Fatal(err)
	}
	if bristol != 41 || patients != 143 || !(span.Final > upper) {
		t.Errorf("%d of %d: final sum %.3f must be above %.3f", bristol, patients, span.Final, upper)
	}
	if span.Earliest != 8 || span.Latest != 129 {
		t.Errorf("with 356 deaths of 3,176 elsewhere the alarm comes between the 8th and the 129th operation: %+v", span)
	}
}

func TestShiryaevRobertsFollowsItsRecursion(t *testing.T) {
	t.Parallel()
	sr := cusum.ShiryaevRoberts{Threshold: 10}
	r := 0.0
	for i, w := range []float64{-0.2, 0.5, 0.7, -0.1, 0.6, 0.6, 0.3} {
		pt, err := sr.Next(w)
		if err != nil {
			t.Fatal(err)
		}
		r = (1 + r) * math.Exp(w)
		if !(math.Abs(pt.Log-math.Log(r)) < 1e-12) || pt.Signal != (r >= 10) {
			t.Errorf("case %d: %+v, want %g", i+1, pt, math.Log(r))
		}
		if pt.Signal {
			r = 0
		}
	}
}

func TestShiryaevRobertsDoesNotOverflow(t *testing.T) {
	t.Parallel()
	sr := cusum.ShiryaevRoberts{Threshold: math.MaxFloat64}
	for range 1000 {
		pt, err := sr.Next(0.7)
		if err != nil || math.IsNaN(pt.Log) || math.IsInf(pt.Log, 0) {
			t.Fatal(pt, err)
		}
	}
}

// Montgomery, Introduction to Statistical Quality Control, 6th ed., table 9.1
// (page 402) and table 9.2 (page 406): mean 10, SD 1, k = 0.5, h = 5; the upper
// sum passes 5 at observation 29 with 5.28, and N+ = 7 dates the shift to after
// observation 22.
func TestTabularCUSUMOfMontgomery(t *testing.T) {
	t.Parallel()
	x := []float64{
		9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34,
		9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62, 10.31, 8.52, 10.84,
		10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52,
	}
	points, err := cusum.Tabular{Mean: 10, SD: 1, K: 0.5, H: 5}.Run(x)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range points {
		if p.SignalUp != (i >= 28) || p.SignalDown {
			t.Errorf("observation %d: %+v", i+1, p)
		}
	}
	if p := points[28]; !(math.Abs(p.Up-5.28) < 1e-9) || p.SinceUp != 7 {
		t.Errorf("observation 29: %+v", p)
	}
	// The likelihood chart of a shift of 2k is the same chart, times the shift.
	llr, err := cusum.Design{Kind: cusum.Normal, Shift: 1, SD: 1, Limit: 5}.Run(nil, x, repeat(10, len(x)))
	if err != nil {
		t.Fatal(err)
	}
	if !llr[28].Signal || !(math.Abs(llr[28].Peak-5.28) < 1e-9) {
		t.Errorf("%+v", llr[28])
	}
}

func repeat(v float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}

func TestTheAlertTimelineOfDomain(t *testing.T) {
	t.Parallel()
	m := cusum.ImperialStages().From(time.Date(2026, time.January, 31, 0, 0, 0, 0, time.UTC))
	for i, want := range []string{"2026-01 2026-01 2026-01", "2026-04 2026-04 2026-04", "2026-07 2026-07 2026-07", "2026-10 2026-07 2027-03"} {
		got := m[i].Expected.Format("2006-01") + " " + m[i].From.Format("2006-01") + " " + m[i].To.Format("2006-01")
		if got != want {
			t.Errorf("%s: %s, want %s", m[i].Name, got, want)
		}
	}
	if p := cusum.PyramidOfInvestigation(); p[0] != "data and coding" || len(p) != 5 || len(cusum.Outcomes()) != 5 {
		t.Error(p)
	}
}

func TestAnAlarmIsToldInCounts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		alarm cusum.Alarm
		words cusum.Wording
		want  string
	}{
		{
			cusum.Alarm{First: 251, Last: 311, Events: 9, Expected: 4.06},
			cusum.Wording{First: "3 March 2024", Last: "14 May 2024"},
			"9 deaths among 61 patients from 3 March 2024 to 14 May 2024, where about 4.1 would be expected for patients like these. That is more than chance usually gives. It is a reason to look, not a verdict: check data and coding first.",
		},
		{
			cusum.Alarm{First: 0, Last: 1233, Events: 1, Expected: 12.4, Lower: true},
			cusum.Wording{Events: "infections"},
			"1 infection among 1,234 patients, where about 12 would be expected for patients like these. That is fewer than chance usually gives. Check first that nothing is missing; if the figures are right, there may be good practice to learn from.",
		},
		{
			cusum.Alarm{First: 4, Last: 4, Events: 1, Expected: 0.01},
			cusum.Wording{First: "2 May", Last: "2 May"},
			"1 death among 1 patient on 2 May, where fewer than 0.1 would be expected for patients like these. That is more than chance usually gives. It is a reason to look, not a verdict: check data and coding first.",
		},
	} {
		if got := c.alarm.Sentence(c.words); got != c.want {
			t.Errorf("\n got %s\nwant %s", got, c.want)
		}
	}
	for want, p := range map[string]cusum.Point{
		"Nothing unusual: results are as expected, or better than the chart looks for.":       {},
		"Less than half way to the alarm level: differences like this come and go by chance.": {Score: 1},
		"More than half way to the alarm level: worth watching, no alarm.":                    {Score: -3},
		"The chart has reached its alarm level.":                                              {Signal: true},
	} {
		if got := p.State(4); got != want {
			t.Errorf("%+v: %s", p, got)
		}
	}
}
