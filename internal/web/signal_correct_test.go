package web

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/web/browsertest"
)

func init() {
	stands["GET /signals/correct/{ref}"] = at("/signals/correct/CP-2026-1")
	stands["POST /signals/correct/{ref}"] = at("/signals/correct/CP-2026-1", "version", "1")
}

func TestWhatWasRecordedIsCompletedLater(t *testing.T) {
	t.Parallel()
	b := setup(t).peopled()
	b.learned("QAA")
	lead := b.as(access.QualityLead, "QAA")
	form := lead.get("/signals/correct/LR-2026-1")
	d := parse(t, form)
	d.sound(t, "correcting")
	if body := form.Body.String(); !strings.Contains(body, "Low beds") || !strings.Contains(body, "What it was before stays in the history") || strings.Contains(body, `name="received"`) {
		t.Fatalf("the form: %s", body)
	}
	// fields is the form as a browser would send it, with pairs in place of what stands there.
	fields := func(pairs ...string) []string {
		out := append([]string{"version", "1", "narrative", "Falls on ward 7", "learning_response.type", "psii"}, pairs...)
		for _, e := range d.all("input") {
			name := attribute(e, "name")
			if kind := attribute(e, "type"); name != "" && !slices.Contains(out, name) && kind != "checkbox" && kind != "radio" {
				out = append(out, name, attribute(e, "value"))
			}
		}
		return out
	}
	if got := lead.post("/signals/correct/LR-2026-1", fields("because", "")...); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), "Say why it is changed") {
		t.Errorf("without a reason: %d", got.Code)
	}
	if got := lead.post("/signals/correct/LR-2026-1", fields("because", "As told", "learning_response.actions.0.result", "Mrs X 943 476 5919 fell less")...); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("an NHS number was taken: %d", got.Code)
	}
	got := lead.post("/signals/correct/LR-2026-1", fields("because", "Told at the review", "learning_response.actions.0.result", "Falls halved since March")...)
	if got.Code != http.StatusSeeOther {
		t.Fatalf("correcting gave %d: %.900s", got.Code, text(parse(t, got).all("main")[0]))
	}
	body := lead.get("/signals/LR-2026-1").Body.String()
	if !strings.Contains(body, "Falls halved since March") || !strings.Contains(body, "Corrected, because: Told at the review") {
		t.Error("the signal's page lacks what changed, or why")
	}
	if body := lead.get("/learning").Body.String(); strings.Contains(body, "unanswered past their review") {
		t.Error("the register still says that nobody has said what changed")
	}
	if got := lead.post("/signals/correct/LR-2026-1", fields("because", "Again")...); got.Code != http.StatusConflict {
		t.Errorf("of an old version: %d", got.Code)
	}
	b.heard("QAA")
	if got := lead.get("/signals/correct/G-2026-1"); got.Code != http.StatusConflict {
		t.Errorf("a practice's concern: %d", got.Code)
	}
	server := httptest.NewServer(b.server)
	t.Cleanup(server.Close)
	browsertest.Start(t).Check(t, server.URL+"/signals/correct/LR-2026-1", browsertest.Expect{Name: "correct", Cookies: map[string]string{"candour": lead.cookie.Value}, Says: []string{"Why it is changed"}})
}
