package web

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// signalForms is what can be done about a signal. Each form sends what it does in
// its button, and the version of the signal that it was made from.
type signalForms struct {
	Severity    component.Select
	Reliability component.Select
	Credibility component.Select
	Theme       component.Select
	Domain      component.Select
	Outcome     component.Select
	Because     component.Textarea
	Told        component.Textarea
	Assign      component.Select
	Duplicate   component.Input
	Event       component.Input
	// TwoProviders has a choice only where two signals of two providers are to be one item.
	TwoProviders component.Checkboxes
	HCAT         component.Select
	HCATLevel    component.Select
	Link         component.Select
	LinkTo       component.Input
	Place        component.Select // without options where the place can't be corrected
	Site         component.Input
	Service      component.Input
	Ward         component.Input
	PlaceWhy     component.Input
	Move         component.Select
	MoveOn       component.Input
	Why          component.Input
	Undo         component.Select
}

// choose makes a select.
func choose(name, label, value string, options ...component.Option) component.Select {
	return component.Select{Field: component.Field{Name: name, Label: component.Label{Text: label}}, Value: value, Options: append([]component.Option{{Text: "Not judged"}}, options...)}
}

// signalForms makes the forms with what holds now.
func (s *Server) signalForms(r *request, h *store.HeldSignal) (*signalForms, error) {
	tax, today := s.Desk.Taxonomies, calendar.DateOf(r.moment)
	options := func(id signal.TaxonomyID) (out []component.Option) {
		for _, c := range tax.Get(id).At(today) {
			out = append(out, component.Option{Value: c.Code, Text: c.Name})
		}
		return out
	}
	f := &signalForms{}
	var levels []component.Option
	for l := signal.Low; l <= signal.Gravest; l++ {
		levels = append(levels, component.Option{Value: strconv.Itoa(int(l)), Text: l.Words()})
	}
	g := h.Triage.Grading
	f.Severity = choose("severity", "Severity", digit(int(h.Level())), levels...)
	f.Reliability = choose("reliability", "Reliability of the source", digit(g.Reliability), options("source-reliability")...)
	f.Credibility = choose("credibility", "Credibility", digit(g.Credibility), options("credibility")...)
	f.Theme = choose("theme", "Theme", h.OpenTheme(), options("theme")...)
	var domains []component.Option
	for _, d := range []string{"safe", "effective", "caring", "responsive", "well-led"} {
		domains = append(domains, component.Option{Value: d, Text: strings.ToUpper(d[:1]) + d[1:]})
	}
	f.Domain = choose("domain", "Domain", h.Triage.Codes.Domain, domains...)
	var outcomes []component.Option
	for _, o := range signal.Outcomes() {
		outcomes = append(outcomes, component.Option{Value: string(o), Text: o.Words()})
	}
	f.Outcome = choose("outcome", "Outcome", string(h.Triage.Outcome), outcomes...)
	f.Outcome.Options[0].Text = "None yet"
	text := func(name, label, hint string, rows int) component.Textarea {
		return component.Textarea{Field: component.Field{Name: name, Label: component.Label{Text: label}, Hint: hint}, Rows: rows}
	}
	line := func(name, label, hint string) component.Input {
		return component.Input{Field: component.Field{Name: name, Label: component.Label{Text: label}, Hint: hint}}
	}
	f.Because, f.Told = text("because", "Because", "", 2), text("message", "Tell whoever raised it", "They see these words. No names of patients.", 3)
	f.Duplicate, f.Event = line("duplicate", "The same item as", "A reference such as G-2026-12; empty takes the mark away."), line("event", "About the event", "A name for what happened: signals about one event count once.")
	f.Duplicate.Value, f.Event.Value = refOf(h.Triage.DuplicateOf), string(h.Triage.Event)
	f.MoveOn, f.Why = component.Input{Field: component.Field{Name: "on", Label: component.Label{Text: "On"}}, Type: "date"}, line("why", "Because", "")
	f.Move = choose("move", "What happened", "")
	f.Move.Options = nil
	for _, event := range h.Kind.Events(h.Triage.State) {
		f.Move.Options = append(f.Move.Options, component.Option{Value: event, Text: strings.ToUpper(event[:1]) + event[1:]})
	}
	f.Undo = choose("number", "Undo", "")
	f.Undo.Options = nil
	for n := h.Triage.Version; n >= 2; n-- {
		f.Undo.Options = append(f.Undo.Options, component.Option{Value: strconv.Itoa(n), Text: "Event " + strconv.Itoa(n)})
	}
	for field, key := range map[*component.Field]string{&f.Theme.Field: "c", &f.Outcome.Field: "o", &f.Undo.Field: "u"} {
		field.Attributes = component.Attributes{"data-key": key}
	}
	f.codesAndLinks(s, h, today)
	if err := s.placeForm(r, f, h); err != nil {
		return nil, err
	}
	err := s.assignees(r, f, h.Triage.Assigned)
	f.Assign.Attributes = component.Attributes{"data-key": "w"}
	return f, err
}

// assignees lists those who may deal with signals here.
func (s *Server) assignees(r *request, f *signalForms, now string) error {
	accounts, err := s.store.Accounts(r.Context(), r.scope)
	f.Assign = choose("assign", "Whose it is", now)
	f.Assign.Options[0].Text = "Nobody’s yet"
	for _, a := range accounts {
		may := slices.ContainsFunc(answeringRoles, func(role access.Role) bool {
			for _, m := range a.Memberships {
				if m.Role == role && m.Tenant == r.tenant {
					return true
				}
			}
			return false
		})
		if may && !a.Closed {
			f.Assign.Options = append(f.Assign.Options, component.Option{Value: string(a.ID), Text: a.Name})
		}
	}
	return err
}

// digit is a level as the value of an option; none for nought.
func digit(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// signalChange does what one of the forms asks.
func (s *Server) signalChange(r *request) (answer, error) {
	ref := r.PathValue("ref")
	h, err := s.store.Signal(r.Context(), r.scope, ref)
	if err != nil {
		return nil, err
	}
	version, err := readVersion(r)
	if err != nil {
		return nil, err
	}
	changes, err := s.readChanges(r, &h)
	if err == nil && len(changes) == 0 {
		err = fault.New(fault.Invalid, "nothing was changed on the form")
	}
	if err == nil {
		_, err = s.Desk.Change(r.Context(), r.scope, ref, version, changes...)
	}
	if err == nil {
		return redirect{backToList(r, ref)}, nil
	}
	if !fault.Is(err, fault.Invalid) {
		return nil, err
	}
	if list, beside := listBeside(r); beside {
		return s.keepBeside(r, list, &h, messageOf(err))
	}
	p, failed := s.newSignalPage(r, ref)
	if failed != nil {
		return nil, failed
	}
	p.keep(r, messageOf(err))
	return p, s.askTwoProviders(r, &h, p.Forms)
}

// keepBeside is the list again with the signal open beside it, what is wrong and what
// was typed.
func (s *Server) keepBeside(r *request, list url.Values, h *store.HeldSignal, message string) (answer, error) {
	list.Set("open", r.PathValue("ref"))
	r.URL.Path, r.URL.RawQuery = string(placeSignals), list.Encode()
	p, err := s.newSignalsPage(r)
	if err != nil {
		return nil, err
	}
	p.Open.keep(r, message)
	p.Errors = append(p.Errors, p.Open.Errors...)
	return p, s.askTwoProviders(r, h, p.Open.Forms)
}

// keep shows what is wrong, with what was typed.
func (p *signalPage) keep(r *request, message string) {
	field := map[string]string{"answer": "message", "join": "duplicate", "move": "move", "withdraw": "why", "undo": "number", "link": "link_to", "place": "place_why", "assign": "assign", "readers": "readers_why"}[r.field("do")]
	if field == "" {
		field = "because"
	}
	p.wrong(field, sentence(message))
	p.Further = !slices.Contains([]string{"because", "message"}, field)
	if r.PostForm.Has("list") {
		p.Back = &backTo{List: r.field("list"), Next: r.field("next")}
	}
	if c := p.Confined; c != nil && field == "readers_why" {
		p.Further, c.Because.Value, c.Because.Error = false, r.field(field), p.wrongAt(field)
		if c.Readers != nil {
			c.Readers.Values = r.PostForm["reader"]
		}
	}
	f := p.Forms
	values := map[string]*string{"because": &f.Because.Value, "message": &f.Told.Value}
	for _, c := range []*component.Select{&f.Severity, &f.Reliability, &f.Credibility, &f.Theme, &f.Domain, &f.Outcome, &f.Assign, &f.HCAT, &f.HCATLevel, &f.Link, &f.Place, &f.Move, &f.Undo} {
		values[c.Name], c.Error = &c.Value, p.wrongAt(c.Name)
	}
	for _, c := range []*component.Input{&f.Duplicate, &f.Event, &f.LinkTo, &f.Site, &f.Service, &f.Ward, &f.PlaceWhy, &f.MoveOn, &f.Why} {
		values[c.Name], c.Error = &c.Value, p.wrongAt(c.Name)
	}
	for name, value := range values {
		if r.PostForm.Has(name) {
			*value = r.field(name)
		}
	}
	f.Because.Error, f.Told.Error = p.wrongAt("because"), p.wrongAt("message")
}

// sealedOpen opens a sealed text for a reason; the page with it is sent once and
// kept nowhere.
func (s *Server) sealedOpen(r *request) (answer, error) {
	ref, part := r.PathValue("ref"), r.PathValue("seal")
	text, err := s.store.ReadSealed(r.Context(), r.scope, part, r.field("because"))
	if err != nil && !fault.Is(err, fault.Invalid) {
		return nil, err
	}
	if isPicture(text) {
		return pictureOf(text), nil
	}
	p, failed := s.newSignalPage(r, ref)
	if failed != nil {
		return nil, failed
	}
	for i := range p.Sealed {
		if row := &p.Sealed[i]; row.Ref == part {
			if err == nil && row.attached {
				return s.attachmentOf(r, ref, text)
			}
			if row.Opened = text; err != nil {
				p.wrong("because-"+part, sentence(messageOf(err)))
				row.Because.Error = p.wrongAt("because-" + part)
			}
		}
	}
	return p, nil
}

// changeWords is a change in words.
func changeWords(c signal.Change, who map[string]string) string {
	because := func(s string) string {
		if s == "" {
			return ""
		}
		return ", because: " + s
	}
	switch c := c.(type) {
	case signal.Received:
		return "Received"
	case signal.Assigned:
		if c.To == "" {
			return "Given back"
		}
		if who[c.To] != "" {
			return "Given to " + who[c.To]
		}
		return "Given to " + c.To
	case signal.Coded:
		if c.Suggested {
			return "Coded as suggested" + because(c.Because)
		}
		return "Coded" + because(c.Because)
	case signal.SecondCoded:
		return "Coded by a second person"
	case signal.Graded:
		return "Graded " + strings.ToLower(c.Grading.Seriousness.Words()) + because(c.Because)
	case signal.AboutEvent:
		return "About the event " + string(c.Event)
	case signal.Linked:
		return "Linked to " + linkWords(c.Link)
	case signal.Unlinked:
		return "No longer linked to " + linkWords(c.Link)
	case signal.Sorted:
		return "Given the kind " + c.Signal.Kind.Words() + because(c.Because)
	case signal.Amended:
		return "Corrected" + because(c.Because)
	case signal.Revised:
		return revisedWords(c)
	case signal.MarkedDuplicate:
		if c.Of == "" {
			return "No longer marked as the same item as another"
		}
		if c.Across != "" {
			return "Marked as the same item as " + refOf(c.Of) + ", though that names another provider (" + string(c.Across) + ")"
		}
		return "Marked as the same item as " + refOf(c.Of)
	case signal.OutcomeSet:
		return c.Outcome.Words() + because(c.Because)
	case signal.Moved:
		return strings.ToUpper(c.Event[:1]) + c.Event[1:] + because(c.Because)
	case signal.Answered:
		return "Answered: " + c.Message
	case signal.NotResolved:
		return "Said not to be resolved: " + c.Message
	case signal.ReadersNamed:
		var names []string
		for _, id := range c.Readers {
			names = append(names, named(who, id))
		}
		return "May be seen by " + inWords(names) + because(c.Because)
	case signal.Withdrawn:
		return "Withdrawn" + because(c.Because)
	case signal.SteppedIn, signal.StepInReplied, signal.ConsentSet, signal.DateAgreed:
		return complaintWords(c)
	case signal.Undone:
		return "Event " + strconv.Itoa(c.Number) + " undone" + because(c.Because)
	}
	return strings.ReplaceAll(strings.TrimPrefix(signal.ChangeName(c), "signal_"), "_", " ")
}

// revisedWords is a later version of the sender in words.
func revisedWords(c signal.Revised) string {
	words := "A later version came from its sender"
	if n, updated := c.Signal.Edition(); n > 0 {
		words = "Version " + strconv.Itoa(n) + " came from its sender"
	} else if !updated.IsZero() {
		words += ", of " + day(updated)
	}
	if len(c.Kept) > 0 {
		words += "; what was corrected here stays: " + strings.Join(slices.Sorted(maps.Keys(c.Kept)), ", ")
	}
	return words
}

// attachmentOf is a file that came with an e-mail, to be saved; its name is that of the
// signal's attachment with the same hash. A browser is never asked to open it.
func (s *Server) attachmentOf(r *request, ref, content string) (answer, error) {
	h, err := s.store.Signal(r.Context(), r.scope, ref)
	if err != nil {
		return nil, err
	}
	name, sum := "attachment", sha256.Sum256([]byte(content))
	for _, a := range h.Attachments {
		if a.SHA256 == hex.EncodeToString(sum[:]) {
			name = a.Name
		}
	}
	return &download{Name: name, Type: "application/octet-stream", Write: func(w http.ResponseWriter) error {
		_, err := io.WriteString(w, content)
		return err
	}}, nil
}
