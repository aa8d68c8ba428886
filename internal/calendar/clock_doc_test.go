package calendar

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the generated parts of the documentation")

// documented is the table of rules as docs/methods/clocks.md shows it.
func documented(book *Rulebook) string {
	var b strings.Builder
	b.WriteString("| what is to be done | how long | from | stopped by | rule |\n| --- | --- | --- | --- | --- |\n")
	for _, id := range book.IDs() {
		r := book.Rule(id)
		var terms []string
		for _, t := range r.Terms {
			words := t.Unit.Words(t.Length)
			switch {
			case t.Agreed:
				words = "date agreed with the person"
			case t.Length == 0:
				words = "the same day"
			case r.Sense == Opens:
				words = "not before " + words
			}
			if t.By != "" {
				words += " by " + t.By
			}
			if t.Until != "" {
				words += " (to " + t.Until + ")"
			}
			terms = append(terms, words)
		}
		cites := basis(r.Cites, r.Local)
		if r.Number != "" {
			cites += " (" + r.Number + ")"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", r.Name, strings.Join(terms, "; "), r.Starts, strings.Join(r.Stops, ", "), cites)
	}
	return b.String()
}

func TestTheDocumentedRulesAreThoseInForce(t *testing.T) {
	t.Parallel()
	const file, from, until = "../../docs/methods/clocks.md", "-update` -->\n", "<!-- end of rules -->"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), from)
	old, tail, ok2 := strings.Cut(rest, until)
	if !ok || !ok2 {
		t.Fatal("the marks of the generated part are missing")
	}
	want := documented(mustRulebook(t))
	if *update {
		if err := os.WriteFile(file, []byte(head+from+want+until+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if old != want {
		t.Error("docs/methods/clocks.md doesn't show the rules in force; run the test with -update")
	}
}
