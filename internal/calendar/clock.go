package calendar

import (
	"slices"
	"strings"
	"time"

	"candour/internal/fault"
)

// A Clock is one time limit running on one thing: a complaint to be acknowledged,
// an investigation to be finished, a notice to be answered. It is made by a
// ClockRule of definitions/clocks and carries everything that a reader needs to
// check it by hand: when it started and why, the rule with its number, the day
// and instant at which it is due, what stops it, and each change of the date with
// its reason.
//
// A clock has no state of its own. StateAt works it out for an instant from what
// was recorded up to then, so that a page as of a past date shows what the team
// saw on that date.
//
// Counting, by an example that can be checked on a wall calendar: a complaint is
// received on Thursday 24 December 2020 at 15:00. R-CMP-5 gives 3 working days
// after the day received. Christmas Day is Friday, the substitute for Boxing Day
// Monday 28; so the days counted are Tuesday 29, Wednesday 30 and Thursday 31
// December. The due date is 31 December, the due instant its last moment, written
// as the beginning of 1 January 2021 in London. An acknowledgement before that
// instant is in time, at that instant or after it is late.
type Clock struct {
	Rule      ClockRuleID `json:"rule"`
	Name      string      `json:"name"`            // what is to be done: "Acknowledge the complaint"
	Cites     string      `json:"cites"`           // regulation or clause: "Complaints Regulations, reg. 13"; empty for some local targets
	Local     bool        `json:"local,omitempty"` // a local target, no law or contract behind it
	Owed      string      `json:"owed,omitempty"`  // OwedByProvider where the step is the provider's
	StartedBy string      `json:"started_by"`      // event that started it, in words
	Start     time.Time   `json:"start"`
	Length    int         `json:"length"`            // 0 with Agreed: the date was agreed, not counted
	Unit      ClockUnit   `json:"unit"`              // what Length counts
	Agreed    bool        `json:"agreed,omitempty"`  // the due date is agreed with a person
	Sense     ClockSense  `json:"sense"`             // deadline, or earliest moment
	DueDate   Date        `json:"due_date"`          // as first set; DueAt allows for changes
	Due       time.Time   `json:"due"`               // first instant that is too late (or, for an opening, early enough)
	Warn      time.Time   `json:"warn"`              // from here on it is due soon; zero: never warned
	StoppedBy string      `json:"stopped_by"`        // event that stopped it, empty while it runs
	Stopped   time.Time   `json:"stopped"`           // zero while it runs
	Stops     []string    `json:"stops"`             // events which can stop it, in words
	Extend    ClockExtend `json:"extend"`            // whether and when the date may be changed
	Changes   []DueChange `json:"changes,omitempty"` // in order of recording
	WarnSpan  ClockSpan   `json:"warn_span"`         // how long before the due day Warn lies
	ByTime    string      `json:"by_time,omitempty"` // "17:00": time on the due day; empty: its end
}

// Basis is what the clock rests on, as readers are told: "Complaints Regulations 2009,
// reg. 13", "protocol of visits, our own target", "our own target".
func (c Clock) Basis() string { return basis(c.Cites, c.Local) }

// Span is how long the clock gives, in words: "3 working days", "the same day", "date
// agreed".
func (c Clock) Span() string {
	switch {
	case c.Agreed:
		return "date agreed"
	case c.Length == 0:
		return "the same day"
	}
	return c.Unit.Words(c.Length)
}

func basis(cites string, local bool) string {
	switch {
	case !local:
		return cites
	case cites == "":
		return "our own target"
	}
	return cites + ", our own target"
}

// DueChange is a change of a clock's due date: by whom, when, and why.
type DueChange struct {
	To       Date      `json:"to"`
	Due      time.Time `json:"due"`
	Warn     time.Time `json:"warn"`
	Because  string    `json:"because"`
	By       string    `json:"by"`
	Recorded time.Time `json:"recorded"`
}

// ClockState is where a clock stands at an instant.
type ClockState string

// The states. The last two are for clocks whose sense is Opens.
const (
	ClockNotStarted  ClockState = "not_started"   // asked about an instant before its start
	ClockRunning     ClockState = "running"       // due later than the warning
	ClockDueSoon     ClockState = "due_soon"      // the warning instant has come
	ClockOverdue     ClockState = "overdue"       // the due instant has come and nothing stopped it
	ClockStoppedMet  ClockState = "stopped_met"   // stopped before it was due
	ClockStoppedLate ClockState = "stopped_late"  // stopped at the due instant or later
	ClockOpen        ClockState = "open"          // the step may be taken now
	ClockTooEarly    ClockState = "stopped_early" // the step was taken before it was allowed
)

// Words is the state as users read it.
func (s ClockState) Words() string { return strings.ReplaceAll(string(s), "_", " ") }

// NeedsSomebody reports whether the state asks for action now.
func (s ClockState) NeedsSomebody() bool { return s == ClockDueSoon || s == ClockOverdue }

// dueAt is the date, due instant and warning in force at now: the last change
// recorded by then.
func (c Clock) dueAt(now time.Time) DueChange {
	in := DueChange{To: c.DueDate, Due: c.Due, Warn: c.Warn}
	for _, change := range c.Changes {
		if !change.Recorded.After(now) {
			in = change
		}
	}
	return in
}

// DueAt is the due date and instant as they stood at now.
func (c Clock) DueAt(now time.Time) (Date, time.Time) {
	in := c.dueAt(now)
	return in.To, in.Due
}

// WarnAt is the instant from which the clock is due soon, as it stood at now; zero is
// never.
func (c Clock) WarnAt(now time.Time) time.Time { return c.dueAt(now).Warn }

// StateAt is the clock's state at now, from what was recorded up to now.
func (c Clock) StateAt(now time.Time) ClockState {
	if now.Before(c.Start) {
		return ClockNotStarted
	}
	if !c.Stopped.IsZero() && !c.Stopped.After(now) {
		return c.stoppedState()
	}
	in := c.dueAt(now)
	switch {
	case !now.Before(in.Due) && c.Sense == Opens:
		return ClockOpen
	case !now.Before(in.Due):
		return ClockOverdue
	case !in.Warn.IsZero() && !now.Before(in.Warn):
		return ClockDueSoon
	}
	return ClockRunning
}

func (c Clock) stoppedState() ClockState {
	before := c.Stopped.Before(c.dueAt(c.Stopped).Due)
	switch {
	case before && c.Sense == Opens:
		return ClockTooEarly
	case before || c.Sense == Opens:
		return ClockStoppedMet
	}
	return ClockStoppedLate
}

// Missed counts the due instants that passed by now while the clock ran: the date
// first set and each changed date, as far as it was in force when it passed. Two
// or more is a ground to step in on a complaint (docs/rules.md, stepping in).
func (c Clock) Missed(now time.Time) int {
	if c.Sense == Opens {
		return 0
	}
	end := now
	if !c.Stopped.IsZero() && c.Stopped.Before(end) {
		end = c.Stopped
	}
	missed := 0
	for i := -1; i < len(c.Changes); i++ {
		due := c.Due
		if i >= 0 {
			due = c.Changes[i].Due
		}
		replaced := i+1 < len(c.Changes) && c.Changes[i+1].Recorded.Before(due)
		if !replaced && !end.Before(due) {
			missed++
		}
	}
	return missed
}

// Left is how many days, in the days the clock counts, remain from now to the due
// date in force: negative when it has passed. A clock of months or hours is told
// in calendar days.
func (c Clock) Left(cal *Calendar, now time.Time) (int, error) {
	to, _ := c.DueAt(now)
	return cal.Between(c.Unit.days(), DateOf(now), to)
}

// Stop is the clock stopped at the instant at by the event, one of c.Stops. An
// event known by its day only is given as the beginning of that day; on the day
// of the start itself it counts as the start.
func (c Clock) Stop(event string, at time.Time) (Clock, error) {
	switch {
	case !c.Stopped.IsZero():
		return c, fault.New(fault.Conflict, "the clock %q was stopped already by %q", c.Name, c.StoppedBy)
	case !slices.Contains(c.Stops, event):
		return c, fault.New(fault.Invalid, "%q does not stop the clock %q, expected one of: %s", event, c.Name, strings.Join(c.Stops, ", "))
	case at.Before(c.Start) && DateOf(at) == DateOf(c.Start):
		at = c.Start
	case at.Before(c.Start):
		return c, fault.New(fault.Invalid, "the clock %q started on %s and can't have been stopped on %s", c.Name, DateOf(c.Start), DateOf(at))
	}
	c.Stopped, c.StoppedBy = at, event
	return c, nil
}

// Change is the clock with its due date moved to the date to, recorded at the
// instant recorded by the person by, for a reason. The rule decides whether the
// date may be moved at all and, as R-CMP-7 demands, only before it has passed.
func (c Clock) Change(cal *Calendar, to Date, because, by string, recorded time.Time) (Clock, error) {
	_, due := c.DueAt(recorded)
	switch {
	case !c.Stopped.IsZero():
		return c, fault.New(fault.Conflict, "the clock %q has stopped; its date can't be changed", c.Name)
	case c.Extend == ExtendNever || c.Extend == "":
		return c, fault.New(fault.Invalid, "the date of %q is fixed by %s and can't be changed", c.Name, c.Basis())
	case strings.TrimSpace(because) == "":
		return c, fault.New(fault.Invalid, "a changed date needs a reason")
	case strings.TrimSpace(by) == "":
		return c, fault.New(fault.Invalid, "a changed date needs the person who agreed it")
	case recorded.Before(c.Start):
		return c, fault.New(fault.Invalid, "the change is dated before the start of the clock %q", c.Name)
	case c.Extend == ExtendBeforeDue && !recorded.Before(due):
		return c, fault.New(fault.Invalid, "the date of %q passed on %s; %s allows a later date only when it is agreed before then", c.Name, DateOf(due)-1, c.Basis())
	case to < DateOf(recorded):
		return c, fault.New(fault.Invalid, "%s is before the day of the change, expected a day from %s on", to, DateOf(recorded))
	case len(c.Changes) > 0 && recorded.Before(c.Changes[len(c.Changes)-1].Recorded):
		return c, fault.New(fault.Invalid, "a change of the clock %q is recorded later than this one", c.Name)
	}
	change := DueChange{To: to, Because: because, By: by, Recorded: recorded}
	var err error
	if change.Due, err = dueInstant(to, c.ByTime); err != nil {
		return c, err
	}
	if change.Warn, err = c.WarnSpan.before(cal, to, change.Due); err != nil {
		return c, err
	}
	c.Changes = append(slices.Clip(c.Changes), change)
	return c, nil
}
