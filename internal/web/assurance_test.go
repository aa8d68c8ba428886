package web

import (
	"net/http"
	"net/http/httptest"
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
		"GET /assurance":       at("/assurance"),
		"POST /assurance":      at("/assurance", "about", ""),
		"GET /assurance/new":   at("/assurance/new"),
		"GET /assurance/{id}":  at("/assurance/AS-2026-1"),
		"POST /assurance/{id}": at("/assurance/AS-2026-1", "do", "undo", "contradiction", "AS-2026-1.c9"),
	} {
		stands[name] = st
	}
}

// assured records a submission at a commissioner.
func (b *bundle) assured(tenant org.Code) string {
	b.Helper()
	today := calendar.DateOf(b.clock.Now())
	held, err := b.server.Desk.Submit(b.ctx, leadAt(tenant), signal.Submission{
		Provider: firstProvider[tenant], Version: 1, About: "Staffing, secret of " + string(tenant), Received: (today - 30).At(12, 0),
		Declaration: signal.Declaration{Name: "Director of " + string(firstProvider[tenant]), Role: "Director of nursing", On: today - 31},
		Statements:  []signal.Statement{{ID: "1", Words: "Every shift was filled"}, {ID: "2", Words: "No incident is open"}},
	})
	b.no(err)
	return held.ID
}

// submission is a filled-in form with pairs laid over it.
func submission(pairs ...string) []string {
	return laidOver(map[string]string{
		"do": "record", "provider": "RA1", "about": "Staffing of ward 7", "received": "2026-11-20", "name": "A Director", "role": "Director of nursing", "on": "2026-11-19",
		"statement-1": "Every shift was filled", "statement-2": "No incident is open",
	}, pairs)
}

func TestASubmissionIsRecordedWithItsDeclarationAndCorrectedInVersions(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	lead := b.as(access.QualityLead, "QAA")
	for field, value := range map[string]string{"name": "", "role": "", "on": "", "received": "", "about": "", "provider": "RB1", "statement-1": "Number 943 476 5919"} {
		form := submission(field, value)
		if field == "statement-1" {
			form = submission(field, value, "statement-2", "")
		}
		got := lead.post("/assurance", form...)
		if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), `href="#`+field+`"`) {
			t.Errorf("%s %q gave %d without its error", field, value, got.Code)
		}
		parse(t, got).sound(t, "a submission without "+field)
	}
	if got := lead.post("/assurance", submission("on", "2026-11-21")...); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("declared after it was received: %d", got.Code)
	}
	sent := lead.post("/assurance", submission()...)
	if sent.Code != http.StatusSeeOther || sent.Header().Get("Location") != "/assurance/AS-2026-1" {
		t.Fatalf("recording gave %d: %s", sent.Code, sent.Body)
	}
	if got := lead.get("/assurance/new?corrects=AS-2026-1").Body.String(); !strings.Contains(got, "version 2 of AS-2026-1") || !strings.Contains(got, "Every shift was filled") {
		t.Error("the form of a correction does not begin with the newest version")
	}
	if got := lead.post("/assurance", submission("id", "AS-2026-1", "version", "2", "statement-1", "Nine shifts in ten were filled")...); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("a correction without saying what it corrects gave %d", got.Code)
	}
	correction := submission("id", "AS-2026-1", "version", "2", "corrects", "Agency shifts were counted twice", "statement-1", "Nine shifts in ten were filled")
	if got := lead.post("/assurance", correction...); got.Code != http.StatusSeeOther {
		t.Fatalf("a correction gave %d: %s", got.Code, got.Body)
	}
	if got := lead.post("/assurance", correction...); got.Code != http.StatusConflict {
		t.Errorf("the same correction twice gave %d", got.Code)
	}
	body := lead.get("/assurance/AS-2026-1").Body.String()
	for _, want := range []string{"Version 2, received", ": the newest", "Nine shifts in ten", "Version 1, received", "Every shift was filled", "Agency shifts were counted twice", "A Director, Director of nursing"} {
		if !strings.Contains(body, want) {
			t.Errorf("the submission’s page lacks %q", want)
		}
	}
}

func TestAnAssuranceLaterContradictedIsCountedForItsProviderNowAndAsOf(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.heard("QAA")
	b.heard("QBB")
	id := b.assured("QAA")
	b.assured("QBB")
	lead := b.as(access.QualityLead, "QAA")
	before, _, err := b.store.Head(b.ctx)
	b.no(err)
	page := "/assurance/" + id
	if got := lead.get(page).Body.String(); !strings.Contains(got, `value="signal:G-2026-1"`) || strings.Contains(got, "secret of QBB") {
		t.Error("the form does not offer what is held of the provider, and of no other")
	}
	for field, form := range map[string][]string{
		"statement": {"evidence", "signal:G-2026-1", "because", "x"},
		"because":   {"statement", "1/1", "evidence", "signal:G-2026-1"},
		"evidence":  {"statement", "1/1", "evidence", "signal:G-2026-99", "because", "x"},
	} {
		got := lead.post(page, append(form, "do", "contradict")...)
		if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), `href="#`+field+`"`) {
			t.Errorf("without %s: %d", field, got.Code)
		}
	}
	for _, form := range [][]string{
		{"statement", "1/1", "evidence", "signal:G-2026-1", "because", "A patient was left alone at night"},
		{"statement", "1/1", "document", "Rota of ward 7, 3 Nov", "because", "Two of five shifts are empty"},
	} {
		if got := lead.post(page, append(form, "do", "contradict")...); got.Code != http.StatusSeeOther {
			t.Fatalf("%v gave %d: %s", form, got.Code, got.Body)
		}
	}
	if got := lead.get(page).Body.String(); !strings.Contains(got, "1 statement of this submission was later contradicted") || !strings.Contains(got, "“A patient was left alone at night”") || !strings.Contains(got, "Document: Rota of ward 7") {
		t.Error("the submission’s page does not tell what disproved it")
	}
	words := "1 submission; 1 of 2 statements later contradicted"
	if got := lead.get("/providers/RA1").Body.String(); !strings.Contains(got, words) {
		t.Error("the provider’s page does not count it")
	}
	if got := lead.get("/providers/RA1?asof=" + number(before)).Body.String(); !strings.Contains(got, "1 submission; 0 of 2 statements later contradicted") {
		t.Error("as of before, it is counted already")
	}
	if got := b.as(access.BoardMember, "QAA").get("/providers/RA1").Body.String(); !strings.Contains(got, words) || strings.Contains(got, `href="/assurance`) {
		t.Error("a board member sees the count, and no link to what they may not open")
	}
	if got := lead.get("/assurance").Body.String(); !strings.Contains(got, "1 of 2 statements was later contradicted, at 1 provider.") || strings.Contains(got, "secret of QBB") {
		t.Error("the list does not count by provider")
	}
	for contradiction, want := range map[string]int{"AS-2026-1.c1": http.StatusUnprocessableEntity, "AS-2026-9.c1": http.StatusNotFound} {
		if got := lead.post(page, "do", "undo", "contradiction", contradiction); got.Code != want {
			t.Errorf("undoing %s without a reason gave %d", contradiction, got.Code)
		}
	}
	for _, c := range []string{"AS-2026-1.c1", "AS-2026-1.c2"} {
		if got := lead.post(page, "do", "undo", "contradiction", c, "why", "The wrong ward"); got.Code != http.StatusSeeOther {
			t.Fatalf("undoing gave %d: %s", got.Code, got.Body)
		}
	}
	if got := lead.get("/providers/RA1").Body.String(); !strings.Contains(got, "0 of 2 statements later contradicted") {
		t.Error("what was undone still counts")
	}
}

func TestSubmissionsComeFromAFileWithAReasonForEachRowThatIsRefused(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	lead := b.as(access.QualityLead, "QAA")
	head := "provider,about,received,declared_by,declared_role,declared_on,statement\n"
	send := func(text string) *httptest.ResponseRecorder {
		return lead.sends("/assurance", "file", "submissions.csv", []byte(text), "do", "file")
	}
	good := "RA1,Falls,2026-11-03,A Director,Medical director,2026-11-03,Falls have halved\n"
	if got := send(head + good + "RB1,Falls,2026-11-03,A Director,Medical director,2026-11-03,Of another\n"); !strings.Contains(got.Body.String(), "1 submission was taken") || !strings.Contains(got.Body.String(), "Row 3, provider") {
		t.Errorf("a file with one good row gave %d: %s", got.Code, got.Body)
	}
	if got := send(head + good); got.Code != http.StatusSeeOther {
		t.Errorf("a good file gave %d", got.Code)
	}
	if held, err := b.store.Submissions(b.ctx, leadAt("QAA"), ""); err != nil || len(held) != 1 {
		t.Errorf("the same file twice left %d submissions, %v", len(held), err)
	}
	for _, bad := range []string{"", "a,b\n1,2\n", "provider\n\"x"} {
		if got := send(bad); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), `href="#file"`) {
			t.Errorf("the file %q gave %d", bad, got.Code)
		}
	}
}

func TestEachStageOfTheDutyOfCandourShowsItsClock(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	today := calendar.DateOf(b.clock.Now())
	_, err := b.server.Desk.Receive(b.ctx, leadAt("QAA"), listen.Item{Signal: signal.Signal{
		Kind: signal.KindCandour, Title: "Duty of candour after a fall", Place: signal.Place{Provider: "RA1"}, Occurred: signal.Occurrence{Date: today - 40}, Received: (today - 30).At(9, 0),
		Source: signal.Source{Channel: "form"}, Candour: &signal.Candour{Body: signal.NHSBody, Harm: "nhs-severe", ReportedOn: today - 30},
	}})
	b.no(err)
	body := b.as(access.QualityLead, "QAA").get("/assurance").Body.String()
	for _, want := range []string{"Tell the relevant person in person, with an apology", "Follow up in writing", "10 operational days", "DC-2026-1", "working days over"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
