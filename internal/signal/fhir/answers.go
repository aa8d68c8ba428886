package fhir

import (
	"time"

	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/signal"
)

// patientAnswers are the answers on one patient (profile patient-information).
var patientAnswers = map[string]func(*reading, *signal.IncidentPatient, answer){
	"PhysicalHarm": func(g *reading, p *signal.IncidentPatient, a answer) { p.Physical = g.number(a.name, a.value) },
	"PsychologicalHarm": func(g *reading, p *signal.IncidentPatient, a answer) {
		p.Psychological = g.number(a.name, a.value)
	},
	"ClinicalOutcome":       func(_ *reading, p *signal.IncidentPatient, a answer) { p.Outcome = a.value },
	"StrengthOfAssociation": func(_ *reading, p *signal.IncidentPatient, a answer) { p.Strength = a.value },
	"AgeAtTimeOfIncidentDays": func(g *reading, p *signal.IncidentPatient, a answer) {
		days := g.number(a.name, a.value)
		p.AgeDays = &days
	},
	"AgeBracket":       func(_ *reading, p *signal.IncidentPatient, a answer) { p.AgeBracket = a.value },
	"Gender":           func(_ *reading, p *signal.IncidentPatient, a answer) { p.Gender = a.value },
	"PatientEthnicity": func(_ *reading, p *signal.IncidentPatient, a answer) { p.Ethnicity = a.value },
	"PatientSequence":  func(*reading, *signal.IncidentPatient, answer) {}, // the order of groups says it
}

// eventAnswers are the answers on the event, its place and its reporter.
var eventAnswers = map[string]func(*reading, string){
	"ReferenceNumber":       func(g *reading, v string) { g.incident.LFPSE = v },
	"Description":           func(g *reading, v string) { g.out.Signal.Narrative = v },
	"ImmediateActions":      func(g *reading, v string) { g.incident.Actions = v },
	"IncidentOccurredToday": func(*reading, string) {}, // the date says it
	"TodaysDate":            func(g *reading, v string) { g.occurred("TodaysDate", v) },
	"ApproximateDate":       func(g *reading, v string) { g.occurred("ApproximateDate", v) },
	"PreciseTime": func(g *reading, v string) {
		t, err := time.Parse("15:04", v[:min(len(v), 5)])
		if err != nil {
			g.fail("PreciseTime", v, "a time like 23:40:00", "Send hours, minutes and seconds.")
			return
		}
		g.out.Signal.Occurred.Time = t.Format("15:04")
	},
	"EstimatedTime":    func(g *reading, v string) { g.incident.TimeBracket = v },
	"InvolvedAgents":   func(g *reading, v string) { g.incident.Agents = append(g.incident.Agents, v) },
	"DrugsInvolved":    func(g *reading, v string) { g.incident.Drugs = append(g.incident.Drugs, v) },
	"DeviceType":       func(g *reading, v string) { g.incident.DeviceType = v },
	"Process":          func(g *reading, v string) { g.incident.Process = v },
	"SafetyChallenges": func(g *reading, v string) { g.incident.Challenges = append(g.incident.Challenges, v) },
	"LevelOfConcern":   func(g *reading, v string) { g.incident.Concern = v },
	"NeverEventType":   func(g *reading, v string) { g.incident.NeverEvent = v },
	"DutyOfCandour":    func(g *reading, v string) { told := v == "true" || v == "y"; g.incident.CandourTold = &told },
	"RiskImminent":     func(g *reading, v string) { g.incident.RiskImminent = v },
	"RiskTheme":        func(g *reading, v string) { g.incident.RiskTheme, g.hints.risk = v, true },
	"RiskDescription":  func(g *reading, v string) { g.hints.risk = true; g.narrative(v) },
	"RiskServiceArea":  func(g *reading, v string) { g.serviceArea(v) },
	"OutcomeType": func(g *reading, v string) {
		g.incident.OutcomeTypes = append(g.incident.OutcomeTypes, v)
		g.hints.outcome = true
	},
	"WentWell":        func(g *reading, v string) { g.hints.wentWell = true; g.narrative(v) },
	"StrengthsOfCare": func(g *reading, v string) { g.hints.wentWell = true; g.narrative(v) },
	"ServiceArea":     func(g *reading, v string) { g.serviceArea(v) },
	"LocationKnown":   func(*reading, string) {}, // the organisation says it
	"Organisation":    func(g *reading, v string) { g.out.Signal.Place.Provider = g.organisation("Organisation", v) },
	"IdentifiedLocation": func(g *reading, v string) {
		g.out.Signal.Place.Site = g.organisation("IdentifiedLocation", v)
	},
	"LocationWithinService": func(g *reading, v string) { g.incident.Location = v },
	"ResponsibleSpecialty":  func(g *reading, v string) { g.incident.Specialty, g.out.Signal.Place.Service = v, v },
	"ReporterRole":          func(g *reading, v string) { g.incident.ReporterRole = v },
	"ReporterOrganisation": func(g *reading, v string) {
		code := g.organisation("ReporterOrganisation", v)
		g.incident.Reporter, g.out.Signal.Source.Organisation = string(code), org.Code(code)
	},
	"ReporterContact": func(g *reading, _ string) { g.out.LeftOut = appendOnce(g.out.LeftOut, "ReporterContact") },
}

func (g *reading) narrative(v string) {
	if g.out.Signal.Narrative == "" {
		g.out.Signal.Narrative = v
	}
}

func (g *reading) serviceArea(v string) { g.incident.ServiceArea = v }

// occurred reads the day of the event, a year and month as their first day.
func (g *reading) occurred(field, v string) {
	d, ok := instantDay(v)
	if !ok {
		g.fail(field, v, "a date like 2024-03-29, or a month like 2024-03", "Send one of the two.")
		return
	}
	if g.out.Signal.Occurred.Date == calendar.Date(0) {
		g.out.Signal.Occurred.Date = d
		g.out.Signal.Occurred.About = len(v) < len(time.DateOnly)
	}
}
