package signal

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync/atomic"

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
	Local  bool       `yaml:"local,omitempty" json:"local,omitempty"` // the installation's own, or meant to be replaced by it
	Open   bool       `yaml:"open,omitempty" json:"open,omitempty"`   // codes are kept elsewhere: any code is taken
	From   string     `yaml:"from" json:"from"`
	Until  string     `yaml:"until,omitempty" json:"until,omitempty"`
	Codes  []Code     `yaml:"codes,omitempty" json:"codes"`

	from, until calendar.Date
	byCode      map[string]*Code
}

// Code is one entry of a taxonomy.
type Code struct {
	Code      string `yaml:"code" json:"code"`
	Name      string `yaml:"name" json:"name"`
	Parent    string `yaml:"parent,omitempty" json:"parent,omitempty"`
	Group     bool   `yaml:"group,omitempty" json:"group,omitempty"`         // a heading, not itself a code to choose
	Question  string `yaml:"question,omitempty" json:"question,omitempty"`   // regulator's question: safe, effective, caring, responsive, well-led
	Quick     string `yaml:"quick,omitempty" json:"quick,omitempty"`         // wording on the quick form; empty: not on it
	Suspended bool   `yaml:"suspended,omitempty" json:"suspended,omitempty"` // may be recorded, isn't counted
	Note      string `yaml:"note,omitempty" json:"note,omitempty"`
	From      string `yaml:"from,omitempty" json:"from,omitempty"` // empty: the taxonomy's
	Until     string `yaml:"until,omitempty" json:"until,omitempty"`

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

// Taxonomies is every taxonomy and visit template in use: those of the files, and
// laid over them those that administrators have given since (Lay). It may be read
// while others are laid over it.
type Taxonomies struct {
	files *lists
	now   atomic.Pointer[lists]
}

// lists is taxonomies and templates by their ids.
type lists struct {
	byID      map[TaxonomyID]*Taxonomy
	ids       []TaxonomyID // sorted
	templates map[string]*VisitTemplate
}

func newLists() *lists {
	return &lists{byID: map[TaxonomyID]*Taxonomy{}, templates: map[string]*VisitTemplate{}}
}

// sort fills ids.
func (l *lists) sort() *lists {
	l.ids = slices.Sorted(maps.Keys(l.byID))
	return l
}

// LoadTaxonomies reads taxonomies/*.yaml of each file system in turn; a later one
// (an installation's own) adds taxonomies, or replaces one of the same id.
func LoadTaxonomies(sources ...fs.FS) (*Taxonomies, error) {
	all := newLists()
	err := definition.Each(sources, "taxonomies", func(name string, text []byte) error {
		if err := all.add(text); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	t := &Taxonomies{files: all.sort()}
	t.now.Store(all)
	return t, nil
}

// listFile is what a file of definitions/taxonomies holds.
type listFile struct {
	Taxonomies []*Taxonomy      `yaml:"taxonomies"`
	Templates  []*VisitTemplate `yaml:"templates"`
	Seeds      any              `yaml:"seeds,omitempty"` // phrases of the classifier, read by package classify
}

// readListFile reads and checks one file.
func readListFile(text []byte) (file listFile, err error) {
	if err := definition.Decode(text, &file); err != nil {
		return file, err
	}
	for _, taxonomy := range file.Taxonomies {
		if taxonomy == nil {
			return file, fault.New(fault.Invalid, "a taxonomy of the list is empty")
		}
		if err := taxonomy.check(); err != nil {
			return file, err
		}
	}
	for _, template := range file.Templates {
		if template == nil {
			return file, fault.New(fault.Invalid, "a template of the list is empty")
		}
		if err := template.check(); err != nil {
			return file, err
		}
	}
	return file, nil
}

// add reads one file into l.
func (l *lists) add(text []byte) error {
	file, err := readListFile(text)
	for _, taxonomy := range file.Taxonomies {
		if err == nil {
			l.byID[taxonomy.ID] = taxonomy
		}
	}
	for _, template := range file.Templates {
		if err == nil {
			l.templates[template.ID] = template
		}
	}
	return err
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
		case c.Code == "" || c.Name == "":
			return fault.New(fault.Invalid, "taxonomy %q: code %d lacks a code or a name", t.ID, i+1)
		case strings.ContainsAny(c.Code, ", \t\r\n\"<>"): // lists of codes are kept with commas between
			return fault.New(fault.Invalid, "taxonomy %q: the code %q holds a space, a comma, a quotation mark or < >", t.ID, c.Code)
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

// questions are the regulator's five, in the order of pages (docs/rules.md, pages).
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
func (t *Taxonomies) IDs() []TaxonomyID { return t.now.Load().ids }

// Get is the taxonomy of id, nil when there is none.
func (t *Taxonomies) Get(id TaxonomyID) *Taxonomy { return t.now.Load().byID[id] }

// Template is the visit template of id, nil when there is none.
func (t *Taxonomies) Template(id string) *VisitTemplate { return t.now.Load().templates[id] }

// Templates is every visit template's id, sorted.
func (t *Taxonomies) Templates() []string {
	return slices.Sorted(maps.Keys(t.now.Load().templates))
}
