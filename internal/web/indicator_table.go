package web

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"

	"candour/internal/chart"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/watch"
	"candour/internal/web/component"
)

// tableRows is how many of the newest values are listed unless all are asked for.
const tableRows = 24

// table is the values, newest first, each with the delivery and row it came from.
func (v *indicatorView) table(r *request) component.Table {
	d, j := v.d, v.judged
	den := d.Denominator != "" && d.Kind != indicator.Mean && d.Kind != indicator.Rating
	parts := d.Kind != indicator.Mean && d.Kind != indicator.Rating
	t := component.Table{Dense: true, RowHeaders: true, Classes: "cd-wide", Caption: "Values, newest first, and where each came from", CaptionHidden: true, Columns: []component.Column{{Heading: "Period"}}}
	if parts {
		t.Columns = append(t.Columns, component.Column{Heading: "Number", Numeric: true})
	}
	if den {
		t.Columns = append(t.Columns, component.Column{Heading: "Out of", Numeric: true})
	}
	t.Columns = append(t.Columns, component.Column{Heading: "Value", Numeric: true})
	if j.Chart != nil {
		t.Columns = append(t.Columns, component.Column{Heading: "Mean", Numeric: true}, component.Column{Heading: "Limits", Numeric: true})
	}
	t.Columns = append(t.Columns, component.Column{Heading: "What it is"}, component.Column{Heading: "From"})
	last := 0
	if r.query("rows") != "all" {
		last = max(0, len(j.Points)-tableRows)
	}
	for i := len(j.Points) - 1; i >= last; i-- {
		t.Rows = append(t.Rows, v.row(r, i, parts, den))
	}
	return t
}

// row is one period's value.
func (v *indicatorView) row(r *request, i int, parts, den bool) []component.Cell {
	j := v.judged
	p := &j.Points[i]
	row := []component.Cell{{Body: p.Period.Words()}}
	held := p.Observation != nil && p.Observation.Presence == indicator.Valued
	figure := func(x float64) component.Cell {
		if !held {
			return component.Cell{Body: "–", Hidden: missingWords(p.Observation), Words: true}
		}
		return component.Cell{Body: amountOf(x)}
	}
	if parts {
		n := 0.0
		if held {
			n = p.Observation.Numerator
		}
		row = append(row, figure(n))
	}
	if den {
		n := 0.0
		if held {
			n = p.Observation.Denominator
		}
		row = append(row, figure(n))
	}
	if math.IsNaN(p.Value) {
		row = append(row, component.GapCell(capital(missingWords(p.Observation)), "", ""))
	} else if v.d.Kind == indicator.Rating {
		row = append(row, component.Cell{Body: v.ratingWords(p.Value), Words: true})
	} else {
		row = append(row, component.Cell{Body: j.format(p.Value)})
	}
	if j.Chart != nil {
		row = append(row, v.limitCells(i)...)
	}
	mark, words := v.whatItIs(i)
	what := component.Cell{Body: words}
	if !math.IsNaN(p.Value) {
		what.Body = withIcon(symbolOf(mark), words)
	}
	return append(row, what, v.lineage(r, p.Observation))
}

// limitCells is mean and limits at a point.
func (v *indicatorView) limitCells(i int) []component.Cell {
	pt := &v.judged.Chart.Points[i]
	format := v.judged.format
	if math.IsNaN(pt.Mean) {
		return []component.Cell{{Body: "none", Words: true}, {Body: "none", Words: true}}
	}
	if math.IsNaN(pt.Lower) {
		return []component.Cell{{Body: format(pt.Mean)}, {Body: "none yet", Words: true}}
	}
	return []component.Cell{{Body: format(pt.Mean)}, {Body: format(pt.Lower) + " to " + format(pt.Upper)}}
}

// whatItIs is a point's mark with its reasons in words.
func (v *indicatorView) whatItIs(i int) (chart.Mark, string) {
	j := v.judged
	if math.IsNaN(j.Points[i].Value) {
		return chart.Common, "no value, so it ends every run"
	}
	mark, why := j.mark(i, "")
	if j.Points[i].Untested {
		return mark, why
	}
	if j.Chart == nil {
		if why == "" {
			why = "shown, not judged"
		}
		return mark, why
	}
	var words []string
	for k := range j.Chart.Signals {
		s := &j.Chart.Signals[k]
		if slices.Contains(s.Points, i) {
			words = append(words, uncapital(strings.TrimSuffix(s.Sentence, ".")))
		}
	}
	if len(words) == 0 {
		return mark, "common cause"
	}
	return mark, strings.Join(words, "; ")
}

// withIcon is a symbol with words beside it.
func withIcon(i component.Icon, words string) component.Content {
	icon, err := component.Render(i)
	if err != nil {
		return words
	}
	return component.Markup(string(icon) + " " + template.HTMLEscapeString(words))
}

// amountOf is a count as users read it: whole numbers with commas, fractions with
// one place.
func amountOf(x float64) string {
	if math.Abs(x-math.Round(x)) < 1e-9 {
		return number(int64(math.Round(x)))
	}
	whole, part := math.Modf(math.Abs(x))
	tenth := int64(math.Round(part * 10))
	if tenth == 10 {
		whole, tenth = whole+1, 0
	}
	sign := ""
	if x < 0 {
		sign = "−"
	}
	return sign + number(int64(whole)) + "." + strconv.FormatInt(tenth, 10)
}

// lineage is the delivery and the file's rows that a value came from.
func (v *indicatorView) lineage(r *request, o *indicator.Observation) component.Cell {
	if o == nil {
		return component.Cell{Body: "nothing arrived"}
	}
	if strings.Contains(o.Delivery, ",") {
		return component.Cell{Body: cutTo(strings.ReplaceAll(o.Delivery, ",", ", "), 40), Title: "added up: " + o.Note}
	}
	words := o.Delivery
	if o.Rows != "" {
		word := " row "
		if strings.ContainsAny(o.Rows, "-,") {
			word = " rows "
		}
		words += word + o.Rows
	}
	if o.Sheet != "" {
		words += ", sheet " + o.Sheet
	}
	return component.Cell{Body: words, Href: r.server.quoteLink(r, *o)}
}

// revisions is each value that was restated: "Aug 2026, 1.58 to 1.61".
func (v *indicatorView) revisions() []string {
	var out []string
	all := v.vintages
	for i := 1; i < len(all); i++ {
		before, after := &all[i-1], &all[i]
		if before.Period != after.Period || before.Tenant != after.Tenant {
			continue
		}
		from, to := v.said(before), v.said(after)
		if from == to {
			from, to = v.parts(before), v.parts(after)
		}
		out = append(out, fmt.Sprintf("%s, %s to %s, received %s (%s, before %s)", after.Period.Words(), from, to, day(after.Received), after.Delivery, before.Delivery))
	}
	slices.Reverse(out)
	return out
}

// said is an observation's value in words.
func (v *indicatorView) said(o *indicator.Observation) string {
	if o.Presence != indicator.Valued {
		return missingWords(o)
	}
	value := o.Value
	if v.d.Kind != indicator.Mean && v.d.Kind != indicator.Rating {
		var ok bool
		if value, ok = v.d.Value(o.Numerator, o.Denominator); !ok {
			return "no denominator"
		}
	}
	return v.judged.format(value * v.d.Multiplier)
}

// parts is an observation's numerator and denominator.
func (v *indicatorView) parts(o *indicator.Observation) string {
	return amountOf(o.Numerator) + " of " + amountOf(o.Denominator)
}

// more is the links below the table.
func (v *indicatorView) more(r *request) []component.Link {
	var out []component.Link
	n := len(v.judged.Points)
	if n > tableRows && r.query("rows") != "all" {
		out = append(out, component.Link{Text: "All " + count(n, "period", "periods"), Href: r.here("rows", "all") + "#table"})
	}
	if n > drawnPoints {
		if r.query("points") == "all" {
			out = append(out, component.Link{Text: fmt.Sprintf("Draw the newest %d only", drawnPoints), Href: r.here("points", "")})
		} else {
			out = append(out, component.Link{Text: "Draw all " + count(n, "period", "periods"), Href: r.here("points", "all")})
		}
	}
	return append(out, component.Link{Text: "All providers, and how it is defined and tested", Href: r.link("/indicators/" + string(v.d.ID))})
}

// standards is every standard and milestone with its dates.
func (v *indicatorView) standards(r *request) component.Table {
	return standardsTable(v.d, r)
}

// standardsTable lists a definition's standards and milestones.
func standardsTable(d *indicator.Definition, r *request) component.Table {
	t := component.Table{
		Dense: true, RowHeaders: true, Caption: "Standards and milestones", CaptionHidden: true,
		Columns: []component.Column{{Heading: "Level"}, {Heading: "What it is"}, {Heading: "From"}, {Heading: "Until"}, {Heading: "Where it is set"}},
	}
	format := watch.Format(d)
	for _, st := range d.Standards {
		what := "standard, " + st.Tier
		if st.Milestone {
			what = "milestone towards the standard"
		}
		if !st.From.After(r.moment) && (st.To.IsZero() || st.To.After(r.moment)) {
			what += ", in force"
		}
		until := "further notice"
		if !st.To.IsZero() {
			until = calendarDay(st.To)
		}
		source := st.Source
		if source == "" {
			source = "not stated"
		}
		t.Rows = append(t.Rows, []component.Cell{{Body: format(st.Value * d.Multiplier)}, {Body: what}, {Body: calendarDay(st.From)}, {Body: until}, {Body: source}})
	}
	return t
}

// indicatorPath is the address of one provider's indicator.
func indicatorPath(code org.Code, id indicator.ID) string {
	return providerPath(code) + "/indicators/" + string(id)
}
