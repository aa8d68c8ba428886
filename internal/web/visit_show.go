package web

import (
	"slices"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// visitsPath lists visits: all of the commissioner's for those who see signals, else
// those that the viewer recorded.
const visitsPath = "/visits"

// visitsPage lists visits.
type visitsPage struct {
	base
	Lead  string
	Raise bool
	Rows  []signalRow
}

func (*visitsPage) template() string { return "visits" }

// visitsShown is how many visits the page lists.
const visitsShown = 50

func (s *Server) visits(r *request) (answer, error) {
	p := &visitsPage{base: base{Title: "Visits"}, Raise: r.mayRaise(signal.KindVisit)}
	names, err := s.orgNames(r)
	if err != nil {
		return nil, err
	}
	var lines []store.SignalLine
	for _, k := range []signal.Kind{signal.KindVisit, signal.KindFifteenSteps} {
		list, err := s.store.Signals(r.Context(), r.scope, store.SignalFilter{Kind: k, Newest: true, Limit: visitsShown})
		if err != nil {
			return nil, err
		}
		lines = append(lines, list...)
	}
	slices.SortStableFunc(lines, func(a, b store.SignalLine) int { return b.Received.Compare(a.Received) })
	for i := range lines[:min(len(lines), visitsShown)] {
		row := signalRowOf(r, &lines[i], names(lines[i].Provider), s.Desk.Rulebook.Calendar())
		row.Href = r.link(visitsPath + "/" + lines[i].Ref)
		p.Rows = append(p.Rows, row)
	}
	p.Lead = "No visit is recorded yet. What you record is listed here with its clocks."
	if n := len(p.Rows); n > 0 {
		p.Lead = count(n, "visit", "visits") + ", newest first."
	}
	return p, nil
}

// visitPage is one visit, to be read and printed.
type visitPage struct {
	base
	Ref     string
	Version int
	Lead    string
	Facts   component.Facts
	Body    *visitBodyView
	Clocks  component.Table
	Broken  []string
	Sealed  []sealedRow
	GoOn    string // where it can be gone on with; "" is nowhere
	Move    *component.Select
	MoveOn  component.Input
	Why     component.Input
}

func (*visitPage) template() string { return "visit" }

// visitBodyView is what was seen, area by area.
type visitBodyView struct {
	Immediate   []string
	ImmediateAt string
	Words       string
	Areas       []visitAreaView
	Positives   []string
	Quotes      []string
	Places      []string
}

// visitAreaView is one area of a visit.
type visitAreaView struct {
	Name     string
	Answers  component.Table // empty where no question was answered by a verdict
	Said     []saidView      // questions that are answered in words
	Findings []visitFindingView
}

type saidView struct{ Ask, Words string }

type visitFindingView struct {
	Severity *component.Severity
	Words    string
	Theme    string
	Positive bool
}

// verdictWords are the verdicts as users read them.
var verdictWords = map[signal.Verdict]string{
	signal.VerdictMet: "Met", signal.VerdictPartly: "Partly met", signal.VerdictNotMet: "Not met",
	signal.VerdictNotSeen: "Not seen", signal.VerdictNotApplicable: "Doesn’t apply", signal.VerdictWords: "In words",
}

// visitBodyOf lays out a visit by its template. Answers and findings of areas that
// the template has no more come last, under the area's id.
func (s *Server) visitBodyOf(x *signal.Signal) *visitBodyView {
	v := x.Visit
	b := &visitBodyView{Immediate: v.Immediate, Words: x.Narrative, Positives: v.Positives, Quotes: v.Quotes, Places: v.Areas}
	if !v.ImmediateAt.IsZero() {
		b.ImmediateAt = momentOf(v.ImmediateAt)
	}
	t := s.Desk.Taxonomies.Template(v.Template)
	if t == nil {
		t = &signal.VisitTemplate{}
	}
	var areas []string
	for _, a := range t.Areas {
		areas = append(areas, a.ID)
	}
	for _, a := range v.Answers {
		if !slices.Contains(areas, a.Area) {
			areas = append(areas, a.Area)
		}
	}
	for _, f := range v.Findings {
		if !slices.Contains(areas, f.Area) {
			areas = append(areas, f.Area)
		}
	}
	for _, id := range areas {
		if a := s.visitAreaOf(t, v, id); a != nil {
			b.Areas = append(b.Areas, *a)
		}
	}
	return b
}

// visitAreaOf is one area, nil when nothing was recorded of it.
func (s *Server) visitAreaOf(t *signal.VisitTemplate, v *signal.Visit, id string) *visitAreaView {
	a := &visitAreaView{Name: t.Area(id)}
	if a.Name == "" {
		a.Name = "Elsewhere"
	}
	a.Answers = component.Table{Caption: a.Name, CaptionHidden: true, Dense: true, RowHeaders: true, Columns: []component.Column{{Heading: "Question"}, {Heading: "Found"}, {Heading: "Note"}}}
	for _, answer := range v.Answers {
		if answer.Area != id {
			continue
		}
		ask := answer.Question
		if q := t.Question(id, answer.Question); q != nil {
			ask = q.Ask
		}
		if answer.Verdict == signal.VerdictWords {
			a.Said = append(a.Said, saidView{ask, answer.Note})
			continue
		}
		a.Answers.Rows = append(a.Answers.Rows, []component.Cell{{Body: ask}, {Body: verdictWords[answer.Verdict]}, {Body: orNone(answer.Note)}})
	}
	themes := s.Desk.Taxonomies.Get("theme")
	for _, f := range v.Findings {
		if f.Area != id {
			continue
		}
		view := visitFindingView{Severity: severityOf(f.Severity), Words: f.Words, Positive: f.Positive}
		if f.Theme != "" {
			view.Theme = themes.NameOf(f.Theme)
		}
		a.Findings = append(a.Findings, view)
	}
	if len(a.Answers.Rows) == 0 && len(a.Said) == 0 && len(a.Findings) == 0 {
		return nil
	}
	return a
}

// visitLead is the visit in a sentence.
func visitLead(v *signal.Visit) string {
	var parts []string
	if n := len(v.Immediate); n > 0 {
		parts = append(parts, count(n, "immediate concern", "immediate concerns"))
	}
	bad := 0
	for _, f := range v.Findings {
		if !f.Positive {
			bad++
		}
	}
	if bad > 0 {
		parts = append(parts, count(bad, "finding", "findings"))
	}
	judged, met := 0, 0
	for _, a := range v.Answers {
		switch a.Verdict {
		case signal.VerdictMet:
			met++
			judged++
		case signal.VerdictPartly, signal.VerdictNotMet:
			judged++
		}
	}
	if judged > 0 {
		parts = append(parts, number(met)+" of "+count(judged, "question", "questions")+" met")
	}
	if len(parts) == 0 {
		return "In words, without a score."
	}
	return sentence(list(parts))
}

func (s *Server) visitShow(r *request) (answer, error) { return s.newVisitPage(r) }

func (s *Server) newVisitPage(r *request) (*visitPage, error) {
	h, err := s.store.Signal(r.Context(), r.scope, r.PathValue("ref"))
	if err != nil {
		return nil, err
	}
	if h.Visit == nil {
		return nil, fault.New(fault.NotFound, "%s is no visit", h.Reference)
	}
	names, err := s.orgNames(r)
	if err != nil {
		return nil, err
	}
	p := &visitPage{
		base: base{Title: names(h.Place.Provider) + ": " + h.Title, Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Visits", Href: r.link(visitsPath)}}}},
		Ref:  h.Reference, Version: h.Triage.Version, Lead: visitLead(h.Visit), Body: s.visitBodyOf(&h.Signal),
	}
	r.shown("signal/" + h.Reference)
	for _, f := range [][2]string{
		{"Reference", h.Reference},
		{"Day", calendarDayOf(h.Occurred.Date)},
		{"Ended", endedWords(h.Visit.Ended)},
		{"Announced", s.Desk.Taxonomies.Get("visit-type").NameOf(h.Visit.Type)},
		{"Team", strings.Join(h.Visit.Team, ", ")},
		{"State", strings.ReplaceAll(string(h.Triage.State), "_", " ")},
		{"Memory entry", number(h.Position)},
	} {
		p.Facts.Items = append(p.Facts.Items, component.Fact{Label: f[0], Value: f[1]})
	}
	shell := &signalPage{Ref: h.Reference} // clocks and seals are laid out as on a signal's page
	shell.clocks(s, r, &h)
	if err := s.sealedRows(r, shell); err != nil {
		return nil, err
	}
	p.Clocks, p.Broken, p.Sealed = shell.Clocks, shell.Broken, shell.Sealed
	if r.mayGoOn(&h) {
		p.GoOn = visitsPath + "/" + h.Reference + "/more"
	}
	if events := h.Kind.Events(h.Triage.State); len(events) > 0 && r.changes(access.RecordVisit) && h.Triage.Withdrawn == "" {
		m := choose("move", "What happened", r.field("move"))
		m.Options = nil
		for _, event := range events {
			m.Options = append(m.Options, component.Option{Value: event, Text: strings.ToUpper(event[:1]) + event[1:]})
		}
		p.Move = &m
		p.MoveOn = component.Input{Field: component.Field{Name: "on", Label: component.Label{Text: "On"}, Hint: "Empty: now."}, Type: "date", Value: r.field("on"), Width: 10}
		p.Why = component.Input{Field: component.Field{Name: "why", Label: component.Label{Text: "Because"}}, Value: r.field("why")}
	}
	return p, nil
}

// visitMove records a step of a visit: feedback given, letter or report sent.
func (s *Server) visitMove(r *request) (answer, error) {
	h, _, err := s.openVisit(r)
	if err != nil {
		return nil, err
	}
	version, err := readVersion(r)
	if err != nil {
		return nil, err
	}
	on, err := calendar.ParseDate(r.field("on"))
	if err == nil {
		_, err = s.Desk.Change(r.Context(), r.scope, h.Reference, version, signal.Moved{Event: r.field("move"), On: on, Because: r.field("why")})
	}
	if err == nil {
		return redirect{visitsPath + "/" + h.Reference}, nil
	}
	if !fault.Is(err, fault.Invalid) {
		return nil, err
	}
	p, failed := s.newVisitPage(r)
	if failed != nil {
		return nil, failed
	}
	p.wrong("on", sentence(messageOf(err)))
	p.MoveOn.Error = p.wrongAt("on")
	return p, nil
}

// calendarDayOf is a day in words.
func calendarDayOf(d calendar.Date) string {
	if d.IsZero() {
		return "not stated"
	}
	return day(d.Begins())
}

// endedWords is when a visit ended, in words.
func endedWords(ended time.Time) string {
	if ended.IsZero() {
		return "not yet"
	}
	return momentOf(ended)
}
