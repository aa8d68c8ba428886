package csvio

import (
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"candour/internal/fault"
)

func TestAColumnComesBackAsNumbersWithMissingValuesMarked(t *testing.T) {
	t.Parallel()
	table, err := Read(strings.NewReader("\ufeffx, y \n1,2.5\n2,\n\n3, NA\n4,NaN\n5,-Inf\n,\n6,1e300\n"))
	if err != nil {
		t.Fatal(err)
	}
	values, missing, err := table.Floats("y")
	if err != nil {
		t.Fatal(err)
	}
	want := []float64{2.5, math.NaN(), math.NaN(), math.NaN(), math.Inf(-1), 1e300}
	if len(values) != len(want) || table.Len() != len(want) {
		t.Fatalf("got %v, want %v", values, want)
	}
	for i, w := range want {
		if math.Float64bits(values[i]) != math.Float64bits(w) && !(math.IsNaN(w) && math.IsNaN(values[i])) {
			t.Errorf("row %d: got %v, want %v", i, values[i], w)
		}
		if missing[i] != math.IsNaN(w) {
			t.Errorf("row %d: missing is %v", i, missing[i])
		}
	}
}

func TestRowsOfEmptyCellsAreKeptWhenAskedFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		read func(io.Reader) (*Table, error)
		rows int
	}{"dropped": {Read, 1}, "kept": {ReadKeepingBlank, 2}} {
		table, err := c.read(strings.NewReader("x,y\n1,2\n,\n\n"))
		if err != nil || table.Len() != c.rows {
			t.Errorf("%s: %d rows, %v", name, table.Len(), err)
		}
	}
}

func TestErrorsNameTheLineAndTheColumn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, column, want string }{
		"an empty input asks for a header":           {"", "y", "empty"},
		"a cell that is not a number":                {"x,y\na,1\nb,2O\n", "y", `line 3, column y: "2O" is not a number`},
		"a line is counted over blank rows":          {"x,y\n\n\nb,?\n", "y", `line 4, column y: "?"`},
		"a thousands separator is no number":         {"x,y\nb,\"1,234\"\n", "y", `line 2, column y: "1,234" is not a number`},
		"a percent sign is no number":                {"x,y\nb,85%\n", "y", `"85%" is not a number`},
		"hexadecimal is no number":                   {"x,y\nb,0x10\n", "y", `"0x10" is not a number`},
		"a number out of range":                      {"x,y\nb,1e999\n", "y", `"1e999" is too large`},
		"a column that is not there lists those":     {"x,y\na,1\n", "z", `no column "z"; the columns are x, y`},
		"a row with too few cells gives both counts": {"x,y\na,1\nb\n", "y", "line 3 has 1 cells where the header has 2"},
		"a column named twice":                       {"x,x\n1,2\n", "x", `the name "x" is used twice`},
		"a column without a name":                    {"x,\n1,2\n", "x", "column 2: the column has no name"},
		"broken quotes":                              {"x,y\n\"a,1\n", "y", "not CSV"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			table, err := Read(strings.NewReader(c.in))
			if err == nil {
				_, _, err = table.Floats(c.column)
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("kind is %v", fault.KindOf(err))
			}
		})
	}
}

func TestGroupsKeepTheOrderOfFirstAppearance(t *testing.T) {
	t.Parallel()
	table, err := Read(strings.NewReader("f,y\nb,1\na,2\nb,3\n"))
	if err != nil {
		t.Fatal(err)
	}
	groups, err := table.Groups("f")
	if err != nil {
		t.Fatal(err)
	}
	if len(groups) != 2 || groups[0].Name != "b" || groups[1].Name != "a" || len(groups[0].Rows) != 2 || groups[0].Rows[1] != 2 {
		t.Errorf("got %+v", groups)
	}
	all, _ := table.Groups("")
	if len(all) != 1 || len(all[0].Rows) != 3 {
		t.Errorf("got %+v", all)
	}
}

func TestNumbersAreWrittenWithTwelveOrSeventeenDigits(t *testing.T) {
	t.Parallel()
	for full, want := range map[bool]string{
		false: "a,b,c,d,e,f\ng,0.1,true,7,,0\n",
		true:  "a,b,c,d,e,f\ng,0.10000000000000001,true,7,,0\n",
	} {
		var out strings.Builder
		w := NewWriter(&out, full, "a", "b", "c", "d", "e", "f")
		w.Row("g", 0.1, true, 7, math.NaN(), math.Copysign(0, -1))
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if out.String() != want {
			t.Errorf("full %v: got %q, want %q", full, out.String(), want)
		}
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestAFailedWriteIsToldByFlush(t *testing.T) {
	t.Parallel()
	w := NewWriter(failing{}, false, "a")
	w.Row("x")
	if w.Flush() == nil {
		t.Error("no error")
	}
}

func FuzzReadNeverPanicsAndKeepsItsShape(f *testing.F) {
	for _, seed := range []string{"", "x,y\n1,2\n", "\ufeffx\n1\n", "x,y\n\"1\n2\",3\n", "a\n\n\n", "a,b\n1\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		table, err := Read(strings.NewReader(in))
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("kind %v", fault.KindOf(err))
			}
			return
		}
		for _, h := range table.header {
			cells, err := table.Column(h)
			if err != nil || len(cells) != table.Len() {
				t.Fatalf("column %q: %d cells of %d, %v", h, len(cells), table.Len(), err)
			}
			_, _, _ = table.Floats(h)
		}
	})
}
