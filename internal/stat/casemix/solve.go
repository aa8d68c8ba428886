package casemix

import "math"

// normal is the system of normal equations A b = r of weighted least squares,
// with A = X'WX in full, row by row.
type normal struct {
	p       int
	a, r    []float64
	chol    []float64 // lower triangle of the factor, row by row
	dropped []bool
	work    []float64
}

func newNormal(p int) *normal {
	return &normal{
		p: p, a: make([]float64, p*p), r: make([]float64, p),
		chol: make([]float64, p*p), dropped: make([]bool, p), work: make([]float64, p),
	}
}

func (s *normal) clear() {
	clear(s.a)
	clear(s.r)
}

// add adds one row of X with its weight; z is the working response.
func (s *normal) add(at []int32, x []float64, w, z float64) {
	for i, row := range at {
		wx := w * x[i]
		s.r[row] += wx * z
		line := s.a[int(row)*s.p:]
		for j := 0; j <= i; j++ {
			line[at[j]] += wx * x[j]
		}
	}
}

// collinear is the share of a column's own size below which what remains of it,
// after the columns before it are taken out, counts as rounding.
const collinear = 1e-11

// factorise makes the Cholesky factor of A. A column that is a combination of
// those before it is dropped, as R's glm does; keep pins the columns already
// dropped, so that the choice does not change between iterations.
func (s *normal) factorise(keep bool) {
	p, l := s.p, s.chol
	for i := 0; i < p; i++ {
		if keep && s.dropped[i] {
			continue
		}
		s.dropped[i] = false
		for j := 0; j < i; j++ {
			if s.dropped[j] {
				l[i*p+j] = 0
				continue
			}
			sum := s.a[i*p+j]
			for k := 0; k < j; k++ {
				sum -= l[i*p+k] * l[j*p+k]
			}
			l[i*p+j] = sum / l[j*p+j]
		}
		sum := s.a[i*p+i]
		for k := 0; k < i; k++ {
			sum -= l[i*p+k] * l[i*p+k]
		}
		if !(sum > collinear*s.a[i*p+i]) {
			s.dropped[i] = true
			continue
		}
		l[i*p+i] = math.Sqrt(sum)
	}
}

// solve writes the solution into b; dropped columns get 0.
func (s *normal) solve(b []float64) { s.solveFor(s.r, b) }

func (s *normal) solveFor(r, b []float64) {
	p, l := s.p, s.chol
	for i := 0; i < p; i++ {
		b[i] = 0
		if s.dropped[i] {
			continue
		}
		sum := r[i]
		for k := 0; k < i; k++ {
			if !s.dropped[k] {
				sum -= l[i*p+k] * b[k]
			}
		}
		b[i] = sum / l[i*p+i]
	}
	for i := p - 1; i >= 0; i-- {
		if s.dropped[i] {
			continue
		}
		sum := b[i]
		for k := i + 1; k < p; k++ {
			if !s.dropped[k] {
				sum -= l[k*p+i] * b[k]
			}
		}
		b[i] = sum / l[i*p+i]
	}
}

// leverage is x'A⁻¹x for a sparse row x.
func (s *normal) leverage(at []int32, x []float64) float64 {
	p, l, u := s.p, s.chol, s.work
	clear(u)
	for i, j := range at {
		u[j] = x[i]
	}
	sum := 0.0
	for i := int(at[0]); i < p; i++ {
		if s.dropped[i] {
			u[i] = 0
			continue
		}
		v := u[i]
		for k := 0; k < i; k++ {
			v -= l[i*p+k] * u[k]
		}
		u[i] = v / l[i*p+i]
		sum += u[i] * u[i]
	}
	return sum
}

// inverse is A⁻¹, row by row; rows and columns of dropped terms are 0.
func (s *normal) inverse() []float64 {
	p := s.p
	out, unit, col := make([]float64, p*p), make([]float64, p), make([]float64, p)
	for j := 0; j < p; j++ {
		if s.dropped[j] {
			continue
		}
		clear(unit)
		unit[j] = 1
		s.solveFor(unit, col)
		for i := 0; i < p; i++ {
			out[i*p+j] = col[i]
		}
	}
	return out
}
