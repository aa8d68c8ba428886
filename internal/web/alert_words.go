package web

import (
	"fmt"
	"slices"
	"strings"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/org"
	"candour/internal/store"
	"candour/internal/web/component"
)

// alertsPath is the queue of alerts, and where each has its page.
const alertsPath = "/alerts"

func alertPath(ref alert.Ref) string { return alertsPath + "/" + string(ref) }

// alertsSettingsPath is where a commissioner's alerts are set.
const alertsSettingsPath = alertsPath + "/settings"

// method is the parameters and thresholds in force for the commissioner as of the
// moment shown: two queries.
func (s *Server) method(r *request) (alert.Method, error) {
	return s.store.AlertMethod(r.Context(), r.scope, fusion())
}

// judgedMethod is the parameters and thresholds by which the concerns shown were
// judged, which are of one run and so of one version: two queries, and one for the
// parameters where they are not those shipped now. Without concerns it is method.
func (s *Server) judgedMethod(r *request, concerns map[org.Code]store.Concern) (alert.Method, error) {
	return s.store.JudgedMethod(r.Context(), r.scope, fusion(), versionOf(concerns))
}

// readScale says how the scale of points and words changed between two versions of the
// parameters; empty where it did not. It asks the store only where they differ.
func (s *Server) readScale(r *request, was, is string) (string, error) {
	if was == "" || is == "" || was == is {
		return "", nil
	}
	then, err := s.store.JudgedMethod(r.Context(), r.scope, fusion(), was)
	if err != nil {
		return "", err
	}
	now, err := s.store.JudgedMethod(r.Context(), r.scope, fusion(), is)
	return alert.ScaleWords(&then, &now), err
}

// versionOf is the version of the parameters by which the concerns were judged; empty
// without any.
func versionOf(concerns map[org.Code]store.Concern) (version string) {
	newest := int64(-1)
	for _, c := range concerns {
		if c.Position > newest {
			version, newest = c.Assessment.Params, c.Position
		}
	}
	return version
}

// overrides is the facts above any score that the viewer may be shown: those under
// embargo only to the named readers of their signals.
func overrides(r *request, c *store.Concern) []concern.Override {
	today := calendar.DateOf(r.moment)
	return slices.DeleteFunc(slices.Clone(c.Assessment.Overrides), func(o concern.Override) bool {
		return o.Embargo > today && (!r.may(access.SeeSignals) || len(o.Readers) > 0 && !slices.Contains(o.Readers, string(r.viewer.Account)))
	})
}

// standing is 0 for a provider with facts above any score, which comes first, and 1
// for the others.
func standing(r *request, concerns map[org.Code]store.Concern, o org.Organisation) int {
	if c := concerns[o.Code]; len(overrides(r, &c)) > 0 {
		return 0
	}
	return 1
}

// shownSources is how many references stand beside a fact.
const shownSources = 6

// aboveLines is the facts above any score in words, each with the signals that
// prove it for those who may see them.
func aboveLines(r *request, c *store.Concern) (out []component.Content) {
	for _, o := range overrides(r, c) {
		if !r.may(access.SeeSignals) {
			out = append(out, o.Words)
			continue
		}
		var links []string
		for i, ref := range o.Sources {
			if i == shownSources {
				links = append(links, fmt.Sprintf("and %d more", len(o.Sources)-i))
				break
			}
			links = append(links, `<a href="`+htmlText(r.link(signalPath(ref)))+`">`+htmlText(ref)+`</a>`)
		}
		out = append(out, component.Markup(htmlText(o.Words)+" "+strings.Join(links, ", ")))
	}
	return out
}

// aboveWords says in the lead how many providers have facts above any score.
func (v *watchView) aboveWords(r *request, chosen []org.Organisation, named bool) string {
	n := 0
	for _, o := range chosen {
		if c, ok := v.concerns[o.Code]; ok && len(overrides(r, &c)) > 0 {
			n++
		}
	}
	if n == 0 || n == 1 && named { // it has just been said of the one
		return ""
	}
	return " At " + count(n, "provider", "providers") + " a fact stands above any score."
}

// alertLinks is the open alerts of a provider, and of those that have become it, as
// links.
func (v *watchView) alertLinks(r *request, code org.Code) (out []component.Link) {
	for i := range v.alerts {
		a := &v.alerts[i]
		if !a.Open() || !slices.ContainsFunc(v.became.Current(a.Provider, r.moment), func(n org.Now) bool { return n.Code == code }) {
			continue
		}
		text := "Alert " + string(a.Ref) + ", " + stateWords(a.State)
		if a.Provider != code {
			text += aboutWords(v.nameOf(a.Provider))
		}
		out = append(out, component.Link{Text: text, Href: r.link(alertPath(a.Ref))})
	}
	return out
}

// aboutWords says about whom an alert is that stands at the provider which holds their
// history now.
func aboutWords(name string) string { return ", about " + name + " before it became this provider" }

// nameOf is the name of an organisation on the list, else its code.
func (v *watchView) nameOf(code org.Code) string {
	for _, o := range v.providers {
		if o.Code == code {
			return nameOf(o)
		}
	}
	return string(code)
}

// queueWords is how many alerts are open, as a link to the queue says it, and how many
// came up to the viewer because nobody had opened them.
func queueWords(r *request, list []alert.Alert) string {
	n, fresh, up := 0, 0, 0
	for i := range list {
		if list[i].Open() {
			n++
		}
		if list[i].State == alert.Raised {
			fresh++
		}
		if cameUp(r, &list[i]) {
			up++
		}
	}
	if n == 0 {
		return "Alerts: none is open"
	}
	text := count(n, "open alert", "open alerts") + fmt.Sprintf(", %d new", fresh)
	if up > 0 {
		text += fmt.Sprintf("; %d came up to you, because nobody opened %s in time", up, map[bool]string{true: "it", false: "them"}[up == 1])
	}
	return text
}

// cameUp reports whether an alert that nobody has taken note of is with the viewer
// only since it went up: one of their roles is asked at its level, and none at the
// first.
func cameUp(r *request, a *alert.Alert) bool {
	asked := func(level alert.Level) bool {
		return slices.ContainsFunc(r.viewer.RolesAt(r.tenant), func(role access.Role) bool { return slices.Contains(level.Roles(), role) })
	}
	return a.State == alert.Raised && a.Opened.IsZero() && asked(a.Level) && !asked(alert.Leads)
}

// stateWords is a state as pages say it.
func stateWords(s alert.State) string {
	if s == alert.Raised {
		return "new"
	}
	return string(s)
}

// alertLine is an alert on the provider's page.
type alertLine struct{ Ref, Href, Text string }

// standing puts the facts above any score and the alerts on the provider's page.
func (v *providerView) standing(r *request, p *providerPage) {
	if v.held != nil {
		p.Above = aboveLines(r, v.held)
	}
	for i := range v.alerts {
		a := &v.alerts[i]
		text := fmt.Sprintf("raised %s at %s, %s", day(a.Raised), count(a.First.Points, "point", "points"), stateWords(a.State))
		if !a.Open() {
			text = fmt.Sprintf("raised %s, closed %s: %s", day(a.Raised), day(a.Ended), a.Outcome)
		}
		p.Alerts = append(p.Alerts, alertLine{string(a.Ref), r.link(alertPath(a.Ref)), text + v.aboutWords(a)})
	}
}

// budgetWords is what a budget means here: the alerts to expect, how many are true
// in simulation, and what became of those closed.
func budgetWords(b concern.Budget, providers int, c alert.Counts) string {
	return fmt.Sprintf("at this setting %s for your %s, of which about %s true in simulation; %s.",
		b.Workload(providers).Words(), count(providers, "provider that can be judged", "providers that can be judged"), shareWords(b.TrueShare), hitWords(c))
}

// hitWords is the hit rate of the alerts closed here.
func hitWords(c alert.Counts) string {
	switch c.Closed {
	case 0:
		return "here none has been closed so far"
	case 1:
		return "here 1 has been closed so far, and " + map[bool]string{true: "it was", false: "it wasn’t"}[c.True == 1] + " a concern that exists"
	}
	return fmt.Sprintf("here, of the %d closed so far, %s", c.Closed, count(c.True, "was a concern that exists", "were concerns that exist"))
}

// calibratedWords says what the scale of chances rests on.
func calibratedWords(m *alert.Method) string {
	if m.Chance == nil {
		return "relative: fitted on simulated economies, not yet on alerts closed here"
	}
	return fmt.Sprintf("refitted in %s on %s closed here", m.Chance.Span, count(m.Chance.Seen.Closed, "alert", "alerts"))
}

// outcomeWords is an outcome with what it means, for the form.
func outcomeWords(o concern.Outcome) (name, hint string) {
	switch o {
	case concern.RealConcern:
		return "Real concern", "Care has got worse, or is likely to have."
	case concern.AlreadyKnown:
		return "Already known", "It is real, and was being dealt with before the alert."
	case concern.DataQuality:
		return "Data quality", "The figures moved because of how they are recorded or sent."
	case concern.Chance:
		return "Chance", "Figures and reports are right, and went back to usual."
	}
	return "No concern", "Looked into, and nothing is wrong."
}
