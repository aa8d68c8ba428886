package web

import (
	"errors"
	"slices"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/identifier"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/signal/form"
	"candour/internal/store"
	"candour/internal/web/component"
)

// The addresses of concerns, for those who raise them.
const (
	concernNewPath = "/concerns/new"
	concernsPath   = "/concerns"
)

// concernPage is the form by which a GP says that a patient was failed in
// a minute, with what became of the practice's earlier concerns.
type concernPage struct {
	base
	screening
	Answer   string // by when an answer is due: "Mon 30 Nov (5 working days)"
	Once     string // drawn for this form, so that sending it twice is known
	For      string // for whom it was made
	Recent   component.Radios
	Provider providerField
	Practice component.Select
	Ward     component.Input
	Theme    component.Radios
	When     component.Radios
	Words    component.Textarea
	Harm     component.Radios
	Urgency  component.Radios
	Number   component.Input
	Known    component.Radios
	Effect   component.Textarea
	Resolved component.Radios
	Before   component.Radios
	More     bool // what is seldom told is open
	Became   []becameOf
	All      bool // there are earlier concerns
}

// foundWords is an identifier as the sender wrote it.
type foundWords struct{ Kind, Text string }

func (*concernPage) template() string { return "concern-new" }

func (s *Server) concernForm(r *request) (answer, error) {
	p, err := s.newConcernPage(r)
	if err != nil {
		return nil, err
	}
	if !r.URL.Query().Has("kept") { // a page that is kept on the device draws its own number for each draft
		p.Once, err = s.drawOnce()
	}
	return p, err
}

// newConcernPage makes the form with what was typed so far.
func (s *Server) newConcernPage(r *request) (*concernPage, error) {
	p := &concernPage{base: base{Title: "Tell us a patient was failed"}, screening: newScreening(r), Once: r.field("once"), For: r.sender()}
	clock, err := s.Desk.Rulebook.Start("clinician-concern-answer", r.moment)
	if err != nil {
		return nil, err
	}
	p.Answer = clock.DueDate.Begins().In(calendar.London).Format("Mon 2 Jan") + " (" + clock.Unit.Words(clock.Length) + ")"
	if err := s.concernPlaces(r, p); err != nil {
		return nil, err
	}
	small := func(name, legend string, choices ...component.Choice) component.Radios {
		return component.Radios{
			Group: component.Group{Name: name, Legend: &component.Legend{Text: legend, Size: "s"}, Classes: "cd-radios2"},
			Small: true, Value: r.field(name), Choices: choices,
		}
	}
	var themes []component.Choice
	for _, c := range s.Desk.Taxonomies.Get("theme").At(calendar.DateOf(r.moment)) {
		if c.Quick != "" {
			themes = append(themes, component.Choice{Value: c.Code, Text: c.Quick})
		}
	}
	p.Theme = small("theme", "What went wrong?", themes...)
	p.When = small("when", "When?", component.Choice{Value: "today", Text: "Today"}, component.Choice{Value: "yesterday", Text: "Yesterday"},
		component.Choice{Value: "week", Text: "Earlier this week"}, component.Choice{Value: "before", Text: "Before that"})
	p.Harm = small("harm", "Was the patient harmed?", component.Choice{Value: "no", Text: "No"}, component.Choice{Value: "some", Text: "Some harm"},
		component.Choice{Value: "severe", Text: "Severe harm or death"}, component.Choice{Value: "unknown", Text: "Don’t know yet"})
	p.Known = small("known", "May the hospital know it was your practice?", component.Choice{Value: "yes", Text: "Yes"}, component.Choice{Value: "no", Text: "No, keep us out of it"})
	p.Urgency = small("urgency", "How soon must somebody look?", component.Choice{Value: "usual", Text: "As usual, within 2 working days"}, component.Choice{Value: "urgent", Text: "By noon of the next working day"})
	if p.Urgency.Value == "" {
		p.Urgency.Value = "usual"
	}
	p.Resolved = small("resolved", "Did you settle it with the hospital?", component.Choice{Value: "no", Text: "No"}, component.Choice{Value: "partly", Text: "Partly"}, component.Choice{Value: "yes", Text: "Yes"})
	p.Before = small("before", "Have you seen this before?", component.Choice{Value: "no", Text: "No"}, component.Choice{Value: "yes", Text: "Yes"})
	p.Effect = component.Textarea{Field: component.Field{Name: "effect", Label: component.Label{Text: "What did it do to the patient?", Size: "s"}, Hint: "No names."}, Value: r.field("effect"), Rows: 2}
	p.More = r.field("effect") != "" || r.field("resolved") != "" || r.field("before") != ""
	p.Ward = component.Input{Field: component.Field{Name: "ward", Label: component.Label{Text: "Ward, clinic or team (if you know it)", Size: "s"}}, Value: r.field("ward"), Autocomplete: "off"}
	p.Words = component.Textarea{Field: component.Field{Name: "words", Label: component.Label{Text: "What happened?", Size: "s"}, Hint: "No names. One or two sentences will do."}, Value: r.field("words"), Rows: 4}
	p.Number = component.Input{Field: component.Field{
		Name: "number", Label: component.Label{Text: "NHS number (helps us find the record)", Size: "s"}, Hint: "Sealed on arrival. You see a line here each time someone reads it.",
	}, Value: r.field("number"), Width: 10, InputMode: "numeric", Autocomplete: "off"}
	if r.URL.Query().Has("kept") { // nothing of other concerns is kept on the device
		return p, nil
	}
	return p, s.concernsBecame(r, p)
}

// concernPlaces offers the viewer's last three providers first, then all, and the
// practices for which the viewer may speak.
func (s *Server) concernPlaces(r *request, p *concernPage) error {
	orgs, err := s.store.Organisations(r.Context(), r.scope)
	if err != nil {
		return err
	}
	names := map[org.Code]string{}
	for i := range orgs {
		names[orgs[i].Code] = nameOf(orgs[i])
	}
	if err := s.concernRecent(r, p, names); err != nil {
		return err
	}
	label := "Where?"
	if len(p.Recent.Choices) > 0 {
		label = "Somewhere else"
	}
	values := form.Values{"provider": {r.field("provider")}, "provider.which": {r.field("provider.which")}}
	chosen := r.field("recent") != "" && r.field("recent") != "other"
	p.Provider = newProviderField(orgs, "provider", label, "Type two letters of its name.", values, &p.base, r.Method == "POST" && !chosen)
	if code := org.Code(r.field("recent")); chosen && names[code] != "" {
		p.Provider.code = code
		if typed := r.field("provider"); typed != "" && !slices.ContainsFunc(providersThatFit(orgs, typed), func(o org.Organisation) bool { return o.Code == code }) {
			p.wrong("provider", "You chose "+names[code]+" and wrote “"+cut(typed)+"”; choose Somewhere else above, or empty this field")
		}
	}
	p.Practice = component.Select{Field: component.Field{Name: "practice", Label: component.Label{Text: "Your practice", Size: "s"}}, Value: r.field("practice")}
	for _, practice := range r.viewer.PracticesAt(r.tenant) {
		name := names[practice]
		if name == "" {
			name = string(practice)
		}
		p.Practice.Options = append(p.Practice.Options, component.Option{Value: string(practice), Text: name})
	}
	return nil
}

// concernRecent offers the viewer's last three providers.
func (s *Server) concernRecent(r *request, p *concernPage, names map[org.Code]string) error {
	if r.URL.Query().Has("kept") {
		return nil
	}
	lines, err := s.store.Signals(r.Context(), r.scope, store.SignalFilter{Own: true, Newest: true, Kind: signal.KindClinicianConcern, Limit: 20})
	if err != nil {
		return err
	}
	p.Recent = component.Radios{
		Group: component.Group{Name: "recent", Legend: &component.Legend{Text: "Where?", Size: "s"}, Hint: "Your last three come first.", Classes: "cd-radios2"},
		Small: true, Value: r.field("recent"),
	}
	for _, l := range lines {
		known := slices.ContainsFunc(p.Recent.Choices, func(c component.Choice) bool { return c.Value == string(l.Provider) })
		if names[l.Provider] != "" && !known && len(p.Recent.Choices) < 3 {
			p.Recent.Choices = append(p.Recent.Choices, component.Choice{Value: string(l.Provider), Text: names[l.Provider]})
		}
	}
	if len(p.Recent.Choices) > 0 {
		p.Recent.Choices = append(p.Recent.Choices, component.Choice{Value: "other", Text: "Somewhere else"})
	}
	return nil
}

// concernSend checks the form, shows what could tell who the patient is, and
// records the concern.
func (s *Server) concernSend(r *request) (answer, error) {
	if err := r.checkSender(); err != nil {
		return nil, err
	}
	p, err := s.newConcernPage(r)
	if err != nil {
		return nil, err
	}
	item := s.readConcern(r, p)
	if number := r.field("number"); number != "" {
		digits := strings.Join(strings.Fields(number), "")
		if !identifier.ValidNHSNumber(digits) {
			p.wrong("number", "Check the NHS number: its ten digits don’t fit together. You can leave it empty")
		} else if readers, err := s.sealReaders(r); err != nil {
			return nil, err
		} else if len(readers) == 0 {
			p.wrong("number", "Nobody here is named to read sealed text, so it can’t be kept. Leave it empty")
		} else {
			item.Sealed = []store.SealedText{{Purpose: "patient", Text: digits, Readers: readers}}
		}
	}
	if len(p.Errors) == 0 {
		p.screen(&p.base, &item.Signal, r.field("screened"))
	}
	if len(p.Errors) == 0 {
		receipts, err := s.Desk.Receive(r.Context(), r.scope, item)
		var fields signal.FieldErrors
		switch {
		case errors.As(err, &fields):
			for _, f := range fields {
				p.wrong(concernField(f.Field), sentence(f.Advice))
			}
		case err != nil:
			return nil, err
		default:
			return redirect{concernsPath + "/sent/" + receipts[0].Reference}, nil
		}
	}
	p.mark()
	return p, nil
}

// readConcern reads the form into a signal; what is missing is told on the page.
func (s *Server) readConcern(r *request, p *concernPage) listen.Item {
	today := calendar.DateOf(r.moment)
	if p.Provider.code == "" && p.wrongAt("provider") == nil && p.wrongAt("provider.which") == nil {
		p.wrong("provider", "Choose where it happened")
	}
	for _, need := range []struct{ name, text string }{
		{"theme", "Choose what went wrong; something else is on the list"},
		{"when", "Say when it happened"},
		{"words", "Write what happened, in a sentence or two, without names"},
		{"harm", "Say whether the patient was harmed; you may not know yet"},
		{"known", "Say whether the hospital may know that it was your practice"},
	} {
		if r.field(need.name) == "" {
			p.wrong(need.name, need.text)
		}
	}
	practice := r.tenant
	if len(p.Practice.Options) > 0 {
		practice = org.Code(p.Practice.Options[0].Value)
		for _, o := range p.Practice.Options {
			if o.Value == r.field("practice") {
				practice = org.Code(o.Value)
			}
		}
	}
	x := signal.Signal{
		Kind: signal.KindClinicianConcern, Title: cut(strings.Join(strings.Fields(r.field("words")), " ")), Narrative: r.field("words"),
		Place: signal.Place{Provider: p.Provider.code, Ward: r.field("ward")}, Received: r.moment,
		Source: signal.Source{Organisation: practice, Role: r.rolesInWords(), Channel: "form", MayBeNamed: r.field("known") == "yes"},
		Themes: []string{r.field("theme")}, Urgent: r.field("urgency") == "urgent",
		ClinicianConcern: &signal.ClinicianConcern{Harm: r.field("harm"), Effect: r.field("effect"), ResolvedWithProvider: r.field("resolved"), SeenBefore: r.field("before") == "yes"},
	}
	switch r.field("when") {
	case "today":
		x.Occurred.Date = today
	case "yesterday":
		x.Occurred.Date = today - 1
	case "week":
		x.Occurred = signal.Occurrence{Date: today - 6, Until: today - 2, About: true}
	}
	return listen.Item{Signal: x, Origin: r.origin()}
}

// concernField is the control of the form for a field of the signal.
func concernField(field string) string {
	switch {
	case strings.HasPrefix(field, "place.provider"):
		return "provider"
	case strings.HasPrefix(field, "themes"):
		return "theme"
	case strings.HasSuffix(field, "harm"), strings.HasSuffix(field, "effect"):
		return field[strings.LastIndexByte(field, '.')+1:]
	case strings.HasSuffix(field, "resolved_with_provider"):
		return "resolved"
	}
	return "words"
}

// mark puts each error beside its field.
func (p *concernPage) mark() {
	p.Provider.Input.Error, p.Ward.Error, p.Words.Error, p.Number.Error = p.wrongAt("provider"), p.wrongAt("ward"), p.wrongAt("words"), p.wrongAt("number")
	p.Theme.Error, p.When.Error, p.Harm.Error, p.Known.Error = p.wrongAt("theme"), p.wrongAt("when"), p.wrongAt("harm"), p.wrongAt("known")
	p.Screened.Error, p.Resolved.Error, p.Effect.Error = p.wrongAt("screened"), p.wrongAt("resolved"), p.wrongAt("effect")
}

// sealReaders is who is named on the seal of a patient's number: those who judge
// quality at the commissioner when it comes in.
func (s *Server) sealReaders(r *request) (readers []access.AccountID, err error) {
	accounts, err := s.store.Accounts(r.Context(), r.scope)
	for _, a := range accounts {
		for _, m := range a.Memberships {
			if m.Tenant == r.tenant && !a.Closed && slices.Contains(answeringRoles, m.Role) {
				readers = append(readers, a.ID)
			}
		}
	}
	return readers, err
}
