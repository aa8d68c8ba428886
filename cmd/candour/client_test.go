package main

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"

	"candour/internal/fault"
)

func TestAClientIsAddedListedAndRevokedOnTheCommandLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	call := func(want int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := run(&Env{Ctx: context.Background(), Stdout: &out, Stderr: &errs}, append(args, "--data", dir, "--tenant", "QAA")); code != want {
			t.Fatalf("%v: exit code %d, expected %d\n%s", args, code, want, errs.String())
		}
		return out.String() + errs.String()
	}
	made := call(fault.ExitDone, "client", "add", "--name", "Datix", "--kinds", "incident", "--because", "Agreement A-1")
	id, key := regexp.MustCompile(`c-[0-9a-f]{16}`).FindString(made), regexp.MustCompile(`candour_\S{43}`).FindString(made)
	if id == "" || key == "" {
		t.Fatalf("made %q", made)
	}
	if said := call(fault.ExitRefused, "client", "add", "--name", "Datix", "--may", "everything", "--because", "x"); !strings.Contains(said, "may") {
		t.Errorf("a grant that there isn't: %s", said)
	}
	if list := call(fault.ExitDone, "client", "list"); !strings.Contains(list, id) || strings.Contains(list, key) || !strings.Contains(list, "send-signal see-sent") {
		t.Errorf("the list: %s", list)
	}
	call(fault.ExitDone, "client", "revoke", id, "--because", "left")
	call(fault.ExitRefused, "client", "revoke", id, "--because", "left")
	if list := call(fault.ExitDone, "client", "list", "--format", "json"); !strings.Contains(list, "true") {
		t.Errorf("after revoking: %s", list)
	}
}
