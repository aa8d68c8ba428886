package replay

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"candour/internal/concern"
	"candour/internal/fault"
)

const data = "../../../../shared/data/public"

// replayed is a replay of figures that the package holds.
func replayed[T any](t *testing.T, replay func() ([]T, error)) []T {
	t.Helper()
	out, err := replay()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// published is the replay of SHMI; a test that needs it is skipped where the published
// files are not, and fails where they can't be read.
func published(t *testing.T) []Publication {
	t.Helper()
	pubs, err := SHMI(data)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the SHMI publications are not here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return pubs
}

func TestMidStaffordshireIsNotRaisedOnSHMI(t *testing.T) {
	t.Parallel()
	pubs := published(t)
	if len(pubs) != 6 {
		t.Fatalf("%d publications", len(pubs))
	}
	for i, want := range []int{147, 147, 147, 143, 142, 142} {
		p := pubs[i]
		if p.Trusts != want {
			t.Errorf("%v has %d trusts, want %d", p.Published, p.Trusts, want)
		}
		if p.Alerts != 0 {
			t.Errorf("%v: one indicator raised %d alerts; one family must not", p.Published, p.Alerts)
		}
		if p.MidStaffs.Level > 0 || p.MidStaffsRank < 50 || p.MidStaffs.Band != "2" {
			t.Errorf("%v: Mid Staffordshire has level %g, rank %d, band %s", p.Published, p.MidStaffs.Level, p.MidStaffsRank, p.MidStaffs.Band)
		}
	}
}

func TestTheTrustsListedLastWereMostlyReviewedOrBandedHigh(t *testing.T) {
	t.Parallel()
	pubs := published(t)
	bySHMI, high := 0, 0
	for _, l := range pubs[5].Listed {
		if reviewed[l.Provider] {
			bySHMI++
		}
		if l.Band == "1" {
			high++
		}
	}
	if bySHMI < 4 || high < 7 {
		t.Errorf("of the last list %d were reviewed for SHMI and %d banded higher than expected", bySHMI, high)
	}
}

func TestBristolStandsOutAmongItsPeers(t *testing.T) {
	t.Parallel()
	centres := replayed(t, Bristol)
	for _, c := range centres {
		if c.Name == "Bristol" && c.Level < 2.9 || c.Name != "Bristol" && c.Level > 2 {
			t.Errorf("%s has level %.2f", c.Name, c.Level)
		}
	}
}

func TestShipmanStandsOutAgainstExpectedAndNotAgainstHimself(t *testing.T) {
	t.Parallel()
	years := replayed(t, Shipman)
	if years[1].Ratio >= crossing || years[2].Ratio < crossing || years[2].Year != 1979 {
		t.Errorf("crossed at another year than 1979: %+v", years[:4])
	}
	alert := concern.Default().Budget(0.2).Score
	for _, y := range years {
		if y.Score > 0.75*alert {
			t.Errorf("%d: change against own past is %.2f; the case is to show that this route stays low", y.Year, y.Score)
		}
	}
}

func TestTranscribedFiguresAgreeWithThePublishedFiles(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]struct {
		text    string
		columns []int // of the published file, for our numeric columns
		skip    int   // leading columns of ours that are names
	}{
		"02-5-child-heart-surgery-1991-x.csv": {bristolFile, []int{1, 3}, 1},
		"10-3-4-shipman-baker-data-x.csv":     {shipmanFile, []int{0, 15, 16}, 0},
	} {
		text, err := os.ReadFile(filepath.Join(data, "inquiries", file))
		if err != nil {
			t.Skipf("the published file is not here: %v", err)
		}
		theirs, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		ours, err := table(want.text)
		if err != nil {
			t.Fatal(err)
		}
		if len(ours) != len(theirs)-1 {
			t.Fatalf("%s: %d rows, published %d", file, len(ours), len(theirs)-1)
		}
		for i, row := range ours {
			for j, c := range want.columns {
				a, err1 := numbers(row[want.skip+j : want.skip+j+1])
				b, err2 := numbers([]string{strings.TrimSpace(theirs[i+1][c])})
				if err1 != nil || err2 != nil || math.Abs(a[0]-b[0]) > 1e-9 {
					t.Errorf("%s row %d: %v against %v", file, i+1, row, theirs[i+1])
				}
			}
		}
	}
}

func TestEveryFactOfMidStaffordshireHasASourceAndDates(t *testing.T) {
	t.Parallel()
	rows, err := table(midStaffsFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r[0] > r[1] || slices.Contains(r, "") {
			t.Errorf("known before it happened, or incomplete: %v", r)
		}
	}
	if lo, hi := LevelRange(127); hi > 3 || lo > hi {
		t.Errorf("level of 127 is %g to %g", lo, hi)
	}
}

func TestRunNamesAMissingFolder(t *testing.T) {
	t.Parallel()
	err := Run(context.Background(), &bytes.Buffer{}, "shmi", t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "shmi-2011-october.csv") {
		t.Errorf("got %v", err)
	}
}

func TestADamagedPublicationIsRefusedWithItsLine(t *testing.T) {
	t.Parallel()
	const head = "PROVIDER,PROVIDER NAME,OBSERVED,EXPECTED,VALUE,OD_BANDING\nRXX,A TRUST,10,9.5,1.05,2\n"
	for line, want := range map[string]string{
		"RYY,B TRUST,ten,9,1,2\n":   "line 3: OBSERVED of RYY",
		"RYY,B TRUST,NaN,9,1,2\n":   "line 3: OBSERVED and EXPECTED of RYY",
		"RYY,B TRUST,10,-9,1,2\n":   "line 3: OBSERVED and EXPECTED of RYY",
		"RYY,B TRUST,10,1e999,1,\n": "line 3: EXPECTED of RYY",
	} {
		if _, _, err := parseSHMI(strings.NewReader(head+line), publications()[0]); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v", line, err)
		}
	}
}

func FuzzParseSHMI(f *testing.F) {
	f.Add("PROVIDER,PROVIDER NAME,OBSERVED,EXPECTED,VALUE,OD_BANDING\nRXX,A TRUST,10,9.5,1.05,2\n,,,,,\n\"Copyright\"\n")
	f.Add("PROVIDER,PROVIDER_NAME,OBSERVED,EXPECTED,VALUE,OD_BANDING\nRXX,A,x,1,1,1\n")
	f.Fuzz(func(t *testing.T, text string) {
		trusts, rows, err := parseSHMI(strings.NewReader(text), publications()[0])
		if err == nil && len(trusts) > len(rows) {
			t.Errorf("%d trusts from %d rows", len(trusts), len(rows))
		}
	})
}
