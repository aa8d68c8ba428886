package component

import "strings"

// Label names a form control.
type Label struct {
	Text       Content
	For        string // id of the control; filled in by the control
	ID         string
	Size       string // s, m, l or xl; empty is plain
	Heading    int    // level of the heading that the label is; nought is none
	Classes    string
	Attributes Attributes
}

func (Label) templateName() string { return "label" }

// Legend names a group of controls.
type Legend struct {
	Text       Content
	ID         string
	Size       string // s, m, l or xl; empty is plain
	Heading    int    // level of the heading that the legend is; nought is none
	Classes    string
	Attributes Attributes
}

func (Legend) templateName() string { return "legend" }

// Hint helps to fill in a control.
type Hint struct {
	ID      string
	Text    Content
	Classes string
}

func (Hint) templateName() string { return "hint" }

// ErrorMessage says what is wrong with a control's value and what to do.
type ErrorMessage struct {
	ID       string
	Text     Content
	Prefix   string // hidden word before the message; empty is "Error"
	NoPrefix bool
	Classes  string
}

func (ErrorMessage) templateName() string { return "error-message" }

// Fieldset groups controls under a legend.
type Fieldset struct {
	Legend      Legend
	ID          string
	Role        string
	DescribedBy string
	Body        Content
	Classes     string
	Attributes  Attributes
}

func (Fieldset) templateName() string { return "fieldset" }

// Field is what every single form control has: its name, label, hint and error.
type Field struct {
	Name         string
	ID           string // empty is Name
	Label        Label
	Hint         Content
	Error        Content // what is wrong with the value; nil is nothing
	Wrong        bool    // drawn as wrong, though the message stands elsewhere, as with parts of a date
	DescribedBy  string  // ids of further texts about the control
	Disabled     bool
	Classes      string // of the control
	GroupClasses string // of the element around label and control
	Attributes   Attributes
}

// FieldID is the control's id: what an error summary's link leads to.
func (f Field) FieldID() string {
	if f.ID != "" {
		return f.ID
	}
	return f.Name
}

// Faulty reports whether the control is drawn as wrong.
func (f Field) Faulty() bool { return f.Wrong || hasContent(f.Error) }

// Describes is the list of ids for aria-describedby: other texts, hint, error.
func (f Field) Describes() string {
	return describedBy(f.DescribedBy, f.FieldID(), f.Hint, f.Error)
}

// LabelFor is the label with its For filled in.
func (f Field) LabelFor() Label {
	l := f.Label
	if l.For == "" {
		l.For = f.FieldID()
	}
	return l
}

// HintFor is the hint with its id.
func (f Field) HintFor() Hint { return Hint{ID: f.FieldID() + "-hint", Text: f.Hint} }

// MessageFor is the error message with its id.
func (f Field) MessageFor() ErrorMessage {
	return ErrorMessage{ID: f.FieldID() + "-error", Text: f.Error}
}

// Input is a field of one line.
type Input struct {
	Field
	Type           string // empty is text
	Value          string
	Width          int // in characters: 2, 3, 4, 5, 10, 20 or 30; nought is the full width
	Code           bool
	Prefix, Suffix Content // such as £ and "per month"
	Autocomplete   string
	InputMode      string
	Spellcheck     string // true or false; empty leaves it to the browser
	Pattern        string
}

func (Input) templateName() string { return "input" }

// InputType is the type attribute.
func (i Input) InputType() string {
	if i.Type == "" {
		return "text"
	}
	return i.Type
}

// Wrapped reports whether the input has a prefix or suffix.
func (i Input) Wrapped() bool { return hasContent(i.Prefix) || hasContent(i.Suffix) }

// Textarea is a field of several lines.
type Textarea struct {
	Field
	Value        string
	Rows         int // nought is 5
	Autocomplete string
	Spellcheck   string // true or false; empty leaves it to the browser
}

func (Textarea) templateName() string { return "textarea" }

// Lines is how many lines are shown.
func (t Textarea) Lines() int {
	if t.Rows == 0 {
		return 5
	}
	return t.Rows
}

// Select is a choice of one out of a list that is folded away.
type Select struct {
	Field
	Value   string // the option chosen, by value or, where it has none, by text
	Options []Option
}

func (Select) templateName() string { return "select" }

// Option is a line of a Select.
type Option struct {
	Value    string
	NoValue  bool // the text is the value, as in HTML an option without the attribute
	Text     string
	Disabled bool
	Divider  bool // a rule instead of an option
}

// Chosen reports whether the option is the one chosen.
func (s Select) Chosen(o Option) bool {
	if s.Value == "" {
		return false
	}
	if o.NoValue {
		return o.Text == s.Value
	}
	return o.Value == s.Value
}

// FileUpload is a field for files, which with scripts also takes dropped files.
type FileUpload struct {
	Field
	Multiple bool
	Accept   string // suffixes and types offered first, such as ".csv,.xlsx,.zip"
}

func (FileUpload) templateName() string { return "file-upload" }

// hasContent reports whether there is anything to show.
func hasContent(c Content) bool { return c != nil && c != "" }

// describedBy joins the ids of the texts about a control.
func describedBy(others, id string, hint, message Content) string {
	ids := make([]string, 0, 3)
	if others != "" {
		ids = append(ids, others)
	}
	if hasContent(hint) {
		ids = append(ids, id+"-hint")
	}
	if hasContent(message) {
		ids = append(ids, id+"-error")
	}
	return strings.Join(ids, " ")
}
