package signal

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"candour/internal/calendar"
	"candour/internal/fault"
)

// ListSort says what a list of the installation's own is.
type ListSort string

// The sorts.
const (
	ListTaxonomy ListSort = "taxonomy"
	ListTemplate ListSort = "template" // of visits
)

// Limits of a list that is given while the program runs.
const (
	// MostListBytes is the largest file.
	MostListBytes = 256 << 10
	mostCodes     = 2000
	mostQuestions = 500
)

// List is one taxonomy or one template of visits, with the file that it stands in.
type List struct {
	Sort     ListSort
	ID       string
	Taxonomy *Taxonomy      // of a taxonomy
	Template *VisitTemplate // of a template
	Text     string
}

// ReadList reads a file that holds one taxonomy or one template of visits, in the
// form of the files in definitions/taxonomies. What is wrong is said with its place.
func ReadList(text []byte) (*List, error) {
	if len(text) > MostListBytes {
		return nil, fault.New(fault.Invalid, "the file has %d kB; a list has at most %d kB", len(text)>>10, MostListBytes>>10)
	}
	file, err := readListFile(text)
	if err != nil {
		return nil, inTheFile(err)
	}
	if n := len(file.Taxonomies) + len(file.Templates); n != 1 || file.Seeds != nil {
		return nil, fault.New(fault.Invalid, "the file holds %d lists, expected one taxonomy or one template; give each in a file of its own", n)
	}
	l := &List{Text: string(text)}
	if len(file.Templates) == 1 {
		l.Sort, l.Template = ListTemplate, file.Templates[0]
		l.ID = l.Template.ID
		return l, nil
	}
	l.Sort, l.Taxonomy = ListTaxonomy, file.Taxonomies[0]
	l.ID = string(l.Taxonomy.ID)
	return l, nil
}

// inTheFile says what is wrong with a file in one message, with line and column where
// the text itself is at fault.
func inTheFile(err error) error {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil && at.GetToken().Position != nil {
		p := at.GetToken().Position
		return fault.New(fault.Invalid, "line %d, column %d: %s", p.Line, p.Column, at.GetMessage())
	}
	return fault.New(fault.Invalid, "%s", err.Error())
}

// CheckList reports why a list can't be taken beside those in force: it must not
// replace a national list, nor lose what was coded by the one that it replaces.
func (t *Taxonomies) CheckList(l *List) error {
	if !plainID(l.ID) {
		return fault.New(fault.Invalid, "the id %q, expected lower-case letters, digits and hyphens", l.ID)
	}
	if l.Sort == ListTemplate {
		return t.checkTemplate(l.Template)
	}
	own := l.Taxonomy
	switch {
	case !own.Local:
		return fault.New(fault.Invalid, "taxonomy %q lacks “local: true”, by which pages tell your own lists from national ones", own.ID)
	case len(own.Codes) > mostCodes:
		return fault.New(fault.Invalid, "taxonomy %q has %d codes, expected at most %d", own.ID, len(own.Codes), mostCodes)
	}
	held := t.Get(own.ID)
	if held == nil {
		return nil
	}
	if !held.Local {
		return fault.New(fault.Invalid, "%q is the national list %s and can't be replaced; give yours an id of its own", own.ID, held.Name)
	}
	var missing []string
	for _, c := range held.Codes {
		if own.Code(c.Code) == nil {
			missing = append(missing, fmt.Sprintf("%q (%s)", c.Code, c.Name))
		}
	}
	if len(missing) > 0 {
		return fault.New(fault.Invalid, "taxonomy %q lacks %s, by which signals may be coded: never take a code out, give it an “until”", own.ID, strings.Join(missing, ", "))
	}
	return nil
}

func plainID(id string) bool {
	return id != "" && len(id) <= 64 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && !strings.HasPrefix(id, "-")
}

func (t *Taxonomies) checkTemplate(own *VisitTemplate) error {
	themes, n := t.Get("theme"), 0
	for _, a := range own.Areas {
		n += len(a.Questions)
		for _, q := range a.Questions {
			if q.Theme != "" && themes.Code(q.Theme) == nil {
				return fault.New(fault.Invalid, "template %q: the question %s/%s has the theme %q, which isn't in the list of themes", own.ID, a.ID, q.ID, q.Theme)
			}
		}
	}
	if n > mostQuestions {
		return fault.New(fault.Invalid, "template %q has %d questions, expected at most %d", own.ID, n, mostQuestions)
	}
	if held := t.Template(own.ID); held != nil && own.Version <= held.Version {
		return fault.New(fault.Invalid, "template %q has version %d and the one in force has %d: a changed template needs a higher version", own.ID, own.Version, held.Version)
	}
	return nil
}

// Given is a list as it was given on a day; an empty text takes back what was given
// before, so that the list of the files holds again.
type Given struct {
	Sort ListSort
	ID   string
	Text string
	Day  calendar.Date
}

// Lay puts lists that were given, oldest first, over those of the files, in place of
// all that were laid before. Of each the last holds. A code that an earlier one had
// and the last has not keeps its name and ends on the day before: what was coded
// under it can still be read. A list that this version of the program can't read is
// told and left out.
func (t *Taxonomies) Lay(given []Given) (unread []error) {
	now := &lists{byID: maps.Clone(t.files.byID), templates: maps.Clone(t.files.templates)}
	for _, g := range given {
		taxonomy, template := t.files.byID[TaxonomyID(g.ID)], t.files.templates[g.ID]
		if g.Text != "" {
			l, err := ReadList([]byte(g.Text))
			if err != nil {
				unread = append(unread, fmt.Errorf("%s %s: %w", g.Sort, g.ID, err))
				continue
			}
			taxonomy, template = l.Taxonomy, l.Template
		}
		switch {
		case g.Sort == ListTaxonomy:
			if kept := afterwards(now.byID[TaxonomyID(g.ID)], taxonomy, g.Day); kept != nil {
				now.byID[TaxonomyID(g.ID)] = kept
			}
		case template == nil: // taken back, and no file has it: visits made by it can still be read
			if held := now.templates[g.ID]; held != nil {
				ended := *held
				ended.Until = max(g.Day-1, mustDay(held.From)).String()
				now.templates[g.ID] = &ended
			}
		default:
			now.templates[g.ID] = template
		}
	}
	t.now.Store(now.sort())
	return unread
}

// Apart is the same lists of files, over which others are laid apart from t: for a
// second desk in one process.
func (t *Taxonomies) Apart() *Taxonomies {
	out := &Taxonomies{files: t.files}
	out.now.Store(t.files)
	return out
}

// mustDay is a day that was checked before.
func mustDay(s string) calendar.Date {
	d, err := calendar.ParseDate(s)
	if err != nil {
		return 0
	}
	return d
}

// afterwards is the list that holds from a day, with the codes that only the one
// before had, ended. A nil next is a list that was taken back and stands in no file.
func afterwards(before, next *Taxonomy, from calendar.Date) *Taxonomy {
	if before == nil {
		return next
	}
	var out Taxonomy
	if next != nil {
		out = *next
	} else {
		out = *before
		out.Codes = nil
	}
	out.Codes = slices.Clone(out.Codes)
	for _, c := range before.Codes {
		if next != nil && next.Code(c.Code) != nil {
			continue
		}
		if last := max(from-1, c.from); c.until.IsZero() || c.until > last {
			c.until, c.Until = last, last.String()
		}
		if next != nil && c.Parent != "" && next.Code(c.Parent) == nil {
			c.Parent = "" // its heading is gone
		}
		out.Codes = append(out.Codes, c)
	}
	out.byCode = make(map[string]*Code, len(out.Codes))
	for i := range out.Codes {
		out.byCode[out.Codes[i].Code] = &out.Codes[i]
	}
	return &out
}

// Text is a list in force as a file, from which one's own can begin; nil when there
// is no such list.
func (t *Taxonomies) Text(sort ListSort, id string) ([]byte, error) {
	file := map[string]any{}
	switch taxonomy, template := t.Get(TaxonomyID(id)), t.Template(id); {
	case sort == ListTaxonomy && taxonomy != nil:
		file["taxonomies"] = []*Taxonomy{taxonomy}
	case sort == ListTemplate && template != nil:
		file["templates"] = []*VisitTemplate{template}
	default:
		return nil, nil
	}
	text, err := yaml.Marshal(file)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "write the list %s", id)
	}
	return text, nil
}
