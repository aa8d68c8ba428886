package web

import (
	"errors"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/web/component"
)

// planPage is one plan: what it says, each time it was recorded, and the form that
// corrects it.
type planPage struct {
	base
	Lead    string
	Said    component.Said
	Entries []historyRow
	Form    *planForm
}

func (*planPage) template() string { return "learning-plan" }

// newPlanForm is the form with what a plan says, or with what was sent.
func newPlanForm(r *request, orgs []org.Organisation, plan signal.ResponsePlan) *planForm {
	line := func(name, label string, hint component.Content, kind, value string) component.Input {
		if r.Method == "POST" {
			value = r.field(name)
		}
		return component.Input{Field: component.Field{Name: name, Label: component.Label{Text: label}, Hint: hint}, Type: kind, Value: value}
	}
	text := func(name, label, hint, value string) component.Textarea {
		if r.Method == "POST" {
			value = r.field(name)
		}
		return component.Textarea{Field: component.Field{Name: name, Label: component.Label{Text: label}, Hint: hint}, Value: value, Rows: 3}
	}
	iso := func(d calendar.Date) string {
		if d.IsZero() {
			return ""
		}
		return d.String()
	}
	f := &planForm{
		Provider: component.Select{Field: component.Field{Name: "provider", Label: component.Label{Text: "Provider"}}, Value: string(plan.Provider), Options: []component.Option{{Text: "Choose"}}},
		Version:  line("plan_version", "Version, as the plan gives it", nil, "", plan.Version),
		Agreed:   line("agreed", "Agreed with us on", nil, "date", iso(plan.Agreed)), Review: line("review", "Reviewed by", "12 to 18 months after", "date", iso(plan.Review)),
		Priorities: text("priorities", "Priorities", "One a line.", strings.Join(plan.Priorities, "\n")),
		Responses:  text("responses", "Planned responses", "What is responded to, and how; one a line.", strings.Join(plan.Responses, "\n")),
	}
	if r.Method == "POST" && plan.ID == "" {
		f.Provider.Value = r.field("provider")
	}
	for i := range orgs {
		if orgs[i].Role.Provider() && orgs[i].Role != org.Practice {
			f.Provider.Options = append(f.Provider.Options, component.Option{Value: string(orgs[i].Code), Text: nameOf(orgs[i])})
		}
	}
	return f
}

// readPlan is the plan as the form says it.
func readPlan(r *request) (plan signal.ResponsePlan, wrong map[string]string) {
	wrong = map[string]string{}
	read := func(name string) calendar.Date {
		d, err := calendar.ParseDate(r.field(name))
		if err != nil {
			wrong[name] = sentence(messageOf(err))
		}
		return d
	}
	each := func(name string) (out []string) {
		for _, l := range strings.Split(r.field(name), "\n") {
			if l = strings.TrimSpace(l); l != "" {
				out = append(out, l)
			}
		}
		return out
	}
	plan = signal.ResponsePlan{
		Provider: code(r.field("provider")), Version: r.field("plan_version"), Agreed: read("agreed"), Review: read("review"),
		Priorities: each("priorities"), Responses: each("responses"), Because: r.field("because"),
	}
	return plan, wrong
}

// checkPlan puts what is wrong with a plan beside its fields.
func (s *Server) checkPlan(r *request, b *base, f *planForm, plan signal.ResponsePlan, wrong map[string]string) {
	for name, words := range wrong {
		b.wrong(name, words)
	}
	var errs signal.FieldErrors
	if errors.As(plan.Validate(calendar.DateOf(r.moment)).Err(), &errs) {
		for _, e := range errs {
			name := e.Field
			if name == "version" {
				name = "plan_version"
			}
			if wrong[name] == "" {
				b.wrong(name, sentence("Expected "+e.Expected)+" "+e.Advice)
			}
		}
	}
	if err := s.Desk.NoIdentifier(append(append([]string{plan.Version, plan.Because}, plan.Priorities...), plan.Responses...)...); err != nil {
		b.wrong("priorities", sentence(messageOf(err)))
	}
	f.mark(b)
}

func (f *planForm) mark(b *base) {
	f.Provider.Error = b.wrongAt("provider")
	for _, c := range []*component.Input{&f.Version, &f.Agreed, &f.Review, f.Because} {
		if c != nil {
			c.Error = b.wrongAt(c.Name)
		}
	}
	f.Priorities.Error, f.Responses.Error = b.wrongAt("priorities"), b.wrongAt("responses")
}

// planMake records a plan.
func (s *Server) planMake(r *request) (answer, error) {
	p, err := s.newLearningPage(r)
	if err != nil {
		return nil, err
	}
	plan, wrong := readPlan(r)
	orgs, err := s.store.Organisations(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	if plan.Provider != "" && !holdsProvider(orgs, plan.Provider) {
		plan.Provider = ""
	}
	s.checkPlan(r, &p.base, p.Form, plan, wrong)
	if len(p.Errors) > 0 {
		return p, nil
	}
	made, err := s.store.RecordPlan(r.Context(), r.scope, plan)
	if err != nil {
		return nil, err
	}
	return redirect{learningPath + "/plans/" + made.ID}, nil
}

func (s *Server) planShow(r *request) (answer, error) { return s.newPlanPage(r) }

func (s *Server) newPlanPage(r *request) (*planPage, error) {
	held, err := s.store.Plan(r.Context(), r.scope, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	names, err := s.orgNames(r)
	if err != nil {
		return nil, err
	}
	now := &held[0]
	p := &planPage{base: base{Title: "Plan of " + names(now.Provider) + ", version " + now.Version, Place: placeSignals, Crumbs: s.signalCrumbs(r)}}
	p.Crumbs.Items = append(p.Crumbs.Items, component.Link{Text: "Learning from incidents", Href: r.link(learningPath)})
	p.Lead = "Agreed " + calendarDayOf(now.Agreed) + ", to be reviewed by " + calendarDayOf(now.Review) + "."
	switch {
	case now.Withdrawn:
		p.Lead = "Withdrawn, because: " + sentence(now.Because)
	case now.Overdue(calendar.DateOf(r.moment)):
		p.Lead = "Its review is overdue: it was due by " + calendarDayOf(now.Review) + "."
	}
	for _, f := range [][2]string{{"Reference", now.ID}, {"Priorities", strings.Join(now.Priorities, "; ")}, {"Planned responses", strings.Join(now.Responses, "; ")}} {
		p.Said.Items = append(p.Said.Items, component.Fact{Label: f[0], Value: f[1]})
	}
	accounts, err := s.store.Accounts(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	who := map[access.AccountID]string{}
	for _, a := range accounts {
		who[a.ID] = a.Name
	}
	for i := range held {
		h := &held[i]
		what := "Recorded as version " + h.Version
		switch {
		case h.Withdrawn:
			what = "Withdrawn, because: " + sentence(h.Because)
		case h.Because != "":
			what = "Corrected to version " + h.Version + ", because: " + sentence(h.Because)
		}
		p.Entries = append(p.Entries, historyRow{When: momentOf(h.At), Who: either(who[h.Account], string(h.Account)), What: what + " (memory entry " + number(h.Position) + ")"})
	}
	if !r.changes(access.TriageSignal) {
		return p, nil
	}
	p.Form = newPlanForm(r, nil, now.ResponsePlan)
	p.Form.Provider.Options = []component.Option{{Value: string(now.Provider), Text: names(now.Provider)}}
	p.Form.Action, p.Form.Button, p.Form.CanWithdraw = learningPath+"/plans/"+now.ID, "Correct it", !now.Withdrawn
	p.Form.Because = &component.Input{Field: component.Field{Name: "because", Label: component.Label{Text: "Because"}, Hint: "What is corrected or withdrawn stays readable in the past."}, Value: r.field("because")}
	return p, nil
}

// planChange corrects a plan, or withdraws it, by a new entry.
func (s *Server) planChange(r *request) (answer, error) {
	p, err := s.newPlanPage(r)
	if err != nil {
		return nil, err
	}
	held, err := s.store.Plan(r.Context(), r.scope, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	plan, wrong := readPlan(r)
	if r.field("do") == "withdraw" {
		plan, wrong = held[0].ResponsePlan, nil
		plan.Withdrawn, plan.Because = true, r.field("because")
	}
	plan.ID, plan.Provider = held[0].ID, held[0].Provider
	if plan.Because == "" {
		p.wrong("because", "Write down why; it is recorded")
	}
	s.checkPlan(r, &p.base, p.Form, plan, wrong)
	if len(p.Errors) > 0 {
		return p, nil
	}
	if _, err := s.store.RecordPlan(r.Context(), r.scope, plan); err != nil {
		if !fault.Is(err, fault.Invalid) {
			return nil, err
		}
		p.wrong("because", sentence(messageOf(err)))
		p.Form.mark(&p.base)
		return p, nil
	}
	return redirect{learningPath + "/plans/" + plan.ID}, nil
}
