package funnel

import (
	"math"
	"path/filepath"
	"strconv"
	"testing"
)

const public = "../../../../shared/data/public"

// decimals4 reports whether a number published to four decimals is x rounded.
func decimals4(x, published float64) bool { return math.Abs(x-published) <= 0.00005+1e-9 }

// TestPublishedSHMIIsReproduced computes, from OBSERVED and EXPECTED alone, what
// the publisher computed: band, value and all four limits of every trust.
func TestPublishedSHMIIsReproduced(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(public, "shmi", "*.csv"))
	if err != nil || len(files) == 0 {
		t.Skip("the published SHMI files are not here")
	}
	trusts := 0
	for _, name := range files {
		var rows []map[string]string
		var observed, expected []float64
		for _, row := range readCSV(t, name) {
			if row["OBSERVED"] != "" { // the last lines of one file are a copyright note
				rows = append(rows, row)
				observed = append(observed, number(t, row["OBSERVED"]))
				expected = append(expected, number(t, row["EXPECTED"]))
			}
		}
		r, err := Compare(observed, expected, SHMI())
		if err != nil {
			t.Fatal(err)
		}
		for i, u := range r.Units {
			trusts++
			row, file := rows[i], filepath.Base(name)
			if want, _ := strconv.Atoi(row["OD_BANDING"]); u.Band.SHMI() != want {
				t.Errorf("%s %s: band %d, published %d", file, row["PROVIDER"], u.Band.SHMI(), want)
			}
			if row["PO_BANDING"] != "" && strconv.Itoa(2-u.Outer.Plain.Beyond(u.Value)) != row["PO_BANDING"] {
				t.Errorf("%s %s: plain band differs from published %s", file, row["PROVIDER"], row["PO_BANDING"])
			}
			for column, got := range map[string]float64{
				"VALUE": u.Value,
				"OD_LL": u.Inner.Adjusted.Lower, "OD_UL": u.Inner.Adjusted.Upper,
				"PO_LL": u.Outer.Plain.Lower, "PO_UL": u.Outer.Plain.Upper,
			} {
				if want := number(t, row[column]); !decimals4(got, want) {
					t.Errorf("%s %s: %s is %.6f, published %v", file, row["PROVIDER"], column, got, want)
				}
			}
		}
	}
	if trusts != 868 {
		t.Errorf("%d trusts were compared, expected 868 in six files", trusts)
	}
}

// TestTheSHMIFixtureOfTheDomain is twenty trusts made up for the method, worked by hand.
func TestTheSHMIFixtureOfTheDomain(t *testing.T) {
	t.Parallel()
	observed := []float64{980, 1110, 1500, 2300, 640, 1210, 1835, 905, 1420, 760, 2050, 1330, 560, 1675, 890, 1995, 1125, 730, 1460, 1005}
	expected := []float64{1000, 1000, 1600, 2050, 700, 1195, 1800, 850, 1500, 780, 2100, 1240, 520, 1700, 1010, 1900, 1150, 690, 1400, 1060}
	r, err := Compare(observed, expected, SHMI())
	if err != nil {
		t.Fatal(err)
	}
	if r.Fit.Used != 16 || math.Abs(r.Fit.Phi-2.4086) > 0.00005 || math.Abs(r.Fit.Tau2-0.001294) > 0.0000005 {
		t.Errorf("n %d, φ %.6f, τ² %.8f", r.Fit.Used, r.Fit.Phi, r.Fit.Tau2)
	}
	dropped := map[int]bool{1: true, 2: true, 3: true, 14: true} // T02, T03, T04, T15
	for i, u := range r.Units {
		if math.IsNaN(u.ZUsed) != dropped[i] {
			t.Errorf("T%02d: z used is %v", i+1, u.ZUsed)
		}
	}
	for _, want := range []struct {
		trust               int
		value, lower, upper float64
		band                int
	}{{2, 1.1100, 0.9104, 1.0984, 1}, {4, 1.1220, 0.9206, 1.0863, 1}, {12, 1.0726, 0.9141, 1.0940, 2}, {15, 0.8812, 0.9106, 1.0982, 3}} {
		u := r.Units[want.trust-1]
		l := u.Inner.Adjusted
		if !decimals4(u.Value, want.value) || !decimals4(l.Lower, want.lower) || !decimals4(l.Upper, want.upper) || u.Band.SHMI() != want.band {
			t.Errorf("T%02d: %.4f (%.4f-%.4f) band %d, expected %v", want.trust, u.Value, l.Lower, l.Upper, u.Band.SHMI(), want)
		}
	}
	if upper := r.Units[11].Inner.Plain.Upper; !decimals4(upper, 1.0572) {
		t.Errorf("without the allowance T12's upper limit is %.4f, expected 1.0572", upper)
	}
}
