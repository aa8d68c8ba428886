package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/concern"
	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/record"
)

// projectAlertSettings puts settings into force. Their version is counted here, so
// that two people who set at once get two versions.
func projectAlertSettings(p *projection, e ledger.Entry, s alert.Settings) error {
	if err := p.tx.QueryRowContext(p.ctx, "SELECT COALESCE(MAX(version), 0) + 1 FROM alert_setting WHERE tenant = $1", e.Tenant).Scan(&s.Version); err != nil {
		return p.store.engine.fault(err, "number the settings")
	}
	body, err := json.Marshal(s)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "write the settings")
	}
	if err := p.end("alert_setting", e, "tenant = $3", e.Tenant); err != nil {
		return err
	}
	return p.insert(e, "alert_setting", []string{"tenant", "version", "body"}, e.Tenant, s.Version, string(body))
}

// projectEstimate adds an estimate; a second one of the same version means that
// another run made it meanwhile.
func projectEstimate(p *projection, e ledger.Entry, x alert.Estimate) error {
	body, err := json.Marshal(x)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "write the estimate")
	}
	return p.insert(e, "alert_estimate", []string{"tenant", "sort", "version", "body"}, e.Tenant, x.Of, x.Version, string(body))
}

// AlertSettings is what the scope's commissioner has set about its alerts as of the
// scope's position; the usual settings when it has set nothing.
func (s *Store) AlertSettings(ctx context.Context, sc access.Scope) (alert.Settings, error) {
	history, err := s.AlertSettingsHistory(ctx, sc)
	if err != nil || len(history) == 0 {
		return alert.UsualSettings(), err
	}
	return history[0].Settings, nil
}

// SetEntry is settings with who set them when.
type SetEntry struct {
	alert.Settings
	Position int64
	At       time.Time
	Actor    access.AccountID
}

// AlertSettingsHistory is every version of the settings of the scope's
// commissioner, newest first.
func (s *Store) AlertSettingsHistory(ctx context.Context, sc access.Scope) ([]SetEntry, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT t.body, n.position, n.instant, n.actor FROM alert_setting t JOIN entry n ON n.position = t.from_pos
		WHERE t.from_pos <= $1 AND t.tenant = $2 ORDER BY t.version DESC`, position(sc), sc.Tenant)
	return collect(s.engine, rows, err, "read the settings of alerts", func(r *sql.Rows) (x SetEntry, err error) {
		var body string
		var when instant
		if err = r.Scan(&body, &x.Position, &when, &x.Actor); err != nil {
			return x, err
		}
		x.At = when.Time
		return x, fault.Wrap(fault.Damaged, json.Unmarshal([]byte(body), &x.Settings), "the settings of alerts can't be read")
	})
}

// SetAlerts records settings for the scope's commissioner; they hold from now on.
func (s *Store) SetAlerts(ctx context.Context, sc access.Scope, set alert.Settings) error {
	if sc.Past() || sc.All {
		return fault.New(fault.Conflict, "alerts are set for one commissioner, now")
	}
	e, err := record.New(record.AlertsSet, "alerts", sc.Tenant, sc.Viewer.Account, set)
	if err == nil {
		_, err = s.Record(ctx, e)
	}
	return err
}

// AlertMethod is the parameters and thresholds in force for the scope's
// commissioner as of its position: base with what was set and learnt.
func (s *Store) AlertMethod(ctx context.Context, sc access.Scope, base *concern.Params) (alert.Method, error) {
	set, err := s.AlertSettings(ctx, sc)
	if err != nil {
		return alert.Method{}, err
	}
	estimates, err := s.estimates(ctx, sc)
	return alert.NewMethod(base, set, estimates), err
}

// JudgedMethod is the parameters and thresholds by which an assessment of the
// scope's commissioner was made, whose version it names: those shipped then, with
// what was set and learnt by then. Base is the parameters shipped now, which stand in
// for a version that the memory doesn't hold: the method's own version tells. Without
// a version it is those in force.
func (s *Store) JudgedMethod(ctx context.Context, sc access.Scope, base *concern.Params, version string) (alert.Method, error) {
	if version == "" {
		return s.AlertMethod(ctx, sc, base)
	}
	if shipped := alert.BaseVersion(version); shipped != base.Version {
		text, err := s.DefinitionText(ctx, ParametersSort, ParametersID, shipped)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return alert.Method{}, err
		}
		if err == nil {
			if base, err = concern.PastParams([]byte(text)); err != nil {
				return alert.Method{}, fault.Wrap(fault.Damaged, err, "version %s of the parameters can't be read", shipped)
			}
		}
	}
	history, err := s.AlertSettingsHistory(ctx, sc)
	if err != nil {
		return alert.Method{}, err
	}
	set := make([]alert.Settings, len(history))
	for i := range history {
		set[i] = history[i].Settings
	}
	estimates, err := s.estimates(ctx, sc)
	return alert.MethodOf(version, base, set, estimates), err
}

// Where the parameters of the fusion stand among the definitions.
const (
	ParametersSort = "parameters"
	ParametersID   = "concern"
)

// estimates is every estimate of the scope's commissioner by its position.
func (s *Store) estimates(ctx context.Context, sc access.Scope) ([]alert.Estimate, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT x.body FROM alert_estimate x WHERE x.from_pos <= $1 AND x.tenant = $2 ORDER BY x.sort, x.version", position(sc), sc.Tenant)
	return collect(s.engine, rows, err, "read the estimates of alerts", func(r *sql.Rows) (x alert.Estimate, err error) {
		var body string
		if err = r.Scan(&body); err != nil {
			return x, err
		}
		return x, fault.Wrap(fault.Damaged, json.Unmarshal([]byte(body), &x), "an estimate of alerts can't be read")
	})
}

// JudgedSince is when concern was first judged for the scope's commissioner, and
// how many of its providers can be judged as of the scope's position. The zero time
// is never.
func (s *Store) JudgedSince(ctx context.Context, sc access.Scope) (since time.Time, providers int, err error) {
	var first instant
	err = s.read.QueryRowContext(ctx, `SELECT (SELECT n.instant FROM entry n WHERE n.position = (SELECT MIN(c.from_pos) FROM concern c WHERE c.tenant = $2 AND c.judged = 1 AND c.from_pos <= $1)),
		(SELECT COUNT(*) FROM concern c WHERE c.tenant = $2 AND c.judged = 1 AND `+holds("c", "$1")+")", position(sc), sc.Tenant).Scan(&first, &providers)
	return first.Time, providers, s.engine.fault(err, "read since when concern is judged")
}
