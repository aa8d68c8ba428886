package web

import (
	"net/http"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/org"
	"candour/internal/signal"
)

func TestAnItemOfAnotherProviderIsTheSameOnlyWhenSomebodyMeansIt(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	for _, provider := range []org.Code{"RA1", "RA1", "RA2"} {
		b.complained("QAA", 3, func(x *signal.Signal) { x.Place.Provider = provider })
	}
	lead := b.as(access.QualityLead, "QAA")
	join := func(more ...string) (int, string) {
		got := lead.post("/signals/CP-2026-1", append([]string{"do", "join", "version", "1"}, more...)...)
		return got.Code, got.Body.String()
	}
	// Another provider is said beside the field, by both names, with what was typed.
	code, page := join("duplicate", "cp-2026-3", "event", "the transfer")
	if code != http.StatusUnprocessableEntity {
		t.Fatalf("another provider was taken: %d", code)
	}
	const box = "CP-2026-3 RA2"
	for _, told := range []string{"CP-2026-3 is about Thornley Community, and this one about Aldermoor Hospitals", "tick the box", `value="cp-2026-3"`, `value="the transfer"`, `value="` + box + `"`} {
		if !strings.Contains(page, told) {
			t.Errorf("the form lacks %q", told)
		}
	}
	beside := lead.post("/signals/CP-2026-1", "do", "join", "version", "1", "duplicate", "CP-2026-3", "list", "show=all", "next", "")
	if page := beside.Body.String(); !strings.Contains(page, box) || !strings.Contains(page, `id="reading"`) {
		t.Error("beside the list there is no box")
	}
	// A box that was ticked for another item isn't taken for this one.
	if code, _ := join("duplicate", "CP-2026-3", "two_providers", "CP-2026-2 RA1"); code != http.StatusUnprocessableEntity {
		t.Errorf("another box gave %d", code)
	}
	if held, err := b.store.Signal(b.ctx, leadAt("QAA"), "CP-2026-1"); err != nil || held.Triage.DuplicateOf != "" {
		t.Errorf("taken without a word: %+v, %v", held.Triage, err)
	}
	// Ticked, it stays ticked when something else on the form is wrong.
	if code, page := join("duplicate", "CP-2026-3", "two_providers", box, "event", "943 476 5919"); code != http.StatusUnprocessableEntity || !strings.Contains(page, `value="`+box+`" checked`) {
		t.Errorf("%d: the box did not stay ticked", code)
	}
	if code, _ := join("duplicate", "CP-2026-3", "two_providers", box); code != http.StatusSeeOther {
		t.Errorf("meant: %d", code)
	}
	if held, err := b.store.Signal(b.ctx, leadAt("QAA"), "CP-2026-1"); err != nil || held.Triage.DuplicateOf != "QAA.CP-2026-3" {
		t.Errorf("%+v, %v", held.Triage, err)
	}
	if page := lead.get("/signals/CP-2026-1").Body.String(); !strings.Contains(page, "though that names another provider") {
		t.Error("its history does not say so")
	}
	// The same provider is taken as it stands.
	if got := lead.post("/signals/CP-2026-2", "do", "join", "version", "1", "duplicate", "CP-2026-1"); got.Code != http.StatusSeeOther {
		t.Errorf("the same provider: %d %s", got.Code, got.Body)
	}
}
