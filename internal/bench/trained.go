package bench

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"

	"candour/internal/fault"
)

//go:embed trained.json
var shipped []byte

// Trained holds what was learned on training economies: thresholds by method
// and budget, and calibrations. Nothing else of the bench is fitted.
type Trained struct {
	About   string                   `json:"about"` // command and seed that made it
	Methods map[string]TrainedMethod `json:"methods"`
}

// TrainedMethod is one method's part.
type TrainedMethod struct {
	Calibration Calibration          `json:"calibration"`
	Thresholds  map[string]Threshold `json:"thresholds"` // by budget, as written: "0.2"
}

// Shipped is what was learned on the training economies named in its About.
func Shipped() *Trained {
	t := new(Trained)
	if err := json.Unmarshal(shipped, t); err != nil {
		panic(fmt.Sprintf("embedded thresholds: %v", err)) // a build fault, caught by any test
	}
	return t
}

// ReadTrained reads what Write wrote.
func ReadTrained(from io.Reader) (*Trained, error) {
	dec := json.NewDecoder(io.LimitReader(from, mostTrained))
	dec.DisallowUnknownFields()
	t := new(Trained)
	if err := dec.Decode(t); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "not what --learn writes")
	}
	if len(t.Methods) == 0 {
		return nil, fault.New(fault.Invalid, "not what --learn writes: it has no methods")
	}
	for name, m := range t.Methods {
		if !slices.ContainsFunc(Methods(), func(known Method) bool { return known.Name == name }) {
			return nil, fault.New(fault.Invalid, "there is no method %q", name)
		}
		if len(m.Thresholds) == 0 {
			return nil, fault.New(fault.Invalid, "method %q has no thresholds", name)
		}
	}
	return t, nil
}

// mostTrained bounds the file, in bytes.
const mostTrained = 1 << 20

func budgetKey(b float64) string { return strconv.FormatFloat(b, 'g', -1, 64) }

func (t *Trained) threshold(method string, budget float64) (Threshold, bool) {
	th, ok := t.Methods[method].Thresholds[budgetKey(budget)]
	return th, ok
}

func (t *Trained) calibration(method string) (Calibration, bool) {
	m, ok := t.Methods[method]
	return m.Calibration, ok
}

// Learn gathers thresholds and calibrations from the results of a training run.
func Learn(about string, results []Result) *Trained {
	t := &Trained{About: about, Methods: map[string]TrainedMethod{}}
	for _, r := range results {
		m, ok := t.Methods[r.Method]
		if !ok {
			m = TrainedMethod{Calibration: r.Calibration, Thresholds: map[string]Threshold{}}
		}
		th := r.Threshold
		if r.Method != Candour {
			th.Level = 0
		}
		m.Thresholds[budgetKey(r.Budget)] = th
		t.Methods[r.Method] = m
	}
	return t
}

// Write writes what was learned as JSON.
func (t *Trained) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(t)
}
