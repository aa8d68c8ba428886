package web

import (
	"os"
	"strings"
	"testing"

	"candour/internal/access"
)

// What nobody ever gave is not late: an installation that was made this morning has no
// source that is.
func TestAFeedOfWhichNothingEverCameIsNotLate(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	w := b.as(access.Analyst, "QAA")
	sources := func() string {
		_, after, _ := strings.Cut(w.get("/data").Body.String(), "Sources, with what is in and what is late</caption>")
		table, _, _ := strings.Cut(after, "</table>")
		return table
	}
	if s := sources(); strings.Contains(s, "Late") || !strings.Contains(s, "none received yet") {
		t.Errorf("of an empty memory: %q", s)
	}
	w.upload(map[string]string{"old.csv": "organisation,indicator,period,numerator,denominator\nRA1,ae-4h-all,2024-04,700,1000\n"}, "at-once", "1")
	b.settle()
	if s := sources(); strings.Contains(s, "Late") || !strings.Contains(s, "ended: nothing since Apr 2024") {
		t.Error("a source of which nothing came for two years is called late, or isn’t said to have ended")
	}
	w.upload(map[string]string{"less-old.csv": "organisation,indicator,period,numerator,denominator\nRA1,ae-4h-all,2025-04,700,1000\n"}, "at-once", "1")
	b.settle()
	if s := sources(); strings.Count(s, "Late") != 1 || !strings.Contains(s, "May 2025 was due by ") || !strings.Contains(s, "none received yet") {
		t.Errorf("with one source of which only an old period is in, %d are late", strings.Count(s, "Late"))
	}
	if s := w.get("/data").Body.String(); !strings.Contains(s, "1 is late.") || !strings.Contains(s, "nothing was ever received.") {
		t.Error("the page’s first sentence doesn’t count them")
	}
	if s := w.get("/watch-list").Body.String(); !strings.Contains(s, "Late: 1 source,") {
		t.Error("the watch list says nothing of the source that is late")
	}
	// Another commissioner's own values are nobody else's.
	if s := b.as(access.Analyst, "QBB").get("/data").Body.String(); strings.Contains(s, "1 is late.") {
		t.Error("what one commissioner’s provider reports makes a source late for another")
	}
}

// Whoever stops the program leaves no file behind that somebody sent and nobody has
// decided about: it may name people.
func TestStoppingRemovesFilesThatWereOnlyLookedAt(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.as(access.Analyst, "QAA").upload(map[string]string{"looked.csv": tidy(1)})
	b.settle()
	x := b.server.loads.list[0]
	dir := x.dir
	if _, err := os.Stat(dir); dir == "" || err != nil {
		t.Fatalf("the file is not kept while somebody decides: %v", err)
	}
	b.server.loads.putAside()
	if _, err := os.Stat(dir); !os.IsNotExist(err) || x.snapshot().state != loadAside {
		t.Errorf("the file is still there: %v", err)
	}
}
