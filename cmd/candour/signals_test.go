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

func TestSignalsAreLoadedByAMappingWithReasonsForWhatIsNot(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	data := filepath.Join(dir, "data")
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
	command := func(args ...string) (int, string) {
		var out bytes.Buffer
		code := run(&Env{Ctx: context.Background(), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out}, append(args, "--data", data, "--tenant", "QAA"))
		return code, out.String()
	}
	file := write("in.csv", "Ref,Provider,Received,What\n7,RAA,02/11/2026,Fall\n8,RZZ,02/11/2026,Fall\n")
	if code, out := command("signals", "load", file); code != 2 || !strings.Contains(out, "--mapping") {
		t.Errorf("without a mapping: %d %s", code, out)
	}
	saved := write("mapping.yaml", `id: falls
name: Falls
version: 1
kind: incident
dates: [dd/mm/yyyy]
columns:
  - {header: Ref, field: reference}
  - {header: Provider, field: place.provider, required: true}
  - {header: Received, field: received}
  - {header: What, field: title}
`)
	if code, out := command("signals", "load", "--mapping", saved, file); code != 1 || !strings.Contains(out, "1 signal taken") || !strings.Contains(out, "row 3, place.provider") {
		t.Errorf("first: %d %s", code, out)
	}
	if code, out := command("signals", "load", "--mapping", saved, file); code != 1 || !strings.Contains(out, "0 signals taken, 1 known already") {
		t.Errorf("again: %d %s", code, out)
	}
	if code, out := command("signals"); code != 0 || !strings.Contains(out, "IN-2026-1,incident,RAA") {
		t.Errorf("list: %d %s", code, out)
	}
	if code, out := command("signals", "erase", "IN-2026-1", "--because", "asked"); code != 0 || !strings.Contains(out, "0 keys destroyed") {
		t.Errorf("erase: %d %s", code, out)
	}
}
