package web

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"candour/internal/chart"
	"candour/internal/signal"
	"candour/internal/store"
)

// recentVoices is the stretch in which signals are counted beside a lane. What is usual
// is counted, as the points count it, in the three years that ended a year ago, so that
// a year of trouble does not become its own yardstick; where less than half a year of
// them is held, in the year before the recent stretch.
const (
	recentVoices = 8 * 7 * 24 * time.Hour
	yearOfVoices = 365 * 24 * time.Hour
	usualVoices  = 3 * yearOfVoices
)

// voiceLanes is one lane for each kind of signal that was heard in the stretch, in
// the order of kinds: a dot each, and how many are usual.
func voiceLanes(list []store.Voice, from, until time.Time) []chart.SignalLane {
	var out []chart.SignalLane
	held := time.Duration(0) // how long ago anything was first heard of this provider
	for i := range list {
		if !list[i].Received.After(until) {
			held = max(held, until.Sub(list[i].Happened))
		}
	}
	for _, kind := range signal.Kinds() {
		lane := chart.SignalLane{Name: cutTo(kind.Words(), 30)}
		recent, sealed := 0, 0
		settled, lately := 0, 0
		for i := range list {
			h := &list[i]
			if h.Kind != kind || h.Received.After(until) {
				continue
			}
			at := h.Happened
			age := until.Sub(at)
			if age < recentVoices {
				recent++
			} else if age < recentVoices+yearOfVoices {
				lately++
			}
			if age >= yearOfVoices && age < yearOfVoices+usualVoices {
				settled++
			}
			if h.Sealed {
				sealed++
			}
			if !at.Before(from) {
				lane.Dots = append(lane.Dots, chart.Dot{Happened: at, Known: h.Received, Severity: max(1, int(h.Level))})
			}
		}
		if len(lane.Dots) == 0 {
			continue
		}
		lane.Sealed = sealed == len(lane.Dots)
		lane.Latest = voiceWords(recent, settled, lately, held)
		slices.SortStableFunc(lane.Dots, func(a, b chart.Dot) int {
			return cmp.Or(a.Happened.Compare(b.Happened), cmp.Compare(a.Severity, b.Severity))
		})
		out = append(out, lane)
	}
	return out
}

// voiceWords is "14 in 8 weeks; 3 usual": by the settled past where at least half a
// year of it is held, else by the year before where at least half of that is. Held is
// how far back anything is.
func voiceWords(recent, settled, lately int, held time.Duration) string {
	words := fmt.Sprintf("%d in 8 weeks", recent)
	past, since, most := settled, yearOfVoices, usualVoices
	if held < yearOfVoices+yearOfVoices/2 {
		past, since, most = lately, recentVoices, yearOfVoices
	}
	span := min(held-since, most)
	if span < yearOfVoices/2 {
		return words
	}
	usual := float64(past) * float64(recentVoices) / float64(span)
	if usual < 1 {
		return words + "; under 1 usual"
	}
	return fmt.Sprintf("%s; %.0f usual", words, usual)
}
