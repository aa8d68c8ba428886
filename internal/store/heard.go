package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
)

// Heard is the signals of the scope that count and were received at or after an
// instant, oldest first, with only what patterns, clusters and silences are made
// of: place, themes, days, source, event. It reads columns and never the words of
// a signal, so that a year of them stays quick. The themes of those who do not
// wish to be known are left only where they stand in no small cell (R-FTSU-1).
func (s *Store) Heard(ctx context.Context, sc access.Scope, since time.Time) ([]signal.Signal, error) {
	var args []any
	condition := everySignal(sc, "s", &args)
	bind := binder(&args)
	condition += " AND (s.readers = '' OR " + unlocked("s", bind(at(s.Now()))) + ")" // the same for everybody: what is found is kept for all of them
	args = append(args, at(since))
	rows, err := s.read.QueryContext(ctx, `SELECT s.id, s.ref, s.kind, s.provider, s.site, s.service, s.ward, s.themes, s.severity, s.practice, s.source_token,
		s.received, s.event_day, s.event, s.duplicate_of, s.state, s.veiled FROM signal s
		WHERE s.counts = 1 AND s.received >= $`+strconv.Itoa(len(args))+" AND "+condition+" ORDER BY s.received, s.ref", args...)
	read, err := collect(s.engine, rows, err, "read what was heard", scanHeard)
	if err != nil {
		return nil, err
	}
	list := make([]signal.Signal, len(read))
	for i := range read {
		read[i].fill(&list[i])
	}
	return signal.Unveil(list), nil
}

// heardRow is what Heard reads of a signal. A whole signal is a kilobyte, which
// thousands of rows would move about as their list grows.
type heardRow struct {
	id, ref, kind, provider, site, service, ward, themes, practice, token, day, event, duplicateOf, state string

	severity, veiled int
	received         instant
	date             calendar.Date
}

func scanHeard(r *sql.Rows) (x heardRow, err error) {
	if err = r.Scan(&x.id, &x.ref, &x.kind, &x.provider, &x.site, &x.service, &x.ward, &x.themes, &x.severity, &x.practice,
		&x.token, &x.received, &x.day, &x.event, &x.duplicateOf, &x.state, &x.veiled); err != nil {
		return x, err
	}
	x.date, err = calendar.ParseDate(x.day)
	return x, err
}

func (x *heardRow) fill(s *signal.Signal) {
	s.ID, s.Reference, s.Kind, s.Severity = signal.ID(x.id), x.ref, signal.Kind(x.kind), signal.Severity(x.severity)
	s.Place = signal.Place{Provider: org.Code(x.provider), Site: org.Code(x.site), Service: x.service, Ward: x.ward}
	s.Source.Organisation, s.Source.Token = org.Code(x.practice), x.token
	s.Triage.Event, s.Triage.DuplicateOf, s.Triage.State = signal.EventID(x.event), signal.ID(x.duplicateOf), signal.State(x.state)
	s.Received, s.Occurred.Date = x.received.Time, x.date
	if x.themes != "" {
		s.Themes = strings.Split(x.themes, ",")
	}
	if x.veiled != 0 {
		s.StaffConcern = &signal.StaffConcern{Wishes: "confidential"}
	}
}

// HeardChanged is the position of the newest entry, up to the scope's, by which a
// signal of its commissioner came in or changed: what was worked out of its signals
// holds until it moves.
func (s *Store) HeardChanged(ctx context.Context, sc access.Scope) (newest int64, err error) {
	of := func(kind record.Kind) string {
		return "SELECT MAX(n.position) AS newest FROM entry n WHERE n.tenant = $2 AND n.kind = '" + string(kind) + "' AND n.position <= $1"
	}
	err = s.read.QueryRowContext(ctx, "SELECT COALESCE(MAX(x.newest), 0) FROM ("+of(record.SignalReceived)+" UNION ALL "+of(record.SignalChanged)+") x", position(sc), sc.Tenant).Scan(&newest)
	return newest, s.engine.fault(err, "read the newest change of a signal")
}
