package web

import (
	"slices"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// learningPath is how providers learn from incidents.
const learningPath = "/learning"

// learningRows is how many learning responses and events are listed.
const learningRows = 200

// learningPage is what a commissioner oversees under PSIRF (NHS England 2022): plans
// (R-PSI-1), events which must be responded to nationally with their referrals
// (R-PSI-3), and learning responses with what came of them (R-PSI-2, R-PSI-4).
type learningPage struct {
	base
	Lead      string
	Plans     *component.Region // nil where none is held
	NoPlan    string            // providers of which none is held
	Musts     *component.Region
	Responses *component.Region
	Form      *planForm // nil where nothing can be recorded
}

func (*learningPage) template() string { return "learning" }

// planForm records or corrects a plan.
type planForm struct {
	Provider                component.Select
	Version, Agreed, Review component.Input
	Priorities, Responses   component.Textarea
	Because                 *component.Input // of a correction
	Action, Button          string
	CanWithdraw             bool
}

func (s *Server) learning(r *request) (answer, error) { return s.newLearningPage(r) }

func (s *Server) newLearningPage(r *request) (*learningPage, error) {
	p := &learningPage{base: base{Title: "Learning from incidents", Place: placeSignals, Crumbs: s.signalCrumbs(r)}}
	today := calendar.DateOf(r.moment)
	orgs, err := s.store.Organisations(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	plans, err := s.store.Plans(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	list, err := s.store.LearningSignals(r.Context(), r.scope, learningRows)
	if err != nil {
		return nil, err
	}
	names := map[org.Code]string{}
	for i := range orgs {
		names[orgs[i].Code] = nameOf(orgs[i])
	}
	overdue := p.plans(r, plans, orgs, names, today)
	unreferred := s.musts(r, p, list, names)
	late := s.responses(r, p, list, names, today)
	p.Lead = count(len(plans), "plan is", "plans are") + " held, " + number(overdue) + " past review; " +
		count(unreferred, "event lacks its referral", "events lack their referral") + "; " + count(late, "learning response is", "learning responses are") + " late or unanswered."
	if r.changes(access.TriageSignal) {
		p.Form = newPlanForm(r, orgs, signal.ResponsePlan{})
		p.Form.Action, p.Form.Button = learningPath, "Record the plan"
	}
	return p, nil
}

// plans lists the plans that hold and names the providers without one, and counts
// those past their review.
func (p *learningPage) plans(r *request, plans []store.HeldPlan, orgs []org.Organisation, names map[org.Code]string, today calendar.Date) (overdue int) {
	t := component.Table{
		Caption: "Plans of responses", CaptionHidden: true, Dense: true, RowHeaders: true, Cards: true, // R-PSI-1
		Columns: []component.Column{{Heading: "Provider"}, {Heading: "Version"}, {Heading: "Agreed"}, {Heading: "Review by"}, {Heading: "Priorities"}, {Heading: "Planned responses"}},
	}
	with := map[org.Code]bool{}
	for i := range plans {
		plan := &plans[i]
		with[plan.Provider] = true
		review := component.Cell{Body: component.Clock{Text: calendarDayOf(plan.Review)}}
		if plan.Overdue(today) {
			overdue++
			review.Body = component.Clock{State: component.ClockOver, Text: calendarDayOf(plan.Review) + ", overdue"}
		}
		t.Rows = append(t.Rows, []component.Cell{
			{Body: names[plan.Provider], Href: r.link(learningPath + "/plans/" + plan.ID)},
			{Body: plan.Version},
			{Body: calendarDayOf(plan.Agreed)},
			review,
			{Body: strings.Join(plan.Priorities, "; ")},
			{Body: strings.Join(plan.Responses, "; ")},
		})
	}
	if len(t.Rows) > 0 {
		p.Plans = &component.Region{Name: "Plans of responses", Body: t}
	}
	var without []string
	for i := range orgs {
		o := &orgs[i]
		if planned(o.Role) && !with[o.Code] && (o.OpenTo.IsZero() || o.OpenTo.After(r.moment)) {
			without = append(without, names[o.Code])
		}
	}
	slices.Sort(without)
	if n := len(without); n > 0 {
		p.NoPlan = "No plan is held of " + count(n, "provider", "providers") + ": " + list(without[:min(n, 20)])
		if n > 20 {
			p.NoPlan += ", and " + number(n-20) + " more"
		}
		p.NoPlan += "."
	}
	return overdue
}

// planned reports whether providers of a role have a plan agreed with the
// commissioner.
func planned(role org.Role) bool {
	return slices.Contains([]org.Role{org.Trust, org.MentalHealth, org.Community}, role)
}

// musts lists the events which must be responded to nationally, and counts those
// whose referral is not recorded (R-PSI-3).
func (s *Server) musts(r *request, p *learningPage, list []store.HeldSignal, names map[org.Code]string) (missing int) {
	t := component.Table{
		Caption: "Events which must be responded to nationally", CaptionHidden: true, Dense: true, RowHeaders: true, Cards: true, // R-PSI-3
		Columns: []component.Column{{Heading: "Reference"}, {Heading: "Provider"}, {Heading: "Event"}, {Heading: "What must follow"}, {Heading: "Referred to"}, {Heading: "On"}, {Heading: "State"}},
	}
	tax := s.Desk.Taxonomies.Get("national-must")
	for i := range list {
		h := &list[i]
		for _, m := range h.Musts() {
			follows := "a learning response"
			if c := tax.Code(m.Event); c != nil && c.Note != "" {
				follows = c.Note
			}
			to, on := h.Referral()
			toCell, onCell := component.Cell{Body: orNone(to)}, component.Cell{Body: "not needed"}
			switch {
			case !on.IsZero():
				onCell.Body = calendarDayOf(on)
			case m.Referral:
				onCell.Body = component.Clock{State: component.ClockOver, Text: "not recorded"}
			}
			if m.Referral && to == "" {
				toCell.Body = component.Clock{State: component.ClockOver, Text: "not recorded"}
			} else if to == "" {
				toCell.Body = "stays with the provider"
			}
			t.Rows = append(t.Rows, []component.Cell{
				{Body: h.Reference, Href: r.link(signalPath(h.Reference))},
				{Body: names[h.Place.Provider]},
				{Body: tax.NameOf(m.Event)},
				{Body: follows},
				toCell, onCell,
				{Body: strings.ReplaceAll(string(h.Triage.State), "_", " ")},
			})
		}
		if h.ReferralMissing() {
			missing++
		}
	}
	if len(t.Rows) > 0 {
		p.Musts = &component.Region{Name: "Events which must be responded to nationally", Body: t}
	}
	return missing
}

// responses lists learning responses, and counts those that are late or of whose
// safety actions nobody has said what changed (R-PSI-2, R-PSI-4).
func (s *Server) responses(r *request, p *learningPage, list []store.HeldSignal, names map[org.Code]string, today calendar.Date) (late int) {
	t := component.Table{
		Caption: "Learning responses", CaptionHidden: true, Dense: true, RowHeaders: true, Cards: true, // R-PSI-2, R-PSI-4
		Columns: []component.Column{{Heading: "Reference"}, {Heading: "Provider"}, {Heading: "Type and topic"}, {Heading: "State"}, {Heading: "Started"}, {Heading: "Agreed finish"}, {Heading: "Family involved"}, {Heading: "Plan"}, {Heading: "Safety actions: what changed?"}},
	}
	types := s.Desk.Taxonomies.Get("learning-response")
	for i := range list {
		h := &list[i]
		l := h.LearningResponse
		if l == nil {
			continue
		}
		open := h.Triage.State == "planned" || h.Triage.State == "started"
		finish := component.Cell{Body: calendarDayOf(l.AgreedFinish)}
		because := l.Late(today)
		if open && because != "" {
			finish.Body = component.Clock{State: component.ClockOver, Text: calendarDayOf(l.AgreedFinish) + ", " + because}
		}
		actions := component.Cell{Body: "none recorded"}
		unanswered := l.Unanswered(today)
		if n := len(l.Actions); n > 0 {
			actions.Body = number(n) + ", none past its review"
		}
		if len(unanswered) > 0 {
			actions.Body = component.Clock{State: component.ClockOver, Text: number(len(unanswered)) + " of " + number(len(l.Actions)) + " unanswered past their review"}
		}
		if open && because != "" || len(unanswered) > 0 {
			late++
		}
		family := "not stated"
		if l.FamilyInvolved != nil {
			family = map[bool]string{true: "yes", false: "no"}[*l.FamilyInvolved]
		}
		t.Rows = append(t.Rows, []component.Cell{
			{Body: h.Reference, Href: r.link(signalPath(h.Reference))},
			{Body: names[h.Place.Provider]},
			{Body: types.NameOf(l.Type) + ": " + l.Topic},
			{Body: strings.ReplaceAll(string(h.Triage.State), "_", " ")},
			{Body: calendarDayOf(l.Started)},
			finish,
			{Body: family},
			{Body: orNone(l.Plan)},
			actions,
		})
	}
	if len(t.Rows) > 0 {
		p.Responses = &component.Region{Name: "Learning responses", Body: t}
	}
	return late
}
