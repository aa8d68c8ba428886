package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/browsertest"
	"candour/internal/web/component"
)

func init() {
	for name, st := range map[string]func(org.Code) stand{
		"GET /complaints/double-coding": at("/complaints/double-coding"),
		"GET /complaints/double-coding/{ref}": func(t org.Code) stand {
			return stand{secondCodePath(sampledRefs(t)[0]), nil}
		},
		"POST /complaints/double-coding/{ref}": func(t org.Code) stand {
			return stand{secondCodePath(sampledRefs(t)[0]), []string{"do", "code", "version", "1"}}
		},
	} {
		stands[name] = st
	}
}

// sampledRefs is references of a commissioner that are in the sample and the first of
// their year, newest first: of a test's complaints without hundreds of others.
func sampledRefs(tenant org.Code) (refs []string) {
	for year := 2025; year > 1990; year-- {
		if ref := fmt.Sprintf("CP-%d-1", year); signal.InSample(signal.ID(string(tenant)+"."+ref), signal.SampleShare) {
			refs = append(refs, ref)
		}
	}
	return refs
}

// coded records the i-th complaint of the sample, with the code of whoever has a role.
func (b *bundle) coded(role access.Role, tenant org.Code, i int, code signal.HCATCode) string {
	b.Helper()
	want := sampledRefs(tenant)[i]
	received := calendar.MustDate(want[3:7] + "-06-01")
	x := signal.Signal{
		Kind: signal.KindComplaint, Title: "Complaint secret of " + string(tenant), Narrative: "She rang and nobody came.", Place: signal.Place{Provider: firstProvider[tenant], Ward: "Ward 7"},
		Occurred: signal.Occurrence{Date: received - 3}, Received: received.At(9, 0), Source: signal.Source{Channel: "letter"}, Themes: []string{"delay"},
		Complaint: &signal.Complaint{ReceivedBy: "commissioner", Complainant: signal.ComplainantPatient, Consent: signal.ConsentNotAsked, HCAT: []signal.HCATCode{code}},
	}
	viewer := access.Viewer{Account: accountOf(role, tenant), Memberships: []access.Membership{{Tenant: tenant, Role: role}}}
	receipts, err := b.server.Desk.Receive(b.ctx, access.For(viewer, tenant), listen.Item{Signal: x})
	b.no(err)
	if receipts[0].Reference != want {
		b.Fatalf("recorded %s, expected %s", receipts[0].Reference, want)
	}
	return want
}

var safetyHigh = signal.HCATCode{Category: "safety/error-medication", Severity: 3}

func TestASecondPersonCodesBlindAndBothCodesAreThenShown(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	ref := b.coded(access.QualityLead, "QAA", 0, safetyHigh)
	theirs := b.coded(access.QualityLead, "QBB", 0, safetyHigh)
	outside := ""
	for outside == "" || signal.InSample(signal.ID("QAA."+outside), signal.SampleShare) {
		outside = b.complained("QAA", 20, func(s *signal.Signal) { s.Complaint.SeriousHarm = true })
	}
	b.tell(access.QualityLead, outside, signal.Coded{Codes: signal.Codes{HCAT: []signal.HCATCode{safetyHigh}}})
	path := secondCodePath(ref)
	first, second := b.as(access.QualityLead, "QAA"), b.as(access.ClinicalReviewer, "QAA")
	if got := second.get("/complaints").Body.String(); !strings.Contains(got, `href="/complaints/double-coding"`) {
		t.Error("the complaints do not lead to those coded twice")
	}
	if got := b.as(access.Analyst, "QAA").get("/complaints").Body.String(); strings.Contains(got, "double-coding") {
		t.Error("an analyst, who codes nothing, is led there")
	}
	list := second.get(doubleCodingPath).Body.String()
	if !strings.Contains(list, path) || strings.Contains(list, outside) || strings.Contains(list, "secret of QBB") || !strings.Contains(list, "No complaint was coded by two people yet") {
		t.Errorf("the list is %s", list)
	}
	if got := first.get(doubleCodingPath).Body.String(); strings.Contains(got, path) || !strings.Contains(got, "You coded 1 complaint of the sample first") {
		t.Error("whoever coded it first is offered it again")
	}
	blind := second.get(path).Body.String()
	if !strings.Contains(blind, "She rang and nobody came.") || !strings.Contains(blind, "Send my code") || !strings.Contains(blind, `value="respect"`) {
		t.Errorf("the form is %s", blind)
	}
	for _, page := range []string{list, blind} {
		page, _, _ = strings.Cut(page, "</main>")
		for _, told := range []string{"rror: medication", "safety/error", "high</", ", high", "checked", "Suggested", "cd-sev"} {
			if strings.Contains(strings.ReplaceAll(page, "High", ""), told) {
				t.Errorf("a page tells of the first code: %q", told)
			}
		}
	}
	for name, form := range map[string][]string{
		"severity": {"do", "code", "version", "1", "category", "safety"}, "category": {"do", "code", "version", "1", "severity", "2", "category", "clinical"},
	} {
		got := second.post(path, form...)
		page, _, _ := strings.Cut(got.Body.String(), "</main>")
		if kept := map[string]bool{"severity": true}[name]; got.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `href="#`+name) || kept != strings.Contains(page, `value="safety" checked`) {
			t.Errorf("without %s: %d, or what was chosen is lost", name, got.Code)
		}
	}
	if got := first.post(path, "do", "code", "version", "1", "category", "safety", "severity", "3"); got.Code != http.StatusConflict {
		t.Errorf("the first coder codes it again: %d", got.Code)
	}
	if got := second.post(path, "do", "code", "version", "1", "category", "listening", "severity", "2"); got.Code != http.StatusSeeOther {
		t.Fatalf("the second code gave %d: %s", got.Code, got.Body)
	}
	pair := second.get(path).Body.String()
	if !strings.Contains(pair, "Safety (error: medication), high") || !strings.Contains(pair, "Listening, medium") || !strings.Contains(pair, "The two codes differ.") || strings.Contains(pair, "Send my code") {
		t.Errorf("the pair is %s", pair)
	}
	list = first.get(doubleCodingPath).Body.String()
	if !strings.Contains(list, "Too few yet: 1 complaint was coded by two people, and agreement is told from 32") || !strings.Contains(list, "Listening, medium") || strings.Contains(list, "Where the two agree") {
		t.Errorf("the list is then %s", list)
	}
	if got := second.get("/signals/" + ref).Body.String(); !strings.Contains(got, "Coded by a second person") || !strings.Contains(got, "Listening, medium") {
		t.Error("the signal’s page does not tell of the second code")
	}
	for where, got := range map[string]*httptest.ResponseRecorder{
		"another’s complaint": second.get(secondCodePath(theirs)), "a complaint outside the sample": second.get(secondCodePath(outside)), "nothing": second.get(secondCodePath("CP-1990-9")),
	} {
		if got.Code != http.StatusNotFound {
			t.Errorf("%s gave %d", where, got.Code)
		}
	}
}

func TestASecondCodeIsUndoneByANewEntryAndThenCodedByAnother(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	ref := b.coded(access.Analyst, "QAA", 0, safetyHigh)
	path := secondCodePath(ref)
	lead, reviewer := b.as(access.QualityLead, "QAA"), b.as(access.ClinicalReviewer, "QAA")
	if got := lead.post(path, "do", "undo", "version", "1", "why", "x"); got.Code != http.StatusConflict {
		t.Errorf("undoing nothing gave %d", got.Code)
	}
	if got := reviewer.post(path, "do", "code", "version", "1", "category", "safety", "severity", "3"); got.Code != http.StatusSeeOther {
		t.Fatalf("the second code gave %d", got.Code)
	}
	head, _, err := b.store.Head(b.ctx)
	b.no(err)
	for why, code := range map[string]int{"": http.StatusUnprocessableEntity, "Of 943 476 5919": http.StatusUnprocessableEntity} {
		if got := lead.post(path, "do", "undo", "version", "2", "why", why); got.Code != code || !strings.Contains(got.Body.String(), `href="#why"`) {
			t.Errorf("undoing because %q gave %d", why, got.Code)
		}
	}
	if got := lead.post(path, "do", "undo", "version", "1", "why", "Read wrongly"); got.Code != http.StatusConflict {
		t.Errorf("undoing from an old page gave %d", got.Code)
	}
	if got := lead.post(path, "version", "2"); got.Code != http.StatusUnprocessableEntity && got.Code != http.StatusBadRequest {
		t.Errorf("no purpose gave %d", got.Code)
	}
	if got := lead.post(path, "do", "undo", "version", "2", "why", "Read wrongly"); got.Code != http.StatusSeeOther {
		t.Fatalf("undoing gave %d: %s", got.Code, got.Body)
	}
	if got := reviewer.get(path).Body.String(); strings.Contains(got, "Send my code") || !strings.Contains(got, "another person codes it") {
		t.Error("whoever has seen both codes may code again")
	}
	if got := lead.get(path).Body.String(); !strings.Contains(got, "Send my code") {
		t.Error("another person is not asked to code it")
	}
	past := lead.get(path + "?asof=" + fmt.Sprint(head)).Body.String()
	if !strings.Contains(past, "Both gave the same category and severity.") || strings.Contains(past, "Undo the second code") {
		t.Error("as of before the undoing, the pair is not shown, or can be changed")
	}
	if got := lead.get(doubleCodingPath + "?asof=" + fmt.Sprint(head)).Body.String(); !strings.Contains(got, "Where the two agree") {
		t.Error("as of before the undoing, the list lacks the pair")
	}
}

func TestAComplaintWhoseWordsAreSealedIsNotCodedTwice(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	ref := b.coded(access.Analyst, "QAA", 0, safetyHigh)
	h, err := b.store.Signal(b.ctx, leadAt("QAA"), ref)
	b.no(err)
	if h.Codings() != 1 {
		t.Fatalf("coded by %d", h.Codings())
	}
	for name, set := range map[string]func(*signal.Signal){
		"sealed": func(s *signal.Signal) { s.Sealed = []signal.SealedPart{{Purpose: "words"}} }, "a copy": func(s *signal.Signal) { s.Triage.DuplicateOf = "QAA.CP-2026-1" },
		"withdrawn": func(s *signal.Signal) { s.Triage.Withdrawn = "a test" }, "no complaint": func(s *signal.Signal) { s.Complaint = nil },
		"severity not judged": func(s *signal.Signal) { s.Triage.Codes.HCAT = []signal.HCATCode{{Category: "safety"}} },
	} {
		x := h.Signal
		want := 0
		if name == "sealed" {
			want = signal.CodingsSealed
		}
		if set(&x); x.Codings() != want {
			t.Errorf("%s: coded by %d", name, x.Codings())
		}
	}
	// How many are left out is told on the page, unless they are so few that it could
	// tell of one.
	sealed := func(i int) {
		x := h.Signal
		x.Occurred, x.Triage = signal.Occurrence{}, signal.Triage{}
		x.Received = calendar.MustDate(sampledRefs("QAA")[i][3:7]+"-06-01").At(9, 0)
		_, err := b.store.ReceiveSignals(b.ctx, leadAt("QAA"), b.server.Desk.NextDue, store.Arrival{
			Signal: x, Sealed: []store.SealedText{{Purpose: "words", Text: "secret", Readers: []access.AccountID{"u-x"}}},
		})
		b.no(err)
	}
	for i := 1; i <= signal.CellAtLeast; i++ {
		sealed(i)
		page := b.as(access.QualityLead, "QAA").get(doubleCodingPath).Body.String()
		if few, told := strings.Contains(page, "fewer than 5 of the sample are"), strings.Contains(page, ": 5 of the sample are"); few != (i < signal.CellAtLeast) || told == few {
			t.Errorf("with %d sealed the page says fewer than five: %v, five: %v", i, few, told)
		}
	}
}

func TestAListOfPairsSaysHowManyItLeavesOut(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	twice := make([]store.HeldSignal, doubleCodingShown+3)
	for i := range twice {
		twice[i].Reference = fmt.Sprintf("CP-2026-%d", i)
		twice[i].Triage.DoubleCoding = &signal.DoubleCoding{First: safetyHigh, Second: safetyHigh}
	}
	twice[0].Triage.DoubleCoding.Second.Severity = 1
	same, differ := b.server.pairs(&request{}, twice, "x", true), b.server.pairs(&request{}, twice, "x", false)
	if same.More != "And 2 more, received earlier." || differ.More != "" || differ.Table == nil || len(same.Table.Body.(component.Table).Rows) != doubleCodingShown {
		t.Errorf("the lists say %q and %q", same.More, differ.More)
	}
}

func TestAgreementIsToldInWordsAndNeverLooksReachedWhenItIsNot(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]signal.Agreement{
		"No complaint was coded":                {},
		"Too few yet: 31":                       {Pairs: 31, Kappa: 1, Defined: true},
		"alike: weighted kappa is 0.60":         {Pairs: 32, Kappa: 0.6, Defined: true},
		"differently: weighted kappa is 0.5960": {Pairs: 32, Kappa: 0.596, Defined: true},
		"weighted kappa is −0.20":               {Pairs: 40, Kappa: -0.2, Defined: true},
		"one level of severity only":            {Pairs: 40},
	} {
		if got := agreementWords(a); !strings.Contains(got, want) {
			t.Errorf("%+v is told as %q, expected %q", a, got, want)
		}
	}
}

func TestThePagesOfDoubleCodingHoldInABrowser(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: -short; the browser takes a while")
	}
	b := peopled(t)
	browser := browsertest.Start(t)
	server := httptest.NewServer(b.server)
	t.Cleanup(server.Close)
	cookie := map[string]string{"candour": b.as(access.QualityLead, "QAA").cookie.Value}
	browser.Check(t, server.URL+doubleCodingPath, browsertest.Expect{Name: "double-coding-empty", Cookies: cookie, Says: []string{"No complaint waits"}})
	differ, agree, wait := b.coded(access.Analyst, "QAA", 0, safetyHigh), b.coded(access.Analyst, "QAA", 1, safetyHigh), b.coded(access.Analyst, "QAA", 2, safetyHigh)
	lead := b.as(access.QualityLead, "QAA")
	lead.post(secondCodePath(differ), "do", "code", "version", "1", "category", "listening", "severity", "2")
	lead.post(secondCodePath(agree), "do", "code", "version", "1", "category", "safety", "severity", "3")
	for name, page := range map[string][2]string{
		"list": {doubleCodingPath, "Where the two agree"}, "blind": {secondCodePath(wait), "Send my code"}, "pair": {secondCodePath(differ), "The two codes differ"},
	} {
		browser.Check(t, server.URL+page[0], browsertest.Expect{Name: "double-coding-" + name, Cookies: cookie, Says: []string{page[1]}})
	}
}

func TestThePagesOfDoubleCodingAskAFixedSmallNumberOfQuestions(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	asked := func(path string) int64 {
		w := b.as(access.QualityLead, "QAA")
		w.get(path)
		r := httptest.NewRequest(http.MethodGet, path, nil)
		ctx, n := store.Counting(r.Context())
		if got := w.do(r.WithContext(ctx)); got.Code != http.StatusOK {
			t.Errorf("%s: %d", path, got.Code)
		}
		return n.Load()
	}
	none := asked(doubleCodingPath)
	for i := range 3 {
		b.coded(access.Analyst, "QAA", i, safetyHigh)
	}
	if many := asked(doubleCodingPath); many != none || many > 10 {
		t.Errorf("%d questions with complaints, %d without", many, none)
	}
}
