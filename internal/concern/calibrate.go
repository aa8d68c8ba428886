package concern

import (
	"errors"
	"math"
	"slices"
)

// Word is the likelihood in words (concern-design.md section 10).
type Word string

// The five words, from least to most.
const (
	NoSign     Word = "no sign"
	Watch      Word = "watch"
	Possible   Word = "possible"
	Likely     Word = "likely"
	VeryLikely Word = "very likely"
)

// Probability is the calibrated chance that a provider with ranking score r has
// deteriorated: 1/(1+exp(−(c0 + c1 r))). Until recalibrated on outcomes of this
// installation it is relative, not absolute.
func (p *Params) Probability(r float64) float64 { return logistic(p.C0 + p.C1*r) }

// WordFor is the word of a probability.
func (p *Params) WordFor(probability float64) Word {
	w := p.Words[0].Word
	for _, l := range p.Words {
		if probability >= l.From {
			w = l.Word
		}
	}
	return w
}

// PointFactor turns the ranking score into points so that an even chance falls
// at EvenPoints (30).
func (p *Params) PointFactor() float64 { return p.EvenPoints / (-p.C0 / p.C1) }

// WordPoints is the number of points, unrounded, at which a word begins; 0 for
// the first.
func (p *Params) WordPoints(w Word) float64 {
	for _, l := range p.Words {
		if l.Word == w && l.From > 0 {
			return (logit(l.From) - p.C0) / p.C1 * p.PointFactor()
		}
	}
	return 0
}

// share gives the assessment and its parts their points, by largest remainder,
// so that the parts shown add up to the total shown. A total below zero is
// shown as 0, and the pattern's part makes up the difference.
func (p *Params) share(a *Assessment) {
	factor := p.PointFactor()
	parts := []float64{a.Pattern.Part * factor}
	for i := range a.Families {
		parts = append(parts, a.Families[i].Part*factor)
	}
	for i := range a.Standing {
		parts = append(parts, a.Standing[i].Part*factor)
	}
	sum := 0.0
	for _, x := range parts {
		sum += x
	}
	if sum < 0 {
		parts[0] -= sum
	}
	points := Apportion(parts)
	a.Points, a.Pattern.Points = 0, points[0]
	for _, n := range points {
		a.Points += n
	}
	for i := range a.Families {
		a.Families[i].Points = points[1+i]
	}
	for i := range a.Standing {
		a.Standing[i].Points = points[1+len(a.Families)+i]
	}
}

// Apportion rounds parts to whole numbers which add up to the rounded sum
// (largest remainder; the earlier part on a tie).
func Apportion(parts []float64) []int {
	out := make([]int, len(parts))
	order := make([]int, len(parts))
	sum, floors := 0.0, 0
	for i, x := range parts {
		sum += x
		out[i], order[i] = int(math.Floor(x)), i
		floors += out[i]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		ra, rb := parts[a]-math.Floor(parts[a]), parts[b]-math.Floor(parts[b])
		switch {
		case ra > rb:
			return -1
		case ra < rb:
			return 1
		}
		return 0
	})
	left := int(math.Floor(sum+0.5)) - floors
	for k := 0; k < len(order) && k < left; k++ {
		out[order[k]]++
	}
	return out
}

// Outcome is what an alert turned out to be when it was closed.
type Outcome string

// The outcomes with which an alert can be closed.
const (
	RealConcern  Outcome = "real concern"
	DataQuality  Outcome = "data quality"
	Chance       Outcome = "chance"
	AlreadyKnown Outcome = "already known"
	NoConcern    Outcome = "no concern"
)

// True reports whether the alert pointed at a concern that exists.
func (o Outcome) True() bool { return o == RealConcern || o == AlreadyKnown }

// Closed is a closed alert as recalibration reads it.
type Closed struct {
	Ranking float64 // R when the alert was raised
	Outcome Outcome
}

// closedLeast is the number of closed alerts below which nothing is refitted.
const closedLeast = 10

// ErrTooFew is returned when too few alerts have been closed to learn from.
var ErrTooFew = errors.New("fewer than 10 closed alerts: too few to recalibrate")

// Recalibrate refits c0 alone to closed alerts, c1 as it is (concern-design.md
// section 10), and returns parameters under a new version. The present c0 counts as
// much as one outcome in doubt, so that a run of one kind cannot carry it off.
func (p *Params) Recalibrate(version string, closed []Closed) (*Params, error) {
	if len(closed) < closedLeast {
		return nil, ErrTooFew
	}
	c0 := p.C0
	for range 50 {
		slope, bend := p.C0-c0, 1.0
		for _, c := range closed {
			q := logistic(c0 + p.C1*c.Ranking)
			if c.Outcome.True() {
				slope += 1 - q
			} else {
				slope -= q
			}
			bend += q * (1 - q)
		}
		step := slope / bend
		if c0 += clip(step, -1, 1); math.Abs(step) < 1e-10 {
			break
		}
	}
	next := *p
	next.Version, next.C0 = version, c0
	if c0 >= 0 { // an even chance must lie above a score of zero
		next.C0 = -1e-3
	}
	return &next, nil
}

// FitCalibration fits c0 and c1 by logistic regression of truth on ranking
// score (Newton's method, on scores in units of their standard deviation, so
// that it settles whatever their scale).
func FitCalibration(ranking []float64, truth []bool) (c0, c1 float64) {
	var sum, sum2 float64
	for _, r := range ranking {
		sum, sum2 = sum+r, sum2+r*r
	}
	n := float64(max(len(ranking), 1))
	mean := sum / n
	scale := math.Sqrt(max(sum2/n-mean*mean, 1e-12))
	c0, c1 = -2, 1
	for range 60 {
		var g0, g1, h00, h01, h11 float64
		for i, r := range ranking {
			r = (r - mean) / scale
			q := logistic(c0 + c1*r)
			d := -q
			if truth[i] {
				d++
			}
			w := q * (1 - q)
			g0, g1 = g0+d, g1+d*r
			h00, h01, h11 = h00+w, h01+w*r, h11+w*r*r
		}
		det := h00*h11 - h01*h01
		if det < 1e-12 {
			break
		}
		d0, d1 := (h11*g0-h01*g1)/det, (h00*g1-h01*g0)/det
		c0, c1 = c0+clip(d0, -2, 2), c1+clip(d1, -1, 1)
		if math.Abs(d0)+math.Abs(d1) < 1e-10 {
			break
		}
	}
	return c0 - c1*mean/scale, c1 / scale
}
