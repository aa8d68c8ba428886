package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/store"
)

func init() {
	for name, st := range map[string]func(org.Code) stand{
		"GET /alerts":              at("/alerts?show=all"),
		"POST /alerts/acknowledge": at("/alerts/acknowledge", "pick", "A-2026-9/1"),
		"GET /alerts/settings":     at("/alerts/settings"),
		"POST /alerts/settings":    at("/alerts/settings", "days", "none"),
		"GET /alerts/{ref}":        at("/alerts/A-2026-1"),
		"POST /alerts/{ref}":       at("/alerts/A-2026-1", "do", "close", "version", "1"),
	} {
		stands[name] = st
	}
}

// judgedOf is an assessment with evidence in words and figures.
func judgedOf(provider org.Code, points int) concern.Assessment {
	month := concern.NewMonth(2026, 11)
	a := concern.Assessment{
		Provider: concern.ProviderID(provider), AsOf: month, Params: "2026-1", Judged: true, Rank: 1, Points: points, Word: concern.Likely,
		Families: []concern.FamilyPart{{
			Family: "staff", Name: "Staff and trainee concerns", Evidence: 3, Part: 1.4, Points: points,
			Streams: []concern.StreamPart{{
				Stream: "staff.ordinary", Name: "Staff concerns", Kind: concern.Reports, Evidence: 3, Part: 1.4, Began: month - 5, Months: 6, Newest: month,
				Facts: concern.Facts{From: month - 5, To: month, Reports: 9, Expected: 3.4},
			}},
		}},
		Trail: []concern.TrailPoint{{AsOf: month - 1, Ranking: 5, Rank: 2}, {AsOf: month, Ranking: 12, Rank: 1}},
	}
	a.Score.Score, a.Ranking = 9.5, 12
	return a
}

// judged records an assessment of a provider.
func (b *bundle) judged(tenant org.Code, a concern.Assessment) (assessment, words []byte) {
	b.Helper()
	assessment, err := json.Marshal(a)
	b.no(err)
	x := concern.Explain(concern.Default(), concern.Default().Budget(0.2), &a, []concern.Assessment{a})
	words, err = json.Marshal(x)
	b.no(err)
	e, err := record.New(record.ConcernJudged, "concern", tenant, "watch", record.Concern{
		Tenant: tenant, Month: calendar.NewMonth(2026, 11), Params: a.Params,
		Judged: []record.Judgement{{Org: org.Code(a.Provider), Judged: a.Judged, Rank: a.Rank, Points: a.Points, Word: string(a.Word), Ranking: a.Ranking, Assessment: assessment, Explanation: words}},
	})
	b.no(err)
	_, err = b.store.Record(b.ctx, e)
	b.no(err)
	return assessment, words
}

// alarmed records that a provider crossed the threshold, and its alert.
func (b *bundle) alarmed(tenant org.Code, ref alert.Ref, provider org.Code) {
	b.Helper()
	a := judgedOf(provider, 31)
	assessment, words := b.judged(tenant, a)
	e, err := record.New(record.AlertRaised, "alert/"+string(ref), tenant, "watch", record.AlertRaise{
		Ref: ref, Budget: 0.2, ScoreFrom: 8.7, LevelFrom: 4.01, Assessment: assessment, Explanation: words, Brief: b.brief(provider, 31),
	})
	b.no(err)
	_, err = b.store.Record(b.ctx, e)
	b.no(err)
}

func TestAnAlertIsTakenThroughItsStatesAndEachStepIsUndoneOnThePage(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.alarmed("QAA", "A-2026-1", "RA1")
	b.alarmed("QAA", "A-2026-2", "RA2")
	lead := b.as(access.QualityLead, "QAA")
	queue := lead.get("/alerts").Body.String()
	for _, want := range []string{"2 alerts are open", "Aldermoor Hospitals", "staff and trainee concerns", "about 1 alert in", "here none has been closed so far", "After 7 days"} {
		if !strings.Contains(queue, want) {
			t.Errorf("the queue lacks %q", want)
		}
	}
	page := lead.get("/alerts/A-2026-1").Body.String()
	for _, want := range []string{"Evidence as it stood", "9 in 6 months where 3–4 would be usual here", "/providers/RA1?asof=", "First opened", "parameters 2026-1"} {
		if !strings.Contains(page, want) {
			t.Errorf("the alert lacks %q", want)
		}
	}
	mine := string(accountOf(access.QualityLead, "QAA"))
	version := 1
	step := func(code int, pairs ...string) string {
		t.Helper()
		got := lead.post("/alerts/A-2026-1", append(pairs, "version", fmt.Sprint(version))...)
		if got.Code != code {
			t.Fatalf("%v gave %d: %s", pairs, got.Code, got.Body)
		}
		if code == http.StatusSeeOther {
			version++
		}
		return got.Body.String()
	}
	step(http.StatusSeeOther, "do", "acknowledge")
	step(http.StatusSeeOther, "do", "assign", "to", mine)
	if got := lead.get("/alerts?show=mine").Body.String(); !strings.Contains(got, "A-2026-1") || strings.Contains(got, "A-2026-2") {
		t.Error("mine are those given to me")
	}
	if got := step(http.StatusUnprocessableEntity, "do", "close", "outcome", "chance"); !strings.Contains(got, "because of what you close it so") || !strings.Contains(got, `value="chance" checked`) {
		t.Error("closing without a because isn’t refused beside its field with the outcome kept")
	}
	if got := step(http.StatusUnprocessableEntity, "do", "close", "because", "It went back"); !strings.Contains(got, "hoose what the alert turned out to be") || !strings.Contains(got, "It went back") {
		t.Error("closing without an outcome isn’t refused with the words kept")
	}
	if got := step(http.StatusUnprocessableEntity, "do", "assign", "to", string(accountOf(access.Analyst, "QAA"))); !strings.Contains(got, "only quality leads and clinical reviewers") {
		t.Error("it was given to somebody who can do nothing with it")
	}
	step(http.StatusSeeOther, "do", "close", "outcome", "real concern", "because", "Two wards without a sister")
	if got := lead.get("/alerts/A-2026-1").Body.String(); !strings.Contains(got, "Closed as real concern, because: Two wards without a sister") || !strings.Contains(got, "Reopen") || strings.Contains(got, "Close it") {
		t.Error("the closed alert’s page")
	}
	if got := lead.get("/alerts?show=closed").Body.String(); !strings.Contains(got, "A-2026-1") || !strings.Contains(got, "1 closed, 1 of them a concern that exists (100%)") {
		t.Error("the closed ones and the hit rate")
	}
	step(http.StatusSeeOther, "do", "reopen", "why", "Too soon")
	step(http.StatusSeeOther, "do", "return", "why", "On leave")
	if a, err := b.store.Alert(b.ctx, access.For(lead.viewerOf(access.QualityLead, "QAA"), "QAA"), "A-2026-1"); err != nil || a.State != alert.Acknowledged {
		t.Errorf("stands %+v, %v", a, err)
	}
	if got := lead.post("/alerts/A-2026-1", "do", "acknowledge", "version", "1"); got.Code != http.StatusConflict {
		t.Errorf("a step from an old page gave %d", got.Code)
	}
}

// viewerOf is somebody with a role.
func (b *bundle) viewerOf(role access.Role, tenant org.Code) access.Viewer {
	return access.Viewer{Account: accountOf(role, tenant), Memberships: []access.Membership{{Tenant: tenant, Role: role}}}
}

func TestNewAlertsAreAcknowledgedTogetherAllOrNone(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.alarmed("QAA", "A-2026-1", "RA1")
	b.alarmed("QAA", "A-2026-2", "RA2")
	b.alarmed("QBB", "A-2026-3", "RB1")
	lead := b.as(access.QualityLead, "QAA")
	if got := lead.post("/alerts/acknowledge"); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), "Tick the alerts") {
		t.Errorf("ticking none gave %d", got.Code)
	}
	if got := lead.post("/alerts/acknowledge", "pick", "A-2026-1/1", "pick", "A-2026-3/1"); got.Code != http.StatusNotFound {
		t.Errorf("another commissioner’s among them gave %d", got.Code)
	}
	for _, bad := range []string{"A-2026-1", "A-2026-1/x", "A-2026-1/01", "/", "A-2026-1/-1"} {
		if got := lead.post("/alerts/acknowledge", "pick", bad); got.Code != http.StatusUnprocessableEntity && got.Code != http.StatusBadRequest {
			t.Errorf("%q gave %d", bad, got.Code)
		}
	}
	if got := lead.post("/alerts/acknowledge", "pick", "A-2026-1/1", "pick", "A-2026-2/7"); got.Code != http.StatusConflict || !strings.Contains(got.Body.String(), "somebody else has changed") && !strings.Contains(got.Body.String(), "Somebody else has changed") {
		t.Errorf("an old page gave %d", got.Code)
	}
	if got := lead.post("/alerts/acknowledge", "pick", "A-2026-1/1", "pick", "A-2026-2/1"); got.Code != http.StatusSeeOther {
		t.Errorf("both gave %d: %s", got.Code, got.Body)
	}
	list, err := b.store.Alerts(b.ctx, b.operator(), store.AlertFilter{State: alert.Acknowledged})
	if err != nil || len(list) != 2 {
		t.Errorf("%d acknowledged, %v", len(list), err)
	}
}

func TestAnAlertShowsItsEvidenceAsItStoodWhateverComesLater(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.alarmed("QAA", "A-2026-1", "RA1")
	b.clock.Step(24 * time.Hour)
	later := judgedOf("RA1", 44)
	later.Families[0].Streams[0].Facts.Reports = 21
	b.judged("QAA", later)
	lead := b.as(access.QualityLead, "QAA")
	page := lead.get("/alerts/A-2026-1").Body.String()
	if !strings.Contains(page, "9 in 6 months") || strings.Contains(page, "21 in 6 months") || !strings.Contains(page, "31 points: likely.") {
		t.Error("the evidence has moved")
	}
	if !strings.Contains(page, "Now 44 points (likely); 31 when the alert was raised.") {
		t.Error("how it stands now is not said")
	}
	if got := lead.get("/providers/RA1").Body.String(); !strings.Contains(got, "Alert A-2026-1") || !strings.Contains(got, "raised 23 Nov 2026 at 31 points, new") {
		t.Error("the provider’s page lacks the alert")
	}
	if got := lead.get("/watch-list").Body.String(); !strings.Contains(got, "Alert A-2026-1, new") {
		t.Error("the watch list lacks the alert")
	}
	behind := regexp.MustCompile(`href="/signals\?counted=staff_concerns&amp;from=2026-06&amp;provider=RA1&amp;severe=false&amp;show=all&amp;to=2026-11(&amp;asof=\d+)?">Staff and trainee concerns</a>: 9 in 6 months`)
	if got := behind.FindStringSubmatch(page); got == nil || got[1] == "" {
		t.Errorf("a part of the evidence does not lead to what it was made of, as of then: %q", got)
	}
	if got := lead.get("/watch-list").Body.String(); !strings.Contains(got, `href="/signals?counted=staff_concerns&amp;from=2026-06&amp;provider=RA1&amp;severe=false&amp;show=all&amp;to=2026-11">`) {
		t.Error("a reason on the watch list does not lead to what it is made of")
	}
	if got := lead.get("/providers/RA1/concern").Body.String(); !strings.Contains(got, "version 2026-1, which this memory doesn’t hold") {
		t.Error("weights and why do not say that the parameters of the judgement are not held")
	}
	if got := b.as(access.QualityLead, "QBB").get("/alerts/A-2026-1"); got.Code != http.StatusNotFound {
		t.Errorf("another commissioner opens it: %d", got.Code)
	}
	b.no(b.server.sights.flush(b.ctx))
	if a, err := b.store.Alert(b.ctx, access.For(b.viewerOf(access.QualityLead, "QAA"), "QAA"), "A-2026-1"); err != nil || a.Opened.IsZero() {
		t.Errorf("opening its page is not known: %+v, %v", a.Opened, err)
	}
}

func TestSettingsOfAlertsSayWhatEachChoiceMeansAndKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.alarmed("QAA", "A-2026-1", "RA1")
	lead := b.as(access.QualityLead, "QAA")
	page := lead.get("/alerts/settings").Body.String()
	for _, want := range []string{"1 provider that can be judged", "half are true in simulation", "one false alert per provider in 5 years", "here none has been closed so far", "Now from 30 points", "the usual settings hold"} {
		if !strings.Contains(page, want) {
			t.Errorf("the settings lack %q", want)
		}
	}
	good := []string{"budget", "0.5", "band-0", "10", "band-1", "30", "band-2", "60", "band-3", "90", "days", "3", "because", "More hands"}
	for field, value := range map[string]string{"budget": "0.3", "band-1": "5", "days": "soon", "because": ""} {
		form := append([]string{}, good...)
		for i := 0; i < len(form); i += 2 {
			if form[i] == field {
				form[i+1] = value
			}
		}
		got := lead.post("/alerts/settings", form...)
		if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), `href="#`+field) || field != "because" && !strings.Contains(got.Body.String(), "More hands") {
			t.Errorf("%s = %q gave %d", field, value, got.Code)
		}
		if field == "days" && !strings.Contains(got.Body.String(), `value="soon"`) {
			t.Error("what was typed is lost")
		}
	}
	runs := b.watch.runs.Load()
	if got := lead.post("/alerts/settings", good...); got.Code != http.StatusSeeOther {
		t.Fatalf("setting gave %d: %s", got.Code, got.Body)
	}
	b.server.work.Wait()
	if b.watch.runs.Load() != runs+1 {
		t.Error("nothing was judged again by the new settings")
	}
	page = lead.get("/alerts/settings").Body.String()
	if !strings.Contains(page, "Version 1: budget 0.5, words from 10, 30, 60, 90%, 3 days, because: More hands") {
		t.Error("the history lacks the version")
	}
	// The watch list keeps the words by which it was judged, until it is judged again.
	limit := alert.NewMethod(concern.Default(), alert.Settings{Budget: 0.5, Bands: [4]int{10, 30, 60, 90}}, nil).Params.WordPoints(concern.Watch)
	if !strings.Contains(page, fmt.Sprintf("Now from %.0f points.", limit)) {
		t.Error("the words’ limits didn’t move")
	}
	if watch := lead.get("/watch-list").Body.String(); !strings.Contains(watch, "relative, until alerts closed here correct it") {
		t.Error("the scale isn’t called relative before anything was learnt")
	}
	e, err := record.New(record.AlertsEstimated, "alerts", "QAA", "watch", alert.Estimate{Of: alert.Chance, Version: 1, Span: "2026", Params: concern.Default().Version, Was: -6.156, Value: -6.4, Seen: concern.Experience{Alerts: 12, Closed: 12, False: 9}})
	b.no(err)
	_, err = b.store.Record(b.ctx, e)
	b.no(err)
	if got := lead.get("/alerts/settings").Body.String(); !strings.Contains(got, "12 alerts, 12 closed, 9 of them false") || !strings.Contains(got, "3 of 12 were a concern that exists: the same evidence means a lower chance, and fewer points") {
		t.Error("what was learnt isn’t shown")
	}
	if got := b.as(access.Administrator, "QAA").get("/alerts/settings"); got.Code != http.StatusOK {
		t.Errorf("an administrator gets %d", got.Code)
	}
	if got := b.as(access.ClinicalReviewer, "QAA").get("/alerts/settings"); got.Code != http.StatusForbidden {
		t.Errorf("a clinical reviewer gets %d", got.Code)
	}
}

func FuzzReadPick(f *testing.F) {
	f.Add("A-2026-12/3")
	f.Add("A-2026-12/+3")
	f.Fuzz(func(t *testing.T, text string) {
		if ref, version, ok := readPick(text); ok && fmt.Sprintf("%s/%d", ref, version) != text {
			t.Errorf("%q reads as %s, %d", text, ref, version)
		}
	})
}

func TestAnAlertThatWentUpIsPutBeforeThoseItWentTo(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.alarmed("QAA", "A-2026-1", "RA1")
	const came = "came up to you"
	roles := []access.Role{access.QualityLead, access.ClinicalReviewer, access.BoardMember, access.Auditor}
	told := func(level alert.Level, want ...access.Role) {
		t.Helper()
		for _, role := range roles {
			for _, path := range []string{"/watch-list", "/alerts"} {
				if got := strings.Contains(b.as(role, "QAA").get(path).Body.String(), came); got != slices.Contains(want, role) {
					t.Errorf("at level %d a %s is told on %s: %v", level, role, path, got)
				}
			}
		}
	}
	told(alert.Leads)
	climb := func(number int, level alert.Level) {
		e, err := record.New(record.AlertStepped, "alert/A-2026-1", "QAA", "watch", alert.Step{Ref: "A-2026-1", Number: number, Act: alert.Escalate, Level: level})
		b.no(err)
		_, err = b.store.Record(b.ctx, e)
		b.no(err)
	}
	climb(2, alert.Reviewers)
	told(alert.Reviewers, access.ClinicalReviewer)
	climb(3, alert.Board)
	told(alert.Board, access.ClinicalReviewer, access.BoardMember)
	if got := b.as(access.ClinicalReviewer, "QAA").post("/alerts/A-2026-1", "version", "3", "do", "acknowledge"); got.Code != http.StatusSeeOther {
		t.Fatalf("a clinical reviewer acknowledges: %d", got.Code)
	}
	told(alert.Board)
}

func TestAPastProviderLeadsToWhoHadBeenShownWhat(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.judged("QAA", judgedOf("RA1", 20))
	at, _, err := b.store.Head(b.ctx)
	b.no(err)
	const words = "Who had been shown what by this date"
	auditor := b.as(access.Auditor, "QAA")
	past := auditor.get(fmt.Sprintf("/providers/RA1?asof=%d", at)).Body.String()
	to := regexp.MustCompile(`<a href="([^"]*)">` + words).FindStringSubmatch(past)
	if to == nil {
		t.Fatal("an auditor isn’t led to the inquiry")
	}
	if got := auditor.get(strings.ReplaceAll(to[1], "&amp;", "&")); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), "Aldermoor") {
		t.Errorf("the inquiry gave %d", got.Code)
	}
	if strings.Contains(auditor.get("/providers/RA1").Body.String(), words) || strings.Contains(b.as(access.Analyst, "QAA").get(fmt.Sprintf("/providers/RA1?asof=%d", at)).Body.String(), words) {
		t.Error("it is offered now, or to who may not see it")
	}
}

func TestAFormOfAnAlertThatSomebodyElseChangedKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.alarmed("QAA", "A-2026-1", "RA1")
	lead := b.as(access.QualityLead, "QAA")
	if got := lead.post("/alerts/A-2026-1", "version", "1", "do", "acknowledge"); got.Code != http.StatusSeeOther {
		t.Fatalf("acknowledging gave %d", got.Code)
	}
	closing := []string{"version", "1", "do", "close", "outcome", "chance", "because", "Looked at ward 7"}
	got := lead.post("/alerts/A-2026-1", closing...)
	page := got.Body.String()
	if got.Code != http.StatusConflict || !strings.Contains(page, "This alert has been changed since you opened it") || !strings.Contains(page, `aria-describedby="because-hint" >Looked at ward 7</textarea>`) ||
		!strings.Contains(page, `name="version" value="2"`) || !strings.Contains(page, "Acknowledged") {
		t.Errorf("a form from an old page gave %d: %s", got.Code, page)
	}
	got = lead.post("/alerts/A-2026-1", "version", "2", "do", "close", "outcome", "", "because", "")
	for _, want := range []string{"Choose what the alert turned out to be.", "Say because of what you close it so."} {
		if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), want) {
			t.Errorf("an empty form of closing gave %d, without %q", got.Code, want)
		}
	}
	closing[1] = "2"
	if got = lead.post("/alerts/A-2026-1", closing...); got.Code != http.StatusSeeOther {
		t.Fatalf("closing gave %d", got.Code)
	}
	page = lead.get("/alerts/A-2026-1").Body.String()
	if !strings.Contains(page, "“Chance” counts as a false alert. No other alert is raised before May 2027, 6 months after this one") {
		t.Error("a closed alert doesn’t say what follows")
	}
	if got = lead.post("/alerts/A-2026-1", "version", "2", "do", "close", "outcome", "chance", "because", "Looked at ward 9"); got.Code != http.StatusConflict || !strings.Contains(got.Body.String(), "Looked at ward 9") {
		t.Errorf("what was typed is lost where the form is gone: %d", got.Code)
	}
}

// brief is the figures of judgedOf as an alert has them.
func (b *bundle) brief(provider org.Code, points int) alert.Brief {
	a := judgedOf(provider, points)
	return alert.Brief{Alert: concern.Alert{Provider: a.Provider, AsOf: a.AsOf, Params: a.Params, ByScore: true, Score: 9.5, Ranking: 12, Families: []concern.FamilyID{"staff"}}, Points: points, Word: concern.Likely}
}
