package casemix

import (
	"errors"
	"fmt"
	"math"
)

// Covariate is a column that the model uses. With Levels it is a factor, whose
// first level is the reference; without, it is a number.
type Covariate struct {
	Name   string
	Levels []string

	// Ordered says that neighbouring levels are alike (ages, weights), so that a
	// level which is too thin merges with its neighbour rather than with the
	// reference level.
	Ordered bool

	// Unknown names the level that stands for "not known", empty if there is none.
	// It is nobody's neighbour: when thin it merges with the reference level, and
	// nothing else merges into it.
	Unknown string
}

// Factor reports whether the covariate has levels.
func (c Covariate) Factor() bool { return len(c.Levels) > 0 }

// Cells are the patients of one model, one row per combination of covariates.
// All columns have the same length; a row may occur more than once.
type Cells struct {
	Covariates []Covariate
	Patients   []float64 // number of patients, above 0
	Deaths     []float64 // of whom died, 0 to Patients

	// Level holds for each factor the index of the row's level; for a numeric
	// covariate the entry is nil. Value is the other way round.
	Level [][]int32
	Value [][]float64
}

// Len is the number of cells.
func (c *Cells) Len() int { return len(c.Patients) }

// Totals is the number of patients and of deaths.
func (c *Cells) Totals() (patients, deaths float64) {
	for i := range c.Patients {
		patients += c.Patients[i]
		deaths += c.Deaths[i]
	}
	return patients, deaths
}

// Check tells the first thing that is wrong with the cells.
func (c *Cells) Check() error {
	if len(c.Deaths) != len(c.Patients) || len(c.Level) != len(c.Covariates) || len(c.Value) != len(c.Covariates) {
		return errors.New("the columns of the cells differ in length or number")
	}
	for i, n := range c.Patients {
		if !(n > 0) || math.IsInf(n, 0) {
			return fmt.Errorf("cell %d: the number of patients must be above 0", i+1)
		}
		if !(c.Deaths[i] >= 0 && c.Deaths[i] <= n) {
			return fmt.Errorf("cell %d: deaths must lie between 0 and the number of patients", i+1)
		}
	}
	for k, cov := range c.Covariates {
		if cov.Factor() {
			if err := checkLevels(cov, c.Level[k], c.Len()); err != nil {
				return err
			}
			continue
		}
		if len(c.Value[k]) != c.Len() {
			return fmt.Errorf("covariate %s: %d values for %d cells", cov.Name, len(c.Value[k]), c.Len())
		}
		for i, v := range c.Value[k] {
			// Larger values would overflow when squared; no age or stay comes near.
			if !(math.Abs(v) <= 1e100) {
				return fmt.Errorf("cell %d: the value of %s is not a usable number", i+1, cov.Name)
			}
		}
	}
	return nil
}

func checkLevels(cov Covariate, levels []int32, n int) error {
	if len(levels) != n {
		return fmt.Errorf("covariate %s: %d levels for %d cells", cov.Name, len(levels), n)
	}
	for i, level := range levels {
		if level < 0 || int(level) >= len(cov.Levels) {
			return fmt.Errorf("cell %d: %s has no level number %d", i+1, cov.Name, level)
		}
	}
	return nil
}
