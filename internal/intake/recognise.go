package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/indicator"
)

// Said is what a person has said about a file; zero fields say nothing.
type Said struct {
	Source string
	Period calendar.Period
}

// Recognised is what a file is found to be.
type Recognised struct {
	Source    *Source
	Container string // text, xlsx, xls or ods
	Period    calendar.Period
	Published time.Time
	Tables    []Table
	// Undefined says whether an indicator that a row names is not defined, and which
	// defined ones have the nearest names; nil takes every name.
	Undefined func(indicator.ID) (near []indicator.ID, undefined bool)
	// Form says what values of an indicator that a row names are made of; nil, or false,
	// takes any.
	Form func(indicator.ID) (indicator.Form, bool)

	file   File
	limits Limits
}

// Table is one sheet with the layout that reads it.
type Table struct {
	Layout *Layout
	Sheet  string // empty for text files

	header int // row number of the header; 0 when there is none
	bind   binding
	above  []row // rows above the header
}

// Shape names the reader and layout in a delivery: "table/monthly-csv".
func (r *Recognised) Shape() string {
	var names []string
	for _, t := range r.Tables {
		if name := t.Layout.Shape + "/" + t.Layout.ID; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// Unrecognised is why a file can't be read as any source, or must wait.
type Unrecognised struct {
	Status   delivery.Status // Quarantined, or Waiting when a person can say what is missing
	Source   string          // the source, when that much is known
	Refusals []delivery.Refusal
}

// Error is the first reason.
func (u *Unrecognised) Error() string {
	if len(u.Refusals) == 0 {
		return "not recognised"
	}
	r := u.Refusals[0]
	return r.Code + ": found " + r.Found + ", expected " + r.Expected
}

// Recognise says what a file is by its content: the container, the header, and
// for what neither states, the file's name. When it can't, the error is an
// *Unrecognised; other errors mean that the bytes could not be read.
func (s *Sources) Recognise(ctx context.Context, f File, said Said, limits Limits) (*Recognised, error) {
	b, kind, err := openBook(f, limits)
	if err != nil {
		return nil, unrecognised(err)
	}
	defer b.Close()
	heads, err := b.heads()
	if err != nil {
		return nil, unrecognised(err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	list := s.list
	if said.Source != "" {
		source := s.byID[said.Source]
		if source == nil {
			return nil, &Unrecognised{Status: delivery.Waiting, Refusals: []delivery.Refusal{{
				Code: CodeUnknown, Found: fmt.Sprintf("source %q", excerpt(said.Source)), Expected: "one of " + s.names(), Advice: "say one of these with --as, or add a definition",
			}}}
		}
		list = []*Source{source}
	}
	found, err := choose(list, heads, kind)
	if err != nil {
		return nil, err
	}
	if found == nil {
		return nil, s.stranger(list, heads, kind)
	}
	found.file, found.limits, found.Container = f, limits, string(kind)
	if err := found.date(b, heads, f.Name, said); err != nil {
		return nil, err
	}
	return found, nil
}

func unrecognised(err error) error {
	var r *refused
	if errors.As(broken(err), &r) {
		return &Unrecognised{Status: delivery.Quarantined, Refusals: []delivery.Refusal{r.Refusal}}
	}
	return err
}

func (s *Sources) names() string {
	var ids []string
	for _, source := range s.list {
		ids = append(ids, source.ID)
	}
	return strings.Join(ids, ", ")
}

// match is one layout that fits one sheet; weight is the number of columns that
// had to be there, so that the more particular layout wins.
type match struct {
	table  Table
	weight int
}

// choose finds the source whose layouts fit best; nil when none fits. Two
// sources that fit equally well are for a person to decide.
func choose(list []*Source, heads []head, kind container) (*Recognised, error) {
	type candidate struct {
		source *Source
		tables []Table
		weight int
	}
	var fits []candidate
	for _, source := range list {
		c := candidate{source: source}
		for _, m := range source.matches(heads, kind) {
			c.tables = append(c.tables, m.table)
			c.weight = max(c.weight, m.weight)
		}
		if len(c.tables) > 0 {
			fits = append(fits, c)
		}
	}
	if len(fits) == 0 {
		return nil, nil
	}
	slices.SortStableFunc(fits, func(a, b candidate) int { return cmp.Compare(b.weight, a.weight) })
	if len(fits) > 1 && fits[0].weight == fits[1].weight {
		return nil, &Unrecognised{Status: delivery.Waiting, Refusals: []delivery.Refusal{{
			Code: CodeAmbiguous, Found: fmt.Sprintf("a header that fits both %s and %s", fits[0].source.ID, fits[1].source.ID),
			Expected: "a header that fits one source", Advice: "say which it is with --as, or make one definition more particular",
		}}}
	}
	return &Recognised{Source: fits[0].source, Tables: fits[0].tables}, nil
}

// matches lists the sheets that a source's layouts read: for each sheet the most
// particular layout, for each layout without a sheet pattern the first sheet.
func (s *Source) matches(heads []head, kind container) []match {
	var out []match
	taken := map[*Layout]bool{}
	for _, h := range heads {
		var best *match
		for i := range s.Layouts {
			l := &s.Layouts[i]
			if !l.looksAt(h.sheet, kind) || taken[l] && l.Recognise.sheets == nil {
				continue
			}
			if m := l.fits(h); m != nil && (best == nil || m.weight > best.weight) {
				best = m
			}
		}
		if best != nil {
			taken[best.table.Layout] = true
			out = append(out, *best)
		}
	}
	return out
}

// looksAt reports whether a layout may be on the sheet at all.
func (l *Layout) looksAt(sh sheet, kind container) bool {
	if len(l.Recognise.Containers) > 0 && !slices.Contains(l.Recognise.Containers, string(kind)) {
		return false
	}
	if kind == textFile {
		return true
	}
	if sh.hidden && !l.Recognise.Hidden {
		return false
	}
	return l.Recognise.sheets == nil || l.Recognise.sheets.MatchString(sh.name)
}

// fits looks for the layout's header among the first rows of a sheet.
func (l *Layout) fits(h head) *match {
	for i := range h.rows {
		r := &h.rows[i]
		if r.bad != nil || r.blank() {
			continue
		}
		if l.Recognise.NoHeader {
			if !l.fitsRow(*r) {
				return nil
			}
			b, _ := l.bind(r.asHeader())
			return &match{Table{Layout: l, Sheet: h.name, bind: b}, len(l.Recognise.Cells)}
		}
		if h := r.asHeader(); !l.has(h) || l.forbidden(h) {
			continue
		}
		if b, missing := l.bind(r.asHeader()); len(missing) == 0 {
			return &match{Table{Layout: l, Sheet: h.name, header: r.number, bind: b, above: h.rows[:i]}, len(l.required())}
		}
	}
	return nil
}

// has reports whether a header has what bind must find: nearly every row of a file is
// the header of no layout, and that is told by the first column that it lacks.
func (l *Layout) has(h *header) bool {
	there := func(key string) bool {
		col := l.Columns[key]
		if col.pattern != nil {
			return len(col.matching(h.cells)) > 0
		}
		return col.find(h.folded) >= 0
	}
	for _, key := range l.Recognise.Require {
		if !there(key) {
			return false
		}
	}
	if len(l.Recognise.Require) > 0 {
		return true
	}
	for key := range l.Columns {
		if !l.Columns[key].Optional && !there(key) {
			return false
		}
	}
	return true
}

func (l *Layout) forbidden(h *header) bool {
	return slices.ContainsFunc(l.Recognise.Forbid, func(name string) bool { return slices.Contains(h.folded, headerName(name)) })
}

// fitsRow tells a file without a header by the cells of its first row.
func (l *Layout) fitsRow(r row) bool {
	if len(l.Recognise.Fields) > 0 && !slices.Contains(l.Recognise.Fields, len(r.cells)) {
		return false
	}
	for at, re := range l.Recognise.cells {
		if at > len(r.cells) || !re.MatchString(r.cells[at-1]) {
			return false
		}
	}
	return true
}

// stranger says which columns were missed by the layout that came nearest, or
// that no layout came near.
func (s *Sources) stranger(list []*Source, heads []head, kind container) error {
	var near *Layout
	var nearMissing []string
	var nearRow row
	var nearSheet, nearSource string
	best := 0.0
	for _, source := range list {
		for i := range source.Layouts {
			l := &source.Layouts[i]
			if l.Recognise.NoHeader {
				continue
			}
			for _, h := range heads {
				if !l.looksAt(h.sheet, kind) {
					continue
				}
				for k := range h.rows {
					r := &h.rows[k]
					if r.bad != nil {
						continue
					}
					_, missing := l.bind(r.asHeader())
					share := 1 - float64(len(missing))/float64(max(1, len(l.required())))
					if len(missing) > 0 && share > best {
						best, near, nearMissing, nearRow, nearSheet, nearSource = share, l, missing, *r, h.name, source.ID
					}
				}
			}
		}
	}
	if best >= 0.5 {
		u := &Unrecognised{Status: delivery.Quarantined, Source: nearSource}
		for _, key := range nearMissing {
			u.Refusals = append(u.Refusals, near.missingRefusal(key, nearRow, nearSheet))
		}
		return u
	}
	r := delivery.Refusal{
		Code: CodeUnknown, Found: "a table that no source definition describes", Expected: "one of " + s.names(),
		Advice: "check that this is the publisher's own file; say what it is with --as, or add a definition (docs/add-a-source.md)",
	}
	if bad := firstBad(heads); bad != nil {
		r = bad.bad.Refusal
		r.Row = bad.number
	} else if first := firstFull(heads); first != nil {
		r.Row = first.number
		r.Found = fmt.Sprintf("a table that no source definition describes; its first row has %s", cellsInWords(len(first.cells)))
		if len(list) == 1 && len(s.list) > 1 { // a person said which it is
			r.Found = fmt.Sprintf("a table that is not of %s, as was said; its first row has %s", list[0].ID, cellsInWords(len(first.cells)))
			r.Expected = "the columns of " + list[0].ID
			r.Advice = "load it without --as, so that it is told by its content, or add a definition (docs/add-a-source.md)"
		}
	}
	return &Unrecognised{Status: delivery.Quarantined, Refusals: []delivery.Refusal{r}}
}

func cellsInWords(n int) string {
	if n == 1 {
		return "1 cell"
	}
	return fmt.Sprintf("%d cells", n)
}

// firstBad is the first row that could not be read, when nothing else could.
func firstBad(heads []head) *row {
	for _, h := range heads {
		for i := range h.rows {
			if h.rows[i].bad != nil {
				return &h.rows[i]
			}
		}
	}
	return nil
}

func firstFull(heads []head) *row {
	for _, h := range heads {
		for i := range h.rows {
			if !h.rows[i].blank() {
				return &h.rows[i]
			}
		}
	}
	return nil
}
