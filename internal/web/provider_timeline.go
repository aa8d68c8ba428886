package web

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/chart"
	"candour/internal/concern"
	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/store"
	"candour/internal/web/component"
)

// timeAxis is the triangulation time line with its choices.
type timeAxis struct {
	Heading string
	Places  component.Segments
	Ranges  component.Segments
	Chart   component.Chart
	Legend  component.ChartLegend
	Lanes   int
	NoSoft  string // why no soft lane is drawn

	Sites    component.Segments // the choice of a site: links, or a form where there are many
	SiteForm *component.Select
	SiteKept []keptField // of the address, beside the site
	OfSite   string      // what of the drawing is of the chosen site
}

// ranges are the stretches that the time line can show, in months.
var ranges = []struct {
	name, words string
	months      int
}{{"6", "6 months", 6}, {"", "18 months", 18}, {"60", "5 years", 60}}

// mostLanes bounds the lanes of findings, so that the drawing can be taken in.
const mostLanes = 10

// mostMoments bounds the numbered moments that findings tell.
const mostMoments = 8

// rangeFrom is the beginning of the stretch of time that is asked for.
func rangeFrom(r *request) time.Time {
	months := 18
	for _, c := range ranges {
		if r.query("range") == c.name {
			months = c.months
		}
	}
	return monthsBack(r.moment, months-1)
}

// axis is the time line: findings by when they happened, or by when we knew.
func (v *providerView) axis(r *request) timeAxis {
	place := chart.ByHappened
	out := timeAxis{
		Places: component.Segments{Name: "Place findings by", Label: "Place findings by:"}, Ranges: component.Segments{Name: "Range", Label: "Range:"},
	}
	for _, c := range ranges {
		out.Ranges.Items = append(out.Ranges.Items, component.Segment{Text: c.words, Href: r.here("range", c.name) + "#time-line", Current: r.query("range") == c.name})
	}
	v.siteChoice(r, &out)
	out.OfSite = v.siteWords()
	known := r.query("place") == "known"
	if known {
		place = chart.ByKnown
	}
	out.Places.Items = []component.Segment{
		{Text: "when it happened", Href: r.here("place", "") + "#time-line", Current: !known},
		{Text: "when we knew", Href: r.here("place", "known") + "#time-line", Current: known},
	}
	from := rangeFrom(r)
	t := chart.Timeline{
		ID: "time-line-chart", Title: fmt.Sprintf("%s, %s to %s", nameOf(v.org), from.Format("January 2006"), day(r.moment)),
		From: from, To: monthsBack(r.moment, -1), Today: r.moment, Placed: place, Since: v.compared,
	}
	if r.scope.Past() {
		t.TodayWord = "as of " + day(r.moment)
	}
	if v.compared.Before(from) {
		t.Since = time.Time{}
	}
	t.Concern = v.concernLane(from)
	t.Findings = v.lanes(from, r.moment)
	t.Signals = voiceLanes(v.voices, from, r.moment)
	t.Cases, t.Interventions = v.alertLanes(from, r.moment), v.stepLane(from, r.moment)
	for i := range v.moments {
		t.Moments = append(t.Moments, chart.Moment{Number: i + 1, Happened: v.moments[i].happened, Known: v.moments[i].known})
	}
	out.Lanes = len(t.Findings) + len(t.Signals)
	switch {
	case !r.may(access.SeeSignals):
		out.NoSoft = "Soft signals are not shown, because your role doesn’t read them."
	case len(t.Signals) == 0 && v.site.Code != "":
		out.NoSoft = "No soft signal of this stretch names " + nameOf(v.site) + "."
	case len(t.Signals) == 0:
		out.NoSoft = "No soft signal about this provider lies in this stretch. Concerns of GPs, complaints, comments, incidents and visits get a lane each below the axis once they are recorded."
	default:
		out.NoSoft = "One dot is one signal; the more filled, the more severe. “Usual” is this provider’s own past: up to three years that ended a year ago, or the past year where no more is held."
	}
	out.Heading = "Time line, " + from.Format("January 2006") + " to " + map[bool]string{true: day(r.moment), false: "today"}[r.scope.Past()]
	out.Chart = component.Chart{ID: "time-line-chart", Region: "Time line, scrolls sideways", Drawn: t.Place()}
	out.Legend = component.ChartLegend{Marks: []component.Icon{
		{Name: "m-concern", Label: "special cause, concern"}, {Name: "m-common", Label: "common cause"}, {Name: "m-improve", Label: "special cause, improving"},
	}, Notes: []string{"Grey band: process limits; dotted: standard", "Hatched: measured, but not published yet"}}
	if len(t.Cases) > 0 || t.Interventions != nil {
		out.Legend.Notes = append(out.Legend.Notes, "Bar: an alert, thicker at a higher level, when more people are asked; stroke: we stepped in, or a statement was contradicted")
	}
	return out
}

// concernLane is the points over time; nil where nothing is judged.
func (v *providerView) concernLane(from time.Time) *chart.ConcernLane {
	if v.held == nil || !v.held.Judged {
		return nil
	}
	lane := &chart.ConcernLane{Every: "monthly", Rules: wordRules(v.method.Params), Latest: fmt.Sprintf("%d %s", v.held.Points, v.held.Word)}
	for _, t := range v.held.Assessment.Trail {
		if at := t.AsOf.Period().Start(); !at.Before(from) {
			lane.Values = append(lane.Values, chart.PointsAt{At: at, Points: max(0, t.Ranking*v.method.Params.PointFactor())})
		}
	}
	if v.before != nil && v.before.Judged {
		lane.Detail = fmt.Sprintf("%d when you looked", v.before.Points)
	}
	if len(lane.Values) == 0 {
		return nil
	}
	return lane
}

// lanesFrom is the indicators that say something, those of concern first, as many
// as are drawn. An indicator without a value in the range has no lane.
func (v *providerView) lanesFrom(from time.Time) []*verdict {
	type weighed struct {
		*verdict
		weight int
	}
	list := make([]weighed, 0, len(v.lines))
	for i := range v.lines {
		if j := &v.lines[i]; !j.At.End().Before(from) {
			list = append(list, weighed{j, v.weight(j)})
		}
	}
	slices.SortStableFunc(list, func(a, b weighed) int { return cmp.Compare(b.weight, a.weight) })
	out := make([]*verdict, 0, mostLanes)
	for _, j := range list[:min(len(list), mostLanes)] {
		out = append(out, j.verdict)
	}
	return out
}

// weight is how much an indicator has to say.
func (v *providerView) weight(j *verdict) (w int) {
	found := v.found.of[j.Indicator]
	for i := range found {
		f := &found[i]
		if !f.Latest {
			continue
		}
		switch {
		case f.Direction == finding.Concern && f.Counted:
			w += 4
		case f.Direction == finding.Concern:
			w += 2
		case f.Direction == finding.Improvement:
			w++
		}
	}
	if v.scored(j) {
		w += 3
	}
	return w
}

// lanes draws the lanes, each on a scale of its own.
func (v *providerView) lanes(from, until time.Time) []chart.FindingLane {
	var out []chart.FindingLane
	for _, j := range v.lined {
		series := v.drawn[j.Series()]
		if series == nil || series.Latest() < 0 {
			continue
		}
		if lane, ok := v.lane(series, v.icons(j), from, until); ok {
			out = append(out, lane)
		}
	}
	return out
}

// scored reports whether the indicator adds to the concern.
func (v *providerView) scored(j *verdict) bool {
	if v.held == nil {
		return false
	}
	for i := range v.held.Assessment.Families {
		for _, s := range v.held.Assessment.Families[i].Streams {
			if s.Stream == concern.StreamID(j.Indicator) {
				return true
			}
		}
	}
	return false
}

// lane is one indicator's lane.
func (v *providerView) lane(j *judged, icons component.IconPair, from, until time.Time) (chart.FindingLane, bool) {
	d := j.Definition
	latest := j.Latest()
	lane := chart.FindingLane{
		Name: cutTo(shortOf(d), 30), Detail: cutTo(unitOf(d), 34), Decimals: d.Decimals, Latest: j.format(j.Points[latest].Value),
		LatestWhen: j.Points[latest].Period.LastMonth().Words(), Variation: string(icons.Variation), Assurance: string(icons.Assurance), Verdict: icons.Variation.Words(),
	}
	for i := range j.Points {
		p := &j.Points[i]
		if math.IsNaN(p.Value) || p.Period.End().Before(from) {
			continue
		}
		mark, _ := j.mark(i, "")
		value := chart.LaneValue{Name: p.Period.Words(), From: p.Period.LastMonth().Start(), To: p.Period.End(), Known: p.Observation.Received, Value: p.Value, Mark: mark}
		if i == latest && j.Chart == nil {
			value.Mark = markOfIcon(icons.Variation)
		}
		lane.Values = append(lane.Values, value)
	}
	if len(lane.Values) == 0 {
		return lane, false
	}
	if j.Chart != nil && hasLimits(j.Chart) {
		g := j.Chart.Current()
		mean, lower, upper := g.Mean, g.Lower, g.Upper
		lane.Mean, lane.Lower, lane.Upper = &mean, &lower, &upper
	}
	if st, ok := d.StandardAt(j.Points[latest].Period.Start()); ok {
		lane.Line = &chart.Line{Value: st.Value * d.Multiplier, Label: "standard " + j.format(st.Value*d.Multiplier)}
	}
	if end := j.Points[latest].Period.End(); d.Kind != indicator.Rating && until.Sub(end) > 45*24*time.Hour { // a rating holds until the next
		lane.Unpublished = &chart.Span{From: end, To: until, Word: "not yet published"}
	}
	return lane, true
}

// markOfIcon is the shape of a funnel's icon.
func markOfIcon(x component.Variation) chart.Mark {
	switch x {
	case component.VariationFunnelHigh, component.VariationFunnelLow:
		return chart.Concern
	case component.VariationFunnelGoodH, component.VariationFunnelGoodL:
		return chart.Improvement
	}
	return chart.Common
}

// telling is the findings told as numbered moments: those of concern that hold,
// those that count and the newest first.
func (v *providerView) telling(from time.Time) []*store.HeldFinding {
	var list []*store.HeldFinding
	for i := range v.found.all {
		f := &v.found.all[i]
		if f.Direction == finding.Concern && f.Kind != finding.Incapable && f.Latest && !toldBy(f).End().Before(from) {
			list = append(list, f)
		}
	}
	slices.SortStableFunc(list, func(a, b *store.HeldFinding) int {
		counted := func(f *store.HeldFinding) int {
			if f.Counted {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(counted(a), counted(b)), b.To.End().Compare(a.To.End()))
	})
	return list[:min(len(list), mostMoments)]
}

// numbered is the same by when we knew, oldest first.
func (v *providerView) numbered(from time.Time) []*store.HeldFinding {
	list := v.telling(from)
	slices.SortStableFunc(list, func(a, b *store.HeldFinding) int {
		return cmp.Or(v.knownOf(a).Compare(v.knownOf(b)), toldBy(a).End().Compare(toldBy(b).End()))
	})
	return list
}

// knownOf is when the value that first told a finding reached us.
func (v *providerView) knownOf(f *store.HeldFinding) time.Time {
	at := toldBy(f)
	if j := v.drawn[finding.Series{Indicator: f.Indicator, Org: f.Org, Tenant: f.Tenant}]; j != nil {
		for i := range j.Points {
			if o := j.Points[i].Observation; o != nil && o.Period == at {
				return o.Received
			}
		}
	}
	return f.Received
}

// toldBy is the period whose value first told a finding: the first beyond a limit,
// the seventh of a run. A missed standard is told by the newest value.
func toldBy(f *store.HeldFinding) calendar.Period {
	at := f.To
	if f.Kind == finding.SpecialCause {
		at = f.From
		if f.Rule == "R-SPC-2" || f.Rule == "R-SPC-3" {
			at = f.From.Add(runLength - 1)
		}
	}
	if at.End().After(f.To.End()) {
		return f.To
	}
	return at
}

// runLength is how many points make a run (Making Data Count).
const runLength = 7

// sourceOf is the source of the figures that a finding rests on.
func (s *Server) sourceOf(r *request, f *store.HeldFinding) string {
	if d := r.catalogue().Get(f.Indicator); d != nil {
		return s.sourceName(d.Source)
	}
	return "definition no longer held"
}

// allFindings is every finding that holds, those at the newest values first.
func (v *providerView) allFindings(s *Server, r *request) component.Table {
	t := component.Table{Dense: true, RowHeaders: true, Classes: "cd-wide", Caption: "Every finding that holds", CaptionHidden: true, Columns: []component.Column{
		{Heading: "Finding"}, {Heading: "Period"}, {Heading: "Direction"}, {Heading: "Rule"}, {Heading: "Counts"}, {Heading: "Found"},
	}}
	list := make([]*store.HeldFinding, len(v.found.all))
	for i := range v.found.all {
		list[i] = &v.found.all[i]
	}
	slices.SortStableFunc(list, func(a, b *store.HeldFinding) int { return b.To.End().Compare(a.To.End()) })
	for _, f := range list {
		counts := "no"
		if f.Counted {
			counts = "yes"
		}
		span := f.From.Words()
		if f.To != f.From {
			span += " to " + f.To.Words()
		}
		t.Rows = append(t.Rows, []component.Cell{
			{Body: capital(s.findingWords(r, f)), Href: r.link(indicatorPath(v.org.Code, f.Indicator))}, {Body: span}, {Body: string(f.Direction)}, {Body: f.Rule}, {Body: counts}, {Body: day(f.Received)},
		})
	}
	return t
}
