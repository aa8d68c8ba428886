package web

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/chart"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// mostAlertLanes bounds the alerts drawn in the third lane, the newest.
const mostAlertLanes = 6

// readSteps reads what the provider assured us of and what contradicts it, and the
// steps taken on complaints. Only those who may see signals are told more than the
// number of contradictions.
func (s *Server) readSteps(r *request, v *providerView, code org.Code) (err error) {
	if v.submissions, err = s.store.Submissions(r.Context(), r.scope, code); err != nil {
		return err
	}
	if len(v.submissions) > 0 {
		if v.contradictions, err = s.store.Contradictions(r.Context(), r.scope, code); err != nil {
			return err
		}
	}
	if r.may(access.SeeSignals) {
		v.told = v.contradictions
		v.stepIns, err = heardKept(s, s.provider, r, "steps "+string(code), func(ctx context.Context) ([]store.HeldStepIn, error) {
			return s.store.StepIns(ctx, r.scope, code)
		})
	}
	return err
}

// shownAlerts is the alerts of which something lies in the stretch, oldest first.
func (v *providerView) shownAlerts(from time.Time) []*alert.Alert {
	var out []*alert.Alert
	for i := range v.alerts {
		if a := &v.alerts[i]; a.Open() || !a.Ended.Before(from) {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b *alert.Alert) int { return a.Raised.Compare(b.Raised) })
	return out[max(0, len(out)-mostAlertLanes):]
}

// alertLanes is a bar for each alert, from when it was raised until it was closed,
// thicker from when it went up to more people.
func (v *providerView) alertLanes(from, until time.Time) []chart.CaseLane {
	var out []chart.CaseLane
	for _, a := range v.shownAlerts(from) {
		lane := chart.CaseLane{Name: "Alert " + string(a.Ref), Detail: stateWords(a.State) + ", " + levelWord(a.Level) + " of " + number(int(alert.Board)), Note: fmt.Sprintf("raised %s at %s", day(a.Raised), count(a.First.Points, "point", "points"))}
		end := until
		if !a.Open() {
			end, lane.Note = a.Ended, fmt.Sprintf("raised %s, closed %s: %s", day(a.Raised), day(a.Ended), a.Outcome)
		} else if !a.Acknowledged.IsZero() {
			lane.Note += ", acknowledged " + day(a.Acknowledged)
		}
		lane.Note += v.aboutWords(a)
		climbed := a.Raised
		if a.Level > alert.Leads && a.Climbed.After(a.Raised) {
			climbed = a.Climbed
			lane.Levels = append(lane.Levels, chart.CaseLevel{From: a.Raised, To: climbed, Level: int(alert.Leads), Word: levelWord(alert.Leads)})
		}
		lane.Levels = append(lane.Levels, chart.CaseLevel{From: climbed, To: end, Level: int(a.Level), Word: levelWord(a.Level)})
		out = append(out, lane)
	}
	return out
}

// levelWord is a level as a bar is marked with it; who is asked at it, the alert's page
// says.
func levelWord(l alert.Level) string { return "level " + number(int(l)) }

// stepLane is a stroke for each step that we took on a complaint, and for each
// statement of the provider's that was contradicted; nil without any. A
// contradicted statement happened when it reached us, and is known from when
// somebody linked the evidence.
func (v *providerView) stepLane(from, until time.Time) *chart.InterventionLane {
	lane := &chart.InterventionLane{Name: "Step-ins, contradictions"}
	for _, in := range v.stepIns {
		if !in.At.Before(from) && !in.At.After(until) {
			lane.Steps = append(lane.Steps, chart.Intervention{At: in.At, Name: in.Step.Words() + ", " + in.Complaint + ", " + day(in.At)})
		}
	}
	steps := len(lane.Steps)
	for i := range v.told {
		c := &v.told[i]
		if c.At.Before(from) || c.At.After(until) {
			continue
		}
		lane.Steps = append(lane.Steps, chart.Intervention{At: v.stated(c), Known: c.At, Name: "Statement of " + c.Submission + " contradicted by " + disproofWords(c) + ", " + day(c.At), Over: true})
	}
	if len(lane.Steps) == 0 {
		return nil
	}
	against := len(lane.Steps) - steps
	switch lane.Over = against > 0; {
	case against == 0:
		lane.Latest = count(steps, "step-in", "step-ins")
	case steps == 0:
		lane.Latest = count(against, "statement contradicted", "contradicted")
	default:
		lane.Latest = count(steps, "step-in", "step-ins") + ", " + number(against) + " contradicted"
	}
	return lane
}

// stated is when the version that holds a contradicted statement reached us.
func (v *providerView) stated(c *signal.Contradiction) time.Time {
	for i := range v.submissions {
		if h := &v.submissions[i]; h.ID == c.Submission && h.Version == c.Version {
			return h.Received
		}
	}
	return c.At
}

// aboutWords says of an alert about a provider that has become this one about whom it is.
func (v *providerView) aboutWords(a *alert.Alert) string {
	if a.Provider == v.org.Code {
		return ""
	}
	return aboutWords(nameIn(v.names, a.Provider))
}

// alertMoments is when alerts were raised and closed in the stretch.
func (v *providerView) alertMoments(r *request, from time.Time) []moment {
	var out []moment
	for _, a := range v.shownAlerts(from) {
		add := func(at time.Time, what string) {
			if !at.Before(from) {
				out = append(out, moment{happened: at, known: at, kind: "Alert", what: what, href: r.link(alertPath(a.Ref)), source: string(a.Ref)})
			}
		}
		add(a.Raised, fmt.Sprintf("Alert raised at %s, %s%s", count(a.First.Points, "point", "points"), a.First.Word, v.aboutWords(a)))
		if !a.Open() {
			add(a.Ended, fmt.Sprintf("Alert closed: %s%s", a.Outcome, v.aboutWords(a)))
		}
	}
	return out
}

// disproofWords names what disproved a statement: a signal by its reference, all else in
// the words kept with it, as "Nurse fill, Aug 2026: 87.3%".
func disproofWords(c *signal.Contradiction) string {
	if c.Evidence == signal.EvidenceSignal || c.Says == "" {
		return c.Ref
	}
	says := c.Says
	for _, kind := range []string{"Value: ", "Finding: ", "Document: "} {
		says = strings.TrimPrefix(says, kind)
	}
	return strings.TrimSuffix(says, ".")
}

// stepMoments is the steps on complaints and the contradicted statements of the stretch.
func (v *providerView) stepMoments(r *request, from time.Time) []moment {
	var out []moment
	for _, in := range v.stepIns {
		if !in.At.Before(from) {
			out = append(out, moment{happened: in.At, known: in.At, kind: "Step-in", what: in.Step.Words(), href: r.link(signalPath(in.Complaint)), source: in.Complaint})
		}
	}
	for i := range v.told {
		if c := &v.told[i]; !c.At.Before(from) {
			out = append(out, moment{
				happened: v.stated(c), known: c.At, kind: withIcon(component.Soft.Icon(), "Contradiction"),
				what: "What the provider stated is contradicted: " + c.Because, href: r.link(assurancePath + "/" + c.Submission), source: c.Submission + " against " + disproofWords(c),
			})
		}
	}
	return out
}
