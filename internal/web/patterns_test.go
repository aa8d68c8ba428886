package web

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
)

func init() {
	for name, st := range map[string]func(org.Code) stand{
		"GET /patterns":          at("/patterns"),
		"POST /patterns":         at("/patterns", "because", ""),
		"GET /patterns/silence":  at("/patterns/silence"),
		"GET /concerns/patterns": at("/concerns/patterns"),
	} {
		stands[name] = st
	}
}

// raised records a concern of a practice so many days ago, by the practice's GP.
func (b *bundle) raised(practice org.Code, theme string, daysAgo int) {
	b.Helper()
	received := calendar.DateOf(b.clock.Now()) - calendar.Date(daysAgo)
	gp := access.Viewer{Account: access.AccountID("u-gp-" + string(practice)), Memberships: []access.Membership{{Tenant: "QAA", Role: access.GP, Practice: practice}}}
	_, err := b.server.Desk.Receive(b.ctx, access.For(gp, "QAA"), listen.Item{Signal: signal.Signal{
		Kind: signal.KindClinicianConcern, Title: "Concern of " + string(practice), Narrative: "No letter came.", Place: signal.Place{Provider: "RA1", Service: "Elderly care"}, Occurred: signal.Occurrence{Date: received - 1},
		Received: received.At(9, 0), Source: signal.Source{Organisation: practice, Channel: "form"}, Themes: []string{theme}, ClinicianConcern: &signal.ClinicianConcern{Harm: "no"},
	}})
	b.no(err)
}

func settingsForm(pairs ...string) []string {
	return laidOver(map[string]string{
		"pattern.items": "3", "pattern.sources": "2", "pattern.days": "90", "same_theme.complaints": "3", "same_theme.days": "365", "silence.days": "182", "because": "As agreed in October",
	}, pairs)
}

func TestAPatternProposesAConcernByTheSettingsInForceAndSettingsAreKept(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	lead := b.as(access.QualityLead, "QAA")
	if got := lead.get("/patterns").Body.String(); !strings.Contains(got, "No pattern holds") || !strings.Contains(got, "nobody has changed them here") {
		t.Error("without signals there is a pattern, or the settings are not said")
	}
	b.raised("A81001", "discharge", 60)
	b.raised("A81001", "discharge", 20)
	b.raised("A81002", "discharge", 5)
	b.raised("A81002", "falls", 5)
	body := lead.get("/patterns").Body.String()
	for _, want := range []string{"1 pattern proposes a concern, because", "Aldermoor Hospitals, Elderly care: Discharge", "3 events", "from 2 sources", "G-2026-1", "Items about one event count once"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	head, _, err := b.store.Head(b.ctx)
	b.no(err)
	for field, value := range map[string]string{"pattern.items": "one", "pattern.days": "3", "pattern.sources": "9", "because": ""} {
		got := lead.post("/patterns", settingsForm(field, value)...)
		if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), `href="#`+settingID(field)+`"`) {
			t.Errorf("%s %q gave %d without its error", field, value, got.Code)
		}
		parse(t, got).sound(t, "settings with a wrong "+field)
	}
	if got := lead.post("/patterns", settingsForm("pattern.items", "4")...); got.Code != http.StatusSeeOther {
		t.Fatalf("setting gave %d: %s", got.Code, got.Body)
	}
	if got := lead.get("/patterns").Body.String(); !strings.Contains(got, "No pattern holds: nowhere are there 4 events") || !strings.Contains(got, "As agreed in October") {
		t.Error("the new settings are not in force")
	}
	if got := lead.get("/patterns?asof=" + strconv.FormatInt(head, 10)).Body.String(); !strings.Contains(got, "1 pattern proposes") {
		t.Error("the past is read by the settings of today")
	}
	if got := b.as(access.Analyst, "QAA").post("/patterns", settingsForm()...); got.Code != http.StatusForbidden {
		t.Errorf("an analyst sets them: %d", got.Code)
	}
}

func TestAPracticeSeesItsOwnPatternsAndNobodyElses(t *testing.T) {
	t.Parallel()
	b := peopled(t).practised()
	gp := b.as(access.GP, "QAA")
	if got := gp.get("/concerns/patterns").Body.String(); !strings.Contains(got, "have raised no concern in 365 days") {
		t.Error("an empty page does not say so")
	}
	for _, days := range []int{70, 20, 5} {
		b.raised("A81001", "discharge", days)
	}
	b.raised("A81001", "falls", 5)
	for range 4 {
		b.raised("A81002", "medicines", 3)
	}
	body := gp.get("/concerns/patterns").Body.String()
	for _, want := range []string{"1 theme comes up again and again, because", "Aldermoor Hospitals: Discharge", "3 of yours in 90 days", "Falls"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(body, "Medicines") || strings.Contains(body, "A81002") {
		t.Error("another practice’s concerns show")
	}
}

func TestWhoHasNotBeenHeardFromIsSaidWithWhatIsMissing(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	var events []record.Event
	for _, code := range []org.Code{"A81001", "A81002", "A81003"} {
		e, err := record.New(record.OrganisationRecorded, "organisation/"+string(code), "", "operator", org.Organisation{Code: code, Name: "Practice " + string(code), Role: org.Practice, System: "QAA"})
		b.no(err)
		events = append(events, e)
	}
	_, err := b.store.Record(b.ctx, events...)
	b.no(err)
	for range 30 {
		b.raised("A81001", "discharge", 10)
	}
	lead := b.as(access.QualityLead, "QAA")
	if got := lead.get("/patterns/silence").Body.String(); !strings.Contains(got, "2 of 3 practices have raised no concern in 182 days") || !strings.Contains(got, "No size is held for 3 of 3") || !strings.Contains(got, "Can’t be told") {
		t.Error("without sizes it is not said that silence can’t be told")
	}
	b.as(access.Analyst, "QAA").upload(map[string]string{"sizes.csv": "organisation,indicator,period,value\nA81001,list-size,2026-10,9000\nA81002,list-size,2026-10,12000\nA81003,list-size,2026-10,300\n"}, "at-once", "1")
	b.settle()
	body := lead.get("/patterns/silence").Body.String()
	for _, want := range []string{"Practice A81002", "12000 patients", "Quieter than its size makes usual", "None is not unusual for one so small", "1 is quieter", "Thornley Community"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(body, ">Practice A81001<") {
		t.Error("the practice that speaks is listed")
	}
}

func TestLikeSignalsAreThoseOfItsOwnTime(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.raised("A81001", "discharge", 250) // G-2026-1
	b.raised("A81002", "discharge", 200)
	b.raised("A81002", "discharge", 20)
	body := b.as(access.QualityLead, "QAA").get("/signals/G-2026-1").Body.String()
	if !strings.Contains(body, "received within 90 days of it. Clinician&#39;s concern: 1.") || !strings.Contains(body, "G-2026-2") || strings.Contains(body, "G-2026-3") {
		t.Errorf("like it is what came in 50 days later, and not what came in 230 days later: %s", body)
	}
}
