package web

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"candour/internal/calendar"
	"candour/internal/chart"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/stat/funnel"
	"candour/internal/stat/spc"
	"candour/internal/watch"
	"candour/internal/web/component"
)

// judged is one series with what the statistics say of it.
type judged struct {
	watch.Series
	Chart    *spc.Chart                     // nil where the definition asks for none
	Sections map[string]*watch.Section      // cross-sections by period; nil where not asked for
	Outlier  map[string]component.Variation // of the newest period by the funnel
	limits   []watch.Limits                 // set anew by people
	notes    []chart.Note                   // at points
	format   func(float64) string           // a value as users read it
	from     int                            // first point that is drawn
}

// judge reads a series as the watch does, so that page and finding can't disagree.
func judge(d *indicator.Definition, observations []indicator.Observation, limits []watch.Limits) (*judged, error) {
	j := &judged{Series: watch.SeriesOf(d, observations), limits: limits, format: watch.Format(d)}
	if d.Frequency == calendar.Rolling12 {
		// A window is published each quarter or year: the months between are no gaps.
		j.Points = slices.DeleteFunc(j.Points, func(p watch.Point) bool { return p.Observation == nil })
	}
	var err error
	j.Chart, err = watch.Chart(&j.Series, limits)
	return j, err
}

// drawnPoints is how many of the newest points are drawn unless all are asked for.
const drawnPoints = 48

// shorten draws only the newest points.
func (j *judged) shorten(n int) {
	if len(j.Points) > n {
		j.from = len(j.Points) - n
	}
}

// markOf is a label's shape.
func markOf(l spc.Label) chart.Mark {
	switch l {
	case spc.Concern:
		return chart.Concern
	case spc.Improvement:
		return chart.Improvement
	case spc.NeutralSignal:
		return chart.Neither
	case spc.CommonCause:
		return chart.Common
	}
	return chart.Common
}

// symbolOf is a mark's symbol of the sprite.
func symbolOf(m chart.Mark) component.Icon {
	switch m {
	case chart.Concern:
		return component.Icon{Name: "m-concern"}
	case chart.Improvement:
		return component.Icon{Name: "m-improve"}
	case chart.Neither:
		return component.Icon{Name: "v-neither-h"}
	case chart.Common, chart.Ghost:
		return component.Icon{Name: "m-common"}
	}
	return component.Icon{Name: "m-common"}
}

// letterOf is the n-th letter of the reasons: a … z, aa, ab …
func letterOf(n int) string {
	if n < 26 {
		return string(rune('a' + n))
	}
	return letterOf(n/26-1) + letterOf(n%26)
}

// reasoned is a signal with its letter on the chart.
type reasoned struct {
	*spc.Signal
	Letter string
}

// reasons is the signals that reach into what is drawn, with their letters.
func (j *judged) reasons() []reasoned {
	var out []reasoned
	if j.Chart == nil {
		return nil
	}
	for i := range j.Chart.Signals {
		if s := &j.Chart.Signals[i]; s.To() >= j.from {
			out = append(out, reasoned{s, letterOf(len(out))})
		}
	}
	return out
}

// missingWords is why a point has no value.
func missingWords(o *indicator.Observation) string {
	if o == nil {
		return "missing"
	}
	return presenceWords(o.Presence)
}

// presenceWords is why there is no value, in words.
func presenceWords(p indicator.Presence) string {
	switch p {
	case indicator.Suppressed:
		return "suppressed"
	case indicator.NotApplicable:
		return "not applicable"
	case indicator.NotSubmitted:
		return "not submitted"
	case indicator.Missing:
		return "missing"
	case indicator.Valued:
		return "no denominator"
	}
	return "missing"
}

// drawing is the chart over time, as data.
func (j *judged) drawing(name string) chart.SPC {
	d := j.Definition
	out := chart.SPC{
		ID: "spc", Unit: unitOf(d), Decimals: d.Decimals,
		Title: fmt.Sprintf("%s, %s, %s to %s", d.Name, name, j.Points[j.from].Period.Words(), j.Points[len(j.Points)-1].Period.Words()),
	}
	letters := map[int]string{}
	because := map[int][]string{}
	for _, r := range j.reasons() {
		first := max(r.From(), j.from)
		if r.Rule == spc.Outside {
			for _, i := range r.Points {
				letters[i] += r.Letter
			}
		} else {
			letters[first] += r.Letter
		}
		for _, i := range r.Points {
			because[i] = append(because[i], strings.TrimSuffix(r.Sentence, "."))
		}
	}
	for i := j.from; i < len(j.Points); i++ {
		p := &j.Points[i]
		point := chart.Point{Name: p.Period.Words(), At: p.Period.LastMonth().Start(), Value: p.Value, Letter: letters[i], Because: strings.Join(because[i], "; ")}
		if math.IsNaN(p.Value) {
			point.Missing = missingWords(p.Observation)
		} else {
			point.Mark, point.Because = j.mark(i, point.Because)
		}
		out.Points = append(out.Points, point)
	}
	if least, greatest, bounded := bounds(d); bounded {
		out.Least, out.Greatest = least, greatest
	}
	j.drawLimits(&out)
	for _, n := range j.notes {
		if n.Point >= j.from {
			out.Notes = append(out.Notes, chart.Note{Point: n.Point - j.from, Text: n.Text})
		}
	}
	return out
}

// mark is the shape of a point, and why.
func (j *judged) mark(i int, because string) (chart.Mark, string) {
	p := &j.Points[i]
	if p.Untested {
		return chart.Ghost, untestedWords(j.Definition, p)
	}
	if j.Chart != nil {
		return markOf(j.Chart.Points[i].Label), because
	}
	if x := j.Sections[p.Period.String()]; x != nil {
		if u, ok := unitIn(x, j.Org); ok {
			return bandMark(j.Definition, u.Band), bandWords(u.Band)
		}
	}
	return chart.Common, because
}

// untestedWords is why a value of few is shown and not judged.
func untestedWords(d *indicator.Definition, p *watch.Point) string {
	if p.Partial {
		return "shown, not judged: given on " + day(p.Observation.Received) + ", before " + p.Period.Words() + " had ended"
	}
	return fmt.Sprintf("shown, not judged: of fewer than %s", amountOf(d.MinimumDenominator))
}

// drawLimits adds mean, limits and standard.
func (j *judged) drawLimits(out *chart.SPC) {
	latest := j.Latest()
	if latest < 0 {
		return
	}
	if st, ok := j.Definition.StandardAt(j.Points[latest].Period.Start()); ok {
		out.Standard = &chart.Line{Value: st.Value * j.Definition.Multiplier, Label: "Standard"}
	}
	if j.Chart == nil {
		return
	}
	for k := range j.Chart.Segments {
		g := &j.Chart.Segments[k]
		if g.End <= j.from || math.IsNaN(g.Mean) {
			continue
		}
		l := chart.Limits{From: max(g.Start-j.from, 0), To: g.End - 1 - j.from, Mean: g.Mean, Lower: g.Lower, Upper: g.Upper, Trial: g.Trial}
		if j.Chart.Varying() {
			for i := l.From + j.from; i <= l.To+j.from; i++ {
				l.LowerAt, l.UpperAt = append(l.LowerAt, j.Chart.Points[i].Lower), append(l.UpperAt, j.Chart.Points[i].Upper)
			}
		}
		for _, r := range j.Chart.Series.Rebases {
			if r.At == g.Start && g.Start >= j.from {
				l.Reason = cutTo(r.Reason, 44)
			}
		}
		out.Limits = append(out.Limits, l)
	}
}

// cutTo shortens a text for a drawing; the page has it whole.
func cutTo(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return strings.TrimRight(string(r[:n-1]), " ,") + "…"
	}
	return s
}

// bounds is how far the axis may reach: no rate is below nought, no share above
// all.
func bounds(d *indicator.Definition) (least, greatest *float64, ok bool) {
	if d.Kind == indicator.Mean {
		return nil, nil, false
	}
	zero, all := 0.0, d.Multiplier
	if d.Kind == indicator.Proportion {
		return &zero, &all, true
	}
	return &zero, nil, true
}

// unitOf is the unit of a definition's values, in words.
func unitOf(d *indicator.Definition) string {
	if d.Unit == "" {
		return d.Name
	}
	return d.Unit
}

// unitIn is an organisation's place in a cross-section.
func unitIn(x *watch.Section, code org.Code) (funnel.Unit, bool) {
	if x == nil || x.Result == nil {
		return funnel.Unit{}, false
	}
	for i, o := range x.Orgs {
		if o == code {
			return x.Result.Units[i], true
		}
	}
	return funnel.Unit{}, false
}

// bandMark is the shape of a place in a funnel. Outside of the 95% limits is marked
// where the publisher bands so (standardised ratios); else outside of 99.8%.
func bandMark(d *indicator.Definition, b funnel.Band) chart.Mark {
	high := b == funnel.Above || b == funnel.FarAbove
	near := b == funnel.Above || b == funnel.Below
	switch {
	case b == funnel.Within || b == funnel.NotJudged || near && d.Funnel != "sr":
		return chart.Common
	case d.Better == indicator.Neither:
		return chart.Neither
	case (d.Better == indicator.Lower) == high:
		return chart.Concern
	}
	return chart.Improvement
}

// bandWords is a place in a funnel in words.
func bandWords(b funnel.Band) string {
	switch b {
	case funnel.FarAbove:
		return "above the 99.8% funnel limit"
	case funnel.Above:
		return "above the 95% funnel limit, within the 99.8% limit"
	case funnel.Within:
		return "within the funnel limits"
	case funnel.Below:
		return "below the 95% funnel limit, within the 99.8% limit"
	case funnel.FarBelow:
		return "below the 99.8% funnel limit"
	case funnel.NotJudged:
		return "not judged by the funnel"
	}
	return "not judged by the funnel"
}

// iconsOf is both icons of a chart.
func iconsOf(c *spc.Chart) component.IconPair {
	if c == nil {
		return component.IconPair{Variation: component.VariationNone}
	}
	return iconsNamed(c.Variation.String(), c.Assurance.String())
}

// variationIcons and assuranceIcons are the icons by the names that verdicts carry.
var (
	variationIcons = map[string]component.Variation{
		spc.VariationCommonCause.String(): component.VariationCommon,
		spc.ImprovementHigh.String():      component.VariationImproveHigh, spc.ImprovementLow.String(): component.VariationImproveLow,
		spc.ConcernHigh.String(): component.VariationConcernHigh, spc.ConcernLow.String(): component.VariationConcernLow,
		spc.NeutralHigh.String(): component.VariationNeitherHigh, spc.NeutralLow.String(): component.VariationNeitherLow,
	}
	assuranceIcons = map[string]component.Assurance{
		spc.Pass.String(): component.AssurancePass, spc.Fail.String(): component.AssuranceFail, spc.Inconsistent.String(): component.AssuranceHit,
	}
)

// iconsNamed is both icons by the names that a verdict carries.
func iconsNamed(variation, assurance string) component.IconPair {
	p := component.IconPair{Variation: variationIcons[variation], Assurance: cmp.Or(assuranceIcons[assurance], component.AssuranceNone)}
	if p.Variation == "" {
		p.Variation, p.VariationLabel = component.VariationNone, "No verdict yet: too few values"
	}
	return p
}

// funnelIcons is the icon of a place in a funnel: never one of the run rules
// (R-SPC-6).
func funnelIcons(d *indicator.Definition, b funnel.Band) component.IconPair {
	p := component.IconPair{Variation: component.VariationFunnelIn, VariationLabel: capital(bandWords(b))}
	high := b == funnel.Above || b == funnel.FarAbove
	switch mark := bandMark(d, b); {
	case mark == chart.Concern && high:
		p.Variation, p.VariationLabel = component.VariationFunnelHigh, "Concern: "+bandWords(b)
	case mark == chart.Concern:
		p.Variation, p.VariationLabel = component.VariationFunnelLow, "Concern: "+bandWords(b)
	case mark == chart.Improvement && high:
		p.Variation, p.VariationLabel = component.VariationFunnelGoodH, "Better than expected: "+bandWords(b)
	case mark == chart.Improvement:
		p.Variation, p.VariationLabel = component.VariationFunnelGoodL, "Better than expected: "+bandWords(b)
	}
	if b == funnel.NotJudged {
		p.Variation = component.VariationNone
	}
	return p
}

// capital begins a sentence.
func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
