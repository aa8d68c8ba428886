package api

import (
	"context"

	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/signal"
)

// TaxonomyLine is a taxonomy without its codes.
type TaxonomyLine struct {
	ID     signal.TaxonomyID `json:"id"`
	Name   string            `json:"name"`
	Source string            `json:"source"`
	From   string            `json:"from"`
	Until  string            `json:"until,omitempty"`
	Local  bool              `json:"local,omitempty" doc:"The installation’s own"`
	Open   bool              `json:"open,omitempty" doc:"Codes are kept elsewhere: any is taken"`
}

func lineOf(t *signal.Taxonomy) TaxonomyLine {
	return TaxonomyLine{ID: t.ID, Name: t.Name, Source: t.Source, From: t.From, Until: t.Until, Local: t.Local, Open: t.Open}
}

type taxonomiesOutput struct {
	Body struct {
		Taxonomies []TaxonomyLine `json:"taxonomies"`
	}
}

func (s *Server) listTaxonomies(context.Context, *caller, *struct{}) (*taxonomiesOutput, error) {
	out := &taxonomiesOutput{}
	for _, id := range s.Desk.Taxonomies.IDs() {
		out.Body.Taxonomies = append(out.Body.Taxonomies, lineOf(s.Desk.Taxonomies.Get(id)))
	}
	return out, nil
}

type taxonomyInput struct {
	ID string `path:"id" maxLength:"60" pattern:"^[a-z0-9-]+$"`
	On string `query:"on" format:"date" doc:"The day of the event; today when left out"`
}

// CodeLine is a code that may be used.
type CodeLine struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	Parent string `json:"parent,omitempty"`
	Note   string `json:"note,omitempty"`
	From   string `json:"from,omitempty"`
	Until  string `json:"until,omitempty"`
}

type taxonomyOutput struct {
	Body struct {
		TaxonomyLine
		Codes []CodeLine `json:"codes"`
	}
}

func (s *Server) readTaxonomy(_ context.Context, _ *caller, in *taxonomyInput) (*taxonomyOutput, error) {
	t := s.Desk.Taxonomies.Get(signal.TaxonomyID(in.ID))
	if t == nil {
		return nil, fault.New(fault.NotFound, "there is no such taxonomy; /api/v1/taxonomies lists those there are")
	}
	on := calendar.DateOf(s.Store.Now())
	if in.On != "" {
		var err error
		if on, err = calendar.ParseDate(in.On); err != nil {
			return nil, fault.New(fault.Invalid, "on is a day like 2026-11-23")
		}
	}
	out := &taxonomyOutput{}
	out.Body.TaxonomyLine, out.Body.Codes = lineOf(t), []CodeLine{}
	for _, c := range t.At(on) {
		out.Body.Codes = append(out.Body.Codes, CodeLine{Code: c.Code, Name: c.Name, Parent: c.Parent, Note: c.Note, From: c.From, Until: c.Until})
	}
	return out, nil
}

// ProviderLine is a provider in the commissioner's purview.
type ProviderLine struct {
	Code   org.Code `json:"code"`
	Name   string   `json:"name"`
	Role   org.Role `json:"role" doc:"trust, practice, care_home, …"`
	Parent org.Code `json:"parent,omitempty"`
}

type providersOutput struct {
	Body struct {
		Providers []ProviderLine `json:"providers"`
	}
}

func (s *Server) listProviders(ctx context.Context, c *caller, in *pastInput) (*providersOutput, error) {
	orgs, err := s.Store.Organisations(ctx, in.scope(c))
	out := &providersOutput{}
	out.Body.Providers = []ProviderLine{}
	for i := range orgs {
		if o := &orgs[i]; o.Role.Provider() {
			out.Body.Providers = append(out.Body.Providers, ProviderLine{Code: o.Code, Name: o.Name, Role: o.Role, Parent: o.Parent})
		}
	}
	return out, err
}
