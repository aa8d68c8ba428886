package web

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/watch"
	"candour/internal/web/component"
)

// countedReports is what the count of a contribution is made of, so that a reader can go
// from "98 in 6 months" to those 98; nil where it is no one count of reports or visits, or of
// an installation's own channel.
func countedReports(c *concern.Contribution) *store.CountedReports {
	if c.Standing || len(c.Streams) == 0 || c.Streams[0].Facts.Withheld {
		return nil
	}
	if x := &c.Streams[0]; x.Kind == concern.Visit {
		return countedVisits(x)
	}
	out := store.CountedReports{From: c.Streams[0].Facts.From.Period(), To: c.Streams[0].Facts.To.Period()}
	severe, ordinary, reports := 0, 0, 0.0
	streams := concern.CountedStreams(c.Streams)
	for i := range streams {
		x := &streams[i]
		id, _, _ := strings.Cut(string(x.Stream), ".")
		channel, ok := watch.HeardOn(concern.ChannelID(id))
		if x.Kind != concern.Reports || !ok {
			return nil
		}
		if !slices.Contains(out.Channels, channel) {
			out.Channels = append(out.Channels, channel)
		}
		if reports += x.Facts.Reports; x.Severity == concern.Severe {
			severe++
		} else {
			ordinary++
		}
	}
	switch n := len(out.Channels); {
	case reports < 1: // none came, and there is nothing to list
		return nil
	case severe == 0 || ordinary == 0:
		only := ordinary == 0
		out.Severe = &only
	case severe != n || ordinary != n: // ordinary of one channel, severe of another: no list is those
		return nil
	}
	return &out
}

// countedVisits is the visits of a stream, nil where it has none.
func countedVisits(x *concern.StreamPart) *store.CountedReports {
	if x.Facts.Reports < 1 || x.Facts.Withheld {
		return nil
	}
	return &store.CountedReports{Visits: true, From: x.Facts.From.Period(), To: x.Facts.To.Period()}
}

// countedPhrase is words of a sentence that count some reports, which are not all that it
// is about.
type countedPhrase struct {
	words string
	of    *store.CountedReports
}

// countedPhrases is the counts of a contribution that compares several: reports of each
// channel of which some are severe, or those from outside and those from within.
func countedPhrases(c *concern.Contribution) (out []countedPhrase) {
	for i := range c.Streams {
		x := &c.Streams[i]
		f := &x.Facts
		switch {
		case f.Withheld:
		case x.Kind == concern.Mix:
			if of := countedStream(x); of != nil {
				out = append(out, countedPhrase{fmt.Sprintf("%.0f of %.0f %s severe", f.Reports, f.Of, x.Name), of})
			}
		case x.Kind == concern.Gap:
			outside, inside := countedVoices(x, "outside"), countedVoices(x, "inside")
			noun := "incidents"
			if int(math.Round(f.Inside)) == 1 {
				noun = "incident"
			}
			if f.Outside >= 1 {
				out = append(out, countedPhrase{fmt.Sprintf("%.0f from outside", f.Outside), outside})
			}
			if f.Inside >= 1 {
				out = append(out, countedPhrase{fmt.Sprintf("%.0f %s reported", f.Inside, noun), inside})
			}
		}
	}
	return out
}

// countedVoices is the reports on one side of the voice gap.
func countedVoices(x *concern.StreamPart, voice string) *store.CountedReports {
	out := &store.CountedReports{From: x.Facts.From.Period(), To: x.Facts.To.Period()}
	for _, c := range fusion().Channels {
		if heard, ok := watch.HeardOn(c.ID); ok && c.Voice == voice {
			out.Channels = append(out.Channels, heard)
		}
	}
	return out
}

// countedStream is what the counts of one stream are made of; nil where nothing came, or it
// is no stream of one list of signals.
func countedStream(x *concern.StreamPart) *store.CountedReports {
	switch {
	case x.Kind == concern.Visit:
		return countedVisits(x)
	case x.Kind == concern.Reports:
		return countedReports(&concern.Contribution{Streams: []concern.StreamPart{*x}})
	case x.Kind == concern.Mix && x.Facts.Of >= 1 && !x.Facts.Withheld:
		id, _, _ := strings.Cut(string(x.Stream), ".")
		if heard, ok := watch.HeardOn(concern.ChannelID(id)); ok {
			return &store.CountedReports{Channels: []signal.Channel{heard}, From: x.Facts.From.Period(), To: x.Facts.To.Period()}
		}
	}
	return nil
}

// linkedCounts is a sentence whose counts lead each to their reports; ok is false where it
// holds none of them as they are written here.
func linkedCounts(r *request, code org.Code, c *concern.Contribution) (content component.Content, ok bool) {
	text, out := c.Text, ""
	for _, p := range countedPhrases(c) {
		at := strings.Index(strings.ToLower(text), strings.ToLower(p.words)) // names begin small within a sentence
		if at < 0 {
			continue
		}
		end := at + len(p.words)
		out += htmlText(text[:at]) + `<a href="` + htmlText(r.link(countedPath(code, p.of))) + `">` + htmlText(text[at:end]) + "</a>"
		text, ok = text[end:], true
	}
	return component.Markup(out + htmlText(text)), ok
}

// countedPath is the list of the signals of a provider that a count is made of.
func countedPath(code org.Code, c *store.CountedReports) string {
	what := countedVisit
	if !c.Visits {
		channels := make([]string, len(c.Channels))
		for i, channel := range c.Channels {
			channels[i] = string(channel)
		}
		what = strings.Join(channels, ",")
	}
	q := url.Values{"show": {showAll}, "provider": {string(code)}, "counted": {what}, "from": {c.From.String()}, "to": {c.To.String()}}
	if c.Severe != nil {
		q.Set("severe", strconv.FormatBool(*c.Severe))
	}
	return string(placeSignals) + "?" + q.Encode()
}

// countedVisit asks for visits in the place of channels.
const countedVisit = "visits"

// countedOf reads countedPath back from the address; nil where it asks for no count. One
// that can't be read is refused: all signals in its place would pass for those counted.
func countedOf(r *request) (*store.CountedReports, error) {
	if r.query("counted") == "" {
		return nil, nil
	}
	wrong := func(field, expected string) error {
		return fault.New(fault.Invalid, "the address asks for the reports behind a count and can’t be read: %s is %q, expected %s; follow the number in the provider’s sentence again, or choose All on the page of signals", field, cut(r.query(field)), expected)
	}
	var c store.CountedReports
	var err error
	none := calendar.Period{}
	if c.From, err = calendar.ParsePeriod(r.query("from")); err != nil || c.From == none || c.From.Kind() != calendar.Month {
		return nil, wrong("from", "a month such as 2026-06")
	}
	if c.To, err = calendar.ParsePeriod(r.query("to")); err != nil || c.To == none || c.To.Kind() != calendar.Month || c.To.Compare(c.From) < 0 {
		return nil, wrong("to", "a month such as 2026-11, not before the first")
	}
	if _, err := org.ParseCode(r.query("provider")); err != nil {
		return nil, wrong("provider", "the code of a provider")
	}
	if r.query("show") != showAll {
		return nil, wrong("show", showAll)
	}
	if c.Visits = r.query("counted") == countedVisit; !c.Visits {
		for channel := range strings.SplitSeq(r.query("counted"), ",") {
			if !slices.Contains(signal.Channels(), signal.Channel(channel)) {
				return nil, wrong("counted", "channels of signals, or "+countedVisit)
			}
			c.Channels = append(c.Channels, signal.Channel(channel))
		}
	}
	if r.query("severe") != "" {
		severe, err := strconv.ParseBool(r.query("severe"))
		if err != nil {
			return nil, wrong("severe", "true or false")
		}
		c.Severe = &severe
	}
	return &c, nil
}

// countedGroup is the list of the reports that are counted: those of the provider and of
// those that became it, each event once, with how many more are counted or about the same.
func (s *Server) countedGroup(r *request, c *store.CountedReports) (g inboxGroup, err error) {
	code := code(r.query("provider"))
	successions, err := s.store.Successions(r.Context(), r.scope)
	if err != nil {
		return g, err
	}
	c.Of = []org.Code{code}
	for _, x := range successions.Predecessors(code, r.moment) {
		if successions.Heir(x.Predecessor, r.moment) == code {
			c.Of = append(c.Of, x.Predecessor)
		}
	}
	all := store.SignalFilter{Newest: true, Counted: c}
	n, err := s.store.CountSignals(r.Context(), r.scope, all)
	if err != nil {
		return g, err
	}
	only := *c
	if only.Without, err = s.store.NotCounted(r.Context(), r.scope, *c); err != nil {
		return g, err
	}
	g = inboxGroup{id: "all", filter: all}
	g.filter.Counted = &only
	if g.n, err = s.store.CountSignals(r.Context(), r.scope, g.filter); err != nil {
		return g, err
	}
	counted := g.n
	if !c.Visits {
		if counted, err = s.store.CountCounted(r.Context(), r.scope, only); err != nil {
			return g, err
		}
	}
	g.name = countedWords(c, n-g.n, max(0, counted-g.n))
	return g, nil
}

// countedWords is the name of such a list, of which some more are about the same events, or
// show to their readers alone.
func countedWords(c *store.CountedReports, same, confined int) string {
	words := "Counted in the concern, about events of " + c.From.Words()
	if c.Visits {
		words = "Visits counted in the concern, of " + c.From.Words()
	}
	if c.From != c.To {
		words += " to " + c.To.Words()
	}
	if c.Severe != nil {
		words += map[bool]string{true: ", severe ones", false: ", without the severe ones"}[*c.Severe]
	}
	switch {
	case same > 0 && c.Visits:
		words += ", without " + number(same) + " that gave no verdict"
	case same > 0:
		words += ", without " + number(same) + " more about the same events"
	}
	if confined > 0 {
		words += ", without " + number(confined) + " that only their readers see"
	}
	return words + ", newest first"
}
