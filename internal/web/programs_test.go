package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/record"
	"candour/internal/signal"
)

func TestProgramsReachTheAPIByKeyAndASessionOpensNothingThere(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	if got := b.nobody().get("/api/openapi.json"); got.Code != http.StatusOK || got.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the description: %d, %v", got.Code, got.Header())
	}
	if got := b.as(access.Administrator, "QAA").get("/api/v1/providers"); got.Code != http.StatusUnauthorized {
		t.Errorf("with a session and no key: %d", got.Code)
	}
	key, err := b.store.SetClient(t.Context(), access.Scope{Viewer: access.Operator("operator"), Tenant: "QAA", AsOf: access.Head},
		record.Client{ID: "c-1", Tenant: "QAA", Name: "Datix", May: []access.Action{access.SendSignal}, Kinds: signal.Kinds(), Because: "test"}, true)
	b.no(err)
	r := httptest.NewRequest(http.MethodPost, "/api/v1/signals", strings.NewReader(`{"signal":{"kind":"message","title":"Nobody answers the bell","place":{"provider":"RA1"},"correspondence":{}}}`))
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", "one-and-only")
	if got := b.nobody().do(r); got.Code != http.StatusCreated || !strings.Contains(got.Body.String(), `"M-2026-1"`) && !strings.Contains(got.Body.String(), `"reference"`) {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	if got := b.as(access.QualityLead, "QAA").get("/signals"); !strings.Contains(got.Body.String(), "Nobody answers the bell") {
		t.Error("what a program sent is not in the inbox")
	}
	from := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	from.RemoteAddr = "127.0.0.1:9"
	if text := b.nobody().do(from).Body.String(); !strings.Contains(text, `route="POST /api/v1/signals"`) || strings.Contains(text, "M-2026") {
		t.Errorf("the counters don't know the call by its route")
	}
}
