package alert

import (
	"fmt"
	"slices"

	"candour/internal/concern"
)

// Settings are what a commissioner sets about its alerts. They come into force
// with their ledger entry and hold until the next; version 0 is that nobody has set
// anything.
type Settings struct {
	Version int     `json:"version"`
	Budget  float64 `json:"budget"`  // false alerts per provider-year; one of those offered
	Bands   [4]int  `json:"bands"`   // chance in per cent from which watch, possible, likely and very likely begin
	Days    int     `json:"days"`    // without anybody opening an alert, after which it goes up a level
	Because string  `json:"because"` // why they were set so
}

// The usual settings (concern-design.md sections 9 and 10) and the bounds of the days.
const (
	UsualBudget = 0.2
	UsualDays   = 7
	LongestWait = 90
)

// UsualSettings are those that hold until somebody sets others.
func UsualSettings() Settings {
	return Settings{Budget: UsualBudget, Bands: [4]int{5, 20, 50, 80}, Days: UsualDays}
}

// bandWords are the words whose beginnings can be set, in order.
var bandWords = [4]concern.Word{concern.Watch, concern.Possible, concern.Likely, concern.VeryLikely}

// BandWords are the words whose beginnings can be set, in the order of Bands.
func BandWords() [4]concern.Word { return bandWords }

// Problems says what is wrong with settings, by field: budget, days, because, or
// band-0 to band-3.
func (s Settings) Problems(par *concern.Params) map[string]string {
	out := map[string]string{}
	if !slices.ContainsFunc(par.Budgets, func(b concern.Budget) bool { return same(b.Budget, s.Budget) }) {
		out["budget"] = "Choose one of the budgets offered."
	}
	for i, p := range s.Bands {
		name := fmt.Sprintf("band-%d", i)
		switch {
		case p < 1 || p > 99:
			out[name] = "Enter a whole number from 1 to 99."
		case i > 0 && p <= s.Bands[i-1]:
			out[name] = fmt.Sprintf("“%s” must begin above “%s”.", bandWords[i], bandWords[i-1])
		}
	}
	if s.Days < 1 || s.Days > LongestWait {
		out["days"] = fmt.Sprintf("Enter a number of days from 1 to %d.", LongestWait)
	}
	if s.Because == "" || len(s.Because) > LongestBecause {
		out["because"] = fmt.Sprintf("Say why, in at most %d characters.", LongestBecause)
	}
	return out
}

// same reports whether two budgets are one: they are stated with one decimal.
func same(a, b float64) bool { return a-b < 0.005 && b-a < 0.005 }

// words is the limits of the words by these settings.
func (s Settings) words() []concern.WordLimit {
	out := []concern.WordLimit{{Word: concern.NoSign}}
	for i, w := range bandWords {
		out = append(out, concern.WordLimit{Word: w, From: float64(s.Bands[i]) / 100})
	}
	return out
}
