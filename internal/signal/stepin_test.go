package signal

import (
	"slices"
	"testing"
	"time"

	"candour/internal/calendar"
)

func clockOf(t *testing.T, s Signal, rule calendar.ClockRuleID) calendar.Clock {
	t.Helper()
	clocks, problems := s.Clocks(mustBook(t))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	i := slices.IndexFunc(clocks, func(c calendar.Clock) bool { return c.Rule == rule })
	if i < 0 {
		t.Fatalf("no clock %s among %d", rule, len(clocks))
	}
	return clocks[i]
}

func TestAComplaintsClocksFollowWhatHappened(t *testing.T) {
	t.Parallel()
	h := newHistory(t, complaint("c1", "2020-12-24 15:00")).
		add("2020-12-31 16:00", Moved{Event: "acknowledged"}).
		add("2020-12-31 16:05", DateAgreed{Rule: "complaint-response", To: day("2021-02-12")}).
		add("2021-02-10 10:00", DateAgreed{Rule: "complaint-response", To: day("2021-03-05"), Because: "records late"}).
		add("2021-03-08 10:00", Moved{Event: "responded", On: day("2021-03-05")})
	now := when("2021-03-09 10:00")
	if got := clockOf(t, h.signal, "complaint-acknowledge").StateAt(now); got != calendar.ClockStoppedMet { // R-CMP-5
		t.Errorf("acknowledged on the third working day: %s", got)
	}
	response := clockOf(t, h.signal, "complaint-response")
	if response.StateAt(now) != calendar.ClockStoppedMet || response.Missed(now) != 0 || len(response.Changes) != 1 {
		t.Errorf("responded on the changed date: %s", response.StateAt(now))
	}
	longStop := clockOf(t, h.signal, "complaint-long-stop") // R-CMP-7
	if longStop.DueDate != day("2021-06-24") || longStop.StateAt(now) != calendar.ClockStoppedMet {
		t.Errorf("six months from receipt: %s, %s", longStop.DueDate, longStop.StateAt(now))
	}
	limit := clockOf(t, h.signal, "complaint-time-limit") // R-CMP-4
	if limit.StateAt(now) != calendar.ClockStoppedMet {
		t.Errorf("received three days after the event: %s", limit.StateAt(now))
	}
	if got := clockOf(t, h.signal, "signal-triage").StateAt(now); got != calendar.ClockOverdue { // R-SOFT-2
		t.Errorf("never triaged: %s", got)
	}
}

func TestAnUndoneMoveStartsItsClockAgain(t *testing.T) {
	t.Parallel()
	h := newHistory(t, complaint("c1", "2024-03-11 10:00")).
		add("2024-03-12 10:00", Moved{Event: "acknowledged"}).
		add("2024-03-12 10:10", Undone{Number: 2, Because: "another complaint"})
	if got := clockOf(t, h.signal, "complaint-acknowledge").StateAt(when("2024-03-20 10:00")); got != calendar.ClockOverdue {
		t.Errorf("got %s", got)
	}
}

func TestOtherKindsRunTheirOwnClocks(t *testing.T) {
	t.Parallel()
	all := valid()
	for _, c := range []struct {
		kind Kind
		rule calendar.ClockRuleID
		due  string
	}{
		{KindSeriousIncident, "sif-final-report", "2024-08-05"},
		{KindCandour, "candour-tell", "2024-05-24"},
		{KindLearningResponse, "learning-response", "2024-07-29"},
		{KindLearningResponse, "psii-limit", "2024-11-10"},
		{KindCoronerReport, "coroner-reply", "2024-07-05"},
		{KindHealthwatch, "healthwatch-reply", "2024-06-10"},
		{KindClinicianConcern, "clinician-concern-answer", "2024-05-17"},
		{KindVisit, "visit-report", "2024-05-24"},
	} {
		s := newHistory(t, all[c.kind]).signal
		if got := clockOf(t, s, c.rule); got.DueDate != day(c.due) {
			t.Errorf("%s: %s is due %s, expected %s", c.kind, c.rule, got.DueDate, c.due)
		}
	}
}

// Serious Incident Framework 2015: a returned report is submitted again and reviewed again.
func TestAReturnedReportStartsASecondReview(t *testing.T) {
	t.Parallel()
	si := valid()[KindSeriousIncident]
	h := newHistory(t, si).
		add("2024-05-10 15:00", Moved{Event: "reported"}).
		add("2024-05-13 10:00", Moved{Event: "investigation started"}).
		add("2024-07-01 10:00", Moved{Event: "report submitted"}).
		add("2024-07-02 10:00", Moved{Event: "commissioner review started"}).
		add("2024-07-10 10:00", Moved{Event: "further information asked"}).
		add("2024-08-05 10:00", Moved{Event: "report submitted"})
	clocks, problems := h.signal.Clocks(mustBook(t))
	var due []string
	for _, c := range clocks {
		if c.Rule == "sif-commissioner-review" {
			due = append(due, c.DueDate.String()+" "+string(c.StateAt(when("2024-08-06 10:00"))))
		}
	}
	if len(problems) > 0 || !slices.Equal(due, []string{"2024-07-21 stopped_met", "2024-08-25 running"}) {
		t.Errorf("got %v, %v", due, problems)
	}
}

func TestAMoveThatAFieldAlsoStatesIsOneHappening(t *testing.T) {
	t.Parallel()
	visit := valid()[KindVisit] // ended at 11:00 by its own field
	h := newHistory(t, visit).
		add("2024-05-10 18:00", Moved{Event: "visit ended"}).
		add("2024-05-10 18:01", Moved{Event: "verbal feedback given", At: when("2024-05-10 11:30")})
	clocks, _ := h.signal.Clocks(mustBook(t))
	n := 0
	for _, c := range clocks {
		if c.Rule == "visit-verbal-feedback" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("one visit has %d clocks of verbal feedback", n)
	}
}

func TestAnAcknowledgementOnTheDayOfReceiptStopsTheOnlyClock(t *testing.T) {
	t.Parallel()
	h := newHistory(t, complaint("c1", "2024-03-11 10:00")).add("2024-03-12 10:00", Moved{Event: "acknowledged", On: day("2024-03-11")})
	clocks, problems := h.signal.Clocks(mustBook(t))
	var states []calendar.ClockState
	for _, c := range clocks {
		if c.Rule == "complaint-acknowledge" {
			states = append(states, c.StateAt(when("2024-04-01 10:00")))
		}
	}
	if len(problems) > 0 || !slices.Equal(states, []calendar.ClockState{calendar.ClockStoppedMet}) {
		t.Errorf("got %v, %v", states, problems)
	}
}

func goodStepIn() StepIn {
	return StepIn{
		Grounds: []Ground{GroundDateMissedTwice}, Reason: "Two dates passed without a word.", Consent: ConsentToShare, AskedOn: day("2024-05-28"), ConsentOn: day("2024-06-01"),
		DecidedBy: "Complaints manager", Step: StepKeepDate, Asked: "A response by 20 June.",
	}
}

// Francis 133 (docs/rules.md, stepping in).
func TestAStepInCannotBeSubmittedWithoutConsentStateAndReason(t *testing.T) {
	t.Parallel()
	tax, now := mustTaxonomies(t), day("2024-06-10")
	good := goodStepIn()
	if err := good.Validate(tax, now).Err(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		field string
		spoil func(*StepIn)
	}{
		{"no consent state", "consent", func(i *StepIn) { i.Consent = "" }},
		{"not asked", "consent", func(i *StepIn) { i.Consent = ConsentNotAsked }},
		{"asked and not answered", "consent", func(i *StepIn) { i.Consent = ConsentAsked }},
		{"no day of consent", "consent_on", func(i *StepIn) { i.ConsentOn = 0 }},
		{"no day of the question", "asked_on", func(i *StepIn) { i.AskedOn = 0 }},
		{"an answer before the question", "consent_on", func(i *StepIn) { i.AskedOn = day("2024-06-02") }},
		{"a future day of consent", "consent_on", func(i *StepIn) { i.ConsentOn = now + 1 }},
		{"no reason", "reason", func(i *StepIn) { i.Reason = "\n" }},
		{"no ground", "grounds", func(i *StepIn) { i.Grounds = nil }},
		{"an unknown ground", "grounds", func(i *StepIn) { i.Grounds = []Ground{"dislike"} }},
		{"nobody decided", "decided_by", func(i *StepIn) { i.DecidedBy = "" }},
		{"nothing asked", "asked", func(i *StepIn) { i.Asked = "" }},
		{"no step", "step", func(i *StepIn) { i.Step = "" }},
		{"taking over without agreement", "consent", func(i *StepIn) { i.Step = StepOfferToHandle }},
		{"asking about the complaint when consent is refused", "step", func(i *StepIn) { i.Consent = ConsentRefused }},
	} {
		in := goodStepIn()
		c.spoil(&in)
		if errs := in.Validate(tax, now); !has(errs, c.field) {
			t.Errorf("%s: expected an error at %s, got %v", c.name, c.field, errs)
		}
	}
	refused := goodStepIn()
	refused.Consent, refused.Step = ConsentRefused, StepRaiseAtMeeting
	if err := refused.Validate(tax, now).Err(); err != nil {
		t.Errorf("a theme may be raised without the details: %v", err)
	}
}

func TestAStepInIsRecordedWithReplyAndResult(t *testing.T) {
	t.Parallel()
	h := newHistory(t, complaint("c1", "2024-03-11 10:00")).add("2024-03-12 10:00", Moved{Event: "acknowledged"})
	unready := goodStepIn()
	unready.Consent = ConsentAsked
	h.refuses("2024-06-10 10:00", SteppedIn{StepIn: unready})
	h.add("2024-06-10 10:00", SteppedIn{StepIn: goodStepIn()}).
		add("2024-06-12 10:00", StepInReplied{Index: 0, Reply: "Will answer by 20 June.", RepliedOn: day("2024-06-12")}).
		add("2024-06-21 10:00", StepInReplied{Index: 0, Result: "Answered on 20 June."})
	in := h.signal.Triage.StepIns[0]
	if in.Reply == "" || in.Result == "" || !in.At.Equal(when("2024-06-10 10:00")) {
		t.Errorf("got %+v", in)
	}
	h.refuses("2024-06-21 10:00", StepInReplied{Index: 1, Result: "x"})
	h.add("2024-06-22 10:00", Moved{Event: "responded"})
	offer := goodStepIn()
	offer.Step, offer.Consent = StepOfferToHandle, ConsentToHandle
	h.refuses("2024-06-23 10:00", SteppedIn{StepIn: offer}) // R-CMP-2: after the final response, the Ombudsman
}

func TestGroundsAreReadOffTheRecord(t *testing.T) {
	t.Parallel()
	book := mustBook(t)
	h := newHistory(t, complaint("c1", "2024-01-10 10:00")).
		add("2024-01-11 10:00", Moved{Event: "acknowledged"}).
		add("2024-01-11 10:01", DateAgreed{Rule: "complaint-response", To: day("2024-02-07")}).
		add("2024-02-12 10:00", DateAgreed{Rule: "complaint-response", To: day("2024-03-01"), Because: "leave"})
	if got := groundsOf(h.signal, book, 1, when("2024-02-20 10:00")); got != nil {
		t.Errorf("one date missed: %v", got)
	}
	if got := groundsOf(h.signal, book, 3, when("2024-03-05 10:00")); !slices.Equal(got, []Ground{GroundDateMissedTwice, GroundSameTheme}) {
		t.Errorf("two dates missed and three of a theme: %v", got)
	}
	if got := groundsOf(h.signal, book, 0, when("2024-07-11 10:00")); !slices.Contains(got, GroundOverSixMonths) {
		t.Errorf("six months and a day: %v", got)
	}
	grave := complaint("c2", "2024-01-10 10:00")
	grave.Complaint.SeriousHarm = true
	g := newHistory(t, grave).add("2024-01-11 10:00", Moved{Event: "acknowledged"})
	if got := groundsOf(g.signal, book, 0, when("2024-02-20 10:00")); !slices.Equal(got, []Ground{GroundUninvestigated}) {
		t.Errorf("serious harm: %v", got)
	}
	g.add("2024-02-21 10:00", Linked{Link: Link{LinkIncident, "IN-2024-9"}})
	if got := groundsOf(g.signal, book, 0, when("2024-02-22 10:00")); got != nil {
		t.Errorf("serious harm with its incident: %v", got)
	}
	h.add("2024-07-12 10:00", Moved{Event: "responded"})
	if got := groundsOf(h.signal, book, 3, when("2024-07-12 11:00")); got != nil {
		t.Errorf("answered: %v", got)
	}
}

func groundsOf(s Signal, book *calendar.Rulebook, sameTheme int, now time.Time) (out []Ground) {
	for _, g := range s.Grounds(book, sameTheme, DefaultSettings().SameTheme, now) {
		out = append(out, g.Ground)
	}
	return out
}
