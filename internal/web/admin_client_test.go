package web

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/web/browsertest"
)

func init() {
	stands["GET /administration/clients"] = at("/administration/clients")
	stands["POST /administration/clients"] = at("/administration/clients")
	stands["GET /administration/clients/{id}"] = ofClient
	stands["POST /administration/clients/{id}"] = ofClient
}

// ofClient is the client that heard makes at each commissioner.
func ofClient(t org.Code) stand {
	return stand{"/administration/clients/c-" + strings.ToLower(string(t)), []string{"act", "key", "because", "test"}}
}

// serving makes a client at a commissioner.
func (b *bundle) serving(tenant org.Code) {
	b.Helper()
	_, err := b.store.SetClient(b.ctx, access.Scope{Viewer: access.Operator("operator"), Tenant: tenant, AsOf: access.Head}, record.Client{
		ID: access.AccountID("c-" + strings.ToLower(string(tenant))), Tenant: tenant, Name: "Datix of NHS " + string(tenant), May: []access.Action{access.SeeProvider}, Because: "test",
	}, true)
	b.no(err)
}

var keyForm = regexp.MustCompile(`candour_[A-Za-z0-9_-]{43}`)

func TestAnAdministratorMakesAProgramsKeySeesItOnceReplacesItAndRevokesIt(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	w := b.as(access.Administrator, "QAA")
	wrong := w.post("/administration/clients", "name", "Datix at Aldermoor", "may", "send-signal")
	for _, want := range []string{"Datix at Aldermoor", `value="send-signal" checked`, "Choose the kinds that it may send", "Say why it gets access"} {
		if wrong.Code != http.StatusUnprocessableEntity || !strings.Contains(wrong.Body.String(), want) {
			t.Errorf("a wrong form gave %d and does not hold %q", wrong.Code, want)
		}
	}
	made := w.post("/administration/clients", "name", "Datix at Aldermoor", "may", "see-provider", "because", "Agreement A-1")
	key := keyForm.FindString(made.Body.String())
	if made.Code != http.StatusOK || key == "" {
		t.Fatalf("making gave %d: %s", made.Code, made.Body)
	}
	calls := func(key string) int {
		r := httptest.NewRequest(http.MethodGet, "/api/v1/providers", nil)
		r.Header.Set("Authorization", "Bearer "+key)
		return b.nobody().do(r).Code
	}
	if calls(key) != http.StatusOK {
		t.Error("the key that was shown opens nothing")
	}
	list := w.get("/administration/clients").Body.String()
	path := regexp.MustCompile(`/administration/clients/c-[0-9a-f]{16}`).FindString(list)
	for _, page := range []string{list, w.get(path).Body.String()} {
		if strings.Contains(page, key) || !strings.Contains(page, "Datix at Aldermoor") {
			t.Error("the key is shown a second time, or the program isn’t")
		}
	}
	if got := w.post(path, "act", "revoke"); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("revoking without a reason gave %d", got.Code)
	}
	second := keyForm.FindString(w.post(path, "act", "key", "because", "the server moved").Body.String())
	if second == "" || second == key || calls(key) != http.StatusOK || calls(second) != http.StatusOK {
		t.Errorf("two keys during the day of change: %q %d %d", second, calls(key), calls(second))
	}
	if got := w.post(path, "act", "revoke", "because", "contract ended"); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), "Revoked") {
		t.Errorf("revoking gave %d", got.Code)
	}
	if calls(key) != http.StatusUnauthorized || calls(second) != http.StatusUnauthorized {
		t.Error("a revoked program’s key opens the API")
	}
	if got := b.as(access.Administrator, "QBB").get(path); got.Code != http.StatusNotFound {
		t.Errorf("another commissioner’s administrator gets %d", got.Code)
	}
}

func TestPagesOfProgramsHoldInABrowser(t *testing.T) {
	t.Parallel()
	b := browsertest.Start(t)
	m := peopled(t)
	m.serving("QAA")
	server := httptest.NewServer(m.server)
	t.Cleanup(server.Close)
	cookie := map[string]string{"candour": m.as(access.Administrator, "QAA").cookie.Value}
	for name, page := range map[string]struct{ path, says string }{
		"administration-clients": {"/administration/clients", "Datix of NHS QAA"},
		"administration-client":  {"/administration/clients/c-qaa", "Revoke it now"},
	} {
		t.Run(name, func(t *testing.T) {
			b.Check(t, server.URL+page.path, browsertest.Expect{Name: name, Cookies: cookie, Says: []string{page.says}})
		})
	}
}
