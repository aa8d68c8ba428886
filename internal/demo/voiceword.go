package demo

import (
	"strings"

	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/signal"
)

// phrase is something that people say about a theme, with where it fits. {ward}
// and {time} are filled in.
type phrase struct{ theme, words string }

// one picks from a list.
func one[T any](c chance, list []T) T { return list[c.IntN(len(list))] }

var wards = []string{"ward 3", "ward 5", "ward 7", "ward 11", "the acute medical unit", "the emergency department", "the surgical assessment unit", "outpatients", "the discharge lounge"}

// wardOf is where in a provider it happened. Since its story began, most that is
// said of Aldermoor is about ward 7.
func wardOf(c chance, u *unit, back int) string {
	switch {
	case u.role == org.Ambulance:
		return "the ambulance"
	case u.role == org.CareHome:
		return one(c, []string{"the first floor", "the garden wing", "the dining room"})
	case u.role == org.Practice:
		return "the surgery"
	case u.role == org.MentalHealth:
		return one(c, []string{"Larch ward", "Rowan ward", "the community team"})
	case u.code == Aldermoor && back <= 12 && c.IntN(100) < 55:
		return "ward 7"
	case !u.acute():
		return one(c, []string{"the day unit", "the ward", "the clinic"})
	}
	return one(c, wards)
}

// fill puts the ward and a time of day into a phrase and makes it the signal's
// place, title and words.
func fill(c chance, u *unit, s *signal.Signal, p phrase, back int) {
	ward := wardOf(c, u, back)
	words := strings.NewReplacer("{ward}", ward, "{time}", named("%02d:%02d", c.IntN(24), 10*c.IntN(6))).Replace(p.words)
	s.Place.Site = siteOf(s.Place.Provider, ward)
	s.Place.Ward, s.Narrative, s.Themes = strings.TrimPrefix(ward, "the "), words, []string{p.theme}
	s.Title, _, _ = strings.Cut(words, ".")
}

// spokenOf picks a phrase; of Aldermoor's, since the story began, six of ten are
// about discharge, staffing or observations.
func spokenOf(c chance, u *unit, list []phrase, back int) phrase {
	p := one(c, list)
	if u.code == Aldermoor && back <= 12 && c.IntN(100) < 60 {
		for range 12 {
			if strings.Contains("discharge staffing deterioration falls", p.theme) {
				return p
			}
			p = one(c, list)
		}
	}
	return p
}

var concernPhrases = []phrase{
	{"discharge", "Sent home from {ward} at {time} without medicines or a letter. Found at a home visit the next day."},
	{"discharge", "Frail patient who lives alone sent home from {ward} at {time} by taxi. No keys, no care package, nobody told us."},
	{"discharge", "Discharged from {ward} with a catheter and no plan for who takes it out."},
	{"communication", "No discharge letter from {ward} after three weeks. We asked twice."},
	{"communication", "Clinic letters come six weeks late; the change of medicine was not made."},
	{"diagnosis", "An abnormal result was not passed on. We learned of it when the patient came back worse."},
	{"medicines", "Two medicines that must not be given together were started on {ward}."},
	{"delay", "Urgent referral not seen within the time promised, and nobody answers the telephone."},
	{"delay", "Follow-up lost: the appointment was moved three times and then not made again."},
	{"dignity", "The family says that nobody helped with washing or meals on {ward}."},
	{"deterioration", "Observations on {ward} were not acted on over a night; moved to intensive care in the morning."},
	{"safeguarding", "Bruises that nobody could explain. Referred to the council's safeguarding team."},
}

func sayConcern(c chance, u *unit, s *signal.Signal, back int) {
	list := concernPhrases
	if u.role == org.CareHome {
		list = []phrase{{"safeguarding", "Safeguarding enquiry: bruising that staff could not explain."}, {"medicines", "Medicines were given late for days in a row; the record has gaps."}, {"pressure-ulcers", "A pressure ulcer that nobody had reported was found at a visit."}}
	}
	fill(c, u, s, spokenOf(c, u, list, back), back)
	s.Source.Organisation, s.Source.Role = practices[u.system], "GP"
	s.ClinicianConcern = &signal.ClinicianConcern{Harm: one(c, []string{"no", "no", "some", "some", "some", "unknown", "severe"})}
}

var complaintPhrases = []struct {
	phrase
	hcat string
}{
	{phrase{"dignity", "My mother waited over an hour for help to the toilet on {ward}. Nobody came when she rang."}, "quality/neglect-general"},
	{phrase{"nutrition", "Meals were put out of reach on {ward} and taken away untouched."}, "quality/neglect-nutrition"},
	{phrase{"discharge", "Sent home in the night from {ward} with nobody told and nothing arranged."}, "safety/error-general"},
	{phrase{"staffing", "There were two nurses for the whole of {ward}. They were kind and could not cope."}, "environment/staffing"},
	{phrase{"deterioration", "We said for two days that she was getting worse. Nobody listened until she collapsed."}, "safety/failure-to-respond"},
	{phrase{"falls", "He fell on {ward} twice in one night. No rails, no alarm, no one told us."}, "safety/error-general"},
	{phrase{"delay", "The operation was cancelled on the day for the third time."}, "institutional-processes/delay-procedure"},
	{phrase{"delay", "Nine hours on a chair in a corridor of {ward}."}, "institutional-processes/delay-access"},
	{phrase{"attitude", "The doctor spoke over me and did not look up."}, "respect/disrespect"},
	{phrase{"communication", "Three people told us three different things about the treatment."}, "communication/incorrect"},
	{phrase{"listening", "I said that I was allergic to it. It was given all the same."}, "listening/ignoring"},
	{phrase{"environment", "The bathroom on {ward} was dirty all week."}, "environment/cleanliness"},
}

func sayComplaint(c chance, u *unit, s *signal.Signal, back int) {
	p := one(c, complaintPhrases)
	for tries := 0; u.code == Aldermoor && back <= 11 && tries < 6 && !strings.Contains("discharge staffing deterioration falls dignity", p.theme); tries++ {
		p = one(c, complaintPhrases)
	}
	fill(c, u, s, p.phrase, back)
	s.Source.Role = one(c, []string{"patient", "relative", "relative"})
	s.Complaint = &signal.Complaint{
		ReceivedBy: "provider", Complainant: signal.ComplainantPatient, Consent: signal.ConsentNotAsked,
		HCAT: []signal.HCATCode{{Category: p.hcat, Severity: one(c, []int{1, 1, 2, 2, 2, 3})}}, HCATHarm: one(c, []int{0, 0, 1, 1, 2, 3, 4}),
	}
	if s.Source.Role == "relative" {
		s.Complaint.Complainant, s.Complaint.Basis = signal.ComplainantRepresentative, "asked"
	}
	if back > 2 {
		s.Complaint.Upheld = one(c, []signal.Upheld{signal.UpheldFully, signal.UpheldPartly, signal.UpheldPartly, signal.UpheldNot})
	}
}

var incidentPhrases = []phrase{
	{"falls", "Found on the floor beside the bed on {ward} at {time}. Falls plan not in place."},
	{"falls", "Slipped in the bathroom of {ward}. Call bell out of reach."},
	{"pressure-ulcers", "Pressure damage found on transfer from {ward}."},
	{"medicines", "A dose given twice on {ward} at {time}; chart not signed after the first."},
	{"medicines", "Medicine missed on {ward}: not in stock."},
	{"staffing", "Shift on {ward} two nurses short of plan. Comfort rounds not done."},
	{"deterioration", "Observations overdue by three hours on {ward}. Score had risen."},
	{"discharge", "Went home from {ward} without medicines; returned for them by taxi."},
	{"infection", "Patient with diarrhoea in a bay of {ward} for a day before isolation."},
	{"equipment", "Pump alarm failed on {ward}. Taken out of use."},
	{"treatment", "Delay to theatre of five hours; list overran."},
	{"records", "Wrong notes filed for {ward}."},
}

func sayAny(c chance, u *unit, s *signal.Signal, back int, harms []int) {
	list := incidentPhrases
	if u.role == org.Ambulance {
		list = []phrase{{"delay", "Crew held outside the hospital for over two hours; next call waited."}, {"transport", "Wrong vehicle sent; transfer delayed."}, {"delay", "Fall at home: waited four hours for a crew."}, {"equipment", "Monitor battery failed during the journey."}}
	}
	fill(c, u, s, spokenOf(c, u, list, back), back)
	s.Source.Role = one(c, []string{"nurse", "nurse", "doctor", "allied health professional"})
	s.Incident = &signal.Incident{
		Type: signal.LFPSEIncident, Submitted: calendar.DateOf(s.Received),
		LFPSE: named("LF%010d", c.Uint64N(1e10)), Patients: []signal.IncidentPatient{{Physical: one(c, harms)}},
	}
}

func sayIncident(c chance, u *unit, s *signal.Signal, back int) {
	sayAny(c, u, s, back, []int{5, 5, 5, 4, 4})
}

func sayHarm(c chance, u *unit, s *signal.Signal, back int) {
	sayAny(c, u, s, back, []int{3, 3, 3, 3, 3, 3, 3, 2, 2, 1})
}

var badComments = []phrase{
	{"delay", "Waited five hours in {ward} and nobody said why."},
	{"communication", "Nobody told us what was going on."},
	{"staffing", "Lovely staff but far too few of them on {ward}."},
	{"discharge", "Pushed out of {ward} before I was ready."},
	{"attitude", "Rude at the desk of {ward}."},
	{"environment", "Parking is impossible and the lift was broken."},
	{"dignity", "On a trolley in the corridor of {ward} in front of everyone."},
}

var goodComments = []phrase{
	{"dignity", "Everyone on {ward} was kind and took their time."}, {"treatment", "Seen on time and everything explained."}, {"communication", "They rang to ask how I was. Thank you."},
}

func sayComment(c chance, u *unit, s *signal.Signal, back int) {
	s.Publication = &signal.Publication{Outlet: one(c, []string{"care_opinion", "nhs_review", "fft", "fft", "fft"}), Sentiment: signal.SentimentNegative, FFT: 4 + c.IntN(2)}
	switch c.IntN(10) {
	case 0, 1:
		s.Publication.Sentiment, s.Publication.FFT = signal.SentimentMixed, 3
	case 2:
		s.Publication.Sentiment, s.Publication.FFT = signal.SentimentNeutral, 3
	}
	fill(c, u, s, spokenOf(c, u, badComments, back), back)
	s.Publication.Quote, s.Narrative = s.Narrative, ""
}

func sayPraise(c chance, u *unit, s *signal.Signal, back int) {
	fill(c, u, s, one(c, goodComments), back)
	s.Publication = &signal.Publication{Outlet: one(c, []string{"care_opinion", "fft", "letter"}), Sentiment: signal.SentimentPositive, FFT: 1, Quote: s.Narrative}
	s.Narrative = ""
}

var staffPhrases = []phrase{
	{"staffing", "Nights on {ward} are run with one registered nurse. We have said so for months."},
	{"bullying", "Those who report incidents are asked why they make trouble."},
	{"leadership", "We were told not to fill in incident forms for missed rounds."},
	{"training", "New starters are counted in the numbers on their first shift."},
	{"deterioration", "Observations are written up at the end of the shift, because there is no time."},
	{"leadership", "Escalation beds were opened without asking whether there is staff for them."},
}

func sayStaff(c chance, u *unit, s *signal.Signal, back int) {
	fill(c, u, s, one(c, staffPhrases), back)
	s.Source.Channel, s.Source.Role = "form", "member of staff"
	s.StaffConcern = &signal.StaffConcern{How: one(c, []string{"guardian", "letter", "form"}), Wishes: one(c, []string{"confidential", "confidential", "anonymous", "open"}), Protections: true}
}

func sayMedia(c chance, u *unit, s *signal.Signal, back int) {
	fill(c, u, s, one(c, []phrase{{"delay", "Local paper: family waited nine hours in a corridor."}, {"other", "Local paper: trust spends more on agency staff."}, {"environment", "Local radio: car park charges go up again."}}), back)
	s.Source.Channel = "form"
	s.Publication = &signal.Publication{Outlet: "newspaper", Sentiment: one(c, []signal.Sentiment{signal.SentimentNegative, signal.SentimentNeutral}), Published: s.Occurred.Date}
}

func sayNever(c chance, u *unit, s *signal.Signal, back int) {
	p := one(c, []struct {
		phrase
		code string
	}{
		{phrase{"treatment", "Swab left in place after a procedure; found at the count and removed."}, "3"},
		{phrase{"treatment", "Injection given on the wrong side; no lasting harm."}, "1"},
		{phrase{"equipment", "Oxygen tube connected to an air outlet on {ward} for some minutes."}, "15"},
	})
	fill(c, u, s, p.phrase, back)
	s.Source.Channel, s.Source.Role = "form", "patient safety team"
	s.NeverEvent = &signal.NeverEvent{Type: p.code}
}
