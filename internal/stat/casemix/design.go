package casemix

import "math"

// Term is one coefficient of a fitted model.
type Term struct {
	Covariate string  // empty for the intercept
	Level     string  // empty for the intercept and for numbers
	Estimate  float64 // log odds ratio; NaN when Dropped
	SE        float64 // standard error; NaN when Dropped
	Dropped   bool    // a combination of the terms before it: not estimated
}

// Name is the term as people write it: "(intercept)", "age", "sex: female".
func (t Term) Name() string {
	switch {
	case t.Covariate == "":
		return "(intercept)"
	case t.Level == "":
		return t.Covariate
	}
	return t.Covariate + ": " + t.Level
}

// layout says which coefficient each level and number has. It is the sparse
// form of the model matrix: a row has one 1 per factor at most.
type layout struct {
	terms  []Term
	factor [][]int32 // by covariate: coefficient of each level, -1 for the reference; nil for numbers
	number []int32   // by covariate: coefficient of the number; -1 for factors
	scale  []float64 // by covariate: the numbers are divided by this, against overflow and rounding
}

// newLayout lays out coefficients for the covariates. into[k][level] is the
// level that a level is merged into (itself if not).
func newLayout(covs []Covariate, into [][]int32, values [][]float64) layout {
	l := layout{terms: []Term{{}}}
	for k, cov := range covs {
		if !cov.Factor() {
			l.number = append(l.number, int32(len(l.terms)))
			l.factor = append(l.factor, nil)
			l.scale = append(l.scale, largest(values[k]))
			l.terms = append(l.terms, Term{Covariate: cov.Name})
			continue
		}
		at := make([]int32, len(cov.Levels))
		for level, name := range cov.Levels {
			at[level] = -1
			if level > 0 && int(into[k][level]) == level {
				at[level] = int32(len(l.terms))
				l.terms = append(l.terms, Term{Covariate: cov.Name, Level: name})
			}
		}
		for level := range at {
			at[level] = at[into[k][level]]
		}
		l.number = append(l.number, -1)
		l.factor = append(l.factor, at)
		l.scale = append(l.scale, 1)
	}
	return l
}

func largest(values []float64) float64 {
	top := 0.0
	for _, v := range values {
		top = math.Max(top, math.Abs(v))
	}
	if !(top > 0) {
		return 1
	}
	return top
}

// row writes the non-zero entries of the model matrix for cell i: coefficient
// numbers in ascending order, and their values. Both slices are reused.
func (l *layout) row(c *Cells, i int, at []int32, x []float64) ([]int32, []float64) {
	at, x = append(at[:0], 0), append(x[:0], 1)
	for k := range l.factor {
		if l.factor[k] == nil {
			at, x = append(at, l.number[k]), append(x, c.Value[k][i]/l.scale[k])
			continue
		}
		if j := l.factor[k][c.Level[k][i]]; j >= 0 {
			at, x = append(at, j), append(x, 1)
		}
	}
	return at, x
}

// unscale turns a coefficient and its standard error back to the units of the
// covariate.
func (l *layout) unscale(k int) float64 {
	for cov, j := range l.number {
		if j >= 0 && int(j) == k {
			return 1 / l.scale[cov]
		}
	}
	return 1
}
