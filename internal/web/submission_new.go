package web

import (
	"errors"
	"io"
	"mime/multipart"
	"strconv"
	"strings"

	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/web/component"
)

// submissionFormPage records what a provider told us, or a corrected version of it.
type submissionFormPage struct {
	base
	Corrects   string // reference of the submission that is corrected
	Version    int    // of this one
	Provider   component.Select
	About      component.Input
	Received   component.Input
	Why        component.Input
	Name, Role component.Input
	On         component.Input
	Statements []component.Textarea
	File       component.FileUpload
	Refused    []string // rows of a file that were not taken
}

func (*submissionFormPage) template() string { return "submission-new" }

// blankStatements is how many empty fields the form offers for statements.
const blankStatements = 4

func (s *Server) submissionForm(r *request) (answer, error) {
	return s.newSubmissionForm(r)
}

func (s *Server) newSubmissionForm(r *request) (*submissionFormPage, error) {
	p := &submissionFormPage{base: base{Title: "Record what a provider assured us of", Place: placeSignals, Crumbs: s.signalCrumbs(r)}, Version: 1}
	p.Crumbs.Items = append(p.Crumbs.Items, component.Link{Text: "What providers assured us of", Href: assurancePath})
	orgs, err := s.store.Organisations(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	line := func(name, label, hint string) component.Input {
		return component.Input{Field: component.Field{Name: name, Label: component.Label{Text: label}, Hint: hintOf(hint)}, Value: r.field(name), Autocomplete: "off"}
	}
	p.Provider = component.Select{Field: component.Field{Name: "provider", Label: component.Label{Text: "Provider"}}, Value: r.field("provider"), Options: []component.Option{{Text: "Choose a provider"}}}
	for i := range orgs {
		if orgs[i].Role.Provider() {
			p.Provider.Options = append(p.Provider.Options, component.Option{Value: string(orgs[i].Code), Text: orgs[i].Name})
		}
	}
	p.About = line("about", "What it is about", "Such as “Staffing of ward 7, October”.")
	p.Received = dateInput("received", "", "Received on", "", r.field("received"))
	p.Why = line("corrects", "What this version corrects, and why", "The earlier version stays readable.")
	p.Name, p.Role = line("name", "Declared true by", "The person who signs for the provider (Francis 176)."), line("role", "In the role of", "")
	p.On = dateInput("on", "", "On", "", r.field("on"))
	p.File = component.FileUpload{Field: component.Field{Name: "file", Label: component.Label{Text: "Or load a CSV file of submissions"}, Hint: "Columns: provider, about, received, declared_by, declared_role, declared_on, statement, theme. A row for each statement."}, Accept: ".csv"}
	said := map[string]string{}
	last := blankStatements
	if p.Corrects = r.query("corrects") + r.field("id"); p.Corrects != "" {
		versions, err := s.store.Submission(r.Context(), r.scope, p.Corrects)
		if err != nil {
			return nil, err
		}
		v := &versions[0]
		p.Title, p.Version = "Correct "+v.ID, v.Version+1
		if r.field("do") == "" {
			p.Provider.Value, p.About.Value, p.Role.Value, p.Name.Value = string(v.Provider), v.About, v.Declaration.Role, v.Declaration.Name
			for _, st := range v.Statements {
				said[string(st.ID)] = st.Words
			}
		}
		for _, st := range v.Statements {
			if n, err := strconv.Atoi(string(st.ID)); err == nil {
				last = max(last, n+2)
			}
		}
	}
	for n := 1; n <= last; n++ {
		name := "statement-" + strconv.Itoa(n)
		text := component.Textarea{Field: component.Field{Name: name, Label: component.Label{Text: "Statement " + strconv.Itoa(n)}}, Rows: 2, Value: said[strconv.Itoa(n)]}
		if r.field("do") != "" {
			text.Value = r.field(name)
		}
		p.Statements = append(p.Statements, text)
	}
	p.Statements[0].Hint = "One claim in each, in the provider’s own words. Empty ones are left out."
	if p.Received.Value == "" && r.field("do") == "" {
		p.Received.Value = calendar.DateOf(r.moment).String()
	}
	return p, nil
}

// submissionMake records a submission from the form, or those of a file.
func (s *Server) submissionMake(r *request) (answer, error) {
	if r.field("do") == "file" {
		return s.submissionFile(r)
	}
	p, err := s.newSubmissionForm(r)
	if err != nil {
		return nil, err
	}
	sub := signal.Submission{
		ID: p.Corrects, Version: p.Version, Corrects: r.field("corrects"), About: p.About.Value, Provider: org.Code(p.Provider.Value),
		Declaration: signal.Declaration{Name: p.Name.Value, Role: p.Role.Value},
	}
	if v, err := strconv.Atoi(r.field("version")); err == nil && p.Corrects != "" {
		sub.Version = v // from which the form was made: another correction meanwhile is a conflict
	}
	for i, st := range p.Statements {
		if words := strings.TrimSpace(st.Value); words != "" {
			sub.Statements = append(sub.Statements, signal.Statement{ID: signal.StatementID(strconv.Itoa(i + 1)), Words: words})
		}
	}
	date := func(field string) calendar.Date {
		d, err := calendar.ParseDate(r.field(field))
		if err != nil {
			p.wrong(field, sentence(messageOf(err)))
		}
		return d
	}
	received := date("received")
	if sub.Received = received.At(12, 0); received == calendar.DateOf(r.moment) {
		sub.Received = r.moment
	}
	if received.IsZero() && p.wrongAt("received") == nil {
		p.wrong("received", "Enter the day on which it was received")
	}
	sub.Declaration.On = date("on")
	if known, err := s.mayRecordAbout(r, sub.Provider); err != nil {
		return nil, err
	} else if !known {
		p.wrong("provider", "Choose the provider")
	}
	if len(p.Errors) == 0 {
		held, err := s.Desk.Submit(r.Context(), r.scope, sub)
		var fields signal.FieldErrors
		switch {
		case errors.As(err, &fields):
			for _, f := range fields {
				p.wrong(submissionField(f.Field), sentence("expected "+f.Expected)+" "+f.Advice)
			}
		case fault.Is(err, fault.Invalid):
			p.wrong("provider", sentence(messageOf(err)))
		case err != nil:
			return nil, err
		default:
			return redirect{assurancePath + "/" + held.ID}, nil
		}
	}
	p.mark()
	return p, nil
}

// mayRecordAbout reports whether the viewer may see a provider.
func (s *Server) mayRecordAbout(r *request, provider org.Code) (bool, error) {
	orgs, err := s.store.Organisations(r.Context(), r.scope)
	for i := range orgs {
		if orgs[i].Code == provider && orgs[i].Role.Provider() {
			return true, err
		}
	}
	return false, err
}

// submissionField is the control of the form for a field of a submission.
func submissionField(field string) string {
	switch field {
	case "declaration.name":
		return "name"
	case "declaration.role":
		return "role"
	case "declaration.on":
		return "on"
	case "statements":
		return "statement-1"
	}
	return field
}

func (p *submissionFormPage) mark() {
	p.Provider.Error, p.About.Error, p.Received.Error, p.Why.Error = p.wrongAt("provider"), p.wrongAt("about"), p.wrongAt("received"), p.wrongAt("corrects")
	p.Name.Error, p.Role.Error, p.On.Error, p.File.Error = p.wrongAt("name"), p.wrongAt("role"), p.wrongAt("on"), p.wrongAt("file")
	for i := range p.Statements {
		p.Statements[i].Error = p.wrongAt(p.Statements[i].Name)
	}
}

// largestSubmissions bounds an uploaded file of submissions, in bytes.
const largestSubmissions = 4 << 20

// submissionFile takes the submissions of a file; what was refused is told row by row.
func (s *Server) submissionFile(r *request) (answer, error) {
	p, err := s.newSubmissionForm(r)
	if err != nil {
		return nil, err
	}
	text, err := readUpload(r, "file")
	if err == nil {
		o := listen.LoadOptions{Received: r.moment}
		known, failed := s.store.Organisations(r.Context(), r.scope)
		if failed != nil {
			return nil, failed
		}
		o.Known = func(c org.Code) bool {
			for i := range known {
				if known[i].Code == c {
					return true
				}
			}
			return false
		}
		var list []signal.Submission
		var refusals []listen.Refusal
		if list, refusals, err = s.Desk.ReadSubmissions(text, o); err == nil {
			return s.submissionsTaken(r, p, list, refusals)
		}
	}
	if !fault.Is(err, fault.Invalid) {
		return nil, err
	}
	p.wrong("file", sentence(messageOf(err)))
	p.mark()
	return p, nil
}

func (s *Server) submissionsTaken(r *request, p *submissionFormPage, list []signal.Submission, refusals []listen.Refusal) (answer, error) {
	held, err := s.store.Submissions(r.Context(), r.scope, "")
	if err != nil {
		return nil, err
	}
	taken, known, err := s.Desk.TakeSubmissions(r.Context(), r.scope, held, list)
	if err != nil {
		return nil, err
	}
	if len(refusals) == 0 {
		return redirect{assurancePath}, nil
	}
	p.Done = count(taken, "submission was", "submissions were") + " taken, " + number(known) + " known already, " + count(len(refusals), "reason", "reasons") + " for rows that were not taken."
	for _, x := range refusals {
		p.Refused = append(p.Refused, "Row "+strconv.Itoa(x.Row)+", "+x.Field.Field+": expected "+x.Field.Expected+". "+x.Field.Advice)
	}
	return p, nil
}

// readUpload is the bytes of an uploaded file.
func readUpload(r *request, name string) ([]byte, error) {
	file, head, err := r.FormFile(name)
	if err != nil || head.Size == 0 {
		return nil, fault.New(fault.Invalid, "choose a file")
	}
	defer func(f multipart.File) { _ = f.Close() }(file) // read only: nothing can be lost
	text, err := io.ReadAll(io.LimitReader(file, largestSubmissions+1))
	if err != nil || len(text) > largestSubmissions {
		return nil, fault.New(fault.Invalid, "the file can't be read, or is larger than 4 MB")
	}
	return text, nil
}
