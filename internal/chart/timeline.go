package chart

import (
	"cmp"
	"fmt"
	"time"
)

// Timeline is the triangulation time line: hard findings above one axis of time,
// soft signals below it, then cases and interventions. It is 1376 wide and as
// high as its lanes need.
type Timeline struct {
	ID            string
	Title         string
	Description   string // empty is Describe
	From, To      time.Time
	Today         time.Time // or the past moment that the page shows
	TodayWord     string    // below the line of today; empty is "Today"
	Since         time.Time // when the reader last looked; zero is never
	Placed        Placement
	Concern       *ConcernLane // nil where there are no points
	Findings      []FindingLane
	Signals       []SignalLane
	Cases         []CaseLane
	Interventions *InterventionLane // nil is none
	Moments       []Moment
}

// Placement is by which of its two dates a thing is placed.
type Placement uint8

// The placements.
const (
	ByHappened Placement = iota // when it happened, or was measured
	ByKnown                     // when we knew: the day of receipt
)

// ConcernLane is points over time: a judgement holds till the next.
type ConcernLane struct {
	Values []PointsAt
	Rules  []float64 // points where words begin; none is 10, 20, 40
	Latest string    // "46 very likely"
	Detail string    // "37 when you looked"
	Every  string    // how often it is judged; empty is weekly
}

// PointsAt is the points from a moment on.
type PointsAt struct {
	At     time.Time
	Points float64
}

// FindingLane is one indicator on a scale of its own.
type FindingLane struct {
	Name        string
	Detail      string // unit, second line
	Decimals    int
	Values      []LaneValue
	Mean        *float64
	Lower       *float64
	Upper       *float64
	Line        *Line  // standard, alert or funnel limit; its label includes the figure
	Unpublished *Span  // measured but not yet published: hatched
	Latest      string // value, with its period below
	LatestWhen  string
	Variation   string // symbol, v-…; empty is none
	Assurance   string // symbol, a-…; empty is none
	Verdict     string // both icons in words, for those who point
}

// LaneValue is one value of a finding's lane.
type LaneValue struct {
	Name     string    // of the period
	From, To time.Time // the period
	Known    time.Time // when we received it
	Value    float64
	Mark     Mark
}

// Span is a stretch of time with its word.
type Span struct {
	From, To time.Time
	Word     string
}

// SignalLane is one kind of soft signal: a dot each.
type SignalLane struct {
	Name   string
	Sealed bool // texts are open to those named only
	Dots   []Dot
	Latest string // "14 in 8 weeks; 3 usual"
}

// Dot is one signal.
type Dot struct {
	Happened, Known time.Time
	Severity        int // 1 to 4
}

// CaseLane is one case: its levels over time.
type CaseLane struct {
	Name   string
	Detail string
	Levels []CaseLevel
	Note   string // beside the bar
}

// CaseLevel is a level of escalation held for a time: 1 Routine, 2 Enhanced, 3
// Intensive. A higher level is a thicker bar.
type CaseLevel struct {
	From, To time.Time
	Level    int
	Word     string // above the bar; empty is none
}

// InterventionLane is contract interventions: a stroke each.
type InterventionLane struct {
	Name   string
	Steps  []Intervention
	Note   string // before the first stroke
	Latest string // at the end
	Over   bool   // Latest says that something is over its time
}

// Intervention is one step.
type Intervention struct {
	At    time.Time // when it happened
	Name  string
	Over  bool      // missed
	Known time.Time // when we knew of it; zero is then too
}

// Moment is a numbered moment, explained in the table below the drawing.
type Moment struct {
	Number          int
	Happened, Known time.Time
}

// The measures of the time line, in pixels at 1:1.
const (
	timelineWidth           = 1376
	timeLeft, timeRight     = 236, 1200
	latestLeft              = 1212
	lanePitch, laneHeight   = 54, 44
	lanesTop                = 122 // of the first finding's lane
	axisHeight              = 36
	dotSide, dotStack       = 13, 12
	dotsMost                = 10 // in one stack; the rest as a number above it
	casePitch               = 32
	iconLeft, iconRight     = 1310, 1343
	iconSide                = 28
	momentsTop              = 22
	momentsApart            = 19
	concernTop, concernBase = 26, 84
	ruleRoom                = 11 // between the figures of two rules
)

// timelinePlot is a time line being placed.
type timelinePlot struct {
	Timeline
	Scene
	stacked [][]stack // the dots of each of the signals' lanes
	end     float64   // where the last lane ends
}

// x is where a moment stands.
func (p *timelinePlot) x(t time.Time) float64 {
	span := p.To.Sub(p.From).Seconds()
	if span <= 0 {
		return timeLeft
	}
	return timeLeft + t.Sub(p.From).Seconds()/span*(timeRight-timeLeft)
}

func (p *timelinePlot) shows(t time.Time) bool { return !t.Before(p.From) && !t.After(p.To) }

// when is the date by which a thing is placed.
func (p *timelinePlot) when(happened, known time.Time) time.Time {
	if p.Placed == ByKnown && !known.IsZero() {
		return known
	}
	return happened
}

// Scene places the time line.
func (t Timeline) Scene() Scene {
	desc := t.Description
	if desc == "" {
		desc = t.Describe()
	}
	p := &timelinePlot{Timeline: t, Scene: Scene{ID: t.ID, Class: "cd-chart cd-tl", Width: timelineWidth, Title: t.Title, Desc: desc}}
	p.Shapes = make([]Shape, 0, t.shapes())
	for _, l := range t.Signals {
		p.stacked = append(p.stacked, p.stacks(l))
	}
	axisTop := float64(lanesTop + lanePitch*len(t.Findings))
	signalsEnd := axisTop + 61 + p.signalsHeight()
	p.end = signalsEnd + p.casesHeight()
	p.Height = p.end + 22
	p.since()
	p.moments()
	p.concern()
	p.heavy(94, "Hard findings, by "+map[Placement]string{ByHappened: "month measured", ByKnown: "day received"}[t.Placed])
	for i, f := range t.Findings {
		p.finding(f, float64(lanesTop+lanePitch*i))
	}
	p.months(axisTop)
	p.text("cd-tl-lane", 0, axisTop+54, Start, "Soft signals, by "+map[Placement]string{ByHappened: "day they happened", ByKnown: "day they reached us"}[t.Placed])
	p.signals(axisTop + 61)
	p.heavy(signalsEnd+9, "Cases and interventions")
	p.cases(signalsEnd + 27)
	p.today()
	p.marked()
	return p.Scene
}

// shapes is about how many shapes the drawing has, to make room for them once.
func (t Timeline) shapes() int {
	n := 400
	for i := range t.Findings {
		n += 20 + len(t.Findings[i].Values)
	}
	for i := range t.Signals {
		n += 5 + min(len(t.Signals[i].Dots), dotsMost*(timeRight-timeLeft)/dotSide)
	}
	return n
}

// heavy draws a rule across with the name of the part below it.
func (p *timelinePlot) heavy(y float64, words string) {
	p.hline("cd-g-heavy", 0, timelineWidth, y)
	p.text("cd-tl-lane", 0, y+18, Start, words)
}

// since shades what came after the reader last looked.
func (p *timelinePlot) since() {
	if p.Since.IsZero() || !p.Since.Before(p.Today) {
		return
	}
	from := max(p.x(p.Since), timeLeft)
	p.rect("cd-g-since", from, momentsTop, min(p.x(p.Today), timeRight)-from, p.end-momentsTop)
}

// moments draws the numbered verticals, their numbers pushed apart.
func (p *timelinePlot) moments() {
	var placed []placedMoment
	for _, m := range p.Moments {
		if at := p.when(m.Happened, m.Known); p.shows(at) {
			placed = append(placed, placedMoment{m.Number, p.x(at)})
		}
	}
	left := -1e9
	for _, m := range inOrder(placed) {
		p.vline("cd-tl-moment", m.x, momentsTop, p.end)
		disc := max(m.x, left+momentsApart)
		left = disc
		if disc > m.x {
			p.path("cd-tl-moment", "M"+num(disc)+" 17L"+num(m.x)+" "+num(momentsTop))
		}
		p.add(Shape{Form: Circle, Class: "cd-g-disc", X: disc, Y: 9, R: 8.5})
		p.text("cd-g-t cd-g-b", disc, 13.2, Middle, fmt.Sprint(m.number))
	}
}

// concern draws the points as a line with steps.
func (p *timelinePlot) concern() {
	c := p.Concern
	if c == nil {
		p.text("cd-g-t cd-g-b", 0, 42, Start, "Concern, points")
		p.text("cd-g-t", 0, 57, Start, "not worked out for this provider")
		return
	}
	most := 50.0
	for _, v := range c.Values {
		most = max(most, v.Points)
	}
	y := scale{0, most, concernBase, concernTop}
	p.text("cd-g-t cd-g-b", 0, 42, Start, "Concern, points")
	p.text("cd-g-t", 0, 57, Start, cmp.Or(c.Every, "weekly"))
	rules := c.Rules
	if rules == nil {
		rules = wordRules
	}
	named := 1e9
	for _, r := range rules {
		p.hline("cd-g-rule", timeLeft, timeRight, y.at(r))
		if named-y.at(r) < ruleRoom { // on a long scale two figures would lie on one another
			continue
		}
		named = y.at(r)
		p.text("cd-g-t", 230, named+4, End, figure(r, 0))
	}
	d, at := "", 0.0
	for _, v := range c.Values {
		if v.At.After(p.To) {
			continue
		}
		x := max(p.x(v.At), timeLeft)
		at = y.at(v.Points)
		if d == "" {
			d = "M" + num(x) + " " + num(at)
		} else {
			d += "H" + num(x) + "V" + num(at)
		}
	}
	if d != "" {
		x := min(p.x(p.Today), timeRight)
		p.path("cd-g-line cd-g-step", d+"H"+num(x))
		p.add(Shape{Form: Circle, Class: "cd-g-dot", X: x, Y: at, R: 3.5})
	}
	p.text("cd-g-t cd-g-b", latestLeft, 42, Start, c.Latest)
	p.text("cd-g-t", latestLeft, 57, Start, c.Detail)
}
