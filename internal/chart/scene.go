package chart

import (
	"fmt"
	"slices"
	"strings"
)

// Form is the form of a shape.
type Form uint8

// The forms.
const (
	Path   Form = iota // D
	Rect               // X, Y, W, H
	Circle             // X, Y, R
	Text               // Words at X, Y (baseline), by Anchor
	Symbol             // the symbol Name in the square at X, Y of side W
)

// Anchor is where a text stands to its X.
type Anchor uint8

// The anchors.
const (
	Start  Anchor = iota // begins there
	Middle               // is centred there
	End                  // ends there
)

// Shape is one element of a scene. Class names styles of candour.css, apart by
// spaces; later ones win.
type Shape struct {
	Form       Form
	Class      string
	D          string // path data as in SVG
	X, Y, W, H float64
	R          float64
	Words      string
	Anchor     Anchor
	Name       string // of a symbol
	Tip        string // shown on pointing at it; empty is none
}

// Scene is a placed drawing.
type Scene struct {
	ID     string // begins the ids inside; unique in a page
	Class  string // of the svg element: cd-chart, cd-spark
	Width  float64
	Height float64
	Title  string // what, where, when; empty with Label or Hidden
	Desc   string // what the reader should see, with the figures
	Label  string // short alternative in place of title and description
	Hidden bool   // the drawing says nothing that its table doesn't
	Shapes []Shape
}

// Mode is where an SVG will stand.
type Mode uint8

// The modes.
const (
	InPage     Mode = iota // styles come from candour.css, symbols from the page's sprite
	Standalone             // a file of its own: styles and symbols are written out
)

func (s *Scene) add(shapes ...Shape) { s.Shapes = append(s.Shapes, shapes...) }

func (s *Scene) path(class, d string) { s.add(Shape{Form: Path, Class: class, D: d}) }

func (s *Scene) hline(class string, x1, x2, y float64) {
	s.path(class, "M"+num(x1)+" "+num(y)+"H"+num(x2))
}

func (s *Scene) vline(class string, x, y1, y2 float64) {
	s.path(class, "M"+num(x)+" "+num(y1)+"V"+num(y2))
}

func (s *Scene) rect(class string, x, y, w, h float64) {
	s.add(Shape{Form: Rect, Class: class, X: x, Y: y, W: w, H: h})
}

func (s *Scene) text(class string, x, y float64, a Anchor, words string) {
	if words != "" {
		s.add(Shape{Form: Text, Class: class, X: x, Y: y, Anchor: a, Words: words})
	}
}

func (s *Scene) symbol(name string, x, y, side float64, tip string) {
	s.add(Shape{Form: Symbol, Name: name, X: x, Y: y, W: side, Tip: tip})
}

// polyline is path data through the points.
func polyline(xs, ys []float64) string {
	var b strings.Builder
	for i := range xs {
		if i == 0 {
			b.WriteByte('M')
		} else {
			b.WriteByte('L')
		}
		b.WriteString(num(xs[i]) + " " + num(ys[i]))
	}
	return b.String()
}

var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

// SVG writes the scene. Every text is escaped.
func (s Scene) SVG(mode Mode) string {
	var b strings.Builder
	b.Grow(1000 + 100*len(s.Shapes))
	b.WriteString("<svg")
	if mode == Standalone {
		b.WriteString(` xmlns="http://www.w3.org/2000/svg" font-family="Arial, Helvetica, sans-serif"`)
	}
	fmt.Fprintf(&b, ` class="%s" viewBox="0 0 %s %s" width="%s" height="%s"`, escape.Replace(s.Class), num(s.Width), num(s.Height), num(s.Width), num(s.Height))
	id := escape.Replace(s.ID)
	switch {
	case s.Hidden:
		b.WriteString(` aria-hidden="true" focusable="false">`)
	case s.Label != "":
		fmt.Fprintf(&b, ` role="img" aria-label="%s">`, escape.Replace(s.Label))
	default:
		fmt.Fprintf(&b, ` role="img" aria-labelledby="%s-t %s-d"><title id="%s-t">%s</title><desc id="%s-d">%s</desc>`,
			id, id, id, escape.Replace(s.Title), id, escape.Replace(s.Desc))
	}
	s.writeDefs(&b, mode, id)
	if mode == Standalone {
		fmt.Fprintf(&b, `<rect width="%s" height="%s" fill="#fff"/>`, num(s.Width), num(s.Height))
	}
	for _, shape := range s.Shapes {
		shape.write(&b, mode, id)
	}
	b.WriteString("</svg>")
	return b.String()
}

// writeDefs writes the hatch, and outside of a page the symbols, if they are used.
func (s Scene) writeDefs(b *strings.Builder, mode Mode, id string) {
	hatch, symbols := false, map[string]bool{}
	for _, shape := range s.Shapes {
		hatch = hatch || shape.hatched()
		if shape.Form == Symbol {
			symbols[shape.Name] = true
		}
	}
	if mode == InPage {
		symbols = nil
	}
	if !hatch && len(symbols) == 0 {
		return
	}
	b.WriteString("<defs>")
	if hatch {
		fmt.Fprintf(b, `<pattern id="%s-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">`, id)
		fmt.Fprintf(b, `<rect width="6" height="6" class="cd-g-hatch"%s/><path d="M0 0v6" class="cd-g-hatch-line"%s/></pattern>`,
			styleOf("cd-g-hatch").attributes(mode), styleOf("cd-g-hatch-line").attributes(mode))
	}
	for _, sym := range sprite() {
		if symbols[sym.name] {
			b.WriteString(sym.source)
		}
	}
	b.WriteString("</defs>")
}

// hatched reports whether the shape is filled by hatching, whose pattern has an
// id of the drawing's own.
func (s Shape) hatched() bool {
	return strings.Contains(s.Class, hatchClass) && slices.Contains(strings.Fields(s.Class), hatchClass)
}

func (s Shape) write(b *strings.Builder, mode Mode, id string) {
	if s.Tip != "" {
		put(b, "<g><title>", escape.Replace(s.Tip), "</title>")
	}
	class, style := "", ""
	if s.Class != "" {
		class = ` class="` + escape.Replace(s.Class) + `"`
	}
	if mode != InPage { // there the class says it all
		style = styleOf(s.Class).attributes(mode)
	}
	if s.hatched() {
		class, style = "", ` fill="url(#`+id+`-hatch)"`
	}
	switch s.Form {
	case Path:
		put(b, `<path d="`, s.D, `"`, class, style, `/>`)
	case Rect:
		put(b, `<rect x="`, num(s.X), `" y="`, num(s.Y), `" width="`, num(s.W), `" height="`, num(s.H), `"`, class, style, `/>`)
	case Circle:
		put(b, `<circle cx="`, num(s.X), `" cy="`, num(s.Y), `" r="`, num(s.R), `"`, class, style, `/>`)
	case Text:
		anchor := [...]string{"", ` text-anchor="middle"`, ` text-anchor="end"`}[s.Anchor]
		put(b, `<text x="`, num(s.X), `" y="`, num(s.Y), `"`, class, anchor, style, `>`, escape.Replace(s.Words), `</text>`)
	case Symbol:
		put(b, `<use href="#`, escape.Replace(s.Name), `" x="`, num(s.X), `" y="`, num(s.Y), `" width="`, num(s.W), `" height="`, num(s.W), `"`, class, `/>`)
	}
	if s.Tip != "" {
		b.WriteString("</g>")
	}
}

// put writes the parts one after another; a time line has thousands of shapes, for
// which a format is read too often.
func put(b *strings.Builder, parts ...string) {
	for _, part := range parts {
		b.WriteString(part)
	}
}
