package concern

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// PeerPart is one stream of a part of the standing level: what this provider had in
// the months judged, beside what the middle one of all providers would have had at
// this one's size. It is made of the national values and spreads by which the level
// itself was worked out.
type PeerPart struct {
	Stream StreamID
	Name   string
	Kind   Kind
	Family FamilyID // whose reports, or figures, it counts
	Worse  float64  // distance to the middle provider on the worse side, in units of the spread over providers; −3 to 3
	To     Month    // newest month that the figures hold
	Months int      // whose figures are added up; 1 is the newest value alone, where values overlap or come less than monthly

	Value float64 // events or reports; the mean of a measurement
	Of    float64 `json:",omitzero"` // proportion: the whole
	Usual float64 // the same at the middle provider

	// Withheld is set on a copy for a reader who may not see such figures, which are
	// then nought and mean nothing (Assessment.Withhold).
	Withheld bool `json:",omitzero"`
}

// mostPeers is how many streams of a part are kept for its sentence.
const mostPeers = 2

// elsewhere is how a stream of the standing level varies over providers in the months
// judged: MAD* of their means, of reports the middle logarithm, and of figures how much
// each provider's is heeded.
type elsewhere struct {
	spread, middle float64
	heed           []float64
}

// middleOf is the median of the means of those that have one.
func middleOf(sum, cnt []float64) float64 {
	means := make([]float64, 0, len(sum))
	for p := range sum {
		if cnt[p] > 0 {
			means = append(means, sum[p]/cnt[p])
		}
	}
	return median(means)
}

// stands reports whether an indicator takes part in the standing level of a domain. What
// is charted only doesn't: it is part of no score, and of much reporting nobody is to be
// called worse than elsewhere.
func (e *Engine) stands(s *series, domain string) bool {
	return s.def.Kind.hard() && !s.def.Charted && s.def.domain() == domain && !s.alone && s.begun
}

// speaks reports whether a stream of reports takes part in the standing level.
func (e *Engine) speaks(s *series) bool {
	c := e.par.channel(s.def.Channel)
	return s.def.Kind == Reports && s.def.Severity != Severe && c >= 0 && e.par.Channels[c].Standing && s.begun && !s.alone
}

// besidePeers fills in the counts of one part of the standing level of provider p.
func (e *Engine) besidePeers(l *StandingLine, part StandingPart, p int) {
	if part.Visits {
		l.Worse, l.Of = e.visitsBeside(p)
		return
	}
	var faint []PeerPart // what the level calls worse, and the figures added up don't show
	for _, s := range e.streams {
		var one PeerPart
		var ok bool
		if part.Voices {
			if e.speaks(s) {
				one, ok = e.voicesBeside(s, p)
			}
		} else if slices.ContainsFunc(part.Domains, func(d string) bool { return e.stands(s, d) }) {
			one, ok = e.figuresBeside(s, p)
		}
		if !ok {
			continue
		}
		switch l.Of++; {
		case one.Worse <= 0:
		case one.shows(s.def.sign()):
			l.Worse++
			l.Peers = append(l.Peers, one)
		default:
			l.Worse++
			faint = append(faint, one)
		}
	}
	for _, list := range [][]PeerPart{l.Peers, faint} {
		slices.SortStableFunc(list, func(a, b PeerPart) int { return cmp.Compare(b.Worse, a.Worse) })
	}
	if part.Voices {
		l.Peers = append(l.Peers, faint...)
	}
	l.Peers = slices.Clip(l.Peers[:min(len(l.Peers), mostPeers)])
}

// shows reports whether the figures in the sentence say by themselves that the provider
// is the worse: by one event or more. The level weighs each month alike, on a scale on
// which a month of few events lies near the middle; so 57 of 59 can be called worse
// where 55 would be usual, which a reader would take for a mistake. Sign turns figures so
// that up is worse.
func (one *PeerPart) shows(sign float64) bool {
	by := sign * (one.Value - one.Usual)
	if one.Kind == Continuous {
		return by > 0
	}
	return by >= 1
}

// beside begins a stream's figures; ok is false where all providers are alike.
func (s *series) beside(mean float64) (one PeerPart, ok bool) {
	if s.elsewhere.spread < 1e-9 {
		return one, false
	}
	return PeerPart{
		Stream: s.def.ID, Name: s.def.Name, Kind: s.def.Kind, Family: s.def.Family, Worse: clip((mean-s.elsewhere.middle)/s.elsewhere.spread, -3, 3),
	}, true
}

// figuresBeside adds up an indicator's months. Values that overlap, or that come less
// than monthly, are not added up: the newest stands for them.
func (e *Engine) figuresBeside(s *series, p int) (PeerPart, bool) {
	var sum, cnt float64
	held := func(m Month) bool { return s.status[ring(m)][p] != absent && !math.IsNaN(s.dev[ring(m)][p]) }
	for m := max(s.first, e.now-standingFrom); m < e.now-standingTo; m++ {
		if held(m) {
			sum, cnt = sum+s.dev[ring(m)][p], cnt+1
		}
	}
	if cnt < 1 {
		return PeerPart{}, false
	}
	one, ok := s.beside(s.elsewhere.heed[p] * sum / cnt)
	single := s.def.every() > 1 || s.def.Shared > 1
	for m := e.now - standingTo - 1; ok && m >= max(s.first, e.now-standingFrom); m-- {
		if !held(m) {
			continue
		}
		slot := ring(m)
		num, den := s.num[slot][p], s.den[slot][p]
		would := usual(s.def.Kind, s.centre[slot], den, s.pooled[slot])
		if s.def.Kind == Proportion {
			would *= den
			one.Of += den
		}
		one.To = max(one.To, m)
		one.Months++
		one.Value += num
		one.Usual += would
		if single {
			break
		}
	}
	if s.def.Kind == Continuous && one.Months > 0 {
		one.Value /= float64(one.Months)
		one.Usual /= float64(one.Months)
	}
	return one, ok
}

// voicesBeside is a channel's reports beside those of the middle provider, at this
// one's size.
func (e *Engine) voicesBeside(s *series, p int) (PeerPart, bool) {
	reports, national := e.heard(s, e.now, p)
	if national <= 0 {
		return PeerPart{}, false
	}
	one, ok := s.beside(math.Log((reports + 0.5) / (national + 0.5)))
	one.To, one.Months = e.now-standingTo-1, int(e.now-standingTo-max(s.first, e.now-standingFrom))
	one.Value, one.Usual = reports, max(math.Exp(s.elsewhere.middle)*(national+0.5)-0.5, 0)
	return one, ok
}

// visitsBeside is how many visits of the last 24 months were worse than the usual one,
// and how many there were.
func (e *Engine) visitsBeside(p int) (worse, all int) {
	for _, s := range e.streams {
		if s.def.Kind != Visit {
			continue
		}
		for m := e.now - standingVisit + 1; m <= e.now; m++ {
			if s.status[ring(m)][p] == absent {
				continue
			}
			all += int(s.den[ring(m)][p])
			worse += int(s.s2[ring(m)][p])
		}
	}
	return worse, all
}

// standingLine is a part of the standing level in words.
func standingLine(l *StandingLine, asOf Month) Line {
	out := Line{Part: l.Part, Points: l.Points, Text: standingSentence(l, asOf)}
	if len(l.Peers) > 0 && l.Soft && !l.Peers[0].Withheld {
		out.Counts = l.Peers[0].Family
	}
	return out
}

// Words is the part in a sentence, for readers in the month asOf.
func (l *StandingLine) Words(asOf Month) string { return standingSentence(l, asOf) }

// standingSentence: "Mortality long above peers: deaths after stroke, 61 of 480 in the
// 12 months to July where about 31 would be usual elsewhere."
func standingSentence(l *StandingLine, asOf Month) string {
	if len(l.Peers) == 0 {
		if l.Of > 0 && !l.Soft {
			return fmt.Sprintf("%s: %d of %s worse than at the middle provider, month by month.", l.Name, l.Worse, plural(l.Of, "measure"))
		}
		if l.Of > 0 { // visits
			return fmt.Sprintf("%s: %d of %s in %d months worse than the usual visit.", l.Name, l.Worse, plural(l.Of, "visit"), standingVisit)
		}
		return l.Name + ": judged against peers, not against its own past."
	}
	noun, how := "measure", "worse"
	if l.Soft {
		noun, how = "kind of voice", "louder"
	}
	text := l.Name + ": "
	if l.Of > 1 {
		text += fmt.Sprintf("%d of %s %s than at the middle provider", l.Worse, kinds(l.Of, noun), how)
	}
	top := &l.Peers[0]
	if top.Withheld {
		if l.Of < 2 {
			return text + "judged against peers, not against its own past."
		}
		return text + "."
	}
	if l.Of > 1 {
		text += "; most of all "
	}
	return text + lower(top.Name) + ", " + top.words(asOf) + "."
}

// kinds is "5 measures", "4 kinds of voice".
func kinds(n int, noun string) string {
	if one, of, ok := strings.Cut(noun, " "); ok {
		return plural(n, one) + " " + of
	}
	return plural(n, noun)
}

// words is the figures beside those elsewhere.
func (one *PeerPart) words(asOf Month) string {
	when := "in the " + figure(one.Months) + " months to " + one.To.Name(asOf)
	if one.Months == 1 {
		when = "in the figures to " + one.To.Name(asOf)
	}
	switch one.Kind {
	case Continuous:
		return fmt.Sprintf("%.3g %s where %.3g would be usual elsewhere", one.Value, when, one.Usual)
	case Proportion:
		return fmt.Sprintf("%s of %s %s where %s would be usual elsewhere", grouped(one.Value), grouped(one.Of), when, count(one.Usual))
	}
	return fmt.Sprintf("%s %s where %s would be usual elsewhere", grouped(one.Value), when, count(one.Usual))
}

// few reports whether the figures rest on a small number of people.
func (one *PeerPart) few() bool {
	if one.Kind == Continuous {
		return false
	}
	return fewPeople(one.Value) || one.Kind == Proportion && (fewPeople(one.Of) || fewPeople(one.Of-one.Value))
}

// withheldPeers is parts of the standing level without the counts of what people said
// and without figures of few people.
func withheldPeers(list []StandingLine) []StandingLine {
	list = slices.Clone(list)
	for i := range list {
		l := &list[i]
		if l.Soft && len(l.Peers) == 0 { // visits
			l.Worse, l.Of = 0, 0
		}
		l.Peers = slices.Clone(l.Peers)
		for k := range l.Peers {
			if one := &l.Peers[k]; l.Soft || one.few() {
				one.Value, one.Of, one.Usual, one.Withheld = 0, 0, 0, true
			}
		}
	}
	return list
}
