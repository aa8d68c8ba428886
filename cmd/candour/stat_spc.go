package main

import (
	"strings"

	"github.com/alecthomas/kong"

	"candour/internal/fault"
	"candour/internal/stat/spc"
	"candour/internal/stat/spc/spccsv"
)

// words is a list with commas whose first word may be a negative number: "--target
// -2" would otherwise read as two flags.
type words []string

// Decode takes the word after the flag, whatever it begins with.
func (w *words) Decode(ctx *kong.DecodeContext) error {
	*w = append(*w, strings.Split(ctx.Scan.Pop().String(), ",")...)
	return nil
}

// StatSPCCmd judges series by the XmR chart of Making Data Count.
type StatSPCCmd struct {
	X     string `default:"x" help:"Column of periods: dates or numbers. Without a column x rows are numbered."`
	Y     string `default:"y" help:"Column of values; an empty cell is a gap."`
	Group string `help:"Column which splits the rows into series."`

	Direction    string   `default:"increase" enum:"increase,decrease,neutral" help:"Which way is good: ${enum}."`
	Target       words    `help:"Target, or group=target for one group; several with commas."`
	TargetColumn string   `help:"Column with the target of each row, for targets that change."`
	Rebase       []string `sep:"," help:"First x of each new segment, or group=x for one group; several with commas."`
	FixAfter     int      `help:"Calculate limits from the first so many points of each segment."`

	Screen            bool `help:"Leave moving ranges of 3.267 times their mean and more out of the limits."`
	Shift             int  `default:"7" help:"Points on one side of the mean that make a shift: 6, 7 or 8."`
	Trend             int  `default:"7" help:"Points in a row, each beyond the one before, that make a trend: 6, 7 or 8."`
	TwoOfThreeOutside bool `help:"Let points beyond the limits count towards two of three."`
	ImprovementWins   bool `help:"Call a point improvement where rules disagree about it."`
	MinimumLimits     int  `help:"Points a segment needs to have limits."`
	MinimumIcons      int  `help:"Points the latest segment needs to have icons."`
	AsPackage         bool `help:"Follow the R package also where the series is degenerate (see docs/methods/deviations.md)."`
	Season            int  `help:"Adjust for the time of year first, with so many periods in a cycle (12 for months)."`

	Summary bool `xor:"rows" help:"Write a row per group with its icons."`
	Reasons bool `xor:"rows" help:"Write a row per signal with its reason in words."`
	Full    bool `help:"Write numbers with 17 significant digits."`
}

// Help is the examples of the command.
func (StatSPCCmd) Help() string {
	return `Reads CSV and writes, for each row, mean and limits of its segment, every rule that
fired, the rule that names the point (outside, trend, two_of_three, shift) and what it
means. With --screen and all else by default the numbers are those of the R package
NHSRplotthedots.

Examples:

  candour stat spc --direction decrease < falls.csv
  candour stat spc --group trust --rebase 2018-07-01 --target 0.95 --summary < four_hour.csv
  candour stat spc --group trust --rebase RRK=2018-07-01,RJZ=2017-04-01 < four_hour.csv
  candour stat spc --direction decrease --reasons < falls.csv
  candour stat spc --screen --full < falls.csv    # the R package's limits, to the last digit`
}

// Run reads standard input and writes standard output.
func (c *StatSPCCmd) Run(env *Env) error {
	direction, err := spc.ParseDirection(c.Direction)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "--direction")
	}
	settings := spc.RPackage()
	settings.Screen, settings.ShiftLength, settings.TrendLength = c.Screen, c.Shift, c.Trend
	settings.TwoOfThreeOutside, settings.ImprovementWins = c.TwoOfThreeOutside, c.ImprovementWins
	settings.FixAfter, settings.Reference = c.FixAfter, c.AsPackage
	settings.MinimumLimits, settings.MinimumIcons = c.MinimumLimits, c.MinimumIcons
	if err := settings.Validate(); err != nil {
		return fault.Wrap(fault.Invalid, err, "the settings don't work")
	}
	return spccsv.XmR(env.Stdin, env.Stdout, env.Stderr, spccsv.XmROptions{
		X: c.X, Y: c.Y, Group: c.Group, Settings: settings, Direction: direction,
		Targets: c.Target, TargetColumn: c.TargetColumn, Rebases: c.Rebase, Season: c.Season,
		Summary: c.Summary, Reasons: c.Reasons, Full: c.Full,
	})
}
