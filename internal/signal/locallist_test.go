package signal

import (
	"strings"
	"testing"

	"candour/definitions"
	"candour/internal/calendar"
)

const ownVisitType = `taxonomies:
  - id: visit-type
    name: Type of visit
    source: Our quality committee
    local: true
    from: 1995-01-01
    codes:
      - {code: announced, name: Announced}
      - {code: unannounced, name: Unannounced}
      - {code: themed, name: Themed}
      - {code: follow-up, name: Follow-up}
      - {code: out-of-hours, name: Out of hours, until: 2026-03-31}
      - {code: night, name: At night, from: 2026-04-01}
`

const dialysis = `templates:
  - id: dialysis
    name: Dialysis unit
    version: 1
    from: 2026-04-01
    areas:
      - id: water
        name: Water
        questions:
          - {id: tested, ask: "Is the water tested daily?", theme: equipment}
`

func TestAListOfOnesOwnIsReadOrRefusedExactly(t *testing.T) {
	t.Parallel()
	tax := mustTaxonomies(t)
	for name, c := range map[string]struct{ text, want string }{
		"a list":                        {ownVisitType, ""},
		"a template":                    {dialysis, ""},
		"a code taken out":              {strings.Replace(ownVisitType, "      - {code: themed, name: Themed}\n", "", 1), `lacks "themed" (Themed)`},
		"a national list":               {strings.Replace(ownVisitType, "visit-type", "never-event", 1), "national list"},
		"not marked as local":           {strings.Replace(ownVisitType, "    local: true\n", "", 1), "local: true"},
		"an unknown key":                {strings.Replace(ownVisitType, "source:", "sauce:", 1), "line 4, column 5: unknown field \"sauce\""},
		"a code twice":                  {strings.Replace(ownVisitType, "code: night", "code: themed", 1), `has the code "themed" twice`},
		"a code with a comma":           {strings.Replace(ownVisitType, "code: night", `code: "a,b"`, 1), "a comma"},
		"days out of order":             {strings.Replace(ownVisitType, "from: 2026-04-01", "from: 2026-04-01, until: 2025-01-01", 1), "dates in order"},
		"no date":                       {strings.Replace(ownVisitType, "    from: 1995-01-01\n", "", 1), "lacks one of"},
		"two lists":                     {ownVisitType + dialysis, "holds 2 lists"},
		"no list":                       {"taxonomies: []\n", "holds 0 lists"},
		"an id with capitals":           {strings.Replace(dialysis, "id: dialysis", "id: Dialysis", 1), "lower-case"},
		"a theme that isn't there":      {strings.Replace(dialysis, "theme: equipment", "theme: water", 1), `theme "water"`},
		"a template of the old version": {strings.Replace(dialysis, "id: dialysis", "id: ward-visit", 1), "higher version"},
		"too large":                     {ownVisitType + strings.Repeat("#", MostListBytes), "at most 256 kB"},
		"no YAML":                       {"taxonomies: [", "line 1"},
	} {
		l, err := ReadList([]byte(c.text))
		if err == nil {
			err = tax.CheckList(l)
		}
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, expected %q", name, err, c.want)
		}
	}
}

func TestWhatWasCodedByAListThatIsTakenBackCanStillBeRead(t *testing.T) {
	t.Parallel()
	tax := mustTaxonomies(t)
	april := calendar.MustDate("2026-04-10")
	give := Given{Sort: ListTaxonomy, ID: "visit-type", Text: ownVisitType, Day: april}
	if unread := tax.Lay([]Given{give}); len(unread) > 0 {
		t.Fatal(unread)
	}
	list := tax.Get("visit-type")
	if list.Check("night", april) != nil || list.Check("out-of-hours", april) == nil || list.Source != "Our quality committee" {
		t.Errorf("the list that was given does not hold: %+v", list)
	}
	may := calendar.MustDate("2026-05-01")
	tax.Lay([]Given{give, {Sort: ListTaxonomy, ID: "visit-type", Day: may}})
	list = tax.Get("visit-type")
	if list.NameOf("night") != "At night" || list.Check("night", april) != nil || list.Check("night", may) == nil {
		t.Error("a code of the list that was taken back is lost, or still offered")
	}
	if list.Check("out-of-hours", may) != nil || list.Source == "Our quality committee" {
		t.Error("the list of the files does not hold again")
	}
	tax.Lay(nil)
	if tax.Get("visit-type").Code("night") != nil {
		t.Error("laying nothing leaves something")
	}

	given := []Given{{Sort: ListTemplate, ID: "dialysis", Text: dialysis, Day: april}, {Sort: ListTaxonomy, ID: "ours", Text: "nonsense: [", Day: april}}
	if unread := tax.Lay(given); len(unread) != 1 || !strings.Contains(unread[0].Error(), "ours") || tax.Template("dialysis") == nil {
		t.Errorf("one that can't be read is told, the others hold: %v", unread)
	}
	tax.Lay(append(given[:1:1], Given{Sort: ListTemplate, ID: "dialysis", Day: may}))
	if d := tax.Template("dialysis"); d == nil || d.InForce(may) || !d.InForce(april) {
		t.Errorf("a template that was taken back: %+v", d)
	}
}

func TestTheFileOfAListIsOneThatCanBeGiven(t *testing.T) {
	t.Parallel()
	tax := mustTaxonomies(t)
	for _, id := range tax.IDs() {
		if !tax.Get(id).Local {
			continue
		}
		text, err := tax.Text(ListTaxonomy, string(id))
		if err != nil {
			t.Fatal(err)
		}
		l, err := ReadList(text)
		if err != nil || tax.CheckList(l) != nil || len(l.Taxonomy.Codes) != len(tax.Get(id).Codes) {
			t.Errorf("%s: %v\n%s", id, err, text)
		}
	}
	for _, id := range tax.Templates() {
		text, err := tax.Text(ListTemplate, id)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadList(text); err != nil || strings.Contains(string(text), "until") {
			t.Errorf("%s: %v\n%s", id, err, text)
		}
	}
	if text, err := tax.Text(ListTaxonomy, "none"); text != nil || err != nil {
		t.Errorf("a list that isn't there: %s, %v", text, err)
	}
}

func FuzzReadList(f *testing.F) {
	f.Add([]byte(ownVisitType))
	f.Add([]byte(dialysis))
	f.Add([]byte("taxonomies: [{id: a, name: b, source: c, from: 2026-01-01, codes: [{code: x, name: y, parent: z}]}]"))
	tax, err := LoadTaxonomies(definitions.Files)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := ReadList(text)
		if err != nil || tax.CheckList(l) != nil {
			return
		}
		if unread := tax.Lay([]Given{{Sort: l.Sort, ID: l.ID, Text: l.Text, Day: 20000}, {Sort: l.Sort, ID: l.ID, Day: 20001}}); len(unread) > 0 {
			t.Errorf("accepted, then unreadable: %v", unread)
		}
	})
}
