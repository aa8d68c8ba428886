package signal

import (
	"slices"
	"strconv"
	"strings"

	"candour/internal/calendar"
)

// SeriousIncident is a case of the Serious Incident Framework 2015, which ended
// for providers under PSIRF and remains for legacy cases.
type SeriousIncident struct {
	StEIS        string        `json:"steis,omitempty"` // log number
	IdentifiedOn calendar.Date `json:"identified_on"`
	ReportedOn   calendar.Date `json:"reported_on,omitzero"` // to the commissioner: the 60 working days run from here
	Level        int           `json:"level,omitempty"`      // 1 concise, 2 comprehensive, 3 independent
	Commissioned calendar.Date `json:"commissioned_on,omitzero"`
	Type         string        `json:"type,omitempty"` // StEIS type of incident
	NeverEvent   string        `json:"never_event,omitempty"`
	Modified     calendar.Date `json:"modified,omitzero"` // of the row of the export
	Closure      []string      `json:"closure,omitempty"` // items of the closure checklist that are satisfied
	Independent  bool          `json:"independent,omitempty"`
}

// closureChecklist is what a report must show before it is closed.
var closureChecklist = []string{
	"terms_of_reference", "person_and_family", "chronology", "delivery_problems", "contributory_factors",
	"root_causes", "recommendations", "smart_actions", "duty_of_candour", "shared_learning",
}

// ClosureMissing lists the items of the checklist that are not yet satisfied.
func (s *SeriousIncident) ClosureMissing() []string {
	var missing []string
	for _, item := range closureChecklist {
		if !slices.Contains(s.Closure, item) {
			missing = append(missing, item)
		}
	}
	return missing
}

func (s *SeriousIncident) validate(k *check, received calendar.Date) {
	k.need(!s.IdentifiedOn.IsZero(), "identified_on", "", "the day on which it was identified as serious", "Enter the date: the first clock runs from it.")
	k.notAfter("identified_on", s.IdentifiedOn, received, "the day of receipt")
	k.need(s.ReportedOn.IsZero() || s.ReportedOn >= s.IdentifiedOn, "reported_on", s.ReportedOn.String(), "a day not before it was identified", "Correct one of the two dates.")
	k.need(s.Level >= 0 && s.Level <= 3, "level", strconv.Itoa(s.Level), "1 concise, 2 comprehensive or 3 independent", "Choose one.")
	k.need(s.Level != 3 || !s.Commissioned.IsZero(), "commissioned_on", "", "the day on which the independent investigation was commissioned", "Enter the date: its six months run from it.")
	k.code("never_event", "never-event", s.NeverEvent, false)
	for _, item := range s.Closure {
		k.need(slices.Contains(closureChecklist, item), "closure", item, "items of the checklist: "+strings.Join(closureChecklist, ", "), "Choose from the list.")
	}
}
