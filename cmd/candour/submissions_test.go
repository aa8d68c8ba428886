package main

import (
	"strings"
	"testing"
)

func TestSubmissionsAreLoadedOnceWithAReasonForWhatIsNotTaken(t *testing.T) {
	t.Parallel()
	in := installed(t)
	load := func(text string) (int, string) {
		return in.command("submissions", "load", in.write("assurances.csv", text), "--tenant", "QAA")
	}
	good := "provider,about,received,declared_by,declared_role,declared_on,statement\nRAA,Falls,2025-11-03,A Director,Medical director,2025-11-03,Falls have halved\n"
	if code, out := load(good + "RZZ,Falls,2025-11-03,A Director,Medical director,2025-11-03,Of another\n"); code != 1 || !strings.Contains(out, "1 submission taken") || !strings.Contains(out, `row 3, provider: found "RZZ"`) {
		t.Errorf("one good row and one of another: %d %s", code, out)
	}
	if code, out := load(good); code != 0 || !strings.Contains(out, "0 submissions taken, 1 known already") {
		t.Errorf("the same again: %d %s", code, out)
	}
	if code, out := load("a,b\n1,2\n"); code != 2 || !strings.Contains(out, `the column "provider" is missing`) {
		t.Errorf("another file: %d %s", code, out)
	}
}
