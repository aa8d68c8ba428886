package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"candour/internal/chart"
	"candour/internal/fault"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/stat/funnel"
	"candour/internal/stat/spc"
	"candour/internal/store"
	"candour/internal/watch"
	"candour/internal/web/component"
)

// indicatorsPage lists what is measured.
type indicatorsPage struct {
	base
	Lead   string
	Matrix string
	Groups []indicatorGroup
	Unheld []string // definitions without a value
}

// indicatorGroup is one domain's indicators.
type indicatorGroup struct {
	Name  string
	Table component.Region
}

func (*indicatorsPage) template() string { return "indicators" }

// indicators lists every indicator with a value, by domain.
func (s *Server) indicators(r *request) (answer, error) {
	measured, err := s.measured(r)
	if err != nil {
		return nil, err
	}
	stood, err := s.standings(r)
	if err != nil {
		return nil, err
	}
	total := 0
	for _, n := range stood.counts {
		total += n.worse
	}
	held := map[indicator.ID]store.Measured{}
	for _, m := range measured {
		held[m.Indicator] = m
	}
	p := &indicatorsPage{base: base{Title: "Indicators", Place: placeIndicators}, Matrix: r.link("/matrix")}
	if err := s.unread(r, &p.base); err != nil {
		return nil, err
	}
	if len(held) == 0 {
		p.Lead = "Nothing is measured yet, because no delivery has brought a value for a provider of yours."
	} else {
		p.Lead = fmt.Sprintf("%s of %d defined hold values of your providers; %s at the newest values.", count(len(held), "indicator", "indicators"), len(r.catalogue().IDs()), count(total, "finding counts", "findings count"))
	}
	for _, q := range questions {
		if t := s.domainTable(r, q.id, held, stood.counts); len(t.Rows) > 0 {
			p.Groups = append(p.Groups, indicatorGroup{q.name, component.Region{Name: q.name + " indicators", Body: t}})
		}
	}
	for _, id := range r.catalogue().IDs() {
		if _, ok := held[id]; !ok {
			p.Unheld = append(p.Unheld, r.catalogue().Get(id).Name)
		}
	}
	return p, nil
}

// domainTable is one domain's indicators with values.
func (s *Server) domainTable(r *request, question string, held map[indicator.ID]store.Measured, counts map[indicator.ID]indicatorCount) component.Table {
	t := component.Table{Dense: true, RowHeaders: true, Caption: "Indicators", CaptionHidden: true, Columns: []component.Column{
		{Heading: "Indicator"}, {Heading: "Unit"}, {Heading: "Better"}, {Heading: "Providers", Numeric: true}, {Heading: "Newest"}, {Heading: "Findings that count", Numeric: true}, {Heading: "Late", Numeric: true}, {Heading: "Source"},
	}}
	for _, id := range r.catalogue().IDs() {
		d, m := r.catalogue().Get(id), held[id]
		if d.Question != question || m.Orgs == 0 {
			continue
		}
		t.Rows = append(t.Rows, []component.Cell{
			{Body: d.Name, Href: r.link("/indicators/" + string(id))},
			{Body: unitOf(d)},
			{Body: string(d.Better)},
			{Body: number(m.Orgs)},
			{Body: m.Newest.Words()},
			{Body: number(counts[id].worse)},
			{Body: number(counts[id].late)},
			{Body: s.sourceName(d.Source)},
		})
	}
	slices.SortStableFunc(t.Rows, func(a, b []component.Cell) int {
		return strings.Compare(fmt.Sprint(a[0].Body), fmt.Sprint(b[0].Body))
	})
	return t
}

// definitionPage is one indicator of all providers, with how it is defined and
// tested.
type definitionPage struct {
	base
	Facts      component.Facts
	Lead       string
	Providers  component.Region
	Count      int
	Funnel     *funnelView
	Why        string
	Definition component.SummaryList
	Standards  component.Table
	Changes    []string
	Breaks     []string

	PersistentAny bool // somebody was an outlier for the worse
	Persistent    component.Region
	Overlap       bool // periods overlap, so that those in a row are one thing
}

func (*definitionPage) template() string { return "indicator-definition" }

// indicatorAll shows one indicator of every provider in the purview. Ten
// queries.
func (s *Server) indicatorAll(r *request) (answer, error) {
	d := r.catalogue().Get(indicator.ID(r.PathValue("id")))
	if d == nil {
		return nil, fault.New(fault.NotFound, "there is no indicator %q", cut(r.PathValue("id")))
	}
	p := &definitionPage{
		base: base{Title: d.Name, Place: placeIndicators, Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Indicators", Href: r.link("/indicators")}}}},
		Why:  d.Why, Standards: standardsTable(d, r), Definition: s.definitionWords(d),
	}
	for _, c := range d.Changes {
		p.Changes = append(p.Changes, calendarDay(c.On)+", "+c.By+": "+c.Why)
	}
	for _, b := range d.Breaks {
		p.Breaks = append(p.Breaks, "From "+b.From.Words()+": "+b.Why)
	}
	p.Facts = component.Facts{Items: []component.Fact{{Label: "Unit", Value: unitOf(d)}, {Label: "Period", Value: frequencyWords(d.Frequency)}, {Label: "Better", Value: string(d.Better)}, {Label: "Source", Value: s.sourceName(d.Source)}}}
	providers, err := s.providersInScope(r)
	if err != nil {
		return nil, err
	}
	if err := s.unread(r, &p.base); err != nil {
		return nil, err
	}
	stood, err := s.standings(r)
	if err != nil {
		return nil, err
	}
	names, err := s.namesInScope(r)
	if err != nil {
		return nil, err
	}
	if err := s.crossSection(r, p, d, names); err != nil {
		return nil, err
	}
	p.providerRows(r, d, providers, stood)
	return p, s.persistent(r, p, d, names)
}

// crossSection draws the newest funnel of all providers.
func (s *Server) crossSection(r *request, p *definitionPage, d *indicator.Definition, names map[org.Code]string) error {
	if d.Funnel == "none" {
		return nil
	}
	measured, err := s.measured(r)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(measured, func(m store.Measured) bool { return m.Indicator == d.ID })
	if i < 0 {
		return nil
	}
	peers, err := s.store.Peers(r.Context(), r.scope, store.Wanted{Indicators: []indicator.ID{d.ID}, Period: measured[i].Newest})
	if err != nil {
		return err
	}
	roles, err := s.store.PeerRoles(r.Context(), r.scope)
	if err != nil {
		return err
	}
	sections, err := sectionsOf(d, peers, roles)
	if err != nil {
		return err
	}
	if kept(r, d) && slices.ContainsFunc(peers, func(o indicator.Observation) bool { return o.Presence == indicator.Suppressed }) {
		return nil // the limits would give small numbers away
	}
	if x := newestSection(sections); x != nil {
		p.Funnel = funnelOf(d, x, "", names)
		p.Funnel.Judgement, p.Funnel.Because = ownOutside(d, x, names)
	}
	return nil
}

// namedOutside is up to how many providers outside of the limits are each named with
// where they lie; more are grouped by where.
const namedOutside = 4

// ownOutside says which of the commissioner's providers lie outside of the limits. Of many,
// those that are better are counted only: their rows name them.
func ownOutside(d *indicator.Definition, x *watch.Section, names map[org.Code]string) (judgement, because string) {
	var each, groups []string
	var worse, better []funnel.Band // in the order in which they are met
	at := map[funnel.Band][]string{}
	own := 0
	for i, u := range x.Result.Units {
		if names[x.Orgs[i]] == "" || u.Reason != funnel.Judged {
			continue
		}
		own++
		mark := bandMark(d, u.Band)
		if mark == chart.Common {
			continue
		}
		name := shortName(names[x.Orgs[i]])
		each = append(each, name+" is "+bandWords(u.Band))
		if at[u.Band] == nil {
			if mark == chart.Improvement {
				better = append(better, u.Band)
			} else {
				worse = append(worse, u.Band)
			}
		}
		at[u.Band] = append(at[u.Band], name)
	}
	switch {
	case len(each) == 0:
		return "None of yours is an outlier.", "Because all of the " + count(own, "provider", "providers") + " that you answer for lie within the limits."
	case len(each) <= namedOutside:
		return count(len(each), "provider of yours stands out.", "providers of yours stand out."), "Because " + list(each) + "."
	}
	for _, bands := range [][]funnel.Band{worse, better} { // the furthest first
		slices.SortFunc(bands, func(a, b funnel.Band) int { return abs(int(b)) - abs(int(a)) })
	}
	for _, b := range worse {
		groups = append(groups, capital(bandWords(b))+": "+list(at[b])+".")
	}
	for _, b := range better {
		groups = append(groups, capital(bandWords(b))+": "+count(len(at[b]), "provider", "providers")+".")
	}
	return count(len(each), "provider of yours stands out.", "providers of yours stand out."), strings.Join(groups, " ")
}

// providerRows lists the providers, those in concern first.
func (p *definitionPage) providerRows(r *request, d *indicator.Definition, providers []org.Organisation, stood *standingTable) {
	t := component.Table{Dense: true, RowHeaders: true, Caption: "Providers", CaptionHidden: true, Columns: []component.Column{
		{Heading: "Provider"}, {Heading: "Verdict"}, {Heading: "Latest", Numeric: true}, {Heading: "In words"},
	}}
	place := func(c component.MatrixCell) int {
		switch {
		case c.Icons.Variation.Worries():
			return 0
		case c.Gap != "":
			return 1
		case c.Icons.Variation.Improves():
			return 3
		}
		return 2
	}
	cells := map[org.Code]component.MatrixCell{}
	providers = slices.DeleteFunc(providers, func(o org.Organisation) bool {
		c, held := stood.cell(r, o.Code, d.ID)
		cells[o.Code] = c
		return !held
	})
	slices.SortStableFunc(providers, func(a, b org.Organisation) int {
		return cmp.Or(cmp.Compare(place(cells[a.Code]), place(cells[b.Code])), strings.Compare(nameOf(a), nameOf(b)))
	})
	worse := 0
	for _, o := range providers {
		c := cells[o.Code]
		name := component.Cell{Body: nameOf(o), Href: r.link(indicatorPath(o.Code, d.ID))}
		if c.Gap != "" {
			t.Rows = append(t.Rows, []component.Cell{name, component.GapCell(c.Gap, c.Detail, c.Title), {Body: "none", Words: true}, {Body: sentence(cmp.Or(c.Title, c.Gap))}})
			continue
		}
		if place(c) == 0 {
			worse++
		}
		words := cmp.Or(c.Icons.VariationLabel, c.Icons.Variation.Words())
		if c.Icons.Assurance != "" && c.Icons.Assurance != component.AssuranceNone {
			words += ". " + c.Icons.Assurance.Words()
		}
		t.Rows = append(t.Rows, []component.Cell{name, {Body: c.Icons, Classes: "cd-nw"}, {Body: c.Value}, {Body: words}})
	}
	p.Providers, p.Count = component.Region{Name: "Providers", Body: t}, len(t.Rows)
	switch {
	case p.Count == 0:
		p.Lead = "No provider of yours is shown, because no value of this indicator is held for one."
	case worse == 0:
		p.Lead = fmt.Sprintf("None of your %s is in concern, because no rule marks a newest value for the worse.", count(p.Count, "provider", "providers"))
	default:
		p.Lead = fmt.Sprintf("%d of your %s in concern, because the newest value is marked for the worse.", worse, count(p.Count, "provider is", "providers are"))
	}
}

// definitionWords is how the indicator is defined and tested.
func (s *Server) definitionWords(d *indicator.Definition) component.SummaryList {
	chart := "XmR chart, Making Data Count rules"
	if d.Chart != "xmr" {
		chart = strings.TrimSuffix(spc.Kind(d.Chart).Words(), ".") + ". Making Data Count rules"
	}
	if !watch.Charted(d) {
		chart = "none: values are shown; run rules don’t hold for them"
	}
	funnels := map[string]string{"sr": "of standardised ratios", "pr": "of proportions", "rc": "of rates", "none": "none"}
	scored := "shown, not counted"
	if d.Detection.Scored {
		scored = "counted, in " + cmp.Or(d.Detection.Family, d.Detection.Domain)
	}
	row := func(key, value string) component.SummaryRow {
		return component.SummaryRow{Key: key, Value: cmp.Or(value, "none")}
	}
	return component.SummaryList{Rows: []component.SummaryRow{
		row("Numerator", d.Numerator), row("Denominator", d.Denominator), row("Over time", chart), row("Against peers", funnels[d.Funnel]),
		row("Due", fmt.Sprintf("%s after the period ends, with %s of tolerance", count(d.LagDays, "day", "days"), count(d.Tolerance, "day", "days"))),
		row("In the concern", scored), row("Tier", d.Tier), row("Owner", d.Owner),
		row("Reviewed", calendarDay(d.Reviewed)+", next "+calendarDay(d.NextReview)), row("Version", string(d.ID)+" "+d.Version),
	}}
}
