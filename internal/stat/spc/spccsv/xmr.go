// Package spccsv is the two filters over CSV for statistical process control: XmR
// behind "candour stat spc" and Chart behind "candour stat chart". They read a
// table, judge it with package spc and write a row per row or per signal; they
// calculate nothing themselves. What a reader should know but did not ask for
// (short groups, gaps, a rebase date that no row has) goes to the warnings writer.
package spccsv

import (
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"

	"candour/internal/fault"
	"candour/internal/stat/csvio"
	"candour/internal/stat/spc"
)

// XmROptions say how to read and judge a table by the XmR chart.
type XmROptions struct {
	X, Y, Group  string // columns; an empty Group is one series
	Settings     spc.Settings
	Direction    spc.Direction
	Targets      []string // "value", or "group=value"
	TargetColumn string   // a column with the target of each row, instead of Targets
	Rebases      []string // "x" for all groups, or "group=x"
	Season       int      // periods in a cycle to adjust for; 0 for none
	Summary      bool     // a row per group with its icons, instead of a row per row
	Reasons      bool     // a row per signal with its sentences, instead of a row per row
	Full         bool     // 17 significant digits
}

// xmr is a table in work.
type xmr struct {
	o        *XmROptions
	table    *csvio.Table
	axis     *axis
	y        []float64
	targets  []float64 // per row
	groups   []csvio.Group
	warnings io.Writer
	panel    spc.Panel
	order    []int // row of each value of the panel
	results  spc.Results
}

// XmR reads a table from in, judges each group as a series and writes CSV to out.
func XmR(in io.Reader, out, warnings io.Writer, o XmROptions) error {
	table, err := csvio.ReadKeepingBlank(in)
	if err != nil {
		return err
	}
	w := &xmr{o: &o, table: table, warnings: warnings}
	if err := w.read(); err != nil {
		return err
	}
	if err := w.lay(); err != nil {
		return err
	}
	if err := spc.Judge(&w.panel, o.Settings, runtime.NumCPU(), &w.results); err != nil {
		return fault.Wrap(fault.Invalid, err, "the settings don't work")
	}
	w.warn()
	switch {
	case o.Summary:
		return w.writeSummary(out)
	case o.Reasons:
		return w.writeReasons(out)
	}
	return w.writePoints(out)
}

func (w *xmr) read() (err error) {
	if err := column("y", w.o.Y); err != nil {
		return err
	}
	if w.axis, err = readAxis(w.table, w.o.X); err != nil {
		return err
	}
	if w.y, _, err = w.table.Floats(w.o.Y); err != nil {
		return err
	}
	if w.groups, err = w.table.Groups(w.o.Group); err != nil {
		return err
	}
	if w.table.Len() == 0 {
		w.groups = nil // no rows are no series, not a series of nothing
	}
	return w.readTargets()
}

// readTargets gives each row its target, NaN for none.
func (w *xmr) readTargets() error {
	if w.o.TargetColumn != "" {
		if len(w.o.Targets) > 0 {
			return fault.New(fault.Invalid, "give either --target or --target-column")
		}
		var err error
		w.targets, _, err = w.table.Floats(w.o.TargetColumn)
		return err
	}
	w.targets = make([]float64, w.table.Len())
	written := perGroup(w.o.Targets)
	for _, g := range w.groups {
		target := math.NaN()
		switch own := of(written, g.Name); len(own) {
		case 0:
		case 1:
			v, err := csvio.ParseFloat(own[0])
			if err != nil {
				return fault.Wrap(fault.Invalid, err, "--target")
			}
			target = v
		default:
			return fault.New(fault.Invalid, "--target has %d values for group %q", len(own), g.Name)
		}
		for _, row := range g.Rows {
			w.targets[row] = target
		}
	}
	return nil
}

// lay puts the groups end to end into the panel, each in order of x.
func (w *xmr) lay() error {
	written := perGroup(w.o.Rebases)
	w.panel.Offsets = []int{0}
	for _, g := range w.groups {
		rows := slices.Clone(g.Rows)
		w.axis.sort(rows)
		if err := w.checkAxis(rows); err != nil {
			return err
		}
		values := make([]float64, len(rows))
		for i, row := range rows {
			values[i] = w.y[row]
		}
		if w.o.Season > 0 {
			adjusted, ok := spc.SeasonallyAdjusted(values, w.o.Season)
			if !ok {
				return fault.New(fault.Invalid, "group %q: adjusting for a cycle of %d needs three values for each season", g.Name, w.o.Season)
			}
			values = adjusted
		}
		w.rebase(g.Name, rows, of(written, g.Name))
		w.order = append(w.order, rows...)
		w.panel.Values = append(w.panel.Values, values...)
		w.panel.Offsets = append(w.panel.Offsets, len(w.panel.Values))
		w.panel.Directions = append(w.panel.Directions, w.o.Direction)
		w.panel.Targets = append(w.panel.Targets, w.currentTarget(rows))
	}
	return nil
}

// checkAxis refuses two rows of one x, which have no order, and a value without x.
func (w *xmr) checkAxis(rows []int) error {
	seen := make(map[string]int, len(rows))
	for _, row := range rows {
		cell := w.axis.cells[row]
		if cell == "" {
			if !math.IsNaN(w.y[row]) {
				return w.table.Errorf(row, w.o.X, "a value needs its x")
			}
			continue
		}
		if first, ok := seen[cell]; ok {
			return w.table.Errorf(row, w.o.X, "%q is also on line %d; each group can have one row for each x", cell, w.table.Line(first))
		}
		seen[cell] = row
	}
	return nil
}

// rebase starts segments at the rows whose x is one of those written.
func (w *xmr) rebase(group string, rows []int, written []string) {
	for _, at := range written {
		found := false
		for i, row := range rows {
			if w.axis.same(row, at) {
				found = true
				w.panel.Rebases = append(w.panel.Rebases, len(w.panel.Values)+i)
			}
		}
		if !found {
			fmt.Fprintf(w.warnings, "candour: %s has no row at the rebase %q, which is ignored\n", groupWords(group), at)
		}
	}
	slices.Sort(w.panel.Rebases)
	w.panel.Rebases = slices.Compact(w.panel.Rebases)
}

func groupWords(group string) string {
	if group == "" {
		return "the series"
	}
	return fmt.Sprintf("group %q", group)
}

// currentTarget is the target in force at the latest value.
func (w *xmr) currentTarget(rows []int) float64 {
	for i := len(rows) - 1; i >= 0; i-- {
		if y := w.y[rows[i]]; !math.IsNaN(y) && !math.IsInf(y, 0) {
			return w.targets[rows[i]]
		}
	}
	return math.NaN()
}

// warn says what the tables don't.
func (w *xmr) warn() {
	short, gaps, refused := 0, 0, 0
	for i := range w.results.Segments {
		g := &w.results.Segments[i]
		if g.Short() {
			short++
		}
		if g.ScreenRefused {
			refused++
		}
	}
	for _, m := range w.results.Marks {
		if m.Gap() {
			gaps++
		}
	}
	if short > 0 {
		fmt.Fprintf(w.warnings, "candour: %d of %d segments have fewer than 13 points; their limits are trial limits\n", short, len(w.results.Segments))
	}
	if gaps > 0 {
		fmt.Fprintf(w.warnings, "candour: %d of %d rows have no value; each is a gap, which ends runs and has no moving range\n", gaps, len(w.results.Marks))
	}
	if refused > 0 {
		fmt.Fprintf(w.warnings, "candour: %d segments are not screened, because no value would be within the limits\n", refused)
	}
}

func (w *xmr) writePoints(out io.Writer) error {
	csv := csvio.NewWriter(out, w.o.Full, "group", "x", "y", "segment", "mean", "lpl", "upl", "near_lpl", "near_upl",
		"rule", "rules", "point", "short", "target")
	for i, g := range w.groups {
		for _, segment := range w.results.Segments[w.results.SegmentOffsets[i]:w.results.SegmentOffsets[i+1]] {
			for at := segment.Start; at < segment.End; at++ {
				m, row := w.results.Marks[at], w.order[at]
				rule, _ := m.Name()
				csv.Row(g.Name, w.axis.cells[row], w.panel.Values[at], segment.Number, segment.Mean,
					segment.Lower, segment.Upper, segment.NearLower, segment.NearUpper,
					rule.String(), ruleList(m), w.o.Settings.LabelOf(m, w.o.Direction).String(), segment.Short(), w.targets[row])
			}
		}
	}
	return csv.Flush()
}

func ruleList(m spc.Marks) string {
	var names []string
	for _, r := range m.Rules() {
		names = append(names, r.String())
	}
	return strings.Join(names, ";")
}

func (w *xmr) writeSummary(out io.Writer) error {
	csv := csvio.NewWriter(out, w.o.Full, "group", "variation", "assurance")
	for i, g := range w.groups {
		csv.Row(g.Name, w.results.Variation[i].String(), w.results.Assurance[i].String())
	}
	return csv.Flush()
}

func (w *xmr) writeReasons(out io.Writer) error {
	csv := csvio.NewWriter(out, w.o.Full, "group", "from", "to", "rule", "point", "current", "sentence", "plain", "ends")
	for i, g := range w.groups {
		start, end := w.panel.Offsets[i], w.panel.Offsets[i+1]
		series := spc.Series{Values: w.panel.Values[start:end], Direction: w.o.Direction}
		for _, row := range w.order[start:end] {
			series.Periods = append(series.Periods, w.axis.cells[row])
		}
		for _, at := range w.panel.Rebases {
			if at >= start && at < end {
				series.Rebases = append(series.Rebases, spc.Rebase{At: at - start})
			}
		}
		chart, err := spc.NewChart(series, w.o.Settings)
		if err != nil {
			return fault.Wrap(fault.Internal, err, "judge %s", groupWords(g.Name))
		}
		for j := range chart.Signals {
			s := &chart.Signals[j]
			csv.Row(g.Name, series.Periods[s.From()], series.Periods[s.To()], s.Rule.String(), s.Label.String(), s.Current, s.Sentence, s.Plain, s.Ends)
		}
	}
	return csv.Flush()
}
