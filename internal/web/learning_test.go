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
	"candour/internal/web/browsertest"
)

func init() {
	stands["GET /learning"] = at("/learning")
	stands["POST /learning"] = at("/learning", "provider", "")
	stands["GET /learning/plans/{id}"] = at("/learning/plans/PL-2026-1")
	stands["POST /learning/plans/{id}"] = at("/learning/plans/PL-2026-1", "because", "")
}

// planned is a filled-in form of a plan, with pairs laid over it.
func plannedForm(pairs ...string) []string {
	return laidOver(map[string]string{
		"provider": "RA1", "plan_version": "2.1", "agreed": "2025-04-01", "review": "2026-09-30", "priorities": "Falls\nDischarge", "responses": "Falls with harm: after action review", "do": "record",
	}, pairs)
}

// learned records a learning response and an incident that must be referred.
func (b *bundle) learned(tenant org.Code) {
	b.Helper()
	today := calendar.DateOf(b.clock.Now())
	said := func(kind signal.Kind, title string) signal.Signal {
		return signal.Signal{Kind: kind, Title: title, Narrative: title, Place: signal.Place{Provider: firstProvider[tenant]}, Occurred: signal.Occurrence{Date: today - 300}, Received: (today - 290).At(9, 0), Source: signal.Source{Channel: "form"}}
	}
	response := said(signal.KindLearningResponse, "Falls on ward 7")
	response.LearningResponse = &signal.LearningResponse{
		Type: "psii", Topic: "Falls on ward 7", Plan: "2.1", Started: today - 280, AgreedFinish: today - 100,
		Actions: []signal.SafetyAction{{Action: "Low beds", Owner: "Matron", Measure: "Falls per 1,000 bed days", Review: today - 30}, {Action: "Rounds", Owner: "Matron", Measure: "Rounds held", Review: today + 30}},
	}
	must := said(signal.KindIncident, "A child died")
	must.Incident = &signal.Incident{Type: signal.LFPSEIncident, Taxonomy: "5", NationalMust: []string{"child-death"}, Patients: []signal.IncidentPatient{{Physical: 1}}}
	never := said(signal.KindNeverEvent, "Retained swab")
	never.NeverEvent = &signal.NeverEvent{Type: "3"}
	_, err := b.store.RecordPlan(b.ctx, b.scope(access.QualityLead, tenant), signal.ResponsePlan{Provider: firstProvider[tenant], Version: "secret of " + string(tenant), Agreed: today - 30, Review: today + 370, Priorities: []string{"Falls"}, Responses: []string{"Falls"}})
	b.no(err)
	for _, s := range []signal.Signal{response, must, never} {
		_, err := b.server.Desk.Receive(b.ctx, b.scope(access.QualityLead, tenant), listen.Item{Signal: s})
		b.no(err)
	}
}

func TestPlansOfResponsesAreHeldWithTheirReviews(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	lead := b.as(access.QualityLead, "QAA")
	if body := lead.get("/learning").Body.String(); !strings.Contains(body, "No plan is held of 2 providers: Aldermoor Hospitals and Thornley Community") {
		t.Error("providers without a plan are not named")
	}
	for name, c := range map[string]struct {
		with []string
		want string
	}{
		"no provider":            {[]string{"provider", ""}, "Choose the provider"},
		"another's provider":     {[]string{"provider", "RB1"}, "Choose the provider"},
		"no version":             {[]string{"plan_version", ""}, "Enter the version"},
		"agreed in the future":   {[]string{"agreed", "2027-04-01"}, "today"},
		"no day":                 {[]string{"agreed", "soon"}, "soon"},
		"reviewed too late":      {[]string{"review", "2026-10-02"}, "12 to 18 months after it was agreed"},
		"reviewed too soon":      {[]string{"review", "2026-03-31"}, "12 to 18 months"},
		"no priority":            {[]string{"priorities", " \n"}, "at least one priority"},
		"an NHS number":          {[]string{"responses", "Falls of 943 476 5919"}, "NHS number"},
		"what was typed is kept": {[]string{"plan_version", "", "responses", "Kept words"}, "Kept words"},
	} {
		got := lead.post("/learning", plannedForm(c.with...)...)
		parse(t, got).sound(t, name)
		if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), c.want) {
			t.Errorf("%s gave %d, expected %q: %.500s", name, got.Code, c.want, text(parse(t, got).all("main")[0]))
		}
	}
	got := lead.post("/learning", plannedForm()...)
	if got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/learning/plans/PL-2026-1" {
		t.Fatalf("recording gave %d: %s", got.Code, got.Body)
	}
	page := lead.get("/learning")
	parse(t, page).sound(t, "learning")
	for _, want := range []string{"1 plan is held, 1 past review", "30 Sep 2026, overdue", "Falls; Discharge", "No plan is held of 1 provider: Thornley Community"} {
		if !strings.Contains(page.Body.String(), want) {
			t.Errorf("the register lacks %q", want)
		}
	}
	head, _, err := b.store.Head(b.ctx)
	b.no(err)
	if got := lead.post("/learning/plans/PL-2026-1", plannedForm("plan_version", "2.2")...); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), "Write down why") {
		t.Errorf("corrected without a reason: %d", got.Code)
	}
	if got := lead.post("/learning/plans/PL-2026-1", plannedForm("plan_version", "2.2", "because", "Misread", "provider", "RA2")...); got.Code != http.StatusSeeOther {
		t.Errorf("correcting gave %d: %s", got.Code, got.Body)
	}
	body := lead.get("/learning/plans/PL-2026-1").Body.String()
	if !strings.Contains(body, "Aldermoor Hospitals, version 2.2") || !strings.Contains(body, "Corrected to version 2.2, because: Misread.") || !strings.Contains(body, "Recorded as version 2.1") {
		t.Error("the plan's page lacks the correction, or lost what it was before")
	}
	if held, err := b.store.Plan(b.ctx, b.scope(access.QualityLead, "QAA").At(head), "PL-2026-1"); err != nil || len(held) != 1 || held[0].Version != "2.1" || !held[0].Newest {
		t.Errorf("as of then %+v, %v", held, err)
	}
	if got := b.as(access.QualityLead, "QBB").get("/learning/plans/PL-2026-1"); got.Code != http.StatusNotFound {
		t.Errorf("another commissioner reads it: %d", got.Code)
	}
	if got := lead.post("/learning/plans/PL-2026-1", "do", "withdraw", "because", "Recorded twice"); got.Code != http.StatusSeeOther {
		t.Errorf("withdrawing gave %d: %s", got.Code, got.Body)
	}
	if body := lead.get("/learning").Body.String(); !strings.Contains(body, "0 plans are held") {
		t.Error("a withdrawn plan is still listed")
	}
	if r, err := b.store.Rebuild(b.ctx, false, nil); err != nil || r.Before != r.After {
		t.Errorf("rebuilt %+v, %v", r, err)
	}
}

func TestTheRegisterOfLearningTellsWhatIsOwed(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.learned("QAA")
	b.learned("QBB")
	page := b.as(access.QualityLead, "QAA").get("/learning")
	parse(t, page).sound(t, "learning")
	body := page.Body.String()
	for _, want := range []string{
		"1 event lacks its referral", "1 learning response is late", "Child death overview panel", "not recorded", "stays with the provider", "agreed finish passed", "1 of 2 unanswered past their review", "Patient safety incident investigation: Falls on ward 7",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Count(body, "A child") != 0 || strings.Contains(body, "Bramblecote") {
		t.Error("the page shows another commissioner's")
	}
}

func TestThePagesOfLearningHoldInABrowser(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: -short; the browser takes a while")
	}
	b := peopled(t)
	b.learned("QAA")
	lead := b.as(access.QualityLead, "QAA")
	lead.post("/learning", plannedForm()...) // the second plan
	server := httptest.NewServer(b.server)
	t.Cleanup(server.Close)
	browser := browsertest.Start(t)
	who := map[string]string{"candour": lead.cookie.Value}
	browser.Check(t, server.URL+"/learning", browsertest.Expect{Name: "learning", Cookies: who, Says: []string{"Child death overview panel"}})
	browser.Check(t, server.URL+"/learning/plans/PL-2026-2", browsertest.Expect{Name: "learning-plan", Cookies: who, Says: []string{"Its review is overdue"}})
}
