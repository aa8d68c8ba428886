package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/ledger"
	"candour/internal/org"
	"candour/internal/record"
)

var findingColumns = []string{
	"id", "tenant", "indicator", "org", "kind", "rule", "direction", "first_period", "last_period", "points", "value", "against",
	"sentence", "p", "latest", "counted", "definition", "limits",
}

func projectWatch(p *projection, e ledger.Entry, w record.Watch) error {
	for _, id := range w.Ended {
		if err := p.end("finding", e, "id = $3", id); err != nil {
			return err
		}
	}
	rows := make([][]any, 0, len(w.Began))
	for i := range w.Began {
		f := &w.Began[i]
		rows = append(rows, []any{
			f.ID, f.Tenant, f.Indicator, f.Org, f.Kind, f.Rule, f.Direction, f.From.String(), f.To.String(), f.Points, f.Value,
			f.Against, f.Sentence, f.P, bit(f.Latest), bit(f.Counted), f.Definition, f.Limits, int64(e.Position), open,
		})
	}
	if err := p.store.engine.insert(p.ctx, p.tx, "finding", append(findingColumns[:len(findingColumns):len(findingColumns)], "from_pos", "until_pos"), rows); err != nil {
		return err
	}
	if err := projectVerdicts(p, e, w); err != nil {
		return err
	}
	sections, err := json.Marshal(w.Sections)
	if err != nil {
		return err
	}
	return p.exec("record a run of the watch", `INSERT INTO watch_run (position, instant, code, run_day, series, funnels, began, ended, digest,
		read_through, catalogue, sections) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, int64(e.Position), at(e.Instant), w.Code, w.Day,
		w.Series, w.Funnels, len(w.Began), len(w.Ended), w.Digest, w.Through, w.Catalogue, string(sections))
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// HeldFinding is a finding with the ledger position from which it holds.
type HeldFinding struct {
	finding.Finding
	Position int64
	Received time.Time // when it was found
}

// Findings is the findings that the scope may see as of its position, by
// organisation, indicator and kind; "" as organisation asks for all.
func (s *Store) Findings(ctx context.Context, sc access.Scope, code org.Code) ([]HeldFinding, error) {
	return s.findingsOf(ctx, sc, code, "")
}

// Latest is Findings that hold at the newest value, which is what lists of many
// providers need.
func (s *Store) Latest(ctx context.Context, sc access.Scope, code org.Code) ([]HeldFinding, error) {
	return s.findingsOf(ctx, sc, code, " AND f.latest = 1")
}

// Telling is Findings that lists of providers tell of: those of concern at the newest
// value that count, and that data is late.
func (s *Store) Telling(ctx context.Context, sc access.Scope) ([]HeldFinding, error) {
	return s.findings(ctx, sc, " AND f.latest = 1 AND (f.kind = 'stale' OR f.counted = 1 AND f.direction = 'concern')")
}

// Stale is Findings that say that data is late.
func (s *Store) Stale(ctx context.Context, sc access.Scope) ([]HeldFinding, error) {
	// SQLite would else look through all findings of each organisation for these few.
	return s.findingsSeen(ctx, sc, visible(sc, "(f.org || '')", "$2", "$1"), " AND f.kind = 'stale'")
}

// Outliers is what the cross-sections of one indicator say of the organisations
// that the scope may see.
func (s *Store) Outliers(ctx context.Context, sc access.Scope, id indicator.ID) ([]HeldFinding, error) {
	return s.findings(ctx, sc, " AND f.kind = 'outlier' AND f.indicator = $3", id)
}

// findingsOf is findings of one organisation, which is a stretch of an index, or of all.
func (s *Store) findingsOf(ctx context.Context, sc access.Scope, code org.Code, which string) ([]HeldFinding, error) {
	if code == "" {
		return s.findings(ctx, sc, which)
	}
	return s.findings(ctx, sc, which+" AND f.org = $3", code)
}

// findings is those that a condition chooses, whose parameters begin at $3.
func (s *Store) findings(ctx context.Context, sc access.Scope, which string, more ...any) ([]HeldFinding, error) {
	return s.findingsSeen(ctx, sc, visible(sc, "f.org", "$2", "$1"), which, more...)
}

// findingsSeen is those of the organisations that a condition says are seen.
func (s *Store) findingsSeen(ctx context.Context, sc access.Scope, seen, which string, more ...any) ([]HeldFinding, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT f.id, f.tenant, f.indicator, f.org, f.kind, f.rule, f.direction, f.first_period, f.last_period,
		f.points, f.value, f.against, f.sentence, f.p, f.latest, f.counted, f.definition, f.limits, f.from_pos, n.instant
		FROM finding f JOIN entry n ON n.position = f.from_pos
		WHERE `+holds("f", "$1")+" AND "+mine(sc, "f.tenant", "$2")+" AND "+seen+
		which+` ORDER BY f.org, f.indicator, f.tenant, f.kind, f.first_period, f.rule, f.id`, append([]any{position(sc), sc.Tenant}, more...)...)
	list, err := collect(s.engine, rows, err, "list findings", func(r *sql.Rows) (f HeldFinding, err error) {
		var first, last string
		var latest, counted int
		var found instant
		if err = r.Scan(&f.ID, &f.Tenant, &f.Indicator, &f.Org, &f.Kind, &f.Rule, &f.Direction, &first, &last, &f.Points, &f.Value,
			&f.Against, &f.Sentence, &f.P, &latest, &counted, &f.Definition, &f.Limits, &f.Position, &found); err != nil {
			return f, err
		}
		f.Latest, f.Counted, f.Received = latest != 0, counted != 0, found.Time
		if err = f.From.UnmarshalText([]byte(first)); err != nil {
			return f, err
		}
		return f, f.To.UnmarshalText([]byte(last))
	})
	if n := s.guard(sc); n != nil {
		n.hideFindings(list)
	}
	return list, err
}

// WatchRun is one run of the watch.
type WatchRun struct {
	Position                      int64
	Instant                       time.Time
	Code, Day, Digest             string
	Series, Funnels, Began, Ended int
	Through                       int64 // position up to which it had read
	Catalogue                     string
	Sections                      map[indicator.ID]int
}

// LastWatch is the newest run as of the scope's position; ok is false when none ran.
func (s *Store) LastWatch(ctx context.Context, sc access.Scope) (w WatchRun, ok bool, err error) {
	var when instant
	var sections string
	err = s.read.QueryRowContext(ctx, `SELECT position, instant, code, run_day, series, funnels, began, ended, digest, read_through, catalogue, sections
		FROM watch_run WHERE position <= $1 ORDER BY position DESC LIMIT 1`, position(sc)).Scan(&w.Position, &when, &w.Code, &w.Day, &w.Series, &w.Funnels,
		&w.Began, &w.Ended, &w.Digest, &w.Through, &w.Catalogue, &sections)
	w.Instant = when.Time
	if errors.Is(err, sql.ErrNoRows) {
		return w, false, nil
	}
	if err != nil {
		return w, false, s.engine.fault(err, "read the newest watch")
	}
	return w, true, fault.Wrap(fault.Damaged, json.Unmarshal([]byte(sections), &w.Sections), "the newest watch's cross-sections can't be read")
}

func projectShown(p *projection, e ledger.Entry, s record.Shown) error {
	for _, v := range s.Views {
		if err := p.exec("record a first sight", `INSERT INTO shown (account, tenant, thing, at, as_of, from_pos) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (account, tenant, thing) DO NOTHING`, v.Account, v.Tenant, v.Thing, at(v.At), v.AsOf, int64(e.Position)); err != nil {
			return err
		}
	}
	return nil
}

// Sight is a person's first sight of a thing.
type Sight struct {
	Account access.AccountID
	Thing   string
	At      time.Time
	AsOf    int64
}

// Sights is who of the scope's commissioner was first shown a thing when; with
// account, only theirs, and "" as thing asks for all things of that account.
func (s *Store) Sights(ctx context.Context, sc access.Scope, thing string, account access.AccountID) ([]Sight, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT h.account, h.thing, h.at, h.as_of FROM shown h WHERE h.from_pos <= $1 AND `+mine(sc, "h.tenant", "$2")+`
		AND (h.thing = $3 OR CAST($3 AS codetext) = '') AND (h.account = $4 OR CAST($4 AS codetext) = '') ORDER BY h.at, h.account, h.thing`,
		position(sc), sc.Tenant, thing, account)
	return collect(s.engine, rows, err, "list first sights", func(r *sql.Rows) (x Sight, err error) {
		var when instant
		err = r.Scan(&x.Account, &x.Thing, &when, &x.AsOf)
		x.At = when.Time
		return x, err
	})
}
