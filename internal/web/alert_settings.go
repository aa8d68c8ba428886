package web

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"candour/internal/alert"
	"candour/internal/store"
	"candour/internal/web/component"
)

// alertSettingsPage is what a commissioner sets about its alerts, what each choice
// means in work, and what closed alerts have taught.
type alertSettingsPage struct {
	base
	Lead      component.Content
	Budget    component.Radios
	Bands     []component.Input
	Days      component.Input
	Because   component.Textarea
	Estimates component.Region
	Learnt    bool
	History   []historyRow
}

func (*alertSettingsPage) template() string { return "alert-settings" }

func (s *Server) alertSettings(r *request) (answer, error) {
	p, _, err := s.newAlertSettingsPage(r, nil)
	return p, err
}

// newAlertSettingsPage shows the settings in force, or what was sent.
func (s *Server) newAlertSettingsPage(r *request, sent *alert.Settings) (*alertSettingsPage, *alert.Method, error) {
	m, err := s.method(r)
	if err != nil {
		return nil, nil, err
	}
	_, providers, err := s.store.JudgedSince(r.Context(), r.scope)
	if err != nil {
		return nil, nil, err
	}
	list, err := s.store.Alerts(r.Context(), r.scope, store.AlertFilter{})
	if err != nil {
		return nil, nil, err
	}
	counts := alert.Count(list, time.Time{}, r.moment.Add(time.Second))
	p := &alertSettingsPage{base: base{Title: "Settings of alerts", Place: placeWatchList, Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Alerts", Href: alertsPath}}}}}
	if !s.offers(r, alertsPath) {
		p.Crumbs = component.Breadcrumbs{Items: []component.Link{{Text: "Administration", Href: adminPath}}}
	}
	shown := m.Settings
	if sent != nil {
		shown = *sent
	} else {
		shown.Because = ""
	}
	p.Lead = sentence(budgetWords(m.Budget, providers, counts))
	p.form(&m, &shown, providers)
	if p.Estimates, p.Learnt = estimatesTable(&m), len(m.Estimates) > 0; !p.Learnt {
		p.Estimates = component.Region{}
	}
	return p, &m, s.settingsHistory(r, p)
}

// form makes the form; what each choice means stands beside it.
func (p *alertSettingsPage) form(m *alert.Method, shown *alert.Settings, providers int) {
	p.Budget = component.Radios{
		Group: component.Group{Name: "budget", Legend: &component.Legend{Text: "Budget: false alerts for each provider in a year"}, Hint: "A smaller budget means fewer false alerts, and true ones one to two months later for each halving."},
		Value: budgetValue(shown.Budget), Small: true,
	}
	for _, b := range m.Base.Budgets {
		b := alert.NewMethod(m.Base, alert.Settings{Budget: b.Budget, Bands: shown.Bands}, m.Estimates).Budget
		p.Budget.Choices = append(p.Budget.Choices, component.Choice{
			Value: budgetValue(b.Budget), Text: fmt.Sprintf("%.1f: one false alert per provider in %s", b.Budget, yearsWords(1/b.Budget)),
			Hint: sentence(fmt.Sprintf("%s for your %s, of which about %s true in simulation", b.Workload(providers).Words(),
				count(providers, "provider that can be judged", "providers that can be judged"), shareWords(b.TrueShare))),
		})
	}
	for i, w := range alert.BandWords() {
		value := ""
		if shown.Bands[i] != 0 {
			value = strconv.Itoa(shown.Bands[i])
		}
		p.Bands = append(p.Bands, component.Input{
			Field: component.Field{
				Name: fmt.Sprintf("band-%d", i), Label: component.Label{Text: fmt.Sprintf("“%s” from", w)},
				Hint: fmt.Sprintf("Now from %.0f points.", m.Params.WordPoints(w)),
			},
			Value: value, Width: 3, Suffix: "% chance", InputMode: "numeric",
		})
	}
	days := ""
	if shown.Days != 0 {
		days = strconv.Itoa(shown.Days)
	}
	p.Days = component.Input{
		Field: component.Field{
			Name: "days", Label: component.Label{Text: "An alert that nobody has opened goes up a level after"},
			Hint: "First quality leads are asked, then clinical reviewers too, then the board.",
		},
		Value: days, Width: 3, Suffix: "days", InputMode: "numeric",
	}
	p.Because = component.Textarea{Field: component.Field{Name: "because", Label: component.Label{Text: "Because"}, Hint: "It is shown below with your role and the date."}, Value: shown.Because, Rows: 2}
}

func budgetValue(b float64) string { return strconv.FormatFloat(b, 'f', 1, 64) }

// yearsWords is a span of years: "2 years", "10 years".
func yearsWords(years float64) string { return count(int(years+0.5), "year", "years") }

// estimatesTable is what closed alerts have taught, newest first.
func estimatesTable(m *alert.Method) component.Region {
	t := component.Table{Dense: true, RowHeaders: true, Caption: "What closed alerts have taught", CaptionHidden: true, Columns: []component.Column{
		{Heading: "When"}, {Heading: "What"}, {Heading: "Was", Numeric: true}, {Heading: "Became", Numeric: true}, {Heading: "From"}, {Heading: "Because"}, {Heading: "In force"},
	}}
	for i := len(m.Estimates) - 1; i >= 0; i-- {
		e := &m.Estimates[i]
		what := "constant of the chance"
		if e.Of == alert.Threshold {
			what = fmt.Sprintf("threshold at a budget of %.1f", e.Budget)
		}
		force := "no"
		if e == m.Threshold || e == m.Chance {
			force = "yes"
		}
		t.Rows = append(t.Rows, []component.Cell{
			{Body: e.Span},
			{Body: what},
			{Body: figure(e.Was)},
			{Body: figure(e.Value)},
			{Body: fmt.Sprintf("%s, %d closed, %d of them false", count(e.Seen.Alerts, "alert", "alerts"), e.Seen.Closed, e.Seen.False)},
			{Body: taughtWords(e)},
			{Body: force},
		})
	}
	return component.Region{Name: "What closed alerts have taught", Body: t}
}

// taughtWords says why an estimate moved as it did, and what that means.
func taughtWords(e *alert.Estimate) string {
	if e.Of == alert.Threshold {
		_, wrong := e.Seen.Rates()
		what := "lower, so that more is raised"
		if e.Value > e.Was {
			what = "higher, so that less is raised"
		}
		return fmt.Sprintf("%.2f false alerts per provider-year where the budget is %.1f: %s, by at most 5%% a quarter", wrong, e.Budget, what)
	}
	what := "the same evidence means a higher chance, and more points"
	if e.Value < e.Was {
		what = "the same evidence means a lower chance, and fewer points"
	}
	return fmt.Sprintf("%d of %d were a concern that exists: %s", e.Seen.Closed-e.Seen.False, e.Seen.Closed, what)
}

// settingsHistory lists every version, newest first.
func (s *Server) settingsHistory(r *request, p *alertSettingsPage) error {
	history, err := s.store.AlertSettingsHistory(r.Context(), r.scope)
	if err != nil {
		return err
	}
	people, err := s.people(r)
	for _, h := range history {
		p.History = append(p.History, historyRow{
			When: momentOf(h.At), Who: people(h.Actor) + ", entry " + number(h.Position),
			What: fmt.Sprintf("Version %d: budget %.1f, words from %s%%, %s, because: %s", h.Version, h.Budget, bandsWords(h.Bands), count(h.Days, "day", "days"), h.Because),
		})
	}
	return err
}

func bandsWords(b [4]int) string {
	words := make([]string, len(b))
	for i, n := range b {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, ", ")
}

// alertSettingsSet records new settings and judges again by them.
func (s *Server) alertSettingsSet(r *request) (answer, error) {
	set := readAlertSettings(r)
	problems := set.Problems(fusion())
	if len(problems) == 0 {
		if err := s.store.SetAlerts(r.Context(), r.scope, set); err != nil {
			return nil, err
		}
		s.watchAgain()
		return redirect{alertsSettingsPath + "#history"}, nil
	}
	p, _, err := s.newAlertSettingsPage(r, &set)
	if err != nil {
		return nil, err
	}
	for _, field := range []string{"budget", "band-0", "band-1", "band-2", "band-3", "days", "because"} {
		if text := problems[field]; text != "" {
			p.wrong(field, text)
		}
	}
	p.Budget.Error, p.Days.Error, p.Because.Error = p.wrongAt("budget"), p.wrongAt("days"), p.wrongAt("because")
	p.Days.Value, p.Budget.Value = r.field("days"), r.field("budget")
	for i := range p.Bands {
		p.Bands[i].Error, p.Bands[i].Value = p.wrongAt(p.Bands[i].Name), r.field(p.Bands[i].Name)
	}
	return p, nil
}

// readAlertSettings reads the form; what is no number is nought, which the rules
// refuse.
func readAlertSettings(r *request) (s alert.Settings) {
	whole := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSuffix(r.field(name), "%"))
		if err != nil {
			return 0
		}
		return n
	}
	if b, err := strconv.ParseFloat(r.field("budget"), 64); err == nil {
		s.Budget = b
	}
	for i := range s.Bands {
		s.Bands[i] = whole(fmt.Sprintf("band-%d", i))
	}
	s.Days, s.Because = whole("days"), r.field("because")
	return s
}
