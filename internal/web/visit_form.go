package web

import (
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/listen"
	"candour/internal/listen/picture"
	"candour/internal/signal"
	"candour/internal/signal/form"
	"candour/internal/store"
	"candour/internal/web/component"
)

// What a visit's form may carry.
const (
	visitPictures = 6
	visitBody     = visitPictures*picture.MostBytes + formBody
)

// picturePurpose is the purpose of sealed photographs.
const picturePurpose = "photograph"

// pickTemplate offers the templates in force.
func (s *Server) pickTemplate(r *request, k signal.Kind) answer {
	p := &kindsPage{base: base{Title: "What kind of visit?", Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Raise something", Href: signalNewPath}}}}, Lead: "Each template has its areas and questions. A template of your own is added by your administrator."}
	p.Kept = "Open this page while you are on line: its forms are then kept on the device for a day, and work without a network."
	if k == signal.KindFifteenSteps {
		p.Title = "15 Steps: where?"
	}
	for _, t := range form.Templates(s.Desk.Taxonomies, calendar.DateOf(r.moment)) {
		if t.FifteenSteps != (k == signal.KindFifteenSteps) {
			continue
		}
		var areas []string
		for _, a := range t.Areas {
			areas = append(areas, a.Name)
		}
		p.Kinds = append(p.Kinds, kindItem{Href: signalNewPath + "/" + string(k) + "?template=" + t.ID, Text: t.Name, Lead: list(areas) + ".", Keep: true})
	}
	return p
}

// finishVisit fills in what follows from what was typed: a title, the themes of what
// was found, and the instant of an immediate concern.
func (s *Server) finishVisit(r *request, x *signal.Signal) {
	v := x.Visit
	name := v.Template
	if t := s.Desk.Taxonomies.Template(v.Template); t != nil {
		name = t.Name
	}
	x.Title = strings.Trim(name+", "+x.Place.Ward, ", ")
	x.Source.Role = "Visiting team"
	for _, f := range v.Findings {
		if !f.Positive && f.Theme != "" && !slices.Contains(x.Themes, f.Theme) {
			x.Themes = append(x.Themes, f.Theme)
		}
	}
	if len(v.Immediate) > 0 && v.ImmediateAt.IsZero() {
		v.ImmediateAt = r.moment
	}
}

// offerPictures offers photographs where the commissioner allows them.
func (s *Server) offerPictures(r *request, p *formPage) error {
	settled, err := s.store.Listening(r.Context(), r.scope)
	if err != nil || !settled.Photographs {
		return err
	}
	p.Pictures = &component.FileUpload{Field: component.Field{
		Name: "photographs", Label: component.Label{Text: "Photographs of documents", Size: "s"},
		Hint: fmt.Sprintf("At most %d, JPEG or PNG. Never of a person. Where and when they were taken is removed, and they are sealed to those who judge quality and to you. They are not kept with a draft on this device, and can’t be added once the visit was sent.", visitPictures),
	}, Multiple: true, Accept: "image/jpeg,image/png"}
	return nil
}

// readPictures seals the photographs that came, made clean. Where they aren't
// allowed, a form that carries them is told so and nothing of them is kept.
func (s *Server) readPictures(r *request, p *formPage, item *listen.Item) {
	if r.MultipartForm == nil || item.Signal.Visit == nil {
		return
	}
	files := r.MultipartForm.File["photographs"]
	files = slices.DeleteFunc(slices.Clone(files), func(h *multipart.FileHeader) bool { return h.Size == 0 })
	if len(files) == 0 {
		return
	}
	refuse := func(text string) {
		p.wrong("photographs", text)
		if p.Pictures != nil {
			p.Pictures.Error = text
		}
	}
	if p.Pictures == nil {
		refuse("Photographs are not kept here; take them off the form. An administrator can allow them")
		return
	}
	if len(files) > visitPictures {
		refuse(fmt.Sprintf("At most %d photographs can be kept with a visit", visitPictures))
		return
	}
	readers, err := s.sealReaders(r)
	if err != nil {
		refuse("The photographs could not be sealed: " + messageOf(err))
		return
	}
	readers = append(readers, r.viewer.Account)
	for i, h := range files {
		clean, err := cleanPicture(h)
		if err != nil {
			refuse(fmt.Sprintf("Photograph %d: %s", i+1, messageOf(err)))
			return
		}
		item.Sealed = append(item.Sealed, store.SealedText{Purpose: picturePurpose, Text: string(clean), Readers: readers})
	}
	item.Signal.Visit.DocumentsAllowed = true
}

// cleanPicture reads one file and makes it clean.
func cleanPicture(h *multipart.FileHeader) (clean []byte, err error) {
	f, err := h.Open()
	if err != nil {
		return nil, fault.New(fault.Invalid, "it could not be read; take it again")
	}
	defer func() {
		if e := f.Close(); err == nil && e != nil {
			err = fault.Wrap(fault.Internal, e, "close a photograph")
		}
	}()
	bytes, err := io.ReadAll(io.LimitReader(f, picture.MostBytes+1))
	if err != nil {
		return nil, fault.New(fault.Invalid, "it could not be read; take it again")
	}
	return picture.Clean(bytes)
}

// pictureOpen opens a sealed photograph for a reason, as one page of its own that no
// browser keeps.
func (s *Server) pictureOpen(r *request) (answer, error) {
	jpeg, err := s.store.ReadSealed(r.Context(), r.scope, r.PathValue("seal"), r.field("because"))
	if err != nil {
		return nil, err
	}
	if !isPicture(jpeg) {
		return nil, fault.New(fault.NotFound, "what is sealed there is no photograph; open it on the signal’s page")
	}
	return pictureOf(jpeg), nil
}

// isPicture reports whether sealed text is a photograph.
func isPicture(text string) bool { return http.DetectContentType([]byte(text)) == "image/jpeg" }

// pictureOf shows a photograph, once.
func pictureOf(jpeg string) answer {
	return &download{Type: "image/jpeg", Write: func(w http.ResponseWriter) error {
		_, err := io.WriteString(w, jpeg)
		return err
	}}
}

// visitFormAgain is the form of a visit that goes on, with what was typed.
func (s *Server) visitFormAgain(r *request) (answer, error) {
	h, t, err := s.openVisit(r)
	if err != nil {
		return nil, err
	}
	f := form.ForVisit(t)
	values, err := f.Values(&h.Signal)
	if err != nil {
		return nil, err
	}
	p, err := s.newFormPage(r, f, t, values, nil)
	if err != nil {
		return nil, err
	}
	p.goesOn(r, &h)
	return p, nil
}

// goesOn makes the page one that goes on with a visit.
func (p *formPage) goesOn(r *request, h *store.HeldSignal) {
	p.Title, p.Action, p.Version = h.Reference+": "+h.Title, visitsPath+"/"+h.Reference+"/more", h.Triage.Version
	p.Lead = "What was recorded before stays in the history."
	if p.Pictures != nil {
		p.Lead += " Photographs go with the first sending only; for others, record a visit that follows this one up."
	}
	p.Pictures, p.Draft, p.Once = nil, "", ""
	p.Because = &component.Input{Field: component.Field{Name: "because", Label: component.Label{Text: "Why it is changed", Size: "s"}, Error: p.wrongAt("because")}, Value: r.field("because")}
	if r.Method == "GET" {
		p.Because.Value = "The visit went on"
	}
	p.Crumbs = component.Breadcrumbs{Items: []component.Link{{Text: "Visits", Href: visitsPath}, {Text: h.Reference, Href: visitsPath + "/" + h.Reference}}}
}

// openVisit is the visit of the address with the template it was made by.
func (s *Server) openVisit(r *request) (store.HeldSignal, *signal.VisitTemplate, error) {
	h, err := s.store.Signal(r.Context(), r.scope, r.PathValue("ref"))
	if err != nil {
		return h, nil, err
	}
	if h.Visit == nil {
		return h, nil, fault.New(fault.NotFound, "%s is no visit", h.Reference)
	}
	t := s.Desk.Taxonomies.Template(h.Visit.Template)
	if t == nil {
		return h, nil, fault.New(fault.Conflict, "the template %q of this visit is not among the definitions any more; it can be read on its page, not gone on with", h.Visit.Template)
	}
	return h, t, nil
}

// visitGoOn records a visit as it was gone on with: a corrected version; the earlier
// one stays in the history.
func (s *Server) visitGoOn(r *request) (answer, error) {
	values, err := r.values()
	if err != nil {
		return nil, err
	}
	if err := r.checkSender(); err != nil {
		return nil, err
	}
	h, t, err := s.openVisit(r)
	if err != nil {
		return nil, err
	}
	version, err := readVersion(r)
	if err != nil {
		return nil, err
	}
	f := form.ForVisit(t)
	p, err := s.newFormPage(r, f, t, values, &providerField{})
	if err != nil {
		return nil, err
	}
	orgs, err := s.store.Organisations(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	more := r.field("more") != ""
	place := newProviderField(orgs, "place.provider", "Provider", "Type two letters of its name, or its code.", values, &p.base, !more)
	if !more {
		item, filled := s.readForm(r, p, f, values, place.code)
		if r.field("because") == "" {
			p.wrong("because", "Say why it is changed")
		}
		if len(p.Errors) == 0 {
			p.screen(&p.base, &item.Signal, r.field("screened"))
		}
		if len(p.Errors) == 0 {
			_, err := s.Desk.Amend(r.Context(), r.scope, &h, version, item.Signal, r.field("because"), filled.Then...)
			if err == nil {
				return redirect{visitsPath + "/" + h.Reference}, nil
			}
			if err := p.tell(err, filled); err != nil {
				return nil, err
			}
		}
	}
	p.fill(s, r, f, values, &place, true)
	p.goesOn(r, &h)
	p.Version = version
	return p, nil
}

// mayGoOn reports whether the viewer may go on with a visit: whoever recorded it, and
// those who judge quality, until its report was sent.
func (r *request) mayGoOn(h *store.HeldSignal) bool {
	open := h.Triage.State == "planned" || h.Triage.State == "done"
	return open && h.Triage.Withdrawn == "" && r.changes(access.RecordVisit) && (h.RaisedBy == r.viewer.Account || r.may(access.TriageSignal))
}
