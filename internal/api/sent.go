package api

import (
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"candour/internal/calendar"
	"candour/internal/signal"
)

// Sent is a signal as it is sent. Exactly one detail, that of the kind, is set.
type Sent struct {
	YourReference string               `json:"your_reference,omitempty" maxLength:"100" doc:"Your own reference. The same reference again is known, and gets the first’s receipt. Never an identifier of a patient."`
	Kind          signal.Kind          `json:"kind" doc:"The kind of signal, which decides its detail"`
	Title         string               `json:"title" doc:"One line that says what it is, without names; at most 200 characters"`
	Narrative     string               `json:"narrative,omitempty" doc:"What happened, without names. Identifiers that are found are taken out."`
	Place         signal.Place         `json:"place" doc:"Where it happened"`
	Involved      []signal.Involvement `json:"involved,omitempty" doc:"Further organisations in the same event, one of them leading"`
	Occurred      signal.Occurrence    `json:"occurred,omitzero" doc:"When it happened; left out when that isn’t known"`
	Received      time.Time            `json:"received,omitzero" doc:"When you received it, from which clocks run; left out it is now"`
	Source        signal.Source        `json:"source,omitzero" doc:"Who said it, never by name"`
	Themes        []string             `json:"themes,omitempty" doc:"Codes of the taxonomy theme; the first is the main one"`
	Severity      signal.Severity      `json:"severity,omitempty" maximum:"4" doc:"0 not judged, 1 low, 2 moderate, 3 serious, 4 death or severe harm"`
	Urgent        bool                 `json:"urgent,omitempty"`
	Embargo       calendar.Date        `json:"embargo,omitzero" doc:"Until this day it shows to nobody but those who judge quality at the commissioner; for the kinds regulator_action, coroner_report, healthwatch and media"`
	Sealed        []SentSealed         `json:"sealed,omitempty" maxItems:"4" doc:"Identities, encrypted on arrival under keys of their own and opened by named readers only"`

	Complaint        *signal.Complaint        `json:"complaint,omitempty"`
	Incident         *signal.Incident         `json:"incident,omitempty"`
	SeriousIncident  *signal.SeriousIncident  `json:"serious_incident,omitempty"`
	NeverEvent       *signal.NeverEvent       `json:"never_event,omitempty"`
	LearningResponse *signal.LearningResponse `json:"learning_response,omitempty"`
	Candour          *signal.Candour          `json:"candour,omitempty"`
	ClinicianConcern *signal.ClinicianConcern `json:"clinician_concern,omitempty"`
	Visit            *signal.Visit            `json:"visit,omitempty" doc:"Of the kinds visit and fifteen_steps"`
	StaffConcern     *signal.StaffConcern     `json:"staff_concern,omitempty"`
	Correspondence   *signal.Correspondence   `json:"correspondence,omitempty" doc:"Of the kinds healthwatch, mp_letter and message"`
	Publication      *signal.Publication      `json:"publication,omitempty" doc:"Of the kinds media, patient_comment and praise"`
	TraineeSurvey    *signal.TraineeSurvey    `json:"trainee_survey,omitempty"`
	CoronerReport    *signal.CoronerReport    `json:"coroner_report,omitempty"`
	RegulatorAction  *signal.RegulatorAction  `json:"regulator_action,omitempty"`
	Safeguarding     *signal.Safeguarding     `json:"safeguarding,omitempty" doc:"Shows to those alone who judge quality at the commissioner; each reading is recorded"`
}

// SentSealed is a text that is sealed on arrival.
type SentSealed struct {
	Purpose string `json:"purpose" enum:"patient,complainant,representative,whistle_blower,person" doc:"Whose identity it is"`
	Text    string `json:"text" minLength:"1" maxLength:"4000" doc:"Name, number, address"`
}

// signal is what was sent as the domain has it, received now where nothing is said.
func (x *Sent) signal(now time.Time) signal.Signal {
	s := signal.Signal{
		Kind: x.Kind, Title: x.Title, Narrative: x.Narrative, Place: x.Place, Involved: x.Involved, Occurred: x.Occurred, Received: x.Received.UTC(),
		Source: x.Source, Themes: x.Themes, Severity: x.Severity, Urgent: x.Urgent, Embargo: x.Embargo,
		Complaint: x.Complaint, Incident: x.Incident, SeriousIncident: x.SeriousIncident, NeverEvent: x.NeverEvent, LearningResponse: x.LearningResponse,
		Candour: x.Candour, ClinicianConcern: x.ClinicianConcern, Visit: x.Visit, StaffConcern: x.StaffConcern, Correspondence: x.Correspondence,
		Publication: x.Publication, TraineeSurvey: x.TraineeSurvey, CoronerReport: x.CoronerReport, RegulatorAction: x.RegulatorAction, Safeguarding: x.Safeguarding,
	}
	if x.Received.IsZero() {
		s.Received = now
	}
	s.Source.Channel, s.Source.Token = "api", "" // ours to say
	return s
}

// SentGroup is many signals of one call.
type SentGroup struct {
	Identifiers string `json:"identifiers,omitempty" enum:"remove,refuse" default:"remove" doc:"What becomes of a signal whose words hold an NHS number, a date of birth, a postcode, a telephone number or an e-mail address: the identifier is taken out, or the signal is refused"`
	Signals     []Sent `json:"signals" minItems:"1" doc:"The signals"`
}

// SentOne is one signal of one call.
type SentOne struct {
	Identifiers string `json:"identifiers,omitempty" enum:"remove,refuse" default:"remove" doc:"As for a group"`
	Signal      Sent   `json:"signal"`
}

// dateText is how days are described.
type dateText struct{}

// Schema is a day like 2026-11-23.
func (dateText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date"}
}

// kindText is how kinds are described.
type kindText struct{}

// Schema lists the kinds.
func (kindText) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, k := range signal.Kinds() {
		s.Enum = append(s.Enum, string(k))
	}
	return s
}

// periodText is how periods are described.
type periodText struct{}

// Schema is a period like 2026-10, 2026-Q3, FY2026 or R12-2026-10.
func (periodText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Examples: []any{"2026-10", "2026-Q3", "FY2026"}}
}

// describeTypes says how types that write themselves are described.
func describeTypes(r huma.Registry) {
	r.RegisterTypeAlias(reflect.TypeFor[calendar.Date](), reflect.TypeFor[dateText]())
	r.RegisterTypeAlias(reflect.TypeFor[signal.Kind](), reflect.TypeFor[kindText]())
	r.RegisterTypeAlias(reflect.TypeFor[calendar.Period](), reflect.TypeFor[periodText]())
}

// describeBodies puts the bodies that are read and written by hand into the
// description.
func (s *Server) describeBodies() {
	r := s.api.OpenAPI().Components.Schemas
	body := func(t reflect.Type) map[string]*huma.MediaType {
		return map[string]*huma.MediaType{"application/json": {Schema: huma.SchemaFromType(r, t)}}
	}
	s.sent = huma.SchemaFromType(r, reflect.TypeFor[Sent]())
	one, many := s.api.OpenAPI().Paths[Prefix+"v1/signals"].Post, s.api.OpenAPI().Paths[Prefix+"v1/signals/group"].Post
	one.RequestBody = &huma.RequestBody{Required: true, Content: body(reflect.TypeFor[SentOne]())}
	many.RequestBody = &huma.RequestBody{Required: true, Content: body(reflect.TypeFor[SentGroup]())}
	one.Responses["201"].Content, many.Responses["200"].Content = body(reflect.TypeFor[Receipt]()), body(reflect.TypeFor[Receipts]())
}
