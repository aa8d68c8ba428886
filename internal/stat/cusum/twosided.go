package cusum

// TwoSided is a chart for more events and a chart for fewer, over the same
// cases. The two do not touch each other unless Together is set.
type TwoSided struct {
	Up, Down *Chart

	// Together puts both back to zero when either signals, as vlad's
	// llr_cusum_scores and racusum_scores do.
	Together bool
}

// NewTwoSided makes both charts from one design, whose Odds (or Shift) above 1
// (0) is that of the upper chart; the lower chart looks for its reciprocal
// (negative). Both have the same limit.
func NewTwoSided(d Design, together bool) (*TwoSided, error) {
	if d.Lower() {
		d = d.mirrored()
	}
	up, err := New(d)
	if err != nil {
		return nil, err
	}
	down, err := New(d.mirrored())
	if err != nil {
		return nil, err
	}
	return &TwoSided{Up: up, Down: down, Together: together}, nil
}

// mirrored is the design that looks for the opposite change of equal size.
func (d Design) mirrored() Design {
	d.Odds, d.Shift = 1/d.Odds, -d.Shift
	return d
}

// Next takes the next case on both charts. On an invalid case neither moves.
func (t *TwoSided) Next(y, p float64) (up, down Point, err error) {
	if up, err = t.Up.Next(y, p); err != nil {
		return Point{}, Point{}, err
	}
	if down, err = t.Down.Next(y, p); err != nil {
		return Point{}, Point{}, err
	}
	if t.Together && (up.Signal || down.Signal) {
		t.Up.restart()
		t.Down.restart()
	}
	return up, down, nil
}

// Tabular is the textbook chart of measurements: C+ = max(0, z - k + C+) and
// C- = max(0, -z - k + C-), z = (x - Mean)/SD, alarm when either exceeds H
// strictly (Montgomery, Introduction to Statistical Quality Control, 6th ed.,
// section 9.1.2). N+ and N- count the steps since each was last zero, which
// dates the change.
type Tabular struct {
	Mean, SD  float64 // of the process in control; SD above 0
	K, H      float64 // in standard deviations; usual 0.5 and 5
	HeadStart float64 // first value of both sums, 0, or H/2 for a fast initial response
}

// TabularPoint is the chart after one measurement, in standard deviations.
type TabularPoint struct {
	Up, Down             float64
	SinceUp, SinceDown   int
	SignalUp, SignalDown bool
}

// Run draws the chart. It does not reset: the textbook stops at the alarm.
func (t Tabular) Run(x []float64) ([]TabularPoint, error) {
	if !finite(t.Mean) || !finite(t.SD) || !(t.SD > 0) || !(t.K >= 0) || !(t.H > 0) || !(t.HeadStart >= 0) {
		return nil, ErrShift
	}
	out := make([]TabularPoint, len(x))
	last := TabularPoint{Up: t.HeadStart, Down: t.HeadStart}
	for i, v := range x {
		z := (v - t.Mean) / t.SD
		if !finite(z) {
			return nil, &CaseError{Index: i, Err: ErrValue}
		}
		last.Up, last.SinceUp = step(last.Up+z-t.K, last.SinceUp)
		last.Down, last.SinceDown = step(last.Down-z-t.K, last.SinceDown)
		last.SignalUp, last.SignalDown = last.Up > t.H, last.Down > t.H
		out[i] = last
	}
	return out, nil
}

func step(sum float64, since int) (float64, int) {
	if !(sum > 0) {
		return 0, 0
	}
	return sum, since + 1
}
