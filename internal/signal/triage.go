package signal

import (
	"time"

	"candour/internal/calendar"
)

// Triage is what the team made of a signal: everything that came after receipt.
type Triage struct {
	State       State        `json:"state"`
	Version     int          `json:"version"`            // number of the last event
	Assigned    string       `json:"assigned,omitempty"` // person or team; empty: nobody
	Codes       Codes        `json:"codes,omitzero"`
	CodedBy     string       `json:"coded_by,omitempty"` // whoever gave the HCAT codes that hold
	Grading     Grading      `json:"grading,omitzero"`
	Event       EventID      `json:"event,omitempty"`        // what happened; items of one event count once
	DuplicateOf ID           `json:"duplicate_of,omitempty"` // the same item, received again
	Links       []Link       `json:"links,omitempty"`
	Outcome     Outcome      `json:"outcome,omitempty"` // empty: not yet triaged
	OutcomeAt   time.Time    `json:"outcome_at,omitzero"`
	Because     string       `json:"because,omitempty"` // of the outcome
	Answers     []Answer     `json:"answers,omitempty"` // to whoever raised it
	StepIns     []StepIn     `json:"step_ins,omitempty"`
	Happenings  []Happening  `json:"happenings,omitempty"` // what started or stopped clocks, in order of recording
	Agreed      []AgreedDate `json:"agreed,omitempty"`
	Withdrawn   string       `json:"withdrawn,omitempty"` // reason; a withdrawn signal stays and doesn't count

	Before []Counted `json:"before,omitempty"` // how it counted by earlier versions of its sender, first to last
	Ties   []Tie     `json:"ties,omitempty"`   // to which event or item it was tied, each until the next; none never was

	DoubleCoding *DoubleCoding `json:"double_coding,omitempty"` // nil: not coded by a second person
}

// Codes are the team's codes, beside those that the sender gave.
type Codes struct {
	Themes []string   `json:"themes,omitempty"` // taxonomy theme; the first is the main one
	HCAT   []HCATCode `json:"hcat,omitempty"`
	KO41a  KO41a      `json:"ko41a,omitzero"`
	Domain string     `json:"domain,omitempty"` // regulator's question
}

// Grading is R-SOFT-1: how reliable the source and how credible the item, judged
// apart from how serious it would be. An uncorroborated serious item is still
// acted on, so nothing here is multiplied.
type Grading struct {
	Reliability int      `json:"reliability,omitempty"` // taxonomy source-reliability, 1 to 4; 0 not judged
	Credibility int      `json:"credibility,omitempty"` // taxonomy credibility, 1 to 4; 0 not judged
	Seriousness Severity `json:"seriousness,omitempty"`
}

// Corroborated reports whether another source says the same.
func (g Grading) Corroborated() bool { return g.Credibility == 4 }

// ActNow reports whether the item wants action whatever its corroboration
// (R-SOFT-1).
func (g Grading) ActNow() bool { return g.Seriousness >= Serious }

// Outcome is what became of a signal in triage (R-SOFT-2).
type Outcome string

// The outcomes. Every signal ends in one of them.
const (
	OutcomeNoted     Outcome = "noted"
	OutcomeWatch     Outcome = "watch"
	OutcomeQuestion  Outcome = "question_to_provider"
	OutcomeLinked    Outcome = "linked"
	OutcomeEscalated Outcome = "escalated"
	OutcomeReferred  Outcome = "referred"
	OutcomeNotOurs   Outcome = "not_ours"
)

var outcomeWords = map[Outcome]string{
	OutcomeNoted: "Noted", OutcomeWatch: "Watch", OutcomeQuestion: "Question to provider", OutcomeLinked: "Linked to existing concern",
	OutcomeEscalated: "Escalated", OutcomeReferred: "Referred", OutcomeNotOurs: "Not ours",
}

// Outcomes is every outcome in the order of R-SOFT-2.
func Outcomes() []Outcome {
	return []Outcome{OutcomeNoted, OutcomeWatch, OutcomeQuestion, OutcomeLinked, OutcomeEscalated, OutcomeReferred, OutcomeNotOurs}
}

// Words is the outcome as users read it.
func (o Outcome) Words() string { return outcomeWords[o] }

// LinkKind is what a signal is linked to.
type LinkKind string

// The kinds of link.
const (
	LinkSignal   LinkKind = "signal"
	LinkIncident LinkKind = "incident"
	LinkCase     LinkKind = "case"
	LinkConcern  LinkKind = "concern"
	LinkPHSO     LinkKind = "phso"
	LinkLegal    LinkKind = "litigation"
	LinkSafety   LinkKind = "safeguarding"
)

// Link joins a signal to something else.
type Link struct {
	Kind LinkKind `json:"kind"`
	To   string   `json:"to"`
}

// Answer is a message to whoever raised the signal, or their word back.
type Answer struct {
	At          time.Time `json:"at"`
	By          string    `json:"by"`
	Message     string    `json:"message"`
	FromThem    bool      `json:"from_them,omitempty"`
	NotResolved bool      `json:"not_resolved,omitempty"` // they say that it isn't resolved
}

// Happening is something that starts or stops a clock: the event in the words of
// definitions/clocks, and the instant.
type Happening struct {
	Event string    `json:"event"`
	At    time.Time `json:"at"`
}

// AgreedDate is a date agreed with a person for a clock whose date is agreed, or a
// reasoned change of a date.
type AgreedDate struct {
	Rule     calendar.ClockRuleID `json:"rule"`
	To       calendar.Date        `json:"to"`
	Because  string               `json:"because,omitempty"` // needed for a change
	By       string               `json:"by"`
	Recorded time.Time            `json:"recorded"`
}
