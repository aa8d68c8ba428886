package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"candour/internal/calendar"
	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/stat/funnel"
	"candour/internal/store"
	"candour/internal/web/component"
)

// persistent lists the providers that were outliers for the worse against all
// others, by in how many periods: one period may be chance, most of them is not.
// Where windows overlap, periods in a row are no independent evidence, and the page
// says so.
func (s *Server) persistent(r *request, p *definitionPage, d *indicator.Definition, names map[org.Code]string) error {
	if d.Funnel == "none" {
		return nil
	}
	found, err := s.store.Outliers(r.Context(), r.scope, d.ID)
	if err != nil {
		return err
	}
	worse := map[org.Code][]store.HeldFinding{}
	var codes []org.Code
	for _, f := range found {
		if f.Direction != finding.Concern {
			continue
		}
		if worse[f.Org] == nil {
			codes = append(codes, f.Org)
		}
		worse[f.Org] = append(worse[f.Org], f)
	}
	if len(codes) == 0 {
		return nil
	}
	run, _, err := s.store.LastWatch(r.Context(), r.scope)
	if err != nil {
		return err
	}
	slices.SortFunc(codes, func(a, b org.Code) int { return cmp.Or(len(worse[b])-len(worse[a]), cmp.Compare(a, b)) })
	t := component.Table{Dense: true, RowHeaders: true, Caption: "Outliers over time", CaptionHidden: true, Columns: []component.Column{
		{Heading: "Provider"}, {Heading: "Periods", Numeric: true}, {Heading: "Which"}, {Heading: "The newest of them, in words"},
	}}
	for _, code := range codes {
		list := worse[code]
		slices.SortFunc(list, func(a, b store.HeldFinding) int { return a.To.Compare(b.To) })
		var which []string
		for i := range list {
			r.shown("finding/" + list[i].ID)
			which = append(which, strings.TrimPrefix(list[i].To.Words(), "12 months to "))
		}
		t.Rows = append(t.Rows, []component.Cell{
			{Body: cmp.Or(names[code], string(code)), Href: r.link(indicatorPath(code, d.ID))},
			{Body: fmt.Sprintf("%d of %d", len(list), max(len(list), run.Sections[d.ID]))},
			{Body: strings.Join(which, ", ")},
			{Body: funnel.WithoutChance(list[len(list)-1].Sentence)},
		})
	}
	p.Persistent, p.PersistentAny = component.Region{Name: "Outliers over time", Body: t}, true
	p.Overlap = d.Frequency == calendar.Rolling12
	return nil
}
