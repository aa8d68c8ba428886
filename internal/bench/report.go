package bench

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"candour/internal/fault"
)

// column is one column of the results file.
type column struct {
	name string
	of   func(r *Result) float64
}

// columns are those after "method": first the fixed ones, then by type and
// decoy, then intervals and the rest.
func columns() []column {
	c := []column{
		{"budget", func(r *Result) float64 { return r.Budget }},
		{"threshold", func(r *Result) float64 { return r.Threshold.Alarm }},
		{"realised", func(r *Result) float64 { return r.Realised.Value }},
		{"median_delay", func(r *Result) float64 { return r.MedianDelay.Value }},
		{"median_lo", func(r *Result) float64 { return r.MedianDelay.Lo }},
		{"median_hi", func(r *Result) float64 { return r.MedianDelay.Hi }},
	}
	for _, w := range withins {
		c = append(c, column{fmt.Sprintf("within%d", w), func(r *Result) float64 { return r.Within[w].Value }})
	}
	c = append(c, []column{
		{"mean_delay_24", func(r *Result) float64 { return r.MeanDelay24.Value }},
		{"auc", func(r *Result) float64 { return r.AUC.Value }},
		{"top10", func(r *Result) float64 { return r.Top10.Value }},
		{"true_share", func(r *Result) float64 { return r.TrueShare.Value }},
		{"ece", func(r *Result) float64 { return r.ECE.Value }},
	}...)
	for _, k := range append(append([]Kind{}, OnsetTypes...), Chronic) {
		c = append(c,
			column{snake(k) + "_median", func(r *Result) float64 { return r.ByKind[k].Median }},
			column{snake(k) + "_within6", func(r *Result) float64 { return r.ByKind[k].Within6 }},
			column{snake(k) + "_within12", func(r *Result) float64 { return r.ByKind[k].Within12 }})
	}
	for _, k := range Decoys {
		c = append(c, column{snake(k) + "_false", func(r *Result) float64 { return r.Decoy[k].Value }})
	}
	c = append(c,
		column{"national_shock_false", func(r *Result) float64 { return r.Shock.Value }},
		column{"threshold_level", func(r *Result) float64 { return r.Threshold.Level }},
		column{"soft_first_ahead", func(r *Result) float64 { return r.Ahead }},
		column{"soft_first_ahead_by", func(r *Result) float64 { return r.AheadBy }},
		column{"alerts_provider_year", func(r *Result) float64 { return r.AlertsYear }},
		column{"alerts_week_10_providers", func(r *Result) float64 { return r.AlertsWeek }},
		column{"luck_within12", func(r *Result) float64 { return r.Luck12 }},
		column{"brier", func(r *Result) float64 { return r.Brier }},
		column{"economies", func(r *Result) float64 { return float64(r.Economies) }})
	for _, v := range intervalColumns() {
		c = append(c, column{v.name + "_lo", func(r *Result) float64 { return v.of(r).Lo }},
			column{v.name + "_hi", func(r *Result) float64 { return v.of(r).Hi }})
	}
	return c
}

type intervalColumn struct {
	name string
	of   func(r *Result) Interval
}

func intervalColumns() []intervalColumn {
	v := []intervalColumn{
		{"realised", func(r *Result) Interval { return r.Realised }},
		{"mean_delay_24", func(r *Result) Interval { return r.MeanDelay24 }},
		{"auc", func(r *Result) Interval { return r.AUC }},
		{"top10", func(r *Result) Interval { return r.Top10 }},
		{"true_share", func(r *Result) Interval { return r.TrueShare }},
		{"ece", func(r *Result) Interval { return r.ECE }},
	}
	for _, w := range withins {
		v = append(v, intervalColumn{fmt.Sprintf("within%d", w), func(r *Result) Interval { return r.Within[w] }})
	}
	for _, k := range Decoys {
		v = append(v, intervalColumn{snake(k) + "_false", func(r *Result) Interval { return r.Decoy[k] }})
	}
	return append(v, intervalColumn{"national_shock_false", func(r *Result) Interval { return r.Shock }})
}

func snake(k Kind) string { return strings.ReplaceAll(string(k), " ", "_") }

// WriteResults writes results as CSV. Undetected is written "inf", a figure
// that does not apply is empty.
func WriteResults(w io.Writer, results []Result) error {
	cols := columns()
	out := csv.NewWriter(w)
	head := []string{"method"}
	for _, c := range cols {
		head = append(head, c.name)
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for i := range results {
		cells := []string{results[i].Method}
		for _, c := range cols {
			cells = append(cells, decimal(c.of(&results[i])))
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func decimal(x float64) string {
	switch {
	case math.IsNaN(x) || math.IsInf(x, -1):
		return ""
	case math.IsInf(x, 1):
		return "inf"
	}
	return strconv.FormatFloat(math.Round(x*1e6)/1e6, 'f', -1, 64)
}

// Table is a results file as read back: one map of figures per line.
type Table struct {
	Methods []string
	Figures []map[string]float64
}

// ReadResults reads a results file.
func ReadResults(r io.Reader) (*Table, error) {
	in := newTable(r)
	head, err := in.next()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fault.Wrap(fault.Invalid, err, "read results")
	}
	if len(head) < 2 || head[0] != "method" || head[1] != "budget" {
		return nil, fault.New(fault.Invalid, "line 1: this is not a results file: its first columns must be method and budget, as candour bench run writes it")
	}
	head = slices.Clone(head)
	t := &Table{}
	for {
		row, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "read results")
		}
		figures, err := figuresOf(head, row)
		if err != nil {
			n, _ := in.FieldPos(0)
			return nil, fault.Wrap(fault.Invalid, err, "line %d", n)
		}
		t.Methods, t.Figures = append(t.Methods, strings.Clone(row[0])), append(t.Figures, figures)
	}
	if len(t.Methods) == 0 {
		return nil, fault.New(fault.Invalid, "line 2: no line of results follows the header")
	}
	return t, nil
}

// figuresOf are a line's figures by the names of their columns.
func figuresOf(head, row []string) (map[string]float64, error) {
	if len(row) != len(head) {
		return nil, fmt.Errorf("it has %d cells and the header has %d", len(row), len(head))
	}
	figures := map[string]float64{}
	for i, cell := range row[1:] {
		x := math.NaN()
		if cell != "" {
			var err error
			if x, err = strconv.ParseFloat(cell, 64); err != nil {
				return nil, fmt.Errorf("%s is %q, not a number", head[i+1], cell)
			}
		}
		figures[head[i+1]] = x
	}
	if b := figures["budget"]; !(b > 0) || math.IsInf(b, 1) {
		return nil, fmt.Errorf("budget %q is not a number above 0", row[1])
	}
	return figures, nil
}

// TableOf makes a table of results, as it would be read back.
func TableOf(results []Result) *Table {
	t := &Table{}
	cols := columns()
	for i := range results {
		figures := map[string]float64{}
		for _, c := range cols {
			figures[c.name] = c.of(&results[i])
		}
		t.Methods, t.Figures = append(t.Methods, results[i].Method), append(t.Figures, figures)
	}
	return t
}
