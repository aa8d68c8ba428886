package web

import (
	"cmp"
	"fmt"
	"html/template"
	"math"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/org"
	"candour/internal/stat/funnel"
	"candour/internal/stat/spc"
	"candour/internal/web/component"
)

// signedItem is a note, or limits set anew, with who signed it.
type signedItem struct {
	When   string
	ISO    string
	Text   string
	By     string
	Remove string // where taking it back is posted; empty where the viewer may not
	Label  string // of the button, for those who listen
}

// recentPeriods is how far back marks are told as news; older ones are folded away.
const recentPeriods = 12

// reasons fills in why points are marked and what would end it.
func (v *indicatorView) reasons(p *indicatorPage) {
	j := v.judged
	if v.kept != nil {
		p.NoReasons = keptWords
		return
	}
	if j.Chart == nil {
		v.funnelReasons(p)
		return
	}
	p.Reasons.Spacing, p.Earlier.Spacing = true, true
	for _, s := range j.reasons() {
		span := j.Points[s.From()].Period.Words()
		if s.To() > s.From() {
			span += " to " + j.Points[s.To()].Period.Words()
		}
		reason := component.Reason{Points: s.Letter, Icon: symbolOf(markOf(s.Label)), Text: bold(span+".", s.Plain), Source: s.Sentence}
		if s.Current || s.To() >= len(j.Points)-recentPeriods {
			p.Reasons.Items = append(p.Reasons.Items, reason)
		} else {
			p.Earlier.Items = append(p.Earlier.Items, reason)
		}
		if s.Current && s.Ends != "" {
			p.Ends = append(p.Ends, sentence(s.Ends))
		}
	}
	if len(p.Reasons.Items) == 0 {
		p.NoReasons = fmt.Sprintf("No point of the newest %d is marked: each lies within what chance alone does here.", min(recentPeriods, len(j.Points)))
		if !hasLimits(j.Chart) {
			p.NoReasons = "No point can be marked yet, because too few values are held for process limits."
		}
	}
}

// hasLimits reports whether the newest stretch has process limits.
func hasLimits(c *spc.Chart) bool { return c.Current() != nil && c.Current().HasLimits() }

// bold is a text whose beginning stands out.
func bold(head, rest string) component.Content {
	return component.Markup("<strong>" + template.HTMLEscapeString(head) + "</strong> " + template.HTMLEscapeString(rest))
}

// funnelReasons is the marks of a series that only its cross-sections judge.
func (v *indicatorView) funnelReasons(p *indicatorPage) {
	p.Reasons.Spacing = true
	for i := len(v.judged.Points) - 1; i >= v.judged.from && len(p.Reasons.Items) < recentPeriods; i-- {
		x := v.judged.Sections[v.judged.Points[i].Period.String()]
		if u, ok := unitIn(x, v.org.Code); ok && bandMark(v.d, u.Band) != 0 {
			said := x.Result.Fit.Sentence(u, wordsOf(v.d))
			if len(p.Reasons.Items) > 0 {
				said = funnel.WithoutChance(said) // the newest has said how rare it is
			}
			p.Reasons.Items = append(p.Reasons.Items, component.Reason{
				Icon: symbolOf(bandMark(v.d, u.Band)), Text: bold(x.Period.Words()+".", said),
			})
		}
	}
	if len(p.Reasons.Items) == 0 {
		p.NoReasons = "No point is marked: in no period drawn here was this provider outside of the funnel’s limits."
	} else {
		p.Ends = []string{"A period in which it lies within the limits of its peers."}
	}
}

// baseline is the first and last period from which a segment's limits are worked
// out: its first values, however many periods without one lie between.
func (j *judged) baseline(g *spc.Segment) (first, last calendar.Period) {
	left := g.Baseline
	for i := g.Start; i < g.End && left > 0; i++ {
		if math.IsNaN(j.Chart.Points[i].Value) {
			continue
		}
		if last = j.Points[i].Period; first.IsZero() {
			first = last
		}
		left--
	}
	return first, last
}

// limitsPanel fills in the limits, who set them, notes, and the forms.
func (v *indicatorView) limitsPanel(r *request, p *indicatorPage) {
	c := v.judged.Chart
	if c != nil && c.Current() != nil {
		g := c.Current()
		first, last := v.judged.baseline(g)
		words := fmt.Sprintf("Worked out from %s, %s to %s.", count(g.Baseline, c.Series.Unit.One, c.Series.Unit.Many), first.Words(), last.Words())
		if g.HasLimits() {
			words += fmt.Sprintf(" Mean %s, limits %s to %s", v.judged.format(g.Mean), v.judged.format(g.Lower), v.judged.format(g.Upper))
			if c.Varying() {
				words += " at the newest value: they vary with what each is out of"
			}
			words += "."
		}
		if g.Trial {
			words += " Trial limits: they move with each new value until 13 are held."
		}
		p.LimitsWords = append(p.LimitsWords, words)
		for _, b := range c.Series.Rebases {
			if b.At >= v.judged.from && b.SignedOn == "" || b.SignedBy == "" {
				p.LimitsWords = append(p.LimitsWords, fmt.Sprintf("Set anew at %s by %s, because: %s.", v.judged.Points[b.At].Period.Words(), cmp.Or(b.SignedBy, "nobody who is recorded"), b.Reason))
			}
		}
		if c.Suggestion != nil {
			p.Suggestion = sentence(c.Suggestion.Reason)
		}
	}
	for _, m := range v.marks {
		item := signedItem{
			When: m.Period.Words(), ISO: m.Signed.Format("2006-01-02"), Text: m.Text,
			By: fmt.Sprintf("signed by the %s on %s", uncapital(m.Role.Words()), day(m.Signed)),
		}
		path := indicatorPath(v.org.Code, v.d.ID)
		switch {
		case m.Limits:
			if r.changes(access.SetLimits) {
				item.Remove, item.Label = path+"/limits/"+m.ID+"/remove", "Remove the limits set from "+m.Period.Words()
			}
			p.LimitsSet = append(p.LimitsSet, item)
		default:
			if r.changes(access.AddNote) {
				item.Remove, item.Label = path+"/notes/"+m.ID+"/remove", "Remove the note at "+m.Period.Words()
			}
			p.Notes = append(p.Notes, item)
		}
	}
	if r.changes(access.AddNote) {
		p.NoteForm = v.newNoteForm()
	}
	if c != nil && r.changes(access.SetLimits) {
		p.LimitsForm = v.newLimitsForm()
	}
}

// touches is what else the indicator moves: the points of its family.
func (s *Server) touches(r *request, p *indicatorPage, v *indicatorView) error {
	held, err := s.store.Concerns(r.Context(), r.scope, v.org.Code)
	if err != nil || len(held) == 0 {
		return err
	}
	c := held[0]
	where := component.Link{Text: p.Provider, Href: r.link(providerPath(v.org.Code))}
	for i := range c.Assessment.Families {
		f := &c.Assessment.Families[i]
		for k := range f.Streams {
			if f.Streams[k].Stream == concern.StreamID(v.d.ID) {
				p.Touches = append(p.Touches, sentenceWithLink(fmt.Sprintf("Shares in the %s that “%s” adds to the concern about", count(f.Points, "point", "points"), f.Name), where, "."))
				return nil
			}
		}
	}
	for i := range c.Assessment.Charted {
		if c.Assessment.Charted[i].Stream == concern.StreamID(v.d.ID) {
			p.Touches = append(p.Touches, sentenceWithLink("Shown, and not counted in the concern about", where, ": what it measures doesn’t foretell harm by itself."))
			return nil
		}
	}
	p.Touches = append(p.Touches, sentenceWithLink("Adds no points at present to the concern about", where, "."))
	return nil
}

// sentenceWithLink is words, a link and words.
func sentenceWithLink(before string, l component.Link, after string) component.Markup {
	return component.Markup(fmt.Sprintf(`%s <a href="%s">%s</a>%s`, template.HTMLEscapeString(before), template.HTMLEscapeString(l.Href),
		template.HTMLEscapeString(fmt.Sprint(l.Text)), template.HTMLEscapeString(after)))
}

// providerPath is the address of a provider's page.
func providerPath(code org.Code) string { return "/providers/" + string(code) }
