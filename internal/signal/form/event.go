package form

import "candour/internal/signal"

// incident is an LFPSE record typed by hand.
func incident() *Form {
	return &Form{
		Lead: "A patient-safety incident, an outcome of concern, a risk or good care, in the codes of LFPSE v5.",
		Not:  "The provider’s own record in LFPSE is not replaced by this.",
		Parts: []Part{
			about(Field{Path: "incident.time_bracket", Label: "Time bracket", Sort: One, Taxonomy: "time-of-incident-brackets-5"}),
			{Title: "What it is", Fields: []Field{
				{Path: "incident.type", Label: "Type of event (CL001)", Sort: One, Big: true, Choices: pairs("incident", "Patient safety incident", "outcome", "Outcome of concern", "risk", "Risk", "good_care", "Good care")},
				{Path: "incident.taxonomy", Sort: Fixed, Value: "5"},
				{Path: "incident.outcome_types", Label: "Type of outcome (OT008)", Hint: "For an outcome of concern.", Sort: Many, Taxonomy: "outcome-type-5"},
			}},
			story("What happened (F001)"),
			{
				Title: "Harm", Hint: "Physical and psychological harm are judged apart. The worst harm is worked out over all patients.",
				Rows: []Rows{{Path: "incident.patients", Noun: "patient", Least: 1, Most: 12, Fields: []Field{
					{Path: "physical", Label: "Physical harm (OT001)", Sort: One, Number: true, Taxonomy: "level-of-physical-harm-5"},
					{Path: "psychological", Label: "Psychological harm (OT002)", Sort: One, Number: true, Taxonomy: "level-of-psychological-harm-5"},
					{Path: "strength", Label: "Strength of association", Sort: One, Taxonomy: "strength-of-association-5"},
					{Path: "outcome", Label: "Clinical outcome (OT003)", Sort: Line},
					{Path: "age_bracket", Label: "Age", Sort: One, Taxonomy: "age-brackets-5"},
					{Path: "gender", Label: "Gender", Sort: One, Taxonomy: "gender-5"},
					{Path: "ethnicity", Label: "Ethnicity", Sort: One, Taxonomy: "ethnicity-5"},
				}}},
			},
			{Title: "Done at once", Fields: []Field{
				{Path: "incident.actions", Label: "Immediate actions (AC001)", Sort: Words},
				{Path: "incident.candour", Label: "Was the patient told?", Hint: "The record’s own word. It never decides the duty of candour.", Sort: YesNo},
			}},
			lfpseCodes(),
			responses("incident"),
			further(),
		},
	}
}

// lfpseCodes is the further codes of LFPSE.
func lfpseCodes() Part {
	return Part{Title: "Codes of LFPSE", Folded: true, Fields: []Field{
		{Path: "incident.lfpse", Label: "LFPSE reference", Sort: Line},
		{Path: "incident.local", Label: "Local reference (CL021)", Sort: Line},
		{Path: "incident.submitted", Label: "First submitted on", Sort: Day},
		{Path: "incident.reporter", Label: "Reporting organisation’s code", Sort: Line},
		{Path: "incident.reporter_role", Label: "Reporter’s role", Sort: One, Taxonomy: "staff-type-5"},
		{Path: "incident.service_area", Label: "Service area (L003)", Sort: One, Taxonomy: "service-type-5"},
		{Path: "incident.location", Label: "Location (L004)", Sort: One, Taxonomy: "incident-location-5"},
		{Path: "incident.specialty", Label: "Specialty code (L006)", Sort: Line},
		{Path: "incident.process", Label: "When it went wrong", Sort: One, Taxonomy: "healthcare-process-5"},
		{Path: "incident.agents", Label: "What was involved (A001)", Sort: Many, Taxonomy: "agent-type-5"},
		{Path: "incident.drugs", Label: "Medicines (A002)", Hint: "One a line.", Sort: Each},
		{Path: "incident.device_type", Label: "Type of device (A008)", Sort: Line},
		{Path: "incident.challenges", Label: "Safety challenges", Sort: Many, Taxonomy: "safety-challenges-5"},
		{Path: "incident.concern", Label: "How concerned the reporter is", Sort: One, Taxonomy: "worry-scale-5"},
		{Path: "incident.risk_imminent", Label: "Imminent risk of severe harm or death (RI003)", Sort: One, Taxonomy: "yes-no-unknown-codes-5"},
		{Path: "incident.risk_theme", Label: "Theme of the risk", Sort: One, Taxonomy: "risk-themes-5"},
		{Path: "incident.never_event", Label: "Never Event, by LFPSE’s list", Sort: One, Taxonomy: "never-event-type-5"},
	}}
}

// responses is what must follow nationally (R-PSI-3).
func responses(detail string) Part {
	p := Part{Title: "What must follow", Folded: true, Fields: []Field{
		{Path: detail + ".national_must", Label: "Events which must be responded to nationally", Sort: Many, Taxonomy: "national-must"}, // R-PSI-3
		{Path: detail + ".referred_to", Label: "Referred to", Sort: Line},
		{Path: detail + ".referred_on", Label: "Referred on", Sort: Day},
	}}
	if detail == "incident" {
		p.Fields = append(p.Fields,
			Field{Path: "incident.look_back", Label: "A look-back or recall (Francis 122)", Sort: Tick},
			Field{Path: "incident.moss", Label: "A maternity outcomes signal (MOSS) led to it", Sort: Tick},
			Field{Path: "incident.safety_check_on", Label: "Its critical safety check was shared on", Sort: Day},
		)
	}
	return p
}

// neverEvent is an event of the Never Events list.
func neverEvent() *Form {
	return &Form{
		Lead: "An event of the Never Events list that is in force on the day it happened. It need not have caused harm.",
		Parts: []Part{
			about(),
			{Title: "What it is", Fields: []Field{
				{Path: "never_event.type", Label: "Type", Sort: One, Taxonomy: "never-event"},
				{Path: "never_event.provisional", Label: "Provisional: not yet confirmed", Sort: Tick},
				{Path: "never_event.incident", Label: "Our reference of the incident, if there is one", Sort: Line},
			}},
			story("What happened"),
			further(),
		},
	}
}

// seriousIncident is a legacy case of the Serious Incident Framework 2015.
func seriousIncident() *Form {
	return &Form{
		Lead: "A case of the Serious Incident Framework 2015, which remains for providers that are not under PSIRF.",
		Parts: []Part{
			about(
				Field{Path: "serious_incident.identified_on", Label: "Identified as serious on", Sort: Day},
				Field{Path: "serious_incident.reported_on", Label: "Reported to us on", Sort: Day},
			),
			{Title: "What it is", Fields: []Field{
				{Path: "serious_incident.type", Label: "StEIS type", Sort: Line},
				{Path: "serious_incident.steis", Label: "StEIS log number", Sort: Line},
				{Path: "serious_incident.level", Label: "Investigation", Sort: One, Number: true, Choices: pairs("1", "Level 1, concise", "2", "Level 2, comprehensive", "3", "Level 3, independent")},
				{Path: "serious_incident.commissioned_on", Label: "Independent investigation commissioned on", Sort: Day},
				{Path: "serious_incident.independent", Label: "The investigation is independent", Sort: Tick},
				{Path: "serious_incident.never_event", Label: "Never Event", Sort: One, Taxonomy: "never-event"},
			}},
			story("What happened"),
			{Title: "Closure checklist", Folded: true, Hint: "What the report shows.", Fields: []Field{
				{Path: "serious_incident.closure", Label: "Satisfied", Sort: Many, Choices: pairs(
					"terms_of_reference", "Terms of reference", "person_and_family", "Person and family involved", "chronology", "Chronology", "delivery_problems", "Care and service delivery problems",
					"contributory_factors", "Contributory factors", "root_causes", "Root causes", "recommendations", "Recommendations that address causes", "smart_actions", "SMART actions with owners",
					"duty_of_candour", "Duty of candour", "shared_learning", "Shared learning")},
			}},
			further(),
		},
	}
}

// learningResponse is R-PSI-2, R-PSI-3 and R-PSI-4.
func learningResponse() *Form {
	return &Form{
		Lead: "A provider’s response under PSIRF. Of each safety action we ask what changed and how they know.", // R-PSI-4
		Parts: []Part{
			about(),
			{
				Title: "The response", Fields: []Field{
					{Path: "learning_response.type", Label: "Type", Sort: One, Taxonomy: "learning-response"},
					{Path: "learning_response.topic", Label: "Topic", Sort: Line},
					{Path: "learning_response.plan", Label: "Provider’s plan and version", Sort: Line}, // R-PSI-1
					{Path: "learning_response.started", Label: "Started on", Sort: Day},
					{Path: "learning_response.agreed_finish", Label: "Finish agreed with the family", Sort: Day},
					{Path: "learning_response.family_involved", Label: "Is the family involved?", Sort: YesNo},
					{Path: "learning_response.improvement_plan", Label: "Improvement plan", Sort: Line},
					{Path: "learning_response.events", Label: "Our references of the incidents", Hint: "One a line.", Sort: Each},
				},
			},
			story("What it is about"),
			{Title: "Safety actions", Rows: []Rows{{Path: "learning_response.actions", Noun: "safety action", Least: 1, Most: 12, Fields: []Field{
				{Path: "action", Label: "Action", Sort: Line},
				{Path: "owner", Label: "Owner (role)", Sort: Line},
				{Path: "measure", Label: "How we shall know", Sort: Line},
				{Path: "review", Label: "Review on", Sort: Day},
				{Path: "result", Label: "What changed", Sort: Line},
			}}}},
			responses("learning_response"),
			further(),
		},
	}
}

// candour is the duty of Regulation 20: the stages are moves of the signal.
func candour() *Form {
	return &Form{
		Lead: "The duty of candour on one incident. The harm is judged by the words of Regulation 20, never by LFPSE’s codes.",
		Parts: []Part{
			about(),
			{Title: "The duty", Fields: []Field{
				{Path: "candour.body", Label: "Which limb of Regulation 20", Sort: One, Big: true, Value: "nhs", Choices: pairs(string(signal.NHSBody), "NHS body", string(signal.OtherProvider), "Other registered provider")},
				{Path: "candour.harm", Label: "Harm", Sort: One, Taxonomy: "candour-harm"},
				{Path: "candour.reported_on", Label: "Incident reported on", Hint: "The 10 operational days run from it.", Sort: Day},
				{Path: "candour.incident", Label: "Our reference of the incident, if there is one", Sort: Line},
				{Path: "then.told in person", Label: "1. Told in person on", Sort: Day},
				{Path: "then.written follow-up sent", Label: "3. Written follow-up sent on", Sort: Day},
				{Path: "then.results given in writing", Label: "4. Results given in writing on", Sort: Day},
				{Path: "then.cannot be contacted or declined", Label: "X. Could not be contacted, or declined, on", Sort: Day},
				{Path: "candour.apology", Label: "Was an apology given?", Sort: YesNo},
				{Path: "candour.support", Label: "2. Support given", Sort: Words},
				{Path: "candour.attempts", Label: "X. Record of attempts", Hint: "When the person cannot be contacted or declines.", Sort: Words},
				{Path: "candour.report_agreed", Label: "Report of the enquiries agreed on", Sort: Day},
			}},
			story("What the provider says"),
			further(),
		},
	}
}
