package intake

import (
	"bytes"
	"fmt"
	"testing"
)

func rowsOf(t *testing.T, b book, name string) (out []string) {
	t.Helper()
	for r, err := range b.rows(name) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%d %q", r.number, r.cells))
	}
	return out
}

func TestASpreadsheetsCellsAreStoredValuesAndRepeatsAreCounted(t *testing.T) {
	t.Parallel()
	text := zipOf(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", odsText1)
	b, kind, err := openBook(File{"a.ods", int64(len(text)), bytes.NewReader(text)}, DefaultLimits)
	if err != nil || kind != odsFile {
		t.Fatal(kind, err)
	}
	heads, err := b.heads()
	if err != nil || len(heads) != 2 || !heads[0].hidden || heads[1].name != "One" || heads[1].hidden {
		t.Fatalf("%+v, %v", heads, err)
	}
	got := fmt.Sprint(rowsOf(t, b, "One"))
	want := `[3 ["" "" "5.4374" "a b" "a b"] 4 ["r"] 5 ["r"]]`
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAWorkbooksCellsAreRawAndItsRowsKeepTheirNumbers(t *testing.T) {
	t.Parallel()
	text := xlsxOf(t, map[string][][]any{"Data": {{"Share", "Count"}, {}, {0.73248130415858825, 16839}}})
	b, kind, err := openBook(File{"a.xlsx", int64(len(text)), bytes.NewReader(text)}, DefaultLimits)
	if err != nil || kind != xlsxFile {
		t.Fatal(kind, err)
	}
	defer b.Close()
	got := fmt.Sprint(rowsOf(t, b, "Data"))
	if want := `[1 ["Share" "Count"] 3 ["0.7324813041585883" "16839"]]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzODS(f *testing.F) {
	f.Add([]byte(odsText1))
	f.Fuzz(func(t *testing.T, content []byte) {
		text := zipOf(t, "content.xml", string(content))
		limits := DefaultLimits
		limits.Unzipped = 1 << 20
		b, _, err := openBook(File{"a.ods", int64(len(text)), bytes.NewReader(text)}, limits)
		if err != nil {
			return
		}
		heads, err := b.heads()
		if err != nil {
			return
		}
		for _, h := range heads {
			n := 0
			for range b.rows(h.name) {
				if n++; n > 1000 {
					break
				}
			}
		}
	})
}

func FuzzXLSX(f *testing.F) {
	f.Add(xlsxOf(f, map[string][][]any{"Data": {{"a", "b"}, {1, 0.5}}}))
	f.Fuzz(func(_ *testing.T, text []byte) {
		limits := DefaultLimits
		limits.Unzipped = 8 << 20
		b, _, err := openBook(File{"a.xlsx", int64(len(text)), bytes.NewReader(text)}, limits)
		if err != nil {
			return
		}
		defer b.Close()
		_, _ = b.heads()
	})
}
