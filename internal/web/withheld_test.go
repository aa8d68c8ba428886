package web

import (
	"regexp"
	"testing"

	"candour/internal/access"
)

// counted is a count of signals as the words of a concern give it.
var counted = regexp.MustCompile(`9 in 6 months|3–4 would be usual`)

func TestBoardsReadWhyOfAConcernWithoutCountsOfWhoSpoke(t *testing.T) {
	t.Parallel()
	b := setup(t).peopled()
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
