package web

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/listen"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/browsertest"
)

// referred is a filled-in form of a safeguarding referral, with pairs laid over it.
func referred(pairs ...string) []string {
	return laidOver(map[string]string{
		"place.provider": "RA1", "narrative": "Left without water on two days.", "safeguarding.body": "s42", "safeguarding.types": "neglect", "safeguarding.group": "adult", "safeguarding.safe_now": "yes",
		"safeguarding.referred_on": "2026-11-20", "safeguarding.referred_by": "us", "sealed.person": "Ann Example", "once": "r-1",
	}, pairs)
}

// Strict access (docs/rules.md): a referral shows to whoever recorded it and those whom they
// named; each opening is recorded and shown; nobody else finds it anywhere.
func TestASafeguardingReferralShowsToItsNamedReadersAloneAndEachReadingIsShown(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	lead, reviewer := b.as(access.QualityLead, "QAA"), b.as(access.ClinicalReviewer, "QAA")
	form := lead.get("/signals/new/safeguarding").Body.String()
	for _, want := range []string{"Who may see it, beside you?", string(accountOf(access.ClinicalReviewer, "QAA")), "999"} {
		if !strings.Contains(form, want) {
			t.Errorf("the form lacks %q", want)
		}
	}
	if strings.Contains(form, `name="readers" type="checkbox" value="`+string(accountOf(access.ClinicalReviewer, "QAA"))+`" checked`) {
		t.Error("somebody is named before anybody chose")
	}
	sent := lead.post("/signals/new/safeguarding", referred()...)
	if at := sent.Header().Get("Location"); at != "/signals/sent/SG-2026-1" {
		t.Fatalf("sent to %q: %d %s", at, sent.Code, sent.Body)
	}
	page := lead.get("/signals/SG-2026-1").Body.String()
	for _, want := range []string{"Strict access: it shows to Person QAA, and to nobody else", "shown to Person QAA", "Who it is about is sealed", "Left without water"} {
		if !strings.Contains(page, want) {
			t.Errorf("the reader's page lacks %q", want)
		}
	}
	seal := regexp.MustCompile(`/signals/SG-2026-1/sealed/[^"]+`).FindString(page)
	if got := lead.post(seal, "because", "To tell the ward"); !strings.Contains(got.Body.String(), "Ann Example") {
		t.Errorf("its reader can't open who it is about: %d", got.Code)
	}
	if page = lead.get("/signals/SG-2026-1").Body.String(); !strings.Contains(page, "read by Person QAA: To tell the ward") {
		t.Error("who opened what is sealed is not shown by name")
	}
	for _, role := range access.Roles {
		if role == access.QualityLead {
			continue
		}
		w := b.as(role, "QAA")
		for _, path := range []string{"/signals/SG-2026-1", "/signals?open=SG-2026-1", "/signals", "/signals?show=all", "/signals/due", "/search?q=water", "/providers/RA1", "/patterns", "/counts", "/digest", "/signals/correct/SG-2026-1", "/signals/sort/SG-2026-1?kind=complaint"} {
			if got := w.get(path); strings.Contains(got.Body.String(), "Left without water") || strings.Contains(got.Body.String(), `/signals/SG-2026-1"`) || strings.HasPrefix(path, "/signals/SG") && got.Code < 400 {
				t.Errorf("%s shows the referral to a %s (%d)", path, role, got.Code)
			}
		}
	}
	if got := lead.get("/signals?show=all").Body.String(); !strings.Contains(got, "SG-2026-1") {
		t.Error("its reader does not find it in the inbox")
	}
	// Handed to the reviewer, it shows to both, and says who saw it.
	if got := lead.post("/signals/SG-2026-1", "version", "1", "do", "readers", "reader", string(accountOf(access.ClinicalReviewer, "QAA"))); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), "needs a because") {
		t.Errorf("readers without a reason gave %d", got.Code)
	}
	if got := lead.post("/signals/SG-2026-1", "version", "1", "do", "readers", "readers_why", "On leave", "reader", string(accountOf(access.GP, "QAA"))); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("a GP was named a reader: %d", got.Code)
	}
	if got := lead.post("/signals/SG-2026-1", "version", "1", "do", "readers", "readers_why", "On leave", "reader", string(accountOf(access.ClinicalReviewer, "QAA"))); got.Code != http.StatusSeeOther {
		t.Errorf("naming a reader gave %d: %s", got.Code, got.Body)
	}
	seen := reviewer.get("/signals/SG-2026-1")
	if seen.Code != http.StatusOK || strings.Count(seen.Body.String(), "shown to Person QAA") < 3 || !strings.Contains(seen.Body.String(), "May be seen by") {
		t.Errorf("the reader named later gets %d: %s", seen.Code, seen.Body)
	}
	// Its outcome is completed on the form of correction, and moves it on.
	values := referred("safeguarding.outcome", "s42-substantiated", "safeguarding.outcome_on", "2026-11-21", "because", "The council wrote", "version", "2")
	if got := lead.post("/signals/correct/SG-2026-1", values...); got.Code != http.StatusSeeOther {
		t.Fatalf("the outcome gave %d: %s", got.Code, got.Body)
	}
	h, err := b.store.Signal(b.ctx, b.scope(access.ClinicalReviewer, "QAA"), "SG-2026-1")
	if err != nil || h.Triage.State != "decided" || h.Safeguarding.Outcome != "s42-substantiated" {
		t.Errorf("stands %s with %q, %v", h.Triage.State, h.Safeguarding.Outcome, err)
	}
}

// Embargo (docs/rules.md): until its day a regulator's action shows to its named
// readers alone, also as a fact above the score.
func TestWhatIsUnderEmbargoShowsToItsReadersUntilItsDay(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	lead, reviewer := b.as(access.QualityLead, "QAA"), b.as(access.ClinicalReviewer, "QAA")
	sent := lead.post("/signals/new/regulator_action", "place.provider", "RA1", "narrative", "A warning notice will come out.", "regulator_action.regulator", "cqc", "regulator_action.action", "warning-notice", "embargo", "2026-11-25", "once", "e-1")
	if at := sent.Header().Get("Location"); at != "/signals/sent/RG-2026-1" {
		t.Fatalf("sent to %q: %d %s", at, sent.Code, sent.Body)
	}
	if got := reviewer.get("/signals/RG-2026-1"); got.Code != http.StatusNotFound {
		t.Errorf("a colleague opens it under embargo: %d", got.Code)
	}
	if got := lead.get("/signals/RG-2026-1").Body.String(); !strings.Contains(got, "Under embargo until ") {
		t.Errorf("its reader is not told of the embargo")
	}
	reader := string(accountOf(access.QualityLead, "QAA"))
	b.judged("QAA", concern.Assessment{Provider: "RA1", AsOf: concern.NewMonth(2026, 11), Why: "too little", Overrides: []concern.Override{{
		Kind: concern.Enforcement, Provider: "RA1", Words: "A notice that is not out.", Sources: []string{"RG-2026-1"}, Embargo: calendar.MustDate("2026-11-25"), Readers: []string{reader},
	}}})
	for w, want := range map[*browser]bool{lead: true, reviewer: false, b.as(access.BoardMember, "QAA"): false} {
		if got := strings.Contains(w.get("/watch-list").Body.String(), "A notice that is not out"); got != want {
			t.Errorf("the fact under embargo shows: %v, expected %v", got, want)
		}
	}
	b.clock.Step(72 * time.Hour)
	if got := b.as(access.ClinicalReviewer, "QAA").get("/signals/RG-2026-1"); got.Code != http.StatusOK {
		t.Errorf("after its day it stays shut: %d", got.Code)
	}
}

func TestThePagesOfAReferralHoldInABrowser(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: -short; the browser takes a while")
	}
	b := peopled(t)
	lead := b.as(access.QualityLead, "QAA")
	lead.post("/signals/new/safeguarding", referred("readers", string(accountOf(access.ClinicalReviewer, "QAA")))...)
	server := httptest.NewServer(b.server)
	t.Cleanup(server.Close)
	browser, who := browsertest.Start(t), map[string]string{"candour": lead.cookie.Value}
	browser.Check(t, server.URL+"/signals/new/safeguarding", browsertest.Expect{Name: "signal-new-safeguarding", Cookies: who, Says: []string{"Is the person safe now?"}})
	browser.Check(t, server.URL+"/signals/SG-2026-1", browsertest.Expect{Name: "signal-confined", Cookies: who, Says: []string{"Strict access"}})
}

// A reader of one signal is not shown what another confined one says through what is
// like it.
func TestSignalsLikeAnotherHoldNothingThatIsConfined(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.heard("QAA")
	referral := signal.Signal{
		Kind: signal.KindSafeguarding, Title: "Left without water", Narrative: "Left without water.", Place: signal.Place{Provider: "RA1"}, Received: b.clock.Now(), Themes: []string{"discharge"},
		Safeguarding: &signal.Safeguarding{Body: "s42", ReferredBy: "us", ReferredOn: calendar.DateOf(b.clock.Now()), Group: "adult", Types: []string{"neglect"}, SafeNow: "yes"},
	}
	_, err := b.server.Desk.Receive(b.ctx, b.scope(access.ClinicalReviewer, "QAA"), listen.Item{Signal: referral})
	b.no(err)
	list, err := b.store.Signals(b.ctx, b.scope(access.QualityLead, "QAA"), store.SignalFilter{Newest: true})
	b.no(err)
	page := b.as(access.QualityLead, "QAA").get("/signals/" + list[0].Ref).Body.String()
	if strings.Contains(page, "SG-2026-1") || strings.Contains(page, "1 safeguarding") {
		t.Errorf("what is like it names the referral: %s", page)
	}
}
