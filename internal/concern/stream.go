package concern

import (
	"errors"
	"fmt"
)

// StreamID names a stream: anything that yields one number of evidence a month
// for a provider. Hard indicators use their indicator's id ("shmi"), soft ones
// channel and severity ("gp.ordinary").
type StreamID string

// ProviderID is a provider's organisation code ("RJD").
type ProviderID string

// FamilyID names a family: streams that would be moved by the same cause.
type FamilyID string

// ChannelID names a way in which people's reports arrive ("staff").
type ChannelID string

// Kind says how a stream's numbers are read.
type Kind string

// The kinds of stream (concern-design.md sections 3 and 4).
const (
	Count      Kind = "count"      // events Value against Expected
	Rate       Kind = "rate"       // events Value over exposure Den; expected at the month's national rate
	Proportion Kind = "proportion" // Value of Den
	Continuous Kind = "continuous" // Value with sampling variance Variance (0 when unknown)
	Reports    Kind = "reports"    // reports received so far about the month; a true zero must be given as 0
	Mix        Kind = "mix"        // derived: share of severe among a channel's reports
	Gap        Kind = "gap"        // derived: outside voices against inside reporting
	Visit      Kind = "visit"      // a visit's score: 0 the usual visit, +1 one standard deviation worse
)

// hard reports whether the kind is an indicator's.
func (k Kind) hard() bool {
	return k == Count || k == Rate || k == Proportion || k == Continuous
}

// derived reports whether the stream is made from others and takes no rows.
func (k Kind) derived() bool { return k == Mix || k == Gap }

// Severity of a soft stream's reports.
type Severity string

// The two severities; the empty string means ordinary.
const (
	Ordinary Severity = "ordinary"
	Severe   Severity = "severe"
)

// Stream defines one stream. The engine knows nothing of an indicator but this.
type Stream struct {
	ID     StreamID `json:"id"`
	Name   string   `json:"name"` // as a sentence begins: "Staff concerns"
	Kind   Kind     `json:"kind"`
	Family FamilyID `json:"family"`           // must be a family of the parameters
	Domain string   `json:"domain,omitempty"` // hard: gives the default design shift and the standing level; empty is the family

	Better    int     `json:"better,omitempty"`    // hard: −1 when lower values are better (also 0), +1 when higher values are
	Shift     float64 `json:"shift,omitempty"`     // hard: design shift delta (log, logit or own unit); 0 is the domain's default
	Every     int     `json:"every,omitempty"`     // months between values: 1 (also 0), 3, 12
	Shared    int     `json:"shared,omitempty"`    // publications that share the same data: 4 for a rolling year published quarterly; 0 and 1 are none
	Charted   bool    `json:"charted,omitempty"`   // shown, never scored, whatever its family says
	BaseSince Month   `json:"base_since,omitzero"` // first month comparable with today's: a break in the series; 0 is none

	Channel  ChannelID `json:"channel,omitempty"`  // reports and mix: must be a channel of the parameters
	Severity Severity  `json:"severity,omitempty"` // reports
	Ratio    float64   `json:"ratio,omitempty"`    // reports: design rate ratio rho; 0 is the channel's, times 1.12 when severe

	Ordinary StreamID   `json:"ordinary,omitempty"` // mix: the two streams compared
	Severe   StreamID   `json:"severe,omitempty"`
	Outside  []StreamID `json:"outside,omitempty"` // gap: outside voices, and reporting from inside
	Inside   []StreamID `json:"inside,omitempty"`
}

// domain is the domain, or the family where none is given.
func (s *Stream) domain() string {
	if s.Domain != "" {
		return s.Domain
	}
	return string(s.Family)
}

// sign turns values so that up is worse.
func (s *Stream) sign() float64 {
	if s.Better > 0 {
		return -1
	}
	return 1
}

// every is the months between values, at least 1.
func (s *Stream) every() int { return max(s.Every, 1) }

// Validate reports everything wrong with a set of definitions under par, nil
// when the engine can use them.
func Validate(par *Params, streams []Stream) error {
	var wrong []error
	seen := map[StreamID]Kind{}
	for i := range streams {
		s := &streams[i]
		bad := func(format string, args ...any) {
			wrong = append(wrong, fmt.Errorf("stream %q: %s", s.ID, fmt.Sprintf(format, args...)))
		}
		if s.ID == "" {
			bad("has no id")
		}
		if _, twice := seen[s.ID]; twice {
			bad("is defined twice")
		}
		seen[s.ID] = s.Kind
		if par.family(s.Family) < 0 {
			bad("family %q is not among the parameters", s.Family)
		}
		if !s.Kind.hard() && !s.Kind.derived() && s.Kind != Reports && s.Kind != Visit {
			bad("kind %q is unknown", s.Kind)
		}
		if s.Kind == Reports && par.channel(s.Channel) < 0 && s.Ratio <= 1 {
			bad("channel %q is not among the parameters and no ratio above 1 is given", s.Channel)
		}
		if s.Shift < 0 || s.Every < 0 || s.Shared < 0 {
			bad("shift, every and shared cannot be negative")
		}
	}
	for i := range streams {
		for _, part := range streams[i].parts() {
			if seen[part] != Reports {
				wrong = append(wrong, fmt.Errorf("stream %q: %q is not a stream of reports", streams[i].ID, part))
			}
		}
	}
	return errors.Join(wrong...)
}

// parts are the streams that a derived stream reads.
func (s *Stream) parts() []StreamID {
	switch s.Kind {
	case Mix:
		return []StreamID{s.Ordinary, s.Severe}
	case Gap:
		return append(append([]StreamID{}, s.Outside...), s.Inside...)
	}
	return nil
}

// SoftStreams are the soft streams of the default channels: ordinary and severe
// reports of each channel of the parameters, severity mix, voice gap and visits. A
// stream of reports that belongs to no channel is added beside them, with a ratio of
// its own; it takes no part in severity mix, voice gap and standing level.
func SoftStreams(par *Params) []Stream {
	var out []Stream
	var outside, inside []StreamID
	var mixes []Stream
	for _, c := range par.Channels {
		ids := map[Severity]StreamID{}
		for _, sev := range []Severity{Ordinary, Severe} {
			id := StreamID(string(c.ID) + "." + string(sev))
			ids[sev] = id
			name := c.Name
			if sev == Severe {
				name += severeName
			}
			out = append(out, Stream{ID: id, Name: name, Kind: Reports, Family: c.Family, Channel: c.ID, Severity: sev})
			if c.Voice == "outside" {
				outside = append(outside, id)
			} else if c.Voice == "inside" {
				inside = append(inside, id)
			}
		}
		if c.Mix {
			mixes = append(mixes, Stream{
				ID: StreamID(string(c.ID) + ".mix"), Name: c.Name, Kind: Mix, Family: par.MixFamily,
				Channel: c.ID, Ordinary: ids[Ordinary], Severe: ids[Severe],
			})
		}
	}
	out = append(out, mixes...)
	if len(outside) > 0 && len(inside) > 0 {
		out = append(out, Stream{
			ID: "voice-gap", Name: "Outside voices against inside reporting", Kind: Gap,
			Family: par.GapFamily, Outside: outside, Inside: inside,
		})
	}
	return append(out, Stream{ID: "visits", Name: "Visits", Kind: Visit, Family: par.VisitFamily})
}
