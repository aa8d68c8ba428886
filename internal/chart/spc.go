package chart

import (
	"fmt"
	"math"
	"time"
)

// SPC is values over time with their process limits: 980 × 450.
type SPC struct {
	ID          string
	Title       string // what, where, when
	Description string // what the reader should see, with the figures; empty is Describe
	Unit        string // of the values, above the axis
	Decimals    int    // of values in words
	Points      []Point
	Limits      []Limits // stretches, in order, none overlapping; none is a plain line
	Standard    *Line    // the standard, or the alert line of a CUSUM; nil is none
	Notes       []Note
	Least       *float64 // the axis goes no lower, as 0 for a count; nil is as the values ask
	Greatest    *float64 // the axis goes no higher, as 100 for a percentage
}

// Point is one value.
type Point struct {
	Name    string    // of the period, "Oct 2026"
	At      time.Time // when the period began; places month and year on the axis
	Value   float64
	Missing string // why there is no value: "late", "suppressed"; empty is a value
	Mark    Mark
	Letter  string // joins the point with its reason in words; empty is none
	Because string // after the value, on pointing: "one of 7 running above the mean"
}

// Limits is the mean and limits over a stretch of points.
type Limits struct {
	From, To     int // first and last point, counted from nought
	Mean         float64
	Lower, Upper float64   // NaN is no limit on that side
	LowerAt      []float64 // limits that differ from point to point, one each of the stretch; nil is Lower
	UpperAt      []float64
	Trial        bool   // fewer points than limits need: R-SPC's twelve
	Reason       string // why limits were set anew here; shown above the line
}

// Line is a level with its name.
type Line struct {
	Value float64
	Label string // "Standard", "Alert"; empty is "Standard"
}

// Note is a remark at a point.
type Note struct {
	Point int
	Text  string
}

// The measures of an SPC chart, in pixels at 1:1.
const (
	spcWidth, spcHeight       = 980, 450
	plotLeft, plotRight       = 52, 862
	spcTop, spcBottom         = 70, 400
	pointPad                  = 14 // from the plot's edge to the first and last point
	bandPad                   = 8  // how far limits go beyond the first and last point
	labelLeft                 = 870
	labelApart                = 15
	pointSize, monthLabelRoom = 5.6, 40
)

// spcPlot is an SPC chart being placed.
type spcPlot struct {
	SPC
	Scene
	y scale
}

// x is where the i-th point stands.
func (p *spcPlot) x(i float64) float64 {
	n := float64(len(p.Points) - 1)
	if n < 1 {
		return (plotLeft + plotRight) / 2
	}
	return plotLeft + pointPad + i*(plotRight-plotLeft-2*pointPad)/n
}

// Scene places the chart.
func (c SPC) Scene() Scene {
	desc := c.Description
	if desc == "" {
		desc = c.Describe()
	}
	p := &spcPlot{SPC: c, Scene: Scene{ID: c.ID, Class: "cd-chart", Width: spcWidth, Height: spcHeight, Title: c.Title, Desc: desc}}
	p.frame()
	for i := range c.Limits {
		p.stretch(i)
	}
	p.gaps()
	if c.Standard != nil {
		p.hline("cd-g-target", plotLeft, plotRight, p.y.within(c.Standard.Value))
	}
	p.labels()
	p.remarks()
	p.series()
	p.months()
	return p.Scene
}

// frame draws unit, grid and the values of the axis.
func (p *spcPlot) frame() {
	var e extent
	for _, q := range p.Points {
		if q.Missing == "" {
			e.add(q.Value)
		}
	}
	for _, l := range p.Limits {
		e.add(l.Mean, l.Lower, l.Upper)
		e.add(l.LowerAt...)
		e.add(l.UpperAt...)
	}
	if p.Standard != nil {
		e.add(p.Standard.Value)
	}
	from, to, ticks := axis(e.lo, e.hi, 4)
	if p.Least != nil && from < *p.Least {
		from = *p.Least
	}
	if p.Greatest != nil && to > *p.Greatest {
		to = *p.Greatest
	}
	p.y = scale{from, to, spcBottom, spcTop}
	p.text("cd-g-t", 8, 16, Start, p.Unit)
	d := decimalsOf(ticks)
	for _, t := range ticks {
		if t < from-1e-9 || t > to+1e-9 {
			continue
		}
		y := p.y.at(t)
		p.hline("cd-g-grid", plotLeft, plotRight, y)
		p.text("cd-g-t", 44, y+4, End, figure(t, d))
	}
}

// edges is where the i-th stretch of limits begins and ends: half way to its
// neighbours, a little beyond the outermost points.
func (p *spcPlot) edges(l Limits) (x1, x2 float64) {
	if l.From == 0 {
		x1 = p.x(0) - bandPad
	} else {
		x1 = p.x(float64(l.From) - 0.5)
	}
	if l.To >= len(p.Points)-1 {
		return x1, p.x(float64(len(p.Points)-1)) + bandPad
	}
	return x1, p.x(float64(l.To) + 0.5)
}

// stretch draws one stretch of limits: band, limits, mean, and where it was set anew.
func (p *spcPlot) stretch(i int) {
	l := p.Limits[i]
	x1, x2 := p.edges(l)
	if l.UpperAt != nil || l.LowerAt != nil {
		p.steps(l, x1, x2)
	} else {
		top, bottom := spcTop, spcBottom
		y1, y2 := float64(top), float64(bottom)
		if !math.IsNaN(l.Upper) {
			y1 = p.y.within(l.Upper)
		}
		if !math.IsNaN(l.Lower) {
			y2 = p.y.within(l.Lower)
		}
		p.rect("cd-g-band", x1, y1, x2-x1, y2-y1)
		if !math.IsNaN(l.Upper) {
			p.hline("cd-g-limit", x1, x2, y1)
		}
		if !math.IsNaN(l.Lower) {
			p.hline("cd-g-limit", x1, x2, y2)
		}
	}
	p.hline("cd-g-mean", x1, x2, p.y.within(l.Mean))
	if i > 0 {
		p.vline("cd-g-rebase", x1, 24, spcBottom)
	}
}

// steps draws limits that differ from point to point, as where denominators do.
func (p *spcPlot) steps(l Limits, x1, x2 float64) {
	for _, limit := range []struct {
		at  []float64
		one float64
	}{{l.UpperAt, l.Upper}, {l.LowerAt, l.Lower}} {
		d, pen := "", false
		for i := l.From; i <= l.To; i++ {
			v := limit.one
			if k := i - l.From; limit.at != nil && k < len(limit.at) {
				v = limit.at[k]
			}
			if math.IsNaN(v) {
				pen = false
				continue
			}
			left, right := p.x(float64(i)-0.5), p.x(float64(i)+0.5)
			left, right = math.Max(left, x1), math.Min(right, x2)
			y := num(p.y.within(v))
			if pen {
				d += "V" + y + "H" + num(right)
			} else {
				d += "M" + num(left) + " " + y + "H" + num(right)
			}
			pen = true
		}
		if d != "" {
			p.path("cd-g-limit", d)
		}
	}
}

// gaps hatches the months without a value: a gap is answered for.
func (p *spcPlot) gaps() {
	for i, q := range p.Points {
		if q.Missing == "" {
			continue
		}
		half := 0.5
		x1, x2 := math.Max(p.x(float64(i)-half), plotLeft), math.Min(p.x(float64(i)+half), plotRight)
		p.add(Shape{Form: Rect, Class: hatchClass, X: x1, Y: spcTop, W: x2 - x1, H: spcBottom - spcTop, Tip: q.Name + ": " + q.Missing})
	}
}

// labels writes the values of the present mean, limits and standard at the right
// end, pushed apart.
func (p *spcPlot) labels() {
	var out []endLabel
	put := func(name string, v float64, bold bool) {
		if !math.IsNaN(v) {
			out = append(out, endLabel{p.y.within(v), name + " " + figure(v, p.Decimals), bold})
		}
	}
	if n := len(p.Limits); n > 0 {
		l := p.Limits[n-1]
		names := [3]string{"Upper limit", "Mean", "Lower limit"}
		if l.Trial {
			names = [3]string{"Trial upper", "Trial mean", "Trial lower"}
		}
		put(names[0], last(l.UpperAt, l.Upper), false)
		put(names[1], l.Mean, true)
		put(names[2], last(l.LowerAt, l.Lower), false)
	}
	if p.Standard != nil {
		name := p.Standard.Label
		if name == "" {
			name = "Standard"
		}
		put(name, p.Standard.Value, true)
	}
	p.Scene.endLabels(out)
}

func last(values []float64, otherwise float64) float64 {
	if len(values) == 0 {
		return otherwise
	}
	return values[len(values)-1]
}

// series draws line, points and letters. The line is broken where a value is missing.
func (p *spcPlot) series() {
	var xs, ys []float64
	flush := func() {
		if len(xs) > 1 {
			p.path("cd-g-series", polyline(xs, ys))
		}
		xs, ys = nil, nil
	}
	for i, q := range p.Points {
		if q.Missing != "" {
			flush()
			continue
		}
		xs, ys = append(xs, p.x(float64(i))), append(ys, p.y.within(q.Value))
	}
	flush()
	for i, q := range p.Points {
		if q.Missing != "" {
			continue
		}
		x, y := p.x(float64(i)), p.y.within(q.Value)
		tip := fmt.Sprintf("%s: %s %s", q.Name, figure(q.Value, p.Decimals), p.Unit)
		if q.Because != "" {
			tip += ", " + q.Because
		}
		p.add(q.Mark.at(x, y, pointSize, tip))
		if q.Letter != "" {
			p.text("cd-g-t cd-g-b", x, y-10, Middle, q.Letter)
		}
	}
}

// Describe is the figures in a sentence or two, where the caller has none.
func (c SPC) Describe() string {
	values, marked := 0, 0
	for _, q := range c.Points {
		if q.Missing == "" {
			values++
		}
		if q.Mark == Concern || q.Mark == Improvement || q.Mark == Neither {
			marked++
		}
	}
	out := fmt.Sprintf("%s. %d values, %d marked as special cause.", c.Unit, values, marked)
	if n := len(c.Points); n > 0 && c.Points[n-1].Missing == "" {
		out += fmt.Sprintf(" Last: %s in %s.", figure(c.Points[n-1].Value, c.Decimals), c.Points[n-1].Name)
	}
	if n := len(c.Limits); n > 0 {
		l := c.Limits[n-1]
		out += fmt.Sprintf(" Mean %s", figure(l.Mean, c.Decimals))
		if lower := last(l.LowerAt, l.Lower); !math.IsNaN(lower) {
			out += ", lower limit " + figure(lower, c.Decimals)
		}
		if upper := last(l.UpperAt, l.Upper); !math.IsNaN(upper) {
			out += ", upper limit " + figure(upper, c.Decimals)
		}
		out += "."
	}
	return out
}
