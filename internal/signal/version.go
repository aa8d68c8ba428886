package signal

import "candour/internal/calendar"

// LatestVersions keeps one record of each number that a national register gave: of the
// revisions of an LFPSE reference the highest, with the earliest day on which any was
// submitted; of the rows of a StEIS log number the one modified last (an export has
// several; NHS England's published code reads them so). Of equals the later one is kept.
// Records without a number stay, and the order of first appearance is kept. Of says which
// signal a record holds, nil where it could not be read; its submission day is changed
// in place.
func LatestVersions[T any](records []T, of func(*T) *Signal) []T {
	at := map[string]int{}
	var kept []T
	for i := range records {
		number := of(&records[i]).registered()
		held, seen := at[number]
		if !seen || number == "" {
			at[number] = len(kept)
			kept = append(kept, records[i])
			continue
		}
		earliest := earlier(of(&kept[held]).submitted(), of(&records[i]).submitted())
		if of(&records[i]).version() >= of(&kept[held]).version() {
			kept[held] = records[i]
		}
		if s := of(&kept[held]); s.Incident != nil {
			incident := *s.Incident
			incident.Submitted = earliest
			s.Incident = &incident
		}
	}
	return kept
}

// registered is the number that a national register gave; "" where none did.
func (s *Signal) registered() string {
	switch {
	case s == nil:
		return ""
	case s.Incident != nil && s.Incident.LFPSE != "":
		return "lfpse/" + s.Incident.LFPSE
	case s.SeriousIncident != nil && s.SeriousIncident.StEIS != "":
		return "steis/" + s.SeriousIncident.StEIS
	}
	return ""
}

// version orders the records of one number: a revision, or the day of modification.
func (s *Signal) version() int {
	if s.Incident != nil {
		return s.Incident.Revision
	}
	return int(s.SeriousIncident.Modified)
}

func (s *Signal) submitted() calendar.Date {
	if s.Incident == nil {
		return 0
	}
	return s.Incident.Submitted
}

// earlier is the earlier of two days; a day not stated is no day.
func earlier(a, b calendar.Date) calendar.Date {
	if a.IsZero() || !b.IsZero() && b < a {
		return b
	}
	return a
}
