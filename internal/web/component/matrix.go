package component

import (
	"html/template"
	"strconv"
)

// Matrix is providers × indicators: both icons and the latest value in each
// cell, scanned down for an indicator and across for a provider.
type Matrix struct {
	Caption string // hidden
	Corner  string // heading of the first column
	Groups  []MatrixGroup
	Rows    []MatrixRow
	Totals  []MatrixTotal
}

// MatrixGroup is a domain of quality with its indicators.
type MatrixGroup struct {
	Name    string
	Columns []MatrixColumn
}

// MatrixColumn is one indicator.
type MatrixColumn struct {
	Name Content
	Href string
	Unit string
}

// MatrixRow is one provider.
type MatrixRow struct {
	Name   string
	Href   string
	Detail string // code and points
	Cells  []MatrixCell
}

// MatrixCell is one provider's indicator: icons and value, or a gap.
type MatrixCell struct {
	Icons  IconPair
	Value  string
	Href   string
	Gap    string // why there is nothing; empty is a value
	Detail string // "3 days"; empty is none
	Title  string // of a gap: "due, not received"
	Quiet  bool   // a gap that nobody answers for, such as not applicable: not hatched
}

// MatrixTotal is a count for each column.
type MatrixTotal struct {
	Name   string
	Counts []int
	Gaps   bool // counts gaps: drawn as such where not nought
}

func (Matrix) templateName() string { return "matrix" }

// leads tells for each column whether it is the first of its group.
func (m Matrix) leads() []bool {
	var out []bool
	for _, g := range m.Groups {
		for i := range g.Columns {
			out = append(out, i == 0)
		}
	}
	return out
}

// BodyRows is the markup of the rows.
func (m Matrix) BodyRows() (template.HTML, error) {
	var p pen
	leads := m.leads()
	for i := range m.Rows {
		row := &m.Rows[i]
		p.markup(`<tr><th scope="row"><a`)
		p.address(row.Href)
		p.markup(" data-row>")
		p.text(row.Name)
		p.markup(`</a><br><span class="cd-src">`)
		p.text(row.Detail)
		p.markup("</span></th>")
		for k := range row.Cells {
			row.Cells[k].draw(&p, leads[k])
		}
		p.markup("</tr>")
	}
	return p.done()
}

// draw writes the cell; leads is whether it is in the first column of a group.
func (c *MatrixCell) draw(p *pen, leads bool) {
	hatched := c.Gap != "" && !c.Quiet
	switch {
	case leads && hatched:
		p.markup(`<td class="cd-grp cd-gapcell"`)
	case leads:
		p.markup(`<td class="cd-grp"`)
	case hatched:
		p.markup(`<td class="cd-gapcell"`)
	default:
		p.markup("<td")
	}
	if c.Title != "" {
		p.attribute("title", c.Title)
	}
	p.markup(">")
	switch {
	case hatched:
		p.content(Gap{Word: c.Gap, Detail: c.Detail})
	case c.Gap != "":
		p.markup(`<span class="cd-src">`)
		p.text(c.Gap)
		p.markup("</span>")
	default:
		c.value(p)
	}
	p.markup("</td>")
}

// value writes icons and value.
func (c *MatrixCell) value(p *pen) {
	p.content(c.Icons)
	p.markup(`<span class="cd-v">`)
	if c.Href != "" {
		p.markup("<a")
		p.address(c.Href)
		p.markup(">")
	}
	p.text(c.Value)
	if c.Href != "" {
		p.markup("</a>")
	}
	p.markup("</span>")
}

// FootRows is the markup of the totals.
func (m Matrix) FootRows() (template.HTML, error) {
	var p pen
	leads := m.leads()
	for i, total := range m.Totals {
		start := "<tr"
		if i == 0 {
			start = `<tr class="cd-total"`
		}
		p.markup(start, `><th scope="row">`)
		p.text(total.Name)
		p.markup("</th>")
		for k, n := range total.Counts {
			start, end := "<td>", "</td>"
			if leads[k] {
				start = `<td class="cd-grp">`
			}
			if total.Gaps && n > 0 {
				start, end = start+`<span class="cd-gap">`, "</span></td>"
			}
			p.markup(start, strconv.Itoa(n), end)
		}
		p.markup("</tr>")
	}
	return p.done()
}
