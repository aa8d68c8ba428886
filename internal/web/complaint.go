package web

import (
	"slices"
	"strconv"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// complaintPage is one complaint as the complaints manager works on it: its
// grounds, clocks and consent, what was done, and the forms by which more is done.
type complaintPage struct {
	base
	Ref       string
	Version   int
	Lead      string
	Facts     component.Facts
	Signal    string // address of the signal's own page
	Grounds   []groundRow
	NoGround  string
	Clocks    component.Table
	Broken    []string
	StepIns   []stepInRow
	Forms     *complaintForms
	History   []historyRow
	Responded bool
}

// stepInRow is one intervention with its steps.
type stepInRow struct {
	Index   int
	Heading string
	Items   component.SummaryList
	Open    bool // a reply or a result may still be recorded
	Reply   component.Textarea
	On      component.Input
	Result  component.Textarea
}

func (*complaintPage) template() string { return "complaint" }

func (s *Server) complaintShow(r *request) (answer, error) {
	return s.newComplaintPage(r, r.PathValue("ref"))
}

// newComplaintPage reads everything about a complaint.
func (s *Server) newComplaintPage(r *request, ref string) (*complaintPage, error) {
	h, err := s.store.Signal(r.Context(), r.scope, ref)
	if err != nil {
		return nil, err
	}
	if h.Complaint == nil {
		return nil, fault.New(fault.NotFound, "%s is no complaint", h.Reference)
	}
	names, err := s.orgNames(r)
	if err != nil {
		return nil, err
	}
	grounds, err := s.newGrounds(r)
	if err != nil {
		return nil, err
	}
	// The signal's page already tells facts, clocks and history; they are the same here.
	of := &signalPage{Ref: ref}
	of.facts(s, &h, names)
	of.clocks(s, r, &h)
	if err := s.signalHistory(r, of); err != nil {
		return nil, err
	}
	p := &complaintPage{
		base: base{Title: h.Title, Place: placeSignals, Crumbs: s.signalCrumbs(r)},
		Ref:  ref, Version: h.Triage.Version, Facts: of.Facts, Signal: r.link(signalPath(ref)), Clocks: of.Clocks, Broken: of.Broken, History: of.History,
		Responded: !h.OpenComplaint(),
	}
	p.Crumbs.Items = append(p.Crumbs.Items, component.Link{Text: "Complaints that are not dealt with", Href: r.link(complaintsPath)})
	p.Facts.Items = append(p.Facts.Items, component.Fact{Label: "Consent", Value: consentFact(h.Complaint)})
	r.shown("signal/" + ref)
	var shown []signal.Ground
	shown, p.Grounds = grounds.shown(r, &h)
	p.leadOf(&h)
	for i, in := range h.Triage.StepIns {
		p.StepIns = append(p.StepIns, s.stepInRow(r, i, in))
	}
	if r.changes(access.StepIn) {
		p.Forms = s.complaintForms(r, &h, shown)
	}
	return p, nil
}

func consentFact(c *signal.Complaint) string {
	words := consentWords(c.Consent)
	if !c.ConsentOn.IsZero() {
		words += ", " + day(c.ConsentOn.Begins())
	}
	return words
}

func (p *complaintPage) leadOf(h *store.HeldSignal) {
	switch {
	case p.Responded:
		p.Lead = "This complaint doesn’t wait for a response any more."
	case len(p.Grounds) > 0:
		p.Lead = "There are " + number(len(p.Grounds)) + " grounds to step in; the first is that " + uncapital(p.Grounds[0].Because)
		if len(p.Grounds) == 1 {
			p.Lead = "There is a ground to step in, because " + uncapital(p.Grounds[0].Because)
		}
	default:
		p.NoGround = "The record shows no ground to step in. A person may still see one: a conflict of interest, a complainant who is not involved, a response that other evidence contradicts."
	}
	if n := len(h.Triage.StepIns); n > 0 {
		p.Lead += " We have stepped in " + timesWords(n) + "."
	}
}

// timesWords is how often something was done.
func timesWords(n int) string {
	if n == 1 {
		return "once"
	}
	return number(n) + " times"
}

// stepInRow tells an intervention: ground, consent, who decided, what was asked,
// reply and result (docs/rules.md, stepping in).
func (s *Server) stepInRow(r *request, i int, in signal.StepIn) stepInRow {
	row := stepInRow{Index: i, Heading: in.Step.Words() + ", " + momentOf(in.At)}
	add := func(key, value string) {
		row.Items.Rows = append(row.Items.Rows, component.SummaryRow{Key: key, Value: value})
	}
	var grounds []string
	for _, g := range in.Grounds {
		grounds = append(grounds, uncapital(s.Desk.Taxonomies.Get("step-in-ground").NameOf(string(g))))
	}
	add("Ground", sentence(list(grounds)))
	add("Because", "“"+in.Reason+"”")
	add("Consent", "Asked "+day(in.AskedOn.Begins())+"; "+consentWords(in.Consent)+", "+day(in.ConsentOn.Begins()))
	add("Decided by", in.DecidedBy)
	add("Asked", in.Asked)
	reply, result := "None yet", "None yet"
	if in.Reply != "" {
		reply = in.Reply
		if !in.RepliedOn.IsZero() {
			reply += " (" + day(in.RepliedOn.Begins()) + ")"
		}
	}
	if in.Result != "" {
		result = in.Result
	}
	add("Provider’s reply", reply)
	add("Result", result)
	if row.Open = r.changes(access.StepIn) && in.Result == ""; row.Open {
		n := strconv.Itoa(i)
		area := func(name, label, value string) component.Textarea {
			return component.Textarea{Field: component.Field{Name: name, ID: name + "-" + n, Label: component.Label{Text: label}}, Rows: 2, Value: value}
		}
		row.Reply, row.Result = area("reply", "The provider’s reply", ""), area("result", "Result", "")
		row.On = component.Input{Field: component.Field{Name: "replied_on", ID: "replied_on-" + n, Label: component.Label{Text: "Replied on"}}, Type: "date"}
		if r.field("do") == "reply" && r.field("index") == n {
			row.Reply.Value, row.Result.Value, row.On.Value = r.field("reply"), r.field("result"), r.field("replied_on")
		}
	}
	return row
}

// complaintForms is what a complaints manager can do. What was typed is kept.
type complaintForms struct {
	Grounds   component.Checkboxes
	Reason    component.Textarea
	Consent   component.Select
	AskedOn   component.Input
	ConsentOn component.Input
	DecidedBy component.Input
	Step      component.Select
	Asked     component.Textarea

	AgreedTo  component.Input
	AgreedWhy component.Input
	AgreeOnly bool // the first date is agreed, without a reason

	State   component.Select
	StateOn component.Input

	Undo component.Select
	Why  component.Input
}

func dateInput(name, id, label, hint, value string) component.Input {
	return component.Input{Field: component.Field{Name: name, ID: id, Label: component.Label{Text: label}, Hint: hintOf(hint)}, Type: "date", Value: value}
}

// hintOf is a hint, nil where there is none.
func hintOf(text string) component.Content {
	if text == "" {
		return nil
	}
	return text
}

func (s *Server) complaintForms(r *request, h *store.HeldSignal, shown []signal.Ground) *complaintForms {
	f := &complaintForms{}
	f.Grounds = component.Checkboxes{Group: component.Group{Name: "grounds", Legend: &component.Legend{Text: "Ground", Size: "s"}, Hint: "What the record shows is ticked; the others are for you to judge."}}
	f.Grounds.Values = r.PostForm["grounds"]
	if r.field("do") != "step-in" {
		for _, g := range shown {
			f.Grounds.Values = append(f.Grounds.Values, string(g))
		}
	}
	for _, c := range s.Desk.Taxonomies.Get("step-in-ground").At(calendar.DateOf(r.moment)) {
		f.Grounds.Choices = append(f.Grounds.Choices, component.Choice{Value: c.Code, Text: c.Name})
	}
	area := func(name, label, hint string) component.Textarea {
		return component.Textarea{Field: component.Field{Name: name, Label: component.Label{Text: label}, Hint: hintOf(hint)}, Rows: 3, Value: r.field(name)}
	}
	f.Reason = area("reason", "Because", "Why now and why us. No names.")
	f.Asked = area("asked", "What is asked", "Of the provider, or offered to the complainant. No names.")
	consent := r.field("consent")
	if consent == "" && r.field("do") == "" {
		consent = string(h.Complaint.Consent)
	}
	f.Consent = component.Select{Field: component.Field{Name: "consent", Label: component.Label{Text: "Consent of the complainant"}, Hint: "Nothing can be submitted before they have answered."}, Value: consent, Options: consentOptions()} // R-CMP-3
	f.AskedOn = dateInput("asked_on", "", "Asked on", "", r.field("asked_on"))
	f.ConsentOn = dateInput("consent_on", "", "Answered on", "", r.field("consent_on"))
	if r.field("do") == "" {
		f.AskedOn.Value, f.ConsentOn.Value = consentDays(h)
	}
	f.DecidedBy = component.Input{Field: component.Field{Name: "decided_by", Label: component.Label{Text: "Who decided (role and name)"}}, Value: r.field("decided_by"), Autocomplete: "off"}
	f.Step = component.Select{Field: component.Field{Name: "step", Label: component.Label{Text: "What we do"}, Hint: "In rising order; begin with the mildest that can work."}, Value: r.field("step"), Options: []component.Option{{Text: "Choose"}}}
	for _, step := range signal.Steps() {
		f.Step.Options = append(f.Step.Options, component.Option{Value: string(step), Text: step.Words()})
	}
	f.AgreeOnly = !slices.ContainsFunc(h.Triage.Agreed, func(d signal.AgreedDate) bool { return d.Rule == "complaint-response" })
	f.AgreedTo = dateInput("to", "", "Response agreed for", "Each change is kept with its reason; a date that passes without a response is counted.", r.field("to"))
	f.AgreedWhy = component.Input{Field: component.Field{Name: "agreed_because", Label: component.Label{Text: "Because"}}, Value: r.field("agreed_because"), Autocomplete: "off"}
	f.State = component.Select{Field: component.Field{Name: "state", Label: component.Label{Text: "The complainant’s consent"}}, Value: r.field("state"), Options: consentOptions()}
	f.StateOn = dateInput("state_on", "", "On", "", r.field("state_on"))
	f.Undo = component.Select{Field: component.Field{Name: "number", Label: component.Label{Text: "Undo"}}, Value: r.field("number")}
	for n := h.Triage.Version; n >= 2; n-- {
		f.Undo.Options = append(f.Undo.Options, component.Option{Value: strconv.Itoa(n), Text: "Event " + strconv.Itoa(n)})
	}
	f.Why = component.Input{Field: component.Field{Name: "why", Label: component.Label{Text: "Undo it because"}}, Value: r.field("why"), Autocomplete: "off"}
	return f
}

func consentOptions() []component.Option {
	out := []component.Option{}
	for _, c := range []signal.ConsentState{signal.ConsentNotAsked, signal.ConsentAsked, signal.ConsentToShare, signal.ConsentToHandle, signal.ConsentRefused, signal.ConsentWithdrawn} {
		words := consentWords(c)
		out = append(out, component.Option{Value: string(c), Text: capital(words)})
	}
	return out
}

// consentDays is when the complainant was asked and when they answered, as far as
// it is recorded, in the form of date fields.
func consentDays(h *store.HeldSignal) (asked, answered string) {
	for _, x := range h.Triage.Happenings {
		if x.Event == "consent asked" {
			asked = calendar.DateOf(x.At).String()
		}
	}
	if c := h.Complaint; c.Consent != signal.ConsentAsked && c.Consent != signal.ConsentNotAsked && !c.ConsentOn.IsZero() {
		answered = c.ConsentOn.String()
		if asked == "" {
			asked = answered // given with the complaint itself
		}
	}
	return asked, answered
}
