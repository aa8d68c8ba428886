package bench

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"candour/internal/concern"
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
