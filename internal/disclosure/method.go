// Package disclosure decides which numbers may leave the team, so that nobody
// can learn a small number about people: not from the cell itself, not by
// subtracting the others from a total, and not by comparing two views.
//
// A [Method] is data, a property of the data set (R-SDC-1). It is applied when
// something is shown to an outside audience and never in storage: those with a
// duty to act see the true figures ([Method.For]).
//
// [Method.Protect] takes a two-way table of true counts. Totals are computed
// from true values and then treated like any cell (R-SDC-2). Each cell comes out
// in one of four states: shown, rounded, small ("*": its count is in the hidden
// range) or withheld ("w": it would give a small one away). Which cells to
// withhold is a problem of network flow, see network.go; docs/methods/disclosure.md
// has the whole argument.
//
// [Compare] guards against differencing (R-SDC-4): it takes views that have been
// released and one that is about to be, and says which of its numbers would let
// somebody work out a small group.
package disclosure

import (
	_ "embed"
	"math"
	"slices"
	"strconv"

	"candour/internal/calendar"
	"candour/internal/definition"
	"candour/internal/fault"
)

// MethodID names a method, such as "hes" or "local".
type MethodID string

// Method is a rule of disclosure control as it stands at a date. The zero value
// hides nothing.
type Method struct {
	ID       MethodID
	Name     string
	Source   string // publication or rule that it comes from
	HideFrom int64  // smallest count that is hidden
	HideTo   int64  // largest count that is hidden; 0 hides none
	RoundTo  int64  // other counts are shown to the nearest multiple; 0 as they are
	Possible int64  // values that must stay possible for each small count
	Mean     int64  // means and medians of fewer people are hidden
	Percent  int64  // denominator from which a percentage of rounded counts is within 0.1 points
}

// Audience says for whom something is prepared.
type Audience string

// The audiences. Hiding small numbers from those who must act is as wrong as
// showing them to those who must not see (docs/rules.md, what leaves the team).
const (
	WithDuty Audience = "with duty" // the team that must act on the figures
	Outside  Audience = "outside"   // everybody else
)

// For is the method as it applies to an audience: none for those with a duty,
// the method itself for everybody else, an unknown audience included.
func (m Method) For(a Audience) Method {
	if a == WithDuty {
		return Method{ID: m.ID, Name: m.Name, Source: m.Source}
	}
	return m
}

// Methods are the methods of an installation with all their terms.
type Methods struct {
	all []methodFile
}

type methodsFile struct {
	Methods []methodFile `yaml:"methods"`
}

type methodFile struct {
	ID     MethodID     `yaml:"id"`
	Name   string       `yaml:"name"`
	Source string       `yaml:"source"`
	Terms  []methodTerm `yaml:"terms"`
}

type methodTerm struct {
	From calendar.Date `yaml:"from"`
	Hide struct {
		From int64 `yaml:"from"`
		To   int64 `yaml:"to"`
	} `yaml:"hide"`
	Round    int64 `yaml:"round"`
	Possible int64 `yaml:"possible"`
	Mean     int64 `yaml:"mean"`
	Percent  int64 `yaml:"percent"`
}

//go:embed methods.yaml
var published []byte

// PublishedMethods are those that come with Candour: none, hes and local.
func PublishedMethods() (Methods, error) { return ParseMethods(published) }

// ParseMethods reads a file of methods.
func ParseMethods(text []byte) (Methods, error) {
	var file methodsFile
	if err := definition.Decode(text, &file); err != nil {
		return Methods{}, err
	}
	seen := map[MethodID]bool{}
	for _, m := range file.Methods {
		if m.ID == "" || m.Name == "" || m.Source == "" || len(m.Terms) == 0 || seen[m.ID] {
			return Methods{}, fault.New(fault.Invalid, "disclosure method %q is named twice, or has no name, source or term", m.ID)
		}
		seen[m.ID] = true
		for i, t := range m.Terms {
			if err := t.validate(); err != nil {
				return Methods{}, fault.Wrap(fault.Invalid, err, "disclosure method %q from %s", m.ID, t.From)
			}
			if i > 0 && m.Terms[i-1].From >= t.From {
				return Methods{}, fault.New(fault.Invalid, "the terms of disclosure method %q are not in order of date", m.ID)
			}
		}
	}
	return Methods{file.Methods}, nil
}

// largestRule bounds what a method may call small.
const largestRule = 1000

func (t methodTerm) validate() error {
	switch hides := t.Hide.To > 0; {
	case t.Hide.From < 0 || t.Round < 0 || t.Mean < 0 || t.Percent < 0 || t.Possible < 0:
		return fault.New(fault.Invalid, "a number is negative")
	case t.Hide.To > largestRule || t.Round > largestRule:
		return fault.New(fault.Invalid, "a hidden range or rounding above %d is no rule about small numbers", largestRule)
	case hides && (t.Hide.From < 1 || t.Hide.From > t.Hide.To):
		return fault.New(fault.Invalid, "the hidden range %d to %d is not a range from 1 up", t.Hide.From, t.Hide.To)
	case !hides && (t.Hide.From > 0 || t.Possible > 0):
		return fault.New(fault.Invalid, "a lower end or a number of possible values is given and nothing is hidden")
	case hides && (t.Possible < 2 || t.Possible > t.Hide.To-t.Hide.From+1):
		return fault.New(fault.Invalid, "of the hidden range %d to %d, %d values cannot stay possible", t.Hide.From, t.Hide.To, t.Possible)
	case hides && t.Hide.From > 1:
		return fault.New(fault.Invalid, "the hidden range begins at %d; counts below would be shown", t.Hide.From)
	case t.Round > 1 && hides && t.Hide.To < t.Round/2:
		return fault.New(fault.Invalid, "a count above %d could be rounded to 0", t.Hide.To)
	case t.Round > 1 && !hides:
		return fault.New(fault.Invalid, "rounding without a hidden range would show a small count as 0")
	}
	return nil
}

// At is method id as it stands on day. A method that is not known, or not yet,
// is refused: nothing leaves without a method.
func (ms Methods) At(id MethodID, day calendar.Date) (Method, error) {
	for _, m := range ms.all {
		if m.ID != id {
			continue
		}
		for _, t := range slices.Backward(m.Terms) {
			if day >= t.From {
				return Method{
					ID: m.ID, Name: m.Name, Source: m.Source, HideFrom: t.Hide.From, HideTo: t.Hide.To, RoundTo: t.Round,
					Possible: t.Possible, Mean: t.Mean, Percent: t.Percent,
				}, nil
			}
		}
		return Method{}, fault.New(fault.NotFound, "disclosure method %q has no term on %s", id, day)
	}
	return Method{}, fault.New(fault.NotFound, "no disclosure method is called %q", id)
}

// IDs lists the methods.
func (ms Methods) IDs() []MethodID {
	var ids []MethodID
	for _, m := range ms.all {
		ids = append(ids, m.ID)
	}
	return ids
}

// State says how a count comes out.
type State uint8

// The states. Each has a word on pages; none is blank.
const (
	Unpublished State = iota // a total that was not asked for
	Shown                    // the true count
	Rounded                  // the nearest multiple
	Small                    // in the hidden range: "*"
	Withheld                 // would give a small count away: "w"
)

// Cell is a count as an audience sees it.
type Cell struct {
	State State
	Value int64 // as shown; 0 when Small, Withheld or Unpublished
}

// String is what stands in a table: the value, "*" for a small count, "w" for
// one that is withheld, nothing for a total that is not published.
func (c Cell) String() string {
	switch c.State {
	case Shown, Rounded:
		return strconv.FormatInt(c.Value, 10)
	case Small:
		return "*"
	case Withheld:
		return "w"
	default:
		return ""
	}
}

// Hides reports whether n is in the hidden range.
func (m Method) Hides(n int64) bool { return m.HideTo > 0 && n >= m.HideFrom && n <= m.HideTo }

// Count is a count of people that stands alone: hidden when small, otherwise
// rounded as the method says. A zero is shown.
func (m Method) Count(n int64) Cell {
	switch {
	case m.Hides(n):
		return Cell{State: Small}
	case m.RoundTo > 1 && n > 0:
		return Cell{State: Rounded, Value: (n + m.RoundTo/2) / m.RoundTo * m.RoundTo}
	default:
		return Cell{State: Shown, Value: n}
	}
}

// RateShown reports whether a rate, ratio or percentage of which people is the
// numerator may be shown: not when it comes from a hidden number of people.
func (m Method) RateShown(people int64) bool { return !m.Hides(people) }

// MeanShown reports whether a mean or median over people may be shown.
func (m Method) MeanShown(people int64) bool { return people > 0 && people >= m.Mean }

// PercentShown gives the percentage of two cells as they are shown, and whether
// it is within 0.1 points of the true one: always for true counts, and for
// rounded ones from the method's denominator on (R-SDC-3). ok is false when
// either is hidden or the denominator is 0: then there is none.
func (m Method) PercentShown(numerator, denominator Cell) (percent float64, within bool, ok bool) {
	visible := func(c Cell) bool { return c.State == Shown || c.State == Rounded }
	if !visible(numerator) || !visible(denominator) || denominator.Value == 0 {
		return math.NaN(), false, false
	}
	exact := numerator.State == Shown && denominator.State == Shown
	return 100 * float64(numerator.Value) / float64(denominator.Value), exact || m.Percent > 0 && denominator.Value >= m.Percent, true
}

// unlimited stands for no upper bound on a count.
const unlimited = math.MaxInt64 / 4

// bounds is what a reader of the publication knows of a true count n shown as
// c. A reader knows the method, too: "*" is the hidden range, and a rounded count
// is above it.
func (m Method) bounds(c Cell) (low, high int64) {
	switch c.State {
	case Shown:
		return c.Value, c.Value
	case Rounded:
		return max(c.Value-m.RoundTo/2, m.HideTo+1), c.Value + (m.RoundTo-1)/2
	case Small:
		return m.HideFrom, m.HideTo
	default:
		return 0, unlimited
	}
}
