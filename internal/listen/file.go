package listen

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/signal"
	"candour/internal/signal/mapping"
	"candour/internal/store"
)

// File reads one file of signals by its suffix: .csv by the mapping, .eml, .json
// (a FHIR bundle) or .jsonl (one signal a line, as Candour writes them).
func (d *Desk) File(text []byte, m *mapping.Mapping, o LoadOptions, readers []access.AccountID) (Loaded, error) {
	sum := sha256.Sum256(text)
	o.SHA256, o.Readers = hex.EncodeToString(sum[:]), readers
	switch strings.ToLower(path.Ext(o.Name)) {
	case ".csv":
		return d.table(text, m, o)
	case ".eml":
		return d.Message(text, o, func(purpose, text string) store.SealedText {
			return store.SealedText{Purpose: purpose, Text: text, Readers: readers}
		})
	case ".json":
		return d.Bundle(text, o)
	case ".jsonl":
		return d.lines(text, o)
	}
	return Loaded{}, fault.New(fault.Invalid, "the file is none of .csv, .eml, .json (FHIR) or .jsonl; save a workbook as CSV")
}

func (d *Desk) table(text []byte, m *mapping.Mapping, o LoadOptions) (Loaded, error) {
	if m == nil {
		return Loaded{}, fault.New(fault.Invalid, "a CSV file is read by a mapping; name it with --mapping")
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	r.FieldsPerRecord = -1 // a short or long row is told by the mapping, and stops no other
	rows, err := r.ReadAll()
	if err != nil {
		return Loaded{}, fault.Wrap(fault.Invalid, err, "read it as CSV")
	}
	if len(rows) == 0 {
		return Loaded{}, fault.New(fault.Invalid, "the file is empty")
	}
	return d.Rows(m, rows[0], rows[1:], o)
}

// longestLine bounds one signal as JSON.
const longestLine = 4 << 20

func (d *Desk) lines(text []byte, o LoadOptions) (l Loaded, err error) {
	scan := bufio.NewScanner(bytes.NewReader(text))
	scan.Buffer(nil, longestLine)
	for n := 1; scan.Scan(); n++ {
		if len(bytes.TrimSpace(scan.Bytes())) == 0 {
			continue
		}
		var s signal.Signal
		if err := json.Unmarshal(scan.Bytes(), &s); err != nil {
			l.Refusals = append(l.Refusals, Refusal{Row: n, Field: signal.FieldError{Field: "line", Expected: "a signal as JSON", Advice: "Correct the line; nothing of it was taken."}})
			continue
		}
		theirs := s.Reference
		s.ID, s.Triage, s.Sealed, s.Delivery, s.Row = "", signal.Triage{}, nil, o.SHA256, n
		origin := "lines/" + theirs
		if theirs == "" {
			origin = fmt.Sprintf("lines/%s/%d", o.SHA256, n)
		}
		l.take(d, n, s, nil, Item{Origin: origin, Theirs: theirs}, o)
	}
	return l, fault.Wrap(fault.Invalid, scan.Err(), "read the lines")
}

// batch is how many signals of a file are committed together.
const batch = 1000

// Take records what a file yielded, in groups, and gives how many were new.
func (d *Desk) Take(ctx context.Context, sc access.Scope, l Loaded) (taken, known int, err error) {
	for items := l.Items; len(items) > 0; {
		n := min(batch, len(items))
		receipts, err := d.Receive(ctx, sc, items[:n]...)
		if err != nil {
			return taken, known, err
		}
		for _, r := range receipts {
			if r.Known {
				known++
			} else {
				taken++
			}
		}
		items = items[n:]
	}
	return taken, known, nil
}
