package fdr

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestAnAlertIsNotRepeatedInTheSixMonthsAfterIt(t *testing.T) {
	t.Parallel()
	scores := []float64{0, 9, 9, 9, 9, 9, 9, 9, 9, math.NaN(), 0, 0, 0, 0, 9}
	if got := Alerts(scores, 5, QuietMonths); !slices.Equal(got, []int{1, 8}) {
		t.Errorf("alerts in months %v, expected 1 and 8", got)
	}
	if got := Alerts(scores[:8], 5, QuietMonths); !slices.Equal(got, []int{1}) {
		t.Errorf("months 2 to 7 are quiet, and yet alerts in %v", got)
	}
}

// noise is scores that rise and fall slowly, as decayed evidence does.
func noise(seed uint64, providers, months int) Scores {
	random := rand.New(rand.NewPCG(seed, 9))
	s := Scores{Months: months, Values: make([]float64, providers*months)}
	for p := range providers {
		level := 0.0
		for t := range months {
			level = math.Max(0, 0.9*level+random.NormFloat64())
			s.Values[p*months+t] = level
		}
	}
	return s
}

func TestTheThresholdSpendsTheBudgetAndNoMore(t *testing.T) {
	t.Parallel()
	for _, budget := range []float64{0.1, 0.2, 0.5} {
		s := noise(1, 1500, 60)
		h, err := Threshold(s, budget, QuietMonths)
		if err != nil {
			t.Fatal(err)
		}
		rate, err := AlertRate(s, h, QuietMonths)
		if err != nil {
			t.Fatal(err)
		}
		if rate > budget || rate < 0.98*budget {
			t.Errorf("budget %v: threshold %v gives %v", budget, h, rate)
		}
		unseen, _ := AlertRate(noise(2, 1500, 60), h, QuietMonths)
		if math.Abs(unseen-budget) > 0.15*budget {
			t.Errorf("budget %v: on unseen scores %v", budget, unseen)
		}
	}
}

func TestTheAlertRateFallsAsTheThresholdRises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		months := rapid.IntRange(1, 30).Draw(t, "months")
		s := Scores{Months: months, Values: rapid.SliceOfN(rapid.Float64Range(0, 10), 2*months, 2*months).Draw(t, "scores")}
		low := rapid.Float64Range(0, 10).Draw(t, "low")
		high := low + rapid.Float64Range(0, 5).Draw(t, "rise")
		a, _ := AlertRate(s, low, QuietMonths)
		b, _ := AlertRate(s, high, QuietMonths)
		if b > a {
			t.Fatalf("%v at %v, %v at %v", a, low, b, high)
		}
	})
}

func TestTwoRoutesShareOneBudget(t *testing.T) {
	t.Parallel()
	change, level := noise(3, 150, 60), noise(4, 150, 60)
	r, err := TwoRoutes(change, level, 0.2, RouteShare, QuietMonths)
	if err != nil {
		t.Fatal(err)
	}
	alone, _ := AlertRate(level, r.Level, QuietMonths)
	both := float64(count(change, level, r.Change, r.Level, QuietMonths)) / change.ProviderYears()
	if alone > 0.03 || alone < 0.027 || both > 0.2 || both < 0.195 {
		t.Errorf("%+v: level alone %v, both %v", r, alone, both)
	}
}

func TestABudgetOfNothingNeverAlerts(t *testing.T) {
	t.Parallel()
	s := Scores{Months: 3, Values: []float64{1, 2, 3}}
	h, err := Threshold(s, 0, QuietMonths)
	if err != nil || h <= 3 {
		t.Errorf("%v %v", h, err)
	}
}

func TestMonthsWithoutScoresAreNotTimeWatched(t *testing.T) {
	t.Parallel()
	s := Scores{Months: 12, Values: make([]float64, 24)}
	for i := range 12 {
		s.Values[i] = math.NaN()
	}
	if years := s.ProviderYears(); math.Abs(years-1) > 1e-12 {
		t.Errorf("%v provider-years", years)
	}
	if _, err := Threshold(Scores{Months: 2, Values: []float64{math.NaN(), math.NaN()}}, 0.2, 6); err == nil {
		t.Error("a threshold was set without scores")
	}
	if _, err := Threshold(Scores{Months: 5, Values: make([]float64, 12)}, 0.2, 6); err == nil {
		t.Error("broken rows were accepted")
	}
}

func TestRecalibrationMovesAtMostATwentieth(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]float64{{8, 10, 8.4}, {8, 5, 7.6}, {8, 8.1, 8.1}} {
		if got := Recalibrated(c[0], c[1]); math.Abs(got-c[2]) > 1e-12 {
			t.Errorf("%v toward %v is %v, expected %v", c[0], c[1], got, c[2])
		}
	}
}

func TestWorkloadInAlertsAWeek(t *testing.T) {
	t.Parallel()
	if got := AlertsPerWeek(10, 0.26); math.Abs(got-0.05) > 1e-12 {
		t.Errorf("%v", got)
	}
}

func BenchmarkThreshold(b *testing.B) {
	s := noise(1, 150*80, 60)
	for b.Loop() {
		if _, err := Threshold(s, 0.2, QuietMonths); err != nil {
			b.Fatal(err)
		}
	}
}
