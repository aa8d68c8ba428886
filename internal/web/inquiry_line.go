package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/chart"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/store"
	"candour/internal/web/component"
)

// mostFacts bounds the lines of an inquiry's drawing, so that it fits a page.
const mostFacts = 20

// draw draws a line for each finding: happened, reached us, first shown to somebody
// who answers for quality, first act. Where there are many, those that waited
// longest are drawn; the table has all. Findings are in the table's order.
func (p *inquiryPage) draw(r *request, s *Server, findings []store.HeldFinding, first map[string]map[access.Role]time.Time, acts []deed) {
	facts := make([]chart.InquiryFact, len(findings))
	for i, f := range findings {
		x := chart.InquiryFact{Number: i + 1, Name: string(f.Indicator), Happened: f.To.End(), Reached: f.Received}
		if d := r.catalogue().Get(f.Indicator); d != nil {
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
	acted := "⚑ first act: a note or limits signed on the chart, a step with an alert"
	if r.may(access.SeeSignals) {
		acted += ", a signal’s outcome, stepping in on a complaint"
	} else {
		acted += "; what became of signals isn’t counted, as your role doesn’t read them"
	}
	p.Legend = component.ChartLegend{Notes: []string{
		"○ happened (end of the period)", "│ reached us", "● first shown to anybody who answers for quality", acted,
		fmt.Sprintf("Thick: over %d days unseen; + is still unseen", chart.LongUnseen),
	}}
}

// deed is something that a person did about a provider, or on one of its charts.
type deed struct {
	indicator indicator.ID // of the chart; empty is about the provider as a whole
	at        time.Time
	what      string
}

// deeds is everything that people did about a provider: notes and limits signed,
// steps with alerts, outcomes of signals and stepping in on complaints, those last
// two as far as the viewer may see signals. Four queries, whatever was done.
func (s *Server) deeds(r *request, provider org.Code) ([]deed, error) {
	notes, err := s.store.Annotations(r.Context(), r.scope, provider, "")
	if err != nil {
		return nil, err
	}
	steps, err := s.store.AlertSteps(r.Context(), r.scope, provider)
	if err != nil {
		return nil, err
	}
	outcomes, err := s.store.Outcomes(r.Context(), r.scope, provider)
	if err != nil {
		return nil, err
	}
	stepIns, err := s.store.StepIns(r.Context(), r.scope, provider)
	if err != nil {
		return nil, err
	}
	var out []deed
	for _, a := range notes {
		what := "note signed"
		if a.Limits {
			what = "limits set anew"
		}
		out = append(out, deed{a.Indicator, a.Signed, what})
	}
	for _, x := range steps {
		out = append(out, deed{"", x.At, "alert " + string(x.Step.Act)})
	}
	for _, o := range outcomes {
		out = append(out, deed{"", o.At, "signal: " + strings.ToLower(o.Outcome.Words())})
	}
	for _, in := range stepIns {
		out = append(out, deed{"", in.At, "stepped in on a complaint"})
	}
	slices.SortStableFunc(out, func(a, b deed) int { return a.at.Compare(b.at) })
	return out, nil
}

// firstAct is the first thing that was done on a finding's chart, or about its
// provider, once the finding had reached us. Deeds are in order of time.
func firstAct(f store.HeldFinding, deeds []deed) (when time.Time, what string) {
	for _, d := range deeds {
		if (d.indicator == "" || d.indicator == f.Indicator) && !d.at.Before(f.Received) {
			return d.at, d.what
		}
	}
	return time.Time{}, ""
}
