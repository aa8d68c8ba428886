package web

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/web/component"
)

// orgsPage is the commissioner's purview, and who succeeded whom.
type orgsPage struct {
	base
	Lead        string
	Purview     component.Region
	NoPurview   bool
	Add, Remove component.Textarea
	Because     component.Input
	Successions component.Region
	None        bool
	Predecessor component.Input
	Successor   component.Input
	On          component.Input
	Share       component.Input
	Source      component.Input
}

func (*orgsPage) template() string { return "administration-organisations" }

func (s *Server) adminOrgs(r *request) (answer, error) { return s.newOrgsPage(r) }

func (s *Server) newOrgsPage(r *request) (*orgsPage, error) {
	p := &orgsPage{base: base{Title: "Organisations", Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Administration", Href: adminPath}}}}}
	purview, err := s.store.Purview(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	orgs, err := s.store.Organisations(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	byCode := map[org.Code]*org.Organisation{}
	for i := range orgs {
		byCode[orgs[i].Code] = &orgs[i]
	}
	p.NoPurview = len(purview) == 0
	p.Lead = count(len(purview), "organisation is", "organisations are") + " in the purview of " + r.tenantName() + ": its people see those by name, with their predecessors and sites."
	p.Purview = component.Region{Name: "Purview", Body: purviewTable(purview, byCode)}
	if err := s.successionTable(r, p, orgs, byCode); err != nil {
		return nil, err
	}
	p.fields(r)
	return p, nil
}

func purviewTable(purview []org.Code, byCode map[org.Code]*org.Organisation) component.Table {
	t := component.Table{
		Caption: "Purview", CaptionHidden: true, Dense: true, RowHeaders: true,
		Columns: []component.Column{{Heading: "Code"}, {Heading: "Name"}, {Heading: "Type"}, {Heading: "Legal from"}, {Heading: "Legal to"}},
	}
	for _, c := range purview {
		o := byCode[c]
		if o == nil {
			o = &org.Organisation{Code: c, Name: "not in any register that we hold", Role: org.Unknown}
		}
		t.Rows = append(t.Rows, []component.Cell{{Body: string(c)}, {Body: orNone(nameOf(*o))}, {Body: o.Role.Words()}, {Body: calendarDay(o.LegalFrom)}, {Body: calendarDay(o.LegalTo)}})
	}
	return t
}

// successionTable lists the steps that lead to organisations in view. A split whose
// shares nobody has stated asks for them (R-ORG-5).
func (s *Server) successionTable(r *request, p *orgsPage, orgs []org.Organisation, byCode map[org.Code]*org.Organisation) error {
	all, err := s.store.Successions(r.Context(), r.scope)
	if err != nil {
		return err
	}
	t := component.Table{
		Caption: "Successions", CaptionHidden: true, Dense: true,
		Columns: []component.Column{{Heading: "Predecessor"}, {Heading: "Successor"}, {Heading: "Legal date"}, {Heading: "Share", Numeric: true}, {Heading: "Source"}},
	}
	called := func(c org.Code) string {
		if o := byCode[c]; o != nil {
			return o.Name + " (" + string(c) + ")"
		}
		return string(c)
	}
	for i := range orgs {
		for _, x := range all.Predecessors(orgs[i].Code, r.moment) {
			if x.Successor != orgs[i].Code {
				continue // a step further back: it stands at its own successor
			}
			share := component.Cell{Body: percent(x.Share)}
			if x.Share <= 0 {
				share = component.Cell{Body: "all"}
				if unsaid(all.Current(x.Predecessor, r.moment)) {
					share = component.Cell{Body: "say it", Href: r.here("predecessor", string(x.Predecessor), "successor", string(x.Successor), "on", x.On.Format("2006-01-02")) + "#record"}
				}
			}
			t.Rows = append(t.Rows, []component.Cell{{Body: called(x.Predecessor)}, {Body: called(x.Successor)}, {Body: calendarDay(x.On)}, share, {Body: orNone(x.Source)}})
		}
	}
	p.None = len(t.Rows) == 0
	p.Successions = component.Region{Name: "Successions", Body: t}
	return nil
}

func unsaid(now []org.Now) bool {
	return slices.ContainsFunc(now, func(n org.Now) bool { return n.Unsaid })
}

func percent(share float64) string {
	return strconv.FormatFloat(math.Round(share*1000)/10, 'f', -1, 64) + "%"
}

// fields are the forms, with what was sent or what a link asks for.
func (p *orgsPage) fields(r *request) {
	value := func(name string) string {
		if r.Method == "POST" {
			return r.field(name)
		}
		return r.query(name)
	}
	input := func(name, label, kind string, hint component.Content, width int) component.Input {
		return component.Input{Field: component.Field{Name: name, Label: component.Label{Text: label}, Hint: hint}, Type: kind, Value: value(name), Width: width}
	}
	area := func(name, label string) component.Textarea {
		return component.Textarea{Field: component.Field{Name: name, Label: component.Label{Text: label}, Hint: "ODS codes, with spaces or commas between"}, Rows: 2, Value: value(name), Spellcheck: "false"}
	}
	p.Add, p.Remove = area("add", "Take in"), area("remove", "Leave out")
	p.Because = input("because", "Because", "", nil, 0)
	p.Predecessor = input("predecessor", "Predecessor’s code", "", nil, 10)
	p.Successor = input("successor", "Successor’s code", "", nil, 10)
	p.On = input("on", "Legal date", "date", nil, 10)
	p.Share = input("share", "Share of the predecessor’s activity that it took over, in per cent", "", "100 for a merger; the shares of a split come to 100", 5)
	p.Source = input("source", "Because", "", "What says so: an order, a board’s decision, a letter", 0)
}

// purviewSet takes organisations into the purview, or leaves them out.
func (s *Server) purviewSet(r *request) (answer, error) {
	p, err := s.newOrgsPage(r)
	if err != nil {
		return nil, err
	}
	v := record.Purview{Tenant: r.tenant, Because: r.field("because")}
	for name, to := range map[string]*[]org.Code{"add": &v.Add, "remove": &v.Remove} {
		for _, word := range strings.FieldsFunc(r.field(name), func(c rune) bool { return c == ',' || c == ';' || c <= ' ' }) {
			c, err := org.ParseCode(word)
			if err != nil {
				p.wrong(name, cut(word)+" is not an ODS code")
				continue
			}
			*to = append(*to, c)
		}
	}
	if len(v.Add)+len(v.Remove) == 0 && len(p.Errors) == 0 {
		p.wrong("add", "Enter at least one code")
	}
	if v.Because == "" {
		p.wrong("because", "Say why: it stands in the memory")
	}
	if len(p.Errors) > 0 {
		p.Add.Error, p.Remove.Error, p.Because.Error = p.wrongAt("add"), p.wrongAt("remove"), p.wrongAt("because")
		return p, nil
	}
	e, err := record.New(record.PurviewSet, "purview/"+string(r.tenant), r.tenant, r.viewer.Account, v)
	if err != nil {
		return nil, err
	}
	if _, err := s.store.Record(r.Context(), e); err != nil {
		return nil, err
	}
	return redirect{adminPath + "/organisations"}, nil
}

// successionSet records a succession that no register states, or the share of a
// split; then everything is tested again.
func (s *Server) successionSet(r *request) (answer, error) {
	p, err := s.newOrgsPage(r)
	if err != nil {
		return nil, err
	}
	x := org.Succession{Predecessor: code(r.field("predecessor")), Successor: code(r.field("successor")), Source: r.field("source")}
	if x.Predecessor == "" {
		p.wrong("predecessor", "Enter the predecessor’s ODS code")
	}
	if x.Successor == "" || x.Successor == x.Predecessor {
		p.wrong("successor", "Enter the successor’s ODS code, another than the predecessor’s")
	}
	if x.On, err = parseDay(r.field("on")); err != nil || x.On.IsZero() {
		p.wrong("on", "Enter the legal date")
	}
	share, err := strconv.ParseFloat(strings.TrimSuffix(r.field("share"), "%"), 64)
	if err != nil || !(share > 0 && share <= 100) {
		p.wrong("share", "Enter a share above 0 and up to 100")
	}
	x.Share = share / 100
	if x.Source == "" {
		p.wrong("source", "Say why: it stands in the memory")
	}
	if len(p.Errors) > 0 {
		p.Predecessor.Error, p.Successor.Error, p.On.Error = p.wrongAt("predecessor"), p.wrongAt("successor"), p.wrongAt("on")
		p.Share.Error, p.Source.Error = p.wrongAt("share"), p.wrongAt("source")
		return p, nil
	}
	x.Source = "local: " + x.Source
	e, err := record.New(record.SuccessionRecorded, "succession/"+string(x.Predecessor), "", r.viewer.Account, x)
	if err != nil {
		return nil, err
	}
	if _, err := s.store.Record(r.Context(), e); err != nil {
		return nil, err
	}
	s.watchSoon()
	return redirect{adminPath + "/organisations"}, nil
}

// watchSoon tests everything again in the background, since history as it is now
// may have changed.
func (s *Server) watchSoon() {
	s.work.Go(func() {
		if _, _, err := s.Watcher.Run(s.ctx); err != nil {
			s.Log.Error("watch failed", "error", err.Error())
		}
	})
}
