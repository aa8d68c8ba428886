package web

import (
	"candour/internal/fault"
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

// correcting is the signal of the address with the form that corrects it.
func (s *Server) correcting(r *request) (store.HeldSignal, *form.Form, error) {
	h, err := s.store.Signal(r.Context(), r.scope, r.PathValue("ref"))
	if err != nil {
		return h, nil, err
	}
	if !correctable(&h) {
		return h, nil, fault.New(fault.Conflict, "%s is not corrected here: what is sealed, withdrawn or sent by a practice stays as it came, and a visit is gone on with on its own page", h.Reference)
	}
	return h, form.Correcting(h.Kind), nil
}

// signalCorrectForm shows what was recorded, to be completed or corrected.
func (s *Server) signalCorrectForm(r *request) (answer, error) {
	h, f, err := s.correcting(r)
	if err != nil {
		return nil, err
	}
	values, err := f.Values(&h.Signal)
	if err != nil {
		return nil, err
	}
	p, err := s.newFormPage(r, f, nil, values, nil)
	if err != nil {
		return nil, err
	}
	p.corrects(r, &h, h.Triage.Version)
	return p, nil
}

// corrects makes the page one that corrects a signal.
func (p *formPage) corrects(r *request, h *store.HeldSignal, version int) {
	ref := h.Reference
	p.Title, p.Action, p.Version = ref+": "+h.Title, correctPath(ref), version
	p.Lead, p.Not, p.Once = "Complete or correct what was recorded. What it was before stays in the history.", "", ""
	p.Because = &component.Input{Field: component.Field{Name: "because", Label: component.Label{Text: "Why it is changed", Size: "s"}, Error: p.wrongAt("because")}, Value: r.field("because")}
	p.Place, p.Crumbs = placeSignals, component.Breadcrumbs{Items: []component.Link{{Text: "Signals", Href: string(placeSignals)}, {Text: ref, Href: signalPath(ref)}}}
}

// signalCorrect records a corrected version; the earlier one stays in the history.
func (s *Server) signalCorrect(r *request) (answer, error) {
	values, err := r.values()
	if err != nil {
		return nil, err
	}
	if err := r.checkSender(); err != nil {
		return nil, err
	}
	h, f, err := s.correcting(r)
	if err != nil {
		return nil, err
	}
	version, err := readVersion(r)
	if err != nil {
		return nil, err
	}
	p, err := s.newFormPage(r, f, nil, values, &providerField{})
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
		filled, wrong := f.Read(values, r.moment)
		p.tellFields(wrong, filled)
		filled.Signal.Place.Provider = place.code
		if r.field("because") == "" {
			p.wrong("because", "Say why it is changed")
		}
		over, err := f.Over(&h.Signal, &filled.Signal)
		if err != nil {
			return nil, err
		}
		if len(p.Errors) == 0 {
			p.screen(&p.base, &over, r.field("screened"))
		}
		if len(p.Errors) == 0 {
			_, err := s.Desk.Amend(r.Context(), r.scope, &h, version, over, r.field("because"))
			if err == nil {
				return redirect{signalPath(h.Reference)}, nil
			}
			if err := p.tell(err, filled); err != nil {
				return nil, err
			}
		}
	}
	p.fill(s, r, f, values, &place, true)
	p.corrects(r, &h, version)
	return p, nil
}
