package web

import (
	"fmt"
	"math"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/chart"
	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/stat/spc"
	"candour/internal/watch"
	"candour/internal/web/component"
)

// indicatorPage is one indicator of one provider: judged over time and against
// peers, with the reason for each mark and the file's row behind each value.
type indicatorPage struct {
	base
	Provider    string
	Facts       component.Facts
	Verdict     component.Verdict
	Views       component.Segments
	History     *component.Segments // as published or as now; nil without predecessors
	Downloads   *component.Segments // nil where the viewer may not export
	Chart       component.Chart
	Legend      component.ChartLegend
	Drawn       bool
	NotDrawn    string // why there is no chart
	Reasons     component.Why
	NoReasons   string
	Earlier     component.Why
	Ends        []string
	Touches     []component.Content
	LimitsWords []string
	Suggestion  string
	LimitsForm  *limitsForm // nil where the viewer may not set limits
	LimitsSet   []signedItem
	Notes       []signedItem
	NoteForm    *noteForm
	Funnel      *funnelView
	Standards   component.Table
	Table       component.Region
	More        []component.Link
	Revised     []string
	Settings    []string
}

func (*indicatorPage) template() string { return "indicator" }

func (s *Server) indicatorShow(r *request) (answer, error) { return s.newIndicatorPage(r) }

// newIndicatorPage makes the page; forms that were refused are laid over it.
func (s *Server) newIndicatorPage(r *request) (*indicatorPage, error) {
	v, err := s.readIndicator(r)
	if err != nil {
		return nil, err
	}
	name := nameOf(v.org)
	p := &indicatorPage{Provider: name, base: base{
		Title: v.d.Name, Place: placeIndicators,
		Crumbs: component.Breadcrumbs{Items: []component.Link{
			{Text: "Providers", Href: r.link("/providers")},
			{Text: name, Href: r.link(providerPath(v.org.Code))},
			{Text: "Indicators", Href: r.link(providerPath(v.org.Code) + "#indicators")},
		}},
	}}
	p.Facts = v.facts()
	p.Standards = v.standards(r)
	if v.kept != nil && v.judged.Latest() < 0 {
		p.Verdict, p.NotDrawn, p.NoReasons = v.keptVerdict(), keptWords, keptWords
		p.Table = component.Region{Name: "Values", Body: v.table(r)}
		return p, nil
	}
	if len(v.judged.Points) == 0 || v.judged.Latest() < 0 {
		p.Verdict = component.Verdict{Icons: component.IconPair{Variation: component.VariationNone}, Judgement: "Nothing to judge.", Because: "Because no value is held for this provider."}
		p.NotDrawn = "No value is held. The chart appears with the first delivery that has one."
		return p, nil
	}
	if r.query("points") != "all" {
		v.judged.shorten(drawnPoints)
	}
	v.placeNotes()
	s.fillIndicator(r, p, v)
	things := []string{"provider/" + string(v.org.Code), "indicator/" + string(v.org.Code) + "/" + string(v.d.ID)}
	r.shown(things...)
	found, err := s.findingsOf(r, v.org.Code)
	if err != nil {
		return nil, err
	}
	for _, f := range found.of[v.d.ID] {
		r.shown("finding/" + f.ID)
		if f.Kind == finding.Stale || f.Kind == finding.TooGood {
			p.Touches = append(p.Touches, sentence(f.Sentence))
		}
	}
	return p, s.touches(r, p, v)
}

// placeNotes puts the notes at their points.
func (v *indicatorView) placeNotes() {
	for _, m := range v.marks {
		if m.Limits {
			continue
		}
		for i := range v.judged.Points {
			if v.judged.Points[i].Period == m.Period {
				v.judged.notes = append(v.judged.notes, chart.Note{Point: i, Text: cutTo(m.Text, 44)})
			}
		}
	}
}

// fillIndicator fills in what needs values.
func (s *Server) fillIndicator(r *request, p *indicatorPage, v *indicatorView) {
	j := v.judged
	p.Funnel = v.funnel(r)
	p.Verdict = v.verdict(p.Funnel)
	p.Views = component.Segments{Name: "View"}
	if v.d.Kind != indicator.Rating {
		p.Drawn = true
		p.Chart = component.Chart{ID: "spc", Region: "Chart over time, scrolls sideways", Drawn: j.drawing(p.Provider)}
		p.Legend = v.legend()
		p.Views.Items = append(p.Views.Items, component.Segment{Text: "Over time", Href: "#over-time"})
	} else {
		p.NotDrawn = "A rating is somebody’s judgement on a day, not a measure: it is listed, not charted."
	}
	if p.Funnel != nil {
		p.Views.Items = append(p.Views.Items, component.Segment{Text: "Against peers (funnel)", Href: "#funnel"})
	}
	p.Views.Items = append(p.Views.Items, component.Segment{Text: "Table", Href: "#table"})
	if len(v.merged) > 0 && v.d.Kind.Summable() {
		p.History = &component.Segments{Name: "History", Label: "History:", Items: []component.Segment{
			{Text: "as published", Href: r.here("history", ""), Current: !v.asNow},
			{Text: "with predecessors", Href: r.here("history", "now"), Current: v.asNow},
		}}
	}
	if r.may(access.Export) {
		p.Downloads = v.downloads(r)
	}
	v.reasons(p)
	v.limitsPanel(r, p)
	p.Table = component.Region{Name: "Values", Body: v.table(r)}
	p.Revised = v.revisions()
	p.More = v.more(r)
	if j.Chart != nil {
		p.Settings = append(j.Chart.Settings.Words(), j.Chart.Notes()...)
	}
}

// facts is the line under the heading.
func (v *indicatorView) facts() component.Facts {
	d := v.d
	better := map[indicator.Better]string{indicator.Higher: "higher", indicator.Lower: "lower", indicator.Neither: "neither way"}[d.Better]
	f := component.Facts{Items: []component.Fact{{Label: "Unit", Value: unitOf(d)}}}
	if n := len(v.judged.Points); n > 0 {
		f.Items = append(f.Items, component.Fact{Label: "Period", Value: frequencyWords(d.Frequency) + ", to " + v.judged.Points[n-1].Period.Words()})
	}
	f.Items = append(f.Items, component.Fact{Label: "Better", Value: better}, component.Fact{Label: "Standard", Value: v.standardWords()})
	if n := len(v.observed); n > 0 {
		f.Items = append(f.Items, component.Fact{Label: "Newest value received", Value: day(v.observed[n-1].Received)})
	}
	if v.org.Code != "" && !v.published() {
		f.Items = append(f.Items, component.Fact{Label: "Whose", Value: "our own data, not published"})
	}
	return f
}

// standardWords is the standard in force at the newest value.
func (v *indicatorView) standardWords() string {
	if n := len(v.judged.Points); n > 0 {
		if st, ok := v.d.StandardAt(v.judged.Points[n-1].Period.Start()); ok {
			return v.judged.format(st.Value*v.d.Multiplier) + map[indicator.Better]string{indicator.Higher: " or more", indicator.Lower: " or less"}[v.d.Better] + ", " + st.Tier
		}
	}
	return "none set"
}

// frequencyWords is how often a definition has values.
func frequencyWords(k calendar.Kind) string {
	switch k {
	case calendar.Month:
		return "monthly"
	case calendar.Quarter:
		return "quarterly"
	case calendar.FinancialYear, calendar.Year:
		return "yearly"
	case calendar.Rolling12:
		return "rolling 12 months"
	case calendar.Day, calendar.NoPeriod:
		return "when it happens"
	}
	return "when it happens"
}

// verdict is both icons with the judgement in words.
func (v *indicatorView) verdict(f *funnelView) component.Verdict {
	j := v.judged
	latest := j.LatestTested()
	if latest < 0 {
		latest = j.Latest()
	}
	newest := j.Points[latest].Period.Words() + "’s " + j.format(j.Points[latest].Value)
	if v.kept != nil {
		return v.keptVerdict()
	}
	if j.Chart == nil {
		return v.verdictAgainstPeers(f, newest)
	}
	icons := iconsOf(j.Chart)
	out := component.Verdict{Icons: icons, Judgement: icons.Variation.Words() + "."}
	if j.Chart.Variation == spc.VariationUnknown {
		out.Judgement = "No verdict yet."
		out.Because = "Because " + uncapital(j.Chart.Verdict())
		return out
	}
	if icons.Assurance != component.AssuranceNone {
		out.Judgement += " " + icons.Assurance.Words() + "."
	}
	var why []string
	for i := range j.Chart.Signals {
		if s := &j.Chart.Signals[i]; s.Current {
			why = append(why, strings.TrimSuffix(s.Sentence, "."))
		}
	}
	if len(why) == 0 {
		out.Because = "Because no rule marks " + newest + ": it lies within what chance alone does here."
	} else {
		out.Because = "Because " + uncapital(strings.Join(why, "; ")) + "."
	}
	if t := j.Chart.TargetVerdict(); t != "" {
		out.Because = fmt.Sprint(out.Because, " ", strings.ReplaceAll(t, "target", "standard"))
	}
	return out
}

// verdictAgainstPeers is the verdict where run rules don't hold (R-SPC-6).
func (v *indicatorView) verdictAgainstPeers(f *funnelView, newest string) component.Verdict {
	if v.d.Kind == indicator.Rating {
		return component.Verdict{
			Icons: component.IconPair{Variation: component.VariationNone}, Judgement: "Rated " + v.ratingWords(v.judged.Points[v.judged.Latest()].Value) + ".",
			Because: "Because " + v.judged.Points[v.judged.Latest()].Period.Words() + "’s is the newest rating held; a rating is shown beside the measures, never mixed with them.",
		}
	}
	if f == nil || !f.Judged {
		why := "the definition asks for no process limits, and " + newest + " has no peers to be compared with."
		if watch.Charted(v.d) { // and yet there is no chart
			why = "every value held is of fewer than " + amountOf(v.d.MinimumDenominator) + ", the least that the definition judges."
		}
		return component.Verdict{Icons: component.IconPair{Variation: component.VariationNone}, Judgement: "Shown, not judged.", Because: "Because " + why}
	}
	return component.Verdict{Icons: f.Icons, Judgement: f.Judgement, Because: f.Because}
}

// ratingWords is a rating in words.
func (v *indicatorView) ratingWords(value float64) string {
	words := []string{"outstanding", "good", "requires improvement", "inadequate"}
	if i := int(math.Round(value)) - 1; i >= 0 && i < len(words) {
		return words[i]
	}
	return v.judged.format(value)
}

// uncapital begins in the middle of a sentence.
func uncapital(s string) string {
	if len(s) > 1 && s[0] >= 'A' && s[0] <= 'Z' && (s[1] >= 'a' && s[1] <= 'z' || s[1] == ' ') {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}

// legend is the marks of the chart.
func (v *indicatorView) legend() component.ChartLegend {
	l := component.ChartLegend{Marks: []component.Icon{
		{Name: "m-concern", Label: "special cause, concern"}, {Name: "m-common", Label: "common cause"}, {Name: "m-improve", Label: "special cause, improving"},
	}, Notes: []string{"Dashed: process limits. Dotted: standard. Dash-dot: limits set anew"}}
	if words := watch.FellBack(&v.judged.Series); words != "" {
		l.Notes = append(l.Notes, words)
	}
	if v.judged.Chart == nil {
		l.Marks = []component.Icon{
			{Name: "m-concern", Label: "outside of that period’s funnel, concern"}, {Name: "m-common", Label: "within it"}, {Name: "m-improve", Label: "outside, better"},
		}
		l.Notes = []string{"No process limits: the periods overlap or are too few for run rules. Dotted: standard"}
		if v.kept != nil {
			l.Marks, l.Notes = l.Marks[1:2], []string{keptWords + " Dotted: standard"}
		}
	}
	return l
}
