package biff

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"candour/internal/intake/biff/bifftest"
)

func xls(workbook []byte, more ...bifftest.Stream) []byte {
	return bifftest.Compound(append([]bifftest.Stream{{Name: "Workbook", Data: workbook}}, more...)...)
}

func TestEveryKindOfCellIsRead(t *testing.T) {
	t.Parallel()
	at := func(row, col uint16) []byte { return bifftest.U16(row, col, 0) }
	text := func(code ...byte) []byte { return append(code, 0, 0, 0, 0, 0xFF, 0xFF) }
	book := bifftest.Workbook("Beds", []string{"Org Code", "RE9"},
		bifftest.Record(recLabelSST, at(0, 0), bifftest.U32(0)),
		bifftest.Record(recLabelSST, at(1, 0), bifftest.U32(1)),
		bifftest.Record(recNumber, at(1, 1), bifftest.F64(364.7142857142857)),
		bifftest.Record(recRK, at(1, 2), bifftest.U32(33<<2|2)),                                                                            // the integer 33
		bifftest.Record(recRK, at(1, 3), bifftest.U32(12345<<2|3)),                                                                         // the integer 12345, divided by 100
		bifftest.Record(recMulRK, bifftest.U16(2, 0, 0), bifftest.U32(7<<2|2), bifftest.U16(0), bifftest.U32(0x40240000), bifftest.U16(1)), // 7 and the float 10
		bifftest.Record(recFormula, at(3, 0), bifftest.F64(0.5), bifftest.U16(0, 0, 0, 0)),
		bifftest.Record(recFormula, at(3, 1), text(0, 0), bifftest.U16(0, 0, 0, 0)),
		bifftest.Record(recString, bifftest.Narrow("of a formula")),
		bifftest.Record(recFormula, at(3, 2), text(2, 0)[:2], []byte{0x07, 0, 0, 0, 0xFF, 0xFF}, bifftest.U16(0, 0, 0, 0)),
		bifftest.Record(recBoolErr, at(3, 3), []byte{1, 0}),
		bifftest.Record(recBoolErr, at(3, 4), []byte{0x2A, 1}),
		bifftest.Record(recLabel, at(4, 0), bifftest.Narrow("label")),
		bifftest.BOF(0x20), bifftest.Record(recNumber, at(9, 9), bifftest.F64(1)), bifftest.EOF(), // a chart in the sheet
	)
	sheets, err := Read(bytes.NewReader(xls(book)), int64(len(xls(book))), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	want := []Sheet{{Name: "Beds", Rows: [][]string{
		{"Org Code"}, {"RE9", "364.7142857142857", "33", "123.45"}, {"7", "10"}, {"0.5", "of a formula", "#DIV/0!", "1", "#N/A"}, {"label"},
	}}}
	if !reflect.DeepEqual(sheets, want) {
		t.Errorf("got %+v\nwant %+v", sheets, want)
	}
}

func TestSharedStringsGoOnInTheNextRecord(t *testing.T) {
	t.Parallel()
	// "abcdef": the first record breaks off after "abc"; the next begins with a
	// flag that says two bytes to a character.
	first := append(bifftest.U32(2, 2), append(bifftest.U16(6), 0, 'a', 'b', 'c')...)
	rest := append([]byte{1}, bifftest.U16('d', 'e', 'f')...)
	rich := append(bifftest.U16(2), 8|4, 1, 0, 4, 0, 0, 0, 'x', 'y', 0, 0, 0, 0, 9, 9, 9, 9) // formatting and phonetics follow
	got, err := sharedStrings([][]byte{first, append(rest, rich...)})
	if err != nil || !reflect.DeepEqual(got, []string{"abcdef", "xy"}) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestWhatCannotBeReadSaysWhy(t *testing.T) {
	t.Parallel()
	whole := xls(bifftest.Workbook("S", []string{"a"}, bifftest.Record(recLabelSST, bifftest.U16(0, 0, 0), bifftest.U32(0))))
	for _, c := range []struct {
		name string
		text []byte
		want error
	}{
		{"a new workbook under a password", bifftest.Compound(bifftest.Stream{Name: "EncryptionInfo"}, bifftest.Stream{Name: "EncryptedPackage"}), ErrEncrypted},
		{"an old workbook under a password", xls(bytes.Join([][]byte{bifftest.BOF(5), bifftest.Record(recFilepass, bifftest.U16(1)), bifftest.EOF()}, nil)), ErrEncrypted},
		{"macros", xls(bifftest.Workbook("S", nil), bifftest.Stream{Name: "_VBA_PROJECT_CUR"}), ErrMacros},
		{"a letter", bifftest.Compound(bifftest.Stream{Name: "WordDocument"}), ErrForeign},
		{"Excel 95", bifftest.Compound(bifftest.Stream{Name: "Book"}), ErrOld},
		{"an older stream", xls(bifftest.Record(recBOF, bifftest.U16(0x0500, 5))), ErrOld},
		{"a workbook cut off", whole[:len(whole)-3000], ErrDamaged},
		{"a string that is not there", xls(bifftest.Workbook("S", nil, bifftest.Record(recLabelSST, bifftest.U16(0, 0, 0), bifftest.U32(5)))), ErrDamaged},
		{"no compound file", []byte(strings.Repeat("x", 2000)), ErrDamaged},
		{"too long", whole, ErrTooLarge},
	} {
		limit := int64(1 << 20)
		if errors.Is(c.want, ErrTooLarge) {
			limit = 1000
		}
		if _, err := Read(bytes.NewReader(c.text), int64(len(c.text)), limit); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(xls(bifftest.Workbook("S", []string{"a", "bc"}, bifftest.Record(recLabelSST, bifftest.U16(0, 0, 0), bifftest.U32(1)), bifftest.Record(recNumber, bifftest.U16(70, 9, 0), bifftest.F64(1.5)))))
	f.Fuzz(func(_ *testing.T, text []byte) { _, _ = Read(bytes.NewReader(text), int64(len(text)), 1<<20) })
}

// FuzzWorkbook mutates the records themselves, which FuzzRead seldom reaches
// through the compound file round them.
func FuzzWorkbook(f *testing.F) {
	f.Add(bifftest.Workbook("S", []string{"a", "bc"}, bifftest.Record(recMulRK, bifftest.U16(0, 0, 0), bifftest.U32(6), bifftest.U16(0)), bifftest.Record(recString, bifftest.Narrow("x"))))
	f.Fuzz(func(_ *testing.T, stream []byte) {
		if len(stream) < 30000 {
			_, _ = Read(bytes.NewReader(xls(stream)), int64(len(xls(stream))), 1<<20)
		}
	})
}
