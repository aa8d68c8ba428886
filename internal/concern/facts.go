package concern

import (
	"cmp"
	"math"
	"slices"
)

// factMonths is how far back the counts of a sentence reach.
const factMonths = 6

// Facts are a stream's figures for a sentence: counts before statistics.
type Facts struct {
	From, To Month // event months covered; From is no earlier than the evidence began

	Reports  float64 // reports, mix: in hand; mix: the severe ones; visits: number of visits
	Expected float64 // usual here by now, allowing for the national change and for reports still to come
	Of       float64 // mix: all reports of the channel

	Outside, OutsideExpected float64 // gap: outside voices
	Inside, InsideExpected   float64 // gap: reporting from inside

	Value float64 // hard: newest value in its unit (events, share, measurement); visits: mean score
	Usual float64 // hard: what would be usual here that month, allowing for the national change
	Den   float64 // hard: expected, exposure or whole of the newest value

	// Withheld is set on a copy for a reader who may not see counts of signals: the
	// figures above are then nought and mean nothing (Assessment.Withhold).
	Withheld bool `json:",omitzero"`
}

// facts gathers a stream's figures for provider p as of the month reached.
func (e *Engine) facts(s *series, p int) Facts {
	t := e.now
	from := t - factMonths + 1
	if b := s.began[p]; b > from {
		from = b
	}
	f := Facts{From: from, To: t}
	switch s.def.Kind {
	case Reports:
		f.Reports, f.Expected = tally(s, p, from, t)
	case Mix:
		var ordinary float64
		for u := from; u <= t; u++ {
			if !s.parts[0].judged(u, p) || !s.parts[1].judged(u, p) {
				continue
			}
			yo, yh := s.parts[0].num[ring(u)][p], s.parts[1].num[ring(u)][p]
			f.Reports += yh
			ordinary += yo
			f.Expected += (yo + yh) * usualSevere(s.parts[0], s.parts[1], u, p)
		}
		f.Of = f.Reports + ordinary
	case Gap:
		for i, part := range s.parts {
			y, m := tally(part, p, from, t)
			if i < s.nOut {
				f.Outside, f.OutsideExpected = f.Outside+y, f.OutsideExpected+m
			} else {
				f.Inside, f.InsideExpected = f.Inside+y, f.InsideExpected+m
			}
		}
	case Visit:
		for u := max(from, t-factMonths+1); u <= t; u++ {
			if s.status[ring(u)][p] != absent {
				f.Reports += s.den[ring(u)][p]
				f.Value += s.den[ring(u)][p] * s.num[ring(u)][p]
			}
		}
		if f.Reports > 0 {
			f.Value /= f.Reports
		}
	default:
		e.hardFacts(s, p, &f)
	}
	return f
}

// tally sums reports in hand and usual over event months.
func tally(s *series, p int, from, to Month) (y, m float64) {
	for u := from; u <= to; u++ {
		if s.judged(u, p) {
			y += s.num[ring(u)][p]
			m += s.exp[turn(u)][p]
		}
	}
	return y, m
}

// hardFacts is the newest value that can be compared: a month for which too few peers
// have reported yet has no national movement to take out, and so no usual value.
func (e *Engine) hardFacts(s *series, p int, f *Facts) {
	u := s.last[p]
	comparable := func(m Month) bool {
		return s.status[ring(m)][p] != absent && !math.IsNaN(s.dev[ring(m)][p])
	}
	for m := u; m > max(u-replayMonths, e.now-ringMonths) && m >= s.first; m-- {
		if comparable(m) {
			u = m
			break
		}
	}
	if u == 0 || u <= e.now-ringMonths || s.status[ring(u)][p] == absent {
		return
	}
	slot := ring(u)
	f.To, f.Value, f.Den = u, s.num[slot][p], s.den[slot][p]
	f.From = min(f.From, u)
	f.Usual = math.NaN()
	lo, hi := e.window(s, u)
	var sum, cnt float64
	for m := lo; m < hi; m++ {
		if d := s.dev[ring(m)][p]; s.status[ring(m)][p] != absent && !math.IsNaN(d) {
			sum, cnt = sum+d, cnt+1
		}
	}
	if base, _, ok := s.own(sum, cnt, s.s2[slot][p]); ok && s.est.Version > 0 && comparable(u) {
		f.Usual = usual(s.def.Kind, s.def.sign()*base+s.centre[slot], f.Den, s.pooled[slot])
	}
}

// assess makes one provider's assessment at the month reached.
func (e *Engine) assess(p int) Assessment {
	v, r := &e.provs[p], &e.results
	a := Assessment{
		Score: r.scores[p], Provider: v.id, AsOf: e.now, Params: e.par.Version,
		Judged: r.judged[p], Streams: r.active[p],
	}
	if a.Judged {
		a.Probability = e.par.Probability(a.Ranking)
		a.Word = e.par.WordFor(a.Probability)
		a.Rank = int(v.ranks[int(e.now)%trailMonths])
	} else {
		a.Why = e.cannot(p)
	}
	a.Surge, a.Trail = e.surgeLine(p), e.trail(p)
	if n := len(a.Trail); n > 1 {
		a.RankBefore = a.Trail[n-2].Rank
	}
	e.families(p, &a)
	best, share := e.story.likeliest(p)
	pat := e.par.Patterns[best]
	a.Pattern = PatternPart{ID: pat.ID, Name: pat.Name, Share: share, Part: e.patternPart(a.Odds)}
	for i, part := range e.par.Standing {
		if l := r.level[i][p]; l > 0 {
			line := StandingLine{Name: part.Name, Level: l, Part: e.par.Lambda * part.Weight * l, Soft: part.Voices || part.Visits}
			e.besidePeers(&line, part, p)
			a.Standing = append(a.Standing, line)
		}
	}
	slices.SortStableFunc(a.Standing, func(x, y StandingLine) int { return cmp.Compare(y.Part, x.Part) })
	e.par.share(&a)
	return a
}

// cannot says why provider p can't be judged.
func (e *Engine) cannot(p int) string {
	v := &e.provs[p]
	switch held := int(e.now-v.first) + 1; {
	case !v.any:
		return "nothing has been received"
	case held < e.par.JudgeMonths:
		return plural(held, "month") + " held, " + figure(e.par.JudgeMonths) + " needed"
	default: // what is charted only, as access is, doesn't count
		n := "no measure"
		if active := e.results.active[p]; active > 0 {
			n = plural(active, "measure")
		}
		return n + " that can move concern brought data in the last 12 months, " + figure(e.par.JudgeStreams) + " needed"
	}
}

func (e *Engine) trail(p int) []TrailPoint {
	v := &e.provs[p]
	from := max(e.now-trailMonths+1, v.since)
	out := make([]TrailPoint, 0, e.now-from+1)
	for m := from; m <= e.now; m++ {
		out = append(out, TrailPoint{AsOf: m, Ranking: v.trail[int(m)%trailMonths], Rank: int(v.ranks[int(m)%trailMonths])})
	}
	return out
}

// families fills the parts by family and stream, and the gaps.
func (e *Engine) families(p int, a *Assessment) {
	byFamily := make([]*FamilyPart, len(e.par.Families))
	sums := make([]float64, len(e.par.Families))
	for _, s := range e.streams {
		part := StreamPart{Stream: s.def.ID, Name: s.def.Name, Kind: s.def.Kind, Severity: s.def.Severity, Newest: s.last[p]}
		if s.def.Kind.hard() {
			part.Better = int(-s.def.sign())
		}
		if g, missing := e.gap(s, p); missing && !s.def.Kind.derived() {
			a.Gaps = append(a.Gaps, g)
		}
		if !s.scored {
			if s.last[p] > 0 {
				part.Facts = e.facts(s, p)
				a.Charted = append(a.Charted, part)
			}
			continue
		}
		if byFamily[s.family] == nil {
			f := e.par.Families[s.family]
			byFamily[s.family] = &FamilyPart{Family: f.ID, Name: f.Name, Evidence: e.results.fams[s.family][p]}
			byFamily[s.family].Part = f.part(byFamily[s.family].Evidence)
		}
		f := byFamily[s.family]
		if s.last[p] > 0 {
			part.Facts = e.facts(s, p)
		}
		if part.Evidence = s.cur[p]; part.Evidence > 0 {
			part.Began = s.began[p]
			part.Months = int(e.now-part.Began) + 1
			sums[s.family] += part.Evidence
			f.Streams = append(f.Streams, part)
		} else if s.last[p] > 0 {
			f.Quiet = append(f.Quiet, part)
		}
	}
	for i, f := range byFamily {
		if f == nil || len(f.Streams) == 0 && len(f.Quiet) == 0 {
			continue
		}
		for j := range f.Streams {
			f.Streams[j].Part = f.Part * f.Streams[j].Evidence / sums[i]
		}
		slices.SortStableFunc(f.Streams, func(x, y StreamPart) int { return cmp.Compare(y.Part, x.Part) })
		e.countTogether(f, p)
		a.Families = append(a.Families, *f)
	}
	slices.SortStableFunc(a.Families, func(x, y FamilyPart) int { return cmp.Compare(y.Part, x.Part) })
	if len(a.Families) > 0 && a.Families[0].Part > 0 {
		a.Families[0].Without = e.without(p, e.par.family(a.Families[0].Family))
	}
}

// countTogether counts the reports of a family's streams over the same months, those since
// the first of them began: their sentence adds them up.
func (e *Engine) countTogether(f *FamilyPart, p int) {
	if len(f.Streams) == 0 || f.Streams[0].Kind != Reports {
		return
	}
	from := e.now
	for i := range f.Streams {
		from = min(from, f.Streams[i].Facts.From)
	}
	for i := range f.Streams {
		if x := &f.Streams[i]; x.Kind == Reports {
			x.Facts.From = from
			x.Facts.Reports, x.Facts.Expected = tally(e.streams[e.index[x.Stream]], p, from, e.now)
		}
	}
}

// gap says whether a stream is silent for provider p, and why: never received,
// late (most of those who report have a newer month), or not due yet.
func (e *Engine) gap(s *series, p int) (GapLine, bool) {
	g := GapLine{Stream: s.def.ID, Name: s.def.Name, Family: s.def.Family, Newest: s.last[p], Shown: !s.scored}
	if s.def.Kind == Visit {
		return g, false // a month without a visit is no gap
	}
	if s.last[p] == 0 {
		g.Reason = NeverReceived
		return g, true
	}
	if s.def.Kind.hard() && s.est.Version == 0 {
		g.Reason = TooShort
		return g, true
	}
	age, step := e.now-s.last[p], Month(s.def.every())
	switch g.Due = s.last[p] + step + s.wait; {
	case s.last[p] < e.usualNewest(s):
		g.Reason = Late
	case step > 1 && age >= step:
		g.Reason = NotDue
	default:
		return g, false
	}
	return g, true
}

// usualNewest is the newest event month that more than half of the providers
// with the stream have reached.
func (e *Engine) usualNewest(s *series) Month {
	all := e.work.a[:0]
	for _, m := range s.last {
		if m > 0 {
			all = append(all, float64(m))
		}
	}
	return Month(median(all))
}
