package component

import (
	"encoding/json"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// options is what an example of the design system asks its component for.
type options map[string]any

func (o options) text(key string) string {
	switch v := o[key].(type) {
	case string:
		return v
	case float64:
		return fmt.Sprint(v)
	case bool:
		return fmt.Sprint(v)
	}
	return ""
}

func (o options) number(key string) int  { f, _ := o[key].(float64); return int(f) }
func (o options) yes(key string) bool    { b, _ := o[key].(bool); return b }
func (o options) no(key string) bool     { b, ok := o[key].(bool); return ok && !b }
func (o options) sub(key string) options { m, _ := o[key].(map[string]any); return m }

func (o options) list(key string) []options {
	raw, _ := o[key].([]any)
	out := make([]options, 0, len(raw))
	for _, r := range raw {
		switch v := r.(type) {
		case map[string]any:
			out = append(out, v)
		case string:
			out = append(out, options{"text": v})
		}
	}
	return out
}

// content is an option which is a string, or has text or html within.
func (o options) content(key string) Content {
	if s, ok := o[key].(string); ok {
		return s
	}
	return o.sub(key).body()
}

func (o options) body() Content {
	if h := o.text("html"); h != "" {
		return template.HTML(h)
	}
	if t := o.text("text"); t != "" {
		return t
	}
	return nil
}

// head is a label's or legend's text, size and level, which the examples give in several ways.
func (o options) head() (text Content, size string, level int) {
	text, size = o.body(), o.text("size")
	switch h := o["heading"].(type) {
	case string:
		return h, size, 1
	case bool:
		if h {
			level = 1
		}
	case map[string]any:
		sub := options(h)
		level = 1
		if n := sub.number("level"); n > 0 {
			level = n
		}
		if b := sub.body(); b != nil {
			text = b
		}
		if s := sub.text("size"); s != "" {
			size = s
		}
	}
	return text, size, level
}

// sized gives the class that the design system adds for size, unless a class says otherwise.
func sized(size, classes, prefix string) string {
	if strings.Contains(classes, prefix) {
		return ""
	}
	return size
}

func (o options) label(key string) Label {
	if s, ok := o[key].(string); ok {
		return Label{Text: s}
	}
	return labelOf(o.sub(key))
}

func labelOf(o options) Label {
	text, size, level := o.head()
	return Label{Text: text, ID: o.text("id"), For: o.text("for"), Size: sized(size, o.text("classes"), "nhsuk-label--"), Heading: level, Classes: o.text("classes")}
}

func legendOf(o options) Legend {
	text, size, level := o.head()
	return Legend{Text: text, ID: o.text("id"), Size: sized(size, o.text("classes"), "nhsuk-fieldset__legend--"), Heading: level, Classes: o.text("classes")}
}

func (o options) field() Field {
	return Field{
		Name: o.text("name"), ID: o.text("id"), Label: o.label("label"), Hint: o.content("hint"), Error: o.content("errorMessage"),
		Wrong: o.yes("errorMessage"), Disabled: o.yes("disabled"), Classes: o.text("classes"),
	}
}

func (o options) group() Group {
	g := Group{
		Name: o.text("name"), IDPrefix: o.text("idPrefix"), Hint: o.content("hint"), Error: o.content("errorMessage"),
		Wrong: o.yes("errorMessage"), Disabled: o.yes("disabled"), Classes: o.text("classes"),
	}
	if f := o.sub("fieldset"); f != nil {
		var l Legend
		if s, ok := f["legend"].(string); ok {
			l = Legend{Text: s}
		} else {
			l = legendOf(f.sub("legend"))
		}
		g.Legend = &l
	}
	return g
}

func (o options) choices() []Choice {
	var out []Choice
	for _, i := range o.list("items") {
		c := Choice{
			Value: i.text("value"), Text: i.body(), Hint: i.content("hint"), Disabled: i.yes("disabled"), Enabled: i.no("disabled"), Divider: i.text("divider"),
			Name: i.text("name"), Behaviour: i.text("behaviour"), BehaviourGroup: i.text("behaviourGroup"),
		}
		if h := i.sub("conditional").text("html"); h != "" {
			c.Conditional = template.HTML(h)
		}
		out = append(out, c)
	}
	return out
}

func (o options) attributes() Attributes {
	var out Attributes
	for k := range o.sub("attributes") {
		if out == nil {
			out = Attributes{}
		}
		out[k] = o.sub("attributes").text(k)
	}
	return out
}

// oddity turns the option true or false into the words of our three-valued fields.
func (o options) oddity(key string) string {
	if _, ok := o[key].(bool); ok {
		return o.text(key)
	}
	return ""
}

// fromExample makes our component from an example's options, by the design system's name.
var fromExample = map[string]func(options) Component{
	"label":  func(o options) Component { return labelOf(o) },
	"legend": func(o options) Component { return legendOf(o) },
	"hint":   func(o options) Component { return Hint{Text: o.body()} },
	"error-message": func(o options) Component {
		return ErrorMessage{Text: o.body(), Prefix: o.text("visuallyHiddenText"), NoPrefix: o["visuallyHiddenText"] == ""}
	},
	"fieldset": func(o options) Component {
		f := Fieldset{Body: template.HTML(o.text("html"))}
		if s, ok := o["legend"].(string); ok {
			f.Legend = Legend{Text: s}
		} else {
			f.Legend = legendOf(o.sub("legend"))
		}
		return f
	},
	"input": func(o options) Component {
		in := Input{
			Field: o.field(), Type: o.text("type"), Value: o.text("value"), Width: o.number("width"), Code: o.yes("code"),
			Prefix: o.content("prefix"), Suffix: o.content("suffix"), Autocomplete: o.text("autocomplete"), InputMode: o.text("inputmode"), Spellcheck: o.oddity("spellcheck"),
		}
		if strings.Contains(in.Classes, "nhsuk-input--width") {
			in.Width = 0
		}
		return in
	},
	"textarea": func(o options) Component {
		return Textarea{Field: o.field(), Value: o.text("value"), Autocomplete: o.text("autocomplete")}
	},
	"select": func(o options) Component {
		s := Select{Field: o.field(), Value: o.text("value")}
		for _, i := range o.list("items") {
			_, has := i["value"]
			s.Options = append(s.Options, Option{Value: i.text("value"), NoValue: !has, Text: i.text("text"), Disabled: i.yes("disabled"), Divider: i.yes("divider")})
		}
		return s
	},
	"file-upload": func(o options) Component { return FileUpload{Field: o.field(), Multiple: o.yes("multiple")} },
	"radios": func(o options) Component {
		return Radios{Group: o.group(), Small: o.yes("small"), Inline: o.yes("inline"), Value: o.text("value"), Choices: o.choices()}
	},
	"checkboxes": func(o options) Component {
		c := Checkboxes{Group: o.group(), Small: o.yes("small"), Inline: o.yes("inline"), Choices: o.choices()}
		for _, v := range o.list("values") {
			c.Values = append(c.Values, v.text("text"))
		}
		return c
	},
	"date-input": dateFromExample,
	"button": func(o options) Component {
		return Button{
			Text: o.body(), Href: o.text("href"), Variant: o.text("variant"), Small: o.yes("small"), Disabled: o.yes("disabled"),
			PreventDoubleClick: o.oddity("preventDoubleClick"),
		}
	},
	"error-summary": func(o options) Component {
		e := ErrorSummary{Heading: o.content("heading"), Description: o.content("description"), DisableAutoFocus: o.oddity("disableAutoFocus")}
		for _, i := range o.list("errorList") {
			e.Errors = append(e.Errors, ErrorLink{Text: i.body(), Href: i.text("href")})
		}
		return e
	},
	"details": func(o options) Component {
		return Details{Summary: o.content("summary"), Body: o.body(), Open: o.yes("open"), Classes: o.text("classes")}
	},
	"tag": func(o options) Component {
		return Tag{Text: o.body(), Colour: sized(strings.TrimSuffix(o.text("colour"), "false"), o.text("classes"), "nhsuk-tag--"), NoColour: o.no("colour"), NoBorder: o.no("border"), Classes: o.text("classes")}
	},
	"skip-link":  func(o options) Component { return SkipLink{Href: o.text("href"), Text: o.body()} },
	"inset-text": func(o options) Component { return InsetText{Body: o.body()} },
	"notification-banner": func(o options) Component {
		return NotificationBanner{
			Title: o.content("title"), Heading: o.content("heading"), Body: o.body(), Success: o.text("variant") == "success",
			Role: o.text("role"), DisableAutoFocus: o.oddity("disableAutoFocus"), Attributes: o.attributes(),
		}
	},
	"breadcrumb": func(o options) Component {
		b := Breadcrumbs{}
		for _, i := range o.list("items") {
			b.Items = append(b.Items, Link{Text: i.body(), Href: i.text("href")})
		}
		return b
	},
	"summary-list": summaryFromExample,
	"pagination":   paginationFromExample,
	"tables":       tableFromExample,
}

func dateFromExample(o options) Component {
	d := DateInput{Group: o.group(), NamePrefix: o.text("namePrefix")}
	d.IDPrefix = o.text("id")
	part := func(name string, p options) DatePart {
		value := p.text("value")
		if value == "" {
			value = o.sub("values").text(name)
		}
		return DatePart{
			Name: name, Label: p.text("label"), Value: value, Width: p.number("width"), Autocomplete: p.text("autocomplete"),
			Wrong: p.yes("error"), Disabled: p.yes("disabled"), Enabled: p.no("disabled"),
		}
	}
	if items := o.list("items"); len(items) > 0 {
		for _, i := range items {
			d.Parts = append(d.Parts, part(i.text("name"), i))
		}
		return d
	}
	for _, name := range []string{"day", "month", "year"} {
		d.Parts = append(d.Parts, part(name, o.sub(name)))
	}
	return d
}

func summaryFromExample(o options) Component {
	s := SummaryList{NoBorder: o.no("border"), NoLastRowBorder: o.no("lastRowBorder")}
	for _, r := range o.list("rows") {
		row := SummaryRow{Key: r.content("key"), Value: r.content("value"), NoBorder: r.no("border"), KeyWidth: r.sub("key").text("width")}
		actions := r.sub("actions").list("items")
		if len(actions) == 0 {
			actions = r.list("actions")
		}
		for _, a := range actions {
			row.Actions = append(row.Actions, SummaryAction{Text: a.text("text"), Hidden: a.text("visuallyHiddenText"), Href: a.text("href")})
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

func paginationFromExample(o options) Component {
	turn := func(key string) Turn {
		t := o.sub(key)
		return Turn{Href: t.text("href"), Text: t.body(), Name: t.content("label")}
	}
	p := Pagination{Previous: turn("previous"), Next: turn("next")}
	for _, i := range o.list("items") {
		p.Pages = append(p.Pages, PageNumber{Number: i.number("number"), Href: i.text("href"), Label: i.text("ariaLabel"), Current: i.yes("current"), Ellipsis: i.yes("ellipsis")})
	}
	return p
}

func tableFromExample(o options) Component {
	caption := o.sub("caption")
	t := Table{
		Caption: o.content("caption"), CaptionID: caption.text("id"), CaptionSize: caption.text("size"), CaptionClasses: caption.text("classes"),
		RowHeaders: o.yes("firstCellIsHeader"), Compact: o.yes("compact"), Striped: o.yes("striped"), NoBorder: o.no("border"), NoLastRowBorder: o.no("lastRowBorder"),
	}
	t.CaptionSize = sized(t.CaptionSize, t.CaptionClasses, "nhsuk-table__caption--")
	for _, h := range o.list("head") {
		t.Columns = append(t.Columns, Column{
			Heading: h.body(), Hidden: h.text("visuallyHiddenText"), Numeric: h.text("format") == "numeric", Align: h.text("align"),
			Width: h.text("width"), Classes: h.text("classes"),
		})
	}
	rows, _ := o["rows"].([]any)
	for _, r := range rows {
		var row []Cell
		for _, c := range (options{"r": r}).list("r") {
			row = append(row, Cell{
				Body: c.body(), Hidden: c.text("visuallyHiddenText"), Href: c.text("href"), Numeric: c.text("format") == "numeric",
				Words: c.text("format") == "string", Classes: c.text("classes"), Width: c.text("width"),
			})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// Every example that scripts/vendor-assets keeps is rendered; there is no list of exceptions.
func TestComponentsGiveTheMarkupOfTheDesignSystem(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/nhsuk/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			build := fromExample[name]
			if build == nil {
				t.Fatalf("no component for %s", name)
			}
			var examples []struct {
				Name    string
				Context options
				HTML    string
			}
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(b, &examples); err != nil {
				t.Fatal(err)
			}
			for i, e := range examples {
				t.Run(fmt.Sprintf("%s (%d)", e.Name, i), func(t *testing.T) {
					got, err := Render(build(e.Context))
					if err != nil {
						t.Fatal(err)
					}
					if diff := firstDifference(outline(t, string(got)), outline(t, e.HTML)); diff != "" {
						t.Errorf("%s\noptions %v", diff, e.Context)
					}
				})
			}
		})
	}
	if len(fromExample) != len(files) {
		t.Errorf("%d components, examples of %d", len(fromExample), len(files))
	}
}
