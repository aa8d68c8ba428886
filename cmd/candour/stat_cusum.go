package main

import (
	"fmt"
	"runtime"
	"strconv"

	"github.com/alecthomas/kong"

	"candour/internal/fault"
	"candour/internal/stat/cusum"
	"candour/internal/stat/cusum/filter"
)

// signed is a number that may be negative: "--limit -4" would otherwise read as
// two flags.
type signed float64

// Decode takes the word after the flag, whatever it begins with.
func (s *signed) Decode(ctx *kong.DecodeContext) error {
	word := ctx.Scan.Pop().String()
	v, err := strconv.ParseFloat(word, 64)
	if err != nil {
		return fmt.Errorf("%q is not a number", word)
	}
	*s = signed(v)
	return nil
}

// StatCUSUMCmd is "candour stat cusum".
type StatCUSUMCmd struct {
	Kind     string  `enum:"racusum,bernoulli,poisson,normal,vlad" default:"racusum" help:"What is charted: ${enum}."`
	Outcome  string  `default:"y" help:"Column of outcomes: 0/1 (or FALSE/TRUE), a count with poisson, a measurement with normal."`
	Risk     string  `default:"p" help:"Column of risks (expected counts with poisson, means with normal), or one number for all."`
	X        string  `help:"Column that names the cases. Default: x if there is one, else the row number."`
	Group    string  `help:"Column of groups; each has a chart of its own."`
	Odds     float64 `default:"2" help:"Odds ratio (rate ratio with poisson) to detect; below 1 looks for improvement."`
	Limit    signed  `help:"Alarm level, of either sign. Without it nothing signals or resets. See cusum-limit."`
	Reset    string  `enum:"zero,keep,none,beyond" default:"zero" help:"At a signal: store 0 and restart (zero); keep the peak, then restart (keep); run on (none); zero only if beyond the limit (beyond)."`
	Strict   bool    `help:"Signal only beyond the limit, not on it."`
	Baseline int     `help:"Take as risk the share of events among the first so many rows."`
	Shift    signed  `default:"1" help:"With normal: change to detect, in standard deviations; below 0 looks for a fall."`
	SD       float64 `name:"sd" default:"1" help:"With normal: standard deviation of one measurement."`
	Explain  bool    `help:"Add a column with a sentence for each alarm."`
	Full     bool    `help:"17 significant digits."`
}

// Help is the long help.
func (StatCUSUMCmd) Help() string {
	return `Reads CSV with a header, writes x,y,p,weight,score,signal: a row per case.

Examples:
  candour stat cusum --outcome died --risk p --limit 4.5 < patients.csv
  candour stat cusum --outcome died --risk p --odds 0.5 --limit -4 < patients.csv
  candour stat cusum --kind bernoulli --outcome death --baseline 200 --limit 3.5 --reset beyond < cabg.csv
  candour stat cusum --kind poisson --outcome deaths --risk expected --limit 3 < months.csv
  candour stat cusum --kind vlad --outcome died --risk p < patients.csv`
}

// Run reads standard input and writes standard output.
func (c *StatCUSUMCmd) Run(env *Env) error {
	kind, err := cusum.ParseKind(c.Kind)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "--kind")
	}
	reset, err := cusum.ParseReset(c.Reset)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "--reset")
	}
	return filter.Chart{
		Design: cusum.Design{
			Kind: kind, Odds: c.Odds, Shift: float64(c.Shift), SD: c.SD,
			Limit: float64(c.Limit), Reset: reset, Strict: c.Strict,
		},
		X: c.X, Outcome: c.Outcome, Risk: c.Risk, Baseline: c.Baseline,
		Group: c.Group, Explain: c.Explain, Full: c.Full,
	}.Run(env.Stdin, env.Stdout)
}

// StatCUSUMLimitCmd is "candour stat cusum-limit".
type StatCUSUMLimitCmd struct {
	Odds        float64 `default:"2" help:"Odds ratio that the chart is to detect."`
	Risk        string  `default:"p" help:"Column of the patients' risks on standard input, or one or more numbers separated by commas."`
	FalseAlarms float64 `help:"Chance of a false alarm within --patients; with numbers as --risk and no --patients, false alarms per patient."`
	RunLength   float64 `help:"Instead: mean number of patients to a false alarm."`
	Patients    int     `help:"Number of patients. Default: the rows of standard input."`
	Scaling     int     `default:"600" help:"Grid points per unit of score in the Markov chain."`
	Simulate    int     `help:"Simulate so many runs instead of the Markov chain."`
	InOrder     bool    `help:"Simulate the very patients in their order; otherwise they are drawn with replacement."`
	Seed        uint64  `default:"1" help:"Seed of the simulation."`
	Full        bool    `help:"17 significant digits."`
}

// Help is the long help.
func (StatCUSUMLimitCmd) Help() string {
	return `Writes one row: odds,patients,false_alarms,run_length,limit,method.
The limit is that of a chart without other limits on the same patients; for odds below 1 use it with either sign.

Examples:
  candour stat cusum-limit --odds 2 --risk p --false-alarms 0.001 < last_year.csv
  candour stat cusum-limit --odds 2 --risk 0.05 --run-length 7500
  candour stat cusum-limit --odds 2 --risk 0.01,0.05,0.2 --patients 500 --false-alarms 0.01
  candour stat cusum-limit --risk p --false-alarms 0.01 --simulate 10000 --seed 7 < last_year.csv`
}

// Run reads standard input if --risk is a column, and writes standard output.
func (c *StatCUSUMLimitCmd) Run(env *Env) error {
	return filter.Limit{
		Odds: c.Odds, Risk: c.Risk, FalseAlarms: c.FalseAlarms, RunLength: c.RunLength,
		Patients: c.Patients, Scaling: c.Scaling, Simulate: c.Simulate, InOrder: c.InOrder,
		Seed: c.Seed, Workers: runtime.GOMAXPROCS(0), Full: c.Full,
	}.Run(env.Stdin, env.Stdout)
}
