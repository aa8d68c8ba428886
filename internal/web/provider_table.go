package web

import (
	"strings"

	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/store"
	"candour/internal/watch"
	"candour/internal/web/component"
)

// indicatorTable is the provider's indicators with both icons and the latest value.
func (v *providerView) indicatorTable(r *request) component.Table {
	t := component.Table{
		Dense: true, RowHeaders: true, Classes: "cd-wide", Caption: "Indicators of this provider", CaptionHidden: true,
		Columns: []component.Column{{Heading: "Indicator"}, {Heading: "Domain"}, {Heading: "Verdict"}, {Heading: "Latest", Numeric: true}, {Heading: "Period"}, {Heading: "Standard", Numeric: true}, {Heading: "What is found"}},
	}
	for i := range v.series {
		j := &v.series[i]
		d := j.definition
		standard := component.Cell{Body: "none set", Words: true}
		if st, ok := d.StandardAt(j.At.Start()); ok {
			standard = component.Cell{Body: j.format(st.Value * d.Multiplier)}
		}
		domain := "not stated"
		if i := questionPlace(d.Question); i < len(questions) {
			domain = questions[i].name
		}
		t.Rows = append(t.Rows, []component.Cell{
			{Body: shortOf(d), Href: r.link(indicatorPath(v.org.Code, d.ID))},
			{Body: domain},
			{Body: v.icons(j), Classes: "cd-nw"},
			{Body: j.value(perUnit(d))},
			{Body: j.At.Words()},
			standard,
			{Body: v.foundOn(d.ID)},
		})
	}
	return t
}

// perUnit is the unit after a value, where it isn't a sign.
func perUnit(d *indicator.Definition) string {
	if d.Unit == "%" || d.Unit == "" {
		return ""
	}
	return " " + d.Unit
}

// icons is an indicator's verdict: its chart's, or its funnel's by the findings.
func (v *providerView) icons(j *verdict) component.IconPair { return j.icons(v.found.of[j.Indicator]) }

// verdict is where one series stands, as the watch last judged it.
type verdict struct {
	finding.Verdict
	definition *indicator.Definition
	format     func(float64) string // a value as users read it
}

// verdicts is the verdicts of indicators that are defined.
func verdicts(c *indicator.Catalogue, list []finding.Verdict) []verdict {
	out := make([]verdict, 0, len(list))
	for i := range list {
		if d := c.Get(list[i].Indicator); d != nil {
			out = append(out, verdict{list[i], d, watch.Format(d)})
		}
	}
	return out
}

// value is the newest value with its unit, as the viewer may see it.
func (j *verdict) value(unit string) string {
	if j.Hidden {
		return "suppressed"
	}
	return j.format(j.Value) + unit
}

// icons is an indicator's verdict: its chart's; where run rules don't hold, its
// newest place in the funnel, which the findings tell.
func (j *verdict) icons(found []store.HeldFinding) component.IconPair {
	if j.Charted {
		return iconsNamed(j.Variation, j.Assurance)
	}
	if j.definition.Funnel == "none" {
		return component.IconPair{Variation: component.VariationNone}
	}
	for i := range found {
		f := &found[i]
		if f.Indicator == j.Indicator && f.Kind == finding.Outlier && f.Latest {
			return outlierIcons(f)
		}
	}
	return component.IconPair{Variation: component.VariationFunnelIn}
}

// outlierIcons is the icon of a funnel outlier.
func outlierIcons(f *store.HeldFinding) component.IconPair {
	high := f.Value > f.Against
	icon := component.VariationFunnelIn
	switch {
	case f.Direction == finding.Concern && high:
		icon = component.VariationFunnelHigh
	case f.Direction == finding.Concern:
		icon = component.VariationFunnelLow
	case f.Direction == finding.Improvement && high:
		icon = component.VariationFunnelGoodH
	case f.Direction == finding.Improvement:
		icon = component.VariationFunnelGoodL
	}
	return component.IconPair{Variation: icon}
}

// foundOn is what holds of an indicator now, in short.
func (v *providerView) foundOn(id indicator.ID) string {
	var words []string
	found := v.found.of[id]
	for i := range found {
		if f := &found[i]; (f.Latest || f.Kind == finding.Stale) && len(words) < 3 {
			text := strings.TrimSuffix(firstSentence(sentence(f.Sentence)), ".")
			if len(words) > 0 { // one sentence goes on
				text = uncapital(text)
			}
			words = append(words, text)
		}
	}
	if len(words) == 0 {
		return "nothing at the newest value"
	}
	return strings.Join(words, "; ") + "."
}
