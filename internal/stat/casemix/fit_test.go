package casemix_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"candour/internal/stat/casemix"
)

// rFit is one model of testdata/glm.json, written by testdata/glm.R.
type rFit struct {
	Terms          []string
	Coefficients   []float64
	StandardErrors []float64 `json:"standard_errors"`
	Deviance       float64
	NullDeviance   float64 `json:"null_deviance"`
	Covariance     []float64
	C              float64 `json:"c_statistic"`
	Brier          float64
	Calibration    []float64
	Deaths         float64
	Patients       float64
}

func rFits(t testing.TB) map[string]json.RawMessage {
	t.Helper()
	text, err := os.ReadFile("testdata/glm.json")
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]json.RawMessage
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func decode[T any](t testing.TB, raw json.RawMessage) T {
	t.Helper()
	var out T
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// patients reads a file of public patient-level data, one record per row.
func patients(t testing.TB, name string) []map[string]string {
	t.Helper()
	path := filepath.Join("../../../../shared/data/public/patient_level", name)
	f, err := os.Open(path)
	if err != nil {
		t.Skipf("the public data are not beside the project: %v", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		record := map[string]string{}
		for i, name := range rows[0] {
			record[name] = row[i]
		}
		out = append(out, record)
	}
	return out
}

func number(t testing.TB, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// died is the 30-day outcome of the cardiac data, as the R script defines it.
func died(t testing.TB, r map[string]string) float64 {
	if r["status"] == "1" && number(t, r["time"]) <= 30 {
		return 1
	}
	return 0
}

func cellsOf(t testing.TB, covs []casemix.Covariate, add func(*casemix.Tally) error) *casemix.Cells {
	t.Helper()
	tally := casemix.NewTally(covs)
	if err := add(tally); err != nil {
		t.Fatal(err)
	}
	return tally.Cells()
}

func cardiacPhase1(t testing.TB) *casemix.Cells {
	records := patients(t, "cardiacsurgery.csv")
	return cellsOf(t, []casemix.Covariate{{Name: "Parsonnet"}}, func(tally *casemix.Tally) error {
		for _, r := range records {
			if number(t, r["date"]) >= 2*365 {
				continue
			}
			if err := tally.Add([]casemix.Observed{{Value: number(t, r["Parsonnet"])}}, 1, died(t, r)); err != nil {
				return err
			}
		}
		return nil
	})
}

func cardiacSurgeon(t testing.TB) *casemix.Cells {
	records := patients(t, "cardiacsurgery.csv")
	covs := []casemix.Covariate{{Name: "Parsonnet"}, {Name: "surgeon", Levels: []string{"1", "2", "3", "4", "5", "6", "7"}}}
	return cellsOf(t, covs, func(tally *casemix.Tally) error {
		for _, r := range records {
			o := []casemix.Observed{{Value: number(t, r["Parsonnet"])}, {Level: r["surgeon"]}}
			if err := tally.Add(o, 1, died(t, r)); err != nil {
				return err
			}
		}
		return nil
	})
}

func parsonnetBand(score float64) string {
	for i, top := range []float64{0, 5, 10, 20, 30} {
		if score <= top {
			return []string{"0", "1-5", "6-10", "11-20", "21-30"}[i]
		}
	}
	return "31+"
}

// cardiacBandPeriod has the interaction of two factors as a product factor: its
// levels are the model's cells, so the deviance and the risks agree with R's
// band * period although the coefficients are named differently.
func cardiacBandPeriod(t testing.TB) *casemix.Cells {
	records := patients(t, "cardiacsurgery.csv")
	var levels []string
	for _, period := range []string{"early", "late"} {
		for _, band := range []string{"0", "1-5", "6-10", "11-20", "21-30", "31+"} {
			levels = append(levels, period+" "+band)
		}
	}
	return cellsOf(t, []casemix.Covariate{{Name: "band and period", Levels: levels}}, func(tally *casemix.Tally) error {
		for _, r := range records {
			period := "early"
			if number(t, r["date"]) > 1000 {
				period = "late"
			}
			o := []casemix.Observed{{Level: period + " " + parsonnetBand(number(t, r["Parsonnet"]))}}
			if err := tally.Add(o, 1, died(t, r)); err != nil {
				return err
			}
		}
		return nil
	})
}

func lengthOfStay(t testing.TB, organisations bool) *casemix.Cells {
	records := patients(t, "NHSRdatasets-LOS_model.csv")
	covs := []casemix.Covariate{{Name: "Age"}, {Name: "LOS"}}
	if organisations {
		covs = append(covs, casemix.Covariate{Name: "Organisation", Levels: trusts(records)})
	}
	return cellsOf(t, covs, func(tally *casemix.Tally) error {
		for _, r := range records {
			o := []casemix.Observed{{Value: number(t, r["Age"])}, {Value: number(t, r["LOS"])}, {Level: r["Organisation"]}}
			if err := tally.Add(o[:len(covs)], 1, number(t, r["Death"])); err != nil {
				return err
			}
		}
		return nil
	})
}

func trusts(records []map[string]string) []string {
	var names []string
	for _, r := range records {
		names = append(names, r["Organisation"])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func simulated(t testing.TB) *casemix.Cells {
	sim := decode[struct{ Age, Sex, Adm, N, D []float64 }](t, rFits(t)["simulated_cells"])
	covs := []casemix.Covariate{
		{Name: "age"},
		{Name: "sex"},
		{Name: "adm", Levels: []string{"0", "1", "2"}},
	}
	return cellsOf(t, covs, func(tally *casemix.Tally) error {
		for i := range sim.N {
			o := []casemix.Observed{{Value: sim.Age[i]}, {Value: sim.Sex[i]}, {Level: strconv.Itoa(int(sim.Adm[i]))}}
			if err := tally.Add(o, sim.N[i], sim.D[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func near(t *testing.T, what string, got, want, relative float64) {
	t.Helper()
	if !(math.Abs(got-want) <= relative*math.Abs(want)+1e-12) {
		t.Errorf("%s: got %.17g, want %.17g", what, got, want)
	}
}

func TestFitAgreesWithRGlm(t *testing.T) {
	t.Parallel()
	for name, cells := range map[string]func(testing.TB) *casemix.Cells{
		"cardiac_phase1":      cardiacPhase1,
		"cardiac_surgeon":     cardiacSurgeon,
		"cardiac_band_period": cardiacBandPeriod,
		"los":                 func(t testing.TB) *casemix.Cells { return lengthOfStay(t, false) },
		"los_organisation":    func(t testing.TB) *casemix.Cells { return lengthOfStay(t, true) },
		"simulated":           simulated,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := decode[rFit](t, rFits(t)[name])
			c := cells(t)
			fit, err := casemix.Fit(c, casemix.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(fit.Notes) > 0 {
				t.Errorf("nothing was to be noted, got %v", fit.Notes)
			}
			near(t, "patients", fit.Patients, want.Patients, 0)
			near(t, "deaths", fit.Deaths, want.Deaths, 0)
			near(t, "deviance", fit.Deviance, want.Deviance, 1e-12)
			near(t, "null deviance", fit.NullDeviance, want.NullDeviance, 1e-12)
			if name != "cardiac_band_period" { // its coefficients mean something else there
				compareTerms(t, fit, want)
			}
			risk, err := fit.Risk(nil, c)
			if err != nil {
				t.Fatal(err)
			}
			q, err := casemix.Assess(c, risk)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "c statistic", q.C, want.C, 1e-12)
			near(t, "Brier score", q.Brier, want.Brier, 1e-11)
			near(t, "calibration intercept", q.Intercept, 0, 0)
			near(t, "calibration slope", q.Slope, 1, 1e-9)
		})
	}
}

func compareTerms(t *testing.T, fit *casemix.Fitted, want rFit) {
	t.Helper()
	if len(fit.Terms) != len(want.Terms) {
		t.Fatalf("terms %v, want %v", fit.Terms, want.Terms)
	}
	for i, term := range fit.Terms {
		near(t, want.Terms[i], term.Estimate, want.Coefficients[i], 1e-9)
		near(t, want.Terms[i]+" standard error", term.SE, want.StandardErrors[i], 1e-9)
	}
	for i, v := range want.Covariance {
		near(t, "covariance", fit.Covariance[i], v, 1e-8)
	}
}

func factorCells(levels []string, n, d []float64) *casemix.Cells {
	c := &casemix.Cells{
		Covariates: []casemix.Covariate{{Name: "band", Levels: levels, Ordered: true}},
		Patients:   n, Deaths: d,
		Level: [][]int32{nil}, Value: [][]float64{nil},
	}
	for i := range n {
		c.Level[0] = append(c.Level[0], int32(i))
	}
	return c
}

func TestALevelWithoutDeathsJoinsItsNeighbourAndIsReported(t *testing.T) {
	t.Parallel()
	c := factorCells([]string{"<1", "1-4", "5-9", "10+"}, []float64{50, 20, 100, 200}, []float64{5, 0, 4, 30})
	fit, err := casemix.Fit(c, casemix.Options{})
	if err != nil {
		t.Fatal(err)
	}
	risk, err := fit.Risk(nil, c)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "risk of the joined levels", risk[1], 4.0/120, 1e-9)
	near(t, "risk of the joined levels", risk[2], 4.0/120, 1e-9)
	near(t, "risk of the reference", risk[0], 0.1, 1e-9)
	if len(fit.Notes) != 1 || fit.Notes[0].Kind != casemix.Merged {
		t.Fatalf("notes: %v", fit.Notes)
	}
	want := `band: "1-4" has 0 deaths among 20 patients, too few to be estimated alone; it was joined with "5-9".`
	if got := fit.Notes[0].String(); got != want {
		t.Errorf("note:\n got %s\nwant %s", got, want)
	}
}

func TestAThinReferenceLevelKeepsEveryRiskFinite(t *testing.T) {
	t.Parallel()
	for _, ordered := range []bool{true, false} {
		c := factorCells([]string{"a", "b", "c"}, []float64{10, 100, 300}, []float64{0, 10, 60})
		c.Covariates[0].Ordered = ordered
		fit, err := casemix.Fit(c, casemix.Options{})
		if err != nil {
			t.Fatal(err)
		}
		risk, err := fit.Risk(nil, c)
		if err != nil {
			t.Fatal(err)
		}
		want := []float64{10.0 / 110, 10.0 / 110, 0.2} // ordered: joins its neighbour b
		if !ordered {
			want = []float64{60.0 / 310, 0.1, 60.0 / 310} // otherwise the largest
		}
		for i := range want {
			near(t, "risk", risk[i], want[i], 1e-9)
		}
	}
}

func TestUnknownIsNobodysNeighbour(t *testing.T) {
	t.Parallel()
	c := factorCells([]string{"young", "old", "unknown"}, []float64{100, 100, 5}, []float64{10, 30, 0})
	c.Covariates[0].Unknown = "unknown"
	fit, err := casemix.Fit(c, casemix.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(fit.Notes) != 1 || fit.Notes[0].Into != "young" {
		t.Errorf("unknown should join the reference level: %v", fit.Notes)
	}
}

// separated: everybody above 50 died, nobody below.
func separated() *casemix.Cells {
	return &casemix.Cells{
		Covariates: []casemix.Covariate{{Name: "age"}},
		Patients:   []float64{5, 5, 5, 5}, Deaths: []float64{0, 0, 5, 5},
		Level: [][]int32{nil}, Value: [][]float64{{20, 40, 60, 80}},
	}
}

func TestSeparationIsRefusedPlainlyAndPenalisedOtherwise(t *testing.T) {
	t.Parallel()
	if _, err := casemix.Fit(separated(), casemix.Options{Plain: true}); !errors.Is(err, casemix.ErrSeparated) {
		t.Errorf("plain fit: %v", err)
	}
	fit, err := casemix.Fit(separated(), casemix.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !fit.Firth || len(fit.Notes) != 1 || fit.Notes[0].Kind != casemix.Penalised {
		t.Errorf("the penalty must be used and noted: %v", fit.Notes)
	}
	if b := fit.Terms[1].Estimate; !(b > 0 && b < 1) {
		t.Errorf("slope %g should be finite and positive", b)
	}
}

func TestFirthsPenaltyOnOneProportionAddsHalfADeathAndHalfASurvivor(t *testing.T) {
	t.Parallel()
	c := &casemix.Cells{Patients: []float64{10, 10}, Deaths: []float64{1, 0}, Level: [][]int32{}, Value: [][]float64{}}
	fit, err := casemix.Fit(c, casemix.Options{Firth: true})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "intercept", fit.Terms[0].Estimate, math.Log(1.5/19.5), 1e-9)
}

func TestARepeatedColumnIsDroppedAndNoted(t *testing.T) {
	t.Parallel()
	c := &casemix.Cells{
		Covariates: []casemix.Covariate{{Name: "age"}, {Name: "months"}},
		Patients:   []float64{50, 50, 50}, Deaths: []float64{5, 10, 20},
		Level: [][]int32{nil, nil}, Value: [][]float64{{1, 2, 3}, {12, 24, 36}},
	}
	fit, err := casemix.Fit(c, casemix.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !fit.Terms[2].Dropped || len(fit.Notes) != 1 || fit.Notes[0].String() != "months repeats what other columns already say; it was left out." {
		t.Errorf("terms %v, notes %v", fit.Terms, fit.Notes)
	}
}

func TestNoDeathsIsAnErrorNotAModel(t *testing.T) {
	t.Parallel()
	c := factorCells([]string{"a", "b"}, []float64{10, 10}, []float64{0, 0})
	if _, err := casemix.Fit(c, casemix.Options{}); !errors.Is(err, casemix.ErrNoDeaths) {
		t.Error(err)
	}
}
