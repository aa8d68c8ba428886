package calendar

import (
	"slices"
	"time"

	"candour/internal/fault"
)

// IDs is every rule's id, sorted.
func (b *Rulebook) IDs() []ClockRuleID { return b.ids }

// Rule is the rule of id, nil when there is none.
func (b *Rulebook) Rule(id ClockRuleID) *ClockRule { return b.rules[id] }

// Calendar is what the rules count in.
func (b *Rulebook) Calendar() *Calendar { return b.cal }

// For is the rules for a kind of thing, by id.
func (b *Rulebook) For(kind string) []*ClockRule {
	var rules []*ClockRule
	for _, id := range b.ids {
		if slices.Contains(b.rules[id].For, kind) {
			rules = append(rules, b.rules[id])
		}
	}
	return rules
}

// TermAt is what the rule says on the day d, nil when it was not in force.
func (r *ClockRule) TermAt(d Date) *ClockTerm {
	for i := range r.Terms {
		t := &r.Terms[i]
		if d >= t.from && (t.until.IsZero() || d <= t.until) {
			return t
		}
	}
	return nil
}

// Start makes the clock of the rule id, started at start, under the term in force
// on that day.
func (b *Rulebook) Start(id ClockRuleID, start time.Time) (Clock, error) {
	return b.StartUnder(id, DateOf(start), start)
}

// StartUnder makes the clock under the term in force on the day inForce: for a
// clock of a contract that is the first day of its contract year, whose text binds
// the parties even when a later one differs (General Condition 9, R-LEV-1).
func (b *Rulebook) StartUnder(id ClockRuleID, inForce Date, start time.Time) (Clock, error) {
	rule, term, err := b.term(id, inForce, start)
	if err != nil {
		return Clock{}, err
	}
	if term.Agreed {
		return Clock{}, fault.New(fault.Invalid, "the date of %q is agreed with a person, so it must be given", rule.Name)
	}
	c := rule.clock(term, start)
	switch term.Unit {
	case UnitHours:
		c.Due = start.Add(time.Duration(term.Length) * time.Hour)
		c.DueDate = DateOf(c.Due)
	case UnitMonths:
		c.DueDate = DateOf(start).AddMonths(term.Length)
	default:
		if c.DueDate, err = b.cal.Add(term.Unit.days(), DateOf(start), term.Length); err != nil {
			return Clock{}, err
		}
	}
	return b.withInstants(c, term)
}

// StartAgreed makes the clock of a rule whose date is agreed with a person
// (R-CMP-5: the period for investigation and response).
func (b *Rulebook) StartAgreed(id ClockRuleID, start time.Time, due Date) (Clock, error) {
	rule, term, err := b.term(id, DateOf(start), start)
	switch {
	case err != nil:
		return Clock{}, err
	case !term.Agreed:
		return Clock{}, fault.New(fault.Invalid, "the date of %q is set by %s, not by agreement", rule.Name, basis(rule.Cites, rule.Local))
	case due < DateOf(start):
		return Clock{}, fault.New(fault.Invalid, "%s is before the day of agreement, expected a day from %s on", due, DateOf(start))
	}
	c := rule.clock(term, start)
	c.DueDate = due
	return b.withInstants(c, term)
}

func (b *Rulebook) term(id ClockRuleID, inForce Date, start time.Time) (*ClockRule, *ClockTerm, error) {
	rule := b.rules[id]
	if rule == nil {
		return nil, nil, fault.New(fault.NotFound, "there is no clock rule %q", id)
	}
	if start.IsZero() {
		return nil, nil, fault.New(fault.Invalid, "the clock %q needs the instant of its start", rule.Name)
	}
	term := rule.TermAt(inForce)
	if term == nil {
		return nil, nil, fault.New(fault.Invalid, "the rule %q was not in force on %s", rule.ID, inForce)
	}
	return rule, term, nil
}

func (r *ClockRule) clock(term *ClockTerm, start time.Time) Clock {
	return Clock{
		Rule: r.ID, Name: r.Name, Cites: r.Cites, Local: r.Local, Owed: r.Owed, StartedBy: r.Starts, Start: start,
		Length: term.Length, Unit: term.Unit, Agreed: term.Agreed, Sense: r.Sense,
		Stops: slices.Clone(r.Stops), Extend: term.Extend, WarnSpan: term.Warn, ByTime: term.By,
	}
}

func (b *Rulebook) withInstants(c Clock, term *ClockTerm) (_ Clock, err error) {
	if c.Due.IsZero() {
		if c.Due, err = dueInstant(c.DueDate, term.By); err != nil {
			return Clock{}, err
		}
	}
	if c.Warn, err = term.Warn.before(b.cal, c.DueDate, c.Due); err != nil {
		return Clock{}, err
	}
	return c, nil
}

// dueInstant is the end of the day d in London, or the time by ("17:00") on it.
func dueInstant(d Date, by string) (time.Time, error) {
	if by == "" {
		return d.Ends(), nil
	}
	t, err := time.Parse("15:04", by)
	if err != nil {
		return time.Time{}, fault.New(fault.Invalid, "%q is not a time of day, expected one like 17:00", by)
	}
	return d.At(t.Hour(), t.Minute()), nil
}
