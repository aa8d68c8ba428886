package chart

import (
	"fmt"
)

// Funnel is one period's values of many providers against their size: 980 × 360.
type Funnel struct {
	ID          string
	Title       string
	Description string // empty is Describe
	Unit        string // of the values
	SizeUnit    string // of the sizes: "Occupied bed days in 6 months"
	Decimals    int
	Mean        float64       // of the peers
	Limits      []FunnelLimit // along the sizes, ascending; both pairs after overdispersion
	Points      []FunnelPoint
	Least       *float64
	Greatest    *float64
}

// FunnelLimit is the limits at one size. NaN is no limit.
type FunnelLimit struct {
	Size                                 float64
	Lower95, Upper95, Lower998, Upper998 float64
}

// FunnelPoint is one provider.
type FunnelPoint struct {
	Name  string // known on pointing, and in the table
	Size  float64
	Value float64
	Mark  Mark // Concern or Improvement outside of the limits
	Own   bool // the provider whom the page is about: ringed and named
}

const (
	funnelHeight            = 360
	funnelTop, funnelBottom = 34, 310
)

// Scene places the chart.
func (f Funnel) Scene() Scene {
	desc := f.Description
	if desc == "" {
		desc = f.Describe()
	}
	s := Scene{ID: f.ID, Class: "cd-chart", Width: spcWidth, Height: funnelHeight, Title: f.Title, Desc: desc}
	x, y := f.axes(&s)
	curves := []struct {
		class string
		name  string
		at    func(FunnelLimit) float64
	}{
		{"cd-g-limit", "95%", func(l FunnelLimit) float64 { return l.Upper95 }},
		{"cd-g-limit", "95%", func(l FunnelLimit) float64 { return l.Lower95 }},
		{"cd-g-mean", "99.8%", func(l FunnelLimit) float64 { return l.Upper998 }},
		{"cd-g-mean", "99.8%", func(l FunnelLimit) float64 { return l.Lower998 }},
	}
	labels := []endLabel{{y.within(f.Mean), "Mean " + figure(f.Mean, f.Decimals), true}}
	for _, c := range curves {
		var xs, ys []float64
		for _, l := range f.Limits {
			// A limit beyond the axis isn't drawn along its edge, where it would look like a value.
			if v := c.at(l); v >= y.v0 && v <= y.v1 {
				xs, ys = append(xs, x.at(l.Size)), append(ys, y.at(v))
			}
		}
		if len(xs) > 1 {
			s.path(c.class, polyline(xs, ys))
			labels = append(labels, endLabel{ys[len(ys)-1], c.name, false})
		}
	}
	s.hline("cd-g-mean", plotLeft, plotRight, y.within(f.Mean))
	s.endLabels(labels)
	for _, p := range f.Points {
		if !p.Own {
			tip := fmt.Sprintf("%s: %s on %s", p.Name, figure(p.Value, f.Decimals), figure(p.Size, 0))
			s.add(p.Mark.at(x.within(p.Size), y.within(p.Value), pointSize, tip))
		}
	}
	for _, p := range f.Points {
		if p.Own {
			f.own(&s, p, x.within(p.Size), y.within(p.Value))
		}
	}
	return s
}

// axes draws grid, values and sizes and returns their scales.
func (f Funnel) axes(s *Scene) (x, y scale) {
	var ex, ey extent
	for _, l := range f.Limits {
		ex.add(l.Size)
	}
	for _, p := range f.Points {
		ex.add(p.Size)
		ey.add(p.Value)
	}
	ey.add(f.Mean)
	// The limits of small providers are wide: the axis shows those of the middle
	// size whole and lets the rest run out of the top.
	if n := len(f.Limits); n > 0 {
		m := f.Limits[n/4]
		ey.add(m.Upper998, m.Lower998)
	}
	from, to, ticks := axis(ey.lo, ey.hi, 4)
	if f.Least != nil && from < *f.Least {
		from = *f.Least
	}
	if f.Greatest != nil && to > *f.Greatest {
		to = *f.Greatest
	}
	y = scale{from, to, funnelBottom, funnelTop}
	s.text("cd-g-t", 8, 16, Start, f.Unit)
	d := decimalsOf(ticks)
	for _, t := range ticks {
		if t >= from-1e-9 && t <= to+1e-9 {
			s.hline("cd-g-grid", plotLeft, plotRight, y.at(t))
			s.text("cd-g-t", 44, y.at(t)+4, End, figure(t, d))
		}
	}
	x = scale{ex.lo, ex.hi, plotLeft, plotRight}
	_, _, sizes := axis(ex.lo, ex.hi, 5)
	d = decimalsOf(sizes)
	for _, t := range sizes {
		if t >= ex.lo && t <= ex.hi {
			s.text("cd-g-t", x.at(t), 328, Middle, figure(t, d))
		}
	}
	s.text("cd-g-t", plotRight, 346, End, f.SizeUnit)
	return x, y
}

// own draws the provider whom the page is about: larger, ringed and named.
func (f Funnel) own(s *Scene, p FunnelPoint, x, y float64) {
	words := p.Name + " " + figure(p.Value, f.Decimals)
	s.add(p.Mark.at(x, y, pointSize*5.8/3.6, words))
	if p.Mark == Common {
		s.Shapes[len(s.Shapes)-1].R = 5.8
	}
	s.add(Shape{Form: Circle, Class: "cd-g-ring", X: x, Y: y, R: 11})
	anchor, at := Start, x+16
	if at+textWidth("cd-g-t cd-g-b", words) > plotRight {
		anchor, at = End, x-16
	}
	s.text("cd-g-t cd-g-b cd-g-halo", at, y+4, anchor, words)
}

// Describe is the figures in words, where the caller has none.
func (f Funnel) Describe() string {
	out := fmt.Sprintf("Funnel plot of %s against %s for %d providers. Mean %s.", f.Unit, f.SizeUnit, len(f.Points), figure(f.Mean, f.Decimals))
	outside := 0
	for _, p := range f.Points {
		if p.Mark == Concern || p.Mark == Improvement {
			outside++
		}
		if p.Own {
			out += fmt.Sprintf(" %s: %s on %s.", p.Name, figure(p.Value, f.Decimals), figure(p.Size, 0))
		}
	}
	return out + fmt.Sprintf(" %d marked as outside.", outside)
}
