package main

import (
	"strings"
	"testing"
)

// TestAnEmptyWatchListSaysWhyItIsEmpty asks for the list where nothing could be judged:
// without a word, an empty list reads as nobody to worry about.
func TestAnEmptyWatchListSaysWhyItIsEmpty(t *testing.T) {
	t.Parallel()
	in := installed(t)
	say := func(want string, args ...string) {
		t.Helper()
		code, said := in.command(append([]string{"watchlist"}, args...)...)
		if code != 0 || !strings.Contains(said, "the list is empty, since "+want) {
			t.Errorf("candour watchlist %v: %d, %s\nexpected %q", args, code, said, want)
		}
	}
	say("no provider can be judged on published data alone")
	say("concern is judged for commissioners at which somebody holds a role, and nobody does at QAA: candour invite --tenant QAA", "--tenant", "QAA")
	say("nothing had been judged by then", "--tenant", "QAA", "--as-of", "1")
	if code, said := in.command("invite", "--tenant", "QAA", "--login", "ann@example.org", "--name", "Ann", "--called", "Ours"); code != 0 {
		t.Fatal(said)
	}
	if code, said := in.command("watch"); code != 0 {
		t.Fatal(said)
	}
	if code, said := in.command("watchlist", "--tenant", "QAA"); code != 0 || strings.Contains(said, "empty") || !strings.Contains(said, "RAA,Alpha,false") {
		t.Errorf("%d, %s", code, said)
	}
}
