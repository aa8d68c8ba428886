package signal

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the generated parts of the documentation")

// drawn is the table of states as docs/formats/signals.md shows it; kinds with the
// same moves share a table.
func drawn() string {
	var b strings.Builder
	var tables []string
	kinds := map[string][]string{}
	for _, kind := range Kinds() {
		var table strings.Builder
		table.WriteString("| from | event | to |\n| --- | --- | --- |\n")
		for _, m := range kind.Transitions() {
			fmt.Fprintf(&table, "| %s | %s | %s |\n", m.From, m.Event, m.To)
		}
		if kinds[table.String()] == nil {
			tables = append(tables, table.String())
		}
		kinds[table.String()] = append(kinds[table.String()], kind.Words())
	}
	for _, table := range tables {
		fmt.Fprintf(&b, "\n### %s\n\n%s", strings.Join(kinds[table], "; "), table)
	}
	return b.String() + "\n"
}

func TestTheDocumentedStatesAreThoseOfTheTable(t *testing.T) {
	t.Parallel()
	const file, from, until = "../../docs/formats/signals.md", "-update` -->\n", "<!-- end of states -->"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), from)
	old, tail, ok2 := strings.Cut(rest, until)
	if !ok || !ok2 {
		t.Fatal("the marks of the generated part are missing")
	}
	if *update {
		if err := os.WriteFile(file, []byte(head+from+drawn()+until+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if old != drawn() {
		t.Error("docs/formats/signals.md doesn't show the states of the code; run the test with -update")
	}
}

func TestEveryChangeIsDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/formats/signals.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range changeTypes {
		if !strings.Contains(string(text), name) {
			t.Errorf("%s isn't in docs/formats/signals.md", name)
		}
	}
}
