package cusum_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"candour/internal/stat/casemix"
	"candour/internal/stat/cusum"
)

// columns reads columns of a public data file beside the project.
func columns(t testing.TB, path string, names ...string) map[string][]float64 {
	t.Helper()
	f, err := os.Open(filepath.Join("../../../../shared/data", path))
	if err != nil {
		t.Skipf("the public data are not beside the project: %v", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]float64{}
	for k, header := range rows[0] {
		for _, name := range names {
			if name != header {
				continue
			}
			for _, row := range rows[1:] {
				v, err := strconv.ParseFloat(row[k], 64)
				if err != nil {
					t.Fatal(err)
				}
				out[name] = append(out[name], v)
			}
		}
	}
	return out
}

// phase1Mix is the in-control patients of the cardiac data: operations of the
// first two years, with risks from a logistic regression of 30-day death on the
// Parsonnet score.
func phase1Mix(t testing.TB) cusum.Mix {
	t.Helper()
	data := columns(t, "public/patient_level/cardiacsurgery.csv", "date", "time", "status", "Parsonnet")
	tally := casemix.NewTally([]casemix.Covariate{{Name: "Parsonnet"}})
	for i, date := range data["date"] {
		if date >= 2*365 {
			continue
		}
		died := 0.0
		if data["status"][i] > 0 && data["time"][i] <= 30 {
			died = 1
		}
		if err := tally.Add([]casemix.Observed{{Value: data["Parsonnet"][i]}}, 1, died); err != nil {
			t.Fatal(err)
		}
	}
	cells := tally.Cells()
	fit, err := casemix.Fit(cells, casemix.Options{})
	if err != nil {
		t.Fatal(err)
	}
	risk, err := fit.Risk(nil, cells)
	if err != nil {
		t.Fatal(err)
	}
	var mix cusum.Mix
	for i, p := range risk {
		mix = append(mix, cusum.Risk{P: p, True: p, Share: cells.Patients[i] / fit.Patients})
	}
	return mix
}

func riskLaw(t testing.TB, mix cusum.Mix, odds, truth float64, scaling int) cusum.Law {
	t.Helper()
	law, err := cusum.RiskLaw(mix, odds, truth, scaling, cusum.Paired)
	if err != nil {
		t.Fatal(err)
	}
	return law
}

// The figures are the answers of a full Brook and Evans chain solved densely in
// R: internal/stat/casemix/testdata/glm.R.
func TestRunLengthsAgreeWithTheFullChainInR(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../casemix/testdata/glm.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Want struct {
			Odds, Truth, Limit, ARL []float64
			Scaling                 int
			Within                  []float64 `json:"alarm_within_500"`
		} `json:"run_length"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	mix := phase1Mix(t)
	want := file.Want
	for i := range want.ARL {
		law := riskLaw(t, mix, want.Odds[i], want.Truth[i], want.Scaling)
		got, err := law.RunLength(want.Limit[i])
		if err != nil {
			t.Fatal(err)
		}
		if !(math.Abs(got/want.ARL[i]-1) < 1e-9) {
			t.Errorf("odds %g, truth %g, limit %g: run length %.12g, want %.12g", want.Odds[i], want.Truth[i], want.Limit[i], got, want.ARL[i])
		}
		chance, err := law.FalseAlarm(want.Limit[i], 500)
		if err != nil {
			t.Fatal(err)
		}
		if !(math.Abs(chance/want.Within[i]-1) < 1e-6) {
			t.Errorf("odds %g, truth %g, limit %g: chance %.12g, want %.12g", want.Odds[i], want.Truth[i], want.Limit[i], chance, want.Within[i])
		}
	}
}

// R vlad 0.2.2 publishes in its own tests (tests/testthat/test-racusum_crit_mc.R)
// that a mean run length of 370 on these patients needs the limit 1.8592.
func TestTheLimitForARunLengthIsThatOfVlad(t *testing.T) {
	t.Parallel()
	law := riskLaw(t, phase1Mix(t), 2, 1, cusum.DefaultScaling)
	got, err := law.LimitForRunLength(370)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(got.H-1.8592) > 1e-9 || !(got.RunLength > 370) || !(got.RunLength < 372) {
		t.Errorf("limit %.4f with run length %g, want 1.8592 with just above 370", got.H, got.RunLength)
	}
}

// Montgomery, Introduction to Statistical Quality Control, 6th ed., table 9.3
// (after Hawkins 1993): k = 0.5 and h = 4 give 168 in control and 8.38 after a
// shift of one SD; h = 5 gives 465 and 10.4. On the likelihood scale, weights
// and limits are those of k and h times the shift (1).
func TestNormalRunLengthsAreThoseOfTheTextbook(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ limit, truth, want, within float64 }{
		{4, 0, 168, 0.5}, {5, 0, 465, 1}, {4, 1, 8.38, 0.01}, {5, 1, 10.4, 0.05},
	} {
		law, err := cusum.MeanLaw(1, c.truth, 1000)
		if err != nil {
			t.Fatal(err)
		}
		got, err := law.RunLength(c.limit)
		if err != nil {
			t.Fatal(err)
		}
		if !(c.truth > 0) {
			got /= 2 // the textbook watches both sides; after a shift only one matters
		}
		if !(math.Abs(got-c.want) < c.within) {
			t.Errorf("h %g, shift %g: %g, want %g", c.limit, c.truth, got, c.want)
		}
	}
}

func TestPoissonRunLengthsAgreeWithTheirDefinition(t *testing.T) {
	t.Parallel()
	// At a limit that one event reaches from zero, the chart signals at the first
	// period with an event: mean 1/(1 - exp(-E)).
	law, err := cusum.RateLaw(0.1, 2, 1, 600)
	if err != nil {
		t.Fatal(err)
	}
	got, err := law.RunLength(0.5)
	if err != nil {
		t.Fatal(err)
	}
	if want := 1 / (1 - math.Exp(-0.1)); !(math.Abs(got/want-1) < 1e-9) {
		t.Errorf("%g, want %g", got, want)
	}
}

func TestRunLengthIsLongerForAHigherLimitAndInControl(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		risks := rapid.SliceOfN(rapid.Float64Range(0.01, 0.5), 1, 6).Draw(t, "risks")
		odds := rapid.SampledFrom([]float64{0.5, 1.5, 2, 3}).Draw(t, "odds")
		limit := rapid.Float64Range(0.2, 3).Draw(t, "limit")
		mix, err := cusum.MixOf(risks)
		if err != nil {
			t.Fatal(err)
		}
		run := func(truth, limit float64) float64 {
			law, err := cusum.RiskLaw(mix, odds, truth, 60, cusum.Paired)
			if err != nil {
				t.Fatal(err)
			}
			v, err := law.RunLength(limit)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		in := run(1, limit)
		if run(1, limit+0.5) < in*(1-1e-9) || run(odds, limit) > in*(1+1e-9) || in < 1 {
			t.Fatalf("in control %g, higher %g, changed %g", in, run(1, limit+0.5), run(odds, limit))
		}
	})
}

func TestFalseAlarmChanceAgreesWithTheRunLengthInTheLongRun(t *testing.T) {
	t.Parallel()
	law := riskLaw(t, cusum.Mix{{P: 0.1, True: 0.1, Share: 1}}, 2, 1, 100)
	run, err := law.RunLength(3.5)
	if err != nil {
		t.Fatal(err)
	}
	chance, err := law.FalseAlarm(3.5, int(run))
	if err != nil {
		t.Fatal(err)
	}
	if !(math.Abs(chance-(1-math.Exp(-1))) < 0.02) { // the run length is almost exponential
		t.Errorf("chance %g within one mean run length of %g", chance, run)
	}
}

func TestTheLimitForAFalseAlarmIsTheSmallestThatKeepsIt(t *testing.T) {
	t.Parallel()
	law := riskLaw(t, phase1Mix(t), 2, 1, 200)
	for _, chance := range []float64{0.001, 0.05, 0.9} {
		got, err := law.LimitForFalseAlarm(chance, 1000)
		if err != nil {
			t.Fatal(err)
		}
		at, err := law.FalseAlarm(got.H, 1000)
		if err != nil {
			t.Fatal(err)
		}
		below, err := law.FalseAlarm(got.H-1.0/200, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if !(at <= chance) || !(below > chance) {
			t.Errorf("chance %g: limit %g has %g, one step lower %g", chance, got.H, at, below)
		}
	}
}

func TestImpossibleLawsAndLimitsAreRefused(t *testing.T) {
	t.Parallel()
	one := cusum.Mix{{P: 0.1, True: 0.1, Share: 1}}
	for name, mix := range map[string]cusum.Mix{
		"shares that do not add up": {{P: 0.1, True: 0.1, Share: 0.5}},
		"a risk above one":          {{P: 1.5, True: 0.1, Share: 1}},
		"no patients":               nil,
	} {
		if _, err := cusum.RiskLaw(mix, 2, 1, 600, cusum.Paired); err == nil {
			t.Errorf("%s must be refused", name)
		}
	}
	for name, fails := range map[string]func() error{
		"odds of 1":      func() error { _, err := cusum.RiskLaw(one, 1, 1, 600, cusum.Paired); return err },
		"truth of 0":     func() error { _, err := cusum.RiskLaw(one, 2, 0, 600, cusum.Paired); return err },
		"scaling of 0":   func() error { _, err := cusum.RiskLaw(one, 2, 1, 0, cusum.Paired); return err },
		"no expectation": func() error { _, err := cusum.RateLaw(0, 2, 1, 600); return err },
		"no risks":       func() error { _, err := cusum.MixOf(nil); return err },
		"a missing risk": func() error { _, err := cusum.MixOf([]float64{math.NaN()}); return err },
		"no shift":       func() error { _, err := cusum.MeanLaw(0, 0, 600); return err },
	} {
		if fails() == nil {
			t.Errorf("%s must be refused", name)
		}
	}
	law := riskLaw(t, one, 2, 1, 600)
	if _, err := law.RunLength(100); !errors.Is(err, cusum.ErrLimitSize) {
		t.Errorf("limit 100: %v", err)
	}
	if _, err := law.RunLength(45); !errors.Is(err, cusum.ErrRunLength) {
		t.Errorf("limit 45: %v", err)
	}
	if _, err := law.LimitForFalseAlarm(0, 10); err == nil {
		t.Error("a chance of 0 must be refused")
	}
}

func TestARiskOfZeroKeepsAllProbability(t *testing.T) {
	t.Parallel()
	// R vlad loses weights that fall exactly on a grid point (such as 0): half the
	// patients here carry no risk, so alarms must be exactly twice as rare.
	half := cusum.Mix{{P: 0, True: 0, Share: 0.5}, {P: 0.1, True: 0.1, Share: 0.5}}
	all := cusum.Mix{{P: 0.1, True: 0.1, Share: 1}}
	a, err := riskLaw(t, half, 2, 1, 100).RunLength(2)
	if err != nil {
		t.Fatal(err)
	}
	b, err := riskLaw(t, all, 2, 1, 100).RunLength(2)
	if err != nil {
		t.Fatal(err)
	}
	if !(math.Abs(a/b-2) < 1e-9) {
		t.Errorf("%g and %g", a, b)
	}
}
