package web

import (
	"candour/internal/web/component"
)

// adminVisitsPage is what a commissioner allows with visits.
type adminVisitsPage struct {
	base
	Lead        string
	Photographs component.Radios
	Because     component.Input
	Templates   []kindItem
}

func (*adminVisitsPage) template() string { return "administration-visits" }

func (s *Server) adminVisits(r *request) (answer, error) { return s.newAdminVisitsPage(r) }

func (s *Server) newAdminVisitsPage(r *request) (*adminVisitsPage, error) {
	settled, err := s.store.Listening(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	p := &adminVisitsPage{base: base{Title: "Visits", Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Administration", Href: adminPath}}}}}
	value := "no"
	p.Lead = "Photographs of documents are not kept with visits."
	if settled.Photographs {
		value, p.Lead = "yes", "Photographs of documents are kept with visits, sealed, since "+momentOf(settled.Since)+", because: "+sentence(settled.Because)
	}
	if sent := r.field("photographs"); sent != "" {
		value = sent
	}
	p.Photographs = component.Radios{
		Group: component.Group{
			Name: "photographs", Legend: &component.Legend{Text: "May photographs of documents be kept with a visit?", Size: "s"},
			Hint: "They show more than was meant. Kept, they lose everything but the picture, and are sealed to those who judge quality and to whoever took them.",
		}, Small: true, Value: value, Choices: []component.Choice{{Value: "no", Text: "No"}, {Value: "yes", Text: "Yes, sealed"}},
	}
	p.Because = component.Input{Field: component.Field{Name: "because", Label: component.Label{Text: "Because", Size: "s"}}, Value: r.field("because")}
	for _, id := range s.Desk.Taxonomies.Templates() {
		t := s.Desk.Taxonomies.Template(id)
		words := "version " + number(t.Version) + ", from " + t.From
		if t.Until != "" {
			words += " until " + t.Until
		}
		p.Templates = append(p.Templates, kindItem{Text: t.Name, Lead: words})
	}
	return p, nil
}

// adminVisitsSet records whether photographs are kept, with the reason.
func (s *Server) adminVisitsSet(r *request) (answer, error) {
	p, err := s.newAdminVisitsPage(r)
	if err != nil {
		return nil, err
	}
	said := r.field("photographs")
	if said != "yes" && said != "no" {
		p.wrong("photographs", "Say whether photographs may be kept")
	}
	if r.field("because") == "" {
		p.wrong("because", "Write down why; it is recorded")
	} else if err := s.Desk.NoIdentifier(r.field("because")); err != nil {
		p.wrong("because", sentence(messageOf(err)))
	}
	if len(p.Errors) > 0 {
		p.Photographs.Error, p.Because.Error = p.wrongAt("photographs"), p.wrongAt("because")
		return p, nil
	}
	settled, err := s.store.Listening(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	settled.Photographs = said == "yes"
	if err := s.store.SetListening(r.Context(), r.scope, settled.Settings, r.field("because")); err != nil {
		return nil, err
	}
	return redirect{adminPath + "/visits"}, nil
}
