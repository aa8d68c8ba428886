package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/record"
	"candour/internal/signal"
)

func projectListening(p *projection, e ledger.Entry, l record.Listening) error {
	body, err := json.Marshal(l.Settings)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "write the settings")
	}
	if err := p.end("listening", e, "tenant = $3", e.Tenant); err != nil {
		return err
	}
	return p.insert(e, "listening", []string{"tenant", "body", "because", "account", "instant"}, e.Tenant, string(body), l.Because, e.Actor, at(e.Instant))
}

// Listening is what the scope's commissioner has settled about listening.
type Listening struct {
	signal.Settings
	Set     bool // false: nothing was settled, these are the defaults
	Because string
	Account access.AccountID
	Since   time.Time
}

// Listening is the settings in force at the scope's position.
func (s *Store) Listening(ctx context.Context, sc access.Scope) (l Listening, err error) {
	l.Settings = signal.DefaultSettings()
	var body string
	var since instant
	err = s.read.QueryRowContext(ctx, "SELECT l.body, l.because, l.account, l.instant FROM listening l WHERE l.tenant = $2 AND "+holds("l", "$1"), position(sc), sc.Tenant).
		Scan(&body, &l.Because, &l.Account, &since)
	if errors.Is(err, sql.ErrNoRows) {
		return l, nil
	}
	if err != nil {
		return l, s.engine.fault(err, "read the settings of listening")
	}
	l.Set, l.Since = true, since.Time
	return l, fault.Wrap(fault.Damaged, json.Unmarshal([]byte(body), &l.Settings), "the settings of listening can't be read")
}

// SetListening records new settings, with the reason for them.
func (s *Store) SetListening(ctx context.Context, sc access.Scope, settings signal.Settings, because string) error {
	if sc.Tenant == "" || sc.Past() {
		return fault.New(fault.Invalid, "settings are recorded for one commissioner, now")
	}
	if strings.TrimSpace(because) == "" {
		return fault.New(fault.Invalid, "a change of settings needs a reason")
	}
	if err := settings.Validate().Err(); err != nil {
		return err
	}
	e, err := record.New(record.ListeningSet, "listening", sc.Tenant, sc.Viewer.Account, record.Listening{Settings: settings, Because: because})
	if err != nil {
		return err
	}
	_, err = s.Record(ctx, e)
	return err
}

// OpenComplaints is every complaint of the scope that still waits for its
// response, oldest first.
func (s *Store) OpenComplaints(ctx context.Context, sc access.Scope) ([]HeldSignal, error) {
	condition, args := s.openComplaints(sc)
	rows, err := s.read.QueryContext(ctx, heldSignalSelect+condition, args...)
	return collect(s.engine, rows, err, "list open complaints", func(r *sql.Rows) (HeldSignal, error) { return scanHeldSignal(r) })
}

// openComplaints is the condition of OpenComplaints. By received put together with
// nothing the index of the few open ones is taken, not that of all in order.
func (s *Store) openComplaints(sc access.Scope) (string, []any) {
	var args []any
	return s.heard(sc, "s", &args) + ` AND s.kind = 'complaint' AND s.counts = 1
		AND s.state IN ('received', 'acknowledged', 'with_provider', 'in_inquiry') ORDER BY s.received || '', s.ref`, args
}

// complaintThemes is the condition of ComplaintThemes.
func (s *Store) complaintThemes(sc access.Scope, since calendar.Date) (string, []any) {
	var args []any
	condition := s.heard(sc, "s", &args)
	args = append(args, at(since.Begins()))
	return condition + " AND s.kind = 'complaint' AND s.counts = 1 AND s.theme <> '' AND s.duplicate_of = '' AND s.received >= $" + strconv.Itoa(len(args)) + " GROUP BY s.provider, s.theme", args
}

// ThemeKey is one theme of complaints at one provider.
type ThemeKey struct {
	Provider, Theme string
}

// ComplaintThemes is how many complaints with each main theme each provider of the
// scope had that were received from a day on; those about one event, and
// duplicates, count once.
func (s *Store) ComplaintThemes(ctx context.Context, sc access.Scope, since calendar.Date) (map[ThemeKey]int, error) {
	condition, args := s.complaintThemes(sc, since)
	rows, err := s.read.QueryContext(ctx, "SELECT s.provider, s.theme, COUNT(DISTINCT CASE WHEN s.event <> '' THEN 'e/' || s.event ELSE s.id END) FROM signal s WHERE "+condition, args...)
	counts := map[ThemeKey]int{}
	_, err = collect(s.engine, rows, err, "count the themes of complaints", func(r *sql.Rows) (struct{}, error) {
		var k ThemeKey
		var n int
		err := r.Scan(&k.Provider, &k.Theme, &n)
		counts[k] = n
		return struct{}{}, err
	})
	return counts, err
}
