package component

import (
	"html/template"
	"strconv"

	"candour/internal/chart"
)

// Facts is one line of labels and values under a heading.
type Facts struct {
	Items []Fact
}

// Fact is one label with its value.
type Fact struct {
	Label string
	Value Content
}

func (Facts) templateName() string { return "facts" }

// Said is labelled sentences, one below the other.
type Said struct {
	Items []Fact
}

func (Said) templateName() string { return "said" }

// Score is a provider's points and likelihood with a bar on the scale 0–50.
type Score struct {
	Points     int
	Likelihood string // Very likely, Likely, Possible, Watch
	Low        bool   // below the first word that is a concern: grey bar
}

func (Score) templateName() string { return "score" }

// MeterMax is the end of the bar's scale, in points; more is drawn as full.
const MeterMax = 50

// Percent is how much of the bar is filled.
func (s Score) Percent() int { return min(max(s.Points, 0), MeterMax) * 100 / MeterMax }

// Why is a list of contributions with their points, largest first.
type Why struct {
	Items   []Reason
	Rest    string // what isn't listed: "and 9 smaller"
	Spacing bool   // wide, as beside a chart
}

// Reason is one contribution, or one reason why points of a chart are marked.
type Reason struct {
	Points string // "+7", or a chart's letter; see Signed
	Icon   Icon
	Text   Content
	Source Content // period, reference, when received; small, after the text
}

func (Why) templateName() string { return "why" }

// Signed is points with their sign: a true minus, and no sign on nought.
func Signed(points int) string {
	switch {
	case points > 0:
		return "+" + strconv.Itoa(points)
	case points < 0:
		return "−" + strconv.Itoa(-points)
	}
	return "0"
}

// Change is how far points moved since the reader last looked.
type Change struct {
	Points int
}

func (Change) templateName() string { return "change" }

// Size is the points without sign.
func (c Change) Size() int { return max(c.Points, -c.Points) }

// Spark is the line of a provider's points over some weeks.
type Spark struct {
	Line chart.Sparkline
}

func (Spark) templateName() string { return "svg" }

// SVG is the drawing.
func (s Spark) SVG() template.HTML { return drawing(s.Line.Scene()) }

// Chart is a drawing in its own sideways-scrolling region.
type Chart struct {
	ID     string // begins the ids of title and description; one a page
	Region string // the region's name: "SPC chart, scrolls sideways"
	Drawn  chart.Drawing
}

func (Chart) templateName() string { return "chart" }

// SVG is the drawing.
func (c Chart) SVG() template.HTML {
	scene := c.Drawn.Scene()
	if c.ID != "" {
		scene.ID = c.ID
	}
	return drawing(scene)
}

// Names is the column of names that stays while a wide drawing scrolls, for
// drawings that have one.
func (c Chart) Names() template.HTML {
	if d, ok := c.Drawn.(interface{ Names() chart.Scene }); ok {
		return drawing(d.Names())
	}
	return ""
}

func drawing(s chart.Scene) template.HTML {
	return template.HTML(s.SVG(chart.InPage)) //nolint:gosec // texts are escaped by the chart's writer
}

// ChartLegend is the marks of a chart: each with its meaning.
type ChartLegend struct {
	Marks []Icon // the label is shown beside the symbol
	Notes []string
}

func (ChartLegend) templateName() string { return "chart-legend" }

// Silent is the icon without its label, which stands beside it.
func (ChartLegend) Silent(i Icon) Icon { i.Label = ""; return i }
