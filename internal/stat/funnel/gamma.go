package funnel

import "math"

// The tails of the gamma distribution to full precision. gonum's incomplete gamma
// functions are good to about ten digits, and limits compared with published and
// peers' figures need more.

// gammaTails gives P(a, x) and Q(a, x) = 1 − P(a, x) for a, x > 0, the one that is
// asked for as the smaller of the two without loss of digits: below the mean by
// the power series of P, above it by Lentz's continued fraction of Q (Abramowitz
// and Stegun 1964, 6.5.29 and 6.5.31). Both need about 9√a terms.
func gammaTails(a, x float64) (p, q float64) {
	mass := gammaMass(a, x)
	if x < a+1 {
		term, sum := 1.0, 1.0
		for k := 1.0; term > 1e-17*sum; k++ {
			term *= x / (a + k)
			sum += term
		}
		p = math.Min(1, mass*sum)
		return p, 1 - p
	}
	const tiny = 1e-300
	b := x + 1 - a
	c, d := 1/tiny, 1/b
	h := d
	for k := 1.0; k < 1e7; k++ {
		an := -k * (k - a)
		b += 2
		if d = an*d + b; math.Abs(d) < tiny {
			d = tiny
		}
		if c = b + an/c; math.Abs(c) < tiny {
			c = tiny
		}
		d = 1 / d
		step := c * d
		h *= step
		if math.Abs(step-1) < 1e-16 {
			break
		}
	}
	q = math.Min(1, mass*a*h)
	return 1 - q, q
}

// gammaMass is x^a·e^−x/Γ(a+1), the Poisson probability of a events where x are
// expected, by Loader's saddle-point expansion (C. Loader 2000, Fast and accurate
// computation of binomial probabilities), which keeps the digits that
// exp(a·ln x − x − ln Γ) loses for large a.
func gammaMass(a, x float64) float64 {
	if a < 1e-300 {
		return math.Exp(-x)
	}
	return math.Exp(-stirlingError(a)-deviance(a, x)) / math.Sqrt(2*math.Pi*a)
}

// stirlingError is ln Γ(a+1) − ln(√(2πa)·(a/e)^a).
func stirlingError(a float64) float64 {
	if a <= 15 {
		lg, _ := math.Lgamma(a + 1)
		return lg - (a+0.5)*math.Log(a) + a - 0.5*math.Log(2*math.Pi)
	}
	s := a * a
	return (1.0/12 - (1.0/360-(1.0/1260-(1.0/1680-(1.0/1188-691.0/360360/s)/s)/s)/s)/s) / a
}

// deviance is a·ln(a/x) + x − a, by its series where the two nearly cancel.
func deviance(a, x float64) float64 {
	if math.Abs(a-x) < 0.1*(a+x) {
		v := (a - x) / (a + x)
		sum := (a - x) * v
		term := 2 * a * v
		for j := 1.0; j < 1000; j++ {
			term *= v * v
			next := sum + term/(2*j+1)
			if math.Abs(next-sum) <= 0 {
				break
			}
			sum = next
		}
		return sum
	}
	return a*math.Log(a/x) + x - a
}
