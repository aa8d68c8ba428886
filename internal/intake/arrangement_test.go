package intake

import (
	"context"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"

	"candour/internal/intake/intaketest"
	"candour/internal/org"
)

// How a published file is arranged must not change what it says: the order of its
// rows, spaces at the end of names, totals here and there, columns that nobody reads.

// linesOf is a published file's header, and its rows without their line ends.
func linesOf(t *testing.T, name string) (header string, rows []string) {
	t.Helper()
	b, err := os.ReadFile(public(t, name))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(string(b), "\r\n"), "\r\n")
	return lines[0], lines[1:]
}

// figures is the newest reading of everything, without the row that it came from.
func figures(m *intaketest.Memory) map[intaketest.Key][2]float64 {
	out := map[intaketest.Key][2]float64{}
	for k, v := range m.Values {
		r := v[len(v)-1]
		out[k] = [2]float64{r.Numerator, r.Denominator}
	}
	return out
}

func TestNeitherRowOrderNorSpacesAfterRegionsChangeWhatAnAEFileSays(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "ae/Monthly-AE-November-2024-revised.csv")
	want := figures(m)
	header, rows := linesOf(t, "ae/Monthly-AE-November-2024-revised.csv")
	if !strings.Contains(rows[0]+rows[1], " ,") {
		t.Fatal("no region of the published file ends with a space")
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] }) // the total is anywhere now
	l, other := newLoader(t)
	loadBytes(t, l, "x.csv", []byte(header+"\n"+strings.ReplaceAll(strings.Join(rows, "\n"), " ,", ",")+"\n"), Options{})
	got := figures(other)
	if len(got) != len(want) {
		t.Errorf("%d values of the arranged file, %d of the published one", len(got), len(want))
	}
	for k, v := range want {
		if g := got[k]; !near(g[0], v[0]) || !near(g[1], v[1]) {
			t.Fatalf("%v is %v, published %v", k, g, v)
		}
	}
}

func TestTheTotalsAboveAndBelowTheArchivesAreReadTwiceOverByNobody(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"hcai/E_coli_April_2013-14.csv", "hcai/E.coli_CCG_2013-14.csv"} {
		_, m := loadAll(t, file)
		sum := 0.0
		for k, v := range m.Values {
			if k.Period == month("2013-10") {
				sum += v[0].Numerator
			}
		}
		// The published total is 2,998; one case of the commissioners' file is of the hubs, which have no code.
		if want := map[bool]float64{true: 2997, false: 2998}[strings.Contains(file, "CCG")]; !near(sum, want) {
			t.Errorf("%s: October 2013 adds up to %v, want %v", file, sum, want)
		}
	}
}

func TestTheWorkbookOfInfectionsIsItsDataSheetAlone(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "hcai/E-coli_monthly_byreagon.xlsx")
	for k, v := range m.Values {
		if v[0].Sheet != "data" {
			t.Fatalf("%v comes from sheet %q", k, v[0].Sheet)
		}
		if v[0].Rows == "4" {
			t.Fatalf("%v comes from the header's row", k)
		}
	}
}

func TestProvidersOfTheHistoryThatMergedLaterKeepTheCodeOfTheirTime(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "ae/NHSRdatasets-ae_attendances-2016-2019.csv")
	for _, gone := range []org.Code{"RLN", "RE9", "RDD", "RDZ", "RQ8"} {
		if _, ok := newest(m, "ae-4h-type1", gone, "2017-03"); !ok {
			t.Errorf("%s treated patients in March 2017 and has no value", gone)
		}
	}
}

func TestCommissionersOfTheWaitingListAreNobodysProvider(t *testing.T) {
	t.Parallel()
	_, m := loadAll(t, "rtt/Full-CSV-data-file-Jan26-ZIP-4M-WL5BiP.zip")
	for _, pseudo := range []org.Code{"13Q", "Y62", "X24", ""} {
		if _, ok := m.Organisations[pseudo]; ok {
			t.Errorf("%q pays for patients or is nobody, and was taken for a provider", pseudo)
		}
	}
	if _, ok := m.Organisations["A4M8P"]; !ok {
		t.Error("an independent provider with a code of five characters is missing")
	}
	for k := range m.Values {
		if k.Org == "13Q" || k.Org == "Y62" {
			t.Fatalf("a value of commissioner %v", k)
		}
	}
}

func TestFilesOfPatientsCommentsAndInquiriesAreNobodysFigures(t *testing.T) {
	t.Parallel()
	for _, file := range []string{
		"patient_level/artificial_hes_apc_0102_truncated.csv", "patient_level/artificial_hes_ae_0708_truncated.csv", "patient_level/artificial_hes_op_0304_truncated.csv",
		"patient_level/cardiacsurgery.csv", "patient_comments/phase_1_text_data.csv", "inquiries/10-3-4-shipman-baker-data-x.csv",
	} {
		l, m := newLoader(t)
		r := loadPublic(t, l, file, Options{})
		if len(r.Messages) != 1 || r.Messages[0].Code != CodeUnknown || len(m.Values)+len(m.Organisations) > 0 {
			t.Errorf("%s: %s, %+v", file, r.Status, r.Messages)
		}
	}
}

// sameRows is a header and n rows alike, which nobody holds in memory.
type sameRows struct {
	header, row string
	n           int64
}

func (r sameRows) size() int64 { return int64(len(r.header)) + r.n*int64(len(r.row)) }

func (r sameRows) ReadAt(p []byte, at int64) (int, error) {
	n := 0
	for n < len(p) && at < r.size() {
		from := r.header
		if head := int64(len(r.header)); at < head {
			from = from[at:]
		} else {
			from = r.row[(at-head)%int64(len(r.row)):]
		}
		k := copy(p[n:], from)
		n, at = n+k, at+int64(k)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func TestALongHistoryIsAddedUpWithoutBeingHeld(t *testing.T) { //nolint:paralleltest // it measures memory
	text := sameRows{"period,org_code,type,attendances,breaches,admissions\n", "2017-03-01,RF4,1,100,10,5\n", 200_000}
	found, err := sourcesOf(t).Recognise(context.Background(), File{"history.csv", text.size(), text}, Said{}, DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	readings := 0
	for item, err := range found.Parse(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		if item.Reading == nil {
			continue
		}
		if readings++; readings == 1 { // all rows are read before the first sum comes out
			runtime.GC()
			runtime.ReadMemStats(&now)
		}
		if item.Reading.Indicator == "ae-attendances-type1" && !near(item.Reading.Numerator, 20_000_000) {
			t.Errorf("the sum is %v", item.Reading.Numerator)
		}
	}
	if readings == 0 || now.HeapAlloc > before.HeapAlloc+1<<20 {
		t.Errorf("%d readings; reading 5 MB held %d KiB more than before", readings, (int64(now.HeapAlloc)-int64(before.HeapAlloc))>>10)
	}
}
