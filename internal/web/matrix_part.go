package web

import (
	"fmt"
	"strconv"

	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/web/component"
)

// What one page of the matrix shows at the most: 3,000 cells are a megabyte of markup,
// and more than anybody scans. What is chosen is counted whole wherever it stands.
const (
	matrixRowsShown    = 50
	matrixColumnsShown = 60
)

// matrixPart is some of the columns, which follow one another.
type matrixPart struct {
	name string
	from int
	to   int // first that isn't in it
}

// matrixParts cuts columns that are too many for a page by domain, and a domain that
// still has too many into pieces as even as can be.
func matrixParts(columns []*indicator.Definition) (parts []matrixPart) {
	if len(columns) <= matrixColumnsShown {
		return []matrixPart{{to: len(columns)}}
	}
	for from := 0; from < len(columns); {
		name, to := domainOf(columns[from]), from
		for to < len(columns) && domainOf(columns[to]) == name {
			to++
		}
		size := to - from
		pieces := (size + matrixColumnsShown - 1) / matrixColumnsShown
		for i := range pieces {
			piece, end := from+size*i/pieces, from+size*(i+1)/pieces
			words := name + ", " + number(size)
			if size > matrixColumnsShown {
				words = fmt.Sprintf("%s, %d to %d of %s", name, piece-from+1, end-from, number(size))
			}
			parts = append(parts, matrixPart{words, piece, end})
		}
		from = to
	}
	return parts
}

// columnsShown is the columns of the part asked for, with the way to the others.
func (p *matrixPage) columnsShown(r *request, v *matrixView) []*indicator.Definition {
	parts := matrixParts(v.columns)
	chosen, err := strconv.Atoi(r.query("part"))
	if err != nil || chosen < 1 || chosen > len(parts) {
		chosen = 1
	}
	if len(parts) > 1 {
		p.Parts = &component.Segments{Name: "Indicators shown", Label: "Indicators:"}
		for i, x := range parts {
			p.Parts.Items = append(p.Parts.Items, component.Segment{Text: x.name, Href: r.here("part", strconv.Itoa(i+1)), Current: i+1 == chosen})
		}
	}
	return v.columns[parts[chosen-1].from:parts[chosen-1].to]
}

// rowsShown is the providers of the page asked for, with the way to its neighbours, and to
// all on one page.
func (p *matrixPage) rowsShown(r *request, v *matrixView) []org.Organisation {
	n := len(v.providers)
	if n <= matrixRowsShown {
		return v.providers
	}
	if r.query("rows") == "all" {
		p.Shown = "All " + count(n, "provider", "providers") + " on one page."
		p.Whole = component.Link{Text: fmt.Sprintf("%d a page", matrixRowsShown), Href: r.here("rows", "")}
		return v.providers
	}
	page, err := strconv.Atoi(r.query("page"))
	if err != nil || page < 1 || (page-1)*matrixRowsShown >= n {
		page = 1
	}
	from := (page - 1) * matrixRowsShown
	to := min(from+matrixRowsShown, n)
	p.Shown = fmt.Sprintf("Providers %d to %d of %s.", from+1, to, number(n))
	p.Whole = component.Link{Text: "All " + number(n) + " on one page", Href: r.here("rows", "all", "page", "")}
	p.Pages = &component.Pagination{Label: "Providers"}
	if page > 1 {
		p.Pages.Previous = component.Turn{Href: r.here("page", strconv.Itoa(page-1)), Name: fmt.Sprintf("%d to %d", from-matrixRowsShown+1, from)}
	}
	if to < n {
		p.Pages.Next = component.Turn{Href: r.here("page", strconv.Itoa(page+1)), Name: fmt.Sprintf("%d to %d", to+1, min(to+matrixRowsShown, n))}
	}
	return v.providers[from:to]
}
