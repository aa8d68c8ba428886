package spc_test

import (
	"math"
	"runtime"
	"strings"
	"testing"

	"candour/internal/stat/csvio"
	"candour/internal/stat/peertest"
	"candour/internal/stat/spc"
)

// perGroup is an option given once for all groups or by group name.
func perGroup(option any, group string) any {
	if named, ok := option.(map[string]any); ok {
		return named[group]
	}
	return option
}

func dates(option any) []string {
	switch v := option.(type) {
	case string:
		return []string{v}
	case []any:
		var all []string
		for _, d := range v {
			all = append(all, d.(string))
		}
		return all
	}
	return nil
}

func peerSettings(t *testing.T, c peertest.Case) (spc.Settings, spc.Direction) {
	t.Helper()
	s := spc.RPackage()
	if screen, ok := c.Options["screen_outliers"].(bool); ok {
		s.Screen = screen
	}
	if fix, ok := c.Options["fix_after_n_points"].(float64); ok {
		s.FixAfter = int(fix)
	}
	d := spc.Increase
	if word, ok := c.Options["improvement_direction"].(string); ok {
		var err error
		if d, err = spc.ParseDirection(word); err != nil {
			t.Fatal(err)
		}
	}
	return s, d
}

// special is the peer's name of a rule and side.
func special(m spc.Marks) string {
	rule, side := m.Name()
	high := side == spc.High
	pick := func(a, b string) string {
		if high {
			return a
		}
		return b
	}
	switch rule {
	case spc.Outside:
		return pick("Above UCL", "Below LCL")
	case spc.Trend:
		return pick("7 Point Trend (Increasing)", "7 Point Trend (Decreasing)")
	case spc.TwoOfThree:
		return "2 in 3 " + pick("Above", "Below") + " CL"
	case spc.Shift:
		return "7 Points " + pick("Above", "Below") + " CL"
	}
	return "Common Cause"
}

// pointType is the peer's name of a label.
func pointType(l spc.Label, m spc.Marks) string {
	switch l {
	case spc.Improvement:
		return "special_cause_improvement"
	case spc.Concern:
		return "special_cause_concern"
	case spc.NeutralSignal:
		if _, side := m.Name(); side == spc.High {
			return "special_cause_neutral_high"
		}
		return "special_cause_neutral_low"
	}
	return "common_cause"
}

func peerPanel(t *testing.T, c peertest.Case, points *csvio.Table, d spc.Direction) (*spc.Panel, []csvio.Group) {
	t.Helper()
	groups, err := points.Groups("f")
	if err != nil {
		t.Fatal(err)
	}
	input, xs, ys := peertest.Table(t, c.Input), peertest.Column(t, points, "x"), peertest.Floats(t, points, "y")
	if input.Len() != points.Len() {
		t.Fatalf("%d rows in, %d out", input.Len(), points.Len())
	}
	panel := &spc.Panel{Offsets: []int{0}}
	for _, g := range groups {
		for _, row := range g.Rows {
			for _, date := range dates(perGroup(c.Options["rebase"], g.Name)) {
				if xs[row] == date {
					panel.Rebases = append(panel.Rebases, len(panel.Values))
				}
			}
			panel.Values = append(panel.Values, ys[row])
		}
		panel.Offsets = append(panel.Offsets, len(panel.Values))
		target := math.NaN()
		if v, ok := perGroup(c.Options["target"], g.Name).(float64); ok {
			target = v
		}
		panel.Targets = append(panel.Targets, target)
		panel.Directions = append(panel.Directions, d)
	}
	return panel, groups
}

func TestEveryXmRCaseOfThePeersAgrees(t *testing.T) {
	t.Parallel()
	for _, c := range peertest.Cases(t, "spc", 1) {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			s, d := peerSettings(t, c)
			points := peertest.Table(t, c.Expected.Points)
			panel, groups := peerPanel(t, c, points, d)
			var got spc.Results
			if err := spc.Judge(panel, s, runtime.NumCPU(), &got); err != nil {
				t.Fatal(err)
			}
			checkPeerPoints(t, points, groups, panel, &got, s)
			checkPeerSummary(t, c, groups, panel, &got)
		})
	}
}

func checkPeerPoints(t *testing.T, points *csvio.Table, groups []csvio.Group, panel *spc.Panel, got *spc.Results, s spc.Settings) {
	t.Helper()
	mean, lpl, upl := peertest.Floats(t, points, "mean"), peertest.Floats(t, points, "lpl"), peertest.Floats(t, points, "upl")
	kind, label := peertest.Column(t, points, "special_cause_type"), peertest.Column(t, points, "point_type")
	short, number := peertest.Column(t, points, "short_group_warning"), peertest.Floats(t, points, "rebase_group")
	at := 0
	for i, group := range groups {
		segments := got.Segments[got.SegmentOffsets[i]:got.SegmentOffsets[i+1]]
		for _, row := range group.Rows {
			if at >= segments[0].End {
				segments = segments[1:]
			}
			g, m := segments[0], got.Marks[at]
			if !peertest.Agree(g.Mean, mean[row]) || !peertest.Agree(g.Lower, lpl[row]) || !peertest.Agree(g.Upper, upl[row]) {
				t.Errorf("row %d: mean and limits %v %v %v, want %v %v %v", row, g.Mean, g.Lower, g.Upper, mean[row], lpl[row], upl[row])
			}
			if special(m) != kind[row] || pointType(s.LabelOf(m, panel.Directions[i]), m) != label[row] {
				t.Errorf("row %d: %s, want %s, %s", row, special(m), kind[row], label[row])
			}
			if g.Number != int(number[row]) || strings.EqualFold(short[row], "TRUE") != g.Short() {
				t.Errorf("row %d: segment %d short %v, want %v %v", row, g.Number, g.Short(), number[row], short[row])
			}
			at++
		}
	}
}

func checkPeerSummary(t *testing.T, c peertest.Case, groups []csvio.Group, panel *spc.Panel, got *spc.Results) {
	t.Helper()
	summary := peertest.Table(t, c.Expected.Summary)
	name, last := peertest.Column(t, summary, "f"), peertest.Column(t, summary, "is_last_group")
	variation, assurance := peertest.Column(t, summary, "variation_icon"), peertest.Column(t, summary, "assurance_icon")
	checked := 0
	for i, group := range groups {
		for row := range name {
			if name[row] != group.Name || last[row] != "TRUE" {
				continue
			}
			checked++
			wantAssurance := assurance[row]
			if math.IsNaN(panel.Targets[i]) {
				wantAssurance = "" // deviation: the peer shows "inconsistent" for a group without a target
			}
			if got.Variation[i].String() != variation[row] || got.Assurance[i].String() != wantAssurance {
				t.Errorf("%s: icons %s and %s, want %s and %s", group.Name, got.Variation[i], got.Assurance[i], variation[row], wantAssurance)
			}
		}
	}
	if checked != panel.Len() {
		t.Errorf("%d of %d summaries checked", checked, panel.Len())
	}
}
