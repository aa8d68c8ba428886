package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/signal"
)

// Voice is one signal as a dot on a provider's time line.
type Voice struct {
	Ref      string
	Title    string // as lists show it
	Kind     signal.Kind
	Happened time.Time // beginning of the day, in London; of receipt where none is stated
	Received time.Time
	Level    signal.Severity // the severity in force
	Sealed   bool            // something of it is sealed
	Site     org.Code        // empty: none is named
}

// Voices is every signal about a provider that the scope may see, by receipt. It
// reads columns and never bodies: thousands are drawn on one page.
func (s *Store) Voices(ctx context.Context, sc access.Scope, provider org.Code) ([]Voice, error) {
	f := SignalFilter{Provider: provider}
	condition, args := f.where(s, sc)
	rows, err := s.read.QueryContext(ctx, "SELECT s.ref, s.title, s.kind, s.event_day, s.received, s.severity, s.sealed, s.site FROM signal s WHERE "+condition+" ORDER BY s.received, s.ref", args...)
	days, instants := map[string]time.Time{}, instantReader{}
	return collect(s.engine, rows, err, "read voices", func(r *sql.Rows) (v Voice, err error) {
		var kind, day, received string
		var level, sealed int
		if err = r.Scan(&v.Ref, &v.Title, &kind, &day, &received, &level, &sealed, &v.Site); err != nil {
			return v, err
		}
		v.Kind, v.Level, v.Sealed = signal.Kind(kind), signal.Severity(level), sealed != 0
		if v.Received, err = instants.read(received); err != nil {
			return v, err
		}
		happened, ok := days[day]
		if !ok {
			date, err := calendar.ParseDate(day)
			if err != nil {
				return v, err
			}
			happened = date.Begins()
			days[day] = happened
		}
		v.Happened = happened
		return v, nil
	})
}

// HeldStepIn is one step that the commissioner took on a complaint.
type HeldStepIn struct {
	Complaint string // its reference
	Step      signal.StepInStep
	At        time.Time
}

// StepIns is every step that the scope's commissioner took on complaints about a
// provider, by when. Only the bodies of complaints stepped in on are read.
func (s *Store) StepIns(ctx context.Context, sc access.Scope, provider org.Code) ([]HeldStepIn, error) {
	f := SignalFilter{Provider: provider, Kind: signal.KindComplaint}
	condition, args := f.where(s, sc)
	rows, err := s.read.QueryContext(ctx, heldSignalSelect+condition+" AND s.stepped = 1", args...)
	complaints, err := collect(s.engine, rows, err, "read complaints stepped in on", func(r *sql.Rows) (HeldSignal, error) { return scanHeldSignal(r) })
	var out []HeldStepIn
	for i := range complaints {
		for _, in := range complaints[i].Triage.StepIns {
			out = append(out, HeldStepIn{complaints[i].Reference, in.Step, in.At})
		}
	}
	slices.SortFunc(out, func(a, b HeldStepIn) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Complaint, b.Complaint)) })
	return out, err
}

// HeldOutcome is what became of one signal, and when.
type HeldOutcome struct {
	Ref     string
	Outcome signal.Outcome
	At      time.Time
}

// Outcomes is what became of every signal about a provider that was triaged and
// that the scope may see, by when. It reads columns and never bodies.
func (s *Store) Outcomes(ctx context.Context, sc access.Scope, provider org.Code) ([]HeldOutcome, error) {
	triaged := true
	f := SignalFilter{Provider: provider, Triaged: &triaged}
	condition, args := f.where(s, sc)
	rows, err := s.read.QueryContext(ctx, "SELECT s.ref, s.outcome, s.outcome_at FROM signal s WHERE "+condition+" ORDER BY s.outcome_at, s.ref", args...)
	return collect(s.engine, rows, err, "read outcomes", func(r *sql.Rows) (o HeldOutcome, err error) {
		var at instant
		err = r.Scan(&o.Ref, &o.Outcome, &at)
		o.At = at.Time
		return o, err
	})
}
