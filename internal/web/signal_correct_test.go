package web

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/listen"
	"candour/internal/signal"
	"candour/internal/web/browsertest"
)

func init() {
	stands["GET /signals/correct/{ref}"] = at("/signals/correct/CP-2026-1")
	stands["GET /signals/sort/{ref}"] = at("/signals/sort/CP-2026-1?kind=praise")
	stands["POST /signals/sort/{ref}"] = at("/signals/sort/CP-2026-1?kind=praise", "version", "1")
	stands["POST /signals/correct/{ref}"] = at("/signals/correct/CP-2026-1", "version", "1")
}

func TestWhatWasRecordedIsCompletedLater(t *testing.T) {
	t.Parallel()
	b := peopled(t)
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

func TestAMessageIsGivenItsKindAndKeepsItsReceipt(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	lead := b.as(access.QualityLead, "QAA")
	receipts, err := b.server.Desk.Receive(b.ctx, b.scope(access.QualityLead, "QAA"), listen.Item{Signal: signal.Signal{
		Kind: signal.KindMessage, Title: "My mother waited", Narrative: "My mother waited 8 hours on a trolley", Place: signal.Place{Provider: "RA1"},
		Received: calendar.MustDate("2026-11-19").At(9, 0), Source: signal.Source{Channel: "email", Role: "daughter"}, Correspondence: &signal.Correspondence{},
		Attachments: []signal.Attachment{{Name: "letter.pdf", Type: "application/pdf", SHA256: strings.Repeat("a", 64), Size: 9}},
	}})
	b.no(err)
	ref := receipts[0].Reference
	if body := lead.get("/signals/" + ref).Body.String(); !strings.Contains(body, "Give it that kind") || strings.Contains(body, `value="staff_concern">Staff`) {
		t.Error("the page of a message offers no kind, or offers what must be sealed")
	}
	page := lead.get("/signals/sort/" + ref + "?kind=complaint")
	parse(t, page).sound(t, "another kind")
	if body := page.Body.String(); !strings.Contains(body, "8 hours on a trolley") || !strings.Contains(body, "May details go to the provider?") {
		t.Fatalf("the form of the new kind: %.600s", text(parse(t, page).all("main")[0]))
	}
	for path, want := range map[string]int{"?kind=message": http.StatusUnprocessableEntity, "?kind=staff_concern": http.StatusUnprocessableEntity, "?kind=nonsense": http.StatusUnprocessableEntity, "": http.StatusUnprocessableEntity} {
		if got := lead.get("/signals/sort/" + ref + path); got.Code != want {
			t.Errorf("%q gave %d", path, got.Code)
		}
	}
	form := []string{
		"version", "1", "place.provider", "RA1", "title", "My mother waited", "narrative", "My mother waited 8 hours on a trolley", "themes", "delay",
		"complaint.received_by", "commissioner", "complaint.complainant", "affected", "complaint.consent", "not_asked",
	}
	if got := lead.post("/signals/sort/"+ref+"?kind=complaint", form...); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), "Say why it is changed") {
		t.Errorf("without a reason: %d", got.Code)
	}
	got := lead.post("/signals/sort/"+ref+"?kind=complaint", append(form, "because", "She asks for an answer")...)
	if got.Code != http.StatusSeeOther {
		t.Fatalf("sorting gave %d: %.900s", got.Code, text(parse(t, got).all("main")[0]))
	}
	h, err := b.store.Signal(b.ctx, b.scope(access.QualityLead, "QAA"), ref)
	b.no(err)
	if h.Kind != signal.KindComplaint || h.Complaint == nil || h.Correspondence != nil || len(h.Attachments) != 1 || h.Source.Role != "daughter" || !h.Received.Equal(calendar.MustDate("2026-11-19").At(9, 0)) {
		t.Errorf("sorted %+v", h.Signal)
	}
	body := lead.get("/signals/" + ref).Body.String()
	if !strings.Contains(body, "Given the kind Complaint, because: She asks for an answer") || !strings.Contains(body, "Complaints Regulations, reg. 13") {
		t.Error("the page lacks the new kind in its history, or the clocks of a complaint")
	}
	if got := lead.post("/signals/"+ref, "do", "undo", "version", "2", "number", "2", "why", "It was a message"); got.Code != http.StatusSeeOther {
		t.Errorf("undoing gave %d: %s", got.Code, got.Body)
	}
	if h, err = b.store.Signal(b.ctx, b.scope(access.QualityLead, "QAA"), ref); err != nil || h.Kind != signal.KindMessage || h.Complaint != nil {
		t.Errorf("undone: %s, %v", h.Kind, err)
	}
	if r, err := b.store.Rebuild(b.ctx, false, nil); err != nil || r.Before != r.After {
		t.Errorf("rebuilt %+v, %v", r, err)
	}
}

func TestAMessageThatNamesNoProviderWaitsInTheInboxUntilSomebodyPlacesIt(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	lead := b.as(access.QualityLead, "QAA")
	receipts, err := b.server.Desk.Receive(b.ctx, b.scope(access.QualityLead, "QAA"), listen.Item{Signal: signal.Signal{
		Kind: signal.KindMessage, Title: "Sent home at night", Narrative: "Sent home at night", Received: calendar.MustDate("2026-11-19").At(9, 0), Source: signal.Source{Channel: "email"}, Correspondence: &signal.Correspondence{},
	}})
	b.no(err)
	ref := receipts[0].Reference
	for _, path := range []string{"/signals", "/signals?open=" + ref, "/signals/" + ref, "/signals/due", "/search?q=night", "/patterns"} {
		got := lead.get(path)
		parse(t, got).sound(t, path)
		if got.Code != http.StatusOK || path != "/patterns" && path != "/search?q=night" && path != "/signals/due" && !strings.Contains(got.Body.String(), "Provider not yet known") {
			t.Errorf("%s gave %d, or does not say that the provider is not known", path, got.Code)
		}
	}
	if got := lead.post("/signals/"+ref, "do", "place", "version", "1", "place", "", "ward", "Ward 7", "place_why", "It says so"); got.Code != http.StatusSeeOther {
		t.Errorf("a ward without a provider: %d %s", got.Code, got.Body)
	}
	if got := lead.post("/signals/"+ref, "do", "place", "version", "2", "place", "RB1", "place_why", "x"); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("another commissioner's provider: %d", got.Code)
	}
	if got := lead.post("/signals/"+ref, "do", "place", "version", "2", "place", "RA1", "ward", "Ward 7", "place_why", "The sender said on the telephone"); got.Code != http.StatusSeeOther {
		t.Errorf("placing gave %d: %s", got.Code, got.Body)
	}
	if body := lead.get("/signals").Body.String(); !strings.Contains(body, "Aldermoor Hospitals, ward 7") {
		t.Error("the inbox does not show where it was placed")
	}
	unplaced := signal.Signal{Kind: signal.KindPraise, Title: "Kind nurses", Narrative: "Kind nurses", Received: calendar.MustDate("2026-11-19").At(9, 0), Publication: &signal.Publication{Outlet: "letter", Sentiment: "positive"}}
	if _, err := b.server.Desk.Receive(b.ctx, b.scope(access.QualityLead, "QAA"), listen.Item{Signal: unplaced}); err == nil {
		t.Error("any other kind needs its provider")
	}
}
