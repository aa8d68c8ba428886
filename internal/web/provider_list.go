package web

import (
	"fmt"

	"candour/internal/concern"
	"candour/internal/finding"
	"candour/internal/org"
	"candour/internal/web/component"
)

// providersPage lists the commissioner's providers.
type providersPage struct {
	base
	Lead   string
	Table  component.Region
	Count  int
	Matrix string
}

func (*providersPage) template() string { return "providers" }

// providers lists every provider in the purview by concern. Four queries.
func (s *Server) providers(r *request) (answer, error) {
	list, err := s.providersInScope(r)
	if err != nil {
		return nil, err
	}
	concerns, err := s.placesBy(r)
	if err != nil {
		return nil, err
	}
	found, err := s.telling(r)
	if err != nil {
		return nil, err
	}
	counted := map[org.Code]int{}
	for code, list := range found {
		for i := range list {
			if f := &list[i]; f.Counted && f.Latest && f.Direction == finding.Concern {
				counted[code]++
			}
		}
	}
	t := component.Table{Dense: true, RowHeaders: true, Caption: "Providers, highest concern first", CaptionHidden: true, Columns: []component.Column{
		{Heading: "Provider"}, {Heading: "Type"}, {Heading: "Code"}, {Heading: "Concern, points", Numeric: true}, {Heading: "Likelihood"}, {Heading: "Findings that count", Numeric: true},
	}}
	signs, cant := 0, 0
	for _, o := range byRank(r, list, concerns) {
		points, word := component.Cell{Body: "can’t be judged", Words: true}, "can’t be judged"
		if c, ok := concerns[o.Code]; ok && c.Judged {
			points, word = component.Cell{Body: number(c.Points)}, string(c.Word)
			if c.Word != concern.NoSign {
				signs++
			}
		} else {
			cant++
		}
		if c := concerns[o.Code]; len(overrides(r, &c)) > 0 {
			word += ", a fact above any score"
		}
		t.Rows = append(t.Rows, []component.Cell{
			{Body: nameOf(o), Href: r.link(providerPath(o.Code))}, {Body: o.Role.Words()}, {Body: string(o.Code)}, points, {Body: word}, {Body: number(counted[o.Code])},
		})
		r.shown("provider/" + string(o.Code))
	}
	p := &providersPage{base: base{Title: "Providers", Place: placeProviders}, Count: len(t.Rows), Table: component.Region{Name: "Providers", Body: t}, Matrix: r.link("/matrix")}
	p.Lead = fmt.Sprintf("You answer for %s; %d show a sign of having got worse, and %d can’t be judged, because too little has arrived about them.", count(len(list), "provider", "providers"), signs, cant)
	if len(list) == 0 {
		p.Lead = "No provider is listed, because none is in your commissioner’s purview yet."
	}
	return p, nil
}
