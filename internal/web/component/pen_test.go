package component

import (
	"html/template"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// byTemplate is a table as html/template writes it: what is written by hand must say
// the same, whatever is in it.
var byTemplate = template.Must(template.New("").Parse(`<table><tbody><tr class="nhsuk-table__row">` +
	`<th class="nhsuk-table__header" scope="row">{{if .Href}}<a class="nhsuk-link" href="{{.Href}}">{{.Text}}</a>{{else}}{{.Text}}{{end}}</th>` +
	`<td class="nhsuk-table__cell{{with .Classes}} {{.}}{{end}}" {{with .Title}}title="{{.}}"{{end}}>{{.Text}}{{with .Title}}<span class="nhsuk-u-visually-hidden"> {{.}}</span>{{end}}</td>` +
	`</tr></tbody></table>`))

// hostile draws text that would break out of markup if it could.
func hostile() *rapid.Generator[string] {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{"<", ">", "&", `"`, "'", "\x00", "`", "=", "+", "--", "&amp;", "</td>", "javascript:", "JaVaScRiPt:", "data:", "https://", "mailto:", "/", "?", "#", "%2f", "%", "%zz", " ", "é", "\n", "\xff"}),
		rapid.StringN(0, 4, -1),
	)
	return rapid.Map(rapid.SliceOfN(piece, 1, 6), func(list []string) string { return strings.Join(list, "") })
}

// TestCellsAreEscapedAsTemplatesEscapeThem holds what is written by hand against
// html/template.
func TestCellsAreEscapedAsTemplatesEscapeThem(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		cell := struct{ Href, Text, Classes, Title string }{hostile().Draw(rt, "href"), hostile().Draw(rt, "text"), hostile().Draw(rt, "classes"), hostile().Draw(rt, "title")}
		var want strings.Builder
		if err := byTemplate.Execute(&want, cell); err != nil {
			rt.Fatal(err)
		}
		rows, err := Table{RowHeaders: true, Rows: [][]Cell{{
			{Body: cell.Text, Href: cell.Href}, {Body: cell.Text, Classes: cell.Classes, Title: cell.Title, Hidden: cell.Title},
		}}}.BodyRows()
		if err != nil {
			rt.Fatal(err)
		}
		got := "<table><tbody>" + string(rows) + "</tbody></table>"
		if d := firstDifference(outline(t, got), outline(t, want.String())); d != "" {
			rt.Errorf("%q: %s", cell, d)
		}
	})
}

// TestABrokenComponentInACellIsAnError is what a template would have said.
func TestABrokenComponentInACellIsAnError(t *testing.T) {
	t.Parallel()
	for _, table := range []Table{
		{Rows: [][]Cell{{{Body: Button{Attributes: Attributes{"onclick": "x"}}}}}},
		{Rows: [][]Cell{{{Body: "a", Attributes: Attributes{"style": "x"}}}}},
		{Foot: [][]Cell{{{Body: "a", Attributes: Attributes{"onclick": "x"}}}}},
	} {
		if _, err := Render(table); err == nil {
			t.Errorf("%+v was drawn", table)
		}
	}
}

// matrixByTemplate is the rows and totals of a matrix as html/template writes them.
var matrixByTemplate = template.Must(template.New("").Funcs(FuncMap()).Parse(`<table><tbody>{{range .Rows}}<tr><th scope="row"><a href="{{.Href}}" data-row>{{.Name}}</a><br><span class="cd-src">{{.Detail}}</span></th>` +
	`{{range $i, $c := .Cells}}<td{{if eq $i 0}} class="cd-grp{{if and .Gap (not .Quiet)}} cd-gapcell{{end}}"{{else if and .Gap (not .Quiet)}} class="cd-gapcell"{{end}}{{with .Title}} title="{{.}}"{{end}}>` +
	`{{if .Gap}}{{if .Quiet}}<span class="cd-src">{{.Gap}}</span>{{else}}<span class="cd-gap">{{.Gap}}</span>{{with .Detail}}<br><span class="cd-src">{{.}}</span>{{end}}{{end}}` +
	`{{else}}{{component .Icons}}<span class="cd-v">{{if .Href}}<a href="{{.Href}}">{{.Value}}</a>{{else}}{{.Value}}{{end}}</span>{{end}}</td>{{end}}</tr>{{end}}</tbody>` +
	`<tfoot>{{range $t, $total := .Totals}}<tr{{if eq $t 0}} class="cd-total"{{end}}><th scope="row">{{.Name}}</th>{{range $i, $n := .Counts}}<td{{if eq $i 0}} class="cd-grp"{{end}}>` +
	`{{if and $total.Gaps $n}}<span class="cd-gap">{{$n}}</span>{{else}}{{$n}}{{end}}</td>{{end}}</tr>{{end}}</tfoot></table>`))

// TestTheMatrixIsEscapedAsTemplatesEscapeIt likewise.
func TestTheMatrixIsEscapedAsTemplatesEscapeIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := hostile()
		cell := rapid.Custom(func(rt *rapid.T) MatrixCell {
			c := MatrixCell{Title: text.Draw(rt, "title")}
			if rapid.Bool().Draw(rt, "gap") {
				c.Gap, c.Detail, c.Quiet = text.Draw(rt, "why"), text.Draw(rt, "detail"), rapid.Bool().Draw(rt, "quiet")
				return c
			}
			c.Value, c.Href = text.Draw(rt, "value"), text.Draw(rt, "href")
			c.Icons = IconPair{Variation: VariationFunnelIn, VariationLabel: text.Draw(rt, "label"), Assurance: AssuranceNone}
			return c
		})
		m := Matrix{
			Groups: []MatrixGroup{{Columns: make([]MatrixColumn, 2)}},
			Rows:   []MatrixRow{{Name: text.Draw(rt, "name"), Href: text.Draw(rt, "href"), Detail: text.Draw(rt, "detail"), Cells: []MatrixCell{cell.Draw(rt, "first"), cell.Draw(rt, "second")}}},
			Totals: []MatrixTotal{{Name: text.Draw(rt, "total"), Counts: []int{0, 3}}, {Name: "Gaps", Counts: []int{2, 0}, Gaps: true}},
		}
		var want strings.Builder
		if err := matrixByTemplate.Execute(&want, m); err != nil {
			rt.Fatal(err)
		}
		rows, err := m.BodyRows()
		if err != nil {
			rt.Fatal(err)
		}
		feet, err := m.FootRows()
		if err != nil {
			rt.Fatal(err)
		}
		got := "<table><tbody>" + string(rows) + "</tbody><tfoot>" + string(feet) + "</tfoot></table>"
		if d := firstDifference(outline(t, got), outline(t, want.String())); d != "" {
			rt.Errorf("%+v: %s", m, d)
		}
	})
}

// linksByTemplate is links as html/template writes them.
var linksByTemplate = template.Must(template.New("").Funcs(FuncMap()).Parse(
	`{{range .}}<a href="{{.Href}}"{{with .Attributes}} {{attributes .}}{{end}}>{{content .Text}}</a> {{end}}`))

func TestLinksAreEscapedAsTemplatesEscapeThem(t *testing.T) {
	t.Parallel()
	links := Links{
		{Text: "SU-2026-7", Href: "/signals/SU-2026-7?at=5&back=a b"},
		{Text: `A & <b>"B"</b>`, Href: "javascript:alert(1)"},
		{Text: 12, Href: "#x", Attributes: Attributes{"data-row": "1"}},
		{},
	}
	var want strings.Builder
	if err := linksByTemplate.Execute(&want, links); err != nil {
		t.Fatal(err)
	}
	if got, err := links.HTML(); err != nil || string(got) != want.String() {
		t.Errorf("got\n%s, %v, want\n%s", got, err, want.String())
	}
}
