package bench

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// byteOrderMark begins the CSV files of spreadsheet programs.
const byteOrderMark = "\uFEFF"

// longestLine is the bytes that one line may have: beyond it a file is not one
// of ours, and a quotation mark that is never closed does not fill the memory.
const longestLine = 1 << 20

var errLongLine = fmt.Errorf("a line is longer than %d bytes: a line break or a closing quotation mark is missing", longestLine)

// bounded passes on a limited number of bytes until the limit is set anew.
type bounded struct {
	from io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLongLine
	}
	n, err := b.from.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// table is a CSV file read line by line, without its byte order mark and with
// lines of limited length.
type table struct {
	*csv.Reader
	limit *bounded
	line  int // where the last line began
}

func newTable(from io.Reader) *table {
	limit := &bounded{from: from, left: longestLine}
	buf := bufio.NewReaderSize(limit, 1<<16)
	if start, err := buf.Peek(len(byteOrderMark)); err == nil && bytes.Equal(start, []byte(byteOrderMark)) {
		buf.Discard(len(byteOrderMark)) //nolint:errcheck // they have just been seen
	}
	t := &table{Reader: csv.NewReader(buf), limit: limit}
	t.ReuseRecord = true
	t.FieldsPerRecord = -1
	return t
}

// next is the next line's cells. Its faults name the line.
func (t *table) next() ([]string, error) {
	t.limit.left = longestLine
	cells, err := t.Read()
	var wrong *csv.ParseError
	switch {
	case errors.As(err, &wrong):
		return nil, fmt.Errorf("line %d: %w: a cell with commas or quotation marks stands within quotation marks, each of its own written twice", wrong.StartLine, wrong.Err)
	case errors.Is(err, errLongLine):
		return nil, fmt.Errorf("line %d: %w", t.line+1, err)
	case err != nil:
		return nil, err
	}
	t.line, _ = t.FieldPos(len(cells) - 1)
	return cells, nil
}

// readLines reads a CSV file with a header. Columns are found by name; those
// that may be missing are then empty, and those that are not known are passed
// over and named.
func readLines(from io.Reader, want, optional []string, line func(c []string) error) (unknown []string, err error) {
	in := newTable(from)
	head, err := in.next()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("line 1: the file is empty: its first line must name the columns")
	}
	if err != nil {
		return nil, err
	}
	at, unknown, err := columnsOf(head, want, optional)
	if err != nil {
		return nil, fmt.Errorf("line 1: %w", err)
	}
	width := len(head)
	cells := make([]string, len(want))
	for {
		rec, err := in.next()
		if errors.Is(err, io.EOF) {
			return unknown, nil
		}
		if err != nil {
			return nil, err
		}
		if blank(rec) {
			continue
		}
		start, _ := in.FieldPos(0)
		if len(rec) != width {
			return nil, fmt.Errorf("line %d: it has %d cells and the header has %d: write empty cells, too, and cells with commas within quotation marks", start, len(rec), width)
		}
		for i, k := range at {
			cells[i] = ""
			if k >= 0 {
				cells[i] = rec[k]
			}
		}
		if err := line(cells); err != nil {
			return nil, fmt.Errorf("line %d: %w", start, err)
		}
	}
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return c != "" })
}

// columnsOf says where each wanted column stands, −1 for none, and which others
// there are.
func columnsOf(head, want, optional []string) (at []int, unknown []string, err error) {
	at = make([]int, len(want))
	for i := range at {
		at[i] = -1
	}
	for k, h := range head {
		h = strings.TrimSpace(h)
		i := slices.Index(want, h)
		switch {
		case i < 0 && h != "":
			unknown = append(unknown, strings.Clone(h))
		case i >= 0 && at[i] >= 0:
			return nil, nil, fmt.Errorf("the column %q is there twice", h)
		case i >= 0:
			at[i] = k
		}
	}
	for i, name := range want {
		if at[i] < 0 && !slices.Contains(optional, name) {
			return nil, nil, fmt.Errorf("no column %q among %q: the first line names the columns, separated by commas", name, strings.Join(head, ","))
		}
	}
	return at, unknown, nil
}
