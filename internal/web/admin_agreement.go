package web

import (
	"strings"

	"candour/internal/record"
	"candour/internal/web/component"
)

// agreementsPage is the service agreements under which others work for the
// commissioner.
type agreementsPage struct {
	base
	Lead     string
	List     component.Region
	None     bool
	Unit     component.Input
	Services component.Input
	From, To component.Input
}

func (*agreementsPage) template() string { return "administration-agreements" }

func (s *Server) adminAgreements(r *request) (answer, error) { return s.newAgreementsPage(r) }

func (s *Server) newAgreementsPage(r *request) (*agreementsPage, error) {
	p := &agreementsPage{base: base{Title: "Service agreements", Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Administration", Href: adminPath}}}}}
	agreements, err := s.store.Agreements(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	p.None = len(agreements) == 0
	p.Lead = "Roles that are held through an agreement hold between its dates only, and no longer."
	t := component.Table{
		Caption: "Service agreements", CaptionHidden: true, Dense: true, RowHeaders: true,
		Columns: []component.Column{{Heading: "Agreement"}, {Heading: "Support unit"}, {Heading: "Services"}, {Heading: "From"}, {Heading: "Until"}},
	}
	for _, g := range agreements {
		until := "further notice"
		if !g.To.IsZero() {
			until = calendarDay(g.To)
		}
		t.Rows = append(t.Rows, []component.Cell{{Body: g.ID}, {Body: string(g.SupportUnit)}, {Body: orNone(strings.Join(g.Services, ", "))}, {Body: calendarDay(g.From)}, {Body: until}})
	}
	p.List = component.Region{Name: "Service agreements", Body: t}
	input := func(name, label, kind string, hint component.Content) component.Input {
		return component.Input{Field: component.Field{Name: name, Label: component.Label{Text: label}, Hint: hint}, Type: kind, Value: r.field(name), Width: 10}
	}
	p.Unit, p.Services = input("unit", "Support unit’s code", "", nil), input("services", "Services", "", "With commas between")
	p.Services.Width = 0
	p.From, p.To = input("from", "From", "date", nil), input("to", "Until", "date", "Empty: until further notice")
	return p, nil
}

// agreementMake records an agreement.
func (s *Server) agreementMake(r *request) (answer, error) {
	p, err := s.newAgreementsPage(r)
	if err != nil {
		return nil, err
	}
	g := record.Agreement{SupportUnit: code(r.field("unit")), Tenant: r.tenant}
	for _, service := range strings.Split(r.field("services"), ",") {
		if service = strings.TrimSpace(service); service != "" {
			g.Services = append(g.Services, service)
		}
	}
	if g.SupportUnit == "" {
		p.wrong("unit", "Enter the support unit’s ODS code")
	}
	if g.From, err = parseDay(r.field("from")); err != nil || g.From.IsZero() {
		p.wrong("from", "Enter the day from which it holds")
	}
	if g.To, err = parseDay(r.field("to")); err != nil || !g.To.IsZero() && !g.To.After(g.From) {
		p.wrong("to", "Enter a day after the first, or nothing")
	}
	if len(p.Errors) > 0 {
		p.Unit.Error, p.From.Error, p.To.Error = p.wrongAt("unit"), p.wrongAt("from"), p.wrongAt("to")
		return p, nil
	}
	id, err := newAccountID(s.Random)
	if err != nil {
		return nil, err
	}
	g.ID = "A-" + strings.TrimPrefix(string(id), "u-")[:8]
	e, err := record.New(record.AgreementMade, "agreement/"+g.ID, r.tenant, r.viewer.Account, g)
	if err != nil {
		return nil, err
	}
	if _, err := s.store.Record(r.Context(), e); err != nil {
		return nil, err
	}
	return redirect{adminPath + "/agreements"}, nil
}
