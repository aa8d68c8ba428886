package web

import (
	"net/http/httptest"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/signal"
	"candour/internal/web/browsertest"

	"github.com/chromedp/chromedp/kb"
)

// TestTheInboxIsWorkedByKeyboardInABrowser goes through an inbox of three without a pointer:
// next, previous, open, code, outcome, accept, give, undo, and the list of keys.
func TestTheInboxIsWorkedByKeyboardInABrowser(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: -short; the browser takes a while")
	}
	b := peopled(t)
	b.said("RA1", "First of three", "Second of three", "Third of three")
	server := httptest.NewServer(b.server)
	t.Cleanup(server.Close)
	cookies := map[string]string{"candour": b.as(access.QualityLead, "QAA").cookie.Value}
	p := browsertest.Start(t).Visit(t, server.URL+"/signals", browsertest.View{Cookies: cookies})
	focus := func() string {
		return browsertest.Evaluate[string](p, `document.activeElement.id || document.activeElement.getAttribute('href') || document.activeElement.tagName`)
	}
	held := func(ref string) signal.Triage {
		h, err := b.store.Signal(b.ctx, b.operator(), ref)
		b.no(err)
		return h.Triage
	}

	p.Press("jj")
	if got := focus(); got != "/signals?open=G-2026-2#reading" {
		t.Errorf("j twice leads to %s", got)
	}
	p.Press("k")
	p.FollowKeys(kb.Enter)
	if !strings.Contains(p.Text("#reading"), "First of three") {
		t.Fatal("Enter opened another signal than the first")
	}
	p.Press("?")
	p.WaitFor(`document.getElementById('cd-keys').open`)
	if got := p.Text("#cd-keys"); !strings.Contains(got, "to outcome, theme, whose it is, undo") {
		t.Errorf("the list of keys says %q", got)
	}
	p.Press(kb.Escape)
	p.WaitFor(`!document.getElementById('cd-keys').open`)

	// Coded and accepted; the next one follows.
	p.Press("c")
	if got := focus(); got != "theme" {
		t.Fatalf("c leads to %s", got)
	}
	p.Press("Medicines" + kb.Escape + "o")
	if got := focus(); got != "outcome" {
		t.Fatalf("Escape and o lead to %s", got)
	}
	p.Press("Watch" + kb.Escape)
	browsertest.Evaluate[bool](p, `document.querySelector('#reading #because').focus() || true`)
	p.Press("Heard twice" + kb.Escape)
	p.FollowKeys("a")
	if got := held("G-2026-1"); got.Outcome != signal.OutcomeWatch || len(got.Codes.Themes) != 1 || got.Codes.Themes[0] != "medicines" || got.Because != "Heard twice" {
		t.Errorf("accepted as %+v", got)
	}
	if !strings.Contains(p.Text("#reading"), "Second of three") {
		t.Error("the next one did not follow")
	}

	// What is folded away opens by its key, and the field gets the focus.
	if browsertest.Evaluate[bool](p, `document.getElementById('further').open`) {
		t.Error("what is seldom done stands open")
	}
	p.Press("m")
	if got := focus(); got != "duplicate" || !browsertest.Evaluate[bool](p, `document.getElementById('further').open`) {
		t.Errorf("m leads to %s", got)
	}
	p.Press("G-2026-99" + kb.Escape)
	p.FollowKeys("m")
	if !browsertest.Evaluate[bool](p, `document.getElementById('further').open && document.getElementById('duplicate').value === 'G-2026-99'`) || !strings.Contains(p.Text(".nhsuk-error-summary"), "There is no signal") {
		t.Error("what is wrong is folded away, or what was typed is lost")
	}
	if !browsertest.Evaluate[bool](p, `!!document.querySelector('#reading #duplicate') && !!document.querySelector('.cd-inbox-list')`) {
		t.Error("what is wrong is not shown in the pane beside the list")
	}
	for _, v := range p.Violations() {
		t.Errorf("with an error: %s", v)
	}
	p.Go(server.URL + "/signals?open=G-2026-2")
	p.Press("w")
	if got := focus(); got != "assign" {
		t.Fatalf("w leads to %s", got)
	}
	p.Press("Person")
	p.FollowKeys(kb.Tab + kb.Enter)
	if got := held("G-2026-2"); got.Assigned == "" {
		t.Errorf("given to nobody: %+v", got)
	}
	p.Go(server.URL + "/signals?open=G-2026-2")
	p.Press("u")
	if got := browsertest.Evaluate[string](p, `document.activeElement.selectedOptions[0].textContent`); !strings.Contains(got, "Given to") {
		t.Errorf("u offers to undo %q", got)
	}
	p.Press(kb.Tab + "In error" + kb.Tab)
	for focusOn := ""; focusOn != "undo"; focusOn = browsertest.Evaluate[string](p, `document.activeElement.value ?? ''`) {
		p.Press(kb.Tab)
	}
	p.FollowKeys(kb.Enter)
	if got := held("G-2026-2"); got.Assigned != "" || got.Version != 3 {
		t.Errorf("after undoing: %+v", got)
	}
	for _, c := range p.Complaints() {
		if !strings.Contains(c, "422") {
			t.Errorf("a script failed: %s", c)
		}
	}
}
