package store

import (
	"context"
	"database/sql"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/signal"
)

// Voice is one signal as a dot on a provider's time line.
type Voice struct {
	Kind     signal.Kind
	Happened time.Time // beginning of the day, in London; of receipt where none is stated
	Received time.Time
	Level    signal.Severity // the severity in force
	Sealed   bool            // something of it is sealed
}

// Voices is every signal about a provider that the scope may see, by receipt. It
// reads columns and never words: thousands are drawn on one page.
func (s *Store) Voices(ctx context.Context, sc access.Scope, provider org.Code) ([]Voice, error) {
	f := SignalFilter{Provider: provider}
	condition, args := f.where(sc)
	rows, err := s.read.QueryContext(ctx, "SELECT s.kind, s.event_day, s.received, s.severity, s.sealed FROM signal s WHERE "+condition+" ORDER BY s.received, s.ref", args...)
	return collect(s.engine, rows, err, "read voices", func(r *sql.Rows) (v Voice, err error) {
		var day string
		var received instant
		var sealed int
		if err = r.Scan(&v.Kind, &day, &received, &v.Level, &sealed); err != nil {
			return v, err
		}
		happened, err := calendar.ParseDate(day)
		v.Happened, v.Received, v.Sealed = happened.Begins(), received.Time, sealed != 0
		return v, err
	})
}
