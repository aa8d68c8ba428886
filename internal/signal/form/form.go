// Package form is the one engine behind every form by which a signal is typed in.
//
// A Form is data: for each kind of signal its parts, and in each part its fields. A
// field is named by the JSON path of what it fills in the signal, such as
// "complaint.consent", which is also the name of the control on the page and the
// name under which signal.Signal.Validate tells what is wrong. So a form needs no
// code of its own:
//
//	f := form.For(signal.KindComplaint)
//	filled, wrong := f.Read(values, tax)          // → signal.Signal
//	wrong = append(wrong, filled.Signal.Validate(tax, now)...)
//
// Lists of codes come from the taxonomies in force on the day of the event. What a
// person may tell us of somebody's identity is never a field of the signal: it is a
// path under "sealed.", and is handed back apart. A day on which something has
// happened already ("then.acknowledged") becomes a move through the kind's states.
//
// A test holds every field of every kind against the forms: what no form asks for
// is listed with the reason.
package form

import (
	"slices"
	"strconv"
	"strings"

	"candour/internal/calendar"
	"candour/internal/signal"
)

// Sort is the kind of control that a field is.
type Sort string

// The sorts.
const (
	Line     Sort = "line"     // one line of text
	Words    Sort = "words"    // several lines of text
	Day      Sort = "day"      // a date
	Moment   Sort = "moment"   // a date and time in London
	Clock    Sort = "clock"    // a time of day
	Count    Sort = "count"    // a whole number
	Measure  Sort = "measure"  // a number with decimals
	One      Sort = "one"      // one of a list
	Many     Sort = "many"     // several of a list
	Tick     Sort = "tick"     // a box that is ticked or not
	YesNo    Sort = "yes_no"   // yes, no, or not said
	Each     Sort = "each"     // a list of texts, one a line
	Provider Sort = "provider" // the provider, by code or by name
	Fixed    Sort = "fixed"    // not shown: the value is Value
)

// Choice is one of a fixed list.
type Choice struct{ Value, Text string }

// Field is one question.
type Field struct {
	Path     string // JSON path in the signal; or "sealed." and a purpose; or "then." and what happened on a day
	Label    string
	Hint     string
	Sort     Sort
	Required bool // asked for by the form itself, beside what Validate asks for
	Taxonomy signal.TaxonomyID
	Choices  []Choice // where there is no taxonomy
	Number   bool     // of One and Fixed: the value is a number in the signal
	List     bool     // of One: the value is the only one of a list
	Value    string   // of Fixed; of others what stands there at first
	Big      bool     // of One: shown as radios, not folded away
}

// Options is what can be chosen on a day.
func (f *Field) Options(tax *signal.Taxonomies, day calendar.Date) []Choice {
	if f.Taxonomy == "" {
		return f.Choices
	}
	t := tax.Get(f.Taxonomy)
	if t == nil {
		return nil
	}
	var out []Choice
	for _, c := range t.At(day) {
		out = append(out, Choice{c.Code, c.Name})
	}
	return out
}

// Rows is a group of fields that may be filled in several times. A row of which no
// shown field is filled in is left out.
type Rows struct {
	Path   string // of the list in the signal; the fields' paths lie below an item of it
	Name   string // begins the names of the controls; the empty name is Path
	Noun   string // "problem": "Another problem"
	Least  int    // how many are shown at first
	Most   int
	Fields []Field
}

// ControlName begins the names of the controls of the rows.
func (r *Rows) ControlName() string {
	if r.Name != "" {
		return r.Name
	}
	return r.Path
}

// Control is the name of a field of the n-th row, counted from nought.
func (r *Rows) Control(n int, f *Field) string {
	return r.ControlName() + "." + strconv.Itoa(n) + "." + f.Path
}

// Counter is the name of the control that says how many rows are shown.
func (r *Rows) Counter() string { return "rows." + r.ControlName() }

// Shown is how many rows are shown: as many as were sent, at least Least.
func (r *Rows) Shown(v Values) int {
	n, err := strconv.Atoi(v.first(r.Counter()))
	if err != nil {
		n = r.Least
	}
	if v.first("more") == r.ControlName() {
		n++
	}
	return min(max(n, r.Least), r.Most)
}

// Part is a section of a form.
type Part struct {
	Title  string
	Hint   string
	Folded bool // shown behind its title until it is needed
	Fields []Field
	Rows   []Rows
}

// Form is the questions for one kind.
type Form struct {
	Kind  signal.Kind
	Lead  string // what the form is for, in a sentence
	Not   string // what it is not for; may be empty
	Parts []Part
}

// Values are what was sent: the controls by name.
type Values map[string][]string

func (v Values) first(name string) string {
	if list := v[name]; len(list) > 0 {
		return strings.TrimSpace(list[0])
	}
	return ""
}

// First is the value of a control, trimmed.
func (v Values) First(name string) string { return v.first(name) }

// All is every value of a control that isn't empty.
func (v Values) All(name string) (out []string) {
	for _, s := range v[name] {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// Seals reports whether anything that is typed into the form is sealed.
func (f *Form) Seals() bool {
	return slices.ContainsFunc(f.Parts, func(p Part) bool {
		return slices.ContainsFunc(p.Fields, func(field Field) bool { return strings.HasPrefix(field.Path, "sealed.") })
	})
}

// NamesReaders reports whether whoever fills the form in is asked who may see the
// signal: a kind under strict access, or one that can be under embargo.
func (f *Form) NamesReaders() bool { return f.Kind.Strict() || f.has("embargo") }

// Kinds is every kind that has a form here, in the order of pages. A clinician's
// concern has a page of its own; visits have one for each template, see ForVisit.
func Kinds() (out []signal.Kind) {
	for _, k := range signal.Kinds() {
		if _, there := builders[k]; there {
			out = append(out, k)
		}
	}
	return out
}

// For is the form of a kind, nil when it has none.
func For(k signal.Kind) *Form {
	build := builders[k]
	if build == nil {
		return nil
	}
	f := build()
	f.Kind = k
	return f
}

// builders makes the form of each kind.
var builders = map[signal.Kind]func() *Form{
	signal.KindComplaint:        complaint,
	signal.KindIncident:         incident,
	signal.KindNeverEvent:       neverEvent,
	signal.KindSeriousIncident:  seriousIncident,
	signal.KindLearningResponse: learningResponse,
	signal.KindCandour:          candour,
	signal.KindStaffConcern:     staffConcern,
	signal.KindPatientComment:   patientComment,
	signal.KindHealthwatch:      healthwatch,
	signal.KindMPLetter:         mpLetter,
	signal.KindMedia:            media,
	signal.KindTraineeSurvey:    traineeSurvey,
	signal.KindCoronerReport:    coronerReport,
	signal.KindRegulatorAction:  regulatorAction,
	signal.KindSafeguarding:     safeguarding,
	signal.KindMessage:          message,
	signal.KindPraise:           praise,
}
