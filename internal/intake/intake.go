// Package intake receives files as their publishers publish them, recognises
// what each is by its content, and reads it into readings, organisations,
// successions and refusals. Nothing is refused silently: whatever is not taken
// becomes a delivery.Refusal with the sheet, row and column, what was found, what
// was expected and what to do.
//
// # The words
//
// A Source is one publication, described by a file in definitions/sources: who
// publishes it, when, what to do when it is late, and its layouts. A Layout is
// one form in which it comes: how to recognise its header, what its columns
// mean, where its period stands, which rows are totals, which marks mean which
// kind of "no value" (R-IND-3), and which indicators its columns give. A Shape is
// the reader that a layout asks for; there are few, and they are code:
//
//	table        one row per organisation, or per organisation and period, or per
//	             measure: readings come out as rows are read
//	sums         the same, but rows are added up per organisation and period
//	             (week bands, commissioners, treatment functions)
//	months       months run across the header
//	register     rows describe organisations
//	successions  rows say who took over from whom
//
// A new source of a known shape needs a definition and no Go: docs/add-a-source.md.
//
// # The life of a file
//
// Loader.LoadPath looks from a temporary file whether what came holds signals, which
// go to Signals and are archived encrypted only. Other bytes it archives under their
// SHA-256 before anything is taken from them. It asks Sources.Recognise what they are (container, text encoding,
// delimiter, header row, layout, period, published date), streams Parse's items
// into Memory.Accept, which is one transaction, and gives a Report. A file whose
// period cannot be known waits for a person to say it; a file that cannot be
// read stays in quarantine, from which Loader.Release takes it with a corrected
// definition. Reparse gives the same items again for a delivery that is held,
// from the definition kept with it, for rebuilding.
//
// # Limits
//
// Everything but old workbooks (.xls) is read as a stream: memory depends on the
// longest row, for workbooks on their shared texts, and on the number of different
// values that come out, never on the length of the file. Limits
// (see Limits) stop over-large files, zip bombs and endless lines before they
// are held in memory.
package intake

import "candour/internal/delivery"

// Limits bound what one file may cost. The zero value is not useful: take
// DefaultLimits.
type Limits struct {
	File      int64 // bytes of one file as given; a larger one is hashed and refused, and no copy is made
	Unzipped  int64 // bytes of everything inside one archive or workbook
	Ratio     int64 // unzipped bytes per zipped byte, judged above 1 MiB
	Members   int   // files in one archive
	Row       int   // bytes of one row of text
	Columns   int   // cells of one row
	HeaderRow int   // rows looked at when searching for a header
}

// DefaultLimits fit the largest published file by a factor of more than ten.
var DefaultLimits = Limits{
	File:      delivery.LargestKept,
	Unzipped:  4 << 30,
	Ratio:     400,
	Members:   2000,
	Row:       1 << 20,
	Columns:   4096,
	HeaderRow: 40,
}

// Stable codes of refusals. Pages, docs and tests rely on them.
const (
	CodeUnknown      = "source-unknown"
	CodeAmbiguous    = "source-ambiguous"
	CodeEmpty        = "file-empty"
	CodeCorrupt      = "file-corrupt"
	CodeEncrypted    = "file-encrypted"
	CodeMacros       = "file-has-macros"
	CodeTooLarge     = "file-too-large"
	CodeBomb         = "archive-bomb"
	CodeNested       = "archive-nested"
	CodeBinary       = "file-binary"
	CodeEncoding     = "encoding-wrong"
	CodeNUL          = "nul-byte"
	CodeLine         = "line-too-long"
	CodeQuote        = "quote-open"
	CodeHeader       = "header-renamed"
	CodeNumber       = "number-malformed"
	CodeOrganisation = "organisation-malformed"
	CodePeriod       = "period-malformed"
	CodePeriodAsked  = "period-needed"
	CodePeriodSaid   = "period-contradicted"
	CodeMisshapen    = "row-misshapen"
	CodeDate         = "date-malformed"
	CodeRating       = "rating-unknown"
	CodeIndicator    = "indicator-unknown"
	CodeUndefined    = "indicator-undefined"
	CodeForm         = "form-contradicted"
	CodeDuplicate    = "row-repeated"
	CodeUnreadable   = "format-unreadable"
)

// excerpt cuts s to what a refusal may quote: at most 80 bytes, no line breaks.
func excerpt(s string) string {
	out := make([]rune, 0, 80)
	for _, r := range s {
		if r < ' ' {
			r = ' '
		}
		if len(out) == 79 {
			return string(append(out, '…'))
		}
		out = append(out, r)
	}
	return string(out)
}

// refused is an error that carries the refusal of a whole file or sheet.
type refused struct{ delivery.Refusal }

func (r *refused) Error() string {
	return r.Code + ": found " + r.Found + ", expected " + r.Expected
}

func refuse(code, found, expected, advice string) *refused {
	return &refused{delivery.Refusal{Code: code, Found: found, Expected: expected, Advice: advice}}
}
