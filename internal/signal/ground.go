package signal

import (
	"fmt"
	"slices"
	"time"

	"candour/internal/calendar"
)

// GroundShown is a ground to step in that the record itself shows, with the rule
// behind it and why it holds, in words and figures.
type GroundShown struct {
	Ground  Ground
	Rule    string // "Complaints Regulations, reg. 14"; empty where there is none
	Because string
}

// judgedGrounds are the grounds to step in (docs/rules.md) that no record can show: somebody
// must judge them.
var judgedGrounds = []Ground{GroundConflict, GroundNotInvolved, GroundContradicted}

// JudgedGrounds is the grounds which a person must judge.
func JudgedGrounds() []Ground { return slices.Clone(judgedGrounds) }

// dayWords is a day as reasons tell it.
func dayWords(d calendar.Date) string { return d.Begins().In(calendar.London).Format("2 Jan 2006") }

// Grounds is the grounds to step in (docs/rules.md) which the record itself shows
// at now: dates missed twice, six months passed, serious harm without an
// investigation, and the theme shared by sameTheme complaints of the provider. It
// is nil for anything but an open complaint.
func (s *Signal) Grounds(book *calendar.Rulebook, sameTheme int, settings SameThemeSettings, now time.Time) []GroundShown {
	if !s.OpenComplaint() {
		return nil
	}
	var grounds []GroundShown
	clocks, _ := s.Clocks(book)
	for _, c := range clocks {
		switch missed := c.Missed(now); {
		case c.Rule == agreedResponseRule && missed >= datesMissedAtLeast:
			grounds = append(grounds, GroundShown{
				GroundDateMissedTwice, c.Cites, fmt.Sprintf("%d agreed dates have passed without a response, the last on %s", missed, lastMissed(c, now)),
			})
		case c.Rule == longStopRule && sixMonthsPassed(c, now):
			grounds = append(grounds, GroundShown{
				GroundOverSixMonths, c.Cites, "it was received on " + dayWords(calendar.DateOf(s.Received)) + " and the six months ended on " + dayWords(c.DueDate),
			})
		}
	}
	if s.Complaint.AskForIncident() && !s.investigated() {
		grounds = append(grounds, GroundShown{GroundUninvestigated, "Francis recommendation 114", s.harmWords() + ", and neither an investigation nor a linked incident is recorded"})
	}
	if sameTheme >= settings.Complaints {
		grounds = append(grounds, GroundShown{
			GroundSameTheme, "", fmt.Sprintf("%d complaints about this provider on the same theme were received in %d days; %d are enough", sameTheme, settings.Days, settings.Complaints),
		})
	}
	return grounds
}

// OpenComplaint reports whether the signal is a complaint that still waits for its
// response.
func (s *Signal) OpenComplaint() bool {
	return s.Complaint != nil && s.Triage.Withdrawn == "" && !s.Kind.Closed(s.Triage.State) && s.Triage.State != "responded" && s.Triage.State != "ombudsman"
}

// investigated reports whether anything in the record says that what happened was
// looked into.
func (s *Signal) investigated() bool {
	return s.Complaint.InvestigatedBy != "" || slices.ContainsFunc(s.Triage.Links, func(l Link) bool { return l.Kind == LinkIncident }) ||
		slices.ContainsFunc(s.Triage.Happenings, func(h Happening) bool { return h.Event == investigationOfHarmful })
}

// harmWords is what makes the harm of a complaint serious.
func (s *Signal) harmWords() string {
	switch c := s.Complaint; {
	case c.SeriousHarm:
		return "serious harm is recorded"
	case c.HCATHarm >= 3:
		return fmt.Sprintf("the harm stated is %d on the HCAT scale of 0 to 5", c.HCATHarm)
	}
	return "a problem of HCAT severity 3 (high) is recorded"
}

// lastMissed is the last due day that had passed at now.
func lastMissed(c calendar.Clock, now time.Time) string {
	last := c.DueDate
	for _, change := range c.Changes {
		if !now.Before(change.Due) && change.To > last {
			last = change.To
		}
	}
	return dayWords(last)
}

// sixMonthsPassed reports whether the six months themselves have passed, whatever
// longer period was agreed.
func sixMonthsPassed(c calendar.Clock, now time.Time) bool {
	return c.Stopped.IsZero() && !now.Before(c.Due)
}
