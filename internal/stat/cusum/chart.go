package cusum

// Point is the chart after one case.
type Point struct {
	Weight float64 // what the case added to the balance; above 0 speaks for the change
	Score  float64 // the stored value, after any reset; below 0 on a chart for a fall
	Peak   float64 // the value before any reset; equals Score where nothing was reset
	Signal bool    // the chart alarms at this case
}

// Chart is a running CUSUM. The zero value is not usable: see New. It holds no
// more than its last state, so a chart of any length costs no memory.
type Chart struct {
	weigher
	limit float64 // magnitude; 0 is none
	lower bool

	value float64 // where the next case starts
	seen  int     // cases so far

	// The spell is what has happened since the value last was zero: it is what
	// an alarm is about.
	spell spell
	alarm Alarm
	rung  bool // there has been an alarm
}

type spell struct {
	start            int
	events, expected float64
}

// Alarm is what a signal is about: the cases since the score last was zero.
type Alarm struct {
	First    int     // first case of the spell, counted from 0
	Last     int     // the signalling case, counted from 0
	Events   float64 // deaths (or events) in the spell
	Expected float64 // deaths expected in the spell by the risks
	Peak     float64 // the score that signalled, before any reset
	Lower    bool    // too few rather than too many
}

// Cases is the number of cases in the spell.
func (a Alarm) Cases() int { return a.Last - a.First + 1 }

// New makes an empty chart.
func New(d Design) (*Chart, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	c := newChart(d)
	return &c, nil
}

func newChart(d Design) Chart {
	c := Chart{weigher: newWeigher(d), limit: d.Limit, lower: d.Lower()}
	if c.limit < 0 {
		c.limit = -c.limit
	}
	return c
}

// Next takes the next case: outcome (or count, or measurement) y and risk (or
// expected count, or mean) p. A case that is not valid is refused with its
// reason and leaves the chart as it was.
func (c *Chart) Next(y, p float64) (Point, error) {
	w, err := c.weigh(y, p)
	if err != nil {
		return Point{}, err
	}
	return c.add(w, y, p), nil
}

func (c *Chart) add(w, y, p float64) Point {
	index := c.seen
	c.seen++
	if c.design.Kind == VLAD {
		c.value += w
		return Point{Weight: w, Score: c.value, Peak: c.value}
	}
	height := c.value + w // distance from zero in the direction looked for
	if !(height > 0) {
		c.value = 0
		c.spell = spell{start: c.seen}
		return Point{Weight: w}
	}
	c.spell.events += y
	c.spell.expected += p
	pt := Point{Weight: w, Signal: c.signals(height)}
	c.value = height
	pt.Peak = c.signed(height)
	pt.Score = pt.Peak
	if pt.Signal {
		c.alarm = Alarm{
			First: c.spell.start, Last: index,
			Events: c.spell.events, Expected: c.spell.expected,
			Peak: pt.Peak, Lower: c.lower,
		}
		c.rung = true
		pt.Score = c.signed(c.afterSignal(height))
	}
	return pt
}

// signed is a height as it is drawn. A chart for a fall is the same sum, drawn
// below zero: min(0, S - W) = -max(0, |S| + W).
func (c *Chart) signed(height float64) float64 {
	if c.lower && height > 0 {
		return -height
	}
	return height
}

func (c *Chart) signals(height float64) bool {
	if !(c.limit > 0) {
		return false
	}
	return height > c.limit || (!c.design.Strict && height >= c.limit)
}

// afterSignal applies the reset policy and returns the height to be stored for
// the signalling case.
func (c *Chart) afterSignal(height float64) float64 {
	stored := height
	switch c.design.Reset {
	case ResetNone:
		return height
	case ResetBeyond:
		if !(height > c.limit) {
			return height
		}
		stored = 0
	case ResetZero:
		stored = 0
	case ResetKeep:
	}
	c.restart()
	return stored
}

// restart puts the chart back to zero before the next case.
func (c *Chart) restart() {
	c.value = 0
	c.spell = spell{start: c.seen}
}

// LastAlarm is what the latest signal was about; ok is false before the first.
func (c *Chart) LastAlarm() (a Alarm, ok bool) {
	return c.alarm, c.rung
}

// Run draws the whole chart into dst (which is grown if it is too short) and
// returns it. An invalid case ends it with a *CaseError.
func (d Design) Run(dst []Point, y, p []float64) ([]Point, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	if len(y) != len(p) {
		return nil, ErrLengths
	}
	if cap(dst) < len(y) {
		dst = make([]Point, len(y))
	}
	dst = dst[:len(y)]
	c := newChart(d)
	for i := range y {
		w, err := c.weigh(y[i], p[i])
		if err != nil {
			return nil, &CaseError{Index: i, Err: err}
		}
		dst[i] = c.add(w, y[i], p[i])
	}
	return dst, nil
}

// Alarms is every alarm of a series, in order.
func (d Design) Alarms(y, p []float64) ([]Alarm, error) {
	c, err := New(d)
	if err != nil {
		return nil, err
	}
	if len(y) != len(p) {
		return nil, ErrLengths
	}
	var alarms []Alarm
	for i := range y {
		pt, err := c.Next(y[i], p[i])
		if err != nil {
			return nil, &CaseError{Index: i, Err: err}
		}
		if pt.Signal {
			alarms = append(alarms, c.alarm)
		}
	}
	return alarms, nil
}
