package casemix

import "math"

// fitter is the state of one run of iteratively reweighted least squares.
type fitter struct {
	cells  *Cells
	layout layout
	firth  bool

	sys       *normal
	beta      []float64
	deviance  float64
	iteration int

	at []int32
	x  []float64
}

const (
	mostIterations = 200
	settledAt      = 1e-13 // relative change of the deviance

	// farOut is a linear predictor beyond which a fitted risk is 0 or 1 for all
	// that doubles and death rates are concerned (2e-9): estimates that drive
	// cells there are running to infinity.
	farOut = 20
)

// run iterates from a start near the observed rates. It gives ErrSeparated when
// the estimates run away.
func (f *fitter) run() error {
	p := len(f.layout.terms)
	f.sys = newNormal(p)
	f.beta = make([]float64, p)
	f.firstStep()
	f.deviance = f.objective(f.beta)
	trial := make([]float64, p)
	lastMoved, flat := math.Inf(1), 0
	for f.iteration = 1; f.iteration <= mostIterations; f.iteration++ {
		f.accumulate()
		f.sys.factorise(true)
		f.sys.solve(trial)
		if f.firth && distance(trial, f.beta) > lastMoved/2 {
			// Penalised steps may swing about the answer without closing in on
			// it: meet it half way.
			halve(trial, f.beta)
		}
		next := f.objective(trial)
		for halved := 0; !(next <= f.deviance*(1+1e-12)+1e-12) && halved < 40; halved++ {
			halve(trial, f.beta)
			next = f.objective(trial)
		}
		change := math.Abs(next-f.deviance) / (math.Abs(next) + 0.1)
		moved := distance(trial, f.beta)
		lastMoved = moved
		copy(f.beta, trial)
		f.deviance = next
		if !f.firth && f.runaway() {
			return ErrSeparated
		}
		if change < settledAt {
			flat++
		}
		// With a handful of patients the penalised likelihood is so flat that its
		// steps never quite stop; ten without improvement are enough.
		if change < settledAt && (moved < f.stillness() || f.firth && flat >= 10) {
			f.accumulate()
			f.sys.factorise(true)
			return nil
		}
	}
	if !f.firth {
		// Newton's steps reach a finite answer within a dozen; one that is still
		// on its way is at infinity.
		return ErrSeparated
	}
	return ErrDiverged
}

// stillness is how little the coefficients must move at the end. Newton's steps
// square their error, so that after one below 1e-7 nothing is left; the penalised
// steps only shrink it by a factor.
func (f *fitter) stillness() float64 {
	if f.firth {
		return 1e-11
	}
	return 1e-7
}

// halve moves trial half way back to where it came from.
func halve(trial, from []float64) {
	for i := range trial {
		trial[i] = (trial[i] + from[i]) / 2
	}
}

// distance is the largest change of a coefficient.
func distance(a, b []float64) float64 {
	far := 0.0
	for i := range a {
		far = math.Max(far, math.Abs(a[i]-b[i]))
	}
	return far
}

// firstStep starts from the observed rates, moved a little to the middle so that
// 0 and 1 are avoided, as R does: (d + 1/2) / (n + 1). It also settles which
// terms are dropped as combinations of others.
func (f *fitter) firstStep() {
	f.sys.clear()
	for i := 0; i < f.cells.Len(); i++ {
		n, d := f.cells.Patients[i], f.cells.Deaths[i]
		mu := (d + 0.5) / (n + 1)
		w := n * mu * (1 - mu)
		z := math.Log(mu/(1-mu)) + (d-n*mu)/w
		f.at, f.x = f.layout.row(f.cells, i, f.at, f.x)
		f.sys.add(f.at, f.x, w, z)
	}
	f.sys.factorise(false)
	f.sys.solve(f.beta)
}

// accumulate makes the normal equations at the present coefficients. With the
// penalty, each cell's deaths are moved by its leverage: d + h(1/2 - mu) (Heinze
// and Schemper, Stat Med 2002; 21:2409-2419).
func (f *fitter) accumulate() {
	leverages := f.leverages()
	f.sys.clear()
	for i := 0; i < f.cells.Len(); i++ {
		n, d := f.cells.Patients[i], f.cells.Deaths[i]
		f.at, f.x = f.layout.row(f.cells, i, f.at, f.x)
		eta := linear(f.beta, f.at, f.x)
		mu := logistic(eta)
		w := n * math.Max(mu*(1-mu), 1e-15)
		score := d - n*mu
		if leverages != nil {
			score += leverages[i] * (0.5 - mu)
		}
		f.sys.add(f.at, f.x, w, eta+score/w)
	}
}

func (f *fitter) leverages() []float64 {
	if !f.firth {
		return nil
	}
	f.information(f.beta)
	out := make([]float64, f.cells.Len())
	for i := range out {
		f.at, f.x = f.layout.row(f.cells, i, f.at, f.x)
		mu := logistic(linear(f.beta, f.at, f.x))
		w := f.cells.Patients[i] * math.Max(mu*(1-mu), 1e-15)
		out[i] = w * f.sys.leverage(f.at, f.x)
	}
	return out
}

// information factorises X'WX at beta.
func (f *fitter) information(beta []float64) {
	f.sys.clear()
	for i := 0; i < f.cells.Len(); i++ {
		f.at, f.x = f.layout.row(f.cells, i, f.at, f.x)
		mu := logistic(linear(beta, f.at, f.x))
		f.sys.add(f.at, f.x, f.cells.Patients[i]*math.Max(mu*(1-mu), 1e-15), 0)
	}
	f.sys.factorise(true)
}

// objective is what the fit makes small: -2 log likelihood, less, with the
// penalty, the logarithm of the determinant of the information.
func (f *fitter) objective(beta []float64) float64 {
	sum := f.minusTwoLogLikelihood(beta)
	if f.firth {
		f.information(beta)
		for i := 0; i < f.sys.p; i++ {
			if !f.sys.dropped[i] {
				sum -= 2 * math.Log(f.sys.chol[i*f.sys.p+i])
			}
		}
	}
	return sum
}

func (f *fitter) minusTwoLogLikelihood(beta []float64) float64 {
	sum := 0.0
	for i := 0; i < f.cells.Len(); i++ {
		f.at, f.x = f.layout.row(f.cells, i, f.at, f.x)
		eta := linear(beta, f.at, f.x)
		sum += f.cells.Patients[i]*softplus(eta) - f.cells.Deaths[i]*eta
	}
	return 2 * sum
}

// softplus is ln(1 + e^v) without overflow.
func softplus(v float64) float64 {
	if v > 0 {
		return v + math.Log1p(math.Exp(-v))
	}
	return math.Log1p(math.Exp(v))
}

// runaway reports whether some cell's predictor is so far out that only
// separation explains it.
func (f *fitter) runaway() bool {
	for i := 0; i < f.cells.Len(); i++ {
		f.at, f.x = f.layout.row(f.cells, i, f.at, f.x)
		if math.Abs(linear(f.beta, f.at, f.x)) > farOut {
			return true
		}
	}
	return false
}

func (f *fitter) result() *Fitted {
	p := f.sys.p
	out := &Fitted{
		Terms:      f.layout.terms,
		Covariance: f.sys.inverse(),
		Deviance:   f.minusTwoLogLikelihood(f.beta),
		Iterations: f.iteration,
		Firth:      f.firth,
		layout:     f.layout,
		beta:       f.beta,
	}
	for i := 0; i < p; i++ {
		si := f.layout.unscale(i)
		for j := 0; j < p; j++ {
			out.Covariance[i*p+j] *= si * f.layout.unscale(j)
		}
		t := &out.Terms[i]
		t.Estimate, t.SE = f.beta[i]*si, math.Sqrt(out.Covariance[i*p+i])
		if f.sys.dropped[i] {
			t.Estimate, t.SE, t.Dropped = math.NaN(), math.NaN(), true
		}
	}
	return out
}
