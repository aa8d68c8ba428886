package filter

import (
	"io"
	"math"
	"strconv"
	"strings"

	"candour/internal/fault"
	"candour/internal/stat/csvio"
	"candour/internal/stat/cusum"
)

// Limit is the settings of "candour stat cusum-limit". One of FalseAlarms and
// RunLength is above 0.
type Limit struct {
	Odds        float64
	Risk        string  // column, or numbers separated by commas (each as frequent as the other)
	FalseAlarms float64 // chance of a false alarm within Patients
	RunLength   float64 // mean number of patients to a false alarm
	Patients    int     // 0: the number of rows; without rows FalseAlarms is a rate per patient
	Scaling     int     // grid points per unit of score
	Simulate    int     // above 0: so many simulated runs instead of the Markov chain
	InOrder     bool    // simulate these patients in this order rather than drawing them
	Seed        uint64
	Workers     int
	Full        bool
}

// Run writes one row: the limit and the false alarms that it gives. It reads in
// only when Risk names a column.
func (l Limit) Run(in io.Reader, out io.Writer) error {
	asked := 0
	for _, v := range []float64{l.FalseAlarms, l.RunLength} {
		if v > 0 || math.IsNaN(v) {
			asked++
		}
	}
	if asked != 1 {
		return fault.New(fault.Invalid, "say either how many false alarms (--false-alarms) or how long a run (--run-length)")
	}
	risks, counted, err := l.risks(in)
	if err != nil {
		return err
	}
	if l.Patients == 0 && counted {
		l.Patients = len(risks)
	}
	var answer cusum.Limit
	method := "markov"
	if l.Simulate > 0 {
		method = "simulation"
		answer, err = l.simulate(risks)
	} else {
		answer, err = l.chain(risks)
	}
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "no limit found")
	}
	w := csvio.NewWriter(out, l.Full, "odds", "patients", "false_alarms", "run_length", "limit", "method")
	var patients any = "" // a run length alone says nothing of a number of patients
	if answer.Cases > 0 {
		patients = answer.Cases
	}
	w.Row(l.Odds, patients, answer.FalseAlarm, answer.RunLength, answer.H, method)
	return w.Flush()
}

// risks reads the numbers or the column; counted says that they are the patients
// themselves.
func (l Limit) risks(in io.Reader) (risks []float64, counted bool, err error) {
	for _, word := range strings.Split(l.Risk, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(word), 64)
		if err != nil {
			risks = nil
			break
		}
		risks = append(risks, v)
	}
	if risks != nil {
		return risks, false, nil
	}
	table, err := csvio.Read(in)
	if err != nil {
		return nil, false, err
	}
	risks, err = riskColumn(table, l.Risk)
	return risks, true, err
}

func (l Limit) chain(risks []float64) (cusum.Limit, error) {
	mix, err := cusum.MixOf(risks)
	if err != nil {
		return cusum.Limit{}, err
	}
	law, err := cusum.RiskLaw(mix, l.Odds, 1, l.Scaling, cusum.Paired)
	if err != nil {
		return cusum.Limit{}, err
	}
	switch {
	case l.RunLength > 0:
		answer, err := law.LimitForRunLength(l.RunLength)
		if err != nil || l.Patients == 0 {
			return answer, err
		}
		answer.Cases = l.Patients
		answer.FalseAlarm, err = law.FalseAlarm(answer.H, l.Patients)
		return answer, err
	case l.Patients == 0:
		// A rate per patient is the reciprocal of the mean run length.
		answer, err := law.LimitForRunLength(1 / l.FalseAlarms)
		answer.Cases, answer.FalseAlarm = 1, 1/answer.RunLength
		return answer, err
	}
	answer, err := law.LimitForFalseAlarm(l.FalseAlarms, l.Patients)
	if err != nil {
		return answer, err
	}
	// A limit so high that the run length cannot be told from never leaves it empty.
	if run, err := law.RunLength(answer.H); err == nil {
		answer.RunLength = run
	}
	return answer, nil
}

func (l Limit) simulate(risks []float64) (cusum.Limit, error) {
	if l.RunLength > 0 || l.Patients == 0 {
		return cusum.Limit{}, fault.New(fault.Invalid, "a simulation needs --false-alarms and a number of --patients")
	}
	if !(l.FalseAlarms < 1) {
		return cusum.Limit{}, fault.New(fault.Invalid, "the chance of a false alarm must lie between 0 and 1")
	}
	peaks, err := cusum.Simulation{
		Risks: risks, Odds: l.Odds, Resample: !l.InOrder, Patients: l.Patients,
		Runs: l.Simulate, Seed: l.Seed, Workers: l.Workers,
	}.Peaks()
	if err != nil {
		return cusum.Limit{}, err
	}
	h := cusum.LimitOfPeaks(peaks, l.FalseAlarms)
	patients := l.Patients
	if l.InOrder {
		patients = len(risks)
	}
	return cusum.Limit{H: h, FalseAlarm: cusum.ChanceOfPeaks(peaks, h), RunLength: math.NaN(), Cases: patients}, nil
}
