package web

import (
	"slices"
	"strconv"
	"strings"

	"candour/internal/signal"
	"candour/internal/signal/form"
	"candour/internal/store"
	"candour/internal/web/component"
)

// inFacts is what stands among the facts of a signal's page, or above them.
var inFacts = []string{
	"title", "narrative", "themes", "place.provider", "place.ward", "place.service", "received", "occurred.date", "occurred.time", "occurred.about", "source.role", "source.organisation",
}

// details is what the form of the signal's kind asks for and holds, in the words of
// the form: every field that was recorded can be read on the signal's page.
func (p *signalPage) details(s *Server, h *store.HeldSignal) error {
	if h.Urgent {
		p.Facts.Items = append(p.Facts.Items, component.Fact{Label: "Urgent", Value: "the sender says that it can’t wait"})
	}
	if h.Visit != nil {
		p.Visit = s.visitBodyOf(&h.Signal)
		return nil
	}
	if c := h.ClinicianConcern; c != nil {
		for _, d := range [][2]string{
			{"Was the patient harmed?", harmWords[c.Harm]}, {"Effect", c.Effect}, {"Resolved with the provider", resolvedWords[c.ResolvedWithProvider]}, {"Seen before", yesOrNothing(c.SeenBefore)}, {"About a practice", yesOrNothing(c.AboutPractice)},
		} {
			p.detail(d[0], d[1])
		}
		return nil
	}
	f := form.For(h.Kind)
	if f == nil {
		return nil
	}
	values, err := f.Values(&h.Signal)
	if err != nil {
		return err
	}
	said := func(field *form.Field, label, control string) {
		var words []string
		for _, v := range values.All(control) {
			words = append(words, choiceWords(field, v, s.Desk.Taxonomies))
		}
		p.detail(label, strings.Join(words, "; "))
	}
	for i := range f.Parts {
		part := &f.Parts[i]
		for j := range part.Fields {
			if field := &part.Fields[j]; !slices.Contains(inFacts, field.Path) && field.Sort != form.Fixed {
				said(field, field.Label, field.Path)
			}
		}
		for j := range part.Rows {
			rows := &part.Rows[j]
			for n := range rows.Shown(values) {
				for k := range rows.Fields {
					said(&rows.Fields[k], sentenceCase(rows.Noun)+" "+strconv.Itoa(n+1)+": "+rows.Fields[k].Label, rows.Control(n, &rows.Fields[k]))
				}
			}
		}
	}
	return nil
}

// detail adds one; what was not recorded is left out.
func (p *signalPage) detail(label, words string) {
	if words != "" {
		p.Details.Items = append(p.Details.Items, component.Fact{Label: label, Value: words})
	}
}

// choiceWords is a recorded value as its form shows it, whatever the day: a code
// that is no longer in force keeps its name.
func choiceWords(f *form.Field, value string, tax *signal.Taxonomies) string {
	if t := tax.Get(f.Taxonomy); f.Taxonomy != "" && t != nil {
		return t.NameOf(value)
	}
	for _, c := range f.Choices {
		if c.Value == value {
			return c.Text
		}
	}
	switch {
	case f.Sort == form.Day:
		if t, err := parseDay(value); err == nil {
			return calendarDay(t)
		}
	case f.Sort == form.Tick, f.Sort == form.YesNo:
		return sentenceCase(value)
	}
	return strings.TrimSpace(value)
}

// The answers of the form for practices, in words.
var (
	harmWords     = map[string]string{"no": "No", "some": "Some harm", "severe": "Severe harm or death", "unknown": "Not known yet"}
	resolvedWords = map[string]string{"no": "No", "partly": "Partly", "yes": "Yes"}
)

func yesOrNothing(b bool) string {
	if b {
		return "Yes"
	}
	return ""
}

// sentenceCase begins with a capital.
func sentenceCase(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
