package intake

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
)

// odsBook is an OpenDocument spreadsheet. Its one content.xml is streamed anew
// for each sheet. A cell is its stored value where it has one
// (office:value="5.4374…", not the "5.4" that is shown), else its text.
type odsBook struct {
	content *zip.File
	limits  Limits
}

const (
	odsTable  = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
	odsText   = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
	odsOffice = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
)

func openODS(f File, limits Limits) (book, error) {
	z, err := openZip(f, limits)
	if err != nil {
		return nil, err
	}
	b := &odsBook{limits: limits}
	for _, m := range z.File {
		if m.Name == "content.xml" {
			b.content = m
		}
	}
	if b.content == nil {
		return nil, refuse(CodeCorrupt, "a spreadsheet without content", "a whole ODS file", "open it in a spreadsheet program and save it again")
	}
	return b, nil
}

func odsBroken(err error) error {
	switch {
	case errors.As(err, new(*refused)):
		return err
	case errors.Is(err, errBudget):
		return refuse(CodeLine, "a row of more bytes than a spreadsheet may have in one", "rows of at most 8 MiB", "save the sheet that holds the data as CSV")
	}
	return refuse(CodeCorrupt, "a spreadsheet whose inside is inconsistent", "a whole ODS file", "open it in a spreadsheet program and save it again, or save the sheet as CSV")
}

// odsStream is the tokens of a spreadsheet's content. A token may have as many
// bytes as a row may (see budget).
type odsStream struct {
	decoder *xml.Decoder
	source  *budget
	longest int64
}

func (d *odsStream) token() (xml.Token, error) {
	d.source.left = d.longest
	return d.decoder.Token()
}

// skip passes the rest of the element that began.
func (d *odsStream) skip() error {
	for depth := 1; depth > 0; {
		tok, err := d.token()
		if err != nil {
			return err
		}
		switch tok.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
	return nil
}

// walk calls visit at the start of each table until it says no.
func (b *odsBook) walk(visit func(*odsStream, xml.StartElement) (bool, error)) error {
	r, err := openMember(b.content, b.limits)
	if err != nil {
		return err
	}
	defer r.Close()
	d := &odsStream{source: newBudget(r, 0), longest: rowBudget(b.limits)}
	d.decoder = xml.NewDecoder(d.source)
	for {
		tok, err := d.token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if start, ok := tok.(xml.StartElement); ok && start.Name.Space == odsTable && start.Name.Local == "table" {
			if more, err := visit(d, start); err != nil || !more {
				return err
			}
		}
	}
}

func attribute(e xml.StartElement, space, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local && a.Name.Space == space {
			return a.Value
		}
	}
	return ""
}

func (b *odsBook) Close() error { return nil }

// heads reads the first rows of every sheet in one pass, since reading a later
// sheet means passing all the earlier ones.
func (b *odsBook) heads() (out []head, err error) {
	err = b.walk(func(d *odsStream, start xml.StartElement) (bool, error) {
		h := head{sheet: sheet{name: attribute(start, odsTable, "name"), hidden: attribute(start, odsTable, "display") == "false"}}
		over, err := b.table(d, func(r row, _ error) bool {
			h.rows = append(h.rows, r)
			return len(h.rows) < b.limits.HeaderRow
		})
		out = append(out, h)
		if err == nil && !over {
			err = d.skip()
		}
		return true, err
	})
	if err != nil {
		return nil, odsBroken(err)
	}
	return out, nil
}

func (b *odsBook) rows(name string) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		err := b.walk(func(d *odsStream, start xml.StartElement) (bool, error) {
			if attribute(start, odsTable, "name") != name {
				return true, d.skip()
			}
			_, err := b.table(d, yield)
			return false, err
		})
		if err != nil {
			yield(row{}, odsBroken(err))
		}
	}
}

// table streams the rows of one table. Rows and cells may be repeated by a
// number; repeated empty ones at the end, which fill the sheet, are dropped. over
// is false when yield wanted no more, and the decoder stands within the table.
func (b *odsBook) table(d *odsStream, yield func(row, error) bool) (over bool, err error) {
	number := 0
	for {
		tok, err := d.token()
		if err != nil {
			return false, err
		}
		switch e := tok.(type) {
		case xml.EndElement:
			if e.Name.Local == "table" && e.Name.Space == odsTable {
				return true, nil
			}
		case xml.StartElement:
			if e.Name.Local != "table-row" || e.Name.Space != odsTable {
				continue // header rows and groups wrap rows; go inside
			}
			repeat := repeated(e, "number-rows-repeated")
			cells, err := b.cells(d)
			if err != nil {
				return false, err
			}
			if len(cells) == 0 {
				number += repeat
				continue
			}
			for range repeat {
				number++
				if !yield(row{number: number, cells: cells}, nil) {
					return false, nil
				}
			}
		}
	}
}

func repeated(e xml.StartElement, name string) int {
	n, err := strconv.Atoi(attribute(e, odsTable, name))
	if err != nil || n < 1 || n > 1<<20 {
		return 1
	}
	return n
}

// cells reads the cells of one row without the empty ones at its end.
func (b *odsBook) cells(d *odsStream) ([]string, error) {
	var out []string
	empty, size := 0, int64(0)
	for {
		tok, err := d.token()
		if err != nil {
			return nil, err
		}
		switch e := tok.(type) {
		case xml.EndElement:
			if e.Name.Local == "table-row" {
				return out, nil
			}
		case xml.StartElement:
			repeat := repeated(e, "number-columns-repeated")
			value, err := odsCell(d, e)
			if err != nil {
				return nil, err
			}
			if value == "" {
				empty += repeat
				continue
			}
			if size += int64(len(value)); size > d.longest {
				return nil, errBudget
			}
			if len(out)+empty+repeat > b.limits.Columns {
				return nil, refuse(CodeLine, "too many cells in one row", fmt.Sprintf("at most %d", b.limits.Columns), "remove the empty columns and save the file again")
			}
			for range empty {
				out = append(out, "")
			}
			empty = 0
			for range repeat {
				out = append(out, value)
			}
		}
	}
}

// odsCell is one cell's value; paragraphs are joined by spaces, notes left out.
func odsCell(d *odsStream, start xml.StartElement) (string, error) {
	value := attribute(start, odsOffice, "value")
	if value == "" {
		value = attribute(start, odsOffice, "date-value")
	}
	var text []byte
	depth, notes := 1, 0
	for depth > 0 {
		tok, err := d.token()
		if err != nil {
			return "", err
		}
		switch e := tok.(type) {
		case xml.StartElement:
			depth++
			if e.Name.Local == "annotation" {
				notes++
			}
			if e.Name.Local == "p" && e.Name.Space == odsText && len(text) > 0 && notes == 0 {
				text = append(text, ' ')
			}
			if e.Name.Local == "s" && e.Name.Space == odsText && notes == 0 {
				text = append(text, ' ')
			}
		case xml.EndElement:
			depth--
			if e.Name.Local == "annotation" {
				notes--
			}
		case xml.CharData:
			if notes == 0 && len(text) < 1<<20 {
				text = append(text, e...)
			}
		}
	}
	if value != "" {
		return value, nil
	}
	return string(text), nil
}
