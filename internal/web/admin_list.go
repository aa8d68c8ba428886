package web

import (
	"net/http"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// listsPath is where lists of codes and templates of visits are seen and given.
const listsPath = adminPath + "/lists"

// listBody bounds an uploaded list with its form.
const listBody = signal.MostListBytes + smallBody

// listsPage is every list of codes and every template: the installation's own, then
// the national ones; and the form by which one's own is given.
type listsPage struct {
	base
	Lead     string
	Own      component.Region
	National component.Region
	Unread   []string // lists that this version can't read
	File     component.FileUpload
	Because  component.Input
}

const (
	ownLists      = "Your own lists and templates"
	nationalLists = "National lists"
)

func (*listsPage) template() string { return "administration-lists" }

func (s *Server) lists(r *request) (answer, error) { return s.newListsPage(r) }

func (s *Server) newListsPage(r *request) (*listsPage, error) {
	unread, err := s.Desk.LayLists(r.Context()) // another node may have taken one
	if err != nil {
		return nil, err
	}
	given, err := s.store.LocalLists(r.Context())
	if err != nil {
		return nil, err
	}
	p := &listsPage{base: base{Title: "Lists and templates", Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Administration", Href: adminPath}}}}}
	for _, err := range unread {
		p.Unread = append(p.Unread, sentence(messageOf(err)))
	}
	last := map[string]*store.LocalList{}
	for i := range given {
		last[string(given[i].Sort)+"/"+given[i].ID] = &given[i]
	}
	table := func(caption string) component.Table {
		return component.Table{
			Caption: caption, Dense: true, RowHeaders: true,
			Columns: []component.Column{{Heading: "List"}, {Heading: "Id"}, {Heading: "Codes or questions", Numeric: true}, {Heading: "Holds"}, {Heading: "Source"}, {Heading: "Came"}},
		}
	}
	own, national := table(ownLists), table(nationalLists)
	row := func(sort signal.ListSort, id, name, holds, source string, n int) []component.Cell {
		came := "with Candour, or with its files"
		if l := last[string(sort)+"/"+id]; l != nil && l.Text != "" {
			came = "given " + momentOf(l.At)
		} else if l != nil {
			came = "with Candour; what was given was taken back " + momentOf(l.At)
		}
		return []component.Cell{{Body: name, Href: listPath(sort, id)}, {Body: id}, {Body: number(n)}, {Body: holds}, {Body: source}, {Body: came}}
	}
	tax := s.Desk.Taxonomies
	for _, id := range tax.IDs() {
		t := tax.Get(id)
		cells := row(signal.ListTaxonomy, string(id), t.Name, heldBetween(t.From, t.Until), t.Source, len(t.Codes))
		if t.Local {
			own.Rows = append(own.Rows, cells)
		} else {
			national.Rows = append(national.Rows, cells)
		}
	}
	for _, id := range tax.Templates() {
		t := tax.Template(id)
		own.Rows = append(own.Rows, row(signal.ListTemplate, id, t.Name, heldBetween(t.From, t.Until), "template of visits, version "+number(t.Version), questionsOf(t)))
	}
	p.Own, p.National = component.Region{Name: ownLists, Body: own}, component.Region{Name: nationalLists, Body: national}
	p.Lead = number(len(own.Rows)) + " lists and templates are yours to replace; " + number(len(national.Rows)) + " lists of codes are national and fixed. All hold for every commissioner of this installation."
	p.File = component.FileUpload{Field: component.Field{Name: "file", Label: component.Label{Text: "File", Size: "s"}, Hint: "One list in YAML, as each list’s page gives it. It is checked whole before anything changes"}, Accept: ".yaml,.yml"}
	p.Because = component.Input{Field: component.Field{Name: "because", Label: component.Label{Text: "Because", Size: "s"}, Hint: "Who decided it. It is recorded"}, Value: r.field("because")}
	return p, nil
}

func listPath(sort signal.ListSort, id string) string {
	return listsPath + "/" + string(sort) + "/" + id
}

// heldBetween is the days between which a list or a code holds, in words.
func heldBetween(from, until string) string {
	words := func(s string) string {
		d, err := calendar.ParseDate(s)
		if err != nil || d.IsZero() {
			return s
		}
		return day(d.Begins())
	}
	if until == "" {
		return "from " + words(from)
	}
	return words(from) + " to " + words(until)
}

func questionsOf(t *signal.VisitTemplate) (n int) {
	for i := range t.Areas {
		n += len(t.Areas[i].Questions)
	}
	return n
}

// listGive takes a list: checked, recorded, and in force at once.
func (s *Server) listGive(r *request) (answer, error) {
	p, err := s.newListsPage(r)
	if err != nil {
		return nil, err
	}
	text, err := readUpload(r, "file")
	if err == nil && len(text) > signal.MostListBytes {
		err = fault.New(fault.Invalid, "the file is larger than 256 kB")
	}
	if err != nil {
		p.wrong("file", sentence(messageOf(err)))
	}
	if r.field("because") == "" {
		p.wrong("because", "Write down why; it is recorded")
	} else if err := s.Desk.NoIdentifier(r.field("because")); err != nil {
		p.wrong("because", sentence(messageOf(err)))
	}
	if len(p.Errors) == 0 {
		l, err := s.Desk.SetList(r.Context(), r.scope, text, r.field("because"))
		if err == nil {
			return redirect{listPath(l.Sort, l.ID)}, nil
		}
		if !fault.Is(err, fault.Invalid) {
			return nil, err
		}
		p.wrong("file", sentence(messageOf(err)))
	}
	p.File.Error, p.Because.Error = p.wrongAt("file"), p.wrongAt("because")
	return p, nil
}

// listPage is one list with its codes, when it was given, and the way back.
type listPage struct {
	base
	Lead    string
	Path    string
	Codes   component.Region
	Given   []historyRow
	Because *component.Input // of taking back; nil where nothing was given
}

func (*listPage) template() string { return "administration-list" }

func (s *Server) listShow(r *request) (answer, error) { return s.newListPage(r) }

func (s *Server) newListPage(r *request) (*listPage, error) {
	if _, err := s.Desk.LayLists(r.Context()); err != nil {
		return nil, err
	}
	sort, id := signal.ListSort(r.PathValue("sort")), r.PathValue("id")
	p := &listPage{
		base: base{Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Administration", Href: adminPath}, {Text: "Lists and templates", Href: listsPath}}}},
		Path: listPath(sort, id),
	}
	t := component.Table{CaptionHidden: true, Dense: true, RowHeaders: true}
	taxonomy, template := s.Desk.Taxonomies.Get(signal.TaxonomyID(id)), s.Desk.Taxonomies.Template(id)
	switch {
	case sort == signal.ListTaxonomy && taxonomy != nil:
		p.Title, p.Lead = taxonomy.Name, sentence("Holds "+heldBetween(taxonomy.From, taxonomy.Until)+", from the source "+taxonomy.Source)
		if !taxonomy.Local {
			p.Lead += " It is national and can’t be replaced here."
		}
		t.Columns = []component.Column{{Heading: "Name"}, {Heading: "Code"}, {Heading: "Holds"}, {Heading: "Question"}, {Heading: "On the form for practices"}}
		for i := range taxonomy.Codes {
			c := &taxonomy.Codes[i]
			t.Rows = append(t.Rows, []component.Cell{{Body: c.Name}, {Body: c.Code}, {Body: heldBetween(either(c.From, taxonomy.From), either(c.Until, taxonomy.Until))}, {Body: orNone(c.Question)}, {Body: orNone(c.Quick)}})
		}
	case sort == signal.ListTemplate && template != nil:
		p.Title, p.Lead = template.Name, "Version "+number(template.Version)+" holds "+heldBetween(template.From, template.Until)+"."
		t.Columns = []component.Column{{Heading: "Question"}, {Heading: "Area"}, {Heading: "Theme"}, {Heading: "Answered"}}
		for _, a := range template.Areas {
			for _, q := range a.Questions {
				answered := "met, partly, not met"
				if q.WordsOnly {
					answered = "in words"
				}
				t.Rows = append(t.Rows, []component.Cell{{Body: q.Ask}, {Body: a.Name}, {Body: orNone(q.Theme)}, {Body: answered}})
			}
		}
	default:
		return nil, fault.New(fault.NotFound, "there is no list %q", cut(id))
	}
	t.Caption = p.Title
	p.Codes = component.Region{Name: p.Title, Body: t}
	return p, s.listHistory(r, p, sort, id)
}

// listHistory is each time that the list was given, newest first.
func (s *Server) listHistory(r *request, p *listPage, sort signal.ListSort, id string) error {
	all, err := s.store.LocalLists(r.Context())
	if err != nil {
		return err
	}
	accounts, err := s.store.Accounts(r.Context(), r.scope)
	if err != nil {
		return err
	}
	names := map[access.AccountID]string{}
	for _, a := range accounts {
		names[a.ID] = a.Name
	}
	for i := len(all) - 1; i >= 0; i-- {
		l := &all[i]
		if l.Sort != sort || l.ID != id {
			continue
		}
		what := "Given"
		if l.Text == "" {
			what = "Taken back to the list that comes with the program"
		}
		p.Given = append(p.Given, historyRow{When: momentOf(l.At), Who: either(names[l.Account], "an administrator of another commissioner"), What: what + ", memory entry " + number(l.Position) + ", because: " + sentence(l.Because)})
	}
	if len(p.Given) > 0 {
		p.Because = &component.Input{Field: component.Field{Name: "because", Label: component.Label{Text: "Undo the last entry because", Size: "s"}, Hint: "By a new entry: what held before holds again. Codes that only the undone list had keep their names and are no longer offered"}, Value: r.field("because")}
	}
	return nil
}

// listUndo undoes the last time that the list was given.
func (s *Server) listUndo(r *request) (answer, error) {
	p, err := s.newListPage(r)
	if err != nil {
		return nil, err
	}
	err = s.Desk.UndoList(r.Context(), r.scope, signal.ListSort(r.PathValue("sort")), r.PathValue("id"), r.field("because"))
	if err == nil {
		return redirect{p.Path}, nil
	}
	if !fault.Is(err, fault.Invalid) {
		return nil, err
	}
	p.wrong("because", sentence(messageOf(err)))
	if p.Because != nil {
		p.Because.Error = p.wrongAt("because")
	}
	return p, nil
}

// listFile is the list as a file, from which one's own can begin.
func (s *Server) listFile(r *request) (answer, error) {
	sort, id := signal.ListSort(r.PathValue("sort")), r.PathValue("id")
	text, err := s.Desk.Taxonomies.Text(sort, id)
	if err != nil {
		return nil, err
	}
	if text == nil {
		return nil, fault.New(fault.NotFound, "there is no list %q", cut(id))
	}
	return &download{Name: strings.ReplaceAll(id, "/", "-") + ".yaml", Type: "application/yaml; charset=utf-8", Write: func(w http.ResponseWriter) error {
		_, err := w.Write(text)
		return err
	}}, nil
}
