package watch

import (
	"slices"

	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/org"
)

// Held is what the watch has recorded and what it was judged by.
type Held struct {
	Through   int64  // ledger position up to which the last run had read
	Code      string // version of the binary that ran; "" is that none ran
	Catalogue string // digest of the definitions that it judged by
	Findings  []finding.Finding
	Verdicts  []finding.Verdict
	Sections  map[indicator.ID]int // cross-sections of each indicator
}

// Changed is what came after a position that can change a judgement.
type Changed struct {
	Series []finding.Series // with new values, or values that were superseded
	Limits []Key            // limits set anew or taken back
	Orgs   []org.Code       // of which a register says something else: who is compared with whom may change
}

// Since is what a run of what changed alone starts from.
type Since struct {
	Held    Held
	Changed Changed
}

// scope is what a run judges afresh: series over time, and cross-sections, which
// are judged for an indicator as a whole, because which is the newest and how far
// back they are kept hangs on all of them. A nil map is everything.
type scope struct {
	over    map[finding.Series]bool
	crossed map[indicator.ID]bool
}

func (s scope) series(k finding.Series) bool  { return s.over == nil || s.over[k] }
func (s scope) sections(id indicator.ID) bool { return s.crossed == nil || s.crossed[id] }
func (s scope) reads(k finding.Series) bool {
	return s.series(k) || k.Tenant == "" && s.sections(k.Indicator)
}

// scope is what must be judged afresh: a series whose values or limits changed,
// and the cross-sections of an indicator of which a published value changed or an
// organisation's role may have.
func (x *Since) scope() scope {
	if x == nil {
		return scope{}
	}
	s := scope{map[finding.Series]bool{}, map[indicator.ID]bool{}}
	for _, k := range x.Changed.Series {
		s.over[k] = true
		if k.Tenant == "" {
			s.crossed[k.Indicator] = true
		}
	}
	for i := range x.Held.Verdicts {
		v := &x.Held.Verdicts[i]
		if slices.Contains(x.Changed.Limits, Key{v.Indicator, v.Org}) {
			s.over[v.Series()] = true
		}
	}
	changed := make(map[org.Code]bool, len(x.Changed.Orgs))
	for _, code := range x.Changed.Orgs {
		changed[code] = true
	}
	for i := range x.Held.Verdicts {
		if v := &x.Held.Verdicts[i]; v.Tenant == "" && changed[v.Org] {
			s.crossed[v.Indicator] = true
		}
	}
	return s
}

// keep adds to an outcome what was not judged afresh and so still holds. Whether a
// finding counts and which feeds are late is decided anew in every run.
func (x *Since) keep(out *Outcome, s scope) {
	if x == nil {
		return
	}
	for _, f := range x.Held.Findings {
		again := s.series(finding.Series{Indicator: f.Indicator, Org: f.Org, Tenant: f.Tenant})
		if f.Kind == finding.Outlier {
			again = s.sections(f.Indicator)
		}
		if f.Kind == finding.Stale || again {
			continue
		}
		f.ID, f.Counted = "", false
		out.Findings = append(out.Findings, f)
	}
	for _, v := range x.Held.Verdicts {
		if !s.series(v.Series()) {
			out.Verdicts = append(out.Verdicts, v)
		}
	}
	slices.SortFunc(out.Verdicts, func(a, b finding.Verdict) int { return finding.CompareSeries(a.Series(), b.Series()) })
	for id, n := range x.Held.Sections {
		if !s.sections(id) {
			out.Sections[id] = n
		}
	}
}
