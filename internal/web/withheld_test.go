package web

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
)

// counted is a count of signals as the words of a concern give it.
var counted = regexp.MustCompile(`9 in 6 months|3–4 would be usual`)

func TestBoardsReadWhyOfAConcernWithoutCountsOfWhoSpoke(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.alarmed("QAA", "A-2026-1", "RA1")
	board, lead := b.as(access.BoardMember, "QAA"), b.as(access.QualityLead, "QAA")
	for path, says := range map[string]string{
		"/providers/RA1": "more than would be usual here", "/providers/RA1/concern": "withheld", "/watch-list": "Aldermoor Hospitals",
		"/alerts/A-2026-1": "more than would be usual here", "/digest?week=2026-W48": "Aldermoor Hospitals",
	} {
		if got := board.get(path).Body.String(); counted.MatchString(got) || !regexp.MustCompile(says).MatchString(got) {
			t.Errorf("%s tells a board member how many spoke (%q), or not what matters", path, counted.FindString(got))
		}
	}
	for _, path := range []string{"/providers/RA1", "/alerts/A-2026-1"} {
		if !counted.MatchString(lead.get(path).Body.String()) {
			t.Errorf("%s keeps the true count from the team, which must act on it", path)
		}
	}
}

func TestBoardsReadIndicatorsWithoutSmallNumbersAndWithoutWhatGivesThemAway(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	rows := "Organisation,Indicator,Period,Numerator,Denominator\n"
	for i := range 30 {
		month, falls, days := calendar.NewDate(2024, time.Month(4+i), 1).Begins().Format("2006-01"), 40+i%3, 8000
		if i == 12 || i == 29 { // small in the middle, and now
			falls, days = 3, 7919
		}
		rows += fmt.Sprintf("RA1,falls-with-harm,%s,%d,%d\nRA2,falls-with-harm,%s,%d,%d\n", month, falls, days, month, 31, 6000)
	}
	b.as(access.Analyst, "QAA").upload(map[string]string{"falls.csv": rows}, "at-once", "1", "source", "candour-tidy", "tenant", "QAA")
	b.settle()
	board, lead := b.as(access.BoardMember, "QAA"), b.as(access.QualityLead, "QAA")
	small := regexp.MustCompile(`\b0\.38\b|7,919|data-value="3"`)
	for path, team := range map[string]bool{
		"/providers/RA1/indicators/falls-with-harm": true, "/providers/RA1/indicators/falls-with-harm?rows=all&points=all": true, "/indicators/falls-with-harm": true,
		"/matrix?set=all": true, "/providers/RA1": true, "/watch-list": false, "/providers": false, "/indicators": false, "/digest": false, "/": false,
	} {
		got := board.get(path)
		if what := small.FindString(got.Body.String()); what != "" || got.Code >= 400 {
			t.Errorf("%s gives a board member %d and the small number %q", path, got.Code, what)
		}
		if team && !small.MatchString(lead.get(path).Body.String()) {
			t.Errorf("%s keeps the true figure from the team, which must act on it", path)
		}
	}
	page := board.get("/providers/RA1/indicators/falls-with-harm").Body.String()
	if !strings.Contains(page, "Small numbers are kept") || !strings.Contains(page, "Suppressed") || strings.Contains(page, ">Mean<") || strings.Contains(page, "Worked out from") {
		t.Error("the page does not say that it suppresses, or draws what would give it away")
	}
	if !strings.Contains(page, "41 <") && !strings.Contains(page, ">41<") {
		t.Error("values of many people are hidden too")
	}
	other := board.get("/providers/RA2/indicators/falls-with-harm").Body.String()
	if strings.Contains(other, "Small numbers are kept") || !strings.Contains(other, ">Mean<") {
		t.Error("a series without small numbers lost its limits")
	}
}
