package demo

import (
	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/signal/mapping"
)

// waiting is one complaint that waits for its response, with days counted back from
// the economy's; 0 is not yet, and a negative number lies ahead.
type waiting struct {
	ref                          string
	provider                     org.Code
	received, acknowledged       int
	agreedFor                    int
	changedOn, changedTo         int
	because                      string
	ward, title, details, theme  string
	consent                      signal.ConsentState
	consentOn                    int
	category                     string
	severity, harm, happenedBack int
}

// unanswered is the complaints that are not dealt with, of each ground to step in
// that a record can show (docs/rules.md, stepping in), of those that are late only, and of those
// in time. They tell on: Aldermoor leaves unanswered what its patients complain of.
var unanswered = map[org.Code][]waiting{
	Marlshire: {
		{
			ref: "ZA1-PALS-0117", provider: Aldermoor, received: 214, acknowledged: 212, agreedFor: 152, changedOn: 150, changedTo: 96, because: "The case notes could not be found",
			ward: "ward 7", title: "Sent home at two in the morning, and nobody answers", details: "Sent home from ward 7 at night with nothing arranged. Two dates for an answer have gone by.", theme: "discharge",
			consent: signal.ConsentToShare, consentOn: 20, category: "safety/error-general", severity: 2, harm: 2, happenedBack: 221,
		},
		{
			ref: "ZA1-PALS-0164", provider: Aldermoor, received: 88, acknowledged: 86, agreedFor: 24, ward: "ward 7",
			title: "We said that she was getting worse", details: "We said for two days that she was getting worse. Nobody listened until she collapsed. Nobody has told us what went wrong.", theme: "deterioration",
			consent: signal.ConsentToShare, consentOn: 9, category: "safety/failure-to-respond", severity: 3, harm: 4, happenedBack: 93,
		},
		{
			ref: "ZA1-PALS-0171", provider: Aldermoor, received: 33, acknowledged: 32, agreedFor: -12, ward: "ward 7",
			title: "Two nurses for the whole ward", details: "There were two nurses for the whole of ward 7. They were kind and could not cope.", theme: "staffing",
			consent: signal.ConsentNotAsked, category: "environment/staffing", severity: 2, harm: 1, happenedBack: 40,
		},
		{
			ref: "NM-2213", provider: NorthMarl, received: 16,
			title: "Four hours on the kitchen floor", details: "He fell at home and waited four hours for a crew. Nobody has acknowledged what we wrote.", theme: "delay",
			consent: signal.ConsentNotAsked, category: "institutional-processes/delay-access", severity: 2, harm: 2, happenedBack: 22,
		},
		{
			ref: "ZA2-C-0931", provider: QueenAdela, received: 11, acknowledged: 9, agreedFor: -24, ward: "outpatients",
			title: "Told three different things", details: "Three people told us three different things about the treatment.", theme: "communication",
			consent: signal.ConsentNotAsked, category: "communication/incorrect", severity: 1, happenedBack: 19,
		},
	},
	Severnside: {
		{
			ref: "ZA3-0408", provider: SevernVale, received: 13, acknowledged: 12, agreedFor: -20, ward: "the clinic",
			title: "The letter came after the appointment", details: "The letter came two days after the appointment that it announced.", theme: "communication",
			consent: signal.ConsentNotAsked, category: "institutional-processes/documentation", severity: 1, happenedBack: 18,
		},
	},
	TarnValley: {
		{
			ref: "ZA6-2291", provider: AshbyTarn, received: 199, acknowledged: 197, agreedFor: 140, ward: "ward 3",
			title: "Meals out of reach", details: "Meals were put out of reach on ward 3 and taken away untouched.", theme: "nutrition",
			consent: signal.ConsentNotAsked, category: "quality/neglect-nutrition", severity: 2, harm: 2, happenedBack: 205,
		},
	},
}

// openLog is the layout of a complaint log that says how far each has got.
var openLog = []struct {
	header, field string
	value         func(e Economy, w *waiting) string
}{
	{"Our ref", "reference", func(_ Economy, w *waiting) string { return w.ref }},
	{"Provider", "place.provider", func(_ Economy, w *waiting) string { return string(w.provider) }},
	{"Ward or clinic", "place.ward", func(_ Economy, w *waiting) string { return w.ward }},
	{"Date of event", "occurred.date", func(e Economy, w *waiting) string { return e.back(w.happenedBack) }},
	{"Received", "received", func(e Economy, w *waiting) string { return e.back(w.received) }},
	{"Summary", "title", func(_ Economy, w *waiting) string { return w.title }},
	{"Details", "narrative", func(_ Economy, w *waiting) string { return w.details }},
	{"Theme", "themes", func(_ Economy, w *waiting) string { return w.theme }},
	{"Consent", "complaint.consent", func(_ Economy, w *waiting) string { return string(w.consent) }},
	{"Consent on", "complaint.consent_on", func(e Economy, w *waiting) string { return e.back(w.consentOn) }},
	{"HCAT category", "complaint.hcat.category", func(_ Economy, w *waiting) string { return w.category }},
	{"HCAT severity", "complaint.hcat.severity", func(_ Economy, w *waiting) string { return whole(w.severity) }},
	{"Harm", "complaint.hcat_harm", func(_ Economy, w *waiting) string { return whole(w.harm) }},
	{"Acknowledged on", "complaint.acknowledged_on", func(e Economy, w *waiting) string { return e.back(w.acknowledged) }},
	{"Answer agreed for", "complaint.agreed_for", func(e Economy, w *waiting) string { return e.back(w.agreedFor) }},
	{"Changed on", "complaint.changed_on", func(e Economy, w *waiting) string { return e.back(w.changedOn) }},
	{"Changed to", "complaint.changed_to", func(e Economy, w *waiting) string { return e.back(w.changedTo) }},
	{"Changed because", "complaint.changed_because", func(_ Economy, w *waiting) string { return w.because }},
	{"Answered on", "complaint.responded_on", func(Economy, *waiting) string { return "" }},
}

// back is the day so many days before the economy's, empty for 0.
func (e Economy) back(days int) string {
	if days == 0 {
		return ""
	}
	return (calendar.DateOf(e.Day) - calendar.Date(days)).String()
}

// openMapping is the saved mapping by which logs of open complaints are read.
func openMapping() mapping.Mapping {
	m := mapping.Mapping{ID: "demo-open-complaints", Name: "Log of open complaints", Version: 1, Kind: signal.KindComplaint, Dates: []mapping.DateForm{mapping.ISODate}}
	for _, c := range openLog {
		m.Columns = append(m.Columns, mapping.Column{Header: c.header, Field: c.field, Required: c.field == "reference"})
	}
	return m
}

// OpenComplaints is the logs of complaints that wait for their response, one for each
// commissioner.
func (e Economy) OpenComplaints() []SignalFile {
	var out []SignalFile
	for i := range commissioners {
		tenant := commissioners[i].code
		f := SignalFile{File: File{Name: named("signals/%s/open-complaints.csv", tenant), Tenant: string(tenant)}, Mapping: mappingFile(openMapping().ID)}
		header := make([]string, len(openLog))
		for k, c := range openLog {
			header[k] = c.header
		}
		t := newTable(',', header...)
		for k := range unanswered[tenant] {
			cells := make([]string, len(openLog))
			for j, c := range openLog {
				cells[j] = c.value(e, &unanswered[tenant][k])
			}
			t.row(cells...)
			f.Signals++
		}
		f.Body = t.body()
		out = append(out, f)
	}
	return out
}

// toldInPerson is the title of the duty of candour of which the first stage was done.
const toldInPerson = "Duty of candour: fracture after a fall"

// candours is the duty of candour on two incidents of Aldermoor (Regulation 20): one
// whose family was told, and one of which nobody has said that they were.
func (e Economy) candours() []signal.Signal {
	today := calendar.DateOf(e.Day)
	duty := func(title, words, ward, harm string, back calendar.Date) signal.Signal {
		return signal.Signal{
			Kind: signal.KindCandour, Title: title, Narrative: words, Place: signal.Place{Provider: Aldermoor, Ward: ward}, Occurred: signal.Occurrence{Date: today - back - 1},
			Received: (today - back).At(11, 20).UTC(), Source: signal.Source{Channel: "file"}, Candour: &signal.Candour{Body: signal.NHSBody, Harm: harm, ReportedOn: today - back},
		}
	}
	return []signal.Signal{
		duty(toldInPerson, "Fell at night and broke a hip. The family is to be told, written to, and given the results.", "ward 7", "nhs-moderate", 19),
		duty("Duty of candour: deterioration not acted on", "Found collapsed after observations that were not acted on. Admitted to intensive care.", "ward 7", "nhs-severe", 26),
	}
}

// Logged reports whether a provider's reference is of one of the open complaints.
func Logged(theirs string) bool {
	for _, list := range unanswered {
		for i := range list {
			if list[i].ref == theirs {
				return true
			}
		}
	}
	return false
}

// Intervention is how a commissioner stepped in on one of the open complaints, as its
// complaints manager fills in the form, and what came of it.
type Intervention struct {
	Tenant  org.Code
	Theirs  string // the provider's reference of the complaint
	StepIn  signal.StepIn
	Replied signal.StepInReplied // without words: no reply yet
}

// Interventions is those of the demonstration: one that has gone through, and one
// whose reply is awaited.
func (e Economy) Interventions() []Intervention {
	today := calendar.DateOf(e.Day)
	return []Intervention{
		{
			Marlshire, "ZA1-PALS-0117",
			signal.StepIn{
				Grounds: []signal.Ground{signal.GroundDateMissedTwice, signal.GroundOverSixMonths}, Reason: "Two agreed dates and the six months have gone by, and ward 7 is complained of again and again",
				Consent: signal.ConsentToShare, AskedOn: today - 22, ConsentOn: today - 20, DecidedBy: "Director of quality", Step: signal.StepKeepDate,
				Asked: "A written response with the review of the discharge, and the day on which the complainant will have it",
			},
			signal.StepInReplied{
				Reply: "The investigator left in the summer and the case was not passed on. A response is being written.", RepliedOn: today - 1,
				Result: "The medical director took the case on. The complainant has a name and a date, and we look again on that date",
			},
		},
		{
			Marlshire, "ZA1-PALS-0164",
			signal.StepIn{
				Grounds: []signal.Ground{signal.GroundUninvestigated}, Reason: "Serious harm is described, and no investigation is recorded",
				Consent: signal.ConsentToShare, AskedOn: today - 10, ConsentOn: today - 9, DecidedBy: "Quality lead", Step: signal.StepIndependent,
				Asked: "An investigation by somebody outside of the division, with terms of reference agreed with the family",
			},
			signal.StepInReplied{},
		},
	}
}
