package signal

import (
	"fmt"
	"slices"
	"strconv"

	"candour/internal/calendar"
)

// LFPSEType is the type of a recorded event (field CL001 of LFPSE).
type LFPSEType string

// The types.
const (
	LFPSEIncident LFPSEType = "incident"
	LFPSEOutcome  LFPSEType = "outcome" // an outcome of concern
	LFPSERisk     LFPSEType = "risk"
	LFPSEGoodCare LFPSEType = "good_care"
)

// lfpseTypes in the order of forms.
var lfpseTypes = []LFPSEType{LFPSEIncident, LFPSEOutcome, LFPSERisk, LFPSEGoodCare}

// Harm is the worst harm to one patient on one scale of five, 1 fatal to 5 none;
// zero means not stated.
type Harm uint8

// The levels, with the codes of LFPSE's physical scale.
const (
	HarmNotStated Harm = iota
	HarmFatal
	HarmSevere
	HarmModerate
	HarmLow
	HarmNone
)

// harmSeverity puts harm on the four levels.
var harmSeverity = [...]Severity{NotJudged, Gravest, Gravest, Moderate, Low, Low}

// Harmed reports whether the level is one of harm (low or worse).
func (h Harm) Harmed() bool { return h >= HarmFatal && h <= HarmLow }

// IncidentPatient is what the record says of one patient, without identity: one
// incident may have many.
type IncidentPatient struct {
	Physical      int    `json:"physical,omitempty"`      // OT001: 1 fatal … 5 none; 0 not stated
	Psychological int    `json:"psychological,omitempty"` // OT002: 1 severe … 4 none; 0 not stated
	Outcome       string `json:"outcome,omitempty"`       // OT003
	Strength      string `json:"strength,omitempty"`      // strength-of-association-5
	AgeDays       *int   `json:"age_days,omitempty"`
	AgeBracket    string `json:"age_bracket,omitempty"` // age-brackets-5
	Gender        string `json:"gender,omitempty"`      // gender-5
	Ethnicity     string `json:"ethnicity,omitempty"`   // ethnicity-5
}

// Incident is what an LFPSE record has beside the common fields. Codes are those
// of LFPSE AdverseEvent v5; Taxonomy says which version they were given in.
type Incident struct {
	Type          LFPSEType         `json:"type"`
	LFPSE         string            `json:"lfpse,omitempty"`    // reference of the national record
	LocalRef      string            `json:"local,omitempty"`    // CL021
	Revision      int               `json:"revision,omitempty"` // the latest revision holds
	Taxonomy      string            `json:"taxonomy,omitempty"` // "5"
	Submitted     calendar.Date     `json:"submitted,omitzero"` // earliest submission of any revision
	Reporter      string            `json:"reporter,omitempty"` // ODS code of the reporting organisation
	TimeBracket   string            `json:"time_bracket,omitempty"`
	ServiceArea   string            `json:"service_area,omitempty"`
	Location      string            `json:"location,omitempty"`
	Specialty     string            `json:"specialty,omitempty"`
	Actions       string            `json:"actions,omitempty"` // AC001 immediate actions
	Agents        []string          `json:"agents,omitempty"`  // A001 agent-type-5
	Drugs         []string          `json:"drugs,omitempty"`   // A002
	DeviceType    string            `json:"device_type,omitempty"`
	Process       string            `json:"process,omitempty"` // healthcare-process-5
	Challenges    []string          `json:"challenges,omitempty"`
	OutcomeTypes  []string          `json:"outcome_types,omitempty"` // OT008
	RiskImminent  string            `json:"risk_imminent,omitempty"` // RI003: y, n, u
	RiskTheme     string            `json:"risk_theme,omitempty"`
	Concern       string            `json:"concern,omitempty"` // worry-scale-5
	NeverEvent    string            `json:"never_event,omitempty"`
	CandourTold   *bool             `json:"candour,omitempty"` // the record's own flag; never decides the duty
	ReporterRole  string            `json:"reporter_role,omitempty"`
	Patients      []IncidentPatient `json:"patients,omitempty"`
	LegacyHarm    string            `json:"legacy_harm,omitempty"` // NRLS degree of harm: none, low, moderate, severe, death; never spliced with the two scales
	LookBack      bool              `json:"look_back,omitempty"`   // look-back or recall (Francis 122)
	NationalMust  []string          `json:"national_must,omitempty"`
	ReferredTo    string            `json:"referred_to,omitempty"` // R-PSI-3: body and, beside it, the day
	ReferredOn    calendar.Date     `json:"referred_on,omitzero"`
	MOSS          bool              `json:"moss,omitempty"`           // a maternity outcomes signal led to this record
	SafetyCheckOn calendar.Date     `json:"safety_check_on,omitzero"` // its critical safety check shared
}

// WorstHarm is the worst harm to any patient: the smallest over patients of the
// physical code and of the psychological code + 1 (LFPSE, taxonomy version 5; the
// psychological scale has no fatal). It is HarmNotStated when no patient has one.
// Legacy NRLS harm is not on this scale and is left out.
func (i *Incident) WorstHarm() Harm {
	worst := HarmNotStated
	for _, p := range i.Patients {
		for _, code := range []int{p.Physical, shifted(p.Psychological)} {
			if code >= 1 && code <= 5 && (worst == HarmNotStated || Harm(code) < worst) {
				worst = Harm(code)
			}
		}
	}
	return worst
}

// shifted puts a psychological code on the physical scale; 0 stays not stated.
func shifted(psychological int) int {
	if psychological == 0 {
		return 0
	}
	return psychological + 1
}

// legacyHarms are NRLS degrees of harm. They are not equivalent to LFPSE's.
var legacyHarms = []string{"none", "low", "moderate", "severe", "death"}

func (i *Incident) validate(k *check) {
	k.need(slices.Contains(lfpseTypes, i.Type), "type", string(i.Type), "incident, outcome, risk or good_care (CL001)", "Choose one.")
	k.need(i.Revision >= 0, "revision", strconv.Itoa(i.Revision), "0 or more", "Use the number of the national record.")
	for _, f := range []struct {
		field string
		id    TaxonomyID
		code  string
	}{
		{"time_bracket", "time-of-incident-brackets-5", i.TimeBracket},
		{"service_area", "service-type-5", i.ServiceArea},
		{"location", "incident-location-5", i.Location},
		{"specialty", "specialty-5", i.Specialty},
		{"device_type", "device-type-5", i.DeviceType},
		{"process", "healthcare-process-5", i.Process},
		{"risk_imminent", "yes-no-unknown-codes-5", i.RiskImminent},
		{"risk_theme", "risk-themes-5", i.RiskTheme},
		{"concern", "worry-scale-5", i.Concern},
		{"never_event", "never-event-type-5", i.NeverEvent},
		{"reporter_role", "staff-type-5", i.ReporterRole},
	} {
		k.code(f.field, f.id, f.code, false)
	}
	k.codes("agents", "agent-type-5", i.Agents, false)
	k.codes("challenges", "safety-challenges-5", i.Challenges, false)
	k.codes("outcome_types", "outcome-type-5", i.OutcomeTypes, i.Type == LFPSEOutcome)
	k.codes("national_must", "national-must", i.NationalMust, false)
	for n, p := range i.Patients {
		k.under(fmt.Sprintf("patients[%d]", n), func() { p.validate(k) })
	}
	k.need(i.LegacyHarm == "" || slices.Contains(legacyHarms, i.LegacyHarm), "legacy_harm", i.LegacyHarm, "none, low, moderate, severe or death (NRLS)", "Use it for records before LFPSE only.")
	mixed := i.LegacyHarm != "" && i.WorstHarm() != HarmNotStated
	k.need(!mixed, "legacy_harm", i.LegacyHarm, "either NRLS or LFPSE harm, never both", "Remove the one that was not recorded at the time.")
}

func (p IncidentPatient) validate(k *check) {
	if p.Physical != 0 {
		k.code("physical", "level-of-physical-harm-5", strconv.Itoa(p.Physical), true)
	}
	if p.Psychological != 0 {
		k.code("psychological", "level-of-psychological-harm-5", strconv.Itoa(p.Psychological), true)
	}
	k.code("strength", "strength-of-association-5", p.Strength, false)
	k.code("age_bracket", "age-brackets-5", p.AgeBracket, false)
	k.code("gender", "gender-5", p.Gender, false)
	k.code("ethnicity", "ethnicity-5", p.Ethnicity, false)
	k.need(p.AgeDays == nil || *p.AgeDays >= 0 && *p.AgeDays < 130*366, "age_days", "", "0 days to 130 years", "Give the age in days on the day of the event, or a bracket.")
}
