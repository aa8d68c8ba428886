package demo

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestDrawsHaveTheirMeans draws each distribution often and compares the mean with
// what it must be, within five standard errors.
func TestDrawsHaveTheirMeans(t *testing.T) {
	t.Parallel()
	const n = 20_000
	for _, c := range []struct {
		name     string
		mean, sd float64
		draw     func(chance) int
	}{
		{"few by Poisson", 2.5, math.Sqrt(2.5), func(c chance) int { return c.poisson(2.5) }},
		{"many by Poisson", 400, 20, func(c chance) int { return c.poisson(400) }},
		{"few of few", 6, math.Sqrt(6 * 0.7), func(c chance) int { return c.binomial(20, 0.3) }},
		{"few of many", 40, math.Sqrt(40 * 0.96), func(c chance) int { return c.binomial(1000, 0.04) }},
	} {
		s := stream(1, "test", c.name)
		sum := 0
		for range n {
			sum += c.draw(s)
		}
		if got := float64(sum) / n; math.Abs(got-c.mean) > 5*c.sd/math.Sqrt(n)+0.05 {
			t.Errorf("%s: mean %.3f, expected %.3f", c.name, got, c.mean)
		}
	}
}

func TestABinomialCountIsNeverMoreThanThereAre(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n, p := rapid.IntRange(-3, 5000).Draw(t, "n"), rapid.Float64Range(-0.2, 1).Draw(t, "p")
		k := stream(rapid.Uint64().Draw(t, "seed"), "x").binomial(n, p)
		if k < 0 || k > max(0, n) {
			t.Fatalf("%d of %d", k, n)
		}
	})
}

func TestStreamsDoNotDependOnOneAnother(t *testing.T) {
	t.Parallel()
	if stream(1, "a", "bc").Uint64() == stream(1, "ab", "c").Uint64() {
		t.Error("names run together")
	}
	if stream(1, "a").Uint64() != stream(1, "a").Uint64() {
		t.Error("the same name gives another stream")
	}
}

func TestAStoryGrowsOverItsRamp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		back int
		want float64
	}{{8, 1}, {7, math.Pow(1.65, 0.25)}, {4, 1.65}, {0, 1.65}} {
		if got := factor(Aldermoor, "Falls with harm", c.back); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%d months back: %.4f, expected %.4f", c.back, got, c.want)
		}
	}
	if factor(Kingsmere, "Falls with harm", 0) != factor(Wold, "Falls", 0) {
		t.Error("a provider without a story has one")
	}
}
