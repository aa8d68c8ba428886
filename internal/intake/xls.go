package intake

import (
	"errors"
	"fmt"
	"iter"

	"candour/internal/intake/biff"
)

// workbookLimit is the largest old workbook that is opened: unlike other files it
// is held in memory while it is read.
const workbookLimit = 128 << 20

// xlsBook is an old Excel workbook, read whole: the format holds at most 65,536
// rows a sheet.
type xlsBook struct {
	list  []biff.Sheet
	first int // rows in a head
}

// sniffOLE tells an old workbook from an encrypted new one and from other
// compound files (Word, Outlook, installers).
func sniffOLE(f File) (container, error) {
	_, err := biff.Read(f.Body, f.Size, workbookLimit)
	if err != nil {
		return "", xlsRefusal(err)
	}
	return xlsFile, nil
}

func openXLS(f File, limits Limits) (book, error) {
	list, err := biff.Read(f.Body, f.Size, min(workbookLimit, limits.Unzipped))
	if err != nil {
		return nil, xlsRefusal(err)
	}
	return &xlsBook{list, limits.HeaderRow}, nil
}

// xlsRefusal says in words why a compound file can't be read.
func xlsRefusal(err error) error {
	const save = "open it in a spreadsheet program and save it as an Excel workbook (.xlsx) or as CSV"
	switch {
	case errors.Is(err, biff.ErrEncrypted):
		return refuse(CodeEncrypted, "an encrypted workbook", "a workbook without a password", "open it with its password and save it without one")
	case errors.Is(err, biff.ErrMacros):
		return refuse(CodeMacros, "a workbook with macros", "a workbook without macros", "open it where macros are off and save it as an Excel workbook (.xlsx) or as CSV")
	case errors.Is(err, biff.ErrOld):
		return refuse(CodeUnreadable, "a workbook older than Excel 97", "XLS of 1997 or later, XLSX, ODS or CSV", save)
	case errors.Is(err, biff.ErrForeign):
		return refuse(CodeUnknown, "an Office file that is not a workbook", "CSV, XLSX, XLS, ODS or ZIP", "find the table that the document quotes, or save it as CSV")
	case errors.Is(err, biff.ErrTooLarge):
		return refuse(CodeTooLarge, "a workbook with too many cells", fmt.Sprintf("at most %d bytes", workbookLimit), save)
	}
	return refuse(CodeCorrupt, "an old workbook whose inside is inconsistent", "a whole workbook", save)
}

func (b *xlsBook) Close() error { return nil }

func (b *xlsBook) heads() ([]head, error) {
	var out []sheet
	for _, s := range b.list {
		out = append(out, sheet{s.Name, s.Hidden})
	}
	return headsOf(b, out, b.first)
}

func (b *xlsBook) rows(name string) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		for _, s := range b.list {
			if s.Name != name {
				continue
			}
			for i, cells := range s.Rows {
				if !yield(row{number: i + 1, cells: cells}, nil) {
					return
				}
			}
			return
		}
	}
}
