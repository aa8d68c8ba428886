package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"candour/internal/access"
)

// A context that has ended is to the store's pool what a server that went is: it gives no
// connection. TestALostConnectionRefusesClearlyAndRecovers ends real ones.
func TestWithoutTheStoreTheServerSaysThatItIsNotReadyAndWhatToDo(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	w := b.as(access.Analyst, "QAA")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	ask := func(method, path string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(gone, method, path, strings.NewReader(url.Values{"login": {"ann@example.org"}, "password": {"secret words"}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		return w.do(r)
	}
	if got := ask(http.MethodGet, "/healthz"); got.Code != http.StatusServiceUnavailable || got.Body.String() != "the store does not answer\n" {
		t.Errorf("/healthz gave %d: %s", got.Code, got.Body)
	}
	if got := ask(http.MethodGet, "/data"); got.Code != http.StatusServiceUnavailable || !strings.Contains(got.Body.String(), "Nothing was lost. Try again in a minute.") {
		t.Errorf("a page gave %d: %s", got.Code, got.Body)
	}
	if got := ask(http.MethodPost, "/sign-in"); got.Code != http.StatusServiceUnavailable || !strings.Contains(got.Body.String(), "What you sent couldn’t be recorded") || !strings.Contains(got.Body.String(), "send it again if it isn’t") {
		t.Errorf("a form gave %d: %s", got.Code, got.Body)
	}
	if log := b.log.String(); strings.Contains(log, "ann@") || strings.Contains(log, "secret words") || strings.Contains(log, "Person") {
		t.Errorf("the log names somebody: %s", log)
	}
	if got := w.get("/healthz"); got.Code != http.StatusOK || got.Body.String() != "ready\n" {
		t.Errorf("afterwards /healthz gave %d: %s", got.Code, got.Body)
	}
}
