package main

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"candour/internal/fault"
	"candour/internal/stat/csvio"
	"candour/internal/stat/peertest"
)

// flagValues writes an option of the manifest, one for all groups or by group, as
// the value of a flag.
func flagValues(option any) string {
	switch v := option.(type) {
	case []any:
		var parts []string
		for _, item := range v {
			parts = append(parts, flagValues(item))
		}
		return strings.Join(parts, ",")
	case map[string]any:
		var parts []string
		for group, values := range v {
			for _, one := range strings.Split(flagValues(values), ",") {
				parts = append(parts, group+"="+one)
			}
		}
		return strings.Join(parts, ",")
	}
	return fmt.Sprint(option)
}

// runStat runs "candour stat …" on a file of the peers and reads what it writes.
func runStat(t *testing.T, input string, args ...string) *csvio.Table {
	t.Helper()
	f, err := os.Open(peertest.Path(t, input))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out, errs bytes.Buffer
	env := &Env{Ctx: context.Background(), Stdin: f, Stdout: &out, Stderr: &errs}
	if code := run(env, append([]string{"stat"}, args...)); code != fault.ExitDone {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	table, err := csvio.ReadKeepingBlank(&out)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// compareColumns checks that columns of ours and the peer's agree row by row.
func compareColumns(t *testing.T, ours, theirs *csvio.Table, pairs map[string]string) {
	t.Helper()
	if ours.Len() != theirs.Len() {
		t.Fatalf("%d rows, the peer has %d", ours.Len(), theirs.Len())
	}
	for mine, other := range pairs {
		a, err := ours.Column(mine)
		if err != nil {
			t.Fatal(err)
		}
		if !theirs.Has(other) {
			continue // cases on data under another licence leave columns out
		}
		b, err := theirs.Column(other)
		if err != nil {
			t.Fatal(err)
		}
		for i := range a {
			if !sameCell(a[i], b[i]) {
				t.Errorf("row %d, %s: %s, want %s", i, mine, a[i], b[i])
			}
		}
	}
}

func sameCell(a, b string) bool {
	if strings.EqualFold(a, b) {
		return true
	}
	x, errA := csvio.ParseFloat(a)
	y, errB := csvio.ParseFloat(b)
	if errA != nil || errB != nil {
		return false
	}
	if math.IsNaN(x) || math.IsNaN(y) {
		return math.IsNaN(x) && math.IsNaN(y)
	}
	return math.Abs(x-y) <= math.Max(1e-12, 1e-9*math.Max(math.Abs(x), math.Abs(y)))
}

func spcFlags(c peertest.Case) []string {
	args := []string{"spc", "--full", "--direction", c.Options["improvement_direction"].(string)}
	if screen, ok := c.Options["screen_outliers"].(bool); !ok || screen {
		args = append(args, "--screen")
	}
	for option, flag := range map[string]string{"facet_field": "--group", "fix_after_n_points": "--fix-after", "rebase": "--rebase", "target": "--target"} {
		if value, ok := c.Options[option]; ok {
			args = append(args, flag, flagValues(value))
		}
	}
	return args
}

func TestStatSPCGivesTheRPackagesAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range peertest.Cases(t, "spc", 1) {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			ours, theirs := runStat(t, c.Input, spcFlags(c)...), peertest.Table(t, c.Expected.Points)
			compareColumns(t, ours, theirs, map[string]string{
				"x": "x", "y": "y", "segment": "rebase_group", "mean": "mean", "lpl": "lpl", "upl": "upl",
				"short": "short_group_warning", "target": "target",
			})
			comparePointTypes(t, ours, theirs)
			compareIcons(t, c)
		})
	}
}

// comparePointTypes checks the naming rule and the label of each row.
func comparePointTypes(t *testing.T, ours, theirs *csvio.Table) {
	t.Helper()
	rule, point, special, label := peertest.Column(t, ours, "rule"), peertest.Column(t, ours, "point"), peertest.Column(t, theirs, "special_cause_type"), peertest.Column(t, theirs, "point_type")
	prefix := map[string]string{"Above": "outside", "Below": "outside", "7 Point Trend": "trend", "2 in 3": "two_of_three", "7 Points": "shift"}
	for i := range rule {
		want := ""
		for words, name := range prefix {
			if strings.HasPrefix(special[i], words+" ") {
				want = name
			}
		}
		meaning := strings.TrimPrefix(label[i], "special_cause_")
		if strings.HasPrefix(meaning, "neutral") {
			meaning = "neutral"
		}
		if rule[i] != want || point[i] != meaning {
			t.Errorf("row %d: %s %s, want %s %s", i, rule[i], point[i], special[i], label[i])
		}
	}
}

// compareIcons checks --summary. Where a group has no target the peer says
// "inconsistent" and we say nothing (docs/methods/deviations.md).
func compareIcons(t *testing.T, c peertest.Case) {
	t.Helper()
	ours, theirs := runStat(t, c.Input, append(spcFlags(c), "--summary")...), peertest.Table(t, c.Expected.Summary)
	group, last := peertest.Column(t, theirs, "f"), peertest.Column(t, theirs, "is_last_group")
	variation, assurance := peertest.Column(t, theirs, "variation_icon"), peertest.Column(t, theirs, "assurance_icon")
	at := 0
	for i := range group {
		if last[i] != "TRUE" {
			continue
		}
		want := assurance[i]
		if named, ok := c.Options["target"].(map[string]any); ok && named[group[i]] == nil {
			want = ""
		}
		if got := peertest.Column(t, ours, "variation")[at] + " " + peertest.Column(t, ours, "assurance")[at]; got != variation[i]+" "+want {
			t.Errorf("%s: icons %q, want %s %s", group[i], got, variation[i], want)
		}
		at++
	}
	if at != ours.Len() {
		t.Errorf("%d groups, the peer has %d", ours.Len(), at)
	}
}

func TestStatChartGivesTheRPackagesAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range peertest.Cases(t, "qic", 1) {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			args := []string{"chart", "--full", "--type", c.Options["chart"].(string)}
			if screen, _ := c.Options["qic.screenedmr"].(bool); screen {
				args = append(args, "--screen")
			}
			if with, _ := c.Options["denominator_n"].(bool); with {
				args = append(args, "--n", "n")
			}
			for option, flag := range map[string]string{
				"facets": "--group", "freeze": "--freeze", "part": "--part", "exclude": "--exclude",
				"multiply": "--multiply", "cl": "--cl", "agg.fun": "--aggregate", "method": "--runs",
			} {
				if value, ok := c.Options[option]; ok {
					args = append(args, flag, flagValues(value))
				}
			}
			compareColumns(t, runStat(t, c.Input, args...), peertest.Table(t, c.Expected.Points), map[string]string{
				"x": "x", "y": "y", "cl": "cl", "lcl": "lcl", "lcl2": "lcl.95", "ucl2": "ucl.95", "ucl": "ucl",
				"runs_signal": "runs.signal", "sigma_signal": "sigma.signal", "longest_run": "longest.run",
				"longest_run_max": "longest.run.max", "crossings": "n.crossings", "crossings_min": "n.crossings.min",
			})
		})
	}
}

// statOn runs "candour stat …" on text.
func statOn(stdin string, args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	env := &Env{Ctx: context.Background(), Stdin: strings.NewReader(stdin), Stdout: &o, Stderr: &e}
	code = run(env, append([]string{"stat"}, args...))
	return code, o.String(), e.String()
}

func TestStatSPCWritesTheColumnsOfTheFixture(t *testing.T) {
	t.Parallel()
	code, out, errs := statOn("y\n1\n2\n1\n2\n10\n1\n2\n1\n2\n1\n2\n1\n2\n1\n2\n1\n2\n1\n", "spc", "--direction", "decrease", "--target", "20")
	lines := strings.Split(out, "\n")
	if code != fault.ExitDone || errs != "" || len(lines) != 20 {
		t.Fatal(code, errs, out)
	}
	if lines[0] != "group,x,y,segment,mean,lpl,upl,near_lpl,near_upl,rule,rules,point,short,target" {
		t.Error(lines[0])
	}
	if want := ",5,10,0,1.94444444444,-3.06261437908,6.95150326797,-1.39359477124,5.28248366013,outside,outside,concern,false,20"; lines[5] != want {
		t.Errorf("got  %s\nwant %s", lines[5], want)
	}
}

func TestStatSPCSaysWhatItWasNotAsked(t *testing.T) {
	t.Parallel()
	in := "f,x,y\nA,2024-03-01,3\nA,2024-01-01,1\nA,2024-02-01,\nB,2024-01-01,5\n"
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"a rebase date that no row has is ignored, and said": {[]string{"--group", "f", "--rebase", "A=2024-02-15"}, `group "A" has no row at the rebase "2024-02-15"`},
		"gaps are counted":           {[]string{"--group", "f"}, "1 of 4 rows have no value"},
		"short segments are counted": {[]string{"--group", "f"}, "2 of 2 segments have fewer than 13 points"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out, errs := statOn(in, append([]string{"spc"}, c.args...)...)
			if code != fault.ExitDone || !strings.Contains(errs, c.want) {
				t.Errorf("%d, %q does not say %q", code, errs, c.want)
			}
			if !strings.Contains(out, "\nA,2024-01-01,1,") || strings.Index(out, "2024-01-01,1") > strings.Index(out, "2024-03-01,3") {
				t.Errorf("rows are not in order of x:\n%s", out)
			}
		})
	}
}

func TestStatSPCAndChartRefuseWhatTheyCannotJudge(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in, want string
		args     []string
	}{
		"two rows of one period in a series":    {"x,y\n2024-01,1\n2024-01,2\n", `line 3, column x: "2024-01" is also on line 2`, []string{"spc"}},
		"a value without a period":              {"x,y\n2024-01,1\n,2\n", "line 3, column x: a value needs its x", []string{"spc"}},
		"a shift of five":                       {"x,y\n1,1\n", "it can be 6, 7 or 8", []string{"spc", "--shift", "5"}},
		"a target that is no number":            {"x,y\n1,1\n", `"many" is not a number`, []string{"spc", "--target", "many"}},
		"two targets for one series":            {"x,y\n1,1\n", "has 2 values", []string{"spc", "--target", "1,2"}},
		"a target and a column of targets":      {"x,y\n1,1\n", "either --target or --target-column", []string{"spc", "--target", "1", "--target-column", "y"}},
		"seasons with too few years":            {"x,y\n1,1\n", "three values for each season", []string{"spc", "--season", "12"}},
		"a p chart without denominators":        {"x,y\n1,1\n", "needs --n", []string{"chart", "--type", "p"}},
		"a time between events of zero":         {"x,y\n1,1\n2,0\n", "above zero", []string{"chart", "--type", "t"}},
		"a negative denominator":                {"x,y,n\n1,1,-4\n", "line 2, column n: a denominator can't be -4", []string{"chart", "--type", "u", "--n", "n"}},
		"a multiplier of nothing":               {"x,y\n1,1\n", "--multiply must be above 0", []string{"chart", "--type", "i", "--multiply", "nan"}},
		"a centre that is no number":            {"x,y\n1,1\n", "the centre must be a number", []string{"chart", "--type", "i", "--cl", "nan"}},
		"a chart that does not exist":           {"x,y\n1,1\n", "must be one of", []string{"chart", "--type", "q"}},
		"a column that does not exist":          {"x,z\n1,1\n", `no column "y"`, []string{"chart", "--type", "i"}},
		"a row of a chart without its subgroup": {"x,y\n1,1\n,2\n", "line 3, column x: a row needs its x", []string{"chart", "--type", "i"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out, errs := statOn(c.in, c.args...)
			if code != fault.ExitRefused || !strings.Contains(errs, c.want) {
				t.Errorf("exit %d, %q does not say %q\n%s", code, errs, c.want, out)
			}
		})
	}
}

func TestStatSPCOfNoRowsIsAHeaderAndNothingElse(t *testing.T) {
	t.Parallel()
	for _, rows := range []string{"", "--summary", "--reasons"} {
		code, out, errs := statOn("x,y\n", strings.Fields("spc "+rows)...)
		if code != fault.ExitDone || strings.Count(out, "\n") != 1 || errs != "" {
			t.Errorf("%s: %d %q %q", rows, code, out, errs)
		}
	}
}

func TestStatSPCTargetsCanChangeOverTime(t *testing.T) {
	t.Parallel()
	in := "y,goal\n" + strings.Repeat("5,4\n6,4\n", 7) + "5,20\n"
	code, out, _ := statOn(in, "spc", "--target-column", "goal", "--summary")
	if code != fault.ExitDone || out != "group,variation,assurance\n,common_cause,fail\n" {
		t.Error(code, out)
	}
}

func TestStatSPCReasonsAreSentences(t *testing.T) {
	t.Parallel()
	in := "x,y\n"
	for i, y := range []int{3, 5, 4, 6, 3, 5, 4, 6, 3, 5, 9, 8, 9, 8, 9, 8, 9} {
		in += fmt.Sprintf("2024-%02d-01,%d\n", i+1, y)
	}
	in = strings.NewReplacer("2024-13", "2025-01", "2024-14", "2025-02", "2024-15", "2025-03", "2024-16", "2025-04", "2024-17", "2025-05").Replace(in)
	code, out, _ := statOn(in, "spc", "--direction", "decrease", "--reasons")
	want := `2024-11-01,2025-05-01,shift,concern,true,7 points running are above the mean of 6.1.,"7 points in a row above the average, since 2024-11-01: unlikely to be chance.",A point at or below the mean of 6.1 would end it.`
	if code != fault.ExitDone || !strings.Contains(out, want) {
		t.Errorf("%d\n%s", code, out)
	}
}

func TestStatChartOfNamesIsAlphabeticalAndHasNoRuns(t *testing.T) {
	t.Parallel()
	code, out, errs := statOn("x,y,n\nRXB,5,100\nRXA,9,100\nRXB,1,100\n", "chart", "--type", "p", "--n", "n")
	if code != fault.ExitDone || !strings.Contains(errs, "alphabetical") {
		t.Fatal(code, errs)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[1], "RXA,0.09,0.05,") || !strings.HasPrefix(lines[2], "RXB,0.03,0.05,") {
		t.Errorf("got\n%s", out)
	}
}
