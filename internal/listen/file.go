package listen

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/intake"
	"candour/internal/signal"
	"candour/internal/signal/mapping"
	"candour/internal/store"
)

// Form is what a file of signals is inside.
type Form string

// The forms.
const (
	FormTable   Form = "table"   // CSV or a workbook, read by a column mapping
	FormMessage Form = "message" // an e-mail, .eml
	FormBundle  Form = "bundle"  // FHIR R4
	FormLines   Form = "lines"   // one signal as JSON a line, as Candour writes them
)

// mailHeader is a line that begins an e-mail.
var mailHeader = regexp.MustCompile(`(?i)^(from|to|received|message-id|mime-version|return-path|delivered-to|date|subject|x-[a-z-]+|dkim-signature|content-type):`)

// FormOf recognises a file of signals by its content. Whether a table is one of
// signals its columns say: a mapping must fit.
func FormOf(text []byte) Form {
	head := bytes.TrimLeft(bytes.TrimPrefix(text[:min(len(text), 4096)], []byte("\ufeff")), " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("{")):
		if first, rest, _ := bytes.Cut(text, []byte("\n")); json.Valid(first) && !bytes.Contains(first, []byte(`"resourceType"`)) && (len(bytes.TrimSpace(rest)) == 0 || bytes.HasPrefix(bytes.TrimSpace(rest), []byte("{"))) {
			return FormLines
		}
		return FormBundle
	case mailHeader.Match(head) && bytes.Contains(bytes.ToLower(head), []byte("from:")):
		return FormMessage
	}
	return FormTable
}

// File reads one file of signals, recognised by its content. A table is read by m, or
// by the one of the saved mappings that fits its header.
func (d *Desk) File(text []byte, m *mapping.Mapping, o LoadOptions, readers []access.AccountID) (Loaded, error) {
	sum := sha256.Sum256(text)
	o.SHA256, o.Readers = hex.EncodeToString(sum[:]), readers
	switch FormOf(text) {
	case FormMessage:
		return d.Message(text, o, func(purpose, text string) store.SealedText {
			return store.SealedText{Purpose: purpose, Text: text, Readers: readers}
		})
	case FormBundle:
		return d.Bundle(text, o)
	case FormLines:
		return d.lines(text, o)
	}
	return d.table(text, m, o)
}

func (d *Desk) table(text []byte, m *mapping.Mapping, o LoadOptions) (Loaded, error) {
	t, err := ReadTable(text, o.Name)
	if err != nil {
		return Loaded{}, err
	}
	if m == nil {
		m = mapping.Recognise(o.Saved, t.Header)
	}
	if m == nil {
		return Loaded{}, fault.Wrap(fault.Conflict, errNoMapping, "a table is read by a column mapping")
	}
	o.HeaderRow = t.HeaderRow
	l, err := d.Rows(m, t.Header, t.Rows, o)
	for _, bad := range t.Bad {
		l.Refusals = append(l.Refusals, Refusal{Row: bad.Number, Field: signal.FieldError{Field: "row", Found: bad.Found, Expected: bad.Expected, Advice: bad.Advice}})
	}
	return l, err
}

// errNoMapping is why a table waits for a person.
var errNoMapping = errors.New("no saved mapping fits the columns of this file, or two fit alike; save one (docs/formats/signals-import.md), or name it")

// Table is a file of columns: its header, and the rows below.
type Table struct {
	Header    []string
	Rows      [][]string
	HeaderRow int // number of the header's row in the file, from 1
	Bad       []intake.BadRow
}

// headLooked is among how many rows the header is looked for.
const headLooked = 40

// ReadTable reads CSV, or a workbook of one visible sheet with rows, as deliveries of
// figures are read: semicolons, tabs and Windows-1252 too. Exports often have a title
// above their header: it is the first row that fills at least half as many cells as
// the fullest of the first forty.
func ReadTable(text []byte, name string) (t Table, err error) {
	g, err := intake.ReadGrid(path.Base(name), text, intake.DefaultLimits)
	if err != nil {
		return t, err
	}
	most := 0
	head := g.Rows[:min(len(g.Rows), headLooked)]
	for _, cells := range head {
		most = max(most, filled(cells))
	}
	at := max(0, slices.IndexFunc(head, func(cells []string) bool { return 2*filled(cells) >= most }))
	return Table{Header: g.Rows[at], Rows: g.Rows[at+1:], HeaderRow: g.First + at, Bad: g.Bad}, nil
}

// filled is how many cells of a row hold something.
func filled(cells []string) (n int) {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

// longestLine bounds one signal as JSON.
const longestLine = 4 << 20

func (d *Desk) lines(text []byte, o LoadOptions) (l Loaded, err error) {
	scan := bufio.NewScanner(bytes.NewReader(text))
	scan.Buffer(nil, longestLine)
	var read []signal.Signal
	for n := 1; scan.Scan(); n++ {
		if len(bytes.TrimSpace(scan.Bytes())) == 0 {
			continue
		}
		var s signal.Signal
		if err := json.Unmarshal(scan.Bytes(), &s); err != nil {
			l.Refusals = append(l.Refusals, Refusal{Row: n, Field: signal.FieldError{Field: "line", Expected: "a signal as JSON", Advice: "Correct the line; nothing of it was taken."}})
			continue
		}
		s.ID, s.Triage, s.Sealed, s.Delivery, s.Row = "", signal.Triage{}, nil, o.SHA256, n
		read = append(read, s)
	}
	for _, s := range latest(&l, read, func(s *signal.Signal) *signal.Signal { return s }) {
		theirs, origin := s.Reference, s.Registered()
		switch {
		case origin != "": // by whichever way it comes
		case theirs != "":
			origin = "lines/" + theirs
		default:
			origin = fmt.Sprintf("lines/%s/%d", o.SHA256, s.Row)
		}
		l.take(d, s.Row, s, nil, Item{Origin: origin, Theirs: theirs, Revises: true}, o)
	}
	return l, fault.Wrap(fault.Invalid, scan.Err(), "read the lines")
}
