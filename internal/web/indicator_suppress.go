package web

import (
	"math"

	"candour/internal/calendar"
	"candour/internal/disclosure"
	"candour/internal/fault"
	"candour/internal/indicator"
)

// forTeam is the value of the parameter “for” with which a download holds true
// figures: the team must act on them (DOMAIN.md section 11).
const forTeam = "team"

// outside applies the method of the indicator's data set to a file that may go to
// somebody else (R-SDC-1): small numbers are suppressed, and with one of them also
// mean, limits and marks, since a mean and the other values give it away.
func (v *indicatorView) outside(day calendar.Date) error {
	methods, err := disclosure.PublishedMethods()
	if err != nil {
		return err
	}
	method, err := methods.At(disclosure.MethodID(v.d.Disclosure), day)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "find the method of disclosure control of %s", v.d.ID)
	}
	v.judged.suppress(method)
	return nil
}

// suppress hides the values that rest on small numbers. Where a method rounds, no
// value is within its rounding here, so that every value of few people and every
// limit is left out.
func (j *judged) suppress(method disclosure.Method) {
	if method.HideTo == 0 {
		return
	}
	hidden := false
	for i := range j.Points {
		p := &j.Points[i]
		if p.Observation == nil || p.Observation.Presence != indicator.Valued || !small(method, j.Definition.Kind, p.Observation) {
			continue
		}
		o := *p.Observation // others may hold the same one
		o.Presence, o.Numerator, o.Denominator, o.Value = indicator.Suppressed, 0, 0, 0
		p.Observation, p.Value, hidden = &o, math.NaN(), true
	}
	if hidden {
		j.Chart, j.Sections, j.Outlier = nil, nil, nil
	}
}

// small reports whether a value rests on a small number: of those counted, of a
// share also those not counted, and of a mean those it is of.
func small(m disclosure.Method, kind indicator.Kind, o *indicator.Observation) bool {
	hides := func(x float64) bool { return m.Hides(int64(math.Round(x))) }
	switch kind {
	case indicator.Proportion:
		return hides(o.Numerator) || hides(o.Denominator) || hides(o.Denominator-o.Numerator)
	case indicator.Mean:
		return o.Denominator > 0 && !m.MeanShown(int64(math.Round(o.Denominator)))
	case indicator.Rating:
		return false // a judgement on a provider, not a count of people
	}
	return hides(o.Numerator)
}
