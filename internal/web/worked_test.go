package web

import (
	"errors"
	"strings"
	"testing"

	"candour/internal/access"
)

func TestPatternsAreWorkedOutAgainWhenASignalChangesAndNotBefore(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	lead := b.as(access.QualityLead, "QAA")
	for _, path := range []string{"/patterns", "/patterns", "/patterns/silence"} {
		lead.get(path)
	}
	if n := len(b.server.worked.held); n != 2 {
		t.Fatalf("%d results are kept, expected patterns and silence", n)
	}
	b.raised("A81001", "falls", 9)
	b.raised("A81002", "falls", 5)
	b.raised("A81003", "falls", 3)
	if page := lead.get("/patterns").Body.String(); !strings.Contains(page, "1 pattern proposes a concern") {
		t.Error("the page does not know what came in since it was first asked for")
	}
	if page := b.as(access.QualityLead, "QBB").get("/patterns").Body.String(); strings.Contains(page, "proposes") {
		t.Error("another commissioner is shown what was worked out for this one")
	}
	if page := lead.get("/patterns?asof=22").Body.String(); strings.Contains(page, "proposes") {
		t.Error("the past is shown what was worked out of now")
	}
}

func TestWhatFailedIsTriedAgainAndLittleIsKept(t *testing.T) {
	t.Parallel()
	w := &worked{}
	tries := 0
	fails := func() (int, error) { tries++; return 0, errors.New("no") }
	for range 2 {
		if _, err := workOut(w, workedKey{what: "x"}, fails); err == nil {
			t.Fatal("an error is swallowed")
		}
	}
	if tries != 2 || len(w.held) != 0 || len(w.order) != 0 {
		t.Errorf("tried %d times, %d kept", tries, len(w.held))
	}
	made := 0
	for i := range 100 {
		for range 2 {
			n, err := workOut(w, workedKey{version: int64(i)}, func() (int, error) { made++; return i, nil })
			if err != nil || n != i {
				t.Fatalf("%d, %v", n, err)
			}
		}
	}
	if made != 100 || len(w.held) != mostWorked || len(w.order) != mostWorked {
		t.Errorf("made %d, kept %d and %d", made, len(w.held), len(w.order))
	}
}
