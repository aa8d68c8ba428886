package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// said runs the program and gives its exit code and what it wrote to the error stream.
func said(args ...string) (int, string) {
	var out, errs bytes.Buffer
	code := run(&Env{Ctx: context.Background(), Stdin: bytes.NewReader(nil), Stdout: &out, Stderr: &errs}, args)
	return code, errs.String()
}

func TestAMistypedFolderIsNoEmptyMemory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	nowhere := filepath.Join(dir, "nowhere")
	for _, args := range [][]string{
		{"backup", filepath.Join(dir, "b.candour")},
		{"verify"},
		{"rebuild"},
		{"watch"},
		{"watchlist"},
		{"findings"},
		{"alerts"},
		{"observations", "--indicator", "ae-4h-all"},
	} {
		if code, errs := said(append(args, "--data", nowhere)...); code != 2 || !strings.Contains(errs, "there is no store in "+nowhere) {
			t.Errorf("%v: exit code %d, %s", args, code, errs)
		}
	}
	if _, err := os.Stat(nowhere); !os.IsNotExist(err) {
		t.Errorf("a store was made in the mistyped folder: %v", err)
	}
}

func TestABackupThatIsCutOffIsNamedAndNothingIsRestored(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data, whole, cut, other := filepath.Join(dir, "data"), filepath.Join(dir, "whole.candour"), filepath.Join(dir, "cut.candour"), filepath.Join(dir, "letter.candour")
	file := filepath.Join(dir, "tidy.csv")
	if err := os.WriteFile(file, []byte(tidyFile), 0o600); err != nil {
		t.Fatal(err)
	}
	candour(t, 0, "load", "--no-watch", "--data", data, file)
	candour(t, 0, "backup", "--data", data, whole)
	text, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{cut: text[:len(text)/2], other: []byte("Dear colleague")} {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if code, errs := said("restore", name, "--data", filepath.Join(dir, "restored")); code != 3 || !strings.Contains(errs, name+" is not a whole backup") {
			t.Errorf("%s: exit code %d, %s", filepath.Base(name), code, errs)
		}
		if code, errs := said("restore", name, "--data", filepath.Join(dir, "new", "restored")); code != 3 {
			t.Errorf("%s: exit code %d, %s", filepath.Base(name), code, errs)
		}
	}
	if code, errs := said("restore", filepath.Join(dir, "none"), "--data", filepath.Join(dir, "new")); code != 2 || !strings.Contains(errs, "there is no backup") {
		t.Errorf("a backup that isn’t there: exit code %d, %s", code, errs)
	}
	for _, left := range []string{"restored", "new"} {
		if _, err := os.Stat(filepath.Join(dir, left)); !os.IsNotExist(err) {
			t.Errorf("a restore that failed leaves %s behind (%v)", left, err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "kept"), 0o700); err != nil {
		t.Fatal(err)
	}
	if code, _ := said("restore", cut, "--data", filepath.Join(dir, "kept")); code != 3 || !isDir(filepath.Join(dir, "kept")) {
		t.Error("the folder that was there before is gone")
	}
	if _, err := os.Stat(filepath.Join(dir, "kept", "candour.db")); !os.IsNotExist(err) {
		t.Errorf("an empty store is left in it: %v", err)
	}
	if code, _ := said("restore", cut, "--data", data); code != 2 {
		t.Error("a store that holds something is restored into")
	}
	candour(t, 0, "verify", "--data", data)                                   // and is as it was
	candour(t, 0, "restore", whole, "--data", filepath.Join(dir, "restored")) // nothing of the others is in it
}

func TestADatabaseThatDoesNotAnswerIsSaidWithWhatToDo(t *testing.T) {
	t.Parallel()
	code, errs := said("verify", "--store", "postgres://nobody@127.0.0.1:1/none?sslmode=disable&connect_timeout=2")
	if code != 3 || !strings.Contains(errs, "Put right what did not answer") || strings.Contains(errs, "goroutine") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}

// Verify must read what is there: an entry of its own would be signed with the others,
// and cover the loss of a checkpoint.
func TestVerifyAndBackupWriteNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data, file, own := filepath.Join(dir, "data"), filepath.Join(dir, "tidy.csv"), filepath.Join(dir, "own")
	ours, err := os.ReadFile("../../definitions/indicators/ae-4h-all.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(file, []byte(tidyFile), 0o600), os.MkdirAll(filepath.Join(own, "indicators"), 0o700),
		os.WriteFile(filepath.Join(own, "indicators", "ae-4h-all.yaml"), append(ours, "# ours\n"...), 0o600)); err != nil {
		t.Fatal(err)
	}
	candour(t, 0, "load", "--data", data, file)
	before := candour(t, 0, "verify", "--data", data)
	if again := candour(t, 0, "verify", "--data", data, "--definitions", own); again != before {
		t.Errorf("verified with a new definition:\n%s\nbefore:\n%s", again, before)
	}
	candour(t, 0, "backup", "--data", data, "--definitions", own, filepath.Join(dir, "b"))
	if again := candour(t, 0, "verify", "--data", data); again != before {
		t.Errorf("after a backup:\n%s\nbefore:\n%s", again, before)
	}
	candour(t, 0, "observations", "--data", data, "--definitions", own, "--indicator", "ae-4h-all")
	if again := candour(t, 0, "verify", "--data", data); again == before {
		t.Error("the definition was none that the memory did not hold, so this proves nothing")
	}
}

func TestAnAddressThatIsNoDatabaseIsWrongUsage(t *testing.T) {
	t.Parallel()
	if code, errs := said("verify", "--store", "mysql://somebody:secret@host/db"); code != 2 || !strings.Contains(errs, "postgres://") || strings.Contains(errs, "secret") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}

// A moment is read as the pages read it: what is still to come, or is no entry, is no
// past, and must not be answered with the present.
func TestAsOfAMomentThatIsNoPastIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data, file := filepath.Join(dir, "data"), filepath.Join(dir, "tidy.csv")
	if err := os.WriteFile(file, []byte(tidyFile), 0o600); err != nil {
		t.Fatal(err)
	}
	candour(t, 0, "load", "--no-watch", "--data", data, file)
	for asOf, want := range map[string]string{
		"999999": "the memory has no entry 999999", "2199-01-01": "is still to come", "2199-01-01T00:00:00Z": "is still to come",
		"2026-02-30": "is not a moment", "2026-09": "is not a moment", "-1": "is not a moment", "": "",
		time.Now().Format(time.DateOnly): "", "2020-01-01": "", "0": "",
	} {
		code, errs := said("observations", "--data", data, "--indicator", "ae-4h-all", "--as-of="+asOf)
		if (code == 2) != (want != "") || !strings.Contains(errs, want) {
			t.Errorf("--as-of %q: exit code %d: %s", asOf, code, errs)
		}
	}
}
