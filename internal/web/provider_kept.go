package web

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/store"
	"candour/internal/web/component"
)

// Most of what a provider's page is made of changes only when the watch has run or the
// purview is another, and is kept until then (listing), or until a signal comes in or
// changes (heardKept). Nobody writes to what is kept.

// mostProviders bounds of how many providers their pages' parts are kept. Of one of a
// region's they take 1 MB: some 400 findings, where 300 series stand, 1,000 values,
// two tables.
const mostProviders = 32

// providerParts is how many parts are kept of one provider, for as many stretches of
// time as people mostly look at.
const providerParts = 6

// foundOf is the findings about one provider.
type foundOf struct {
	all []store.HeldFinding // by indicator
	of  map[indicator.ID][]store.HeldFinding
}

// findingsOf is the findings about one provider.
func (s *Server) findingsOf(r *request, code org.Code) (foundOf, error) {
	return listing(s, s.provider, r, "findings "+string(code), func(ctx context.Context, sc access.Scope) (foundOf, error) {
		list, err := s.store.Findings(ctx, sc, code)
		out := foundOf{list, map[indicator.ID][]store.HeldFinding{}}
		for from, i := 0, 1; i <= len(list); i++ {
			if i == len(list) || list[i].Indicator != list[from].Indicator {
				out.of[list[from].Indicator], from = list[from:i:i], i
			}
		}
		return out, err
	})
}

// standingsOf is where the series of one provider that have a value stand, in the order
// of the domains.
func (s *Server) standingsOf(r *request, code org.Code) ([]verdict, error) {
	return listing(s, s.provider, r, "verdicts "+string(code), func(ctx context.Context, sc access.Scope) ([]verdict, error) {
		held, err := s.store.Verdicts(ctx, sc, store.Wanted{Orgs: []org.Code{code}})
		list := slices.DeleteFunc(verdicts(r.catalogue(), held), func(j verdict) bool { return j.At.IsZero() })
		slices.SortStableFunc(list, func(a, b verdict) int {
			return questionPlace(a.definition.Question) - questionPlace(b.definition.Question)
		})
		return list, err
	})
}

// valuesOf is the values of some indicators of one provider.
func (s *Server) valuesOf(r *request, code org.Code, ids []indicator.ID) ([]indicator.Observation, error) {
	return listing(s, s.provider, r, fmt.Sprint("values ", code, ids), func(ctx context.Context, sc access.Scope) ([]indicator.Observation, error) {
		return s.store.Values(ctx, sc, store.Wanted{Orgs: []org.Code{code}, Indicators: ids})
	})
}

// providerTables is the two long tables of a provider's page, drawn: every finding that
// holds, and its indicators. They are most of the page.
type providerTables struct{ findings, indicators component.Markup }

// tables draws them. Their links hold the moment that is looked at.
func (s *Server) tables(r *request, v *providerView) (providerTables, error) {
	return listing(s, s.provider, r, fmt.Sprint("tables ", v.org.Code, " ", r.asof), func(context.Context, access.Scope) (providerTables, error) {
		findings, err := component.Render(component.Region{Name: "All findings", Body: v.allFindings(s, r)})
		if err != nil {
			return providerTables{}, err
		}
		indicators, err := component.Render(component.Region{Name: "Indicators", Body: v.indicatorTable(r)})
		return providerTables{component.Markup(findings), component.Markup(indicators)}, err
	})
}

// readVoices reads the soft signals about a provider, for those who may see them.
func (s *Server) readVoices(r *request, code org.Code) ([]store.Voice, error) {
	if !r.may(access.SeeSignals) {
		return nil, nil
	}
	return heardKept(s, s.provider, r, "voices "+string(code), func(ctx context.Context) ([]store.Voice, error) {
		return s.store.Voices(ctx, r.scope, code)
	})
}

// organisation is one that the scope sees.
func (s *Server) organisation(r *request, code org.Code) (org.Organisation, error) {
	list, err := s.organisations(r)
	if err != nil {
		return org.Organisation{}, err
	}
	i, held := slices.BinarySearchFunc(list, code, func(o org.Organisation, code org.Code) int { return cmp.Compare(o.Code, code) })
	if !held {
		return org.Organisation{}, fault.New(fault.NotFound, "no organisation %q is held that you may see", code)
	}
	return list[i], nil
}
