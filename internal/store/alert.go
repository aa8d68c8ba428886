package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/concern"
	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/org"
	"candour/internal/record"
)

var alertColumns = []string{"tenant", "ref", "provider", "state", "owner", "raised", "ended", "version", "body"}

// projectAlert raises an alert. The reference is numbered by whoever raises it, so a
// second alert of one reference means that another run did the same meanwhile.
func projectAlert(p *projection, e ledger.Entry, b record.AlertRaise) error {
	if _, err := p.heldAlert(e, b.Ref); !fault.Is(err, fault.NotFound) {
		if err == nil {
			err = fault.New(fault.Conflict, "%s has been raised already", b.Ref)
		}
		return err
	}
	if err := p.insert(e, "alert_evidence", []string{"tenant", "ref", "budget", "score_from", "level_from", "code", "assessment", "explanation"},
		e.Tenant, b.Ref, b.Budget, b.ScoreFrom, b.LevelFrom, b.Code, string(b.Assessment), string(b.Explanation)); err != nil {
		return err
	}
	return p.putAlert(e, alert.New(b.Ref, org.Code(e.Tenant), b.Brief, e.Instant))
}

// projectStep folds a step into the alert's row.
func projectStep(p *projection, e ledger.Entry, s alert.Step) error {
	a, err := p.heldAlert(e, s.Ref)
	if err != nil {
		return err
	}
	if err := a.Apply(s, e.Instant); err != nil {
		return err
	}
	if err := p.end("alert", e, "tenant = $3 AND ref = $4", e.Tenant, s.Ref); err != nil {
		return err
	}
	return p.putAlert(e, a)
}

func (p *projection) heldAlert(e ledger.Entry, ref alert.Ref) (a alert.Alert, err error) {
	var body string
	err = p.tx.QueryRowContext(p.ctx, "SELECT body FROM alert WHERE tenant = $1 AND ref = $2 AND until_pos = $3", e.Tenant, ref, open).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return a, fault.New(fault.NotFound, "there is no alert %q here", ref)
	}
	if err != nil {
		return a, p.store.engine.fault(err, "read an alert")
	}
	return a, fault.Wrap(fault.Damaged, json.Unmarshal([]byte(body), &a), "the alert %s can't be read", ref)
}

func (p *projection) putAlert(e ledger.Entry, a alert.Alert) error {
	body, err := json.Marshal(a)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "write the alert")
	}
	return p.insert(e, "alert", alertColumns, a.Tenant, a.Ref, a.Provider, a.State, a.Owner, at(a.Raised), at(a.Ended), a.Version, string(body))
}

// AlertFilter chooses alerts; its zero value chooses all.
type AlertFilter struct {
	Open  bool             // only those that are still a task
	State alert.State      // only of this state
	Owner access.AccountID // only those of one person
	Of    []org.Code       // only those about these providers
	Ref   alert.Ref
	// Spans, from the first instant up to and not at the second; zero is open.
	RaisedFrom, RaisedUntil time.Time
	ClosedFrom, ClosedUntil time.Time // only closed ones
}

func (f AlertFilter) where(sc access.Scope) (string, []any) {
	args := []any{position(sc), sc.Tenant}
	parts := []string{holds("a", "$1"), within(sc, "a.tenant", "$2")}
	when := func(use bool, condition string, value any) {
		if use {
			args = append(args, value)
			parts = append(parts, condition+" "+marks(len(args), 1))
		}
	}
	when(f.Open, "a.state <>", alert.Closed)
	when(f.State != "", "a.state =", f.State)
	when(f.Owner != "", "a.owner =", f.Owner)
	if len(f.Of) > 0 {
		parts = append(parts, "a.provider IN ("+marks(len(args)+1, len(f.Of))+")")
		for _, code := range f.Of {
			args = append(args, code)
		}
	}
	when(f.Ref != "", "a.ref =", f.Ref)
	when(!f.RaisedFrom.IsZero(), "a.raised >=", at(f.RaisedFrom))
	when(!f.RaisedUntil.IsZero(), "a.raised <", at(f.RaisedUntil))
	closed := !f.ClosedFrom.IsZero() || !f.ClosedUntil.IsZero()
	when(closed, "a.state =", alert.Closed)
	when(!f.ClosedFrom.IsZero(), "a.ended >=", at(f.ClosedFrom))
	when(!f.ClosedUntil.IsZero(), "a.ended <", at(f.ClosedUntil))
	return strings.Join(parts, " AND "), args
}

// Alerts is the alerts of the scope's commissioner that a filter chooses, as they
// stood at the scope's position, in the order of alert.Sort, with when each was
// first opened by anybody.
func (s *Store) Alerts(ctx context.Context, sc access.Scope, f AlertFilter) ([]alert.Alert, error) {
	condition, args := f.where(sc)
	rows, err := s.read.QueryContext(ctx, `SELECT a.body, (SELECT MIN(h.at) FROM shown h
		WHERE h.tenant = a.tenant AND h.thing = 'alert/' || a.ref AND h.from_pos <= $1) FROM alert a WHERE `+condition, args...)
	list, err := collect(s.engine, rows, err, "list alerts", func(r *sql.Rows) (a alert.Alert, err error) {
		var body string
		var opened instant
		if err = r.Scan(&body, &opened); err != nil {
			return a, err
		}
		if err = json.Unmarshal([]byte(body), &a); err != nil {
			return a, fault.Wrap(fault.Damaged, err, "an alert can't be read")
		}
		a.Opened = opened.Time
		return a, nil
	})
	alert.Sort(list)
	return list, err
}

// Alert is one alert of the scope's commissioner.
func (s *Store) Alert(ctx context.Context, sc access.Scope, ref alert.Ref) (alert.Alert, error) {
	if _, _, ok := ref.Parts(); ok {
		list, err := s.Alerts(ctx, sc, AlertFilter{Ref: ref})
		if err != nil || len(list) > 0 {
			return append(list, alert.Alert{})[0], err
		}
	}
	return alert.Alert{}, fault.New(fault.NotFound, "there is no such alert that you may see")
}

// PinnedEvidence is the evidence of an alert as it was raised.
type PinnedEvidence struct {
	Position    int64 // of the entry that raised it: every page as of it shows what was known
	Budget      float64
	ScoreFrom   float64 // hA in force then
	LevelFrom   float64 // hB
	Code        string
	Assessment  concern.Assessment
	Explanation concern.Explanation
}

// AlertEvidence is the evidence of an alert of the scope's commissioner, without
// counts of signals for whoever may not open the signals.
func (s *Store) AlertEvidence(ctx context.Context, sc access.Scope, ref alert.Ref) (x PinnedEvidence, err error) {
	var assessment, explanation string
	err = s.read.QueryRowContext(ctx, `SELECT v.from_pos, v.budget, v.score_from, v.level_from, v.code, v.assessment, v.explanation
		FROM alert_evidence v WHERE v.ref = $3 AND v.from_pos <= $1 AND `+within(sc, "v.tenant", "$2"), position(sc), sc.Tenant, ref).Scan(
		&x.Position, &x.Budget, &x.ScoreFrom, &x.LevelFrom, &x.Code, &assessment, &explanation)
	if errors.Is(err, sql.ErrNoRows) {
		return x, fault.New(fault.NotFound, "there is no such alert that you may see")
	}
	if err != nil {
		return x, s.engine.fault(err, "read the evidence of an alert")
	}
	if err := json.Unmarshal([]byte(assessment), &x.Assessment); err != nil {
		return x, fault.Wrap(fault.Damaged, err, "the evidence of %s can't be read", ref)
	}
	if err := json.Unmarshal([]byte(explanation), &x.Explanation); err != nil {
		return x, fault.Wrap(fault.Damaged, err, "the explanation of %s can't be read", ref)
	}
	if !seesCounts(sc) {
		x.Assessment.Withhold()
		x.Explanation.Withhold(&x.Assessment)
	}
	return x, nil
}

// AlertEntry is one entry about an alert.
type AlertEntry struct {
	Position int64
	At       time.Time
	Actor    access.AccountID
	Step     alert.Step // the zero step is that it was raised
}

// AlertHistory is the entries about an alert of the scope's commissioner, oldest
// first, up to the scope's position.
func (s *Store) AlertHistory(ctx context.Context, sc access.Scope, ref alert.Ref) ([]AlertEntry, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT n.position, n.instant, n.actor, n.kind, y.body FROM entry n JOIN entry_body y ON y.position = n.position
		WHERE n.position <= $1 AND n.stream = $3 AND n.kind IN ('alert.raised', 'alert.stepped') AND y.body IS NOT NULL AND `+
		within(sc, "n.tenant", "$2")+" ORDER BY n.number", position(sc), sc.Tenant, alertStream(ref))
	return collect(s.engine, rows, err, "read the history of an alert", func(r *sql.Rows) (x AlertEntry, err error) {
		var kind string
		var body []byte
		var when instant
		if err = r.Scan(&x.Position, &when, &x.Actor, &kind, &body); err != nil {
			return x, err
		}
		x.At = when.Time
		if record.Kind(kind) == record.AlertRaised {
			return x, nil
		}
		return x, fault.Wrap(fault.Damaged, json.Unmarshal(body, &x.Step), "a step of %s can't be read", ref)
	})
}

// AlertSteps is what people did with every alert of the scope's commissioner about a
// provider, oldest first, up to the scope's position.
func (s *Store) AlertSteps(ctx context.Context, sc access.Scope, provider org.Code) ([]AlertEntry, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT n.position, n.instant, n.actor, y.body FROM entry n JOIN entry_body y ON y.position = n.position
		WHERE n.position <= $1 AND n.kind = 'alert.stepped' AND n.stream IN (SELECT 'alert/' || a.ref FROM alert a WHERE a.provider = $3 AND `+holds("a", "$1")+`)
		AND y.body IS NOT NULL AND `+within(sc, "n.tenant", "$2")+" ORDER BY n.position", position(sc), sc.Tenant, provider)
	steps, err := collect(s.engine, rows, err, "read what was done with alerts", func(r *sql.Rows) (x AlertEntry, err error) {
		var body []byte
		var when instant
		if err = r.Scan(&x.Position, &when, &x.Actor, &body); err != nil {
			return x, err
		}
		x.At = when.Time
		return x, fault.Wrap(fault.Damaged, json.Unmarshal(body, &x.Step), "a step of an alert about %s can't be read", provider)
	})
	return slices.DeleteFunc(steps, func(x AlertEntry) bool { return !x.Step.Act.Human() }), err
}

// AlertClimbs is the steps by which alerts of the scope's commissioner went up a level,
// after a position and up to the scope's, in order. It reads the entries between, and
// no more.
func (s *Store) AlertClimbs(ctx context.Context, sc access.Scope, after int64) ([]AlertEntry, error) {
	// The empty text beside the tenant keeps the planner on the position's index.
	rows, err := s.read.QueryContext(ctx, `SELECT n.position, n.instant, n.actor, y.body FROM entry n JOIN entry_body y ON y.position = n.position
		WHERE n.position > $1 AND n.position <= $2 AND n.kind = 'alert.stepped' AND y.body IS NOT NULL AND n.tenant || '' = $3 ORDER BY n.position`, after, position(sc), sc.Tenant)
	steps, err := collect(s.engine, rows, err, "look for alerts that went up", func(r *sql.Rows) (x AlertEntry, err error) {
		var body []byte
		var when instant
		if err = r.Scan(&x.Position, &when, &x.Actor, &body); err != nil {
			return x, err
		}
		x.At = when.Time
		return x, fault.Wrap(fault.Damaged, json.Unmarshal(body, &x.Step), "a step of an alert can't be read")
	})
	return slices.DeleteFunc(steps, func(x AlertEntry) bool { return x.Step.Act != alert.Escalate }), err
}

func alertStream(ref alert.Ref) string { return "alert/" + string(ref) }

// StepAlerts records steps that people or the watch do with alerts of the scope's
// commissioner, as one change: all or none. Each step's number says which entry it
// follows; an alert that was changed meanwhile is a conflict.
func (s *Store) StepAlerts(ctx context.Context, sc access.Scope, steps ...alert.Step) error {
	if sc.Past() || sc.All {
		return fault.New(fault.Conflict, "an alert is changed for one commissioner, now")
	}
	events := make([]record.Event, 0, len(steps))
	for _, step := range steps {
		e, err := record.New(record.AlertStepped, alertStream(step.Ref), sc.Tenant, sc.Viewer.Account, step)
		if err != nil {
			return err
		}
		events = append(events, e)
	}
	_, err := s.Record(ctx, events...)
	return err
}
