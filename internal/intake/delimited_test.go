package intake

import (
	"bytes"
	"encoding/csv"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func readDelimited(text string, delim byte, strict bool, limits Limits) (out []row) {
	d := newDelimited(strings.NewReader(text), delim, strict, limits)
	for {
		r, err := d.next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			panic(err)
		}
		r.cells = slices.Clone(r.cells)
		out = append(out, r)
	}
}

func TestDelimitedRows(t *testing.T) {
	t.Parallel()
	small := DefaultLimits
	small.Row, small.Columns = 40, 6
	for _, c := range []struct {
		name, text string
		delim      byte
		strict     bool
		want       [][]string // nil: the row is bad
		numbers    []int
		codes      []string
	}{
		{"plain rows with both line ends", "a,b\r\n1,2\n", ',', false, [][]string{{"a", "b"}, {"1", "2"}}, []int{1, 2}, nil},
		{"the last row without a line end", "a,b\n1,2", ',', false, [][]string{{"a", "b"}, {"1", "2"}}, []int{1, 2}, nil},
		{"empty fields and a blank line", ",a,\n\nb,,", ',', false, [][]string{{"", "a", ""}, {""}, {"b", "", ""}}, []int{1, 2, 3}, nil},
		{"quotes hold delimiters and doubled quotes", `"16,839","say ""no""",x`, ',', false, [][]string{{"16,839", `say "no"`, "x"}}, []int{1}, nil},
		{"a quoted field goes over lines, and lines are counted", "\"a\nb\",1\nc,2\n", ',', false, [][]string{{"a\nb", "1"}, {"c", "2"}}, []int{1, 3}, nil},
		{"a quoted field at the end of the line", "\"a\",\"\"\nb,c", ',', false, [][]string{{"a", ""}, {"b", "c"}}, []int{1, 2}, nil},
		{"text after a closing quote is kept", `"a"b,c`, ',', false, [][]string{{"ab", "c"}}, []int{1}, nil},
		{"a quotation mark inside a field is a letter", `5" pipe,c`, ',', false, [][]string{{`5" pipe`, "c"}}, []int{1}, nil},
		{"the copyright sign of Windows-1252", "Copyright \xa9 2013,\x80", ',', false, [][]string{{"Copyright © 2013", "€"}}, []int{1}, nil},
		{"the not sign as one byte", "a\xacb\xacCaf\xe9\n", 0xAC, false, [][]string{{"a", "b", "Café"}}, []int{1}, nil},
		{"bytes that break a file marked as UTF-8", "a,b\n\xa9,2\nc,d\n", ',', true, [][]string{{"a", "b"}, nil, {"c", "d"}}, []int{1, 2, 3}, []string{CodeEncoding}},
		{"a NUL costs its row only", "a,b\n1\x00,2\nc,d\n", ',', false, [][]string{{"a", "b"}, nil, {"c", "d"}}, []int{1, 2, 3}, []string{CodeNUL}},
		{"a long line costs itself only", "a,b\n" + strings.Repeat("x", 60) + "\nc,d\n", ',', false, [][]string{{"a", "b"}, nil, {"c", "d"}}, []int{1, 2, 3}, []string{CodeLine}},
		{"too many cells", "a,b\n1,2,3,4,5,6,7\n", ',', false, [][]string{{"a", "b"}, nil}, []int{1, 2}, []string{CodeLine}},
		{"a quote that is never closed", "a,b\n\"1,2\nc,d\n", ',', false, [][]string{{"a", "b"}, nil}, []int{1, 2}, []string{CodeQuote}},
	} {
		got := readDelimited(c.text, c.delim, c.strict, small)
		var cells [][]string
		var numbers []int
		var codes []string
		for _, r := range got {
			numbers = append(numbers, r.number)
			if r.bad != nil {
				codes = append(codes, r.bad.Code)
				r.cells = nil
			}
			cells = append(cells, r.cells)
		}
		if !reflect.DeepEqual(cells, c.want) || !slices.Equal(numbers, c.numbers) || !slices.Equal(codes, c.codes) {
			t.Errorf("%s: got %q at %v bad %v, want %q at %v bad %v", c.name, cells, numbers, codes, c.want, c.numbers, c.codes)
		}
	}
}

func TestALineLongerThanTheReadersBufferIsReadOrSkippedWhole(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 300<<10) // the buffer holds 256 KiB
	got := readDelimited("a,"+long+"\nb,c\n", ',', false, DefaultLimits)
	if len(got) != 2 || got[0].cells[1] != long || got[1].cells[0] != "b" {
		t.Errorf("%d rows", len(got))
	}
	got = readDelimited(strings.Repeat("y", 3<<20)+"\nb,c\n", ',', false, DefaultLimits)
	if len(got) != 2 || got[0].bad == nil || got[0].bad.Code != CodeLine || got[1].number != 2 || got[1].cells[0] != "b" {
		t.Errorf("%d rows, first %+v", len(got), got[0].bad)
	}
}

// Whatever encoding/csv writes, both read alike; theirs drops blank lines.
func TestRowsAreThoseOfTheStandardLibrary(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		delim := rapid.SampledFrom([]byte{',', ';', '\t', '|'}).Draw(t, "delimiter")
		table := rapid.SliceOfN(rapid.SliceOfN(rapid.StringMatching(`[a-z0-9 ,;|"\n\té€]{0,8}`), 1, 6), 1, 8).Draw(t, "table")
		var buf bytes.Buffer
		w := csv.NewWriter(&buf)
		w.Comma = rune(delim)
		if err := w.WriteAll(table); err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(bytes.NewReader(buf.Bytes()))
		r.Comma, r.FieldsPerRecord = rune(delim), -1
		want, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var got [][]string
		for _, row := range readDelimited(buf.String(), delim, false, DefaultLimits) {
			if row.bad != nil {
				t.Fatalf("refused: %v", row.bad)
			}
			if len(row.cells) > 1 || row.cells[0] != "" {
				got = append(got, row.cells)
			}
		}
		kept := slices.DeleteFunc(want, func(rec []string) bool { return len(rec) == 1 && rec[0] == "" })
		if !reflect.DeepEqual(got, kept) && len(got)+len(kept) > 0 {
			t.Fatalf("got %q, encoding/csv has %q", got, kept)
		}
	})
}

func FuzzDelimited(f *testing.F) {
	f.Add([]byte("a,b\n\"1\n2\",3\r\n"), byte(','), false)
	f.Add([]byte("a;b\n\xa9;\x00\n\"open"), byte(';'), true)
	f.Add([]byte("a\xacb\xac\n"), byte(0xAC), false)
	f.Fuzz(func(t *testing.T, text []byte, delim byte, strict bool) {
		limits := DefaultLimits
		limits.Row, limits.Columns = 1000, 50
		last := 0
		for _, r := range readDelimited(string(text), delim, strict, limits) {
			if r.number <= last {
				t.Fatalf("row %d after row %d", r.number, last)
			}
			last = r.number
			if n := len(strings.Join(r.cells, "")); n > 3*limits.Row {
				t.Fatalf("a row of %d bytes", n)
			}
		}
	})
}

func TestTheDelimiterIsFoundOutsideQuotationMarks(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]byte{
		"a,b,c\n1,2,3\n":                   ',',
		"Title:;one, two, three;;;\na;b;c": ';',
		"\"a;b;c;d\",e\n":                  ',',
		"a\tb\n":                           '\t',
		"a\xacb\xacc,d":                    0xAC,
		"nothing":                          ',',
	} {
		if got := findDelimiter([]byte(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
