// Package filter is "candour stat funnel": CSV of numerators and denominators
// in, a row per unit or one row about the whole out, with the numbers of package
// funnel and no others.
package filter

import (
	"io"
	"math"
	"strings"

	"candour/internal/fault"
	"candour/internal/stat/csvio"
	"candour/internal/stat/funnel"
)

// Funnel is one run of the filter.
type Funnel struct {
	Settings funnel.Settings
	Num      string // columns
	Den      string
	Unit     string
	Group    string // column of cross-sections; empty: the whole file is one
	Model    bool   // one row about the whole instead of a row per unit
	Explain  bool   // add adjusted z, band, percentile and a sentence
	Full     bool   // 17 significant digits
	Words    funnel.Words
}

// section is one cross-section: units in order of first appearance.
type section struct {
	name     string
	units    []string
	num, den []float64
}

// Run reads r and writes w. Rows of one unit are added up; a unit with a missing
// figure in any of its rows is written with empty cells and not judged.
func (f Funnel) Run(r io.Reader, w io.Writer) error {
	if err := f.Settings.Validate(); err != nil {
		return fault.Wrap(fault.Invalid, err, "these settings do not go together")
	}
	sections, err := f.read(r)
	if err != nil {
		return err
	}
	out := csvio.NewWriter(w, f.Full, f.header()...)
	for _, s := range sections {
		result, err := funnel.Compare(s.num, s.den, f.Settings)
		if err != nil {
			return fault.Wrap(fault.Invalid, err, "compare the units")
		}
		for i, u := range result.Units {
			if u.Reason == funnel.Impossible {
				return fault.New(fault.Invalid, "unit %q: %v of %v is impossible", s.units[i], u.Num, u.Den)
			}
		}
		if f.Model {
			out.Row(f.named(s, f.model(&result.Fit))...)
			continue
		}
		for i, u := range result.Units {
			out.Row(f.named(s, f.row(&result.Fit, s.units[i], u))...)
		}
	}
	if err := out.Flush(); err != nil {
		return fault.Wrap(fault.Unavailable, err, "write the results")
	}
	return nil
}

func (f Funnel) header() []string {
	columns := "unit,num,den,value,z,z_used,ll95,ul95,ll998,ul998,odll95,odul95,odll998,odul998,outlier"
	switch {
	case f.Model:
		columns = "phi,tau2,target,n,limits"
	case f.Explain:
		columns += ",z_adjusted,band,percentile,sentence"
	}
	if f.Group != "" {
		columns = "group," + columns
	}
	return strings.Split(columns, ",")
}

// named puts the group first where there are groups.
func (f Funnel) named(s *section, cells []any) []any {
	if f.Group == "" {
		return cells
	}
	return append([]any{s.name}, cells...)
}

// model is phi, tau2, target, n and which limits judge. Without overdispersion
// nothing is allowed for, and φ is written as 0, as FunnelPlotR does.
func (f Funnel) model(fit *funnel.Fit) []any {
	phi, limits := fit.Phi, "unadjusted"
	if fit.Settings.Overdispersion == funnel.None {
		phi = 0
	}
	if fit.Adjusted() {
		limits = "adjusted"
	}
	return []any{phi, fit.Tau2, fit.Target, fit.Used, limits}
}

var bandWords = map[funnel.Band]string{
	funnel.NotJudged: "not_judged", funnel.FarBelow: "below_998", funnel.Below: "below_95",
	funnel.Within: "within", funnel.Above: "above_95", funnel.FarAbove: "above_998",
}

func (f Funnel) row(fit *funnel.Fit, unit string, u funnel.Unit) []any {
	var outlier any = u.Outlier
	if u.Reason != funnel.Judged {
		outlier = ""
	}
	cells := []any{
		unit, u.Num, u.Den, u.Value, u.Z, u.ZUsed,
		u.Inner.Plain.Lower, u.Inner.Plain.Upper, u.Outer.Plain.Lower, u.Outer.Plain.Upper,
		u.Inner.Adjusted.Lower, u.Inner.Adjusted.Upper, u.Outer.Adjusted.Lower, u.Outer.Adjusted.Upper,
		outlier,
	}
	if f.Explain {
		cells = append(cells, u.ZAdjusted, bandWords[u.Band], u.Percentile, fit.Sentence(u, f.Words))
	}
	return cells
}

// read makes the cross-sections.
func (f Funnel) read(r io.Reader) ([]*section, error) {
	table, err := csvio.Read(r)
	if err != nil {
		return nil, err
	}
	num, _, err := table.Floats(f.Num)
	if err != nil {
		return nil, err
	}
	den, _, err := table.Floats(f.Den)
	if err != nil {
		return nil, err
	}
	names, err := table.Column(f.Unit)
	if err != nil {
		return nil, err
	}
	for i := range names {
		if err := f.possible(table, i, num[i], den[i]); err != nil {
			return nil, err
		}
	}
	groups, err := table.Groups(f.Group)
	if err != nil {
		return nil, err
	}
	sections := make([]*section, 0, len(groups))
	for _, g := range groups {
		s := &section{name: g.Name}
		at := map[string]int{}
		for _, row := range g.Rows {
			i, seen := at[names[row]]
			if !seen {
				i = len(s.units)
				at[names[row]] = i
				s.units, s.num, s.den = append(s.units, names[row]), append(s.num, 0), append(s.den, 0)
			} else if f.Settings.Kind == funnel.Mean {
				return nil, table.Errorf(row, f.Unit, "unit %q is here twice, and means cannot be added up", names[row])
			}
			// Missing is NaN, and stays so whatever is added: a sum without one
			// of its parts would be a false figure.
			s.num[i] += num[row]
			s.den[i] += den[row]
		}
		sections = append(sections, s)
	}
	return sections, nil
}

// possible refuses a figure that no count can have, naming its cell.
func (f Funnel) possible(table *csvio.Table, row int, num, den float64) error {
	switch {
	case math.IsInf(num, 0):
		return table.Errorf(row, f.Num, "an infinite number cannot be compared")
	case math.IsInf(den, 0):
		return table.Errorf(row, f.Den, "an infinite number cannot be compared")
	case den < 0:
		return table.Errorf(row, f.Den, "%v is below 0", den)
	case num < 0 && f.Settings.Kind != funnel.Mean:
		return table.Errorf(row, f.Num, "%v is below 0", num)
	}
	return nil
}
