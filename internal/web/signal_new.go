package web

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/signal/form"
	"candour/internal/store"
	"candour/internal/web/component"
)

// signalNewPath is where a kind of signal is picked.
const signalNewPath = "/signals/new"

// formBody bounds a form without photographs.
const formBody = 256 << 10

// kindsPage lists the kinds that the viewer may raise.
type kindsPage struct {
	base
	Lead  string
	Kept  string // how forms are kept on the device; empty is nothing to say
	Kinds []kindItem
}

// kindItem is one kind with its form.
type kindItem struct {
	Href, Text, Lead string
	Keep             bool // the form is kept on the device, for where there is no network
}

func (*kindsPage) template() string { return "signal-kinds" }

// mayRaise reports whether the viewer may raise a kind.
func (r *request) mayRaise(k signal.Kind) bool {
	if k == signal.KindClinicianConcern {
		return r.may(access.RaiseConcern)
	}
	return access.Allows(r.viewer, r.tenant, access.RecordSignal, access.Resource{Tenant: r.tenant, Kind: string(k)})
}

// signalKinds lists what can be raised.
func (s *Server) signalKinds(r *request) (answer, error) {
	p := &kindsPage{base: base{Title: "Raise something"}}
	if s.offers(r, string(placeSignals)) {
		p.Place, p.Crumbs = placeSignals, component.Breadcrumbs{Items: []component.Link{{Text: "Signals", Href: string(placeSignals)}}}
	}
	for _, k := range signal.Kinds() {
		if !r.mayRaise(k) {
			continue
		}
		item := kindItem{Href: signalNewPath + "/" + string(k), Text: k.Words()}
		switch f := form.For(k); {
		case f != nil:
			item.Lead = f.Lead
		case k == signal.KindClinicianConcern:
			item.Href, item.Lead = concernNewPath, "A GP or another clinician tells that patients were failed. About a minute; an answer comes back."
		case k == signal.KindVisit:
			item.Lead = "What was seen, by a template with its areas. Works on a tablet and offline."
		case k == signal.KindFifteenSteps:
			item.Lead = "First impressions on entering, in words. Works on a tablet and offline."
		}
		p.Kinds = append(p.Kinds, item)
	}
	p.Lead = "Pick what it is. If you are not sure, a message can be given its kind later."
	return p, nil
}

// formPage is the form of one kind.
type formPage struct {
	base
	screening
	Kind     signal.Kind
	Lead     string
	Not      string
	Action   string
	Template string // of a visit
	Once     string // drawn for this form, so that sending it twice is known
	For      string // for whom it was made
	Because  *component.Input
	Version  int // of the signal that is gone on with; nought is a new one
	Parts    []formPart
	Readers  *component.Checkboxes // who may open what is sealed; nil where nothing is
	Pictures *component.FileUpload // nil where photographs are not kept
	Draft    string                // name under which a draft is kept on the device; "" keeps none
}

func (*formPage) template() string { return "signal-form" }

// kindOfForm is the kind of the address, and its form; nil where a template is yet
// to be picked.
func (s *Server) kindOfForm(r *request) (signal.Kind, *form.Form, *signal.VisitTemplate, error) {
	k := signal.Kind(r.PathValue("kind"))
	if !k.Known() || k == signal.KindClinicianConcern {
		return k, nil, nil, fault.New(fault.NotFound, "there is no form for “%s”", cut(string(k)))
	}
	if !r.mayRaise(k) {
		return k, nil, nil, fault.New(fault.Refused, "you can't open this. %s isn't among what %s may raise here", k.Words(), r.rolesInWords())
	}
	if f := form.For(k); f != nil {
		return k, f, nil, nil
	}
	id := r.query("template")
	if r.Method != "GET" {
		id = r.field("template")
	}
	t := s.Desk.Taxonomies.Template(id)
	if t == nil || t.FifteenSteps != (k == signal.KindFifteenSteps) {
		return k, nil, nil, nil
	}
	return k, form.ForVisit(t), t, nil
}

// signalForm shows the form of a kind.
func (s *Server) signalForm(r *request) (answer, error) {
	k, f, t, err := s.kindOfForm(r)
	if err != nil {
		return nil, err
	}
	if f == nil {
		return s.pickTemplate(r, k), nil
	}
	values := form.Values{}
	p, err := s.newFormPage(r, f, t, values, nil)
	if err != nil {
		return nil, err
	}
	if !r.URL.Query().Has("kept") { // a page that is kept on the device draws its own number for each draft
		p.Once, err = s.drawOnce()
	}
	return p, err
}

// newFormPage makes the page of a form with what was sent; place is the provider
// read from it, nil where nothing was sent.
func (s *Server) newFormPage(r *request, f *form.Form, t *signal.VisitTemplate, values form.Values, place *providerField) (*formPage, error) {
	p := &formPage{
		base: base{Title: f.Kind.Words()}, screening: newScreening(r), Kind: f.Kind, Lead: f.Lead, Not: f.Not,
		Action: signalNewPath + "/" + string(f.Kind), Once: r.field("once"), For: r.sender(),
	}
	p.Crumbs = component.Breadcrumbs{Items: []component.Link{{Text: "Raise something", Href: signalNewPath}}}
	if s.offers(r, string(placeSignals)) {
		p.Place = placeSignals
	}
	if t != nil {
		p.Title, p.Template = "Visit: "+t.Name, t.ID
		p.Draft = "visit"
		if t.FifteenSteps {
			p.Title = t.Name
		}
		if err := s.offerPictures(r, p); err != nil {
			return nil, err
		}
	}
	if err := s.offerReaders(r, p, f); err != nil {
		return nil, err
	}
	if place == nil {
		orgs, err := s.store.Organisations(r.Context(), r.scope)
		if err != nil {
			return nil, err
		}
		made := newProviderField(orgs, "place.provider", "Provider", "Type two letters of its name, or its code.", values, &p.base, false)
		place = &made
		p.fill(s, r, f, values, place, len(values) > 0)
	}
	return p, nil
}

// fill makes the controls; errors must stand in the page before.
func (p *formPage) fill(s *Server, r *request, f *form.Form, values form.Values, place *providerField, sent bool) {
	day, err := calendar.ParseDate(values.First("occurred.date"))
	if err != nil || day.IsZero() {
		day = calendar.DateOf(r.moment)
	}
	m := formMaker{tax: s.Desk.Taxonomies, values: values, sent: sent, day: day, base: &p.base, place: place}
	p.Parts = m.parts(f)
}

// offerReaders lists who can be named to open what is sealed, where the form seals
// anything or asks who may see it. For letters all who judge quality are ticked at first; for a member of
// staff nobody is: whom they trust is asked (R-FTSU-1).
func (s *Server) offerReaders(r *request, p *formPage, f *form.Form) error {
	legend, hint := readersAsked(f)
	if legend == "" {
		return nil
	}
	accounts, err := s.store.Accounts(r.Context(), r.scope)
	if err != nil {
		return err
	}
	c := component.Checkboxes{Group: component.Group{Name: "readers", Legend: &component.Legend{Text: legend, Size: "s"}, Hint: hint}, Small: true, Values: r.PostForm["readers"]}
	for _, a := range accounts {
		if a.Closed || !r.answering(a.Memberships) || f.NamesReaders() && a.ID == r.viewer.Account { // whoever records it is a reader anyway
			continue
		}
		c.Choices = append(c.Choices, component.Choice{Value: string(a.ID), Text: a.Name + ", " + membershipsInWords(a.Memberships)})
		if r.Method == "GET" && f.Kind != signal.KindStaffConcern && !f.NamesReaders() {
			c.Values = append(c.Values, string(a.ID))
		}
	}
	p.Readers = &c
	return nil
}

// chosenReaders is who was ticked, among those who could be.
func (p *formPage) chosenReaders() (out []access.AccountID) {
	if p.Readers == nil {
		return nil
	}
	for _, c := range p.Readers.Choices {
		if slices.Contains(p.Readers.Values, c.Value) {
			out = append(out, access.AccountID(c.Value))
		}
	}
	return out
}

// signalSend takes a form: errors come back beside their fields with everything
// that was typed, and nothing is stored until there are none.
func (s *Server) signalSend(r *request) (answer, error) {
	values, err := r.values()
	if err != nil {
		return nil, err
	}
	if err := r.checkSender(); err != nil {
		return nil, err
	}
	_, f, t, err := s.kindOfForm(r)
	if err != nil {
		return nil, err
	}
	if f == nil {
		return nil, fault.New(fault.Invalid, "the form does not say which template it is by; open it again")
	}
	orgs, err := s.store.Organisations(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	p, err := s.newFormPage(r, f, t, values, &providerField{})
	if err != nil {
		return nil, err
	}
	if r.field("more") != "" { // another row is asked for, nothing is sent
		place := newProviderField(orgs, "place.provider", "Provider", "Type two letters of its name, or its code.", values, &p.base, false)
		p.fill(s, r, f, values, &place, true)
		return p, nil
	}
	place := newProviderField(orgs, "place.provider", "Provider", "Type two letters of its name, or its code.", values, &p.base, true)
	item, filled := s.readForm(r, p, f, values, place.code)
	if len(p.Errors) == 0 {
		p.screen(&p.base, &item.Signal, r.field("screened"))
	}
	if len(p.Errors) == 0 {
		receipts, err := s.Desk.Receive(r.Context(), r.scope, item)
		if err == nil {
			return redirect{signalSentPath + receipts[0].Reference}, nil
		}
		if err := p.tell(err, filled); err != nil {
			return nil, err
		}
	}
	p.fill(s, r, f, values, &place, true)
	return p, nil
}

// values is the form that was sent, of either encoding.
func (r *request) values() (form.Values, error) {
	_ = r.field("once") // reads the body, whichever way it is encoded
	if r.PostForm == nil {
		return nil, fault.New(fault.Invalid, "the form could not be read; it may be too large")
	}
	out := form.Values{}
	for name, list := range r.PostForm {
		out[name] = list
	}
	return out, nil
}

// tell puts what is wrong with a signal beside the controls; another fault is given
// back.
func (p *formPage) tell(err error, filled form.Filled) error {
	var fields signal.FieldErrors
	switch {
	case errors.As(err, &fields):
		p.tellFields(fields, filled)
	case fault.Is(err, fault.Invalid):
		p.wrong("form", sentence(messageOf(err)))
	default:
		return err
	}
	return nil
}

// chooseOne is the advice about a code that is missing: the summary at the head of the
// page must say of which field.
const chooseOne = "Choose one of the list."

func (p *formPage) tellFields(fields signal.FieldErrors, filled form.Filled) {
	for _, e := range fields {
		name := filled.Control(e.Field)
		control := controlID(name)
		if label := filled.Label(name); label != "" && e.Found == "" && e.Advice == chooseOne {
			e.Advice = "Choose one of the list: " + strings.ToLower(label[:1]) + label[1:]
		}
		switch {
		case e.Field == "place.provider" && (p.wrongAt(control) != nil || p.wrongAt(controlID(name+".which")) != nil), e.Field == "title" && control == "":
			continue // told already, by the choice of a provider or by the words
		case e.Field == "sealed" && p.Readers != nil:
			control = "readers"
			p.Readers.Error = "Name at least one person who may open what is sealed"
		case e.Field == "readers" && p.Readers != nil:
			control = "readers"
			p.Readers.Error = "Name at least one person who may see it"
		case control == "":
			control = "form"
		}
		p.wrong(control, sentence(e.Advice))
	}
}

// readForm reads the form into an item; what is wrong is told on the page.
func (s *Server) readForm(r *request, p *formPage, f *form.Form, values form.Values, provider org.Code) (listen.Item, form.Filled) {
	filled, wrong := f.Read(values, r.moment)
	x := &filled.Signal
	x.Place.Provider, x.Source.Channel = provider, "form"
	if x.Visit != nil {
		s.finishVisit(r, x)
	}
	item := listen.Item{Signal: *x, Origin: r.origin(), Then: filled.Then, Readers: p.chosenReaders()}
	if f.NamesReaders() {
		item.Readers = append(item.Readers, r.viewer.Account)
	}
	readers := item.Readers
	if f.Kind == signal.KindStaffConcern { // the form says so: the words they seal name the recorder too
		readers = append(slices.Clone(readers), r.viewer.Account)
	}
	for purpose, text := range filled.Sealed {
		item.Sealed = append(item.Sealed, store.SealedText{Purpose: purpose, Text: text, Readers: readers})
	}
	slices.SortFunc(item.Sealed, func(a, b store.SealedText) int { return cmp.Compare(a.Purpose, b.Purpose) })
	if p.Readers != nil && len(item.Readers) == 0 && (x.Veiled() || f.Kind == signal.KindStaffConcern && len(item.Sealed) > 0) {
		wrong = append(wrong, signal.FieldError{Field: "sealed"})
	}
	p.tellFields(append(wrong, s.Desk.Wrong(item)...), filled)
	s.readPictures(r, p, &item)
	return item, filled
}
