package web

import (
	"strings"

	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// complaintsPath lists the complaints that wait for their response.
const complaintsPath = "/complaints"

// complaintsPage is the complaints that are not dealt with: those where the record
// shows a ground to step in (docs/rules.md, stepping in), those that are late, and the rest.
type complaintsPage struct {
	base
	Lead   string
	Sub    string
	Twice  string // address of the complaints coded twice; empty where the viewer doesn't code
	Groups []complaintGroup
	Judged []string // grounds that nobody but a person can see
	Broken []string // clocks that can't be made
}

// complaintGroup is complaints that stand alike.
type complaintGroup struct {
	Name string
	N    string
	Rows []complaintRow
	More string
}

// complaintRow is one open complaint.
type complaintRow struct {
	Href     string
	Where    string
	Title    string
	Facts    string
	Clock    component.Clock
	Due      string // what the clock is of
	Severity *component.Severity
	Grounds  []groundRow
	StepIns  []string
}

// groundRow is a ground that the record shows.
type groundRow struct{ Name, Rule, Because string }

func (*complaintsPage) template() string { return "complaints" }

// complaintsShown is how many of one group a page shows.
const complaintsShown = 100

func (s *Server) complaints(r *request) (answer, error) {
	p := &complaintsPage{base: base{
		Title: "Complaints that are not dealt with", Place: placeSignals, Crumbs: s.signalCrumbs(r),
	}}
	open, err := s.store.OpenComplaints(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	names, err := s.orgNames(r)
	if err != nil {
		return nil, err
	}
	grounds, err := s.newGrounds(r)
	if err != nil {
		return nil, err
	}
	groups := [3]complaintGroup{{Name: "Grounds to step in"}, {Name: "A clock has run out, no ground yet"}, {Name: "In time"}}
	counts := [3]int{}
	for i := range open {
		h := &open[i]
		if only := code(r.query("provider")); only != "" && h.Place.Provider != only {
			continue
		}
		row, late := s.complaintRow(r, h, names, grounds)
		at := 2
		switch {
		case len(row.Grounds) > 0:
			at = 0
		case late:
			at = 1
		}
		if counts[at]++; counts[at] <= complaintsShown {
			groups[at].Rows = append(groups[at].Rows, row)
			r.shown("signal/" + h.Reference)
		}
	}
	for i := range groups {
		if counts[i] == 0 {
			continue
		}
		groups[i].N = number(counts[i])
		if counts[i] > complaintsShown {
			groups[i].More = "And " + number(counts[i]-complaintsShown) + " more, received later."
		}
		p.Groups = append(p.Groups, groups[i])
	}
	p.lead(counts)
	p.Sub = "Grounds to step in, as the record shows them. " + grounds.words()
	if s.offers(r, doubleCodingPath) {
		p.Twice = r.link(doubleCodingPath)
	}
	for _, g := range signal.JudgedGrounds() {
		p.Judged = append(p.Judged, s.Desk.Taxonomies.Get("step-in-ground").NameOf(string(g)))
	}
	return p, nil
}

func (p *complaintsPage) lead(counts [3]int) {
	total := counts[0] + counts[1] + counts[2]
	switch {
	case total == 0:
		p.Lead = "No complaint waits for its response."
	case counts[0] == 0:
		p.Lead = count(total, "complaint waits", "complaints wait") + " for a response; the record shows no ground to step in on any of them."
	default:
		p.Lead = number(counts[0]) + " of " + count(total, "open complaint", "open complaints") + " should be looked at, because the record shows a ground to step in."
	}
}

// signalCrumbs is the way to the inbox.
func (s *Server) signalCrumbs(r *request) component.Breadcrumbs {
	return component.Breadcrumbs{Items: []component.Link{{Text: "Signals", Href: r.link(string(placeSignals))}}}
}

// groundsOf is what the grounds of many complaints are worked out from: read once
// for a page.
type groundsOf struct {
	server   *Server
	settings store.Listening
	themes   map[store.ThemeKey]int
}

func (s *Server) newGrounds(r *request) (*groundsOf, error) {
	settings, err := s.store.Listening(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	themes, err := s.complaintThemes(r, calendar.DateOf(r.moment)-calendar.Date(settings.SameTheme.Days))
	return &groundsOf{s, settings, themes}, err
}

func (g *groundsOf) words() string {
	return "The same theme counts from " + number(g.settings.SameTheme.Complaints) + " complaints about one provider in " + number(g.settings.SameTheme.Days) + " days."
}

// shown is the grounds that the record shows for a complaint.
func (g *groundsOf) shown(r *request, h *store.HeldSignal) (codes []signal.Ground, rows []groundRow) {
	same := g.themes[store.ThemeKey{Provider: string(h.Place.Provider), Theme: h.OpenTheme()}]
	tax := g.server.Desk.Taxonomies.Get("step-in-ground")
	for _, x := range h.Grounds(g.server.Desk.Rulebook, same, g.settings.SameTheme, r.moment) {
		codes = append(codes, x.Ground)
		rows = append(rows, groundRow{tax.NameOf(string(x.Ground)), x.Rule, sentence(x.Because)})
	}
	return codes, rows
}

// complaintRow tells of one open complaint, and whether a clock has run out.
func (s *Server) complaintRow(r *request, h *store.HeldSignal, names func(org.Code) string, grounds *groundsOf) (complaintRow, bool) {
	row := complaintRow{
		Href: r.link(complaintPath(h.Reference)), Where: names(h.Place.Provider), Title: h.Title, Severity: severityOf(h.Level()),
		Facts: h.Reference + ", received " + day(h.Received) + ", " + strings.ReplaceAll(string(h.Triage.State), "_", " ") + ", consent " + consentWords(h.Complaint.Consent),
	}
	_, row.Grounds = grounds.shown(r, h)
	due, name := h.Due, h.DueName
	if due.IsZero() {
		row.Due = "no clock runs"
	} else {
		row.Due = uncapital(name)
	}
	row.Clock = dueClock(s.Desk.Rulebook.Calendar(), due, name, r.moment)
	for _, in := range h.Triage.StepIns {
		row.StepIns = append(row.StepIns, stepInWords(in))
	}
	return row, !due.IsZero() && !due.After(r.moment)
}

// stepInWords is an intervention in one line: what was done, when, and how far it got.
func stepInWords(in signal.StepIn) string {
	words := in.Step.Words() + ", " + day(in.At)
	switch {
	case in.Result != "":
		return words + ". Result: " + sentence(in.Result)
	case in.Reply != "":
		return words + ". Provider: " + sentence(in.Reply)
	}
	return words + ". No reply yet."
}

var consentInWords = map[signal.ConsentState]string{
	signal.ConsentNotAsked: "not asked", signal.ConsentAsked: "asked, no answer yet", signal.ConsentToShare: "given to share details with the provider",
	signal.ConsentToHandle: "given that we handle it", signal.ConsentRefused: "refused", signal.ConsentWithdrawn: "withdrawn",
}

func consentWords(c signal.ConsentState) string { return consentInWords[c] }

func complaintPath(ref string) string { return complaintsPath + "/" + ref }

// complaintWords is a change of a complaint in words.
func complaintWords(c signal.Change) string {
	switch c := c.(type) {
	case signal.SteppedIn:
		return "Stepped in: " + uncapital(c.StepIn.Step.Words()) + ", because: " + c.StepIn.Reason
	case signal.StepInReplied:
		var words []string
		if c.Reply != "" {
			words = append(words, "Provider replied "+day(c.RepliedOn.Begins())+": "+c.Reply)
		}
		if c.Result != "" {
			words = append(words, "Result of step "+number(c.Index+1)+": "+c.Result)
		}
		return strings.Join(words, " ")
	case signal.ConsentSet:
		return "Consent " + consentWords(c.Consent) + ", " + day(c.On.Begins())
	case signal.DateAgreed:
		words := "Response agreed for " + day(c.To.Begins())
		if c.Because != "" {
			words += ", because: " + c.Because
		}
		return words
	}
	return ""
}
