package web

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/web/component"
)

// columnsOf is so many definitions of each domain.
func columnsOf(sizes map[string]int) (out []*indicator.Definition) {
	for _, q := range questions {
		for range sizes[q.id] {
			out = append(out, &indicator.Definition{ID: indicator.ID(fmt.Sprintf("%s-%d", q.id, len(out))), Question: q.id})
		}
	}
	return out
}

func TestColumnsOfTheMatrixAreCutWhereTheyAreTooMany(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		sizes map[string]int
		want  []string
	}{
		{"few stand together", map[string]int{"safe": 30, "caring": 30}, []string{" 0-60"}},
		{"many are cut by domain", map[string]int{"safe": 31, "caring": 30}, []string{"Safe, 31 0-31", "Caring, 30 31-61"}},
		{"a large domain in pieces", map[string]int{"effective": 5, "well_led": 130}, []string{
			"Effective, 5 0-5", "Well led, 1 to 43 of 130 5-48", "Well led, 44 to 86 of 130 48-91", "Well led, 87 to 130 of 130 91-135",
		}},
	} {
		var got []string
		for _, x := range matrixParts(columnsOf(c.sizes)) {
			got = append(got, fmt.Sprintf("%s %d-%d", x.name, x.from, x.to))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

func TestRowsOfTheMatrixAreShownByThePage(t *testing.T) {
	t.Parallel()
	v := &matrixView{}
	for i := range 118 {
		v.providers = append(v.providers, org.Organisation{Code: org.Code(fmt.Sprintf("R%03d", i))})
	}
	for _, c := range []struct {
		query, first, last, shown, previous, next string
	}{
		{"", "R000", "R049", "Providers 1 to 50 of 118.", "", "/matrix?page=2"},
		{"?page=2&set=all", "R050", "R099", "Providers 51 to 100 of 118.", "/matrix?page=1&set=all", "/matrix?page=3&set=all"},
		{"?page=3", "R100", "R117", "Providers 101 to 118 of 118.", "/matrix?page=2", ""},
		{"?page=4", "R000", "R049", "Providers 1 to 50 of 118.", "", "/matrix?page=2"},
		{"?page=nonsense", "R000", "R049", "Providers 1 to 50 of 118.", "", "/matrix?page=2"},
		{"?rows=all&page=2", "R000", "R117", "All 118 providers on one page.", "", ""},
	} {
		p := &matrixPage{}
		rows := p.rowsShown(&request{Request: httptest.NewRequest("GET", "/matrix"+c.query, nil)}, v)
		previous, next := "", ""
		if p.Pages != nil {
			previous, next = p.Pages.Previous.Href, p.Pages.Next.Href
		}
		if string(rows[0].Code) != c.first || string(rows[len(rows)-1].Code) != c.last || p.Shown != c.shown || previous != c.previous || next != c.next {
			t.Errorf("%s: %s to %s, %q, previous %q, next %q", c.query, rows[0].Code, rows[len(rows)-1].Code, p.Shown, previous, next)
		}
		if !strings.Contains(p.Whole.Href, "rows=all") && !strings.Contains(c.query, "rows=all") {
			t.Errorf("%s: no way to all of them: %q", c.query, p.Whole.Href)
		}
	}
}

func TestAPageOfTheMatrixCountsAllAndRecordsAsSeenWhatItShows(t *testing.T) {
	t.Parallel()
	d := &indicator.Definition{ID: "falls", Question: "safe"}
	v := &matrixView{columns: []*indicator.Definition{d}, stood: &standingTable{row: map[org.Code]int{}, column: map[indicator.ID]int{d.ID: 0}}}
	for i := range 60 {
		code := org.Code(fmt.Sprintf("R%03d", i))
		v.providers = append(v.providers, org.Organisation{Code: code})
		v.stood.row[code] = i
		v.stood.what = append(v.stood.what, []cellState{inWorse, inWorse, inWorse, inBetter, inGap, asUsual}[i%6])
		v.stood.cells = append(v.stood.cells, component.MatrixCell{Value: "1"})
	}
	r, p := &request{Request: httptest.NewRequest("GET", "/matrix?page=2", nil)}, &matrixPage{}
	counts := v.count()
	m := v.build(r, counts, p.rowsShown(r, v), p.columnsShown(r, v))
	if len(m.Rows) != 10 || m.Rows[0].Cells[0].Href != "/providers/R050/indicators/falls" {
		t.Errorf("%d rows, the first %+v", len(m.Rows), m.Rows[0])
	}
	for i, want := range []component.MatrixTotal{{Name: "Concern, of all 60", Counts: []int{30}}, {Name: "Improving, of all 60", Counts: []int{10}}, {Name: "Gaps, of all 60", Counts: []int{10}, Gaps: true}} {
		if got := m.Totals[i]; got.Name != want.Name || !slices.Equal(got.Counts, want.Counts) || got.Gaps != want.Gaps {
			t.Errorf("total %+v, expected %+v", got, want)
		}
	}
	if lead := counts.lead(); !strings.HasPrefix(lead, "30 series are in concern") || !strings.HasSuffix(lead, "10 series are late or have a gap.") {
		t.Errorf("the lead: %s", lead)
	}
	if len(r.seen) != 10 || r.seen[0] != "provider/R050" {
		t.Errorf("recorded as seen: %v", r.seen)
	}
}
