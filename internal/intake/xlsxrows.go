package intake

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// errBudget is met when one row, or one list, has more bytes than it may have.
var errBudget = errors.New("more bytes than one row may have")

// budget fails once a number of bytes was read, unless more is granted: only
// crafted files hold a row or a text of gigabytes, and the decoder would hold it
// in memory.
type budget struct {
	r    *bufio.Reader
	left int64
}

func newBudget(r io.Reader, n int64) *budget { return &budget{bufio.NewReaderSize(r, 64<<10), n} }

// ReadByte is what the decoder reads by.
func (b *budget) ReadByte() (byte, error) {
	if b.left--; b.left < 0 {
		return 0, errBudget
	}
	return b.r.ReadByte()
}

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errBudget
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// rowBudget is the bytes of XML that one row may have: a row of text as long as
// delimited text may be, with the marks around its cells.
func rowBudget(limits Limits) int64 { return 8 * int64(limits.Row) }

// sharedTexts reads the texts that cells refer to by number.
func sharedTexts(part *zip.File, limits Limits) (out []string, err error) {
	r, err := openMember(part, limits)
	if err != nil {
		return nil, err
	}
	defer r.Close()                           //nolint:errcheck // it was only read
	source := newBudget(r, rowBudget(limits)) // for one text
	d := xml.NewDecoder(source)
	total := 0
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "si" {
			text, err := richText(d, "si")
			if err != nil {
				return nil, err
			}
			if total += len(text) + 16; total > textsLimit {
				return nil, errBudget
			}
			out = append(out, text)
			source.left = rowBudget(limits)
		}
	}
}

// richText joins the runs of a text that ends with the element called end;
// how East Asian words are pronounced (rPh) isn't part of it.
func richText(d *xml.Decoder, end string) (string, error) {
	var out []byte
	inText, spoken := false, 0
	for {
		tok, err := d.RawToken()
		if err != nil {
			return "", broke(err)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			inText = e.Name.Local == "t"
			if e.Name.Local == "rPh" {
				spoken++
			}
		case xml.EndElement:
			inText = false
			switch e.Name.Local {
			case "rPh":
				spoken--
			case end:
				return unescaped(string(out)), nil
			}
		case xml.CharData:
			if inText && spoken == 0 {
				out = append(out, e...)
			}
		}
	}
}

// broke is an end that comes too early.
func broke(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// unescaped undoes _xHHHH_, by which workbooks write characters that XML cannot.
func unescaped(s string) string {
	at := strings.Index(s, "_x")
	if at < 0 {
		return s
	}
	var out strings.Builder
	for ; at >= 0; at = strings.Index(s, "_x") {
		if len(s) >= at+7 && s[at+6] == '_' {
			if code, err := strconv.ParseUint(s[at+2:at+6], 16, 16); err == nil {
				out.WriteString(s[:at])
				out.WriteRune(rune(code))
				s = s[at+7:]
				continue
			}
		}
		out.WriteString(s[:at+2])
		s = s[at+2:]
	}
	return out.String() + s
}

// stream gives the rows of a sheet that have cells, with their numbers.
func (b *xlsxBook) stream(part *zip.File, yield func(row, error) bool) error {
	r, err := openMember(part, b.limits)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // it was only read
	source := newBudget(r, rowBudget(b.limits))
	d := xml.NewDecoder(source)
	number, rows := 0, false
	for {
		tok, err := d.RawToken()
		if err != nil {
			return broke(err)
		}
		switch e := tok.(type) {
		case xml.EndElement:
			if e.Name.Local == "sheetData" || e.Name.Local == "worksheet" {
				return nil
			}
		case xml.StartElement:
			if rows = rows || e.Name.Local == "sheetData"; !rows || e.Name.Local != "row" {
				continue
			}
			if number, err = placed(e, number); err != nil {
				return err
			}
			cells, err := b.cells(d)
			if err != nil {
				return fmt.Errorf("row %d: %w", number, err)
			}
			source.left = rowBudget(b.limits)
			if len(cells) > 0 && !yield(row{number: number, cells: cells}, nil) {
				return nil
			}
		}
	}
}

// placed is the number of a row: as it says, or the next one. Numbers only grow.
func placed(e xml.StartElement, before int) (int, error) {
	said := named(e, "r")
	if said == "" {
		return before + 1, nil
	}
	n, err := strconv.Atoi(said)
	if err != nil || n <= before || n > 1<<24 {
		return 0, fmt.Errorf("a row numbered %s after row %d", excerpt(said), before)
	}
	return n, nil
}

// cells reads the cells of one row without the empty ones at its end.
func (b *xlsxBook) cells(d *xml.Decoder) ([]string, error) {
	var out []string
	next := 0
	for {
		tok, err := d.RawToken()
		if err != nil {
			return nil, broke(err)
		}
		switch e := tok.(type) {
		case xml.EndElement:
			if e.Name.Local == "row" {
				return out, nil
			}
		case xml.StartElement:
			if e.Name.Local != "c" {
				continue
			}
			column := next
			if ref := named(e, "r"); ref != "" {
				if column = columnOf(ref); column < 0 {
					return nil, fmt.Errorf("a cell called %s", excerpt(ref))
				}
			}
			next = column + 1
			value, err := b.cell(d, named(e, "t"))
			if err != nil {
				return nil, err
			}
			if value == "" {
				continue
			}
			if column >= b.limits.Columns {
				return nil, refuse(CodeLine, fmt.Sprintf("%d cells in one row", column+1), fmt.Sprintf("at most %d", b.limits.Columns), "remove the empty columns and save the workbook again")
			}
			for len(out) <= column {
				out = append(out, "")
			}
			out[column] = value
		}
	}
}

// columnOf is the column of a reference such as AB12, from 0; -1 when it is none.
func columnOf(ref string) int {
	n := 0
	for i := range len(ref) {
		c := ref[i] | 0x20
		if c < 'a' || c > 'z' {
			break
		}
		if n = n*26 + int(c-'a') + 1; n > 1<<20 {
			return -1
		}
	}
	return n - 1
}

// cell is a cell's stored value: the text that its number stands for when its
// kind is s, its own text when inlineStr, else what is stored, formulas' results
// included.
func (b *xlsxBook) cell(d *xml.Decoder, kind string) (value string, err error) {
	inValue := false
	for {
		tok, err := d.RawToken()
		if err != nil {
			return "", broke(err)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			switch inValue = e.Name.Local == "v"; e.Name.Local {
			case "is":
				if value, err = richText(d, "is"); err != nil {
					return "", err
				}
			}
		case xml.CharData:
			if inValue {
				value += string(e)
			}
		case xml.EndElement:
			inValue = false
			if e.Name.Local != "c" {
				continue
			}
			switch {
			case kind == "s" && value != "":
				i, err := strconv.Atoi(strings.TrimSpace(value))
				if err != nil || i < 0 || i >= len(b.texts) {
					return "", fmt.Errorf("a cell with the shared text %s of %d", excerpt(value), len(b.texts))
				}
				return b.texts[i], nil
			case kind == "str":
				return unescaped(value), nil
			}
			return value, nil
		}
	}
}
