package web

import (
	"fmt"
	"slices"
	"strings"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/watch"
	"candour/internal/web/component"
)

// submissionPage is one submission with all its versions, and what disproved it.
type submissionPage struct {
	base
	ID       string
	Lead     string
	Facts    component.Facts
	Versions []versionBox
	Correct  string // address of the form for a correction
	Form     *contradictForm
}

// versionBox is one version: what was said, by whom, and what disproved it.
type versionBox struct {
	Heading    string
	Corrects   string
	Statements []statementRow
}

// statementRow is one statement.
type statementRow struct {
	ID, Words, Theme string
	Against          []againstRow
}

// againstRow is one thing that disproved a statement.
type againstRow struct {
	ID    string
	Says  component.Content
	Facts string
	Why   *component.Input // by which it is undone; nil on pages of the past
}

// contradictForm links a statement to what disproved it.
type contradictForm struct {
	Statement component.Select
	Evidence  component.Select
	Document  component.Input
	Because   component.Textarea
}

func (*submissionPage) template() string { return "submission" }

func (s *Server) submissionShow(r *request) (answer, error) {
	return s.newSubmissionPage(r, r.PathValue("id"))
}

func (s *Server) newSubmissionPage(r *request, id string) (*submissionPage, error) {
	versions, err := s.store.Submission(r.Context(), r.scope, id)
	if err != nil {
		return nil, err
	}
	newest := &versions[0]
	against, err := s.store.Contradictions(r.Context(), r.scope, newest.Provider)
	if err != nil {
		return nil, err
	}
	against = slices.DeleteFunc(against, func(c signal.Contradiction) bool { return c.Submission != id })
	names, err := s.orgNames(r)
	if err != nil {
		return nil, err
	}
	who, err := s.accountNames(r)
	if err != nil {
		return nil, err
	}
	p := &submissionPage{base: base{Title: newest.About, Place: placeSignals, Crumbs: s.signalCrumbs(r)}, ID: id}
	p.Crumbs.Items = append(p.Crumbs.Items, component.Link{Text: "What providers assured us of", Href: r.link(assurancePath)})
	p.Facts = component.Facts{Items: []component.Fact{
		{Label: "Reference", Value: id}, {Label: "Provider", Value: names(newest.Provider)}, {Label: "Versions", Value: number(len(versions))}, {Label: "Received", Value: day(newest.Received)},
	}}
	n := signal.Contradicted(against)[newest.Provider]
	p.Lead = "No statement of this submission is recorded as contradicted."
	if n > 0 {
		p.Lead = count(n, "statement", "statements") + " of this submission " + wasWere(n) + " later contradicted."
	}
	for i := range versions {
		p.Versions = append(p.Versions, s.versionBox(r, &versions[i], against, who))
	}
	if r.changes(access.RecordSignal) {
		p.Correct = assurancePath + "/new?corrects=" + id
	}
	if r.changes(access.TriageSignal) {
		p.Form, err = s.contradictForm(r, versions)
	}
	return p, err
}

// accountNames is the names of those who work for the commissioner, by account.
func (s *Server) accountNames(r *request) (map[string]string, error) {
	accounts, err := s.store.Accounts(r.Context(), r.scope)
	who := map[string]string{}
	for _, a := range accounts {
		who[string(a.ID)] = a.Name
	}
	return who, err
}

func (s *Server) versionBox(r *request, h *store.HeldSubmission, against []signal.Contradiction, who map[string]string) versionBox {
	d := h.Declaration
	v := versionBox{Heading: fmt.Sprintf("Version %d, received %s, declared true by %s, %s, on %s", h.Version, day(h.Received), d.Name, d.Role, day(d.On.Begins())), Corrects: h.Corrects}
	for _, st := range h.Statements {
		row := statementRow{ID: string(st.ID), Words: st.Words}
		if st.Theme != "" {
			row.Theme = s.Desk.Taxonomies.Get("theme").NameOf(st.Theme)
		}
		for _, c := range against {
			if c.Version != h.Version || c.Statement != st.ID {
				continue
			}
			name := who[c.By]
			if name == "" {
				name = c.By
			}
			a := againstRow{ID: c.ID, Says: evidenceLink(r, c), Facts: "“" + c.Because + "” " + name + ", " + momentOf(c.At)}
			if r.changes(access.TriageSignal) {
				a.Why = &component.Input{Field: component.Field{Name: "why", ID: "why-" + c.ID, Label: component.Label{Text: "Undo it because"}}, Autocomplete: "off"}
			}
			row.Against = append(row.Against, a)
		}
		v.Statements = append(v.Statements, row)
	}
	return v
}

// evidenceLink is what disproved a statement, with the way to it.
func evidenceLink(r *request, c signal.Contradiction) component.Content {
	says := c.Says
	if says == "" {
		says = c.Ref
	}
	switch c.Evidence {
	case signal.EvidenceSignal:
		return sentenceWithLink("", component.Link{Text: says, Href: r.link(signalPath(c.Ref))}, "")
	case signal.EvidenceObservation:
		id, _, _ := strings.Cut(c.Ref, " ")
		return sentenceWithLink("", component.Link{Text: says, Href: r.link(providerPath(c.Provider) + "/indicators/" + id)}, "")
	case signal.EvidenceFinding:
		return sentenceWithLink("", component.Link{Text: says, Href: r.link(providerPath(c.Provider))}, "")
	}
	return says
}

// contradictForm offers what is held of the provider that could disprove a
// statement: findings, signals (inspections and visits among them), newest values.
func (s *Server) contradictForm(r *request, versions []store.HeldSubmission) (*contradictForm, error) {
	f := &contradictForm{}
	f.Statement = component.Select{Field: component.Field{Name: "statement", Label: component.Label{Text: "Which statement"}}, Value: r.field("statement"), Options: []component.Option{{Text: "Choose a statement"}}}
	for i := range versions {
		for _, st := range versions[i].Statements {
			f.Statement.Options = append(f.Statement.Options, component.Option{
				Value: fmt.Sprintf("%d/%s", versions[i].Version, st.ID), Text: fmt.Sprintf("Version %d, %s: %s", versions[i].Version, st.ID, cut(st.Words)),
			})
		}
	}
	evidence, err := s.evidenceOf(r, versions[0].Provider)
	f.Evidence = component.Select{Field: component.Field{Name: "evidence", Label: component.Label{Text: "What disproved it"}, Hint: "A finding, a signal (an inspection or a visit is one too), or a value that we hold."}, Value: r.field("evidence"), Options: []component.Option{{Text: "Something that we don’t hold: name it below"}}}
	for _, e := range evidence {
		f.Evidence.Options = append(f.Evidence.Options, component.Option{Value: e.value(), Text: e.says})
	}
	f.Document = component.Input{Field: component.Field{Name: "document", Label: component.Label{Text: "Or a document that we don’t hold"}, Hint: "Its title and date."}, Value: r.field("document"), Autocomplete: "off"}
	f.Because = component.Textarea{Field: component.Field{Name: "because", Label: component.Label{Text: "Because"}, Hint: "How it contradicts the statement. No names of patients."}, Rows: 3, Value: r.field("because")}
	return f, err
}

// evidence is one thing held that could disprove a statement.
type evidence struct {
	kind signal.EvidenceKind
	ref  string
	says string
}

func (e evidence) value() string { return string(e.kind) + ":" + e.ref }

// evidenceSignals and evidencePeriods bound what is offered.
const (
	evidenceSignals = 100
	evidencePeriods = 3
)

func (s *Server) evidenceOf(r *request, provider org.Code) (out []evidence, err error) {
	found, err := s.store.Findings(r.Context(), r.scope, provider)
	if err != nil {
		return nil, err
	}
	for i := range found {
		f := &found[i]
		out = append(out, evidence{signal.EvidenceFinding, f.ID, cutTo("Finding: "+firstSentence(sentence(f.Sentence)), 140)})
	}
	lines, err := s.store.Signals(r.Context(), r.scope, store.SignalFilter{Provider: provider, Newest: true, Limit: evidenceSignals})
	if err != nil {
		return nil, err
	}
	for i := range lines {
		l := &lines[i]
		out = append(out, evidence{signal.EvidenceSignal, l.Ref, cutTo(l.Kind.Words()+" "+l.Ref+", "+day(l.Received)+": "+l.Title, 140)})
	}
	observed, err := s.store.Observations(r.Context(), r.scope, store.Wanted{Orgs: []org.Code{provider}})
	if err != nil {
		return nil, err
	}
	seen := map[indicator.ID]int{}
	for _, o := range slices.Backward(observed) {
		d := s.Catalogue.Get(o.Indicator)
		if d == nil || o.Presence != indicator.Valued || seen[o.Indicator] == evidencePeriods {
			continue
		}
		seen[o.Indicator]++
		out = append(out, evidence{signal.EvidenceObservation, string(o.Indicator) + " " + o.Period.String(), cutTo("Value: "+shortOf(d)+", "+o.Period.Words()+": "+watch.Format(d)(o.Value*d.Multiplier), 140)})
	}
	return out, nil
}

// submissionChange records or undoes a contradiction.
func (s *Server) submissionChange(r *request) (answer, error) {
	id := r.PathValue("id")
	versions, err := s.store.Submission(r.Context(), r.scope, id)
	if err != nil {
		return nil, err
	}
	field := "because"
	switch r.field("do") {
	case "contradict":
		var c signal.Contradiction
		if c, field, err = s.readContradiction(r, versions); err == nil {
			_, err = s.store.Contradict(r.Context(), r.scope, c)
		}
	case "undo":
		of := r.field("contradiction")
		field = "why-" + of
		if !strings.HasPrefix(of, id+".") {
			return nil, fault.New(fault.NotFound, "this submission has no such contradiction")
		}
		if r.field("why") == "" {
			err = fault.New(fault.Invalid, "an undoing needs a because")
		} else {
			err = s.store.UndoContradiction(r.Context(), r.scope, of, r.field("why"))
		}
	default:
		err = fault.New(fault.Invalid, "the form does not say what it is for")
	}
	if err == nil {
		return redirect{assurancePath + "/" + id}, nil
	}
	if !fault.Is(err, fault.Invalid) {
		return nil, err
	}
	p, failed := s.newSubmissionPage(r, id)
	if failed != nil {
		return nil, failed
	}
	p.wrong(field, sentence(messageOf(err)))
	p.mark()
	return p, nil
}

// mark puts each error beside its field.
func (p *submissionPage) mark() {
	if f := p.Form; f != nil {
		f.Statement.Error, f.Evidence.Error, f.Because.Error = p.wrongAt("statement"), p.wrongAt("evidence"), p.wrongAt("because")
	}
	for i := range p.Versions {
		for j := range p.Versions[i].Statements {
			for k := range p.Versions[i].Statements[j].Against {
				if a := &p.Versions[i].Statements[j].Against[k]; a.Why != nil {
					a.Why.Error = p.wrongAt("why-" + a.ID)
				}
			}
		}
	}
}

// readContradiction reads the form. What disproved a statement must be held, or be
// named as a document that isn't; the second result is the field that is wrong.
func (s *Server) readContradiction(r *request, versions []store.HeldSubmission) (c signal.Contradiction, field string, err error) {
	c = signal.Contradiction{Submission: versions[0].ID, Because: r.field("because")}
	var statement string
	if _, err := fmt.Sscanf(strings.Replace(r.field("statement"), "/", " ", 1), "%d %s", &c.Version, &statement); err != nil {
		return c, "statement", fault.New(fault.Invalid, "choose the statement that was contradicted")
	}
	c.Statement = signal.StatementID(statement)
	if c.Because == "" {
		return c, "because", fault.New(fault.Invalid, "say how it contradicts the statement")
	}
	if err := s.Desk.NoIdentifier(c.Because, r.field("document")); err != nil {
		return c, "because", err
	}
	chosen := r.field("evidence")
	if chosen == "" {
		if c.Evidence, c.Ref = signal.EvidenceOther, r.field("document"); c.Ref == "" {
			return c, "evidence", fault.New(fault.Invalid, "choose what disproved it, or name the document")
		}
		c.Says = "Document: " + c.Ref
		return c, "because", nil
	}
	held, err := s.evidenceOf(r, versions[0].Provider)
	if err != nil {
		return c, "evidence", err
	}
	for _, e := range held {
		if e.value() == chosen {
			c.Evidence, c.Ref, c.Says = e.kind, e.ref, e.says
			return c, "because", nil
		}
	}
	return c, "evidence", fault.New(fault.Invalid, "that is not held of this provider any more; choose again")
}
