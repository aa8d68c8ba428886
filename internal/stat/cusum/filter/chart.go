// Package filter is "candour stat cusum" and "candour stat cusum-limit": package
// cusum as Unix filters, CSV in and CSV out. It reads columns, calls the charts
// and writes rows; no arithmetic of its own.
package filter

import (
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"candour/internal/fault"
	"candour/internal/stat/csvio"
	"candour/internal/stat/cusum"
)

// Chart is the settings of "candour stat cusum".
type Chart struct {
	Design   cusum.Design
	X        string // column that names the cases; empty: "x" if there is one, else the row number
	Outcome  string // column
	Risk     string // column, or a number for all
	Baseline int    // above 0: the risk is the share of events among the first so many rows of a group
	Group    string // column; each group has a chart of its own, and a first column in the output
	Explain  bool   // a last column with a sentence for each alarm
	Full     bool   // 17 significant digits
}

// Run reads CSV from in and writes a row per case to out.
func (c Chart) Run(in io.Reader, out io.Writer) error {
	table, err := csvio.Read(in)
	if err != nil {
		return err
	}
	y, err := outcomes(table, c.Outcome, c.Design.Kind)
	if err != nil {
		return err
	}
	groups, err := table.Groups(c.Group)
	if err != nil {
		return err
	}
	x, err := c.names(table)
	if err != nil {
		return err
	}
	p, err := c.risks(table, y, groups)
	if err != nil {
		return err
	}
	header := []string{"x", "y", "p", "weight", "score", "signal"}
	if c.Group != "" {
		header = append([]string{"group"}, header...)
	}
	if c.Explain {
		header = append(header, "sentence")
	}
	w := csvio.NewWriter(out, c.Full, header...)
	for _, g := range groups {
		if err := c.group(w, table, g, x, y, p); err != nil {
			return err
		}
	}
	return w.Flush()
}

func (c Chart) group(w *csvio.Writer, table *csvio.Table, g csvio.Group, x []string, y, p []float64) error {
	chart, err := cusum.New(c.Design)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "the chart cannot be drawn")
	}
	row := make([]any, 0, 8)
	for n, i := range g.Rows {
		pt, err := chart.Next(y[i], p[i])
		if err != nil {
			column := c.Outcome
			if errors.Is(err, cusum.ErrRisk) || errors.Is(err, cusum.ErrExpect) {
				column = c.Risk
			}
			return table.Errorf(i, column, "%v", err)
		}
		row = row[:0]
		if c.Group != "" {
			row = append(row, g.Name)
		}
		name := strconv.Itoa(n + 1)
		if x != nil {
			name = x[i]
		}
		row = append(row, name, y[i], p[i], pt.Weight, pt.Score, pt.Signal)
		if c.Explain {
			row = append(row, c.sentence(chart, pt, g, x))
		}
		w.Row(row...)
	}
	return nil
}

func (c Chart) sentence(chart *cusum.Chart, pt cusum.Point, g csvio.Group, x []string) string {
	alarm, ok := chart.LastAlarm()
	if !pt.Signal || !ok {
		return ""
	}
	words := cusum.Wording{First: "case " + strconv.Itoa(alarm.First+1), Last: "case " + strconv.Itoa(alarm.Last+1)}
	if x != nil {
		words.First, words.Last = x[g.Rows[alarm.First]], x[g.Rows[alarm.Last]]
	}
	switch c.Design.Kind {
	case cusum.Poisson:
		words.Events, words.Cases = "events", "periods"
	case cusum.Bernoulli:
		words.Events, words.Cases = "events", "cases"
	}
	return alarm.Sentence(words)
}

// names is the column that names the cases, nil for row numbers.
func (c Chart) names(table *csvio.Table) ([]string, error) {
	if c.X != "" {
		return table.Column(c.X)
	}
	if table.Has("x") {
		return table.Column("x")
	}
	return nil, nil
}

// outcomes reads a column of outcomes; TRUE and FALSE are 1 and 0. A missing
// outcome is an error: a patient left out silently would move every later score.
func outcomes(table *csvio.Table, name string, kind cusum.Kind) ([]float64, error) {
	cells, err := table.Column(name)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(cells))
	for i, cell := range cells {
		switch {
		case kind != cusum.Poisson && strings.EqualFold(cell, "true"):
			out[i] = 1
			continue
		case kind != cusum.Poisson && strings.EqualFold(cell, "false"):
			continue
		}
		v, err := csvio.ParseFloat(cell)
		if err != nil {
			return nil, table.Errorf(i, name, "%v", err)
		}
		if math.IsNaN(v) {
			return nil, table.Errorf(i, name, "the outcome is missing; leave the row out, or give it")
		}
		out[i] = v
	}
	return out, nil
}

// risks reads the column, or the number, or the baseline.
func (c Chart) risks(table *csvio.Table, y []float64, groups []csvio.Group) ([]float64, error) {
	if c.Baseline > 0 {
		return c.baseline(y, groups)
	}
	if table.Has(c.Risk) {
		return riskColumn(table, c.Risk)
	}
	v, err := strconv.ParseFloat(c.Risk, 64)
	if err != nil {
		_, err := table.Column(c.Risk) // the error that lists the columns
		return nil, err
	}
	out := make([]float64, table.Len())
	for i := range out {
		out[i] = v
	}
	return out, nil
}

func riskColumn(table *csvio.Table, name string) ([]float64, error) {
	out, missing, err := table.Floats(name)
	if err != nil {
		return nil, err
	}
	for i := range out {
		if missing[i] {
			return nil, table.Errorf(i, name, "the risk is missing; leave the row out, or give it")
		}
	}
	return out, nil
}

func (c Chart) baseline(y []float64, groups []csvio.Group) ([]float64, error) {
	out := make([]float64, len(y))
	for _, g := range groups {
		if len(g.Rows) < c.Baseline {
			return nil, fault.New(fault.Invalid, "the baseline is %d cases, but there are only %d", c.Baseline, len(g.Rows))
		}
		events := 0.0
		for _, i := range g.Rows[:c.Baseline] {
			events += y[i]
		}
		for _, i := range g.Rows {
			out[i] = events / float64(c.Baseline)
		}
	}
	return out, nil
}
