package web

import (
	"slices"
	"strings"

	"candour/internal/fault"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/store"
	"candour/internal/watch"
)

// indicatorView is everything read for the page and its downloads.
type indicatorView struct {
	d        *indicator.Definition
	org      org.Organisation
	observed []indicator.Observation // newest vintages of the series shown
	vintages []indicator.Observation // all, of the organisation itself
	marks    []store.Annotation
	judged   *judged
	asNow    bool
	merged   []org.Succession // predecessors with values
	peers    []indicator.Observation
	kept     *verdict // what the team is told of a series whose small numbers the viewer may not see
	roles    map[org.Code]org.Role
	names    map[org.Code]string // of organisations that the scope may see
}

// readIndicator reads what the address names. Seven queries, whatever the length
// of the series.
func (s *Server) readIndicator(r *request) (*indicatorView, error) {
	d := r.catalogue().Get(indicator.ID(r.PathValue("id")))
	if d == nil {
		return nil, fault.New(fault.NotFound, "there is no indicator %q", cut(r.PathValue("id")))
	}
	code, err := org.ParseCode(r.PathValue("code"))
	if err != nil {
		return nil, fault.New(fault.NotFound, "there is no provider %q", cut(r.PathValue("code")))
	}
	v := &indicatorView{d: d, asNow: r.query("history") == "now"}
	if v.org, err = s.organisation(r, code); err != nil {
		return nil, err
	}
	successions, err := s.store.Successions(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	before := successions.Predecessors(code, r.moment)
	codes := []org.Code{code}
	for _, step := range before {
		codes = append(codes, step.Predecessor)
	}
	all, err := s.store.Observations(r.Context(), r.scope, store.Wanted{Indicators: []indicator.ID{d.ID}, Orgs: codes, Vintages: true})
	if err != nil {
		return nil, err
	}
	v.choose(all, code, before, successions, r)
	if v.marks, err = s.store.Annotations(r.Context(), r.scope, code, d.ID); err != nil {
		return nil, err
	}
	if v.judged, err = judge(d, v.observed, limitsFrom(v.marks)); err != nil {
		return nil, err
	}
	v.judged.Org = code
	if err := s.readPeers(r, v); err != nil {
		return nil, err
	}
	return v, s.keepFrom(r, v)
}

// choose keeps the newest vintage of each value, of the organisation itself or
// with its predecessors' added.
func (v *indicatorView) choose(all []indicator.Observation, code org.Code, before []org.Succession, successions org.Successions, r *request) {
	for _, o := range all {
		if o.Org == code {
			v.vintages = append(v.vintages, o)
		}
	}
	current := newestVintages(all)
	for _, step := range before {
		if slices.ContainsFunc(current, func(o indicator.Observation) bool { return o.Org == step.Predecessor }) {
			v.merged = append(v.merged, step)
		}
	}
	if v.asNow = v.asNow && len(v.merged) > 0 && v.d.Kind.Summable(); v.asNow {
		current = watch.AsNow(v.d, current, successions, r.moment)
	}
	current = slices.DeleteFunc(current, func(o indicator.Observation) bool { return o.Org != code })
	// Where a value is both published and held privately, the published one is
	// shown: it is the one that peers are compared on.
	published := slices.ContainsFunc(current, func(o indicator.Observation) bool { return o.Tenant == "" })
	v.observed = slices.DeleteFunc(current, func(o indicator.Observation) bool { return (o.Tenant == "") != published })
	v.vintages = slices.DeleteFunc(v.vintages, func(o indicator.Observation) bool { return (o.Tenant == "") != published })
}

// newestVintages keeps the newest vintage of each value; the list is sorted with
// vintages together, oldest first.
func newestVintages(all []indicator.Observation) []indicator.Observation {
	var out []indicator.Observation
	for _, o := range all {
		if n := len(out); n > 0 && out[n-1].Org == o.Org && out[n-1].Tenant == o.Tenant && out[n-1].Period == o.Period && out[n-1].Indicator == o.Indicator {
			out[n-1] = o
			continue
		}
		out = append(out, o)
	}
	return out
}

// limitsFrom is the limits among annotations, as the watch reads them.
func limitsFrom(marks []store.Annotation) []watch.Limits {
	var out []watch.Limits
	for _, m := range marks {
		if m.Limits {
			out = append(out, watch.Limits{From: m.Period, Because: m.Text, Role: strings.ToLower(m.Role.Words()), On: day(m.Signed)})
		}
	}
	return out
}

// published reports whether the series rests on published data.
func (v *indicatorView) published() bool { return len(v.observed) == 0 || v.observed[0].Tenant == "" }
