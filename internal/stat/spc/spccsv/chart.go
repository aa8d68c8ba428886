package spccsv

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"candour/internal/fault"
	"candour/internal/stat/csvio"
	"candour/internal/stat/spc"
)

// ChartOptions say how to read a table and which chart to calculate.
type ChartOptions struct {
	X, Y, N, Group string // columns; an empty N has no denominators, an empty Group is one chart
	Aggregate      spc.Aggregate
	Chart          spc.ShewhartOptions // Categorical is set by the x column
	Full           bool                // 17 significant digits
}

// Chart reads a table from in, gathers the rows of each x into a subgroup and
// writes the chart of each group as CSV to out.
func Chart(in io.Reader, out, warnings io.Writer, o ChartOptions) error {
	table, err := csvio.Read(in)
	if err != nil {
		return err
	}
	if err := column("y", o.Y); err != nil {
		return err
	}
	a, err := readAxis(table, o.X)
	if err != nil {
		return err
	}
	y, _, err := table.Floats(o.Y)
	if err != nil {
		return err
	}
	var n []float64
	if o.N != "" {
		if n, _, err = table.Floats(o.N); err != nil {
			return err
		}
	} else if o.Chart.Kind.NeedsDenominator() {
		return fault.New(fault.Invalid, "chart %s needs --n, the column of denominators", o.Chart.Kind)
	}
	groups, err := table.Groups(o.Group)
	if err != nil {
		return err
	}
	o.Chart.Categorical = !a.ordered
	warnChart(warnings, &o)
	csv := csvio.NewWriter(out, o.Full, chartHeader(o.Group)...)
	for _, g := range groups {
		if err := writeChart(csv, warnings, table, a, y, n, g, &o); err != nil {
			return err
		}
	}
	return csv.Flush()
}

func warnChart(warnings io.Writer, o *ChartOptions) {
	if o.Chart.Categorical {
		fmt.Fprintf(warnings, "candour: column %s holds names, not dates or numbers; points are in alphabetical order, without runs\n", o.X)
	}
	if o.Chart.Freeze > 0 && len(o.Chart.Parts) > 0 {
		fmt.Fprintln(warnings, "candour: --freeze is ignored where there is a --part")
	}
}

func chartHeader(group string) []string {
	header := []string{
		"x", "y", "cl", "lcl", "lcl2", "ucl2", "ucl", "runs_signal", "sigma_signal",
		"longest_run", "longest_run_max", "crossings", "crossings_min",
	}
	if group != "" {
		header = slices.Insert(header, 0, "group")
	}
	return header
}

func writeChart(csv *csvio.Writer, warnings io.Writer, table *csvio.Table, a *axis, y, n []float64, g csvio.Group, o *ChartOptions) error {
	xs, subgroups, err := gather(table, a, y, n, g.Rows, o)
	if err != nil {
		return err
	}
	for _, i := range slices.Concat(o.Chart.Parts, o.Chart.Exclude) {
		if i < 1 || i > len(xs) {
			fmt.Fprintf(warnings, "candour: %s has %d points; there is no point %d to end a part or to exclude\n", groupWords(g.Name), len(xs), i)
		}
	}
	if o.Chart.Freeze > len(xs) {
		fmt.Fprintf(warnings, "candour: %s has %d points; --freeze %d takes them all\n", groupWords(g.Name), len(xs), o.Chart.Freeze)
	}
	chart, err := spc.Shewhart(subgroups, o.Chart)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "%s", groupWords(g.Name))
	}
	for i, p := range chart.Points {
		runs := chart.Parts[p.Part].Runs
		counts := [4]any{"", "", "", ""}
		if runs.Useful > 0 {
			counts = [4]any{runs.Longest, runs.LongestMax, runs.Crossings, runs.CrossingsMin}
		}
		cells := []any{
			xs[i], p.Value, p.Centre, p.Lower, p.Lower2, p.Upper2, p.Upper, runs.Signal, p.Sigma,
			counts[0], counts[1], counts[2], counts[3],
		}
		if o.Group != "" {
			cells = slices.Insert(cells, 0, any(g.Name))
		}
		csv.Row(cells...)
	}
	return nil
}

// gather makes a subgroup of the rows of each x, in order of x.
func gather(table *csvio.Table, a *axis, y, n []float64, rows []int, o *ChartOptions) (xs []string, subgroups []spc.Subgroup, err error) {
	members := map[string][]int{}
	var firsts []int
	for _, row := range rows {
		cell := a.cells[row]
		if cell == "" {
			return nil, nil, table.Errorf(row, o.X, "a row needs its x")
		}
		if len(members[cell]) == 0 {
			firsts = append(firsts, row)
		}
		members[cell] = append(members[cell], row)
	}
	if a.ordered {
		a.sort(firsts)
	} else {
		slices.SortFunc(firsts, func(i, j int) int { return strings.Compare(a.cells[i], a.cells[j]) })
	}
	for _, first := range firsts {
		var values, denominators []float64
		for _, row := range members[a.cells[first]] {
			values = append(values, y[row])
			if n == nil {
				continue
			}
			if n[row] < 0 || math.IsInf(n[row], 0) {
				return nil, nil, table.Errorf(row, o.N, "a denominator can't be %v", n[row])
			}
			denominators = append(denominators, n[row])
		}
		subgroup, err := spc.NewSubgroup(values, denominators, o.Aggregate)
		if err != nil {
			return nil, nil, fault.Wrap(fault.Invalid, err, "the settings don't work")
		}
		xs, subgroups = append(xs, a.cells[first]), append(subgroups, subgroup)
	}
	return xs, subgroups, nil
}
