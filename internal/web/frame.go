package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/ledger"
	"candour/internal/store"
	"candour/internal/web/component"
)

// place is one of the eight places of the site, by its address.
type place string

// The places, in their order in the header . One that has no
// route in the table, or none that the viewer may use, isn't shown.
const (
	placeWatchList  place = "/watch-list"
	placeProviders  place = "/providers"
	placeIndicators place = "/indicators"
	placeSignals    place = "/signals"
	placeCases      place = "/cases"
	placeContracts  place = "/contracts"
	placeData       place = "/data"
	placeMemory     place = "/memory"
)

var places = []struct {
	place place
	text  string
	key   string // keyboard short-cut, pressed after g
}{
	{placeWatchList, "Watch list", "g w"},
	{placeProviders, "Providers", "g p"},
	{placeIndicators, "Indicators", "g i"},
	{placeSignals, "Signals", "g s"},
	{placeCases, "Cases", "g c"},
	{placeContracts, "Contracts", "g k"},
	{placeData, "Data", "g d"},
	{placeMemory, "Memory", "g m"},
}

// searchPath answers the search of everything.
const searchPath = "/search"

// frame is what every page has around its content.
type frame struct {
	Head   component.Head
	Skip   component.SkipLink
	Header component.Header
	Past   *component.PastDate // nil on a page of now
	Foot   component.Foot
	Class  string // of the body element
	Paper  string // at the head of a printed page: whose it is, and as of when
	For    string // whose page it is: drafts that are kept on the device belong to somebody; "" is nobody
}

// frame fills in the page's frame.
func (s *Server) frame(r *request, b *base) error {
	f := &b.Frame
	f.Class = "cd"
	f.Head.Title = b.Title + " – Candour"
	f.Header = component.Header{HomeHref: r.link("/")}
	if len(b.Errors) > 0 {
		f.Head.Title = "Error: " + f.Head.Title
	}
	f.Foot.Links = []component.Link{{Text: "Candour " + s.Version, Href: "/healthz"}}
	if !r.signedIn() {
		f.Foot.Links = nil
		return nil
	}
	f.For = r.sender()
	if err := s.header(r, b); err != nil {
		return err
	}
	if err := s.foot(r, f); err != nil {
		return err
	}
	if r.scope.Past() {
		return s.past(r, b)
	}
	return nil
}

// header fills in the header for somebody who is signed in.
func (s *Server) header(r *request, b *base) error {
	h := &b.Frame.Header
	h.Organisation, h.Who, h.SignOutHref = r.tenantName(), r.rolesInWords(), "/sign-out"
	if s.offers(r, searchPath) {
		h.SearchHref, h.SearchQuery = searchPath, ""
		if r.route.Pattern == searchPath {
			h.SearchQuery = r.query("q")
		}
	}
	h.AsOf, h.AsOfHref = "now", "/as-of"
	if r.route.Past && r.route.Pattern != "/as-of" {
		h.AsOfHref += "?next=" + url.QueryEscape(r.here("asof", ""))
	}
	if r.asof != "" {
		h.AsOf = momentOf(r.moment)
	}
	b.Frame.Paper = strings.TrimSuffix("Candour, "+h.Organisation, ", ") + ". As of " + momentOf(r.moment) + "."
	for _, p := range places {
		if s.offers(r, string(p.place)) {
			h.Places = append(h.Places, component.Place{Text: p.text, Href: r.link(string(p.place)), Key: p.key, Current: b.Place == p.place})
		}
	}
	if len(h.Places) == 0 {
		h.Places = s.ownPlaces(r)
	}
	b.Frame.Foot.Places = h.Places
	return s.countDue(r, h.Places)
}

// ownPlaces are the pages of those who may open none of the places: GPs and visiting
// officers, who tell and see what became of it.
func (s *Server) ownPlaces(r *request) []component.Place {
	var out []component.Place
	for _, p := range []struct{ path, text string }{
		{visitsPath, "Visits"},
		{concernNewPath, "Tell us"},
		{concernsPath, "Your concerns"},
		{concernsPath + "/patterns", "Patterns"},
		{signalNewPath, "Record something else"},
		{draftsPath, "Kept on this device"},
	} {
		if s.offers(r, p.path) && r.tenant != "" {
			out = append(out, component.Place{Text: p.text, Href: p.path, Current: r.route.Pattern == p.path})
		}
	}
	return out
}

// countDue puts beside Signals how many are due today or overdue.
func (s *Server) countDue(r *request, shown []component.Place) error {
	for i := range shown {
		if shown[i].Href != r.link(string(placeSignals)) {
			continue
		}
		tonight := (calendar.DateOf(r.moment) + 1).Begins()
		n, err := s.store.CountSignals(r.Context(), r.scope, store.SignalFilter{Pile: store.PileToDo, DueBefore: tonight})
		if err != nil {
			return err
		}
		shown[i].Count, shown[i].Counted = n, "due or overdue"
	}
	return nil
}

// offers reports whether there is a page at the pattern that the viewer may open.
func (s *Server) offers(r *request, pattern string) bool {
	rt := s.byPattern[pattern]
	return rt != nil && (!r.scope.Past() || rt.Past) && (rt.Action == access.UseOwnAccount || r.tenant != "" && r.may(rt.Action))
}

// foot fills in the proof line: the entry and checkpoint from which the page is made.
func (s *Server) foot(r *request, f *frame) error {
	f.Foot.Links, f.Foot.Notice = nil, s.Notice
	if s.offers(r, adminPath) {
		f.Foot.Links = append(f.Foot.Links, component.Link{Text: "Administration", Href: adminPath})
	}
	f.Foot.Links = append(f.Foot.Links, component.Link{Text: "Your account", Href: "/account"})
	entry := r.head
	if r.scope.Past() {
		entry = r.scope.AsOf
	}
	if entry < 0 {
		return nil
	}
	f.Foot.Entry = number(entry)
	if s.offers(r, verifyPath) {
		f.Foot.VerifyHref = verifyPath + "?entry=" + strconv.FormatInt(entry, 10)
	}
	note, err := s.store.Checkpoint(r.Context(), entry+1)
	if err != nil || note == "" {
		return err
	}
	// Only the size is read; its signature is checked on the page that verifies.
	body, _, _ := strings.Cut(note, "\n\n")
	c, err := ledger.ParseCheckpoint(body + "\n")
	if err != nil {
		return err
	}
	signed := r.headAt
	if c.Size-1 != r.head {
		if signed, err = s.store.InstantOf(r.Context(), c.Size-1); err != nil {
			return err
		}
	}
	f.Foot.Checkpoint, f.Foot.Signed = number(c.Size), momentOf(signed)
	return nil
}

// verifyPath is the page that verifies an entry.
const verifyPath = "/memory/verify"

// past marks the page as one of the past: strip, frame and title.
func (s *Server) past(r *request, b *base) error {
	later, err := s.store.EntriesBetween(r.Context(), r.scope, r.scope.AsOf, r.head)
	if err != nil {
		return err
	}
	f := &b.Frame
	f.Class += " " + component.PastDateClass
	f.Head.Title = b.Title + " as of " + momentOf(r.moment) + " – Candour"
	f.Past = &component.PastDate{
		When: longMoment(r.moment), NowHref: r.here("asof", ""), OtherHref: f.Header.AsOfHref,
	}
	if words := laterInWords(later); words != "" {
		f.Past.Later = words
	}
	if r.scope.AsOf < 0 && r.head >= 0 {
		began, err := s.store.InstantOf(r.Context(), 0)
		if err != nil {
			return err
		}
		f.Past.Before = "Nothing was held yet: the memory begins on " + longMoment(began) + "."
	}
	return nil
}

// kindNouns are the nouns of what may have come later.
var kindNouns = map[string][2]string{
	"delivery.received": {"delivery", "deliveries"}, "watch.ran": {"run of the watch", "runs of the watch"},
	"signal.received": {"signal", "signals"}, "note.added": {"note", "notes"}, "limits.set": {"setting of limits", "settings of limits"},
}

// laterInWords is how much came later: "2 deliveries, 1 note and 4 other entries".
func laterInWords(later map[string]int) string {
	kinds := make([]string, 0, len(later))
	for kind := range later {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	var words []string
	others := 0
	for _, kind := range kinds {
		if noun, ok := kindNouns[kind]; ok {
			words = append(words, count(later[kind], noun[0], noun[1]))
			continue
		}
		others += later[kind]
	}
	switch {
	case others > 0 && len(words) > 0:
		words = append(words, count(others, "other entry", "other entries"))
	case others > 0:
		words = append(words, count(others, "entry", "entries"))
	}
	return list(words)
}

// tenantName is the name of the commissioner whose data is shown.
func (r *request) tenantName() string {
	if name := r.names[r.tenant]; name != "" {
		return name
	}
	return string(r.tenant)
}

// rolesInWords is the viewer's roles at the commissioner: "Analyst".
func (r *request) rolesInWords() string {
	var words []string
	for _, role := range r.viewer.RolesAt(r.tenant) {
		words = append(words, role.Words())
	}
	if len(words) == 0 {
		return "No role"
	}
	return list(words)
}

// bare forgets who asks, so that an error page needs nothing of the store.
func (r *request) bare() {
	r.viewer, r.tenant, r.asof = access.Viewer{}, "", ""
	r.scope = access.Scope{AsOf: access.Head}
}

// localPath is a path of our own site to go to next, "/" for anything else: a link
// must not lead a person who signs in to another site.
func localPath(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(u.Path, "//") || strings.ContainsAny(text, "\\\r\n\t") {
		return "/"
	}
	return u.RequestURI()
}

// withAsOf is a path at a past moment.
func withAsOf(path, moment string) string {
	u, err := url.Parse(path)
	if err != nil {
		return "/"
	}
	q := u.Query()
	q.Set("asof", moment)
	u.RawQuery = q.Encode()
	return u.RequestURI()
}
