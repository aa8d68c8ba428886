package chart

import (
	"math"
	"strconv"
)

// WaterfallBar is the drawn cell of one row of a waterfall: 490 × 26. The row's
// table says the same in figures, so the bar is hidden from those who listen.
type WaterfallBar struct {
	Start     float64 // running total before
	Points    float64 // what the row adds; overlap takes off
	Total     bool    // the sum of all rows
	Threshold float64 // on a total: where its word begins; nought is none
	Most      float64 // greatest running total of the waterfall; see WaterfallMost
}

// WaterfallAxis is the drawn heading of the bars: 490 × 22.
type WaterfallAxis struct {
	Most float64
}

const (
	waterfallWidth, waterfallHeight = 490, 26
	waterfallLeft, waterfallRight   = 6, 476
)

// WaterfallMost is the end of the bars' scale for the greatest running total: 52
// points, or a little more than the total where that is larger.
func WaterfallMost(greatest float64) float64 { return math.Max(52, math.Ceil(greatest*1.04)) }

func waterfallScale(most float64) scale {
	return scale{0, WaterfallMost(most), waterfallLeft, waterfallRight}
}

// grid is the values at which the scale has lines: every 10, wider apart where the
// scale is long.
func (s scale) grid() []float64 {
	step := 10.0
	for s.v1/step > 8 {
		step *= 2
	}
	var out []float64
	for v := 0.0; v <= s.v1; v += step {
		out = append(out, v)
	}
	return out
}

// Scene places the axis.
func (a WaterfallAxis) Scene() Scene {
	s := Scene{Class: "cd-fall__axis", Width: waterfallWidth, Height: 22, Hidden: true}
	x := waterfallScale(a.Most)
	for _, v := range x.grid() {
		s.text("cd-g-t", x.at(v), 15, Middle, strconv.Itoa(int(v)))
	}
	return s
}

// Scene places the bar.
func (b WaterfallBar) Scene() Scene {
	s := Scene{Class: "cd-fall__bar", Width: waterfallWidth, Height: waterfallHeight, Hidden: true}
	x := waterfallScale(b.Most)
	for _, v := range x.grid() {
		s.vline("cd-g-grid", x.at(v), 0, waterfallHeight)
	}
	if b.Total {
		s.rect("cd-g-total", x.at(0), 5, x.within(b.Points)-x.at(0), 16)
		if b.Threshold > 0 && b.Threshold < b.Points {
			s.vline("cd-g-cut", x.at(b.Threshold), 5, 21)
		}
		return s
	}
	from, to := x.within(b.Start), x.within(b.Start+b.Points)
	s.path("cd-g-join", "M"+num(from)+" 0V13M"+num(to)+" 13V26")
	class := "cd-g-add"
	if b.Points < 0 {
		class = "cd-g-off"
	}
	left, right := math.Min(from, to), math.Max(from, to)
	s.rect(class, left, 5, right-left, 16)
	words := figure(b.Points, 0)
	if b.Points > 0 {
		words = "+" + words
	}
	s.text("cd-g-t cd-g-b", right+5, 17, Start, words)
	return s
}
