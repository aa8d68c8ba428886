package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"candour/definitions"
	"candour/internal/access"
	"candour/internal/concern"
	"candour/internal/definition"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/indicator"
	"candour/internal/intake"
	"candour/internal/listen"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/watch"
)

// StoreFlags say where the store is; every command that needs one has them.
type StoreFlags struct {
	Data        string `help:"Folder of the embedded store; ${default} unless said." default:"./candour-data" placeholder:"DIR"`
	Store       string `help:"Address of a PostgreSQL store instead: postgres://user:password@host/database." placeholder:"URL"`
	Definitions string `help:"Folder with your own definitions (indicators/, sources/, …), laid over those that come with Candour." placeholder:"DIR"`
}

// House is the running program: every long-lived thing, joined.
type House struct {
	Store     *store.Store
	Catalogue *indicator.Catalogue
	Sources   *intake.Sources
	Loader    *intake.Loader
	Watcher   *watch.Watcher
	Desk      *listen.Desk
	Channels  []signal.OwnChannel
	places    []fs.FS
}

// operator is whom the ledger names for what the command line does.
const operator access.AccountID = "operator"

// openHouse opens the store with everything that works on it, and records the
// definitions that are new.
func openHouse(ctx context.Context, f StoreFlags) (*House, error) {
	return openHouseBy(ctx, f, time.Now)
}

// openHeld is openHouse of a store that is there: a mistyped folder would otherwise be
// answered, or backed up, as an empty memory.
func openHeld(ctx context.Context, f StoreFlags) (*House, error) {
	if err := f.held(); err != nil {
		return nil, err
	}
	return openHouse(ctx, f)
}

// openHeldBare is openBare of a store that is there.
func openHeldBare(ctx context.Context, f StoreFlags) (*store.Store, error) {
	if err := f.held(); err != nil {
		return nil, err
	}
	return openBare(ctx, f)
}

// held is an error where no store is.
func (f StoreFlags) held() error {
	if f.Store != "" {
		return nil
	}
	if _, err := os.Stat(filepath.Join(f.Data, store.SQLiteFile)); err != nil {
		return fault.New(fault.NotFound, "there is no store in %s: name its folder with --data, or fill one with candour load, serve or demo", f.Data)
	}
	return nil
}

// openHouseBy is openHouse by another clock than the machine's.
func openHouseBy(ctx context.Context, f StoreFlags, now func() time.Time) (*House, error) {
	own := f.Definitions
	if own == "" && f.Store == "" {
		if own = filepath.Join(f.Data, "definitions"); !isDir(own) {
			own = ""
		}
	}
	places, err := definitionPlaces(own)
	if err != nil {
		return nil, err
	}
	h := &House{places: places}
	if h.Catalogue, err = indicator.Load(places...); err != nil {
		return nil, err
	}
	if h.Sources, err = intake.LoadSources(places...); err != nil {
		return nil, err
	}
	if h.Channels, err = signal.LoadChannels(places...); err != nil {
		return nil, err
	}
	if h.Store, err = openBareBy(ctx, f, now); err != nil {
		return nil, err
	}
	h.Loader = &intake.Loader{Sources: h.Sources, Memory: held{h.Store, everything()}, Limits: intake.DefaultLimits, Now: h.Store.Now, Indicators: h.Catalogue}
	if h.Desk, err = listen.NewDesk(h.Store, h.Store.Now, places...); err != nil {
		return nil, closing(h, err)
	}
	if _, err := h.Desk.LayLists(ctx); err != nil { // what can't be read is told in Administration
		return nil, closing(h, err)
	}
	h.Loader.Signals = h.sorter(everything())
	h.Watcher = &watch.Watcher{Memory: watched{h.Store, h.Desk.Taxonomies, h.Channels}, Catalogue: h.Catalogue, Code: buildVersion(), Actor: "watch", Params: concern.Default()}
	if err := h.install(ctx); err != nil {
		return nil, closing(h, err)
	}
	return h, nil
}

// sorter takes the files of signals that a scope's viewer gives.
func (h *House) sorter(sc access.Scope) *listen.Sorter {
	return &listen.Sorter{Desk: h.Desk, Store: h.Store, Scope: sc}
}

// openBare opens the store and nothing else.
func openBare(ctx context.Context, f StoreFlags) (*store.Store, error) {
	return openBareBy(ctx, f, time.Now)
}

func openBareBy(ctx context.Context, f StoreFlags, now func() time.Time) (*store.Store, error) {
	if f.Store != "" && !strings.HasPrefix(f.Store, "postgres://") && !strings.HasPrefix(f.Store, "postgresql://") {
		return nil, fault.New(fault.Invalid, "--store is not the address of a PostgreSQL database: write postgres://user:password@host:port/database, or name a folder with --data")
	}
	var s *store.Store
	var err error
	s, err = store.Open(ctx, store.Config{
		Dir: f.Data, URL: f.Store, Now: now, Random: rand.Reader,
		Reparse: func(ctx context.Context, d delivery.Delivery) iter.Seq2[delivery.Item, error] {
			return reparse(ctx, s, d)
		},
	})
	return s, err
}

// definitionPlaces is where definitions are read: those that come with Candour,
// then the installation's own folder, when one is named.
func definitionPlaces(own string) ([]fs.FS, error) {
	places := []fs.FS{definitions.Files}
	if own == "" {
		return places, nil
	}
	if !isDir(own) {
		return nil, fault.New(fault.Invalid, "the folder of definitions %s is not there", own)
	}
	wrong, err := definition.Unread(os.DirFS(own))
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the folder of definitions %s can't be read", own)
	}
	if len(wrong) > 0 {
		return nil, fault.New(fault.Invalid, "in the folder of definitions %s %s", own, strings.Join(wrong, "; "))
	}
	return append(places, os.DirFS(own)), nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// checkSources reads the source definitions, lists them, and says which of them
// name an indicator that is not in the catalogue, where there is one.
func checkSources(places []fs.FS, c *indicator.Catalogue) (lines, wrong []string, err error) {
	sources, err := intake.LoadSources(places...)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range sources.All() {
		lines = append(lines, fmt.Sprintf("source     %-34s %s  %s", s.ID, s.Version, s.Name))
	}
	if c == nil { // its own files are wrong; they are named first
		return lines, nil, nil
	}
	return lines, sources.Check(c), nil
}

// Close ends what is going on and closes the store.
func (h *House) Close() error { return h.Store.Close() }

// closing closes a house or a store and returns the first error.
func closing(c io.Closer, err error) error {
	if e := c.Close(); err == nil {
		return e
	}
	return err
}

// everything is the operator's scope, now.
func everything() access.Scope { return access.Everything(access.Operator(operator)) }

// install records the definitions in force. Where some are new, rows that waited
// for them in quarantine are taken.
func (h *House) install(ctx context.Context) error {
	list, err := h.definitionTexts()
	if err != nil {
		return err
	}
	installed, err := h.Store.InstallDefinitions(ctx, string(operator), list)
	if err != nil || installed == 0 {
		return err
	}
	return h.releaseDefined(ctx)
}

// releaseDefined reads again each delivery that named an indicator which is defined
// by now, and tests what that brings. The last delivery of the same bytes counts.
func (h *House) releaseDefined(ctx context.Context) error {
	all, err := h.Store.Deliveries(ctx, everything(), math.MaxInt32)
	if err != nil {
		return err
	}
	released, seen := 0, map[string]bool{}
	for _, d := range all {
		if seen[d.SHA256] {
			continue
		}
		seen[d.SHA256] = true
		for id := range d.Undefined {
			if h.Catalogue.Get(id) != nil {
				if _, err := h.Loader.Release(ctx, d, intake.Correction{By: string(operator)}); err != nil {
					return fmt.Errorf("take the rows of %s whose indicator is now defined: %w", d.ID, err)
				}
				released++
				break
			}
		}
	}
	if released == 0 {
		return nil
	}
	_, _, err = h.Watcher.Run(ctx)
	return err
}

// definitionTexts is every definition in force with its text.
func (h *House) definitionTexts() ([]record.Definition, error) {
	var list []record.Definition
	for _, id := range h.Catalogue.IDs() {
		d := h.Catalogue.Get(id)
		for i := len(h.places) - 1; i >= 0; i-- {
			text, err := fs.ReadFile(h.places[i], "indicators/"+string(id)+".yaml")
			if err == nil {
				list = append(list, record.Definition{Sort: store.IndicatorSort, ID: string(id), Version: d.Version, Text: string(text)})
				break
			}
		}
	}
	for _, s := range h.Sources.All() {
		list = append(list, record.Definition{Sort: "source", ID: s.ID, Version: s.Version, Text: string(s.Text)})
	}
	for _, c := range h.Channels {
		list = append(list, record.Definition{Sort: store.ChannelSort, ID: string(c.ID), Version: c.Version, Text: string(c.Text)})
	}
	list = append(list, record.Definition{Sort: store.ParametersSort, ID: store.ParametersID, Version: concern.Default().Version, Text: string(concern.DefaultText())})
	return list, nil
}
