package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"candour/internal/bench"
	"candour/internal/bench/replay"
	"candour/internal/fault"
)

// BenchCmd measures how early and how rightly the ranking of concern raises
// providers, on simulated economies and on history.
type BenchCmd struct {
	Gen    BenchGenCmd    `cmd:"" help:"Make simulated economies as folders of CSV files."`
	Run    BenchRunCmd    `cmd:"" help:"Run methods over economies; one CSV line per method and budget."`
	Report BenchReportCmd `cmd:"" help:"Write the comparison as Markdown."`
	Replay BenchReplayCmd `cmd:"" help:"Replay history: what the engine would have said, and when."`
}

// economyFlags choose economies; gen, run and report share them.
type economyFlags struct {
	Seed      uint64 `default:"1" help:"Seed of the pseudo-random numbers: same seed, same bytes."`
	Economies int    `default:"100" help:"How many economies."`
	Split     string `enum:"train,test" default:"test" help:"train or test; thresholds come from train only."`
	Scenario  string `default:"standard" help:"standard, shifted, 'quiet voices', 'no decoys' or 'noisy indicators'."`
	Hard      string `placeholder:"LO:HI" help:"Scale all hard effects by a factor drawn from LO to HI."`
	Soft      string `placeholder:"LO:HI" help:"Scale all soft effects likewise."`
}

// made are the flags given that say how to make economies; of split and seed
// something is left where they are read: how thresholds are named, and which
// resamples make the intervals.
func (f *economyFlags) made() (given []string) {
	for _, flag := range []struct {
		name string
		set  bool
	}{
		{"--economies", f.Economies != defaultEconomies},
		{"--scenario", f.Scenario != bench.Scenarios()[0].Name},
		{"--hard", f.Hard != ""},
		{"--soft", f.Soft != ""},
	} {
		if flag.set {
			given = append(given, flag.name)
		}
	}
	return given
}

// defaultEconomies is the default of --economies.
const defaultEconomies = 100

func (f *economyFlags) scenario() (bench.Scenario, error) {
	sc, err := bench.FindScenario(f.Scenario)
	if err != nil {
		return sc, fault.Wrap(fault.Invalid, err, "scenario")
	}
	err = errors.Join(scale(f.Hard, &sc.HardLo, &sc.HardHi), scale(f.Soft, &sc.SoftLo, &sc.SoftHi))
	return sc, err
}

func scale(s string, lo, hi *float64) error {
	if s == "" {
		return nil
	}
	from, to, _ := strings.Cut(s, ":")
	var err1, err2 error
	*lo, err1 = strconv.ParseFloat(from, 64)
	*hi, err2 = strconv.ParseFloat(to, 64)
	if err1 != nil || err2 != nil || !(*lo >= 0) || !(*hi >= *lo) || *hi > mostScale {
		return fault.New(fault.Invalid, "%q is not of the form 0.8:1, two factors from 0 to %d, the lower first", s, mostScale)
	}
	return nil
}

// mostScale bounds the factors of --hard and --soft.
const mostScale = 100

// BenchGenCmd writes economies.
type BenchGenCmd struct {
	economyFlags
	Out string `required:"" placeholder:"DIR" help:"Folder to write to; one sub-folder per economy, about 40 MB each."`
}

// Help gives examples.
func (BenchGenCmd) Help() string {
	return `Examples:
  candour bench gen --seed 7 --economies 3 --out economies
  candour bench run --in economies --method candour --method xmr-hard

The form of the files is described in docs/methods/benchmark.md.`
}

// Run writes the economies one after another.
func (c *BenchGenCmd) Run(env *Env) error {
	sc, err := c.scenario()
	if err != nil {
		return err
	}
	if c.Economies < 1 || c.Economies > bench.MostEconomies {
		return fault.New(fault.Invalid, "the number of economies must be from 1 to %d", bench.MostEconomies)
	}
	for i := range c.Economies {
		if err := env.Ctx.Err(); err != nil {
			return err
		}
		e := bench.Generate(c.Seed, bench.Split(c.Split), i, sc)
		if err := bench.WriteFolder(filepath.Join(c.Out, e.Name), e); err != nil {
			return err
		}
	}
	fmt.Fprintf(env.Stderr, "%d economies written to %s\n", c.Economies, c.Out)
	return nil
}

// runFlags are those of a run.
type runFlags struct {
	economyFlags
	Budget  []float64 `default:"0.2" help:"False alerts per provider-year; may be repeated."`
	Method  []string  `help:"Method to run; may be repeated; all when absent."`
	In      *string   `placeholder:"DIR" help:"Read economies instead of making them: the one in this folder, or those in its sub-folders."`
	Learnt  string    `placeholder:"FILE" help:"Thresholds and calibrations that --learn wrote, in place of those that Candour ships."`
	Workers int       `default:"0" help:"Cores to use; 0 is all. The result is the same with any number."`
}

func (f *runFlags) run(env *Env) ([]bench.Result, error) {
	sc, err := f.scenario()
	if err != nil {
		return nil, err
	}
	for _, b := range f.Budget {
		if !(b > 0) || math.IsInf(b, 1) {
			return nil, fault.New(fault.Invalid, "a budget must be a number above 0")
		}
	}
	o := bench.Options{
		Seed: f.Seed, Economies: f.Economies, Split: bench.Split(f.Split), Scenario: sc, Methods: f.Method,
		Budgets: f.Budget, Workers: f.Workers, Progress: func(done, all int) {
			if done%10 == 0 || done == all {
				fmt.Fprintf(env.Stderr, "%d of %d economies\n", done, all)
			}
		},
		Note: func(text string) { fmt.Fprintln(env.Stderr, text) },
	}
	if f.Learnt != "" {
		if o.Trained, err = readLearnt(f.Learnt); err != nil {
			return nil, err
		}
	}
	if f.In != nil {
		if passed := f.made(); len(passed) > 0 {
			fmt.Fprintf(env.Stderr, "--in reads every economy that it finds; %s say how to make them and were passed over\n", strings.Join(passed, ", "))
		}
		if o.Folders, err = bench.Folders(*f.In); err != nil {
			return nil, err
		}
	}
	return bench.Run(env.Ctx, o)
}

func readLearnt(path string) (*bench.Trained, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Wrap(fault.NotFound, err, "--learnt")
	}
	t, err := bench.ReadTrained(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "%s", path)
	}
	return t, nil
}

// BenchRunCmd runs methods over economies.
type BenchRunCmd struct {
	runFlags
	Out   string `placeholder:"DIR" help:"Write DIR/results.csv and DIR/report.md; standard output when absent."`
	Learn string `placeholder:"FILE" help:"With --split train: write thresholds and calibrations to FILE."`
}

// Help gives examples.
func (BenchRunCmd) Help() string {
	return `Examples:
  candour bench run --seed 7 --economies 100 --budget 0.2 > results.csv
  candour bench run --seed 7 --scenario shifted --out shifted
  candour bench run --in economies --budget 0.1 --budget 0.2
  candour bench run --seed 1 --split train --economies 80 --learn trained.json
  candour bench run --split train --in my-train --learn mine.json
  candour bench run --in my-test --learnt mine.json

On the test split each method has two lines: with the threshold learned on training
economies, and as method:matched with the threshold reset on the economies at hand, so that
methods are compared at equal false alerts.`
}

// Run runs and writes.
func (c *BenchRunCmd) Run(env *Env) error {
	if c.Learn != "" && c.Split != string(bench.Train) {
		return fault.New(fault.Invalid, "thresholds are learned on --split train only")
	}
	results, err := c.run(env)
	if err != nil {
		return err
	}
	if c.Learn != "" {
		about := fmt.Sprintf("candour bench run --split train --seed %d --economies %d", c.Seed, c.Economies)
		if c.In != nil {
			about = "candour bench run --split train --in " + *c.In
		}
		if err := writeTo(c.Learn, func(w io.Writer) error { return bench.Learn(about, results).Write(w) }); err != nil {
			return err
		}
	}
	if c.Out == "" {
		return bench.WriteResults(env.Stdout, results)
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return err
	}
	return errors.Join(
		writeTo(filepath.Join(c.Out, "results.csv"), func(w io.Writer) error { return bench.WriteResults(w, results) }),
		writeTo(filepath.Join(c.Out, "report.md"), bench.TableOf(results).Markdown))
}

func writeTo(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// BenchReportCmd writes the comparison as Markdown.
type BenchReportCmd struct {
	runFlags
	Results string `placeholder:"FILE" help:"Report an earlier run's results.csv instead of running."`
}

// Help gives examples.
func (BenchReportCmd) Help() string {
	return `Examples:
  candour bench report --seed 7 --economies 100 > report.md
  candour bench report --results shifted/results.csv`
}

// Run reads or runs, and reports.
func (c *BenchReportCmd) Run(env *Env) error {
	if c.Results != "" && c.In != nil {
		return fault.New(fault.Invalid, "--results reports a run that was made, --in makes one: give the one or the other")
	}
	if c.Results != "" {
		f, err := os.Open(c.Results)
		if err != nil {
			return fault.Wrap(fault.NotFound, err, "open results")
		}
		t, err := bench.ReadResults(f)
		if err = errors.Join(err, f.Close()); err != nil {
			return fault.Wrap(fault.Invalid, err, "%s", c.Results)
		}
		return t.Markdown(env.Stdout)
	}
	results, err := c.run(env)
	if err != nil {
		return err
	}
	return bench.TableOf(results).Markdown(env.Stdout)
}

// BenchReplayCmd replays history.
type BenchReplayCmd struct {
	Case string `arg:"" optional:"" enum:"shmi,bristol,shipman,mid-staffordshire,all" default:"all" help:"shmi, bristol, shipman, mid-staffordshire or all."`
	Data string `default:"../shared/data/public" placeholder:"DIR" help:"Folder with the published files (shmi/*.csv); the other cases need none."`
}

// Help gives examples.
func (BenchReplayCmd) Help() string {
	return `Examples:
  candour bench replay --data ../shared/data/public
  candour bench replay shmi --data /data/public

docs/replays says for each case what is fact, what is transcribed from where with what
uncertainty, and what can and cannot be concluded.`
}

// Run replays and prints.
func (c *BenchReplayCmd) Run(env *Env) error {
	return replay.Run(env.Ctx, env.Stdout, c.Case, c.Data)
}
