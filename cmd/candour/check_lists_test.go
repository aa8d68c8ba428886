package main

import (
	"bytes"
	"errors"
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

func TestCheckNamesEveryFileThatIsWrong(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{"indicators/a.yaml": "id: a\nfoo: 1\n", "indicators/b.yaml": "a: [\n", "sources/c.yaml": "id: c\nbar: 1\n", "taxonomies/d.yaml": "id: d\nbaz: 1\n"} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	code, errs := said("check", "--definitions", dir)
	for _, want := range []string{"a.yaml", "b.yaml", "c.yaml", "foo", "bar"} {
		if code != 2 || !strings.Contains(errs, want) {
			t.Errorf("exit code %d, and nothing of %s: %s", code, want, errs)
		}
	}
}

// TestCheckSaysWhatConcernMakesOfEachIndicator reads indicators whose definitions are well
// formed and may not be what was meant.
func TestCheckSaysWhatConcernMakesOfEachIndicator(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put := func(name, text string) {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	own := func(id, better, detection string) {
		put("indicators/"+id+".yaml", ownIndicator(id, "Ours", "proportion", better, detection))
	}
	own("misspelt", "lower", "{domain: safety, family: safetyy, scored: true}")
	own("by-itself", "lower", "{domain: safety, family: line care, shift: 0.45, scored: true}")
	own("usual", "lower", "{domain: safety, scored: true}")
	own("beside", "lower", "{domain: safety}")
	own("neither", "neither", "{domain: safety, scored: true}")
	own("waits", "lower", "{domain: access, scored: true}")
	own("falls", "lower", "{domain: safety, scored: true}")
	put("channels/pals.yaml", "id: pals\nname: PALS\nkind: healthwatch\nfamily: coments\n")
	check := func() (string, error) {
		var out bytes.Buffer
		err := (&CheckCmd{Definitions: dir}).Run(&Env{Stdout: &out, Stderr: &out})
		return out.String(), err
	}
	said, err := check()
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{
		"misspelt": "Ours; safety, family safetyy (your own; or is safety meant?), shift 0.3\n", "by-itself": "Ours; safety, family line care (your own), shift 0.45\n",
		"usual": "Ours; safety, family safety, shift 0.3\n", "beside": "Ours; safety, charted beside concern and not scored\n",
		"neither": "not scored, since neither way is better\n", "waits": "Ours; access, not scored, since the family access isn't\n",
		"falls": "family safety, shift 0.3; in place of the one that comes with Candour\n", "ae-4h-all": "; access, charted beside concern and not scored\n",
		"cqc-safe": "not heard by concern\n", "pals": "family coments (your own; or is comments meant?)",
	} {
		_, line, _ := strings.Cut(said, "  "+id+" ")
		if line, _, _ = strings.Cut(line, "\n"); !strings.Contains(line+"\n", want) {
			t.Errorf("candour check says of %s %q, expected %q", id, line, want)
		}
	}
	put("indicator/lost.yaml", "id: lost\n")
	put("indicators/lost.yml", "id: lost\n")
	in := installed(t)
	code, started := in.command("load", "--definitions", dir, in.write("f.csv", "organisation,indicator,period\n"))
	for _, want := range []string{"nothing reads the folder indicator:", "nothing reads the file indicators/lost.yml:"} {
		if _, err := check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("candour check says %v, expected %q", err, want)
		}
		if code != 2 || !strings.Contains(started, want) {
			t.Errorf("candour load begins with definitions that nothing reads: %d, %s", code, started)
		}
	}
}
