package chart

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// trace is a pen that writes down what it is told.
type trace struct{ strings.Builder }

func (p *trace) MoveTo(x, y float64) { fmt.Fprintf(p, "M%s,%s ", num(x), num(y)) }
func (p *trace) LineTo(x, y float64) { fmt.Fprintf(p, "L%s,%s ", num(x), num(y)) }
func (p *trace) QuadraticTo(a, b, x, y float64) {
	fmt.Fprintf(p, "Q%s,%s,%s,%s ", num(a), num(b), num(x), num(y))
}

func (p *trace) CubicTo(a, b, c, d, x, y float64) {
	fmt.Fprintf(p, "C%s,%s,%s,%s,%s,%s ", num(a), num(b), num(c), num(d), num(x), num(y))
}
func (p *trace) ClosePath() { p.WriteString("Z ") }

func TestPathData(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ data, want string }{
		"numbers may touch":                          {"M17 4.6l3.2 3.2-3.2 3.2-3.2-3.2Z", "M17,4.6 L20.2,7.8 L17,11 L13.8,7.8 Z"},
		"leading points":                             {"M6 .6 11.4 6 6 11.4 .6 6Z", "M6,0.6 L11.4,6 L6,11.4 L0.6,6 Z"},
		"two points in a row of digits":              {"M1.5.5", "M1.5,0.5"},
		"relative horizontal and vertical":           {"M2 3h4v5H1V2z", "M2,3 L6,3 L6,8 L1,8 L1,2 Z"},
		"after closing, the pen is at the beginning": {"M2 3l4 0Zl1 1", "M2,3 L6,3 Z L3,4"},
		"quadratic":                                  {"M7 8Q13 13.5 26 14", "M7,8 Q13,13.5,26,14"},
		"cubic":                                      {"M0 0c1 1 2 2 3 3", "M0,0 C1,1,2,2,3,3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var p trace
			if err := walkPath(c.data, &p); err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimSpace(p.String()); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	for _, bad := range []string{"1 2", "M1", "M1 2X3", "M1 2Z3 4", "Mx y"} {
		if err := walkPath(bad, &trace{}); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

// farthest keeps how far the pen came from a centre.
type farthest struct {
	trace
	cx, cy, least, most float64
}

func (p *farthest) LineTo(x, y float64) {
	d := math.Hypot(x-p.cx, y-p.cy)
	p.least, p.most = math.Min(p.least, d), math.Max(p.most, d)
}

func TestAHalfCircleKeepsItsRadius(t *testing.T) {
	t.Parallel()
	p := &farthest{cx: 7, cy: 7, least: math.Inf(1)}
	if err := walkPath("M7 2.4a4.6 4.6 0 0 1 0 9.2Z", p); err != nil {
		t.Fatal(err)
	}
	if math.Abs(p.least-4.6) > 1e-9 || math.Abs(p.most-4.6) > 1e-9 {
		t.Errorf("between %v and %v from the centre, want 4.6", p.least, p.most)
	}
}

func FuzzPathData(f *testing.F) {
	for _, s := range []string{"M6 .6 11.4 6", "M7 2.4a4.6 4.6 0 0 1 0 9.2Z", "m1-1e5", "A0 0 0 0 0 0 0", "M1 1A1e300 1 1 1 1 1e300 9"} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, data string) {
		_ = walkPath(data, &trace{})
	})
}

func TestAxesHoldTheirValuesBetweenRoundEnds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Float64Range(-1e6, 1e6).Draw(t, "lo")
		hi := lo + rapid.Float64Range(0, 1e6).Draw(t, "span")
		from, to, ticks := axis(lo, hi, 4)
		if from > lo+1e-6*(hi-lo) || to < hi-1e-6*(hi-lo) || len(ticks) < 2 || len(ticks) > 7 {
			t.Fatalf("axis(%v, %v) = %v, %v, %v", lo, hi, from, to, ticks)
		}
	})
}

func TestAnAxisOfNearlyEqualValuesHasAnEnd(t *testing.T) {
	t.Parallel()
	for _, span := range []float64{0, 5e-324, 1e-300, 1e-12} {
		if _, _, ticks := axis(1e6, 1e6+span, 4); len(ticks) < 2 || len(ticks) > 7 {
			t.Errorf("span %v: %d ticks", span, len(ticks))
		}
	}
	if _, _, ticks := axis(0, 5e-324, 4); len(ticks) < 2 || len(ticks) > 7 {
		t.Errorf("%d ticks", len(ticks))
	}
}

func TestFigures(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]struct {
		v float64
		d int
	}{"1.94": {1.94, 2}, "−2": {-2, 0}, "1,234,567.5": {1234567.5, 1}, "0": {-0.2, 0}, "100": {100, 0}, "−1,000": {-1000, 0}} {
		if got := figure(c.v, c.d); got != want {
			t.Errorf("figure(%v, %d) = %s, want %s", c.v, c.d, got, want)
		}
	}
}

func TestWhateverTheValuesEveryPointStandsInsideThePlotAndLabelsStandApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 80).Draw(t, "n")
		c := SPC{ID: "x", Title: "x", Unit: "u", Standard: &Line{Value: rapid.Float64Range(-10, 10).Draw(t, "standard")}}
		for i := range n {
			p := Point{Name: "p", At: day(2020, 1, 1).AddDate(0, i, 0), Value: rapid.Float64Range(-100, 100).Draw(t, "v"), Mark: Mark(rapid.IntRange(0, 4).Draw(t, "mark"))}
			if rapid.IntRange(0, 9).Draw(t, "missing") == 0 {
				p.Missing = "late"
			}
			c.Points = append(c.Points, p)
		}
		if n > 0 {
			m := rapid.Float64Range(-50, 50).Draw(t, "mean")
			c.Limits = []Limits{{From: 0, To: n - 1, Mean: m, Lower: m - 1, Upper: m + 1}}
		}
		var ends []float64
		for _, s := range c.Scene().Shapes {
			if strings.HasPrefix(s.Class, "cd-p-") && s.Form == Circle && (s.X < plotLeft || s.X > plotRight || s.Y < spcTop-0.1 || s.Y > spcBottom+0.1) {
				t.Fatalf("%+v is outside of the plot", s)
			}
			if s.Form == Text && s.X == labelLeft {
				ends = append(ends, s.Y)
			}
			for _, f := range []float64{s.X, s.Y, s.W, s.H} {
				if math.IsNaN(f) || math.IsInf(f, 0) || s.W < 0 || s.H < 0 {
					t.Fatalf("%+v has no place", s)
				}
			}
			if strings.Contains(s.D, "NaN") || strings.Contains(s.D, "Inf") {
				t.Fatalf("%+v has no place", s)
			}
		}
		for i := 1; i < len(ends); i++ {
			if ends[i]-ends[i-1] < labelApart-1e-9 {
				t.Fatalf("labels at %v", ends)
			}
		}
	})
}
