package chart

import (
	"math"
	"strings"
	"testing"
	"time"
)

// aldermoor is a time line as the provider page has it.
func aldermoor(placed Placement) Timeline {
	t := Timeline{
		ID: "tl", Title: "Triangulation time line, June 2025 to November 2026", From: day(2025, time.June, 1), To: day(2026, time.December, 1),
		Today: day(2026, time.November, 23), Since: day(2026, time.November, 16), Placed: placed,
		Concern: &ConcernLane{Latest: "46 very likely", Detail: "37 when you looked"},
		Moments: []Moment{
			{1, day(2026, time.April, 1), day(2026, time.April, 14)},
			{2, day(2026, time.June, 30), day(2026, time.July, 17)},
			{8, day(2026, time.June, 30), day(2026, time.November, 19)},
			{3, day(2026, time.July, 21), day(2026, time.July, 21)},
			{4, day(2026, time.September, 15), day(2026, time.September, 21)},
			{6, day(2026, time.September, 30), day(2026, time.October, 16)},
			{5, day(2026, time.October, 14), day(2026, time.October, 15)},
			{7, day(2026, time.November, 6), day(2026, time.November, 6)},
		},
		Cases: []CaseLane{
			{Name: "Case C-2025-031", Detail: "closed", Note: "closed 15 Dec: falls bundle embedded", Levels: []CaseLevel{{day(2025, time.July, 7), day(2025, time.December, 15), 1, "Routine"}}},
			{Name: "Case C-2026-014", Detail: "ward 7 and staffing", Note: "opened 28 Sep, Enhanced from 5 Oct; Intensive proposed, awaits sign-off", Levels: []CaseLevel{
				{day(2026, time.September, 28), day(2026, time.October, 5), 1, ""}, {day(2026, time.October, 5), day(2026, time.November, 23), 2, ""},
			}},
		},
		Interventions: &InterventionLane{
			Name: "Contract interventions", Note: "performance notice 5 Oct, meeting 15 Oct, remedial plan 22 Oct;", Latest: "milestone missed 16 Nov", Over: true,
			Steps: []Intervention{{day(2026, time.October, 5), "notice", false, time.Time{}}, {day(2026, time.October, 15), "meeting", false, time.Time{}}, {day(2026, time.October, 22), "plan", false, time.Time{}}, {day(2026, time.November, 16), "milestone 1", true, time.Time{}}},
		},
	}
	for w := range 78 {
		points := 8 + float64(w%3)
		if w > 55 {
			points += float64(w-55) * 1.7
		}
		t.Concern.Values = append(t.Concern.Values, PointsAt{day(2025, time.June, 2).AddDate(0, 0, 7*w), points})
	}
	mean, lower, upper := 1.395, 1.03, 1.76
	lane := FindingLane{
		Name: "Falls with harm", Detail: "per 1,000 bed days", Decimals: 2, Mean: &mean, Lower: &lower, Upper: &upper,
		Latest: "1.94", LatestWhen: "Oct 2026", Variation: "v-concern-h", Assurance: "a-hit", Verdict: "Concern: special cause, high",
	}
	for i, v := range fallsValues[13:] {
		from := day(2025, time.June, 1).AddDate(0, i, 0)
		m := Common
		if i >= 10 {
			m = Concern
		}
		lane.Values = append(lane.Values, LaneValue{from.Format("Jan 2006"), from, from.AddDate(0, 1, 0), from.AddDate(0, 1, 17), v, m})
	}
	shmi := lane
	shmi.Name, shmi.Detail, shmi.Values = "SHMI", "12 months ending, ratio", shmi.Values[:13]
	shmi.Mean, shmi.Lower, shmi.Upper = nil, nil, nil
	shmi.Line = &Line{Value: 1.62, Label: "95% funnel limit 1.62"}
	shmi.Unpublished = &Span{day(2026, time.July, 1), day(2026, time.November, 23), "not yet published"}
	shmi.Variation, shmi.Assurance, shmi.LatestWhen = "v-fhi", "a-none", "Jun 2026"
	t.Findings = []FindingLane{lane, shmi}
	gp := SignalLane{Name: "GP concerns", Latest: "14 in 8 weeks; 3 usual"}
	for i := range 60 {
		happened := day(2025, time.June, 3).AddDate(0, 0, 9*i)
		gp.Dots = append(gp.Dots, Dot{happened, happened.AddDate(0, 0, 12), 1 + i%4})
	}
	for range 13 {
		gp.Dots = append(gp.Dots, Dot{day(2026, time.November, 20), day(2026, time.November, 21), 2})
	}
	t.Signals = []SignalLane{gp, {Name: "Staff concerns", Sealed: true, Dots: []Dot{{day(2026, time.July, 21), day(2026, time.July, 21), 2}}, Latest: "1 in 8 weeks, sealed"}}
	return t
}

func TestTimeline(t *testing.T) {
	t.Parallel()
	svg := aldermoor(ByHappened).Scene().SVG(InPage)
	for what, fragment := range map[string]string{
		"a month's value stands in the middle of its month": `<title>Falls with harm, Jun 2025: 1.46</title><circle cx="262.4"`,
		"since you looked is shaded":                        `<rect x="1173.6" y="22" width="12.3"`,
		"today":                                             `<path d="M1185.9 22V`,
		"a numbered moment":                                 `<path d="M770.8 22V`,
		"two moments on one day are pushed apart":           `<circle cx="948.1" cy="9" r="8.5" class="cd-g-disc"/><text x="948.1" y="13.2" class="cd-g-t cd-g-b" text-anchor="middle">8</text>`,
		"the first lane":                                    `<text x="0" y="138" class="cd-g-t cd-g-b cd-tl-name">Falls with harm</text>`,
		"not yet published is hatched and in words":         `fill="url(#tl-hatch)"/></g><text x="1058.4" y="200" class="cd-g-t cd-g-halo" text-anchor="middle">not yet published</text>`,
		"rules at the word limits":                          `<path d="M236 72.4H1200" class="cd-g-rule"/>`,
		"month of the axis":                                 `class="cd-g-t cd-g-b" text-anchor="middle">Jul</text>`,
		"a stack has an end":                                `>+`,
		"a missed step":                                     `class="cd-g-over"`,
		"sealed":                                            `<title>sealed</title><use href="#lock"`,
	} {
		if !strings.Contains(svg, fragment) {
			t.Errorf("%s: no %s", what, fragment)
		}
	}
}

func TestTimelineByWhenWeKnewMovesFindingsToTheDayOfReceipt(t *testing.T) {
	t.Parallel()
	x := func(p Placement) float64 {
		for _, s := range aldermoor(p).Scene().Shapes {
			if s.Tip == "Falls with harm, Jun 2025: 1.46" {
				return s.X
			}
		}
		t.Fatal("no value of June 2025")
		return 0
	}
	// June is received on 18 July: 17 days after its end, 32 after its middle.
	moved := x(ByKnown) - x(ByHappened)
	perDay := float64(timeRight-timeLeft) / 548
	if want := 32 * perDay; moved < want-1 || moved > want+1 {
		t.Errorf("moved by %.1f px, want %.1f", moved, want)
	}
	if strings.Contains(aldermoor(ByKnown).Scene().SVG(InPage), "not yet published") {
		t.Error("what isn't published has no day of receipt, and so no hatch")
	}
}

func TestTimelineLeavesOutWhatIsBeyondItsEnds(t *testing.T) {
	t.Parallel()
	tl := aldermoor(ByHappened)
	tl.From = day(2026, time.June, 1)
	for _, s := range tl.Scene().Shapes {
		if s.X < -1 || s.X > timelineWidth {
			t.Errorf("%+v is outside", s)
		}
		if strings.Contains(s.Tip, "2025") {
			t.Errorf("%s is from before", s.Tip)
		}
	}
}

func TestTheColumnOfNamesStandsBesideItsLanes(t *testing.T) {
	t.Parallel()
	line := aldermoor(ByHappened)
	placed := line.Place()
	whole, names := placed.Scene(), placed.Names()
	if math.Abs(names.Height-whole.Height) > 1e-9 || names.Width >= timeLeft || !names.Hidden {
		t.Fatalf("%g × %g beside %g", names.Width, names.Height, whole.Height)
	}
	at := map[float64]string{}
	for _, s := range names.Shapes {
		if s.Form == Text {
			at[s.Y] = s.Words
			if end := s.X + textWidth(s.Class, s.Words); s.Anchor == Start && end > namesWidth {
				t.Errorf("%q ends at %g of %d", s.Words, end, namesWidth)
			}
		}
		if strings.Contains(s.Class, NameClass) {
			t.Errorf("%q would be hidden where the names are shown", s.Words)
		}
	}
	for _, f := range line.Findings {
		found := false
		for _, s := range whole.Shapes {
			found = found || s.Words == f.Name && strings.Contains(s.Class, NameClass) && strings.HasPrefix(f.Name, strings.TrimSuffix(at[s.Y], "…")) && at[s.Y] != ""
		}
		if !found {
			t.Errorf("%s has no name beside its lane", f.Name)
		}
	}
}
