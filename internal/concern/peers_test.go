package concern

import (
	"math"
	"regexp"
	"strings"
	"testing"
)

// firstFigure is a count that a sentence begins with, after the name of its part and,
// where there is one measure, that measure's.
var firstFigure = regexp.MustCompile(`(?:^|: )(?:[^0-9:;]*, )?(\d|none)|not yet unusual \(`)

func TestEveryContributionBeginsWithCounts(t *testing.T) {
	t.Parallel()
	e := hard(t)
	seen := map[string]int{}
	for _, a := range asOf(t, e, epoch+52) {
		for _, c := range Contributions(&a) {
			if !firstFigure.MatchString(c.Text) {
				t.Errorf("%s: no count in %q", a.Provider, c.Text)
			}
			switch {
			case c.Standing:
				seen["standing"]++
			case c.Pattern:
				seen["pattern"]++
			case c.Soft:
				seen["soft"]++
			default:
				seen["hard"]++
			}
		}
	}
	for _, part := range []string{"standing", "pattern", "soft", "hard"} {
		if seen[part] < 3 {
			t.Errorf("%d contributions of %s were read", seen[part], part)
		}
	}
}

// The figures of a part of the standing level say what the level says: those named
// stand on the worse side of the middle provider, and they are the sums of the cells.
func TestCountsBesidePeersAreThoseOfTheLevel(t *testing.T) {
	t.Parallel()
	e := hard(t)
	checked := 0
	for _, a := range asOf(t, e, epoch+52) {
		p := e.provIndex[a.Provider]
		for _, l := range a.Standing {
			if l.Of < l.Worse || len(l.Peers) > mostPeers {
				t.Errorf("%s, %s: %d of %d, %d named", a.Provider, l.Name, l.Worse, l.Of, len(l.Peers))
			}
			for _, one := range l.Peers {
				s := e.streams[e.index[one.Stream]]
				sum := 0.0
				for m := e.now - standingFrom; m < e.now-standingTo; m++ {
					if s.status[ring(m)][p] != absent {
						sum += s.num[ring(m)][p]
					}
				}
				if one.Kind != Continuous && one.Months > 1 && math.Abs(sum-one.Value) > 1e-9 {
					t.Errorf("%s, %s: says %v, holds %v", a.Provider, one.Name, one.Value, sum)
				}
				if one.Worse <= 0 || math.IsNaN(one.Usual) {
					t.Errorf("%s, %s is named, and is no worse: %+v", a.Provider, one.Name, one)
				}
				// Reports are compared by their sums alone, so the figures must agree with it.
				if one.Kind == Reports && one.Value < one.Usual-1e-9 {
					t.Errorf("%s, %s: %v where %v would be usual is called louder", a.Provider, one.Name, one.Value, one.Usual)
				}
				checked++
			}
		}
	}
	if checked < 5 {
		t.Errorf("%d figures were checked", checked)
	}
}

func TestCountsBesidePeersAreWithheldWithTheOthers(t *testing.T) {
	t.Parallel()
	few := StandingLine{Name: "Mortality long above peers", Part: 1, Points: 4, Worse: 2, Of: 3, Peers: []PeerPart{{Name: "Deaths", Kind: Rate, Value: 3, Usual: 1.2, Months: 12, To: looking - 4}}}
	many := StandingLine{Name: "Safety long worse than peers", Part: 1, Points: 4, Worse: 1, Of: 1, Peers: []PeerPart{{Name: "Falls", Kind: Rate, Value: 213, Usual: 140, Months: 12, To: looking - 4}}}
	voices := StandingLine{Name: "Voices long louder than elsewhere", Part: 1, Points: 4, Soft: true, Worse: 2, Of: 4, Peers: []PeerPart{{Name: "Staff concerns", Family: "staff", Kind: Reports, Value: 31, Usual: 12, Months: 12, To: looking - 4}}}
	visits := StandingLine{Name: "Visits long worse than usual", Part: 1, Points: 4, Soft: true, Worse: 2, Of: 3}
	a := Assessment{AsOf: looking, Judged: true, Standing: []StandingLine{few, many, voices, visits}}
	was := standingSentence(&a.Standing[2], looking)
	if l := standingLine(&a.Standing[2], looking); l.Counts != "staff" {
		t.Errorf("whose reports %q counts is not said: %q", l.Text, l.Counts)
	}
	shared := a.Standing
	a.Withhold()
	for i, want := range []string{
		"Mortality long above peers: 2 of 3 measures worse than at the middle provider.",
		"Safety long worse than peers: falls, 213 in the 12 months to July where about 140 would be usual elsewhere.",
		"Voices long louder than elsewhere: 2 of 4 kinds of voice louder than at the middle provider.",
		"Visits long worse than usual: judged against peers, not against its own past.",
	} {
		if got := standingSentence(&a.Standing[i], looking); got != want {
			t.Errorf("says %s\nwant %s", got, want)
		}
		if l := standingLine(&a.Standing[i], looking); l.Counts != "" {
			t.Errorf("%q is said to count the reports of %s", l.Text, l.Counts)
		}
	}
	if got := standingSentence(&shared[2], looking); got != was || !strings.Contains(got, "31") {
		t.Errorf("what others hold has changed: %s", got)
	}
}
