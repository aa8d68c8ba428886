package cusum_test

import (
	"bufio"
	"errors"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"candour/internal/stat/cusum"
)

// textCase is one case of testdata/cases.txt.
type textCase struct {
	title   string
	design  cusum.Design
	died    []float64
	risk    []float64
	score   []float64
	alarm   []string
	verdict string
}

func textCases(t *testing.T) []textCase {
	t.Helper()
	f, err := os.Open("testdata/cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []textCase
	in := bufio.NewScanner(f)
	for in.Scan() {
		words := strings.Fields(in.Text())
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if words[0] == "=" {
			out = append(out, textCase{title: strings.Join(words[1:], " ")})
			continue
		}
		if len(out) > 0 {
			out[len(out)-1].read(t, words)
		}
	}
	return out
}

func (c *textCase) read(t *testing.T, words []string) {
	t.Helper()
	switch words[0] {
	case "odds":
		reset, err := cusum.ParseReset(words[5])
		if err != nil {
			t.Fatalf("%s: %v", c.title, err)
		}
		c.design = cusum.Design{Odds: numbers(t, words[1:2])[0], Limit: numbers(t, words[3:4])[0], Reset: reset}
	case "died":
		c.died = numbers(t, words[1:])
	case "risk":
		c.risk = numbers(t, words[1:])
	case "score":
		c.score = numbers(t, words[1:])
	case "alarm":
		c.alarm = words[1:]
	case "verdict":
		c.verdict = words[1]
	default:
		t.Fatalf("%s: %q is not a row", c.title, words[0])
	}
}

func numbers(t *testing.T, words []string) []float64 {
	t.Helper()
	var out []float64
	for _, w := range words {
		v, err := strconv.ParseFloat(w, 64)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

func TestTheCasesThatCliniciansRead(t *testing.T) {
	t.Parallel()
	cases := textCases(t)
	if len(cases) < 10 {
		t.Fatalf("only %d cases were read", len(cases))
	}
	for _, c := range cases {
		t.Run(c.title, func(t *testing.T) {
			t.Parallel()
			points, err := c.design.Run(nil, c.died, c.risk)
			if err != nil {
				t.Fatal(err)
			}
			alarms := 0
			for i, p := range points {
				if p.Signal {
					alarms++
				}
				if p.Signal != (c.alarm[i] == "X") {
					t.Errorf("patient %d: alarm is %v", i+1, p.Signal)
				}
				if c.score != nil && !(math.Abs(p.Score-c.score[i]) < 5.1e-5) {
					t.Errorf("patient %d: score %.4f, want %.4f", i+1, p.Score, c.score[i])
				}
			}
			if verdict := []string{"quiet", "alarm", "repeated"}[min(alarms, 2)]; verdict != c.verdict {
				t.Errorf("verdict %s, want %s", verdict, c.verdict)
			}
		})
	}
}

func TestInvalidCasesAreRefusedByNumber(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	for name, c := range map[string]struct {
		kind cusum.Kind
		y, p float64
		want error
	}{
		"an outcome of a half":           {cusum.RiskAdjusted, 0.5, 0.1, cusum.ErrOutcome},
		"an outcome of two":              {cusum.Bernoulli, 2, 0.1, cusum.ErrOutcome},
		"a missing outcome":              {cusum.RiskAdjusted, nan, 0.1, cusum.ErrOutcome},
		"a missing risk":                 {cusum.RiskAdjusted, 1, nan, cusum.ErrRisk},
		"a risk above one":               {cusum.VLAD, 1, 1.01, cusum.ErrRisk},
		"half a death":                   {cusum.Poisson, 0.5, 1, cusum.ErrCount},
		"a negative count":               {cusum.Poisson, -1, 1, cusum.ErrCount},
		"an infinite count":              {cusum.Poisson, inf, 1, cusum.ErrCount},
		"a negative expected count":      {cusum.Poisson, 1, -1, cusum.ErrExpect},
		"an infinite expected count":     {cusum.Poisson, 1, inf, cusum.ErrExpect},
		"a missing measurement":          {cusum.Normal, nan, 1, cusum.ErrValue},
		"a measurement beyond all sense": {cusum.Normal, 1e300, 0, cusum.ErrValue},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := cusum.Design{Kind: c.kind, Odds: 2, Shift: 1, SD: 1}
			_, err := d.Run(nil, []float64{0, c.y}, []float64{0.5, c.p})
			var at *cusum.CaseError
			if !errors.As(err, &at) || at.Index != 1 || !errors.Is(err, c.want) {
				t.Errorf("got %v, want case 2: %v", err, c.want)
			}
		})
	}
}

func TestImpossibleDesignsAreRefused(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]cusum.Design{
		"odds of one":          {Odds: 1},
		"odds of zero":         {},
		"negative odds":        {Odds: -2},
		"infinite odds":        {Odds: math.Inf(1)},
		"missing odds":         {Odds: math.NaN()},
		"infinite limit":       {Odds: 2, Limit: math.Inf(1)},
		"unknown reset":        {Odds: 2, Reset: 9},
		"unknown kind":         {Odds: 2, Kind: 9},
		"normal without SD":    {Kind: cusum.Normal, Shift: 1},
		"normal without shift": {Kind: cusum.Normal, SD: 1},
		"VLAD with a limit":    {Kind: cusum.VLAD, Limit: 3},
	} {
		if _, err := cusum.New(d); err == nil {
			t.Errorf("%s must be refused", name)
		}
	}
}

func TestVLADIsExpectedMinusObserved(t *testing.T) {
	t.Parallel()
	d := cusum.Design{Kind: cusum.VLAD}
	points, err := d.Run(nil, []float64{0, 1, 0}, []float64{0.25, 0.5, 0.125})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{0.25, -0.25, -0.125} {
		if got := points[i].Score; math.Abs(got-want) > 0 {
			t.Errorf("patient %d: %g, want %g", i+1, got, want)
		}
	}
}

func drawSeries(t *rapid.T) (y, p []float64) {
	for range rapid.IntRange(0, 80).Draw(t, "n") {
		y = append(y, float64(rapid.IntRange(0, 1).Draw(t, "died")))
		p = append(p, rapid.Float64Range(0, 1).Draw(t, "risk"))
	}
	return y, p
}

// plainScores is the definition, written the slow way: min and max as R’s
// cusum::racusum writes them.
func plainScores(y, p []float64, odds, limit float64, reset bool) (scores []float64, signals []bool) {
	ct := 0.0
	for i := range y {
		w := -math.Log(1 - p[i] + odds*p[i])
		if y[i] > 0 {
			w = math.Log(odds / (1 - p[i] + odds*p[i]))
		}
		signal := false
		if odds > 1 {
			ct = math.Max(0, ct+w)
			signal = ct >= limit
		} else {
			ct = math.Min(0, ct-w)
			signal = ct <= limit
		}
		if signal && reset {
			ct = 0
		}
		scores, signals = append(scores, ct), append(signals, signal)
	}
	return scores, signals
}

func TestScoresAreThoseOfTheDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		y, p := drawSeries(t)
		odds := rapid.SampledFrom([]float64{0.25, 0.5, 0.9, 1.5, 2, 4}).Draw(t, "odds")
		limit := rapid.Float64Range(0.1, 5).Draw(t, "limit")
		reset := rapid.SampledFrom([]cusum.Reset{cusum.ResetZero, cusum.ResetNone}).Draw(t, "reset")
		if odds < 1 {
			limit = -limit
		}
		got, err := cusum.Design{Odds: odds, Limit: limit, Reset: reset}.Run(nil, y, p)
		if err != nil {
			t.Fatal(err)
		}
		scores, signals := plainScores(y, p, odds, limit, reset == cusum.ResetZero)
		for i, pt := range got {
			if !(math.Abs(pt.Score-scores[i]) < 1e-11) || pt.Signal != signals[i] {
				t.Fatalf("case %d: %+v, want %g %v", i, pt, scores[i], signals[i])
			}
		}
	})
}

func TestAlarmsAndSpellsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		y, p := drawSeries(t)
		d := cusum.Design{Odds: 2, Limit: 1.5, Reset: cusum.ResetKeep}
		points, err := d.Run(nil, y, p)
		if err != nil {
			t.Fatal(err)
		}
		alarms, err := d.Alarms(y, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range alarms {
			events, expected, weights := 0.0, 0.0, 0.0
			for i := a.First; i <= a.Last; i++ {
				events += y[i]
				expected += p[i]
				weights += points[i].Weight
			}
			if !points[a.Last].Signal || !(math.Abs(events-a.Events) < 1e-9) || !(math.Abs(expected-a.Expected) < 1e-9) || !(math.Abs(weights-a.Peak) < 1e-9) {
				t.Fatalf("%+v does not add up: %g events, %g expected, score %g", a, events, expected, weights)
			}
			if a.First > 0 && math.Abs(points[a.First-1].Score) > 0 && !points[a.First-1].Signal {
				t.Fatal("a spell must begin after zero or after an alarm")
			}
		}
	})
}

func TestALowerLimitNeverAlarmsLater(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		y, p := drawSeries(t)
		first := func(limit float64) int {
			points, err := cusum.Design{Odds: 2, Limit: limit}.Run(nil, y, p)
			if err != nil {
				t.Fatal(err)
			}
			if i := slices.IndexFunc(points, func(p cusum.Point) bool { return p.Signal }); i >= 0 {
				return i
			}
			return len(points)
		}
		h := rapid.Float64Range(0.1, 4).Draw(t, "limit")
		if first(h/2) > first(h) {
			t.Fatal("half the limit alarmed later")
		}
	})
}

func TestBothSidesTogetherResetTogether(t *testing.T) {
	t.Parallel()
	y := []float64{0, 0, 0, 1, 1, 0}
	apart, err := cusum.NewTwoSided(cusum.Design{Odds: 2, Limit: 0.5, Reset: cusum.ResetKeep}, false)
	if err != nil {
		t.Fatal(err)
	}
	joined, err := cusum.NewTwoSided(cusum.Design{Odds: 2, Limit: 0.5, Reset: cusum.ResetKeep}, true)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range y {
		_, downApart, err := apart.Next(v, 0.3)
		if err != nil {
			t.Fatal(err)
		}
		up, down, err := joined.Next(v, 0.3)
		if err != nil {
			t.Fatal(err)
		}
		if i == 4 && (!up.Signal || math.Abs(down.Score) > 0) {
			t.Errorf("second death: %+v %+v", up, down)
		}
		if i == 5 && !(math.Abs(down.Score-cusum.Weight(false, 0.3, 0.5)*-1) < 1e-12) {
			t.Errorf("the lower side must start again after the upper signals: %g (apart %g)", down.Score, downApart.Score)
		}
	}
}

func FuzzChart(f *testing.F) {
	f.Add(1.0, 0.5, 2.0, 4.5, uint8(0), uint8(0))
	f.Add(0.0, 1.0, 1e-300, -4.5, uint8(0), uint8(3))
	f.Add(9e15, 1e300, 1e308, 1.0, uint8(2), uint8(2))
	f.Fuzz(func(t *testing.T, y, p, odds, limit float64, kind, reset uint8) {
		d := cusum.Design{Kind: cusum.Kind(kind % 5), Odds: odds, Shift: odds, SD: 1, Limit: limit, Reset: cusum.Reset(reset)}
		points, err := d.Run(nil, []float64{y, 0, y, y}, []float64{p, p, 0, p})
		if err != nil {
			return
		}
		for _, pt := range points {
			if math.IsNaN(pt.Weight+pt.Score+pt.Peak) || math.IsInf(pt.Weight+pt.Score+pt.Peak, 0) {
				t.Fatalf("%+v of %+v", pt, d)
			}
		}
	})
}
