package bench

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"

	"candour/internal/concern"
	"candour/internal/fault"
)

// MostEconomies is how many economies a run can hold.
const MostEconomies = 100_000

// Options of a run. The zero value of a field means its default.
type Options struct {
	Seed      uint64
	Economies int // how many to make; ignored with Folders
	Split     Split
	Scenario  Scenario
	Folders   []string // economies to read instead of making them
	Methods   []string // empty is all
	Budgets   []float64
	Params    *concern.Params // nil is the default
	Trained   *Trained        // nil is the shipped thresholds
	Workers   int             // 0 is all cores; the result is the same with any number
	Progress  func(done, all int)
	Note      func(text string) // hears once what is to be said of the folders read; nil hears nothing
}

// shadow is an economy without its rows: the truth, which is what metrics need.
func (e *Economy) shadow() *Economy {
	s := *e
	s.Rows, s.Received = nil, nil
	return &s
}

// Run measures the methods over economies and returns one row per method,
// budget and way of setting the threshold, in the order of Methods.
func Run(ctx context.Context, o Options) ([]Result, error) {
	methods, err := choose(o.Methods)
	if err != nil {
		return nil, err
	}
	if o.Trained == nil {
		o.Trained = Shipped()
	}
	if o.Params == nil {
		o.Params = concern.Default()
	}
	ecos, traces, err := o.traces(ctx, methods)
	if err != nil {
		return nil, err
	}
	var out []Result
	for _, m := range methods {
		for _, budget := range o.Budgets {
			out = append(out, o.measure(m, budget, ecos, traces[m.Name])...)
		}
	}
	return out, nil
}

func choose(names []string) ([]Method, error) {
	all := Methods()
	if len(names) == 0 {
		return all, nil
	}
	for _, n := range names {
		if !slices.ContainsFunc(all, func(m Method) bool { return m.Name == n }) {
			return nil, fault.New(fault.Invalid, "there is no method %q", n)
		}
	}
	return slices.DeleteFunc(all, func(m Method) bool { return !slices.Contains(names, m.Name) }), nil
}

// traces makes or reads every economy and runs the methods over it, on all
// workers. Each economy's result lands in its own place, so the number of
// workers changes nothing.
func (o *Options) traces(ctx context.Context, methods []Method) ([]*Economy, map[string][]*Trace, error) {
	n := o.Economies
	if len(o.Folders) > 0 {
		n = len(o.Folders)
	}
	if n < 1 || n > MostEconomies {
		return nil, nil, fault.New(fault.Invalid, "the number of economies must be from 1 to %d", MostEconomies)
	}
	wanted := func(name string) bool {
		return slices.ContainsFunc(methods, func(m Method) bool { return m.Name == name })
	}
	ecos, found := make([]*Economy, n), make([]map[string]Trace, n)
	err := o.each(ctx, n, func(i int) (err error) {
		ecos[i], found[i], err = o.one(i, wanted)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	traces := map[string][]*Trace{}
	for i := range n {
		for _, m := range methods {
			tr := found[i][m.Name]
			traces[m.Name] = append(traces[m.Name], &tr)
		}
	}
	o.tell(ecos)
	return ecos, traces, nil
}

// each does something with the numbers 0 … n−1 on all workers and returns the
// fault of the lowest number that has one: a number is handed out only after all
// lower ones, so that it is the same on any number of workers.
func (o *Options) each(ctx context.Context, n int, do func(i int) error) error {
	workers := o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var wait sync.WaitGroup
	var mu sync.Mutex
	done, failed, errs := 0, false, make([]error, n)
	jobs := make(chan int)
	for range min(workers, n) {
		wait.Go(func() {
			for i := range jobs {
				err := do(i)
				mu.Lock()
				if errs[i], failed = err, failed || err != nil; !failed {
					if done++; o.Progress != nil {
						o.Progress(done, n)
					}
				}
				mu.Unlock()
			}
		})
	}
	stop := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return failed || ctx.Err() != nil
	}
	for i := 0; i < n && !stop(); i++ {
		jobs <- i
	}
	close(jobs)
	wait.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	i := slices.IndexFunc(errs, func(err error) bool { return err != nil })
	if i >= 0 {
		return errs[i]
	}
	return nil
}

// tell passes on the notes of all economies, each text once.
func (o *Options) tell(ecos []*Economy) {
	if o.Note == nil {
		return
	}
	told := map[string]bool{}
	for _, e := range ecos {
		for _, text := range e.Notes {
			if !told[text] {
				told[text] = true
				o.Note(text)
			}
		}
	}
}

// one makes or reads economy i and runs the wanted methods.
func (o *Options) one(i int, wanted func(string) bool) (*Economy, map[string]Trace, error) {
	var e *Economy
	if len(o.Folders) > 0 {
		var err error
		if e, err = ReadFolder(o.Folders[i]); err != nil {
			return nil, nil, err
		}
	} else {
		e = Generate(o.Seed, o.Split, i, o.Scenario)
	}
	out := baselineTraces(e, wanted)
	if wanted("hard-only") || wanted("soft-only") || wanted("change") || wanted(Candour) {
		more, err := engineTraces(e, o.Params)
		if err != nil {
			return nil, nil, fmt.Errorf("economy %s: %w", e.Name, err)
		}
		for m, tr := range more {
			out[m] = tr
		}
	}
	return e.shadow(), out, nil
}

// measure gives the results of one method at one budget: with the threshold
// from training where there is one, and with the threshold reset on these
// economies, so that methods are compared at equal false alerts.
func (o *Options) measure(m Method, budget float64, ecos []*Economy, traces []*Trace) []Result {
	cal, ok := o.Trained.calibration(m.Name)
	if !ok || o.Split == Train {
		cal = fitCalibration(ecos, traces)
	}
	var out []Result
	if th, ok := o.Trained.threshold(m.Name, budget); ok && o.Split != Train {
		out = append(out, summarise(m.Name, budget, th, cal, ecos, traces, o.Seed))
	}
	name := m.Name + Matched
	if o.Split == Train {
		name = m.Name
	}
	return append(out, summarise(name, budget, fit(ecos, traces, budget), cal, ecos, traces, o.Seed))
}

// Matched is the suffix of a method whose threshold was reset on the economies
// reported.
const Matched = ":matched"

// fitCalibration fits a method's ranking score to the truth.
func fitCalibration(ecos []*Economy, traces []*Trace) Calibration {
	var rank []float64
	var truth []bool
	for i, e := range ecos {
		for row, scores := range traces[i].Rank {
			for p, r := range scores {
				rank = append(rank, float64(r))
				truth = append(truth, e.Active(p, row+e.Startup))
			}
		}
	}
	c0, c1 := concern.FitCalibration(rank, truth)
	if math.IsNaN(c0) || math.IsNaN(c1) {
		return Calibration{-3, 0.5}
	}
	return Calibration{c0, c1}
}
