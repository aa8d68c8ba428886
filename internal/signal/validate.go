package signal

import (
	"fmt"
	"strings"
	"time"

	"candour/internal/calendar"
	"candour/internal/org"
)

// Limits of what one signal may hold, in runes or items.
const (
	titleLimit      = 200
	narrativeLimit  = 50_000
	attachmentLimit = 50
)

// Validate gives everything that is wrong with a signal as it comes in: field,
// found, expected, advice. Now is the instant of recording. Nothing is changed and
// nothing is guessed.
func (s *Signal) Validate(tax *Taxonomies, now time.Time) FieldErrors {
	received := calendar.DateOf(s.Received)
	day, _ := s.EventDay()
	k := &check{tax: tax, day: day}
	row, known := s.Kind.row()
	if !known {
		k.add("kind", string(s.Kind), "a kind of signal", "Choose one of the list.")
		return k.errs
	}
	k.need(strings.TrimSpace(s.Title) != "", "title", "", "one line that says what it is, without names", "Write a line.")
	k.need(len([]rune(s.Title)) <= titleLimit, "title", s.Title, fmt.Sprintf("at most %d characters", titleLimit), "Shorten it; details go below.")
	k.need(len([]rune(s.Narrative)) <= narrativeLimit, "narrative", "", fmt.Sprintf("at most %d characters", narrativeLimit), "Attach the document and write a summary.")
	k.need(len(s.Attachments) <= attachmentLimit, "attachments", "", fmt.Sprintf("at most %d files", attachmentLimit), "Send the rest as a second signal and link them.")
	s.validatePlace(k)
	s.validateTimes(k, received, now)
	k.codes("themes", "theme", s.Themes, false)
	k.need(s.Severity <= Gravest, "severity", s.Severity.Words(), "one of the four levels, or empty", "Choose one.")
	k.need(s.Embargo.IsZero() || s.Kind.MayBeEmbargoed(), "embargo", s.Embargo.String(), "a kind that somebody else publishes on a day: a regulator's action or review, a coroner's report, Healthwatch, media", "Leave it empty; who may see the others is decided by their kind.")
	if !row.detail(s) || s.detailsSet() != 1 {
		k.add(string(s.Kind), "", "the fields of this kind and of no other", "Fill in the form of the kind chosen.")
		return k.errs
	}
	s.validateDetail(k, received)
	return k.errs
}

func (s *Signal) validatePlace(k *check) {
	unsorted := s.Kind == KindMessage // an e-mail need not say of whom it speaks; whoever sorts it does
	k.need(s.Place.Provider != "" || unsorted, "place.provider", "", "the provider it is about", "Choose the provider; type two letters of its name.")
	for _, f := range []struct {
		field string
		code  org.Code
	}{{"place.provider", s.Place.Provider}, {"place.site", s.Place.Site}, {"source.organisation", s.Source.Organisation}} {
		if parsed, err := org.ParseCode(string(f.code)); f.code != "" && (err != nil || parsed != f.code) {
			k.add(f.field, string(f.code), "an organisation code of 3 to 9 capital letters and digits", "Use the code of the Organisation Data Service.")
		}
	}
	leads := 0
	for i, inv := range s.Involved {
		if _, err := org.ParseCode(string(inv.Organisation)); err != nil {
			k.add(fmt.Sprintf("involved[%d].organisation", i), string(inv.Organisation), "an organisation code", "Use the code of the Organisation Data Service.")
		}
		if inv.Lead {
			leads++
		}
	}
	k.need(leads <= 1, "involved", "", "one lead", "Mark one organisation as the lead.") // R-PSI-5
}

func (s *Signal) validateTimes(k *check, received calendar.Date, now time.Time) {
	k.need(!s.Received.IsZero(), "received", "", "when it was received", "Enter the date; clocks run from it.")
	k.need(!s.Received.After(now), "received", received.String(), "an instant up to now", "Correct the date.")
	k.notAfter("occurred.date", s.Occurred.Date, received, "the day of receipt")
	k.need(s.Occurred.Until.IsZero() || s.Occurred.Until >= s.Occurred.Date && !s.Occurred.Date.IsZero(), "occurred.until", s.Occurred.Until.String(), "a last day not before the first", "Correct one of the two dates.")
	if s.Occurred.Time != "" {
		_, err := time.Parse("15:04", s.Occurred.Time)
		k.need(err == nil, "occurred.time", s.Occurred.Time, "a time like 23:40", "Enter hours and minutes, or leave it empty.")
	}
}

// validateDetail runs the checks of the kind.
func (s *Signal) validateDetail(k *check, received calendar.Date) {
	k.under(detailField(s.Kind), func() {
		switch s.Kind {
		case KindComplaint:
			s.Complaint.validate(k, received)
		case KindIncident:
			s.Incident.validate(k)
		case KindSeriousIncident:
			s.SeriousIncident.validate(k, received)
		case KindNeverEvent:
			s.NeverEvent.validate(k)
		case KindLearningResponse:
			s.LearningResponse.validate(k)
		case KindCandour:
			s.Candour.validate(k)
		case KindClinicianConcern:
			s.ClinicianConcern.validate(k, s)
		case KindVisit, KindFifteenSteps:
			s.Visit.validate(k, s.Kind)
		case KindStaffConcern:
			s.StaffConcern.validate(k, s)
		case KindHealthwatch, KindMPLetter, KindMessage:
			s.Correspondence.validate(k, s)
		case KindMedia, KindPatientComment, KindPraise:
			s.Publication.validate(k, s)
		case KindTraineeSurvey:
			s.TraineeSurvey.validate(k)
		case KindCoronerReport:
			s.CoronerReport.validate(k, received)
		case KindRegulatorAction:
			s.RegulatorAction.validate(k)
		case KindSafeguarding:
			s.Safeguarding.validate(k, received)
		}
	})
	if s.Kind == KindComplaint {
		s.validateTimeLimit(k, received)
	}
}

// validateTimeLimit applies R-CMP-4: twelve months from the event or from notice
// of it, whichever is later, unless set aside with a reason.
func (s *Signal) validateTimeLimit(k *check, received calendar.Date) {
	from := max(s.Occurred.Date, s.Complaint.NoticeDate)
	if from.IsZero() || received <= from.AddMonths(12) {
		return
	}
	k.need(strings.TrimSpace(s.Complaint.LateReason) != "", "complaint.late_reason", "", "a reason to set the 12 months aside, or a refusal", // R-CMP-4
		"Say why it is late and whether a fair investigation is still possible.")
}

// detailField is the JSON name of the kind's own fields.
func detailField(k Kind) string {
	switch k {
	case KindVisit, KindFifteenSteps:
		return "visit"
	case KindHealthwatch, KindMPLetter, KindMessage:
		return "correspondence"
	case KindMedia, KindPatientComment, KindPraise:
		return "publication"
	}
	return string(k)
}
