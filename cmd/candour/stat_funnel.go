package main

import (
	"candour/internal/fault"
	"candour/internal/stat/funnel"
	"candour/internal/stat/funnel/filter"
)

// StatFunnelCmd is "candour stat funnel".
type StatFunnelCmd struct {
	Kind           string   `enum:"sr,pr,rc,rate,mean" default:"sr" help:"sr observed over expected; pr r of n; rc one count over another; rate a count over an exposure; mean a mean and its standard error."`
	Num            string   `default:"num" help:"Column of numerators (observed, r, mean)."`
	Den            string   `default:"den" help:"Column of denominators (expected, n, standard error)."`
	Unit           string   `default:"unit" help:"Column of units; rows of one unit are added up."`
	Group          string   `help:"Column of cross-sections, each compared by itself."`
	Method         string   `enum:"shmi,cqc" default:"shmi" help:"For sr and rate. shmi: logarithm, truncated (rate: winsorised); cqc: square root, winsorised."`
	Overdispersion string   `enum:"none,additive,multiplicative" default:"additive" help:"Allowance for ordinary differences: ${enum}."`
	Trim           float64  `default:"0.1" help:"Share truncated or winsorised at each end before the allowance is reckoned; 0 for none."`
	Limit          float64  `default:"99.8" help:"Level in per cent at which outlier judges; any between 0 and 100."`
	RoundExpected  bool     `help:"With sr and shmi: expected counts to 2 decimals first, as FunnelPlotR does."`
	Multiplier     float64  `default:"1" help:"Values and limits times this; not the target of --model."`
	Exact          bool     `help:"Plain limits by exact binomial or Poisson quantiles, interpolated between counts."`
	Logit          bool     `help:"With pr: logit scale instead of arcsine."`
	Target         *float64 `help:"Rate against this standard instead of the pooled value."`
	MinDen         float64  `help:"Do not judge units with a smaller denominator."`
	Model          bool     `help:"One row about the whole instead of a row per unit."`
	Explain        bool     `help:"Add adjusted z, band, percentile and a sentence for each unit."`
	Of             string   `help:"With --explain: what the denominator counts, such as \"bed days\"."`
	Full           bool     `help:"17 significant digits."`
}

// Help is the long help.
func (StatFunnelCmd) Help() string {
	return `Reads CSV with a header, writes a row per unit in order of first appearance:
unit,num,den,value,z,z_used,ll95,ul95,ll998,ul998,odll95,odul95,odll998,odul998,outlier
ll and ul are the limits for chance alone, odll and odul those which also allow for overdispersion.
outlier is judged by the latter, or by the former where phi is not above 1.
With --model: phi,tau2,target,n,limits, where n counts the units used for phi and limits is adjusted or unadjusted.

Examples:
  candour stat funnel --num OBSERVED --den EXPECTED --unit PROVIDER --limit 95 < shmi.csv
  candour stat funnel --num OBSERVED --den EXPECTED --unit PROVIDER --model < shmi.csv
  candour stat funnel --kind pr --num breaches --den attendances --unit org --multiplier 100 < ae.csv
  candour stat funnel --kind rate --num falls --den bed_days --unit ward --method cqc --explain --of "bed days" < falls.csv
  candour stat funnel --kind pr --num r --den n --unit org --overdispersion none --exact --target 0.95 < wait.csv`
}

// Run reads standard input and writes standard output.
func (c *StatFunnelCmd) Run(env *Env) error {
	settings, err := c.settings()
	if err != nil {
		return err
	}
	return filter.Funnel{
		Settings: settings, Num: c.Num, Den: c.Den, Unit: c.Unit, Group: c.Group,
		Model: c.Model, Explain: c.Explain, Full: c.Full,
		Words: funnel.Words{Denominator: c.Of, Decimals: 2},
	}.Run(env.Stdin, env.Stdout)
}

// settings turns the flags into the convention that they name.
func (c *StatFunnelCmd) settings() (funnel.Settings, error) {
	made := map[string]func() funnel.Settings{
		"sr": funnel.SHMI, "pr": funnel.Proportions, "rc": funnel.CountRatios, "rate": funnel.Rates, "mean": funnel.Means,
	}
	s := made[c.Kind]()
	switch {
	case c.Kind == "sr" && c.Method == "cqc":
		s = funnel.CQC()
	case c.Kind == "rate" && c.Method == "shmi":
		s.Transform = funnel.Log
	}
	if c.Logit {
		s.Transform = funnel.Logit
	}
	if c.Exact {
		s.Plain = funnel.Interpolated
	}
	if c.Limit <= 0 || c.Multiplier <= 0 {
		return s, fault.New(fault.Invalid, "--limit and --multiplier must be above 0")
	}
	if s.TrimBy = c.Trim; c.Trim >= 0 && c.Trim <= 0 { // exactly none; a negative share is refused
		s.Trim = funnel.KeepAll
	}
	if c.Target != nil {
		s.Target, s.TargetGiven = *c.Target, true
	}
	s.Overdispersion = map[string]funnel.Overdispersion{
		"none": funnel.None, "additive": funnel.Additive, "multiplicative": funnel.Multiplicative,
	}[c.Overdispersion]
	s.Level, s.Multiplier, s.RoundExpected, s.MinDenominator = c.Limit, c.Multiplier, c.RoundExpected, c.MinDen
	return s, nil
}
