package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/disclosure"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/search"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// searchPage is what was found for some words, with the ways to narrow it; or what
// is like a signal.
type searchPage struct {
	base
	Lead    string
	Words   component.Input
	Facets  []component.Select
	AsOf    string
	Named   component.Region
	HasName bool
	More    string // of named, beyond those shown
	Hits    []hitRow
	Next    string
	Before  string
	Notes   []string // what isn't counted or searched, in sentences
	None    string   // why nothing is listed
	Like    *likeOf  // nil unless likeness was asked for
}

// likeOf is the signal by which others were looked for.
type likeOf struct {
	Ref, Title, Href string
}

// hitRow is one line of what was found.
type hitRow struct {
	Kind     string
	Severity *component.Severity
	Href     string // empty where the viewer has no page of it
	Title    []search.Piece
	Ref      string
	Where    string
	Excerpt  []search.Piece
	Remarks  []search.Piece
	When     string
	Entry    string
	Verify   string
	Like     string // the way to what is like it
}

func (*searchPage) template() string { return "search" }

// How much a page of results shows.
const (
	hitsShown    = 25
	excerptWidth = 260
	likeShown    = 25
)

// search looks for what was typed among names, codes and numbers, and among the
// words of signals, notes and names of files, as far as the viewer may see them.
func (s *Server) search(r *request) (answer, error) {
	if ref := r.query("like"); ref != "" {
		return s.searchLike(r, ref)
	}
	p := &searchPage{base: base{Title: "Search"}, AsOf: r.asof}
	typed := r.query("q")
	quest, offset := readQuest(r, typed)
	names, err := s.orgNames(r)
	if err != nil {
		return nil, err
	}
	if typed == "" {
		p.Lead = "Enter words, a phrase in quotation marks, a name, a code, the number of a delivery (D-000012) or of a memory entry."
		p.controls(s, r, &store.Facets{}, 0, names)
		return p, nil
	}
	results, err := s.store.Search(r.Context(), r.scope, quest)
	if err != nil {
		return nil, err
	}
	named, err := s.named(r, typed)
	if err != nil {
		return nil, err
	}
	if p.HasName = len(named) > 0 && offset == 0; p.HasName {
		p.Named = namedTable(named)
	}
	if len(named) > namedShown {
		p.More = number(len(named)-namedShown) + " more by name; enter more of it."
	}
	for i := range results.Hits {
		p.Hits = append(p.Hits, s.hitRow(r, &results.Hits[i], quest.Words, names))
	}
	p.lead(results, len(named), quest.Words)
	p.pages(r, results.Total, offset)
	p.controls(s, r, &results.Facets, results.Total, names)
	return p, s.sealedNote(r, p)
}

// readQuest is the words and facets that the address asks for.
func readQuest(r *request, typed string) (q store.Quest, offset int) {
	q = store.Quest{Words: search.Parse(typed), Kind: r.query("kind"), Provider: code(r.query("provider")), Theme: r.query("theme"), Pile: r.query("state"), Limit: hitsShown}
	if n, err := strconv.Atoi(r.query("severity")); err == nil && n > 0 && n <= int(signal.Gravest) {
		q.Severity = signal.Severity(n)
	}
	if year, err := strconv.Atoi(r.query("year")); err == nil && year > 1900 && year < 3000 {
		q.Since, q.Until = calendar.NewDate(year, 1, 1), calendar.NewDate(year, 12, 31)
	}
	for name, day := range map[string]*calendar.Date{"since": &q.Since, "until": &q.Until} {
		if d, err := calendar.ParseDate(r.query(name)); err == nil {
			*day = d
		}
	}
	if n, err := strconv.Atoi(r.query("from")); err == nil && n > 0 && n < 1_000_000 {
		q.Offset = n
	}
	return q, q.Offset
}

// hitRow is a find as its line.
func (s *Server) hitRow(r *request, h *store.Hit, q search.Query, names func(org.Code) string) hitRow {
	row := hitRow{Ref: h.Ref, When: momentOf(h.When), Entry: number(h.Position), Title: q.Mark(h.Title), Excerpt: q.Excerpt(h.Text, excerptWidth), Severity: severityOf(h.Severity)}
	if h.Remarks != "" && len(q.Mark(h.Remarks)) > 1 {
		row.Remarks = q.Excerpt(h.Remarks, excerptWidth)
	}
	if h.Provider != "" {
		row.Where = names(h.Provider)
	}
	if s.offers(r, verifyPath) {
		row.Verify = r.link(verifyPath + "?entry=" + strconv.FormatInt(h.Position, 10))
	}
	switch h.Sort {
	case store.FoundSignal:
		row.Kind = signal.Kind(h.Kind).Words()
		switch {
		case s.offers(r, "/signals/{ref}"):
			row.Href = r.link(signalPath(h.Ref))
			row.Like = r.link(searchPath + "?like=" + url.QueryEscape(h.Ref))
		case s.offers(r, concernsPath):
			row.Href = r.link(concernsPath)
		}
		r.shown("line/" + h.Ref)
	case store.FoundNote:
		row.Kind, row.Ref = "Note on a chart", ""
		if d := r.catalogue().Get(indicator.ID(h.Indicator)); d != nil {
			row.Title = []search.Piece{{Text: d.Name}}
		}
		if s.offers(r, "/providers/{code}/indicators/{id}") && h.Provider != "" {
			row.Href = r.link("/providers/" + string(h.Provider) + "/indicators/" + h.Indicator)
		}
	case store.FoundDelivery:
		row.Kind, row.Href = "Delivery", r.link("/data/deliveries/"+h.Ref)
	}
	if len(row.Title) == 0 {
		row.Title = []search.Piece{{Text: "Without a title"}}
	}
	return row
}

func (p *searchPage) lead(f store.Found, named int, q search.Query) {
	switch {
	case q.Empty() && named == 0:
		p.Lead = "Nothing to look for: enter at least one word that is to be found."
	case f.Total+named == 0:
		p.Lead = "Nothing found."
		p.None = "Nothing that you may see holds all of " + q.String() + ". Fewer words, or the beginning of one with * after it (discharg*), find more."
	default:
		p.Lead = count(f.Total+named, "thing", "things") + " found"
		if named > 0 {
			p.Lead += ", " + number(named) + " by name or number"
		}
		p.Lead += "."
	}
	if f.Capped {
		p.Notes = append(p.Notes, "More was found than is counted here: these are the newest "+number(store.MostFound)+". Another word narrows it.")
	}
}

// pages leads to the finds before and after.
func (p *searchPage) pages(r *request, total, offset int) {
	if offset+hitsShown < total {
		p.Next = r.here("from", strconv.Itoa(offset+hitsShown))
	}
	if offset > 0 {
		p.Before = r.here("from", "")
		if offset > hitsShown {
			p.Before = r.here("from", strconv.Itoa(offset-hitsShown))
		}
	}
}

// sealedNote says that sealed words are never searched, with how many there are
// where so many say nothing of anybody: of the whole commissioner only, so that no
// two counts can be subtracted, by the method for small numbers (R-SDC-1, R-FTSU-1).
func (s *Server) sealedNote(r *request, p *searchPage) error {
	if !r.may(access.SeeSignals) {
		return nil
	}
	n, err := s.store.CountSealed(r.Context(), r.scope)
	if err != nil {
		return err
	}
	methods, err := disclosure.PublishedMethods()
	if err != nil {
		return err
	}
	method, err := methods.At("hes", calendar.DateOf(r.moment))
	if err != nil {
		return err
	}
	text := "What is under seal is never searched."
	if cell := method.Count(int64(n)); n > 0 && !method.Hides(int64(n)) {
		text = "What is under seal is never searched: about " + cell.String() + " signals of your commissioner."
	}
	p.Notes = append(p.Notes, text)
	return nil
}

// searchLike lists the signals that are most like one.
func (s *Server) searchLike(r *request, ref string) (answer, error) {
	h, err := s.store.Signal(r.Context(), r.scope, ref)
	if err != nil {
		return nil, err
	}
	hits, err := s.store.Like(r.Context(), r.scope, ref, likeShown)
	if err != nil {
		return nil, err
	}
	names, err := s.orgNames(r)
	if err != nil {
		return nil, err
	}
	p := &searchPage{base: base{Title: "More like " + ref}, AsOf: r.asof, Like: &likeOf{Ref: ref, Title: h.Title, Href: r.link(signalPath(ref))}}
	if !s.offers(r, "/signals/{ref}") {
		p.Like.Href = ""
	}
	p.Lead = count(len(hits), "signal shares", "signals share") + " its weightiest words, the most like it first."
	switch {
	case h.WordsSealed():
		p.Lead, p.None = "Its words are under seal, so it is compared with nothing.", " "
	case len(hits) == 0:
		p.Lead, p.None = "No other signal shares two of its weightier words.", " "
	}
	shared := search.Query{}
	for _, stem := range search.Weighty(h.Said()) {
		shared.All = append(shared.All, search.Term{Stems: []string{stem}})
	}
	for i := range hits {
		p.Hits = append(p.Hits, s.hitRow(r, &hits[i], shared, names))
	}
	p.controls(s, r, &store.Facets{}, 0, names)
	return p, nil
}

// controls are the words and the facets, each value with how many it would show.
func (p *searchPage) controls(s *Server, r *request, f *store.Facets, total int, names func(org.Code) string) {
	p.Words = component.Input{
		Field: component.Field{Name: "q", ID: "words", Label: component.Label{Text: "Words, codes, references"}}, Value: r.query("q"), Type: "search", Autocomplete: "off",
	}
	if total == 0 && len(f.Kind) == 0 {
		return
	}
	add := func(name, label string, options []component.Option) {
		if chosen := r.query(name); len(options) > 1 || chosen != "" {
			all := append([]component.Option{{Text: "All"}}, options...)
			p.Facets = append(p.Facets, component.Select{Field: component.Field{Name: name, Label: component.Label{Text: label}}, Value: chosen, Options: all})
		}
	}
	add("kind", "Kind", optionsOf(f.Kind, func(kind string) string {
		switch kind {
		case store.FoundNote:
			return "Note on a chart"
		case store.FoundDelivery:
			return "Delivery"
		}
		return signal.Kind(kind).Words()
	}))
	add("provider", "Provider", optionsOf(f.Provider, names))
	add("theme", "Theme", optionsOf(f.Theme, func(theme string) string { return s.Desk.Taxonomies.Get("theme").NameOf(theme) }))
	levels := optionsOf(f.Severity, func(l signal.Severity) string { return l.Words() })
	slices.SortFunc(levels, func(a, b component.Option) int { return strings.Compare(b.Value, a.Value) })
	add("severity", "Severity", levels)
	add("state", "State", optionsOf(f.Pile, func(pile string) string {
		return map[string]string{store.PileToDo: "To deal with", store.PileWaiting: "Waiting for others", store.PileDone: "Dealt with"}[pile]
	}))
	years := optionsOf(f.Year, strconv.Itoa)
	slices.SortFunc(years, func(a, b component.Option) int { return strings.Compare(b.Value, a.Value) })
	add("year", "Received in", years)
}

// optionsOf is the values of a facet, the most frequent first, with their counts.
func optionsOf[K ~string | ~uint8 | ~int](counts map[K]int, words func(K) string) (out []component.Option) {
	keys := make([]K, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b K) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	for _, k := range keys {
		out = append(out, component.Option{Value: facetValue(k), Text: words(k) + " (" + number(counts[k]) + ")"})
	}
	return out
}

// facetValue is a value as the address has it.
func facetValue(k any) string {
	switch k := k.(type) {
	case string:
		return k
	case org.Code:
		return string(k)
	case signal.Severity:
		return strconv.Itoa(int(k))
	case int:
		return strconv.Itoa(k)
	}
	return ""
}
