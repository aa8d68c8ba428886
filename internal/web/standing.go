package web

import (
	"context"
	"strings"

	"candour/internal/access"
	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/store"
	"candour/internal/web/component"
)

// standingTable is where every series that a scope sees stands: what the matrix and the
// pages of indicators show of many providers at once. It is a table of organisations
// and indicators in one piece, since a region has 66,000 cells of which a page counts
// all and shows some.
type standingTable struct {
	row    map[org.Code]int
	column map[indicator.ID]int
	cells  []component.MatrixCell // row by row; without addresses, which depend on the page
	what   []cellState
	counts map[indicator.ID]indicatorCount
}

// cellState is what a cell says, for counts.
type cellState uint8

// What a cell may say.
const (
	notHeld  cellState = iota // no value has ever arrived
	asUsual                   // a value that is neither of the next two
	inWorse                   // special cause of concern
	inBetter                  // special cause of improvement
	inGap                     // late or missing: somebody must answer for it
	noMatter                  // a gap that nobody answers for
)

// indicatorCount is how many findings about an indicator count for the worse at the
// newest values, and of how many providers it is late.
type indicatorCount struct{ worse, late int }

// mostStandings bounds what is kept: a region's takes some 15 MB.
const mostStandings = 6

// standings is where every series that the request's scope sees stands.
func (s *Server) standings(r *request) (*standingTable, error) {
	return listing(s, s.stood, r, "standing", func(ctx context.Context, sc access.Scope) (*standingTable, error) {
		return s.readStanding(ctx, sc, r.catalogue())
	})
}

func (s *Server) readStanding(ctx context.Context, sc access.Scope, c *indicator.Catalogue) (*standingTable, error) {
	held, err := s.store.Verdicts(ctx, sc, store.Wanted{})
	if err != nil {
		return nil, err
	}
	found, err := s.store.Latest(ctx, sc, "")
	if err != nil {
		return nil, err
	}
	out := &standingTable{row: map[org.Code]int{}, column: map[indicator.ID]int{}, counts: map[indicator.ID]indicatorCount{}}
	byCell := map[cellAt][]store.HeldFinding{}
	for i := range found {
		f := &found[i]
		k := cellAt{f.Org, f.Indicator}
		byCell[k] = append(byCell[k], *f)
		n := out.counts[f.Indicator]
		if f.Kind == finding.Stale {
			n.late++
		} else if f.Counted && f.Direction == finding.Concern {
			n.worse++
		}
		out.counts[f.Indicator] = n
	}
	list := verdicts(c, held)
	for i := range list {
		if _, ok := out.row[list[i].Org]; !ok {
			out.row[list[i].Org] = len(out.row)
		}
		if _, ok := out.column[list[i].Indicator]; !ok {
			out.column[list[i].Indicator] = len(out.column)
		}
	}
	out.cells, out.what = make([]component.MatrixCell, len(out.row)*len(out.column)), make([]cellState, len(out.row)*len(out.column))
	for i := range list {
		j := &list[i]
		at := out.row[j.Org]*len(out.column) + out.column[j.Indicator]
		if out.what[at] != notHeld {
			continue // the published series, which is first, speaks where both are held
		}
		out.cells[at] = matrixCell(j, byCell[cellAt{j.Org, j.Indicator}])
		out.what[at] = stateOfCell(&out.cells[at])
	}
	return out, nil
}

// stateOfCell is what a held cell says.
func stateOfCell(c *component.MatrixCell) cellState {
	switch {
	case c.Quiet:
		return noMatter
	case c.Gap != "":
		return inGap
	case c.Icons.Variation.Worries():
		return inWorse
	case c.Icons.Variation.Improves():
		return inBetter
	}
	return asUsual
}

// at is where a cell's content is; ok is false where nothing is held.
func (x *standingTable) at(code org.Code, id indicator.ID) (at int, ok bool) {
	row, known := x.row[code]
	column, measured := x.column[id]
	at = row*len(x.column) + column
	return at, known && measured && x.what[at] != notHeld
}

// cell is one cell of a page, with its address.
func (x *standingTable) cell(r *request, code org.Code, id indicator.ID) (component.MatrixCell, bool) {
	at, ok := x.at(code, id)
	if !ok {
		return component.MatrixCell{}, false
	}
	c := x.cells[at]
	if c.Gap == "" {
		c.Href = r.link(indicatorPath(code, id))
	}
	return c, true
}

// matrixCell is one provider's indicator.
func matrixCell(j *verdict, found []store.HeldFinding) component.MatrixCell {
	for i := range found {
		if found[i].Kind == finding.Stale {
			last := "no figure yet"
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
	return component.MatrixCell{Icons: j.icons(found), Value: strings.TrimSuffix(j.value(""), "%")}
}
