// Package chart draws: a chart as data goes in, and comes out as SVG for page
// and print, as PNG for e-mail, and as a native chart in a workbook.
//
// Each kind of chart is a struct of plain values: [SPC], [Funnel], [Timeline],
// [Sparkline], [WaterfallBar]. None decides anything: which points are marked,
// with which letter, where limits lie, is worked out elsewhere and given. Its
// Scene method places everything, and gives a [Scene]: shapes with coordinates and
// the names of their styles. A scene is written as SVG ([Scene.SVG]) or painted
// as PNG ([Scene.PNG]), so both show the same.
//
//	c := chart.SPC{ID: "spc", Title: "Falls with harm, Aldermoor", Points: points, Limits: limits}
//	svg := c.Scene().SVG(chart.InPage)
//	err := c.Scene().PNG(file, 2)
//
// Measures are those of the page, in px at 1:1: an SPC chart is 980 × 450, a
// funnel 980 × 360, the time line 1376 wide. In a page all colours and lines are
// classes of candour.css, so that print and forced colours can change them;
// outside of one they are written out, because a style sheet inside a picture
// would be refused by our content policy.
//
// Colour is never alone: concern is a diamond, improvement a square, common cause
// a circle, "neither better nor worse" a ring; limits are dashed, a standard is
// dotted, limits set anew are dash-dot. Each drawing has a title (what, where,
// when) and a description (what the reader should see, with the figures).
package chart

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Drawing is anything that can be placed on a scene.
type Drawing interface {
	// Scene places everything. The same drawing gives the same scene.
	Scene() Scene
}

// Mark is what a point is: its shape and colour.
type Mark uint8

// The marks.
const (
	Common      Mark = iota // grey circle: common cause
	Concern                 // orange diamond: special cause, for the worse
	Improvement             // blue square: special cause, for the better
	Neither                 // purple ring: special cause, neither better nor worse
	Ghost                   // hollow circle: shown, but left out of limits and rules
)

// class is the style of the mark.
func (m Mark) class() string {
	return [...]string{"cd-p-common", "cd-p-concern", "cd-p-improve", "cd-p-neither", "cd-p-ghost"}[m]
}

// Words is the mark in words, as in a workbook's column.
func (m Mark) Words() string {
	return [...]string{"common cause", "special cause, concern", "special cause, improving", "special cause, neither better nor worse", "left out of the limits"}[m]
}

// at draws the mark around x, y. Size is the half height of a diamond; the other
// shapes are in proportion, so that all look of one weight.
func (m Mark) at(x, y, size float64, tip string) Shape {
	s := Shape{Class: m.class(), Tip: tip}
	switch m {
	case Concern:
		d := num(size)
		s.Form, s.D = Path, "M"+num(x)+" "+num(y-size)+"l"+d+" "+d+"l-"+d+" "+d+"l-"+d+" -"+d+"Z"
	case Improvement:
		half := size * 4.5 / 5.6
		s.Form, s.X, s.Y, s.W, s.H = Rect, x-half, y-half, 2*half, 2*half
	default:
		s.Form, s.X, s.Y, s.R = Circle, x, y, size*3.6/5.6
		if m == Neither {
			s.R = size * 4.2 / 5.6
		}
	}
	return s
}

// num writes a coordinate: to a tenth of a pixel, without needless noughts.
func num(f float64) string {
	s := strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64)
	if s == "-0" {
		return "0"
	}
	return s
}

// figure writes a value with its decimals, thousands set apart, and a true minus.
func figure(v float64, decimals int) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, fraction, dotted := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if dotted {
		whole += "." + fraction
	}
	if v < 0 && strings.ContainsAny(whole, "123456789") {
		return "−" + whole
	}
	return whole
}

// scale maps values to pixels: from first to last value, at first and last pixel.
type scale struct{ v0, v1, p0, p1 float64 }

func (s scale) at(v float64) float64 {
	if s.v1 <= s.v0 {
		return (s.p0 + s.p1) / 2
	}
	return s.p0 + (v-s.v0)/(s.v1-s.v0)*(s.p1-s.p0)
}

// within maps v, kept between the ends.
func (s scale) within(v float64) float64 { return s.at(math.Min(math.Max(v, s.v0), s.v1)) }

// niceSteps are the first digits that the steps of an axis may have.
var niceSteps = []float64{1, 2, 2.5, 4, 5, 10}

// niceStep is the smallest round step of which at most n span the range.
func niceStep(span float64, n int) float64 {
	if span <= 0 || math.IsInf(span, 0) || math.IsNaN(span) {
		return 1
	}
	least := span / float64(n)
	power := math.Pow(10, math.Floor(math.Log10(least)))
	for _, s := range niceSteps {
		if s*power >= least*(1-1e-9) {
			return s * power
		}
	}
	return 10 * power
}

// axis gives round ends around lo and hi and the values between to be written.
func axis(lo, hi float64, n int) (from, to float64, ticks []float64) {
	// Values so near to one another that steps between them could not be told apart
	// are drawn as one level.
	if hi-lo <= math.Max(1e-9*math.Max(math.Abs(lo), math.Abs(hi)), 1e-300) {
		pad := math.Max(math.Abs(lo)*0.1, 0.5)
		lo, hi = lo-pad, hi+pad
	}
	step := niceStep(hi-lo, n)
	first, last := math.Floor(lo/step+1e-9), math.Ceil(hi/step-1e-9)
	for i := first; i <= last; i++ {
		ticks = append(ticks, i*step)
	}
	return first * step, last * step, ticks
}

// decimalsOf is how many decimals the steps of an axis need.
func decimalsOf(ticks []float64) int {
	for d := range 6 {
		exact := true
		p := math.Pow(10, float64(d))
		for _, t := range ticks {
			if math.Abs(t*p-math.Round(t*p)) > 1e-6*p {
				exact = false
			}
		}
		if exact {
			return d
		}
	}
	return 6
}

// extent is the least and greatest of the finite values given so far.
type extent struct {
	lo, hi float64
	any    bool
}

func (e *extent) add(values ...float64) {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		if !e.any {
			e.lo, e.hi, e.any = v, v, true
		}
		e.lo, e.hi = math.Min(e.lo, v), math.Max(e.hi, v)
	}
}

// monthName is the month in three letters.
func monthName(t time.Time) string { return t.Month().String()[:3] }
