package digest

import (
	"fmt"
	"slices"

	"candour/internal/access"
	"candour/internal/indicator"
	"candour/internal/org"
)

// latePart says which figures did not come, by source.
func (m *Made) latePart() Part {
	p := Part{Heading: "Late data", Sentence: "Nothing is late."}
	list := m.late()
	if len(list) == 0 {
		return p
	}
	p.Sentence = count(len(m.Found), "series is late", "series are late") + "; nothing can be said from what didn’t come."
	if m.May(access.SeeData) {
		p.More = Link{"Which, and from whom", "/data#late"}
	}
	for i := range list[:min(lateItems, len(list))] {
		x := &list[i]
		text := "late from " + count(len(x.orgs), "provider", "providers")
		if len(x.orgs) == 1 {
			text = "late from " + m.name(x.orgs[0])
		}
		if n := len(x.indicators) - 1; n > 0 {
			text = "and " + number(n) + " more of the same source " + text
		}
		if x.fresh > 0 {
			text += "; " + count(x.fresh, "series", "series") + " since this week"
		}
		p.Items = append(p.Items, Item{Link{m.Indicator(x.indicators[0]), "/indicators/" + string(x.indicators[0])}, text + "."})
	}
	return p
}

// lateSource is what is late of one source.
type lateSource struct {
	source     string
	indicators []indicator.ID
	orgs       []org.Code
	fresh      int // series that became late in the week
}

// late is what is late by source, of most providers first.
func (m *Made) late() (out []lateSource) {
	for _, f := range m.Found {
		source := m.Source(f.Indicator)
		i := slices.IndexFunc(out, func(x lateSource) bool { return x.source == source })
		if i < 0 {
			i, out = len(out), append(out, lateSource{source: source})
		}
		x := &out[i]
		if !slices.Contains(x.indicators, f.Indicator) {
			x.indicators = append(x.indicators, f.Indicator)
		}
		if !slices.Contains(x.orgs, f.Org) {
			x.orgs = append(x.orgs, f.Org)
		}
		if f.Position > m.From {
			x.fresh++
		}
	}
	slices.SortStableFunc(out, func(a, b lateSource) int { return len(b.orgs) - len(a.orgs) })
	return out
}

// restatedPart says which held figures publishers changed.
func (m *Made) restatedPart() Part {
	p := Part{Heading: "Figures restated", Sentence: "No publisher changed a figure that was held."}
	values := 0
	for _, x := range m.Restated {
		values += x.Values
	}
	if values == 0 {
		return p
	}
	p.Sentence = count(values, "figure was replaced", "figures were replaced") + " by what publishers now say; both versions are kept."
	for _, x := range m.Restated[:min(stateItems, len(m.Restated))] {
		text := fmt.Sprintf("%s of %s, %s", count(x.Values, "value", "values"), count(x.Orgs, "provider", "providers"), x.From.Words())
		if x.From != x.To {
			text += " to " + x.To.Words()
		}
		p.Items = append(p.Items, Item{Link{m.Indicator(x.Indicator), "/indicators/" + string(x.Indicator)}, text + fmt.Sprintf(" (delivery %s).", x.Delivery)})
	}
	if n := len(m.Restated) - len(p.Items); n > 0 {
		p.Sentence += " " + count(n, "further indicator is not listed.", "further indicators are not listed.")
	}
	return p
}
