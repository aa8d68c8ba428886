package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// public is the folder of published files, beside the checkout.
const public = "../../../shared/data/public"

// candour runs the program with args and returns what it wrote.
func candour(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(&Env{Ctx: context.Background(), Stdin: bytes.NewReader(nil), Stdout: &out, Stderr: &errs}, args); code != want {
		t.Fatalf("candour %v: exit code %d, expected %d\n%s%s", args, code, want, out.String(), errs.String())
	}
	return out.String()
}

// rows reads the CSV of candour observations as org, period → numerator, denominator.
func rows(t *testing.T, text string) map[[2]string][2]float64 {
	t.Helper()
	all, err := csv.NewReader(bytes.NewReader([]byte(text))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[[2]string][2]float64{}
	for _, r := range all[1:] {
		num, _ := strconv.ParseFloat(r[4], 64)
		den, _ := strconv.ParseFloat(r[5], 64)
		out[[2]string{r[1], r[2]}] = [2]float64{num, den}
	}
	return out
}

// TestHistoriesFollowTheSuccessor loads the published SHMI files: Barts and the
// Isle of Wight as published and as now, and Mid Staffordshire, which was split.
func TestHistoriesFollowTheSuccessor(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(filepath.Join(public, "shmi")); err != nil {
		t.Skip("skipped: the published SHMI files are not beside the checkout")
	}
	data := t.TempDir()
	candour(t, 0, "load", "--no-watch", "--data", data, filepath.Join(public, "shmi"), "../../docs/examples/successions-england.csv")
	published := rows(t, candour(t, 0, "observations", "--data", data, "--indicator", "shmi"))
	now := rows(t, candour(t, 0, "observations", "--data", data, "--indicator", "shmi", "--as-now"))
	const before, after = "R12-2011-03", "R12-2012-09"

	var sum [2]float64
	for _, code := range []string{"RGC", "RNH", "RNJ"} {
		v, ok := published[[2]string{code, before}]
		if !ok {
			t.Fatalf("%s is not in the file of October 2011", code)
		}
		sum[0] += v[0]
		sum[1] += v[1]
		if _, still := now[[2]string{code, before}]; still {
			t.Errorf("%s still has a history of its own", code)
		}
	}
	if got := now[[2]string{"R1H", before}]; math.Abs(got[0]-sum[0]) > 1e-6 || math.Abs(got[1]-sum[1]) > 1e-6 {
		t.Errorf("Barts as now is %v, expected the sum %v", got, sum)
	}
	if _, as := published[[2]string{"R1H", before}]; as {
		t.Error("as published, Barts has no value before it was formed")
	}
	if got, want := now[[2]string{"R1F", before}], published[[2]string{"5QT", before}]; math.Abs(got[0]-want[0]) > 1e-6 || want[0] < 1 {
		t.Errorf("the Isle of Wight as now is %v, expected %v", got, want)
	}
	if got, want := now[[2]string{"RJD", after}], published[[2]string{"RJD", after}]; math.Abs(got[0]-want[0]) > 1e-6 || want[0] < 1 {
		t.Errorf("Mid Staffordshire's split has no stated shares, so it keeps its own history: %v, expected %v", got, want)
	}
}

// TestTheAprilPairShowsWhatWasRestated loads both vintages of April 2025.
func TestTheAprilPairShowsWhatWasRestated(t *testing.T) {
	t.Parallel()
	first, later := filepath.Join(public, "ae/Monthly-AE-April-2025.csv"), filepath.Join(public, "ae/April-2025-AE.csv")
	if _, err := os.Stat(first); err != nil {
		t.Skip("skipped: the published A&E files are not beside the checkout")
	}
	data := t.TempDir()
	candour(t, 0, "load", "--no-watch", "--data", data, first)
	candour(t, 0, "load", "--no-watch", "--data", data, later)
	restated := map[string]map[string][]string{} // indicator → organisation → numerators by vintage
	for _, id := range []string{"ae-attendances-type1", "ae-over-4h-type1", "ae-admissions-type1"} {
		all, err := csv.NewReader(bytes.NewReader([]byte(candour(t, 0, "observations", "--data", data, "--indicator", id, "--vintages")))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range all[1:] {
			if restated[id] == nil {
				restated[id] = map[string][]string{}
			}
			restated[id][r[1]] = append(restated[id][r[1]], r[4])
		}
	}
	want := map[string]map[string]string{
		"ae-attendances-type1": {"RBT": "6631 6945"}, "ae-admissions-type1": {"RBT": "2138 2047", "RFS": "2638 2309"}, "ae-over-4h-type1": {"RBT": "4017 4074"},
	}
	for id, byOrg := range restated {
		for code, vintages := range byOrg {
			if len(vintages) < 2 {
				continue
			}
			if got := vintages[0] + " " + vintages[1]; want[id][code] != got {
				t.Errorf("%s of %s was restated as %s", id, code, got)
			}
			delete(want[id], code)
		}
		if len(want[id]) > 0 {
			t.Errorf("%s: not restated: %v", id, want[id])
		}
	}
}
