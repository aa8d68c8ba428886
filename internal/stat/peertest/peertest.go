// Package peertest reads what the field's own tools answered to known inputs, for
// tests that compare Candour's answers with theirs. The files belong to others and
// are not part of this repository: they lie in shared/data/peers beside it, and a
// test that finds none of them is skipped with the reason.
package peertest

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"candour/internal/stat/csvio"
)

// Case is one run of a tool: its input, its options and the files of its answer.
type Case struct {
	ID      string
	Kind    string // "spc", "qic", "funnel"
	Options map[string]any
	Input   string // path below the folder, as of all the files
	Error   string // what the tool said where it refused the input

	Expected struct{ Points, Summary, Units, Model string }
}

// Path is where a file of the peers lies: name is its path below their folder.
func Path(t testing.TB, name string) string {
	t.Helper()
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		if root == filepath.Dir(root) {
			t.Fatal("the test runs outside of the module")
		}
	}
	return filepath.Join(root, "..", "shared", "data", "peers", name)
}

// Cases is the cases of a kind that the tool answered, at least the given number.
func Cases(t *testing.T, kind string, least int) []Case {
	t.Helper()
	raw, err := os.ReadFile(Path(t, "expected/manifest.json"))
	if err != nil {
		t.Skipf("the peers' answers are not here: %v", err)
	}
	var all, answered []Case
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if c.Kind == kind && c.Error == "" {
			answered = append(answered, c)
		}
	}
	if len(answered) < least {
		t.Fatalf("%d cases of kind %s, at least %d expected", len(answered), kind, least)
	}
	return answered
}

// Table reads a file of the peers. Empty lines are rows: their tools write a missing
// value of a table with one column so.
func Table(t *testing.T, name string) *csvio.Table {
	t.Helper()
	f, err := os.Open(Path(t, name))
	if err != nil {
		t.Skipf("the peers' file is not here: %v", err)
	}
	defer f.Close()
	table, err := csvio.ReadKeepingBlank(f)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// Column is the cells of a column.
func Column(t *testing.T, table *csvio.Table, name string) []string {
	t.Helper()
	cells, err := table.Column(name)
	if err != nil {
		t.Fatal(err)
	}
	return cells
}

// Floats is a column of numbers; NaN where a cell is missing.
func Floats(t *testing.T, table *csvio.Table, name string) []float64 {
	t.Helper()
	values, _, err := table.Floats(name)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// Agree reports whether two numbers are the same to 1e-9 relative or 1e-12 absolute,
// the tolerance that the peers' answers are published with. Two missing ones agree.
func Agree(a, b float64) bool {
	if math.IsNaN(a) || math.IsNaN(b) {
		return math.IsNaN(a) && math.IsNaN(b)
	}
	return math.Abs(a-b) <= max(1e-12, 1e-9*max(math.Abs(a), math.Abs(b)))
}
