package intake

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"candour/definitions"
	"candour/internal/indicator"
)

func TestEveryDefinitionThatComesWithCandourIsSound(t *testing.T) {
	t.Parallel()
	catalogue, err := indicator.Load(definitions.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range sourcesOf(t).Check(catalogue) {
		t.Error(wrong)
	}
}

func TestEveryIndicatorIsGivenBySomeSource(t *testing.T) {
	t.Parallel()
	catalogue, err := indicator.Load(definitions.Files)
	if err != nil {
		t.Fatal(err)
	}
	given, names := map[indicator.ID]string{}, map[string]bool{} // names: sources whose rows name any indicator
	for _, s := range sourcesOf(t).All() {
		for _, l := range s.Layouts {
			for _, m := range l.Measures {
				given[m.Indicator] = s.ID
				names[s.ID] = names[s.ID] || m.IndicatorColumn != ""
			}
		}
	}
	for _, id := range catalogue.IDs() {
		if source := catalogue.Get(id).Source; given[id] != source && !names[source] {
			t.Errorf("indicator %s says that it comes from %q, but %q gives it", id, catalogue.Get(id).Source, given[id])
		}
	}
}

func TestEverySourceHasItsPageOfFormats(t *testing.T) {
	t.Parallel()
	for _, s := range sourcesOf(t).All() {
		text, err := os.ReadFile(filepath.Join("..", "..", "docs", "formats", s.ID+".md"))
		if err != nil {
			t.Errorf("source %s: %v", s.ID, err)
			continue
		}
		for _, l := range s.Layouts {
			if !strings.Contains(string(text), "`"+l.ID+"`") {
				t.Errorf("docs/formats/%s.md says nothing of layout %s", s.ID, l.ID)
			}
		}
	}
}

const goodSource = `id: stroke
name: Stroke audit
publisher: The audit
address: https://example.org
schedule: quarterly
when_late: ask
layouts:
  - id: wide
    about: One row per trust.
    shape: table
    columns: {org: Trust, quarter: Quarter, ct: Scanned within 1 hour, all: Strokes}
    organisation: {column: org}
    period: {kind: quarter, column: quarter}
    marks: {"": missing, "*": suppressed}
    measures:
      - {indicator: stroke-scan, numerator: [ct], denominator: [all]}
`

func TestABadSourceIsRefusedWithEveryReason(t *testing.T) {
	t.Parallel()
	if _, err := ParseSource("stroke.yaml", []byte(goodSource)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, from, to, want string }{
		{"an id that isn't the file's", "id: stroke\n", "id: strokes\n", `the file is named "stroke"`},
		{"an unknown shape", "shape: table", "shape: cube", `shape is "cube"`},
		{"a measure of a column that isn't there", "numerator: [ct]", "numerator: [scan]", `"scan", which is not defined`},
		{"a mark of no kind", `"*": suppressed`, `"*": hidden`, `"*" is "hidden"`},
		{"a misspelt field", "when_late:", "when_latest:", "when_late"},
		{"an unknown period", "kind: quarter", "kind: fortnight", "fortnight"},
		{"a pattern that is none", "org: Trust", "org: {pattern: '('}", "not a pattern"},
		{"nobody whom it is about", "organisation: {column: org}", "organisation: {}", "neither column nor fixed"},
		{"no publisher", "publisher: The audit", "publisher: ''", "publisher is empty"},
	} {
		_, err := ParseSource("stroke.yaml", []byte(strings.Replace(goodSource, c.from, c.to, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

func FuzzParseSource(f *testing.F) {
	f.Add([]byte(goodSource))
	f.Fuzz(func(_ *testing.T, text []byte) { _, _ = ParseSource("stroke.yaml", text) })
}

// exampleOf is the first YAML block of a document.
func exampleOf(t *testing.T, doc string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", doc))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "```yaml\n")
	example, _, found := strings.Cut(after, "```")
	if !found {
		t.Fatalf("%s has no example", doc)
	}
	return []byte(example)
}

// TestWhoeverFollowsTheDocsAddsASourceAndAnIndicator takes both examples as they are
// printed and loads such a file.
func TestWhoeverFollowsTheDocsAddsASourceAndAnIndicator(t *testing.T) {
	t.Parallel()
	own := fstest.MapFS{
		"sources/stroke.yaml":         {Data: exampleOf(t, "add-a-source.md")},
		"indicators/stroke-scan.yaml": {Data: exampleOf(t, "add-an-indicator.md")},
	}
	sources, err := LoadSources(definitions.Files, own)
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := indicator.Load(definitions.Files, own)
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range sources.Check(catalogue) {
		t.Error(wrong)
	}
	l, m := newLoader(t)
	l.Sources, l.Indicators = sources, catalogue
	const text = "Stroke audit,,,\nPublished in May,,,\n,,,\nTrust,Quarter,CT within 1 hour,Strokes\nRAA,2025-Q1,60,100\nRBB,2025-Q1,*,*\nTotal,2025-Q1,60,100\nNumbers below 8 are not shown,,,\n"
	r := loadBytes(t, l, "audit.csv", []byte(text), Options{})
	if r.Source != "stroke" || r.Accepted != 2 || r.Quarantined != 0 {
		t.Errorf("%+v", r)
	}
	wantValue(t, m, "stroke-scan", "RAA", "2025-Q1", 60, 100, "5")
	wantPresence(t, m, "stroke-scan", "RBB", "2025-Q1", indicator.Suppressed)
}
