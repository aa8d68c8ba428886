package spc_test

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"candour/internal/stat/spc"
)

// countryPanel is the size of a whole country: 220 providers × 300 indicators of
// 60 months, with gaps, targets and some rebases.
func countryPanel(series, months int) *spc.Panel {
	rng := rand.New(rand.NewPCG(1, 2))
	p := &spc.Panel{Offsets: make([]int, 1, series+1)}
	for i := range series {
		level := 50 + 10*rng.NormFloat64()
		for t := range months {
			x := level + rng.NormFloat64()
			if i%10 == 0 && t > months/2 {
				x += 1.5
			}
			if rng.IntN(50) == 0 {
				x = math.NaN()
			}
			p.Values = append(p.Values, x)
		}
		if i%7 == 0 {
			p.Rebases = append(p.Rebases, p.Offsets[i]+months/3)
		}
		p.Offsets = append(p.Offsets, len(p.Values))
		p.Directions = append(p.Directions, spc.Direction(i%3-1))
		p.Targets = append(p.Targets, level+2*rng.NormFloat64())
	}
	return p
}

func benchmarkJudge(b *testing.B, s spc.Settings, workers int) {
	p := countryPanel(66_000, 60)
	var out spc.Results
	if err := spc.Judge(p, s, workers, &out); err != nil {
		b.Fatal(err)
	}
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		if err := spc.Judge(p, s, workers, &out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(p.Values))*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mpoints/s")
	b.ReportMetric(float64(memory.HeapAlloc)/1e6, "MB-held")
}

// The budget is 1 s and 300 MB on two cores for rules, limits and icons.
func BenchmarkJudgeCountryOneCore(b *testing.B) { benchmarkJudge(b, spc.MakingDataCount(), 1) }

func BenchmarkJudgeCountryAllCores(b *testing.B) {
	benchmarkJudge(b, spc.MakingDataCount(), runtime.NumCPU())
}

func BenchmarkJudgeCountryScreened(b *testing.B) { benchmarkJudge(b, spc.RPackage(), runtime.NumCPU()) }
