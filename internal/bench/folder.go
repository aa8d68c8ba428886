package bench

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"candour/internal/concern"
	"candour/internal/fault"
)

// The files of an economy's folder. docs/methods/benchmark.md describes each
// column.
const (
	fileEconomy      = "economy.csv"
	fileProviders    = "providers.csv"
	fileStreams      = "streams.csv"
	fileObservations = "observations.csv"
	fileReports      = "reports.csv"
	fileTruth        = "truth.csv"
)

// optional is the columns that a file may leave out.
var optional = map[string][]string{
	fileStreams:      {"domain", "better", "shift", "every", "channel", "severity", "ratio"},
	fileObservations: {"provisional"},
	fileTruth:        {"outcome"},
}

var headers = map[string][]string{
	fileEconomy:      {"key", "value"},
	fileProviders:    {"provider", "size"},
	fileStreams:      {"stream", "name", "kind", "family", "domain", "better", "shift", "every", "channel", "severity", "ratio"},
	fileObservations: {"provider", "stream", "month", "available", "value", "denominator", "provisional"},
	fileReports:      {"provider", "stream", "month", "received", "count"},
	fileTruth:        {"provider", "kind", "onset", "outcome"},
}

// WriteFolder writes an economy as plain CSV files into dir, which it makes.
// The same economy gives the same bytes.
func WriteFolder(dir string, e *Economy) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	files := []struct {
		name  string
		lines func(line func(...string))
	}{
		{fileEconomy, e.writeEconomy},
		{fileProviders, e.writeProviders},
		{fileStreams, e.writeStreams},
		{fileObservations, e.writeObservations},
		{fileReports, e.writeReports},
		{fileTruth, e.writeTruth},
	}
	for _, f := range files {
		if err := writeFile(filepath.Join(dir, f.name), headers[f.name], f.lines); err != nil {
			return fmt.Errorf("write %s: %w", f.name, err)
		}
	}
	return nil
}

func writeFile(path string, header []string, lines func(line func(...string))) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	buf := bufio.NewWriterSize(f, 1<<16)
	w := csv.NewWriter(buf)
	if err := w.Write(header); err != nil {
		return err
	}
	var failed error
	lines(func(cells ...string) {
		if failed == nil {
			failed = w.Write(cells)
		}
	})
	w.Flush()
	return errors.Join(failed, w.Error(), buf.Flush())
}

func itoa(n int) string     { return strconv.Itoa(n) }
func ftoa(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
func btoa(b bool) string    { return map[bool]string{true: "1", false: "0"}[b] }
func mtoa(m int16) string   { return strconv.Itoa(int(m)) }

// skip0 leaves a zero out: an empty cell is a default.
func skip0(x float64) string {
	return map[bool]string{true: "", false: ftoa(x)}[x > -1e-300 && x < 1e-300]
}
func skip0i(n int) string { return map[bool]string{true: "", false: itoa(n)}[n == 0] }

func (e *Economy) writeEconomy(line func(...string)) {
	line("name", e.Name)
	line("months", itoa(e.Months))
	line("startup", itoa(e.Startup))
	line("shock_from", itoa(e.Shock.From))
	line("shock_to", itoa(e.Shock.To))
}

func (e *Economy) writeProviders(line func(...string)) {
	for p, id := range e.Providers {
		line(string(id), ftoa(e.Size[p]))
	}
}

func (e *Economy) writeStreams(line func(...string)) {
	for _, s := range e.Streams {
		if s.Kind == concern.Mix || s.Kind == concern.Gap {
			continue // made from the streams of reports when read
		}
		line(string(s.ID), s.Name, string(s.Kind), string(s.Family), s.Domain, skip0i(s.Better), skip0(s.Shift), skip0i(s.Every),
			string(s.Channel), string(s.Severity), skip0(s.Ratio))
	}
}

func (e *Economy) writeObservations(line func(...string)) {
	for i := range e.Rows {
		r := &e.Rows[i]
		line(string(e.Providers[r.Provider]), string(e.Streams[r.Stream].ID), mtoa(r.Month), mtoa(r.Available),
			ftoa(r.Value), skip0(r.Den), btoa(r.Provisional))
	}
}

func (e *Economy) writeReports(line func(...string)) {
	for i := range e.Received {
		r := &e.Received[i]
		line(string(e.Providers[r.Provider]), string(e.Streams[r.Stream].ID), mtoa(r.Month), mtoa(r.Received), itoa(int(r.Count)))
	}
}

func (e *Economy) writeTruth(line func(...string)) {
	for p, t := range e.Truth {
		if t.Kind != None {
			line(string(e.Providers[p]), string(t.Kind), itoa(t.Onset), itoa(t.Outcome))
		}
	}
}

// Folders lists the economies under dir: dir itself when it holds economy.csv,
// else its sub-folders that do, by name.
func Folders(dir string) ([]string, error) {
	if _, err := os.Stat(filepath.Join(dir, fileEconomy)); err == nil {
		return []string{dir}, nil
	}
	found, err := filepath.Glob(filepath.Join(dir, "*", fileEconomy))
	if err != nil || len(found) == 0 {
		return nil, fault.New(fault.NotFound, "no economy in %s: neither it nor a folder in it holds %s", dir, fileEconomy)
	}
	for i := range found {
		found[i] = filepath.Dir(found[i])
	}
	slices.Sort(found)
	return found, nil
}

// ReadFolder reads an economy from a folder of the documented form. Every fault
// names file and line.
func ReadFolder(dir string) (*Economy, error) {
	e := &Economy{Name: filepath.Base(dir), Startup: 24}
	r := &reader{eco: e, provider: map[string]int{}, stream: map[string]int{}}
	for _, f := range []struct {
		name string
		line func(c []string) error
	}{
		{fileEconomy, r.economy},
		{fileProviders, r.providers},
		{fileStreams, r.streams},
		{fileObservations, r.observations},
		{fileReports, r.reports},
		{fileTruth, r.truth},
	} {
		file, err := os.Open(filepath.Join(dir, f.name))
		if errors.Is(err, os.ErrNotExist) && (f.name == fileReports || f.name == fileObservations) {
			continue // an economy may have only the one or the other
		}
		if err != nil {
			return nil, fault.Wrap(fault.NotFound, err, "open economy")
		}
		err = readLines(file, headers[f.name], optional[f.name], f.line)
		if err = errors.Join(err, file.Close()); err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "%s", filepath.Join(dir, f.name))
		}
		if err := r.after(f.name); err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "%s", filepath.Join(dir, f.name))
		}
	}
	slices.SortStableFunc(e.Rows, func(a, b Row) int { return cmp.Compare(a.Available, b.Available) })
	slices.SortStableFunc(e.Received, func(a, b Receipt) int { return cmp.Compare(a.Received, b.Received) })
	return e, nil
}

// byteOrderMark begins the CSV files of spreadsheet programs.
const byteOrderMark = "\uFEFF"

// readLines reads a CSV file with a header. Columns are found by name; those
// that are not known are passed over, and those that may be missing are then empty.
func readLines(from io.Reader, want, optional []string, line func(c []string) error) error {
	in := csv.NewReader(bufio.NewReaderSize(from, 1<<16))
	in.ReuseRecord = true
	in.FieldsPerRecord = -1
	head, err := in.Read()
	if errors.Is(err, io.EOF) {
		return errors.New("the file is empty: its first line must name the columns")
	}
	if err != nil {
		return fmt.Errorf("read header: %w", err)
	}
	head[0] = strings.TrimPrefix(head[0], byteOrderMark)
	at := make([]int, len(want))
	for i, name := range want {
		at[i] = slices.IndexFunc(head, func(h string) bool { return strings.TrimSpace(h) == name })
		if at[i] < 0 && !slices.Contains(optional, name) {
			return fmt.Errorf("line 1: no column %q among %q, separated by commas", name, strings.Join(head, ","))
		}
	}
	cells := make([]string, len(want))
	for {
		rec, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for i, k := range at {
			cells[i] = ""
			if k >= 0 && k < len(rec) {
				cells[i] = rec[k]
			}
		}
		if err := line(cells); err != nil {
			n, _ := in.FieldPos(0)
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
}
