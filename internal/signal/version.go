package signal

import (
	"cmp"
	"time"

	"candour/internal/calendar"
)

// LatestVersions keeps one record of each reference of which a file has several versions:
// of the revisions of an LFPSE reference the highest, with the earliest day on which any
// was submitted; of the rows of a StEIS log number the one modified last (an export has
// several; NHS England's published code reads them so); of any other reference that states
// its version the latest. Of equals the later one is kept. Records without a number, and
// those that don't state a version, stay, and the order of first appearance is kept. Of
// says which signal a record holds, nil where it could not be read; its submission day is
// changed in place.
func LatestVersions[T any](records []T, of func(*T) *Signal) []T {
	at := map[string]int{}
	var kept []T
	for i := range records {
		number := of(&records[i]).versioned()
		held, seen := at[number]
		if !seen || number == "" {
			at[number] = len(kept)
			kept = append(kept, records[i])
			continue
		}
		earliest := earlier(of(&kept[held]).submitted(), of(&records[i]).submitted())
		if order, _ := compareVersions(of(&records[i]), of(&kept[held])); order >= 0 {
			kept[held] = records[i]
		}
		of(&kept[held]).submittedFirst(earliest)
	}
	return kept
}

// Registered is the number that a national register gave, by which the item is known
// wherever it comes from: "lfpse/…", "steis/…"; "" where none did.
func (s *Signal) Registered() string {
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

// versioned is what the versions of one item have in common within a file; "" for an item
// that has no number, or says nothing of its version.
func (s *Signal) versioned() string {
	if number := s.Registered(); number != "" || s == nil {
		return number
	}
	if number, updated := s.Edition(); s.Reference == "" || number == 0 && updated.IsZero() {
		return ""
	}
	return "theirs/" + s.Reference
}

// Edition is what the sender says of the version: its number, and when it was last
// changed; nought and zero where it says neither.
func (s *Signal) Edition() (number int, updated time.Time) {
	number, updated = s.Revision, s.Updated
	if s.Incident != nil {
		number = cmp.Or(number, s.Incident.Revision)
	}
	if s.SeriousIncident != nil && updated.IsZero() && !s.SeriousIncident.Modified.IsZero() {
		updated = s.SeriousIncident.Modified.Begins()
	}
	return number, updated
}

// compareVersions orders two versions of one item: by their numbers, else by when they
// were last changed. It is not known where either says neither.
func compareVersions(a, b *Signal) (order int, known bool) {
	n, at := a.Edition()
	m, than := b.Edition()
	switch {
	case n != 0 && m != 0 && n != m:
		return cmp.Compare(n, m), true
	case !at.IsZero() && !than.IsZero():
		return at.Compare(than), true
	}
	return 0, n != 0 && m != 0
}

func (s *Signal) submitted() calendar.Date {
	if s.Incident == nil {
		return 0
	}
	return s.Incident.Submitted
}

// submittedFirst sets the day of the earliest submission; the record itself is a copy, its
// incident is not.
func (s *Signal) submittedFirst(day calendar.Date) {
	if s.Incident == nil {
		return
	}
	incident := *s.Incident
	incident.Submitted = day
	s.Incident = &incident
}

// earlier is the earlier of two days; a day not stated is no day.
func earlier(a, b calendar.Date) calendar.Date {
	if a.IsZero() || !b.IsZero() && b < a {
		return b
	}
	return a
}
