package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"candour/definitions"
	"candour/internal/access"
	"candour/internal/indicator"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/store/storetest"
)

// bundle is the API over a store of two commissioners: RAA is QAA's, RBB QBB's.
type bundle struct {
	testing.TB
	store  *store.Store
	api    *Server
	log    *logged
	mu     sync.Mutex
	moment time.Time
}

// logged is the log as text.
type logged struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(b)
}

func (b *bundle) now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.moment
}

func (b *bundle) step(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.moment = b.moment.Add(d)
}

var tenants = []org.Code{"QAA", "QBB"}

func providerOf(tenant org.Code) org.Code { return "R" + tenant[1:] }

// emptyStore is made once and copied.
var emptyStore = storetest.Prepare(nil)

func setup(t testing.TB) *bundle { return setupIn(t, emptyStore.Dir(t)) }

func setupIn(t testing.TB, dir string) *bundle {
	t.Helper()
	b := &bundle{TB: t, log: &logged{}, moment: time.Date(2026, 11, 23, 8, 40, 0, 0, time.UTC)} // a Monday
	var err error
	b.store, err = store.Open(context.Background(), store.Config{Dir: dir, Now: b.now, Random: rand.Reader})
	b.no(err)
	t.Cleanup(func() {
		if err := b.store.Close(); err != nil {
			t.Error(err)
		}
	})
	catalogue, err := indicator.Load(definitions.Files)
	b.no(err)
	desk, err := listen.NewDesk(b.store, b.store.Now, definitions.Files)
	b.no(err)
	b.api = New(Config{Store: b.store, Catalogue: catalogue, Desk: desk, Log: slog.New(slog.NewTextHandler(b.log, nil)), Random: rand.Reader})
	return b
}

// peopled adds the commissioners, a provider of each, and a quality lead.
func (b *bundle) peopled() *bundle {
	b.Helper()
	var events []record.Event
	for _, tenant := range tenants {
		for _, o := range []org.Organisation{{Code: tenant, Name: "NHS " + string(tenant), Role: org.Commissioner}, {Code: providerOf(tenant), Name: "Hospitals of " + string(tenant), Role: org.Trust, System: tenant}} {
			e, err := record.New(record.OrganisationRecorded, "organisation/"+string(o.Code), "", "operator", o)
			b.no(err)
			events = append(events, e)
		}
	}
	_, err := b.store.Record(context.Background(), events...)
	b.no(err)
	for _, tenant := range tenants {
		b.no(b.store.SetAccount(context.Background(), access.Everything(access.Operator("operator")), record.Account{
			ID: access.AccountID("u-lead-" + strings.ToLower(string(tenant))), Login: "lead@" + string(tenant) + ".example", Name: "A Lead",
			Memberships: []access.Membership{{Tenant: tenant, Role: access.QualityLead}},
		}))
	}
	return b
}

func (b *bundle) no(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// scope is the operator's at a commissioner.
func at(tenant org.Code) access.Scope {
	return access.Scope{Viewer: access.Operator("operator"), Tenant: tenant, AsOf: access.Head}
}

// client makes a client with grants; it may send every kind.
func (b *bundle) client(tenant org.Code, id string, may ...access.Action) *sender {
	b.Helper()
	key, err := b.store.SetClient(context.Background(), at(tenant), record.Client{ID: access.AccountID(id), Tenant: tenant, Name: "Test " + id, May: may, Kinds: signal.Kinds(), Because: "test"}, true)
	b.no(err)
	return &sender{bundle: b, key: key}
}

// sender is a program with a key.
type sender struct {
	*bundle
	key string
	n   int
}

// response is an answer as tests look at it.
type response struct {
	*httptest.ResponseRecorder
}

func (r response) read(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(r.Body.Bytes(), v); err != nil {
		t.Fatalf("%v: %s", err, r.Body)
	}
}

func (r response) problem(t testing.TB) (p Problem) {
	t.Helper()
	if got := r.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("%d is of type %q: %s", r.Code, got, r.Body)
	}
	r.read(t, &p)
	return p
}

func (c *sender) call(method, path, idempotency string, body io.Reader) response {
	r := httptest.NewRequest(method, path, body)
	if c.key != "" {
		r.Header.Set("Authorization", "Bearer "+c.key)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
		if idempotency != "" {
			r.Header.Set("Idempotency-Key", idempotency)
		}
	}
	w := httptest.NewRecorder()
	c.api.ServeHTTP(w, r)
	return response{w}
}

func (c *sender) get(path string) response { return c.call(http.MethodGet, path, "", nil) }

// post sends with an idempotency key of its own.
func (c *sender) post(path, body string) response {
	c.n++
	return c.call(http.MethodPost, path, fmt.Sprintf("key-%s-%d", c.key[len(c.key)-6:], c.n), strings.NewReader(body))
}

// concern is a clinician's concern about a provider, as JSON, with more fields.
func gpConcern(provider org.Code, words string, more ...string) string {
	text := fmt.Sprintf(`{"kind":"clinician_concern","title":%q,"narrative":%q,"place":{"provider":%q},"themes":["discharge"],"source":{"organisation":"A81001"},"clinician_concern":{"harm":"no"}`, words, words, provider)
	for _, m := range more {
		text += "," + m
	}
	return text + "}"
}

func one(s string) string { return `{"signal":` + s + `}` }

func group(list ...string) string { return `{"signals":[` + strings.Join(list, ",") + `]}` }
