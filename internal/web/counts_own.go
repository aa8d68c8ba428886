package web

import (
	"strconv"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/web/component"
)

// ownMonths is how many months of receipt the table of own channels counts.
const ownMonths = 12

// ownCounts shows the team what is heard on the installation's own channels. Papers have
// none of them: which signals count in one changes with its definition, and papers made by
// two definitions could be subtracted. A channel on which this commissioner never heard
// anything may be another's, and is not named.
func (s *Server) ownCounts(r *request, p *countsPage) error {
	if len(s.Channels) == 0 || !r.may(access.SeeSignals) {
		return nil
	}
	cells, err := s.store.SignalCells(r.Context(), r.scope, s.Channels...)
	if err != nil {
		return err
	}
	t := component.Table{Caption: "Your own channels", CaptionHidden: true, Dense: true, RowHeaders: true, Columns: []component.Column{
		{Heading: "Channel"}, {Heading: "What counts in it"}, {Heading: "Providers heard of", Numeric: true}, {Heading: "Received in " + strconv.Itoa(ownMonths) + " months", Numeric: true}, {Heading: "Of them severe", Numeric: true}, {Heading: "Ever", Numeric: true},
	}}
	since := calendar.MonthOf(r.moment).Add(1 - ownMonths)
	for i := range s.Channels {
		c := &s.Channels[i]
		lately, severe, ever, providers := 0, 0, 0, map[org.Code]bool{}
		for _, x := range cells {
			if x.Channel != c.ID {
				continue
			}
			ever += x.N
			providers[x.Provider] = true
			if x.ReceivedMonth.Compare(since) >= 0 {
				if lately += x.N; x.Severe {
					severe += x.N
				}
			}
		}
		if ever == 0 {
			continue
		}
		t.Rows = append(t.Rows, []component.Cell{{Body: c.Name}, {Body: s.ownWords(c), Words: true}, {Body: number(len(providers))}, {Body: number(lately)}, {Body: number(severe)}, {Body: number(ever)}})
	}
	p.HasOwn, p.Own = len(t.Rows) > 0, component.Region{Name: "Your own channels", Body: t}
	return nil
}

// ownWords is which signals count in an own channel.
func (s *Server) ownWords(c *signal.OwnChannel) string {
	words := c.Kind.Words()
	if len(c.Roles) > 0 {
		words += ", from " + inWords(c.Roles)
	}
	if len(c.Themes) > 0 {
		names := make([]string, len(c.Themes))
		for i, code := range c.Themes {
			if names[i] = code; s.Desk.Taxonomies.Get("theme") != nil {
				names[i] = s.Desk.Taxonomies.Get("theme").NameOf(code)
			}
		}
		words += ", about " + inWords(names)
	}
	return words
}
