package signal

import (
	"cmp"
	"slices"

	"candour/internal/calendar"
	"candour/internal/org"
)

// Voice is somebody who could be heard from: a practice that could raise concerns,
// or a provider that reports incidents, with its size.
type Voice struct {
	Organisation org.Code `json:"organisation"`
	Size         float64  `json:"size"` // list of patients, bed days, staff: the same unit for all
}

// Silence is a voice that was heard less than its size makes usual.
type Silence struct {
	Organisation org.Code      `json:"organisation"`
	Seen         int           `json:"seen"`
	Usual        float64       `json:"usual"`           // by its share of the size of all
	LastHeard    calendar.Date `json:"last_heard"`      // zero: never
	Chance       float64       `json:"chance"`          // of so few or fewer at the rate of all
	CantTell     bool          `json:"cant_tell"`       // nothing was heard, and nothing could be expected of one so small
	Days         int           `json:"days"`            // length of the span
	Quiet        bool          `json:"quiet,omitempty"` // fewer than usual beyond chance
}

// quietChance is the chance below which a voice is called quiet.
const quietChance = 0.05

// NotHeardFrom is who has not been heard from, or less than is usual for their
// size, in the days up to asOf: silent practices, quiet providers. Silence is a
// question, never a reassurance (R-IND-8). heardFrom says whose voice a signal is:
// the practice of a clinician's concern, the provider of an incident.
//
// The rate of all is total heard over total size. Voices differ in culture, so the
// count at one voice is taken as negative binomial with size 1/spread, where
// spread is the squared coefficient of variation between voices (0.5 fits
// reporting by practices; DETECTION.md section 4 keeps it in 0.05 to 1.5).
func NotHeardFrom(voices []Voice, signals []Signal, heardFrom func(*Signal) (org.Code, bool), asOf calendar.Date, days int, spread float64) []Silence {
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
		total += seen[v.Organisation]
		size += v.Size
	}
	var silences []Silence
	for _, v := range voices {
		s := Silence{Organisation: v.Organisation, Seen: seen[v.Organisation], LastHeard: last[v.Organisation], Days: days, Chance: 1}
		if size > 0 {
			s.Usual = float64(total) * v.Size / size
		}
		if s.Usual > 0 {
			r := 1 / spread
			s.Chance = 1 - atLeast(s.Seen+1, r, r/(r+s.Usual))
		}
		s.Quiet = s.Chance < quietChance
		s.CantTell = !s.Quiet && s.Seen == 0
		if s.Quiet || s.CantTell {
			silences = append(silences, s)
		}
	}
	slices.SortFunc(silences, func(a, b Silence) int {
		return cmp.Or(-cmp.Compare(a.Usual-float64(a.Seen), b.Usual-float64(b.Seen)), cmp.Compare(a.Organisation, b.Organisation))
	})
	return silences
}

// FromPractice is heardFrom for clinicians' concerns: the organisation that raised it.
func FromPractice(s *Signal) (org.Code, bool) {
	return s.Source.Organisation, s.Kind == KindClinicianConcern && s.Source.Organisation != ""
}

// FromProvider is heardFrom for incidents: the provider that reported it.
func FromProvider(s *Signal) (org.Code, bool) { return s.Place.Provider, s.Kind == KindIncident }
