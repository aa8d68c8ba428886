package calendar

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"candour/internal/definition"
	"candour/internal/fault"
)

// ClockRuleID names a rule and never changes: "complaint-acknowledge".
type ClockRuleID string

// ClockUnit is what a clock's length counts.
type ClockUnit string

// The units.
const (
	UnitWorkingDays     ClockUnit = "working_days"
	UnitOperationalDays ClockUnit = "operational_days"
	UnitCalendarDays    ClockUnit = "calendar_days"
	UnitUKWorkingDays   ClockUnit = "uk_working_days"
	UnitMonths          ClockUnit = "months" // corresponding date, see Date.AddMonths
	UnitHours           ClockUnit = "hours"  // elapsed hours from the instant of the start
)

var unitDays = map[ClockUnit]DayKind{
	UnitWorkingDays: WorkingDays, UnitOperationalDays: OperationalDays, UnitCalendarDays: CalendarDays,
	UnitUKWorkingDays: UKWorkingDays, UnitMonths: CalendarDays, UnitHours: CalendarDays,
}

// days is the kind of day in which the unit's remaining time is told.
func (u ClockUnit) days() DayKind { return unitDays[u] }

// Words is "3 working days", "1 month".
func (u ClockUnit) Words(n int) string {
	w := strings.ReplaceAll(string(u), "_", " ")
	w = strings.Replace(w, "uk ", "UK ", 1)
	if n == 1 {
		w = strings.TrimSuffix(w, "s")
	}
	return fmt.Sprintf("%d %s", n, w)
}

// ClockSense says whether a clock is a limit or an opening.
type ClockSense string

// The senses.
const (
	Deadline ClockSense = "deadline" // the thing must be done before Due
	Opens    ClockSense = "opens"    // the thing may be done from Due on (GC9 exception reports)
)

// ClockExtend says whether a due date may be changed.
type ClockExtend string

// The ways.
const (
	ExtendNever     ClockExtend = "never"
	ExtendBeforeDue ClockExtend = "before_due" // only while it has not passed (R-CMP-7, SIF extensions)
	ExtendReasoned  ClockExtend = "reasoned"   // at any time with a reason; a passed date counts as missed
)

// ClockSpan is a length of time in a unit; the zero span is none.
type ClockSpan struct {
	Length int       `yaml:"length" json:"length"`
	Unit   ClockUnit `yaml:"unit" json:"unit"`
}

// before is the instant one span before due: for days the beginning of the day so
// many days before date.
func (s ClockSpan) before(cal *Calendar, date Date, due time.Time) (time.Time, error) {
	switch {
	case s.Length == 0:
		return time.Time{}, nil
	case s.Unit == UnitHours:
		return due.Add(-time.Duration(s.Length) * time.Hour), nil
	case s.Unit == UnitMonths:
		return date.AddMonths(-s.Length).Begins(), nil
	}
	day, err := cal.Add(s.Unit.days(), date, -s.Length)
	if err != nil {
		return time.Time{}, err
	}
	return day.Begins(), nil
}

// ClockTerm is what a rule says between two dates. What a later year says is a
// further term, never an edit of an earlier one.
type ClockTerm struct {
	From   string      `yaml:"from"`   // first day on which a clock may start under it
	Until  string      `yaml:"until"`  // last such day; empty: still in force
	Length int         `yaml:"length"` // 0 calendar days: the same day
	Unit   ClockUnit   `yaml:"unit"`   // unit of Length; for an agreed date, the days in which it is told
	Agreed bool        `yaml:"agreed"` // no length: the date is agreed with a person
	By     string      `yaml:"by"`     // "17:00" on the due day; empty: its end
	Warn   ClockSpan   `yaml:"warn"`   // how long before
	Extend ClockExtend `yaml:"extend"` // empty: never
	Note   string      `yaml:"note"`   // doubt or reason, shown with the clock
	from   Date        // From, read
	until  Date        // Until, read; zero: open
}

// OwedByProvider says of a rule or clock that the step is the provider's to take.
const OwedByProvider = "provider"

// ClockRule is one time limit as definitions/clocks states it.
type ClockRule struct {
	ID      ClockRuleID `yaml:"id"`
	Name    string      `yaml:"name"`   // what is to be done
	Cites   string      `yaml:"cites"`  // regulation, framework or clause, as readers are told: "Complaints Regulations, reg. 13"; may be empty for a local target
	Number  string      `yaml:"number"` // rule number, for the documentation: "R-CMP-5"; may be empty
	Source  string      `yaml:"source"` // law, framework or agreement
	Local   bool        `yaml:"local"`  // a setting of the installation, no law behind it
	Owed    string      `yaml:"owed"`   // "provider" where the step is the provider's; empty: ours, unless the thing itself says otherwise
	For     []string    `yaml:"for"`    // kinds of signal, or "contract", "handover", "information_request"
	Starts  string      `yaml:"starts"` // event which starts it
	Stops   []string    `yaml:"stops"`  // events which stop it
	Sense   ClockSense  `yaml:"sense"`  // empty: deadline
	Terms   []ClockTerm `yaml:"terms"`  // ascending, without overlap
	Comment string      `yaml:"comment"`
}

// Rulebook is the set of clock rules in force, with the calendar that they count in.
type Rulebook struct {
	cal   *Calendar
	rules map[ClockRuleID]*ClockRule
	ids   []ClockRuleID
}

// LoadRulebook reads clocks/*.yaml of each file system in turn; a later one (an
// installation's own) replaces a rule of the same id.
func LoadRulebook(cal *Calendar, sources ...fs.FS) (*Rulebook, error) {
	b := &Rulebook{cal: cal, rules: map[ClockRuleID]*ClockRule{}}
	err := definition.Each(sources, "clocks", func(name string, text []byte) error {
		rules, err := ParseClockRules(text)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for i := range rules {
			b.rules[rules[i].ID] = &rules[i]
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	b.ids = slices.Sorted(maps.Keys(b.rules))
	return b, nil
}

// ParseClockRules reads and checks one file of rules.
func ParseClockRules(text []byte) ([]ClockRule, error) {
	var file struct {
		Clocks []ClockRule `yaml:"clocks"`
	}
	if err := definition.Decode(text, &file); err != nil {
		return nil, err
	}
	for i := range file.Clocks {
		if err := file.Clocks[i].check(); err != nil {
			return nil, err
		}
	}
	return file.Clocks, nil
}

func (r *ClockRule) check() error {
	if r.Sense == "" {
		r.Sense = Deadline
	}
	switch {
	case r.ID == "" || r.Name == "" || r.Cites == "" && !r.Local || r.Source == "" || r.Starts == "":
		return fault.New(fault.Invalid, "clock rule %q lacks one of id, name, cites, source, starts", r.ID)
	case r.Owed != "" && r.Owed != OwedByProvider:
		return fault.New(fault.Invalid, "clock rule %q is owed by %q, expected provider or nothing", r.ID, r.Owed)
	case len(r.Stops) == 0:
		return fault.New(fault.Invalid, "clock rule %q says nothing of what stops it", r.ID)
	case r.Sense != Deadline && r.Sense != Opens:
		return fault.New(fault.Invalid, "clock rule %q has the sense %q, expected deadline or opens", r.ID, r.Sense)
	case len(r.Terms) == 0:
		return fault.New(fault.Invalid, "clock rule %q has no terms", r.ID)
	}
	var before Date
	for i := range r.Terms {
		if err := r.Terms[i].check(); err != nil {
			return fmt.Errorf("clock rule %q: %w", r.ID, err)
		}
		if t := r.Terms[i]; i > 0 && (before.IsZero() || t.from <= before) {
			return fault.New(fault.Invalid, "clock rule %q: the term from %s overlaps the one before it", r.ID, t.from)
		}
		before = r.Terms[i].until
	}
	return nil
}

func (t *ClockTerm) check() (err error) {
	if t.from, err = ParseDate(t.From); err != nil {
		return err
	}
	if t.until, err = ParseDate(t.Until); err != nil {
		return err
	}
	if t.Extend == "" {
		t.Extend = ExtendNever
	}
	_, known := unitDays[t.Unit]
	_, warnKnown := unitDays[t.Warn.Unit]
	switch {
	case t.from.IsZero() || !t.until.IsZero() && t.until < t.from:
		return fault.New(fault.Invalid, "a term runs from %q to %q, expected dates in order", t.From, t.Until)
	case !known:
		return fault.New(fault.Invalid, "unknown unit %q, expected working_days, operational_days, calendar_days, uk_working_days, months or hours", t.Unit)
	case t.Length < 0 || t.Length > 1000 || t.Warn.Length < 0 || t.Warn.Length > 1000:
		return fault.New(fault.Invalid, "a length of %d with a warning of %d, expected 0 to 1000", t.Length, t.Warn.Length)
	case t.Length == 0 && !t.Agreed && t.Unit != UnitCalendarDays:
		return fault.New(fault.Invalid, "a length of 0 is the same day and counted in calendar_days, not %s", t.Unit)
	case t.Agreed && (t.Length != 0 || t.Unit == UnitHours || t.Unit == UnitMonths):
		return fault.New(fault.Invalid, "an agreed date has no length and is told in days")
	case t.Warn.Length > 0 && !warnKnown:
		return fault.New(fault.Invalid, "unknown unit of warning %q", t.Warn.Unit)
	case t.Extend != ExtendNever && t.Extend != ExtendBeforeDue && t.Extend != ExtendReasoned:
		return fault.New(fault.Invalid, "extend is %q, expected never, before_due or reasoned", t.Extend)
	}
	_, err = dueInstant(1, t.By)
	return err
}
