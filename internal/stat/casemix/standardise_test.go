package casemix_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"candour/internal/stat/casemix"
)

func TestStandardisedRatiosAgreeWithRByOrganisation(t *testing.T) {
	t.Parallel()
	records := patients(t, "NHSRdatasets-LOS_model.csv")
	c := lengthOfStay(t, false)
	fit, err := casemix.Fit(c, casemix.Options{})
	if err != nil {
		t.Fatal(err)
	}
	names := trusts(records)
	var rows []casemix.Row
	for _, r := range records {
		one := cellsOf(t, c.Covariates, func(tally *casemix.Tally) error {
			return tally.Add([]casemix.Observed{{Value: number(t, r["Age"])}, {Value: number(t, r["LOS"])}}, 1, number(t, r["Death"]))
		})
		risk, err := fit.Risk(nil, one)
		if err != nil {
			t.Fatal(err)
		}
		row := casemix.Row{Patients: 1, Deaths: one.Deaths[0], Risk: risk[0]}
		for i, name := range names {
			if name == r["Organisation"] {
				row.Provider = i
			}
		}
		rows = append(rows, row)
	}
	got, err := casemix.Standardise(rows, len(names), 1, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	want := decode[struct {
		Organisation       []string
		Observed, Expected []float64
		Low                []float64 `json:"observed_low"`
		High               []float64 `json:"observed_high"`
	}](t, rFits(t)["los_standardised"])
	for i, name := range names {
		r := got.ByProvider[i]
		if want.Organisation[i] != name {
			t.Fatalf("organisation %s, want %s", name, want.Organisation[i])
		}
		near(t, name+" observed", r.Observed, want.Observed[i], 0)
		near(t, name+" expected", r.Expected, want.Expected[i], 1e-9)
		near(t, name+" ratio", r.Ratio, want.Observed[i]/want.Expected[i], 1e-9)
		near(t, name+" low", r.Low*r.Expected, want.Low[i], 1e-9)
		near(t, name+" high", r.High*r.Expected, want.High[i], 1e-9)
	}
	near(t, "total ratio of the fitted patients", got.Total.Ratio, 1, 1e-9)
}

func TestExactPoissonLimitsAreThoseOfTheTables(t *testing.T) {
	t.Parallel()
	// Garwood, Biometrika 1936; 28:437-442, table I, with the digits of R 4.2.2 poisson.test.
	for _, c := range []struct{ observed, low, high float64 }{
		{0, 0, 3.6888794541139363},
		{1, 0.025317807984289897, 5.5716433909388},
		{10, 4.795388696132434, 18.390356042017778},
	} {
		low, high := casemix.PoissonLimits(c.observed, 0.95)
		near(t, "low", low, c.low, 1e-9)
		near(t, "high", high, c.high, 1e-9)
	}
}

func TestARatioWithoutExpectedDeathsIsNotANumberRatherThanZero(t *testing.T) {
	t.Parallel()
	s, err := casemix.Standardise([]casemix.Row{{Patients: 1, Risk: 0.5}}, 2, 1, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	if r := s.ByProvider[1]; !math.IsNaN(r.Ratio) || !math.IsNaN(r.Low) || !math.IsNaN(r.High) {
		t.Errorf("%+v", r)
	}
	for _, bad := range []casemix.Row{{Provider: 2}, {Patients: 1, Deaths: 2}, {Patients: 1, Risk: 1.1}, {Patients: math.Inf(1)}} {
		if _, err := casemix.Standardise([]casemix.Row{bad}, 2, 1, 0.95); err == nil {
			t.Errorf("%+v must be refused", bad)
		}
	}
}

// drawCells draws factor and number covariates with a few cells.
func drawCells(t *rapid.T) *casemix.Cells {
	k := rapid.IntRange(2, 12).Draw(t, "cells")
	c := &casemix.Cells{
		Covariates: []casemix.Covariate{{Name: "band", Levels: []string{"a", "b", "c"}, Ordered: rapid.Bool().Draw(t, "ordered")}, {Name: "age"}},
		Level:      [][]int32{nil, nil}, Value: [][]float64{nil, nil},
	}
	for range k {
		n := rapid.IntRange(1, 50).Draw(t, "patients")
		c.Patients = append(c.Patients, float64(n))
		c.Deaths = append(c.Deaths, float64(rapid.IntRange(0, n).Draw(t, "deaths")))
		c.Level[0] = append(c.Level[0], int32(rapid.IntRange(0, 2).Draw(t, "band")))
		c.Value[1] = append(c.Value[1], float64(rapid.IntRange(0, 100).Draw(t, "age")))
	}
	return c
}

func TestEveryFitIsFiniteAndExpectsAsManyDeathsAsThereWere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawCells(t)
		fit, err := casemix.Fit(c, casemix.Options{})
		if err != nil {
			if _, d := c.Totals(); d > 0 && err != casemix.ErrNoDeaths {
				t.Fatalf("no fit: %v", err)
			}
			return
		}
		risk, err := fit.Risk(nil, c)
		if err != nil {
			t.Fatal(err)
		}
		expected := 0.0
		for i, p := range risk {
			if !(p >= 0 && p <= 1) {
				t.Fatalf("risk %g", p)
			}
			expected += p * c.Patients[i]
		}
		_, deaths := c.Totals()
		if !fit.Firth && !(math.Abs(expected-deaths) < 1e-6*(1+deaths)) {
			t.Fatalf("expected %g, observed %g", expected, deaths)
		}
		q, err := casemix.Assess(c, risk)
		if err != nil || !(q.C >= 0 && q.C <= 1) || !(q.Brier >= 0 && q.Brier <= 1) {
			t.Fatalf("%+v %v", q, err)
		}
	})
}

func TestTheOrderOfRecordsDoesNotChangeTheFit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawCells(t)
		tallies := [2]*casemix.Tally{casemix.NewTally(c.Covariates), casemix.NewTally(c.Covariates)}
		order := make([]int, c.Len())
		for i := range order {
			order[i] = i
		}
		order = rapid.Permutation(order).Draw(t, "order")
		for i := range order {
			for k, j := range []int{i, order[i]} {
				o := []casemix.Observed{{Level: c.Covariates[0].Levels[c.Level[0][j]]}, {Value: c.Value[1][j]}}
				if err := tallies[k].Add(o, c.Patients[j], c.Deaths[j]); err != nil {
					t.Fatal(err)
				}
			}
		}
		a, errA := casemix.Fit(tallies[0].Cells(), casemix.Options{})
		b, errB := casemix.Fit(tallies[1].Cells(), casemix.Options{})
		if (errA == nil) != (errB == nil) {
			t.Fatal(errA, errB)
		}
		if errA == nil && math.Float64bits(a.Deviance) != math.Float64bits(b.Deviance) {
			t.Fatalf("%g and %g", a.Deviance, b.Deviance)
		}
	})
}
