package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"candour/internal/alert"
	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/fault"
	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// providerPage is everything known of one provider: what is feared and why, on one
// axis of time, and the arithmetic behind it.
type providerPage struct {
	base
	Facts    component.Facts
	Lead     component.Content
	Above    []component.Content // facts that stand above any score
	Alerts   []alertLine
	Paper    string // the paper for the quality group
	Inquiry  string // of a past moment: where it stands who had been shown what; empty where the viewer may not see it
	Change   component.Change
	Since    string // "since you looked, 16 Nov 2026"
	Changed  component.Why
	Scale    string // how the scale of points changed since then
	Unmoved  string // why nothing is listed as changed
	Disagree []component.Content
	Axis     timeAxis
	Moments  component.Region
	NoMoment string
	All      component.Markup // every finding that holds
	Found    int
	Fall     *component.Waterfall
	NoFall   string
	Weights  string
	Said     component.Said
	Gaps     component.Said
	Before   []component.Content // predecessors, with their history
	Table    component.Component // its indicators
	Count    int
	Empty    string
	Links    []component.Link
}

func (*providerPage) template() string { return "provider" }

// providerView is everything read for the page.
type providerView struct {
	org      org.Organisation
	held     *store.Concern // nil is not judged yet
	before   *store.Concern
	compared time.Time
	scale    string // how the scale changed since then
	looked   bool
	found    foundOf
	series   []verdict                  // where its indicators stand, in the order of the domains
	drawn    map[finding.Series]*judged // those in the time line
	lined    []*verdict                 // the same, in the order of their lanes
	marks    []store.Annotation
	steps    []org.Succession // predecessors
	names    map[org.Code]string
	method   alert.Method
	alerts   []alert.Alert      // of the provider and of those that have become it
	sites    []org.Organisation // the provider's, by name
	site     org.Organisation   // the one chosen; zero is all
	lines    []verdict          // what the time line's lanes are drawn of: series, or the site's own
	bySite   bool               // lines are the site's own
	voices   []store.Voice      // empty too for those who may not see signals

	submissions    []store.HeldSubmission // what the provider assured us of
	contradictions []signal.Contradiction
	told           []signal.Contradiction // the same for those who may see signals
	stepIns        []store.HeldStepIn     // likewise
	moments        []moment               // those numbered, in the order in which we knew
}

// readProvider reads what the page shows. It asks the same few questions whatever the
// number of indicators, and most of them only when something moved (provider_kept.go);
// one more where a statement of the provider's may be contradicted.
func (s *Server) readProvider(r *request) (*providerView, error) {
	code, err := org.ParseCode(r.PathValue("code"))
	if err != nil {
		return nil, fault.New(fault.NotFound, "there is no provider %q", cut(r.PathValue("code")))
	}
	v := &providerView{}
	if v.org, err = s.organisation(r, code); err != nil {
		return nil, err
	}
	now, err := s.store.Concerns(r.Context(), r.scope, code)
	if err != nil {
		return nil, err
	}
	if len(now) > 0 {
		v.held = &now[0]
	}
	if err := s.readEarlier(r, v, code); err != nil {
		return nil, err
	}
	if v.found, err = s.findingsOf(r, code); err != nil {
		return nil, err
	}
	if v.marks, err = s.store.Annotations(r.Context(), r.scope, code, ""); err != nil {
		return nil, err
	}
	successions, err := s.store.Successions(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	v.steps = successions.Predecessors(code, r.moment)
	if v.names, err = s.namesInScope(r); err != nil {
		return nil, err
	}
	if err = s.readSites(r, v); err != nil {
		return nil, err
	}
	if v.series, err = s.standingsOf(r, code); err != nil {
		return nil, err
	}
	if v.method, err = s.judgedMethod(r, byProvider(now)); err != nil {
		return nil, err
	}
	if v.alerts, err = s.store.Alerts(r.Context(), r.scope, store.AlertFilter{Of: v.answersFor()}); err != nil {
		return nil, err
	}
	if v.voices, err = s.readVoices(r, code); err != nil {
		return nil, err
	}
	if err := s.narrowTo(r, v); err != nil {
		return nil, err
	}
	if err := s.readSteps(r, v, code); err != nil {
		return nil, err
	}
	return v, s.readDrawn(r, v)
}

// answersFor is the provider and everybody whose history it holds, in whole or in part:
// what was asked about them is for it to answer.
func (v *providerView) answersFor() []org.Code {
	out := []org.Code{v.org.Code}
	for _, step := range v.steps {
		out = append(out, step.Predecessor)
	}
	return out
}

// readDrawn reads and judges the series that the time line draws, or that its
// numbered moments rest on: at most mostLanes and mostMoments.
func (s *Server) readDrawn(r *request, v *providerView) error {
	from := rangeFrom(r)
	v.lined = v.lanesFrom(from)
	var ids []indicator.ID
	for _, j := range v.lined {
		ids = append(ids, j.Indicator)
	}
	for _, f := range v.telling(from) {
		if !slices.Contains(ids, f.Indicator) {
			ids = append(ids, f.Indicator)
		}
	}
	v.drawn = map[finding.Series]*judged{}
	if len(ids) == 0 {
		return nil
	}
	for _, code := range v.drawnOf() {
		observed, err := s.valuesOf(r, code, ids)
		if err != nil {
			return err
		}
		if err := s.judgeAll(r, v, observed); err != nil {
			return err
		}
	}
	return nil
}

// judgeAll judges the series of what was read.
func (s *Server) judgeAll(r *request, v *providerView, observed []indicator.Observation) error {
	for len(observed) > 0 {
		n := 1
		for n < len(observed) && observed[n].Indicator == observed[0].Indicator && observed[n].Org == observed[0].Org && observed[n].Tenant == observed[0].Tenant {
			n++
		}
		if d := r.catalogue().Get(observed[0].Indicator); d != nil {
			j, err := judge(d, observed[:n], limitsFrom(annotationsOf(v.marks, d.ID)))
			if err != nil {
				return err
			}
			if kept(r, d) {
				j.keep()
			}
			v.drawn[finding.Series{Indicator: d.ID, Org: observed[0].Org, Tenant: org.Code(observed[0].Tenant)}] = j
		}
		observed = observed[n:]
	}
	return nil
}

// questionPlace is a domain's place in the order of pages.
func questionPlace(id string) int {
	for i, q := range questions {
		if q.id == id {
			return i
		}
	}
	return len(questions)
}

func (s *Server) providerShow(r *request) (answer, error) {
	v, err := s.readProvider(r)
	if err != nil {
		return nil, err
	}
	code := v.org.Code
	p := &providerPage{
		base: base{
			Title: nameOf(v.org), Place: placeProviders,
			Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Watch list", Href: r.link("/watch-list")}, {Text: "Providers", Href: r.link("/providers")}}},
		},
	}
	if err := s.fillProvider(r, v, p); err != nil {
		return nil, err
	}
	tables, err := s.tables(r, v)
	if err != nil {
		return nil, err
	}
	p.All, p.Found, p.Table = tables.findings, len(v.found.all), tables.indicators
	if r.scope.Past() && s.offers(r, inquiryPath) {
		p.Inquiry = r.link(inquiryPath + "?provider=" + string(v.org.Code))
	}
	p.Paper = r.link(groupPaperPath(code))
	r.shown("provider/" + string(code))
	for i := range v.found.all {
		r.shown("finding/" + v.found.all[i].ID)
	}
	r.look("provider-page/" + string(code) + "/")
	return p, nil
}

// fillProvider puts what was read into words, drawing and tables.
func (s *Server) fillProvider(r *request, v *providerView, p *providerPage) error {
	code := v.org.Code
	p.Weights = r.link(providerPath(code) + "/concern")
	if err := s.unread(r, &p.base); err != nil {
		return err
	}
	p.Facts = v.facts(r)
	if len(v.submissions) > 0 {
		p.Facts.Items = append(p.Facts.Items, v.assured(r))
	}
	p.Lead = v.lead()
	v.standing(r, p)
	v.changed(r, p)
	p.Disagree = v.disagreements()
	v.numberMoments(s, r)
	p.Axis = v.axis(r)
	v.momentTable(p)
	v.fall(s, r, p)
	p.Before = v.predecessors(r)
	p.Count = len(v.series)
	if p.Count == 0 {
		p.Empty = "No value of any indicator is held for this provider. The first delivery that names it fills this page."
	}
	p.Links = []component.Link{
		{Text: "The matrix of all providers", Href: r.link("/matrix")}, {Text: "All indicators", Href: r.link("/indicators")},
	}
	return nil
}

// facts is the line under the heading.
func (v *providerView) facts(r *request) component.Facts {
	o := v.org
	f := component.Facts{Items: []component.Fact{{Label: "Code", Value: string(o.Code)}, {Label: "Type", Value: strings.TrimSuffix(detailOf(o), ", "+string(o.Code))}}}
	if o.System != "" {
		f.Items = append(f.Items, component.Fact{Label: "System", Value: nameIn(v.names, o.System)})
	}
	if o.Postcode != "" {
		f.Items = append(f.Items, component.Fact{Label: "Postcode", Value: o.Postcode})
	}
	if !o.LegalFrom.IsZero() {
		formed := calendarDay(o.LegalFrom)
		if len(v.steps) > 0 {
			formed += " from " + count(len(v.steps), "predecessor", "predecessors")
		}
		f.Items = append(f.Items, component.Fact{Label: "Formed", Value: formed})
	}
	if !o.LegalTo.IsZero() {
		f.Items = append(f.Items, component.Fact{Label: "Closed", Value: calendarDay(o.LegalTo)})
	}
	if v.held != nil {
		f.Items = append(f.Items, component.Fact{Label: "Judged", Value: momentOf(v.held.Since)})
	}
	return f
}

// nameIn is the name of an organisation if the scope may see it, else its code.
func nameIn(names map[org.Code]string, code org.Code) string {
	if n := names[code]; n != "" {
		return n
	}
	return string(code)
}

// lead is the judgement, then because.
func (v *providerView) lead() component.Content {
	c := v.held
	switch {
	case c == nil || !c.Judged:
		why := "no judgement of concern has been made yet"
		if c != nil && c.Assessment.Why != "" {
			why = c.Assessment.Why
		}
		return bold("Can’t be judged.", "Because "+why+". That is not a sign that all is well.")
	case c.Word == concern.NoSign:
		return bold(count(c.Points, "point", "points")+": no sign of having got worse.", noSignBecause(c, v.method.Params))
	}
	word := map[concern.Word]string{
		concern.Watch: "to be watched", concern.Possible: "possibly got worse", concern.Likely: "likely to have got worse", concern.VeryLikely: "very likely to have got worse",
	}[c.Word]
	var why []string
	for _, part := range tangible(c) {
		if len(why) == 3 {
			break
		}
		if !part.Quiet { // it adds a little, and is no reason
			why = append(why, uncapital(strings.TrimSuffix(firstSentence(part.Text), ".")))
		}
	}
	because := "Because many measures are each a little worse than usual; none stands out alone."
	if len(why) > 0 {
		because = "Because " + strings.Join(why, "; ") + "."
	}
	return bold(fmt.Sprintf("%d points: %s, %s.", c.Points, word, concern.Trend(&c.Assessment)), because)
}

// noSignBecause says what is below the first word's limit: the exact sum where both, being
// rounded, read the same.
func noSignBecause(c *store.Concern, par *concern.Params) string {
	limit := par.WordPoints(concern.Watch)
	if words := limitWords(limit, c.Points); words != limitWords(limit) {
		return fmt.Sprintf("Because what is measured and said adds up to %.1f points, and “watch” begins at %s.", c.Assessment.Ranking*par.PointFactor(), words)
	}
	return "Because nothing that is measured or said adds up to the " + limitWords(limit) + " points where “watch” begins."
}

// disagreements is where figures and voices point different ways: access that
// improves while voices worsen, reports that fall while voices rise.
func (v *providerView) disagreements() []component.Content {
	if v.held == nil || !v.held.Judged {
		return nil
	}
	var worse []string
	for i := range v.held.Assessment.Families {
		f := &v.held.Assessment.Families[i]
		if f.Points > 0 && len(f.Streams) > 0 && f.Streams[0].Kind.Soft() {
			worse = append(worse, uncapital(f.Name))
		}
	}
	var out []component.Content
	var better []string
	for i := range v.series {
		j := &v.series[i]
		if j.definition.Detection.Domain == "access" && j.Charted && v.icons(j).Variation.Improves() {
			better = append(better, fmt.Sprintf("%s (%s)", shortOf(j.definition), j.value("")))
		}
	}
	if len(better) > 0 && len(worse) > 0 {
		out = append(out, bold("Access.", "Improving: "+list(better)+"; yet "+list(worse)+" got worse. Figures say better; people say worse."))
	}
	for i := range v.held.Assessment.Families {
		f := &v.held.Assessment.Families[i]
		if f.Points > 0 && len(f.Streams) > 0 && f.Streams[0].Kind == concern.Gap {
			out = append(out, bold("Incident reports.", gapWords(f)))
		}
	}
	return out
}

// gapWords says which side of a voice gap moved: reporting that fell, or voices from
// outside that rose without it. The counts stand among the contributions.
func gapWords(f *concern.FamilyPart) string {
	points, facts := component.Signed(f.Points), &f.Streams[0].Facts
	switch {
	case facts.Withheld:
		return fmt.Sprintf("Fewer than the voices from outside would lead one to expect, which would look safer. It counts as a voice gap (%s), not as safety.", points)
	case facts.Inside < 0.8*facts.InsideExpected:
		return fmt.Sprintf("Falling, which would look safer, while voices from outside rise. The fall counts as a voice gap (%s), not as safety.", points)
	}
	return fmt.Sprintf("About as many as usual, which would look steady, while voices from outside rise. That they don’t rise too counts as a voice gap (%s), not as safety.", points)
}

// shortOf is a definition's short name.
func shortOf(d *indicator.Definition) string {
	if d.Short != "" {
		return d.Short
	}
	return d.Name
}

// predecessors is whom the provider followed, with the way to their history
// (R-ORG-9).
func (v *providerView) predecessors(r *request) []component.Content {
	var out []component.Content
	for _, step := range v.steps {
		name, known := v.names[step.Predecessor]
		text := fmt.Sprintf("until %s", calendarDay(step.On))
		if step.Successor != v.org.Code {
			text += ", when " + nameIn(v.names, step.Successor) + " took over"
		}
		switch {
		case step.Share > 0 && step.Share < 1:
			text += fmt.Sprintf("; %.0f%% of its activity came here", 100*step.Share)
		case step.Share <= 0:
			text += "; it was split, and the shares are not stated, so its figures are not added to this provider’s"
		}
		if !known {
			out = append(out, string(step.Predecessor)+", "+text+".")
			continue
		}
		out = append(out, sentenceWithLink("", component.Link{Text: name, Href: r.link(providerPath(step.Predecessor))}, ", "+text+"."))
	}
	return out
}

// monthsBack is the beginning of the month n months before a moment.
func monthsBack(t time.Time, n int) time.Time {
	y, m, _ := t.In(calendar.London).Date()
	return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC).AddDate(0, -n, 0)
}
