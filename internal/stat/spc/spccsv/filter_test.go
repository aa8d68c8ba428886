package spccsv

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"candour/internal/fault"
	"candour/internal/stat/csvio"
	"candour/internal/stat/spc"
)

func TestRowsAreJudgedInOrderOfTheirX(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"ISO dates":                    {"x,y\n2024-03-01,3\n2024-01-01,1\n2024-02-01,2\n", "2024-01-01 2024-02-01 2024-03-01"},
		"British dates":                {"x,y\n01/03/2024,3\n01/01/2024,1\n02/02/2023,2\n", "02/02/2023 01/01/2024 01/03/2024"},
		"months":                       {"x,y\n2024-03,3\n2023-12,1\n", "2023-12 2024-03"},
		"instants":                     {"x,y\n2024-03-01 10:00:00,3\n2024-03-01 09:00:00,1\n", "2024-03-01 09:00:00 2024-03-01 10:00:00"},
		"numbers, not their letters":   {"x,y\n10,3\n9,1\n", "9 10"},
		"names stay as they come":      {"x,y\nMar,3\nJan,1\n", "Mar Jan"},
		"no x at all numbers the rows": {"y\n3\n1\n", "1 2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			if err := XmR(strings.NewReader(c.in), &out, io.Discard, XmROptions{X: "x", Y: "y", Settings: spc.RPackage()}); err != nil {
				t.Fatal(err)
			}
			table, err := csvio.Read(&out)
			if err != nil {
				t.Fatal(err)
			}
			if xs, _ := table.Column("x"); strings.Join(xs, " ") != c.want {
				t.Errorf("got %v, want %s", xs, c.want)
			}
		})
	}
}

func TestARebaseMeansTheSameDayHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	in := "g,x,y\nA,1,5\nA,2.0,6\nA,3,7\nB,1,5\nB,2,6\nB,3,7\n"
	var out, warnings bytes.Buffer
	o := XmROptions{X: "x", Y: "y", Group: "g", Settings: spc.RPackage(), Rebases: []string{"2", "B=3", "B=9"}}
	if err := XmR(strings.NewReader(in), &out, &warnings, o); err != nil {
		t.Fatal(err)
	}
	table, err := csvio.Read(&out)
	if err != nil {
		t.Fatal(err)
	}
	// Group B has rebases of its own, which replace those for all.
	if segments, _ := table.Column("segment"); strings.Join(segments, "") != "011001" {
		t.Errorf("segments %v", segments)
	}
	if !strings.Contains(warnings.String(), `group "B" has no row at the rebase "9"`) {
		t.Error(warnings.String())
	}
}

// FuzzFilters gives any text to both filters: they refuse it as invalid, or write
// a table of one row per row (or per x).
func FuzzFilters(f *testing.F) {
	f.Add("x,y\n1,2\n2,3\n", uint8(1))
	f.Add("x,y\n2024-01-01,2\n,\n2024-01-01,NaN\n", uint8(4))
	f.Add("y\nInf\n-Inf\n1e308\n", uint8(9))
	f.Fuzz(func(t *testing.T, in string, kind uint8) {
		var out bytes.Buffer
		err := XmR(strings.NewReader(in), &out, io.Discard, XmROptions{X: "x", Y: "y", Settings: spc.RPackage(), Direction: spc.Increase})
		checkFilter(t, bytes.NewReader(out.Bytes()), err)
		if err == nil {
			table, _ := csvio.ReadKeepingBlank(strings.NewReader(in))
			if rows := bytes.Count(out.Bytes(), []byte("\n")) - 1; rows < table.Len() {
				t.Errorf("%d rows for %d", rows, table.Len())
			}
		}
		out.Reset()
		kinds := spc.Kinds()
		err = Chart(strings.NewReader(in), &out, io.Discard, ChartOptions{
			X: "x", Y: "y", Chart: spc.ShewhartOptions{Kind: kinds[int(kind)%len(kinds)], Screen: true},
		})
		checkFilter(t, bytes.NewReader(out.Bytes()), err)
	})
}

func checkFilter(t *testing.T, out io.Reader, err error) {
	t.Helper()
	if err != nil {
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("kind %v: %v", fault.KindOf(err), err)
		}
		return
	}
	if _, err := csvio.ReadKeepingBlank(out); err != nil {
		t.Errorf("what was written is not CSV: %v", err)
	}
}
