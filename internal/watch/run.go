package watch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"runtime"
	"slices"
	"sync"
	"time"

	"candour/internal/calendar"
	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/stat/fdr"
)

// Input is everything that a run reads: nothing else decides its result.
type Input struct {
	Catalogue *indicator.Catalogue
	// Observations that hold now, by indicator, organisation, tenant, period.
	Observations []indicator.Observation
	Roles        map[org.Code]org.Role
	Successions  org.Successions  // nothing more is due of an organisation that became another
	Limits       map[Key][]Limits // limits set anew by people
	Day          time.Time        // the day for which lateness is judged
	Workers      int              // 0: all cores
	// Since is what an earlier run left and what changed after it: only that is
	// judged afresh, with the same result. Nil judges everything.
	Since *Since
}

// Key names a series across tenants.
type Key struct {
	Indicator indicator.ID
	Org       org.Code
}

// Outcome is what a run found.
type Outcome struct {
	Findings []finding.Finding // which now hold, in the order of finding.Compare
	Verdicts []finding.Verdict // one for each series, in the order of finding.CompareSeries
	Sections map[indicator.ID]int
	Series   int
	Funnels  int
	Judged   int    // series judged afresh
	Digest   string // SHA-256 over the findings
}

// rate is the false-discovery rate held over all charts and cross-sections looked
// at in one run: of the concerns that count, about this share is chance.
const rate = 0.05

// Run tests everything, or what changed since.
func Run(ctx context.Context, in Input) (Outcome, error) {
	scope := in.Since.scope()
	series := group(in.Catalogue, in.Observations, scope.reads)
	over, verdicts, err := overTime(ctx, series, in, scope)
	if err != nil {
		return Outcome{}, err
	}
	outliers, sections, err := across(ctx, series, in, scope)
	if err != nil {
		return Outcome{}, err
	}
	out := Outcome{Findings: append(over, outliers...), Verdicts: verdicts, Sections: sections, Judged: len(verdicts)}
	in.Since.keep(&out, scope)
	out.Findings = append(out.Findings, late(out.Verdicts, in)...)
	out.Series = len(out.Verdicts)
	for _, n := range out.Sections {
		out.Funnels += n
	}
	// In one order before they are counted, so that which of two equals counts does
	// not depend on which was judged first.
	slices.SortFunc(out.Findings, finding.Compare)
	if err := count(out.Findings, out.Series+out.Funnels); err != nil {
		return out, err
	}
	for i := range out.Findings {
		out.Findings[i].Identify()
	}
	out.Findings = slices.CompactFunc(out.Findings, func(a, b finding.Finding) bool { return a.ID == b.ID })
	text, err := json.Marshal(out.Findings)
	if err != nil {
		return out, err
	}
	sum := sha256.Sum256(text)
	out.Digest = hex.EncodeToString(sum[:])
	return out, nil
}

// overTime judges every series in scope on all cores; each has its place, so that
// the order does not depend on who was first.
func overTime(ctx context.Context, series []Series, in Input, scope scope) ([]finding.Finding, []finding.Verdict, error) {
	var chosen []*Series
	for i := range series {
		if scope.series(series[i].key()) {
			chosen = append(chosen, &series[i])
		}
	}
	found, verdicts := make([][]finding.Finding, len(chosen)), make([]finding.Verdict, len(chosen))
	err := each(ctx, len(chosen), in.Workers, func(i int) (err error) {
		s := chosen[i]
		found[i], verdicts[i], err = OverTime(s, in.Limits[Key{s.Definition.ID, s.Org}])
		return err
	})
	return slices.Concat(found...), verdicts, err
}

// late is the findings of feeds that brought nothing though it was due (R-IND-4).
// They depend on the day, so they are found anew in every run, from the verdicts.
func late(verdicts []finding.Verdict, in Input) []finding.Finding {
	newest := map[indicator.ID]calendar.Period{} // that any organisation has: what has arrived of a feed
	for i := range verdicts {
		v := &verdicts[i]
		if have, ok := newest[v.Indicator]; !ok || v.Last.Compare(have) > 0 {
			newest[v.Indicator] = v.Last
		}
	}
	var out []finding.Finding
	for i := range verdicts {
		v := &verdicts[i]
		if ended(in.Successions, v.Org, in.Day) {
			continue
		}
		if f, ok := stale(v, in.Catalogue.Get(v.Indicator), newest[v.Indicator], in.Day); ok {
			out = append(out, f)
		}
	}
	return out
}

// ended reports whether an organisation has become another by a day.
func ended(s org.Successions, code org.Code, day time.Time) bool {
	return slices.ContainsFunc(s.Current(code, day), func(n org.Now) bool { return n.Code != code })
}

// across judges every cross-section of published data in scope, and counts those
// that each indicator has.
func across(ctx context.Context, series []Series, in Input, scope scope) ([]finding.Finding, map[indicator.ID]int, error) {
	byIndicator := map[*indicator.Definition][]indicator.Observation{}
	var definitions []*indicator.Definition
	for i := range series {
		s := &series[i]
		if s.Tenant != "" || s.Definition.Funnel == "none" || !scope.sections(s.Definition.ID) || !Compared(s.Definition, in.Roles[s.Org]) {
			continue
		}
		if byIndicator[s.Definition] == nil {
			definitions = append(definitions, s.Definition)
		}
		for _, p := range s.Points {
			if p.Observation != nil {
				byIndicator[s.Definition] = append(byIndicator[s.Definition], *p.Observation)
			}
		}
	}
	found, counts := make([][]finding.Finding, len(definitions)), make([]int, len(definitions))
	err := each(ctx, len(definitions), in.Workers, func(i int) error {
		sections, err := Sections(definitions[i], byIndicator[definitions[i]])
		if err != nil {
			return err
		}
		periods := make([]calendar.Period, 0, len(sections))
		for p := range sections {
			periods = append(periods, p)
		}
		slices.SortFunc(periods, calendar.Period.Compare)
		for k, p := range periods {
			if sections[p].Result != nil {
				counts[i]++
			}
			if len(periods)-k <= keptPeriods {
				found[i] = append(found[i], outliers(sections[p], k == len(periods)-1)...)
			}
		}
		return nil
	})
	total := map[indicator.ID]int{}
	for i, d := range definitions {
		if counts[i] > 0 {
			total[d.ID] = counts[i]
		}
	}
	return slices.Concat(found...), total, err
}

// Compared reports whether an organisation of this role belongs in a definition's
// cross-sections: commissioners are not compared with providers (R-IND-7). One
// whose role no register has told us is compared where trusts are.
func Compared(d *indicator.Definition, role org.Role) bool {
	switch role {
	case org.Commissioner:
		return slices.Contains(d.Levels, "commissioner")
	case org.National, org.Region, org.SupportUnit:
		return false
	}
	return len(d.Levels) != 1 || d.Levels[0] != "commissioner"
}

// each calls f for 0 to n-1 on several cores and returns the first error by index.
func each(ctx context.Context, n, workers int, f func(int) error) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	const chunk = 64
	errs := make([]error, (n+chunk-1)/chunk)
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(workers, len(errs)) {
		wg.Go(func() {
			for c := range next {
				for i := c * chunk; i < min(n, (c+1)*chunk) && errs[c] == nil; i++ {
					errs[c] = f(i)
				}
			}
		})
	}
	var stopped error
	for c := range errs {
		select {
		case next <- c:
			continue
		case <-ctx.Done():
			stopped = ctx.Err()
		}
		break
	}
	close(next)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return stopped
}

// count marks the concerns that count on the watch list: those of the newest
// value that pass Benjamini and Hochberg's control at rate over every chart and
// cross-section looked at. Each chart offers its rarest finding, times the
// number of rules that could have made it.
func count(found []finding.Finding, tests int) error {
	const rules = 5
	type best struct {
		p float64
		i int
	}
	byChart := map[Key]best{}
	for i := range found {
		f := &found[i]
		if !f.Latest || f.Direction != finding.Concern || f.P >= 1 {
			continue
		}
		k := Key{f.Indicator, f.Org}
		if b, ok := byChart[k]; !ok || f.P < b.p {
			byChart[k] = best{f.P, i}
		}
	}
	// Every chart and cross-section looked at is a test; most have nothing to offer.
	p, at := make([]float64, 0, max(tests, len(byChart))), make([]int, 0, len(byChart))
	for _, b := range byChart {
		at = append(at, b.i)
	}
	slices.Sort(at)
	for _, i := range at {
		p = append(p, min(1, found[i].P*rules))
	}
	for len(p) < cap(p) {
		p = append(p, 1)
	}
	judged, err := fdr.BenjaminiHochberg(p, rate)
	if err != nil {
		return err
	}
	for k, i := range at {
		found[i].Counted = judged.Flagged[k]
	}
	return nil
}

// Difference is what a run changed against what was recorded before. A finding that
// is the same but rests on other figures ends and begins under its id.
func Difference(o Outcome, held Held, code string, day time.Time) record.Watch {
	was := make(map[string]finding.Finding, len(held.Findings))
	for _, f := range held.Findings {
		was[f.ID] = f
	}
	w := record.Watch{
		Code: code, Day: day.UTC().Format(time.DateOnly), Series: o.Series, Funnels: o.Funnels, Digest: o.Digest, Sections: o.Sections,
	}
	for _, f := range o.Findings {
		b, ok := was[f.ID]
		if ok && b == f {
			delete(was, f.ID)
			continue
		}
		w.Began = append(w.Began, f)
	}
	for id := range was {
		w.Ended = append(w.Ended, id)
	}
	slices.Sort(w.Ended)
	before := make(map[finding.Series]finding.Verdict, len(held.Verdicts))
	for _, v := range held.Verdicts {
		before[v.Series()] = v
	}
	for _, v := range o.Verdicts {
		if b, ok := before[v.Series()]; !ok || b != v {
			w.Verdicts = append(w.Verdicts, v)
		}
		delete(before, v.Series())
	}
	for s := range before {
		w.Dropped = append(w.Dropped, s)
	}
	slices.SortFunc(w.Dropped, finding.CompareSeries)
	return w
}
