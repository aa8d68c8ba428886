package web

import (
	"encoding/hex"
	"io"
	"slices"
	"strconv"

	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/listen"
	"candour/internal/signal"
	"candour/internal/signal/form"
	"candour/internal/web/component"
)

// formPart is a section of a form on its page.
type formPart struct {
	Title    string
	Hint     string
	Folded   bool // shown behind its title; open where something in it is wrong
	Open     bool
	Controls []formControl
	Groups   []formRows
}

// formControl is one control: a component, or the choice of a provider.
type formControl struct {
	Component component.Component
	Provider  *providerField
}

// formRows is a group of fields that may be filled in several times.
type formRows struct {
	Name    string
	Counter string
	Noun    string
	Most    int
	More    bool // another can be asked for
	Rows    []formRow
}

// formRow is one of them.
type formRow struct {
	Of       string // beginning of its controls' names
	Label    string
	Controls []formControl
}

// screening asks a sender what becomes of what could tell who somebody is.
type screening struct {
	Found    []foundWords
	Screened component.Radios
}

// newScreening is the question, not yet asked.
func newScreening(r *request) screening {
	return screening{Screened: component.Radios{
		Group: component.Group{Name: "screened", Legend: &component.Legend{Text: "What shall we do with that?", Size: "s"}, Classes: "cd-radios2"},
		Small: true, Value: r.field("screened"), Choices: []component.Choice{
			{Value: "remove", Text: "Take it out, then send"}, {Value: "keep", Text: "It isn’t about a patient, send it as it is"},
		},
	}}
}

// screen shows the sender what could tell who somebody is, until they have said
// what becomes of it. What is certainly an identifier can't be kept.
func (sc *screening) screen(b *base, s *signal.Signal, said string) {
	certain := false
	for _, f := range listen.Find(s) {
		if f.Field == "title" && s.Narrative != "" && !certain && slices.ContainsFunc(sc.Found, func(w foundWords) bool { return w.Text == f.Text }) {
			continue // the title is made of the words
		}
		if w := (foundWords{string(f.Kind), f.Text}); !slices.Contains(sc.Found, w) {
			sc.Found = append(sc.Found, w)
		}
		certain = certain || f.Certain
	}
	switch {
	case len(sc.Found) == 0:
	case said == "remove":
		listen.RemoveAll(s)
		sc.Found = nil
	case certain && said == "keep":
		b.wrong("screened", "What was found must be taken out before it is stored")
	case said != "keep":
		b.wrong("screened", "Your words may tell who somebody is; say what we shall do with that")
	default:
		sc.Found = nil
	}
	sc.Screened.Error = b.wrongAt("screened")
}

// formMaker makes the controls of one form from what was sent so far.
type formMaker struct {
	tax    *signal.Taxonomies
	values form.Values
	sent   bool // what stands in the controls was sent, and is not what stands there at first
	day    calendar.Date
	base   *base
	place  *providerField // read before the form was
}

// parts makes every part.
func (m *formMaker) parts(f *form.Form) (out []formPart) {
	for i := range f.Parts {
		p := &f.Parts[i]
		part := formPart{Title: p.Title, Hint: p.Hint, Folded: p.Folded}
		for j := range p.Fields {
			if p.Fields[j].Sort != form.Fixed {
				part.Controls = append(part.Controls, m.control(&p.Fields[j], p.Fields[j].Path, &part))
			}
		}
		for j := range p.Rows {
			part.Groups = append(part.Groups, m.rows(&p.Rows[j], &part))
		}
		out = append(out, part)
	}
	return out
}

// rows makes a group of rows.
func (m *formMaker) rows(rows *form.Rows, part *formPart) formRows {
	n := rows.Shown(m.values)
	g := formRows{Name: rows.ControlName(), Counter: rows.Counter(), Noun: rows.Noun, Most: rows.Most, More: n < rows.Most && rows.Noun != ""}
	part.Open = part.Open || m.values.First("more") == g.Name
	for i := range n {
		row := formRow{Of: g.Name + "." + strconv.Itoa(i)}
		if row.Label = rows.Noun + " " + strconv.Itoa(i+1); rows.Noun == "" {
			row.Label = "Question"
		}
		for j := range rows.Fields {
			if f := &rows.Fields[j]; f.Sort != form.Fixed {
				row.Controls = append(row.Controls, m.control(f, rows.Control(i, f), part))
			}
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

// control makes one control.
func (m *formMaker) control(f *form.Field, name string, part *formPart) formControl {
	id := controlID(name)
	wrong := m.base.wrongAt(id)
	value := m.values.First(name)
	if !m.sent && value == "" {
		value = f.Value
	}
	part.Open = part.Open || wrong != nil || value != f.Value
	field := component.Field{Name: name, ID: id, Label: component.Label{Text: f.Label, Size: "s"}, Hint: hintOf(f.Hint), Error: wrong}
	group := component.Group{Name: name, IDPrefix: id, Legend: &component.Legend{Text: f.Label, Size: "s"}, Hint: hintOf(f.Hint), Error: wrong}
	input := func(kind string, width int) formControl {
		return formControl{Component: component.Input{Field: field, Type: kind, Value: value, Width: width, Autocomplete: "off"}}
	}
	var choices []component.Choice
	for _, c := range f.Options(m.tax, m.day) {
		choices = append(choices, component.Choice{Value: c.Value, Text: c.Text})
	}
	switch f.Sort {
	case form.Provider:
		return formControl{Provider: m.place}
	case form.Words, form.Each:
		return formControl{Component: component.Textarea{Field: field, Value: value, Rows: 3}}
	case form.Day:
		return input("date", 10)
	case form.Moment:
		return input("datetime-local", 20)
	case form.Clock:
		return input("time", 5)
	case form.Count, form.Measure:
		return input("", 5)
	case form.Many:
		return formControl{Component: component.Checkboxes{Group: group, Small: true, Values: m.values.All(name), Choices: choices}}
	case form.Tick:
		group.Legend, group.Hint = nil, nil
		return formControl{Component: component.Checkboxes{Group: group, Small: true, Values: []string{value}, Choices: []component.Choice{{Value: "yes", Text: f.Label, Hint: hintOf(f.Hint)}}}}
	case form.YesNo:
		return formControl{Component: component.Radios{Group: group, Small: true, Inline: true, Value: value, Choices: []component.Choice{{Value: "yes", Text: "Yes"}, {Value: "no", Text: "No"}}}}
	case form.One:
		if f.Big {
			return formControl{Component: component.Radios{Group: group, Small: true, Inline: true, Value: value, Choices: choices}}
		}
		list := component.Select{Field: field, Value: value, Options: []component.Option{{Text: "Not stated"}}}
		for _, c := range f.Options(m.tax, m.day) {
			list.Options = append(list.Options, component.Option{Value: c.Value, Text: c.Text})
		}
		return formControl{Component: list}
	}
	return input("", 0)
}

// drawOnce is a number by which a form that is sent twice is known.
func (s *Server) drawOnce() (string, error) {
	var b [8]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return "", fault.Wrap(fault.Internal, err, "draw a form's number")
	}
	return hex.EncodeToString(b[:]), nil
}

// origin is by what a form that is sent again is known; "" when it has no number.
func (r *request) origin() string {
	once := r.field("once")
	if once == "" {
		return ""
	}
	if len(once) > 64 { // not one of ours
		once = once[:64]
	}
	return "form/" + string(r.viewer.Account) + "/" + once
}

// sender is for whom a form was made: a draft that waits on a shared device must not
// be sent by another account, nor to another commissioner.
func (r *request) sender() string { return string(r.viewer.Account) + "@" + string(r.tenant) }

// checkSender refuses a form that was made for another account or commissioner.
func (r *request) checkSender() error {
	if made := r.field("for"); made != "" && made != r.sender() {
		return fault.New(fault.Conflict, "this form was filled in by another account, or for another commissioner, so nothing was done. Sign in as whoever filled it in, and send it again")
	}
	return nil
}
