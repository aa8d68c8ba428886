package demo

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
)

// chance is one stream of random numbers. Each figure has its own, named after
// what it is, so that figures do not depend on the order in which they are drawn.
type chance struct{ *rand.Rand }

// stream is the stream of that name for a seed.
func stream(seed uint64, names ...string) chance {
	h := fnv.New64a()
	for _, n := range names {
		h.Write([]byte(n)) //nolint:errcheck // a hash never fails
		h.Write([]byte{0}) //nolint:errcheck // the same
	}
	return chance{rand.New(rand.NewPCG(seed, h.Sum64()))}
}

// poisson is a count with the mean given: exact below 30, from the normal
// distribution above.
func (c chance) poisson(mean float64) int {
	if mean <= 0 {
		return 0
	}
	if mean > 30 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*c.NormFloat64())))
	}
	n, p := 0, c.Float64()
	for limit := math.Exp(-mean); p > limit; n++ {
		p *= c.Float64()
	}
	return n
}

// binomial is how many of n things happen, each with probability p: one by one
// below 60, above from the normal distribution with its limits.
func (c chance) binomial(n int, p float64) int {
	if n <= 0 || p <= 0 {
		return 0
	}
	if n < 60 {
		k := 0
		for range n {
			if c.Float64() < p {
				k++
			}
		}
		return k
	}
	mean := float64(n) * p
	k := int(math.Round(mean + math.Sqrt(mean*(1-min(p, 1)))*c.NormFloat64()))
	return min(n, max(0, k))
}

// about is v with a relative deviation drawn anew at each call.
func (c chance) about(v, deviation float64) float64 { return v * math.Exp(deviation*c.NormFloat64()) }

// shifted is the probability p with its odds multiplied.
func shifted(p, times float64) float64 {
	o := p / (1 - p) * times
	return o / (1 + o)
}
