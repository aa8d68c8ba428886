package web

import (
	"slices"
	"strconv"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/store"
	"candour/internal/web/component"
)

// The papers for the quality group: a provider's page, and the watch list, as they are
// handed round. A paper is always as of one entry of the memory, which its address
// names, so that whoever opens it later reads what the group read. It holds what a
// board member may be shown: no count of signals, no word of one, nothing sealed, and
// no figure that rests on a few people (disclosure.md), because nobody knows
// into whose hands a paper comes.

// watchPaperPath is the paper of the whole watch list.
const watchPaperPath = "/watch-list/paper"

// groupPaperPath is the paper about one provider.
func groupPaperPath(code org.Code) string { return providerPath(code) + "/paper" }

// paperSince is with what a paper compares: four weeks earlier, the usual time between
// two meetings of a quality group.
const paperSince = "4"

// pinned is where a request for a paper of now leads: to the paper as of the newest
// entry. ok is false for a request that names its moment.
func (r *request) pinned() (to redirect, ok bool, err error) {
	if r.asof != "" {
		return to, false, nil
	}
	if r.head < 0 {
		return to, false, fault.New(fault.NotFound, "the memory is empty, so there is nothing to make a paper of")
	}
	return redirect{r.here("asof", strconv.FormatInt(r.head, 10))}, true, nil
}

// forPaper is the request with the eyes of a board member. Whoever may not read signals
// sees no more than that anyway.
func (r *request) forPaper() *request {
	eyes := *r
	if r.may(access.SeeSignals) {
		eyes.viewer.Memberships = []access.Membership{{Tenant: r.tenant, Role: access.BoardMember}}
		eyes.scope.Viewer = eyes.viewer
	}
	eyes.Request = r.Clone(r.Context())
	q := r.URL.Query()
	q.Set("since", paperSince)
	q.Del("site") // a paper is of the whole provider, which is judged
	eyes.URL.RawQuery = q.Encode()
	eyes.seen, eyes.asked = nil, nil // nor what the reader may see
	return &eyes
}

// groupPaperPage is the paper about one provider.
type groupPaperPage struct {
	providerPage
	Held component.Facts // as of when, by what, for whom
}

func (*groupPaperPage) template() string { return "group-paper" }

func (s *Server) groupPaper(r *request) (answer, error) {
	if to, ok, err := r.pinned(); ok || err != nil {
		return to, err
	}
	eyes := r.forPaper()
	v, err := s.readProvider(eyes)
	if err != nil {
		return nil, err
	}
	p := &groupPaperPage{providerPage: providerPage{base: base{
		Title: "Paper for the quality group: " + nameOf(v.org), Place: placeProviders,
		Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Watch list", Href: r.link("/watch-list")}, {Text: nameOf(v.org), Href: r.link(providerPath(v.org.Code))}}},
	}}}
	if err := s.fillProvider(eyes, v, &p.providerPage); err != nil {
		return nil, err
	}
	v.telltale(eyes, &p.providerPage)
	p.Axis.NoSoft = ""
	p.Held = component.Facts{Items: []component.Fact{
		{Label: "For", Value: "the quality group of " + r.tenantName()},
		{Label: "As of", Value: longMoment(r.moment)},
		{Label: "Memory entry", Value: number(r.scope.AsOf)},
		{Label: "Compared with", Value: "four weeks earlier, " + day(v.compared)},
	}}
	if v.held != nil {
		p.Held.Items = append(p.Held.Items, component.Fact{Label: "Judged by", Value: "parameters " + v.held.Assessment.Params})
	}
	r.shown("provider/" + string(v.org.Code))
	for i := range v.found.all {
		r.shown("finding/" + v.found.all[i].ID)
	}
	return p, nil
}

// telltale leaves the indicators of which something is found at the newest value: the
// rest, often most of a hundred, are on the provider's page.
func (v *providerView) telltale(r *request, p *providerPage) {
	some := *v
	some.series = slices.DeleteFunc(slices.Clone(v.series), func(j verdict) bool {
		return !slices.ContainsFunc(v.found.of[j.Indicator], func(f store.HeldFinding) bool { return f.Latest })
	})
	p.Table, p.Count = component.Region{Name: "Indicators", Body: some.indicatorTable(r)}, len(some.series)
}

// watchPaper is the watch list as a paper, with the filters that it was asked with.
func (s *Server) watchPaper(r *request) (answer, error) {
	if to, ok, err := r.pinned(); ok || err != nil {
		return to, err
	}
	p, err := s.watchListPage(r.forPaper())
	if err != nil {
		return nil, err
	}
	p.Paper, p.Title = true, "Paper for the quality group: watch list, "+day(r.moment)
	return p, nil
}
