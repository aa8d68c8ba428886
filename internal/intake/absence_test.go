package intake

import (
	"strings"
	"testing"

	"candour/internal/indicator"
	"candour/internal/org"
)

// What is absent, printed as nought, or flagged by the publisher: the tests of this
// file hold the five kinds of "no value" (R-IND-3) apart in the published files.

func TestSpecialistTrustsThatSHMILeavesOutHaveNoValueInsteadOfNought(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "shmi/shmi-2013-april.csv", "ods/etr-2021-01.csv")
	for _, specialist := range []org.Code{"RBS", "RQ3", "RP6", "RPY", "RBV"} { // children's, eye and cancer hospitals
		if m.Organisations[specialist].Name == "" {
			t.Errorf("%s is not in the register, so this test shows nothing", specialist)
		}
		if r, ok := newest(m, "shmi", specialist, "R12-2012-09"); ok {
			t.Errorf("%s is not in SHMI and has %+v", specialist, r)
		}
	}
}

func TestOrganisationsThatSuppliedNoBedsAreAbsentAndTheRevisedOneIsNot(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "beds/Beds-Open-Overnight-Q1-2010-11-revised-2012-05-24.xls")
	// The sheet Data quality names them; Chesterfield supplied later, in the revision.
	for _, silent := range []org.Code{"RV3", "RNN", "RHQ", "RFR"} {
		if r, ok := newest(m, "beds-open", silent, "2010-Q2"); ok {
			t.Errorf("%s supplied nothing and has %+v", silent, r)
		}
	}
	if r, ok := newest(m, "beds-open", "RFS", "2010-Q2"); !ok || r.Presence != indicator.Valued {
		t.Errorf("Chesterfield's figures came with the revision of May 2012: %+v, %v", r, ok)
	}
}

func TestNoActivityIsNotApplicableHoweverTheSheetWasSaved(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "ae/April-2025-AE.csv", "ae/June-2025-AE.csv") // 0.0 in April's copy, - in June's
	for _, period := range []string{"2025-04", "2025-06"} {
		wantPresence(t, m, "ae-4h-type2", "RBT", period, indicator.NotApplicable)
		wantPresence(t, m, "ae-attendances-all", "RBT", period, indicator.Valued)
	}
	r, _ := newest(m, "ae-4h-type1", "RGT", "2025-06")
	if !nearly(r.Denominator, 11187, 0.5) { // "11,187"
		t.Errorf("a number with a thousands comma is %v", r.Denominator)
	}
}

func TestThePublishersOwnMarksStayWithTheValue(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "hcai/Ecoli_2021-22.csv")
	changed, unsigned := 0, 0
	for _, v := range m.Values {
		if strings.Contains(v[0].Note, "changed since") {
			changed++
		}
		if strings.Contains(v[0].Note, "not signed off") {
			unsigned++
		}
	}
	// 181 rows say Yes, 50 of them of metrics that are not read; 656 say not signed off, in eight metrics.
	if changed != 131 || unsigned != 5*82 {
		t.Errorf("%d values marked as changed and %d as not signed off, want 131 and 410", changed, unsigned)
	}
}

func TestEachSurveyedYearHasItsOrganisationsAndADashIsSuppressed(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "staff_survey/data_trusts_well-being-organisational-results.csv")
	count := map[string]int{}
	for k := range m.Values {
		if k.Indicator == "staff-stress" {
			count[k.Period.String()]++
		}
	}
	for year, want := range map[string]int{"2021": 280 - 6, "2022": 264, "2023": 268, "2024": 263} { // six of 2021 are several together
		if count[year] != want {
			t.Errorf("%d organisations in %s, want %d", count[year], year, want)
		}
	}
	l, m := newLoader(t)
	const text = "ODS code,Year,Organisation name,Autonomy_rate,Burned_out_rate,Discrimination_internal_rate,Emotional_colleagues_rate,Emotional_manager_rate," +
		"Emotional_public_rate,Enough_staff_rate,Physical_public_rate,Stress_rate,Time_demands_meet_rate\nRAA,2024,Alpha,80,-,NA,0,1,22.2222222222222,3,4,5,6\n"
	loadBytes(t, l, "survey.csv", []byte(text), Options{})
	wantPresence(t, m, "staff-burned-out", "RAA", "2024", indicator.Suppressed)
	wantPresence(t, m, "staff-discrimination-internal", "RAA", "2024", indicator.Missing)
	wantPresence(t, m, "staff-bullied-by-colleagues", "RAA", "2024", indicator.Valued) // a true nought
	if r, _ := newest(m, "staff-abused-by-public", "RAA", "2024"); !nearly(r.Value, 22.2222222222222, 1e-13) {
		t.Errorf("a share of 13 decimals is %v", r.Value)
	}
}

func TestRegistersOfTwoYearsKeepWhoIsGoneAndTheCodesOfTheirTime(t *testing.T) {
	t.Parallel()
	_, old := loadAll(t, "ods/etr-2021-01.csv")
	_, both := loadAll(t, "ods/etr-2021-01.csv", "ods/etr-2025-07.csv")
	if n := len(both.Organisations) - len(old.Organisations); n != 3 { // R0D, R1L, G6V2S
		t.Errorf("%d new trusts in 2025, want 3; those that are gone stay", n)
	}
	if o := both.Organisations["RJF"]; o.Name != "BURTON HOSPITALS NHS FOUNDATION TRUST" || !o.OpenTo.IsZero() {
		t.Errorf("Burton, dissolved in 2018, has no close date in the file, and none is made up: %+v", o)
	}
	if before, now := old.Organisations["R1A"].System, both.Organisations["R1A"].System; before != "Q77" || now != "QGH" {
		t.Errorf("the system of R1A was %s and is %s, want Q77 and then QGH", before, now)
	}
}
