package web

import (
	"net/http"
	"strings"
	"testing"

	"candour/internal/access"
)

// paperOf follows the way from "Paper for the quality group" to the paper, and returns
// its lasting address.
func paperOf(t *testing.T, w *browser, path string) (address, page string) {
	t.Helper()
	got := w.get(path)
	address = got.Header().Get("Location")
	if got.Code != http.StatusSeeOther || !strings.Contains(address, "asof=") {
		t.Fatalf("%s: %d to %q, expected the paper as of the newest entry", path, got.Code, address)
	}
	page = w.get(address).Body.String()
	return address, page
}

func TestAPaperHoldsTheEvidenceAndWhatSpeaksAgainstButNoCountOfWhoSpoke(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.alarmed("QAA", "A-2026-1", "RA1")
	lead := b.as(access.QualityLead, "QAA")
	if page := lead.get("/providers/RA1").Body.String(); !strings.Contains(page, `href="/providers/RA1/paper"`) || !counted.MatchString(page) {
		t.Error("the provider's page has no way to the paper, or keeps counts from the team")
	}
	address, page := paperOf(t, lead, "/providers/RA1/paper")
	for _, need := range []string{
		"Paper for the quality group: Aldermoor", "As it stood on", "What speaks against, and what is missing", "Left out", "Alert A-2026-1", "more than would be usual here",
		"Concern by domain", "Numbered moments", "no verdict", "The evidence stands as of the moment named", "Compared with",
	} {
		if !strings.Contains(page, need) {
			t.Errorf("the paper lacks %q", need)
		}
	}
	if what := counted.FindString(page); what != "" || strings.Contains(page, "<form class=\"cd-compact") || strings.Contains(page, "Clinician’s concern") {
		t.Errorf("the paper holds what may not be handed round: %q", what)
	}
	b.alarmed("QAA", "A-2026-2", "RA2") // the memory goes on
	if again := lead.get(address).Body.String(); strings.Contains(again, "A-2026-2") || !strings.Contains(again, "Alert A-2026-1") {
		t.Error("the paper has changed at its lasting address")
	}
	board := b.as(access.BoardMember, "QAA").get(address).Body.String()
	for _, part := range []string{`<p class="cd-lead">`, `<h2 id="against">`} {
		if after(page, part) != after(board, part) {
			t.Errorf("the board reads another paper:\n%s\n%s", after(page, part), after(board, part))
		}
	}
}

// after is the line that begins with a text.
func after(page, text string) string {
	_, rest, _ := strings.Cut(page, text)
	line, _, _ := strings.Cut(rest, "\n")
	return line
}

func TestTheWatchListAsAPaperKeepsItsFiltersAndNoCounts(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.alarmed("QAA", "A-2026-1", "RA1")
	lead := b.as(access.QualityLead, "QAA")
	if page := lead.get("/watch-list?type=trust").Body.String(); !strings.Contains(page, `href="/watch-list/paper?type=trust"`) {
		t.Error("the paper forgets the filters")
	}
	address, page := paperOf(t, lead, "/watch-list/paper?type=trust")
	if !strings.Contains(address, "type=trust") || !strings.Contains(page, "Paper for the quality group: watch list") || !strings.Contains(page, "Aldermoor") {
		t.Errorf("no paper of the watch list at %s", address)
	}
	if what := counted.FindString(page); what != "" || strings.Contains(page, `class="cd-filters"`) || strings.Contains(page, "Overdue:") || strings.Contains(page, "No clock is due") || strings.Contains(page, `href="/signals?show=`) {
		t.Errorf("the paper holds %q, a form, clocks or that there are none, or the way to signals", what)
	}
}

func TestAPaperIsNoWayToWhatOneMayNotSee(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.alarmed("QAA", "A-2026-1", "RA1")
	other := b.as(access.QualityLead, "QBB")
	if got := other.get("/providers/RA1/paper?asof=2026-11-23"); got.Code != http.StatusNotFound && got.Code != http.StatusForbidden {
		t.Errorf("another commissioner's provider: %d", got.Code)
	}
	if got := b.as(access.GP, "QAA").get("/providers/RA1/paper"); got.Code < 400 {
		t.Errorf("a GP reads the paper: %d", got.Code)
	}
	if got := b.as(access.QualityLead, "QAA").get("/providers/NONE1/paper?asof=2026-11-23"); got.Code != http.StatusNotFound {
		t.Errorf("a provider that isn't held: %d", got.Code)
	}
}
