package mapping

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"candour/internal/signal"
)

var update = flag.Bool("update", false, "write the fields into the docs")

// TestTheFieldsAreDocumented holds the list of fields in the docs to those that a column can
// fill: whoever writes a mapping by hand has nothing else to go by.
func TestTheFieldsAreDocumented(t *testing.T) {
	t.Parallel()
	var common []string
	for _, f := range Fields() {
		if prefix, _, _ := strings.Cut(f, "."); !slices.Contains(detailPrefixes, prefix) {
			common = append(common, f)
		}
	}
	list := "| kind | fields |\n| --- | --- |\n| all | `" + strings.Join(common, "`, `") + "` |\n"
	for _, k := range signal.Kinds() {
		own := slices.DeleteFunc(FieldsFor(k), func(f string) bool { return slices.Contains(common, f) })
		switch {
		case len(own) > 0:
			list += "| `" + string(k) + "` | `" + strings.Join(own, "`, `") + "` |\n"
		case fieldsOf(k).any():
			list += "| `" + string(k) + "` | none of its own |\n"
		}
	}
	name := filepath.Join("..", "..", "..", "docs", "formats", "signals-import.md")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "-run Documented -update` -->\n", "\n<!-- fields end -->"
	before, rest, found := strings.Cut(string(text), begin)
	was, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatal("the docs have no place for the fields")
	}
	if list = strings.TrimSpace(list); was == list {
		return
	}
	if !*update {
		t.Fatal("the fields in docs/formats/signals-import.md are not those that a column can fill; run with -update")
	}
	if err := os.WriteFile(name, []byte(before+begin+list+end+after), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAFieldThatIsNotThereIsAnsweredWithThoseThatAre(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		m    Mapping
		want []string
	}{
		{Mapping{ID: "x", Version: 1, Kind: signal.KindComplaint, Columns: []Column{{Header: "day", Field: "occurred"}}}, []string{`no field "occurred"`, "occurred.date", "complaint.responded_on"}},
		{Mapping{ID: "x", Version: 1, Kind: signal.KindMessage, Columns: []Column{{Header: "day"}}, Defaults: map[string]string{"role": "PALS"}}, []string{`"role"`, "source.role"}},
		{Mapping{ID: "x", Version: 1, Kind: signal.KindStaffConcern, Columns: []Column{{Header: "day"}}}, []string{"JSON", "the API", "complaint, "}},
	} {
		err := c.m.Check()
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v, expected %q", err, want)
			}
		}
	}
}
