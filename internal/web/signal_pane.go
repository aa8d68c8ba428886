package web

import (
	"net/url"
	"slices"

	"candour/internal/access"
	"candour/internal/web/component"
)

// besideTheList opens the signal that the address asks for beside the list, marks
// what the viewer hasn't opened, and makes the form for many.
func (s *Server) besideTheList(r *request, p *signalsPage) error {
	var rows []*signalRow
	var refs []string
	for i := range p.Groups {
		for j := range p.Groups[i].Rows {
			rows = append(rows, &p.Groups[i].Rows[j])
			refs = append(refs, p.Groups[i].Rows[j].Ref)
		}
	}
	opened, err := s.store.Opened(r.Context(), r.scope, refs...)
	if err != nil {
		return err
	}
	open := r.query("open")
	for _, row := range rows {
		row.Unread = !opened[row.Ref] && !s.sights.has(r, "signal/"+row.Ref)
		row.Current = row.Ref == open
		row.Href = openBeside(r, row.Ref)
	}
	q := r.URL.Query()
	q.Del("open")
	q.Del("did")
	p.List = q.Encode()
	if did := r.query("did"); signalReference.MatchString(did) {
		p.Done = "Recorded for " + did + "."
	}
	may := r.changes(access.TriageSignal)
	for _, row := range rows {
		if !may {
			row.Pick = ""
		}
	}
	if may && len(rows) > 0 {
		if p.Bulk, err = s.newTogetherForm(r); err != nil {
			return err
		}
		if p.Lately, err = s.togetherLately(r); err != nil {
			return err
		}
	}
	if open == "" {
		return nil
	}
	if p.Open, err = s.newSignalPage(r, open); err != nil {
		return err
	}
	at := slices.Index(refs, open)
	next := ""
	if at >= 0 && at+1 < len(refs) {
		next = refs[at+1]
		p.After = openBeside(r, next)
	}
	if at > 0 {
		p.Before = openBeside(r, refs[at-1])
	}
	p.Alone, p.Shut = r.link(signalPath(open)), r.here("open", "", "did", "")
	p.Open.Back = &backTo{List: p.List, Next: next}
	p.Crumbs = component.Breadcrumbs{Items: []component.Link{{Text: "All of the list", Href: p.Shut}}}
	return nil
}

// openBeside is the list with a signal open beside it.
func openBeside(r *request, ref string) string {
	u, err := url.Parse(r.here("open", ref, "did", ""))
	if err != nil {
		return signalPath(ref)
	}
	u.Fragment = "reading"
	return u.String()
}
