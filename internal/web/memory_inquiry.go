package web

import (
	"fmt"
	"slices"
	"time"

	"candour/internal/access"
	"candour/internal/org"
	"candour/internal/store"
	"candour/internal/web/component"
)

// inquiryPath is the page that says who was shown what, and when.
const inquiryPath = "/memory/inquiry"

// inquiryPage is who was first shown what about a provider.
type inquiryPage struct {
	base
	Lead     string
	Provider component.Select
	Chosen   bool
	Drawn    component.Chart // the line of each finding
	Legend   component.ChartLegend
	Cut      string // how many findings are drawn, where not all are
	Things   component.Region
	None     bool
	People   component.Region
	NoPeople bool
	AsOf     string
}

func (*inquiryPage) template() string { return "inquiry" }

// answering are the roles that answer for quality: the wait until one of them was
// shown a finding is ours.
var answeringRoles = []access.Role{access.QualityLead, access.ClinicalReviewer}

// inquiryRoles are the roles whose first sights the page has a column for.
var inquiryRoles = []access.Role{access.Analyst, access.QualityLead, access.ClinicalReviewer, access.ContractManager, access.BoardMember}

func (s *Server) inquiry(r *request) (answer, error) {
	p := &inquiryPage{
		base: base{
			Title: "Who was shown what, and when", Place: placeMemory,
			Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Memory", Href: r.link("/memory")}}},
		},
		AsOf: r.asof,
	}
	orgs, err := s.store.Organisations(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	p.Provider = component.Select{Field: component.Field{Name: "provider", Label: component.Label{Text: "Provider"}}, Options: []component.Option{{Value: "", Text: "Choose a provider"}}}
	var chosen org.Organisation
	for i := range orgs {
		if o := orgs[i]; o.Role.Provider() {
			p.Provider.Options = append(p.Provider.Options, component.Option{Value: string(o.Code), Text: o.Name + " (" + string(o.Code) + ")"})
			if o.Code == code(r.query("provider")) {
				chosen = o
			}
		}
	}
	if chosen.Code == "" {
		p.Lead = "Choose a provider. Who was first shown each finding about it is then listed, beside the day on which the finding reached us."
		return p, nil
	}
	p.Chosen, p.Provider.Value, p.Title = true, string(chosen.Code), "Who was shown what about "+chosen.Name+", and when"
	r.shown("inquiry/" + string(chosen.Code))
	return p, s.inquire(r, p, chosen.Code)
}

// inquire reads the findings, the first sights and the people.
func (s *Server) inquire(r *request, p *inquiryPage, provider org.Code) error {
	findings, err := s.store.Findings(r.Context(), r.scope, provider)
	if err != nil {
		return err
	}
	sights, err := s.store.Sights(r.Context(), r.scope, "", "")
	if err != nil {
		return err
	}
	accounts, err := s.store.Accounts(r.Context(), r.scope)
	if err != nil {
		return err
	}
	acts, err := s.deeds(r, provider)
	if err != nil {
		return err
	}
	roles, people := map[access.AccountID][]access.Role{}, map[access.AccountID]string{}
	for _, a := range accounts {
		people[a.ID] = a.Name
		for _, m := range a.Memberships {
			roles[a.ID] = append(roles[a.ID], m.Role)
		}
	}
	first := firstByRole(sights, roles)
	p.things(r, s, findings, first)
	p.draw(r, s, findings, first, acts)
	p.people(sights, provider, people, roles)
	return nil
}

// firstByRole is when each thing was first shown to somebody of each role.
func firstByRole(sights []store.Sight, roles map[access.AccountID][]access.Role) map[string]map[access.Role]time.Time {
	out := map[string]map[access.Role]time.Time{}
	for _, x := range sights {
		if out[x.Thing] == nil {
			out[x.Thing] = map[access.Role]time.Time{}
		}
		for _, role := range roles[x.Account] {
			if t, ok := out[x.Thing][role]; !ok || x.At.Before(t) {
				out[x.Thing][role] = x.At
			}
		}
	}
	return out
}

// things is a row for each finding: what, when it happened, when it reached us,
// when each role was first shown it. The lead names the longest wait.
func (p *inquiryPage) things(r *request, s *Server, findings []store.HeldFinding, first map[string]map[access.Role]time.Time) {
	t := component.Table{
		Caption: "First shown to", Dense: true,
		Columns: []component.Column{{Heading: "No.", Numeric: true}, {Heading: "What"}, {Heading: "Happened by"}, {Heading: "Reached us"}},
	}
	for _, role := range inquiryRoles {
		t.Columns = append(t.Columns, component.Column{Heading: role.Words()})
	}
	var longest time.Duration
	var slow string
	unseen := 0
	slices.SortStableFunc(findings, func(a, b store.HeldFinding) int { return a.Received.Compare(b.Received) })
	for i, f := range findings {
		name := string(f.Indicator)
		if d := r.catalogue().Get(f.Indicator); d != nil {
			name = d.Name
		}
		seen := first["finding/"+f.ID]
		row := []component.Cell{{Body: number(i + 1)}, {Body: name + ": " + f.Sentence, Header: true}, {Body: f.To.Words()}, {Body: momentOf(f.Received)}}
		for _, role := range inquiryRoles {
			row = append(row, sightCell(seen[role]))
		}
		t.Rows = append(t.Rows, row)
		switch wait, ok := waited(f.Received, seen); {
		case !ok:
			unseen++
		case wait > longest || slow == "":
			longest, slow = wait, name
		}
	}
	p.None = len(findings) == 0
	p.Things = component.Region{Name: "Findings, and who was first shown them", Body: t}
	switch {
	case p.None:
		p.Lead = "No finding about this provider is held as of this moment."
	case slow == "":
		p.Lead = fmt.Sprintf("%s about this provider %s held; nobody who answers for quality was shown any.", count(len(findings), "finding", "findings"), areIs(len(findings)))
	default:
		p.Lead = waitsInWords(int(longest.Hours()/24), slow, unseen)
	}
}

// waitsInWords is the lead: the longest wait, and what is still unseen.
func waitsInWords(days int, slow string, unseen int) string {
	words := "Every finding that was shown to somebody who answers for quality was shown within a day of reaching us."
	if days > 0 {
		words = fmt.Sprintf("The longest wait was %s: %s.", count(days, "day", "days"), name(slow))
	}
	switch unseen {
	case 0:
		return words + " None is left that nobody who answers for quality was shown."
	case 1:
		return words + " One finding was not yet shown to anybody who answers for quality."
	}
	return words + fmt.Sprintf(" %s findings were not yet shown to anybody who answers for quality.", number(unseen))
}

func name(text string) string { return "“" + text + "”" }

func areIs(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func sightCell(t time.Time) component.Cell {
	if t.IsZero() {
		return component.Cell{Body: component.Gap{Word: "not shown"}}
	}
	return component.Cell{Body: momentOf(t)}
}

// waited is how long a finding lay until somebody who answers for quality was
// shown it; ok is false when nobody was.
func waited(received time.Time, seen map[access.Role]time.Time) (wait time.Duration, ok bool) {
	for _, role := range answeringRoles {
		if t, shown := seen[role]; shown {
			if w := max(0, t.Sub(received)); !ok || w < wait {
				wait, ok = w, true
			}
		}
	}
	return wait, ok
}

// people lists who was shown the provider's own page.
func (p *inquiryPage) people(sights []store.Sight, provider org.Code, names map[access.AccountID]string, roles map[access.AccountID][]access.Role) {
	t := component.Table{
		Caption: "Shown anything of this provider", Dense: true, RowHeaders: true,
		Columns: []component.Column{{Heading: "Who"}, {Heading: "Role"}, {Heading: "First shown"}, {Heading: "In a page as of"}},
	}
	for _, x := range sights {
		if x.Thing != "provider/"+string(provider) {
			continue
		}
		var words []string
		for _, role := range roles[x.Account] {
			words = append(words, role.Words())
		}
		if len(words) == 0 {
			words = []string{"no role now"}
		}
		who := names[x.Account]
		if who == "" {
			who = string(x.Account)
		}
		asof := "now"
		if x.AsOf > 0 {
			asof = "entry " + number(x.AsOf)
		}
		t.Rows = append(t.Rows, []component.Cell{{Body: who}, {Body: list(words)}, {Body: momentOf(x.At)}, {Body: asof}})
	}
	p.NoPeople = len(t.Rows) == 0
	p.People = component.Region{Name: "People who were shown this provider", Body: t}
}
