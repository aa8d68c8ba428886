package signal

import (
	"slices"
	"time"

	"candour/internal/calendar"
)

// Clocks is every clock of the signal, worked out from its happenings and the
// rules for its kind: a clock starts at the first happening which the rule names
// as its start, and stops at the first later one that the rule names as its stop.
// A start after the stop begins another clock: a report that was returned and is
// submitted again is to be reviewed again. Rules of the installation run by the
// same words. A clock that can't be made (a rule not in force on that day, or a day
// outside the holiday table) is told in the second result and never left out
// silently.
func (s *Signal) Clocks(book *calendar.Rulebook) ([]calendar.Clock, []error) {
	var clocks []calendar.Clock
	var problems []error
	happenings := s.Happenings()
	for _, rule := range book.For(string(s.Kind)) {
		for rest := happenings; ; {
			clock, next, err := s.clock(book, rule, rest)
			if err != nil {
				problems = append(problems, err)
			} else if clock != nil {
				clocks = append(clocks, *clock)
			}
			if next == nil {
				break
			}
			rest = next
		}
	}
	return clocks, problems
}

// Happenings is everything that may start or stop a clock, in time order: the
// receipt, what the fields of the kind say, and what was recorded since. The first
// move that a field also states is the same happening and stands once.
func (s *Signal) Happenings() []Happening {
	h := s.fieldHappenings()
	stated := map[string]bool{}
	for _, f := range h {
		stated[f.Event] = true
	}
	for _, t := range s.Triage.Happenings {
		if stated[t.Event] {
			stated[t.Event] = false
			continue
		}
		h = append(h, t)
	}
	if s.Complaint != nil && s.Complaint.ReceivedBy == "provider" {
		// The provider has it: consent starts no clock for sending it there (R-CMP-3).
		h = slices.DeleteFunc(h, func(x Happening) bool { return x.Event == "consent given" })
	}
	if l := s.LearningResponse; l != nil && l.Type == TypePSII {
		if i := slices.IndexFunc(h, func(x Happening) bool { return x.Event == "started" }); i >= 0 {
			h = append(h, Happening{"PSII started", h[i].At})
		}
	}
	slices.SortStableFunc(h, func(a, b Happening) int { return a.At.Compare(b.At) })
	return h
}

// fieldHappenings reads the dates of the signal's own fields as happenings.
func (s *Signal) fieldHappenings() []Happening {
	h := []Happening{{"received", s.Received}}
	day := func(event string, d calendar.Date) {
		if !d.IsZero() {
			h = append(h, Happening{event, d.Begins()})
		}
	}
	if s.Urgent {
		h = append(h, Happening{"received as urgent", s.Received})
	}
	if c := s.Complaint; c != nil {
		if c.Oral {
			h = append(h, Happening{"received orally", s.Received})
		}
		day("event or notice of it", max(s.Occurred.Date, c.NoticeDate))
		given := slices.ContainsFunc(s.Triage.Happenings, func(h Happening) bool { return h.Event == "consent given" })
		if c.Consent.MayShare() && !given { // given with the complaint itself
			day("consent given", c.ConsentOn)
		}
	}
	if i := s.SeriousIncident; i != nil {
		day("identified as serious", i.IdentifiedOn)
		day("reported", i.ReportedOn)
		day("independent investigation commissioned", i.Commissioned)
	}
	if l := s.LearningResponse; l != nil {
		day("started", l.Started)
	}
	if c := s.Candour; c != nil {
		day("incident reported", c.ReportedOn)
		day("report agreed", c.ReportAgreed)
	}
	if c := s.CoronerReport; c != nil {
		day("report sent", c.SentOn)
		day("reply sent", c.RepliedOn)
	}
	if x := s.Safeguarding; x != nil {
		day("referred", x.ReferredOn)
		if x.SafeNow == "no" {
			h = append(h, Happening{"person not safe", s.Received})
		}
		day("outcome received", x.OutcomeOn)
	}
	if i := s.Incident; i != nil {
		day("safety check shared", i.SafetyCheckOn)
		if i.MOSS {
			h = append(h, Happening{"signal received", s.Received})
		}
	}
	if r := s.RegulatorAction; r != nil && r.MOSSSignal != "" {
		h = append(h, Happening{"signal received", s.Received})
	}
	if v := s.Visit; v != nil {
		if !v.Ended.IsZero() {
			h = append(h, Happening{"visit ended", v.Ended})
		}
		if !v.ImmediateAt.IsZero() {
			h = append(h, Happening{"immediate concern found", v.ImmediateAt})
		}
	}
	return h
}

// clock makes the next clock of one rule, nil when there is none, and gives the
// happenings after its stop, nil when no further clock can follow.
func (s *Signal) clock(book *calendar.Rulebook, rule *calendar.ClockRule, happenings []Happening) (*calendar.Clock, []Happening, error) {
	dates := s.agreedFor(rule.ID)
	if rule.Starts == "date agreed" {
		start, due, ok := s.agreedStart(rule.ID, dates)
		if !ok {
			return nil, nil, nil
		}
		if len(dates) > 0 {
			dates = dates[1:]
		}
		clock, err := book.StartAgreed(rule.ID, start, due)
		if err != nil {
			return nil, nil, err
		}
		clock, _, err = s.runOn(book, clock, happenings, dates)
		return &clock, nil, err
	}
	i := slices.IndexFunc(happenings, func(h Happening) bool { return h.Event == rule.Starts })
	if i < 0 {
		return nil, nil, nil
	}
	clock, err := book.Start(rule.ID, happenings[i].At)
	if err != nil {
		return nil, happenings[i+1:], err
	}
	clock, stop, err := s.runOn(book, clock, happenings, dates)
	if err != nil || stop < 0 {
		return &clock, nil, err
	}
	// A stop known by its day only may stand before its start: go on after both.
	return &clock, happenings[max(i, stop)+1:], nil
}

// agreedStart is when and to what day a date was first agreed: by DateAgreed, or
// by the field of a learning response.
func (s *Signal) agreedStart(rule calendar.ClockRuleID, dates []AgreedDate) (time.Time, calendar.Date, bool) {
	if len(dates) > 0 {
		return dates[0].Recorded, dates[0].To, true
	}
	if l := s.LearningResponse; l != nil && rule == "learning-response" && !l.AgreedFinish.IsZero() {
		start := s.Received
		if !l.Started.IsZero() && l.Started <= l.AgreedFinish {
			start = l.Started.Begins()
		}
		return start, l.AgreedFinish, true
	}
	return time.Time{}, 0, false
}

// runOn replays changes of the date and the stop in the order of time, and gives
// the place of the stop among the happenings, −1 while the clock runs.
func (s *Signal) runOn(book *calendar.Rulebook, clock calendar.Clock, happenings []Happening, dates []AgreedDate) (calendar.Clock, int, error) {
	stop := slices.IndexFunc(happenings, func(h Happening) bool {
		// Of a step that is known by its day only it isn't told that it came before: what is
		// known by its instant, such as an answer that the practice then says resolves nothing, is.
		sameDay := calendar.DateOf(h.At) == calendar.DateOf(clock.Start) && h.At.Equal(calendar.DateOf(h.At).Begins())
		return slices.Contains(clock.Stops, h.Event) && (!h.At.Before(clock.Start) || sameDay)
	})
	var err error
	for _, d := range dates {
		if d.Recorded.Before(clock.Start) {
			continue // of an earlier clock of the same rule
		}
		if stop >= 0 && d.Recorded.After(happenings[stop].At) {
			break
		}
		if clock, err = clock.Change(book.Calendar(), d.To, d.Because, d.By, d.Recorded); err != nil {
			return clock, -1, err
		}
	}
	if stop >= 0 {
		clock, err = clock.Stop(happenings[stop].Event, happenings[stop].At)
	}
	return clock, stop, err
}

func (s *Signal) agreedFor(rule calendar.ClockRuleID) []AgreedDate {
	var dates []AgreedDate
	for _, d := range s.Triage.Agreed {
		if d.Rule == rule {
			dates = append(dates, d)
		}
	}
	return dates
}
