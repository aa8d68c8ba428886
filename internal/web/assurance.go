package web

import (
	"cmp"
	"slices"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// assurancePath lists what providers told their commissioner.
const assurancePath = "/assurance"

// assurancePage is the submissions of providers, and how many of their statements
// were later contradicted; with the duty of candour and its clocks beneath.
type assurancePage struct {
	base
	Lead   string
	Counts component.Table // by provider
	Rows   []submissionRow
	New    string // address of the form; empty for those who may not record
	More   string
	Duty   component.Table // duty of candour: one row for each stage
	NoDuty string
	Broken []string
}

// submissionRow is one submission in the list.
type submissionRow struct {
	Href, Where, About, Facts string
	Contradicted              string
}

func (*assurancePage) template() string { return "assurance" }

// submissionsShown is how many submissions one page lists.
const submissionsShown = 100

func (s *Server) assurance(r *request) (answer, error) {
	p := &assurancePage{base: base{Title: "What providers assured us of", Place: placeSignals, Crumbs: s.signalCrumbs(r)}}
	only := code(r.query("provider"))
	held, err := s.store.Submissions(r.Context(), r.scope, only)
	if err != nil {
		return nil, err
	}
	against, err := s.store.Contradictions(r.Context(), r.scope, only)
	if err != nil {
		return nil, err
	}
	names, err := s.orgNames(r)
	if err != nil {
		return nil, err
	}
	if r.changes(access.RecordSignal) {
		p.New = assurancePath + "/new"
	}
	for i := range held {
		if i == submissionsShown {
			p.More = "And " + number(len(held)-submissionsShown) + " earlier ones: choose a provider above to see its own."
			break
		}
		p.Rows = append(p.Rows, submissionRowOf(r, &held[i], against, names))
	}
	a := assuranceOf(held, against)
	p.counts(r, a, names)
	p.lead(a)
	return p, s.duty(r, p, only, names)
}

func submissionRowOf(r *request, h *store.HeldSubmission, against []signal.Contradiction, names func(org.Code) string) submissionRow {
	row := submissionRow{
		Href: r.link(assurancePath + "/" + h.ID), Where: names(h.Provider), About: h.About,
		Facts: h.ID + ", received " + day(h.Received) + ", declared by " + h.Declaration.Name + ", " + h.Declaration.Role + ", " + day(h.Declaration.On.Begins()),
	}
	if h.Version > 1 {
		row.Facts += "; version " + number(h.Version)
	}
	of := slices.DeleteFunc(slices.Clone(against), func(c signal.Contradiction) bool { return c.Submission != h.ID })
	if n := signal.Contradicted(of)[h.Provider]; n > 0 {
		row.Contradicted = count(n, "statement", "statements") + " later contradicted"
	}
	return row
}

// assured is what one provider, or all, assured us of.
type assured struct {
	provider                              org.Code
	submissions, statements, contradicted int
}

// assuranceOf counts submissions, statements and statements later contradicted by
// provider, those with most contradictions first. A statement that an earlier
// version made and a later one left out still counts as made.
func assuranceOf(held []store.HeldSubmission, against []signal.Contradiction) []assured {
	contradicted := signal.Contradicted(against)
	by := map[org.Code]*assured{}
	for i := range held {
		a := by[held[i].Provider]
		if a == nil {
			a = &assured{provider: held[i].Provider, contradicted: contradicted[held[i].Provider]}
			by[held[i].Provider] = a
		}
		a.submissions++
		a.statements += len(held[i].Statements)
	}
	var out []assured
	for _, a := range by {
		a.statements = max(a.statements, a.contradicted)
		out = append(out, *a)
	}
	slices.SortFunc(out, func(a, b assured) int {
		return cmp.Or(b.contradicted-a.contradicted, b.submissions-a.submissions, cmp.Compare(a.provider, b.provider))
	})
	return out
}

func (p *assurancePage) counts(r *request, list []assured, names func(org.Code) string) {
	p.Counts = component.Table{
		Caption: "By provider", Dense: true, RowHeaders: true,
		Columns: []component.Column{{Heading: "Provider"}, {Heading: "Submissions", Numeric: true}, {Heading: "Statements", Numeric: true}, {Heading: "Later contradicted", Numeric: true}},
	}
	for _, a := range list {
		p.Counts.Rows = append(p.Counts.Rows, []component.Cell{
			{Body: names(a.provider), Href: r.link(assurancePath + "?provider=" + string(a.provider))}, {Body: number(a.submissions)}, {Body: number(a.statements)}, {Body: number(a.contradicted)},
		})
	}
}

func (p *assurancePage) lead(list []assured) {
	total := assured{}
	worst := 0
	for _, a := range list {
		total.submissions += a.submissions
		total.statements += a.statements
		total.contradicted += a.contradicted
		if a.contradicted > 0 {
			worst++
		}
	}
	switch {
	case total.submissions == 0:
		p.Lead = "No submission of a provider is recorded."
	case total.contradicted == 0:
		p.Lead = count(total.submissions, "submission", "submissions") + " with " + count(total.statements, "statement", "statements") + "; none is recorded as later contradicted."
	default:
		p.Lead = number(total.contradicted) + " of " + count(total.statements, "statement", "statements") + " " + wasWere(total.contradicted) + " later contradicted, at " + count(worst, "provider", "providers") + "."
	}
}

func wasWere(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// dutyShown is how many incidents' duty of candour one page shows.
const dutyShown = 60

// duty is the stages of the duty of candour (Regulation 20) with their clocks: the
// open ones first due first, then those that ended late.
func (s *Server) duty(r *request, p *assurancePage, only org.Code, names func(org.Code) string) error {
	held, err := s.store.SignalsHeld(r.Context(), r.scope, store.SignalFilter{Kind: signal.KindCandour, Provider: only})
	if err != nil {
		return err
	}
	p.Duty = component.Table{
		Caption: "Stages of the duty of candour and their clocks", Dense: true, RowHeaders: true,
		Columns: []component.Column{{Heading: "Record"}, {Heading: "Provider"}, {Heading: "Stage"}, {Heading: "Rule"}, {Heading: "Due"}, {Heading: "Stands"}},
	}
	type line struct {
		open, late bool
		due        int64
		cells      []component.Cell
	}
	var lines []line
	for i := range held {
		h := &held[i]
		if h.Triage.Withdrawn != "" {
			continue
		}
		clocks, problems := h.Clocks(s.Desk.Rulebook)
		for _, err := range problems {
			p.Broken = append(p.Broken, h.Reference+": "+sentence(messageOf(err)))
		}
		for _, c := range clocks {
			if !strings.HasPrefix(string(c.Rule), "candour-") {
				continue
			}
			_, due := c.DueAt(r.moment)
			state := component.Cell{Body: capital(c.StateAt(r.moment).Words())}
			l := line{open: c.Stopped.IsZero(), late: c.StateAt(r.moment) == calendar.ClockStoppedLate, due: due.Unix()}
			if l.open {
				state.Body = dueClock(s.Desk.Rulebook.Calendar(), due, c.Name, r.moment)
			} else {
				state.Body = capital(c.StateAt(r.moment).Words()) + ": " + c.StoppedBy + ", " + day(c.Stopped)
			}
			l.cells = []component.Cell{
				{Body: h.Reference, Href: r.link(signalPath(h.Reference))}, {Body: names(h.Place.Provider)}, {Body: c.Name}, {Body: c.Basis() + " (" + c.Span() + ")"}, {Body: lastMoment(due)}, state,
			}
			lines = append(lines, l)
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int {
		return cmp.Or(boolFirst(a.open, b.open), boolFirst(a.late, b.late), cmp.Compare(a.due, b.due))
	})
	for i, l := range lines {
		if i == dutyShown {
			p.NoDuty = "And " + number(len(lines)-dutyShown) + " more stages, which ended in time or earlier: they stand on their records."
			break
		}
		p.Duty.Rows = append(p.Duty.Rows, l.cells)
	}
	if len(lines) == 0 {
		p.NoDuty = "No incident to which the duty applies is recorded. That is no sign that none happened."
	}
	return nil
}

// boolFirst puts what is true first.
func boolFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// assured is what stands of the provider's assurances on its page.
func (v *providerView) assured(r *request) component.Fact {
	a := assuranceOf(v.submissions, v.contradictions)[0]
	words := count(a.submissions, "submission", "submissions") + "; " + number(a.contradicted) + " of " + count(a.statements, "statement", "statements") + " later contradicted"
	f := component.Fact{Label: "Assurance", Value: words}
	if r.may(access.SeeSignals) {
		f.Value = sentenceWithLink("", component.Link{Text: words, Href: r.link(assurancePath + "?provider=" + string(v.org.Code))}, "")
	}
	return f
}
