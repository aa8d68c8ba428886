package component

import (
	"html/template"
	"math"

	"candour/internal/chart"
)

// Waterfall is an ordinary table of contributions whose one column is a drawn
// bar; it can be read without it. The greatest domain comes first.
type Waterfall struct {
	Caption   string // hidden
	Domains   []WaterfallDomain
	Total     int
	SinceWord string // heading of the last column: "Since you looked"; empty leaves the column out
	Since     int    // change of the total
	Words     string // "All domains: very likely (40 and over)"
	Threshold float64
}

// WaterfallDomain is a domain of quality with its contributions.
type WaterfallDomain struct {
	Name   string
	Points int
	Since  int
	Rows   []WaterfallRow
}

// WaterfallRow is one contribution.
type WaterfallRow struct {
	Kind   Kind
	Text   Content // a link where there is more to see
	Source Content
	Points int
	Since  int
}

func (Waterfall) templateName() string { return "waterfall" }

// greatest is the highest that the running total comes to.
func (w Waterfall) greatest() float64 {
	run, most := 0.0, float64(w.Total)
	for _, d := range w.Domains {
		for _, r := range d.Rows {
			run += float64(r.Points)
			most = math.Max(most, run)
		}
	}
	return most
}

// Axis is the drawn heading of the bars.
func (w Waterfall) Axis() template.HTML {
	return drawing(chart.WaterfallAxis{Most: w.greatest()}.Scene())
}

// TotalBar is the bar of the sum.
func (w Waterfall) TotalBar() template.HTML {
	return drawing(chart.WaterfallBar{Total: true, Points: float64(w.Total), Threshold: w.Threshold, Most: w.greatest()}.Scene())
}

// drawnRow is a row with its bar. Like tableCell it holds no other struct.
type drawnRow struct {
	Kind   Kind
	Text   Content
	Source Content
	Points int
	Since  int
	Bar    template.HTML
}

// drawnDomain is a domain with its rows' bars.
type drawnDomain struct {
	Name   string
	Points int
	Since  int
	Drawn  []drawnRow
}

// Drawn is the domains with their bars, each row beginning where the one before ended.
func (w Waterfall) Drawn() []drawnDomain {
	run, most := 0.0, w.greatest()
	out := make([]drawnDomain, 0, len(w.Domains))
	for _, d := range w.Domains {
		domain := drawnDomain{Name: d.Name, Points: d.Points, Since: d.Since, Drawn: make([]drawnRow, 0, len(d.Rows))}
		for _, r := range d.Rows {
			bar := chart.WaterfallBar{Start: run, Points: float64(r.Points), Most: most}
			domain.Drawn = append(domain.Drawn, drawnRow{r.Kind, r.Text, r.Source, r.Points, r.Since, drawing(bar.Scene())})
			run += float64(r.Points)
		}
		out = append(out, domain)
	}
	return out
}

// Signed is points with their sign.
func (Waterfall) Signed(points int) string { return Signed(points) }
