package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const tidyFile = "organisation,indicator,period,numerator,denominator\nRA1,ae-4h-all,2025-04,700,1000\n"

func TestWhatALoadLeftUntestedIsTestedByTheNext(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data, file := filepath.Join(dir, "data"), filepath.Join(dir, "tidy.csv")
	if err := os.WriteFile(file, []byte(tidyFile), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := candour(t, 0, "load", "--data", data, "--no-watch", file); strings.Contains(out, "Watched") {
		t.Fatalf("a load that puts the watch off says %s", out)
	}
	if out := candour(t, 0, "load", "--data", data, file); !strings.Contains(out, "known") || !strings.Contains(out, "Watched 1 series") {
		t.Errorf("the same file again, with values that no watch has read: %s", out)
	}
	if out := candour(t, 0, "load", "--data", data, file); strings.Contains(out, "Watched") {
		t.Errorf("and once more, with nothing left: %s", out)
	}
}

func TestALoadThatIsStoppedSaysSo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "tidy.csv")
	if err := os.WriteFile(file, []byte(tidyFile), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	var out, errs bytes.Buffer
	code := run(&Env{Ctx: ctx, Stdin: bytes.NewReader(nil), Stdout: &out, Stderr: &errs}, []string{"load", "--data", filepath.Join(dir, "data"), file})
	if code != 3 || !strings.Contains(errs.String(), "stopped on request") {
		t.Errorf("exit code %d: %s", code, errs.String())
	}
}

func TestAMistypedNameAndAnEmptyFolderAreSaidAndTheOtherFilesTaken(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, empty := filepath.Join(dir, "tidy.csv"), filepath.Join(dir, "empty")
	if err := errors.Join(os.WriteFile(file, []byte(tidyFile), 0o600), os.Mkdir(empty, 0o700)); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	code := run(&Env{Ctx: context.Background(), Stdin: bytes.NewReader(nil), Stdout: &out, Stderr: &errs},
		[]string{"load", "--no-watch", "--data", filepath.Join(dir, "data"), filepath.Join(dir, "tiddy.csv"), empty, file})
	if code != 2 || !strings.Contains(errs.String(), "can't find "+filepath.Join(dir, "tiddy.csv")) || !strings.Contains(errs.String(), "no file in "+empty) {
		t.Errorf("exit code %d: %s", code, errs.String())
	}
	if !strings.Contains(out.String(), "1 rows accepted") {
		t.Errorf("the file that is there was not loaded: %s", out.String())
	}
}
