package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
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

func TestAFileThatCannotBeOpenedKeepsNoOtherOut(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, pipe, dangling := filepath.Join(dir, "z-tidy.csv"), filepath.Join(dir, "pipe"), filepath.Join(dir, "a-dangling.csv")
	linked, loop := filepath.Join(dir, "linked.csv"), filepath.Join(t.TempDir(), "loop.csv")
	if err := errors.Join(os.WriteFile(file, []byte(tidyFile), 0o600), syscall.Mkfifo(pipe, 0o600), os.Symlink("nowhere", dangling), os.Symlink("z-tidy.csv", linked),
		os.WriteFile(filepath.Join(filepath.Dir(loop), "tidy.csv"), []byte(tidyFile), 0o600), os.Symlink("loop.csv", loop)); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		given []string
		code  int
		want  []string // of each object, in order: its file and what became of it
	}{
		"a pipe":                      {[]string{pipe, file}, 2, []string{pipe + " unread it is neither a file nor a folder", "z-tidy.csv accepted "}},
		"a link that leads nowhere":   {[]string{dir}, 2, []string{"linked.csv accepted ", "z-tidy.csv known ", dangling + " unread no such file or directory"}},
		"the same link by its name":   {[]string{dangling, file}, 2, []string{dangling + " unread no such file or directory", "z-tidy.csv accepted "}},
		"a link that leads to itself": {[]string{loop, file}, 2, []string{loop + " unread too many levels of symbolic links", "z-tidy.csv accepted "}},
		"that link in a folder":       {[]string{filepath.Dir(loop)}, 2, nil},
		"a name that is not there":    {[]string{filepath.Join(dir, "no.csv"), file}, 2, []string{filepath.Join(dir, "no.csv") + " unread no such file or directory", "z-tidy.csv accepted "}},
		"one of each":                 {[]string{filepath.Join(dir, "no.csv"), dir}, 2, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			args := append([]string{"load", "--json", "--no-watch", "--data", t.TempDir()}, c.given...)
			if code := run(&Env{Ctx: context.Background(), Stdin: bytes.NewReader(nil), Stdout: &out, Stderr: &errs}, args); code != c.code {
				t.Errorf("exit code %d, expected %d: %s", code, c.code, errs.String())
			}
			var got []string
			for line := range strings.Lines(out.String()) {
				var r struct {
					File, Status string
					Messages     []struct{ Found string }
				}
				if err := json.Unmarshal([]byte(line), &r); err != nil {
					t.Fatal(err)
				}
				found := ""
				for _, m := range r.Messages {
					found += m.Found
				}
				got = append(got, r.File+" "+r.Status+" "+found)
			}
			if c.want != nil && !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			if !strings.Contains(out.String(), "tidy.csv") {
				t.Errorf("the file that is there was not loaded: %s", out.String())
			}
		})
	}
}

func TestADryRunMakesNoStore(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data, file := filepath.Join(dir, "data"), filepath.Join(dir, "tidy.csv")
	if err := os.WriteFile(file, []byte(tidyFile), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := candour(t, 0, "load", "--dry-run", "--data", data, file); !strings.Contains(out, "tried; 1 rows accepted") {
		t.Error(out)
	}
	if _, err := os.Stat(data); !os.IsNotExist(err) {
		t.Errorf("a trial made a store: %v", err)
	}
	candour(t, 0, "load", "--no-watch", "--data", data, file)
	if out := candour(t, 0, "load", "--dry-run", "--data", data, file); !strings.Contains(out, "known") {
		t.Errorf("a trial beside what is held: %s", out)
	}
}
