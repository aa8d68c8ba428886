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
	"time"

	"candour/definitions"
	"candour/internal/access"
	"candour/internal/concern"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/indicator"
	"candour/internal/intake"
	"candour/internal/listen"
	"candour/internal/org"
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
	if f.Store == "" {
		if _, err := os.Stat(filepath.Join(f.Data, store.SQLiteFile)); err != nil {
			return nil, fault.New(fault.NotFound, "there is no store in %s: name its folder with --data, or fill one with candour load, serve or demo", f.Data)
		}
	}
	return openHouse(ctx, f)
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
	h.Watcher = &watch.Watcher{Memory: watched{h.Store, h.Desk.Taxonomies}, Catalogue: h.Catalogue, Code: buildVersion(), Actor: "watch", Params: concern.Default()}
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

// reparse reads an archived delivery again.
func reparse(ctx context.Context, s *store.Store, d delivery.Delivery) iter.Seq2[delivery.Item, error] {
	return func(yield func(delivery.Item, error) bool) {
		body, err := s.OpenArchived(ctx, d.SHA256)
		if err != nil {
			yield(delivery.Item{}, err)
			return
		}
		defer body.Close() //nolint:errcheck // it was only read
		for item, err := range intake.Reparse(ctx, d, body) {
			if !yield(item, err) {
				return
			}
		}
	}
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
	return append(places, os.DirFS(own)), nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// checkSources reads the source definitions, lists them, and says which of them
// name an indicator that is not there.
func checkSources(places []fs.FS, c *indicator.Catalogue) (lines, wrong []string, err error) {
	sources, err := intake.LoadSources(places...)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range sources.All() {
		lines = append(lines, fmt.Sprintf("source     %-34s %s  %s", s.ID, s.Version, s.Name))
	}
	return lines, sources.Check(c), nil
}

// Close ends what is going on and closes the store.
func (h *House) Close() error { return h.Store.Close() }

// closing closes h and returns the first error.
func closing(h *House, err error) error {
	if e := h.Close(); err == nil {
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
				list = append(list, record.Definition{Sort: "indicator", ID: string(id), Version: d.Version, Text: string(text)})
				break
			}
		}
	}
	for _, s := range h.Sources.All() {
		list = append(list, record.Definition{Sort: "source", ID: s.ID, Version: s.Version, Text: string(s.Text)})
	}
	list = append(list, record.Definition{Sort: store.ParametersSort, ID: store.ParametersID, Version: concern.Default().Version, Text: string(concern.DefaultText())})
	return list, nil
}

// held gives intake what it needs of the store, for one scope.
type held struct {
	store *store.Store
	scope access.Scope
}

// Archive keeps bytes under their hash. They are spooled to a temporary file
// first, because a stream can be read only once and a change may be tried twice.
func (m held) Archive(ctx context.Context, r io.Reader) (string, int64, error) {
	if f, ok := r.(io.ReadSeeker); ok {
		return m.store.Archive(ctx, f)
	}
	f, err := os.CreateTemp("", "candour-in-*")
	if err != nil {
		return "", 0, fault.Wrap(fault.Unavailable, err, "make a temporary file")
	}
	defer os.Remove(f.Name()) //nolint:errcheck // the system clears its temporary folder
	defer f.Close()           //nolint:errcheck // it was only read
	if _, err := io.Copy(f, r); err != nil {
		return "", 0, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", 0, err
	}
	return m.store.Archive(ctx, f)
}

// OpenArchived opens bytes by their hash.
func (m held) OpenArchived(ctx context.Context, sha256 string) (io.ReadSeekCloser, error) {
	return m.store.OpenArchived(ctx, sha256)
}

// Delivered finds an earlier delivery of the same bytes.
func (m held) Delivered(ctx context.Context, sha256 string) (delivery.Delivery, bool, error) {
	return m.store.Delivered(ctx, m.scope, sha256)
}

// Accept records a delivery with what it yields.
func (m held) Accept(ctx context.Context, d delivery.Delivery, items iter.Seq2[delivery.Item, error], dry bool) (delivery.Delivery, error) {
	return m.store.Accept(ctx, m.scope.Viewer.Account, d, items, dry)
}

// watched gives the watch what it reads of the store.
type watched struct {
	*store.Store
	taxonomies *signal.Taxonomies
}

// Watched reads everything that holds now, as of one position.
func (m watched) Watched(ctx context.Context) (w watch.Watched, err error) {
	sc := everything()
	if w.Through, _, err = m.Head(ctx); err != nil {
		return w, err
	}
	sc = sc.At(w.Through)
	if w.History, err = m.History(ctx, sc); err != nil {
		return w, err
	}
	if w.Roles, err = m.Roles(ctx, sc); err != nil {
		return w, err
	}
	if w.Successions, err = m.Successions(ctx, sc); err != nil {
		return w, err
	}
	notes, err := m.Annotations(ctx, sc, "", "")
	if err != nil {
		return w, err
	}
	w.Limits = map[watch.Key][]watch.Limits{}
	for _, n := range notes {
		if n.Limits {
			k := watch.Key{Indicator: n.Indicator, Org: n.Org}
			w.Limits[k] = append(w.Limits[k], limitsOf(n))
		}
	}
	if w.Held, err = m.held(ctx, sc); err != nil {
		return w, err
	}
	w.Changed, err = m.changed(ctx, sc, w.Held.Through)
	return w, err
}

// held reads what the watch has recorded.
func (m watched) held(ctx context.Context, sc access.Scope) (h watch.Held, err error) {
	last, _, err := m.LastWatch(ctx, sc)
	if err != nil {
		return h, err
	}
	h.Through, h.Code, h.Catalogue, h.Sections = last.Through, last.Code, last.Catalogue, last.Sections
	found, err := m.Findings(ctx, sc, "")
	if err != nil {
		return h, err
	}
	for i := range found {
		h.Findings = append(h.Findings, found[i].Finding)
	}
	h.Verdicts, err = m.Verdicts(ctx, sc, store.Wanted{})
	return h, err
}

// changed reads what came after a position.
func (m watched) changed(ctx context.Context, sc access.Scope, after int64) (c watch.Changed, err error) {
	if c.Series, err = m.ChangedSeries(ctx, sc, after); err != nil {
		return c, err
	}
	if c.Orgs, err = m.ChangedOrganisations(ctx, sc, after); err != nil {
		return c, err
	}
	limits, err := m.ChangedLimits(ctx, sc, after)
	for _, x := range limits {
		c.Limits = append(c.Limits, watch.Key{Indicator: x.Indicator, Org: x.Org})
	}
	return c, err
}

// limitsOf is the limits that an annotation sets.
func limitsOf(n store.Annotation) watch.Limits {
	return watch.Limits{From: n.Period, Because: n.Text, Role: n.Role.Words(), On: n.Signed.Format("2 Jan 2006")}
}

// Evidence reads what concern is judged from beside the figures.
func (m watched) Evidence(ctx context.Context, tenant org.Code) (in watch.Evidence, recorded map[org.Code]string, err error) {
	own := access.Scope{Viewer: access.Operator(operator), Tenant: tenant, AsOf: access.Head}
	if in.Successions, err = m.Successions(ctx, own); err != nil {
		return in, nil, err
	}
	if tenant != "" {
		if in.Opened, err = m.opened(ctx, own); err != nil {
			return in, nil, err
		}
		if in.Providers, err = m.Purview(ctx, own); err != nil {
			return in, nil, err
		}
	}
	if tenant != "" {
		if in.Cells, err = m.SignalCells(ctx, own); err != nil {
			return in, nil, err
		}
		if in.Visits, err = m.visits(ctx, own); err != nil {
			return in, nil, err
		}
		facts, err := m.SignalsAbove(ctx, own)
		if err != nil {
			return in, nil, err
		}
		in.Overrides = watch.Overrides(facts, m.taxonomies, in.Successions, m.Now())
	}
	recorded, err = m.HeldAssessments(ctx, own)
	return in, recorded, err
}

// opened is when the organisations of a commissioner opened, where that is known.
func (m watched) opened(ctx context.Context, sc access.Scope) (map[org.Code]time.Time, error) {
	list, err := m.Organisations(ctx, sc)
	out := map[org.Code]time.Time{}
	for i := range list {
		if at := list[i].OpenFrom; !at.IsZero() {
			out[list[i].Code] = at
		}
	}
	return out, err
}

// Alerts reads how the alerts of one commissioner stand.
func (m watched) Alerts(ctx context.Context, tenant org.Code) (a watch.Alerts, err error) {
	own := access.Scope{Viewer: access.Operator(operator), Tenant: tenant, AsOf: access.Head}
	method, err := m.AlertMethod(ctx, own, concern.Default())
	if err != nil {
		return a, err
	}
	a.Settings, a.Estimates = method.Settings, method.Estimates
	if a.Held, err = m.Store.Alerts(ctx, own, store.AlertFilter{}); err != nil {
		return a, err
	}
	a.Since, a.Providers, err = m.JudgedSince(ctx, own)
	return a, err
}

// Tenants is the commissioners at which somebody holds a role.
func (m watched) Tenants(ctx context.Context) ([]org.Code, error) {
	return m.ActiveTenants(ctx, everything())
}

// Record appends events.
func (m watched) Record(ctx context.Context, events ...record.Event) error {
	_, err := m.Store.Record(ctx, events...)
	return err
}
