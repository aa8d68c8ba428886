package intake

import (
	"fmt"
	"iter"

	"github.com/xuri/excelize/v2"
)

// workbookLimit is the largest workbook that is opened: its parts, unlike a
// text file's rows, are held in memory while it is read.
const workbookLimit = 256 << 20

// xlsxBook is an Excel workbook. Cells are raw stored values, never as a
// number format shows them, so that 0.7325 is not 73%.
type xlsxBook struct {
	file   *excelize.File
	limits Limits
}

func openXLSX(f File, limits Limits) (b book, err error) {
	defer recovered(&err)
	if f.Size > workbookLimit {
		return nil, refuse(CodeTooLarge, fmt.Sprintf("a workbook of %d bytes", f.Size), fmt.Sprintf("at most %d bytes", workbookLimit), "save the sheet that holds the data as CSV")
	}
	file, err := excelize.OpenReader(f.reader(), excelize.Options{RawCellValue: true, UnzipSizeLimit: limits.Unzipped, UnzipXMLSizeLimit: min(16<<20, limits.Unzipped)})
	if err != nil {
		return nil, refuse(CodeCorrupt, "a workbook that cannot be opened", "a whole Excel workbook", "open it in a spreadsheet program and save it again, or save the sheet as CSV")
	}
	return &xlsxBook{file, limits}, nil
}

// recovered turns a panic of a workbook library into a refusal: its input is
// foreign and may be crafted.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = refuse(CodeCorrupt, "a workbook whose inside is inconsistent", "a whole workbook", "open it in a spreadsheet program and save it again, or save the sheet as CSV")
	}
}

func (b *xlsxBook) Close() error { return b.file.Close() }

func (b *xlsxBook) heads() ([]head, error) {
	var out []sheet
	for _, name := range b.file.GetSheetList() {
		visible, err := b.file.GetSheetVisible(name)
		out = append(out, sheet{name, err == nil && !visible})
	}
	return headsOf(b, out, b.limits.HeaderRow)
}

func (b *xlsxBook) rows(name string) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		stream, err := b.stream(name)
		if err != nil {
			yield(row{}, err)
			return
		}
		defer stream.Close()
		for n := 1; ; n++ {
			cells, more, err := nextXLSX(stream, b.limits)
			if err != nil {
				yield(row{}, err)
				return
			}
			if !more || !yield(row{number: n, cells: cells}, nil) {
				return
			}
		}
	}
}

func (b *xlsxBook) stream(name string) (stream *excelize.Rows, err error) {
	defer recovered(&err)
	stream, err = b.file.Rows(name)
	if err != nil {
		return nil, refuse(CodeCorrupt, "a sheet that cannot be read", "a whole workbook", "open it in a spreadsheet program and save it again")
	}
	return stream, nil
}

// nextXLSX guards each step, since the library reads lazily.
func nextXLSX(stream *excelize.Rows, limits Limits) (cells []string, more bool, err error) {
	defer recovered(&err)
	if !stream.Next() {
		if stream.Error() != nil {
			return nil, false, refuse(CodeCorrupt, "a sheet that breaks off", "a whole workbook", "download the file again, or save the sheet as CSV")
		}
		return nil, false, nil
	}
	cells, err = stream.Columns(excelize.Options{RawCellValue: true})
	if err != nil {
		return nil, false, refuse(CodeCorrupt, "a row that cannot be read", "a whole workbook", "open it in a spreadsheet program and save it again")
	}
	if len(cells) > limits.Columns {
		return nil, false, refuse(CodeLine, fmt.Sprintf("%d cells in one row", len(cells)), fmt.Sprintf("at most %d", limits.Columns), "remove the empty columns and save the workbook again")
	}
	return cells, true, nil
}
