package web

import (
	"cmp"
	"slices"

	"candour/internal/org"
	"candour/internal/store"
	"candour/internal/web/component"
)

// siteSegments is up to how many sites the choice is a row of links; beyond it is a
// form, so that a trust with sixty doesn't fill the page with them.
const siteSegments = 5

// readSites reads the provider's sites, and which is chosen. One that isn't the
// provider's, or that the scope may not see, chooses none.
func (s *Server) readSites(r *request, v *providerView) error {
	all, err := s.organisations(r)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.Role == org.Site && o.Parent == v.org.Code {
			v.sites = append(v.sites, o)
			if string(o.Code) == r.query("site") {
				v.site = o
			}
		}
	}
	slices.SortStableFunc(v.sites, func(a, b org.Organisation) int { return cmp.Compare(nameOf(a), nameOf(b)) })
	return nil
}

// narrowTo reads the chosen site's own figures and narrows the time line to it.
func (s *Server) narrowTo(r *request, v *providerView) error {
	v.lines = v.series
	if v.site.Code == "" {
		return nil
	}
	own, err := s.standingsOf(r, v.site.Code)
	if err != nil {
		return err
	}
	v.narrow(own)
	return nil
}

// narrow leaves of the time line what is known of the chosen site: the signals that
// name it, and its own figures, where any are held by site. Points, findings and the
// table of indicators are of the whole provider: that is who is judged. What was read
// is kept for others, and is not written to.
func (v *providerView) narrow(own []verdict) {
	v.voices = slices.DeleteFunc(slices.Clone(v.voices), func(h store.Voice) bool { return h.Site != v.site.Code })
	if v.lines = v.series; len(own) > 0 {
		v.lines, v.bySite = own, true
	}
}

// drawnOf is whose values the time line and its numbered moments rest on.
func (v *providerView) drawnOf() []org.Code {
	if v.bySite {
		return []org.Code{v.org.Code, v.site.Code}
	}
	return []org.Code{v.org.Code}
}

// siteChoice is the choice as links, or as a form where there are many; neither where
// the provider has one site at most.
func (v *providerView) siteChoice(r *request, a *timeAxis) {
	if len(v.sites) < 2 {
		return
	}
	if len(v.sites) > siteSegments {
		f := component.Select{Field: component.Field{Name: "site", Label: component.Label{Text: "Site"}}, Value: string(v.site.Code), Options: []component.Option{{Text: "all"}}}
		for _, o := range v.sites {
			f.Options = append(f.Options, component.Option{Value: string(o.Code), Text: nameOf(o)})
		}
		a.SiteForm, a.SiteKept = &f, r.kept("site")
		return
	}
	a.Sites = component.Segments{Name: "Site", Label: "Site:", Items: []component.Segment{{Text: "all", Href: r.here("site", "") + "#time-line", Current: v.site.Code == ""}}}
	for _, o := range v.sites {
		a.Sites.Items = append(a.Sites.Items, component.Segment{Text: nameOf(o), Href: r.here("site", string(o.Code)) + "#time-line", Current: v.site.Code == o.Code})
	}
}

// keptField is a part of the address that a form carries along.
type keptField struct{ Name, Value string }

// kept is the parts of the address but one, by name.
func (r *request) kept(but string) (out []keptField) {
	for name, values := range r.URL.Query() {
		if name != but && len(values) > 0 {
			out = append(out, keptField{name, values[0]})
		}
	}
	slices.SortFunc(out, func(a, b keptField) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// siteWords says what of the time line is of the chosen site.
func (v *providerView) siteWords() string {
	if v.site.Code == "" {
		return ""
	}
	name := nameOf(v.site)
	words := "Soft signals are those that name " + name + "; what names no site is not among them. "
	if v.bySite {
		return words + "Findings are of " + name + "’s own figures. Points and alerts are of the whole provider."
	}
	return words + "No figure is held by site, so findings, points and alerts are of the whole provider."
}
