package concern

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// spoken is eight providers with steady reports in every channel for four years; what
// multiplies the reports of P0 in a month of the last two years is given by louder, by
// month from the third year.
func spoken(louder func(channel ChannelID, month int) float64) (rows []Observation) {
	par := Default()
	for p := range 8 {
		for u := range 48 {
			for _, s := range SoftStreams(par) {
				if s.Kind != Reports {
					continue
				}
				n := 20.0
				if p == 0 && u >= 24 {
					n = math.Round(n * louder(s.Channel, u-24))
				}
				m := epoch + Month(u)
				rows = append(rows, Observation{Provider: ProviderID(fmt.Sprintf("P%d", p)), Stream: s.ID, Month: m, Available: m, Value: n})
			}
		}
	}
	return rows
}

// loud is the ratio of reports of a story in a month, for channels that are open to everybody.
func loud(story func(month int) float64) func(ChannelID, int) float64 {
	open := map[ChannelID]bool{"complaints-care": true, "complaints-attitude": true, "comments": true}
	return func(c ChannelID, month int) float64 {
		if open[c] {
			return story(month)
		}
		return 1
	}
}

func TestASurgeThatFadesIsNotCountedAndOneThatStaysIs(t *testing.T) {
	t.Parallel()
	storm := func(month int) float64 { // from the tenth month
		if month < 10 {
			return 1
		}
		return math.Exp(1.1 * math.Exp(-float64(month-10)/3))
	}
	stays := func(month int) float64 {
		if month < 10 {
			return 1
		}
		return math.Exp(1.1)
	}
	grows := func(month int) float64 { return math.Exp(1.1 * min(1, max(0, float64(month-9)/6))) }
	for name, c := range map[string]struct {
		story        func(int) float64
		after        int // months after the tenth at which it is asked
		least, most  float64
		saysItSurged bool
	}{
		"a storm, at once":                    {storm, 0, 0, 0.5, true},
		"a storm, three months on":            {storm, 3, 0, 0.5, true},
		"a storm, a year on":                  {storm, 13, 0, 0.5, false},
		"a jump that stays, at once":          {stays, 0, 0, 0.5, true},
		"a jump that stays, four months on":   {stays, 4, 3, math.Inf(1), true},
		"louder month by month, at the top":   {grows, 6, 3, math.Inf(1), false},
		"louder month by month, a month on":   {grows, 1, 0.01, math.Inf(1), false},
		"nothing happens":                     {func(int) float64 { return 1 }, 5, 0, 0.1, false},
		"a little louder all at once, at top": {func(m int) float64 { return 1 + 0.6*min(1, math.Floor(float64(m)/10)) }, 3, 3, math.Inf(1), false},
	} {
		month := epoch + Month(34+c.after)
		a := asOf(t, voicesOnly(t, spoken(loud(c.story))), month)
		var of *Assessment
		for i := range a {
			if a[i].Provider == "P0" {
				of = &a[i]
			}
		}
		sum := 0.0
		for _, f := range of.Families {
			sum += f.Evidence
		}
		if sum < c.least || sum > c.most {
			t.Errorf("%s: evidence %.2f, expected %g to %g", name, sum, c.least, c.most)
		}
		of.Judged = true
		x := Explain(Default(), Default().Budgets[0], of, a)
		said := strings.Contains(strings.Join(x.Against, " "), "complaints and patient comments jumped all at once in November")
		if said != c.saysItSurged || said && strings.Contains(x.Against[0], "complaints") {
			t.Errorf("%s: said %q", name, x.Against)
		}
	}
}

func voicesOnly(t *testing.T, rows []Observation) *Engine {
	t.Helper()
	par := Default()
	e, err := New(par, SoftStreams(par))
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Observe(rows...); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestASurgeNeedsAMonthBefore(t *testing.T) {
	t.Parallel()
	p := Default().Publicity
	for name, c := range map[string]struct {
		before surge
		over   float64
		left   float64
	}{
		"a jump":                              {surge{month: 6, over: 0.1}, 0.9, 0.9},
		"not far enough over usual":           {surge{month: 6, over: 0}, 0.69, 0},
		"the month before was as loud":        {surge{month: 6, over: 0.5}, 0.9, 0},
		"the month before isn't known":        {surge{month: 5, over: 0.1}, 0.9, 0},
		"of the month before nothing is held": {surge{month: 6, over: math.NaN()}, 0.9, 0},
		"nothing is held now":                 {surge{month: 6, over: 0.8, left: 0.9, began: 6}, math.NaN(), 0.9 * math.Exp(-1.0/3)},
		"it fades":                            {surge{month: 6, over: 0.8, left: 0.9, began: 6}, 0.6, 0.9 * math.Exp(-1.0/3)},
		"a second one on top":                 {surge{month: 6, over: 0.1, left: 0.3, began: 4}, 0.9, 0.9},
		"as much as is left is none":          {surge{month: 6, over: 0.1, left: 0.9, began: 4}, 0.9, 0.9 * math.Exp(-1.0/3)},
		"it is over":                          {surge{month: 6, over: 0.1, left: 0.06, began: 1}, 0.1, 0},
	} {
		if got := p.next(&c.before, 7, c.over); math.Abs(got.left-c.left) > 1e-12 || (got.began == 0) != (c.left < 1e-12) {
			t.Errorf("%s: left %g since %d, expected %g", name, got.left, got.began, c.left)
		}
	}
}
