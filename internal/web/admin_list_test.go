package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/web/browsertest"
)

func init() {
	stands["GET /administration/lists"] = at("/administration/lists")
	stands["POST /administration/lists"] = at("/administration/lists", "because", "x")
	stands["GET /administration/lists/{sort}/{id}"] = at("/administration/lists/taxonomy/theme")
	stands["POST /administration/lists/{sort}/{id}"] = at("/administration/lists/taxonomy/theme", "because", "x")
	stands["GET /administration/lists/{sort}/{id}/file"] = at("/administration/lists/taxonomy/theme/file")
}

// gives sends a list as the form does.
func (w *browser) gives(text, because string) *httptest.ResponseRecorder {
	w.Helper()
	var content []byte
	if text != "" {
		content = []byte(text)
	}
	return w.sends("/administration/lists", "file", "ours.yaml", content, "because", because)
}

func TestAnAdministratorGivesAListAndUndoesIt(t *testing.T) {
	t.Parallel()
	b := peopled(t).practised()
	w, gp := b.as(access.Administrator, "QAA"), b.as(access.GP, "QAA")
	page := w.get("/administration/lists")
	parse(t, page).sound(t, "lists")
	for _, want := range []string{"Theme", "yours to replace", "from 1 Jan 1995", "NHS England", "level-of-physical-harm-5"} {
		if !strings.Contains(page.Body.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	file := w.get("/administration/lists/taxonomy/theme/file")
	ours := file.Body.String()
	if file.Code != http.StatusOK || !strings.Contains(ours, "refusing-to-admit") {
		t.Fatalf("the list as a file: %d %s", file.Code, ours)
	}
	ours = strings.Replace(ours, "  codes:\n", "  codes:\n  - code: corridor\n    name: Care in a corridor\n    question: safe\n    quick: Corridor care\n", 1)
	for name, c := range map[string]struct{ text, because, want string }{
		"no file":      {"", "Committee", "Choose a file"},
		"no reason":    {ours, "", "Write down why"},
		"a number":     {ours, "Asked by 943 476 5919", "NHS number"},
		"codes lost":   {strings.Replace(ours, "code: falls", "code: tumbles", 1), "Committee", "lacks &#34;falls&#34; (Falls)"},
		"a wrong key":  {strings.Replace(ours, "source:", "sauce:", 1), "Committee", "sauce"},
		"another list": {strings.Replace(ours, "id: theme", "id: hcat", 1), "Committee", "national list"},
	} {
		got := w.gives(c.text, c.because)
		parse(t, got).sound(t, name)
		if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), c.want) {
			t.Errorf("%s gave %d, expected %q: %s", name, got.Code, c.want, text(parse(t, got).all("main")[0])[:300])
		}
	}
	got := w.gives(ours, "Committee, 3 November")
	if got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/administration/lists/taxonomy/theme" {
		t.Fatalf("giving it gave %d: %s", got.Code, text(parse(t, got).all("main")[0])[:300])
	}
	if !strings.Contains(gp.get("/concerns/new").Body.String(), "Corridor care") {
		t.Error("the form for practices does not offer the new theme")
	}
	shown := w.get("/administration/lists/taxonomy/theme")
	parse(t, shown).sound(t, "a list")
	if !strings.Contains(shown.Body.String(), "Committee, 3 November") || !strings.Contains(shown.Body.String(), "corridor") || !strings.Contains(shown.Body.String(), "Person QAA") {
		t.Error("the list does not show who gave it and why")
	}
	if other := b.as(access.Administrator, "QBB").get("/administration/lists/taxonomy/theme").Body.String(); strings.Contains(other, "Person QAA") || !strings.Contains(other, "an administrator of another commissioner") {
		t.Error("another commissioner's administrator reads who gave it")
	}
	sent := gp.post("/concerns/new", filledConcern("theme", "corridor")...)
	if sent.Code != http.StatusSeeOther {
		t.Fatalf("a concern by the new theme gave %d: %s", sent.Code, sent.Body)
	}
	before, err := b.store.Rebuild(b.ctx, false, nil)
	b.no(err)
	if before.Before != before.After {
		t.Errorf("rebuilt %+v", before)
	}
	if got := w.post("/administration/lists/taxonomy/theme", "because", ""); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("undone without a reason: %d", got.Code)
	}
	if got := w.post("/administration/lists/taxonomy/theme", "because", "Too soon"); got.Code != http.StatusSeeOther {
		t.Fatalf("undoing gave %d", got.Code)
	}
	if strings.Contains(gp.get("/concerns/new?x=1").Body.String(), "Corridor care") {
		// On the day of the undoing the code still stands for events of that day only.
		t.Log("offered until the end of the day")
	}
	if body := b.as(access.QualityLead, "QAA").get("/signals/G-2026-1").Body.String(); !strings.Contains(body, "Care in a corridor") {
		t.Error("what was coded by the undone list shows a bare code")
	}
	if body := w.get("/administration/lists/taxonomy/theme").Body.String(); !strings.Contains(body, "Taken back") || !strings.Contains(body, "Too soon") {
		t.Error("the undoing is not told")
	}
	if got := b.as(access.Analyst, "QAA").get("/administration/lists"); got.Code != http.StatusForbidden {
		t.Errorf("an analyst sees it: %d", got.Code)
	}
	if got := w.get("/administration/lists/taxonomy/none"); got.Code != http.StatusNotFound {
		t.Errorf("a list that isn't there: %d", got.Code)
	}
}

func TestThePagesOfListsHoldInABrowser(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: -short; the browser takes a while")
	}
	b := peopled(t)
	server := httptest.NewServer(b.server)
	t.Cleanup(server.Close)
	browser := browsertest.Start(t)
	who := map[string]string{"candour": b.as(access.Administrator, "QAA").cookie.Value}
	browser.Check(t, server.URL+"/administration/lists", browsertest.Expect{Name: "admin-lists", Cookies: who, Says: []string{"Give a list or a template"}})
	browser.Check(t, server.URL+"/administration/lists/template/ward-visit", browsertest.Expect{Name: "admin-list", Cookies: who, Says: []string{"Are call bells answered within 10 minutes?"}})
}
