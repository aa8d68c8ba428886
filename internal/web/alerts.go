package web

import (
	"fmt"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/concern"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/store"
	"candour/internal/web/component"
)

// alertsPage is the queue of alerts: those to look at, by level and waiting time,
// with what the setting costs and what came of those closed.
type alertsPage struct {
	base
	Lead     component.Content
	Views    component.Segments
	Rows     []alertRow
	Empty    string
	Bulk     bool // new alerts can be acknowledged together
	Workload component.SummaryList
	Settings component.Content
}

func (*alertsPage) template() string { return "alerts" }

// alertRow is one alert of the queue.
type alertRow struct {
	Ref, Href, Name string
	Points, Word    string
	Because         string
	State, Level    string
	Owner           string
	When            string
	Opened          string
	Pick            string // value of its box: reference and version; empty has none
	Picked          bool
}

// The views of the queue, by the query's show.
const (
	alertsNew          = "new"
	alertsMine         = "mine"
	alertsAcknowledged = "acknowledged"
	alertsClosed       = "closed"
	alertsAll          = "all"
)

func (s *Server) alerts(r *request) (answer, error) { return s.newAlertsPage(r) }

// newAlertsPage reads the queue: eight queries, however many alerts there are.
func (s *Server) newAlertsPage(r *request) (*alertsPage, error) {
	p := &alertsPage{base: base{Title: "Alerts", Place: placeWatchList, Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Watch list", Href: r.link(string(placeWatchList))}}}}}
	list, err := s.store.Alerts(r.Context(), r.scope, store.AlertFilter{})
	if err != nil {
		return nil, err
	}
	names, err := s.orgNames(r)
	if err != nil {
		return nil, err
	}
	people, err := s.people(r)
	if err != nil {
		return nil, err
	}
	successions, err := s.store.Successions(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	named := func(code org.Code) string { return becameName(names, code, successions.Heir(code, r.moment)) }
	show := r.query("show")
	for i := range list {
		if a := &list[i]; alertShown(r, a, show) {
			p.Rows = append(p.Rows, alertRowOf(r, a, named, people))
			p.Bulk = p.Bulk || p.Rows[len(p.Rows)-1].Pick != ""
		}
	}
	p.views(r, list, show)
	p.lead(r, list, names)
	p.Empty = map[string]string{
		"": "No alert is open. The watch raises one when the concern about a provider crosses the threshold; it runs after each delivery.", alertsMine: "No open alert is yours.",
		alertsNew: "No alert is new.", alertsAcknowledged: "No alert waits for an owner.", alertsClosed: "No alert has been closed yet.", alertsAll: "No alert has been raised yet.",
	}[show]
	if p.Empty == "" {
		p.Empty = "There is no such view of the alerts. Choose one above."
	}
	return p, s.workload(r, p, list)
}

// alertShown reports whether a view shows an alert.
func alertShown(r *request, a *alert.Alert, show string) bool {
	switch show {
	case "":
		return a.Open()
	case alertsMine:
		return a.Open() && a.Owner == r.viewer.Account
	case alertsNew:
		return a.State == alert.Raised
	case alertsAcknowledged:
		return a.State == alert.Acknowledged
	case alertsClosed:
		return !a.Open()
	}
	return show == alertsAll
}

// people is the names of those who have an account here, by id.
func (s *Server) people(r *request) (func(access.AccountID) string, error) {
	accounts, err := s.store.Accounts(r.Context(), r.scope)
	names := map[access.AccountID]string{"watch": "the watch"}
	for _, a := range accounts {
		names[a.ID] = a.Name
	}
	return func(id access.AccountID) string {
		if names[id] != "" {
			return names[id]
		}
		return string(id)
	}, err
}

func alertRowOf(r *request, a *alert.Alert, names func(org.Code) string, people func(access.AccountID) string) alertRow {
	row := alertRow{
		Ref: string(a.Ref), Href: r.link(alertPath(a.Ref)), Name: names(a.Provider), Points: fmt.Sprint(a.Now.Points), Word: string(a.Now.Word),
		Because: sentence(crossedWords(&a.Now)), State: capital(stateWords(a.State)), When: momentOf(a.Raised), Owner: "Nobody’s yet", Opened: "Opened by nobody",
	}
	if a.Now.Points != a.First.Points {
		row.Because += fmt.Sprintf(" %d when it was raised.", a.First.Points)
	}
	if a.Owner != "" {
		row.Owner = people(a.Owner)
	}
	if !a.Opened.IsZero() {
		row.Opened = "Opened " + momentOf(a.Opened)
	}
	if a.Level > alert.Leads && a.Open() {
		row.Level = fmt.Sprintf("Level %d since %s: %s", a.Level, day(a.Climbed), a.Level.Words())
	}
	if !a.Open() {
		row.State, row.Opened = "Closed "+day(a.Ended), capital(string(a.Outcome))+", because: "+a.Because
	}
	if a.State == alert.Raised && r.changes(access.HandleAlert) {
		row.Pick = fmt.Sprintf("%s/%d", a.Ref, a.Version)
	}
	return row
}

// crossedWords says what crossed the threshold. The families are of the change: what has
// long been worse than elsewhere is judged against others, not by family.
func crossedWords(b *alert.Brief) string {
	var families []string
	for _, f := range b.Families {
		families = append(families, familyName(f))
	}
	changed := ""
	if len(families) > 0 {
		changed = ": " + list(families)
	}
	switch {
	case b.ByScore && b.ByLevel:
		return "it has long been worse than elsewhere, and has changed" + changed
	case b.ByLevel && changed != "":
		return "it has long been worse than elsewhere; worse than usual here too" + changed
	case b.ByLevel:
		return "it has long been worse than elsewhere"
	}
	return "it has changed" + changed
}

// familyName is a family as a sentence says it; one that an installation named
// itself is its own name.
func familyName(id concern.FamilyID) string {
	for _, f := range fusion().Families {
		if f.ID == id {
			return uncapital(f.Name)
		}
	}
	return string(id)
}

func (p *alertsPage) views(r *request, list []alert.Alert, show string) {
	p.Views.Name = "Show"
	for _, v := range []struct{ show, text string }{
		{"", "Open"}, {alertsMine, "Mine"}, {alertsNew, "New"}, {alertsAcknowledged, "Acknowledged, no owner yet"}, {alertsClosed, "Closed"}, {alertsAll, "All"},
	} {
		n := 0
		for i := range list {
			if alertShown(r, &list[i], v.show) {
				n++
			}
		}
		href := alertsPath
		if v.show != "" {
			href += "?show=" + v.show
		}
		p.Views.Items = append(p.Views.Items, component.Segment{Text: fmt.Sprintf("%s (%d)", v.text, n), Href: r.link(href), Current: v.show == show})
	}
}

// lead is how many are open and which comes first, because.
func (p *alertsPage) lead(r *request, list []alert.Alert, names func(org.Code) string) {
	c := alert.Count(list, time.Time{}, r.moment.Add(time.Second))
	if c.Open() == 0 {
		p.Lead = "No alert is open."
		return
	}
	text := count(c.Open(), "alert is open", "alerts are open") + fmt.Sprintf(", %d of them new.", c.New)
	if c.Above > 0 {
		text += " " + count(c.Above, "went up a level, because nobody opened it in time.", "went up a level, because nobody opened them in time.")
	}
	up := 0
	for i := range list {
		if cameUp(r, &list[i]) {
			up++
		}
	}
	if up > 0 {
		text += fmt.Sprintf(" %d came up to you: open %s, because nobody has.", up, map[bool]string{true: "it", false: "them"}[up == 1])
	}
	first := &list[0]
	p.Lead = sentenceWithLink(text, component.Link{Text: shortName(names(first.Provider)), Href: r.link(alertPath(first.Ref))},
		fmt.Sprintf(" comes first with %s, because %s.", count(first.Now.Points, "point", "points"), crossedWords(&first.Now)))
}

// weeksBack is how far back the workload is counted.
const weeksBack = 13

// workload says what alerts cost here and how many were true.
func (s *Server) workload(r *request, p *alertsPage, list []alert.Alert) error {
	m, err := s.method(r)
	if err != nil {
		return err
	}
	since, providers, err := s.store.JudgedSince(r.Context(), r.scope)
	if err != nil {
		return err
	}
	until := r.moment.Add(time.Second)
	lately, ever := alert.Count(list, r.moment.AddDate(0, 0, -7*weeksBack), until), alert.Count(list, time.Time{}, until)
	x := alert.Experience(list, providers, since, r.moment)
	seen, wrong := x.Rates()
	rates := "Too early to say: none is held for a provider-year yet."
	if x.ProviderYears >= 1 {
		rates = fmt.Sprintf("%.2f alerts per provider-year over the last 24 months; the setting expects %.2f", seen, m.Budget.Alerts)
		if x.Closed > 0 {
			rates += fmt.Sprintf(". False ones, by the outcomes of the %d closed: %.2f per provider-year; the budget is %.1f", x.Closed, wrong, m.Budget.Budget)
		}
		rates += "."
	}
	var outcomes []string
	for _, o := range alert.Outcomes {
		if n := ever.ByOutcome[o]; n > 0 {
			outcomes = append(outcomes, fmt.Sprintf("%d %s", n, o))
		}
	}
	closed := "None has been closed so far."
	if ever.Closed > 0 {
		closed = fmt.Sprintf("%s, %d of them a concern that exists (%.0f%%): %s.", count(ever.Closed, "closed", "closed"), ever.True, 100*float64(ever.True)/float64(ever.Closed), strings.Join(outcomes, ", "))
	}
	told := ""
	if s.Mail.On() {
		told = " Those to whom it comes up are told by e-mail."
	}
	p.Workload = component.SummaryList{Rows: []component.SummaryRow{
		{Key: "Expected", Value: sentence(budgetWords(m.Budget, providers, ever))},
		{Key: "Raised here", Value: fmt.Sprintf("%s in the last %d weeks: %.1f a week.", count(lately.Raised, "alert", "alerts"), weeksBack, float64(lately.Raised)/weeksBack)},
		{Key: "Hit rate", Value: closed},
		{Key: "Rates", Value: rates},
		{Key: "Nobody opens it", Value: fmt.Sprintf("After %s an alert goes up a level: first quality leads are asked, then clinical reviewers too, then the board.%s", count(m.Settings.Days, "day", "days"), told)},
	}}
	if s.offers(r, alertsSettingsPath) {
		p.Settings = sentenceWithLink("", component.Link{Text: "Change the budget, the words and the days", Href: alertsSettingsPath}, "")
	}
	return nil
}

// alertsAcknowledge acknowledges the alerts that were ticked, all or none.
func (s *Server) alertsAcknowledge(r *request) (answer, error) {
	if err := r.ParseForm(); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "read the form")
	}
	role := r.signingRole(access.HandleAlert)
	var steps []alert.Step
	for _, pick := range r.PostForm["pick"] {
		ref, version, ok := readPick(pick)
		if !ok {
			return nil, fault.New(fault.Invalid, "a ticked alert can't be read; open the page again")
		}
		steps = append(steps, alert.Step{Ref: ref, Number: version + 1, Act: alert.Acknowledge, Role: role})
	}
	var err error
	if len(steps) == 0 {
		err = fault.New(fault.Invalid, "tick the alerts that you take note of")
	} else {
		err = s.store.StepAlerts(r.Context(), r.scope, steps...)
	}
	if err == nil {
		return redirect{alertsPath}, nil
	}
	if !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Conflict) {
		return nil, err
	}
	p, failed := s.newAlertsPage(r)
	if failed != nil {
		return nil, failed
	}
	p.Status = fault.Status(err)
	p.wrong("queue", sentence(messageOf(err)))
	for i := range p.Rows {
		for _, pick := range r.PostForm["pick"] {
			p.Rows[i].Picked = p.Rows[i].Picked || p.Rows[i].Pick != "" && strings.HasPrefix(pick, p.Rows[i].Ref+"/")
		}
	}
	return p, nil
}

// readPick reads the value of a box: A-2026-12/3.
func readPick(text string) (ref alert.Ref, version int, ok bool) {
	head, tail, _ := strings.Cut(text, "/")
	if _, _, ok = alert.Ref(head).Parts(); !ok {
		return "", 0, false
	}
	_, err := fmt.Sscanf(tail, "%d", &version)
	return alert.Ref(head), version, err == nil && version > 0 && tail == fmt.Sprint(version)
}
