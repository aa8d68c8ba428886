package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/signal"
)

// said records concerns of QAA's contract manager in these words.
func (b *bundle) said(provider org.Code, words ...string) {
	b.Helper()
	who := access.Viewer{Account: accountOf(access.ContractManager, "QAA"), Memberships: []access.Membership{{Tenant: "QAA", Role: access.ContractManager}}}
	var items []listen.Item
	for _, w := range words {
		items = append(items, listen.Item{Signal: signal.Signal{
			Kind: signal.KindClinicianConcern, Title: "Concern about " + string(provider), Narrative: w, Place: signal.Place{Provider: provider, Ward: "Ward 7"},
			Received: b.clock.Now().AddDate(0, 0, -6), Source: signal.Source{Organisation: "A81001", Channel: "form"}, Themes: []string{"discharge"},
			ClinicianConcern: &signal.ClinicianConcern{Harm: "some"},
		}})
	}
	_, err := b.server.Desk.Receive(b.ctx, access.For(who, "QAA"), items...)
	b.no(err)
}

func TestASearchShowsWhatItFoundMarkedNarrowedAndLinked(t *testing.T) {
	t.Parallel()
	b := peopled(t).practised()
	b.said("RA1", "Sent home at 23:40 by taxi without <b>keys</b>.", "No discharge letter for weeks.")
	b.said("RA2", "The taxi never came.")
	b.heard("QBB")
	lead := b.as(access.QualityLead, "QAA")
	got := lead.get("/search?q=taxi")
	d := parse(t, got)
	d.sound(t, "search")
	body := got.Body.String()
	for _, want := range []string{"2 things found.", "by <mark>taxi</mark> without &lt;b&gt;keys", `href="/signals/G-2026-1"`, "Aldermoor Hospitals (1)", "Thornley Community (1)", "What is under seal is never searched.", "/search?like=G-2026-1"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, c := range []struct{ address, want, not string }{
		{"?q=taxi&provider=RA2", "1 thing found.", "by <mark>taxi"},
		{"?q=" + url.QueryEscape(`"no discharge"`), "1 thing found.", "Nothing"},
		{"?q=taxi+-keys", "never came", "23:40"},
		{"?q=unheardof", "Nothing found.", "<mark>"},
		{"?q=-taxi", "enter at least one word", "<mark>"},
		{"?q=secret", "Nothing found.", "QBB"},
		{"?q=aldermoor", "1 by name or number", "Bramblecote"},
		{"?q=taxi&from=20", "2 things found", "<mark>"},
		{"?q=" + url.QueryEscape(`"*'); DROP TABLE signal; -- NEAR(`), "Nothing found", "error"},
		{"?like=G-2026-1", "No other signal shares", "Secret of"},
		{"?q=taxi&asof=3", "Nothing found.", "<mark>"},
		{"?q=taxi&kind=nonsense&severity=99&year=x&since=y", "thing", "panic"},
		{"", "Enter words", "<mark>"},
	} {
		got := lead.get("/search" + c.address)
		if got.Code != http.StatusOK || !strings.Contains(got.Body.String(), c.want) || strings.Contains(got.Body.String(), c.not) {
			t.Errorf("%s gave %d, wants %q and not %q:\n%s", c.address, got.Code, c.want, c.not, text(parse(t, got).all("main")[0]))
		}
	}
	if got := lead.get("/search?like=G-2026-99"); got.Code != http.StatusNotFound {
		t.Errorf("like nothing gave %d", got.Code)
	}
}

func TestAGPSearchesTheirOwnPracticeAlone(t *testing.T) {
	t.Parallel()
	b := peopled(t).practised()
	b.said("RA1", "Words of this practice")
	b.heard("QAA")
	gp := b.as(access.GP, "QAA")
	body := gp.get("/search?q=words").Body.String()
	if !strings.Contains(body, "1 thing found.") || strings.Contains(body, "/signals/G-") || strings.Contains(body, "under seal") {
		t.Errorf("a GP's search: %s", body)
	}
	for _, q := range []string{"secret", "aldermoor", "ae-4h", "0"} {
		if body := gp.get("/search?q=" + q).Body.String(); strings.Contains(body, "by name") || strings.Contains(body, "Secret of") {
			t.Errorf("a GP's search for %s: %s", q, body)
		}
	}
}

func TestTheMemoryIsSearchedByWordsNumbersAndReferences(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.said("RA1", "Sent home by taxi")
	lead := b.as(access.QualityLead, "QAA")
	for _, c := range []struct{ address, want string }{
		{"?q=taxi", "signal/QAA.G-2026-1"},
		{"?q=G-2026-1", "signal/QAA.G-2026-1"},
		{"?q=G-2026-1&kind=signal.received", "1 entry found"},
		{"?stream=signal/", "signal/QAA.G-2026-1"},
		{"?kind=signal.received", "1 entry found"},
		{"?q=0", "1 entry found"},
		{"?q=unheardof", "0 entries found"},
		{"?q=999,999", "0 entries found"},
	} {
		got := lead.get("/memory" + c.address)
		parse(t, got).sound(t, "memory "+c.address)
		if !strings.Contains(got.Body.String(), c.want) {
			t.Errorf("%s lacks %q: %s", c.address, c.want, text(parse(t, got).all("main")[0]))
		}
	}
	if body := b.as(access.Administrator, "QAA").get("/memory?q=taxi").Body.String(); !strings.Contains(body, "0 entries") {
		t.Error("an administrator, who sees no signals, finds them by their words")
	}
}

// scope is a role's scope at a commissioner.
func (b *bundle) scope(role access.Role, tenant org.Code) access.Scope {
	return access.For(access.Viewer{Account: accountOf(role, tenant), Memberships: []access.Membership{{Tenant: tenant, Role: role}}}, tenant)
}
