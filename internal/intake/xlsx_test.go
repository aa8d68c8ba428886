package intake

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

// bookOf is a workbook with one sheet called data, from the XML of its rows and
// of its shared texts.
func bookOf(t testing.TB, rows, texts string) []byte {
	t.Helper()
	return zipOf(t,
		"xl/workbook.xml", `<workbook xmlns:r="r"><sheets><sheet name="data" sheetId="1" r:id="rId1"/><sheet name="plan" state="veryHidden" r:id="rId2"/><sheet name="drawn" r:id="rId3"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/>`+
			`<Relationship Id="rId2" Type="http://x/worksheet" Target="/xl/worksheets/sheet2.xml"/><Relationship Id="rId3" Type="http://x/chartsheet" Target="chartsheets/sheet1.xml"/>`+
			`<Relationship Id="rId4" Type="http://x/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml", `<x:worksheet xmlns:x="m"><x:dimension ref="A1"/><x:sheetData>`+rows+`</x:sheetData><x:row r="9"><x:c><x:v>beyond</x:v></x:c></x:row></x:worksheet>`,
		"xl/worksheets/sheet2.xml", `<worksheet><sheetData/></worksheet>`,
		"xl/chartsheets/sheet1.xml", `<chartsheet/>`,
		"xl/sharedStrings.xml", `<sst>`+texts+`</sst>`)
}

func openedXLSX(t testing.TB, text []byte, limits Limits) (book, error) {
	t.Helper()
	b, kind, err := openBook(File{"a.xlsx", int64(len(text)), bytes.NewReader(text)}, limits)
	if err == nil && kind != xlsxFile {
		t.Fatalf("read as %s", kind)
	}
	return b, err
}

func TestEachFormOfACellIsReadAsItIsStored(t *testing.T) {
	t.Parallel()
	const texts = `<si><t>plain</t></si><si><r><t xml:space="preserve">two </t></r><r><t>runs</t></r><rPh sb="0" eb="1"><t>spoken</t></rPh></si><si><t>a_x000D_b_x_c &amp; d</t></si>`
	for _, c := range []struct{ name, cells, want string }{
		{"a number keeps every digit", `<c r="A1"><v>0.73248130415858825</v></c>`, `["0.73248130415858825"]`},
		{"a shared text", `<c r="A1" t="s"><v>0</v></c>`, `["plain"]`},
		{"runs are joined and pronunciation left out", `<c r="A1" t="s"><v>1</v></c>`, `["two runs"]`},
		{"escaped characters and entities", `<c r="A1" t="s"><v>2</v></c>`, `["a\rb_x_c & d"]`},
		{"text within the cell", `<c r="A1" t="inlineStr"><is><t>in</t></is></c>`, `["in"]`},
		{"the result of a formula, not the formula", `<c r="A1" t="str"><f>A2&amp;"x"</f><v>made</v></c><c r="B1"><f>SUM(C1)</f><v>7</v></c>`, `["made" "7"]`},
		{"a truth value and an error", `<c r="A1" t="b"><v>1</v></c><c r="B1" t="e"><v>#N/A</v></c>`, `["1" "#N/A"]`},
		{"cells left out between, and empty ones at the end", `<c r="B1"><v>1</v></c><c r="AB1"><v>2</v></c><c r="AC1" s="4"/>`, `["" "1"` + strings.Repeat(` ""`, 25) + ` "2"]`},
		{"cells that don't say where they stand", `<c><v>1</v></c><c/><c><v>3</v></c>`, `["1" "" "3"]`},
		{"whatever prefix the elements have", `<x:c r="A1"><x:v>1</x:v></x:c>`, `["1"]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, err := openedXLSX(t, bookOf(t, `<x:row r="2">`+c.cells+`</x:row>`, texts), DefaultLimits)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := fmt.Sprint(rowsOf(t, b, "data")), "[2 "+c.want+"]"; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestAWorkbooksSheetsAreListedWithoutChartsAndHiddenOnesMarked(t *testing.T) {
	t.Parallel()
	b, err := openedXLSX(t, bookOf(t, "", ""), DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	heads, err := b.heads()
	if err != nil || len(heads) != 2 || heads[0].name != "data" || heads[0].hidden || heads[1].name != "plan" || !heads[1].hidden {
		t.Errorf("%+v, %v", heads, err)
	}
}

func TestAWorkbookThatContradictsItselfIsRefused(t *testing.T) {
	t.Parallel()
	limits := DefaultLimits
	limits.Row, limits.Ratio = 1<<10, 1<<20
	long := strings.Repeat("x", 1<<20)
	for _, c := range []struct{ name, rows, texts, code, found string }{
		{"rows in disorder", `<row r="5"><c><v>1</v></c></row><row r="5"><c><v>2</v></c></row>`, "", CodeCorrupt, "breaks off"},
		{"a shared text that isn't there", `<row r="1"><c t="s"><v>3</v></c></row>`, "<si><t>a</t></si>", CodeCorrupt, "breaks off"},
		{"a cell past every column", `<row r="1"><c r="XFDZZ1"><v>3</v></c></row>`, "", CodeCorrupt, "breaks off"},
		{"a cell past the last column", `<row r="1"><c r="XFD1"><v>3</v></c></row>`, "", CodeLine, "16384 cells in one row"},
		{"a sheet that ends within a row", `<row r="1"><c><v>3</v></c><!--`, "", CodeCorrupt, "breaks off"},
		{"a cell of a megabyte where rows have a kilobyte", `<row r="1"><c t="inlineStr"><is><t>` + long + `</t></is></c></row>`, "", CodeLine, "more bytes"},
		{"a shared text of a megabyte", ``, `<si><t>` + long + `</t></si>`, CodeLine, "more bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, err := openedXLSX(t, bookOf(t, c.rows, c.texts), limits)
			if err == nil {
				for _, e := range b.rows("data") {
					err = e
				}
			}
			var r *refused
			if !errors.As(err, &r) || r.Code != c.code || !strings.Contains(r.Found, c.found) || r.Expected == "" || r.Advice == "" {
				t.Errorf("got %v (%+v), want %s that says %q", err, r, c.code, c.found)
			}
		})
	}
}

// longBook writes a sheet of many rows without holding it.
func longBook(t testing.TB, rows int) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	small, err := zip.NewReader(bytes.NewReader(bookOf(t, "", "<si><t>E. coli</t></si>")), int64(len(bookOf(t, "", "<si><t>E. coli</t></si>"))))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range small.File {
		if m.Name != "xl/worksheets/sheet1.xml" {
			if err := z.Copy(m); err != nil {
				t.Fatal(err)
			}
		}
	}
	part, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(part)
	fmt.Fprint(w, "<worksheet><sheetData>")
	for i := range rows {
		fmt.Fprintf(w, `<row r="%d"><c r="A%[1]d" t="s"><v>0</v></c><c r="B%[1]d" t="inlineStr"><is><t>a name that no other row has, %[1]d</t></is></c><c r="C%[1]d"><v>%[1]d</v></c></row>`, i+1)
	}
	fmt.Fprint(w, "</sheetData></worksheet>")
	if err := errors.Join(w.Flush(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

func TestALongSheetIsReadWithoutBeingHeld(t *testing.T) { //nolint:paralleltest // it measures memory
	const rows = 60_000
	text := longBook(t, rows)
	b, err := openedXLSX(t, text, DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n, highest := 0, uint64(0)
	for r, err := range b.rows("data") {
		if err != nil {
			t.Fatal(err)
		}
		if n++; len(r.cells) != 3 || r.cells[0] != "E. coli" || r.number != n {
			t.Fatalf("row %d: %q", r.number, r.cells)
		}
		if n%20_000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			highest = max(highest, now.HeapAlloc)
		}
	}
	if n != rows {
		t.Errorf("%d rows of %d", n, rows)
	}
	if highest > before.HeapAlloc+4<<20 {
		t.Errorf("reading %d rows held %d KiB more than before", n, (highest-before.HeapAlloc)>>10)
	}
}

func BenchmarkXLSX(b *testing.B) {
	text := longBook(b, 20_000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		book, err := openedXLSX(b, text, DefaultLimits)
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range book.rows("data") {
			if err != nil && !errors.Is(err, io.EOF) {
				b.Fatal(err)
			}
		}
	}
}
