package component

import (
	"maps"
	"strconv"
	"strings"
)

// Link is a text that leads somewhere.
type Link struct {
	Text       Content
	Href       string
	Attributes Attributes
}

// Breadcrumbs is the way from the home page to this one's parent. On a telephone
// only the last step is shown.
type Breadcrumbs struct {
	Items []Link
	Label string // empty is Breadcrumb
}

func (Breadcrumbs) templateName() string { return "breadcrumbs" }

// Parent is the last step.
func (b Breadcrumbs) Parent() Link {
	if len(b.Items) == 0 {
		return Link{}
	}
	return b.Items[len(b.Items)-1]
}

// SummaryList is pairs of a name and a value, with what can be done about each.
type SummaryList struct {
	Rows            []SummaryRow
	NoBorder        bool
	NoLastRowBorder bool
	Classes         string
	Attributes      Attributes
}

// SummaryRow is one pair.
type SummaryRow struct {
	Key      Content
	Value    Content
	Actions  []SummaryAction
	NoBorder bool
	KeyWidth string // such as one-half; empty is the design system's
}

// SummaryAction is a link at the end of a row.
type SummaryAction struct {
	Text   string
	Hidden string // said to those who can't see the row: "Change" what?
	Href   string
}

func (SummaryList) templateName() string { return "summary-list" }

// HasActions reports whether any row has actions, which makes a third column.
func (s SummaryList) HasActions() bool {
	for _, r := range s.Rows {
		if len(r.Actions) > 0 {
			return true
		}
	}
	return false
}

// LastRow is the number of the last row, counted from nought.
func (s SummaryList) LastRow() int { return len(s.Rows) - 1 }

// Pagination leads to the neighbours of a page, or among numbered pages.
type Pagination struct {
	Label    string // empty is Pagination
	Previous Turn
	Next     Turn
	Pages    []PageNumber // none is neighbours only
}

// Turn is the way to a neighbour.
type Turn struct {
	Href string // empty is no neighbour
	Text Content
	Name Content // of the neighbour
}

// PageNumber is one numbered page, or a gap.
type PageNumber struct {
	Number   int
	Href     string
	Label    string // empty is "Page" and the number
	Current  bool
	Ellipsis bool
}

func (Pagination) templateName() string { return "pagination" }

// Spoken is the page's name for those who hear it.
func (p PageNumber) Spoken() string {
	if p.Label != "" {
		return p.Label
	}
	return "Page " + strconv.Itoa(p.Number)
}

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

// tableCell is a Cell as its template writes it, with what it takes from its place.
// It holds no other struct, and the class is put together before, because a page
// has thousands of cells: the template looks a field of a struct within a struct up
// anew each time, which took most of the time of a long table.
type tableCell struct {
	Row        bool // th scope=row
	Class      string
	Placed     bool // has any of the following four
	Span       int
	RowSpan    int
	Title      string
	Attributes Attributes
	Href       string
	Text       string  // the body, where it is plain text
	Body       Content // else
	Hidden     string
}

// Cells is the row's cells with what they take from their columns.
func (t Table) Cells(row []Cell) []tableCell {
	out := make([]tableCell, len(row))
	for i := range row {
		c := &row[i]
		p := tableCell{
			Row: c.Header || i == 0 && t.RowHeaders, Span: c.Span, RowSpan: c.RowSpan, Title: c.Title, Attributes: c.Attributes,
			Placed: c.Span != 0 || c.RowSpan != 0 || c.Title != "" || len(c.Attributes) > 0, Href: c.Href, Body: c.Body, Hidden: c.Hidden,
		}
		p.Text, _ = c.Body.(string)
		p.Class = t.cellClass(c, i, p.Row)
		t.card(&p, i)
		out[i] = p
	}
	return out
}

// card gives a cell of a table of cards the heading that stands before it on a
// telephone, and the role that a table drawn as blocks would lose.
func (t Table) card(p *tableCell, column int) {
	if !t.Cards {
		return
	}
	role := "cell"
	if p.Row {
		role = "rowheader"
	}
	p.Placed, p.Attributes = true, maps.Clone(p.Attributes)
	if p.Attributes == nil {
		p.Attributes = Attributes{}
	}
	p.Attributes["role"] = role
	if heading, ok := t.headingOf(column); ok && !p.Row {
		p.Attributes["data-h"] = lead(heading)
	}
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

// cellClass is the classes of the cell in the column of a number.
func (t Table) cellClass(c *Cell, column int, row bool) string {
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
	if numeric {
		class += " " + class + "--numeric"
		if t.Dense {
			class += " cd-num"
		}
	}
	if align != "" {
		class += " nhsuk-u-text-align-" + align
	}
	if c.Width != "" {
		class += " nhsuk-u-width-" + c.Width
	}
	if c.Classes != "" {
		class += " " + c.Classes
	}
	return class
}
