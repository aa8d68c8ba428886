package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"candour/definitions"
	"candour/internal/fault"
)

// TestARowOfAnUndefinedIndicatorWaitsForItsDefinition loads a tidy file which names
// an indicator that nobody has defined: the row is kept with advice, and is taken by
// itself once the definition is there. A rebuild gives the same at each stage.
func TestARowOfAnUndefinedIndicatorWaitsForItsDefinition(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, own := filepath.Join(dir, "figures.csv"), filepath.Join(dir, "own")
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(file, "organisation,indicator,period,numerator,denominator\nRAA,ae-4h-al,2025-01,90,100\nRAA,ae-4h-all,2025-02,91,100\n")
	candour := func(want int, args ...string) string {
		t.Helper()
		var out bytes.Buffer
		env := &Env{Ctx: context.Background(), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out}
		if code := run(env, append(args, "--data", filepath.Join(dir, "data"), "--definitions", own)); code != want {
			t.Fatalf("candour %v: exit %d, not %d\n%s", args, code, want, &out)
		}
		return out.String()
	}
	if err := os.MkdirAll(own, 0o700); err != nil {
		t.Fatal(err)
	}
	said := candour(fault.ExitQuarantined, "load", file)
	for _, want := range []string{"1 rows accepted, 1 quarantined", "row 2", "ae-4h-al", "not defined", "one of these is meant", "ae-4h-all"} {
		if !strings.Contains(said, want) {
			t.Errorf("loading says nothing of %q:\n%s", want, said)
		}
	}
	candour(fault.ExitDone, "rebuild")
	text, err := definitions.Files.ReadFile("indicators/ae-4h-all.yaml")
	if err != nil {
		t.Fatal(err)
	}
	write(filepath.Join(own, "indicators", "ae-4h-al.yaml"), strings.Replace(string(text), "id: ae-4h-all", "id: ae-4h-al", 1))
	if got := candour(fault.ExitDone, "observations", "--indicator", "ae-4h-al"); !strings.Contains(got, "RAA,2025-01") && !strings.Contains(got, "2025-01") {
		t.Errorf("the row is not taken once its indicator is defined:\n%s", got)
	}
	candour(fault.ExitDone, "rebuild")
}
