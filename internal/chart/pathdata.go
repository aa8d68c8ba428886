package chart

import (
	"fmt"
	"math"
	"strconv"
)

// pen receives a path: what the raster library's context offers.
type pen interface {
	MoveTo(x, y float64)
	LineTo(x, y float64)
	QuadraticTo(x1, y1, x, y float64)
	CubicTo(x1, y1, x2, y2, x, y float64)
	ClosePath()
}

// walker follows path data with a pen. Commands are those of SVG 1.1 section 8.3,
// absolute and relative, without the smooth curves S and T, which we don't use.
type walker struct {
	data   string
	at     int
	pen    pen
	x, y   float64 // where the pen is
	x0, y0 float64 // where the figure began
}

// walkPath draws path data with the pen.
func walkPath(data string, p pen) error {
	w := &walker{data: data, pen: p}
	command := byte(0)
	for {
		w.skip()
		if w.at >= len(w.data) {
			return nil
		}
		if c := w.data[w.at]; isCommand(c) {
			command = c
			w.at++
		} else if command == 0 || command == 'Z' || command == 'z' {
			return fmt.Errorf("path data %q: a command is missing at %d", data, w.at)
		}
		if err := w.step(command); err != nil {
			return fmt.Errorf("path data %q: %w", data, err)
		}
		// Further pairs after a move are lines.
		if command == 'M' {
			command = 'L'
		} else if command == 'm' {
			command = 'l'
		}
	}
}

func isCommand(c byte) bool { return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' && c != 'e' }

func (w *walker) skip() {
	for w.at < len(w.data) && (w.data[w.at] == ' ' || w.data[w.at] == ',' || w.data[w.at] == '\n') {
		w.at++
	}
}

// number reads the next number; numbers may touch: "3.2-3.2", ".4.4".
func (w *walker) number() (float64, error) {
	w.skip()
	from, dot := w.at, false
	for w.at < len(w.data) {
		c := w.data[w.at]
		if c == '.' && !dot {
			dot = true
		} else if (c == '-' || c == '+') && w.at > from || c == '.' && dot || c != '-' && c != '+' && c != '.' && (c < '0' || c > '9') {
			break
		}
		w.at++
	}
	f, err := strconv.ParseFloat(w.data[from:w.at], 64)
	if err != nil {
		return 0, fmt.Errorf("no number at %d", from)
	}
	return f, nil
}

func (w *walker) numbers(n int) ([7]float64, error) {
	var out [7]float64
	for i := range n {
		f, err := w.number()
		if err != nil {
			return out, err
		}
		out[i] = f
	}
	return out, nil
}

// step draws one command.
func (w *walker) step(command byte) error {
	arity := map[byte]int{'M': 2, 'L': 2, 'H': 1, 'V': 1, 'Q': 4, 'C': 6, 'A': 7, 'Z': 0}
	upper := command &^ 0x20
	n, known := arity[upper]
	if !known {
		return fmt.Errorf("command %q is not known", command)
	}
	v, err := w.numbers(n)
	if err != nil {
		return err
	}
	dx, dy := 0.0, 0.0
	if command != upper {
		dx, dy = w.x, w.y
	}
	switch upper {
	case 'M':
		w.x, w.y = v[0]+dx, v[1]+dy
		w.x0, w.y0 = w.x, w.y
		w.pen.MoveTo(w.x, w.y)
	case 'L':
		w.lineTo(v[0]+dx, v[1]+dy)
	case 'H':
		w.lineTo(v[0]+dx, w.y)
	case 'V':
		w.lineTo(w.x, v[0]+dy)
	case 'Q':
		w.x, w.y = v[2]+dx, v[3]+dy
		w.pen.QuadraticTo(v[0]+dx, v[1]+dy, w.x, w.y)
	case 'C':
		w.x, w.y = v[4]+dx, v[5]+dy
		w.pen.CubicTo(v[0]+dx, v[1]+dy, v[2]+dx, v[3]+dy, w.x, w.y)
	case 'A':
		w.arc(v[0], v[1], v[2], v[3] > 0.5, v[4] > 0.5, v[5]+dx, v[6]+dy)
	case 'Z':
		w.pen.ClosePath()
		w.x, w.y = w.x0, w.y0
	}
	return nil
}

func (w *walker) lineTo(x, y float64) {
	w.x, w.y = x, y
	w.pen.LineTo(x, y)
}

// arcStep is the angle of the chords that an arc is drawn by: at the sizes of our
// symbols the error is under a fiftieth of a pixel.
const arcStep = math.Pi / 36

// arc draws an elliptical arc by chords: SVG 1.1, appendix F.6.5, end points to
// centre.
func (w *walker) arc(rx, ry, degrees float64, large, sweep bool, x, y float64) {
	rx, ry = math.Abs(rx), math.Abs(ry)
	same := math.Abs(w.x-x) < 1e-12 && math.Abs(w.y-y) < 1e-12
	if same || rx < 1e-12 || ry < 1e-12 {
		w.lineTo(x, y)
		return
	}
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	mx, my := (w.x-x)/2, (w.y-y)/2
	x1, y1 := cos*mx+sin*my, -sin*mx+cos*my
	if l := x1*x1/(rx*rx) + y1*y1/(ry*ry); l > 1 {
		rx, ry = rx*math.Sqrt(l), ry*math.Sqrt(l)
	}
	k := (rx*rx*ry*ry - rx*rx*y1*y1 - ry*ry*x1*x1) / (rx*rx*y1*y1 + ry*ry*x1*x1)
	f := math.Sqrt(math.Max(k, 0))
	if large == sweep {
		f = -f
	}
	cx1, cy1 := f*rx*y1/ry, -f*ry*x1/rx
	cx, cy := cos*cx1-sin*cy1+(w.x+x)/2, sin*cx1+cos*cy1+(w.y+y)/2
	from := math.Atan2((y1-cy1)/ry, (x1-cx1)/rx)
	turn := math.Atan2((-y1-cy1)/ry, (-x1-cx1)/rx) - from
	if sweep && turn < 0 {
		turn += 2 * math.Pi
	} else if !sweep && turn > 0 {
		turn -= 2 * math.Pi
	}
	n := int(math.Ceil(math.Abs(turn) / arcStep))
	for i := 1; i < n; i++ {
		s, c := math.Sincos(from + turn*float64(i)/float64(n))
		w.pen.LineTo(cos*rx*c-sin*ry*s+cx, sin*rx*c+cos*ry*s+cy)
	}
	w.lineTo(x, y)
}
