package signal

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"candour/definitions"
)

// lfpseDocument is NHS England's own list of code systems.
const lfpseDocument = "../../../shared/data/public/lfpse/v5-code-systems.md"

func TestLFPSECodesAreThoseOfThePublishedDocument(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(lfpseDocument)
	if err != nil {
		t.Skipf("the published document is not here: %v", err)
	}
	tax := mustTaxonomies(t)
	row := regexp.MustCompile("(?m)^ *\\| ` *(\\S+)` *\\| (.*?) \\|\\s*$")
	id := regexp.MustCompile(`(?m)^- Id: (\S+)`)
	codes, systems := 0, 0
	for _, section := range strings.Split(string(text), "\n## ")[1:] {
		systems++
		taxonomy := tax.Get(TaxonomyID(id.FindStringSubmatch(section)[1]))
		if taxonomy == nil {
			t.Errorf("missing: %s", strings.SplitN(section, "\n", 2)[0])
			continue
		}
		rows := row.FindAllStringSubmatch(section, -1)
		if taxonomy.Open != (len(rows) == 0) || len(rows) != len(taxonomy.Codes) {
			t.Errorf("%s has %d codes, the document %d", taxonomy.ID, len(taxonomy.Codes), len(rows))
			continue
		}
		for i, r := range rows {
			codes++
			if taxonomy.Codes[i].Code != r[1] || taxonomy.Codes[i].Name != r[2] {
				t.Errorf("%s: %q %q, the document says %q %q", taxonomy.ID, taxonomy.Codes[i].Code, taxonomy.Codes[i].Name, r[1], r[2])
			}
		}
	}
	if systems != 76 || codes != 440 {
		t.Errorf("compared %d codes of %d systems, expected 440 of 76", codes, systems)
	}
}

func TestNeverEventsFollowTheListInForceOnTheDay(t *testing.T) {
	t.Parallel()
	list := mustTaxonomies(t).Get("never-event")
	if err := list.Check("1-tooth", day("2021-03-31")); err != nil {
		t.Errorf("the last day of wrong tooth extraction: %v", err)
	}
	if err := list.Check("1-tooth", day("2021-04-01")); err == nil {
		t.Error("wrong tooth extraction left the list on 1 April 2021")
	}
	if err := list.Check("1", day("2017-12-01")); err == nil {
		t.Error("the 2018 list was applied to 2017")
	}
	if err := list.Check("surgical", day("2024-01-01")); err == nil {
		t.Error("a heading was taken for a code")
	}
	if n := len(list.At(day("2024-01-01"))); n != 16 {
		t.Errorf("%d types in 2024, expected 16 with the suspended one", n)
	}
	suspended, counted := NeverEvent{Type: "16"}, NeverEvent{Type: "3"}
	if suspended.Counts(mustTaxonomies(t)) || !counted.Counts(mustTaxonomies(t)) {
		t.Error("undetected oesophageal intubation is suspended and doesn't count; a retained object does")
	}
}

func TestHCATHasThreeDomainsSevenCategoriesAndFourLevels(t *testing.T) {
	t.Parallel()
	tax := mustTaxonomies(t)
	domains, categories := 0, 0
	for _, c := range tax.Get("hcat").Codes {
		switch {
		case c.Group:
			domains++
		case tax.Get("hcat").Code(c.Parent).Group:
			categories++
		}
	}
	if domains != 3 || categories != 7 || len(tax.Get("hcat-severity").Codes) != 4 || len(tax.Get("hcat-harm").Codes) != 6 {
		t.Errorf("%d domains, %d categories", domains, categories)
	}
}

func TestALocalTaxonomyIsAddedAndReplaces(t *testing.T) {
	t.Parallel()
	local := fstest.MapFS{"taxonomies/ours.yaml": {Data: []byte(`taxonomies:
  - {id: ward-colour, name: Ward colour, source: us, local: true, from: 2024-01-01, codes: [{code: blue, name: Blue}]}
  - {id: theme, name: Theme, source: us, local: true, from: 2024-01-01, codes: [{code: parking, name: Parking}]}
`)}}
	tax, err := LoadTaxonomies(definitions.Files, local)
	if err != nil {
		t.Fatal(err)
	}
	if tax.Get("ward-colour") == nil || tax.Get("theme").Code("discharge") != nil || tax.Get("theme").Code("parking") == nil {
		t.Error("the local file doesn't hold")
	}
}

func TestABadTaxonomyIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no codes":        "taxonomies: [{id: a, name: n, source: s, from: 2024-01-01}]",
		"a code twice":    "taxonomies: [{id: a, name: n, source: s, from: 2024-01-01, codes: [{code: x, name: x}, {code: x, name: y}]}]",
		"no such parent":  "taxonomies: [{id: a, name: n, source: s, from: 2024-01-01, codes: [{code: x, name: x, parent: y}]}]",
		"dates reversed":  "taxonomies: [{id: a, name: n, source: s, from: 2024-01-01, codes: [{code: x, name: x, until: 2023-01-01}]}]",
		"no source":       "taxonomies: [{id: a, name: n, from: 2024-01-01, open: true}]",
		"a sixth domain":  "taxonomies: [{id: a, name: n, source: s, from: 2024-01-01, codes: [{code: x, name: x, question: cheap}]}]",
		"an empty entry":  "taxonomies: [null]",
		"scored 15 Steps": "templates: [{id: a, name: n, version: 1, from: 2024-01-01, fifteen_steps: true, areas: [{id: a, name: n, questions: [{id: q, ask: w}]}]}]",
	} {
		if _, err := LoadTaxonomies(fstest.MapFS{"taxonomies/x.yaml": {Data: []byte(text)}}); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func FuzzTaxonomies(f *testing.F) {
	files, _ := filepath.Glob("../../definitions/taxonomies/*.yaml")
	for _, name := range files {
		if text, err := os.ReadFile(name); err == nil && len(text) < 12_000 {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		tax, err := LoadTaxonomies(fstest.MapFS{"taxonomies/x.yaml": {Data: text}})
		if err != nil {
			return
		}
		for _, id := range tax.IDs() {
			for _, c := range tax.Get(id).At(day("2024-01-01")) {
				if err := tax.Get(id).Check(c.Code, day("2024-01-01")); err != nil {
					t.Errorf("%s is offered on a day on which it is refused: %v", c.Code, err)
				}
			}
		}
	})
}
