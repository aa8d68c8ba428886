package watch

import (
	"cmp"
	"slices"

	"candour/internal/concern"
	"candour/internal/org"
	"candour/internal/signal"
)

// channels maps the channels in which signals are counted to those of the engine.
var channels = map[signal.Channel]concern.ChannelID{
	signal.ChannelComplaintsCare:          "complaints-care",
	signal.ChannelComplaintsCommunication: "complaints-attitude",
	signal.ChannelIncidentsLow:            "incidents-no-harm",
	signal.ChannelIncidentsHarm:           "incidents-harm",
	signal.ChannelStaff:                   "staff",
	signal.ChannelGP:                      "gp",
	signal.ChannelComments:                "comments",
	signal.ChannelTrainee:                 "trainees",
}

// HeardOn is the channel in which the signals of one of the engine's are counted; ok is
// false for an installation's own.
func HeardOn(id concern.ChannelID) (heard signal.Channel, ok bool) {
	for c, engines := range channels {
		if engines == id {
			return c, true
		}
	}
	return "", false
}

// softRows turns counts into the engine's rows: what is in hand about each month,
// anew whenever more arrives, and an explicit none for a month in which the
// channel was open, the provider too, and nothing came. Of a provider of which nobody has ever spoken
// there is none: not to be heard of is no sign of being well.
func softRows(in Evidence, now concern.Month) []concern.Observation {
	type key struct {
		provider org.Code
		channel  signal.Channel
		severe   bool
	}
	arrivals := map[key]map[concern.Month]map[concern.Month]int{} // event month → received month → n
	opened := map[signal.Channel]concern.Month{}
	spokenOf := map[org.Code]bool{}
	all, engines := signal.Channels(), func(c signal.Channel) concern.ChannelID { return cmp.Or(channels[c], concern.ChannelID(c)) }
	for i := range in.Own {
		all = append(all, in.Own[i].ID)
	}
	for _, c := range in.Cells {
		k := key{c.Provider, c.Channel, c.Severe}
		event, received := concern.MonthOf(c.EventMonth), concern.MonthOf(c.ReceivedMonth)
		if arrivals[k] == nil {
			arrivals[k] = map[concern.Month]map[concern.Month]int{}
		}
		if arrivals[k][event] == nil {
			arrivals[k][event] = map[concern.Month]int{}
		}
		arrivals[k][event][max(event, received)] += c.N
		spokenOf[c.Provider] = spokenOf[c.Provider] || c.N > 0
		if first, ok := opened[c.Channel]; !ok || event < first {
			opened[c.Channel] = event
		}
	}
	var rows []concern.Observation
	for _, provider := range soft(in) {
		if !spokenOf[provider] {
			continue
		}
		since := in.openedIn(provider)
		for _, channel := range all {
			first, open := opened[channel]
			if !open {
				continue
			}
			for _, severe := range []bool{false, true} {
				stream := concern.StreamID(string(engines(channel)) + "." + severityOf(severe))
				byEvent := arrivals[key{provider, channel, severe}]
				for m := max(first, since, now-concernMonths); m <= now; m++ {
					rows = append(rows, monthRows(provider, stream, m, byEvent[m])...)
				}
			}
		}
	}
	return rows
}

// monthRows is the rows about one month: none at first, then the running count
// each time more came.
func monthRows(provider org.Code, stream concern.StreamID, m concern.Month, came map[concern.Month]int) []concern.Observation {
	row := concern.Observation{Provider: concern.ProviderID(provider), Stream: stream, Month: m, Available: m}
	rows := []concern.Observation{}
	if came[m] == 0 {
		rows = append(rows, row)
	}
	when := make([]concern.Month, 0, len(came))
	for r := range came {
		when = append(when, r)
	}
	slices.Sort(when)
	for _, r := range when {
		row.Available, row.Value = r, row.Value+float64(came[r])
		rows = append(rows, row)
	}
	return rows
}

// soft is the providers about whom the tenant hears: those to judge, or those
// that somebody spoke of.
func soft(in Evidence) []org.Code {
	out := slices.Clone(in.Providers)
	if out == nil {
		for _, c := range in.Cells {
			out = append(out, c.Provider)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func severityOf(severe bool) string {
	if severe {
		return string(concern.Severe)
	}
	return string(concern.Ordinary)
}

// heardOwn is the installation's own channels of which the commissioner ever heard. The
// others may be another commissioner's: nothing of it names them, not even as missing.
func (in *Evidence) heardOwn() (out []signal.OwnChannel) {
	for _, c := range in.Own {
		if slices.ContainsFunc(in.Cells, func(x signal.Cell) bool { return x.Channel == c.ID }) {
			out = append(out, c)
		}
	}
	return out
}

// ownStreams is the streams of an installation's own channels: ordinary and severe
// reports, as those that come with Candour have them. They take no part in severity mix,
// voice gap, publicity and standing level, which need a channel whose habits are known.
// The design ratio of severe reports is that of ordinary ones times severe.
func ownStreams(own []signal.OwnChannel, severe float64) (out []concern.Stream) {
	for i := range own {
		c := &own[i]
		stream := func(severity concern.Severity, name string, ratio float64) concern.Stream {
			return concern.Stream{
				ID: concern.StreamID(string(c.ID) + "." + string(severity)), Name: name, Kind: concern.Reports,
				Family: concern.FamilyID(c.Family), Severity: severity, Ratio: ratio,
			}
		}
		out = append(out, stream(concern.Ordinary, c.Name, c.Ratio), stream(concern.Severe, c.Name+" (severe)", severe*c.Ratio))
	}
	return out
}
