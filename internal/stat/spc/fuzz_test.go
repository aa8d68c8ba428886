package spc_test

import (
	"encoding/binary"
	"math"
	"testing"

	"candour/internal/stat/spc"
)

// asFloats reads bytes as numbers: any double there is.
func asFloats(raw []byte) []float64 {
	var values []float64
	for ; len(raw) >= 8; raw = raw[8:] {
		values = append(values, math.Float64frombits(binary.LittleEndian.Uint64(raw)))
	}
	return values
}

func asBytes(values ...float64) []byte {
	var raw []byte
	for _, x := range values {
		raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(x))
	}
	return raw
}

// FuzzJudge gives any doubles to the XmR chart: no panic, no limit that is not
// finite where there are two values together, and no screening that puts every point
// outside.
func FuzzJudge(f *testing.F) {
	f.Add(asBytes(1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2), true, uint8(0))
	f.Add(asBytes(1e308, -1e308, 1e308, math.NaN(), math.Inf(1), 5e-324, 0, 0), false, uint8(3))
	f.Add(asBytes(0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0), true, uint8(0))
	f.Fuzz(func(t *testing.T, raw []byte, screen bool, rebase uint8) {
		values := asFloats(raw)
		s := spc.MakingDataCount()
		s.Screen, s.MinimumLimits = screen, 0
		series := spc.Series{Values: values, Direction: spc.Increase}
		if int(rebase) < len(values) {
			series.Rebases = []spc.Rebase{{At: int(rebase)}}
		}
		c, err := spc.NewChart(series, s)
		if err != nil {
			t.Fatal(err)
		}
		_, _, _ = c.Verdict(), c.TargetVerdict(), c.Notes()
		for i := range c.Segments {
			g := &c.Segments[i]
			outside := 0
			for _, p := range c.Points[g.Start:g.End] {
				if p.Marks.Has(spc.Outside) {
					outside++
				}
			}
			if screen && outside > 0 && outside == g.Values && g.Dropped > 0 {
				t.Errorf("screening has put every point outside: %+v", g)
			}
			for _, x := range []float64{g.Mean, g.Lower, g.Upper, g.NearLower, g.NearUpper} {
				if math.IsInf(x, 0) || math.IsNaN(x) && g.HasLimits() {
					t.Errorf("limits are not finite: %+v", g)
				}
			}
			if g.HasLimits() && (g.Lower > g.Mean || g.Mean > g.Upper) {
				t.Errorf("limits don't hold the mean: %+v", g)
			}
		}
	})
}

// FuzzShewhart gives any doubles to every chart: no panic, no infinite limit.
func FuzzShewhart(f *testing.F) {
	f.Add(asBytes(1, 2, 3, 4, 5, 6), asBytes(10, 10, 10, 12, 9, 0), uint8(3), true)
	f.Add(asBytes(0, 0, 0, math.NaN(), 1e308, -1e308), asBytes(0, 0, 0, 1, math.NaN(), 1e-300), uint8(8), false)
	f.Fuzz(func(t *testing.T, ys, ns []byte, kind uint8, screen bool) {
		values, sizes := asFloats(ys), asFloats(ns)
		kinds := spc.Kinds()
		o := spc.ShewhartOptions{Kind: kinds[int(kind)%len(kinds)], Screen: screen, Exclude: []int{2}, Parts: []int{4}}
		var groups []spc.Subgroup
		for i := range values {
			var n []float64
			if i < len(sizes) && o.Kind.NeedsDenominator() {
				n = []float64{sizes[i], sizes[i]}
			}
			g, err := spc.NewSubgroup([]float64{values[i], values[len(values)-1-i]}, n, spc.AggregateMean)
			if err != nil {
				t.Fatal(err)
			}
			groups = append(groups, g)
		}
		chart, err := spc.Shewhart(groups, o)
		if err != nil {
			return
		}
		if len(chart.Points) != len(groups) {
			t.Fatalf("%d points of %d", len(chart.Points), len(groups))
		}
		for _, p := range chart.Points {
			for _, x := range []float64{p.Lower, p.Lower2, p.Upper2, p.Upper} {
				if math.IsInf(x, 0) {
					t.Errorf("an infinite limit: %+v", p)
				}
			}
		}
	})
}
