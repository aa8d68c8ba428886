package signal

import "slices"

// ThemeRefusing is the theme of a professional who refuses to admit or refer
// patients to a provider, one of the facts that stand above any score (R-RISK-4).
const ThemeRefusing = "refusing-to-admit"

// MustDeathDueToCare is the code of the taxonomy national-must for a death that was
// judged more likely than not due to problems in care.
const MustDeathDueToCare = "death-due-to-care"

// enforcements are a regulator's actions that are enforcement, as against a rating,
// a report, a requirement or an outlier letter.
var enforcements = []string{"warning-notice", "conditions", "suspension", "cancellation", "prosecution", "special-measures"}

// Enforces reports whether the regulator took enforcement action.
func (r *RegulatorAction) Enforces() bool { return slices.Contains(enforcements, r.Action) }

// RefusesToAdmit reports whether a professional refuses to admit or refer patients.
func (s *Signal) RefusesToAdmit() bool { return slices.Contains(s.AllThemes(), ThemeRefusing) }

// JudgedDueToCare reports whether a death was judged due to care: an incident or
// learning response that must be responded to nationally for that reason, a fatal
// incident whose report says that the incident caused or probably affected the
// outcome (LFPSE strength of association 6 or 5), or one that NRLS recorded as
// having directly resulted in death. A coroner's report alone is no such judgement.
func (s *Signal) JudgedDueToCare() bool {
	if l := s.LearningResponse; l != nil && slices.Contains(l.NationalMust, MustDeathDueToCare) {
		return true
	}
	i := s.Incident
	if i == nil {
		return false
	}
	return slices.Contains(i.NationalMust, MustDeathDueToCare) || i.LegacyHarm == "death" ||
		slices.ContainsFunc(i.Patients, func(p IncidentPatient) bool {
			return p.Physical == int(HarmFatal) && (p.Strength == "6" || p.Strength == "5")
		})
}

// NeverEventType is the type of the Never Event that the signal reports, "" for none.
func (s *Signal) NeverEventType() string {
	switch {
	case s.NeverEvent != nil:
		return s.NeverEvent.Type
	case s.SeriousIncident != nil:
		return s.SeriousIncident.NeverEvent
	case s.Incident != nil:
		return s.Incident.NeverEvent
	}
	return ""
}

// MayStandAbove reports whether the signal may be a fact above any score (R-RISK-4):
// it is of a kind, or says something, of which such facts are made. What is under
// strict access never is: the fact would tell of it.
func (s *Signal) MayStandAbove() bool {
	return !s.Kind.Strict() && (s.StaffConcern != nil || s.RegulatorAction != nil || s.NeverEventType() != "" || s.JudgedDueToCare() || s.RefusesToAdmit())
}

// Settled reports whether people have recorded that nothing more is to be done
// about the signal: it is closed, or triage noted it, joined it to a concern that
// is dealt with, or found that it is not ours, and nobody has said since that it
// is not resolved.
func (s *Signal) Settled() bool {
	t := &s.Triage
	done := s.Kind.Closed(t.State) || t.Outcome == OutcomeNoted || t.Outcome == OutcomeLinked || t.Outcome == OutcomeNotOurs
	return done && !t.Unresolved()
}
