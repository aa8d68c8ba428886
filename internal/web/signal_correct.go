package web

import (
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/signal/form"
	"candour/internal/store"
	"candour/internal/web/component"
)

// correctPath is where what was recorded of a signal is completed or corrected.
func correctPath(ref string) string { return string(placeSignals) + "/correct/" + ref }

// correctable reports whether what was recorded of a signal can be completed here: a
// visit is gone on with on its own page, a practice's concern stays as it was sent,
// and what is sealed stays as it was said.
func correctable(h *store.HeldSignal) bool {
	return form.For(h.Kind) != nil && !h.WordsSealed() && !h.Veiled() && h.Triage.Withdrawn == ""
}

// sortPath is where a signal is given another kind.
func sortPath(ref string) string { return string(placeSignals) + "/sort/" + ref }

// sortForm offers the kinds that a signal may turn out to be.
func sortForm(h *store.HeldSignal) *component.Select {
	c := choose("kind", "It turns out to be", "")
	c.Options = nil
	for _, k := range form.Kinds() {
		if k != h.Kind && form.Sorting(k) != nil {
			c.Options = append(c.Options, component.Option{Value: string(k), Text: k.Words()})
		}
	}
	return &c
}

// correction is a signal with the form that completes or corrects it, or that gives it
// another kind.
type correction struct {
	held store.HeldSignal
	form *form.Form
	sort bool
}

// correcting is the correction that the address asks for.
func (s *Server) correcting(r *request, sort bool) (c correction, err error) {
	c.sort = sort
	if c.held, err = s.store.Signal(r.Context(), r.scope, r.PathValue("ref")); err != nil {
		return c, err
	}
	if !correctable(&c.held) {
		return c, fault.New(fault.Conflict, "%s is not corrected here: what is sealed, withdrawn or sent by a practice stays as it came, and a visit is gone on with on its own page", c.held.Reference)
	}
	if !sort {
		c.form = form.Correcting(c.held.Kind)
		return c, nil
	}
	kind := signal.Kind(r.URL.Query().Get("kind"))
	if c.form = form.Sorting(kind); c.form == nil || kind == c.held.Kind {
		return c, fault.New(fault.Invalid, "choose the kind that %s turns out to be", c.held.Reference)
	}
	return c, nil
}

// signalCorrectForm shows what was recorded, to be completed or corrected.
func (s *Server) signalCorrectForm(r *request) (answer, error) { return s.correctionForm(r, false) }

// signalSortForm shows the form of another kind with what was recorded.
func (s *Server) signalSortForm(r *request) (answer, error) { return s.correctionForm(r, true) }

func (s *Server) correctionForm(r *request, sort bool) (answer, error) {
	c, err := s.correcting(r, sort)
	if err != nil {
		return nil, err
	}
	values, err := c.form.Values(&c.held.Signal)
	if err != nil {
		return nil, err
	}
	for i := range c.form.Parts {
		for _, f := range c.form.Parts[i].Fields {
			if sort && f.Value != "" && f.Sort != form.Fixed && values.First(f.Path) == "" {
				values[f.Path] = []string{f.Value}
			}
		}
	}
	p, err := s.newFormPage(r, c.form, nil, values, nil)
	if err != nil {
		return nil, err
	}
	p.corrects(r, &c, c.held.Triage.Version)
	return p, s.store.ReadConfined(r.Context(), r.scope, &c.held)
}

// corrects makes the page one that corrects a signal, or gives it another kind.
func (p *formPage) corrects(r *request, c *correction, version int) {
	ref := c.held.Reference
	p.Title, p.Action, p.Version = ref+": "+c.held.Title, correctPath(ref), version
	p.Lead, p.Not, p.Once = "Complete or correct what was recorded. What it was before stays in the history.", "", ""
	if c.sort {
		p.Title, p.Action = ref+" is of the kind "+c.form.Kind.Words(), sortPath(ref)+"?kind="+string(c.form.Kind)
		p.Lead = "It keeps its reference, its receipt and everything recorded; clocks of the new kind run from the day of receipt. It can be undone."
	}
	p.Because = &component.Input{Field: component.Field{Name: "because", Label: component.Label{Text: "Why it is changed", Size: "s"}, Error: p.wrongAt("because")}, Value: r.field("because")}
	p.Place, p.Crumbs = placeSignals, component.Breadcrumbs{Items: []component.Link{{Text: "Signals", Href: string(placeSignals)}, {Text: ref, Href: signalPath(ref)}}}
}

// signalCorrect records a corrected version; the earlier one stays in the history.
func (s *Server) signalCorrect(r *request) (answer, error) { return s.correctionMake(r, false) }

// signalSort gives a signal another kind.
func (s *Server) signalSort(r *request) (answer, error) { return s.correctionMake(r, true) }

func (s *Server) correctionMake(r *request, sort bool) (answer, error) {
	values, err := r.values()
	if err != nil {
		return nil, err
	}
	if err := r.checkSender(); err != nil {
		return nil, err
	}
	c, err := s.correcting(r, sort)
	if err != nil {
		return nil, err
	}
	version, err := readVersion(r)
	if err != nil {
		return nil, err
	}
	p, err := s.newFormPage(r, c.form, nil, values, &providerField{})
	if err != nil {
		return nil, err
	}
	orgs, err := s.store.Organisations(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	more := r.field("more") != ""
	place := newProviderField(orgs, "place.provider", "Provider", "Type two letters of its name, or its code.", values, &p.base, !more)
	if !more {
		done, err := s.correct(r, p, &c, values, version, place.code)
		if done || err != nil {
			return redirect{signalPath(c.held.Reference)}, err
		}
	}
	p.fill(s, r, c.form, values, &place, true)
	p.corrects(r, &c, version)
	return p, nil
}

// correct records what the form says, unless something in it is wrong.
func (s *Server) correct(r *request, p *formPage, c *correction, values form.Values, version int, provider org.Code) (done bool, err error) {
	filled, wrong := c.form.Read(values, r.moment)
	p.tellFields(wrong, filled)
	filled.Signal.Place.Provider = provider
	because := r.field("because")
	if because == "" {
		p.wrong("because", "Say why it is changed")
	}
	over := signal.Signal{}
	if c.sort {
		over, err = c.form.Sorted(&c.held.Signal, &filled.Signal)
	} else {
		over, err = c.form.Over(&c.held.Signal, &filled.Signal)
	}
	if err != nil {
		return false, err
	}
	for _, id := range p.chosenReaders() {
		over.Readers = append(over.Readers, string(id))
	}
	if len(p.Errors) == 0 {
		p.screen(&p.base, &over, r.field("screened"))
	}
	if len(p.Errors) > 0 {
		return false, nil
	}
	if c.sort {
		_, err = s.Desk.Sort(r.Context(), r.scope, &c.held, version, over, because)
	} else {
		_, err = s.Desk.Amend(r.Context(), r.scope, &c.held, version, over, because, filled.Then...)
	}
	if err == nil {
		return true, nil
	}
	return false, p.tell(err, filled)
}
