package signal

import (
	"cmp"
	"math"
	"slices"

	"candour/internal/calendar"
)

// ClusterSettings are those of FindClusters.
type ClusterSettings struct {
	Windows  []int   `json:"windows"`  // lengths in days of the spans that end on the day asked about
	Baseline int     `json:"baseline"` // days before the span from which usual is taken
	Shortest int     `json:"shortest"` // fewest days of history with which a place is judged
	Events   int     `json:"events"`   // fewest events of a cluster
	Alpha    float64 `json:"alpha"`    // chance of one or more false clusters in a whole run, at most
}

// DefaultClusterSettings are ours: weeks to a quarter against the year before.
func DefaultClusterSettings() ClusterSettings {
	return ClusterSettings{Windows: []int{7, 14, 28, 56, 91}, Baseline: 365, Shortest: 90, Events: 3, Alpha: 0.05}
}

// Cluster is more events in one place and a span of days than its own past makes
// usual. Usual is the provider's own past.
type Cluster struct {
	Place   Place         `json:"place"`
	From    calendar.Date `json:"from"`
	Until   calendar.Date `json:"until"`
	Seen    int           `json:"seen"`   // events in the span
	Usual   float64       `json:"usual"`  // events expected in a span of that length
	Chance  float64       `json:"chance"` // of as many or more when nothing has changed, allowing for all that was looked at; at most 1
	Signals []ID          `json:"signals"`
}

// placed is one event at one place.
type placed struct {
	day calendar.Date
	ids []ID
}

// FindClusters looks at every provider, site, service and ward for a span ending
// on asOf with more events than its own past makes usual. history is the first day
// from which signals are held.
//
// The model: events come at a constant rate of which the baseline tells; with Y
// events in X days and the Jeffreys prior, the number in W further days is negative
// binomial with size Y + 1/2 and probability X / (X + W). The chance is multiplied
// by the number of places and windows looked at (Bonferroni).
func FindClusters(signals []Signal, history, asOf calendar.Date, settings ClusterSettings) []Cluster {
	byPlace := eventsByPlace(signals, asOf)
	tests := float64(len(byPlace) * len(settings.Windows))
	var found []Cluster
	for place, events := range byPlace {
		best := Cluster{Chance: 2}
		for _, days := range settings.Windows {
			from := asOf - calendar.Date(days) + 1
			since := max(history, from-calendar.Date(settings.Baseline))
			if int(from-since) < settings.Shortest {
				continue
			}
			c := Cluster{Place: place, From: from, Until: asOf}
			before := 0
			for _, e := range events {
				switch {
				case e.day >= from:
					c.Seen++
					c.Signals = append(c.Signals, e.ids...)
				case e.day >= since:
					before++
				}
			}
			x, w := float64(from-since), float64(days)
			c.Usual = float64(before) * w / x
			c.Chance = min(1, tests*atLeast(c.Seen, float64(before)+0.5, x/(x+w)))
			if c.Seen >= settings.Events && c.Chance < best.Chance {
				best = c
			}
		}
		if best.Chance <= settings.Alpha {
			slices.Sort(best.Signals)
			found = append(found, best)
		}
	}
	slices.SortFunc(found, func(a, b Cluster) int {
		return cmp.Or(cmp.Compare(a.Chance, b.Chance), comparePlaces(a.Place, b.Place))
	})
	return dropWider(found)
}

// atLeast is P(N ≥ n) for N negative binomial with size r and probability p, whose
// mean is r (1 − p) / p.
func atLeast(n int, r, p float64) float64 {
	term := math.Pow(p, r) // P(N = 0)
	below := 0.0
	for k := range n {
		below += term
		term *= (r + float64(k)) / float64(k+1) * (1 - p)
	}
	return max(0, 1-below)
}

// eventsByPlace is the events up to asOf at every place, from provider to ward.
func eventsByPlace(signals []Signal, asOf calendar.Date) map[Place][]placed {
	byPlace := map[Place][]placed{}
	for _, group := range groupByEvent(signals) {
		here := map[Place]placed{}
		for _, s := range group {
			day, _ := s.EventDay()
			if day > asOf || s.Place.Provider == "" {
				continue
			}
			for _, place := range placesOf(s.Place) {
				p := here[place]
				p.day, p.ids = earlier(p.day, day), append(p.ids, s.ID)
				here[place] = p
			}
		}
		for place, p := range here {
			byPlace[place] = append(byPlace[place], p)
		}
	}
	return byPlace
}

// placesOf is p and the wider places that hold it.
func placesOf(p Place) []Place {
	places := []Place{{Provider: p.Provider}}
	if p.Site != "" {
		places = append(places, Place{Provider: p.Provider, Site: p.Site})
	}
	if p.Service != "" {
		places = append(places, Place{Provider: p.Provider, Service: p.Service})
	}
	if p.Ward != "" {
		places = append(places, Place{Provider: p.Provider, Site: p.Site, Ward: p.Ward})
	}
	return places
}

func comparePlaces(a, b Place) int {
	return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Site, b.Site), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Ward, b.Ward))
}

// exactness is how exactly a place is named.
func exactness(p Place) int {
	n := 0
	for _, set := range []bool{p.Site != "", p.Service != "", p.Ward != ""} {
		if set {
			n++
		}
	}
	return n
}

// dropWider leaves out a cluster whose signals are exactly those of a cluster at a
// more exact place of the same provider.
func dropWider(found []Cluster) []Cluster {
	return slices.DeleteFunc(slices.Clone(found), func(c Cluster) bool {
		return slices.ContainsFunc(found, func(d Cluster) bool {
			return d.Place.Provider == c.Place.Provider && exactness(d.Place) > exactness(c.Place) && slices.Equal(d.Signals, c.Signals)
		})
	})
}
