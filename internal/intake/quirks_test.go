package intake

import (
	"slices"
	"strings"
	"testing"
	"time"

	"candour/internal/delivery"
	"candour/internal/indicator"
	"candour/internal/intake/intaketest"
	"candour/internal/org"
)

// The tests of this file follow "Quirks, source by source" of the public data's
// PROVENANCE.md, in its order.

func loadAll(t *testing.T, names ...string) (*Loader, *intaketest.Memory) {
	t.Helper()
	l, m := newLoader(t)
	for _, n := range names {
		loadPublic(t, l, n, Options{})
	}
	return l, m
}

func TestSHMITakesItsWindowFromTheMonthOfPublicationInItsName(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "shmi/shmi-2011-october.csv", "shmi/shmi-2013-january.csv")
	wantValue(t, m, "shmi", "5QT", "R12-2011-03", 913, 768.4005, "2")
	r, _ := newest(m, "shmi", "5QT", "R12-2011-03")
	if !nearly(r.Value, 1.1882, 5e-5) {
		t.Errorf("observed over expected is %v, published as 1.1882", r.Value)
	}
	high := 0
	for k, v := range m.Values {
		if k.Indicator == "shmi-banding" && k.Period == month("R12-2012-06") && nearly(v[0].Value, 1, 0.1) {
			high++
		}
	}
	if high != 11 {
		t.Errorf("January 2013 has %d trusts higher than expected, the press reported 11", high)
	}
}

func nearly(a, b, by float64) bool { return a-b < by && b-a < by }

func TestASHMIFileWithoutItsNameWaitsForAPersonToSayThePeriod(t *testing.T) {
	t.Parallel()
	const text = "INDICATOR_CODE,PROVIDER,PROVIDER_NAME,DENOMINATOR,OBSERVED,EXPECTED,VALUE,PO_LL,PO_UL,OD_LL,OD_UL,OD_BANDING\r\nI00699,RA2,ROYAL SURREY,43924,1346,1478.9925,0.9101,0.9216,1.083,0.8788,1.138,2\r\n"
	l, m := newLoader(t)
	for _, name := range []string{"SHMI.csv", "shmi-2012-may.csv", "shmi-2012-april-and-2012-july.csv", "shmi-2024-january.csv"} {
		r := loadBytes(t, l, name, []byte(text), Options{})
		if r.Status != delivery.Waiting || r.Source != "shmi" || r.Messages[0].Code != CodePeriodAsked {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if len(m.Values) > 0 {
		t.Error("a file that waits must give nothing")
	}
	r := loadBytes(t, l, "SHMI.csv", []byte(text), Options{Period: month("R12-2012-03")})
	if r.Status != delivery.Accepted || r.Period != "R12-2012-03" {
		t.Errorf("with the period said: %+v", r)
	}
}

func TestSHMIReadsBothHeadersAndTheCopyrightLine(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "shmi/shmi-2012-april.csv", "shmi/shmi-2012-july.csv", "shmi/shmi-2013-april.csv")
	if len(m.Refusals) > 0 {
		t.Errorf("refused: %+v", m.Refusals[0])
	}
	if o := m.Organisations["R1H"]; o.Name != "BARTS HEALTH NHS TRUST" || o.Role != org.Unknown {
		t.Errorf("Barts: %+v", o)
	}
	for _, gone := range []org.Code{"RGC", "RNH", "RNJ", "RM4", "RN1"} {
		if _, ok := newest(m, "shmi", gone, "R12-2011-09"); !ok {
			t.Errorf("%s must have a value in the file of April 2012", gone)
		}
		if _, ok := newest(m, "shmi", gone, "R12-2011-12"); ok {
			t.Errorf("%s must have none in the file of July 2012: absence is not nought", gone)
		}
	}
}

func TestAETotalsAreNeverRead(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "ae/Monthly-AE-September-2024.csv", "ae/Monthly-AE-April-2025.csv", "ae/June-2025-AE-by-provider-3euC4-1.xlsx")
	sums := map[string]float64{}
	for k, v := range m.Values {
		if k.Indicator == "ae-attendances-type1" {
			sums[k.Period.String()] += v[len(v)-1].Numerator
		}
		if strings.EqualFold(string(k.Org), "total") || k.Org == "-" {
			t.Errorf("a total was read as %q", k.Org)
		}
	}
	// The published totals of type 1, booked appointments added.
	for p, want := range map[string]float64{"2024-09": 1335923 + 28559, "2025-04": 1354645 + 33654, "2025-06": 1428563} {
		if !near(sums[p], want) {
			t.Errorf("type 1 attendances of %s add up to %v, the publisher's total is %v", p, sums[p], want)
		}
	}
}

func TestAEReadsTheStrayColumnsOfSeptemberAndTrimsNothingThatMatters(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "ae/Monthly-AE-September-2024.csv")
	wantValue(t, m, "ae-attendances-type1", "RAS", "2024-09", 6077, 0, "198")
	wantValue(t, m, "ae-4h-all", "RAS", "2024-09", 6077+6253-3644-177, 6077+6253, "198")
	wantValue(t, m, "ae-attendances-all", "C83023", "2024-09", 402, 0, "2") // a practice, code of length 6
	wantPresence(t, m, "ae-4h-type1", "C83023", "2024-09", indicator.NotApplicable)
	wantPresence(t, m, "ae-attendances-type1", "C83023", "2024-09", indicator.NotApplicable)
	wantPresence(t, m, "ae-12h-dta", "C83023", "2024-09", indicator.Valued)
}

func TestTheWorkbookIsReadWithoutItsHiddenAndNonBookedSheets(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "ae/June-2025-AE-by-provider-3euC4-1.xlsx")
	wantValue(t, m, "ae-attendances-all", "RGT", "2025-06", 17542, 0, "20") // 16,946 on the Non-Booked sheet
	wantValue(t, m, "ae-4h-all", "QOX", "2025-06", 22014, 31534, "19")      // the board's row on the System sheet
	if r, _ := newest(m, "ae-attendances-all", "RGT", "2025-06"); r.Sheet != "Provider Level Data" {
		t.Errorf("sheet %q", r.Sheet)
	}
	wantPresence(t, m, "ae-4h-type2", "RC9", "2025-06", indicator.NotApplicable)
	fractional := 0
	for k, v := range m.Values {
		if k.Indicator == "ae-4h-footprint" && !near(v[0].Numerator, float64(int(v[0].Numerator))) {
			fractional++
		}
	}
	if fractional == 0 {
		t.Error("the footprint sheet's counts are fractions and must stay so")
	}
	for k, v := range m.Values {
		for _, r := range v {
			if r.Sheet == "Non-Booked Data" || r.Sheet == "System Mapping" || r.Sheet == "Acute Trust Mapping" || r.Sheet == "Booked Appointments Data" {
				t.Fatalf("%v comes from sheet %s", k, r.Sheet)
			}
		}
	}
}

func TestTheTidyHistoryIsAddedUpOverTypesWithTheRowsItCameFrom(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "ae/NHSRdatasets-ae_attendances-2016-2019.csv")
	wantValue(t, m, "ae-4h-type1", "RF4", "2017-03", 21289-2879, 21289, "2")
	r, _ := newest(m, "ae-attendances-all", "RF4", "2017-03")
	if !strings.HasPrefix(r.Rows, "2-") {
		t.Errorf("rows %q, want a range that begins with row 2", r.Rows)
	}
	months := map[string]bool{}
	for k := range m.Values {
		months[k.Period.String()] = true
	}
	if len(months) != 36 {
		t.Errorf("%d months, want 36", len(months))
	}
}

func TestArchivesOfInfectionsTellFalseNoughtsFromNonSubmission(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "hcai/E_coli_April_2013-14.csv", "hcai/E.coli_2014-15.csv")
	wantValue(t, m, "ecoli-total", "RBL", "2014-02", 13, 0, "")
	wantPresence(t, m, "ecoli-total", "RBL", "2014-03", indicator.NotSubmitted) // printed as 0
	if r, _ := newest(m, "ecoli-total", "RBL", "2014-03"); !strings.Contains(r.Note, "false nought") {
		t.Errorf("note %q", r.Note)
	}
	for p := month("2014-04"); p.Compare(month("2015-03")) <= 0; p = p.Add(1) {
		wantPresence(t, m, "ecoli-total", "RBL", p.String(), indicator.NotSubmitted) // printed as -
	}
	wantValue(t, m, "ecoli-total", "RBS", "2013-10", 0, 0, "") // a children's hospital: a true nought
	if r, _ := newest(m, "ecoli-total", "RDU", "2014-10"); !strings.Contains(r.Note, "combined") {
		t.Errorf("Frimley before the merger needs a note, has %q", r.Note)
	}
	if r, _ := newest(m, "ecoli-total", "RDU", "2014-11"); r.Note != "" {
		t.Errorf("Frimley after the merger has the note %q", r.Note)
	}
	if _, ok := newest(m, "ecoli-total", "RJD", "2014-04"); ok {
		t.Error("Mid Staffordshire is absent from 2014-15")
	}
	if _, ok := newest(m, "ecoli-total", "RJD", "2014-03"); !ok {
		t.Error("Mid Staffordshire is a row of 2013-14")
	}
}

func TestTotalsOfInfectionsAreLeftOutAndAddUp(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "hcai/E.coli_2014-15.csv")
	sum := 0.0
	for k, v := range m.Values {
		if k.Period == month("2014-04") {
			sum += v[0].Numerator
		}
	}
	if !near(sum, 2873) {
		t.Errorf("April 2014 adds up to %v, the published total is 2,873", sum)
	}
}

func TestFootnotesGiveSuccessionsAndNamesLoseTheirMarks(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "hcai/E_coli_April_2013-14.csv", "hcai/E.coli_2014-15.csv")
	var got []string
	for _, s := range m.Successions {
		got = append(got, string(s.Predecessor)+">"+string(s.Successor)+" "+s.On.Format("2006-01-02"))
	}
	slices.Sort(got)
	want := []string{
		"RBB>RD1 2015-02-01", "RC3>R1K 2014-10-01", "RD7>RDU 2014-11-01", "RJD>RJE 2014-11-01", "RJD>RL4 2014-11-01",
		"RV8>R1K 2014-10-01", "RVL>RAL 2014-07-01", "RYQ>RJ2 2013-10-01", "RYQ>RJZ 2013-10-01", "RYQ>RN7 2013-10-01",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	for code, name := range map[org.Code]string{"RDU": "Frimley Health", "RL4": "The Royal Wolverhampton", "RN7": "Dartford & Gravesham", "REM": "Aintree University Hospital"} {
		if m.Organisations[code].Name != name {
			t.Errorf("%s is %q, want %q", code, m.Organisations[code].Name, name)
		}
	}
	now := org.NewSuccessions(m.Successions).Current("RJD", received)
	if len(now) != 2 || !now[0].Unsaid {
		t.Errorf("Mid Staffordshire splits without shares, and somebody must say them: %+v", now)
	}
}

func TestTheLongSheetsOfInfectionsPassEmptyRowsAndKeepThePublishersFlags(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "hcai/Ecoli_2019-20.csv")
	wantValue(t, m, "ecoli-total", "02N", "2019-03", 9, 0, "4")
	wantValue(t, m, "ecoli-hospital-onset", "02N", "2019-03", 3, 0, "3")
	if m.Organisations["02N"].Name != "Airedale Wharfedale and Craven" {
		t.Errorf("name %q", m.Organisations["02N"].Name)
	}
	changed := 0
	for _, v := range m.Values {
		if strings.Contains(v[0].Note, "changed since") {
			changed++
		}
	}
	if changed != 47 {
		t.Errorf("%d values marked as changed, the file has 47", changed)
	}
}

func TestOverlappingMetricsOfInfectionsStayApart(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "hcai/Ecoli_2021-22.csv")
	for k, v := range m.Values {
		if k.Indicator != "ecoli-total" {
			continue
		}
		hospital, _ := newest(m, "ecoli-hospital-onset", k.Org, k.Period.String())
		community, _ := newest(m, "ecoli-community-onset", k.Org, k.Period.String())
		if !near(v[0].Numerator, hospital.Numerator+community.Numerator) {
			t.Fatalf("%v: %v is not %v and %v", k, v[0].Numerator, hospital.Numerator, community.Numerator)
		}
	}
}

func TestTheSpreadsheetsFalseNoughtsAreNotCollected(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "hcai/Temporal_Rates.ods")
	wantPresence(t, m, "ecoli-focus-catheter", "E92000001", "FY2012", indicator.NotSubmitted) // [x] and 0.0
	wantValue(t, m, "ecoli-focus-urinary", "E92000001", "FY2012", 13501, 27610, "4")
	wantValue(t, m, "ecoli-national-cases", "E92000001", "FY2012", 32309, 0, "4")
	r, _ := newest(m, "ecoli-national-hospital-rate", "E92000001", "FY2012")
	if !nearly(r.Value*100000, 21.805253721797623, 1e-9) {
		t.Errorf("rate %v, published 21.805…", r.Value*100000)
	}
}

func TestStaffSurveyNoughtsThatWereNotAskedAreNoScores(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "staff_survey/data.NHS.2012_2019.csv", "staff_survey/data_trusts_well-being-organisational-results.csv")
	wantPresence(t, m, "staff-freedom-to-speak", "R1H", "2016", indicator.NotSubmitted)
	wantPresence(t, m, "staff-openness", "R1H", "2016", indicator.NotSubmitted)
	wantPresence(t, m, "staff-engagement", "R1F", "2012", indicator.Missing) // NA
	if r, _ := newest(m, "staff-engagement", "R1H", "2016"); !nearly(r.Value, 3.96333333333333, 1e-12) {
		t.Errorf("engagement %v", r.Value)
	}
	for k := range m.Values {
		if k.Indicator == "shmi" {
			t.Fatal("SHMI of later years must not be read from the survey's file")
		}
	}
	if len(m.Refusals) != 6 || m.Refusals[0].Code != CodeOrganisation || m.Refusals[0].Row != 7 {
		t.Errorf("rows of several commissioners together: %+v", m.Refusals)
	}
}

func TestHalvesOfCancerPatientsStayHalves(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "cancer/gold_62d_trust_month.csv")
	wantValue(t, m, "cancer-62d", "GEC", "2023-11", 1.5, 2.5, "6")
	if _, ok := m.Organisations["TOTAL"]; ok {
		t.Error("the total was read as an organisation")
	}
}

func TestRatingsAreReadInAnyLetterCaseWithAmericanDates(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "cqc/Locations-head.csv")
	counts := map[float64]int{}
	unrated := 0
	for k, v := range m.Values {
		if k.Indicator != "cqc-overall" {
			continue
		}
		if v[0].Presence == indicator.Valued {
			counts[v[0].Value]++
		} else if v[0].Presence == indicator.NotApplicable {
			unrated++
		}
	}
	if counts[1] != 21 || counts[2] != 625 || counts[3] != 66+29 || counts[4] != 6 || unrated != 251+1 {
		t.Errorf("ratings %v, without %d", counts, unrated)
	}
	if o := m.Organisations["1-21268168552"]; o.Name != "AbilityAvenue Care" || !o.OpenFrom.Equal(time.Date(2025, 1, 2, 0, 0, 0, 0, time.UTC)) || o.Parent != "1-18392978582" {
		t.Errorf("location %+v", o)
	}
	wantPresence(t, m, "cqc-overall", "1-21268168552", "2025-01-02", indicator.NotApplicable)
}

func TestRegistersKeepAnEmptyCloseDateEmpty(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "ods/etr-2021-01.csv")
	if o := m.Organisations["RJD"]; o.Role != org.Trust || !o.OpenTo.IsZero() {
		t.Errorf("RJD of 2021: %+v", o)
	}
	_, m = loadAll(t, "ods/etr-2025-07.csv")
	for code, name := range map[org.Code]string{"G6V2S": "NORTH LONDON NHS FOUNDATION TRUST", "R0D": "UNIVERSITY HOSPITALS DORSET NHS FOUNDATION TRUST"} {
		if o := m.Organisations[code]; o.Name != name || o.Role != org.Trust {
			t.Errorf("%s: %+v", code, o)
		}
	}
	_, m = loadAll(t, "ods/eccg.csv")
	o := m.Organisations["00C"]
	if o.Role != org.Commissioner || !o.OpenTo.Equal(time.Date(2020, 3, 31, 0, 0, 0, 0, time.UTC)) || o.System != "QHM" || o.Region != "Y63" {
		t.Errorf("Darlington: %+v", o)
	}
	if o := m.Organisations["Z1H8A"]; o.OdsRole != "RO327" {
		t.Errorf("role of Z1H8A: %+v", o)
	}
}

func TestHospitalsPartedByTheNotSignAreLatin1(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "geo/Hospital.csv")
	o := m.Organisations["NDA26"]
	if o.Name != "Milford Specialist Rehabilitation Hospital" || o.Parent != "NDA" || o.Role != org.Site || o.Postcode != "GU7 1UF" || !nearly(o.Latitude, 51.167896270751953, 1e-12) {
		t.Errorf("%+v", o)
	}
	if o := m.Organisations["AXA02"]; !nearly(o.Longitude, -5.8118622750043869e-2, 1e-15) {
		t.Errorf("longitude with an exponent: %v", o.Longitude)
	}
	for code, o := range m.Organisations {
		if strings.ContainsRune(o.Name, '\uFFFD') {
			t.Errorf("%s: %q is not decoded", code, o.Name)
		}
	}
}

func TestBedsAreFractionsOfAWorkbookOf2010(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "beds/Beds-Open-Overnight-Q1-2010-11-revised-2012-05-24.xls", "beds/Beds-Timeseries-2010-11-onwards-Q2-2024-25-2.xls")
	wantValue(t, m, "beds-occupancy", "RE9", "2010-Q2", 342.13186813186815, 364.7142857142857, "15")
	wantPresence(t, m, "beds-occupancy-acute", "RX3", "2010-Q2", indicator.NotApplicable) // no acute beds
	wantValue(t, m, "beds-open", "E92000001", "2010-Q2", 144454.87362637362, 0, "15")
	open := 0.0
	for k, v := range m.Values {
		if k.Indicator == "beds-open" && k.Period == month("2010-Q2") && k.Org != "E92000001" {
			open += v[0].Numerator
		}
	}
	if !nearly(open, 144454.87362632863, 0.01) {
		t.Errorf("trusts add up to %v, England has 144,454.87", open)
	}
}
