package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/watch"
)

// countedReports is what the count of a contribution is made of, so that a reader can go
// from "98 in 6 months" to those 98; nil where it is no count of reports, or of an
// installation's own channel.
func countedReports(c *concern.Contribution) *store.CountedReports {
	if c.Standing || len(c.Streams) == 0 || c.Streams[0].Facts.Withheld {
		return nil
	}
	out := store.CountedReports{From: c.Streams[0].Facts.From.Period(), To: c.Streams[0].Facts.To.Period()}
	severe, ordinary := 0, 0
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
		if x.Severity == concern.Severe {
			severe++
		} else {
			ordinary++
		}
	}
	switch n := len(out.Channels); {
	case severe == 0 || ordinary == 0:
		only := ordinary == 0
		out.Severe = &only
	case severe != n || ordinary != n: // ordinary of one channel, severe of another: no list is those
		return nil
	}
	return &out
}

// countedPath is the list of the signals of a provider that a count is made of.
func countedPath(code org.Code, c *store.CountedReports) string {
	channels := make([]string, len(c.Channels))
	for i, channel := range c.Channels {
		channels[i] = string(channel)
	}
	q := url.Values{"show": {showAll}, "provider": {string(code)}, "counted": {strings.Join(channels, ",")}, "from": {c.From.String()}, "to": {c.To.String()}}
	if c.Severe != nil {
		q.Set("severe", strconv.FormatBool(*c.Severe))
	}
	return string(placeSignals) + "?" + q.Encode()
}

// countedOf reads countedPath back from the address; nil where it asks for no count, or
// for one that can't be read.
func countedOf(r *request) *store.CountedReports {
	if r.query("counted") == "" {
		return nil
	}
	var c store.CountedReports
	var err, err2 error
	c.From, err = calendar.ParsePeriod(r.query("from"))
	c.To, err2 = calendar.ParsePeriod(r.query("to"))
	if none := (calendar.Period{}); err != nil || err2 != nil || c.From == none || c.To == none {
		return nil
	}
	for channel := range strings.SplitSeq(r.query("counted"), ",") {
		if !slices.Contains(signal.Channels(), signal.Channel(channel)) {
			return nil
		}
		c.Channels = append(c.Channels, signal.Channel(channel))
	}
	if severe, err := strconv.ParseBool(r.query("severe")); err == nil {
		c.Severe = &severe
	}
	return &c
}

// countedWords is the name of such a list.
func countedWords(c *store.CountedReports) string {
	words := "Counted in the concern, about events of " + c.From.Words()
	if c.From != c.To {
		words += " to " + c.To.Words()
	}
	if c.Severe != nil {
		words += map[bool]string{true: ", severe ones", false: ", without the severe ones"}[*c.Severe]
	}
	return words + ", newest first"
}
