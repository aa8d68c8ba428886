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

// The titles of the learning responses.
const (
	deteriorationInvestigated = "Deterioration on ward 7, investigated"
	medicinesReviewed         = "Medicines at discharge, reviewed by theme"
)

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
		respond(Aldermoor, deteriorationInvestigated, "Why observations on ward 7 were taken and not acted on.", 131, signal.LearningResponse{
			Type: signal.TypePSII, Topic: "Deterioration that was seen and not acted on", Plan: "1.2", Started: today - 140, AgreedFinish: today - 41, FamilyInvolved: &no,
		}),
		respond(QueenAdela, medicinesReviewed, "What a quarter’s reports of medicines at discharge have in common.", 96, signal.LearningResponse{
			Type: "thematic-review", Topic: "Medicines at discharge", Plan: "3.0", Started: today - 130, AgreedFinish: today - 90, FamilyInvolved: &yes, ImprovementPlan: "Medicines at discharge, 2026",
			Actions: []signal.SafetyAction{{
				Action: "A pharmacist checks the medicines of all who go home on six or more", Owner: "Chief pharmacist",
				Measure: "Reports of missing medicines within seven days of discharge, each month", Review: today - 20, Result: "From nine a month to three",
			}},
		}),
	}
}

// Movement is how far something got that goes by states.
type Movement struct {
	Kind   signal.Kind
	Title  string
	Events []signal.Moved
}

// Movements is those of Marlshire: one family was told in person, one investigation
// goes on, and one review is finished and its actions looked at.
func (e Economy) Movements() []Movement {
	today := calendar.DateOf(e.Day)
	return []Movement{
		{signal.KindCandour, toldInPerson, []signal.Moved{{Event: "told in person", On: today - 16}}},
		{signal.KindLearningResponse, deteriorationInvestigated, []signal.Moved{{Event: "started", On: today - 130}}},
		{signal.KindLearningResponse, medicinesReviewed, []signal.Moved{
			{Event: "started", On: today - 95}, {Event: "finished", On: today - 91}, {Event: "safety actions reviewed", On: today - 20},
		}},
	}
}
