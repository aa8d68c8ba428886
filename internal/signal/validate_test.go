package signal

import (
	"strings"
	"testing"
	"time"

	"candour/internal/calendar"
)

// valid holds one good signal of every kind.
func valid() map[Kind]Signal {
	on := day("2024-05-10")
	base := func(kind Kind) Signal {
		return Signal{
			ID: "x", Kind: kind, Title: "A line", Narrative: "Words.", Place: Place{Provider: "RXX"}, Occurred: Occurrence{Date: on},
			Received: on.At(12, 0), Recorded: on.At(12, 1), Source: Source{Organisation: "A81001"}, Themes: []string{"discharge"},
		}
	}
	all := map[Kind]Signal{}
	add := func(kind Kind, set func(*Signal)) {
		s := base(kind)
		set(&s)
		all[kind] = s
	}
	visit := func(template string) func(*Signal) {
		return func(s *Signal) {
			s.Visit = &Visit{Type: "unannounced", Template: template, TemplateVersion: 1, Team: []string{"nurse", "lay member"}, Ended: on.At(11, 0)}
		}
	}
	add(KindComplaint, func(s *Signal) {
		s.Complaint = &Complaint{ReceivedBy: "commissioner", Complainant: ComplainantRepresentative, Basis: "died", Consent: ConsentToShare, ConsentOn: on, HCAT: []HCATCode{{"safety/error-medication", 3, "ward"}}, HCATHarm: 4, KO41a: KO41a{Subjects: []string{"prescribing"}}}
	})
	add(KindIncident, func(s *Signal) {
		s.Incident = &Incident{Type: LFPSEIncident, Taxonomy: "5", ServiceArea: "19", Agents: []string{"4"}, Patients: []IncidentPatient{{Physical: 3, Psychological: 2, Strength: "5", Gender: "1"}}}
	})
	add(KindSeriousIncident, func(s *Signal) { s.SeriousIncident = &SeriousIncident{IdentifiedOn: on, ReportedOn: on, Level: 2} })
	add(KindNeverEvent, func(s *Signal) { s.NeverEvent = &NeverEvent{Type: "3"} })
	add(KindLearningResponse, func(s *Signal) {
		s.LearningResponse = &LearningResponse{Type: "psii", Topic: "Falls", Started: on, AgreedFinish: on + 80, Actions: []SafetyAction{{"Alarm", "Matron", "Falls per 1,000 bed days", on + 200, ""}}}
	})
	add(KindCandour, func(s *Signal) { s.Candour = &Candour{Body: NHSBody, Harm: "nhs-moderate", ReportedOn: on} })
	add(KindClinicianConcern, func(s *Signal) { s.ClinicianConcern = &ClinicianConcern{Harm: "some"} })
	add(KindVisit, visit("ward-visit"))
	add(KindFifteenSteps, visit("fifteen-steps-ward"))
	add(KindStaffConcern, func(s *Signal) {
		s.StaffConcern = &StaffConcern{How: "guardian", Wishes: "confidential", Protections: true}
	})
	add(KindHealthwatch, func(s *Signal) { s.Correspondence = &Correspondence{Type: "enter_and_view", Statutory: true} })
	add(KindMessage, func(s *Signal) { s.Correspondence = &Correspondence{Type: "letter"} })
	add(KindMPLetter, func(s *Signal) { s.Correspondence = &Correspondence{Type: "letter"} })
	add(KindMedia, func(s *Signal) { s.Publication = &Publication{Outlet: "newspaper", Sentiment: SentimentNegative} })
	add(KindPatientComment, func(s *Signal) {
		s.Publication = &Publication{Outlet: "care_opinion", Sentiment: SentimentMixed}
	})
	add(KindTraineeSurvey, func(s *Signal) {
		s.TraineeSurvey = &TraineeSurvey{Survey: "gmc", Item: "Clinical supervision", Outlier: "below"}
	})
	add(KindCoronerReport, func(s *Signal) { s.CoronerReport = &CoronerReport{SentOn: on} })
	add(KindRegulatorAction, func(s *Signal) { s.RegulatorAction = &RegulatorAction{Regulator: "cqc", Action: "rating", Rating: "4"} })
	add(KindSafeguarding, func(s *Signal) {
		s.Safeguarding = &Safeguarding{Body: "leder", ReferredBy: "provider", ReferredOn: on, Group: "adult", Types: []string{"death-unexpected"}, SafeNow: "died", AboutCare: true, Outcome: "leder-2", OutcomeOn: on}
	})
	add(KindPraise, func(s *Signal) { s.Publication = &Publication{Outlet: "letter", Sentiment: SentimentPositive} })
	return all
}

func TestAGoodSignalOfEveryKindIsAccepted(t *testing.T) {
	t.Parallel()
	tax, all := mustTaxonomies(t), valid()
	for _, kind := range Kinds() {
		s, ok := all[kind]
		if !ok {
			t.Errorf("no example of %s", kind)
			continue
		}
		if errs := s.Validate(tax, when("2024-05-10 13:00")); errs.Err() != nil {
			t.Errorf("%s: %v", kind, errs)
		}
		if h := newHistory(t, s); h.signal.Triage.State != kind.FirstState() {
			t.Errorf("%s begins %q", kind, h.signal.Triage.State)
		}
	}
}

func TestTheFieldsOfAnotherKindAreRefused(t *testing.T) {
	t.Parallel()
	tax, all := mustTaxonomies(t), valid()
	s := all[KindComplaint]
	s.Incident = &Incident{Type: LFPSERisk}
	if errs := s.Validate(tax, when("2024-05-10 13:00")); !has(errs, "complaint") {
		t.Errorf("two details: %v", errs)
	}
	s.Complaint = nil
	if errs := s.Validate(tax, when("2024-05-10 13:00")); !has(errs, "complaint") {
		t.Errorf("the wrong detail: %v", errs)
	}
	s.Kind = "gossip"
	if errs := s.Validate(tax, when("2024-05-10 13:00")); !has(errs, "kind") {
		t.Errorf("no kind: %v", errs)
	}
}

func TestEachMistakeIsToldAtItsField(t *testing.T) {
	t.Parallel()
	tax := mustTaxonomies(t)
	for _, c := range []struct {
		name  string
		kind  Kind
		spoil func(*Signal)
		field string
	}{
		{"no title", KindMedia, func(s *Signal) { s.Title = " " }, "title"},
		{"no provider", KindMedia, func(s *Signal) { s.Place.Provider = "" }, "place.provider"},
		{"a provider that is no code", KindMedia, func(s *Signal) { s.Place.Provider = "St Elsewhere" }, "place.provider"},
		{"received tomorrow", KindMedia, func(s *Signal) { s.Received = s.Received.Add(48 * time.Hour) }, "received"},
		{"happened after receipt", KindMedia, func(s *Signal) { s.Occurred.Date++ }, "occurred.date"},
		{"ended before it began", KindMedia, func(s *Signal) { s.Occurred.Until = s.Occurred.Date - 1 }, "occurred.until"},
		{"half past", KindMedia, func(s *Signal) { s.Occurred.Time = "half past" }, "occurred.time"},
		{"an unknown theme", KindMedia, func(s *Signal) { s.Themes = []string{"astrology"} }, "themes[0]"},
		{"two leads (R-PSI-5)", KindIncident, func(s *Signal) { s.Involved = []Involvement{{"RAA", true}, {"RBB", true}} }, "involved"},
		{"a complainant of no kind (R-CMP-1)", KindComplaint, func(s *Signal) { s.Complaint.Complainant = "neighbour" }, "complaint.complainant"},
		{"a representative without a basis (R-CMP-1)", KindComplaint, func(s *Signal) { s.Complaint.Basis = "" }, "complaint.basis"},
		{"received by both (R-CMP-2)", KindComplaint, func(s *Signal) { s.Complaint.ReceivedBy = "both" }, "complaint.received_by"},
		{"consent without its day (R-CMP-3)", KindComplaint, func(s *Signal) { s.Complaint.ConsentOn = 0 }, "complaint.consent_on"},
		{"too late without a reason (R-CMP-4)", KindComplaint, func(s *Signal) { s.Occurred.Date = day("2023-05-09") }, "complaint.late_reason"},
		{"HCAT severity 4", KindComplaint, func(s *Signal) { s.Complaint.HCAT[0].Severity = 4 }, "complaint.hcat[0].severity"},
		{"an HCAT heading", KindComplaint, func(s *Signal) { s.Complaint.HCAT[0].Category = "clinical" }, "complaint.hcat[0].category"},
		{"HCAT harm 6", KindComplaint, func(s *Signal) { s.Complaint.HCATHarm = 6 }, "complaint.hcat_harm"},
		{"physical harm 6", KindIncident, func(s *Signal) { s.Incident.Patients[0].Physical = 6 }, "incident.patients[0].physical"},
		{"fatal psychological harm", KindIncident, func(s *Signal) { s.Incident.Patients[0].Psychological = 5 }, "incident.patients[0].psychological"},
		{"NRLS beside LFPSE harm", KindIncident, func(s *Signal) { s.Incident.LegacyHarm = "low" }, "incident.legacy_harm"},
		{"a tooth after April 2021", KindNeverEvent, func(s *Signal) { s.NeverEvent.Type = "1-tooth" }, "never_event.type"},
		{"level 3 without its commission", KindSeriousIncident, func(s *Signal) { s.SeriousIncident.Level = 3 }, "serious_incident.commissioned_on"},
		{"a safety action without a measure (R-PSI-4)", KindLearningResponse, func(s *Signal) { s.LearningResponse.Actions[0].Measure = "" }, "learning_response.actions[0].measure"},
		{"a harm of the other limb", KindCandour, func(s *Signal) { s.Candour.Body = OtherProvider }, "candour.harm"},
		{"a concern from nobody", KindClinicianConcern, func(s *Signal) { s.Source.Organisation = "" }, "source.organisation"},
		{"a concern without words", KindClinicianConcern, func(s *Signal) { s.Narrative = " " }, "narrative"},
		{"15 Steps on a visit's template", KindFifteenSteps, func(s *Signal) { s.Visit.Template = "ward-visit" }, "visit.template"},
		{"a verdict in the 15 Steps", KindFifteenSteps, func(s *Signal) {
			s.Visit.Answers = []VisitAnswer{{"calm", "calm", VerdictMet, ""}}
		}, "visit.answers[0].verdict"},
		{"an immediate concern without its time", KindVisit, func(s *Signal) { s.Visit.Immediate = []string{"fire door"} }, "visit.immediate_at"},
		{"an anonymous person's identity (R-FTSU-1)", KindStaffConcern, func(s *Signal) {
			s.StaffConcern.Wishes, s.Sealed = "anonymous", []SealedPart{{"whistle_blower", "k1"}}
		}, "staff_concern.wishes"},
		{"naming a confidential source (R-FTSU-1)", KindStaffConcern, func(s *Signal) { s.Source.MayBeNamed = true }, "staff_concern.may_be_named"},
		{"praise that isn't", KindPraise, func(s *Signal) { s.Publication.Sentiment = SentimentNegative }, "publication.sentiment"},
		{"a coroner's report without its day", KindCoronerReport, func(s *Signal) { s.CoronerReport.SentOn = 0 }, "coroner_report.sent_on"},
		{"a referral without saying whether the person is safe", KindSafeguarding, func(s *Signal) { s.Safeguarding.SafeNow = "" }, "safeguarding.safe_now"},
		{"an outcome of another body", KindSafeguarding, func(s *Signal) { s.Safeguarding.Outcome = "cdop-none" }, "safeguarding.outcome"},
		{"an outcome without its day", KindSafeguarding, func(s *Signal) { s.Safeguarding.OutcomeOn = 0 }, "safeguarding.outcome_on"},
		{"a body that is no more", KindSafeguarding, func(s *Signal) { s.Safeguarding.Body, s.Safeguarding.Outcome = "lscb", "lscb-report" }, "safeguarding.body"},
		{"a referral of tomorrow", KindSafeguarding, func(s *Signal) { s.Safeguarding.ReferredOn = calendar.DateOf(s.Received) + 1 }, "safeguarding.referred_on"},
		{"an embargo on a complaint", KindComplaint, func(s *Signal) { s.Embargo = calendar.DateOf(s.Received) + 5 }, "embargo"},
		{"a rating without its value", KindRegulatorAction, func(s *Signal) { s.RegulatorAction.Rating = "" }, "regulator_action.rating"},
	} {
		s := valid()[c.kind]
		c.spoil(&s)
		errs := s.Validate(tax, when("2024-05-10 13:00"))
		if !has(errs, c.field) {
			t.Errorf("%s: expected an error at %s, got %v", c.name, c.field, errs)
		}
		for _, e := range errs {
			if e.Expected == "" || e.Advice == "" {
				t.Errorf("%s: %+v says neither what is expected nor what to do", c.name, e)
			}
		}
	}
}

func TestErrorsForTheLogHoldNoTypedText(t *testing.T) {
	t.Parallel()
	s := valid()[KindMedia]
	s.Place.Provider, s.Occurred.Time = "Jane Doe", "Jane Doe"
	errs := s.Validate(mustTaxonomies(t), when("2024-05-10 13:00"))
	if errs.Err() == nil || strings.Contains(errs.Error(), "Jane") {
		t.Errorf("got %q", errs.Error())
	}
	if !strings.Contains(errs[0].Found, "Jane") {
		t.Error("the person who typed it isn't shown what was found")
	}
}

func TestHarmIsTheWorstOverPatientsAndScales(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		patients []IncidentPatient
		worst    Harm
		level    Severity
	}{
		{nil, HarmNotStated, NotJudged},
		{[]IncidentPatient{{Physical: 5, Psychological: 4}}, HarmNone, Low},
		{[]IncidentPatient{{Physical: 5, Psychological: 1}}, HarmSevere, Gravest}, // severe psychological = 1 + 1
		{[]IncidentPatient{{Physical: 4}, {Physical: 3}}, HarmModerate, Moderate},
		{[]IncidentPatient{{Psychological: 3}, {Physical: 1}}, HarmFatal, Gravest},
	} {
		i := Incident{Type: LFPSEIncident, Patients: c.patients}
		s := Signal{Kind: KindIncident, Incident: &i}
		if i.WorstHarm() != c.worst || s.Level() != c.level {
			t.Errorf("%+v: harm %d, level %d", c.patients, i.WorstHarm(), s.Level())
		}
	}
}

func TestTheLatestRevisionHoldsWithTheEarliestSubmission(t *testing.T) {
	t.Parallel()
	revision := func(ref string, n int, submitted string) Signal {
		return Signal{Kind: KindIncident, Incident: &Incident{LFPSE: ref, Revision: n, Submitted: day(submitted)}}
	}
	latest := func(signals ...Signal) []Signal { return LatestVersions(signals, func(s *Signal) *Signal { return s }) }
	kept := latest(revision("a", 2, "2024-03-02"), revision("b", 1, "2024-03-01"), revision("", 1, "2024-03-01"), revision("a", 1, "2024-03-01"), revision("", 1, "2024-03-01"), revision("a", 3, "2024-03-09"))
	if len(kept) != 4 || kept[0].Incident.Revision != 3 || kept[0].Incident.Submitted != day("2024-03-01") || kept[1].Incident.LFPSE != "b" {
		t.Errorf("got %+v", kept)
	}
	row := func(log string, modified string) Signal {
		return Signal{Kind: KindSeriousIncident, SeriousIncident: &SeriousIncident{StEIS: log, Modified: day(modified)}}
	}
	rows := latest(row("1", "2016-01-02"), row("1", "2016-01-05"), row("1", "2016-01-03"), row("2", "2016-01-01"), revision("1", 1, "2024-03-01"))
	if len(rows) != 3 || rows[0].SeriousIncident.Modified != day("2016-01-05") {
		t.Errorf("got %+v", rows)
	}
}

func TestAVisitsScoreLeavesOutWordsAndUnseen(t *testing.T) {
	t.Parallel()
	v := Visit{Answers: []VisitAnswer{{"a", "1", VerdictMet, ""}, {"a", "2", VerdictNotMet, ""}, {"a", "3", VerdictPartly, ""}, {"a", "4", VerdictNotSeen, ""}, {"a", "5", VerdictWords, "x"}}}
	if score, n := v.Score(); n != 3 || score < 0.499 || score > 0.501 {
		t.Errorf("got %v of %d", score, n)
	}
	if _, n := (&Visit{}).Score(); n != 0 {
		t.Error("a visit without verdicts has a score")
	}
}

func TestARepeatedClosureChecklistIsComplete(t *testing.T) {
	t.Parallel()
	s := SeriousIncident{Closure: closureChecklist[:8]}
	if missing := s.ClosureMissing(); len(missing) != 2 || missing[0] != "duty_of_candour" {
		t.Errorf("got %v", missing)
	}
}

func TestAComplaintOfGraveHarmAsksForItsIncident(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		complaint Complaint
		ask       bool
		level     Severity
	}{
		{Complaint{}, false, NotJudged},
		{Complaint{HCAT: []HCATCode{{"listening", 3, ""}}}, true, Serious},
		{Complaint{HCAT: []HCATCode{{"listening", 2, ""}}, HCATHarm: 5}, true, Gravest}, // harm and severity apart
		{Complaint{HCATHarm: 2}, false, Low},
		{Complaint{SeriousHarm: true}, true, Serious},
	} {
		s := Signal{Kind: KindComplaint, Complaint: &c.complaint}
		if c.complaint.AskForIncident() != c.ask || s.Level() != c.level { // Francis 114
			t.Errorf("%+v: %v, %d", c.complaint, c.complaint.AskForIncident(), s.Level())
		}
	}
}

func TestASubmissionNeedsItsDeclaration(t *testing.T) {
	t.Parallel()
	tax := mustTaxonomies(t)
	good := Submission{
		ID: "s1", Provider: "RXX", Version: 1, About: "Ward 7", Received: when("2024-05-10 10:00"),
		Declaration: Declaration{"A Person", "Chief nurse", day("2024-05-09")},
		Statements:  []Statement{{ID: "1", Words: "All bells are answered within 10 minutes.", Theme: "staffing"}},
	}
	if err := good.Validate(tax).Err(); err != nil {
		t.Fatal(err)
	}
	for field, spoil := range map[string]func(*Submission){
		"declaration.name": func(s *Submission) { s.Declaration.Name = "" },
		"declaration.role": func(s *Submission) { s.Declaration.Role = "" },
		"declaration.on":   func(s *Submission) { s.Declaration.On = calendar.DateOf(s.Received) + 1 },
		"corrects":         func(s *Submission) { s.Version = 2 },
		"statements":       func(s *Submission) { s.Statements = nil },
	} {
		bad := good
		spoil(&bad)
		if errs := bad.Validate(tax); !has(errs, field) {
			t.Errorf("%s: %v", field, errs)
		}
	}
	c, err := Contradict(good, "1", EvidenceSignal, "V-2024-1", "9 of 20 bells over 10 minutes", "VO", when("2024-06-01 10:00"))
	if err != nil {
		t.Fatal(err)
	}
	again := c
	again.Ref = "CP-2024-7"
	if n := Contradicted([]Contradiction{c, again})["RXX"]; n != 1 {
		t.Errorf("one statement disproved twice counts %d", n)
	}
	if _, err := Contradict(good, "2", EvidenceSignal, "V", "b", "VO", when("2024-06-01 10:00")); err == nil {
		t.Error("a statement that was never made was contradicted")
	}
}
