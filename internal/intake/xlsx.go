package intake

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"path"
	"strings"
)

// xlsxBook is an Excel workbook (ECMA-376, SpreadsheetML): an archive with a list of
// sheets, one part for each sheet, and one for the texts that cells share. Sheets
// are streamed; only the shared texts are held in memory, and bounded (see
// sharedTexts). Cells are raw stored values, never as a number format shows them,
// so that 0.7325 is not 73%.
type xlsxBook struct {
	sheets []xlsxSheet
	texts  []string // shared by cells, by number
	limits Limits
}

type xlsxSheet struct {
	sheet
	part *zip.File
}

const (
	workbookPart = "xl/workbook.xml"
	// partLimit bounds the parts that only list things.
	partLimit = 8 << 20
	// textsLimit bounds the bytes of all shared texts together, which are held in
	// memory. Publishers' largest data sheet has 0.3 MiB of them.
	textsLimit = 64 << 20
)

const xlsxAdvice = "open it in a spreadsheet program and save it again, or save the sheet as CSV"

func openXLSX(f File, limits Limits) (book, error) {
	z, err := openZip(f, limits)
	if err != nil {
		return nil, err
	}
	parts := map[string]*zip.File{}
	for _, m := range z.File {
		parts[strings.ToLower(strings.ReplaceAll(m.Name, `\`, "/"))] = m
	}
	b := &xlsxBook{limits: limits}
	if err := b.open(parts); err != nil {
		return nil, xlsxBroken(err, "a workbook that cannot be opened")
	}
	return b, nil
}

// open reads the list of sheets and the shared texts.
func (b *xlsxBook) open(parts map[string]*zip.File) error {
	targets, texts, err := relations(parts["xl/_rels/workbook.xml.rels"], b.limits)
	if err != nil {
		return err
	}
	err = elements(parts[workbookPart], partLimit, b.limits, func(e xml.StartElement) error {
		if e.Name.Local != "sheet" {
			return nil
		}
		if part := parts[targets[named(e, "id")]]; part != nil {
			state := named(e, "state")
			b.sheets = append(b.sheets, xlsxSheet{sheet{named(e, "name"), state == "hidden" || state == "veryHidden"}, part})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(b.sheets) == 0 {
		return errors.New("no sheet")
	}
	if part := parts[texts]; part != nil {
		b.texts, err = sharedTexts(part, b.limits)
	}
	return err
}

// relations gives the worksheet parts by the identity that the list of sheets
// calls them by, and the part of the shared texts. Chart sheets hold no table.
func relations(part *zip.File, limits Limits) (sheets map[string]string, texts string, err error) {
	sheets = map[string]string{}
	err = elements(part, partLimit, limits, func(e xml.StartElement) error {
		if e.Name.Local != "Relationship" {
			return nil
		}
		target := strings.ReplaceAll(named(e, "Target"), `\`, "/")
		if strings.HasPrefix(target, "/") {
			target = strings.TrimPrefix(target, "/")
		} else {
			target = path.Join("xl", target)
		}
		switch path.Base(named(e, "Type")) {
		case "worksheet":
			sheets[named(e, "Id")] = strings.ToLower(target)
		case "sharedStrings":
			texts = strings.ToLower(target)
		}
		return nil
	})
	return sheets, texts, err
}

// elements visits the elements of a part of at most limit bytes.
func elements(part *zip.File, limit int64, limits Limits, visit func(xml.StartElement) error) error {
	if part == nil {
		return errors.New("a part is missing")
	}
	r, err := openMember(part, limits)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // it was only read
	d := xml.NewDecoder(newBudget(r, limit))
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if e, ok := tok.(xml.StartElement); ok {
			if err := visit(e); err != nil {
				return err
			}
		}
	}
}

// named is an attribute by its name, whatever its name space: workbooks use two
// families of them for the same words.
func named(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local && a.Name.Space != "xmlns" {
			return a.Value
		}
	}
	return ""
}

// xlsxBroken is err as a refusal; what says what was found.
func xlsxBroken(err error, what string) error {
	switch {
	case errors.As(err, new(*refused)):
		return err
	case errors.Is(err, errBudget):
		return refuse(CodeLine, "a row or a list of more bytes than a workbook may have in one", "rows of at most 8 MiB, and at most 64 MiB of different texts", "save the sheet that holds the data as CSV")
	}
	return refuse(CodeCorrupt, what, "a whole Excel workbook", xlsxAdvice)
}

func (b *xlsxBook) Close() error { return nil }

func (b *xlsxBook) heads() ([]head, error) {
	var out []sheet
	for _, s := range b.sheets {
		out = append(out, s.sheet)
	}
	return headsOf(b, out, b.limits.HeaderRow)
}

func (b *xlsxBook) rows(name string) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		for _, s := range b.sheets {
			if s.name != name {
				continue
			}
			if err := b.stream(s.part, yield); err != nil {
				yield(row{}, xlsxBroken(err, "a sheet that breaks off"))
			}
			return
		}
	}
}
