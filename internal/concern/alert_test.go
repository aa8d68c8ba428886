package concern

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestAlertAndReAlertRules(t *testing.T) {
	t.Parallel()
	p := Default()
	b := Budget{Budget: 0.2, Score: 7, Level: 4}
	at := func(score, level float64, fams ...FamilyID) *Assessment {
		a := &Assessment{Judged: true, AsOf: 100, Score: Score{Score: score, Level: level, Agree: 2}}
		for _, f := range fams {
			a.Families = append(a.Families, FamilyPart{Family: f, Evidence: 1.2})
		}
		return a
	}
	alone := func(score, level float64) *Assessment {
		a := at(score, level, "mortality")
		a.Agree = 1
		return a
	}
	last := func(ago Month, score float64, fams ...FamilyID) *Alert {
		return &Alert{AsOf: 100 - ago, Score: score, Families: fams}
	}
	for name, c := range map[string]struct {
		a    *Assessment
		r    Review
		want Decision
	}{
		"below both thresholds":                         {at(6.9, 3.9), Review{}, Quiet},
		"score reaches its threshold":                   {at(7, 0), Review{}, Raise},
		"however strong, one family alone raises none":  {alone(20, 0), Review{}, Quiet},
		"one family alone, level at its threshold":      {alone(20, 4), Review{}, Raise},
		"level reaches its threshold":                   {at(0, 4), Review{}, Raise},
		"five months after a closed one":                {at(9, 0), Review{last(5, 7), false}, Quiet},
		"six months after a closed one":                 {at(9, 0), Review{last(6, 9), false}, Raise},
		"open and recent: the task is updated":          {at(9, 0, "gp"), Review{last(3, 7), true}, Update},
		"open, six months, nothing new":                 {at(7.5, 0, "gp"), Review{last(7, 7, "gp"), true}, Update},
		"open, six months, a family not named last":     {at(7.5, 0, "gp", "staff"), Review{last(7, 7, "gp"), true}, Raise},
		"open, six months, score risen by one":          {at(8, 0, "gp"), Review{last(7, 7, "gp"), true}, Raise},
		"cannot be judged":                              {&Assessment{Score: Score{Score: 20}}, Review{}, Quiet},
		"below the thresholds while one is open: quiet": {at(2, 0), Review{last(7, 7), true}, Quiet},
	} {
		if got, _ := p.Decide(b, c.a, c.r); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestWordsAndPointsFollowTheCalibration(t *testing.T) {
	t.Parallel()
	p := Default()
	p.C0, p.C1 = -6.46, 0.571 // the parameters of concern-design.md section 12, whose words begin at 16, 24, 30, 36
	for w, want := range map[Word]float64{Watch: 16, Possible: 24, Likely: 30, VeryLikely: 36} {
		if got := p.WordPoints(w); math.Abs(got-want) > 0.5 {
			t.Errorf("%s begins at %.1f points, want about %g", w, got, want)
		}
	}
	for r, want := range map[float64]Word{0: NoSign, 6.3: Watch, 9: Possible, 11.32: Likely, 14: VeryLikely} {
		if got := p.WordFor(p.Probability(r)); got != want {
			t.Errorf("score %g is %q, want %q", r, got, want)
		}
	}
}

func TestApportionedPartsAddUpToTheRoundedTotal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		parts := rapid.SliceOfN(rapid.Float64Range(-20, 40), 1, 20).Draw(rt, "parts")
		sum, total := 0.0, 0
		for _, x := range parts {
			sum += x
		}
		for i, n := range Apportion(parts) {
			total += n
			if math.Abs(float64(n)-parts[i]) >= 1 {
				rt.Errorf("%g became %d", parts[i], n)
			}
		}
		if total != int(math.Floor(sum+0.5)) {
			rt.Errorf("parts add up to %d, total is %g", total, sum)
		}
	})
}

func TestRecalibrationFollowsTheOutcomes(t *testing.T) {
	t.Parallel()
	p := Default()
	outcomes := func(n, real int) (out []Closed) {
		for i := range n {
			o := NoConcern
			if i < real {
				o = RealConcern
			}
			out = append(out, Closed{Ranking: -p.C0 / p.C1, Outcome: o}) // even chance by the present calibration
		}
		return out
	}
	if _, err := p.Recalibrate("x", outcomes(9, 9)); !errors.Is(err, ErrTooFew) {
		t.Errorf("nine outcomes: %v", err)
	}
	low, err1 := p.Recalibrate("low", outcomes(40, 4))
	same, err2 := p.Recalibrate("same", outcomes(40, 20))
	high, err3 := p.Recalibrate("high", outcomes(40, 36))
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	if !(low.C0 < p.C0-1) || math.Abs(same.C0-p.C0) > 0.01 || !(high.C0 > p.C0+1) {
		t.Errorf("c0 %.2f became %.2f, %.2f, %.2f", p.C0, low.C0, same.C0, high.C0)
	}
	if low.C1 != p.C1 || low.Version != "low" || p.Version == "low" {
		t.Error("c1 or the version is wrong, or the old parameters were changed")
	}
}

func TestThresholdMovesTowardTheBudgetByAtMostFivePerCent(t *testing.T) {
	t.Parallel()
	b := Budget{Budget: 0.2, Score: 7.5}
	for name, c := range map[string]struct {
		x        Experience
		min, max float64
	}{
		"too few closed":     {Experience{100, 30, 9, 9}, 7.5, 7.5},
		"twice the budget":   {Experience{100, 80, 20, 10}, 7.5 * 1.049, 7.5 * 1.0501},
		"at the budget":      {Experience{100, 40, 20, 10}, 7.499, 7.501},
		"slightly too quiet": {Experience{100, 36, 20, 10}, 7.3, 7.499},
		"no false ones":      {Experience{100, 20, 20, 0}, 7.5 * 0.9499, 7.5 * 0.951},
	} {
		if got := b.Retune(c.x).Score; got < c.min || got > c.max {
			t.Errorf("%s: %g, want %g to %g", name, got, c.min, c.max)
		}
	}
}

func TestCalibrationFitFindsTheCoefficients(t *testing.T) {
	t.Parallel()
	var r []float64
	var truth []bool
	for i := range 20000 {
		x := float64(i%200) / 10
		r = append(r, 100*x)
		truth = append(truth, math.Mod(float64(i)*0.6180339887, 1) < logistic(-5+0.5*x))
	}
	c0, c1 := FitCalibration(r, truth)
	if math.Abs(c0+5) > 0.2 || math.Abs(c1-0.005) > 0.0003 {
		t.Errorf("c0 %g, c1 %g", c0, c1)
	}
}

func TestOverridesStandAboveTheScoreWhileTheyLast(t *testing.T) {
	t.Parallel()
	facts := []Override{
		{Kind: Enforcement, Provider: "A", Since: 90, Known: 92},
		{Kind: WhistleBlowing, Provider: "A", Since: 95, Known: 95, Until: 99},
		{Kind: DeathDueToCare, Provider: "B", Since: 90, Known: 90},
		{Kind: WhistleBlowing, Provider: "A", Since: 80, Known: 80},
	}
	for asOf, want := range map[Month]int{79: 0, 91: 1, 92: 2, 96: 3, 99: 2} {
		if got := Standing(facts, "A", asOf); len(got) != want {
			t.Errorf("as of %d: %d overrides, want %d", asOf, len(got), want)
		}
	}
	if got := Standing(facts, "A", 96); got[0].Since != 95 || got[2].Kind != Enforcement {
		t.Errorf("order %+v", got)
	}
	if _, cluster := NeverEventCluster([]Month{81, 90}, 92); !cluster {
		t.Error("two within twelve months are a cluster")
	}
	if _, cluster := NeverEventCluster([]Month{80, 90}, 92); cluster {
		t.Error("a year ago to the month is no longer within twelve months")
	}
	if _, cluster := NeverEventCluster([]Month{80, 93}, 92); cluster {
		t.Error("one of these is older than twelve months or still to come")
	}
}

func TestParametersThatCannotWorkAreRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"misspelt name": `{"gama": 1}`,
		"empty":         `{}`,
		"not JSON":      `gamma: 1`,
	} {
		if _, err := ParseParams([]byte(text)); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	streams := []Stream{{ID: "a", Kind: Count, Family: "nowhere"}, {ID: "a", Kind: "odd", Family: "gp"}, {ID: "m", Kind: Mix, Family: "severity", Ordinary: "x"}}
	if err := Validate(Default(), streams); err == nil {
		t.Error("faulty definitions were accepted")
	}
}

func FuzzParseParams(f *testing.F) {
	f.Add(defaultParams)
	f.Fuzz(func(t *testing.T, text []byte) {
		if p, err := ParseParams(text); err == nil {
			if _, err := New(p, SoftStreams(p)); err != nil {
				t.Logf("refused: %v", err)
			}
		}
	})
}

func FuzzParseMonth(f *testing.F) {
	f.Add("2024-03")
	f.Fuzz(func(t *testing.T, s string) {
		if m, err := ParseMonth(s); err == nil && m.String() != s {
			t.Errorf("%q reads as %v", s, m)
		}
	})
}

func TestAWorkloadIsSaidInWholeAlertsOrWholeWeeks(t *testing.T) {
	t.Parallel()
	for perWeek, want := range map[float64]string{
		0: "no alert", 0.04: "about 1 alert in 25 weeks", 0.4: "about 1 alert in 3 weeks", 0.49: "about 1 alert in 2 weeks",
		0.7: "about 1 alert a week", 1.2: "about 1 alert a week", 1.6: "about 2 alerts a week", 11: "about 11 alerts a week",
	} {
		if got := (Workload{PerWeek: perWeek}).Words(); got != want {
			t.Errorf("%g a week is %q, expected %q", perWeek, got, want)
		}
	}
}
