package main

import (
	"encoding/json"
	"path"
	"path/filepath"
	"time"

	"candour/internal/calendar"
	"candour/internal/demo"
	"candour/internal/fault"
	"candour/internal/listen"
)

// fill writes the economy's files and brings them in as they came in, stage by
// stage, with the store's clock set to each. Each step leaves alone what an earlier
// start has done: a stage after which the watch has run again is whole.
func (c *DemoCmd) fill(env *Env, d *begun, watched time.Time, entered bool) error {
	held, err := d.house.Store.Deliveries(env.Ctx, everything(), 1)
	if err != nil {
		return err
	}
	if len(held) > 0 && held[0].Via != "demo" {
		return c.foreign()
	}
	if _, err := d.house.Store.InstallDefinitions(env.Ctx, string(operator), d.economy.Notice()); err != nil {
		return err
	}
	stages, err := d.economy.Stages()
	if err != nil {
		return err
	}
	if err := c.writeFiles(d.economy, stages); err != nil {
		return err
	}
	bar := &demo.Progress{Out: env.Stderr, Terminal: isTerminal(env.Stderr), Of: workOf(stages)}
	defer bar.End()
	// Everything is read and nothing is kept: this saves a tenth of the time.
	defer collectSeldom()()
	for k := range stages {
		s := &stages[k]
		if s.At.Before(watched) {
			bar.Step("already loaded", workOf(stages[k:k+1]))
			continue
		}
		d.clock.set(s.At)
		if k == len(stages)-1 {
			d.clock.set(time.Time{})
		}
		if err := c.fillStage(env, d, s, k == 0 && !entered, k == len(stages)-1, bar); err != nil {
			return err
		}
		if err := c.assurances(env.Ctx, d, k); err != nil {
			return err
		}
		if k == len(stages)-1 {
			break
		}
		if err := c.deeds(env.Ctx, d, k, k == len(stages)-2); err != nil {
			return err
		}
	}
	return nil
}

// fillStage brings in what came in at one stage: files, on the first also what
// stands beside them, then signals, on the last also how commissioners stepped in;
// and has everything tested.
func (c *DemoCmd) fillStage(env *Env, d *begun, s *demo.Stage, enter, last bool, bar *demo.Progress) error {
	say := "as of " + calendar.DateOf(s.At).String() + ": "
	for _, f := range s.Files {
		if err := c.load(env.Ctx, d.house, f); err != nil {
			return err
		}
		bar.Step(say+path.Dir(f.Name), fileWork+len(f.Body))
	}
	if enter {
		events, err := d.economy.Events(operator)
		if err != nil {
			return err
		}
		if _, err := d.house.Store.Record(env.Ctx, events...); err != nil {
			return err
		}
	}
	for i := range s.Signals {
		if err := c.loadSignals(env, d.house, d.economy, &s.Signals[i]); err != nil {
			return err
		}
		bar.Step(say+"signals", fileWork+signalWork*s.Signals[i].Signals)
	}
	if last {
		if err := c.stepIn(env.Ctx, d.house, d.economy.Interventions()); err != nil {
			return err
		}
		if err := c.moved(env.Ctx, d.house, demo.Marlshire, d.economy.Movements()); err != nil {
			return err
		}
		if err := c.plan(env.Ctx, d.house, d.economy.Plans()); err != nil {
			return err
		}
	}
	_, _, err := d.house.Watcher.Run(env.Ctx)
	bar.Step(say+"tested", testWork)
	return err
}

// writeFiles writes everything that is loaded, and the seed and day of which it is
// made, so that a start that was broken off goes on with the same.
func (c *DemoCmd) writeFiles(e demo.Economy, stages []demo.Stage) error {
	text, err := json.Marshal(e)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "write the economy's seed and day")
	}
	written := append([]demo.File{{Name: "economy.json", Body: text}}, demo.MappingFiles()...)
	written = append(written, e.Assurances().File)
	for k := range stages {
		written = append(written, stages[k].Files...)
		for i := range stages[k].Signals {
			written = append(written, stages[k].Signals[i].File)
		}
	}
	return demo.Write(c.files(), written)
}

// The work of the parts in bytes of a file, so that the bar runs evenly: what any
// file costs beside its bytes, what a signal does, and the test of everything.
const (
	fileWork   = 40_000
	signalWork = 1_500
	testWork   = 2_000_000
)

func workOf(stages []demo.Stage) (work int) {
	for k := range stages {
		work += testWork
		for _, f := range stages[k].Files {
			work += fileWork + len(f.Body)
		}
		for i := range stages[k].Signals {
			work += fileWork + signalWork*stages[k].Signals[i].Signals
		}
	}
	return work
}

// openDays is for how many days before today signals are still to be dealt with;
// older ones are loaded as history, but for those that people read at their stage.
const openDays = 4

// loadSignals loads one file of signals as its commissioner would, who takes each
// of its rows.
func (c *DemoCmd) loadSignals(env *Env, h *House, e demo.Economy, f *demo.SignalFile) error {
	tenant := TenantFlag{Tenant: f.Tenant}
	o := listen.LoadOptions{Received: h.Store.Now(), Settled: calendar.DateOf(e.Day) - openDays}
	if demo.TriagedOf(f) { // people read what was new at the stage
		o.Settled = calendar.DateOf(h.Store.Now()) - openDays
	}
	name := filepath.Join(c.files(), filepath.FromSlash(f.Name))
	if f.Mapping != "" {
		f.Mapping = filepath.Join(c.files(), filepath.FromSlash(f.Mapping))
	}
	m, _, err := readMapping(f.Mapping)
	if err != nil {
		return err
	}
	r, err := h.loadSignals(env.Ctx, tenant.scope(), name, m, o, "demo")
	if err != nil {
		return err
	}
	if len(r.Refusals) > 0 || r.Taken+r.Known != f.Signals {
		return fault.New(fault.Internal, "%s was made of %d signals; %d were taken, %d known, and refused %+v", f.Name, f.Signals, r.Taken, r.Known, r.Refusals)
	}
	return nil
}
