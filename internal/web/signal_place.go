package web

import (
	"net/url"
	"strconv"

	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// hcatLevels are the levels of HCAT severity in words, 0 to 3 (Gillespie and Reader 2016).
var hcatLevels = [...]string{"not present", "low", "medium", "high"}

// linkKinds are what a signal may be linked to, in the order of the form.
var linkKinds = []struct {
	kind  signal.LinkKind
	words string
}{
	{signal.LinkConcern, "concern"},
	{signal.LinkCase, "case"},
	{signal.LinkIncident, "incident"},
	{signal.LinkSignal, "another signal"},
	{signal.LinkSafety, "safeguarding"},
	{signal.LinkPHSO, "Ombudsman’s case"},
	{signal.LinkLegal, "litigation"},
}

// linkWords is a link as the history tells it.
func linkWords(l signal.Link) string {
	for _, k := range linkKinds {
		if k.kind == l.Kind {
			return k.words + " " + l.To
		}
	}
	return string(l.Kind) + " " + l.To
}

// codesAndLinks makes the controls for HCAT and links.
func (f *signalForms) codesAndLinks(s *Server, h *store.HeldSignal, today calendar.Date) {
	var category, level string
	if codes := h.Triage.Codes.HCAT; len(codes) > 0 {
		category, level = codes[0].Category, digit(codes[0].Severity)
	}
	var categories, levels []component.Option
	for _, c := range s.Desk.Taxonomies.Get("hcat").At(today) {
		if !c.Group {
			categories = append(categories, component.Option{Value: c.Code, Text: c.Name})
		}
	}
	for n := 1; n < len(hcatLevels); n++ {
		levels = append(levels, component.Option{Value: strconv.Itoa(n), Text: hcatLevels[n]})
	}
	f.HCAT, f.HCATLevel = choose("hcat", "HCAT category", category, categories...), choose("hcat_severity", "HCAT severity", level, levels...)
	f.Link = choose("link", "Link to a", "")
	f.Link.Options = nil
	for _, k := range linkKinds {
		f.Link.Options = append(f.Link.Options, component.Option{Value: string(k.kind), Text: k.words})
	}
	f.LinkTo = component.Input{Field: component.Field{Name: "link_to", Label: component.Label{Text: "Its reference"}}}
}

// placeForm makes the controls that correct where it happened. What a seal protects
// has no place to be corrected.
func (s *Server) placeForm(r *request, f *signalForms, h *store.HeldSignal) error {
	if h.WordsSealed() {
		return nil
	}
	orgs, err := s.store.Organisations(r.Context(), r.scope)
	if err != nil {
		return err
	}
	f.Place = choose("place", "Provider", string(h.Place.Provider))
	f.Place.Options = nil
	if h.Place.Provider == "" {
		f.Place.Options = []component.Option{{Text: providerUnknown}}
	}
	for i := range orgs {
		if orgs[i].Role.Provider() || orgs[i].Code == h.Place.Provider {
			f.Place.Options = append(f.Place.Options, component.Option{Value: string(orgs[i].Code), Text: nameOf(orgs[i])})
		}
	}
	line := func(name, label, value string) component.Input {
		return component.Input{Field: component.Field{Name: name, Label: component.Label{Text: label}}, Value: value}
	}
	f.Site, f.Service, f.Ward = line("site", "Site code", string(h.Place.Site)), line("service", "Service", h.Place.Service), line("ward", "Ward or team", h.Place.Ward)
	f.PlaceWhy = line("place_why", "Because", "")
	return nil
}

// readPlace is the correction of where it happened.
func (s *Server) readPlace(r *request, h *store.HeldSignal) ([]signal.Change, error) {
	if h.WordsSealed() {
		return nil, fault.New(fault.Invalid, "what is under seal is not corrected here")
	}
	orgs, err := s.store.Organisations(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	amended := h.Signal
	amended.Place = signal.Place{Provider: code(r.field("place")), Service: r.field("service"), Ward: r.field("ward")}
	if site := r.field("site"); site != "" {
		if amended.Place.Site = code(site); amended.Place.Site == "" {
			return nil, fault.New(fault.Invalid, "the site’s code is no ODS code")
		}
	}
	if amended.Place.Provider != h.Place.Provider && !holdsProvider(orgs, amended.Place.Provider) {
		return nil, fault.New(fault.Invalid, "the provider is none of yours")
	}
	if amended.Place == h.Place {
		return nil, nil
	}
	return []signal.Change{signal.Amended{Signal: amended, Because: r.field("place_why")}}, nil
}

func holdsProvider(orgs []org.Organisation, provider org.Code) bool {
	for i := range orgs {
		if orgs[i].Code == provider && orgs[i].Role.Provider() {
			return true
		}
	}
	return false
}

// listBeside is the query of the list beside which the signal of a form is read; false
// where it stands on a page of its own.
func listBeside(r *request) (q url.Values, ok bool) {
	q, err := url.ParseQuery(r.field("list"))
	if !r.PostForm.Has("list") || err != nil {
		return nil, false
	}
	for _, name := range []string{"open", "did", "asof"} {
		q.Del(name)
	}
	return q, true
}

// backToList is where a change leads: to the list beside which the signal was read,
// with the next one open; else to the signal's own page.
func backToList(r *request, ref string) string {
	q, beside := listBeside(r)
	if !beside {
		return signalPath(ref)
	}
	if next := r.field("next"); signalReference.MatchString(next) {
		q.Set("open", next)
	}
	q.Set("did", ref)
	return string(placeSignals) + "?" + q.Encode()
}
