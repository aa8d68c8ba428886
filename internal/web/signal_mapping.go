package web

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/intake"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/signal/mapping"
	"candour/internal/web/component"
)

// mappingPage says how a file of signals is read that waits, or of which rows were
// refused: which column is what, for a table; of which provider it is, for the rest.
type mappingPage struct {
	base
	ID       string
	Lead     string
	Table    bool
	Name     component.Input
	Kind     component.Select
	Dates    component.Checkboxes
	Provider component.Select
	Columns  []mappingColumn
	Themes   []signal.Code // what a theme can be translated to

	file  listen.Table
	held  delivery.Delivery
	older *mapping.Mapping // the saved one that is corrected; nil makes a new one
	saved []*mapping.Mapping
}

// mappingColumn is one column of the file with what is said of it.
type mappingColumn struct {
	Header  string
	Samples []string // its first cells, personal text masked
	Field   component.Select
	Must    component.Checkboxes
	Words   component.Textarea
	Split   component.Input
}

func (*mappingPage) template() string { return "mapping" }

// What a column can be beside a field.
const (
	columnIgnored = "-"
	columnSecret  = "secret"
	columnSealed  = "seal:" // before the purpose
)

// samplesShown is how many rows the page shows of a file.
const samplesShown = 3

var importable = []signal.Kind{
	signal.KindComplaint, signal.KindIncident, signal.KindSeriousIncident, signal.KindClinicianConcern, signal.KindPatientComment, signal.KindPraise, signal.KindSafeguarding,
}

var dateForms = []mapping.DateForm{mapping.BritishDay, mapping.BritishTwo, mapping.ISODate, mapping.DottedDay, mapping.NamedMonth, mapping.ExcelDay}

func (s *Server) mappingForm(r *request) (answer, error) { return s.newMappingPage(r) }

func (s *Server) newMappingPage(r *request) (*mappingPage, error) {
	d, err := s.store.Delivery(r.Context(), r.scope, delivery.ID(r.PathValue("id")))
	switch {
	case err != nil:
		return nil, err
	case d.Shape != delivery.Signals || d.Tenant != string(r.tenant):
		return nil, fault.New(fault.NotFound, "%s is no file of signals of %s", d.ID, r.tenantName())
	case d.Status == delivery.Accepted:
		return nil, fault.New(fault.Conflict, "every row of %s was taken; there is nothing to read again", d.ID)
	case d.RereadAs != "":
		return nil, fault.New(fault.Conflict, "%s was read again as %s; correct that one", d.ID, d.RereadAs)
	}
	text, err := s.store.SealedFile(r.Context(), r.scope, d.SHA256)
	if err != nil {
		return nil, err
	}
	p := &mappingPage{
		base: base{Title: "How " + d.File + " is read", Place: placeData, Crumbs: component.Breadcrumbs{Items: []component.Link{
			{Text: "Data deliveries", Href: "/data"}, {Text: string(d.ID), Href: "/data/deliveries/" + string(d.ID)},
		}}},
		ID: string(d.ID), held: d, Lead: "The file is read again from its sealed bytes. What was taken of it before is known by its reference.",
	}
	orgs, err := s.store.Organisations(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	p.Provider = component.Select{
		Field: component.Field{Name: "provider", Label: component.Label{Text: "Provider, where a row doesn’t name one"}}, Value: r.field("provider"),
		Options: []component.Option{{Value: "", Text: "each row names it"}},
	}
	for i := range orgs {
		if orgs[i].Role.Provider() {
			p.Provider.Options = append(p.Provider.Options, component.Option{Value: string(orgs[i].Code), Text: orgs[i].Name + " (" + string(orgs[i].Code) + ")"})
		}
	}
	if listen.FormOf(text) != listen.FormTable {
		return p, nil
	}
	if p.file, err = listen.ReadTable(text, d.File); err != nil {
		return nil, err
	}
	if p.saved, err = listen.SavedMappings(r.Context(), s.store, r.scope); err != nil {
		return nil, err
	}
	p.Table, p.older = true, p.corrected()
	if theme := s.Desk.Taxonomies.Get("theme"); theme != nil {
		p.Themes = theme.At(calendar.DateOf(r.moment))
	}
	p.controls(r)
	return p, nil
}

// corrected is the saved mapping that read the file, or that fits it; nil without one.
func (p *mappingPage) corrected() *mapping.Mapping {
	id, _, _ := strings.Cut(p.held.Version, " version ")
	if i := slices.IndexFunc(p.saved, func(m *mapping.Mapping) bool { return m.ID == id }); i >= 0 {
		return p.saved[i]
	}
	return mapping.Recognise(p.saved, p.file.Header)
}

// controls makes the fields of the form: with what was typed, else with the mapping
// that is corrected, else with what the names of columns suggest.
func (p *mappingPage) controls(r *request) {
	from := p.older
	if from == nil {
		from = guessed(p.file.Header)
	}
	sent := r.Method == "POST"
	p.Name = component.Input{Field: component.Field{Name: "name", Label: component.Label{Text: "Name of this mapping"}, Hint: "Such as “Complaints log of the trust”. Files with these columns are then read by it."}, Value: from.Name, Autocomplete: "off"}
	p.Kind = component.Select{Field: component.Field{Name: "kind", Label: component.Label{Text: "What each row is"}}, Value: string(from.Kind), Options: []component.Option{{Text: "Choose"}}}
	for _, k := range importable {
		p.Kind.Options = append(p.Kind.Options, component.Option{Value: string(k), Text: k.Words()})
	}
	p.Dates = component.Checkboxes{Group: component.Group{Name: "dates", Legend: &component.Legend{Text: "How its dates are written"}, Hint: "Where several are ticked, the first that fits counts."}, Small: true}
	for _, f := range dateForms {
		p.Dates.Choices = append(p.Dates.Choices, component.Choice{Value: string(f), Text: dateFormWords(f)})
	}
	for _, f := range from.Dates {
		p.Dates.Values = append(p.Dates.Values, string(f))
	}
	if sent {
		p.Name.Value, p.Kind.Value, p.Dates.Values = r.field("name"), r.field("kind"), r.PostForm["dates"]
	} else {
		p.Provider.Value = from.Defaults["place.provider"]
	}
	for i, header := range p.file.Header {
		if strings.TrimSpace(header) != "" {
			p.Columns = append(p.Columns, p.column(r, i, header, from))
		}
	}
}

func dateFormWords(f mapping.DateForm) string {
	if f == mapping.ExcelDay {
		return "a date cell of a workbook"
	}
	return string(f)
}

// column is the controls of one column.
func (p *mappingPage) column(r *request, i int, header string, from *mapping.Mapping) mappingColumn {
	n := strconv.Itoa(i + 1)
	var known mapping.Column
	if at := slices.IndexFunc(from.Columns, func(c mapping.Column) bool {
		return strings.EqualFold(strings.TrimSpace(c.Header), strings.TrimSpace(header))
	}); at >= 0 {
		known = from.Columns[at]
	}
	samples, common := samplesOf(header, p.file.Rows, i, calendar.DateOf(r.moment))
	c := mappingColumn{Header: strings.TrimSpace(header), Samples: samples}
	c.Field = component.Select{Field: component.Field{Name: "field-" + n, Label: component.Label{Text: "What it is"}}, Value: columnChoice(known), Options: columnOptions}
	c.Must = component.Checkboxes{Group: component.Group{Name: "must-" + n}, Small: true, Choices: []component.Choice{{Value: "1", Text: "Must be filled"}}}
	if known.Required {
		c.Must.Values = []string{"1"}
	}
	c.Words = component.Textarea{Field: component.Field{Name: "words-" + n, Label: component.Label{Text: "Its words as codes"}, Hint: "One a line: Discharge arrangements = discharge"}, Rows: 2, Spellcheck: "false"}
	if len(common) > 0 {
		c.Words.Hint = "One a line: word = code. In the file: " + strings.Join(common, ", ")
	}
	for _, word := range sortedWords(known.Values) {
		c.Words.Value += word + " = " + known.Values[word] + "\n"
	}
	c.Split = component.Input{Field: component.Field{Name: "split-" + n, Label: component.Label{Text: "Parts several values"}}, Value: known.Split, Width: 2, Autocomplete: "off"}
	if r.Method == "POST" {
		c.Field.Value, c.Must.Values, c.Words.Value, c.Split.Value = r.field("field-"+n), r.PostForm["must-"+n], r.PostFormValue("words-"+n), r.field("split-"+n)
	}
	return c
}

// mappingMake reads the file by what the form says: as a trial, or for good; the
// mapping is saved as the file is taken.
func (s *Server) mappingMake(r *request) (answer, error) {
	p, err := s.newMappingPage(r)
	if err != nil {
		return nil, err
	}
	provider := org.Code(p.Provider.Value)
	if known, err := s.mayRecordAbout(r, provider); err != nil {
		return nil, err
	} else if provider != "" && !known {
		p.wrong("provider", "Choose a provider of the list")
	}
	var m *mapping.Mapping
	if p.Table {
		m = p.mapping(provider)
	} else if provider == "" {
		p.wrong("provider", "Choose the provider that it is about")
	}
	if len(p.Errors) > 0 {
		p.mark()
		return p, nil
	}
	x, err := s.newLoad(r)
	if err != nil {
		return nil, err
	}
	x.options = intake.Options{Dry: r.field("at-once") == "", By: string(r.viewer.Account), Tenant: string(r.tenant), Via: "page"}
	x.files = []loadFile{{name: p.held.File, size: p.held.Size}}
	x.release = s.readAgain(x, p.held, m, provider)
	if err := s.loads.add(x, s.now()); err != nil {
		return nil, err
	}
	s.start(x)
	return redirect{"/data/loads/" + x.id}, nil
}

// readAgain reads a file of signals from its sealed bytes by a mapping, which it saves
// unless the person only looks.
func (s *Server) readAgain(x *load, d delivery.Delivery, m *mapping.Mapping, provider org.Code) func(context.Context, Loader) (intake.Report, error) {
	return func(ctx context.Context, _ Loader) (intake.Report, error) {
		sorter := listen.Sorter{Desk: s.Desk, Store: s.store, Scope: x.scope}
		text, err := s.store.SealedFile(ctx, x.scope, d.SHA256)
		if err != nil {
			return intake.Report{}, err
		}
		o := listen.LoadOptions{Name: d.File, Received: d.Received, Provider: provider}
		if x.snapshot().looking {
			r, err := sorter.Try(ctx, text, m, o)
			return r.Report(d.File), err
		}
		if m != nil {
			body, err := yaml.Marshal(m)
			if err == nil {
				err = s.store.SaveMapping(ctx, x.scope, m.ID, strconv.Itoa(m.Version), string(body))
			}
			if err != nil {
				return intake.Report{}, err
			}
		}
		r, err := sorter.Import(ctx, text, m, o, "release")
		return r.Report(d.File), err
	}
}

// mapping is what the form says; what is wrong stands beside its field.
func (p *mappingPage) mapping(provider org.Code) *mapping.Mapping {
	m := &mapping.Mapping{ID: slug(p.Name.Value), Name: p.Name.Value, Version: 1, Kind: signal.Kind(p.Kind.Value)}
	if p.older != nil && p.older.Name == p.Name.Value {
		m.ID, m.Version = p.older.ID, p.older.Version+1
	} else if m.ID == "" {
		p.wrong("name", "Give the mapping a name")
	} else if slices.ContainsFunc(p.saved, func(x *mapping.Mapping) bool { return x.ID == m.ID }) {
		p.wrong("name", "Another mapping has this name; choose a different one")
	}
	if !slices.Contains(importable, m.Kind) {
		p.wrong("kind", "Choose what each row is")
	}
	for _, d := range p.Dates.Values {
		m.Dates = append(m.Dates, mapping.DateForm(d))
	}
	if provider != "" {
		m.Defaults = map[string]string{"place.provider": string(provider)}
	}
	used := map[string]string{}
	for i := range p.Columns {
		m.Columns = append(m.Columns, p.said(&p.Columns[i], m.Kind, used))
	}
	if used["place.provider"] == "" && provider == "" {
		p.wrong("provider", "Say which column names the provider, or choose the provider that all rows are about")
	}
	if len(p.Errors) == 0 {
		if err := m.Check(); err != nil {
			p.wrong("name", sentence(messageOf(err)))
		}
	}
	return m
}

// said is what the form says of one column. used is the headers by the fields that
// they fill.
func (p *mappingPage) said(c *mappingColumn, kind signal.Kind, used map[string]string) mapping.Column {
	out := mapping.Column{Header: c.Header, Required: len(c.Must.Values) > 0, Split: c.Split.Value}
	name := c.Field.Name
	switch choice := c.Field.Value; {
	case choice == "":
		p.wrong(name, "Say what “"+c.Header+"” is, or leave it out")
	case choice == columnIgnored:
	case choice == columnSecret:
		out.Secret = true
	case strings.HasPrefix(choice, columnSealed):
		out.Seal = strings.TrimPrefix(choice, columnSealed)
	case kind.Known() && !slices.Contains(mapping.FieldsFor(kind), choice):
		p.wrong(name, "“"+c.Header+"”: a "+strings.ToLower(kind.Words())+" has no such field; choose another")
	case used[choice] != "" && !mapping.Many(choice):
		p.wrong(name, "“"+c.Header+"” and “"+used[choice]+"” can’t both be this; choose another")
	default:
		out.Field, used[choice] = choice, c.Header
	}
	for line := range strings.Lines(c.Words.Value) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		word, code, ok := strings.Cut(line, "=")
		if word, code = strings.TrimSpace(word), strings.TrimSpace(code); !ok || word == "" || code == "" {
			p.wrong(c.Words.Name, "“"+c.Header+"”: write each line as word = code")
			break
		}
		if out.Values == nil {
			out.Values = map[string]string{}
		}
		out.Values[word] = code
	}
	return out
}

func (p *mappingPage) mark() {
	p.Name.Error, p.Kind.Error, p.Provider.Error = p.wrongAt("name"), p.wrongAt("kind"), p.wrongAt("provider")
	for i := range p.Columns {
		c := &p.Columns[i]
		c.Field.Error, c.Words.Error = p.wrongAt(c.Field.Name), p.wrongAt(c.Words.Name)
	}
}

// maps reports whether the viewer may say how a delivery is to be read.
func (r *request) maps(d delivery.Delivery) bool {
	return d.Shape == delivery.Signals && d.ID != "" && d.Unsettled() && d.Tenant == string(r.tenant) && r.changes(access.MapSignals)
}

// mappingLink is the page that says how a delivery of signals is read.
func mappingLink(id delivery.ID) string { return "/data/deliveries/" + string(id) + "/mapping" }
