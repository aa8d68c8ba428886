package chart

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"
)

// nameRoom is the width of the names' column.
const nameRoom = timeLeft - 26

// fit writes the words in the room given: what is too long ends in an ellipsis and
// is shown whole on pointing.
func (p *timelinePlot) fit(class string, x, y, room float64, words string) {
	if textWidth(class, words) <= room {
		p.text(class, x, y, Start, words)
		return
	}
	letters := []rune(words)
	for len(letters) > 0 && textWidth(class, string(letters)+"…") > room {
		letters = letters[:len(letters)-1]
	}
	p.add(Shape{Form: Text, Class: class, X: x, Y: y, Words: strings.TrimRight(string(letters), " ") + "…", Tip: words})
}

// placedMoment is a numbered moment with its place.
type placedMoment struct {
	number int
	x      float64
}

func inOrder(m []placedMoment) []placedMoment {
	sort.SliceStable(m, func(i, j int) bool { return m[i].x < m[j].x })
	return m
}

// finding draws one indicator's lane, whose top is at y.
func (p *timelinePlot) finding(f FindingLane, top float64) {
	p.fit("cd-g-t cd-g-b", 0, top+16, nameRoom, f.Name)
	p.fit("cd-g-t", 0, top+31, nameRoom, f.Detail)
	var e extent
	for _, v := range f.Values {
		e.add(v.Value)
	}
	for _, v := range []*float64{f.Mean, f.Lower, f.Upper} {
		if v != nil {
			e.add(*v)
		}
	}
	if f.Line != nil {
		e.add(f.Line.Value)
	}
	y := scale{e.lo, e.hi, top + laneHeight - 6, top + 2}
	until := timeRight * 1.0
	if n := len(f.Values); n > 0 {
		until = min(p.x(f.Values[n-1].To), timeRight)
	}
	if p.Placed == ByKnown {
		until = min(p.x(p.Today), timeRight)
	}
	if f.Lower != nil && f.Upper != nil {
		p.rect("cd-g-band", timeLeft, y.at(*f.Upper), until-timeLeft, y.at(*f.Lower)-y.at(*f.Upper))
	}
	if f.Mean != nil {
		p.hline("cd-g-mean", timeLeft, until, y.at(*f.Mean))
	}
	if f.Line != nil {
		p.hline("cd-g-target", timeLeft, timeRight, y.at(f.Line.Value))
		p.text("cd-g-t cd-g-halo", 240, y.at(f.Line.Value)-5, Start, f.Line.Label)
	}
	p.laneValues(f, y)
	if u := f.Unpublished; u != nil && p.Placed == ByHappened {
		p.unpublished(*u, top)
	}
	p.fit("cd-g-t cd-g-b", latestLeft, top+16, iconLeft-latestLeft-6, f.Latest)
	p.fit("cd-g-t", latestLeft, top+31, iconLeft-latestLeft-6, f.LatestWhen)
	if f.Variation != "" {
		p.symbol(f.Variation, iconLeft, top+6, iconSide, f.Verdict)
	}
	if f.Assurance != "" {
		p.symbol(f.Assurance, iconRight, top+6, iconSide, f.Verdict)
	}
}

// laneValues draws line and points, in order of the place that they take.
func (p *timelinePlot) laneValues(f FindingLane, y scale) {
	type point struct {
		LaneValue
		at time.Time
	}
	var points []point
	for _, v := range f.Values {
		middle := v.From.Add(v.To.Sub(v.From) / 2)
		if at := p.when(middle, v.Known); p.shows(at) {
			points = append(points, point{v, at})
		}
	}
	sort.SliceStable(points, func(i, j int) bool { return points[i].at.Before(points[j].at) })
	var xs, ys []float64
	for _, q := range points {
		xs, ys = append(xs, p.x(q.at)), append(ys, y.at(q.Value))
	}
	if len(xs) > 1 {
		p.path("cd-g-series", polyline(xs, ys))
	}
	for i, q := range points {
		p.add(q.Mark.at(xs[i], ys[i], 4.8, fmt.Sprintf("%s, %s: %s", f.Name, q.Name, figure(q.Value, f.Decimals))))
	}
}

// unpublished hatches what was measured but isn't published.
func (p *timelinePlot) unpublished(u Span, top float64) {
	from, to := max(p.x(u.From), timeLeft), min(p.x(u.To), timeRight)
	if to <= from {
		return
	}
	p.add(Shape{Form: Rect, Class: hatchClass, X: from, Y: top, W: to - from, H: 40, Tip: u.Word})
	if textWidth("cd-g-t", u.Word)+8 < to-from {
		p.text("cd-g-t cd-g-halo", (from+to)/2, top+24, Middle, u.Word)
	}
}

// months draws the one axis that all lanes share. Months are named where there is
// room; the rest have a line.
func (p *timelinePlot) months(top float64) {
	p.rect("cd-g-axis", 0, top, timelineWidth, axisHeight)
	p.text("cd-tl-lane", 0, top+23, Start, "One time axis")
	first := time.Date(p.From.Year(), p.From.Month(), 1, 0, 0, 0, 0, p.From.Location())
	if first.Before(p.From) {
		first = first.AddDate(0, 1, 0)
	}
	room, year := -1e9, 0
	for m := first; m.Before(p.To); m = m.AddDate(0, 1, 0) {
		x := p.x(m)
		middle := (x + min(p.x(m.AddDate(0, 1, 0)), timeRight)) / 2
		wide := middle-room > 34
		if wide || m.Month() == time.January {
			p.vline("cd-g-annot", x, top, top+axisHeight)
		}
		if wide {
			p.text("cd-g-t cd-g-b", middle, top+15, Middle, monthName(m))
			room = middle
		}
		if year == 0 || m.Month() == time.January {
			year = m.Year()
			p.text("cd-g-t", x+6, top+31, Start, fmt.Sprint(year))
		}
	}
	p.vline("cd-g-annot", timeRight, top, top+axisHeight)
}

// stack is the dots of one bin of a lane, by their severity, in order of date.
type stack struct {
	bin        int
	severities []int
}

// stacks puts a lane's dots into bins of 13 px, from left to right.
func (p *timelinePlot) stacks(l SignalLane) []stack {
	type placed struct {
		at       time.Time
		severity int
	}
	dots := make([]placed, 0, len(l.Dots))
	for i := range l.Dots {
		if at := p.when(l.Dots[i].Happened, l.Dots[i].Known); p.shows(at) {
			dots = append(dots, placed{at, l.Dots[i].Severity})
		}
	}
	slices.SortStableFunc(dots, func(a, b placed) int { return a.at.Compare(b.at) })
	severities := make([]int, len(dots))
	var out []stack
	for i := range dots {
		severities[i] = dots[i].severity
		bin := min(int(p.x(dots[i].at)-timeLeft)/dotSide, (timeRight-timeLeft)/dotSide-1)
		if n := len(out); n == 0 || out[n-1].bin != bin {
			out = append(out, stack{bin: bin, severities: severities[i:i]})
		}
		last := &out[len(out)-1]
		last.severities = last.severities[:len(last.severities)+1]
	}
	return out
}

// stackHeight is how high a lane is with these stacks.
func stackHeight(stacks []stack) float64 {
	most := 1
	for _, s := range stacks {
		most = max(most, min(len(s.severities), dotsMost+1)) // and the number of the rest
	}
	return max(27, float64(dotStack*most+11))
}

func (p *timelinePlot) signalsHeight() float64 {
	h := 0.0
	for _, stacks := range p.stacked {
		h += stackHeight(stacks)
	}
	return h
}

// severityMarks are the symbols of dots by severity.
var severityMarks = [...]string{"s-1", "s-2", "s-3", "s-4"}

// signals draws each kind's dots above its rule.
func (p *timelinePlot) signals(top float64) {
	rule := top
	for k, l := range p.Signals {
		rule += stackHeight(p.stacked[k])
		p.fit("cd-g-t cd-g-b", 0, rule-9, nameRoom-20, l.Name)
		if l.Sealed {
			p.symbol("lock", min(textWidth("cd-g-t cd-g-b", l.Name), nameRoom-20)+8, rule-20, 12, "sealed")
		}
		p.hline("cd-g-rule", timeLeft, timeRight, rule)
		for _, s := range p.stacked[k] {
			x := float64(timeLeft + dotSide*s.bin)
			for i, severity := range s.severities {
				y := rule - 14.5 - float64(dotStack*i)
				if i == dotsMost {
					p.text("cd-g-t", x+6.5, y+11, Middle, fmt.Sprintf("+%d", len(s.severities)-dotsMost))
					break
				}
				p.symbol(severityMarks[min(max(severity, 1), len(severityMarks))-1], x, y, dotSide, "")
			}
		}
		p.fit("cd-g-t", latestLeft, rule-9, timelineWidth-latestLeft, l.Latest)
	}
}

func (p *timelinePlot) casesHeight() float64 {
	h := 43.0 + float64(casePitch*len(p.Cases))
	if p.Interventions != nil {
		return h + 20
	}
	return h - 8
}

// cases draws each case's levels, then the interventions. The heading's baseline is at top.
func (p *timelinePlot) cases(top float64) {
	if len(p.Cases) == 0 && p.Interventions == nil {
		p.text("cd-g-t", timeLeft+4, top, Start, "none in this stretch of time")
		return
	}
	line := top + 16
	for _, c := range p.Cases {
		p.fit("cd-g-t cd-g-b", 0, line, nameRoom, c.Name)
		p.fit("cd-g-t", 0, line+15, nameRoom, c.Detail)
		p.caseBar(c, line+1)
		line += casePitch
	}
	if v := p.Interventions; v != nil {
		p.interventions(*v, line+6)
	}
}

func (p *timelinePlot) caseBar(c CaseLane, middle float64) {
	first, end := 1e9, -1e9
	for i, l := range c.Levels {
		from, to := max(p.x(l.From), timeLeft), min(p.x(l.To), timeRight)
		if to <= from {
			continue
		}
		height, class := float64(6*min(max(l.Level, 1), 3)), "cd-tl-case1"
		if l.Level > 1 {
			class = "cd-tl-case2"
		}
		p.rect(class, from, middle-height/2, to-from, height)
		if from < first {
			p.vline("cd-g-mark", from, middle-9, middle+9)
		}
		first, end = min(first, from), max(end, to)
		if i == len(c.Levels)-1 || textWidth("cd-g-t", l.Word)+8 <= to-from { // a short stretch's word would run into the next
			p.text("cd-g-t", from+4, middle-12, Start, l.Word)
		}
	}
	if end < first {
		p.text("cd-g-t", timeLeft+4, middle+4, Start, c.Note)
		return
	}
	if end+6+textWidth("cd-g-t", c.Note) <= timeRight {
		p.text("cd-g-t cd-g-halo", end+6, middle+4, Start, c.Note)
	} else {
		p.text("cd-g-t cd-g-halo", first-6, middle+4, End, c.Note)
	}
}

func (p *timelinePlot) interventions(v InterventionLane, line float64) {
	p.text("cd-g-t cd-g-b", 0, line, Start, v.Name)
	first := 1e9
	for _, s := range v.Steps {
		at := p.when(s.At, s.Known)
		if !p.shows(at) {
			continue
		}
		x := p.x(at)
		first = min(first, x)
		class := "cd-g-mark"
		if s.Over {
			class = "cd-g-over"
		}
		p.add(Shape{Form: Path, Class: class, D: "M" + num(x) + " " + num(line-14) + "v20", Tip: s.Name})
	}
	if first < 1e9 {
		p.text("cd-g-t cd-g-halo", first-6, line, End, v.Note)
	} else {
		p.text("cd-g-t", timeLeft+4, line, Start, v.Note)
	}
	class := "cd-g-t"
	if v.Over {
		class += " cd-g-c"
	}
	p.text(class, latestLeft, line, Start, v.Latest)
}

// today draws the present, or the moment that the page shows, and says what is shaded.
func (p *timelinePlot) today() {
	x := min(p.x(p.Today), timeRight)
	p.vline("cd-g-now", x, momentsTop, p.end)
	word := p.TodayWord
	if word == "" {
		word = "Today"
	}
	p.text("cd-g-t cd-g-b", x, p.end+15, Middle, word)
	if !p.Since.IsZero() && p.Since.Before(p.Today) {
		p.text("cd-g-t", x-15-textWidth("cd-g-t cd-g-b", word)/2, p.end+15, End, "shaded: since you looked, "+p.Since.Format("2 Jan"))
	}
}

// Describe is the lanes in words, where the caller has no description.
func (t Timeline) Describe() string {
	signals := 0
	for _, l := range t.Signals {
		signals += len(l.Dots)
	}
	steps := 0
	if t.Interventions != nil {
		steps = len(t.Interventions.Steps)
	}
	return fmt.Sprintf("%d hard indicators above a month axis, %d soft signals of %d kinds below it, then %d cases and interventions. The table below the chart gives each of the %d numbered moments.",
		len(t.Findings), signals, len(t.Signals), len(t.Cases)+steps, len(t.Moments))
}
