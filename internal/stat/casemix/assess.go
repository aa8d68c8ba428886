package casemix

import (
	"errors"
	"math"
	"slices"
)

// Quality says how well predicted risks agree with what happened.
type Quality struct {
	C         float64 // c statistic (area under the ROC curve), ties counted one half; NaN if nobody or everybody died
	Brier     float64 // mean squared difference between outcome and risk, by patient
	Intercept float64 // calibration intercept: 0 is right, above 0 means risks too low
	Slope     float64 // calibration slope: 1 is right, below 1 means risks too spread out
	Bands     []RiskBand
}

// RiskBand is a tenth of the patients by predicted risk.
type RiskBand struct {
	From, To           float64 // smallest and largest risk in the band
	Patients           float64
	Observed, Expected float64
}

// Assess compares risks (one per cell) with the cells' deaths. The calibration
// line is the logistic regression of death on the log odds of the risk; it is
// NaN where the risks or the outcomes do not vary.
func Assess(c *Cells, risk []float64) (Quality, error) {
	if err := c.Check(); err != nil {
		return Quality{}, err
	}
	if len(risk) != c.Len() {
		return Quality{}, errors.New("there must be one risk for each cell")
	}
	order := make([]int, c.Len())
	for i, p := range risk {
		if !(p >= 0 && p <= 1) {
			return Quality{}, errors.New("a risk must lie between 0 and 1")
		}
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case risk[a] < risk[b]:
			return -1
		case risk[a] > risk[b]:
			return 1
		}
		return 0
	})
	q := Quality{C: concordance(c, risk, order), Bands: riskBands(c, risk, order)}
	patients := 0.0
	for i, p := range risk {
		n, d := c.Patients[i], c.Deaths[i]
		q.Brier += d*(1-p)*(1-p) + (n-d)*p*p
		patients += n
	}
	q.Brier /= patients
	q.Intercept, q.Slope = calibrationLine(c, risk)
	return q, nil
}

// concordance walks up the risks; every death beats the survivors below it and
// draws with those at its own risk.
func concordance(c *Cells, risk []float64, order []int) float64 {
	won, below, deaths := 0.0, 0.0, 0.0
	for i := 0; i < len(order); {
		died, lived := 0.0, 0.0
		j := i
		for ; j < len(order) && !(risk[order[j]] > risk[order[i]]); j++ {
			died += c.Deaths[order[j]]
			lived += c.Patients[order[j]] - c.Deaths[order[j]]
		}
		won += died * (below + lived/2)
		below += lived
		deaths += died
		i = j
	}
	return won / (deaths * below)
}

const riskBandCount = 10

// riskBands cuts the patients into tenths by risk. A cell is never split: it
// goes where its middle patient lies.
func riskBands(c *Cells, risk []float64, order []int) []RiskBand {
	total, _ := c.Totals()
	var bands []RiskBand
	current, seen := -1, 0.0
	for _, i := range order {
		at := int(riskBandCount * (seen + c.Patients[i]/2) / total)
		seen += c.Patients[i]
		if at != current {
			current = at
			bands = append(bands, RiskBand{From: risk[i]})
		}
		b := &bands[len(bands)-1]
		b.To = risk[i]
		b.Patients += c.Patients[i]
		b.Observed += c.Deaths[i]
		b.Expected += c.Patients[i] * risk[i]
	}
	return bands
}

func calibrationLine(c *Cells, risk []float64) (intercept, slope float64) {
	logit := make([]float64, len(risk))
	for i, p := range risk {
		// A risk of exactly 0 or 1 has no log odds; the nearest that doubles can
		// tell apart from it stands in.
		p = math.Min(math.Max(p, 1e-15), 1-1e-15)
		logit[i] = math.Log(p) - math.Log1p(-p)
	}
	line := &Cells{
		Covariates: []Covariate{{Name: "log odds"}},
		Patients:   c.Patients, Deaths: c.Deaths,
		Level: [][]int32{nil}, Value: [][]float64{logit},
	}
	fit, err := Fit(line, Options{Plain: true})
	if err != nil || fit.Terms[1].Dropped {
		return math.NaN(), math.NaN()
	}
	return fit.Terms[0].Estimate, fit.Terms[1].Estimate
}
