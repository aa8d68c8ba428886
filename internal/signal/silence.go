package signal

import (
	"cmp"
	"math"
	"slices"

	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/stat/fdr"
)

// Voice is somebody who could be heard from: a practice that could raise concerns,
// or a provider that reports incidents, with its size.
type Voice struct {
	Organisation org.Code `json:"organisation"`
	Size         float64  `json:"size"` // list of patients, beds: the same unit for all; 0 where it isn't held
}

// Silence is how much was heard of one voice, beside what its size makes usual.
type Silence struct {
	Organisation org.Code      `json:"organisation"`
	Size         float64       `json:"size"` // 0: not held, so nothing is usual
	Seen         int           `json:"seen"`
	Usual        float64       `json:"usual"`      // by its share of the size of all; 0 where its size isn't held
	LastHeard    calendar.Date `json:"last_heard"` // zero: never
	Chance       float64       `json:"chance"`     // of so few or fewer at the rate of all; 1 where nothing is usual
	Quiet        bool          `json:"quiet"`      // fewer than usual beyond chance, allowing for how many were looked at
}

// NeverHeard reports whether nothing was heard in the span.
func (s *Silence) NeverHeard() bool { return s.Seen == 0 }

// falseQuiet is the share of those called quiet that may be so by chance
// (Benjamini and Hochberg 1995).
const falseQuiet = 0.1

// NotHeardFrom is how much was heard of each voice in the days up to asOf, the
// quietest first: silent practices, quiet providers. Silence is a question, never
// a reassurance (R-IND-8). heardFrom says whose voice a signal is: the practice of
// a clinician's concern, the provider of an incident.
//
// Usual is the rate of all whose size is held (total heard over total size) times
// the voice's size: the empirical Bayes mean before its own count is looked at.
// Voices differ in culture, so the count at one is taken as negative binomial with
// that mean and the spread between voices found by moments (Spread). Chances are
// judged together, so that among two hundred practices ten are not called quiet by
// chance alone. A voice whose size isn't held is never called quiet: it can't be
// told.
func NotHeardFrom(voices []Voice, signals []Signal, heardFrom func(*Signal) (org.Code, bool), asOf calendar.Date, days int) []Silence {
	from := asOf - calendar.Date(days) + 1
	seen, last := map[org.Code]int{}, map[org.Code]calendar.Date{}
	for i := range signals {
		code, ok := heardFrom(&signals[i])
		day := calendar.DateOf(signals[i].Received)
		if !ok || day > asOf || signals[i].Triage.Withdrawn != "" {
			continue
		}
		last[code] = max(last[code], day)
		if day >= from {
			seen[code]++
		}
	}
	total, size := 0, 0.0
	for _, v := range voices {
		if v.Size > 0 {
			total += seen[v.Organisation]
			size += v.Size
		}
	}
	silences := make([]Silence, len(voices))
	chances := make([]float64, len(voices))
	for i, v := range voices {
		silences[i] = Silence{Organisation: v.Organisation, Size: v.Size, Seen: seen[v.Organisation], LastHeard: last[v.Organisation], Chance: 1}
		if v.Size > 0 && total > 0 {
			silences[i].Usual = float64(total) * v.Size / size
		}
	}
	r := 1 / Spread(silences)
	for i := range silences {
		s := &silences[i]
		if chances[i] = math.NaN(); s.Usual > 0 {
			s.Chance = 1 - atLeast(s.Seen+1, r, r/(r+s.Usual))
			chances[i] = s.Chance
		}
	}
	if judged, err := fdr.BenjaminiHochberg(chances, falseQuiet); err == nil { // it refuses only a chance outside 0 to 1
		for i := range silences {
			silences[i].Quiet = judged.Flagged[i]
		}
	}
	slices.SortFunc(silences, func(a, b Silence) int {
		return cmp.Or(compareBools(b.Quiet, a.Quiet), -cmp.Compare(a.Usual-float64(a.Seen), b.Usual-float64(b.Seen)), cmp.Compare(a.Seen, b.Seen), cmp.Compare(a.Organisation, b.Organisation))
	})
	return silences
}

// The bounds of the spread between voices, and the value taken where fewer voices
// than enoughVoices have a size (concern-design.md section 4).
const (
	leastSpread, mostSpread, usualSpread = 0.05, 1.5, 0.5
	enoughVoices                         = 10
)

// Spread is the squared coefficient of variation between voices once the noise of
// counting is taken out: the sum of (seen − usual)² − usual over the sum of usual²,
// kept in 0.05 to 1.5 (concern-design.md section 4).
func Spread(silences []Silence) float64 {
	noise, squares, n := 0.0, 0.0, 0
	for _, s := range silences {
		if s.Usual > 0 {
			d := float64(s.Seen) - s.Usual
			noise, squares, n = noise+d*d-s.Usual, squares+s.Usual*s.Usual, n+1
		}
	}
	if n < enoughVoices {
		return usualSpread
	}
	return min(max(noise/squares, leastSpread), mostSpread)
}

// FromPractice is heardFrom for clinicians' concerns: the organisation that raised it.
func FromPractice(s *Signal) (org.Code, bool) {
	return s.Source.Organisation, s.Kind == KindClinicianConcern && s.Source.Organisation != ""
}

// FromProvider is heardFrom for incidents: the provider that reported it.
func FromProvider(s *Signal) (org.Code, bool) { return s.Place.Provider, s.Kind == KindIncident }
