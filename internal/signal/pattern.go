package signal

import (
	"cmp"
	"slices"

	"candour/internal/calendar"
	"candour/internal/org"
)

// PatternSettings are the thresholds of R-SOFT-3, which an installation may set.
type PatternSettings struct {
	Items   int `json:"items"`   // at least so many events
	Sources int `json:"sources"` // from at least so many different sources
	Days    int `json:"days"`    // from the first to the last at most so many days
}

// DefaultPatternSettings are those of R-SOFT-3.
func DefaultPatternSettings() PatternSettings { return PatternSettings{Items: 3, Sources: 2, Days: 90} }

// Pattern proposes a concern (R-SOFT-3): several items from different sources on
// one theme at one site or in one service of a provider within a short time. It is
// a proposal; a person opens the concern.
type Pattern struct {
	Provider org.Code      `json:"provider"`
	Site     org.Code      `json:"site,omitempty"`    // set, or Service, or neither when neither was stated
	Service  string        `json:"service,omitempty"` // see Site
	Theme    string        `json:"theme"`
	Events   int           `json:"events"`  // items about one event counted once
	Sources  []string      `json:"sources"` // kind of source and, when stated, organisation
	First    calendar.Date `json:"first"`
	Last     calendar.Date `json:"last"`
	Signals  []ID          `json:"signals"`
}

// source is what tells sources apart: the kind of voice with its organisation or
// token. Two complaints by people of whom nothing else is known are one source.
func (s *Signal) source() string {
	name := string(s.Kind)
	switch {
	case s.Source.Organisation != "":
		name += "/" + string(s.Source.Organisation)
	case s.Source.Token != "":
		name += "/" + s.Source.Token
	}
	return name
}

type patternKey struct {
	provider org.Code
	site     org.Code
	service  string
	theme    string
}

// patternItem is one event under one key.
type patternItem struct {
	first   calendar.Date
	sources []string
	signals []ID
}

// FindPatterns gives, for each provider and site, provider and service, or (where
// neither is stated) provider, and each theme, the latest span of time that meets
// the settings. Signals with a site and a service are looked at under both. The
// result doesn't depend on the order of signals.
func FindPatterns(signals []Signal, settings PatternSettings) []Pattern {
	items := map[patternKey][]patternItem{}
	for _, group := range groupByEvent(signals) {
		for key, item := range itemsOf(group) {
			items[key] = append(items[key], item)
		}
	}
	var found []Pattern
	for key, list := range items {
		if p, ok := latestPattern(key, list, settings); ok {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(a, b Pattern) int {
		return cmp.Or(-cmp.Compare(a.Last, b.Last), cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Theme, b.Theme),
			cmp.Compare(a.Site, b.Site), cmp.Compare(a.Service, b.Service))
	})
	return dropRepeated(found)
}

// itemsOf is the one item that a group about one event makes under each key.
func itemsOf(group []*Signal) map[patternKey]patternItem {
	items := map[patternKey]patternItem{}
	for _, s := range group {
		if s.Place.Provider == "" {
			continue
		}
		for _, theme := range s.AllThemes() {
			for _, key := range keysOf(s, theme) {
				item := items[key]
				day, _ := s.EventDay()
				item.first = earlier(item.first, day)
				item.sources = append(item.sources, s.source())
				item.signals = append(item.signals, s.ID)
				items[key] = item
			}
		}
	}
	return items
}

func keysOf(s *Signal, theme string) []patternKey {
	var keys []patternKey
	if s.Place.Site != "" {
		keys = append(keys, patternKey{s.Place.Provider, s.Place.Site, "", theme})
	}
	if s.Place.Service != "" {
		keys = append(keys, patternKey{s.Place.Provider, "", s.Place.Service, theme})
	}
	if len(keys) == 0 {
		keys = append(keys, patternKey{s.Place.Provider, "", "", theme})
	}
	return keys
}

// latestPattern is the span that ends last and meets the settings, as wide as they
// allow.
func latestPattern(key patternKey, list []patternItem, settings PatternSettings) (Pattern, bool) {
	slices.SortFunc(list, func(a, b patternItem) int {
		return cmp.Or(cmp.Compare(a.first, b.first), slices.Compare(a.signals, b.signals))
	})
	for end := len(list) - 1; end >= 0; end-- {
		start := end
		for start > 0 && int(list[end].first-list[start-1].first) <= settings.Days {
			start--
		}
		p := Pattern{
			Provider: key.provider, Site: key.site, Service: key.service, Theme: key.theme,
			Events: end - start + 1, First: list[start].first, Last: list[end].first,
		}
		for _, item := range list[start : end+1] {
			p.Sources = append(p.Sources, item.sources...)
			p.Signals = append(p.Signals, item.signals...)
		}
		slices.Sort(p.Sources)
		p.Sources = slices.Compact(p.Sources)
		slices.Sort(p.Signals)
		if p.Events >= settings.Items && len(p.Sources) >= settings.Sources {
			return p, true
		}
	}
	return Pattern{}, false
}

// dropRepeated leaves out a pattern of a service whose signals are exactly those
// of a pattern of a site on the same theme: it is the same one seen twice.
func dropRepeated(found []Pattern) []Pattern {
	return slices.DeleteFunc(slices.Clone(found), func(p Pattern) bool {
		return p.Service != "" && slices.ContainsFunc(found, func(q Pattern) bool {
			return q.Site != "" && q.Provider == p.Provider && q.Theme == p.Theme && slices.Equal(q.Signals, p.Signals)
		})
	})
}
