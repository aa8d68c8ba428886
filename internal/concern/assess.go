package concern

import (
	"cmp"
	"math"
	"slices"
)

// Score is one provider's numbers at an as-of month.
type Score struct {
	Change  float64 // A: sum over families of weight × ln(1 + E)
	Odds    float64 // LO: log odds that some pattern of deterioration holds
	Score   float64 // S = A + weight × (LO − LO0): has something changed?
	Level   float64 // L: has it long been worse than elsewhere?
	Ranking float64 // R = S + lambda × L
	Agree   int     // scored families with evidence of 1 or more
}

// Assessment is what the engine says of one provider as of a month. Parts of
// families and Pattern add up to Score, standing parts to Ranking − Score,
// within 1e-9.
type Assessment struct {
	Score
	Provider ProviderID
	AsOf     Month
	Params   string // version of the parameters

	Judged bool   // false: too little data; then no word, rank or alert
	Why    string // why it can't be judged, in words

	Rank        int     // 1 is the highest ranking score among those judged; 0 when not judged
	RankBefore  int     // the month before; 0 when there is none
	Probability float64 // calibrated chance of deterioration now; relative until recalibrated here
	Word        Word
	Points      int // R in points; the parts' points add up to it

	Overrides []Override `json:",omitzero"` // facts that stand above the score (R-RISK-4); no part of it

	Families []FamilyPart   // scored families with evidence, largest part first
	Pattern  PatternPart    // the pattern filter's part
	Standing []StandingLine // parts of the standing level above zero, largest first
	Surge    *SurgeLine     `json:",omitzero"` // of publicity, while something is left of it; nil for none
	Trail    []TrailPoint   // ranking score by as-of month, oldest first, the present last
	Gaps     []GapLine      // streams that say nothing, and why
	Charted  []StreamPart   // streams shown and not scored
	Streams  int            // scored streams with recent data
}

// FamilyPart is one family's part of the score.
type FamilyPart struct {
	Family   FamilyID
	Name     string
	Evidence float64 // E
	Part     float64 // weight × ln(1 + E)
	Without  float64 `json:",omitzero"` // of the largest family: S had it said nothing, neither its part nor what the pattern filter heard of it
	Points   int
	Streams  []StreamPart // those with evidence, largest first
	Quiet    []StreamPart // those without
}

// StreamPart is one stream's share of its family, with the facts for a
// sentence.
type StreamPart struct {
	Stream   StreamID
	Name     string
	Kind     Kind
	Severity Severity
	Better   int     `json:",omitzero"` // of an indicator: 1 when higher values are better, −1 when lower ones are; 0 is not recorded
	Evidence float64 // C
	Part     float64 // share of the family's part
	Began    Month   // event month in which C last left zero; 0 when it is zero
	Months   int     // event months since then, inclusive
	Newest   Month   // newest event month with data; 0 for none
	Facts    Facts
}

// PatternPart is the part of the score that the pattern filter adds or takes.
type PatternPart struct {
	ID     string
	Name   string
	Share  float64 // of the patterns' probability, the likeliest one's
	Part   float64 // weight × (LO − LO0); may be negative
	Points int
}

// StandingLine is one part of the standing level.
type StandingLine struct {
	Name   string
	Level  float64 // 0 to 4
	Part   float64 // lambda × weight × Level
	Points int
	Soft   bool `json:",omitzero"` // it rests on reports or visits

	Worse int        `json:",omitzero"` // streams of this part by which the provider is worse than the middle one
	Of    int        `json:",omitzero"` // streams of this part that it has; visits: their number, of which Worse were worse than usual
	Peers []PeerPart `json:",omitzero"` // those that say most, largest first; at most two
}

// SurgeLine is a surge of voices, as publicity makes it: what of it fades is not counted.
type SurgeLine struct {
	Began Month
	Of    []string // names of the families that it is looked for in
}

// TrailPoint is a past ranking score.
type TrailPoint struct {
	AsOf    Month
	Ranking float64
	Rank    int
}

// GapReason says why a stream says nothing.
type GapReason string

// Reasons of a gap.
const (
	NeverReceived GapReason = "never received"
	Late          GapReason = "late"          // most peers have a newer month
	NotDue        GapReason = "not due"       // nobody has a newer month yet, and the next is to come
	TooShort      GapReason = "too short yet" // not enough months for an own baseline
)

// GapLine is a stream that says nothing.
type GapLine struct {
	Stream StreamID
	Name   string
	Family FamilyID
	Reason GapReason
	Newest Month // 0 for never
	Due    Month // NotDue and Late: month in which the next value should be here, by the quickest so far; 0 unknown
	Shown  bool  `json:",omitzero"` // the stream is shown and not scored
}

type results struct {
	scores []Score
	level  [][]float64 // by standing part, provider
	fams   [][]float64 // by family, provider: E
	order  []int       // providers by ranking score
	judged []bool
	active []int
}

// score works out every provider's numbers and ranks.
func (e *Engine) score(t Month) {
	n, r := len(e.provs), &e.results
	if len(r.scores) != n || len(r.fams) != len(e.par.Families) {
		r.scores, r.judged, r.active = make([]Score, n), make([]bool, n), make([]int, n)
		r.fams = make([][]float64, len(e.par.Families))
		for f := range r.fams {
			r.fams[f] = make([]float64, n)
		}
	}
	for f := range r.fams {
		clear(r.fams[f])
	}
	clear(r.active)
	for _, s := range e.streams {
		if !s.scored {
			continue
		}
		fam, disc := r.fams[s.family], e.work.disc[s.family]
		for p, c := range s.cur {
			fam[p] += c * disc[p]
			if s.last[p] > t-replayMonths {
				r.active[p]++
			}
		}
	}
	for p := range n {
		sc := Score{Odds: e.story.odds(p)}
		for f := range r.fams {
			sc.Change += e.par.Families[f].part(r.fams[f][p])
			if r.fams[f][p] >= namedEvidence {
				sc.Agree++
			}
		}
		sc.Score = sc.Change + e.patternPart(sc.Odds)
		for i, part := range e.par.Standing {
			sc.Level += part.Weight * r.level[i][p]
		}
		sc.Ranking = sc.Score + e.par.Lambda*sc.Level
		r.scores[p] = sc
		v := &e.provs[p]
		r.judged[p] = v.any && r.active[p] >= e.par.JudgeStreams && int(t-v.first)+1 >= e.par.JudgeMonths
		v.trail[int(t)%trailMonths] = sc.Ranking
	}
	e.rank(t)
}

// patternPart is weight × (LO − LO0), exactly 0 where the filter stands at its
// start but for rounding.
func (e *Engine) patternPart(odds float64) float64 {
	d := odds - e.par.startOdds()
	if math.Abs(d) < 1e-12 {
		return 0
	}
	return e.par.PatternWeight * d
}

// rank orders providers: judged before not, then ranking score, then code.
func (e *Engine) rank(t Month) {
	r := &e.results
	r.order = r.order[:0]
	for p := range e.provs {
		r.order = append(r.order, p)
	}
	slices.SortFunc(r.order, func(a, b int) int {
		if r.judged[a] != r.judged[b] {
			if r.judged[a] {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(r.scores[b].Ranking, r.scores[a].Ranking), cmp.Compare(e.provs[a].id, e.provs[b].id))
	})
	for i, p := range r.order {
		e.provs[p].ranks[int(t)%trailMonths] = 0
		if r.judged[p] {
			e.provs[p].ranks[int(t)%trailMonths] = int32(i + 1)
		}
	}
}

// Providers lists the providers in the engine's order, which Scores follows.
func (e *Engine) Providers() []ProviderID {
	out := make([]ProviderID, len(e.provs))
	for i := range e.provs {
		out[i] = e.provs[i].id
	}
	return out
}

// Scores are the numbers of all providers at the month reached. The slice is
// the engine's own and is overwritten by the next Advance.
func (e *Engine) Scores() []Score { return e.results.scores }

// Now is the as-of month reached.
func (e *Engine) Now() Month { return e.now }

// ChangeByFamily splits the change score A of the provider at index i (the
// order of Providers) into the part of the families that pick chooses and the
// rest.
func (e *Engine) ChangeByFamily(i int, pick func(FamilyID) bool) (picked, rest float64) {
	for f := range e.results.fams {
		if part := e.par.Families[f].part(e.results.fams[f][i]); pick(e.par.Families[f].ID) {
			picked += part
		} else {
			rest += part
		}
	}
	return picked, rest
}
