package intake

import (
	"io"
	"iter"
	"slices"
)

// row is one row of a sheet. Cells are valid until the next row is asked for.
// Bad is set when the row could not be read: it has no cells then.
type row struct {
	number int // 1-based, as a person counts rows in the file
	cells  []string
	bad    *refused
	header *header // the cells read as a header; only rows of a head have one
}

// asHeader is the row of a head read as a header, once however many layouts look
// at it.
func (r *row) asHeader() *header {
	if r.header == nil {
		r.header = readHeader(r.cells)
	}
	return r.header
}

// blank reports whether no cell holds anything but spaces.
func (r row) blank() bool {
	for _, c := range r.cells {
		for i := 0; i < len(c); i++ {
			if c[i] != ' ' && c[i] != '\t' {
				return false
			}
		}
	}
	return true
}

// sheet is one table of a book; text files have one, without a name.
type sheet struct {
	name   string
	hidden bool
}

// head is the first rows of a sheet; their cells stay valid.
type head struct {
	sheet
	rows []row
}

// headsOf reads the first n rows of each sheet.
func headsOf(b book, sheets []sheet, n int) ([]head, error) {
	var out []head
	for _, sh := range sheets {
		h := head{sheet: sh}
		for r, err := range b.rows(sh.name) {
			if err != nil {
				return nil, err
			}
			r.cells = slices.Clone(r.cells)
			if h.rows = append(h.rows, r); len(h.rows) == n {
				break
			}
		}
		out = append(out, h)
	}
	return out, nil
}

// book is a file seen as sheets of rows, whatever its container.
type book interface {
	// heads gives the sheets in the file's order, each with its first rows.
	heads() ([]head, error)
	// rows streams a sheet from its first row. It may be called again. An error
	// ends the sheet; when it is a *refused it says all that a reader needs.
	rows(name string) iter.Seq2[row, error]
	io.Closer
}
