package web

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/web/component"
)

// searchPage is what was found for some words.
type searchPage struct {
	base
	Lead    string
	Results component.Region
	None    bool
}

func (*searchPage) template() string { return "search" }

// resultsShown bounds a list of results.
const resultsShown = 100

// found is one result.
type found struct {
	kind, text, code, href string
	rank                   int // 0 is the best
}

// search looks for words and codes in organisations (by former names too),
// indicators, sources, deliveries and entries.
func (s *Server) search(r *request) (answer, error) {
	p := &searchPage{base: base{Title: "Search"}}
	q := strings.ToLower(r.query("q"))
	if q == "" {
		p.Lead, p.None = "Enter a name, a code, the number of a delivery (D-000012) or of a memory entry.", true
		return p, nil
	}
	results, err := s.searchOrgs(r, q)
	if err != nil {
		return nil, err
	}
	results = append(results, s.searchIndicators(r, q)...)
	more, err := s.searchMemory(r, q)
	if err != nil {
		return nil, err
	}
	results = append(results, more...)
	slices.SortStableFunc(results, func(a, b found) int { return a.rank - b.rank })
	p.None = len(results) == 0
	p.Lead = count(len(results), "thing", "things") + " found."
	if len(results) > resultsShown {
		p.Lead, results = number(len(results))+" things found; the first "+number(resultsShown)+" are shown. Enter more of the name.", results[:resultsShown]
	}
	t := component.Table{
		Caption: "Results", CaptionHidden: true, Dense: true,
		Columns: []component.Column{{Heading: "Kind"}, {Heading: "What"}, {Heading: "Code"}},
	}
	for _, f := range results {
		t.Rows = append(t.Rows, []component.Cell{{Body: f.kind}, {Body: f.text, Href: f.href}, {Body: hash(f.code)}})
	}
	p.Results = component.Region{Name: "Results", Body: t}
	return p, nil
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
	orgs, err := s.store.Organisations(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	successions, err := s.store.Successions(r.Context(), r.scope)
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
	for _, id := range s.Catalogue.IDs() {
		d := s.Catalogue.Get(id)
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

// searchMemory finds a delivery or an entry by its number, and deliveries by the
// name of their file or the beginning of their hash.
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
	list, err := s.store.Deliveries(r.Context(), r.scope, deliveriesLooked)
	for _, d := range list {
		if rank, ok := rankOf(q, d.SHA256, d.File); ok && (len(q) > 5 || !strings.HasPrefix(d.SHA256, q)) {
			add(d, rank+1)
		}
	}
	return out, err
}
