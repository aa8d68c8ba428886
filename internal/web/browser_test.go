package web

import (
	"net/http/httptest"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/web/browsertest"
)

// TestPagesInABrowser holds the pages of data, memory, administration and signing
// in to what docs/rules.md asks of every page, in a real browser.
func TestPagesInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: -short; the browser takes a minute")
	}
	browser := browsertest.Start(t)
	b := filled(t)
	server := httptest.NewServer(b.server)
	t.Cleanup(server.Close)
	cookie := func(role access.Role) map[string]string {
		return map[string]string{"candour": b.as(role, "QAA").cookie.Value}
	}
	analyst, administrator := cookie(access.Analyst), cookie(access.Administrator)
	lead, gp := cookie(access.QualityLead), cookie(access.GP)
	for _, p := range []struct {
		path   string
		status int
		who    map[string]string
	}{
		{"/sign-in", 0, nil},
		{"/sign-in/link/none", 0, nil},
		{"/data", 0, analyst},
		{"/method", 0, analyst},
		{"/data?asof=20", 0, analyst},
		{"/data/deliveries/D-000001", 0, analyst},
		{"/data/deliveries/D-000001?rows=2", 0, analyst},
		{"/data/deliveries/D-000004/mapping", 0, analyst},
		{"/memory", 0, analyst},
		{"/memory/verify", 0, administrator},
		{"/memory/inquiry?provider=RA1", 0, administrator},
		{"/as-of", 0, analyst},
		{"/search?q=alpha", 0, analyst},
		{"/search?q=secret", 0, lead},
		{"/search?like=G-2026-1", 0, lead},
		{"/signals", 0, lead},
		{"/signals?open=G-2026-1", 0, lead},
		{"/signals/G-2026-1", 0, lead},
		{"/signals/together/none", 404, lead},
		{"/concerns/new", 0, gp},
		{"/concerns", 0, gp},
		{"/account", 0, analyst},
		{"/account/commissioner", 0, analyst},
		{"/administration", 0, administrator},
		{"/administration/accounts/" + string(accountOf(access.GP, "QAA")), 0, administrator},
		{"/administration/organisations", 0, administrator},
		{"/administration/agreements", 0, administrator},
		{"/administration", 403, analyst},
		{"/nowhere", 404, analyst},
	} {
		name := strings.Trim(strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(p.path), "-")
		t.Run(name, func(t *testing.T) {
			browser.Check(t, server.URL+p.path, browsertest.Expect{
				Name: "web-" + name, Status: p.status, Cookies: p.who, NotPrint: p.who == nil,
				Most: map[string]int{"method": 2}[name], // two pages, as it says of itself
			})
		})
	}
}
