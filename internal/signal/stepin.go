package signal

import (
	"slices"
	"strings"
	"time"

	"candour/internal/calendar"
	"candour/internal/fault"
)

// Ground is why a commissioner may step in on one complaint (docs/rules.md, stepping in; codes
// of the taxonomy step-in-ground).
type Ground string

// The grounds.
const (
	GroundDateMissedTwice  Ground = "date-missed-twice"
	GroundOverSixMonths    Ground = "over-six-months"
	GroundUninvestigated   Ground = "serious-harm-uninvestigated"
	GroundConflict         Ground = "conflict-of-interest"
	GroundNotInvolved      Ground = "complainant-not-involved"
	GroundSameTheme        Ground = "same-theme"
	GroundContradicted     Ground = "contradicted"
	sameThemeAtLeast              = 3
	datesMissedAtLeast            = 2
	longStopRule                  = calendar.ClockRuleID("complaint-long-stop")
	agreedResponseRule            = calendar.ClockRuleID("complaint-response")
	investigationOfHarmful        = "investigation started"
)

// StepInStep is what is asked of the provider, in rising order (docs/rules.md, stepping in).
type StepInStep string

// The steps.
const (
	StepAskStatus      StepInStep = "ask_status"
	StepKeepDate       StepInStep = "keep_date"
	StepIndependent    StepInStep = "independent_investigation" // Francis 115
	StepOfferToHandle  StepInStep = "offer_to_handle"           // with consent, before the provider's final response
	StepRaiseAtMeeting StepInStep = "raise_at_quality_meeting"
	StepAsIncident     StepInStep = "incident_or_safeguarding"
	StepSignpost       StepInStep = "signpost" // Ombudsman, advocacy
)

// Steps is every step in rising order.
func Steps() []StepInStep { return slices.Clone(stepInSteps) }

var stepWords = map[StepInStep]string{
	StepAskStatus: "Ask the provider where it stands", StepKeepDate: "Ask that the agreed date be kept", StepIndependent: "Ask for an independent investigation (Francis 115)",
	StepOfferToHandle: "Offer to handle it ourselves", StepRaiseAtMeeting: "Raise it at the contract or quality meeting",
	StepAsIncident: "Treat it as an incident or safeguarding", StepSignpost: "Signpost to the Ombudsman or advocacy",
}

// Words is the step as users read it.
func (s StepInStep) Words() string { return stepWords[s] }

var stepInSteps = []StepInStep{StepAskStatus, StepKeepDate, StepIndependent, StepOfferToHandle, StepRaiseAtMeeting, StepAsIncident, StepSignpost}

// StepIn is the record of one intervention in one complaint (docs/rules.md,
// Francis 133): ground, consent, who decided, what was asked, reply, result.
type StepIn struct {
	Grounds   []Ground      `json:"grounds"`
	Reason    string        `json:"reason"`
	Consent   ConsentState  `json:"consent"`           // as it stood when the decision was made
	AskedOn   calendar.Date `json:"asked_on,omitzero"` // when the complainant was asked
	ConsentOn calendar.Date `json:"consent_on,omitzero"`
	DecidedBy string        `json:"decided_by"`
	Step      StepInStep    `json:"step"`
	Asked     string        `json:"asked"`
	At        time.Time     `json:"at"`
	Reply     string        `json:"reply,omitempty"` // the provider's
	RepliedOn calendar.Date `json:"replied_on,omitzero"`
	Result    string        `json:"result,omitempty"`
}

// Validate gives everything that keeps the form from being submitted. Consent must
// have been asked and its answer recorded: without it nothing can be submitted. An
// offer to handle the complaint needs the complainant's agreement to that.
func (i *StepIn) Validate(tax *Taxonomies, now calendar.Date) FieldErrors {
	k := &check{tax: tax, day: now}
	if len(i.Grounds) == 0 {
		k.add("grounds", "", "at least one ground", "Choose why we step in.")
	}
	for _, g := range i.Grounds {
		k.code("grounds", "step-in-ground", string(g), true)
	}
	k.need(strings.TrimSpace(i.Reason) != "", "reason", "", "the reason in words", "Write why now and why us.")
	answered := i.Consent.MayShare() || i.Consent == ConsentRefused || i.Consent == ConsentWithdrawn
	k.need(answered, "consent", string(i.Consent), "that consent was asked, and what the answer was", "Ask the complainant and record what they said.") // R-CMP-3
	k.need(!answered || !i.ConsentOn.IsZero() && i.ConsentOn <= now, "consent_on", i.ConsentOn.String(), "the day of the complainant's answer, up to today", "Enter the date.")
	k.need(!i.AskedOn.IsZero() && i.AskedOn <= now, "asked_on", i.AskedOn.String(), "the day on which the complainant was asked, up to today", "Enter the date.") // R-CMP-3
	k.need(i.AskedOn.IsZero() || i.ConsentOn.IsZero() || i.AskedOn <= i.ConsentOn, "consent_on", i.ConsentOn.String(), "an answer on or after the day of the question", "Correct one of the two dates.")
	k.need(strings.TrimSpace(i.DecidedBy) != "", "decided_by", "", "who decided", "Enter the role and name of the person.")
	k.need(slices.Contains(stepInSteps, i.Step), "step", string(i.Step), "one of the steps that a commissioner may take", "Choose what we do; begin with the mildest that can work.")
	k.need(strings.TrimSpace(i.Asked) != "", "asked", "", "what was asked", "Write what the provider is asked, or the complainant offered.")
	k.need(i.Step != StepOfferToHandle || i.Consent == ConsentToHandle, "consent", string(i.Consent), "agreement that we handle the complaint ourselves", "Without it choose another step: the provider keeps the complaint.")
	// With consent refused, nothing that identifies the complaint may be asked of the provider.
	about := i.Step == StepAskStatus || i.Step == StepKeepDate || i.Step == StepIndependent
	k.need(!about || !answered || i.Consent.MayShare(), "step", string(i.Step), "a step that doesn't share the complainant's details", "Consent is refused or withdrawn: raise the theme, or signpost.")
	return k.errs
}

// SteppedIn records an intervention. What was asked is checked against the state
// of the complaint: nobody takes over what the provider has finally answered.
type SteppedIn struct {
	StepIn StepIn `json:"step_in"`
}

func (c SteppedIn) apply(s *Signal, e Event) error {
	if s.Complaint == nil {
		return fault.New(fault.Invalid, "only a complaint can be stepped in on")
	}
	in := c.StepIn
	if len(in.Grounds) == 0 || strings.TrimSpace(in.Reason) == "" || in.Consent == "" || in.Consent == ConsentNotAsked || in.Consent == ConsentAsked {
		return fault.New(fault.Invalid, "a step-in needs a ground, a reason and the complainant's answer about consent")
	}
	if in.Step == StepOfferToHandle && s.Triage.State == "responded" {
		return fault.New(fault.Conflict, "the provider has given its final response; the next step is the Ombudsman") // R-CMP-2
	}
	in.At, in.Reply, in.RepliedOn, in.Result = e.At, "", 0, ""
	s.Triage.StepIns = append(s.Triage.StepIns, in)
	s.happened("stepped in", e.At)
	return nil
}

// StepInReplied adds the provider's reply or the result to an intervention, the
// Index-th from 0.
type StepInReplied struct {
	Index     int           `json:"index"`
	Reply     string        `json:"reply,omitempty"`
	RepliedOn calendar.Date `json:"replied_on,omitzero"`
	Result    string        `json:"result,omitempty"`
}

func (c StepInReplied) apply(s *Signal, _ Event) error {
	if c.Index < 0 || c.Index >= len(s.Triage.StepIns) || c.Reply == "" && c.Result == "" {
		return fault.New(fault.Invalid, "a reply needs its step-in and words")
	}
	in := &s.Triage.StepIns[c.Index]
	if c.Reply != "" {
		in.Reply, in.RepliedOn = c.Reply, c.RepliedOn
	}
	if c.Result != "" {
		in.Result = c.Result
	}
	return nil
}
