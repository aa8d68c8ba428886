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

// recentVoices is the stretch in which signals are counted beside a lane, and
// usualVoices the one before it with which they are compared.
const (
	recentVoices = 8 * 7 * 24 * time.Hour
	usualVoices  = 365 * 24 * time.Hour
)

// voiceLanes is one lane for each kind of signal that was heard in the stretch, in
// the order of kinds: a dot each, and how many are usual.
func voiceLanes(list []store.Voice, from, until time.Time) []chart.SignalLane {
	var out []chart.SignalLane
	for _, kind := range signal.Kinds() {
		lane := chart.SignalLane{Name: cutTo(kind.Words(), 30)}
		recent, before, sealed := 0, 0, 0
		oldest := until
		for i := range list {
			h := &list[i]
			if h.Kind != kind || h.Received.After(until) {
				continue
			}
			at := h.Happened
			switch age := until.Sub(at); {
			case age < recentVoices:
				recent++
			case age < recentVoices+usualVoices:
				before++
				if at.Before(oldest) {
					oldest = at
				}
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
		lane.Latest = voiceWords(recent, before, until.Sub(oldest))
		slices.SortStableFunc(lane.Dots, func(a, b chart.Dot) int {
			return cmp.Or(a.Happened.Compare(b.Happened), cmp.Compare(a.Severity, b.Severity))
		})
		out = append(out, lane)
	}
	return out
}

// voiceWords is "14 in 8 weeks; 3 usual": usual is the provider's own past year,
// where at least half of one is held.
func voiceWords(recent, before int, held time.Duration) string {
	if held < recentVoices+usualVoices/2 {
		return fmt.Sprintf("%d in 8 weeks", recent)
	}
	usual := float64(before) * float64(recentVoices) / float64(held-recentVoices)
	if usual < 1 {
		return fmt.Sprintf("%d in 8 weeks; under 1 usual", recent)
	}
	return fmt.Sprintf("%d in 8 weeks; %.0f usual", recent, usual)
}
