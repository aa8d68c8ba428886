package concern

import (
	"math"
	"testing"
)

func TestEveryVisitOfAMonthIsHeard(t *testing.T) {
	t.Parallel()
	month := NewMonth(2026, 4)
	judged := func(rows ...Observation) (evidence float64, worse, all int, f Facts) {
		e, err := New(Default(), SoftStreams(Default()))
		must(t, err)
		for i := range rows {
			rows[i].Provider, rows[i].Stream, rows[i].Month = "P00", "visits", month
			rows[i].Available = max(rows[i].Available, month)
		}
		must(t, e.Observe(rows...))
		_, err = e.AsOf(month + 2)
		must(t, err)
		s := e.streams[e.index["visits"]]
		worse, all = e.visitsBeside(0)
		return s.ev[turn(month)][0], worse, all, e.facts(s, 0)
	}
	for _, c := range []struct {
		name       string
		row        Observation
		want       float64
		worse, all int
	}{
		{"one visit is as the design note has it", Observation{Value: 1}, 0.4, 1, 1},
		{"two that were worse say twice as much", Observation{Value: 1, Den: 2, Worse: 2}, 0.8, 2, 2},
		{"a good and a bad one say less than nothing", Observation{Value: 0, Den: 2, Worse: 1}, -0.8, 1, 2},
		{"a month says no more than its limit", Observation{Value: 3, Den: 4, Worse: 4}, 2, 4, 4},
		{"nor less", Observation{Value: -3, Den: 4}, -1, 0, 4},
	} {
		got, worse, all, f := judged(c.row)
		if math.Abs(got-c.want) > 1e-12 || worse != c.worse || all != c.all || math.Abs(f.Reports-float64(c.all)) > 1e-12 || math.Abs(f.Value-c.row.Value) > 1e-12 {
			t.Errorf("%s: evidence %v, %d of %d worse, %+v", c.name, got, worse, all, f)
		}
	}
	if late, _, all, _ := judged(Observation{Value: 1}, Observation{Value: 2, Den: 2, Worse: 2, Available: month + 1}); math.Abs(late-2) > 1e-12 || all != 2 {
		t.Errorf("a second visit that is told later: %v of %d", late, all)
	}
	for name, wrong := range map[string]Observation{"fewer than none": {Den: -1}, "more worse than all": {Den: 2, Worse: 3}} {
		e, err := New(Default(), SoftStreams(Default()))
		must(t, err)
		wrong.Provider, wrong.Stream, wrong.Month, wrong.Available = "P00", "visits", month, month
		if e.Observe(wrong) == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// Visits of nothing but chance must not rise, however many there are in a month: that is
// why they are added up, and the worst of them is not taken.
func TestManyVisitsOfNothingButChanceAreNoConcern(t *testing.T) {
	t.Parallel()
	// The worst of two standard normal scores is 1/√π above the usual one.
	if worst := 0.8/math.Sqrt(math.Pi) - 0.40; worst < 0 {
		t.Errorf("the worst of two would fall by chance: %v", worst)
	}
	var sum float64
	const steps = 2000
	for i := range steps { // the mean of two scores, at evenly spaced quantiles
		mean := math.Sqrt2 * math.Erfinv(2*(float64(i)+0.5)/steps-1) / math.Sqrt2
		sum += clip(2*(0.8*clip(mean, -3, 3)-0.40), evidenceLow, evidenceHigh)
	}
	if sum/steps > -0.3 {
		t.Errorf("two visits a month of chance add %v", sum/steps)
	}
}
