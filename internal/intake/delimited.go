package intake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// delimited reads rows of delimited text (RFC 4180 with the liberties that
// publishers take). Unlike encoding/csv it never holds more than one row, of a
// bounded size; it goes on after a row that cannot be read; it counts the
// file's own lines; and it decides row by row between UTF-8 and Windows-1252,
// since real files are ASCII but for one copyright sign.
type delimited struct {
	src    *bufio.Reader
	delim  byte
	strict bool // the file began with a UTF-8 mark, so bytes that are not UTF-8 are faults
	pair   bool // the delimiter is the not sign as UTF-8, two bytes of which delim is the second
	max    int  // bytes of one row
	maxCol int

	line  int // lines read so far
	buf   []byte
	ends  []int
	cells []string
}

// newDelimited reads from r, which begins after any byte order mark.
func newDelimited(r io.Reader, delim byte, strict bool, limits Limits) *delimited {
	return &delimited{src: bufio.NewReaderSize(r, 256<<10), delim: delim, strict: strict, max: limits.Row, maxCol: limits.Columns}
}

// next is the next row; its error is io.EOF at the end, or that of the source.
// A blank line is a row with one empty cell.
func (d *delimited) next() (row, error) {
	d.line++
	first := d.line
	d.buf, d.ends = d.buf[:0], d.ends[:0]
	raw, long, err := d.readLine()
	if err != nil {
		return row{}, err
	}
	if long {
		return row{number: first, bad: tooLong(d.max)}, nil
	}
	for {
		open := d.split(raw)
		if !open {
			break
		}
		raw, long, err = d.readLine()
		if err != nil && !errors.Is(err, io.EOF) {
			return row{}, err
		}
		d.line++
		if errors.Is(err, io.EOF) || long || len(d.buf)+len(raw) > d.max {
			return row{number: first, bad: refuse(CodeQuote, "a quotation mark that is not closed",
				"every opening quotation mark to have a closing one", "open the file in a text editor at this line and close or double the quotation mark")}, nil
		}
		d.buf = append(d.buf, '\n')
	}
	return d.finish(first), nil
}

func tooLong(limit int) *refused {
	return refuse(CodeLine, fmt.Sprintf("a row of more than %d bytes", limit), fmt.Sprintf("rows of at most %d bytes", limit),
		"the line breaks are probably missing: ask the sender to save the file again as CSV")
}

// readLine is the next line without its end. Of a line longer than the limit
// the rest is skipped, not kept.
func (d *delimited) readLine() (line []byte, long bool, err error) {
	line, err = d.src.ReadSlice('\n')
	if err == nil {
		return trimEnd(line), len(line) > d.max, nil
	}
	if errors.Is(err, io.EOF) {
		if len(line) == 0 {
			return nil, false, io.EOF
		}
		return trimEnd(line), len(line) > d.max, nil
	}
	if !errors.Is(err, bufio.ErrBufferFull) {
		return nil, false, err
	}
	var kept []byte
	for {
		if !long {
			kept = append(kept, line...)
			long = len(kept) > d.max
		}
		line, err = d.src.ReadSlice('\n')
		if !errors.Is(err, bufio.ErrBufferFull) {
			break
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, false, err
	}
	if !long {
		kept = append(kept, line...)
		long = len(kept) > d.max
	}
	if long {
		return nil, true, nil
	}
	return trimEnd(kept), false, nil
}

func trimEnd(line []byte) []byte {
	line = bytes.TrimSuffix(line, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r"))
}

// split appends the fields of one line to the row, or continues the quoted
// field that is open; it reports whether a quoted field is open at the end.
func (d *delimited) split(line []byte) (open bool) {
	i := 0
	if len(d.ends) > 0 && d.ends[len(d.ends)-1] < 0 { // continuing inside quotes
		d.ends = d.ends[:len(d.ends)-1]
		if i, open = d.quoted(line, 0); open {
			return true
		}
		if i > len(line) {
			return false
		}
	} else if len(d.ends) == 0 && bytes.IndexByte(line, '"') < 0 {
		d.splitPlain(line)
		return false
	}
	for {
		if i < len(line) && line[i] == '"' {
			if i, open = d.quoted(line, i+1); open {
				return true
			}
		} else {
			j := bytes.IndexByte(line[i:], d.delim)
			if j < 0 {
				j = len(line) - i
			}
			d.buf = append(d.buf, line[i:i+j]...)
			d.ends = append(d.ends, len(d.buf))
			i += j + 1
		}
		if i > len(line) {
			return false
		}
	}
}

// splitPlain splits a line without quotation marks: nearly all of them.
func (d *delimited) splitPlain(line []byte) {
	d.buf = slicesGrow(d.buf, len(line))
	buf := d.buf
	delim := d.delim
	for _, c := range line {
		if c == delim {
			d.ends = append(d.ends, len(buf))
			continue
		}
		buf = append(buf, c)
	}
	d.buf = buf
	d.ends = append(d.ends, len(buf))
}

func slicesGrow(b []byte, n int) []byte {
	if cap(b)-len(b) >= n {
		return b
	}
	return append(make([]byte, 0, len(b)+n+256), b...)
}

// quoted reads the inside of a quoted field from line[i:] and returns the place
// after its delimiter; len(line)+1 when the field ended the line. Text between
// the closing mark and the delimiter is kept, as spreadsheets do.
func (d *delimited) quoted(line []byte, i int) (after int, open bool) {
	for {
		j := bytes.IndexByte(line[i:], '"')
		if j < 0 {
			d.buf = append(d.buf, line[i:]...)
			d.ends = append(d.ends, -1)
			return 0, true
		}
		d.buf = append(d.buf, line[i:i+j]...)
		i += j + 1
		if i < len(line) && line[i] == '"' {
			d.buf = append(d.buf, '"')
			i++
			continue
		}
		k := bytes.IndexByte(line[i:], d.delim)
		if k < 0 {
			k = len(line) - i
		}
		d.buf = append(d.buf, line[i:i+k]...)
		d.ends = append(d.ends, len(d.buf))
		return i + k + 1, false
	}
}

// finish turns the collected bytes into a row.
func (d *delimited) finish(number int) row {
	if len(d.ends) > d.maxCol {
		return row{number: number, bad: refuse(CodeLine, fmt.Sprintf("%d cells in one row", len(d.ends)),
			fmt.Sprintf("at most %d", d.maxCol), "check that the file is a table with one record per row")}
	}
	if i := bytes.IndexByte(d.buf, 0); i >= 0 {
		return row{number: number, bad: refuse(CodeNUL, "a NUL byte in the row", "text",
			"the file was damaged or is not text: ask the sender to export it again")}
	}
	text := string(d.buf)
	latin := false
	if !d.pair && !utf8.ValidString(text) {
		if d.strict {
			return row{number: number, bad: refuse(CodeEncoding, "bytes that are not UTF-8 in a file marked as UTF-8", "UTF-8 text throughout",
				"save the file again as \"CSV UTF-8\"")}
		}
		latin = true
	}
	d.cells = d.cells[:0]
	start := 0
	for _, end := range d.ends {
		cell := text[start:end]
		if d.pair {
			cell = strings.TrimSuffix(cell, "\xc2")
		}
		if latin {
			cell = fromWindows1252(cell)
		}
		d.cells = append(d.cells, cell)
		start = end
	}
	return row{number: number, cells: d.cells}
}

// fromWindows1252 decodes the single-byte encoding of old spreadsheets, of which
// ISO 8859-1's printable half is a part.
func fromWindows1252(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 8)
	for i := 0; i < len(s); i++ {
		b.WriteRune(charmap.Windows1252.DecodeByte(s[i]))
	}
	return b.String()
}

// delimiters are those that real files use, in order of preference on a tie:
// comma, semicolon (continental spreadsheets), tab, bar, and Latin-1's not sign
// (nhs.uk's open data).
var delimiters = []byte{',', ';', '\t', '|', 0xAC}

// findDelimiter chooses the delimiter that occurs most often outside quotation
// marks in the first lines of a file.
func findDelimiter(head []byte) byte {
	counts := map[byte]int{}
	quoted := false
	for _, c := range head {
		if c == '"' {
			quoted = !quoted
		} else if !quoted {
			counts[c]++
		}
	}
	best := delimiters[0]
	for _, c := range delimiters[1:] {
		if counts[c] > counts[best] {
			best = c
		}
	}
	return best
}
