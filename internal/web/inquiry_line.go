package web

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"candour/internal/access"
	"candour/internal/chart"
	"candour/internal/store"
	"candour/internal/web/component"
)

// mostFacts bounds the lines of an inquiry's drawing, so that it fits a page.
const mostFacts = 20

// draw draws a line for each finding: happened, reached us, first shown to somebody
// who answers for quality, first act. Where there are many, those that waited
// longest are drawn; the table has all. Findings are in the table's order.
func (p *inquiryPage) draw(r *request, s *Server, findings []store.HeldFinding, first map[string]map[access.Role]time.Time, acts []store.Annotation) {
	facts := make([]chart.InquiryFact, len(findings))
	for i, f := range findings {
		x := chart.InquiryFact{Number: i + 1, Name: string(f.Indicator), Happened: f.To.End(), Reached: f.Received}
		if d := s.Catalogue.Get(f.Indicator); d != nil {
			x.Name = d.Name
		}
		if wait, ok := waited(f.Received, first["finding/"+f.ID]); ok {
			x.Shown = f.Received.Add(wait)
		}
		x.Acted, x.Act = firstAct(f, acts)
		facts[i] = x
	}
	if len(facts) > mostFacts {
		p.Cut = fmt.Sprintf("The %d findings that waited longest are drawn, of %s; the table has all.", mostFacts, number(len(facts)))
		lay := func(f chart.InquiryFact) time.Duration {
			if f.Shown.IsZero() {
				return r.moment.Sub(f.Reached)
			}
			return f.Shown.Sub(f.Reached)
		}
		slices.SortStableFunc(facts, func(a, b chart.InquiryFact) int { return cmp.Compare(lay(b), lay(a)) })
		facts = facts[:mostFacts]
		slices.SortFunc(facts, func(a, b chart.InquiryFact) int { return cmp.Compare(a.Number, b.Number) })
	}
	p.Drawn = component.Chart{ID: "inquiry", Region: "From happening to act, scrolls sideways", Drawn: chart.Inquiry{Title: "From happening to act: " + p.Title, Facts: facts, Until: r.moment}}
	p.Legend = component.ChartLegend{Notes: []string{
		"○ happened (end of the period)", "│ reached us", "● first shown to anybody who answers for quality", "⚑ first act: a note or new limits signed on the chart",
		fmt.Sprintf("Thick: over %d days unseen; + is still unseen", chart.LongUnseen),
	}}
}

// firstAct is the first note or new limits that were signed on a finding's chart
// once it had reached us.
func firstAct(f store.HeldFinding, acts []store.Annotation) (when time.Time, what string) {
	for _, a := range acts {
		if a.Indicator != f.Indicator || a.Signed.Before(f.Received) || !when.IsZero() && !a.Signed.Before(when) {
			continue
		}
		if when, what = a.Signed, "note signed"; a.Limits {
			what = "limits set anew"
		}
	}
	return when, what
}
