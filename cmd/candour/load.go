package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/finding"
	"candour/internal/intake"
	"candour/internal/record"
	"candour/internal/watch"
)

// LoadCmd loads files.
type LoadCmd struct {
	StoreFlags
	Paths  []string `arg:"" name:"path" help:"Files, folders and zips to load."`
	JSON   bool     `name:"json" help:"Write one JSON object a file instead of words."`
	DryRun bool     `name:"dry-run" help:"Say what would be taken, and keep nothing."`
	As     string   `help:"Read the files as this source, whatever they look like (candour check lists the sources)." placeholder:"SOURCE"`
	Period string   `help:"The period that the files are for, where they don't say: 2025-04, 2024-Q1, FY2024, R12-2024-03." placeholder:"PERIOD"`
	Tenant string   `help:"Keep the values private to this commissioner, whose signals they are too; without it they are published data." placeholder:"CODE"`
	NoTest bool     `name:"no-watch" help:"Don't test what came; candour watch does it later."`
}

// Help shows examples and exit codes.
func (LoadCmd) Help() string {
	return `Each file is recognised by its content, its bytes are archived under their hash
before anything is read, and each row is taken or kept in quarantine with the
reason. The same file twice is recognised; a revised period supersedes and both
vintages stay.

Files of signals (e-mails, FHIR bundles, complaints logs and incident exports) are
told by their content too. They are kept encrypted, for the commissioner named by
--tenant; a table that nothing describes waits there until somebody says on its
delivery's page which column is what.

Exit codes: 0 all done; 1 done, but something was quarantined or waits for a
person; 2 refused, or a name that is not there; 3 failed, or a file that can't be
opened. The other files are loaded all the same.

Examples:

  candour load Monthly-AE-April-2025.csv
  candour load downloads/ --json
  candour load --tenant QHL complaints-2026-10.xlsx message.eml
  candour load --dry-run --as shmi --period R12-2012-03 shmi.csv
`
}

// Run loads, says what became of each file, and tests what came.
func (c *LoadCmd) Run(env *Env) error {
	flags, done, err := c.trial(c.DryRun)
	if err != nil {
		return err
	}
	defer done()
	h, err := openHouse(env.Ctx, flags)
	if err != nil {
		return err
	}
	if err := h.sayUndefined(env); err != nil {
		return closing(h, err)
	}
	return closing(h, c.load(env, h))
}

// trial is where a trial looks: in the store, or in an empty one of its own where there is
// none, since a trial makes no store. Done clears that away.
func (f StoreFlags) trial(dry bool) (flags StoreFlags, done func(), err error) {
	if !dry || f.held() == nil {
		return f, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "candour-trial-*")
	if err != nil {
		return f, nil, fault.Wrap(fault.Unavailable, err, "can't make a temporary folder")
	}
	if own := filepath.Join(f.Data, "definitions"); f.Definitions == "" && isDir(own) {
		f.Definitions = own
	}
	f.Data = dir
	return f, func() { _ = os.RemoveAll(dir) }, nil // else the system clears its temporary folder
}

func (c *LoadCmd) load(env *Env, h *House) error {
	period, err := calendar.ParsePeriod(c.Period)
	if err != nil {
		return err
	}
	if c.As != "" && h.Sources.Get(c.As) == nil {
		return fault.New(fault.NotFound, "there is no source %q; candour check lists those there are", c.As)
	}
	o := intake.Options{Source: c.As, Period: period, Dry: c.DryRun, Tenant: c.Tenant, By: string(operator), Via: "load"}
	h.Loader.Signals = h.sorter(TenantFlag{c.Tenant}.scope())
	var did loaded
	for _, path := range c.Paths {
		if err := c.take(env, h, path, o, &did); err != nil {
			return err
		}
	}
	if err := c.test(env, h, did.taken); err != nil {
		return err
	}
	if did.heard && !c.DryRun && !c.JSON {
		if err := h.sayJudged(env, c.Tenant, c.NoTest); err != nil {
			return err
		}
	}
	if did.unread != nil {
		return did.unread
	}
	if did.held {
		return fault.Exit(fault.ExitQuarantined)
	}
	return nil
}

// loaded is what became of all that was named: whether anything was held back, taken,
// and heard, and which names lead to no file that can be opened.
type loaded struct {
	held, taken bool
	heard       bool // signals among it
	unread      error
}

// miss remembers a name that leads to no file. A file that is there and can't be opened
// decides the exit code before one that is not there.
func (d *loaded) miss(err error) {
	if fault.Is(err, fault.Unavailable) {
		d.unread = errors.Join(err, d.unread)
		return
	}
	d.unread = errors.Join(d.unread, err)
}

// take loads what lies under one path.
func (c *LoadCmd) take(env *Env, h *House, path string, o intake.Options, did *loaded) error {
	files := 0
	for report, err := range h.Loader.LoadPaths(env.Ctx, []string{path}, o) {
		files++
		if report.Status == delivery.Unread { // it keeps no other file out
			did.miss(err)
			if !c.JSON {
				continue
			}
			err = nil
		}
		if err != nil {
			return err
		}
		if err := c.say(env, report); err != nil {
			return err
		}
		did.held = did.held || report.Quarantined > 0 || report.Status == delivery.Quarantined || report.Status == delivery.Waiting
		did.taken = did.taken || report.Accepted > 0
		did.heard = did.heard || report.Delivery.Shape == delivery.Signals && report.Accepted > 0
	}
	if files == 0 {
		fmt.Fprintf(env.Stderr, "candour: there is no file in %s, so nothing was loaded from it\n", path)
	}
	return nil
}

// test watches what was taken, and what an earlier load left untested because its
// watch failed or was put off.
func (c *LoadCmd) test(env *Env, h *House, taken bool) error {
	if !taken {
		unwatched, err := h.Store.Unwatched(env.Ctx)
		if err != nil {
			return err
		}
		taken = unwatched > 0
	}
	if !taken || c.DryRun || c.NoTest {
		return nil
	}
	diff, out, err := h.Watcher.Run(env.Ctx)
	if err == nil && !c.JSON {
		fmt.Fprintf(env.Stdout, "Watched %s, %d of them judged afresh, and %s: %d findings began, %d ended.\n", plural(out.Series, "series", "series"), out.Judged, plural(out.Funnels, "cross-section", "cross-sections"), len(diff.Began), len(diff.Ended))
	}
	return err
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// say writes what became of one file.
func (c *LoadCmd) say(env *Env, r intake.Report) error {
	if c.JSON {
		return json.NewEncoder(env.Stdout).Encode(r)
	}
	source := r.Source
	if source == "" {
		source = "not recognised"
	}
	became := fmt.Sprintf("%d values unchanged, %d superseding", r.Unchanged, r.Superseding)
	if r.Delivery.Shape == delivery.Signals {
		became = "signals " + r.Delivery.SignalWords()
	}
	_, err := fmt.Fprintf(env.Stdout, "%s\n  %s, %s: %s; %d rows accepted, %d quarantined, %s\n",
		r.File, source, cmp.Or(r.Period, "no period"), r.Status, r.Accepted, r.Quarantined, became)
	if err := sayReread(env.Stdout, r.Delivery); err != nil {
		return err
	}
	for i, note := range r.Notes {
		if i == spoken {
			fmt.Fprintf(env.Stdout, "  and %d more notes; --json lists them\n", len(r.Notes)-spoken)
			break
		}
		fmt.Fprintf(env.Stdout, "  %s\n", note)
	}
	if n := len(r.Receipts); n > 0 {
		fmt.Fprintf(env.Stdout, "  received as %s to %s; --json lists each with its entry in the memory\n", r.Receipts[0].Reference, r.Receipts[n-1].Reference)
	}
	for i, m := range r.Messages {
		if i == spoken {
			_, err = fmt.Fprintf(env.Stdout, "  and %d more; --json lists them, and all are in quarantine\n", len(r.Messages)-spoken)
			break
		}
		_, err = fmt.Fprintf(env.Stdout, "  %s: found %s; expected %s. %s\n", where(m), m.Found, m.Expected, m.Advice)
	}
	return err
}

// sayReread names the earlier deliveries of the same bytes that one reads again.
func sayReread(w io.Writer, d delivery.Delivery) (err error) {
	for _, id := range d.Rereads {
		if _, err = fmt.Fprintf(w, "  reads %s again, which needs nobody any more\n", id); err != nil {
			return err
		}
	}
	return nil
}

// spoken is how many refusals of a file are spelt out in words.
const spoken = 20

// where is the place of a refusal in words.
func where(m intake.Message) string {
	var parts []string
	if m.Sheet != "" {
		parts = append(parts, "sheet "+m.Sheet)
	}
	if m.Row > 0 {
		parts = append(parts, fmt.Sprintf("row %d", m.Row))
	}
	if m.Column != "" {
		parts = append(parts, "column "+m.Column)
	}
	if len(parts) == 0 {
		return "the file"
	}
	return strings.Join(parts, ", ")
}

// WatchCmd runs the watch.
type WatchCmd struct {
	StoreFlags
	JSON bool `name:"json" help:"Write the difference as JSON."`
}

// Help shows examples.
func (WatchCmd) Help() string {
	return `Tests every series and cross-section that is held and prints what changed since
the last run. The same memory gives the same findings, bit for bit.

Examples:

  candour watch
  candour watch --json
`
}

// Run watches and prints what changed.
func (c *WatchCmd) Run(env *Env) error {
	h, err := openHeld(env.Ctx, c.StoreFlags)
	if err != nil {
		return err
	}
	if err := h.sayUndefined(env); err != nil {
		return closing(h, err)
	}
	diff, out, err := h.Watcher.RunAll(env.Ctx)
	if err == nil {
		err = c.say(env, diff, out)
	}
	return closing(h, err)
}

func (c *WatchCmd) say(env *Env, diff record.Watch, out watch.Outcome) error {
	if c.JSON {
		return json.NewEncoder(env.Stdout).Encode(diff)
	}
	for _, f := range diff.Began {
		mark := map[finding.Direction]string{finding.Concern: "concern", finding.Improvement: "improvement", finding.Neutral: "note"}[f.Direction]
		fmt.Fprintf(env.Stdout, "began  %-11s %-7s %-30s %-12s %s\n", mark, f.Org, f.Indicator, f.To, strings.TrimSpace(f.Sentence))
	}
	for _, id := range diff.Ended {
		fmt.Fprintf(env.Stdout, "ended  %s\n", id)
	}
	_, err := fmt.Fprintf(env.Stdout, "%s, %s, %d findings hold; %d began, %d ended. Digest %s.\n",
		plural(out.Series, "series", "series"), plural(out.Funnels, "cross-section", "cross-sections"), len(out.Findings), len(diff.Began), len(diff.Ended), out.Digest)
	return err
}
