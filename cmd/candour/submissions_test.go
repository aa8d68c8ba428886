package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"candour/internal/org"
	"candour/internal/record"
)

func TestSubmissionsAreLoadedOnceWithAReasonForWhatIsNotTaken(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data, file := filepath.Join(dir, "data"), filepath.Join(dir, "assurances.csv")
	h, err := openHouse(context.Background(), StoreFlags{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	e, err := record.New(record.OrganisationRecorded, "organisation/RAA", "", operator, org.Organisation{Code: "RAA", Name: "Alpha", Role: org.Trust, System: "QAA"})
	if err == nil {
		_, err = h.Store.Record(context.Background(), e)
	}
	if err = closing(h, err); err != nil {
		t.Fatal(err)
	}
	load := func(text string) (int, string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		code := run(&Env{Ctx: context.Background(), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out}, []string{"submissions", "load", file, "--data", data, "--tenant", "QAA"})
		return code, out.String()
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
