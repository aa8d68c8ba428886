package signal

// kindRow is what the tables of the package know of a kind.
type kindRow struct {
	kind   Kind
	words  string
	prefix string // of references: "G-2026-412"
	detail func(*Signal) bool
	praise bool // never counts as a warning and never cancels one (R-SOFT-4)
}

// kindTable lists every kind once, in the order in which pages list them.
var kindTable = []kindRow{
	{KindClinicianConcern, "Clinician's concern", "G", func(s *Signal) bool { return s.ClinicianConcern != nil }, false},
	{KindComplaint, "Complaint", "CP", func(s *Signal) bool { return s.Complaint != nil }, false},
	{KindIncident, "Incident", "IN", func(s *Signal) bool { return s.Incident != nil }, false},
	{KindNeverEvent, "Never Event", "NE", func(s *Signal) bool { return s.NeverEvent != nil }, false},
	{KindSeriousIncident, "Serious incident", "SI", func(s *Signal) bool { return s.SeriousIncident != nil }, false},
	{KindLearningResponse, "Learning response", "LR", func(s *Signal) bool { return s.LearningResponse != nil }, false},
	{KindCandour, "Duty of candour", "DC", func(s *Signal) bool { return s.Candour != nil }, false},
	{KindVisit, "Visit", "V", func(s *Signal) bool { return s.Visit != nil }, false},
	{KindFifteenSteps, "15 Steps", "FS", func(s *Signal) bool { return s.Visit != nil }, false},
	{KindStaffConcern, "Staff concern", "SU", func(s *Signal) bool { return s.StaffConcern != nil }, false},
	{KindPatientComment, "Patient comment", "PC", func(s *Signal) bool { return s.Publication != nil }, false},
	{KindHealthwatch, "Healthwatch", "HW", func(s *Signal) bool { return s.Correspondence != nil }, false},
	{KindMPLetter, "MP letter", "MP", func(s *Signal) bool { return s.Correspondence != nil }, false},
	{KindMedia, "Media", "ME", func(s *Signal) bool { return s.Publication != nil }, false},
	{KindTraineeSurvey, "Trainee survey", "TS", func(s *Signal) bool { return s.TraineeSurvey != nil }, false},
	{KindCoronerReport, "Coroner's report", "CR", func(s *Signal) bool { return s.CoronerReport != nil }, false},
	{KindRegulatorAction, "Regulator", "RG", func(s *Signal) bool { return s.RegulatorAction != nil }, false},
	{KindSafeguarding, "Safeguarding or death review", "SG", func(s *Signal) bool { return s.Safeguarding != nil }, false},
	{KindMessage, "Message, not yet sorted", "M", func(s *Signal) bool { return s.Correspondence != nil }, false},
	{KindPraise, "Praise", "PR", func(s *Signal) bool { return s.Publication != nil }, true},
}

func (k Kind) row() (kindRow, bool) {
	for _, r := range kindTable {
		if r.kind == k {
			return r, true
		}
	}
	return kindRow{}, false
}

// Kinds is every kind in the order of pages.
func Kinds() []Kind {
	kinds := make([]Kind, len(kindTable))
	for i, r := range kindTable {
		kinds[i] = r.kind
	}
	return kinds
}

// Known reports whether k is a kind.
func (k Kind) Known() bool { _, ok := k.row(); return ok }

// Words is the kind as users read it.
func (k Kind) Words() string { r, _ := k.row(); return r.words }

// Prefix begins the references of the kind: "G" in G-2026-412.
func (k Kind) Prefix() string { r, _ := k.row(); return r.prefix }

// Warns reports whether signals of the kind are warnings. Praise is recorded too,
// but never cancels a warning by arithmetic (R-SOFT-4).
func (k Kind) Warns() bool { r, ok := k.row(); return ok && !r.praise }

// detailsSet counts the detail structs of s that are set.
func (s *Signal) detailsSet() int {
	n := 0
	for _, set := range []bool{
		s.Complaint != nil, s.Incident != nil, s.SeriousIncident != nil, s.NeverEvent != nil, s.LearningResponse != nil,
		s.Candour != nil, s.ClinicianConcern != nil, s.Visit != nil, s.StaffConcern != nil, s.Correspondence != nil,
		s.Publication != nil, s.TraineeSurvey != nil, s.CoronerReport != nil, s.RegulatorAction != nil, s.Safeguarding != nil,
	} {
		if set {
			n++
		}
	}
	return n
}

// FillDetail gives s the empty fields of its kind where it has none, so that
// Validate says which of them are missing.
func (s *Signal) FillDetail() {
	if row, known := s.Kind.row(); !known || row.detail(s) {
		return
	}
	switch s.Kind {
	case KindComplaint:
		s.Complaint = &Complaint{}
	case KindIncident:
		s.Incident = &Incident{}
	case KindNeverEvent:
		s.NeverEvent = &NeverEvent{}
	case KindSeriousIncident:
		s.SeriousIncident = &SeriousIncident{}
	case KindLearningResponse:
		s.LearningResponse = &LearningResponse{}
	case KindCandour:
		s.Candour = &Candour{}
	case KindClinicianConcern:
		s.ClinicianConcern = &ClinicianConcern{}
	case KindVisit, KindFifteenSteps:
		s.Visit = &Visit{}
	case KindStaffConcern:
		s.StaffConcern = &StaffConcern{}
	case KindHealthwatch, KindMPLetter, KindMessage:
		s.Correspondence = &Correspondence{}
	case KindMedia, KindPatientComment, KindPraise:
		s.Publication = &Publication{}
	case KindTraineeSurvey:
		s.TraineeSurvey = &TraineeSurvey{}
	case KindCoronerReport:
		s.CoronerReport = &CoronerReport{}
	case KindRegulatorAction:
		s.RegulatorAction = &RegulatorAction{}
	case KindSafeguarding:
		s.Safeguarding = &Safeguarding{}
	}
}
