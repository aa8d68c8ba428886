package bench

import (
	"math"
	"testing"
)

// What docs/methods/benchmark.md says of how effects come, which the design note leaves open.
func TestAnEffectGrowsFromTheMonthOfItsOnset(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		course course
		month  int
		want   float64
	}{
		"the month before":                    {course{from: 10, ramp: 4}, 9, 0},
		"a quarter of four months at onset":   {course{from: 10, ramp: 4}, 10, 0.25},
		"all of it in the fourth month":       {course{from: 10, ramp: 4}, 13, 1},
		"and from then on":                    {course{from: 10, ramp: 4}, 80, 1},
		"at once":                             {course{from: 10, ramp: 1}, 10, 1},
		"a storm is at full height at onset":  {course{from: 10, decay: 3}, 10, 1},
		"and falls to 1/e in its time":        {course{from: 10, decay: 3}, 13, math.Exp(-1)},
		"nothing of a storm the month before": {course{from: 10, decay: 3}, 9, 0},
	} {
		if got := c.course.at(c.month); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %g, want %g", name, got, c.want)
		}
	}
}

func TestTheSevereShareMovesWithTheVoicesOfAType(t *testing.T) {
	t.Parallel()
	w := &teller{rng: newSource(1, "stories"), hard: 1, soft: 1}
	for k, want := range map[Kind]float64{
		Step: 0.7, Drift: 0.7, Ward: 0.45, SoftFirst: 1, Gaming: 0.45, Chronic: 1,
		Suppression: 0, GoodReporter: 0, CodingChange: 0, MediaStorm: 0,
	} {
		s := w.tell(k, 30)
		if math.Abs(s.severity.size-want*severityEffect) > 1e-12 {
			t.Errorf("%s moves the severe share by %g", k, s.severity.size)
		}
		if k == Ward && math.Abs(s.voice[gp].size) > 0 {
			t.Errorf("ward moves the number of GPs' concerns by %g", s.voice[gp].size)
		}
	}
}
