package cusum_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"candour/internal/stat/cusum"
)

func unit(n int) []float64 {
	r := rand.New(rand.NewPCG(7, 7))
	risks := make([]float64, n)
	for i := range risks {
		risks[i] = []float64{0.005, 0.02, 0.05, 0.1, 0.3}[r.IntN(5)]
	}
	return risks
}

// In control, the limits must give the false alarms that they promise.
func TestFalseAlarmsComeAtTheStatedRate(t *testing.T) {
	t.Parallel()
	risks := unit(400)
	mix, err := cusum.MixOf(risks)
	if err != nil {
		t.Fatal(err)
	}
	for _, odds := range []float64{2, 0.5} {
		law := riskLaw(t, mix, odds, 1, 200)
		sim := cusum.Simulation{Risks: risks, Odds: odds, Resample: true, Patients: 400, Runs: 20000, Seed: 20261122, Workers: 2}
		peaks, err := sim.Peaks()
		if err != nil {
			t.Fatal(err)
		}
		for _, chance := range []float64{0.01, 0.1} {
			limit, err := law.LimitForFalseAlarm(chance, 400)
			if err != nil {
				t.Fatal(err)
			}
			got := cusum.ChanceOfPeaks(peaks, limit.H)
			// four standard errors, and the width of a grid step
			if slack := 4*math.Sqrt(chance*(1-chance)/20000) + 0.02*chance; !(math.Abs(got-chance) < slack) {
				t.Errorf("odds %g: limit %g gives %g, stated %g", odds, limit.H, got, chance)
			}
			if h := cusum.LimitOfPeaks(peaks, chance); !(math.Abs(h-limit.H) < 0.15) {
				t.Errorf("odds %g, chance %g: simulated limit %g, chain %g", odds, chance, h, limit.H)
			}
		}
	}
}

func TestSimulatedRunLengthsAgreeWithTheChain(t *testing.T) {
	t.Parallel()
	risks := unit(400)
	mix, err := cusum.MixOf(risks)
	if err != nil {
		t.Fatal(err)
	}
	for _, truth := range []float64{1, 2} {
		want, err := riskLaw(t, mix, 2, truth, 300).RunLength(2)
		if err != nil {
			t.Fatal(err)
		}
		sim := cusum.Simulation{Risks: risks, Odds: 2, Truth: truth, Resample: true, Runs: 10000, Seed: 1, Workers: 2}
		lengths, censored, err := sim.RunLengths(2, 100000)
		if err != nil || censored > 0 {
			t.Fatal(censored, err)
		}
		sum, squares := 0.0, 0.0
		for _, n := range lengths {
			sum += float64(n)
			squares += float64(n) * float64(n)
		}
		mean := sum / 10000
		se := math.Sqrt((squares/10000 - mean*mean) / 10000)
		if !(math.Abs(mean-want) < 4*se+0.01*want) {
			t.Errorf("truth %g: simulated %g (standard error %g), chain %g", truth, mean, se, want)
		}
	}
}

// The guarantee of Shiryaev and Roberts: mean run length at least the threshold.
func TestShiryaevRobertsKeepsItsGuarantee(t *testing.T) {
	t.Parallel()
	risks := unit(100)
	r := rand.New(rand.NewPCG(3, 3))
	total := 0
	const runs, threshold = 2000, 200.0
	for range runs {
		sr := cusum.ShiryaevRoberts{Threshold: threshold}
		for n := 1; ; n++ {
			p := risks[r.IntN(len(risks))]
			pt, err := sr.Next(cusum.Weight(r.Float64() < p, p, 2))
			if err != nil {
				t.Fatal(err)
			}
			if pt.Signal {
				total += n
				break
			}
		}
	}
	if mean := float64(total) / runs; !(mean > threshold*0.95) {
		t.Errorf("mean run length %g is below the threshold %g", mean, threshold)
	}
}

func TestSimulationIsTheSameOnOneCoreAndOnMany(t *testing.T) {
	t.Parallel()
	sim := cusum.Simulation{Risks: unit(50), Odds: 2, Runs: 500, Seed: 9, Workers: 1}
	one, err := sim.Peaks()
	if err != nil {
		t.Fatal(err)
	}
	sim.Workers = 7
	many, err := sim.Peaks()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(one, many) {
		t.Error("the peaks depend on the number of workers")
	}
}

func TestNextAllocatesNothing(t *testing.T) {
	c, err := cusum.New(cusum.Design{Odds: 2, Limit: 4.5})
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	if n := testing.AllocsPerRun(1000, func() {
		i++
		if _, err := c.Next(float64(i%9/8), 0.1); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%g allocations per patient", n)
	}
}

func fiveMillion() (y, p []float64) {
	r := rand.New(rand.NewPCG(1, 2))
	y, p = make([]float64, 5_000_000), make([]float64, 5_000_000)
	for i := range p {
		p[i] = 0.2 * r.Float64()
		if r.Float64() < p[i] {
			y[i] = 1
		}
	}
	return y, p
}

func BenchmarkChartFiveMillionPatients(b *testing.B) {
	y, p := fiveMillion()
	var points []cusum.Point
	b.ReportAllocs()
	for b.Loop() {
		var err error
		points, err = cusum.Design{Odds: 2, Limit: 4.5}.Run(points, y, p)
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLimitForRunLength(b *testing.B) {
	law := riskLaw(b, phase1Mix(b), 2, 1, cusum.DefaultScaling)
	for b.Loop() {
		if _, err := law.LimitForRunLength(7500); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLimitForFalseAlarm(b *testing.B) {
	law := riskLaw(b, phase1Mix(b), 2, 1, cusum.DefaultScaling)
	for b.Loop() {
		if _, err := law.LimitForFalseAlarm(0.001, 1766); err != nil {
			b.Fatal(err)
		}
	}
}
