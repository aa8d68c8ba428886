package signal

import "slices"

// WordsSealed reports whether what was said is under seal, wholly or because it
// could tell who said it (R-FTSU-1). Nothing of such a signal may be searched,
// compared or learned from: neither what stands outside the seal nor what the team
// wrote about it.
func (s *Signal) WordsSealed() bool {
	if s.Veiled() {
		return true
	}
	return slices.ContainsFunc(s.Sealed, func(p SealedPart) bool {
		return p.Purpose == "words" || p.Purpose == "whistle_blower"
	})
}

// Said is the free text that the sender gave and that the sender was answered, each
// piece apart: all that may be shown to whoever raised the signal. It is none where
// the words are sealed.
func (s *Signal) Said() []string {
	if s.WordsSealed() {
		return nil
	}
	said := []string{s.Title}
	if s.Narrative != s.Title {
		said = append(said, s.Narrative)
	}
	said = append(said, s.Place.Ward, s.Place.Service, s.Source.Role)
	for _, a := range s.Attachments {
		said = append(said, a.Name)
	}
	said = append(said, s.detailText()...)
	for _, a := range s.Triage.Answers {
		said = append(said, a.Message)
	}
	return slices.DeleteFunc(said, func(text string) bool { return text == "" })
}

// detailText is the free text of the kind's own fields.
func (s *Signal) detailText() (text []string) {
	if c := s.ClinicianConcern; c != nil {
		text = append(text, c.Effect)
	}
	if c := s.Complaint; c != nil {
		text = append(text, c.LateReason, c.Actions, c.Learning)
	}
	if i := s.Incident; i != nil {
		text = append(append(text, i.Actions, i.Location, i.Specialty, i.DeviceType), i.Drugs...)
	}
	if i := s.SeriousIncident; i != nil {
		text = append(text, i.Type)
	}
	if l := s.LearningResponse; l != nil {
		text = append(text, l.Topic, l.ImprovementPlan)
		for _, a := range l.Actions {
			text = append(text, a.Action)
		}
	}
	if c := s.Candour; c != nil {
		text = append(text, c.Support, c.Attempts)
	}
	if p := s.Publication; p != nil {
		text = append(text, p.Quote)
	}
	if c := s.Correspondence; c != nil {
		text = append(text, c.Recommendations...)
	}
	if x := s.Safeguarding; x != nil {
		text = append(append(text, x.Area), x.Learning...)
	}
	if t := s.TraineeSurvey; t != nil {
		text = append(text, t.Item, t.Post)
	}
	if c := s.CoronerReport; c != nil {
		text = append(append(text, c.Area), c.Matters...)
	}
	return append(text, s.Visit.text()...)
}

func (v *Visit) text() (text []string) {
	if v == nil {
		return nil
	}
	text = append(text, v.Areas...)
	for _, a := range v.Answers {
		text = append(text, a.Note)
	}
	for _, f := range v.Findings {
		text = append(text, f.Words)
	}
	return append(append(append(text, v.Quotes...), v.Positives...), v.Immediate...)
}

// Remarks is what the team wrote about the signal, for the team alone; none where
// the words are sealed.
func (s *Signal) Remarks() []string {
	if s.WordsSealed() {
		return nil
	}
	t := &s.Triage
	remarks := []string{t.Because, t.Withdrawn, string(t.Event)}
	for _, i := range t.StepIns {
		remarks = append(remarks, i.Reason, i.Asked, i.Reply, i.Result)
	}
	for _, a := range t.Agreed {
		remarks = append(remarks, a.Because)
	}
	return slices.DeleteFunc(remarks, func(text string) bool { return text == "" })
}
