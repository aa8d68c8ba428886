package component

import (
	"html/template"
	"strconv"
	"strings"
)

// Table is rows and columns.
type Table struct {
	Caption         Content
	CaptionID       string
	CaptionSize     string // s, m, l or xl; empty is plain
	CaptionHidden   bool   // said, not shown
	CaptionClasses  string
	Columns         []Column
	Rows            [][]Cell
	Foot            [][]Cell // totals
	RowHeaders      bool     // the first cell of each row names it
	Dense           bool     // our dense table
	Cards           bool     // each row a card on a telephone, with the headings beside its cells
	Compact         bool
	Striped         bool
	NoBorder        bool
	NoLastRowBorder bool
	ID              string
	Classes         string
	Attributes      Attributes
}

// Column is a column and its heading.
type Column struct {
	Heading Content
	Hidden  string // said after the heading, not shown
	Numeric bool   // figures, to the right
	Align   string // left, centre or right
	Width   string // such as one-half
	Classes string
	Span    int // columns; nought is one
}

// Cell is one cell. An empty cell must have a word, shown or hidden.
type Cell struct {
	Body       Content
	Hidden     string // said after the body, not shown
	Href       string
	Numeric    bool
	Words      bool // not a figure, though its column is
	Width      string
	Classes    string
	Header     bool // names its row, wherever it stands
	Span       int  // columns; nought is one
	RowSpan    int  // rows; nought is one
	Title      string
	Attributes Attributes
}

func (Table) templateName() string { return "table" }

// BodyRows is the markup of the rows.
func (t Table) BodyRows() (template.HTML, error) {
	role := ""
	if t.Cards {
		role = ` role="row"`
	}
	return t.drawn(t.Rows, `<tr class="nhsuk-table__row"`+role+">")
}

// FootRows is the markup of the totals.
func (t Table) FootRows() (template.HTML, error) {
	return t.drawn(t.Foot, `<tr class="nhsuk-table__row cd-total">`)
}

func (t Table) drawn(rows [][]Cell, start string) (template.HTML, error) {
	var p pen
	for _, row := range rows {
		p.markup(start)
		for i := range row {
			t.cell(&p, &row[i], i)
		}
		p.markup("</tr>")
	}
	return p.done()
}

// cell writes one cell with what it takes from its column.
func (t Table) cell(p *pen, c *Cell, column int) {
	row := c.Header || column == 0 && t.RowHeaders
	tag, end := `<td class="`, "</td>"
	if row {
		tag, end = `<th class="`, "</th>"
	}
	p.markup(tag)
	t.cellClass(p, c, column, row)
	p.markup(`"`)
	if row {
		p.markup(` scope="row"`)
	}
	t.place(p, c, column, row)
	p.markup(">")
	if c.Href != "" {
		p.markup(`<a class="nhsuk-link"`)
		p.address(c.Href)
		p.markup(">")
	}
	p.content(c.Body)
	p.hidden(c.Hidden)
	if c.Href != "" {
		p.markup("</a>")
	}
	p.markup(end)
}

// place writes spans, title and further attributes. A table of cards gives a cell the
// heading that stands before it on a telephone, and the role that a table drawn as
// blocks would lose.
func (t Table) place(p *pen, c *Cell, column int, row bool) {
	if c.Span != 0 {
		p.attribute("colspan", strconv.Itoa(c.Span))
	}
	if c.RowSpan != 0 {
		p.attribute("rowspan", strconv.Itoa(c.RowSpan))
	}
	if c.Title != "" {
		p.attribute("title", c.Title)
	}
	if t.Cards && row {
		p.markup(` role="rowheader"`)
	} else if t.Cards {
		p.markup(` role="cell"`)
		if heading, ok := t.headingOf(column); ok {
			p.attribute("data-h", lead(heading))
		}
	}
	p.attributes(c.Attributes)
}

// lead is a heading as it stands before a value on the same line: with a colon, unless
// it ends with a mark of its own, such as that of a question.
func lead(heading string) string {
	if strings.HasSuffix(heading, "?") || strings.HasSuffix(heading, "!") || strings.HasSuffix(heading, ":") || strings.HasSuffix(heading, "…") {
		return heading
	}
	return heading + ":"
}

// headingOf is the plain text of a column's heading.
func (t Table) headingOf(column int) (string, bool) {
	if column >= len(t.Columns) {
		return "", false
	}
	text, ok := t.Columns[column].Heading.(string)
	return text, ok
}

// cellClass writes the classes of the cell in the column of a number.
func (t Table) cellClass(p *pen, c *Cell, column int, row bool) {
	class, numeric, align := "nhsuk-table__cell", c.Numeric, ""
	if row {
		class = "nhsuk-table__header"
	}
	if column < len(t.Columns) {
		col := &t.Columns[column]
		numeric, align = !c.Words && (c.Numeric || col.Numeric), col.Align
		if c.Words && col.Numeric {
			align = "right"
		}
	}
	p.markup(class)
	if numeric {
		p.markup(" ", class, "--numeric")
		if t.Dense {
			p.markup(" cd-num")
		}
	}
	if align != "" {
		p.markup(" nhsuk-u-text-align-")
		p.text(align)
	}
	if c.Width != "" {
		p.markup(" nhsuk-u-width-")
		p.text(c.Width)
	}
	if c.Classes != "" {
		p.markup(" ")
		p.text(c.Classes)
	}
}
