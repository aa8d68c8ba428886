package chart

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"

	"github.com/fogleman/gg"
	"golang.org/x/image/font"
)

// MaxPixels bounds a picture, so that no request can fill the memory: 40 million
// is 160 MB while it is painted.
const MaxPixels = 40_000_000

// PNG writes the scene as a picture, enlarged scale times: 1 is the page's size,
// 2 is sharp in print and in mail. It is an error if the picture would be larger
// than MaxPixels.
func (s Scene) PNG(w io.Writer, scale float64) error {
	img, err := s.Image(scale)
	if err != nil {
		return err
	}
	if err := png.Encode(w, img); err != nil {
		return fmt.Errorf("write PNG: %w", err)
	}
	return nil
}

// Image paints the scene on white.
func (s Scene) Image(scale float64) (image.Image, error) {
	if !(scale > 0) || s.Width*s.Height*scale*scale > MaxPixels {
		return nil, fmt.Errorf("a picture of %v × %v px at scale %v is not between nothing and %d pixels", s.Width, s.Height, scale, MaxPixels)
	}
	p := painter{
		Context: gg.NewContext(int(math.Ceil(s.Width*scale)), int(math.Ceil(s.Height*scale))),
		scale:   scale, faces: map[faceKey]font.Face{},
	}
	p.SetColor(color.White)
	p.Clear()
	p.Scale(scale, scale)
	for _, shape := range s.Shapes {
		if err := p.paint(shape); err != nil {
			return nil, err
		}
	}
	return p.Image(), nil
}

// painter paints shapes on a picture.
type painter struct {
	*gg.Context
	scale float64
	faces map[faceKey]font.Face
}

func (p *painter) paint(s Shape) error {
	switch {
	case s.Form == Symbol:
		sym := symbolNamed(s.Name)
		p.Push()
		defer p.Pop()
		p.Translate(s.X, s.Y)
		outer := p.scale
		p.scale *= s.W / sym.box
		defer func() { p.scale = outer }()
		p.Context.Scale(s.W/sym.box, s.W/sym.box)
		for _, part := range sym.shapes {
			if err := p.ink(part.Shape, part.style); err != nil {
				return err
			}
		}
		return nil
	case s.hatched():
		return p.hatch(s)
	}
	return p.ink(s, styleOf(s.Class))
}

// ink fills and strokes a shape. A filled shape with a stroke is filled first, as
// in SVG.
func (p *painter) ink(s Shape, look style) error {
	if s.Form == Text {
		p.write(s, look)
		return nil
	}
	if err := p.outline(s); err != nil {
		return err
	}
	if look.fill != "none" {
		p.SetColor(colour(look.fill))
		p.FillPreserve()
	}
	if look.stroke != "" && look.stroke != "none" {
		p.SetColor(colour(look.stroke))
		p.SetLineWidth(look.strokeWidth() * p.scale)
		dashes := make([]float64, len(look.dash))
		for i, d := range look.dash {
			dashes[i] = d * p.scale
		}
		p.SetDash(dashes...)
		p.SetLineCap(gg.LineCapButt)
		p.StrokePreserve()
	}
	p.ClearPath()
	return nil
}

// outline makes the shape the present path.
func (p *painter) outline(s Shape) error {
	switch s.Form {
	case Rect:
		p.DrawRectangle(s.X, s.Y, s.W, s.H)
	case Circle:
		p.DrawCircle(s.X, s.Y, s.R)
	default:
		return walkPath(s.D, p)
	}
	return nil
}

// hatch paints the hatching of the SVG's pattern: lines 2 px wide, 6 px apart, at
// 45 degrees, kept inside the shape.
func (p *painter) hatch(s Shape) error {
	if err := p.outline(s); err != nil {
		return err
	}
	p.Clip()
	defer p.ResetClip()
	p.SetColor(colour(styles["cd-g-hatch"].fill))
	p.DrawRectangle(s.X, s.Y, s.W, s.H)
	p.Fill()
	line := styles["cd-g-hatch-line"]
	p.SetColor(colour(line.stroke))
	p.SetLineWidth(line.width * p.scale)
	p.SetDash()
	for x := s.X - s.H; x < s.X+s.W; x += 6 * math.Sqrt2 {
		p.DrawLine(x, s.Y+s.H, x+s.H, s.Y)
	}
	p.Stroke()
	return nil
}

// write paints a text. Its halo is the same text in the stroke's colour, moved in
// eight directions.
func (p *painter) write(s Shape, look style) {
	if look.size <= 0 {
		look.size = 16 // the browser's default
	}
	k := faceKey{look.size * p.scale, look.bold}
	face, ok := p.faces[k]
	if !ok {
		face = newFace(k)
		p.faces[k] = face
	}
	p.SetFontFace(face)
	// The face is at its final size, so the text is placed without the scale.
	x, y := p.TransformPoint(s.X, s.Y)
	width, _ := p.MeasureString(s.Words)
	switch s.Anchor {
	case Middle:
		x -= width / 2
	case End:
		x -= width
	}
	p.Push()
	defer p.Pop()
	p.Identity()
	if look.halo {
		p.SetColor(colour(look.stroke))
		r := look.width / 2 * p.scale
		for i := range 8 {
			sin, cos := math.Sincos(float64(i) * math.Pi / 4)
			p.DrawString(s.Words, x+r*cos, y+r*sin)
		}
	}
	p.SetColor(colour(look.fill))
	p.DrawString(s.Words, x, y)
}

// colour reads #rgb and #rrggbb; anything else is black, as an unset fill is.
func colour(hex string) color.Color {
	var r, g, b uint8
	if n, err := fmt.Sscanf(hex, "#%02x%02x%02x", &r, &g, &b); err == nil && n == 3 && len(hex) == 7 {
		return color.RGBA{r, g, b, 255}
	}
	if n, err := fmt.Sscanf(hex, "#%1x%1x%1x", &r, &g, &b); err == nil && n == 3 && len(hex) == 4 {
		return color.RGBA{r * 17, g * 17, b * 17, 255}
	}
	return color.Black
}
