package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/signal"
)

// Heard is the signals of the scope that count and were received at or after an
// instant, oldest first, with only what patterns, clusters and silences are made
// of: place, themes, days, source, event. It reads columns and never the words of
// a signal, so that a year of them stays quick. The themes of those who do not
// wish to be known are left only where they stand in no small cell (R-FTSU-1).
func (s *Store) Heard(ctx context.Context, sc access.Scope, since time.Time) ([]signal.Signal, error) {
	var args []any
	condition := heard(sc, "s", &args)
	args = append(args, at(since))
	rows, err := s.read.QueryContext(ctx, `SELECT s.id, s.ref, s.kind, s.provider, s.site, s.service, s.ward, s.themes, s.severity, s.practice, s.source_token,
		s.received, s.event_day, s.event, s.duplicate_of, s.state, s.veiled FROM signal s
		WHERE s.counts = 1 AND s.received >= $`+strconv.Itoa(len(args))+" AND "+condition+" ORDER BY s.received, s.ref", args...)
	list, err := collect(s.engine, rows, err, "read what was heard", scanHeard)
	return signal.Unveil(list), err
}

func scanHeard(r *sql.Rows) (x signal.Signal, err error) {
	var received instant
	var themes, day string
	var veiled int
	if err = r.Scan(&x.ID, &x.Reference, &x.Kind, &x.Place.Provider, &x.Place.Site, &x.Place.Service, &x.Place.Ward, &themes, &x.Severity, &x.Source.Organisation,
		&x.Source.Token, &received, &day, &x.Triage.Event, &x.Triage.DuplicateOf, &x.Triage.State, &veiled); err != nil {
		return x, err
	}
	x.Received = received.Time
	if themes != "" {
		x.Themes = strings.Split(themes, ",")
	}
	if veiled != 0 {
		x.StaffConcern = &signal.StaffConcern{Wishes: "confidential"}
	}
	x.Occurred.Date, err = calendar.ParseDate(day)
	return x, err
}
