package web

import (
	"fmt"
	"math"

	"candour/internal/calendar"
	"candour/internal/chart"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/stat/funnel"
	"candour/internal/store"
	"candour/internal/watch"
	"candour/internal/web/component"
)

// funnelView is one period's providers against their size.
type funnelView struct {
	Heading   string
	Chart     component.Chart
	Drawn     bool
	Judged    bool // the page's provider is among those judged
	Icons     component.IconPair
	Judgement string
	Because   string
	Note      string
	section   *watch.Section
}

// curvePoints is how finely a funnel's limits are drawn.
const curvePoints = 60

// readPeers reads the peers' published values: of the newest period, or of all
// where only the cross-sections judge.
func (s *Server) readPeers(r *request, v *indicatorView) error {
	if v.d.Funnel == "none" || !v.published() || v.judged.Latest() < 0 {
		return nil
	}
	want := store.Wanted{Indicators: []indicator.ID{v.d.ID}}
	if watch.Charted(v.d) {
		want.Period = v.judged.Points[v.judged.Latest()].Period
	}
	var err error
	if v.peers, err = s.store.Peers(r.Context(), r.scope, want); err != nil {
		return err
	}
	if v.roles, err = s.store.PeerRoles(r.Context(), r.scope); err != nil {
		return err
	}
	if v.names, err = s.namesInScope(r); err != nil {
		return err
	}
	v.judged.Sections, err = sectionsOf(v.d, v.peers, v.roles)
	return err
}

// namesInScope is the names of the organisations that the scope may see.
func (s *Server) namesInScope(r *request) (map[org.Code]string, error) {
	list, err := s.organisations(r)
	names := map[org.Code]string{}
	for _, o := range list {
		names[o.Code] = nameOf(o)
	}
	return names, err
}

// sectionsOf is the cross-sections of published values, as the watch makes them.
func sectionsOf(d *indicator.Definition, peers []indicator.Observation, roles map[org.Code]org.Role) (map[string]*watch.Section, error) {
	var compared []indicator.Observation
	for _, o := range peers {
		if watch.Compared(d, roles[o.Org]) {
			compared = append(compared, o)
		}
	}
	found, err := watch.Sections(d, compared)
	out := map[string]*watch.Section{}
	for period, x := range found {
		out[period.String()] = x
	}
	return out, err
}

// wordsOf is how a funnel speaks of the definition's values.
func wordsOf(d *indicator.Definition) funnel.Words { return watch.Words(d) }

// funnel is the view of the newest period with a value; nil where there is nothing
// to compare.
func (v *indicatorView) funnel(r *request) *funnelView {
	if v.judged.Sections == nil {
		return nil
	}
	period := v.judged.Points[v.judged.Latest()].Period
	x := v.judged.Sections[period.String()]
	if x == nil || x.Result == nil {
		return &funnelView{
			Heading: "Against peers, " + period.Words(), section: x, Judgement: "Not compared.",
			Because: "Because fewer than 5 providers have a published value for " + period.Words() + ".",
		}
	}
	f := funnelOf(v.d, x, v.org.Code, v.names)
	if v.asNow {
		f.Note += " As published, without predecessors."
	}
	return f
}

// funnelOf draws a cross-section. Own is ringed and named; providers that the
// scope can't see are drawn without a name.
func funnelOf(d *indicator.Definition, x *watch.Section, own org.Code, names map[org.Code]string) *funnelView {
	fit := &x.Result.Fit
	f := &funnelView{section: x, Drawn: true, Heading: fmt.Sprintf("Against %s, %s", count(fit.Units-1, "peer", "peers"), x.Period.Words())}
	if own == "" {
		f.Heading = fmt.Sprintf("%s against one another, %s", count(fit.Units, "provider", "providers"), x.Period.Words())
	}
	drawing := chart.Funnel{
		ID: "funnel-chart", Title: d.Name + ", " + x.Period.Words(), Unit: unitOf(d), SizeUnit: capital(d.Denominator), Decimals: d.Decimals,
		Mean: fit.Target * multiplierOf(fit),
	}
	low, high := math.Inf(1), math.Inf(-1)
	for i, u := range x.Result.Units {
		if u.Reason != funnel.Judged || math.IsNaN(u.Value) {
			continue
		}
		low, high = math.Min(low, u.Den), math.Max(high, u.Den)
		name, known := shortName(names[x.Orgs[i]]), names[x.Orgs[i]] != ""
		if !known {
			name = "another provider"
		}
		drawing.Points = append(drawing.Points, chart.FunnelPoint{
			Name: name, Size: u.Den, Value: u.Value, Mark: bandMark(d, u.Band), Own: x.Orgs[i] == own,
		})
	}
	for _, c := range fit.Curve(funnel.Grid(low*0.97, high*1.02, curvePoints)) {
		inner, outer := fit.Judging(c.Inner), fit.Judging(c.Outer)
		drawing.Limits = append(drawing.Limits, chart.FunnelLimit{Size: c.Den, Lower95: inner.Lower, Upper95: inner.Upper, Lower998: outer.Lower, Upper998: outer.Upper})
	}
	f.Chart = component.Chart{ID: "funnel-chart", Region: "Funnel plot, scrolls sideways", Drawn: drawing}
	f.Note = "Ring: this provider. Dots: its peers; those for whom you don’t answer are not named. Dashed: 95% limits; solid: 99.8% limits."
	if own == "" {
		f.Note = "Dots: providers; those for whom you don’t answer are not named. Dashed: 95% limits; solid: 99.8% limits."
	}
	if fit.Adjusted() {
		f.Note += " Both are widened for ordinary differences between providers (overdispersion)."
	}
	if u, ok := unitIn(x, own); ok {
		f.Judged = u.Reason == funnel.Judged
		f.Icons = funnelIcons(d, u.Band)
		f.Judgement = f.Icons.VariationLabel + "."
		f.Because = fit.Sentence(u, wordsOf(d))
	} else if own != "" {
		f.Judgement, f.Because = "Not compared.", "Because this provider isn’t among those that are compared for "+x.Period.Words()+"."
	}
	return f
}

func multiplierOf(f *funnel.Fit) float64 {
	if f.Settings.Multiplier > 0 {
		return f.Settings.Multiplier
	}
	return 1
}

// newestSection is the newest cross-section that could be judged.
func newestSection(sections map[string]*watch.Section) *watch.Section {
	var newest *watch.Section
	for _, x := range sections {
		if x.Result != nil && (newest == nil || x.Period.Compare(newest.Period) > 0) {
			newest = x
		}
	}
	return newest
}

// readPeriod reads a period of an address or a form.
func readPeriod(text string) (calendar.Period, bool) {
	p, err := calendar.ParsePeriod(text)
	return p, err == nil && !p.IsZero()
}
