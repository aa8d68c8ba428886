package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/record"
	"candour/internal/signal"
)

// planID is the form of references of plans: PL-2026-3.
const planID = "PL-%d-%d"

func projectPlan(p *projection, e ledger.Entry, plan signal.ResponsePlan) error {
	body, err := json.Marshal(plan)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "write the plan")
	}
	var year, serial int
	if _, err := fmt.Sscanf(plan.ID, planID, &year, &serial); err != nil {
		return fault.Wrap(fault.Damaged, err, "the reference %q can't be read", plan.ID)
	}
	if err := p.end("response_plan", e, "tenant = $3 AND id = $4", e.Tenant, plan.ID); err != nil {
		return err
	}
	return p.insert(e, "response_plan", []string{"tenant", "id", "ref_year", "serial", "provider", "account", "instant", "body"},
		e.Tenant, plan.ID, year, serial, plan.Provider, e.Actor, at(e.Instant), string(body))
}

// HeldPlan is a plan as it was recorded once.
type HeldPlan struct {
	signal.ResponsePlan
	Newest   bool
	Account  access.AccountID
	At       time.Time
	Position int64
}

// RecordPlan records a plan that was validated before; with an ID it corrects that
// one, which stays readable.
func (s *Store) RecordPlan(ctx context.Context, sc access.Scope, plan signal.ResponsePlan) (signal.ResponsePlan, error) {
	if sc.Tenant == "" || sc.Past() {
		return plan, fault.New(fault.Invalid, "a plan is recorded for one commissioner, now")
	}
	err := s.Change(ctx, func(w *Writer) error {
		if plan.ID == "" {
			year, _, _ := calendar.DateOf(w.moment).YMD()
			serial := 0
			if err := w.scan("SELECT COALESCE(MAX(serial), 0) + 1 FROM response_plan WHERE tenant = $1 AND ref_year = $2", []any{sc.Tenant, year}, &serial); err != nil {
				return s.engine.fault(err, "number the plan")
			}
			plan.ID = fmt.Sprintf(planID, year, serial)
		} else {
			held, err := s.plansIn(w.ctx, w.tx, sc, plan.ID)
			if err != nil {
				return err
			}
			switch {
			case len(held) == 0:
				return fault.New(fault.NotFound, "no plan %q is held that you may see", plan.ID)
			case held[0].Provider != plan.Provider:
				return fault.New(fault.Invalid, "a correction keeps the provider, which is %s", held[0].Provider)
			case strings.TrimSpace(plan.Because) == "":
				return fault.New(fault.Invalid, "a correction needs a reason")
			}
		}
		e, err := record.New(record.PlanRecorded, "plan/"+plan.ID, sc.Tenant, sc.Viewer.Account, plan)
		if err != nil {
			return err
		}
		_, err = w.Append(e)
		return err
	})
	return plan, err
}

// Plans is the plans of the scope's commissioner that hold, by provider, the newest
// agreed first; withdrawn ones are left out.
func (s *Store) Plans(ctx context.Context, sc access.Scope) (out []HeldPlan, err error) {
	all, err := s.plansIn(ctx, s.read, sc, "")
	for i := range all {
		if all[i].Newest && !all[i].Withdrawn {
			out = append(out, all[i])
		}
	}
	return out, err
}

// Plan is each time that one plan was recorded or corrected, the newest first.
func (s *Store) Plan(ctx context.Context, sc access.Scope, id string) ([]HeldPlan, error) {
	held, err := s.plansIn(ctx, s.read, sc, id)
	if err == nil && len(held) == 0 {
		return nil, fault.New(fault.NotFound, "no plan %q is held that you may see", id)
	}
	return held, err
}

// plansIn reads plans as of the scope's position: of one id the newest first, of all
// in order of provider.
func (s *Store) plansIn(ctx context.Context, q querier, sc access.Scope, id string) ([]HeldPlan, error) {
	rows, err := q.QueryContext(ctx, `SELECT body, account, instant, from_pos, until_pos FROM response_plan
		WHERE tenant = $2 AND from_pos <= $1 AND (id = $3 OR CAST($3 AS codetext) = '') ORDER BY provider, from_pos DESC`, position(sc), sc.Tenant, id)
	return collect(s.engine, rows, err, "list plans", func(r *sql.Rows) (h HeldPlan, err error) {
		var body string
		var recorded instant
		var until int64
		if err = r.Scan(&body, &h.Account, &recorded, &h.Position, &until); err != nil {
			return h, err
		}
		h.At, h.Newest = recorded.Time, until > position(sc)
		return h, fault.Wrap(fault.Damaged, json.Unmarshal([]byte(body), &h.ResponsePlan), "a plan can't be read")
	})
}

// LearningSignals is what the register of learning shows: learning responses, Never
// Events, and incidents that must be responded to nationally, the newest received
// first. Those that don't count, such as withdrawn ones, are left out.
func (s *Store) LearningSignals(ctx context.Context, sc access.Scope, limit int) ([]HeldSignal, error) {
	var args []any
	condition := s.heard(sc, "s", &args)
	rows, err := s.read.QueryContext(ctx, heldSignalSelect+condition+` AND s.learns = 1 AND s.counts = 1 AND s.duplicate_of = ''
		ORDER BY s.received DESC, s.ref LIMIT `+fmt.Sprint(limit), args...)
	return collect(s.engine, rows, err, "list what is learned from", func(r *sql.Rows) (HeldSignal, error) { return scanHeldSignal(r) })
}

// learnedFrom reports whether the register of learning shows a signal, if it counts.
func learnedFrom(s *signal.Signal) bool {
	switch {
	case s.Kind == signal.KindLearningResponse, s.Kind == signal.KindNeverEvent:
		return true
	case s.Incident != nil:
		return len(s.Incident.NationalMust) > 0 || s.Incident.NeverEvent != ""
	case s.SeriousIncident != nil:
		return s.SeriousIncident.NeverEvent != ""
	}
	return false
}
