package component

import (
	"html/template"
	"strconv"
)

// Link is a text that leads somewhere.
type Link struct {
	Text       Content
	Href       string
	Attributes Attributes
}

// Links are links one after another, with a space after each.
type Links []Link

// HTML is them written: lists of patterns name thousands.
func (l Links) HTML() (template.HTML, error) {
	var p pen
	for _, link := range l {
		p.markup("<a")
		p.address(link.Href)
		p.attributes(link.Attributes)
		p.markup(">")
		p.content(link.Text)
		p.markup("</a> ")
	}
	return p.done()
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
