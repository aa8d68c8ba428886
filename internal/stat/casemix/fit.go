package casemix

import (
	"errors"
	"fmt"
	"math"
)

// Options steers a fit. The zero value is right for surveillance.
type Options struct {
	// MinDeaths is the number of deaths, and of survivors, that a factor level
	// needs to have a coefficient of its own; below it the level is merged. 0
	// means 1: only levels in which nobody or everybody died.
	MinDeaths float64

	// Plain switches merging and the Firth fallback off. The fit then fails with
	// ErrSeparated where the maximum likelihood estimate is not finite.
	Plain bool

	// Firth uses Firth's penalised likelihood from the start (Biometrika 1993;
	// 80:27-38): finite for any data, at the cost of a small pull to the middle.
	Firth bool
}

// Errors of a fit.
var (
	ErrNoDeaths  = errors.New("nobody or everybody died: there is nothing to model")
	ErrSeparated = errors.New("a combination of covariates separates deaths from survivors: the estimate is not finite")
	ErrDiverged  = errors.New("the fit did not settle within 200 iterations")
)

// Note is something that the fit did which its reader should know.
type Note struct {
	Kind      NoteKind
	Covariate string
	Level     string
	Into      string // for Merged: the level that it was merged into
	Patients  float64
	Deaths    float64
}

// NoteKind is what was done.
type NoteKind uint8

// The kinds of note.
const (
	Empty     NoteKind = iota // the level has no patients; it is predicted as the one it merged into
	Merged                    // too few deaths or survivors for a coefficient of its own
	Collinear                 // the term is a combination of others and was dropped
	Penalised                 // separation remained: Firth's penalty was used
)

// String is the note as a sentence.
func (n Note) String() string {
	switch n.Kind {
	case Empty:
		return fmt.Sprintf("%s: nobody is in %q; it is treated as %q.", n.Covariate, n.Level, n.Into)
	case Merged:
		return fmt.Sprintf("%s: %q has %g deaths among %g patients, too few to be estimated alone; it was joined with %q.",
			n.Covariate, n.Level, n.Deaths, n.Patients, n.Into)
	case Collinear:
		name := Term{Covariate: n.Covariate, Level: n.Level}.Name()
		return fmt.Sprintf("%s repeats what other columns already say; it was left out.", name)
	default:
		return "Some combination of columns tells deaths and survivors apart completely; the estimates were pulled towards the middle (Firth)."
	}
}

// Fitted is a fitted model.
type Fitted struct {
	Terms        []Term
	Covariance   []float64 // of the estimates, row by row; 0 for dropped terms
	Deviance     float64   // -2 log likelihood of the patients one by one (0/1 outcomes)
	NullDeviance float64   // the same without covariates
	Patients     float64
	Deaths       float64
	Iterations   int
	Firth        bool // penalised
	Notes        []Note

	layout layout
	beta   []float64 // by coefficient, scaled
}

// Fit fits a logistic regression to cells of one group.
func Fit(c *Cells, opt Options) (*Fitted, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	patients, deaths := c.Totals()
	if !(deaths > 0 && deaths < patients) {
		return nil, ErrNoDeaths
	}
	into, notes := mergeLevels(c, opt)
	f := &fitter{cells: c, layout: newLayout(c.Covariates, into, c.Value), firth: opt.Firth}
	err := f.run()
	if errors.Is(err, ErrSeparated) && !opt.Plain && !opt.Firth {
		notes = append(notes, Note{Kind: Penalised})
		f.firth = true
		err = f.run()
	}
	if err != nil {
		return nil, err
	}
	out := f.result()
	out.Patients, out.Deaths = patients, deaths
	out.NullDeviance = -2 * (deaths*math.Log(deaths/patients) + (patients-deaths)*math.Log(1-deaths/patients))
	for _, t := range out.Terms {
		if t.Dropped {
			notes = append(notes, Note{Kind: Collinear, Covariate: t.Covariate, Level: t.Level})
		}
	}
	out.Notes = notes
	return out, nil
}

// Risk writes the predicted risk of each cell into dst (grown if too short) and
// returns it. The cells must have the covariates that the model was fitted with.
func (m *Fitted) Risk(dst []float64, c *Cells) ([]float64, error) {
	if err := m.matches(c); err != nil {
		return nil, err
	}
	if cap(dst) < c.Len() {
		dst = make([]float64, c.Len())
	}
	dst = dst[:c.Len()]
	var at []int32
	var x []float64
	for i := range dst {
		at, x = m.layout.row(c, i, at, x)
		dst[i] = logistic(linear(m.beta, at, x))
	}
	return dst, nil
}

func (m *Fitted) matches(c *Cells) error {
	if len(c.Covariates) != len(m.layout.factor) {
		return fmt.Errorf("the model has %d covariates, the cells %d", len(m.layout.factor), len(c.Covariates))
	}
	for k, cov := range c.Covariates {
		if len(cov.Levels) != len(m.layout.factor[k]) {
			return fmt.Errorf("covariate %s does not have the levels that the model was fitted with", cov.Name)
		}
	}
	return c.Check()
}

func linear(beta []float64, at []int32, x []float64) float64 {
	eta := 0.0
	for i, j := range at {
		eta += beta[j] * x[i]
	}
	return eta
}

func logistic(eta float64) float64 {
	if eta >= 0 {
		return 1 / (1 + math.Exp(-eta))
	}
	e := math.Exp(eta)
	return e / (1 + e)
}
