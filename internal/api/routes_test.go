package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
)

// stands gives every operation an address that exists at the commissioner, and what
// it must hold and must not. An operation without a row fails the test.
var stands = map[string]func(tenant org.Code) (path, body string){
	"send-signal": func(t org.Code) (string, string) {
		return onePath, one(gpConcern(providerOf(t), "Secret of "+string(t)))
	},
	"send-signals": func(t org.Code) (string, string) {
		return groupPath, group(gpConcern(providerOf(t), "Secret of "+string(t)))
	},
	"list-sent":         func(org.Code) (string, string) { return onePath, "" },
	"read-sent":         func(org.Code) (string, string) { return onePath + "/G-2026-1", "" },
	"list-taxonomies":   func(org.Code) (string, string) { return "/api/v1/taxonomies", "" },
	"read-taxonomy":     func(org.Code) (string, string) { return "/api/v1/taxonomies/theme", "" },
	"list-providers":    func(org.Code) (string, string) { return "/api/v1/providers", "" },
	"read-watch-list":   func(org.Code) (string, string) { return "/api/v1/watch-list", "" },
	"list-findings":     func(org.Code) (string, string) { return "/api/v1/findings", "" },
	"list-observations": func(org.Code) (string, string) { return "/api/v1/observations?indicator=ae-4h-all", "" },
}

// operations is every operation of the description.
func (b *bundle) operations() map[string]struct {
	method string
	action access.Action
} {
	out := map[string]struct {
		method string
		action access.Action
	}{}
	for path, item := range b.api.OpenAPI().Paths {
		for method, op := range map[string]any{http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodDelete: item.Delete, http.MethodPatch: item.Patch} {
			text, err := json.Marshal(op)
			b.no(err)
			if string(text) == "null" {
				continue
			}
			o := item.Get
			if method == http.MethodPost {
				o = item.Post
			}
			if o == nil {
				b.Fatalf("%s %s is by a method that this test does not know", method, path)
			}
			action, ok := o.Metadata[actionOf].(access.Action)
			if !ok {
				b.Errorf("%s %s names no action", method, path)
			}
			out[o.OperationID] = struct {
				method string
				action access.Action
			}{method, action}
		}
	}
	return out
}

func TestEachClientDoesWhatItWasGrantedAtItsCommissionerAndNothingElse(t *testing.T) {
	t.Parallel()
	b := setup(t).peopled()
	b.api.Limits = Limits{Calls: 1000, Burst: 1000, Wrong: 1000}
	grants := append([]access.Action{""}, access.ClientActions...)
	clients := map[org.Code]map[access.Action]*sender{}
	for _, tenant := range tenants {
		clients[tenant] = map[access.Action]*sender{}
		for _, granted := range grants {
			var may []access.Action
			if granted != "" {
				may = append(may, granted)
			}
			clients[tenant][granted] = b.client(tenant, "c-"+string(granted)+"-"+strings.ToLower(string(tenant)), may...)
		}
		if got := clients[tenant][access.SendSignal].post(onePath, one(gpConcern(providerOf(tenant), "Secret of "+string(tenant)))); got.Code != http.StatusCreated {
			t.Fatalf("%d %s", got.Code, got.Body)
		}
	}
	for id, op := range b.operations() {
		make, ok := stands[id]
		if !ok {
			t.Errorf("%s has no row in stands", id)
			continue
		}
		for i, tenant := range tenants {
			other := tenants[1-i]
			for _, granted := range grants {
				c := clients[tenant][granted]
				path, body := make(tenant)
				got := c.call(op.method, path, "key-of-"+id+string(granted), strings.NewReader(body))
				may := op.action == access.SeeCodes || granted == op.action
				switch {
				case !may && got.Code != http.StatusForbidden:
					t.Errorf("%s granted %q gave %d: %s", id, granted, got.Code, got.Body)
				case may && id == "read-sent" && got.Code != http.StatusNotFound: // another client sent it
					t.Errorf("%s gave another client’s signal: %d %s", id, got.Code, got.Body)
				case may && id != "read-sent" && got.Code != http.StatusOK && got.Code != http.StatusCreated:
					t.Errorf("%s granted %q gave %d: %s", id, granted, got.Code, got.Body)
				}
				for _, secret := range []string{string(providerOf(other)), "Hospitals of " + string(other), "Secret of"} {
					if strings.Contains(got.Body.String(), secret) {
						t.Errorf("%s at %s shows %q", id, tenant, secret)
					}
				}
			}
		}
		for name, key := range map[string]string{"no key": "", "a wrong key": "candour_wrong"} {
			path, body := make("QAA")
			got := (&sender{bundle: b, key: key}).call(op.method, path, "key-nobody", strings.NewReader(body))
			if got.Code != http.StatusUnauthorized || got.Header().Get("WWW-Authenticate") != "Bearer" {
				t.Errorf("%s with %s gave %d", id, name, got.Code)
			}
		}
	}
}

func TestARevokedClientIsTurnedAwayAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t).peopled()
	c := b.client("QAA", "c-1", access.SeeProvider)
	if got := c.get("/api/v1/providers"); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), `"RAA"`) {
		t.Fatalf("%d %s", got.Code, got.Body)
	}
	_, err := b.store.SetClient(t.Context(), at("QAA"), record.Client{ID: "c-1", Tenant: "QAA", Name: "Test", May: []access.Action{access.SeeProvider}, Kinds: signal.Kinds(), Revoked: true, Because: "left"}, false)
	b.no(err)
	if got := c.get("/api/v1/providers"); got.Code != http.StatusUnauthorized {
		t.Errorf("revoked: %d", got.Code)
	}
}

func TestTheDescriptionIsOpenAPI31AndWhole(t *testing.T) {
	t.Parallel()
	b := setup(t)
	got := (&sender{bundle: b}).get("/api/openapi.json")
	if got.Code != http.StatusOK {
		t.Fatalf("%d %s", got.Code, got.Body)
	}
	var d struct {
		OpenAPI    string
		Paths      map[string]map[string]struct{ Security []map[string][]string }
		Components struct {
			Schemas         map[string]json.RawMessage
			SecuritySchemes map[string]struct{ Type, Scheme string }
		}
	}
	got.read(t, &d)
	if !strings.HasPrefix(d.OpenAPI, "3.1") || len(d.Paths) < 9 || d.Components.SecuritySchemes["key"].Scheme != "bearer" {
		t.Errorf("version %s, %d paths, schemes %+v", d.OpenAPI, len(d.Paths), d.Components.SecuritySchemes)
	}
	for _, part := range strings.Split(got.Body.String(), `"$ref":"#/components/schemas/`)[1:] {
		name, _, _ := strings.Cut(part, `"`)
		if d.Components.Schemas[name] == nil {
			t.Errorf("the description refers to %s, which is not in it", name)
		}
	}
	if text := got.Body.String(); strings.Contains(text, "$schema") || !strings.Contains(text, `"coroner_report"`) {
		t.Error("a schema link, or no kinds of signal")
	}
}

func TestWhatIsNotThereIsToldAsAProblem(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, path := range []string{"/api/", "/api/v2/signals", "/api/v1/signals/G-2026-1/words"} {
		got := (&sender{bundle: b}).get(path)
		if p := got.problem(t); got.Code != http.StatusNotFound || !strings.Contains(p.Detail, "/api/openapi.json") {
			t.Errorf("%s: %d %s", path, got.Code, got.Body)
		}
	}
}

func TestClientActionsAreWhatOperationsNeed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for id, op := range b.operations() {
		if op.action != access.SeeCodes && !slices.Contains(access.ClientActions, op.action) {
			t.Errorf("%s needs %q, which nobody can grant", id, op.action)
		}
	}
}
