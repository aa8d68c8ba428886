package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/store"
)

// ownProvider is the first provider of a commissioner.
var ownProvider = map[org.Code]string{"QAA": "RA1", "QBB": "RB1"}

// The addresses of the pages of this file's subject, for the test of all routes.
func init() {
	of := func(suffix string, fields ...string) func(org.Code) stand {
		return func(t org.Code) stand { return stand{"/providers/" + ownProvider[t] + suffix, fields} }
	}
	stands["GET /watch-list"] = at("/watch-list?since=4")
	stands["GET /matrix"] = at("/matrix?set=all&order=name")
	stands["GET /indicators"] = at("/indicators")
	stands["GET /indicators/{id}"] = at("/indicators/ae-4h-all")
	stands["GET /providers"] = at("/providers")
	stands["GET /providers/{code}"] = of("")
	stands["GET /providers/{code}/concern"] = of("/concern")
	stands["GET /providers/{code}/paper"] = of("/paper?asof=2026-11-23")
	stands["GET /watch-list/paper"] = at("/watch-list/paper?asof=2026-11-23")
	stands["GET /providers/{code}/indicators/{id}"] = of("/indicators/ae-4h-all")
	stands["GET /providers/{code}/indicators/{id}/download/{form}"] = of("/indicators/ae-4h-all/download/csv")
	stands["POST /providers/{code}/indicators/{id}/notes"] = of("/indicators/ae-4h-all/notes", "period", "2026-01", "note", "")
	stands["POST /providers/{code}/indicators/{id}/notes/{note}/remove"] = of("/indicators/ae-4h-all/notes/none/remove")
	stands["POST /providers/{code}/indicators/{id}/limits"] = of("/indicators/ae-4h-all/limits", "from", "2026-01", "because", "")
	stands["POST /providers/{code}/indicators/{id}/limits/{note}/remove"] = of("/indicators/ae-4h-all/limits/none/remove")
}

// measured is a server whose providers of both commissioners have 30 months of
// A&E figures; RA1's fall in the last seven.
func measured(t testing.TB) *bundle {
	t.Helper()
	b := peopled(t)
	var text strings.Builder
	text.WriteString("organisation,indicator,period,numerator,denominator\n")
	first := calendar.NewMonth(2023, 1)
	for i, code := range []string{"RA1", "RA2", "RB1", "RB2", "RC1", "RC2", "RC3"} {
		for m := range 30 {
			met := 800 + (m*7+i*13)%20
			if code == "RA1" && m >= 23 {
				met -= 120
			}
			fmt.Fprintf(&text, "%s,ae-4h-all,%s,%d,1000\n", code, first.Add(m), met)
		}
	}
	b.as(access.Analyst, "QAA").upload(map[string]string{"figures.csv": text.String()}, "at-once", "1")
	b.settle()
	return b
}

func TestANamedPeerIsOneThatTheCommissionerAnswersFor(t *testing.T) {
	t.Parallel()
	b := measured(t)
	got := b.as(access.QualityLead, "QAA").get("/providers/RA1/indicators/ae-4h-all")
	if got.Code != http.StatusOK {
		t.Fatalf("%d\n%s", got.Code, b.log)
	}
	body := got.Body.String()
	if !strings.Contains(body, "Thornley Community") || strings.Contains(body, "Bramblecote") || strings.Contains(body, "RB1") {
		t.Error("the funnel names own providers, and no other")
	}
}

func TestTheIndicatorPageSaysWhyPointsAreMarkedAndWhereValuesCameFrom(t *testing.T) {
	t.Parallel()
	b := measured(t)
	body := b.as(access.QualityLead, "QAA").get("/providers/RA1/indicators/ae-4h-all").Body.String()
	for _, want := range []string{"Concern: special cause, low.", "Because", "below the mean", "/data/deliveries/D-", "row ", "Set limits anew", "Add a note", "XLSX with chart"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page doesn’t say %q", want)
		}
	}
	for _, banned := range []string{"p-value", "z-score", "log-likelihood"} {
		if strings.Contains(body, banned) {
			t.Errorf("the page says %q", banned)
		}
	}
}

func TestANewFindingNamesItsIndicatorAndLeadsToIt(t *testing.T) {
	t.Parallel()
	b := measured(t)
	body := b.as(access.QualityLead, "QAA").get("/providers/RA1?since=4").Body.String()
	_, changed, _ := strings.Cut(body, "Changed since")
	changed, _, _ = strings.Cut(changed, "Time line")
	if !strings.Contains(changed, `<a href="/providers/RA1/indicators/ae-4h-all">A&amp;E 4 hours</a>: `) {
		t.Errorf("what is new is told without what it is of: %s", changed)
	}
}

func TestLimitsAreSetWithAReasonAndTakenBack(t *testing.T) {
	t.Parallel()
	b := measured(t)
	w := b.as(access.QualityLead, "QAA")
	path := "/providers/RA1/indicators/ae-4h-all"
	if got := w.post(path+"/limits", "from", "2024-12", "because", ""); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), "Give the reason") {
		t.Fatalf("without a reason: %d", got.Code)
	}
	if got := w.post(path+"/limits", "from", "2024-12", "because", "A new department opened."); got.Code != http.StatusSeeOther {
		t.Fatalf("with a reason: %d %s", got.Code, got.Body)
	}
	sc := access.For(access.Viewer{Account: "x", Memberships: []access.Membership{{Tenant: "QAA", Role: access.QualityLead}}}, "QAA")
	held, err := b.store.Annotations(b.ctx, sc, "RA1", "ae-4h-all")
	b.no(err)
	if len(held) != 1 || !held[0].Limits || held[0].Tenant != "" || held[0].Role != access.QualityLead {
		t.Fatalf("limits of a published series hold for all: %+v", held)
	}
	if body := w.get(path).Body.String(); !strings.Contains(body, "A new department opened.") {
		t.Error("the reason stands on the page")
	}
	if got := w.post(path + "/limits/" + held[0].ID + "/remove"); got.Code != http.StatusSeeOther {
		t.Fatalf("taking back: %d", got.Code)
	}
	if body := w.get(path).Body.String(); strings.Contains(body, "Set anew at Dec 2024</time>") {
		t.Error("limits taken back still stand")
	}
}

func TestANoteIsTheCommissionersOwn(t *testing.T) {
	t.Parallel()
	b := measured(t)
	if got := b.as(access.Analyst, "QAA").post("/providers/RA1/indicators/ae-4h-all/notes", "period", "2024-12", "note", "Ward 7 opened."); got.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", got.Code, got.Body)
	}
	if body := b.as(access.BoardMember, "QAA").get("/providers/RA1/indicators/ae-4h-all").Body.String(); !strings.Contains(body, "Ward 7 opened.") || strings.Contains(body, "Add a note") {
		t.Error("the board reads the note and can’t add one")
	}
	var notes []store.Annotation
	sc := access.For(access.Viewer{Account: "x", Memberships: []access.Membership{{Tenant: "QBB", Role: access.Analyst}}}, "QBB")
	notes, err := b.store.Annotations(b.ctx, sc, "", "")
	b.no(err)
	if len(notes) != 0 {
		t.Errorf("another commissioner reads %+v", notes)
	}
}

func TestDownloadsHaveTheirFormAndTheWordsOfARefusal(t *testing.T) {
	t.Parallel()
	b := measured(t)
	w := b.as(access.Analyst, "QAA")
	for form, begins := range map[string]string{"csv": "org,indicator", "xlsx": "PK", "png": "\x89PNG", "svg": "<svg"} {
		got := w.get("/providers/RA1/indicators/ae-4h-all/download/" + form)
		if got.Code != http.StatusOK || !strings.HasPrefix(got.Body.String(), begins) {
			t.Errorf("%s: %d %.20q", form, got.Code, got.Body)
		}
	}
	if got := w.get("/providers/RA1/indicators/ae-4h-all/download/doc"); got.Code != http.StatusNotFound {
		t.Errorf("an unknown form gave %d", got.Code)
	}
}

func TestTheWatchListRanksByFindingsUntilConcernIsJudged(t *testing.T) {
	t.Parallel()
	b := measured(t)
	body := b.as(access.QualityLead, "QAA").get("/watch-list").Body.String()
	for _, want := range []string{"ranked by findings that count, because", "Aldermoor Hospitals", "below the lower limit", "finding counts"} {
		if !strings.Contains(body, want) {
			t.Errorf("the list doesn’t say %q", want)
		}
	}
}

func TestNamesOfRegistersAreReadable(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"MID CHESHIRE HOSPITALS NHS FOUNDATION TRUST": "Mid Cheshire Hospitals NHS Foundation Trust",
		"ALDER HEY CHILDREN'S NHS TRUST":              "Alder Hey Children's NHS Trust",
		"BARTS HEALTH NHS TRUST":                      "Barts Health NHS Trust",
		"THE ROYAL WOLVERHAMPTON (CITY) OF-THE":       "The Royal Wolverhampton (City) Of-The",
		"Already Written":                             "Already Written",
		"":                                            "RX1",
	} {
		if got := nameOf(org.Organisation{Code: "RX1", Name: given}); got != want {
			t.Errorf("%q becomes %q, not %q", given, got, want)
		}
	}
}

func TestAnIndicatorsPageSaysWhoWasOutsideTheFunnelInHowManyPeriods(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	var text strings.Builder
	text.WriteString("organisation,indicator,period,numerator,denominator\n")
	for i := range 40 { // peers, so that there are limits
		for _, period := range []string{"R12-2011-03", "R12-2011-06", "R12-2011-09"} {
			observed := 1000 + (i*37)%60 - 30
			fmt.Fprintf(&text, "RX%c%c,shmi,%s,%d,1000\n", 'A'+i/10, 'A'+i%10, period, observed)
		}
	}
	for code, observed := range map[string][3]int{"RA1": {1900, 1000, 1900}, "RA2": {1000, 1000, 1000}, "RB1": {1900, 1900, 1900}} {
		for i, period := range []string{"R12-2011-03", "R12-2011-06", "R12-2011-09"} {
			fmt.Fprintf(&text, "%s,shmi,%s,%d,1000\n", code, period, observed[i])
		}
	}
	b.as(access.Analyst, "QAA").upload(map[string]string{"figures.csv": text.String()}, "at-once", "1")
	b.settle()
	body := b.as(access.QualityLead, "QAA").get("/indicators/shmi").Body.String()
	for _, want := range []string{"Outside the limits, period by period", "2 of 3", "Mar 2011, Sep 2011", "overlap"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page doesn’t say %q", want)
		}
	}
	if strings.Contains(body, "3 of 3") || strings.Contains(body, "RB1") {
		t.Error("the page counts the periods of another commissioner’s provider")
	}
}
