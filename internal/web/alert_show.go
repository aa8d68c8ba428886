package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/concern"
	"candour/internal/org"
	"candour/internal/store"
	"candour/internal/web/component"
)

// alertPage is one alert: its evidence as it stood, what it shows now, what was
// done with it, and the forms by which that is done.
type alertPage struct {
	base
	Ref      string
	Version  int
	Facts    component.Facts
	Lead     component.Content
	Above    []component.Content // facts above any score, as they stood
	Evidence component.Why
	Said     component.Said
	Then     []component.Link // pages as of the moment it was raised
	Since    component.Content
	Scale    string      // how the scale of points changed since it was raised
	Next     string      // when the provider can be raised again
	Forms    *alertForms // nil for those who may only read, and in the past
	History  []historyRow
}

func (*alertPage) template() string { return "alert" }

// alertForms is what can be done about an alert. Each form sends the version of the
// alert from which it was made.
type alertForms struct {
	MayAcknowledge, MayReturn, MayReopen, MayLower, Open bool
	ReturnWords                                          string
	Assign                                               component.Select
	Outcome                                              component.Radios
	Because                                              component.Textarea
	Undo                                                 component.Input // because of giving back, reopening or lowering
}

func (s *Server) alertShow(r *request) (answer, error) {
	return s.newAlertPage(r, alert.Ref(r.PathValue("ref")))
}

// newAlertPage reads everything about an alert: nine queries.
func (s *Server) newAlertPage(r *request, ref alert.Ref) (*alertPage, error) {
	a, err := s.store.Alert(r.Context(), r.scope, ref)
	if err != nil {
		return nil, err
	}
	x, err := s.store.AlertEvidence(r.Context(), r.scope, ref)
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
	heir := successions.Heir(a.Provider, r.moment)
	now, err := s.store.Concerns(r.Context(), r.scope, heir)
	if err != nil {
		return nil, err
	}
	m, err := s.method(r)
	if err != nil {
		return nil, err
	}
	p := &alertPage{
		base: base{Title: fmt.Sprintf("Alert %s: %s", a.Ref, becameName(names, a.Provider, heir)), Place: placeWatchList, Crumbs: component.Breadcrumbs{Items: []component.Link{
			{Text: "Watch list", Href: r.link(string(placeWatchList))}, {Text: "Alerts", Href: r.link(alertsPath)},
		}}},
		Ref: string(a.Ref), Version: a.Version,
	}
	p.facts(&a, people)
	p.evidence(s, r, &a, &x, names(a.Provider))
	p.Then = append(p.Then, component.Link{Text: "The provider now", Href: r.link(providerPath(heir))})
	p.since(r, &a, now)
	if len(now) > 0 {
		if p.Scale, err = s.readScale(r, a.First.Params, now[0].Assessment.Params); err != nil {
			return nil, err
		}
	}
	p.Next = againWords(&a, m.Params)
	if r.changes(access.HandleAlert) {
		if p.Forms, err = s.newAlertForms(r, &a); err != nil {
			return nil, err
		}
	}
	r.shown("alert/" + string(ref))
	return p, s.alertHistory(r, p, a.Provider, names, people)
}

func (p *alertPage) facts(a *alert.Alert, people func(access.AccountID) string) {
	add := func(label, value string) {
		p.Facts.Items = append(p.Facts.Items, component.Fact{Label: label, Value: value})
	}
	add("Stands", capital(stateWords(a.State)))
	if a.Owner != "" {
		add("Whose it is", people(a.Owner))
	}
	add("Raised", momentOf(a.Raised))
	if a.Opened.IsZero() {
		add("First opened", "by nobody yet")
	} else {
		add("First opened", momentOf(a.Opened))
	}
	if a.Open() {
		add("Asked to look", a.Level.Words())
	} else {
		add("Outcome", string(a.Outcome))
		add("Closed", momentOf(a.Ended))
		add("Because", a.Because)
	}
}

// evidence is what was known when the alert was raised, from the entry that raised
// it; nothing later is read for it.
func (p *alertPage) evidence(s *Server, r *request, a *alert.Alert, x *store.PinnedEvidence, name string) {
	p.Lead = bold(fmt.Sprintf("%s: %s.", count(a.First.Points, "point", "points"), a.First.Word), "Raised because "+crossedWords(&a.First)+".")
	then := store.Concern{Assessment: x.Assessment}
	p.Above = aboveLines(r, &then)
	raised := *r
	raised.asof = strconv.FormatInt(x.Position, 10) // what a part is made of, as it stood then
	for _, part := range concern.Contributions(&x.Assessment) {
		p.Evidence.Items = append(p.Evidence.Items, component.Reason{Points: component.Signed(part.Points), Icon: kindOf(part).Icon(), Text: s.linked(&raised, a.Provider, part)})
	}
	e := &x.Explanation
	add := func(label string, value component.Content) {
		p.Said.Items = append(p.Said.Items, component.Fact{Label: label, Value: value})
	}
	add("In a sentence", strings.Replace(e.Lead, string(a.Provider), name, 1))
	if e.LooksLike != "" {
		_, pattern, _ := strings.Cut(e.LooksLike, ": ")
		add("Looks like", capital(pattern))
	}
	add("Not counted", labelled("Not counted", e.NotCounted, "Everything measured was counted."))
	p.Said.Items = append(p.Said.Items, forAndAgainst(e.Against, "Nothing that was measured spoke against it.")...)
	add("Missing", labelled("Missing", e.Missing, "Nothing that was due was missing."))
	if e.LeftOut != "" {
		add("Left out", e.LeftOut)
	}
	add("Judged by", fmt.Sprintf("parameters %s, as of %s, at a budget of %.1f false alerts per provider-year; memory entry %s", a.First.Params, a.First.AsOf.Period().Words(), x.Budget, number(x.Position)))
	asof := "?asof=" + strconv.FormatInt(x.Position, 10)
	p.Then = []component.Link{
		{Text: "The provider’s page as it stood then", Href: providerPath(a.Provider) + asof},
		{Text: "Weights and why, then", Href: providerPath(a.Provider) + "/concern" + asof},
	}
}

// since says how the concern stands at the moment shown.
func (p *alertPage) since(r *request, a *alert.Alert, now []store.Concern) {
	switch {
	case len(now) == 0 || !now[0].Judged:
		p.Since = "The provider can’t be judged at present."
	default:
		c := &now[0]
		text := fmt.Sprintf("Now %s (%s); %d when the alert was raised.", count(c.Points, "point", "points"), c.Word, a.First.Points)
		if fresh := newFamilies(a); len(fresh) > 0 {
			text += " Added since: " + list(fresh) + "."
		}
		p.Since = text
	}
}

// becameName is a provider's name, and of one that merged what it has become.
func becameName(names func(org.Code) string, provider, heir org.Code) string {
	if heir == provider {
		return names(provider)
	}
	return names(provider) + ", now " + names(heir)
}

// againWords says when the re-alert rule lets the provider be raised again
// (concern-design.md section 9), and as what the outcome counts.
func againWords(a *alert.Alert, par *concern.Params) string {
	from := (a.First.AsOf + concern.Month(par.RealertMonths)).Period().Words()
	months := count(par.RealertMonths, "month", "months")
	if a.Open() {
		return "Newer judgements are added to this alert. A second one is raised from " + from + " on, " + months +
			" after this, and only if kinds of evidence speak that aren’t named here, or the concern has grown clearly."
	}
	counts := "counts as a false alert"
	if a.Outcome.True() {
		counts = "counts as a true alert"
	}
	return fmt.Sprintf("“%s” %s. No other alert is raised before %s, %s after this one; from then on one is, if the concern is above the threshold.",
		capital(string(a.Outcome)), counts, from, months)
}

// newFamilies is the families named in the newest judgement and not in the first.
func newFamilies(a *alert.Alert) (out []string) {
	for _, f := range a.Now.Families {
		if !slices.Contains(a.First.Families, f) {
			out = append(out, familyName(f))
		}
	}
	return out
}

// newAlertForms makes the forms that fit where the alert stands.
func (s *Server) newAlertForms(r *request, a *alert.Alert) (*alertForms, error) {
	f := &alertForms{
		MayAcknowledge: a.State == alert.Raised, MayReturn: a.State == alert.Assigned || a.State == alert.Acknowledged,
		MayReopen: !a.Open(), MayLower: a.Open() && a.Level > alert.Leads, Open: a.Open(),
		ReturnWords: map[alert.State]string{alert.Assigned: "Take it from its owner", alert.Acknowledged: "Make it new again"}[a.State],
	}
	f.Outcome = component.Radios{Group: component.Group{Name: "outcome", Legend: &component.Legend{Text: "What it turned out to be"}}, Small: true}
	for _, o := range alert.Outcomes {
		name, hint := outcomeWords(o)
		f.Outcome.Choices = append(f.Outcome.Choices, component.Choice{Value: string(o), Text: name, Hint: hint})
	}
	f.Because = component.Textarea{Field: component.Field{Name: "because", Label: component.Label{Text: "Because"}, Hint: "What you looked at and found. No names of patients or staff."}, Rows: 3}
	f.Undo = component.Input{Field: component.Field{Name: "why", Label: component.Label{Text: "Because"}}}
	f.Assign = component.Select{Field: component.Field{Name: "to", Label: component.Label{Text: "Give it to"}}, Value: string(a.Owner), Options: []component.Option{{Text: "Choose somebody"}}}
	accounts, err := s.store.Accounts(r.Context(), r.scope)
	for _, account := range accounts {
		who := access.Viewer{Account: account.ID, Memberships: account.Memberships}
		if !account.Closed && access.Allows(who, r.tenant, access.HandleAlert, access.Resource{Tenant: r.tenant}) {
			f.Assign.Options = append(f.Assign.Options, component.Option{Value: string(account.ID), Text: account.Name})
		}
	}
	return f, err
}

// alertHistory lists what was done, newest first.
func (s *Server) alertHistory(r *request, p *alertPage, provider org.Code, names func(org.Code) string, people func(access.AccountID) string) error {
	entries, err := s.store.AlertHistory(r.Context(), r.scope, alert.Ref(p.Ref))
	for _, e := range slices.Backward(entries) {
		who := people(e.Actor)
		if e.Step.Role != "" {
			who += ", " + e.Step.Role.Words()
		}
		what := stepWords(&e.Step, people)
		if b := e.Step.Brief; b != nil && org.Code(b.Provider) != provider {
			what += ", at " + names(org.Code(b.Provider)) + ", which it has become"
		}
		p.History = append(p.History, historyRow{When: momentOf(e.At), Who: who + ", entry " + number(e.Position), What: what})
	}
	return err
}

// stepWords is a step in words.
func stepWords(s *alert.Step, people func(access.AccountID) string) string {
	because := ""
	if s.Because != "" {
		because = ", because: " + s.Because
	}
	switch s.Act {
	case "":
		return "Raised"
	case alert.Acknowledge:
		return "Acknowledged"
	case alert.Assign:
		return "Given to " + people(s.To)
	case alert.Return:
		return "Given back" + because
	case alert.Close:
		return "Closed as " + string(s.Outcome) + because
	case alert.Reopen:
		return "Reopened" + because
	case alert.Escalate:
		return fmt.Sprintf("Went up to level %d, because nobody had opened it: %s", s.Level, s.Level.Words())
	case alert.Lower:
		return "Taken back to the first level" + because
	case alert.Add:
		if s.Brief != nil {
			return fmt.Sprintf("Added to: now %s, %s", count(s.Brief.Points, "point", "points"), crossedWords(s.Brief))
		}
	}
	return capital(string(s.Act)) + because
}
