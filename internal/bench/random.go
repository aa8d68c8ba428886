package bench

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
)

// source is one stream of pseudo-random numbers. Each part of each economy has
// its own, derived from the seed and the part's name, so that parts can be made
// in any order, on any number of cores, and a change in one leaves the others.
type source struct{ *rand.Rand }

// newSource derives a stream: PCG seeded by seed and the FNV-1a hash of the name.
func newSource(seed uint64, name string) source {
	h := fnv.New64a()
	h.Write([]byte(name)) //nolint:errcheck // a hash's Write cannot fail
	return source{rand.New(rand.NewPCG(seed, h.Sum64()))}
}

// between is uniform in [lo, hi).
func (s source) between(lo, hi float64) float64 { return lo + (hi-lo)*s.Float64() }

// whole is a whole number, uniform from lo to hi inclusive.
func (s source) whole(lo, hi int) int { return lo + s.IntN(hi-lo+1) }

// normal is N(0, sd).
func (s source) normal(sd float64) float64 { return sd * s.NormFloat64() }

// logUniform is uniform on the log scale.
func (s source) logUniform(lo, hi float64) float64 {
	return math.Exp(s.between(math.Log(lo), math.Log(hi)))
}

// gamma has mean 1 and the given shape (Marsaglia and Tsang 2000).
func (s source) gamma(shape float64) float64 {
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := s.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if u := s.Float64(); math.Log(u) < 0.5*x*x+d-d*v+d*math.Log(v) {
			return d * v / shape
		}
	}
}

// poisson is a Poisson count: by multiplication for small means, else by
// Hörmann's transformed rejection (PTRS, 1993).
func (s source) poisson(mean float64) int {
	if mean < 10 {
		limit, k, p := math.Exp(-mean), 0, s.Float64()
		for p > limit {
			k++
			p *= s.Float64()
		}
		return k
	}
	b := 0.931 + 2.53*math.Sqrt(mean)
	a := -0.059 + 0.02483*b
	inv := 1.1239 + 1.1328/(b-3.4)
	vr := 0.9277 - 3.6224/(b-2)
	logMean := math.Log(mean)
	for {
		u, v := s.Float64()-0.5, s.Float64()
		us := 0.5 - math.Abs(u)
		k := math.Floor((2*a/us+b)*u + mean + 0.43)
		if us >= 0.07 && v <= vr {
			return int(k)
		}
		if k < 0 || us < 0.013 && v > us {
			continue
		}
		lg, _ := math.Lgamma(k + 1)
		if math.Log(v)+math.Log(inv)-math.Log(a/(us*us)+b) <= k*logMean-mean-lg {
			return int(k)
		}
	}
}

// binomial is a binomial count for p ≤ 0.5 and above: by waiting times when
// few are expected, else by Hörmann's transformed rejection (BTRS, 1993).
func (s source) binomial(n int, p float64) int {
	if p > 0.5 {
		return n - s.binomial(n, 1-p)
	}
	if float64(n)*p < 10 {
		k, sum, lq := 0, 0.0, math.Log1p(-p)
		for {
			sum += math.Log(1-s.Float64()) / float64(n-k)
			if sum < lq || k == n {
				return k
			}
			k++
		}
	}
	fn := float64(n)
	spq := math.Sqrt(fn * p * (1 - p))
	b := 1.15 + 2.53*spq
	a := -0.0873 + 0.0248*b + 0.01*p
	c := fn*p + 0.5
	vr := 0.92 - 4.2/b
	alpha := (2.83 + 5.1/b) * spq
	m := math.Floor((fn + 1) * p)
	lpq := math.Log(p / (1 - p))
	h := lgamma(m+1) + lgamma(fn-m+1)
	for {
		u, v := s.Float64()-0.5, s.Float64()
		us := 0.5 - math.Abs(u)
		k := math.Floor((2*a/us+b)*u + c)
		if k < 0 || k > fn {
			continue
		}
		if us >= 0.07 && v <= vr {
			return int(k)
		}
		v = math.Log(v * alpha / (a/(us*us) + b))
		if v <= h-lgamma(k+1)-lgamma(fn-k+1)+(k-m)*lpq {
			return int(k)
		}
	}
}

func lgamma(x float64) float64 { v, _ := math.Lgamma(x); return v }
