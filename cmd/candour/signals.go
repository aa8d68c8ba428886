package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/intake"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/signal/mapping"
	"candour/internal/store"
	"candour/internal/watch"
)

// SignalsCmd is everything about soft intelligence on the command line.
type SignalsCmd struct {
	List    SignalsListCmd    `cmd:"" default:"withargs" help:"Write the signals of a commissioner."`
	Load    SignalsLoadCmd    `cmd:"" help:"Load signals from files: CSV and workbooks by a mapping, e-mail, FHIR bundles."`
	Mapping SignalsMappingCmd `cmd:"" help:"Save a column mapping, by which files with its columns are recognised."`
	Release SignalsReleaseCmd `cmd:"" help:"Read the file of a delivery again, by a corrected mapping."`
	Erase   SignalsEraseCmd   `cmd:"" help:"Destroy the key of a sealed text, or of a file."`
}

// TenantFlag names the commissioner whose signals they are.
type TenantFlag struct {
	Tenant string `required:"" help:"The commissioner whose signals they are." placeholder:"CODE"`
}

func (f TenantFlag) scope() access.Scope {
	return access.Scope{Viewer: access.Operator(operator), Tenant: org.Code(f.Tenant), AsOf: access.Head}
}

// SignalsListCmd writes signals, without their words and without what is sealed.
type SignalsListCmd struct {
	StoreFlags
	TenantFlag
	FormatFlag
	Kind     string `help:"Only this kind: complaint, incident, clinician_concern, …" placeholder:"KIND"`
	Provider string `help:"Only this provider." placeholder:"CODE"`
}

// Help shows examples.
func (SignalsListCmd) Help() string {
	return `Writes references, codes, dates and what became of each signal. Narratives and
sealed text are never written.

Examples:

  candour signals --tenant QHL
  candour signals --tenant QHL --kind complaint --format json
`
}

// Run writes the list.
func (c *SignalsListCmd) Run(env *Env) error {
	h, err := openHouse(env.Ctx, c.StoreFlags)
	if err != nil {
		return err
	}
	held, err := h.Store.SignalsHeld(env.Ctx, c.scope(), store.SignalFilter{Kind: signal.Kind(c.Kind), Provider: org.Code(c.Provider)})
	if err != nil {
		return closing(h, err)
	}
	l := list{head: []string{"reference", "kind", "provider", "ward", "theme", "severity", "happened", "received", "from", "state", "outcome", "due", "entry"}}
	for i := range held {
		x := &held[i]
		happened := ""
		if d, stated := x.EventDay(); stated {
			happened = d.String()
		}
		l.add(x.Reference, string(x.Kind), string(x.Place.Provider), x.Place.Ward, x.OpenTheme(), x.Level().Words(), happened, moment(x.Received),
			string(x.Source.Organisation), string(x.Triage.State), string(x.Triage.Outcome), moment(x.Due), int(x.Position))
	}
	hidden, err := h.Store.CountHidden(env.Ctx, c.scope())
	if err == nil && hidden > 0 {
		_, err = fmt.Fprintf(env.Stderr, "Left out: %d under strict access or embargo, which show to their named readers on the pages alone.\n", hidden)
	}
	if err != nil {
		return closing(h, err)
	}
	return closing(h, l.write(env.Stdout, c.Format))
}

// SignalsLoadCmd loads files of signals.
type SignalsLoadCmd struct {
	StoreFlags
	TenantFlag
	Paths    []string `arg:"" name:"path" help:"Files and folders to load."`
	Mapping  string   `help:"Column mapping for CSV files and workbooks, a YAML file; left out, the saved one that fits is taken." type:"existingfile" placeholder:"FILE"`
	Provider string   `help:"The provider of items that don't name one, such as e-mails." placeholder:"CODE"`
	Settled  string   `name:"settled-before" help:"Items received before this day are history: recorded with the outcome noted." placeholder:"DAY"`
	DryRun   bool     `name:"dry-run" help:"Say what would be taken, and keep nothing."`
	JSON     bool     `name:"json" help:"Write one JSON object a file instead of words."`
	NoTest   bool     `name:"no-watch" help:"Don't judge concern by what came; candour watch does it later, and a server soon."`
}

// Help shows examples and exit codes.
func (SignalsLoadCmd) Help() string {
	return `Each file is archived, encrypted, before anything looks at it, and recognised by its
content: CSV files and workbooks by a saved mapping that fits their columns, e-mails as
messages that wait to be sorted, FHIR R4 bundles of LFPSE records, and one signal as
JSON a line. Identifiers of patients in free text are removed before anything is stored.
A row that can't be taken is named with its reason and stays in quarantine on the Data
page; the same item twice is known, and a later version of it revises it. Then concern
is judged by what came, as candour load does.

Exit codes: 0 all taken; 1 done, but rows were refused; 2 refused; 3 failed.

Examples:

  candour signals load --tenant QHL --mapping incidents.yaml incidents-2026-10.csv
  candour signals load --tenant QHL --provider RXX mail-in/
  candour signals load --tenant QHL lfpse-bundle.json --json
  candour signals load --tenant QHL --dry-run complaints-2026-11.xlsx
`
}

// Run loads and says what became of each file.
func (c *SignalsLoadCmd) Run(env *Env) error {
	flags, done, err := c.trial(c.DryRun)
	if err != nil {
		return err
	}
	defer done()
	h, err := openHouse(env.Ctx, flags)
	if err != nil {
		return err
	}
	return closing(h, c.load(env, h))
}

func (c *SignalsLoadCmd) load(env *Env, h *House) error {
	m, _, err := readMapping(c.Mapping)
	if err != nil {
		return err
	}
	o := listen.LoadOptions{Received: h.Store.Now(), Provider: org.Code(c.Provider)}
	if o.Settled, err = calendar.ParseDate(c.Settled); err != nil {
		return err
	}
	refused, changed, via := false, false, "load"
	if c.DryRun {
		via = ""
	}
	for _, root := range c.Paths {
		err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			report, err := h.loadSignals(env.Ctx, c.scope(), name, m, o, via)
			if err != nil {
				return err
			}
			refused, changed = refused || len(report.Refusals) > 0, changed || !c.DryRun && report.Taken+report.Revised > 0
			return c.say(env, report)
		})
		if err != nil {
			return fault.Wrap(fault.KindOf(err), err, "load signals from %s", root)
		}
	}
	if changed {
		if err := h.judgeHeard(env, c.TenantFlag, c.NoTest, c.JSON); err != nil {
			return err
		}
	}
	if refused {
		return fault.Exit(fault.ExitQuarantined)
	}
	return nil
}

// judgeHeard judges concern by what a command took in, and says so: a server that serves
// the same store would do it soon, but there may be none.
func (h *House) judgeHeard(env *Env, t TenantFlag, later, quiet bool) error {
	if !later {
		if _, _, err := h.Watcher.Run(env.Ctx); err != nil {
			return fault.Wrap(fault.KindOf(err), err, "the signals are taken, but concern was not judged by them; candour watch tries again")
		}
	}
	if quiet {
		return nil
	}
	return h.sayJudged(env, t.Tenant, later)
}

// sayJudged says of whom concern is judged by the signals that came, or when it will be.
func (h *House) sayJudged(env *Env, tenant string, later bool) error {
	words := "Concern is not judged by the signals yet: candour watch does that, and a server within a minute."
	if !later {
		tenants, err := h.Store.ActiveTenants(env.Ctx, everything())
		if err != nil {
			return err
		}
		words = "Concern is judged by the signals too: candour watchlist --tenant " + tenant
		if !slices.Contains(tenants, org.Code(tenant)) {
			words = "Nobody holds a role at " + tenant + " yet, so concern is judged for nobody there: candour invite names somebody."
		}
	}
	_, err := fmt.Fprintln(env.Stdout, words)
	return err
}

// signalReport is what became of one file.
type signalReport struct {
	File string `json:"file"`
	listen.Imported
}

// loadSignals loads one file for the scope's commissioner; via nothing it only tries it.
func (h *House) loadSignals(ctx context.Context, sc access.Scope, name string, m *mapping.Mapping, o listen.LoadOptions, via string) (r signalReport, err error) {
	r.File = name
	info, err := os.Stat(name)
	if err != nil {
		return r, fault.Wrap(fault.NotFound, err, "open the file")
	}
	if info.Size() > intake.LargestSignals {
		return r, fault.New(fault.TooLarge, "%s has %d bytes, expected at most %d", name, info.Size(), intake.LargestSignals)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return r, fault.Wrap(fault.Unavailable, err, "read the file")
	}
	o.Name = name
	if via == "" {
		r.Imported, err = h.sorter(sc).Try(ctx, text, m, o)
		return r, err
	}
	r.Imported, err = h.importSignals(ctx, sc, text, m, o, via)
	return r, err
}

// importSignals takes the bytes of one file in.
func (h *House) importSignals(ctx context.Context, sc access.Scope, text []byte, m *mapping.Mapping, o listen.LoadOptions, via string) (listen.Imported, error) {
	return h.sorter(sc).Import(ctx, text, m, o, via)
}

func (c *SignalsLoadCmd) say(env *Env, r signalReport) error {
	if c.JSON {
		return json.NewEncoder(env.Stdout).Encode(r)
	}
	_, err := fmt.Fprintf(env.Stdout, "%s\n  %s: signals %s; %s\n", r.File, deliveredAs(r.Delivery), r.Delivery.SignalWords(), plural(len(r.Refusals), "refusal", "refusals"))
	if err := sayReread(env.Stdout, r.Delivery); err != nil {
		return err
	}
	for i, x := range r.Refusals {
		if i == spoken {
			fmt.Fprintf(env.Stdout, "  and %d more; --json lists them\n", len(r.Refusals)-spoken)
			break
		}
		fmt.Fprintf(env.Stdout, "  row %d, %s: found %q; expected %s. %s\n", x.Row, x.Field.Field, x.Field.Found, x.Field.Expected, x.Field.Advice)
	}
	for i, note := range r.Notes {
		if i == spoken {
			fmt.Fprintf(env.Stdout, "  and %d more notes; --json lists them\n", len(r.Notes)-spoken)
			break
		}
		fmt.Fprintf(env.Stdout, "  %s\n", note)
	}
	return err
}

// deliveredAs is the delivery that a file became with its state, or the state alone of one
// that was only tried.
func deliveredAs(d delivery.Delivery) string {
	if d.ID == "" {
		return string(d.Status)
	}
	return "delivery " + string(d.ID) + ", " + string(d.Status)
}

// SignalsEraseCmd destroys the key of a sealed text.
type SignalsEraseCmd struct {
	StoreFlags
	TenantFlag
	Ref     string `arg:"" help:"Reference of the signal, such as G-2026-12; or id of the delivery of a file, such as D-000123."`
	Because string `required:"" help:"The lawful reason; it is recorded." placeholder:"REASON"`
}

// Help shows examples.
func (SignalsEraseCmd) Help() string {
	return `Destroys the keys of everything that is sealed with the signal. Nobody can open it
again; that it was there, and who read it, stays, and the memory still verifies.
A backup made before holds the key until it is deleted (docs/sealed-text.md).

Examples:

  candour signals erase --tenant QHL G-2026-12 --because "Erasure asked by the patient"
  candour signals erase --tenant QHL D-000123 --because "The file named patients"
`
}

// Run destroys the keys.
func (c *SignalsEraseCmd) Run(env *Env) error {
	h, err := openHouse(env.Ctx, c.StoreFlags)
	if err != nil {
		return err
	}
	return closing(h, c.erase(env, h))
}

func (c *SignalsEraseCmd) erase(env *Env, h *House) error {
	if strings.HasPrefix(c.Ref, "D-") {
		return c.eraseFile(env, h)
	}
	parts, err := h.Store.SealedParts(env.Ctx, c.scope(), c.Ref)
	if err != nil {
		return err
	}
	erased := 0
	for _, part := range parts {
		if part.Erased {
			continue
		}
		if err := h.Store.EraseSealed(env.Ctx, c.scope(), part.Ref, c.Because); err != nil {
			return err
		}
		erased++
	}
	_, err = fmt.Fprintf(env.Stdout, "%s: %s destroyed\n", c.Ref, plural(erased, "key", "keys"))
	return err
}

// visits is the scored visits of a commissioner.
func (m watched) visits(ctx context.Context, sc access.Scope) ([]watch.VisitScore, error) {
	held, err := m.SignalsHeld(ctx, sc, store.SignalFilter{Kind: signal.KindVisit})
	if err != nil {
		return nil, err
	}
	seen := make([]signal.Signal, len(held))
	for i := range held {
		seen[i] = held[i].Signal
	}
	return watch.Visits(seen), nil
}
