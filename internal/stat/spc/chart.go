package spc

import (
	"errors"
	"fmt"
	"math"
)

// Series is one indicator of one provider, in time order.
type Series struct {
	// Values, one per period; NaN is a period without one.
	Values []float64
	// Periods is each period in words ("Mar 2026"); nil numbers the points from 1.
	Periods []string
	// Rebases start new segments; empty for one segment.
	Rebases []Rebase
	// Targets is the target in force in each period, NaN where there was none; nil
	// for no target at all.
	Targets []float64
	// Direction is which way is good; the zero value is Neutral.
	Direction Direction
	// Unit is what a period is called; the zero value says "point".
	Unit Unit
	// Format writes a value for a reader; nil chooses decimals by the spread.
	Format func(float64) string
}

// Unit is what one period is called, and several.
type Unit struct{ One, Many string }

// Month is the unit of most series.
var Month = Unit{One: "month", Many: "months"}

// Rebase is a signed decision to calculate limits anew (R-SPC-5). This package
// never makes one; it can only suggest (Suggestion).
type Rebase struct {
	At       int    // position of the first point of the new segment
	Reason   string // known cause, in the signer's words
	SignedBy string
	SignedOn string
}

// Point is what a chart knows of one period.
type Point struct {
	Value       float64 // NaN in a gap
	MovingRange float64 // distance from the point before; NaN at a segment's start and beside gaps
	Segment     int     // index into Chart.Segments
	// Mean and limits that apply here, and the target in force; NaN where there is none.
	Mean, Lower, Upper, NearLower, NearUpper, Target float64
	Marks                                            Marks
	Rule                                             Rule // names the point; NoRule without special cause
	Side                                             Side
	Label                                            Label
}

// Chart is a judged series: what a page needs to draw it and to say why.
type Chart struct {
	// Kind is the chart by which the series is judged; "" is the XmR chart.
	Kind       Kind
	Series     Series
	Settings   Settings
	Points     []Point
	Segments   []Segment
	Latest     int // position of the latest value, -1 without any
	Variation  Variation
	Assurance  Assurance
	Target     float64     // the target in force at the latest value; NaN without one
	Signals    []Signal    // runs of marked points, in order of their start
	Suggestion *Suggestion // a rebase that may be due; nil for none
	words      wording
}

// NewChart judges a series. It fails if settings, rebases or the lengths of the
// series' slices are not valid, never because of the values.
func NewChart(series Series, s Settings) (*Chart, error) {
	n := len(series.Values)
	if series.Periods != nil && len(series.Periods) != n {
		return nil, fmt.Errorf("%d periods for %d values", len(series.Periods), n)
	}
	if series.Targets != nil && len(series.Targets) != n {
		return nil, fmt.Errorf("%d targets for %d values", len(series.Targets), n)
	}
	panel := Panel{Values: series.Values, Offsets: []int{0, n}, Directions: []Direction{series.Direction}}
	for _, r := range series.Rebases {
		if r.At < 0 || r.At >= n {
			return nil, errors.New("a rebase must be at one of the points")
		}
		panel.Rebases = append(panel.Rebases, r.At)
	}
	var results Results
	if err := Judge(&panel, s, 1, &results); err != nil {
		return nil, err
	}
	c := &Chart{
		Series: series, Settings: s, Segments: results.Segments, Latest: results.Latest[0],
		Variation: results.Variation[0], Target: math.NaN(),
	}
	c.fill(results.Marks)
	if c.Latest >= 0 {
		at := &c.Points[c.Latest]
		c.Target = at.Target
		if c.Segments[at.Segment].Values >= s.MinimumIcons {
			c.Assurance = c.Segments[at.Segment].AssuranceOf(c.Target, series.Direction)
		}
	}
	c.words = newWording(&c.Series)
	c.Signals = c.signals()
	c.Suggestion = c.suggest()
	return c, nil
}

// fill makes the points from segments and marks.
func (c *Chart) fill(marks []Marks) {
	c.Points = make([]Point, len(marks))
	for i := range c.Segments {
		g := &c.Segments[i]
		for at := g.Start; at < g.End; at++ {
			p := Point{
				Value: c.Series.Values[at], MovingRange: math.NaN(), Segment: i,
				Mean: g.Mean, Lower: g.Lower, Upper: g.Upper, NearLower: g.NearLower, NearUpper: g.NearUpper,
				Target: math.NaN(), Marks: marks[at], Label: c.Settings.LabelOf(marks[at], c.Series.Direction),
			}
			p.Rule, p.Side = p.Marks.Name()
			if p.Marks.Gap() {
				p.Value = math.NaN()
			} else if at > g.Start && !marks[at-1].Gap() {
				p.MovingRange = math.Abs(p.Value - c.Series.Values[at-1])
			}
			if c.Series.Targets != nil {
				p.Target = c.Series.Targets[at]
			}
			c.Points[at] = p
		}
	}
}

// Current is the segment of the latest value, nil in a series without values.
func (c *Chart) Current() *Segment {
	if c.Latest < 0 {
		return nil
	}
	return &c.Segments[c.Points[c.Latest].Segment]
}
