package concern

import (
	"errors"
	"fmt"
	"math"
)

// Observation is one row: what is known, from a month on, about a provider's
// stream in an event month. A row that becomes available later for the same
// provider, stream and month replaces it; of two rows available in the same
// month the one given later does, so rows go in in the order of the record.
type Observation struct {
	Provider ProviderID
	Stream   StreamID
	Month    Month // when it happened

	// Value is the events (count, rate), the part (proportion), the measurement
	// (continuous), all reports in hand so far (reports) or the mean score of the
	// visits of the month known so far (visit).
	Value    float64
	Den      float64 // proportion: the whole; rate: exposure; > 0; visit: their number, 0 is one
	Expected float64 // count: expected events, > 0
	Worse    float64 // visit: how many were worse than the usual visit, where there are several
	Variance float64 // continuous: sampling variance, 0 when unknown

	Provisional bool // a first publication that is going to be revised
	Withdrawn   bool // the value no longer stands and nothing replaces it

	Available Month // from when it could be known here; never before Month
}

// ErrBackdated is returned for a row that became available before the month
// already assessed: results as of that month would change, so the engine must
// be built anew from the record.
var ErrBackdated = errors.New("row became available before the month already assessed")

// row is an observation waiting for its month, by index.
type row struct {
	provider  ProviderID
	stream    int32
	month     Month
	num, den  float64
	worse     float64 // of several visits
	status    uint8
	available Month
}

// Cell states. A provisional value is compared with provisional values.
const (
	absent uint8 = iota
	provisional
	final
)

// Observe takes rows in any order of month. A row that breaks a rule is
// refused and named in the error; the others are taken. Rows for event months
// older than the ring (64 months) have no effect.
func (e *Engine) Observe(rows ...Observation) error {
	var wrong []error
	for i := range rows {
		r, err := e.read(&rows[i])
		if err != nil {
			o := &rows[i]
			wrong = append(wrong, fmt.Errorf("%s %s %v: %w", o.Provider, o.Stream, o.Month, err))
			continue
		}
		e.pending[r.available] = append(e.pending[r.available], r)
	}
	return errors.Join(wrong...)
}

func (e *Engine) read(o *Observation) (row, error) {
	s, ok := e.index[o.Stream]
	if !ok {
		return row{}, errors.New("no such stream")
	}
	def := &e.streams[s].def
	if def.Kind.derived() {
		return row{}, errors.New("a derived stream takes no rows")
	}
	if o.Provider == "" {
		return row{}, errors.New("provider is missing")
	}
	if o.Available < o.Month {
		return row{}, fmt.Errorf("available from %v, before it happened", o.Available)
	}
	if e.started && o.Available < e.now {
		return row{}, ErrBackdated
	}
	r := row{provider: o.Provider, stream: int32(s), month: o.Month, num: o.Value, available: o.Available, status: final}
	switch def.Kind {
	case Count:
		r.den = o.Expected
	case Continuous:
		r.den = o.Variance
	case Visit:
		if r.den, r.worse = max(o.Den, 1), o.Worse; r.den <= 1 {
			r.worse = 0
			if o.Value > 0 {
				r.worse = 1
			}
		}
		if o.Den < 0 || o.Worse < 0 || o.Worse > r.den {
			return row{}, errors.New("visits cannot be fewer than none, nor those worse than usual more than all")
		}
	default:
		r.den = o.Den
	}
	if o.Provisional {
		r.status = provisional
	}
	if o.Withdrawn {
		r.status = absent
		return r, nil
	}
	return r, CheckValue(def.Kind, r.num, r.den)
}

// CheckValue says what is wrong with a value of a kind, nil when nothing is: num is the
// count, part or measurement, den what was expected, the exposure, the whole or the
// variance.
func CheckValue(k Kind, num, den float64) error {
	if math.IsNaN(num) || math.IsInf(num, 0) || math.IsNaN(den) || math.IsInf(den, 0) {
		return errors.New("value is not a number")
	}
	switch k {
	case Count, Rate, Reports:
		if num < 0 {
			return errors.New("a count cannot be negative")
		}
	case Proportion:
		if num < 0 || num > den {
			return errors.New("the part must lie between 0 and the whole")
		}
	}
	if (k == Count || k == Rate || k == Proportion) && den <= 0 {
		return errors.New("expected or denominator must be above 0")
	}
	if k == Continuous && den < 0 {
		return errors.New("a variance cannot be negative")
	}
	return nil
}

// SetSize gives a provider's activity index (1 is a provider of usual size) for
// event months from the given one on. Before the first, the first holds.
func (e *Engine) SetSize(id ProviderID, size float64, from Month) error {
	if !(size > 0) || math.IsInf(size, 1) {
		return fmt.Errorf("%s: size must be above 0", id)
	}
	if e.started && from < e.now {
		return fmt.Errorf("%s: size: %w", id, ErrBackdated)
	}
	e.sizes[from] = append(e.sizes[from], sizeRow{id, size})
	return nil
}

type sizeRow struct {
	provider ProviderID
	size     float64
}
