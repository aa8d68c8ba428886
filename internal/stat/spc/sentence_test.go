package spc_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"candour/internal/stat/spc"
)

var monthNames = [...]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}

// monthly is a series of months from January 2025.
func monthly(direction spc.Direction, values ...float64) spc.Series {
	s := spc.Series{Values: values, Direction: direction, Unit: spc.Month}
	for i := range values {
		s.Periods = append(s.Periods, fmt.Sprintf("%s %d", monthNames[i%12], 2025+i/12))
	}
	return s
}

func chartOf(t *testing.T, s spc.Series, settings spc.Settings) *spc.Chart {
	t.Helper()
	c, err := spc.NewChart(s, settings)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// calm is months of chance about 1.39, to put a signal after.
func calm(then ...float64) []float64 {
	return append([]float64{1.3, 1.5, 1.3, 1.5, 1.3, 1.5, 1.3, 1.5, 1.3, 1.5, 1.3, 1.5, 1.3}, then...)
}

func TestEverySignalHasASentenceThatANurseUnderstands(t *testing.T) {
	t.Parallel()
	fixed := spc.MakingDataCount()
	fixed.FixAfter = 13
	for name, c := range map[string]struct {
		values                []float64
		rule                  spc.Rule
		sentence, plain, ends string
	}{
		"a shift that goes on": {
			calm(1.45, 1.44, 1.45, 1.44, 1.45, 1.44, 1.45), spc.Shift,
			"7 months running are above the mean of 1.39.",
			"7 months in a row above the average, since Feb 2026: unlikely to be chance.",
			"A month at or below the mean of 1.39 would end it.",
		},
		"a shift downwards that is over": {
			calm(1.35, 1.34, 1.35, 1.34, 1.35, 1.34, 1.35, 1.34, 1.5), spc.Shift,
			"9 months running are below the mean of 1.39.",
			"9 months in a row below the average, since Jan 2026: unlikely to be chance.",
			"Ended in Oct 2026, at 1.50.",
		},
		"a trend upwards that goes on": {
			calm(1.32, 1.34, 1.36, 1.38, 1.40, 1.42), spc.Trend,
			"7 months running, each higher than the one before.",
			"Up for 7 months in a row, since Jan 2026: unlikely to be chance.",
			"A month that is not higher than 1.42 would end it.",
		},
		"a trend downwards that goes on": {
			calm(1.5, 1.48, 1.46, 1.44, 1.42, 1.40, 1.38), spc.Trend,
			"7 months running, each lower than the one before.",
			"Down for 7 months in a row, since Feb 2026: unlikely to be chance.",
			"A month that is not lower than 1.38 would end it.",
		},
		"one month above the limit": {
			calm(2.1), spc.Outside,
			"2.10 is above the upper limit of 1.92.",
			"Feb 2026 (2.10) is higher than anything expected here, 0.86 to 1.92: unlikely to be chance.",
			"A month on or between the limits, 0.86 and 1.92, would end it.",
		},
		"two months below the limit, and then a month without a value": {
			calm(0.5, 0.6, math.NaN(), 1.4), spc.Outside,
			"0.50 and 0.60 are below the lower limit of 0.86.",
			"Feb 2026 (0.50) and Mar 2026 (0.60) are lower than anything expected here, 0.86 to 1.92: unlikely to be chance.",
			"Ended for want of a value for Apr 2026.",
		},
		"two of three": {
			calm(1.8, 1.5, 1.8), spc.TwoOfThree,
			"Two of three months are in the outer third, high side.",
			"Two of three months unusually high, since Feb 2026: unlikely to be chance.",
			"A month no higher than 1.75 would end it.",
		},
		"three of four on the low side": {
			calm(1.0, 1.3, 1.0, 1.0, 1.5), spc.TwoOfThree,
			"3 of 4 months are in the outer third, low side.",
			"3 of 4 months unusually low, since Feb 2026: unlikely to be chance.",
			"Ended in Jun 2026, at 1.50.",
		},
		"a signal that nothing has followed": {
			calm(2.1, math.NaN()), spc.Outside,
			"2.10 is above the upper limit of 1.92.",
			"Feb 2026 (2.10) is higher than anything expected here, 0.86 to 1.92: unlikely to be chance.",
			"A month on or between the limits, 0.86 and 1.92, would end it.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chart := chartOf(t, monthly(spc.Decrease, c.values...), fixed)
			i := slices.IndexFunc(chart.Signals, func(s spc.Signal) bool { return s.Rule == c.rule })
			if i < 0 {
				t.Fatalf("no signal of %v among %+v", c.rule, chart.Signals)
			}
			s := chart.Signals[i]
			if s.Sentence != c.sentence || s.Plain != c.plain || s.Ends != c.ends {
				t.Errorf("got\n%q\n%q\n%q\nwant\n%q\n%q\n%q", s.Sentence, s.Plain, s.Ends, c.sentence, c.plain, c.ends)
			}
		})
	}
}

func TestASignalEndsWhereLimitsAreRecalculated(t *testing.T) {
	t.Parallel()
	values := calm(1.45, 1.44, 1.45, 1.44, 1.45, 1.44, 1.45)
	values = append(values, values...)
	series := monthly(spc.Decrease, values...)
	series.Rebases = []spc.Rebase{{At: 20, Reason: "the new ward opened", SignedBy: "A Matron", SignedOn: "4 Jan 2027"}}
	settings := spc.MakingDataCount()
	settings.FixAfter = 13
	chart := chartOf(t, series, settings)
	if got, want := chart.Signals[0].Ends, "Ended where limits were recalculated, from Sep 2026."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if want := "Limits recalculated from Sep 2026 by A Matron on 4 Jan 2027, because: the new ward opened."; !slices.Contains(chart.Notes(), want) {
		t.Errorf("notes %q lack %q", chart.Notes(), want)
	}
}

func TestTwoTrendsWithATieBetweenThemAreTwoSignals(t *testing.T) {
	t.Parallel()
	chart := chartOf(t, monthly(spc.Increase, 1, 2, 3, 4, 5, 6, 7, 7, 8, 9, 10, 11, 12, 13), spc.MakingDataCount())
	n := 0
	for _, s := range chart.Signals {
		if s.Rule == spc.Trend {
			n++
			if len(s.Points) != 7 {
				t.Errorf("a trend of %d points", len(s.Points))
			}
		}
	}
	if n != 2 {
		t.Errorf("%d trends, want 2", n)
	}
}

func TestVerdictsSayWhatAndWhy(t *testing.T) {
	t.Parallel()
	rising := calm(1.45, 1.44, 1.45, 1.44, 1.45, 1.44, 1.45)
	for name, c := range map[string]struct {
		direction        spc.Direction
		values           []float64
		target           float64
		verdict, target2 string
	}{
		"a concern with a target that is missed": {
			spc.Decrease, rising, 0.8, "Special cause, concerning: high. 7 months running are above the mean of 1.41.",
			"1.45 against a target of 0.80; consistently misses it, and will unless the process changes.",
		},
		"an improvement that meets its target": {
			spc.Increase, rising, 0.8, "Special cause, improving: high. 7 months running are above the mean of 1.41.",
			"1.45 against a target of 0.80; consistently meets it.",
		},
		"hit and miss": {
			spc.Increase, calm(), 1.4, "Common cause: no significant change.", "1.30 against a target of 1.40; hit and miss, as chance decides.",
		},
		"neither direction is good": {
			spc.Neutral, rising, 0.8, "Special cause, neither good nor bad: high. 7 months running are above the mean of 1.41.",
			"1.45 against a target of 0.80; no verdict, because neither direction is good.",
		},
		"too few months for a verdict": {
			spc.Increase,
			[]float64{1, 2, 1, 2, 1, 2, 1},
			9, "7 months held, 13 needed for a verdict; trial limits until then.",
			"1 against a target of 9; no verdict before 13 months.",
		},
		"too few months for limits": {
			spc.Increase, []float64{1, 2, 1}, 9, "3 months held, 13 needed for a verdict; a plain line until then.", "1 against a target of 9; no verdict without limits.",
		},
		"no value at all": {spc.Increase, []float64{math.NaN()}, 9, "No value is held.", ""},
		"no target":       {spc.Increase, calm(), math.NaN(), "Common cause: no significant change.", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			series := monthly(c.direction, c.values...)
			for range c.values {
				series.Targets = append(series.Targets, c.target)
			}
			chart := chartOf(t, series, spc.MakingDataCount())
			if got := chart.Verdict(); got != c.verdict {
				t.Errorf("verdict\ngot  %q\nwant %q", got, c.verdict)
			}
			if got := chart.TargetVerdict(); got != c.target2 {
				t.Errorf("target\ngot  %q\nwant %q", got, c.target2)
			}
		})
	}
}

func TestATargetThatChangedIsJudgedAsItIsNowAndSaysSo(t *testing.T) {
	t.Parallel()
	series := monthly(spc.Increase, calm()...)
	for i := range series.Values {
		series.Targets = append(series.Targets, []float64{0.5, 3}[i/7])
	}
	chart := chartOf(t, series, spc.MakingDataCount())
	if chart.Assurance != spc.Fail || !strings.Contains(chart.TargetVerdict(), "The target has changed over time; this is the one in force now.") {
		t.Errorf("%v, %q", chart.Assurance, chart.TargetVerdict())
	}
}

func TestAJumpIsAnAlarmAndNamesNoPoint(t *testing.T) {
	t.Parallel()
	fixed := spc.MakingDataCount()
	fixed.FixAfter = 13
	chart := chartOf(t, monthly(spc.Decrease, calm(1.9, 1.2)...), fixed)
	p := chart.Points[14]
	if !p.Marks.Has(spc.Jump) || p.Rule != spc.NoRule || p.Label != spc.CommonCause {
		t.Errorf("%+v", p)
	}
	if got, want := chart.JumpSentence(14), "A jump of 0.70 from the month before; up to 0.65 would be usual."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if chart.JumpSentence(3) != "" {
		t.Error("a sentence without a jump")
	}
}

func TestNotesSayWhatTheLimitsDoNot(t *testing.T) {
	t.Parallel()
	zeros := make([]float64, 31)
	zeros[10], zeros[20], zeros[25] = 5, 5, math.NaN()
	screened := spc.MakingDataCount()
	screened.Screen = true
	notes := strings.Join(chartOf(t, monthly(spc.Decrease, zeros...), screened).Notes(), "\n")
	for _, want := range []string{
		"1 month without a value: a gap ends every run and is never counted as zero.",
		"Moving ranges are not screened: no value would be within the limits.",
		"Two thirds or more of the months have the value 0, and an XmR chart suits them badly. For rare events use the time (t chart) or the cases (g chart) between events.",
	} {
		if !strings.Contains(notes, want) {
			t.Errorf("notes lack %q:\n%s", want, notes)
		}
	}
	seasonal := make([]float64, 48)
	for i := range seasonal {
		seasonal[i] = 100 + 30*math.Sin(2*math.Pi*float64(i)/12) + float64(i%5)
	}
	notes = strings.Join(chartOf(t, monthly(spc.Decrease, seasonal...), screened).Notes(), "\n")
	if !strings.Contains(notes, "Strongly seasonal: the time of year explains 96% of the variation.") {
		t.Errorf("notes lack the seasons:\n%s", notes)
	}
	notes = strings.Join(chartOf(t, monthly(spc.Decrease, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 9), screened).Notes(), "\n")
	if !strings.Contains(notes, "Trial limits: 12 months held, 13 needed.") || !strings.Contains(notes, "Screening left out 1 of the moving ranges.") {
		t.Errorf("notes lack the trial limits:\n%s", notes)
	}
}

func TestARebaseIsOnlyEverSuggested(t *testing.T) {
	t.Parallel()
	settings := spc.MakingDataCount()
	settings.FixAfter = 13
	lasting := calm(1.45, 1.44, 1.45, 1.44, 1.45, 1.44, 1.45, 1.44)
	chart := chartOf(t, monthly(spc.Decrease, lasting...), settings)
	if chart.Suggestion == nil {
		t.Fatal("no suggestion")
	}
	want := "8 months running, since Feb 2026, are above the mean of 1.39, so the limits may no longer describe the process. " +
		"Recalculate them from Feb 2026 only if the cause is known, the new level is expected to last and somebody signs it."
	if chart.Suggestion.Reason != want || chart.Suggestion.From != 13 || chart.Suggestion.Points != 8 || chart.Suggestion.Side != spc.High {
		t.Errorf("got %+v", chart.Suggestion)
	}
	if len(chart.Segments) != 1 {
		t.Error("the suggestion was acted upon")
	}
	for name, values := range map[string][]float64{
		"a shift that has just been reached": lasting[:20],
		"a shift that is over":               append(slices.Clone(lasting), 1.2),
		"chance":                             calm(),
	} {
		if chart := chartOf(t, monthly(spc.Decrease, values...), settings); chart.Suggestion != nil {
			t.Errorf("%s: %+v", name, chart.Suggestion)
		}
	}
}

func TestSettingsSayThemselves(t *testing.T) {
	t.Parallel()
	got := strings.Join(spc.MakingDataCount().Words(), "\n")
	want := `Shift: 7 points running on one side of the mean.
Trend: 7 points running, each higher, or each lower, than the one before.
Two of three: points in the outer third, not beyond the limits, all three on one side of the mean.
All moving ranges count towards the limits.
Limits are from all points of each segment.
Limits from 6 points, trial limits up to 12, icons from 13.`
	if got != want {
		t.Errorf("got\n%s", got)
	}
	other := spc.MakingDataCount2023()
	other.Screen, other.FixAfter, other.ShiftLength = true, 24, 8
	text := strings.Join(other.Words(), "\n")
	for _, want := range []string{"Shift: 8", "or beyond the limits", "3.267 times their mean", "first 24 points", "improvement is shown"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func TestNumbersAreWrittenWithTheirSpreadsDecimals(t *testing.T) {
	t.Parallel()
	for want, values := range map[string][]float64{
		"−5 is below the lower limit of −2.9.":         {1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, -5},
		"3000 is above the upper limit of 1541.":       {1000, 1010, 1000, 1010, 1000, 1010, 1000, 1010, 1000, 1010, 1000, 1010, 1000, 1010, 3000},
		"0.090 is above the upper limit of 0.036.":     {0.01, 0.012, 0.01, 0.012, 0.01, 0.012, 0.01, 0.012, 0.01, 0.012, 0.01, 0.012, 0.01, 0.012, 0.0900001},
		"4e+16 is above the upper limit of 1.797e+16.": {1e16, 1.01e16, 1e16, 1.01e16, 1e16, 1.01e16, 1e16, 1.01e16, 1e16, 1.01e16, 1e16, 1.01e16, 1e16, 1.01e16, 4e16},
	} {
		chart := chartOf(t, monthly(spc.Neutral, values...), spc.MakingDataCount())
		i := slices.IndexFunc(chart.Signals, func(s spc.Signal) bool { return s.Rule == spc.Outside })
		if i < 0 || chart.Signals[i].Sentence != want {
			t.Errorf("want %q, got %+v", want, chart.Signals)
		}
	}
}

func TestTheMatrixTellsWhatToDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		v    spc.Variation
		a    spc.Assurance
		want string
		must bool
	}{
		"common cause that fails needs another system":      {spc.VariationCommonCause, spc.Fail, "system change needed", true},
		"a concern that passes is an early warning":         {spc.ConcernHigh, spc.Pass, "early warning: investigate although target is met", true},
		"a concern that fails comes first":                  {spc.ConcernLow, spc.Fail, "highest priority: act", true},
		"an improvement that passes is to celebrate":        {spc.ImprovementLow, spc.Pass, "celebrate, consider stretching the target", false},
		"common cause that passes is left alone":            {spc.VariationCommonCause, spc.Pass, "leave alone, report by exception", false},
		"an unknown icon is not read as good":               {spc.VariationUnknown, spc.NoAssurance, "wait for more points, or ask why there are none", false},
		"a change that is neither good nor bad has a cause": {spc.NeutralHigh, spc.NoAssurance, "understand what changed", false},
	} {
		if got := spc.ReadingGuide(c.v, c.a); got != c.want || spc.NeedsNarrative(c.v, c.a) != c.must {
			t.Errorf("%s: got %q", name, got)
		}
	}
	for v := spc.VariationUnknown; v <= spc.NeutralLow; v++ {
		for a := spc.NoAssurance; a <= spc.Inconsistent; a++ {
			if spc.ReadingGuide(v, a) == "" || v.Words() == "" || a.Words() == "" || v.Row().Words() == "" {
				t.Errorf("no words for %v and %v", v, a)
			}
		}
	}
}

func TestIconsHaveTheLettersOfMakingDataCount(t *testing.T) {
	t.Parallel()
	for icon, letter := range map[spc.Variation]string{
		spc.ImprovementHigh: "H", spc.ImprovementLow: "L", spc.ConcernHigh: "H", spc.ConcernLow: "L",
		spc.NeutralHigh: "↑", spc.NeutralLow: "↓", spc.VariationCommonCause: "",
	} {
		if icon.Letter() != letter {
			t.Errorf("%v has %q", icon, icon.Letter())
		}
	}
	if spc.Pass.Letter()+spc.Fail.Letter()+spc.Inconsistent.Letter()+spc.NoAssurance.Letter() != "PF?" {
		t.Error("assurance letters")
	}
}
