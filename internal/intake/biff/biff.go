// Package biff reads the cells of old Excel workbooks (.xls, BIFF8, 1997 to
// 2007): the record stream "Workbook" inside a compound file, as Microsoft
// publishes it in [MS-XLS]. It reads values only: text, numbers and the stored
// results of formulas. It computes nothing, runs nothing and follows no link.
//
// A workbook is a run of records, each a type, a length and a body of at most
// 8,224 bytes; longer bodies go on in CONTINUE records. Globals come first
// (BOUNDSHEET names a sheet and its place, SST holds the shared strings), then one
// substream per sheet, from BOF to EOF, with its cells.
//
// The format allows 65,536 rows of 256 cells, so a sheet is held in memory.
package biff

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf16"
)

// Errors that say what a file is, when it isn't a workbook that can be read.
var (
	ErrEncrypted = errors.New("biff: the workbook is encrypted")
	ErrMacros    = errors.New("biff: the workbook holds macros")
	ErrOld       = errors.New("biff: older than Excel 97")
	ErrDamaged   = errors.New("biff: the workbook is damaged")
	ErrForeign   = errors.New("biff: a compound file without a workbook")
	ErrTooLarge  = errors.New("biff: the workbook is too large")
)

// Record types of [MS-XLS] that matter here.
const (
	recFormula    = 0x0006
	recEOF        = 0x000A
	recFilepass   = 0x002F
	recContinue   = 0x003C
	recBoundSheet = 0x0085
	recMulRK      = 0x00BD
	recSST        = 0x00FC
	recLabelSST   = 0x00FD
	recNumber     = 0x0203
	recLabel      = 0x0204
	recBoolErr    = 0x0205
	recString     = 0x0207
	recRK         = 0x027E
	recBOF        = 0x0809
)

// Sheet is one worksheet. Rows are as long as their last cell that has a value;
// the index is the row number less one.
type Sheet struct {
	Name   string
	Hidden bool
	Rows   [][]string
}

// maxCells bounds what one workbook may hold in memory, at about 45 bytes each.
const maxCells = 4 << 20

// Read reads every worksheet of a workbook in a file of size bytes. The stream
// that holds the workbook may have at most limit bytes.
func Read(r io.ReaderAt, size, limit int64) (sheets []Sheet, err error) {
	defer func() {
		if recover() != nil { // an index past a crafted record
			sheets, err = nil, ErrDamaged
		}
	}()
	stream, err := workbookStream(r, size, limit)
	if err != nil {
		return nil, err
	}
	return readGlobals(stream)
}

// workbookStream is the bytes of the stream which holds the workbook.
func workbookStream(r io.ReaderAt, size, limit int64) ([]byte, error) {
	doc, err := openCompound(r, size)
	if err != nil {
		return nil, err
	}
	var found *directoryEntry
	old := false
	for i, entry := range doc.entries {
		switch entry.name {
		case "EncryptedPackage":
			return nil, ErrEncrypted
		case "_VBA_PROJECT_CUR", "_VBA_PROJECT":
			return nil, ErrMacros
		case "Workbook":
			found = &doc.entries[i]
		case "Book":
			old = true
		}
	}
	switch {
	case found == nil && old:
		return nil, ErrOld
	case found == nil:
		return nil, ErrForeign
	}
	return doc.stream(*found, limit)
}

// record is one record; at is the place of the next one.
type record struct {
	kind int
	body []byte
	at   int
}

func recordAt(b []byte, at int) (record, bool) {
	if at < 0 || at+4 > len(b) {
		return record{}, false
	}
	kind, n := int(binary.LittleEndian.Uint16(b[at:])), int(binary.LittleEndian.Uint16(b[at+2:]))
	if at+4+n > len(b) {
		return record{}, false
	}
	return record{kind, b[at+4 : at+4+n], at + 4 + n}, true
}

func readGlobals(b []byte) ([]Sheet, error) {
	type place struct {
		Sheet
		at int
	}
	var places []place
	var strings []string
	first, ok := recordAt(b, 0)
	if !ok || first.kind != recBOF || len(first.body) < 2 {
		return nil, ErrDamaged
	}
	if binary.LittleEndian.Uint16(first.body) != 0x0600 {
		return nil, ErrOld
	}
	for rec := first; rec.kind != recEOF; {
		switch rec.kind {
		case recFilepass:
			return nil, ErrEncrypted
		case recBoundSheet:
			name := shortString(rec.body[6:])
			if rec.body[5] == 0 { // a worksheet; charts and macro sheets hold no table
				places = append(places, place{Sheet{Name: name, Hidden: rec.body[4]&3 != 0}, int(binary.LittleEndian.Uint32(rec.body))})
			}
		case recSST:
			parts := [][]byte{rec.body}
			for next, ok := recordAt(b, rec.at); ok && next.kind == recContinue; next, ok = recordAt(b, rec.at) {
				parts = append(parts, next.body)
				rec.at = next.at
			}
			var err error
			if strings, err = sharedStrings(parts); err != nil {
				return nil, err
			}
		}
		next, ok := recordAt(b, rec.at)
		if !ok {
			return nil, ErrDamaged
		}
		rec = next
	}
	var out []Sheet
	cells := 0
	for _, p := range places {
		rows, n, err := readSheet(b, p.at, strings, maxCells-cells)
		if err != nil {
			return nil, fmt.Errorf("sheet %q: %w", p.Name, err)
		}
		cells += n
		p.Rows = rows
		out = append(out, p.Sheet)
	}
	return out, nil
}

// grid collects the cells of one sheet, which come nearly in order.
type grid struct {
	rows  [][]string
	cells int
	max   int
}

func (g *grid) set(row, col int, value string) error {
	if value == "" {
		return nil
	}
	for len(g.rows) <= row {
		g.rows = append(g.rows, nil)
	}
	if more := col + 1 - len(g.rows[row]); more > 0 {
		if g.cells += more; g.cells > g.max {
			return ErrTooLarge
		}
		g.rows[row] = append(g.rows[row], make([]string, more)...)
	}
	g.rows[row][col] = value
	return nil
}

func readSheet(b []byte, at int, shared []string, limit int) ([][]string, int, error) {
	g := &grid{max: limit}
	rec, ok := recordAt(b, at)
	if !ok || rec.kind != recBOF {
		return nil, 0, ErrDamaged
	}
	var formulaRow, formulaCol int // whose text result a STRING record holds
	depth := 0                     // embedded charts are substreams within the sheet
	for {
		if rec, ok = recordAt(b, rec.at); !ok {
			return nil, 0, ErrDamaged
		}
		if rec.kind == recBOF {
			depth++
			continue
		}
		if rec.kind == recEOF {
			if depth--; depth < 0 {
				return g.rows, g.cells, nil
			}
			continue
		}
		if depth > 0 {
			continue
		}
		if rec.kind == recString {
			text := longString(rec.body)
			if err := g.set(formulaRow, formulaCol, text); err != nil {
				return nil, 0, err
			}
			continue
		}
		if rec.kind == recFormula {
			formulaRow, formulaCol = rowCol(rec.body)
		}
		if err := g.cell(rec, shared); err != nil {
			return nil, 0, err
		}
	}
}

func rowCol(body []byte) (row, col int) {
	return int(binary.LittleEndian.Uint16(body)), int(binary.LittleEndian.Uint16(body[2:]))
}

// cell takes the value of a cell record; records of other kinds are left.
func (g *grid) cell(rec record, shared []string) error {
	body := rec.body
	switch rec.kind {
	case recLabelSST:
		row, col := rowCol(body)
		i := binary.LittleEndian.Uint32(body[6:])
		if int64(i) >= int64(len(shared)) {
			return ErrDamaged
		}
		return g.set(row, col, shared[i])
	case recLabel:
		row, col := rowCol(body)
		text := longString(body[6:])
		return g.set(row, col, text)
	case recNumber:
		row, col := rowCol(body)
		return g.set(row, col, number(math.Float64frombits(binary.LittleEndian.Uint64(body[6:]))))
	case recRK:
		row, col := rowCol(body)
		return g.set(row, col, number(rk(binary.LittleEndian.Uint32(body[6:]))))
	case recMulRK:
		row, col := rowCol(body)
		for i := 4; i+6 <= len(body)-2; i, col = i+6, col+1 {
			if err := g.set(row, col, number(rk(binary.LittleEndian.Uint32(body[i+2:])))); err != nil {
				return err
			}
		}
	case recBoolErr:
		row, col := rowCol(body)
		if body[7] == 0 {
			return g.set(row, col, strconv.Itoa(int(body[6])))
		}
		return g.set(row, col, errorText(body[6]))
	case recFormula:
		return g.formula(body)
	}
	return nil
}

// formula takes the stored result: a number, or a mark in the last two bytes
// that the result is text (in the STRING record that follows), a truth value,
// an error or empty.
func (g *grid) formula(body []byte) error {
	row, col := rowCol(body)
	result := body[6:14]
	if result[6] != 0xFF || result[7] != 0xFF {
		return g.set(row, col, number(math.Float64frombits(binary.LittleEndian.Uint64(result))))
	}
	switch result[0] {
	case 1:
		return g.set(row, col, strconv.Itoa(int(result[2])))
	case 2:
		return g.set(row, col, errorText(result[2]))
	}
	return nil
}

// errorText is an error value as a spreadsheet shows it.
func errorText(code byte) string {
	switch code {
	case 0x07:
		return "#DIV/0!"
	case 0x2A:
		return "#N/A"
	}
	return "#VALUE!"
}

// rk decodes the packed number form ([MS-XLS] 2.5.217): two flag bits (divide by
// 100, is an integer), then 30 bits of integer or of the top of a float.
func rk(v uint32) float64 {
	var x float64
	if v&2 != 0 {
		x = float64(int32(v) >> 2)
	} else {
		x = math.Float64frombits(uint64(v&^3) << 32)
	}
	if v&1 != 0 {
		x /= 100
	}
	return x
}

// number writes x so that it reads back as the same number.
func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// shortString reads a string with a one-byte length, longString one with two.
func shortString(b []byte) string { return characters(b[2:], int(b[0]), b[1]&1 != 0) }

func longString(b []byte) string {
	return characters(b[3:], int(binary.LittleEndian.Uint16(b)), b[2]&1 != 0)
}

// characters decodes n characters, of two bytes each when wide.
func characters(b []byte, n int, wide bool) string {
	units := make([]uint16, 0, min(n, len(b)))
	for i := range n {
		if wide {
			units = append(units, binary.LittleEndian.Uint16(b[2*i:]))
		} else {
			units = append(units, uint16(b[i]))
		}
	}
	return string(utf16.Decode(units))
}
