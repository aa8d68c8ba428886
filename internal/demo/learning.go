package demo

import (
	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/signal"
)

// Plans is the providers' plans of responses to incidents that Marlshire holds
// (R-PSI-1): Queen Adela's is in force, the review of Aldermoor's is past, and of the
// others none is held.
func (e Economy) Plans() []signal.ResponsePlan {
	today := calendar.DateOf(e.Day)
	plan := func(provider org.Code, version string, agreed calendar.Date, priorities, responses []string) signal.ResponsePlan {
		return signal.ResponsePlan{Provider: provider, Version: version, Agreed: agreed, Review: agreed.AddMonths(12), Priorities: priorities, Responses: responses}
	}
	return []signal.ResponsePlan{
		plan(QueenAdela, "3.0", today.AddMonths(-5), []string{"Never Events in theatres", "Falls", "Medicines at discharge"},
			[]string{"Falls with harm: after action review", "Medicines at discharge: thematic review each quarter", "What must be responded to nationally: as the framework says"}),
		plan(Aldermoor, "1.2", today.AddMonths(-17), []string{"Falls", "Deterioration"},
			[]string{"Falls with harm: after action review", "Deterioration: patient safety incident investigation"}),
	}
}

// responses is learning responses (R-PSI-2, R-PSI-4): Queen Adela's has been done and
// says what changed; Aldermoor's is past the day agreed with the family.
func (e Economy) responses() []signal.Signal {
	today := calendar.DateOf(e.Day)
	yes, no := true, false
	respond := func(provider org.Code, title, words string, back calendar.Date, l signal.LearningResponse) signal.Signal {
		return signal.Signal{
			Kind: signal.KindLearningResponse, Title: title, Narrative: words, Place: signal.Place{Provider: provider}, Occurred: signal.Occurrence{Date: today - back - 1},
			Received: (today - back).At(10, 15).UTC(), Source: signal.Source{Channel: "file"}, LearningResponse: &l,
		}
	}
	return []signal.Signal{
		respond(Aldermoor, "Deterioration on ward 7, investigated", "Why observations on ward 7 were taken and not acted on.", 131, signal.LearningResponse{
			Type: signal.TypePSII, Topic: "Deterioration that was seen and not acted on", Plan: "1.2", Started: today - 140, AgreedFinish: today - 41, FamilyInvolved: &no,
		}),
		respond(QueenAdela, "Medicines at discharge, reviewed by theme", "What a quarter’s reports of medicines at discharge have in common.", 96, signal.LearningResponse{
			Type: "thematic-review", Topic: "Medicines at discharge", Plan: "3.0", Started: today - 130, AgreedFinish: today - 90, FamilyInvolved: &yes, ImprovementPlan: "Medicines at discharge, 2026",
			Actions: []signal.SafetyAction{{
				Action: "A pharmacist checks the medicines of all who go home on six or more", Owner: "Chief pharmacist",
				Measure: "Reports of missing medicines within seven days of discharge, each month", Review: today - 20, Result: "From nine a month to three",
			}},
		}),
	}
}
