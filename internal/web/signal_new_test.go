package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/signal"
	"candour/internal/signal/form"
	"candour/internal/store"
)

func init() {
	for name, path := range map[string]string{
		"GET /signals/new": "/signals/new", "GET /signals/new/{kind}": "/signals/new/praise", "POST /signals/new/{kind}": "/signals/new/praise", "GET /signals/sent/{ref}": "/signals/sent/none",
		"GET /visits": "/visits", "GET /administration/visits": "/administration/visits", "POST /administration/visits": "/administration/visits", "GET /drafts": "/drafts", "GET /worker.js": "/worker.js", "GET /visits/{ref}": "/visits/none", "POST /visits/{ref}": "/visits/none", "GET /visits/{ref}/more": "/visits/none/more", "POST /visits/{ref}/more": "/visits/none/more",
		"POST /visits/{ref}/photographs/{seal}": "/visits/none/photographs/none",
	} {
		stands[name] = at(path, "version", "1")
	}
}

// typed is what makes each form whole, beside provider and words.
var typed = map[signal.Kind][]string{
	signal.KindComplaint:        {"complaint.received_by", "commissioner", "complaint.complainant", "patient", "complaint.consent", "not_asked"},
	signal.KindIncident:         {"incident.type", "incident", "incident.patients.0.physical", "3", "incident.patients.0.psychological", "2"},
	signal.KindNeverEvent:       {"never_event.type", "1"},
	signal.KindSeriousIncident:  {"serious_incident.identified_on", "2026-11-20"},
	signal.KindLearningResponse: {"learning_response.type", "psii", "learning_response.topic", "Falls at night"},
	signal.KindCandour:          {"candour.body", "nhs", "candour.harm", "nhs-moderate", "candour.reported_on", "2026-11-20", "then.told in person", "2026-11-20"},
	signal.KindStaffConcern:     {"staff_concern.wishes", "confidential", "staff_concern.how", "meeting", "readers", string(accountOf(access.ClinicalReviewer, "QAA")), "sealed.whistle_blower", "Sister Green, extension 7"},
	signal.KindPatientComment:   {"publication.outlet", "fft", "publication.sentiment", "negative"},
	signal.KindHealthwatch:      {"correspondence.type", "report"},
	signal.KindMPLetter:         {"correspondence.type", "letter"},
	signal.KindMedia:            {"publication.outlet", "newspaper", "publication.sentiment", "mixed"},
	signal.KindTraineeSurvey:    {"trainee_survey.survey", "gmc", "trainee_survey.item", "Clinical supervision"},
	signal.KindCoronerReport:    {"coroner_report.sent_on", "2026-11-19"},
	signal.KindSafeguarding:     {"safeguarding.body", "leder", "safeguarding.types", "death-unexpected", "safeguarding.group", "adult", "safeguarding.safe_now", "died", "safeguarding.referred_on", "2026-11-19", "safeguarding.referred_by", "provider", "safeguarding.outcome", "leder-2", "safeguarding.outcome_on", "2026-11-20"},
	signal.KindRegulatorAction:  {"regulator_action.regulator", "cqc", "regulator_action.action", "rating", "regulator_action.rating", "3"},
	signal.KindMessage:          {},
	signal.KindPraise:           {"publication.outlet", "letter", "publication.sentiment", "positive"},
}

// whole is a form that can be sent, with further controls.
func whole(k signal.Kind, pairs ...string) []string {
	all := append([]string{"once", "1-" + string(k), "place.provider", "Aldermoor Hospitals (RA1)", "narrative", "The bell was not answered for an hour."}, typed[k]...)
	return append(all, pairs...)
}

func TestEachKindIsTypedInAndGivesAReceiptWithReferenceAndEntry(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	lead := b.as(access.QualityLead, "QAA")
	for _, k := range form.Kinds() {
		path := "/signals/new/" + string(k)
		d := parse(t, lead.get(path))
		d.sound(t, path)
		blank := lead.post(path)
		if blank.Code != http.StatusUnprocessableEntity || !strings.Contains(blank.Body.String(), "There is a problem") {
			t.Errorf("%s: a blank form gave %d", k, blank.Code)
		}
		parse(t, blank).sound(t, path+" with errors")
		sent := lead.post(path, whole(k)...)
		to := sent.Header().Get("Location")
		if sent.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/signals/sent/"+k.Prefix()+"-2026-") {
			t.Errorf("%s: sending gave %d to %q: %s", k, sent.Code, to, problems(t, sent.Body.String()))
			continue
		}
		if again := lead.post(path, whole(k)...); again.Header().Get("Location") != to {
			t.Errorf("%s: sent twice it is %q and %q", k, to, again.Header().Get("Location"))
		}
		receipt := lead.get(to).Body.String()
		ref := strings.TrimPrefix(to, "/signals/sent/")
		for _, want := range []string{ref, "Memory entry", "Aldermoor Hospitals", "Read the signal and give it an outcome"} {
			if k == signal.KindLearningResponse || k == signal.KindCandour {
				continue // these have clocks of their own
			}
			if !strings.Contains(receipt, want) {
				t.Errorf("%s: the receipt lacks %q", k, want)
			}
		}
		page := lead.get("/signals/" + ref)
		parse(t, page).sound(t, "the page of a "+string(k))
		if page.Code != http.StatusOK {
			t.Errorf("%s: its page gave %d", k, page.Code)
		}
	}
}

// problems is the error summary of a page, for failures.
func problems(t testing.TB, body string) string {
	_, after, _ := strings.Cut(body, "There is a problem")
	before, _, _ := strings.Cut(after, "</ul>")
	return before
}

func TestEachRoleIsOfferedTheKindsThatItMayRaiseAndNoOther(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	for _, role := range access.Roles {
		w := b.as(role, "QAA")
		var offered []string
		if got := w.get("/signals/new"); got.Code == http.StatusOK {
			for _, a := range parse(t, got).all("a") {
				if kind, found := strings.CutPrefix(attribute(a, "href"), "/signals/new/"); found {
					offered = append(offered, kind)
				}
			}
		}
		for _, k := range signal.Kinds() {
			if k == signal.KindClinicianConcern {
				continue
			}
			may := access.Allows(access.Viewer{Account: accountOf(role, "QAA"), Memberships: []access.Membership{{Tenant: "QAA", Role: role}}}, "QAA", access.RecordSignal, access.Resource{Tenant: "QAA", Kind: string(k)})
			if slices.Contains(offered, string(k)) != may {
				t.Errorf("%s is offered %s: %t", role, k, !may)
			}
			for _, got := range []int{w.get("/signals/new/" + string(k)).Code, w.post("/signals/new/"+string(k), "place.provider", "RA1").Code} {
				if refused := got == http.StatusForbidden; refused == may {
					t.Errorf("%s and %s: %d", role, k, got)
				}
			}
		}
	}
}

func TestWhatWasTypedIsKeptBesideItsErrors(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	got := b.as(access.QualityLead, "QAA").post("/signals/new/complaint", whole(signal.KindComplaint,
		"place.ward", "Kept ward", "complaint.hcat.0.category", "quality", "complaint.hcat.0.severity", "", "rows.complaint.hcat", "3", "complaint.complainant", "", "occurred.date", "2027-01-01", "place.provider", "")...)
	body := got.Body.String()
	if got.Code != http.StatusUnprocessableEntity {
		t.Fatalf("gave %d", got.Code)
	}
	for _, want := range []string{"Kept ward", "The bell was not answered", "complaint.hcat.2.category", `href="#occurred.date"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if n, err := b.store.CountSignals(b.ctx, b.operator(), store.SignalFilter{}); err != nil || n != 0 {
		t.Errorf("%d stored, %v", n, err)
	}
}

func TestAnotherRowIsAddedWithoutScriptsAndNothingIsSent(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	got := b.as(access.QualityLead, "QAA").post("/signals/new/learning_response", whole(signal.KindLearningResponse, "more", "learning_response.actions", "rows.learning_response.actions", "1", "learning_response.actions.0.action", "Kept action")...)
	if body := got.Body.String(); got.Code != http.StatusOK || !strings.Contains(body, "learning_response.actions.1.action") || !strings.Contains(body, "Kept action") || strings.Contains(body, "There is a problem") {
		t.Errorf("gave %d: %s", got.Code, problems(t, body))
	}
	if n, err := b.store.CountSignals(b.ctx, b.operator(), store.SignalFilter{}); err != nil || n != 0 {
		t.Errorf("%d stored, %v", n, err)
	}
}

func TestAProviderIsChosenByTwoLettersWithoutScripts(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	lead := b.as(access.QualityLead, "QAA")
	send := func(pairs ...string) string {
		got := lead.post("/signals/new/message", append([]string{"narrative", "No letter came.", "once", strings.Join(pairs, "")}, pairs...)...)
		return got.Header().Get("Location") + got.Body.String()
	}
	if got := send("place.provider", "al"); !strings.Contains(got, "/signals/sent/M-2026-1") {
		t.Errorf("the beginning of one name: %s", problems(t, got))
	}
	if got := send("place.provider", "comm"); !strings.Contains(got, "/signals/sent/M-2026-2") {
		t.Errorf("the beginning of a later word: %s", problems(t, got))
	}
	if got := send("place.provider", "zz"); !strings.Contains(got, "no provider of yours is called “zz”") {
		t.Errorf("a name of nobody: %s", problems(t, got))
	}
	if got := send("place.provider", "Bramblecote Hospitals (RB1)"); !strings.Contains(got, "no provider of yours is called") {
		t.Errorf("a provider of another commissioner: %s", problems(t, got))
	}
	if got := send("place.provider", "t"); !strings.Contains(got, "/signals/sent/M-2026-3") {
		t.Errorf("one name begins with t: %s", problems(t, got))
	}
}

func TestAFormOfAnotherAccountOrCommissionerIsNotSent(t *testing.T) {
	t.Parallel()
	b := peopled(t).practised()
	lead := b.as(access.QualityLead, "QAA")
	if got := lead.post("/signals/new/message", whole(signal.KindMessage, "for", string(accountOf(access.Analyst, "QAA"))+"@QAA")...); got.Code != http.StatusConflict {
		t.Errorf("another account’s form gave %d", got.Code)
	}
	if got := lead.post("/signals/new/message", whole(signal.KindMessage, "for", string(accountOf(access.QualityLead, "QAA"))+"@QBB")...); got.Code != http.StatusConflict {
		t.Errorf("a form for another commissioner gave %d", got.Code)
	}
	if got := b.as(access.GP, "QAA").post("/concerns/new", filledConcern("for", "u-other@QAA")...); got.Code != http.StatusConflict {
		t.Errorf("another account’s concern gave %d", got.Code)
	}
	if n, err := b.store.CountSignals(b.ctx, b.operator(), store.SignalFilter{}); err != nil || n != 0 {
		t.Errorf("%d stored, %v", n, err)
	}
}

func TestWhoeverSpeaksUpChoosesWhoMayReadItAndNobodyElseCan(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	contract := b.as(access.ContractManager, "QAA")
	form := contract.get("/signals/new/staff_concern").Body.String()
	if !strings.Contains(form, "Who may open what is sealed?") || strings.Contains(form, `name="readers" type="checkbox" value="`+string(accountOf(access.QualityLead, "QAA"))+`" checked`) {
		t.Error("the readers are named before it is sent, and nobody is ticked")
	}
	none := contract.post("/signals/new/staff_concern", slices.DeleteFunc(whole(signal.KindStaffConcern), func(s string) bool { return s == "readers" || s == string(accountOf(access.ClinicalReviewer, "QAA")) })...)
	if none.Code != http.StatusUnprocessableEntity || !strings.Contains(none.Body.String(), "Name at least one person") {
		t.Errorf("without a reader it gave %d", none.Code)
	}
	sent := contract.post("/signals/new/staff_concern", whole(signal.KindStaffConcern, "place.ward", "Larch ward", "once", "2")...)
	if sent.Code != http.StatusSeeOther {
		t.Fatalf("sending gave %d: %s", sent.Code, problems(t, sent.Body.String()))
	}
	ref := strings.TrimPrefix(sent.Header().Get("Location"), "/signals/sent/")
	for _, role := range []access.Role{access.QualityLead, access.Analyst, access.Auditor} {
		w := b.as(role, "QAA")
		for _, path := range []string{"/signals/" + ref, "/signals?show=all", "/search?q=bell", "/providers/RA1"} {
			if got := w.get(path).Body.String(); strings.Contains(got, "bell was not answered") || strings.Contains(got, "Sister Green") || strings.Contains(got, "Larch") {
				t.Errorf("%s reads it at %s", role, path)
			}
		}
	}
	seal := sealOf(t, b.as(access.ClinicalReviewer, "QAA").get("/signals/"+ref).Body.String(), ref)
	if got := b.as(access.QualityLead, "QAA").post("/signals/"+ref+"/sealed/"+seal, "because", "I am curious"); got.Code != http.StatusForbidden {
		t.Errorf("one who isn’t named opened it: %d", got.Code)
	}
	if got := b.as(access.ClinicalReviewer, "QAA").post("/signals/"+ref+"/sealed/"+seal, "because", "To act on it"); got.Code != http.StatusOK {
		t.Errorf("a named reader got %d", got.Code)
	}
}

// sealOf is the first seal of a signal whose form a page offers.
func sealOf(t testing.TB, body, ref string) string {
	t.Helper()
	_, after, found := strings.Cut(body, "/signals/"+ref+"/sealed/")
	if !found {
		t.Fatal("no seal is offered")
	}
	seal, _, _ := strings.Cut(after, `"`)
	return seal
}

func TestAnIdentityIsNeverKeptOfSomebodyAnonymous(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	form := whole(signal.KindStaffConcern)
	form[slices.Index(form, "confidential")] = "anonymous"
	got := b.as(access.QualityLead, "QAA").post("/signals/new/staff_concern", form...)
	if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), "Remove the sealed identity") {
		t.Errorf("gave %d: %s", got.Code, problems(t, got.Body.String()))
	}
}

func TestPraiseNeverCancelsAWarning(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	lead := b.as(access.QualityLead, "QAA")
	scope := access.For(access.Viewer{Account: accountOf(access.QualityLead, "QAA"), Memberships: []access.Membership{{Tenant: "QAA", Role: access.QualityLead}}}, "QAA")
	if got := lead.post("/signals/new/complaint", whole(signal.KindComplaint)...); got.Code != http.StatusSeeOther {
		t.Fatalf("gave %d", got.Code)
	}
	before, err := b.store.SignalCells(b.ctx, scope)
	b.no(err)
	for i := range 20 {
		form := whole(signal.KindPraise)
		form[1] = "praise-" + string(rune('a'+i))
		if got := lead.post("/signals/new/praise", form...); got.Code != http.StatusSeeOther {
			t.Fatalf("praise gave %d: %s", got.Code, problems(t, got.Body.String()))
		}
	}
	after, err := b.store.SignalCells(b.ctx, scope)
	b.no(err)
	if len(before) != 1 || !slices.Equal(before, after) {
		t.Errorf("counted before %+v, after 20 praises %+v", before, after)
	}
	if h, err := b.store.Signal(b.ctx, scope, "CP-2026-1"); err != nil || h.Pile != store.PileToDo {
		t.Errorf("the complaint lies in %q, %v", h.Pile, err)
	}
}

// The form promises that whoever records a staff concern, and those chosen, open both
// what was said and who said it; nobody is named by themselves alone.
func TestWhoeverRecordsAStaffConcernOpensAllOfItWithThoseChosen(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	lead := b.as(access.QualityLead, "QAA")
	said := append([]string{"once", "s1", "place.provider", "RA1", "narrative", "Charts are backdated."}, typed[signal.KindStaffConcern]...)
	if got := lead.post("/signals/new/staff_concern", said...); got.Code != http.StatusSeeOther {
		t.Fatalf("gave %d: %s", got.Code, got.Body)
	}
	page := lead.get("/signals/SU-2026-1").Body.String()
	for _, want := range []string{"Who spoke up, and how to reach them, is sealed. 2 people are named to open it.", "What was said is sealed. 2 people are named to open it."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if n := strings.Count(page, "Open it because"); n != 2 {
		t.Errorf("whoever recorded it opens %d of 2 seals", n)
	}
	for i, v := range said {
		if v == "readers" {
			said[i] = "nobody"
		}
	}
	said[1] = "s2"
	if got := lead.post("/signals/new/staff_concern", said...); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), "Name at least one person") {
		t.Errorf("with nobody chosen: %d", got.Code)
	}
}
