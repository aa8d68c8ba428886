package main

import (
	"encoding/json"
	"path"
	"path/filepath"

	"candour/internal/calendar"
	"candour/internal/demo"
	"candour/internal/fault"
	"candour/internal/listen"
)

// fill writes the economy's files and loads them, enters what stands beside them,
// and has everything tested. Each step leaves alone what an earlier start has done;
// the test comes last: where that is, all is there.
func (c *DemoCmd) fill(env *Env, h *House, e demo.Economy, entered bool) error {
	held, err := h.Store.Deliveries(env.Ctx, everything(), 1)
	if err != nil {
		return err
	}
	if len(held) > 0 && held[0].Via != "demo" {
		return c.foreign()
	}
	files := e.Files()
	signals, err := e.SignalFiles()
	if err != nil {
		return err
	}
	signals = append(signals, e.OpenComplaints()...)
	if err := c.writeFiles(e, files, signals); err != nil {
		return err
	}
	bar := &demo.Progress{Out: env.Stderr, Terminal: isTerminal(env.Stderr), Of: testWork + workOf(files, signals)}
	defer bar.End()
	for _, f := range files {
		if err := c.load(env.Ctx, h, f); err != nil {
			return err
		}
		bar.Step("loading "+path.Dir(f.Name), fileWork+len(f.Body))
	}
	if !entered {
		events, err := e.Events(operator)
		if err != nil {
			return err
		}
		if _, err := h.Store.Record(env.Ctx, events...); err != nil {
			return err
		}
	}
	for i := range signals {
		if err := c.loadSignals(env, h, e, &signals[i]); err != nil {
			return err
		}
		bar.Step("loading signals", fileWork+signalWork*signals[i].Signals)
	}
	if err := c.assure(env.Ctx, h, e.Assurances()); err != nil {
		return err
	}
	if err := c.stepIn(env.Ctx, h, e.Interventions()); err != nil {
		return err
	}
	bar.Step("testing every series", 0)
	_, _, err = h.Watcher.Run(env.Ctx)
	bar.Step("ready", testWork)
	return err
}

// writeFiles writes everything that is loaded, and the seed and day of which it is
// made, so that a start that was broken off goes on with the same.
func (c *DemoCmd) writeFiles(e demo.Economy, files []demo.File, signals []demo.SignalFile) error {
	text, err := json.Marshal(e)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "write the economy's seed and day")
	}
	written := append([]demo.File{{Name: "economy.json", Body: text}}, files...)
	written = append(written, e.Assurances().File)
	written = append(written, demo.MappingFiles()...)
	for i := range signals {
		written = append(written, signals[i].File)
	}
	return demo.Write(c.files(), written)
}

// The work of the parts in bytes of a file, so that the bar runs evenly: what any
// file costs beside its bytes, what a signal does, and the test of everything.
const (
	fileWork   = 40_000
	signalWork = 1_500
	testWork   = 4_000_000
)

func workOf(files []demo.File, signals []demo.SignalFile) (work int) {
	for _, f := range files {
		work += fileWork + len(f.Body)
	}
	for i := range signals {
		work += fileWork + signalWork*signals[i].Signals
	}
	return work
}

// openDays is for how many days before today signals are still to be dealt with;
// older ones are loaded as history.
const openDays = 4

// loadSignals loads one file of signals as its commissioner would, who takes each
// of its rows.
func (c *DemoCmd) loadSignals(env *Env, h *House, e demo.Economy, f *demo.SignalFile) error {
	tenant := TenantFlag{Tenant: f.Tenant}
	o := listen.LoadOptions{Received: h.Store.Now(), Settled: calendar.DateOf(e.Day) - openDays}
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
