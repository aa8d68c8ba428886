package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"iter"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"candour/definitions"
	"candour/internal/access"
	"candour/internal/delivery"
	"candour/internal/indicator"
	"candour/internal/intake"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/store"
	"candour/internal/store/storetest"
	"candour/internal/watch"
)

// Fast hashing, because tests are not attackers.
var testCost = Argon2{Time: 1, Memory: 64, Threads: 1}

const testPassword = "three plain words"

// bundle is a server over a store of two commissioners with an account for each
// role at each.
type bundle struct {
	testing.TB
	ctx    context.Context
	clock  *storetest.Clock
	store  *store.Store
	server *Server
	tick   chan time.Time
	log    *strings.Builder
	dir    string // data directory
	watch  *watching
}

// The two commissioners; providers RA1 and RA2 are QAA's, RB1 and RB2 are QBB's.
// What names QBB's must never be shown at QAA, and the other way round.
var (
	tenants  = []org.Code{"QAA", "QBB"}
	provider = map[org.Code]map[org.Code]string{
		"QAA": {"RA1": "Aldermoor Hospitals", "RA2": "Thornley Community"},
		"QBB": {"RB1": "Bramblecote Hospitals", "RB2": "Pellam Park Clinic"},
	}
)

// What tests begin with is made once and copied: a store with nobody in it, and one
// with the commissioners, their providers and an account for each role.
var (
	emptyStore   = storetest.Prepare(nil)
	peopledStore = storetest.Prepare(addPeople)
)

// shared is what is read from the definitions once: the program too has one of each
// and never changes them.
var shared = sync.OnceValues(func() (d struct {
	catalogue *indicator.Catalogue
	sources   *intake.Sources
	desk      *listen.Desk // without a memory: desk gives each test its own
}, err error,
) {
	if d.desk, err = listen.NewDesk(nil, nil, definitions.Files); err != nil {
		return d, err
	}
	if d.catalogue, err = indicator.Load(definitions.Files); err != nil {
		return d, err
	}
	d.sources, err = intake.LoadSources(definitions.Files)
	return d, err
})

// setup is a server over a store with nobody in it.
func setup(t testing.TB) *bundle { return begin(t, emptyStore) }

// peopled is a server over a store of two commissioners with their people.
func peopled(t testing.TB) *bundle { return begin(t, peopledStore) }

func begin(t testing.TB, from *storetest.Prepared) *bundle {
	t.Helper()
	return serve(t, from.Dir(t), "", storetest.NewClock())
}

// serve is a server over the store of a folder, or over the PostgreSQL store of an
// address.
func serve(t testing.TB, dir, url string, clock *storetest.Clock) *bundle {
	t.Helper()
	b := &bundle{TB: t, ctx: t.Context(), clock: clock, tick: make(chan time.Time), log: &strings.Builder{}, dir: dir}
	var err error
	var s *store.Store
	s, err = store.Open(b.ctx, store.Config{
		Dir: b.dir, URL: url, Now: clock.Now, Random: rand.Reader,
		Reparse: func(ctx context.Context, d delivery.Delivery) iter.Seq2[delivery.Item, error] {
			body, err := s.OpenArchived(ctx, d.SHA256)
			if err != nil {
				return func(yield func(delivery.Item, error) bool) { yield(delivery.Item{}, err) }
			}
			return intake.Reparse(ctx, d, body)
		},
	})
	b.no(err)
	b.store = s
	read, err := shared()
	b.no(err)
	catalogue, sources := read.catalogue, read.sources
	b.watch = &watching{Watcher: watch.Watcher{Memory: watched{s}, Catalogue: catalogue, Code: "test", Actor: "watch", Workers: 1}}
	b.server, err = New(Config{
		Store: s, Catalogue: catalogue, Sources: sources, Log: slog.New(slog.NewTextHandler(lines{b}, nil)), Version: "test", Random: rand.Reader,
		LoaderFor: func(sc access.Scope) Loader {
			return &intake.Loader{Sources: sources, Memory: held{s, sc}, Limits: intake.DefaultLimits, Now: s.Now, Signals: &listen.Sorter{Desk: b.server.Desk, Store: s, Scope: sc}}
		},
		Watcher: b.watch, Desk: desk(t, s),
		Password: testCost, Tick: b.tick,
	})
	b.no(err)
	t.Cleanup(func() {
		if err := errors.Join(b.server.Close(context.Background()), s.Close()); err != nil {
			t.Error(err)
		}
	})
	return b
}

// desk takes signals in by the definitions that come with Candour.
func desk(t testing.TB, s *store.Store) *listen.Desk {
	t.Helper()
	read, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return &listen.Desk{Memory: s, Now: s.Now, Taxonomies: read.desk.Taxonomies.Apart(), Rulebook: read.desk.Rulebook}
}

// lines collects the log.
type lines struct{ b *bundle }

func (l lines) Write(p []byte) (int, error) { return l.b.log.Write(p) }

func (b *bundle) no(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// addPeople adds the commissioners, their providers and an account for each role.
func addPeople(t testing.TB, s *store.Store) {
	b := &bundle{TB: t, ctx: t.Context(), store: s}
	var events []record.Event
	add := func(kind record.Kind, stream string, body any) {
		e, err := record.New(kind, stream, "", "operator", body)
		b.no(err)
		events = append(events, e)
	}
	for _, tenant := range tenants {
		add(record.OrganisationRecorded, "organisation/"+string(tenant), org.Organisation{Code: tenant, Name: "NHS " + string(tenant) + " ICB", Role: org.Commissioner})
		for code, name := range provider[tenant] {
			add(record.OrganisationRecorded, "organisation/"+string(code), org.Organisation{Code: code, Name: name, Role: org.Trust, System: tenant})
		}
	}
	_, err := b.store.Record(b.ctx, events...)
	b.no(err)
	encoded, err := testCost.hash(testPassword, rand.Reader)
	b.no(err)
	for _, tenant := range tenants {
		for _, role := range access.Roles {
			a := record.Account{ID: accountOf(role, tenant), Login: loginOf(role, tenant), Name: "Person " + string(tenant), Memberships: []access.Membership{{Tenant: tenant, Role: role}}}
			b.no(b.store.SetAccount(b.ctx, b.operator(), a))
			b.no(b.store.SetPassword(b.ctx, a.ID, encoded))
		}
	}
}

func (b *bundle) operator() access.Scope { return access.Everything(access.Operator("operator")) }

func accountOf(role access.Role, tenant org.Code) access.AccountID {
	return access.AccountID("u-" + string(role) + "-" + strings.ToLower(string(tenant)))
}

func loginOf(role access.Role, tenant org.Code) string {
	return string(role) + "@" + strings.ToLower(string(tenant)) + ".example"
}

// browser is somebody's browser: it keeps the session's cookie and says where its
// forms come from.
type browser struct {
	*bundle
	cookie *http.Cookie
}

// as signs a role in at a commissioner, without the form.
func (b *bundle) as(role access.Role, tenant org.Code) *browser {
	b.Helper()
	token, err := b.store.SignIn(b.ctx, accountOf(role, tenant), tenant, time.Hour)
	b.no(err)
	return &browser{b, &http.Cookie{Name: "candour", Value: token}}
}

// nobody is a browser that isn't signed in.
func (b *bundle) nobody() *browser { return &browser{bundle: b} }

func (w *browser) do(r *http.Request) *httptest.ResponseRecorder {
	if w.cookie != nil {
		r.AddCookie(w.cookie)
	}
	out := httptest.NewRecorder()
	w.server.ServeHTTP(out, r)
	for _, c := range out.Result().Cookies() {
		if w.cookie = c; c.MaxAge < 0 {
			w.cookie = nil
		}
	}
	return out
}

func (w *browser) get(path string) *httptest.ResponseRecorder {
	return w.do(httptest.NewRequest(http.MethodGet, path, nil))
}

// post sends a form as the page's own form does.
func (w *browser) post(path string, pairs ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return w.do(r)
}

// sends sends a form with one file as the page's own form does.
func (w *browser) sends(path, field, file string, content []byte, pairs ...string) *httptest.ResponseRecorder {
	w.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		w.no(form.WriteField(pairs[i], pairs[i+1]))
	}
	if content != nil {
		part, err := form.CreateFormFile(field, file)
		w.no(err)
		_, err = part.Write(content)
		w.no(err)
	}
	w.no(form.Close())
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return w.do(r)
}

// laidOver is a filled-in form as pairs, with other pairs laid over it.
func laidOver(form map[string]string, pairs []string) (out []string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		form[pairs[i]] = pairs[i+1]
	}
	for k, v := range form {
		out = append(out, k, v)
	}
	return out
}

// held is what the program joins the store to intake with.
type held struct {
	*store.Store
	scope access.Scope
}

func (m held) Archive(ctx context.Context, r io.Reader) (string, int64, error) {
	all, err := io.ReadAll(r)
	if err != nil {
		return "", 0, err
	}
	return m.Store.Archive(ctx, strings.NewReader(string(all)))
}

func (m held) Delivered(ctx context.Context, sha256 string) (delivery.Delivery, bool, error) {
	return m.Store.Delivered(ctx, m.scope, sha256)
}

func (m held) Accept(ctx context.Context, d delivery.Delivery, items iter.Seq2[delivery.Item, error], dry bool) (delivery.Delivery, error) {
	return m.Store.Accept(ctx, m.scope.Viewer.Account, d, items, dry)
}

// watching runs the watch over the bundle's store, without judging concern, and
// counts the runs.
type watching struct {
	runs atomic.Int64
	watch.Watcher
}

func (w *watching) Run(ctx context.Context) (record.Watch, watch.Outcome, error) {
	w.runs.Add(1)
	return w.RunAll(ctx)
}

// watched gives the watch what it reads of the store.
type watched struct{ *store.Store }

func (m watched) Watched(ctx context.Context) (w watch.Watched, err error) {
	sc := access.Everything(access.Operator("operator"))
	if w.Through, _, err = m.Head(ctx); err != nil {
		return w, err
	}
	if w.History, err = m.History(ctx, sc); err != nil {
		return w, err
	}
	found, err := m.Findings(ctx, sc, "")
	if err != nil {
		return w, err
	}
	for i := range found {
		w.Held.Findings = append(w.Held.Findings, found[i].Finding)
	}
	if w.Held.Verdicts, err = m.Verdicts(ctx, sc, store.Wanted{}); err != nil {
		return w, err
	}
	w.Roles, err = m.Roles(ctx, sc)
	return w, err
}

func (m watched) Evidence(context.Context, org.Code) (watch.Evidence, map[org.Code]string, error) {
	return watch.Evidence{}, nil, nil
}

func (m watched) Alerts(context.Context, org.Code) (watch.Alerts, error) { return watch.Alerts{}, nil }

func (m watched) Told(context.Context, int64) ([]org.Code, int64, error) { return nil, 0, nil }

func (m watched) Tenants(context.Context) ([]org.Code, error) { return nil, nil }

func (m watched) Record(ctx context.Context, events ...record.Event) error {
	_, err := m.Store.Record(ctx, events...)
	return err
}
