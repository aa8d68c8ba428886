package spc_test

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"candour/internal/stat/csvio"
	"candour/internal/stat/peertest"
	"candour/internal/stat/spc"
)

// subgroups gathers the rows of one group by x: times and numbers in file order,
// names by the alphabet, as the peer does.
func subgroups(t *testing.T, input *csvio.Table, rows []int, c peertest.Case) (xs []string, groups []spc.Subgroup, categorical bool) {
	t.Helper()
	x, y := peertest.Column(t, input, "x"), peertest.Floats(t, input, "y")
	var n []float64
	if with, _ := c.Options["denominator_n"].(bool); with {
		n = peertest.Floats(t, input, "n")
	}
	members := map[string][]int{}
	for _, row := range rows {
		if len(members[x[row]]) == 0 {
			xs = append(xs, x[row])
		}
		members[x[row]] = append(members[x[row]], row)
		if _, err := time.Parse(time.DateOnly, x[row]); err != nil {
			if _, err := strconv.ParseFloat(x[row], 64); err != nil {
				categorical = true
			}
		}
	}
	if categorical {
		slices.Sort(xs)
	}
	aggregate, _ := c.Options["agg.fun"].(string)
	for _, name := range xs {
		var values, denominators []float64
		for _, row := range members[name] {
			values = append(values, y[row])
			if n != nil {
				denominators = append(denominators, n[row])
			}
		}
		g, err := spc.NewSubgroup(values, denominators, spc.Aggregate(aggregate))
		if err != nil {
			t.Fatal(err)
		}
		groups = append(groups, g)
	}
	return xs, groups, categorical
}

func integers(option any) []int {
	switch v := option.(type) {
	case float64:
		return []int{int(v)}
	case []any:
		var all []int
		for _, i := range v {
			all = append(all, int(i.(float64)))
		}
		return all
	}
	return nil
}

func chartOptions(c peertest.Case) spc.ShewhartOptions {
	o := spc.ShewhartOptions{Kind: spc.Kind(c.Options["chart"].(string)), Parts: integers(c.Options["part"]), Exclude: integers(c.Options["exclude"])}
	o.Screen, _ = c.Options["qic.screenedmr"].(bool)
	o.Multiply, _ = c.Options["multiply"].(float64)
	if freeze := integers(c.Options["freeze"]); freeze != nil {
		o.Freeze = freeze[0]
	}
	if method, ok := c.Options["method"].(string); ok {
		o.Runs = spc.RunsMethod(method)
	}
	if centre, ok := c.Options["cl"].(float64); ok {
		o.Centre = &centre
	}
	return o
}

func TestEveryShewhartCaseOfThePeersAgrees(t *testing.T) {
	t.Parallel()
	for _, c := range peertest.Cases(t, "qic", 1) {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			input, points := peertest.Table(t, c.Input), peertest.Table(t, c.Expected.Points)
			facet := ""
			if points.Has("facet1") {
				facet = "f"
			}
			groups, err := input.Groups(facet)
			if err != nil {
				t.Fatal(err)
			}
			at := 0
			for _, g := range groups {
				xs, subs, categorical := subgroups(t, input, g.Rows, c)
				o := chartOptions(c)
				o.Categorical = categorical
				chart, err := spc.Shewhart(subs, o)
				if err != nil {
					t.Fatal(err)
				}
				checkControlPoints(t, points, at, xs, chart)
				at += len(xs)
			}
			if at != points.Len() {
				t.Errorf("%d points, the peer has %d", at, points.Len())
			}
		})
	}
}

func checkControlPoints(t *testing.T, points *csvio.Table, at int, xs []string, chart *spc.ControlChart) {
	t.Helper()
	x := peertest.Column(t, points, "x")
	want := map[string][]float64{}
	for _, name := range []string{"cl", "lcl", "lcl.95", "ucl.95", "ucl", "n.obs", "n.useful", "longest.run", "longest.run.max", "n.crossings", "n.crossings.min"} {
		want[name] = peertest.Floats(t, points, name)
	}
	if points.Has("y") {
		want["y"] = peertest.Floats(t, points, "y")
	}
	runsSignal, sigmaSignal := peertest.Column(t, points, "runs.signal"), peertest.Column(t, points, "sigma.signal")
	for i, p := range chart.Points {
		row := at + i
		if x[row] != xs[i] {
			t.Fatalf("row %d is %s, the peer's is %s", row, xs[i], x[row])
		}
		runs := chart.Parts[p.Part].Runs
		got := map[string]float64{
			"y": p.Value, "cl": p.Centre, "lcl": p.Lower, "lcl.95": p.Lower2, "ucl.95": p.Upper2, "ucl": p.Upper,
			"n.obs": float64(runs.Observations), "n.useful": float64(runs.Useful), "longest.run": float64(runs.Longest),
			"longest.run.max": float64(runs.LongestMax), "n.crossings": float64(runs.Crossings), "n.crossings.min": float64(runs.CrossingsMin),
		}
		for name, values := range want {
			if !peertest.Agree(got[name], values[row]) && !(math.IsNaN(values[row]) && runs.Useful == 0) {
				t.Errorf("row %d, %s: %v, want %v", row, name, got[name], values[row])
			}
		}
		if !strings.EqualFold(runsSignal[row], strconv.FormatBool(runs.Signal)) || !strings.EqualFold(sigmaSignal[row], strconv.FormatBool(p.Sigma)) {
			t.Errorf("row %d: signals %v %v, want %s %s", row, runs.Signal, p.Sigma, runsSignal[row], sigmaSignal[row])
		}
	}
}
