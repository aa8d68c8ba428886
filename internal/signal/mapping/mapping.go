// Package mapping turns the rows of a CSV file or workbook (incident exports,
// complaint logs) into signals by a saved Mapping: which column is which field,
// which date forms it uses, which words stand for which codes.
//
// It takes rows already split into cells. Every row gives a signal or the exact
// errors: row, column, what was found, what was expected, what to do. A column
// without a place is listed, never dropped in silence.
package mapping

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"candour/internal/fault"
	"candour/internal/signal"
)

// Mapping is a saved column mapping: data that a person made once for a file that
// comes every month.
type Mapping struct {
	ID       string            `json:"id" yaml:"id"`
	Name     string            `json:"name" yaml:"name"`
	Version  int               `json:"version" yaml:"version"`
	Kind     signal.Kind       `json:"kind" yaml:"kind"`
	Columns  []Column          `json:"columns" yaml:"columns"`
	Defaults map[string]string `json:"defaults,omitempty" yaml:"defaults"` // field → value, where the file has no column or an empty cell
	Dates    []DateForm        `json:"dates" yaml:"dates"`                 // tried in order; ambiguous forms are a choice made here, once
}

// Column maps one column.
type Column struct {
	Header   string            `json:"header" yaml:"header"` // compared without case and outer spaces
	Field    string            `json:"field" yaml:"field"`   // one of Fields; empty: knowingly ignored
	Required bool              `json:"required,omitempty" yaml:"required"`
	Values   map[string]string `json:"values,omitempty" yaml:"values"` // word in the file → code; words that aren't listed stay
	Split    string            `json:"split,omitempty" yaml:"split"`   // separator of several values in a cell
	Secret   bool              `json:"secret,omitempty" yaml:"secret"` // holds identity: left out and listed
	// Seal is whose identity the column holds, one of Purposes: its cells are sealed
	// with the signal, and opened by named readers only.
	Seal string `json:"seal,omitempty" yaml:"seal"`
}

// Purposes is whose identity a sealed column may hold.
var Purposes = []string{"patient", "complainant", "representative", "person"}

// DateForm is a form of dates in words that people know.
type DateForm string

// The forms.
const (
	ISODate    DateForm = "yyyy-mm-dd"
	BritishDay DateForm = "dd/mm/yyyy"
	BritishTwo DateForm = "dd/mm/yy"
	DottedDay  DateForm = "dd.mm.yyyy"
	NamedMonth DateForm = "dd-mmm-yyyy"
	ExcelDay   DateForm = "excel" // serial number of a workbook, 1900 system
)

var layouts = map[DateForm][]string{
	ISODate: {"2006-01-02", "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02 15:04:05"}, BritishDay: {"2/1/2006", "2/1/2006 15:04", "2/1/2006 15:04:05"},
	BritishTwo: {"2/1/06", "2/1/06 15:04"}, DottedDay: {"2.1.2006", "2.1.2006 15:04"}, NamedMonth: {"2-Jan-2006", "2 Jan 2006", "2-Jan-06", "2 January 2006"},
}

// MaxRows bounds one file.
const MaxRows = 500_000

// Row is what became of one row.
type Row struct {
	Number int // of the file, the header being HeaderRow
	Signal signal.Signal
	Errors signal.FieldErrors // empty: the signal is ready to be validated
	Sealed map[string]string  // purpose → "header: value" lines, of the columns that are sealed
	// Then is how far a complaint had got, as its log says; nil where the mapping has
	// no column that could say so, empty where its cells don't.
	Then    []signal.Change
	Skipped bool // every cell was empty
}

// Result is what became of a file.
type Result struct {
	Rows    []Row
	Ignored []string // headers without a column of the mapping: new or renamed in the file
	Secret  []string // headers that hold identity and were left out
	Sealed  []string // headers that hold identity and were sealed
}

// Options say what the file itself doesn't.
type Options struct {
	Received  time.Time // of the file; a column may say another day for each row
	Recorded  time.Time
	Delivery  string
	HeaderRow int // number of the header's row in the file, from 1
}

// Check gives what is wrong with a mapping before any file is read by it.
func (m *Mapping) Check() error {
	if m.ID == "" || m.Version < 1 || !m.Kind.Known() || len(m.Columns) == 0 {
		return fault.New(fault.Invalid, "the mapping needs an id, a version from 1, a known kind of signal and columns")
	}
	if !fieldsOf(m.Kind).any() {
		return fault.New(fault.Invalid, "a %s can't be imported by columns: send each as JSON on a line of its own (docs/api.md has its fields), by its form or by the API. Columns hold %s",
			strings.ToLower(m.Kind.Words()), strings.Join(kindNames(), ", "))
	}
	var headers, fields []string
	for _, c := range m.Columns {
		header := normal(c.Header)
		_, known := setters[c.Field]
		switch {
		case header == "" || slices.Contains(headers, header):
			return fault.New(fault.Invalid, "the mapping has the column %q twice or without a name", c.Header)
		case c.Field != "" && (!known || !fieldsOf(m.Kind).has(c.Field)):
			return fault.New(fault.Invalid, "a %s has no field %q that a column can fill; it has %s", strings.ToLower(m.Kind.Words()), c.Field, strings.Join(FieldsFor(m.Kind), ", "))
		case c.Field != "" && !listFields[c.Field] && slices.Contains(fields, c.Field):
			return fault.New(fault.Invalid, "two columns fill the field %q", c.Field)
		case wordsTwice(c.Values):
			return fault.New(fault.Invalid, "the column %q translates one word twice; letter case doesn't tell words apart", c.Header)
		case c.Seal != "" && !slices.Contains(Purposes, c.Seal):
			return fault.New(fault.Invalid, "the column %q is sealed as %q, expected %s", c.Header, c.Seal, strings.Join(Purposes, ", "))
		case c.Secret && c.Seal != "":
			return fault.New(fault.Invalid, "the column %q is left out and sealed; say which", c.Header)
		case (c.Secret || c.Seal != "") && c.Field != "":
			return fault.New(fault.Invalid, "the column %q holds identity and can't fill a field", c.Header)
		}
		headers, fields = append(headers, header), append(fields, c.Field)
	}
	for field := range m.Defaults {
		if _, known := setters[field]; !known || !fieldsOf(m.Kind).has(field) {
			return fault.New(fault.Invalid, "the default for %q has no such field; a %s has %s", field, strings.ToLower(m.Kind.Words()), strings.Join(FieldsFor(m.Kind), ", "))
		}
	}
	for _, d := range m.Dates {
		if _, known := layouts[d]; !known && d != ExcelDay {
			return fault.New(fault.Invalid, "unknown form of dates %q, expected yyyy-mm-dd, dd/mm/yyyy, dd/mm/yy, dd.mm.yyyy, dd-mmm-yyyy or excel", d)
		}
	}
	return nil
}

// Rows reads the rows below header. The error is of the file as a whole: a column
// that the mapping requires is missing, or named twice.
func (m *Mapping) Rows(header []string, rows [][]string, options Options) (Result, error) {
	if err := m.Check(); err != nil {
		return Result{}, err
	}
	if len(rows) > MaxRows {
		return Result{}, fault.New(fault.TooLarge, "a file of %d rows, expected at most %d", len(rows), MaxRows)
	}
	at, result, err := m.place(header)
	if err != nil {
		return Result{}, err
	}
	for i, cells := range rows {
		result.Rows = append(result.Rows, m.row(options.HeaderRow+1+i, cells, at, len(header), options))
	}
	return result, nil
}

// place finds the place of each column of the mapping in the header, −1 without one.
func (m *Mapping) place(header []string) ([]int, Result, error) {
	var result Result
	at := make([]int, len(m.Columns))
	for i := range at {
		at[i] = -1
	}
	for place, h := range header {
		i := slices.IndexFunc(m.Columns, func(c Column) bool { return normal(c.Header) == normal(h) })
		switch {
		case i < 0 && strings.TrimSpace(h) != "":
			result.Ignored = append(result.Ignored, strings.TrimSpace(h))
		case i < 0:
		case at[i] >= 0:
			return nil, result, fault.New(fault.Invalid, "the column %q stands twice in the file, in places %d and %d", h, at[i]+1, place+1)
		default:
			at[i] = place
			if m.Columns[i].Secret {
				result.Secret = append(result.Secret, strings.TrimSpace(h))
			}
			if m.Columns[i].Seal != "" {
				result.Sealed = append(result.Sealed, strings.TrimSpace(h))
			}
		}
	}
	var missing []string
	for i, c := range m.Columns {
		if c.Required && at[i] < 0 {
			missing = append(missing, c.Header)
		}
	}
	if len(missing) > 0 {
		return nil, result, fault.New(fault.Invalid, "the file lacks the columns %s; it has %s", strings.Join(missing, ", "), strings.Join(header, ", "))
	}
	return at, result, nil
}

// row reads one row.
func (m *Mapping) row(number int, cells []string, at []int, width int, options Options) Row {
	row := Row{Number: number, Skipped: true}
	for _, cell := range cells {
		row.Skipped = row.Skipped && strings.TrimSpace(cell) == ""
	}
	if row.Skipped {
		return row
	}
	f := &filling{mapping: m, row: &row}
	f.start(options)
	for i := width; i < len(cells); i++ {
		if strings.TrimSpace(cells[i]) != "" {
			f.fail(fmt.Sprintf("cell %d", i+1), cells[i], fmt.Sprintf("at most %d cells, as in the header", width), "Look for a separator inside a text that isn't in quotation marks.")
		}
	}
	filled := map[string]bool{}
	for i, c := range m.Columns {
		value := ""
		if at[i] >= 0 && at[i] < len(cells) {
			value = strings.TrimSpace(cells[at[i]])
		}
		switch {
		case c.Seal != "" && value != "":
			if row.Sealed == nil {
				row.Sealed = map[string]string{}
			}
			row.Sealed[c.Seal] += c.Header + ": " + value + "\n"
		case c.Field == "" || c.Secret:
			continue
		case value == "" && c.Required && m.Defaults[c.Field] == "":
			f.fail(fmt.Sprintf("%s (%s)", c.Header, c.Field), "", "a value", "Fill in the cell, or give the mapping a default.")
		case value != "":
			filled[c.Field] = true
			f.column(c, value)
		}
	}
	for _, field := range sortedKeys(m.Defaults) {
		if !filled[field] {
			f.column(Column{Header: "default", Field: field}, m.Defaults[field])
		}
	}
	f.finish()
	return row
}

// column sets the field of one column, several values one by one.
func (f *filling) column(c Column, value string) {
	values := []string{value}
	if c.Split != "" {
		values = strings.Split(value, c.Split)
	}
	for _, v := range values {
		v = strings.TrimSpace(v)
		if v == "" {
			continue
		}
		for word, code := range c.Values {
			if strings.EqualFold(word, v) {
				v = code
				break
			}
		}
		if expected, advice := setters[c.Field](f, v); expected != "" {
			f.fail(fmt.Sprintf("%s (%s)", c.Header, c.Field), v, expected, advice)
		}
	}
}

func wordsTwice(values map[string]string) bool {
	var words []string
	for word := range values {
		if slices.Contains(words, strings.ToLower(word)) {
			return true
		}
		words = append(words, strings.ToLower(word))
	}
	return false
}

func normal(header string) string {
	return strings.ToLower(strings.Join(strings.Fields(strings.TrimPrefix(header, "\ufeff")), " "))
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Fits reports whether a file with this header is one that m was saved for, and how
// many of its columns m knows: each column that m requires is there, and at least
// half of those that it maps.
func (m *Mapping) Fits(header []string) (known int, ok bool) {
	have := map[string]bool{}
	for _, h := range header {
		have[normal(h)] = true
	}
	mapped := 0
	for _, c := range m.Columns {
		if have[normal(c.Header)] {
			known++
		} else if c.Required {
			return 0, false
		}
		mapped++
	}
	return known, 2*known >= mapped && known > 0
}

// Recognise is the mapping that knows most columns of a header, nil when none fits or
// two fit alike: a person then says which.
func Recognise(list []*Mapping, header []string) *Mapping {
	var best *Mapping
	most, alike := 0, false
	for _, m := range list {
		known, ok := m.Fits(header)
		switch {
		case !ok || known < most:
		case known == most:
			alike = true
		default:
			best, most, alike = m, known, false
		}
	}
	if alike {
		return nil
	}
	return best
}
