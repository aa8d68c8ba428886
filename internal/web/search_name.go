package web

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"candour/internal/access"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/web/component"
)

// found is something that answers to a name, a code or a number.
type found struct {
	kind, text, code, href string
	rank                   int // 0 is the best
}

// namedShown bounds the list of what is found by its name.
const namedShown = 30

// named is the organisations (by former names too), indicators, sources, deliveries
// and entries that answer to what was typed, the best first, of those that the
// viewer may see.
func (s *Server) named(r *request, q string) ([]found, error) {
	q = strings.ToLower(q)
	var results []found
	if r.may(access.SeeProvider) {
		orgs, err := s.searchOrgs(r, q)
		if err != nil {
			return nil, err
		}
		results = orgs
	}
	if r.may(access.SeeIndicator) {
		results = append(results, s.searchIndicators(r, q)...)
	}
	more, err := s.searchMemory(r, q)
	results = append(results, more...)
	slices.SortStableFunc(results, func(a, b found) int { return a.rank - b.rank })
	return results, err
}

// namedTable lists them.
func namedTable(results []found) component.Region {
	t := component.Table{
		Caption: "Places, measures and numbers", CaptionHidden: true, Dense: true,
		Columns: []component.Column{{Heading: "Kind"}, {Heading: "What"}, {Heading: "Code"}},
	}
	for _, f := range results[:min(namedShown, len(results))] {
		t.Rows = append(t.Rows, []component.Cell{{Body: f.kind}, {Body: f.text, Href: f.href}, {Body: hash(f.code)}})
	}
	return component.Region{Name: "Places, measures and numbers", Body: t}
}

// rankOf is how well a name or code answers the words: exactly, from its
// beginning, somewhere; ok is false when it doesn't.
func rankOf(q, code, name string) (rank int, ok bool) {
	code, name = strings.ToLower(code), strings.ToLower(name)
	switch {
	case code == q || name == q:
		return 0, true
	case strings.HasPrefix(name, q) || strings.HasPrefix(code, q):
		return 1, true
	case strings.Contains(name, q):
		return 2, true
	}
	words := strings.Fields(q)
	for _, w := range words {
		if !strings.Contains(name, w) {
			return 0, false
		}
	}
	return 3, len(words) > 1
}

// searchOrgs finds organisations. A predecessor is found by its own name and leads
// to who holds its history now.
func (s *Server) searchOrgs(r *request, q string) ([]found, error) {
	orgs, err := s.organisations(r)
	if err != nil {
		return nil, err
	}
	successions, err := s.successions(r)
	if err != nil {
		return nil, err
	}
	names := map[org.Code]string{}
	for i := range orgs {
		names[orgs[i].Code] = orgs[i].Name
	}
	var out []found
	for i := range orgs {
		o := &orgs[i]
		rank, ok := rankOf(q, string(o.Code), o.Name)
		if !ok {
			continue
		}
		f := found{kind: o.Role.Words(), text: o.Name, code: string(o.Code), rank: rank, href: s.providerLink(r, o.Code, o.Role)}
		for _, now := range successions.Current(o.Code, r.moment) {
			if now.Code != o.Code && names[now.Code] != "" {
				f.text += ", now " + names[now.Code]
				f.kind, f.rank = "Predecessor", rank+1
			}
		}
		out = append(out, f)
	}
	return out, nil
}

// providerLink is a provider's page; "" is none.
func (s *Server) providerLink(r *request, code org.Code, role org.Role) string {
	if !role.Provider() || !s.offers(r, "/providers/{code}") {
		return ""
	}
	return r.link("/providers/" + string(code))
}

// searchIndicators finds indicators and sources.
func (s *Server) searchIndicators(r *request, q string) (out []found) {
	for _, id := range r.catalogue().IDs() {
		d := r.catalogue().Get(id)
		if rank, ok := rankOf(q, string(id), d.Name+" "+d.Short); ok {
			f := found{kind: "Indicator", text: d.Name, code: string(id), rank: rank}
			if s.offers(r, "/indicators/{id}") {
				f.href = r.link("/indicators/" + string(id))
			}
			out = append(out, f)
		}
	}
	for _, src := range s.Sources.All() {
		if rank, ok := rankOf(q, src.ID, src.Name); ok {
			f := found{kind: "Source", text: src.Name, code: src.ID, rank: rank + 1}
			if s.offers(r, "/data") {
				f.href = r.link("/data")
			}
			out = append(out, f)
		}
	}
	return out
}

var (
	deliveryNumber = regexp.MustCompile(`^d-?0*([0-9]{1,9})$`)
	entryNumber    = regexp.MustCompile(`^[0-9][0-9,]*$`)
)

// shortestHash is how much of a file's hash must be typed for it to be one.
const shortestHash = 6

// searchMemory finds a delivery or an entry by its number, and a delivery by the
// beginning of its file's hash.
func (s *Server) searchMemory(r *request, q string) (out []found, err error) {
	if n, err := strconv.ParseInt(strings.ReplaceAll(q, ",", ""), 10, 64); err == nil && entryNumber.MatchString(q) && n <= r.head && s.offers(r, verifyPath) {
		out = append(out, found{kind: "Memory", text: "Entry " + number(n), code: q, href: r.link(verifyPath + "?entry=" + strconv.FormatInt(n, 10))})
	}
	if !s.offers(r, "/data") {
		return out, nil
	}
	add := func(d delivery.Delivery, rank int) {
		out = append(out, found{kind: "Delivery", text: d.File, code: string(d.ID), href: s.deliveryLink(r, d.ID), rank: rank})
	}
	if m := deliveryNumber.FindStringSubmatch(q); m != nil {
		d, err := s.store.Delivery(r.Context(), r.scope, delivery.ID("D-"+strings.Repeat("0", max(0, 6-len(m[1])))+m[1]))
		if err == nil {
			add(d, 0)
		} else if !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		return out, nil
	}
	if len(q) < shortestHash || strings.Trim(q, "0123456789abcdef") != "" {
		return out, nil
	}
	list, err := s.store.Deliveries(r.Context(), r.scope, deliveriesLooked)
	for _, d := range list {
		if strings.HasPrefix(d.SHA256, q) {
			add(d, 1)
		}
	}
	return out, err
}
