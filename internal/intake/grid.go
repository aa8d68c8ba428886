package intake

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"candour/internal/fault"
)

// Grid is the first visible sheet of a workbook, or a delimited text, as rows of
// cells: what a column mapping of signals reads.
type Grid struct {
	Sheet string     // empty for text
	First int        // number of the header's row in the file, from 1
	Rows  [][]string // the header first; blank rows before it are left out
	Bad   []BadRow   // rows that can't be read; theirs in Rows are blank
}

// BadRow is a row of a grid that can't be read: a quotation mark that is never
// closed, a line without end. It costs that row only.
type BadRow struct {
	Number                  int // in the file
	Found, Expected, Advice string
}

// gridRows bounds a grid, whose rows are held in memory.
const gridRows = 500_001

// ReadGrid reads a file as a grid, of any container that deliveries may have. A
// workbook with several visible sheets that hold rows is refused: nobody has said
// which is meant.
func ReadGrid(name string, text []byte, limits Limits) (g Grid, err error) {
	b, _, err := openBook(File{Name: name, Size: int64(len(text)), Body: bytes.NewReader(text)}, limits)
	if err != nil {
		return g, plainly(err)
	}
	defer b.Close() //nolint:errcheck // it was only read
	heads, err := b.heads()
	if err != nil {
		return g, plainly(err)
	}
	heads = slices.DeleteFunc(heads, func(h head) bool {
		return h.hidden || !slices.ContainsFunc(h.rows, func(r row) bool { return !r.blank() })
	})
	if len(heads) == 0 {
		return g, fault.New(fault.Invalid, "the file holds no rows")
	}
	if len(heads) > 1 {
		return g, fault.New(fault.Invalid, "the workbook has %d sheets with rows, expected one; save the sheet that holds the signals as a file of its own", len(heads))
	}
	g.Sheet = heads[0].name
	for r, err := range b.rows(g.Sheet) {
		switch {
		case err != nil:
			return g, plainly(err)
		case r.bad != nil && len(g.Rows) == 0:
			return g, plainly(r.bad) // the header is among what can't be read
		case r.bad != nil:
			g.Bad = append(g.Bad, BadRow{r.number, r.bad.Found, r.bad.Expected, r.bad.Advice})
			continue
		case r.blank() && len(g.Rows) == 0:
			continue
		case len(g.Rows) == gridRows:
			return g, fault.New(fault.TooLarge, "the file has more than %d rows; load it in parts", gridRows-1)
		case len(g.Rows) == 0:
			g.First = r.number
		}
		// Rows are numbered as in the file: what was left out between is blank.
		for len(g.Rows) < r.number-g.First {
			g.Rows = append(g.Rows, nil)
		}
		cells := make([]string, len(r.cells))
		for i, c := range r.cells {
			cells[i] = strings.Clone(c)
		}
		g.Rows = append(g.Rows, cells)
	}
	return g, nil
}

// plainly is why a file can't be read as an error with a kind.
func plainly(err error) error {
	var r *refused
	if errors.As(err, &r) {
		return fault.New(fault.Invalid, "found %s; expected %s: %s", r.Found, r.Expected, r.Advice)
	}
	return err
}
