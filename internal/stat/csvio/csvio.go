// Package csvio reads and writes the CSV of the analysts' filters ("candour
// stat …"): the first row holds column names, each further row one value per
// column. It is deliberately small: a filter asks a Table for its columns by
// name, calculates, and gives rows to a Writer.
//
// Reading. Names and cells lose surrounding spaces; a byte-order mark is
// dropped; rows whose cells are all empty are dropped. A number is missing when
// its cell is empty, "NA" or "NaN" (any case): it comes back as NaN with its
// missing mark set, never as zero. "Inf" and "-Inf" are numbers here; what an
// infinite value means is for the method to say. Anything else that is not a
// number is an error which names row, column and cell.
//
// Writing. Numbers have 12 significant digits, or with full 17, from which the
// same double is read back. NaN is written as an empty cell.
package csvio

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"candour/internal/fault"
)

// Table is a CSV file in memory, kept by column.
type Table struct {
	header  []string
	columns [][]string
	lines   []int // line of the file on which each row begins, from 1
}

// Group is the rows of a Table which share one value of a column.
type Group struct {
	Name string
	Rows []int // indices from 0, in file order
}

// Read reads a whole CSV file. It fails (kind fault.Invalid) on a file without a
// header, a header that names a column twice or not at all, a row with more or
// fewer cells than the header, or broken quotes.
func Read(r io.Reader) (*Table, error) { return read(r, false) }

// ReadKeepingBlank is Read for filters which write a row for each row that they
// read: rows of empty cells stay (lines without any cell, not even a comma, don't).
func ReadKeepingBlank(r io.Reader) (*Table, error) { return read(r, true) }

func read(r io.Reader, keepBlank bool) (*Table, error) {
	cr := csv.NewReader(skipMark(r))
	cr.ReuseRecord = true
	cr.FieldsPerRecord = -1 // counted below, so that the message can say both numbers
	first, err := cr.Read()
	if errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, "the input is empty: a first row with column names is needed")
	}
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the input is not CSV")
	}
	t := &Table{columns: make([][]string, len(first))}
	for i, name := range first {
		name = strings.Clone(strings.TrimSpace(name))
		if name == "" {
			return nil, fault.New(fault.Invalid, "line 1, column %d: the column has no name", i+1)
		}
		if t.Has(name) {
			return nil, fault.New(fault.Invalid, "line 1, column %d: the name %q is used twice", i+1, name)
		}
		t.header = append(t.header, name)
	}
	return t, t.readRows(cr, keepBlank)
}

func (t *Table) readRows(cr *csv.Reader, keepBlank bool) error {
	for {
		record, err := cr.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fault.Wrap(fault.Invalid, err, "the input is not CSV")
		}
		if !keepBlank && blank(record) {
			continue
		}
		line, _ := cr.FieldPos(0)
		if len(record) != len(t.header) {
			return fault.New(fault.Invalid, "line %d has %d cells where the header has %d", line, len(record), len(t.header))
		}
		for i, cell := range record {
			t.columns[i] = append(t.columns[i], strings.TrimSpace(cell))
		}
		t.lines = append(t.lines, line)
	}
}

func blank(record []string) bool {
	for _, cell := range record {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}

// skipMark drops a UTF-8 byte-order mark, which spreadsheets write and which
// would otherwise become part of the first column's name.
func skipMark(r io.Reader) io.Reader {
	br := bufio.NewReaderSize(r, 1<<16)
	if mark, err := br.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = br.Discard(3) // cannot fail: the three bytes are buffered
	}
	return br
}

// Len is the number of rows.
func (t *Table) Len() int { return len(t.lines) }

// Has reports whether there is a column of that exact name.
func (t *Table) Has(name string) bool {
	for _, h := range t.header {
		if h == name {
			return true
		}
	}
	return false
}

// Line is the line of the file on which row i (from 0) begins, for messages.
func (t *Table) Line(i int) int { return t.lines[i] }

// Column is the cells of a column. The caller must not change them.
func (t *Table) Column(name string) ([]string, error) {
	for i, h := range t.header {
		if h == name {
			return t.columns[i], nil
		}
	}
	return nil, fault.New(fault.Invalid, "there is no column %q; the columns are %s", name, strings.Join(t.header, ", "))
}

// Floats is a column as numbers. A missing value is NaN and has its mark set.
func (t *Table) Floats(name string) (values []float64, missing []bool, err error) {
	cells, err := t.Column(name)
	if err != nil {
		return nil, nil, err
	}
	values, missing = make([]float64, len(cells)), make([]bool, len(cells))
	for i, cell := range cells {
		v, err := ParseFloat(cell)
		if err != nil {
			return nil, nil, t.Errorf(i, name, "%v", err)
		}
		values[i], missing[i] = v, math.IsNaN(v)
	}
	return values, missing, nil
}

// ParseFloat reads one number: NaN for a missing one ("", "NA", "NaN"). It
// refuses hexadecimal, thousands separators, percent signs and numbers beyond
// the range of a double.
func ParseFloat(cell string) (float64, error) {
	switch strings.ToLower(cell) {
	case "", "na", "nan":
		return math.NaN(), nil
	}
	if strings.ContainsAny(cell, "xX_") {
		return 0, fmt.Errorf("%q is not a number", cell)
	}
	v, err := strconv.ParseFloat(cell, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("%q is too large for a number", cell)
	case err != nil:
		return 0, fmt.Errorf("%q is not a number", cell)
	case math.IsNaN(v): // "+nan" and the like
		return math.NaN(), nil
	}
	return v, nil
}

// Groups splits the rows by the value of a column, in order of first
// appearance. With an empty name all rows are one group without a name.
func (t *Table) Groups(name string) ([]Group, error) {
	if name == "" {
		all := make([]int, t.Len())
		for i := range all {
			all[i] = i
		}
		return []Group{{Rows: all}}, nil
	}
	cells, err := t.Column(name)
	if err != nil {
		return nil, err
	}
	var groups []Group
	at := map[string]int{}
	for i, cell := range cells {
		g, ok := at[cell]
		if !ok {
			g = len(groups)
			at[cell] = g
			groups = append(groups, Group{Name: cell})
		}
		groups[g].Rows = append(groups[g].Rows, i)
	}
	return groups, nil
}

// Errorf is an error (kind fault.Invalid) about the cell of row i (from 0) in a
// column: "line 7, column y: …".
func (t *Table) Errorf(i int, column, format string, args ...any) error {
	return fault.New(fault.Invalid, "line %d, column %s: %s", t.lines[i], column, fmt.Sprintf(format, args...))
}

// Writer writes CSV rows under a header.
type Writer struct {
	w      *csv.Writer
	digits int
	row    []string
	want   int
}

// NewWriter writes the header and returns a Writer. With full, numbers have 17
// significant digits, otherwise 12.
func NewWriter(w io.Writer, full bool, header ...string) *Writer {
	out := &Writer{w: csv.NewWriter(w), digits: 12, want: len(header)}
	if full {
		out.digits = 17
	}
	_ = out.w.Write(header) // a failed write is kept by csv.Writer and told by Flush
	return out
}

// Row writes one row: a string, bool, int or float64 for each column of the
// header. It panics on another type or a wrong number of cells, which are
// mistakes of the program, not of its input.
func (w *Writer) Row(cells ...any) {
	if len(cells) != w.want {
		panic(fmt.Sprintf("csvio: %d cells for %d columns", len(cells), w.want))
	}
	w.row = w.row[:0]
	for _, cell := range cells {
		w.row = append(w.row, w.format(cell))
	}
	_ = w.w.Write(w.row) // kept, and told by Flush
}

func (w *Writer) format(cell any) string {
	switch v := cell.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case float64:
		return FormatFloat(v, w.digits)
	default:
		panic(fmt.Sprintf("csvio: cannot write a %T", cell))
	}
}

// FormatFloat writes v with that many significant digits: NaN as nothing, the
// infinities as Inf and -Inf, and zero never with a sign.
func FormatFloat(v float64, digits int) string {
	switch {
	case math.IsNaN(v):
		return ""
	case math.IsInf(v, 1):
		return "Inf"
	case math.IsInf(v, -1):
		return "-Inf"
	}
	return strconv.FormatFloat(v+0, 'g', digits, 64) // -0 + 0 is +0
}

// Flush writes what is buffered and tells the first error of any write so far.
func (w *Writer) Flush() error {
	w.w.Flush()
	return w.w.Error()
}
