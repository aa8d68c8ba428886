package web

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/org"
	"candour/internal/record"
)

// merged records that RA2 has become RA1.
func (b *bundle) merged() {
	b.Helper()
	e, err := record.New(record.SuccessionRecorded, "succession/RA2", "", "watch", org.Succession{Predecessor: "RA2", Successor: "RA1", On: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), Share: 1})
	b.no(err)
	_, err = b.store.Record(b.ctx, e)
	b.no(err)
}

func TestOpenAlertsOfPredecessorsAreShownAtTheirSuccessor(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.alarmed("QAA", "A-2026-1", "RA2")
	b.judged("QAA", judgedOf("RA1", 20))
	lead := b.as(access.QualityLead, "QAA")
	const words = ", about Thornley Community before it became this provider"
	if page := lead.get("/watch-list").Body.String(); strings.Contains(page, words) {
		t.Error("an alert of another provider is shown before anybody knows that it has become this one")
	}
	before, _, err := b.store.Head(b.ctx)
	b.no(err)
	b.merged()
	for path, want := range map[string]string{
		"/watch-list":    "Alert A-2026-1, new" + words,
		"/providers/RA1": "new, about Thornley Community before it became this provider",
		fmt.Sprintf("/watch-list?asof=%d", before):    "",
		fmt.Sprintf("/providers/RA1?asof=%d", before): "",
	} {
		page := lead.get(path)
		if page.Code != http.StatusOK {
			t.Fatalf("%s gave %d", path, page.Code)
		}
		if got := strings.Contains(page.Body.String(), "before it became this provider"); got != (want != "") || !strings.Contains(page.Body.String(), want) {
			t.Errorf("%s: shown %v, expected %q", path, got, want)
		}
	}
}

func TestAnAlertFollowsItsProviderIntoAMergerOnEveryPage(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.alarmed("QAA", "A-2026-1", "RA2")
	before, _, err := b.store.Head(b.ctx)
	b.no(err)
	b.merged()
	b.judged("QAA", judgedOf("RA1", 20))
	lead := b.as(access.QualityLead, "QAA")
	names := map[string]string{}
	for _, code := range []string{"RA1", "RA2"} {
		names[code] = htmlText(regexp.MustCompile(`<h1>(.*?)</h1>`).FindStringSubmatch(lead.get("/providers/" + code).Body.String())[1])
	}
	now := b.brief("RA1", 20)
	e, err := record.New(record.AlertStepped, "alert/A-2026-1", "QAA", "watch", alert.Step{Ref: "A-2026-1", Number: 2, Act: alert.Add, Brief: &now})
	b.no(err)
	_, err = b.store.Record(b.ctx, e)
	b.no(err)
	both := names["RA2"] + ", now " + names["RA1"]
	for path, want := range map[string]string{
		"/alerts":           both,
		"/alerts/A-2026-1":  both,
		"/alerts/A-2026-1#": "Now 20 points",
		"/alerts/A-2026-1?": `href="/providers/RA1">The provider now`,
		"/alerts/A-2026-1&": "at " + names["RA1"] + ", which it has become",
	} {
		if page := lead.get(strings.TrimRight(path, "#?&")).Body.String(); !strings.Contains(page, want) {
			t.Errorf("%s lacks %q", path, want)
		}
	}
	if then := lead.get(fmt.Sprintf("/alerts/A-2026-1?asof=%d", before)).Body.String(); strings.Contains(then, ", now ") {
		t.Error("the merger is told of before it was known")
	}
}

func TestAProviderThatBecameAnotherIsNotSaidToLackData(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.judged("QAA", judgedOf("RA1", 20))
	lead := b.as(access.QualityLead, "QAA")
	const lacks = `<span class="cd-src">RA2</span>: No indicator has brought enough data yet.`
	if page := lead.get("/watch-list").Body.String(); !strings.Contains(page, lacks) {
		t.Error("a provider of which nothing came is not said to lack data")
	}
	b.merged()
	if page := lead.get("/watch-list").Body.String(); strings.Contains(page, lacks) {
		t.Error("a provider that became another is said to lack data")
	}
}
