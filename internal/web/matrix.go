package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/store"
	"candour/internal/web/component"
)

// matrixPage is providers × indicators: scanned down for an indicator, across for
// a provider.
type matrixPage struct {
	base
	Lead    string
	Filters []component.Select
	Fold    string
	AsOf    string
	Matrix  component.Region
	Parts   *component.Segments // which of the indicators are shown; nil is all
	Shown   string              // which of the providers; empty is all
	Whole   component.Link      // all of them on one page
	Pages   *component.Pagination
	Empty   string
	Without []string         // providers that hold none of the indicators chosen
	Legend  []component.Icon // the label is shown beside the symbol
}

// Silent is a legend's icon without its label, which stands beside it.
func (matrixPage) Silent(i component.Icon) component.Icon { i.Label = ""; return i }

func (*matrixPage) template() string { return "matrix" }

// matrixSets are the choices of columns.
var matrixSets = []struct{ name, words string }{{"", "Fundamental, with a standard"}, {"scored", "Those that concern is made of"}, {"all", "All with values"}}

// cellAt names one cell.
type cellAt struct {
	org org.Code
	id  indicator.ID
}

// matrixView is what is chosen of the matrix, of which a page shows a part.
type matrixView struct {
	providers []org.Organisation // that hold any of the columns, in the order asked for
	columns   []*indicator.Definition
	concerns  map[org.Code]store.Concern
	stood     *standingTable
}

// matrix shows both icons and the latest value of every provider and indicator
// chosen. Nine queries, however many cells.
func (s *Server) matrix(r *request) (answer, error) {
	p := &matrixPage{base: base{Title: "All indicators, all providers", Place: placeIndicators, Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Indicators", Href: r.link("/indicators")}}}}, AsOf: r.asof}
	providers, err := s.providersInScope(r)
	if err != nil {
		return nil, err
	}
	v := matrixView{}
	if v.concerns, err = s.placesBy(r); err != nil {
		return nil, err
	}
	if err := s.unread(r, &p.base); err != nil {
		return nil, err
	}
	measured, err := s.measured(r)
	if err != nil {
		return nil, err
	}
	if v.stood, err = s.standings(r); err != nil {
		return nil, err
	}
	providers = matrixRows(r, providers, v.concerns)
	v.columns = s.matrixColumns(r, measured)
	p.filters(r, len(providers), len(v.columns))
	if len(providers) == 0 || len(v.columns) == 0 {
		p.Lead = "Nothing is drawn, because no provider of yours has a value of an indicator in this choice."
		p.Empty = "Another choice of indicators or providers may have some; the first delivery fills the rest."
		return p, nil
	}
	for _, o := range providers {
		if slices.ContainsFunc(v.columns, func(d *indicator.Definition) bool { _, held := v.stood.at(o.Code, d.ID); return held }) {
			v.providers = append(v.providers, o)
		} else {
			p.Without = append(p.Without, nameOf(o))
		}
	}
	for _, x := range []struct{ name, label string }{
		{"v-concern-h", "concern"},
		{"v-improve-h", "improving"},
		{"v-common", "common cause"},
		{"v-fhi", "outside of the funnel, which alone judges rolling windows"},
		{"a-pass", "standard consistently met"},
		{"a-hit", "hit and missed"},
		{"a-fail", "consistently missed"},
		{"a-none", "no standard set"},
	} {
		p.Legend = append(p.Legend, component.Icon{Name: x.name, Label: x.label, Size: 20})
	}
	counts := v.count()
	p.Lead = counts.lead()
	columns := p.columnsShown(r, &v)
	p.Matrix = component.Region{Name: "Indicator matrix, scrolls sideways", Body: v.build(r, counts, p.rowsShown(r, &v), columns)}
	return p, nil
}

// matrixRows is the providers that the filters leave, in the order asked for.
func matrixRows(r *request, providers []org.Organisation, concerns map[org.Code]store.Concern) []org.Organisation {
	providers = slices.DeleteFunc(providers, func(o org.Organisation) bool {
		return r.query("type") != "" && string(o.Role) != r.query("type")
	})
	switch r.query("order") {
	case "name":
		slices.SortFunc(providers, func(a, b org.Organisation) int { return strings.Compare(nameOf(a), nameOf(b)) })
	case "type":
		slices.SortFunc(providers, func(a, b org.Organisation) int {
			return cmp.Or(strings.Compare(string(a.Role), string(b.Role)), strings.Compare(nameOf(a), nameOf(b)))
		})
	default:
		providers = byRank(r, providers, concerns)
	}
	return providers
}

// matrixColumns is the indicators chosen, by domain, then name.
func (s *Server) matrixColumns(r *request, measured []store.Measured) []*indicator.Definition {
	var out []*indicator.Definition
	for _, m := range measured {
		d := r.catalogue().Get(m.Indicator)
		switch {
		case d == nil:
		case r.query("set") == "all",
			r.query("set") == "scored" && d.Detection.Scored,
			r.query("set") == "" && d.Tier == "fundamental" && (len(d.Standards) > 0 || d.Detection.Scored):
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(a, b *indicator.Definition) int {
		return cmp.Or(cmp.Compare(questionPlace(a.Question), questionPlace(b.Question)), strings.Compare(shortOf(a), shortOf(b)))
	})
	return out
}

// filters fills in the form.
func (p *matrixPage) filters(r *request, rows, columns int) {
	var sets, orders, types []component.Option
	for _, x := range matrixSets {
		sets = append(sets, component.Option{Value: x.name, Text: x.words})
	}
	for _, x := range []struct{ name, words string }{{"", "Concern"}, {"name", "Name"}, {"type", "Type, then name"}} {
		orders = append(orders, component.Option{Value: x.name, Text: x.words})
	}
	types = append(types, component.Option{Text: "All types"})
	for _, role := range []org.Role{org.Trust, org.MentalHealth, org.Community, org.Ambulance, org.Independent, org.CareHome, org.Practice, org.Hospice} {
		types = append(types, component.Option{Value: string(role), Text: role.Words()})
	}
	choose := func(name, label string, options []component.Option) component.Select {
		return component.Select{Field: component.Field{Name: name, Label: component.Label{Text: label}}, Value: r.query(name), Options: options}
	}
	p.Filters = []component.Select{choose("type", "Type of provider", types), choose("set", "Indicators", sets), choose("order", "Order rows by", orders)}
	p.Fold = fmt.Sprintf("Filters: %s, %s", count(rows, "provider", "providers"), count(columns, "indicator", "indicators"))
}

// matrixCounts is what the cells chosen say together, those of other pages among them.
type matrixCounts struct {
	worse, better, gaps map[indicator.ID]int
	inConcern, inGap    int
	most                int    // in concern in the column where most are
	where               string // which that is
}

// count counts every cell chosen, column by column.
func (v *matrixView) count() matrixCounts {
	c := matrixCounts{worse: map[indicator.ID]int{}, better: map[indicator.ID]int{}, gaps: map[indicator.ID]int{}}
	rows := make([]int, len(v.providers))
	for i := range v.providers {
		rows[i] = v.stood.row[v.providers[i].Code] * len(v.stood.column)
	}
	for _, d := range v.columns {
		worse, better, gaps := 0, 0, 0
		for column, i := v.stood.column[d.ID], 0; i < len(rows); i++ {
			switch v.stood.what[rows[i]+column] {
			case inGap:
				gaps++
			case inWorse:
				worse++
			case inBetter:
				better++
			}
		}
		c.worse[d.ID], c.better[d.ID], c.gaps[d.ID] = worse, better, gaps
		c.inConcern += worse
		c.inGap += gaps
		if worse > c.most {
			c.most, c.where = worse, shortOf(d)
		}
	}
	return c
}

// lead is the answer in a sentence.
func (c *matrixCounts) lead() string {
	lead := "Nothing stands out, because no indicator of a provider shown is in special cause of concern."
	if c.inConcern > 0 {
		lead = fmt.Sprintf("%s in concern, most of all in %s, because %s worse there than chance explains.", count(c.inConcern, "series is", "series are"), c.where, count(c.most, "provider is", "providers are"))
	}
	if c.inGap > 0 {
		lead += " " + count(c.inGap, "series is late or has a gap.", "series are late or have a gap.")
	}
	return lead
}

// domainOf is the name of a definition's domain of quality.
func domainOf(d *indicator.Definition) string {
	if i := questionPlace(d.Question); i < len(questions) {
		return questions[i].name
	}
	return "Other"
}

// build puts the cells of some rows and columns in their places, above the counts of
// all rows.
func (v *matrixView) build(r *request, counts matrixCounts, rows []org.Organisation, columns []*indicator.Definition) component.Matrix {
	m := component.Matrix{Corner: "Provider, and concern in points"}
	m.Caption = fmt.Sprintf("Latest variation and assurance of %s for %s", count(len(columns), "indicator", "indicators"), count(len(rows), "provider", "providers"))
	worse, better, gaps := component.MatrixTotal{Name: "Concern"}, component.MatrixTotal{Name: "Improving"}, component.MatrixTotal{Name: "Gaps", Gaps: true}
	for _, d := range columns {
		name := domainOf(d)
		if n := len(m.Groups); n == 0 || m.Groups[n-1].Name != name {
			m.Groups = append(m.Groups, component.MatrixGroup{Name: name})
		}
		g := &m.Groups[len(m.Groups)-1]
		g.Columns = append(g.Columns, component.MatrixColumn{Name: shortOf(d), Href: r.link("/indicators/" + string(d.ID)), Unit: unitOf(d)})
		worse.Counts, better.Counts, gaps.Counts = append(worse.Counts, counts.worse[d.ID]), append(better.Counts, counts.better[d.ID]), append(gaps.Counts, counts.gaps[d.ID])
	}
	for _, o := range rows {
		row := component.MatrixRow{Name: shortName(nameOf(o)), Href: r.link(providerPath(o.Code)), Detail: string(o.Code) + ", " + pointsWords(v.concerns, o.Code), Cells: make([]component.MatrixCell, len(columns))}
		for i, d := range columns {
			c, held := v.stood.cell(r, o.Code, d.ID)
			if !held {
				c = component.MatrixCell{Gap: "None held", Quiet: true, Title: "no value of this indicator has ever arrived for this provider"}
			}
			row.Cells[i] = c
		}
		r.shown("provider/" + string(o.Code))
		m.Rows = append(m.Rows, row)
	}
	m.Totals = []component.MatrixTotal{worse, better, gaps}
	if len(rows) < len(v.providers) {
		for i := range m.Totals {
			m.Totals[i].Name += ", of all " + number(len(v.providers))
		}
	}
	return m
}

// pointsWords is a provider's points, or that it can't be judged.
func pointsWords(concerns map[org.Code]store.Concern, code org.Code) string {
	if c, ok := concerns[code]; ok && c.Judged {
		return count(c.Points, "point", "points")
	}
	return "can’t be judged"
}
