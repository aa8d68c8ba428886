package casemix

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// Tally adds up records into cells.
type Tally struct {
	cells  Cells
	levels []map[string]int32 // by covariate; nil for numbers
	at     map[string]int     // cell by key
	key    []byte
}

// NewTally makes an empty tally for the covariates of a group.
func NewTally(covariates []Covariate) *Tally {
	t := &Tally{
		cells: Cells{
			Covariates: covariates,
			Level:      make([][]int32, len(covariates)),
			Value:      make([][]float64, len(covariates)),
		},
		levels: make([]map[string]int32, len(covariates)),
		at:     map[string]int{},
	}
	for k, cov := range covariates {
		if !cov.Factor() {
			continue
		}
		t.levels[k] = map[string]int32{}
		for i, name := range cov.Levels {
			t.levels[k][name] = int32(i)
		}
	}
	return t
}

// Observed is one covariate of a record: the level of a factor, or a number.
type Observed struct {
	Level string
	Value float64
}

// Add adds patients with the same covariates, of whom deaths died. It refuses a
// level that the covariate does not have, by name: an unknown code must be mapped
// by whoever reads the file, not guessed here.
func (t *Tally) Add(covariates []Observed, patients, deaths float64) error {
	if len(covariates) != len(t.levels) {
		return fmt.Errorf("%d covariates where the model has %d", len(covariates), len(t.levels))
	}
	t.key = t.key[:0]
	for k, o := range covariates {
		if t.levels[k] == nil {
			t.key = binary.LittleEndian.AppendUint64(t.key, math.Float64bits(o.Value+0))
			continue
		}
		level, ok := t.levels[k][o.Level]
		if !ok {
			return fmt.Errorf("%s has no level %q", t.cells.Covariates[k].Name, o.Level)
		}
		t.key = binary.LittleEndian.AppendUint32(t.key, uint32(level))
	}
	i, ok := t.at[string(t.key)]
	if !ok {
		i = t.cells.Len()
		t.at[string(t.key)] = i
		t.append(covariates)
	}
	t.cells.Patients[i] += patients
	t.cells.Deaths[i] += deaths
	return nil
}

func (t *Tally) append(covariates []Observed) {
	c := &t.cells
	c.Patients, c.Deaths = append(c.Patients, 0), append(c.Deaths, 0)
	for k, o := range covariates {
		if t.levels[k] == nil {
			c.Value[k] = append(c.Value[k], o.Value)
			continue
		}
		c.Level[k] = append(c.Level[k], t.levels[k][o.Level])
	}
}

// Cells is what has been added, in an order which depends on the cells alone and
// not on the order of the records, so that the same patients give the same fit
// to the last bit.
func (t *Tally) Cells() *Cells {
	c := &t.cells
	order := make([]int, c.Len())
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		for k := range c.Covariates {
			if t.levels[k] == nil {
				if d := compare(c.Value[k][a], c.Value[k][b]); d != 0 {
					return d
				}
			} else if d := int(c.Level[k][a]) - int(c.Level[k][b]); d != 0 {
				return d
			}
		}
		return 0
	})
	out := &Cells{
		Covariates: c.Covariates, Patients: pick(c.Patients, order), Deaths: pick(c.Deaths, order),
		Level: make([][]int32, len(c.Level)), Value: make([][]float64, len(c.Value)),
	}
	for k := range c.Covariates {
		if t.levels[k] == nil {
			out.Value[k] = pick(c.Value[k], order)
		} else {
			out.Level[k] = pick(c.Level[k], order)
		}
	}
	return out
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func pick[T any](from []T, order []int) []T {
	out := make([]T, len(order))
	for i, j := range order {
		out[i] = from[j]
	}
	return out
}
