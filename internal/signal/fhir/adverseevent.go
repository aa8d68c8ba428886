package fhir

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/signal"
)

// reading is one AdverseEvent while it is read.
type reading struct {
	event    resource
	byURL    map[string]resource
	out      Record
	incident signal.Incident
	patients map[int]*signal.IncidentPatient
	order    []int // sequence of patients as found
	taxonomy string
	hints    struct{ wentWell, risk, outcome bool }
}

func newReading(event resource, entry int, byURL map[string]resource, options Options) *reading {
	g := &reading{event: event, byURL: byURL, patients: map[int]*signal.IncidentPatient{}}
	g.out.Entry = entry
	g.out.Signal = signal.Signal{
		Kind: signal.KindIncident, Received: options.Received, Recorded: options.Recorded, Delivery: options.Delivery, Row: entry,
		Source: signal.Source{Channel: "fhir"},
	}
	return g
}

func (g *reading) fail(field, found, expected, advice string) {
	if r := []rune(found); len(r) > 60 {
		found = string(r[:60]) + "…"
	}
	g.out.Errors = append(g.out.Errors, signal.FieldError{Field: field, Found: found, Expected: expected, Advice: advice})
}

// record reads everything.
func (g *reading) record() Record {
	s := &g.out.Signal
	g.dates()
	g.take(g.event)
	for _, r := range g.related() {
		g.leaveOut(r)
		g.take(r)
	}
	for _, n := range g.order {
		g.incident.Patients = append(g.incident.Patients, *g.patients[n])
	}
	g.incident.Type = g.kind()
	g.incident.Taxonomy = g.taxonomy
	g.incident.LocalRef = g.localReference()
	if n, err := strconv.Atoi(g.event.child("meta").text("versionId")); err == nil && n >= 0 {
		g.incident.Revision = n
	}
	if t, err := time.Parse(time.RFC3339Nano, g.event.child("meta").text("lastUpdated")); err == nil {
		s.Updated = t.UTC()
	}
	if s.Narrative == "" {
		s.Narrative = firstOf(g.event.text("description"), g.event.child("event").text("text"))
	}
	s.Title = g.title()
	s.Incident = &g.incident
	return g.out
}

// dates reads the day of the event and of its submission.
func (g *reading) dates() {
	if v := g.event.text("date"); v != "" {
		d, ok := instantDay(v)
		if !ok {
			g.fail("AdverseEvent.date", v, "a FHIR dateTime", "Send 2024-03-29 or an instant with zone.")
		}
		g.out.Signal.Occurred.Date = d
		g.out.Signal.Occurred.About = d != 0 && len(v) < len(time.DateOnly)
	}
	if d, ok := instantDay(g.event.text("recordedDate")); ok {
		g.incident.Submitted = d
	}
}

// instantDay is the London day of a FHIR dateTime, date, year-month or year.
func instantDay(v string) (calendar.Date, bool) {
	if t, err := time.Parse(time.RFC3339Nano, v); err == nil && t.Year() >= 1 {
		return calendar.DateOf(t), true
	}
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if t, err := time.Parse(layout, v); err == nil && t.Year() >= 1 {
			return calendar.NewDate(t.Date()), true
		}
	}
	return 0, false
}

// related is the resources contained in the event, then those of the bundle to
// which it refers, each once.
func (g *reading) related() []resource {
	related := g.event.list("contained")
	seen := []string{}
	for _, key := range []string{"subject", "location", "recorder", "resultingCondition", "suspectEntity", "contributor"} {
		refs := []resource{g.event.child(key)}
		refs = append(refs, g.event.list(key)...)
		for _, ref := range refs {
			url := firstOf(ref.text("reference"), ref.child("instance").text("reference"))
			r := g.byURL[url]
			if url == "" || strings.HasPrefix(url, "#") || r == nil || slices.Contains(seen, url) {
				continue
			}
			seen = append(seen, url)
			related = append(related, r)
		}
	}
	return related
}

// take reads the answers of one resource.
func (g *reading) take(r resource) {
	before := len(g.order) // patients of the resources read earlier
	for _, a := range g.answers(r) {
		a.n += before
		if set, ok := patientAnswers[a.name]; ok && a.group == "patient-information" {
			set(g, g.patient(a), a)
			continue
		}
		if set, ok := eventAnswers[a.name]; ok {
			set(g, a.value)
			continue
		}
		g.out.Unread = appendOnce(g.out.Unread, a.name)
	}
}

// patient is the patient of the group in which the answer stands.
func (g *reading) patient(a answer) *signal.IncidentPatient {
	p := g.patients[a.n]
	if p == nil {
		p = &signal.IncidentPatient{}
		g.patients[a.n] = p
		g.order = append(g.order, a.n)
	}
	return p
}

// kind is the type of the record (CL001). Where the record doesn't say it in
// words, it is inferred: answers on good care only, an outcome of concern, a risk,
// else an incident.
func (g *reading) kind() signal.LFPSEType {
	words := strings.ToLower(g.event.child("event").coded() + " " + g.event.child("event").text("text"))
	for _, c := range g.event.list("category") {
		words += " " + strings.ToLower(c.coded()+" "+c.text("text"))
	}
	switch {
	case strings.Contains(words, "good care"):
		return signal.LFPSEGoodCare
	case len(g.incident.Patients) > 0 && g.incident.WorstHarm() != signal.HarmNotStated:
		return signal.LFPSEIncident
	case g.hints.outcome:
		return signal.LFPSEOutcome
	case g.hints.risk || g.event.text("actuality") == "potential":
		return signal.LFPSERisk
	case g.hints.wentWell:
		return signal.LFPSEGoodCare
	}
	return signal.LFPSEIncident
}

func (g *reading) localReference() string {
	if id := g.event.child("identifier").text("value"); id != "" {
		return id
	}
	for _, id := range g.event.list("identifier") {
		if v := id.text("value"); v != "" {
			return v
		}
	}
	return ""
}

// title is the kind of record and its reference: free text may hold names.
func (g *reading) title() string {
	words := map[signal.LFPSEType]string{
		signal.LFPSEIncident: "Patient safety incident", signal.LFPSEOutcome: "Outcome of concern", signal.LFPSERisk: "Risk", signal.LFPSEGoodCare: "Good care",
	}[g.incident.Type]
	if ref := firstOf(g.incident.LFPSE, g.incident.LocalRef); ref != "" && len(ref) <= 60 {
		return words + " " + ref
	}
	return words
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// organisation reads an ODS code.
func (g *reading) organisation(field, v string) org.Code {
	code, err := org.ParseCode(v)
	if err != nil {
		g.fail(field, v, "an organisation code of 3 to 9 letters and digits", "Use the code of the Organisation Data Service.")
	}
	return code
}

// number reads a whole number.
func (g *reading) number(field, v string) int {
	n, err := strconv.Atoi(v)
	if err != nil {
		g.fail(field, v, "a whole number", "Send the code or number of the taxonomy.")
	}
	return n
}
