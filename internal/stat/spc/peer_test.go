package spc_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"candour/internal/stat/csvio"
	"candour/internal/stat/spc"
)

// peers is where the field's own tools have left their answers. They belong to
// others and are not part of this repository.
const peers = "../../../../shared/data/peers"

type peerCase struct {
	ID       string         `json:"id"`
	Kind     string         `json:"kind"`
	Options  map[string]any `json:"options"`
	Input    string         `json:"input"`
	Error    string         `json:"error"`
	Expected struct {
		Points  string `json:"points"`
		Summary string `json:"summary"`
	} `json:"expected"`
}

func peerCases(t *testing.T, kind string) []peerCase {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(peers, "expected/manifest.json"))
	if err != nil {
		t.Skipf("the peers' answers are not here: %v", err)
	}
	var all, mine []peerCase
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if c.Kind == kind && c.Error == "" {
			mine = append(mine, c)
		}
	}
	if len(mine) == 0 {
		t.Fatalf("no case of kind %s", kind)
	}
	return mine
}

func readPeer(t *testing.T, name string) *csvio.Table {
	t.Helper()
	f, err := os.Open(filepath.Join(peers, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table, err := csvio.ReadKeepingBlank(f)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func column(t *testing.T, table *csvio.Table, name string) []string {
	t.Helper()
	cells, err := table.Column(name)
	if err != nil {
		t.Fatal(err)
	}
	return cells
}

func floats(t *testing.T, table *csvio.Table, name string) []float64 {
	t.Helper()
	values, _, err := table.Floats(name)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// close to 1e-9 relative, 1e-12 absolute: the tolerance that the peers' answers
// are published with. Two missing values agree.
func agree(a, b float64) bool {
	if math.IsNaN(a) || math.IsNaN(b) {
		return math.IsNaN(a) && math.IsNaN(b)
	}
	return math.Abs(a-b) <= math.Max(1e-12, 1e-9*math.Max(math.Abs(a), math.Abs(b)))
}

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

func peerSettings(t *testing.T, c peerCase) (spc.Settings, spc.Direction) {
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

func peerPanel(t *testing.T, c peerCase, points *csvio.Table, d spc.Direction) (*spc.Panel, []csvio.Group) {
	t.Helper()
	groups, err := points.Groups("f")
	if err != nil {
		t.Fatal(err)
	}
	input, xs, ys := readPeer(t, c.Input), column(t, points, "x"), floats(t, points, "y")
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
	for _, c := range peerCases(t, "spc") {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			s, d := peerSettings(t, c)
			points := readPeer(t, c.Expected.Points)
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
	mean, lpl, upl := floats(t, points, "mean"), floats(t, points, "lpl"), floats(t, points, "upl")
	kind, label := column(t, points, "special_cause_type"), column(t, points, "point_type")
	short, number := column(t, points, "short_group_warning"), floats(t, points, "rebase_group")
	at := 0
	for i, group := range groups {
		segments := got.Segments[got.SegmentOffsets[i]:got.SegmentOffsets[i+1]]
		for _, row := range group.Rows {
			if at >= segments[0].End {
				segments = segments[1:]
			}
			g, m := segments[0], got.Marks[at]
			if !agree(g.Mean, mean[row]) || !agree(g.Lower, lpl[row]) || !agree(g.Upper, upl[row]) {
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

func checkPeerSummary(t *testing.T, c peerCase, groups []csvio.Group, panel *spc.Panel, got *spc.Results) {
	t.Helper()
	summary := readPeer(t, c.Expected.Summary)
	name, last := column(t, summary, "f"), column(t, summary, "is_last_group")
	variation, assurance := column(t, summary, "variation_icon"), column(t, summary, "assurance_icon")
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
