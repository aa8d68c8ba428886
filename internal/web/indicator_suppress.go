package web

import (
	"math"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/disclosure"
	"candour/internal/fault"
	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/store"
	"candour/internal/web/component"
)

// forTeam is the value of the parameter “for” with which a download holds true
// figures: the team must act on them.
const forTeam = "team"

// keepSmall has the store suppress small numbers for whoever has no duty to act on
// them, by the method of each indicator's data set (R-SDC-1): board members read the
// same pages as the team, without them.
func (s *Server) keepSmall() error {
	methods, err := disclosure.PublishedMethods()
	if err != nil {
		return err
	}
	s.store.KeepSmall(store.SmallNumbers{
		Guarded: func(id indicator.ID) bool { d := s.Catalogue.Get(id); return d == nil || d.Disclosure != "none" },
		Small: func(o *indicator.Observation) bool {
			d := s.Catalogue.Get(o.Indicator)
			if d == nil {
				return true // nothing is known of it
			}
			method, err := methods.At(disclosure.MethodID(d.Disclosure), calendar.DateOf(s.store.Now()))
			return err != nil || method.HideTo > 0 && small(method, d.Kind, o)
		},
	})
	return nil
}

// kept reports whether small numbers of an indicator are kept from whoever asks.
func kept(r *request, d *indicator.Definition) bool {
	return d.Disclosure != "none" && !access.Allows(r.viewer, r.scope.Tenant, access.SeeSignals, access.Resource{Tenant: r.scope.Tenant})
}

// keep leaves out the limits and marks of a series of which the viewer may not see
// every value: worked out anew from the others they would judge otherwise than the
// team's, and those of the team would give the hidden ones away.
func (j *judged) keep() (hidden bool) {
	for i := range j.Points {
		if o := j.Points[i].Observation; o != nil && o.Presence == indicator.Suppressed {
			j.Chart, j.Sections, j.Outlier = nil, nil, nil
			return true
		}
	}
	return false
}

// keptWords is why a page has neither limits nor marks.
const keptWords = "Small numbers are kept from those who don’t act on them, and with them limits and marks, which would give them away."

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

// keepFrom leaves out of an indicator's view what would give small numbers away to a
// viewer who may not see them, and reads what the team is told instead: the verdict.
func (s *Server) keepFrom(r *request, v *indicatorView) error {
	if !kept(r, v.d) {
		return nil
	}
	for i := range v.peers {
		if v.peers[i].Presence == indicator.Suppressed {
			v.judged.Sections, v.judged.Outlier = nil, nil
		}
	}
	if !v.judged.keep() {
		return nil
	}
	held, err := s.store.Verdicts(r.Context(), r.scope, store.Wanted{Indicators: []indicator.ID{v.d.ID}, Orgs: []org.Code{v.org.Code}})
	if err != nil {
		return err
	}
	v.kept = &verdict{Verdict: finding.Verdict{Charted: true}, definition: v.d}
	if list := verdicts(r.catalogue(), held); len(list) > 0 {
		v.kept = &list[0]
	}
	return nil
}

// keptVerdict is the team's verdict without the figures that it rests on.
func (v *indicatorView) keptVerdict() component.Verdict {
	icons := v.kept.icons(nil)
	return component.Verdict{Icons: icons, Judgement: icons.Variation.Words() + ".", Because: keptWords}
}
