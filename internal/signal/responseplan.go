package signal

import (
	"fmt"
	"strings"

	"candour/internal/calendar"
	"candour/internal/org"
)

// Months within which a plan of responses is reviewed (R-PSI-1).
const (
	planReviewAfter  = 12
	planReviewBefore = 18
)

// ResponsePlan is one version of a provider's patient-safety incident response plan,
// agreed with the commissioner (R-PSI-1).
type ResponsePlan struct {
	ID         string        `json:"id"` // "PL-2026-3", given by the store
	Provider   org.Code      `json:"provider"`
	Version    string        `json:"version"` // the provider's own: "2.1"
	Agreed     calendar.Date `json:"agreed"`
	Review     calendar.Date `json:"review"`
	Priorities []string      `json:"priorities"`
	Responses  []string      `json:"responses"`           // planned: what is responded to, and how
	Because    string        `json:"because,omitempty"`   // of a correction
	Withdrawn  bool          `json:"withdrawn,omitempty"` // recorded in error; stays readable in the past
}

// Validate gives everything that is wrong with a plan recorded on a day.
func (p *ResponsePlan) Validate(today calendar.Date) FieldErrors {
	k := &check{day: today}
	_, err := org.ParseCode(string(p.Provider))
	k.need(p.Provider != "" && err == nil, "provider", string(p.Provider), "the provider whose plan it is", "Choose the provider.")
	k.need(strings.TrimSpace(p.Version) != "" && len([]rune(p.Version)) <= 40, "version", p.Version, "the plan’s version, at most 40 characters", "Enter the version as the plan gives it.")
	k.need(!p.Agreed.IsZero(), "agreed", "", "the day on which it was agreed with the commissioner", "Enter the date.")
	k.notAfter("agreed", p.Agreed, today, "today")
	k.need(!p.Review.IsZero(), "review", "", "the day by which it is reviewed", "Enter the date; a plan is reviewed every 12 to 18 months.")
	if !p.Review.IsZero() && !p.Agreed.IsZero() {
		k.need(p.Review >= p.Agreed.AddMonths(planReviewAfter) && p.Review <= p.Agreed.AddMonths(planReviewBefore), "review", p.Review.String(),
			fmt.Sprintf("a day from %s to %s: %d to %d months after it was agreed", p.Agreed.AddMonths(planReviewAfter), p.Agreed.AddMonths(planReviewBefore), planReviewAfter, planReviewBefore), // R-PSI-1
			"Correct one of the two dates.")
	}
	k.need(len(p.Priorities) > 0, "priorities", "", "what the plan puts first", "Enter at least one priority.")
	k.need(len(p.Responses) > 0, "responses", "", "what is responded to, and how", "Enter at least one planned response.")
	return k.errs
}

// Overdue reports whether the plan's review is past on a day.
func (p *ResponsePlan) Overdue(today calendar.Date) bool { return !p.Withdrawn && today > p.Review }

// Must is what PSIRF (NHS England 2022) asks after a national-must event (R-PSI-3).
type Must struct {
	Event    string // code of the taxonomy national-must
	Referral bool   // it goes to another body, whose name and day are recorded
}

// localResponses are the national-must events to which the provider itself responds
// with an investigation; all others are referred to a body.
var localResponses = map[string]bool{"never-event": true, "death-due-to-care": true, "death-detained": true}

// Musts is the national-must events that a signal records, a Never Event among them.
func (s *Signal) Musts() (out []Must) {
	var codes []string
	switch {
	case s.Incident != nil:
		if codes = s.Incident.NationalMust; len(codes) == 0 && s.Incident.NeverEvent != "" {
			codes = []string{"never-event"}
		}
	case s.LearningResponse != nil:
		codes = s.LearningResponse.NationalMust
	case s.NeverEvent != nil:
		codes = []string{"never-event"}
	case s.SeriousIncident != nil && s.SeriousIncident.NeverEvent != "":
		codes = []string{"never-event"}
	}
	for _, c := range codes {
		out = append(out, Must{Event: c, Referral: !localResponses[c]})
	}
	return out
}

// Referral is the body to which a signal was referred, and the day (R-PSI-3).
func (s *Signal) Referral() (to string, on calendar.Date) {
	switch {
	case s.Incident != nil:
		return s.Incident.ReferredTo, s.Incident.ReferredOn
	case s.LearningResponse != nil:
		return s.LearningResponse.ReferredTo, s.LearningResponse.ReferredOn
	}
	return "", 0
}

// ReferralMissing reports whether a body is owed a referral of which body or day is
// not recorded (R-PSI-3).
func (s *Signal) ReferralMissing() bool {
	to, on := s.Referral()
	if to != "" && !on.IsZero() {
		return false
	}
	for _, m := range s.Musts() {
		if m.Referral {
			return true
		}
	}
	return false
}

// investigationMonths is how long an investigation under PSIRF should take at most.
const investigationMonths = 6

// Late says why a learning response that isn't finished is late on a day; empty when
// it isn't. By R-PSI-2 the finish is agreed with the family, and an investigation
// should not exceed six months.
func (l *LearningResponse) Late(today calendar.Date) string {
	switch {
	case !l.AgreedFinish.IsZero() && today > l.AgreedFinish:
		return "agreed finish passed"
	case l.Type == TypePSII && !l.Started.IsZero() && today > l.Started.AddMonths(investigationMonths):
		return "more than 6 months"
	}
	return ""
}

// Unanswered is the safety actions whose review is past and of which nobody has said
// what changed (R-PSI-4).
func (l *LearningResponse) Unanswered(today calendar.Date) (out []SafetyAction) {
	for _, a := range l.Actions {
		if strings.TrimSpace(a.Result) == "" && today > a.Review {
			out = append(out, a)
		}
	}
	return out
}
