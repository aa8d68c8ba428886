package chart

import (
	_ "embed" // for the sprite
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
)

//go:embed icons.svg
var iconSource string

// symbol is one symbol of the sprite: its source, for SVG, and its shapes, for
// painting.
type symbol struct {
	name   string
	source string
	box    float64 // side of its view box
	shapes []inked
}

// inked is a shape with a look of its own instead of a class.
type inked struct {
	Shape
	style
}

// Sprite is all symbols as one hidden svg element: v-… variation, a-… assurance,
// m-… marks, k-… kinds of evidence, s-… severity, lock. A page has it once.
func Sprite() string {
	return `<svg class="cd-symbols" width="0" height="0" aria-hidden="true" focusable="false"><defs>` + iconSource + `</defs></svg>`
}

// SymbolNames is the names of all symbols.
func SymbolNames() []string {
	names := make([]string, 0, 32)
	for _, s := range sprite() {
		names = append(names, s.name)
	}
	return names
}

var sprite = sync.OnceValue(func() []symbol {
	symbols, err := readSymbols(iconSource)
	if err != nil {
		panic(fmt.Sprintf("chart: icons.svg: %v", err)) // embedded and tested
	}
	return symbols
})

// symbolNamed is the symbol, or one without shapes if there is none of that name.
func symbolNamed(name string) symbol {
	for _, s := range sprite() {
		if s.name == name {
			return s
		}
	}
	return symbol{name: name, box: 1}
}

// readSymbols reads the part of SVG that the sprite uses: symbol elements with
// path, circle, rect, polyline and text.
func readSymbols(source string) ([]symbol, error) {
	d := xml.NewDecoder(strings.NewReader(source))
	var out []symbol
	var start int64
	for {
		before := d.InputOffset()
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			a := attributesOf(t)
			if t.Name.Local == "symbol" {
				start = before
				box := strings.Fields(a["viewBox"])
				if len(box) != 4 {
					return nil, fmt.Errorf("symbol %q has viewBox %q", a["id"], a["viewBox"])
				}
				out = append(out, symbol{name: a["id"], box: a.number(box[2])})
				continue
			}
			if len(out) == 0 {
				return nil, fmt.Errorf("<%s> outside of a symbol", t.Name.Local)
			}
			shape, err := inkedFrom(t.Name.Local, a)
			if err != nil {
				return nil, err
			}
			out[len(out)-1].shapes = append(out[len(out)-1].shapes, shape)
		case xml.EndElement:
			if t.Name.Local == "symbol" {
				out[len(out)-1].source = source[start:d.InputOffset()]
			}
		case xml.CharData:
			if words := strings.TrimSpace(string(t)); words != "" && len(out) > 0 {
				shapes := out[len(out)-1].shapes
				shapes[len(shapes)-1].Words = words
			}
		}
	}
}

type svgAttributes map[string]string

func attributesOf(t xml.StartElement) svgAttributes {
	a := svgAttributes{}
	for _, attr := range t.Attr {
		a[attr.Name.Local] = attr.Value
	}
	return a
}

// number reads a number; an absent one is nought.
func (svgAttributes) number(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0
	}
	return f
}

func inkedFrom(element string, a svgAttributes) (inked, error) {
	out := inked{style: style{fill: a["fill"], stroke: a["stroke"], width: a.number(a["stroke-width"]), size: a.number(a["font-size"]), bold: a["font-weight"] == "700"}}
	for _, d := range strings.Fields(a["stroke-dasharray"]) {
		out.dash = append(out.dash, a.number(d))
	}
	switch element {
	case "path":
		out.Form, out.D = Path, a["d"]
	case "polyline":
		out.Form, out.D = Path, "M"+a["points"]
	case "circle":
		out.Form, out.X, out.Y, out.R = Circle, a.number(a["cx"]), a.number(a["cy"]), a.number(a["r"])
	case "rect":
		out.Form, out.X, out.Y, out.W, out.H = Rect, a.number(a["x"]), a.number(a["y"]), a.number(a["width"]), a.number(a["height"])
	case "text":
		out.Form, out.X, out.Y = Text, a.number(a["x"]), a.number(a["y"])
		if a["text-anchor"] == "middle" {
			out.Anchor = Middle
		}
	default:
		return inked{}, fmt.Errorf("element <%s> is not known", element)
	}
	return out, nil
}
