package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
)

func init() {
	for name, st := range map[string]func(org.Code) stand{
		"GET /signals":                      at("/signals"),
		"GET /signals/{ref}":                at("/signals/G-2026-1"),
		"POST /signals/{ref}":               at("/signals/G-2026-1", "do", "join", "event", "one", "version", "1"),
		"POST /signals/together":            at("/signals/together", "pick", "G-2026-1@1", "event", "one"),
		"GET /signals/together/{id}":        at("/signals/together/none"),
		"POST /signals/together/{id}":       at("/signals/together/none", "because", "x"),
		"POST /signals/{ref}/sealed/{seal}": at("/signals/G-2026-1/sealed/none", "because", "x"),
		"GET /concerns/new":                 at("/concerns/new"),
		"POST /concerns/new":                at("/concerns/new"),
		"GET /concerns":                     at("/concerns"),
		"GET /concerns/sent/{ref}":          at("/concerns/sent/none"),
		"POST /concerns/{ref}/not-resolved": at("/concerns/none/not-resolved", "version", "1"),
	} {
		stands[name] = st
	}
}

// firstProvider is a provider of each commissioner.
var firstProvider = map[org.Code]org.Code{"QAA": "RA1", "QBB": "RB1"}

// heard records a concern at a commissioner, by its contract manager.
func (b *bundle) heard(tenant org.Code) {
	b.Helper()
	today := calendar.DateOf(b.clock.Now())
	who := access.Viewer{Account: accountOf(access.ContractManager, tenant), Memberships: []access.Membership{{Tenant: tenant, Role: access.ContractManager}}}
	_, err := b.server.Desk.Receive(b.ctx, access.For(who, tenant), listen.Item{Signal: signal.Signal{
		Kind: signal.KindClinicianConcern, Title: "Secret of " + string(tenant), Narrative: "secret of " + string(tenant), Place: signal.Place{Provider: firstProvider[tenant], Ward: "Ward 7"},
		Occurred: signal.Occurrence{Date: today - 8}, Received: (today - 6).At(9, 0), Source: signal.Source{Organisation: tenant, Channel: "form"},
		Themes: []string{"discharge"}, ClinicianConcern: &signal.ClinicianConcern{Harm: "severe"},
	}})
	b.no(err)
}

// practised gives QAA's GP a practice.
func (b *bundle) practised() *bundle {
	b.Helper()
	b.no(b.store.SetAccount(b.ctx, b.operator(), record.Account{
		ID: accountOf(access.GP, "QAA"), Login: loginOf(access.GP, "QAA"), Name: "Dr Person", Memberships: []access.Membership{{Tenant: "QAA", Role: access.GP, Practice: "A81001"}},
	}))
	return b
}

// filledConcern is a filled-in form, with pairs laid over it.
func filledConcern(pairs ...string) []string {
	return laidOver(map[string]string{
		"once": "1", "provider": "RA1", "ward": "Ward 7", "theme": "discharge", "when": "yesterday", "words": "Sent home at 23:40 by taxi. No keys, no letter.", "harm": "some", "known": "yes",
	}, pairs)
}

func TestAGPRaisesAConcernAndSeesWhatBecomesOfIt(t *testing.T) {
	t.Parallel()
	b := peopled(t).practised()
	gp, lead := b.as(access.GP, "QAA"), b.as(access.QualityLead, "QAA")
	if got := gp.get("/"); got.Header().Get("Location") != "/concerns/new" {
		t.Errorf("a GP begins at %q", got.Header().Get("Location"))
	}
	if got := gp.get("/concerns/new").Body.String(); !strings.Contains(got, "Mon 30 Nov") || !strings.Contains(got, "5 working days") || strings.Contains(got, "Bramblecote") {
		t.Errorf("the form says by when there is an answer, and offers own providers only")
	}
	sent := gp.post("/concerns/new", filledConcern("number", "943 476 5919")...)
	if sent.Code != http.StatusSeeOther || sent.Header().Get("Location") != "/concerns/sent/G-2026-1" {
		t.Fatalf("sending gave %d: %s", sent.Code, sent.Body)
	}
	if again := gp.post("/concerns/new", filledConcern("number", "943 476 5919")...); again.Header().Get("Location") != "/concerns/sent/G-2026-1" {
		t.Errorf("sending the same form twice gave %s", again.Header().Get("Location"))
	}
	if got := gp.get("/concerns/sent/G-2026-1").Body.String(); !strings.Contains(got, "Memory entry") || !strings.Contains(got, "Mon 30 Nov 2026") {
		t.Errorf("the receipt lacks entry or date")
	}
	if got := lead.get("/signals").Body.String(); !strings.Contains(got, "G-2026-1") || !strings.Contains(got, "New, to triage") {
		t.Errorf("the inbox lacks it")
	}
	page := lead.get("/signals/G-2026-1").Body.String()
	if !strings.Contains(page, "NHS number is sealed") || strings.Contains(page, "9434765919") || !strings.Contains(page, "Read the signal and give it an outcome") {
		t.Errorf("the signal's page")
	}
	seal := regexp.MustCompile(`/signals/G-2026-1/sealed/(x-[0-9a-f]+)`).FindStringSubmatch(page)
	if seal == nil {
		t.Fatal("the quality lead is not offered to open the seal")
	}
	if got := b.as(access.Analyst, "QAA").post(seal[0], "because", "curious"); got.Code != http.StatusForbidden {
		t.Errorf("an analyst opens the seal: %d", got.Code)
	}
	if got := lead.post(seal[0], "because", ""); got.Code != http.StatusUnprocessableEntity || strings.Contains(got.Body.String(), "9434765919") {
		t.Errorf("opened without a reason: %d", got.Code)
	}
	if got := lead.post(seal[0], "because", "To find the record"); !strings.Contains(got.Body.String(), "9434765919") {
		t.Errorf("the quality lead opens it: %d %s", got.Code, got.Body)
	}
	if got := gp.get("/concerns").Body.String(); !strings.Contains(got, "To find the record") || strings.Contains(got, "Not resolved") {
		t.Errorf("the practice sees who read it, and nothing to disagree with yet")
	}
	got := lead.post("/signals/G-2026-1", "do", "triage", "version", "1", "severity", "3", "outcome", "question_to_provider", "because", "Ninth of its kind", "message", "We ask the trust for its discharge check.")
	if got.Code != http.StatusSeeOther {
		t.Fatalf("triage gave %d: %s", got.Code, got.Body)
	}
	if got := lead.post("/signals/G-2026-1", "do", "assign", "version", "1", "assign", string(accountOf(access.QualityLead, "QAA"))); got.Code != http.StatusConflict {
		t.Errorf("a change of an old version gave %d", got.Code)
	}
	if got := gp.get("/concerns").Body.String(); !strings.Contains(got, "We ask the trust") || !strings.Contains(got, "Not resolved") {
		t.Errorf("the practice sees the answer")
	}
	if got := gp.post("/concerns/G-2026-1/not-resolved", "version", "4", "message", "It happened again"); got.Code != http.StatusSeeOther {
		t.Errorf("not resolved gave %d: %s", got.Code, got.Body)
	}
	if got := lead.get("/signals/G-2026-1").Body.String(); !strings.Contains(got, "Said not to be resolved: It happened again") {
		t.Errorf("the page does not tell that it is not resolved")
	}
}

func TestWhatCouldTellWhoThePatientIsIsShownBeforeItIsStored(t *testing.T) {
	t.Parallel()
	b := peopled(t).practised()
	gp := b.as(access.GP, "QAA")
	words := "Mrs Smith’s number is 943 476 5919, born 4/5/1936."
	got := gp.post("/concerns/new", filledConcern("words", words)...)
	if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), "NHS number: <strong>943 476 5919</strong>") || !strings.Contains(got.Body.String(), "Mrs Smith") {
		t.Fatalf("what was found is shown and the words are kept, got %d: %s", got.Code, got.Body)
	}
	if n, err := b.store.CountSignals(b.ctx, b.operator(), store.SignalFilter{}); err != nil || n != 0 {
		t.Errorf("%d stored before the sender has said, %v", n, err)
	}
	if got := gp.post("/concerns/new", filledConcern("words", words, "screened", "keep")...); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("an NHS number was kept: %d", got.Code)
	}
	if got := gp.post("/concerns/new", filledConcern("words", words, "screened", "remove")...); got.Code != http.StatusSeeOther {
		t.Fatalf("sending without it gave %d: %s", got.Code, got.Body)
	}
	h, err := b.store.Signal(b.ctx, access.For(access.Viewer{Account: accountOf(access.GP, "QAA"), Memberships: []access.Membership{{Tenant: "QAA", Role: access.GP}}}, "QAA"), "G-2026-1")
	b.no(err)
	if strings.Contains(h.Narrative+h.Title, "5919") || strings.Contains(h.Narrative, "1936") || !strings.Contains(h.Narrative, "[NHS number removed]") {
		t.Errorf("stored %q, %q", h.Title, h.Narrative)
	}
}

func TestAFormWithErrorsKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	b := peopled(t).practised()
	got := b.as(access.GP, "QAA").post("/concerns/new", filledConcern("provider", "RB1", "theme", "", "number", "1234567890", "words", "Kept words")...)
	d := parse(t, got)
	d.sound(t, "a form with errors")
	body := got.Body.String()
	for _, want := range []string{"Choose where it happened", "Choose what went wrong", "Check the NHS number", "Kept words", "There is a problem"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if got.Code != http.StatusUnprocessableEntity {
		t.Errorf("gave %d", got.Code)
	}
}

// What is wrong with a form beside the list is shown there, with the list; on the page of
// its own it is shown on that.
func TestAFormBesideTheListComesBackBesideTheList(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.heard("QAA")
	b.heard("QAA")
	lead := b.as(access.QualityLead, "QAA")
	wrong := func(more ...string) string {
		got := lead.post("/signals/G-2026-1", append([]string{"do", "triage", "version", "1", "outcome", "watch", "severity", "4", "message", "Typed words"}, more...)...)
		if got.Code != http.StatusUnprocessableEntity {
			t.Errorf("%v gave %d", more, got.Code)
		}
		return got.Body.String()
	}
	for _, want := range []string{`id="reading"`, "nhsuk-error-summary", "Typed words", `<option value="watch" selected>`, "G-2026-2", `name="list" value="show=all"`} {
		if page := wrong("list", "show=all", "next", "G-2026-2"); !strings.Contains(page, want) || strings.Contains(page, `cd-many" open`) {
			t.Errorf("beside the list, the answer lacks %s, or opens what is not wrong", want)
		}
	}
	if page := wrong(); strings.Contains(page, `id="reading"`) || !strings.Contains(page, "Typed words") {
		t.Error("on its own page the answer shows the list, or loses what was typed")
	}
	if page := wrong("list", "%zz"); strings.Contains(page, `id="reading"`) {
		t.Error("a list that can't be read shows one")
	}
}

func TestTheInboxIsSortedByClocksAndCountsBesideItsName(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.heard("QAA")
	b.heard("QBB")
	lead := b.as(access.QualityLead, "QAA")
	body := lead.get("/signals").Body.String()
	for _, want := range []string{"1 signal: 1 overdue.", "Overdue", "cd-clock--over", `cd-nav__n">1`, "Secret of QAA", "Aldermoor Hospitals, ward 7", "death or severe harm"} {
		if !strings.Contains(body, want) {
			t.Errorf("the inbox lacks %q", want)
		}
	}
	for _, show := range []string{"mine", "unread", "waiting", "done", "all", "nonsense"} {
		got := lead.get("/signals?show=" + show)
		if got.Code != http.StatusOK || strings.Contains(got.Body.String(), "Secret of QBB") {
			t.Errorf("%s: %d", show, got.Code)
		}
	}
	if got := lead.post("/signals/G-2026-1", "do", "triage", "version", "1", "outcome", "noted", "severity", "4", "theme", "discharge"); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), "An outcome needs a because") {
		t.Errorf("an outcome without a reason gave %d: %s", got.Code, got.Body)
	}
	if got := lead.post("/signals/G-2026-1", "do", "withdraw", "version", "1", "why", "Number 943 476 5919"); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("a reason with an NHS number gave %d", got.Code)
	}
	for i, form := range [][]string{
		{"do", "assign", "assign", string(accountOf(access.QualityLead, "QAA"))},
		{"do", "join", "event", "night of the 18th"},
		{"do", "withdraw", "why", "Filed in error"},
		{"do", "undo", "number", "4", "why", "It was right"},
		{"do", "move", "move", "closed", "on", "2026-11-23", "why", "Done"},
	} {
		if got := lead.post("/signals/G-2026-1", append(form, "version", string(rune('1'+i)))...); got.Code != http.StatusSeeOther {
			t.Errorf("%v gave %d: %s", form, got.Code, got.Body)
		}
	}
}
