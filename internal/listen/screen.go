package listen

import (
	"candour/internal/calendar"
	"candour/internal/identifier"
	"candour/internal/signal"
)

// Found is something in a signal's words that could tell who a patient is.
type Found struct {
	Field   string // the field of the signal: narrative, title, …
	Kind    identifier.Kind
	Text    string // as it was written; shown to the sender, and nobody else
	Certain bool   // false where it may well be something else
}

// Find is everything in the signal's free text that could tell who a patient is.
func Find(s *signal.Signal) (found []Found) {
	received := calendar.DateOf(s.Received)
	for _, f := range freeText(s) {
		for _, m := range identifier.Find(*f.text, received) {
			found = append(found, Found{Field: f.field, Kind: m.Kind, Text: (*f.text)[m.Start:m.End], Certain: m.Certain})
		}
	}
	return found
}

// Remove takes everything out that Find finds, until nothing is found, and says
// how many of each kind it took. Dates that are not called a birth stay: a person
// who is asked may take them out, a file's dates are mostly of treatments.
func Remove(s *signal.Signal) map[identifier.Kind]int {
	removed := map[identifier.Kind]int{}
	received := calendar.DateOf(s.Received)
	for _, f := range freeText(s) {
		for {
			var certain []identifier.Match
			for _, m := range identifier.Find(*f.text, received) {
				if m.Certain {
					certain = append(certain, m)
					removed[m.Kind]++
				}
			}
			if len(certain) == 0 {
				break
			}
			*f.text = identifier.Redact(*f.text, certain)
		}
	}
	return removed
}

// RemoveAll takes out the doubtful too, as a sender who was asked has said.
func RemoveAll(s *signal.Signal) map[identifier.Kind]int {
	removed := map[identifier.Kind]int{}
	for _, f := range freeText(s) {
		text, counts := identifier.RedactAll(*f.text, calendar.DateOf(s.Received))
		*f.text = text
		for kind, n := range counts {
			removed[kind] += n
		}
	}
	return removed
}

// field is a place of the signal where people write as they like.
type field struct {
	field string
	text  *string
}

// fields gathers places of a signal.
type fields []field

func (f *fields) add(name string, texts ...*string) {
	for _, t := range texts {
		*f = append(*f, field{name, t})
	}
}

// all adds each text of a list, under one name.
func (f *fields) all(name string, texts []string) {
	for i := range texts {
		f.add(name, &texts[i])
	}
}

// freeText is every such place. Codes and references are not among them: a
// reference of ten digits can look like an NHS number.
func freeText(s *signal.Signal) []field {
	list := fields{
		{"title", &s.Title}, {"narrative", &s.Narrative}, {"place.ward", &s.Place.Ward}, {"place.service", &s.Place.Service}, {"source.role", &s.Source.Role},
	}
	for i := range s.Attachments {
		list.add("attachments", &s.Attachments[i].Name)
	}
	list.ofEvent(s)
	list.ofVoice(s)
	return list
}

// ofEvent adds what is particular to records of what happened.
func (f *fields) ofEvent(s *signal.Signal) {
	if i := s.Incident; i != nil {
		f.add("incident.actions", &i.Actions)
		f.add("incident", &i.ReferredTo, &i.DeviceType, &i.Specialty)
		f.all("incident.drugs", i.Drugs)
		for n := range i.Patients {
			f.add("incident.patients", &i.Patients[n].Outcome)
		}
	}
	if l := s.LearningResponse; l != nil {
		f.add("learning_response", &l.Topic, &l.Plan, &l.ImprovementPlan, &l.ReferredTo)
		for n := range l.Actions {
			f.add("learning_response.actions", &l.Actions[n].Action, &l.Actions[n].Owner, &l.Actions[n].Measure, &l.Actions[n].Result)
		}
	}
	if i := s.SeriousIncident; i != nil {
		f.add("serious_incident.type", &i.Type)
	}
	if c := s.Candour; c != nil {
		f.add("candour", &c.Support, &c.Attempts)
	}
	if c := s.CoronerReport; c != nil {
		f.add("coroner_report", &c.Area)
		f.all("coroner_report.addressees", c.Addressees)
		f.all("coroner_report.matters", c.Matters)
	}
	if x := s.Safeguarding; x != nil {
		f.add("safeguarding", &x.Area, &x.BodyRef)
		f.all("safeguarding.learning", x.Learning)
	}
}

// ofVoice adds what is particular to what somebody says.
func (f *fields) ofVoice(s *signal.Signal) {
	if c := s.ClinicianConcern; c != nil {
		f.add("clinician_concern.effect", &c.Effect)
	}
	if c := s.Complaint; c != nil {
		f.add("complaint", &c.LateReason, &c.Actions, &c.Learning, &c.NotCovered, &c.LeadBody, &c.InvestigatedBy)
	}
	if c := s.StaffConcern; c != nil {
		f.add("staff_concern.occupation", &c.Occupation)
	}
	if t := s.TraineeSurvey; t != nil {
		f.add("trainee_survey", &t.Item, &t.Post)
	}
	if p := s.Publication; p != nil {
		f.add("publication", &p.Quote, &p.Outlet)
	}
	if c := s.Correspondence; c != nil {
		f.all("correspondence.recommendations", c.Recommendations)
	}
	if v := s.Visit; v != nil {
		for i := range v.Answers {
			f.add("visit.answers", &v.Answers[i].Note)
		}
		for i := range v.Findings {
			f.add("visit.findings", &v.Findings[i].Words)
		}
		f.all("visit.team", v.Team)
		f.all("visit.areas", v.Areas)
		f.all("visit.quotes", v.Quotes)
		f.all("visit.positives", v.Positives)
		f.all("visit.immediate", v.Immediate)
	}
}
