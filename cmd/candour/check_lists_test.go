package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"candour/definitions"
	"candour/internal/calendar"
	"candour/internal/signal"
)

// ours is a folder of an installation's own definitions with one file.
func ours(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "taxonomies"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "taxonomies", "ours.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestAnInstallationAddsAListAndATemplateOfItsOwn(t *testing.T) {
	t.Parallel()
	dir := ours(t, `taxonomies:
  - id: theme
    name: Our themes
    source: Our quality committee, 3 March 2026
    local: true
    from: 2026-04-01
    codes:
      - {code: discharge, name: Discharge, question: safe, quick: Discharge}
      - {code: corridor, name: Care in corridors, question: safe, quick: Care in a corridor, until: 2027-03-31}
templates:
  - id: dialysis
    name: Dialysis unit
    version: 1
    from: 2026-04-01
    areas:
      - id: water
        name: Water
        questions:
          - {id: tested, ask: "Is the water tested daily?", theme: discharge}
`)
	var out bytes.Buffer
	if err := (&CheckCmd{Definitions: dir}).Run(&Env{Stdout: &out, Stderr: &out}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"taxonomy   theme", "Our themes, 2 codes", "template   dialysis", "clock      signal-triage"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("candour check doesn't list %q:\n%s", want, out.String())
		}
	}
	tax, err := signal.LoadTaxonomies(definitions.Files, os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	for day, n := range map[string]int{"2026-03-31": 0, "2026-04-01": 2, "2027-04-01": 1} {
		if got := tax.Get("theme").At(calendar.MustDate(day)); len(got) != n {
			t.Errorf("on %s there are %d themes to choose, expected %d", day, len(got), n)
		}
	}
	if tax.Get("theme").NameOf("corridor") != "Care in corridors" {
		t.Error("a code that has ended keeps its name")
	}
}

func TestAListThatBreaksARuleIsRefusedByNameOfFileAndCode(t *testing.T) {
	t.Parallel()
	dir := ours(t, "taxonomies:\n  - id: theme\n    name: Ours\n    source: Us\n    from: 2026-04-01\n    codes:\n      - {code: a, name: A}\n      - {code: a, name: B}\n")
	var out bytes.Buffer
	err := (&CheckCmd{Definitions: dir}).Run(&Env{Stdout: &out, Stderr: &out})
	if err == nil || !strings.Contains(err.Error(), "ours.yaml") || !strings.Contains(err.Error(), `the code "a" twice`) {
		t.Errorf("got %v", err)
	}
}
