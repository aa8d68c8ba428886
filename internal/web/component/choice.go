package component

import (
	"slices"
	"strconv"
	"strings"
)

// Group is what radios, checkboxes and dates have: several controls under one
// legend, hint and error.
type Group struct {
	Name         string
	IDPrefix     string  // begins the controls' ids; empty is Name
	Legend       *Legend // nil is no fieldset
	Hint         Content
	Error        Content // what is wrong; nil is nothing
	Wrong        bool    // drawn as wrong without a message of its own
	DescribedBy  string
	Disabled     bool
	ID           string // of the element around the controls; empty is none
	Classes      string // of the element around the controls
	GroupClasses string
	Attributes   Attributes
}

// Prefix is what the controls' ids begin with.
func (g Group) Prefix() string {
	if g.IDPrefix != "" {
		return g.IDPrefix
	}
	return g.Name
}

// Faulty reports whether the group is drawn as wrong.
func (g Group) Faulty() bool { return g.Wrong || hasContent(g.Error) }

// Describes is the list of ids for aria-describedby.
func (g Group) Describes() string { return describedBy(g.DescribedBy, g.Prefix(), g.Hint, g.Error) }

// HintFor is the hint with its id.
func (g Group) HintFor() Hint { return Hint{ID: g.Prefix() + "-hint", Text: g.Hint} }

// MessageFor is the error message with its id.
func (g Group) MessageFor() ErrorMessage {
	return ErrorMessage{ID: g.Prefix() + "-error", Text: g.Error}
}

// Choice is one radio or checkbox.
type Choice struct {
	Value       string
	Text        Content
	Hint        Content
	Disabled    bool
	Enabled     bool    // although the group is disabled
	Divider     string  // a word such as "or" instead of a choice
	Conditional Content // shown beneath once it is chosen

	// The rest holds for checkboxes only.

	Name           string // empty is the group's
	Behaviour      string // "exclusive" unticks the others, "inclusive" ticks them
	BehaviourGroup string // those whom the behaviour concerns; empty is those of one name
}

// placed is a Choice with what it takes from its place in the group.
type placed struct {
	Choice
	Kind      string // radio or checkbox
	Block     string // radios or checkboxes
	ItemID    string
	ItemName  string
	Checked   bool
	Off       bool
	Described string
}

// ItemHint is the choice's own hint.
func (p placed) ItemHint() Hint {
	return Hint{ID: p.ItemID + "-item-hint", Text: p.Hint, Classes: "nhsuk-" + p.Block + "__hint"}
}

// ItemLabel is the choice's label.
func (p placed) ItemLabel() Label {
	return Label{Text: p.Text, For: p.ItemID, Classes: "nhsuk-" + p.Block + "__label"}
}

// place gives the i-th choice, counted from nought, its id and name. The first
// id has no number, so that an error summary can link to it.
func (g Group) place(i int, c Choice, kind, block string) placed {
	p := placed{Choice: c, Kind: kind, Block: block, ItemID: g.Prefix(), ItemName: g.Name, Off: c.Disabled || g.Disabled && !c.Enabled}
	if i > 0 {
		p.ItemID += "-" + strconv.Itoa(i+1)
	}
	if c.Name != "" {
		p.ItemName = c.Name
	}
	return p
}

// Radios is a choice of one.
type Radios struct {
	Group
	Small   bool
	Inline  bool
	Value   string // the choice made; empty is none
	Choices []Choice
}

func (Radios) templateName() string { return "radios" }

// Placed is the choices with their ids.
func (r Radios) Placed() []placed {
	out := make([]placed, 0, len(r.Choices))
	for i, c := range r.Choices {
		p := r.place(i, c, "radio", "radios")
		p.Checked = r.Value != "" && c.Value == r.Value
		if hasContent(c.Hint) {
			p.Described = p.ItemHint().ID
		}
		out = append(out, p)
	}
	return out
}

// Checkboxes is a choice of any number.
type Checkboxes struct {
	Group
	Small   bool
	Inline  bool
	Values  []string // the choices made
	Choices []Choice
}

func (Checkboxes) templateName() string { return "checkboxes" }

// Placed is the choices with their ids. Without a fieldset to carry them, the
// group's hint and error are named by every box.
func (c Checkboxes) Placed() []placed {
	out := make([]placed, 0, len(c.Choices))
	for i, choice := range c.Choices {
		p := c.place(i, choice, "checkbox", "checkboxes")
		p.Checked = slices.Contains(c.Values, choice.Value)
		if c.Legend == nil {
			p.Described = c.Describes()
		}
		if hasContent(choice.Hint) {
			p.Described = strings.TrimSpace(p.Described + " " + p.ItemHint().ID)
		}
		out = append(out, p)
	}
	return out
}

// DateInput is a date in parts: day, month and year unless Parts says otherwise.
// Its controls are named after the parts, within NamePrefix if there is one:
// seen[day].
type DateInput struct {
	Group
	NamePrefix string
	Parts      []DatePart // none is day, month, year
}

// DatePart is one field of a DateInput.
type DatePart struct {
	Name         string // day, month or year
	Label        string // empty is the name with a capital
	Value        string
	Width        int // nought is 2, for a year 4
	Autocomplete string
	Wrong        bool // this part is what is wrong
	Disabled     bool
	Enabled      bool // although the date is disabled
}

func (DateInput) templateName() string { return "date-input" }

// Date is the parts of a date with the given values.
func Date(day, month, year string) []DatePart {
	return []DatePart{{Name: "day", Value: day}, {Name: "month", Value: month}, {Name: "year", Value: year}}
}

func (d DateInput) parts() []DatePart {
	if len(d.Parts) == 0 {
		return Date("", "", "")
	}
	return d.Parts
}

func (d DateInput) partWrong() bool {
	return slices.ContainsFunc(d.parts(), func(p DatePart) bool { return p.Wrong })
}

// Faulty reports whether the date is drawn as wrong.
func (d DateInput) Faulty() bool { return d.Group.Faulty() || d.partWrong() }

// Inputs is the fields of the parts. Where no part is named as the wrong one,
// all are drawn as wrong.
func (d DateInput) Inputs() []Input {
	out := make([]Input, 0, 3)
	all := d.Group.Faulty() && !d.partWrong()
	for _, p := range d.parts() {
		in := Input{Value: p.Value, Width: p.Width, InputMode: "numeric", Autocomplete: p.Autocomplete}
		in.Name, in.ID = p.Name, d.Prefix()+"-"+p.Name
		if d.NamePrefix != "" {
			in.Name = d.NamePrefix + "[" + p.Name + "]"
		}
		if in.Width == 0 {
			in.Width = 2
			if p.Name == "year" {
				in.Width = 4
			}
		}
		text := p.Label
		if text == "" {
			text = strings.ToUpper(p.Name[:1]) + p.Name[1:]
		}
		in.Label = Label{Text: text, Classes: "nhsuk-date-input__label"}
		in.Classes = "nhsuk-date-input__input"
		in.Disabled = p.Disabled || d.Disabled && !p.Enabled
		in.Wrong = p.Wrong || all
		out = append(out, in)
	}
	return out
}

// Block is the design system's name for the group.
func (Radios) Block() string { return "radios" }

// Block is the design system's name for the group.
func (Checkboxes) Block() string { return "checkboxes" }

// Inner is the controls with their hint and error.
func (r Radios) Inner() Component { return innerRadios{r} }

// Inner is the controls with their hint and error.
func (c Checkboxes) Inner() Component { return innerCheckboxes{c} }

// Inner is the controls with their hint and error.
func (d DateInput) Inner() Component { return innerDate{d} }

// The inner… types are the same values with the template of what stands inside
// the fieldset, or in its place.
type (
	innerRadios     struct{ Radios }
	innerCheckboxes struct{ Checkboxes }
	innerDate       struct{ DateInput }
)

func (innerRadios) templateName() string     { return "choices" }
func (innerCheckboxes) templateName() string { return "choices" }
func (innerDate) templateName() string       { return "date-parts" }

// FieldsetRole is none: a fieldset of radios is announced as it is.
func (Radios) FieldsetRole() string { return "" }

// FieldsetRole is none: a fieldset of checkboxes is announced as it is.
func (Checkboxes) FieldsetRole() string { return "" }

// FieldsetRole is group, without which one screen reader leaves out the
// description of a fieldset of text fields.
func (DateInput) FieldsetRole() string { return "group" }
