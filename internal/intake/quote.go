package intake

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"candour/internal/delivery"
	"candour/internal/fault"
)

// Quoted is rows of a delivered file as they stand in it, under the names of its
// header. Private columns are blank.
type Quoted struct {
	Sheet   string
	Columns []string // the header as published; empty for a file without one
	Rows    []QuotedRow
	More    bool // further rows were asked for
	Blanked bool // the file has private columns
}

// QuotedRow is one row by the number that a person counts in the file.
type QuotedRow struct {
	Number int
	Cells  []string
}

// Quote finds rows of a delivery in its bytes: those that an observation names
// ("131", or "2,4-17" for a sum), at most most of them, in the file's order. Reading
// stops at the last that is wanted.
func Quote(ctx context.Context, d delivery.Delivery, body io.ReadSeeker, sheet, rows string, most int) (Quoted, error) {
	spans, err := parseSpans(rows)
	if err != nil {
		return Quoted{}, err
	}
	s, err := parseMapping(d.Mapping)
	if err != nil {
		return Quoted{}, err
	}
	f := File{d.File, d.Size, readerAt(body)}
	sources := &Sources{list: []*Source{s}, byID: map[string]*Source{s.ID: s}}
	found, err := sources.Recognise(ctx, f, Said{s.ID, d.SaidPeriod}, DefaultLimits)
	if err != nil {
		return Quoted{}, fault.Wrap(fault.Damaged, err, "delivery %s can't be read again", d.ID)
	}
	at := slices.IndexFunc(found.Tables, func(t Table) bool { return t.Sheet == sheet })
	if at < 0 {
		return Quoted{}, fault.New(fault.NotFound, "delivery %s has no sheet %q that was read", d.ID, sheet)
	}
	b, _, err := openBook(f, DefaultLimits)
	if err != nil {
		return Quoted{}, fault.Wrap(fault.Damaged, err, "delivery %s can't be opened again", d.ID)
	}
	defer b.Close()
	return found.Tables[at].quote(ctx, b, spans, most)
}

// quote streams the sheet up to the last row that is wanted.
func (t *Table) quote(ctx context.Context, b book, spans [][2]int, most int) (Quoted, error) {
	out := Quoted{Sheet: t.Sheet, Columns: slices.Clone(t.bind.names), Blanked: len(t.bind.hidden) > 0}
	for r, err := range b.rows(t.Sheet) {
		if err != nil {
			return out, err
		}
		for len(spans) > 0 && r.number > spans[0][1] {
			spans = spans[1:]
		}
		if len(spans) == 0 {
			break
		}
		if r.number < spans[0][0] || r.bad != nil {
			if r.number&1023 == 0 && ctx.Err() != nil {
				return out, ctx.Err()
			}
			continue
		}
		if len(out.Rows) == most {
			out.More = true
			break
		}
		out.Rows = append(out.Rows, QuotedRow{r.number, t.openCells(r.cells)})
	}
	return out, nil
}

// openCells is a row without its private columns; without any cell where they
// can't be told, because cells have shifted.
func (t *Table) openCells(cells []string) []string {
	out := slices.Clone(cells)
	shifted := len(t.bind.names) > 0 && len(cells) != len(t.bind.names)
	for i := range out {
		if slices.Contains(t.bind.hidden, i) || shifted && len(t.bind.hidden) > 0 {
			out[i] = ""
		}
	}
	return out
}

// parseSpans reads "2,4-17" as first and last rows, in order.
func parseSpans(text string) ([][2]int, error) {
	var out [][2]int
	for part := range strings.SplitSeq(text, ",") {
		first, last, ranged := strings.Cut(strings.TrimSpace(part), "-")
		if !ranged {
			last = first
		}
		from, err := strconv.Atoi(first)
		to, err2 := strconv.Atoi(last)
		if err != nil || err2 != nil || from < 1 || to < from || len(out) > 0 && from <= out[len(out)-1][1] {
			return nil, fault.New(fault.Invalid, "%q are no rows of a file: write a number, or numbers and ranges in order such as 2,4-17", excerpt(text))
		}
		out = append(out, [2]int{from, to})
	}
	return out, nil
}
