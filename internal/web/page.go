package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"sync"
	"sync/atomic"

	"candour/internal/fault"
	"candour/internal/web/component"
)

// base is what every page struct embeds.
type base struct {
	Title  string                // heading of the page and beginning of its title
	Place  place                 // which of the eight places it belongs to; empty is none
	Crumbs component.Breadcrumbs // the way to its parent; none for a place itself
	Status int                   // nought is 200
	Errors []component.ErrorLink // what is wrong with the form that was sent
	Done   string                // what was just done, in a sentence; empty is nothing
	Unread string                // what has arrived and is not on the page yet, in a sentence; empty is nothing
	Frame  frame                 // filled in after the handler
}

func (*base) answers()      {}
func (b *base) page() *base { return b }

// Summary is the error summary above the form.
func (b *base) Summary() component.ErrorSummary { return component.ErrorSummary{Errors: b.Errors} }

// wrong adds something that is wrong with a field of the form.
func (b *base) wrong(field, text string) {
	b.Errors = append(b.Errors, component.ErrorLink{Text: text, Href: "#" + field})
}

// wrongAt is what is wrong with a field, for its Error; nil is nothing.
func (b *base) wrongAt(field string) component.Content {
	for _, e := range b.Errors {
		if e.Href == "#"+field {
			return e.Text
		}
	}
	return nil
}

// page is a typed page: a struct that embeds base.
type page interface {
	answer
	page() *base
	template() string // file in templates, without suffix
}

// pages is every page; a test holds each against its template, and New refuses a
// template without a page.
var pages = []page{
	&indicatorPage{}, &watchListPage{}, &providerPage{}, &groupPaperPage{}, &weightsPage{}, &matrixPage{}, &indicatorsPage{}, &definitionPage{}, &providersPage{},
	&signInPage{}, &linkPage{}, &firstPage{}, &accountPage{}, &tenantPage{}, &asOfPage{}, &methodPage{}, &searchPage{}, &problemPage{},
	&dataPage{}, &deliveryPage{}, &loadPage{}, &mappingPage{},
	&signalsPage{}, &signalPage{}, &togetherPage{}, &concernPage{}, &sentPage{}, &concernsPage{},
	&complaintsPage{}, &complaintPage{}, &doubleCodingPage{}, &secondCodePage{}, &assurancePage{}, &submissionPage{}, &submissionFormPage{},
	&kindsPage{}, &formPage{}, &receiptPage{}, &visitsPage{}, &visitPage{}, &draftsPage{}, &adminVisitsPage{}, &listsPage{}, &listPage{}, &learningPage{}, &planPage{},
	&patternsPage{}, &silencePage{}, &ownPatternsPage{}, &countsPage{}, &paperPage{},
	&memoryPage{}, &verifyPage{}, &inquiryPage{},
	&alertsPage{}, &alertPage{}, &alertSettingsPage{},
	&duePage{}, &digestPage{}, &outboxPage{},
	&adminPage{}, &adminAccountPage{}, &orgsPage{}, &agreementsPage{}, &clientsPage{}, &clientPage{},
}

//go:embed templates/*.gohtml
var templateFiles embed.FS

// layout is the file with the frame of every page; those that begin with an
// underscore hold parts that several pages use.
const layout = "_frame.gohtml"

// pageTemplate is a page's set of templates, with how long the page was last: the next is
// about as long, so its buffer need not grow.
type pageTemplate struct {
	*template.Template
	length atomic.Int64
}

// templates is parseTemplates, done once: the files are part of the program, so the sets
// are the same for every server.
var templates = sync.OnceValues(parseTemplates)

// parseTemplates gives every page its set: the frame, the parts, its content.
func parseTemplates() (map[string]*pageTemplate, error) {
	shared, err := template.New(layout).Funcs(component.FuncMap()).ParseFS(templateFiles, "templates/_*.gohtml")
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "read the frame of the pages")
	}
	known := map[string]bool{}
	for _, p := range pages {
		known[p.template()] = true
	}
	files, err := fs.Glob(templateFiles, "templates/*.gohtml")
	if err != nil {
		return nil, err
	}
	out := map[string]*pageTemplate{}
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".gohtml")
		if strings.HasPrefix(name, "_") {
			continue
		}
		if !known[name] {
			return nil, fault.New(fault.Internal, "template %s belongs to no page", name)
		}
		set, err := shared.Clone()
		if err == nil {
			_, err = set.ParseFS(templateFiles, file)
		}
		if err != nil {
			return nil, fault.Wrap(fault.Internal, err, "read template %s", name)
		}
		out[name] = &pageTemplate{Template: set}
	}
	for name := range known {
		if out[name] == nil {
			return nil, fault.New(fault.Internal, "page %s has no template", name)
		}
	}
	return out, nil
}

// render makes the page in memory.
func (s *Server) render(p page) ([]byte, error) {
	t := s.templates[p.template()]
	var b bytes.Buffer
	b.Grow(int(t.length.Load()) * 9 / 8)
	if err := t.ExecuteTemplate(&b, layout, p); err != nil {
		return nil, fmt.Errorf("render %s: %w", p.template(), err)
	}
	t.length.Store(int64(b.Len()))
	return b.Bytes(), nil
}
