package web

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"candour/internal/signal"
	"candour/internal/web/component"
)

// Beside what findings tell, the gravest signals and what we did get a number: at
// most so many of each, so that the drawing can be taken in.
const (
	mostVoiceMoments = 4
	mostOwnMoments   = 4
)

// moment is one numbered moment of the time line.
type moment struct {
	happened, known time.Time
	kind            component.Content // Finding, Signal, Alert …
	what            string
	href            string // empty leads nowhere
	source          string
}

// numberMoments collects the numbered moments of the stretch: what findings tell,
// the gravest signals, and what we did; in the order in which we knew.
func (v *providerView) numberMoments(s *Server, r *request) {
	from := rangeFrom(r)
	v.moments = nil
	for _, f := range v.numbered(from) {
		v.moments = append(v.moments, moment{
			happened: toldBy(f).End().AddDate(0, 0, -1), known: v.knownOf(f), kind: withIcon(component.Hard.Icon(), "Finding"),
			what: capital(s.findingWords(r, f)), href: r.link(indicatorPath(v.org.Code, f.Indicator)), source: s.sourceOf(r, f),
		})
	}
	v.moments = append(v.moments, v.graveVoices(r, from)...)
	own := append(v.alertMoments(r, from), v.stepMoments(r, from)...)
	slices.SortStableFunc(own, func(a, b moment) int { return b.known.Compare(a.known) })
	v.moments = append(v.moments, own[:min(len(own), mostOwnMoments)]...)
	slices.SortStableFunc(v.moments, func(a, b moment) int {
		return cmp.Or(a.known.Compare(b.known), a.happened.Compare(b.happened))
	})
}

// graveVoices is the signals of the stretch that get a number, the newest: Never
// Events, death or severe harm, and visits that found something serious.
func (v *providerView) graveVoices(r *request, from time.Time) []moment {
	var out []moment
	for i := len(v.voices) - 1; i >= 0 && len(out) < mostVoiceMoments; i-- {
		h := &v.voices[i]
		grave := h.Kind == signal.KindNeverEvent || h.Level == signal.Gravest || h.Kind == signal.KindVisit && h.Level == signal.Serious
		if !grave || h.Happened.Before(from) || h.Received.After(r.moment) {
			continue
		}
		mark := component.Soft.Icon()
		if h.Level != signal.NotJudged {
			mark = component.Icon{Name: fmt.Sprintf("s-%d", h.Level), Label: h.Level.Words()}
		}
		what := cmp.Or(h.Title, h.Level.Words())
		if h.Sealed {
			what += " (part of it is sealed)"
		}
		out = append(out, moment{
			happened: h.Happened, known: h.Received, kind: withIcon(mark, h.Kind.Words()), what: what, href: r.link(signalPath(h.Ref)), source: h.Ref,
		})
	}
	return out
}

// momentTable explains the numbered moments, latest known first.
func (v *providerView) momentTable(p *providerPage) {
	t := component.Table{Dense: true, Cards: true, Caption: "Numbered moments, latest known first", RowHeaders: true, Columns: []component.Column{
		{Heading: "No.", Numeric: true}, {Heading: "Happened"}, {Heading: "Known to us"}, {Heading: "Kind"}, {Heading: "What"}, {Heading: "Source"},
	}}
	for i, m := range slices.Backward(v.moments) {
		words := day(m.known)
		cell := component.Cell{Body: words, Classes: "cd-nw"}
		if later := daysBetween(m.happened, m.known); later > 0 {
			cell.Body = component.Markup(htmlText(words) + `<br><span class="cd-src">` + htmlText(count(later, "day later", "days later")) + `</span>`)
		}
		t.Rows = append(t.Rows, []component.Cell{
			{Body: fmt.Sprint(i + 1)},
			{Body: calendarDay(m.happened), Classes: "cd-nw"},
			cell,
			{Body: m.kind, Classes: "cd-nw"},
			{Body: m.what, Href: m.href},
			{Body: m.source},
		})
	}
	if len(v.moments) == 0 {
		p.NoMoment = "Nothing gets a number in this stretch of time: no finding of concern holds at the newest values, no grave signal was heard, and no alert or step of ours lies in it."
	}
	p.Moments = component.Region{Name: "Numbered moments", Body: t}
}

// daysBetween is whole days from one moment to a later one.
func daysBetween(from, to time.Time) int { return int(to.Sub(from).Hours() / 24) }
