package intake

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"candour/internal/delivery"
	"candour/internal/indicator"
	"candour/internal/intake/intaketest"
)

// restated lists, for some indicators, who has more than one vintage.
func restated(m *intaketest.Memory, ids ...indicator.ID) []string {
	var out []string
	for k, v := range m.Values {
		if len(v) > 1 && slices.Contains(ids, k.Indicator) && !slices.Contains(out, string(k.Org)) {
			out = append(out, string(k.Org))
		}
	}
	slices.Sort(out)
	return out
}

// typeOne are the measures which both forms of the April and June files define
// alike, and over which the publisher's restatement was established.
var typeOne = []indicator.ID{"ae-attendances-type1", "ae-over-4h-type1", "ae-admissions-type1", "ae-4h-type1"}

func TestTheApril2025PairShowsExactlyMidCheshireAndChesterfieldRestated(t *testing.T) {
	t.Parallel()
	l, m := newLoader(t)
	loadPublic(t, l, "ae/Monthly-AE-April-2025.csv", Options{})
	r := loadPublic(t, l, "ae/April-2025-AE.csv", Options{})
	if r.Status != delivery.Accepted || r.Period != "2025-04" {
		t.Fatalf("%+v", r)
	}
	if got := restated(m, typeOne...); !slices.Equal(got, []string{"RBT", "RFS"}) {
		t.Errorf("restated in type 1: %v, want RBT and RFS", got)
	}
	for _, c := range []struct {
		id       indicator.ID
		org      string
		old, new float64
		rows     [2]string
	}{
		{"ae-attendances-type1", "RBT", 6631, 6945, [2]string{}},
		{"ae-admissions-type1", "RBT", 2138, 2047, [2]string{}},
		{"ae-admissions-type1", "RFS", 2638, 2309, [2]string{}},
	} {
		v := m.Values[intaketest.Key{Indicator: c.id, Org: orgCode(c.org), Period: month("2025-04")}]
		if len(v) != 2 || !near(v[0].Numerator, c.old) || !near(v[1].Numerator, c.new) {
			t.Errorf("%s of %s: %+v, want %g then %g", c.id, c.org, v, c.old, c.new)
		}
	}
	// Newcastle's walk-in attendances were restated too, which shows in the
	// measures of all types: 6,352 became 7,403.
	if got := restated(m, "ae-attendances-all", "ae-4h-all", "ae-4h-other"); !slices.Equal(got, []string{"RBT", "RTD"}) {
		t.Errorf("restated in all types: %v", got)
	}
	if got := restated(m, "ae-12h-dta", "ae-admissions-via-ae", "emergency-admissions", "ae-4h-type2"); !slices.Equal(got, []string{"RBT", "RFS"}) {
		t.Errorf("restated in waits and admissions: %v", got)
	}
}

func TestTheJune2025TrioAgreesButForChesterfield(t *testing.T) {
	t.Parallel()
	l, m := newLoader(t)
	csv := loadPublic(t, l, "ae/Monthly-AE-June-2025-1-1.csv", Options{})
	book := loadPublic(t, l, "ae/June-2025-AE-by-provider-3euC4-1.xlsx", Options{})
	if csv.Superseding != 0 || book.Superseding != 0 || book.Unchanged != csv.Delivery.New {
		t.Errorf("the workbook must repeat all %d values of the CSV of the same day, and repeats %d; %d differ", csv.Delivery.New, book.Unchanged, book.Superseding)
	}
	later := loadPublic(t, l, "ae/June-2025-AE.csv", Options{})
	if got := restated(m, typeOne...); !slices.Equal(got, []string{"RFS"}) {
		t.Errorf("restated in type 1: %v, want RFS", got)
	}
	if v := m.Values[intaketest.Key{Indicator: "ae-admissions-type1", Org: "RFS", Period: month("2025-06")}]; len(v) != 2 || !near(v[0].Numerator, 2723) || !near(v[1].Numerator, 2176) {
		t.Errorf("Chesterfield: %+v", v)
	}
	if later.Superseding != 6 { // RFS: three counts of admissions; RTD: three measures of walk-in attendances
		t.Errorf("%d values superseded, want 6", later.Superseding)
	}
}

func TestAFolderIsLoadedInTheOrderOfPublication(t *testing.T) {
	t.Parallel()
	l, m := newLoader(t)
	dir := public(t, "ae")
	var order []string
	for r, err := range l.LoadPaths(context.Background(), []string{dir}, Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		order = append(order, r.File)
	}
	before := func(a, b string) {
		if slices.Index(order, a) < 0 || slices.Index(order, a) > slices.Index(order, b) {
			t.Errorf("%s must come before %s in %v", a, b, order)
		}
	}
	before("Monthly-AE-April-2025.csv", "April-2025-AE.csv")
	before("Monthly-AE-June-2025-1-1.csv", "June-2025-AE-by-provider-3euC4-1.xlsx")
	before("June-2025-AE-by-provider-3euC4-1.xlsx", "June-2025-AE.csv")
	if v := m.Values[intaketest.Key{Indicator: "ae-attendances-type1", Org: "RBT", Period: month("2025-04")}]; len(v) != 2 || !near(v[1].Numerator, 6945) {
		t.Errorf("the later figure must be the newest: %+v", v)
	}
}

func TestWaitingTimesAreAddedUpWithoutTheirTotals(t *testing.T) {
	t.Parallel()
	l, m := newLoader(t)
	loadPublic(t, l, "rtt/Full-CSV-data-file-Jan26-ZIP-4M-WL5BiP.zip", Options{})
	var waiting, within, over52, over78, subset float64
	for k, v := range m.Values {
		switch k.Indicator {
		case "rtt-within-18":
			waiting, within = waiting+v[0].Denominator, within+v[0].Numerator
		case "rtt-over-52":
			over52 += v[0].Numerator
		case "rtt-over-78":
			over78 += v[0].Numerator
		case "rtt-dta-waiting":
			subset += v[0].Numerator
		}
	}
	want := rttByHand(t)
	got := fmt.Sprint(waiting, within, over52, over78, subset)
	if got != want {
		t.Errorf("waiting, within 18, over 52, over 78, with a decision to admit:\ngot  %s\nwant %s (from the file's own C_999 rows)", got, want)
	}
	wantValue(t, m, "rtt-waiting", "A4M8P", "2026-01", valueOf(m, "rtt-within-18", "A4M8P", "2026-01").Denominator, 0, valueOf(m, "rtt-within-18", "A4M8P", "2026-01").Rows)
	if r := valueOf(m, "rtt-waiting", "A4M8P", "2026-01"); len(r.Rows) == 0 || r.Rows[0] != '2' {
		t.Errorf("rows %q: the first row of A4M8P is row 2", r.Rows)
	}
}

func valueOf(m *intaketest.Memory, id indicator.ID, code, period string) indicator.Reading {
	r, _ := newest(m, id, orgCode(code), period)
	return r
}
