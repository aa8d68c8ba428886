package signal

import (
	"strconv"
	"strings"

	"candour/internal/calendar"
)

// SafetyAction is one thing a learning response led to. R-PSI-4 asks of each: what
// changed, and how do you know?
type SafetyAction struct {
	Action  string        `json:"action"`
	Owner   string        `json:"owner"`
	Measure string        `json:"measure"` // how we shall know
	Review  calendar.Date `json:"review"`
	Result  string        `json:"result,omitempty"` // what changed
}

// TypePSII is the type of a learning response that is a patient safety incident
// investigation, the only one that has a longest time (NHS England, PSIRF, 2022).
const TypePSII = "psii"

// LearningResponse is a provider's response under PSIRF (R-PSI-2).
type LearningResponse struct {
	Type            string         `json:"type"` // taxonomy learning-response
	Topic           string         `json:"topic"`
	Plan            string         `json:"plan,omitempty"` // R-PSI-1: the provider's plan and version it follows
	Started         calendar.Date  `json:"started,omitzero"`
	AgreedFinish    calendar.Date  `json:"agreed_finish,omitzero"` // agreed with the family
	FamilyInvolved  *bool          `json:"family_involved,omitempty"`
	ImprovementPlan string         `json:"improvement_plan,omitempty"`
	NationalMust    []string       `json:"national_must,omitempty"` // R-PSI-3
	ReferredTo      string         `json:"referred_to,omitempty"`
	ReferredOn      calendar.Date  `json:"referred_on,omitzero"`
	Actions         []SafetyAction `json:"actions,omitempty"`
	Events          []ID           `json:"events,omitempty"` // incidents it responds to
}

func (l *LearningResponse) validate(k *check) {
	k.code("type", "learning-response", l.Type, true)
	k.need(strings.TrimSpace(l.Topic) != "", "topic", "", "what the response is about", "Enter the topic without names.")
	k.need(l.AgreedFinish.IsZero() || l.Started.IsZero() || l.AgreedFinish >= l.Started, "agreed_finish", l.AgreedFinish.String(), "a day not before the start", "Correct one of the two dates.")
	k.codes("national_must", "national-must", l.NationalMust, false)
	for i, a := range l.Actions {
		k.under("actions["+strconv.Itoa(i)+"]", func() {
			k.need(a.Action != "", "action", "", "what is to be done", "Enter the action.")
			k.need(a.Owner != "", "owner", "", "a role that owns the action", "Enter the owner.")            // R-PSI-2
			k.need(a.Measure != "", "measure", "", "how we shall know that it worked", "Enter the measure.") // R-PSI-4
			k.need(!a.Review.IsZero(), "review", "", "a day of review", "Enter the date.")                   // R-PSI-4
		})
	}
}
