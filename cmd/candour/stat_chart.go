package main

import (
	"candour/internal/fault"
	"candour/internal/stat/spc"
	"candour/internal/stat/spc/spccsv"
)

// StatChartCmd calculates run charts and Shewhart charts.
type StatChartCmd struct {
	Type  string `required:"" enum:"run,i,mr,p,pp,u,up,c,ip,g,t,xbar,s" help:"Chart: ${enum}."`
	X     string `default:"x" help:"Column of periods, or of names for a chart across units."`
	Y     string `default:"y" help:"Column of values or counts."`
	N     string `help:"Column of denominators (needed by p, pp, u and up)."`
	Group string `help:"Column which splits the rows into charts."`

	Freeze    int     `help:"Calculate centre and limits from the first so many points."`
	Part      []int   `sep:"," help:"Last points of parts with limits of their own; several with commas."`
	Exclude   []int   `sep:"," help:"Points to leave out of the calculation; several with commas."`
	Screen    bool    `help:"Leave extreme moving ranges out of the limits."`
	Multiply  signed  `default:"1" help:"Multiply values and limits at the end."`
	Centre    *signed `name:"cl" help:"Centre line to use instead of the calculated one."`
	Aggregate string  `default:"mean" enum:"mean,median,sum,sd" help:"How rows of one x become one value, without --n: ${enum}."`
	Runs      string  `default:"anhoej" enum:"anhoej,bestbox,cutbox" help:"How runs are judged: ${enum}."`
	Full      bool    `help:"Write numbers with 17 significant digits."`
}

// Help is the examples of the command.
func (StatChartCmd) Help() string {
	return `Reads CSV and writes, for each x, centre line, limits at two and three sigma, the
analysis of runs of its part and whether the point is beyond a three-sigma limit. Rows of
one x are one subgroup. With --screen the numbers are those of the R package qicharts2
when it is attached, without it those of qicharts2::qic().

Which chart: run for anything; i for one measurement a month; p (proportions) or u (rates)
with --n, and pp or up where denominators are large; c for counts over equal exposure; ip
for measurements of unequal size; g for cases and t for time between rare events; xbar and
s for several measurements a month.

Examples:

  candour stat chart --type i --screen < beds.csv
  candour stat chart --type pp --n attendances --group trust < breaches.csv
  candour stat chart --type u --n bed_days --multiply 1000 < falls.csv
  candour stat chart --type t < days_between_never_events.csv
  candour stat chart --type run --part 12,24 --exclude 5 < waits.csv`
}

// Run reads standard input and writes standard output.
func (c *StatChartCmd) Run(env *Env) error {
	if !(c.Multiply > 0) {
		return fault.New(fault.Invalid, "--multiply must be above 0")
	}
	return spccsv.Chart(env.Stdin, env.Stdout, env.Stderr, spccsv.ChartOptions{
		X: c.X, Y: c.Y, N: c.N, Group: c.Group, Aggregate: spc.Aggregate(c.Aggregate), Full: c.Full,
		Chart: spc.ShewhartOptions{
			Kind: spc.Kind(c.Type), Screen: c.Screen, Freeze: c.Freeze, Parts: c.Part, Exclude: c.Exclude,
			Multiply: float64(c.Multiply), Centre: (*float64)(c.Centre), Runs: spc.RunsMethod(c.Runs),
		},
	})
}
