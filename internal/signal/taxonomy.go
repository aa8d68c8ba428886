package signal

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"candour/internal/calendar"
	"candour/internal/definition"
	"candour/internal/fault"
)

// TaxonomyID names a taxonomy: "hcat", "never-event", "level-of-physical-harm-5".
type TaxonomyID string

// Taxonomy is one list of codes, effective-dated. Nothing in it is ever removed:
// a code that no longer applies has a last day, so that what was coded under it
// can still be read.
type Taxonomy struct {
	ID     TaxonomyID `yaml:"id" json:"id"`
	Name   string     `yaml:"name" json:"name"`
	Source string     `yaml:"source" json:"source"`
	Local  bool       `yaml:"local" json:"local,omitempty"` // the installation's own, or meant to be replaced by it
	Open   bool       `yaml:"open" json:"open,omitempty"`   // codes are kept elsewhere: any code is taken
	From   string     `yaml:"from" json:"from"`
	Until  string     `yaml:"until" json:"until,omitempty"`
	Codes  []Code     `yaml:"codes" json:"codes"`

	from, until calendar.Date
	byCode      map[string]*Code
}

// Code is one entry of a taxonomy.
type Code struct {
	Code      string `yaml:"code" json:"code"`
	Name      string `yaml:"name" json:"name"`
	Parent    string `yaml:"parent" json:"parent,omitempty"`
	Group     bool   `yaml:"group" json:"group,omitempty"`         // a heading, not itself a code to choose
	Question  string `yaml:"question" json:"question,omitempty"`   // regulator's question: safe, effective, caring, responsive, well-led
	Quick     string `yaml:"quick" json:"quick,omitempty"`         // wording on the quick form; empty: not on it
	Suspended bool   `yaml:"suspended" json:"suspended,omitempty"` // may be recorded, isn't counted
	Note      string `yaml:"note" json:"note,omitempty"`
	From      string `yaml:"from" json:"from,omitempty"` // empty: the taxonomy's
	Until     string `yaml:"until" json:"until,omitempty"`

	from, until calendar.Date
}

// in reports whether d lies in the span; a zero until is open.
func in(d, from, until calendar.Date) bool { return d >= from && (until.IsZero() || d <= until) }

// At is the codes in force on d that can be chosen, in the order of the file.
func (t *Taxonomy) At(d calendar.Date) []Code {
	var codes []Code
	for _, c := range t.Codes {
		if !c.Group && in(d, c.from, c.until) {
			codes = append(codes, c)
		}
	}
	return codes
}

// Code is the entry of code whatever its dates, nil when there is none.
func (t *Taxonomy) Code(code string) *Code { return t.byCode[code] }

// Name is the name of code, the code itself when it isn't listed.
func (t *Taxonomy) NameOf(code string) string {
	if c := t.byCode[code]; c != nil {
		return c.Name
	}
	return code
}

// Check reports why code can't be used for something of the day d; nil when it can.
func (t *Taxonomy) Check(code string, d calendar.Date) error {
	if t.Open {
		return nil
	}
	c := t.byCode[code]
	switch {
	case c == nil || c.Group:
		return fault.New(fault.Invalid, "%s has no code %q", t.Name, code)
	case !in(d, c.from, c.until) && d < c.from:
		return fault.New(fault.Invalid, "%s: %q applies from %s", t.Name, code, c.from)
	case !in(d, c.from, c.until):
		return fault.New(fault.Invalid, "%s: %q applied until %s", t.Name, code, c.until)
	}
	return nil
}

// Taxonomies is every taxonomy and visit template in use.
type Taxonomies struct {
	byID      map[TaxonomyID]*Taxonomy
	ids       []TaxonomyID
	templates map[string]*VisitTemplate
}

// LoadTaxonomies reads taxonomies/*.yaml of each file system in turn; a later one
// (an installation's own) adds taxonomies, or replaces one of the same id.
func LoadTaxonomies(sources ...fs.FS) (*Taxonomies, error) {
	all := &Taxonomies{byID: map[TaxonomyID]*Taxonomy{}, templates: map[string]*VisitTemplate{}}
	for _, fsys := range sources {
		names, err := fs.Glob(fsys, "taxonomies/*.yaml")
		if err != nil {
			return nil, fmt.Errorf("list taxonomies: %w", err)
		}
		for _, name := range names {
			text, err := fs.ReadFile(fsys, name)
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", name, err)
			}
			if err := all.add(text); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	for id := range all.byID {
		all.ids = append(all.ids, id)
	}
	slices.Sort(all.ids)
	return all, nil
}

// add reads one file into t.
func (t *Taxonomies) add(text []byte) error {
	var file struct {
		Taxonomies []*Taxonomy      `yaml:"taxonomies"`
		Templates  []*VisitTemplate `yaml:"templates"`
		Seeds      any              `yaml:"seeds"` // phrases of the classifier, read by package classify
	}
	if err := definition.Decode(text, &file); err != nil {
		return err
	}
	for _, taxonomy := range file.Taxonomies {
		if taxonomy == nil {
			return fault.New(fault.Invalid, "a taxonomy of the list is empty")
		}
		if err := taxonomy.check(); err != nil {
			return err
		}
		t.byID[taxonomy.ID] = taxonomy
	}
	for _, template := range file.Templates {
		if template == nil {
			return fault.New(fault.Invalid, "a template of the list is empty")
		}
		if err := template.check(); err != nil {
			return err
		}
		t.templates[template.ID] = template
	}
	return nil
}

func (t *Taxonomy) check() (err error) {
	if t.from, t.until, err = span(t.From, t.Until, 0, 0); err != nil {
		return fmt.Errorf("taxonomy %q: %w", t.ID, err)
	}
	switch {
	case t.ID == "" || t.Name == "" || t.Source == "" || t.from.IsZero():
		return fault.New(fault.Invalid, "taxonomy %q lacks one of id, name, source, from", t.ID)
	case t.Open == (len(t.Codes) > 0):
		return fault.New(fault.Invalid, "taxonomy %q must either list codes or be open", t.ID)
	}
	t.byCode = make(map[string]*Code, len(t.Codes))
	for i := range t.Codes {
		c := &t.Codes[i]
		switch {
		case c.Code == "" || c.Name == "" || c.Code != strings.TrimSpace(c.Code):
			return fault.New(fault.Invalid, "taxonomy %q: code %d lacks a code or a name", t.ID, i+1)
		case t.byCode[c.Code] != nil:
			return fault.New(fault.Invalid, "taxonomy %q has the code %q twice", t.ID, c.Code)
		case c.Parent != "" && t.byCode[c.Parent] == nil:
			return fault.New(fault.Invalid, "taxonomy %q: %q is under %q, which isn't listed before it", t.ID, c.Code, c.Parent)
		case c.Question != "" && !slices.Contains(questions, c.Question):
			return fault.New(fault.Invalid, "taxonomy %q: %q has the question %q, expected one of %s", t.ID, c.Code, c.Question, strings.Join(questions, ", "))
		}
		if c.from, c.until, err = span(c.From, c.Until, t.from, t.until); err != nil {
			return fmt.Errorf("taxonomy %q, code %q: %w", t.ID, c.Code, err)
		}
		t.byCode[c.Code] = c
	}
	return nil
}

// questions are the regulator's five, in the order of pages (UI.md section 3).
var questions = []string{"safe", "effective", "caring", "responsive", "well-led"}

// span reads two dates, with defaults for empty ones.
func span(from, until string, defaultFrom, defaultUntil calendar.Date) (calendar.Date, calendar.Date, error) {
	f, err := calendar.ParseDate(from)
	if err != nil {
		return 0, 0, err
	}
	u, err := calendar.ParseDate(until)
	if err != nil {
		return 0, 0, err
	}
	if f.IsZero() {
		f = defaultFrom
	}
	if u.IsZero() {
		u = defaultUntil
	}
	if !u.IsZero() && u < f {
		return 0, 0, fault.New(fault.Invalid, "it runs from %s to %s, expected dates in order", f, u)
	}
	return f, u, nil
}

// IDs is every taxonomy's id, sorted.
func (t *Taxonomies) IDs() []TaxonomyID { return t.ids }

// Get is the taxonomy of id, nil when there is none.
func (t *Taxonomies) Get(id TaxonomyID) *Taxonomy { return t.byID[id] }

// Template is the visit template of id, nil when there is none.
func (t *Taxonomies) Template(id string) *VisitTemplate { return t.templates[id] }

// Templates is every visit template's id, sorted.
func (t *Taxonomies) Templates() []string {
	ids := make([]string, 0, len(t.templates))
	for id := range t.templates {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
