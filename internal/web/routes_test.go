package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/org"
)

// stand is what each route needs to be tried: an address and, for a POST, fields.
// A route without a row here fails the test.
type stand struct {
	path   string
	fields []string
}

// stands gives every route of this package an address that exists at the tenant.
// Rows of other pages stand in their own test files.
var stands = map[string]func(tenant org.Code) stand{
	"GET /{$}":                                      at("/"),
	"GET /sign-in":                                  at("/sign-in"),
	"POST /sign-in":                                 at("/sign-in", "login", "nobody@example.org", "password", "not the password"),
	"GET /sign-in/link/{token}":                     at("/sign-in/link/none"),
	"POST /sign-in/link/{token}":                    at("/sign-in/link/none"),
	"GET /first-administrator/{token}":              at("/first-administrator/none"),
	"POST /first-administrator/{token}":             at("/first-administrator/none"),
	"POST /sign-out":                                at("/sign-out"),
	"GET /account":                                  at("/account"),
	"POST /account/password":                        at("/account/password", "current", "wrong"),
	"POST /account/mail":                            at("/account/mail", "mail", "weekly"),
	"GET /signals/due":                              at("/signals/due"),
	"GET /digest":                                   at("/digest"),
	"GET /administration/mail":                      at("/administration/mail"),
	"GET /account/commissioner":                     at("/account/commissioner"),
	"POST /account/commissioner":                    func(t org.Code) stand { return stand{"/account/commissioner", []string{"tenant", string(t)}} },
	"GET /as-of":                                    at("/as-of"),
	"GET /method":                                   at("/method"),
	"GET /search":                                   at("/search?q=hospitals"),
	"GET /data":                                     at("/data"),
	"GET /data/deliveries/{id}":                     at("/data/deliveries/D-000001"),
	"GET /data/deliveries/{id}/file":                at("/data/deliveries/D-000001/file"),
	"GET /data/deliveries/{id}/refusals":            at("/data/deliveries/D-000001/refusals"),
	"POST /data/deliveries/{id}/release":            at("/data/deliveries/D-000001/release", "period", "nonsense"),
	"GET /data/deliveries/{id}/mapping":             waitingLog,
	"POST /data/deliveries/{id}/mapping":            waitingLog,
	"POST /data/loads":                              at("/data/loads"),
	"GET /data/loads/{id}":                          at("/data/loads/none"),
	"POST /data/loads/{id}":                         at("/data/loads/none"),
	"GET /memory":                                   at("/memory"),
	"GET /memory/verify":                            at("/memory/verify?entry=3"),
	"POST /memory/verify":                           at("/memory/verify"),
	"GET /memory/inquiry":                           at("/memory/inquiry"),
	"GET /checkpoint":                               at("/checkpoint"),
	"GET /tile/{path...}":                           at("/tile/0/000.p/1"),
	"GET /administration":                           at("/administration"),
	"POST /administration":                          at("/administration"),
	"GET /administration/accounts/{id}":             ofAccount(""),
	"POST /administration/accounts/{id}":            ofAccount(""),
	"POST /administration/accounts/{id}/act":        ofAccount("/act"),
	"GET /administration/organisations":             at("/administration/organisations"),
	"POST /administration/organisations/purview":    at("/administration/organisations/purview"),
	"POST /administration/organisations/succession": at("/administration/organisations/succession"),
	"GET /administration/agreements":                at("/administration/agreements"),
	"POST /administration/agreements":               at("/administration/agreements"),
	"GET /healthz":                                  at("/healthz"),
	"GET /metrics":                                  at("/metrics"),
}

// waitingLog is the mapping of a commissioner's file of signals that waits.
func waitingLog(t org.Code) stand {
	return stand{map[org.Code]string{"QAA": "/data/deliveries/D-000004/mapping", "QBB": "/data/deliveries/D-000005/mapping"}[t], nil}
}

func at(path string, fields ...string) func(org.Code) stand {
	return func(org.Code) stand { return stand{path, fields} }
}

func ofAccount(suffix string) func(org.Code) stand {
	return func(t org.Code) stand {
		return stand{"/administration/accounts/" + string(accountOf(access.GP, t)) + suffix, []string{"act", "revoke"}}
	}
}

// filled is a peopled server with a file at each commissioner: D-000001 is
// published and partly refused, D-000002 is QAA's and D-000003 QBB's.
func filled(t testing.TB) *bundle {
	t.Helper()
	b := peopled(t)
	b.as(access.Analyst, "QAA").upload(map[string]string{"published.csv": "unknown,columns\n1,2\n"}, "at-once", "1", "source", "shmi")
	b.settle()
	for _, tenant := range tenants {
		b.as(access.Analyst, tenant).upload(map[string]string{"private-" + string(tenant) + ".csv": "secret of " + string(tenant) + "\n"}, "at-once", "1", "source", "shmi", "tenant", string(tenant))
		b.settle()
		b.heard(tenant)
		b.serving(tenant)
		b.complained(tenant, 220, nil)
		b.coded(access.Analyst, tenant, 0, safetyHigh)
		b.alarmed(tenant, "A-2026-1", firstProvider[tenant])
		b.assured(tenant)
		b.papered(tenant)
		b.learned(tenant)
	}
	for _, tenant := range tenants {
		b.as(access.Analyst, tenant).upload(map[string]string{"log-" + string(tenant) + ".csv": "Ref,Details\n1,secret of " + string(tenant) + "\n"}, "at-once", "1")
		b.settle()
	}
	return b
}

// secrets are what must never be seen at a commissioner: what names the other's
// providers, people and files.
func secrets(tenant org.Code) (out []string) {
	for _, other := range tenants {
		if other == tenant {
			continue
		}
		for _, name := range provider[other] {
			out = append(out, name)
		}
		out = append(out, "private-"+string(other), "secret of "+string(other), "NHS "+string(other), "Person "+string(other), strings.ToLower(string(other))+".example")
	}
	return out
}

func TestEveryRouteGivesEachRoleAtEachCommissionerWhatItMaySeeAndNothingElse(t *testing.T) {
	t.Parallel()
	b := filled(t)
	for _, rt := range b.server.table {
		name := rt.Method + " " + rt.Pattern
		make, ok := stands[name]
		if !ok {
			t.Errorf("%s has no row in stands", name)
			continue
		}
		for _, tenant := range tenants {
			for _, role := range access.Roles {
				b.try(t, rt, make(tenant), role, tenant)
			}
		}
		if rt.Action != anybody {
			b.tryNobody(t, rt, make("QAA"))
		}
	}
}

// try uses a route as a role and compares the status with what the policies say.
func (b *bundle) try(t *testing.T, rt route, st stand, role access.Role, tenant org.Code) {
	t.Helper()
	w := b.as(role, tenant)
	var got *httptest.ResponseRecorder
	if rt.Method == http.MethodGet {
		got = w.get(st.path)
	} else {
		got = w.post(st.path, st.fields...)
	}
	where := fmt.Sprintf("%s %s as %s at %s", rt.Method, st.path, role, tenant)
	may := rt.Action == anybody || access.Allows(access.Viewer{Account: accountOf(role, tenant), Memberships: []access.Membership{{Tenant: tenant, Role: role}}}, tenant, rt.Action, access.Resource{Tenant: tenant})
	switch {
	case !may && got.Code != http.StatusForbidden:
		t.Errorf("%s gave %d, expected 403", where, got.Code)
	case may && rt.Action != anybody && got.Code == http.StatusForbidden && !strings.Contains(got.Body.String(), "bundle"):
		t.Errorf("%s was refused: %s", where, got.Body)
	case may && rt.Method == http.MethodGet && got.Code != given(rt.Pattern) && got.Code != http.StatusSeeOther:
		t.Errorf("%s gave %d, expected %d: %s", where, got.Code, given(rt.Pattern), got.Body)
	case got.Code >= 500:
		t.Errorf("%s gave %d: %s\n%s", where, got.Code, got.Body, b.log)
	}
	for _, secret := range secrets(tenant) {
		if strings.Contains(got.Body.String(), secret) {
			t.Errorf("%s shows %q", where, secret)
		}
	}
	if strings.HasPrefix(got.Header().Get("Content-Type"), "text/html") && got.Code != http.StatusSeeOther {
		parse(t, got).sound(t, where)
		if !may {
			return
		}
	}
	if rt.Past && got.Code == http.StatusOK && got.Header().Get("Content-Type") == "text/html; charset=utf-8" {
		b.tryPast(t, w, st, where)
	}
}

// given is the status of a GET by somebody who may. Where the stand's address names
// what isn't there, that is said.
func given(pattern string) int {
	switch pattern {
	case "/data/loads/{id}", concernsPath + "/sent/{ref}", signalSentPath + "{ref}", visitsPath + "/{ref}", visitsPath + "/{ref}/more", "/signals/together/{id}", "/metrics": // the request comes from another machine
		return http.StatusNotFound
	case "/first-administrator/{token}":
		return http.StatusForbidden // there are accounts already
	}
	return http.StatusOK
}

// tryPast looks at a page of the past: it says so three times, and holds no form
// that changes anything.
func (b *bundle) tryPast(t *testing.T, w *browser, st stand, where string) {
	t.Helper()
	sep := "?"
	if strings.Contains(st.path, "?") {
		sep = "&"
	}
	head, _, err := b.store.Head(b.ctx)
	b.no(err)
	got := w.get(st.path + sep + "asof=" + fmt.Sprint(head))
	where += " in the past"
	if got.Code != http.StatusOK {
		t.Errorf("%s gave %d: %s", where, got.Code, got.Body)
		return
	}
	d := parse(t, got)
	d.sound(t, where)
	if !strings.Contains(text(d.all("title")[0]), " as of ") || !strings.Contains(attribute(d.all("body")[0], "class"), "cd--asof") || !strings.Contains(got.Body.String(), "As it stood on") {
		t.Errorf("%s doesn’t say three times that it is of the past", where)
	}
	for _, f := range d.all("form") {
		if attribute(f, "method") == "post" && attribute(f, "action") != "/sign-out" {
			t.Errorf("%s has a form to %s", where, attribute(f, "action"))
		}
	}
}

// tryNobody uses a route without being signed in.
func (b *bundle) tryNobody(t *testing.T, rt route, st stand) {
	t.Helper()
	w := b.nobody()
	if rt.Method == http.MethodGet {
		if got := w.get(st.path); got.Code != http.StatusSeeOther || !strings.HasPrefix(got.Header().Get("Location"), "/sign-in") {
			t.Errorf("GET %s signed out gave %d to %s", st.path, got.Code, got.Header().Get("Location"))
		}
		return
	}
	if got := w.post(st.path, st.fields...); got.Code != http.StatusUnauthorized {
		t.Errorf("POST %s signed out gave %d, expected 401", st.path, got.Code)
	}
}

func TestAPostFromAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	for _, rt := range b.server.table {
		if rt.Method != http.MethodPost || stands["POST "+rt.Pattern] == nil {
			continue
		}
		path := stands["POST "+rt.Pattern]("QAA").path
		for name, set := range map[string]func(http.Header){
			"another site":      func(h http.Header) { h.Set("Sec-Fetch-Site", "cross-site") },
			"another origin":    func(h http.Header) { h.Set("Origin", "https://elsewhere.example") },
			"a sub-domain":      func(h http.Header) { h.Set("Sec-Fetch-Site", "same-site") },
			"nobody knows whom": func(http.Header) {},
		} {
			w := b.as(access.Administrator, "QAA")
			r := httptest.NewRequest(http.MethodPost, path, nil)
			set(r.Header)
			if got := w.do(r); got.Code != http.StatusForbidden {
				t.Errorf("POST %s from %s gave %d", path, name, got.Code)
			}
		}
	}
}

func TestOtherCommissionersDeliveriesAreNotFound(t *testing.T) {
	t.Parallel()
	b := filled(t)
	for _, suffix := range []string{"", "/file", "/refusals"} {
		if got := b.as(access.Analyst, "QAA").get("/data/deliveries/D-000003" + suffix); got.Code != http.StatusNotFound {
			t.Errorf("QBB’s delivery%s gave QAA %d: %s", suffix, got.Code, got.Body)
		}
		if got := b.as(access.Analyst, "QBB").get("/data/deliveries/D-000003" + suffix); got.Code != http.StatusOK {
			t.Errorf("QBB’s own delivery%s gave %d", suffix, got.Code)
		}
	}
	if got := b.as(access.Administrator, "QAA").get("/administration/accounts/" + string(accountOf(access.GP, "QBB"))); got.Code != http.StatusNotFound {
		t.Errorf("QBB’s account gave QAA’s administrator %d", got.Code)
	}
}

func TestEveryAnswerHasTheHeadersThatProtectIt(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	for _, path := range []string{"/sign-in", "/nowhere", "/healthz", "/data", "/tile/x"} {
		h := b.as(access.Analyst, "QAA").get(path).Header()
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY"} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
		if p := h.Get("Content-Security-Policy"); p == "" || strings.Contains(p, "unsafe") {
			t.Errorf("%s: policy %q", path, p)
		}
	}
}
