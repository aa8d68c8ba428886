package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/record"
	"candour/internal/signal"
)

// What is under strict access or embargo shows to its named readers only (docs/rules.md,
// soft intelligence): the column readers names them, ",u-1,u-2,", and is empty for everything else;
// opens is the instant at which an embargo ends, empty where there is no end. The
// condition stands in heard, which every list, page, search and export goes through.

// namedReaders is the column readers of a signal.
func namedReaders(s *signal.Signal) string {
	if len(s.Readers) == 0 {
		return ""
	}
	return "," + strings.Join(s.Readers, ",") + ","
}

// opensAt is the column opens of a signal.
func opensAt(s *signal.Signal) instant {
	if len(s.Readers) == 0 || s.Kind.Strict() {
		return at(time.Time{})
	}
	return at(s.Embargo.Begins())
}

// opened is the condition that a signal is not confined, or shows to the viewer, as it
// is confined now: what came under strict access later is not seen as of the past
// either. A program sees what it sent itself.
func (s *Store) opened(sc access.Scope, alias string, bind func(any) string) string {
	shows := func(alias string) string {
		condition := alias + ".readers = '' OR " + unlocked(alias, bind(at(s.Now()))) + " OR replace(" + alias + ".readers, " + bind(","+string(sc.Viewer.Account)+",") + ", '') <> " + alias + ".readers"
		if sc.Viewer.Client != nil {
			condition += " OR " + alias + ".raised_by = " + bind(string(sc.Viewer.Account))
		}
		return "(" + condition + ")"
	}
	condition := shows(alias)
	if sc.Past() {
		condition += " AND (" + alias + ".tenant, " + alias + ".ref) NOT IN (SELECT now.tenant, now.ref FROM signal now WHERE now.readers <> '' AND " + current("now") + " AND NOT " + shows("now") + ")"
	}
	return condition
}

// CountHidden is how many signals of the scope's commissioner are under strict access or
// embargo and do not show to its viewer, so that an export can say what it leaves out.
// It is for the operator, who is told of everything that is held; others get nought.
func (s *Store) CountHidden(ctx context.Context, sc access.Scope) (n int, err error) {
	if !sc.Viewer.Operator {
		return 0, nil
	}
	var args []any
	condition := everySignal(sc, "s", &args) + " AND NOT (" + s.opened(sc, "s", binder(&args)) + ")"
	err = s.read.QueryRowContext(ctx, "SELECT COUNT(*) FROM signal s WHERE s.readers <> '' AND "+condition, args...).Scan(&n)
	return n, s.engine.fault(err, "count what is confined")
}

// unlocked is the condition that an embargo has ended by an instant.
func unlocked(alias, now string) string {
	return "(" + alias + ".opens <> '' AND " + alias + ".opens <= " + now + ")"
}

// ReadConfined records that the scope's viewer was shown a signal that is confined;
// nothing for any other signal. It is durable before the signal is shown.
func (s *Store) ReadConfined(ctx context.Context, sc access.Scope, h *HeldSignal) error {
	if len(h.Readers) == 0 || !h.Confined(calendar.DateOf(s.Now())) {
		return nil
	}
	e, err := record.New(record.SignalRead, signalStream(h.ID)+"/read", h.Tenant, sc.Viewer.Account, record.SealedAct{Signal: h.ID, Purpose: "page", Because: "Opened the page"})
	if err != nil {
		return err
	}
	_, err = s.Record(ctx, e)
	return err
}

// Reading is one showing of a confined signal.
type Reading struct {
	Account access.AccountID
	At      time.Time
}

// Readings is who was shown a signal while it was confined, the newest first, at most
// limit of them, and how many there were.
func (s *Store) Readings(ctx context.Context, sc access.Scope, h *HeldSignal, limit int) (list []Reading, n int, err error) {
	const of = " FROM sealed_act WHERE tenant = $1 AND signal = $2 AND position <= $3 AND ref = ''"
	args := []any{h.Tenant, h.ID, position(sc)}
	if err := s.read.QueryRowContext(ctx, "SELECT COUNT(*)"+of, args...).Scan(&n); err != nil || n == 0 {
		return nil, 0, s.engine.fault(err, "count readings")
	}
	rows, err := s.read.QueryContext(ctx, "SELECT account, instant"+of+" ORDER BY position DESC LIMIT $4", append(args, limit)...)
	list, err = collect(s.engine, rows, err, "list readings", func(r *sql.Rows) (x Reading, err error) {
		var at instant
		err = r.Scan(&x.Account, &at)
		x.At = at.Time
		return x, err
	})
	return list, n, err
}
