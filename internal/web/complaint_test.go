package web

import (
	"net/http"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/signal"
)

func init() {
	for name, st := range map[string]func(org.Code) stand{
		"GET /complaints":        at("/complaints"),
		"GET /complaints/{ref}":  at("/complaints/CP-2026-1"),
		"POST /complaints/{ref}": at("/complaints/CP-2026-1", "do", "undo", "number", "1", "version", "1"),
	} {
		stands[name] = st
	}
}

// leadAt is the scope of a quality lead.
func leadAt(tenant org.Code) access.Scope {
	return access.For(access.Viewer{Account: accountOf(access.QualityLead, tenant), Memberships: []access.Membership{{Tenant: tenant, Role: access.QualityLead}}}, tenant)
}

// complained records a complaint at a commissioner, received so many days ago.
func (b *bundle) complained(tenant org.Code, daysAgo int, set func(*signal.Signal)) string {
	b.Helper()
	received := calendar.DateOf(b.clock.Now()) - calendar.Date(daysAgo)
	x := signal.Signal{
		Kind: signal.KindComplaint, Title: "Complaint secret of " + string(tenant), Place: signal.Place{Provider: firstProvider[tenant]},
		Occurred: signal.Occurrence{Date: received - 3}, Received: received.At(9, 0), Source: signal.Source{Channel: "letter"}, Themes: []string{"delay"},
		Complaint: &signal.Complaint{ReceivedBy: "commissioner", Complainant: signal.ComplainantPatient, Consent: signal.ConsentNotAsked},
	}
	if set != nil {
		set(&x)
	}
	receipts, err := b.server.Desk.Receive(b.ctx, leadAt(tenant), listen.Item{Signal: x})
	b.no(err)
	return receipts[0].Reference
}

// stepIn is a filled-in form, with pairs laid over it; an empty value leaves a
// field out.
func stepIn(version string, pairs ...string) []string {
	return laidOver(map[string]string{
		"do": "step-in", "version": version, "grounds": "over-six-months", "reason": "Seven months without an answer", "consent": "to_share", "asked_on": "2026-11-16",
		"consent_on": "2026-11-18", "decided_by": "Complaints manager, J Doe", "step": "keep_date", "asked": "An answer by 30 November",
	}, pairs)
}

func TestComplaintsThatAreNotDealtWithAreListedWithTheirGroundsAndRules(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.complained("QAA", 220, nil)
	b.complained("QAA", 20, func(s *signal.Signal) { s.Themes, s.Complaint.SeriousHarm = []string{"falls"}, true })
	b.complained("QAA", 1, func(s *signal.Signal) { s.Themes, s.Title = []string{"medicines"}, "In good time" })
	b.complained("QBB", 300, nil)
	body := b.as(access.QualityLead, "QAA").get("/complaints").Body.String()
	for _, want := range []string{
		"2 of 3 open complaints", "More than six months have passed", "(Complaints Regulations, reg. 14)", "Serious harm without an investigation", "(Francis recommendation 114)",
		"In time", "In good time", "Conflict of interest", "consent not asked",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the list lacks %q", want)
		}
	}
	if strings.Contains(body, "secret of QBB") || strings.Contains(body, "Three or more complaints on the same theme</strong>") {
		t.Error("the list shows another’s complaint, or a ground that doesn’t hold")
	}
	b.complained("QAA", 30, nil)
	b.complained("QAA", 31, nil)
	if body = b.as(access.QualityLead, "QAA").get("/complaints").Body.String(); !strings.Contains(body, "3 complaints about this provider on the same theme") {
		t.Error("three complaints on one theme are no ground")
	}
	if got := b.as(access.QualityLead, "QAA").get("/complaints?provider=RA2").Body.String(); !strings.Contains(got, "No complaint waits") {
		t.Error("a filter by another provider shows complaints")
	}
}

func TestNobodyStepsInWithoutConsentStateAndReason(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	ref := b.complained("QAA", 220, nil)
	lead := b.as(access.QualityLead, "QAA")
	for field, spoiled := range map[string]string{"consent": "asked", "reason": "", "grounds": "", "asked_on": "", "consent_on": "", "decided_by": "", "step": "", "asked": ""} {
		got := lead.post("/complaints/"+ref, stepIn("1", field, spoiled)...)
		if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), "There is a problem") || !strings.Contains(got.Body.String(), `href="#`+field) {
			t.Errorf("%s %q gave %d without its error", field, spoiled, got.Code)
		}
		if field != "reason" && !strings.Contains(got.Body.String(), "Seven months without an answer") {
			t.Errorf("%s: what was typed is lost", field)
		}
	}
	if got := lead.post("/complaints/"+ref, stepIn("1", "consent", "refused")...); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("details asked about although consent is refused: %d", got.Code)
	}
	if got := lead.post("/complaints/"+ref, stepIn("1", "reason", "Ask 943 476 5919")...); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), "kept for ever") {
		t.Errorf("a reason with an NHS number gave %d", got.Code)
	}
	h, err := b.store.Signal(b.ctx, leadAt("QAA"), ref)
	b.no(err)
	if h.Triage.Version != 1 {
		t.Errorf("%d events were recorded by forms that are refused", h.Triage.Version)
	}
	if got := b.as(access.Analyst, "QAA").post("/complaints/"+ref, stepIn("1")...); got.Code != http.StatusForbidden {
		t.Errorf("an analyst steps in: %d", got.Code)
	}
	if got := lead.post("/complaints/G-2026-9", stepIn("1")...); got.Code != http.StatusNotFound {
		t.Errorf("stepping in on nothing gave %d", got.Code)
	}
}

func TestSteppingInIsRecordedStepByStepAndUndoneByANewEntry(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	ref := b.complained("QAA", 220, nil)
	lead := b.as(access.QualityLead, "QAA")
	path := "/complaints/" + ref
	if got := lead.get(path).Body.String(); !strings.Contains(got, "There is a ground to step in, because it was received on") || !strings.Contains(got, `value="over-six-months" checked`) {
		t.Errorf("the page lacks the ground, or does not tick it: %s", got)
	}
	for i, form := range [][]string{
		stepIn("1"),
		{"do", "reply", "index", "0", "version", "4", "reply", "We answer this week", "replied_on", "2026-11-20"},
		{"do", "reply", "index", "0", "version", "5", "result", "Answered on 21 November"},
		{"do", "undo", "version", "6", "number", "6", "why", "The letter was not sent"},
		{"do", "date", "version", "7", "to", "2026-12-01"},
		{"do", "date", "version", "8", "to", "2026-12-08", "agreed_because", "Records are late"},
		{"do", "consent", "version", "9", "state", "withdrawn", "state_on", "2026-11-22"},
	} {
		if got := lead.post(path, form...); got.Code != http.StatusSeeOther || got.Header().Get("Location") != path {
			t.Fatalf("form %d gave %d: %s", i, got.Code, got.Body)
		}
	}
	body := lead.get(path).Body.String()
	for _, want := range []string{
		"Ask that the agreed date be kept, 23 Nov 2026", "“Seven months without an answer”", "Asked 16 Nov 2026; given to share details", "Complaints manager, J Doe", "An answer by 30 November",
		"We answer this week (20 Nov 2026)", "Event 6 undone, because: The letter was not sent", "Response agreed for 8 Dec 2026, because: Records are late", "Consent withdrawn, 22 Nov 2026",
		"Respond by the agreed date", "We have stepped in once.",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the complaint’s page lacks %q", want)
		}
	}
	if !strings.Contains(body, "<dt class=\"nhsuk-summary-list__key\">\n      Result\n") && !strings.Contains(body, "None yet") {
		t.Error("the result that was undone still stands")
	}
	for name, form := range map[string][]string{
		"a changed date without a reason": {"do", "date", "version", "10", "to", "2026-12-20"}, "a date in the past": {"do", "date", "version", "10", "to", "2026-01-01"},
		"a reply without a day": {"do", "reply", "index", "0", "version", "10", "reply", "x"}, "a reply to nothing": {"do", "reply", "index", "7", "version", "10", "result", "x"},
		"an undoing without a reason": {"do", "undo", "version", "10", "number", "2"}, "no purpose": {"version", "10"}, "consent on no day": {"do", "consent", "version", "10", "state", "to_share"},
	} {
		if got := lead.post(path, form...); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), "There is a problem") {
			t.Errorf("%s gave %d", name, got.Code)
		}
	}
	if got := lead.post(path, stepIn("3")...); got.Code != http.StatusConflict {
		t.Errorf("a form of an old version gave %d", got.Code)
	}
	if got := lead.get("/signals/" + ref).Body.String(); !strings.Contains(got, path) {
		t.Error("the signal’s page does not lead to stepping in")
	}
}

func TestADayThatCannotBeReadIsToldBesideItsFieldOnce(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	ref := b.complained("QAA", 220, nil)
	lead := b.as(access.QualityLead, "QAA")
	for field, form := range map[string][]string{
		"asked_on":   {"do", "step-in", "asked_on", "32/13/2026", "consent_on", "2026-11-20"},
		"consent_on": {"do", "step-in", "consent_on", "soon", "asked_on", "2026-11-20"},
		"to":         {"do", "date", "to", "Friday"},
		"state_on":   {"do", "consent", "state", "to_share", "state_on", "20th"},
	} {
		got := lead.post("/complaints/"+ref, append(form, "version", "1", "grounds", "over-six-months", "reason", "Long", "consent", "to_share", "decided_by", "Lead", "step", "ask_status", "asked", "Where it stands")...)
		page := got.Body.String()
		if got.Code != http.StatusUnprocessableEntity || strings.Count(page, `href="#`+field+`"`) != 1 || !strings.Contains(page, `id="`+field+`-error"`) {
			t.Errorf("%s: %d, told %d times in the summary", field, got.Code, strings.Count(page, `href="#`+field+`"`))
		}
	}
	page := lead.post("/complaints/"+ref, "do", "step-in", "version", "1", "grounds", "over-six-months", "reason", "Long", "consent", "not_asked", "decided_by", "Lead", "step", "ask_status", "asked", "Where").Body.String()
	if strings.Contains(page, "Consent is refused or withdrawn") || strings.Contains(page, "to_share, to_handle") {
		t.Error("nobody was asked yet, and the page says that they refused, or speaks in codes")
	}
}
