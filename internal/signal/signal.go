// Package signal holds soft intelligence and events: what patients, staff,
// practices, visitors, regulators and the press say of a provider, and the
// incidents that happened there. The sources of their rules are in docs/rules.md.
//
// A Signal is one item of one Kind. Fields that every kind has stand in Signal;
// each kind has a struct of its own for the rest (Complaint, Incident, Visit, …),
// of which exactly one is set. Codes come from a Taxonomy, effective-dated data
// that an installation can add to.
//
// Nothing is overwritten. A signal is the Fold of its Events: Received first,
// then codings, links, moves through the states of its kind (States), outcomes,
// answers to whoever raised it. Each can be undone by an Undone event, never
// removed.
//
// Signals are made countable by Count (provider × channel × severity × event month
// × received month, items about one event once, R-SOFT-3), FindPatterns,
// FindClusters and NotHeardFrom. Nothing here reads a clock, a file or a database.
package signal

import (
	"time"

	"candour/internal/calendar"
	"candour/internal/org"
)

// ID names one signal and never changes.
type ID string

// EventID names one thing that happened, which several signals may be about.
type EventID string

// Kind is the kind of a signal, which decides its fields, states and clocks.
type Kind string

// The kinds.
const (
	KindComplaint        Kind = "complaint"
	KindIncident         Kind = "incident"          // patient-safety incident, LFPSE
	KindSeriousIncident  Kind = "serious_incident"  // legacy, Serious Incident Framework
	KindNeverEvent       Kind = "never_event"       // 2018 list
	KindLearningResponse Kind = "learning_response" // PSIRF
	KindCandour          Kind = "candour"           // duty of candour on one incident
	KindClinicianConcern Kind = "clinician_concern" // GP or other clinician, no patient identifiers
	KindVisit            Kind = "visit"
	KindFifteenSteps     Kind = "fifteen_steps"
	KindStaffConcern     Kind = "staff_concern" // whistle-blowing, Freedom to Speak Up
	KindHealthwatch      Kind = "healthwatch"
	KindMPLetter         Kind = "mp_letter"
	KindMedia            Kind = "media"
	KindPatientComment   Kind = "patient_comment" // Care Opinion, NHS reviews, FFT free text
	KindTraineeSurvey    Kind = "trainee_survey"
	KindCoronerReport    Kind = "coroner_report" // prevention of future deaths, Reg 28
	KindRegulatorAction  Kind = "regulator_action"
	KindSafeguarding     Kind = "safeguarding" // boards, council's enquiries, LeDeR, child death overview panels
	KindPraise           Kind = "praise"
	KindMessage          Kind = "message" // not yet sorted: nobody must choose the word "complaint" (Francis 109)
)

// Severity is how serious an item is, on four levels. Zero means not yet judged.
type Severity uint8

// The levels.
const (
	NotJudged Severity = iota
	Low
	Moderate
	Serious
	Gravest // death or severe harm
)

var severityWords = [...]string{"Not judged", "Low", "Moderate", "Serious", "Death or severe harm"}

// Words is the level as users read it.
func (s Severity) Words() string {
	if int(s) < len(severityWords) {
		return severityWords[s]
	}
	return "Unknown"
}

// Severe reports whether the level counts as severe in the two-way split of
// concern-design.md section 2 (ordinary, severe).
func (s Severity) Severe() bool { return s >= Serious }

// Place is where something happened, as exactly as is known. Provider is the only
// part that must be known for a signal to count.
type Place struct {
	Provider org.Code `json:"provider"`
	Site     org.Code `json:"site,omitempty"`
	Service  string   `json:"service,omitempty"` // specialty or pathway, the installation's word
	Ward     string   `json:"ward,omitempty"`    // ward, clinic or team
}

// Involvement is a further organisation in the same event (R-PSI-5: one record,
// many organisations, lead named).
type Involvement struct {
	Organisation org.Code `json:"organisation"`
	Lead         bool     `json:"lead,omitempty"`
}

// Occurrence is when the thing happened. A zero Date means not known: the month of
// receipt then stands for it in counts, and is marked as such.
type Occurrence struct {
	Date  calendar.Date `json:"date"`
	Until calendar.Date `json:"until,omitzero"` // last day, when it went on
	Time  string        `json:"time,omitempty"` // "23:40", or empty
	About bool          `json:"about,omitempty"`
}

// Source is who said it. The name of a person never stands here: identities are
// SealedParts.
type Source struct {
	Organisation org.Code `json:"organisation,omitempty"` // the practice, the Healthwatch, the provider itself
	Role         string   `json:"role,omitempty"`         // "GP", "relative", "ward sister"
	Channel      string   `json:"channel,omitempty"`      // how it came in: form, email, file, fhir, api, letter, telephone
	Token        string   `json:"token,omitempty"`        // keyed hash that tells sources apart without naming them
	MayBeNamed   bool     `json:"may_be_named,omitempty"` // the source agrees that the provider learns who it was
}

// SealedPart points to text that is encrypted under a key of its own; the text
// itself is elsewhere. What is of patients, complainants or whistle-blowers is
// only ever here.
type SealedPart struct {
	Purpose string `json:"purpose"` // patient, complainant, representative, whistle_blower
	Ref     string `json:"ref"`     // of the sealed text
}

// Attachment is a file that came with the signal, archived by its hash.
type Attachment struct {
	Name   string `json:"name"`
	Type   string `json:"type"`   // media type as declared
	SHA256 string `json:"sha256"` // of the bytes
	Size   int    `json:"size"`   // bytes
}

// Signal is one item of soft intelligence or one event. The parts below Triage are
// what was received; exactly one detail, that of Kind, is set.
type Signal struct {
	ID        ID     `json:"id"`
	Reference string `json:"reference"` // for people: "G-2026-412"
	Kind      Kind   `json:"kind"`
	Title     string `json:"title"`               // one line without names
	Narrative string `json:"narrative,omitempty"` // screened for identifiers before it gets here

	Place       Place         `json:"place"`
	Involved    []Involvement `json:"involved,omitempty"`
	Occurred    Occurrence    `json:"occurred"`
	Received    time.Time     `json:"received"`           // instant of receipt, from which clocks run
	Recorded    time.Time     `json:"recorded"`           // instant at which we stored it
	Source      Source        `json:"source"`             // who said it
	Themes      []string      `json:"themes,omitempty"`   // codes of the taxonomy theme; the first is the main one
	Severity    Severity      `json:"severity,omitempty"` // as the sender put it; the team's judgement is Triage.Grading
	Urgent      bool          `json:"urgent,omitempty"`
	Attachments []Attachment  `json:"attachments,omitempty"`
	Sealed      []SealedPart  `json:"sealed,omitempty"`
	Embargo     calendar.Date `json:"embargo,omitzero"`  // not to be shown but to Readers before this day
	Readers     []string      `json:"readers,omitempty"` // accounts to which alone it shows while it is Confined
	Delivery    string        `json:"delivery,omitempty"`
	Row         int           `json:"row,omitempty"`      // row of the delivery, from 1
	Revision    int           `json:"revision,omitempty"` // number of the sender's version; 0 where it has none
	Updated     time.Time     `json:"updated,omitzero"`   // when the sender last changed it; zero where it doesn't say

	Complaint        *Complaint        `json:"complaint,omitempty"`
	Incident         *Incident         `json:"incident,omitempty"`
	SeriousIncident  *SeriousIncident  `json:"serious_incident,omitempty"`
	NeverEvent       *NeverEvent       `json:"never_event,omitempty"`
	LearningResponse *LearningResponse `json:"learning_response,omitempty"`
	Candour          *Candour          `json:"candour,omitempty"`
	ClinicianConcern *ClinicianConcern `json:"clinician_concern,omitempty"`
	Visit            *Visit            `json:"visit,omitempty"`
	StaffConcern     *StaffConcern     `json:"staff_concern,omitempty"`
	Correspondence   *Correspondence   `json:"correspondence,omitempty"` // Healthwatch, MP letter, message
	Publication      *Publication      `json:"publication,omitempty"`    // media, comment, praise
	TraineeSurvey    *TraineeSurvey    `json:"trainee_survey,omitempty"`
	CoronerReport    *CoronerReport    `json:"coroner_report,omitempty"`
	RegulatorAction  *RegulatorAction  `json:"regulator_action,omitempty"`
	Safeguarding     *Safeguarding     `json:"safeguarding,omitempty"`

	Triage Triage `json:"triage"`
}

// Level is the severity in force: the team's grading when there is one, else the
// sender's, else what the codes of the kind imply.
func (s *Signal) Level() Severity {
	switch {
	case s.Triage.Grading.Seriousness != NotJudged:
		return s.Triage.Grading.Seriousness
	case s.Severity != NotJudged:
		return s.Severity
	}
	return s.impliedSeverity()
}

// impliedSeverity reads the severity off the codes of the kind.
func (s *Signal) impliedSeverity() Severity {
	switch {
	case s.Incident != nil:
		return harmSeverity[s.Incident.WorstHarm()]
	case s.Complaint != nil:
		return s.Complaint.impliedSeverity()
	case s.NeverEvent != nil, s.SeriousIncident != nil, s.CoronerReport != nil:
		return Serious
	case s.RegulatorAction != nil:
		return s.RegulatorAction.impliedSeverity()
	case s.Safeguarding != nil:
		return s.Safeguarding.impliedSeverity()
	case s.Visit != nil:
		return s.Visit.impliedSeverity()
	case s.ClinicianConcern != nil:
		return concernSeverity[s.ClinicianConcern.Harm]
	}
	return NotJudged
}

// MainTheme is the first theme of the team's coding, else of the sender's, else "".
func (s *Signal) MainTheme() string {
	for _, themes := range [][]string{s.Triage.Codes.Themes, s.Themes} {
		if len(themes) > 0 {
			return themes[0]
		}
	}
	return ""
}

// AllThemes is the themes of the team's coding, else those of the sender.
func (s *Signal) AllThemes() []string {
	if len(s.Triage.Codes.Themes) > 0 {
		return s.Triage.Codes.Themes
	}
	return s.Themes
}

// EventDay is the day it happened, and whether that is stated; without a statement
// it is the day of receipt.
func (s *Signal) EventDay() (calendar.Date, bool) {
	if !s.Occurred.Date.IsZero() {
		return s.Occurred.Date, true
	}
	return calendar.DateOf(s.Received), false
}
