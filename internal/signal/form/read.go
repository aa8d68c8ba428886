package form

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"candour/internal/calendar"
	"candour/internal/signal"
)

// Filled is what a form gave.
type Filled struct {
	Signal signal.Signal
	Sealed map[string]string // texts to be sealed, by purpose
	Then   []signal.Change   // what has happened already, in the order of the form

	controls map[string]string // control of each row's path: "complaint.hcat[0]" → "complaint.hcat.2"
	form     *Form
}

// titleLength is how much of the words stands for a title that nobody wrote, in runes.
const titleLength = 100

// Read reads what was sent into a signal. The errors name controls. Received is the
// instant of receipt where the form doesn't ask for it.
func (f *Form) Read(v Values, received time.Time) (Filled, signal.FieldErrors) {
	r := reader{values: v, tree: map[string]any{}, out: Filled{Sealed: map[string]string{}, controls: map[string]string{}, form: f}}
	for i := range f.Parts {
		p := &f.Parts[i]
		for j := range p.Fields {
			r.field(r.tree, &p.Fields[j], p.Fields[j].Path, p.Fields[j].Path)
		}
		for j := range p.Rows {
			r.rows(&p.Rows[j])
		}
	}
	r.tree["kind"] = string(f.Kind)
	s := &r.out.Signal
	text, err := json.Marshal(r.tree)
	if err == nil {
		decode := json.NewDecoder(bytes.NewReader(text))
		decode.DisallowUnknownFields()
		err = decode.Decode(s)
	}
	if err != nil { // a test fills in every form, so that no path is wrong
		r.wrong("kind", "", "a form that fits the kind", "Tell your administrator that this form is broken: "+err.Error())
	}
	s.FillDetail()
	r.receipt(received)
	r.moves(received)
	if s.Title == "" {
		s.Title = titleOf(s.Narrative)
	}
	return r.out, r.errs
}

// titleOf is the beginning of the words.
func titleOf(words string) string {
	words = strings.Join(strings.Fields(words), " ")
	if r := []rune(words); len(r) > titleLength {
		return strings.TrimSpace(string(r[:titleLength])) + "…"
	}
	return words
}

// reader reads one form.
type reader struct {
	values Values
	tree   map[string]any
	out    Filled
	errs   signal.FieldErrors
}

func (r *reader) wrong(control, found, expected, advice string) {
	r.errs = append(r.errs, signal.FieldError{Field: control, Found: found, Expected: expected, Advice: advice})
}

// receipt sets the instant of receipt: now when the day is today or not asked for,
// else the noon of the day that was stated, as the hour isn't known.
func (r *reader) receipt(now time.Time) {
	s := &r.out.Signal
	if s.Received = now; !r.out.form.has("received") {
		return
	}
	on, err := calendar.ParseDate(r.values.first("received"))
	switch {
	case err != nil:
		r.wrong("received", r.values.first("received"), "a date", "Enter the day on which it was received.")
	case on.IsZero() || on == calendar.DateOf(now):
	default:
		s.Received = on.At(12, 0)
	}
}

// moves checks what has happened already against the states of the kind.
func (r *reader) moves(now time.Time) {
	s := &r.out.Signal
	state := s.Kind.FirstState()
	if s.Visit != nil && !s.Visit.Ended.IsZero() {
		r.out.Then = append(r.out.Then, signal.Moved{Event: "visit ended", At: s.Visit.Ended})
	}
	if x := s.Safeguarding; x != nil && x.Outcome != "" && !x.OutcomeOn.IsZero() {
		r.out.Then = append(r.out.Then, signal.Moved{Event: "outcome received", On: x.OutcomeOn})
	}
	for i, change := range r.out.Then {
		move := change.(signal.Moved) // field adds no other
		control := "then." + move.Event
		next, err := s.Kind.Next(state, move.Event)
		switch {
		case err != nil:
			r.wrong(control, move.On.String(), "a step that can follow those before it", "Enter the days of the steps before it too, or leave it empty.")
		case move.On > calendar.DateOf(now):
			r.wrong(control, move.On.String(), "a day up to today", "Correct the date.")
		case move.Event == "sent to provider" && (s.Complaint == nil || !s.Complaint.Consent.MayShare()):
			r.wrong(control, move.On.String(), "the complainant’s consent", "Say that the complainant agreed, or leave it empty.") // R-CMP-3
		case move.Event == "cannot be contacted or declined" && s.Candour.Attempts == "":
			r.wrong("candour.attempts", "", "a record of the attempts (Regulation 20, stage X)", "Write down what was tried.")
		case move.Event == "cannot be contacted or declined":
			move.Because = s.Candour.Attempts
			r.out.Then[i] = move
		}
		state = next
	}
}

// Label is what a control of the form asks for: empty for one of a row.
func (d *Filled) Label(control string) string {
	for _, part := range d.form.Parts {
		for _, f := range part.Fields {
			if f.Path == control {
				return f.Label
			}
		}
	}
	return ""
}

// has reports whether the form has a field of the path.
func (f *Form) has(path string) bool {
	for _, p := range f.Parts {
		for _, field := range p.Fields {
			if field.Path == path {
				return true
			}
		}
	}
	return false
}

// rows reads the rows that hold anything.
func (r *reader) rows(rows *Rows) {
	for n := range rows.Shown(r.values) {
		item := map[string]any{}
		before := len(r.errs)
		typed := false
		for i := range rows.Fields {
			f := &rows.Fields[i]
			control := rows.Control(n, f)
			r.field(item, f, f.Path, control)
			typed = typed || f.Sort != Fixed && r.values.first(control) != "" && r.values.first(control) != f.Value
		}
		if !typed {
			r.errs = r.errs[:before]
			continue
		}
		list, _ := at(r.tree, rows.Path).([]any)
		r.out.controls[fmt.Sprintf("%s[%d]", rows.Path, len(list))] = rows.ControlName() + "." + strconv.Itoa(n)
		set(r.tree, rows.Path, append(list, item))
	}
}

// field reads one control into the tree.
func (r *reader) field(tree map[string]any, f *Field, path, control string) {
	text := r.values.first(control)
	if f.Sort == Fixed {
		text = f.Value
	}
	if f.Required && text == "" && f.Sort != Tick {
		r.wrong(control, "", f.Label, "Fill this in: "+strings.ToLower(f.Label[:1])+f.Label[1:]+".")
	}
	if purpose, sealed := strings.CutPrefix(path, "sealed."); sealed {
		if text != "" {
			r.out.Sealed[purpose] = text
		}
		return
	}
	if path == "received" {
		return
	}
	if event, then := strings.CutPrefix(path, "then."); then {
		switch on, err := calendar.ParseDate(text); {
		case err != nil:
			r.wrong(control, text, "a date", "Enter a date, such as 2026-09-30.")
		case text != "":
			r.out.Then = append(r.out.Then, signal.Moved{Event: event, On: on})
		}
		return
	}
	if value := r.value(f, control, text); value != nil {
		set(tree, path, value)
	}
}

// value is what a control's text is in JSON; nil is nothing.
func (r *reader) value(f *Field, control, text string) any {
	switch f.Sort {
	case Each:
		var lines []any
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" {
				lines = append(lines, line)
			}
		}
		return orNothing(lines)
	case Many:
		var list []any
		for _, one := range r.values.All(control) {
			list = append(list, one)
		}
		return orNothing(list)
	}
	if text == "" {
		return nil
	}
	switch f.Sort {
	case Tick:
		return true
	case YesNo:
		return text == "yes"
	case Count:
		n, err := strconv.Atoi(text)
		if err != nil {
			r.wrong(control, text, "a whole number", "Enter a whole number, in figures.")
			return nil
		}
		return n
	case Measure:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			r.wrong(control, text, "a number", "Enter a number, in figures.")
			return nil
		}
		return n
	case Day:
		if _, err := calendar.ParseDate(text); err != nil {
			r.wrong(control, text, "a date", "Enter a date, such as 2026-09-30.")
			return nil
		}
	case Moment:
		at, err := time.ParseInLocation("2006-01-02T15:04", strings.Replace(text, " ", "T", 1), calendar.London)
		if err != nil {
			r.wrong(control, text, "a date and time", "Enter a date and time, such as 2026-09-30 14:05.")
			return nil
		}
		return at
	case One, Fixed:
		return r.one(f, control, text)
	}
	return text
}

// one is a choice: text, a number, or a list of one.
func (r *reader) one(f *Field, control, text string) any {
	switch {
	case f.Number:
		n, err := strconv.Atoi(text)
		if err != nil {
			r.wrong(control, text, "one of the list", "Choose one of the list.")
			return nil
		}
		return n
	case f.List:
		return []any{text}
	}
	return text
}

// orNothing is the list, nil when it is empty.
func orNothing(list []any) any {
	if len(list) == 0 {
		return nil
	}
	return list
}

// at is what stands at a path.
func at(tree map[string]any, path string) any {
	head, rest, more := strings.Cut(path, ".")
	if !more {
		return tree[head]
	}
	below, _ := tree[head].(map[string]any)
	return at(below, rest)
}

// set puts a value at a path.
func set(tree map[string]any, path string, value any) {
	head, rest, more := strings.Cut(path, ".")
	if !more {
		tree[head] = value
		return
	}
	below, ok := tree[head].(map[string]any)
	if !ok {
		below = map[string]any{}
		tree[head] = below
	}
	set(below, rest, value)
}

// Control is the control for a path that Validate names; "" when the form has none.
func (d *Filled) Control(path string) string {
	for in, out := range d.controls {
		if rest, found := strings.CutPrefix(path, in+"."); found {
			path = out + "." + rest
		}
	}
	names := d.form.names(d.controls)
	// A rule of a kind about a common field names it below the kind.
	for _, part := range d.form.Parts {
		for _, f := range part.Fields {
			if last := path[strings.LastIndexByte(path, '.')+1:]; !names[path] && (f.Path == last || strings.HasSuffix(f.Path, "."+last)) {
				return f.Path
			}
		}
	}
	for path != "" {
		if names[path] {
			return path
		}
		i := strings.LastIndexAny(path, "[.")
		if i < 0 {
			return ""
		}
		path = path[:i]
	}
	return ""
}

// names is the controls of the form: its fields, and those of the rows that were
// filled in.
func (f *Form) names(rows map[string]string) map[string]bool {
	names := map[string]bool{}
	for i := range f.Parts {
		for _, field := range f.Parts[i].Fields {
			names[field.Path] = true
		}
		for j := range f.Parts[i].Rows {
			group := &f.Parts[i].Rows[j]
			for _, name := range rows {
				if !strings.HasPrefix(name, group.ControlName()+".") {
					continue
				}
				for _, field := range group.Fields {
					names[name+"."+field.Path] = true
				}
			}
		}
	}
	return names
}
