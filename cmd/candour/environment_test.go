package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

func TestTheEnvironmentSetsTheStoreAndNeverAStatistic(t *testing.T) {
	t.Setenv("CANDOUR_DATA", t.TempDir())
	t.Setenv("CANDOUR_SHIFT", "6")
	t.Setenv("CANDOUR_FULL", "true")
	call := func(in string, args ...string) string {
		var out, errs bytes.Buffer
		if code := run(&Env{Ctx: context.Background(), Stdin: strings.NewReader(in), Stdout: &out, Stderr: &errs}, args); code != 0 {
			t.Fatalf("%v: exit code %d\n%s", args, code, errs.String())
		}
		return out.String()
	}
	const six = "x,y\n1,1\n2,9\n3,1\n4,9\n5,1\n6,9\n7,1\n8,6\n9,6\n10,6\n11,6\n12,6\n13,6\n14,1\n15,1\n"
	if out := call(six, "stat", "spc"); strings.Contains(out, "shift") {
		t.Errorf("a setting of the environment changed a statistic:\n%s", out)
	}
	if out := call(six, "stat", "spc", "--shift", "6"); !strings.Contains(out, "shift") {
		t.Errorf("with the flag there is a shift:\n%s", out)
	}
	call("", "load", "--no-watch", "../../docs/examples/successions-england.csv")
	if out := call("", "verify"); !strings.Contains(out, "All as recorded") {
		t.Errorf("the store of the environment: %s", out)
	}
}
