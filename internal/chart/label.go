package chart

import (
	"sort"
	"time"
)

// endLabel is a text at the right end of a plot.
type endLabel struct {
	y    float64
	text string
	bold bool
}

// endLabels writes the labels beside their levels, from the top down, pushed at
// least labelApart from one another.
func (s *Scene) endLabels(labels []endLabel) {
	sort.SliceStable(labels, func(i, j int) bool { return labels[i].y < labels[j].y })
	above := -1e9
	for _, l := range labels {
		y := max(l.y, above+labelApart)
		above = y
		class := "cd-g-t"
		if l.bold {
			class += " cd-g-b"
		}
		s.text(class, labelLeft, y+4, Start, l.text)
	}
}

// remark is a text above the plot with the vertical line that it belongs to.
type remark struct {
	x    float64
	text string
	row  int // preferred row
	line string
}

// remarkRows are the baselines of the rows above an SPC plot.
var remarkRows = []float64{32, 52, 66}

// remarks writes why limits were set anew, and notes. A text that finds no room
// in any row is shown on pointing at its line; the page lists all of them.
func (p *spcPlot) remarks() {
	var all []remark
	for i, l := range p.Limits {
		if i > 0 && l.Reason != "" {
			x1, _ := p.edges(l)
			all = append(all, remark{x: x1, text: "Limits set anew: " + l.Reason})
		}
	}
	for _, n := range p.Notes {
		if n.Point >= 0 && n.Point < len(p.Points) {
			all = append(all, remark{x: p.x(float64(n.Point)), text: n.Text, row: 1, line: "cd-g-annot"})
		}
	}
	taken := make([][][2]float64, len(remarkRows))
	for _, r := range all {
		row, from, anchor, room := place(r, taken)
		if r.line != "" {
			top := 54.0
			if room {
				top = remarkRows[row] + 2
			}
			d := Shape{Form: Path, Class: r.line, D: "M" + num(r.x) + " " + num(top) + "V" + num(spcBottom)}
			if !room {
				d.Tip = r.text
			}
			p.add(d)
		}
		if room {
			width := textWidth("cd-g-t", r.text)
			taken[row] = append(taken[row], [2]float64{from, from + width})
			x := r.x + 5
			if anchor == End {
				x = r.x - 5
			}
			p.text("cd-g-t", x, remarkRows[row], anchor, r.text)
		}
	}
}

// place finds a row and side for the text, beginning with the row that it prefers:
// to the right of its line if that is in the first half, else to the left.
func place(r remark, taken [][][2]float64) (row int, from float64, a Anchor, room bool) {
	width := textWidth("cd-g-t", r.text)
	sides := []Anchor{Start, End}
	if r.x > (plotLeft+plotRight)/2 {
		sides = []Anchor{End, Start}
	}
	for k := range remarkRows {
		row = (r.row + k) % len(remarkRows)
		for _, a = range sides {
			from = r.x + 5
			if a == End {
				from = r.x - 5 - width
			}
			if from >= 0 && from+width <= spcWidth && free(taken[row], from, from+width) {
				return row, from, a, true
			}
		}
	}
	return 0, 0, Start, false
}

func free(spans [][2]float64, from, to float64) bool {
	for _, s := range spans {
		if from < s[1]+8 && to > s[0]-8 {
			return false
		}
	}
	return true
}

// months draws ticks, months and years under an SPC plot. Where points are months,
// every third, sixth or twelfth is named, as there is room, and each January's
// year; other periods are named where there is room.
func (p *spcPlot) months() {
	if len(p.Points) == 0 {
		return
	}
	every := p.monthStep()
	room, year := -1e9, -1e9 // where the last name and year stand
	for i, q := range p.Points {
		x := p.x(float64(i))
		p.vline("cd-g-tick", x, spcBottom, spcBottom+4)
		if every == 0 {
			width := textWidth("cd-g-t", q.Name)
			if x-width/2 > room && x+width/2 < spcWidth {
				p.text("cd-g-t", x, 418, Middle, q.Name)
				room = x + width/2 + 10
			}
			continue
		}
		if (int(q.At.Month())-1)%every == 0 && i > 0 && x-room >= monthLabelRoom {
			p.text("cd-g-t", x, 418, Middle, monthName(q.At))
			room = x
		}
		switch {
		case i == 0:
			p.text("cd-g-t cd-g-b", x, 436, Start, q.At.Format("2006"))
			year = x
		case q.At.Month() == time.January && x-year > monthLabelRoom:
			p.text("cd-g-t cd-g-b", x, 436, Middle, q.At.Format("2006"))
			year = x
		}
	}
}

// monthStep is every how many months there is room for a name; nought where the
// points aren't months one after the other.
func (p *spcPlot) monthStep() int {
	for i := 1; i < len(p.Points); i++ {
		if p.Points[i-1].At.IsZero() || !p.Points[i-1].At.AddDate(0, 1, 0).Equal(p.Points[i].At) {
			return 0
		}
	}
	if len(p.Points) < 2 {
		return 0
	}
	apart := p.x(1) - p.x(0)
	for _, every := range []int{1, 3, 6} {
		// Three months are named even where one would fit, as quarters are easier to count.
		if every*int(apart) >= monthLabelRoom && (every > 1 || apart > 60) {
			return every
		}
	}
	return 12
}
