package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"candour/internal/finding"
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

// matrix shows both icons and the latest value of every provider and indicator
// chosen. Nine queries, however many cells.
func (s *Server) matrix(r *request) (answer, error) {
	p := &matrixPage{base: base{Title: "All indicators, all providers", Place: placeIndicators, Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Indicators", Href: r.link("/indicators")}}}}, AsOf: r.asof}
	providers, err := s.providersInScope(r)
	if err != nil {
		return nil, err
	}
	concerns, err := s.placesBy(r)
	if err != nil {
		return nil, err
	}
	if err := s.unread(r, &p.base); err != nil {
		return nil, err
	}
	measured, err := s.measured(r)
	if err != nil {
		return nil, err
	}
	providers = matrixRows(r, providers, concerns)
	columns := s.matrixColumns(r, measured)
	p.filters(r, len(providers), len(columns))
	if len(providers) == 0 || len(columns) == 0 {
		p.Lead = "Nothing is drawn, because no provider of yours has a value of an indicator in this choice."
		p.Empty = "Another choice of indicators or providers may have some; the first delivery fills the rest."
		return p, nil
	}
	cells, err := s.matrixCells(r, providers, columns)
	if err != nil {
		return nil, err
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
	p.Matrix = component.Region{Name: "Indicator matrix, scrolls sideways", Body: s.buildMatrix(r, p, providers, columns, concerns, cells)}
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
		d := s.Catalogue.Get(m.Indicator)
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

// matrixCells reads where every series in the matrix stands.
func (s *Server) matrixCells(r *request, providers []org.Organisation, columns []*indicator.Definition) (map[cellAt]component.MatrixCell, error) {
	want := store.Wanted{}
	for _, d := range columns {
		want.Indicators = append(want.Indicators, d.ID)
	}
	for _, o := range providers {
		want.Orgs = append(want.Orgs, o.Code)
	}
	verdicts, err := s.store.Verdicts(r.Context(), r.scope, want)
	if err != nil {
		return nil, err
	}
	found, err := s.store.Latest(r.Context(), r.scope, "")
	if err != nil {
		return nil, err
	}
	byCell := map[cellAt][]store.HeldFinding{}
	for _, f := range found {
		k := cellAt{f.Org, f.Indicator}
		byCell[k] = append(byCell[k], f)
	}
	out := map[cellAt]component.MatrixCell{}
	for _, j := range s.verdicts(verdicts) {
		k := cellAt{j.Org, j.Indicator}
		if _, held := out[k]; held {
			continue // the published series, which is first, speaks where both are held
		}
		out[k] = matrixCell(r, &j, byCell[k])
	}
	return out, nil
}

// matrixCell is one provider's indicator.
func matrixCell(r *request, j *verdict, found []store.HeldFinding) component.MatrixCell {
	for i := range found {
		if found[i].Kind == finding.Stale {
			last := "none came yet"
			if !j.At.IsZero() {
				last = "last " + j.At.LastMonth().Words()
			}
			return component.MatrixCell{Gap: "Late", Detail: last, Title: found[i].Sentence}
		}
	}
	if j.At.IsZero() {
		words := presenceWords(j.Presence)
		return component.MatrixCell{Gap: capital(words), Quiet: words == "not applicable"}
	}
	return component.MatrixCell{Icons: j.icons(found), Value: strings.TrimSuffix(j.value(""), "%"), Href: r.link(indicatorPath(j.Org, j.Indicator))}
}

// buildMatrix puts the cells in their places and counts down the columns.
func (s *Server) buildMatrix(r *request, p *matrixPage, providers []org.Organisation, columns []*indicator.Definition, concerns map[org.Code]store.Concern, cells map[cellAt]component.MatrixCell) component.Matrix {
	m := component.Matrix{Corner: "Provider, and concern in points"}
	m.Caption = fmt.Sprintf("Latest variation and assurance of %s for %s", count(len(columns), "indicator", "indicators"), count(len(providers), "provider", "providers"))
	for _, d := range columns {
		name := "Other"
		if i := questionPlace(d.Question); i < len(questions) {
			name = questions[i].name
		}
		if n := len(m.Groups); n == 0 || m.Groups[n-1].Name != name {
			m.Groups = append(m.Groups, component.MatrixGroup{Name: name})
		}
		g := &m.Groups[len(m.Groups)-1]
		g.Columns = append(g.Columns, component.MatrixColumn{Name: shortOf(d), Href: r.link("/indicators/" + string(d.ID)), Unit: unitOf(d)})
	}
	worse := component.MatrixTotal{Name: "Concern", Counts: make([]int, len(columns))}
	better := component.MatrixTotal{Name: "Improving", Counts: make([]int, len(columns))}
	gaps := component.MatrixTotal{Name: "Gaps", Counts: make([]int, len(columns)), Gaps: true}
	concern, gap, most, where := 0, 0, 0, ""
	for _, o := range providers {
		if !slices.ContainsFunc(columns, func(d *indicator.Definition) bool { _, held := cells[cellAt{o.Code, d.ID}]; return held }) {
			p.Without = append(p.Without, nameOf(o))
			continue
		}
		row := component.MatrixRow{Name: shortName(nameOf(o)), Href: r.link(providerPath(o.Code)), Detail: string(o.Code) + ", " + pointsWords(concerns, o.Code)}
		for i, d := range columns {
			c, held := cells[cellAt{o.Code, d.ID}]
			switch {
			case !held:
				c = component.MatrixCell{Gap: "None held", Quiet: true, Title: "no value of this indicator has ever arrived for this provider"}
			case c.Quiet:
			case c.Gap != "":
				gaps.Counts[i]++
				gap++
			case c.Icons.Variation.Worries():
				worse.Counts[i]++
				concern++
				if worse.Counts[i] > most {
					most, where = worse.Counts[i], shortOf(d)
				}
			case c.Icons.Variation.Improves():
				better.Counts[i]++
			}
			row.Cells = append(row.Cells, c)
		}
		r.shown("provider/" + string(o.Code))
		m.Rows = append(m.Rows, row)
	}
	m.Totals = []component.MatrixTotal{worse, better, gaps}
	p.Lead = matrixLead(concern, gap, most, where)
	return m
}

// matrixLead is the answer in a sentence.
func matrixLead(concern, gap, most int, where string) string {
	lead := "Nothing stands out, because no indicator of a provider shown is in special cause of concern."
	if concern > 0 {
		lead = fmt.Sprintf("%s in concern, most of all in %s, because %s worse there than chance explains.", count(concern, "series is", "series are"), where, count(most, "provider is", "providers are"))
	}
	if gap > 0 {
		lead += " " + count(gap, "series is late or has a gap.", "series are late or have a gap.")
	}
	return lead
}

// pointsWords is a provider's points, or that it can't be judged.
func pointsWords(concerns map[org.Code]store.Concern, code org.Code) string {
	if c, ok := concerns[code]; ok && c.Judged {
		return count(c.Points, "point", "points")
	}
	return "can’t be judged"
}
