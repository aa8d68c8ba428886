package alert

import (
	"fmt"
	"slices"
	"time"

	"candour/internal/access"
	"candour/internal/concern"
	"candour/internal/fault"
	"candour/internal/org"
)

// Ref names an alert within its commissioner: "A-2026-12", the twelfth of 2026.
type Ref string

// NewRef is the reference of the nth alert of a year.
func NewRef(year, n int) Ref { return Ref(fmt.Sprintf("A-%d-%d", year, n)) }

// Parts are the year and number within it; ok is false for what is no reference.
func (r Ref) Parts() (year, n int, ok bool) {
	_, err := fmt.Sscanf(string(r), "A-%d-%d", &year, &n)
	return year, n, err == nil && year > 0 && n > 0 && NewRef(year, n) == r
}

// State is where an alert stands.
type State string

// The states, in the order in which an alert goes through them.
const (
	Raised       State = "raised"       // by the watch; nobody has taken note
	Acknowledged State = "acknowledged" // somebody has, and nobody owns it
	Assigned     State = "assigned"     // somebody owns it
	Closed       State = "closed"       // with an outcome and a because
)

// States is every state in order.
var States = []State{Raised, Acknowledged, Assigned, Closed}

// Level is who is asked to look at an alert. It rises while nobody opens it.
type Level int

// The levels.
const (
	Leads     Level = 1 // quality leads
	Reviewers Level = 2 // clinical reviewers (the medical director) too
	Board     Level = 3 // board members too; the highest
)

// Words is who is asked.
func (l Level) Words() string {
	switch l {
	case Leads:
		return "quality leads"
	case Reviewers:
		return "quality leads and clinical reviewers"
	}
	return "quality leads, clinical reviewers and the board"
}

// Roles is the roles that are asked at the level.
func (l Level) Roles() []access.Role {
	return []access.Role{access.QualityLead, access.ClinicalReviewer, access.BoardMember}[:min(max(int(l), 1), 3)]
}

// Newly is the roles that are asked at the level and were not at the one below; none at
// the first, to which no alert goes up.
func (l Level) Newly() []access.Role { return l.Roles()[len((l - 1).Roles()):] }

// Outcomes are what an alert can be closed with, in the order of forms.
var Outcomes = []concern.Outcome{concern.RealConcern, concern.DataQuality, concern.Chance, concern.AlreadyKnown, concern.NoConcern}

// Brief is the figures of a judgement that crossed the threshold.
type Brief struct {
	concern.Alert
	Points int          `json:"points"`
	Word   concern.Word `json:"word"`
}

// Alert is one alert as it stands.
type Alert struct {
	Ref      Ref       `json:"ref"`
	Tenant   org.Code  `json:"tenant"` // the commissioner whose alert it is
	Provider org.Code  `json:"provider"`
	Raised   time.Time `json:"raised"`
	First    Brief     `json:"first"` // the judgement that raised it
	Now      Brief     `json:"now"`   // the newest judgement added to it; First until one is

	State        State            `json:"state"`
	Level        Level            `json:"level"`
	Climbed      time.Time        `json:"climbed"`               // when it came to its level
	Acknowledged time.Time        `json:"acknowledged,omitzero"` // when it last was; zero for not
	Owner        access.AccountID `json:"owner,omitempty"`       // whose task it is; kept when it is closed
	Outcome      concern.Outcome  `json:"outcome,omitempty"`
	Because      string           `json:"because,omitempty"` // of the outcome
	Ended        time.Time        `json:"ended,omitzero"`    // when it was closed; zero while it is open
	Version      int              `json:"version"`           // entries so far: 1 when raised

	// Opened is when somebody was first shown the alert's own page; zero for never.
	// It comes from the record of first sights, not from the alert's entries.
	Opened time.Time `json:"-"`
}

// New is an alert as it is raised.
func New(ref Ref, tenant org.Code, b Brief, at time.Time) Alert {
	return Alert{
		Ref: ref, Tenant: tenant, Provider: org.Code(b.Provider), Raised: at, First: b, Now: b,
		State: Raised, Level: Leads, Climbed: at, Version: 1,
	}
}

// About is the provider of which the newest judgement is: the one of which the alert
// was raised, or what that has become since.
func (a *Alert) About() org.Code {
	if a.Now.Provider != "" {
		return org.Code(a.Now.Provider)
	}
	return a.Provider
}

// Open reports whether the alert is still a task.
func (a *Alert) Open() bool { return a.State != Closed }

// Act is what a step does.
type Act string

// The acts. Return undoes an assignment or an acknowledgement, Reopen a closing,
// Lower an escalation; what was added stays, since it only says what was seen.
const (
	Acknowledge Act = "acknowledged"
	Assign      Act = "assigned"
	Return      Act = "given back"
	Close       Act = "closed"
	Reopen      Act = "reopened"
	Escalate    Act = "escalated" // by the watch alone
	Lower       Act = "lowered"
	Add         Act = "added to" // by the watch alone: a newer judgement above the threshold
)

// Human reports whether the act is a person's; the others are the watch's.
func (a Act) Human() bool { return a != Escalate && a != Add }

// Step is one entry about an alert after it was raised.
type Step struct {
	Ref     Ref              `json:"ref"`
	Number  int              `json:"number"` // of the entry: the alert's version once it is done
	Act     Act              `json:"act"`
	Role    access.Role      `json:"role,omitempty"` // in which a person did it
	To      access.AccountID `json:"to,omitempty"`   // whose it becomes
	Outcome concern.Outcome  `json:"outcome,omitempty"`
	Because string           `json:"because,omitempty"`
	Level   Level            `json:"level,omitempty"`
	Brief   *Brief           `json:"brief,omitempty"`
}

// LongestBecause bounds a because, in bytes.
const LongestBecause = 2000

// Apply does a step at a moment. A step that does not follow from where the alert
// stands is refused and changes nothing.
func (a *Alert) Apply(s Step, at time.Time) error {
	if s.Ref != a.Ref || s.Number != a.Version+1 {
		return fault.New(fault.Conflict, "somebody else has changed %s since you opened it; look at it again before you change it", a.Ref)
	}
	if len(s.Because) > LongestBecause {
		return fault.New(fault.Invalid, "write the because in at most %d characters", LongestBecause)
	}
	next := *a
	next.Version++
	if err := next.move(s, at); err != nil {
		return err
	}
	*a = next
	return nil
}

func (a *Alert) move(s Step, at time.Time) error {
	switch s.Act {
	case Acknowledge:
		return a.acknowledge(at)
	case Assign:
		return a.assign(s, at)
	case Return:
		return a.giveBack(s)
	case Close:
		return a.close(s, at)
	case Reopen:
		return a.reopen(s)
	case Escalate:
		if !a.Open() || s.Level <= a.Level || s.Level > Board {
			return fault.New(fault.Conflict, "%s can't go up to level %d", a.Ref, s.Level)
		}
		a.Level, a.Climbed = s.Level, at
	case Lower:
		if !a.Open() || a.Level == Leads {
			return fault.New(fault.Conflict, "%s is not at a level from which it can be lowered", a.Ref)
		}
		if s.Because == "" {
			return fault.New(fault.Invalid, "say because of what fewer people need to look")
		}
		a.Level, a.Climbed = Leads, at
	case Add:
		if !a.Open() || s.Brief == nil {
			return fault.New(fault.Conflict, "nothing can be added to %s", a.Ref)
		}
		a.Now = *s.Brief
	default:
		return fault.New(fault.Invalid, "an alert can't be %q", s.Act)
	}
	return nil
}

func (a *Alert) acknowledge(at time.Time) error {
	if a.State != Raised {
		return fault.New(fault.Conflict, "%s is %s already", a.Ref, a.State)
	}
	a.State, a.Acknowledged = Acknowledged, at
	return nil
}

// assign gives the alert to somebody; one that was only raised is acknowledged by it.
func (a *Alert) assign(s Step, at time.Time) error {
	switch {
	case !a.Open():
		return fault.New(fault.Conflict, "%s is closed; reopen it before it is given to somebody", a.Ref)
	case s.To == "":
		return fault.New(fault.Invalid, "choose to whom the alert is given")
	case s.To == a.Owner:
		return fault.New(fault.Invalid, "the alert is theirs already")
	}
	if a.State == Raised {
		a.Acknowledged = at
	}
	a.State, a.Owner = Assigned, s.To
	return nil
}

// giveBack takes the alert one state back.
func (a *Alert) giveBack(s Step) error {
	if s.Because == "" {
		return fault.New(fault.Invalid, "say because of what the alert is given back")
	}
	switch a.State {
	case Assigned:
		a.State, a.Owner = Acknowledged, ""
	case Acknowledged:
		a.State, a.Acknowledged = Raised, time.Time{}
	default:
		return fault.New(fault.Conflict, "%s is %s: there is nothing to give back", a.Ref, a.State)
	}
	return nil
}

func (a *Alert) close(s Step, at time.Time) error {
	switch {
	case !a.Open():
		return fault.New(fault.Conflict, "%s is closed already", a.Ref)
	case !slices.Contains(Outcomes, s.Outcome):
		return fault.New(fault.Invalid, "choose what the alert turned out to be")
	case s.Because == "":
		return fault.New(fault.Invalid, "say because of what you close it so")
	}
	a.State, a.Outcome, a.Because, a.Ended = Closed, s.Outcome, s.Because, at
	return nil
}

// reopen takes a closing back: the alert is again what it was.
func (a *Alert) reopen(s Step) error {
	if a.Open() {
		return fault.New(fault.Conflict, "%s is not closed", a.Ref)
	}
	if s.Because == "" {
		return fault.New(fault.Invalid, "say because of what you reopen it")
	}
	switch {
	case a.Owner != "":
		a.State = Assigned
	case !a.Acknowledged.IsZero():
		a.State = Acknowledged
	default:
		a.State = Raised
	}
	a.Outcome, a.Because, a.Ended = "", "", time.Time{}
	return nil
}
