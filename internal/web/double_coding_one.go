package web

import (
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

// secondCodePage is one complaint of the sample: to be read and coded without the
// first code, the suggestion, or anything that follows from them; once two people
// have coded it, with both codes.
type secondCodePage struct {
	base
	Ref     string
	Version int
	Lead    string
	Facts   component.Facts
	Words   string
	Form    *secondCodeForm       // nil where the viewer may not code it
	Pair    component.SummaryList // without rows until both have coded
	Signal  string                // address of the complaint; empty until both have coded
	Why     *component.Input      // of an undoing; nil where there is nothing to undo
}

// secondCodeForm is the second code.
type secondCodeForm struct {
	Category component.Radios
	Severity component.Radios
}

func (*secondCodePage) template() string { return "second-code" }

func (s *Server) secondCodeShow(r *request) (answer, error) { return s.newSecondCodePage(r) }

// ofSample is the complaint of the address; what isn't in the sample, or was not
// coded by anybody, isn't there.
func (s *Server) ofSample(r *request) (store.HeldSignal, error) {
	h, err := s.store.Signal(r.Context(), r.scope, r.PathValue("ref"))
	if err == nil && h.Codings() <= 0 {
		err = fault.New(fault.NotFound, "%s is no complaint that two people code; the list shows which are", h.Reference)
	}
	return h, err
}

func (s *Server) newSecondCodePage(r *request) (*secondCodePage, error) {
	h, err := s.ofSample(r)
	if err != nil {
		return nil, err
	}
	names, err := s.orgNames(r)
	if err != nil {
		return nil, err
	}
	p := &secondCodePage{base: base{Title: h.Title, Place: placeSignals, Crumbs: s.complaintCrumbs(r)}, Ref: h.Reference, Version: h.Triage.Version, Words: h.Narrative}
	p.Crumbs.Items = append(p.Crumbs.Items, component.Link{Text: "Complaints coded twice", Href: r.link(doubleCodingPath)})
	for _, f := range [][2]string{{"Reference", h.Reference}, {"Provider", names(h.Place.Provider)}, {"Ward or team", h.Place.Ward}, {"Service", h.Place.Service}, {"Received", momentOf(h.Received)}} {
		if f[1] != "" {
			p.Facts.Items = append(p.Facts.Items, component.Fact{Label: f[0], Value: f[1]})
		}
	}
	r.shown("signal/" + h.Reference)
	if h.Triage.DoubleCoding != nil {
		return p, s.showPair(r, p, &h)
	}
	blind, err := s.blind(r, &h)
	switch {
	case err != nil:
		return nil, err
	case h.Triage.CodedBy == string(r.viewer.Account):
		p.Lead = "You coded this complaint first. A second person codes it, who doesn’t know your code."
	case !blind:
		p.Lead = "You have coded this complaint and seen both codes; since that was undone, another person codes it."
	case r.changes(access.TriageSignal):
		p.Lead = "One person has coded this complaint. Code it as you read it; the first code is shown once yours is sent. If you know it from elsewhere, leave this complaint to somebody else."
		p.Form = s.secondCodeForm(r)
	default:
		p.Lead = "One person has coded this complaint; it waits for a second."
	}
	return p, nil
}

// blind reports whether the viewer has not been shown both codes of the complaint: not
// so whoever gave a second code that was undone.
func (s *Server) blind(r *request, h *store.HeldSignal) (bool, error) {
	events, err := s.store.SignalHistory(r.Context(), r.scope, h.Reference)
	return !slices.ContainsFunc(events, func(e signal.Event) bool {
		_, second := e.Change.(signal.SecondCoded)
		return second && e.By == string(r.viewer.Account)
	}), err
}

// showPair shows both codes, who gave them, and how the second is undone.
func (s *Server) showPair(r *request, p *secondCodePage, h *store.HeldSignal) error {
	accounts, err := s.store.Accounts(r.Context(), r.scope)
	if err != nil {
		return err
	}
	who := map[string]string{}
	for _, a := range accounts {
		who[string(a.ID)] = a.Name
	}
	d := h.Triage.DoubleCoding
	p.Lead = "The two codes differ."
	if d.Agrees() {
		p.Lead = "Both gave the same category and severity."
	}
	p.Signal = r.link(complaintPath(h.Reference))
	p.Pair.Rows = []component.SummaryRow{
		{Key: "First code", Value: s.hcatWords(d.First) + " (" + either(who[d.FirstBy], d.FirstBy) + ")"},
		{Key: "Second code", Value: s.hcatWords(d.Second) + " (" + either(who[d.By], d.By) + ", " + momentOf(d.At) + ")"},
	}
	if r.changes(access.TriageSignal) {
		p.Why = &component.Input{Field: component.Field{Name: "why", Label: component.Label{Text: "Undo the second code because"}, Hint: "Both stay in the history of the complaint."}, Value: r.field("why"), Autocomplete: "off"}
	}
	return nil
}

// secondCodeForm asks for the gravest problem: its category and its severity.
func (s *Server) secondCodeForm(r *request) *secondCodeForm {
	f := &secondCodeForm{
		Category: component.Radios{Group: component.Group{Name: "category", Legend: &component.Legend{Text: "Category of the gravest problem", Size: "s"}}, Small: true, Value: r.field("category")},
		Severity: component.Radios{Group: component.Group{Name: "severity", Legend: &component.Legend{Text: "How severe it is", Size: "s"}, Hint: "Judge what was done or left undone, not the harm that came of it. Code what the letter says, not whether it is true."}, Small: true, Value: r.field("severity")},
	}
	for _, c := range s.Desk.Taxonomies.Get("hcat").At(calendar.DateOf(r.moment)) {
		if !c.Group && !strings.Contains(c.Code, "/") {
			f.Category.Choices = append(f.Category.Choices, component.Choice{Value: c.Code, Text: c.Name, Hint: hintOf(c.Note)})
		}
	}
	for n := 1; n < signal.HCATLevels; n++ {
		f.Severity.Choices = append(f.Severity.Choices, component.Choice{Value: strconv.Itoa(n), Text: capital(hcatLevels[n])})
	}
	return f
}

// secondCodeChange records the second code, or undoes it by a new entry.
func (s *Server) secondCodeChange(r *request) (answer, error) {
	p, err := s.newSecondCodePage(r)
	if err != nil {
		return nil, err
	}
	version, err := readVersion(r)
	if err != nil {
		return nil, err
	}
	var change signal.Change
	switch r.field("do") {
	case "code":
		change, err = p.readCode(r)
	case "undo":
		change, err = s.readUndoSecond(r, p)
	default:
		err = fault.New(fault.Invalid, "the form does not say what it is for; open the page again")
	}
	if err != nil {
		return nil, err
	}
	if len(p.Errors) > 0 {
		return p, nil
	}
	_, err = s.Desk.Change(r.Context(), r.scope, p.Ref, version, change)
	switch {
	case err == nil:
		return redirect{secondCodePath(p.Ref)}, nil
	case p.Why != nil && fault.Is(err, fault.Invalid):
		p.wrong("why", sentence(messageOf(err)))
		p.Why.Error = p.wrongAt("why")
		return p, nil
	}
	return nil, err
}

// readCode is the second code; what is missing stands beside its field.
func (p *secondCodePage) readCode(r *request) (signal.Change, error) {
	if p.Form == nil {
		return nil, fault.New(fault.Conflict, "this complaint doesn’t wait for a code of yours; the list shows which do")
	}
	f := p.Form
	offered := func(radios *component.Radios, advice string) {
		if !slices.ContainsFunc(radios.Choices, func(c component.Choice) bool { return c.Value == radios.Value }) {
			p.wrong(radios.Name, advice)
			radios.Error = p.wrongAt(radios.Name)
		}
	}
	offered(&f.Category, "Choose the category of the gravest problem")
	offered(&f.Severity, "Choose how severe it is")
	level, err := strconv.Atoi(f.Severity.Value)
	if err != nil && len(p.Errors) == 0 {
		return nil, fault.Wrap(fault.Invalid, err, "read the severity")
	}
	return signal.SecondCoded{Code: signal.HCATCode{Category: f.Category.Value, Severity: level}}, nil
}

// readUndoSecond takes the second code back, for a reason.
func (s *Server) readUndoSecond(r *request, p *secondCodePage) (signal.Change, error) {
	h, err := s.ofSample(r)
	if err != nil {
		return nil, err
	}
	if p.Why == nil || h.Triage.DoubleCoding == nil {
		return nil, fault.New(fault.Conflict, "this complaint has no second code to undo")
	}
	if p.Why.Value == "" {
		p.wrong("why", "Write down why; it is recorded")
		p.Why.Error = p.wrongAt("why")
	}
	return signal.Undone{Number: h.Triage.DoubleCoding.Event, Because: p.Why.Value}, nil
}
