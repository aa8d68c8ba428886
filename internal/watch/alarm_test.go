package watch

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"candour/internal/alert"
	"candour/internal/concern"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/record"
)

// remembered is a memory of one commissioner in which entries are folded as the
// store folds them.
type remembered struct {
	Evidence
	now     time.Time
	alerts  Alerts
	entries []record.Event
	refuse  record.Kind        // of which the next is a conflict
	told    map[org.Code]int64 // at which position something was last said of whose providers
	read    int                // how often everything was read
}

func (m *remembered) Told(_ context.Context, after int64) (tenants []org.Code, through int64, err error) {
	for code, at := range m.told {
		if through = max(through, at); at > after {
			tenants = append(tenants, code)
		}
	}
	return tenants, max(through, after), nil
}

func (m *remembered) Now() time.Time { return m.now }

func (m *remembered) Watched(context.Context) (Watched, error) {
	m.read++
	through := int64(0)
	for _, at := range m.told {
		through = max(through, at)
	}
	return Watched{History: m.Observations, Through: through}, nil
}

func (m *remembered) EvidenceFor(org.Code) Evidence {
	return Evidence{Providers: m.Providers, Overrides: m.Overrides, Successions: m.Successions}
}

func (m *remembered) Tenants(context.Context) ([]org.Code, error) { return []org.Code{"QAA"}, nil }

func (m *remembered) Alerts(context.Context, org.Code) (Alerts, error) { return m.alerts, nil }

func (m *remembered) Record(_ context.Context, events ...record.Event) error {
	for _, e := range events {
		if e.Kind == m.refuse {
			m.refuse = ""
			return fault.New(fault.Conflict, "another node did it")
		}
		m.entries = append(m.entries, e)
		switch e.Kind {
		case record.AlertRaised:
			var b record.AlertRaise
			if err := json.Unmarshal(e.Body, &b); err != nil {
				return err
			}
			m.alerts.Held = append(m.alerts.Held, alert.New(b.Ref, e.Tenant, b.Brief, m.now))
		case record.AlertStepped:
			var s alert.Step
			if err := json.Unmarshal(e.Body, &s); err != nil {
				return err
			}
			for i := range m.alerts.Held {
				if m.alerts.Held[i].Ref == s.Ref {
					if err := m.alerts.Held[i].Apply(s, m.now); err != nil {
						return err
					}
				}
			}
		case record.AlertsEstimated:
			var x alert.Estimate
			if err := json.Unmarshal(e.Body, &x); err != nil {
				return err
			}
			m.alerts.Estimates = append(m.alerts.Estimates, x)
		}
	}
	return nil
}

// memoryOf joins remembered to what a watcher asks for.
type memoryOf struct{ *remembered }

func (m memoryOf) Evidence(_ context.Context, tenant org.Code) (Evidence, map[org.Code]string, error) {
	if tenant == "" {
		return Evidence{}, nil, nil
	}
	return m.EvidenceFor(tenant), nil, nil
}

// alarming is a watcher over twelve trusts of which the first has worsened beyond
// the widest budget's threshold.
func alarming(t *testing.T) (*Watcher, *remembered) {
	t.Helper()
	m := &remembered{Evidence: evidence(t), now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	m.Providers = []org.Code{"RAA", "RBA"}
	m.alerts.Settings = alert.UsualSettings()
	m.alerts.Settings.Budget = 0.5
	par := concern.Default()
	for i := range par.Budgets {
		par.Budgets[i].Score = 2 // four indicators can't reach the shipped thresholds
	}
	return &Watcher{Memory: memoryOf{m}, Catalogue: m.Catalogue, Code: "test", Actor: "watch", Params: par}, m
}

func (m *remembered) count(kind record.Kind) (n int) {
	for _, e := range m.entries {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

func judgeOnce(t *testing.T, w *Watcher, m *remembered) {
	t.Helper()
	if err := w.judge(t.Context(), Watched{History: m.Observations}, []org.Code{"", "QAA"}); err != nil {
		t.Fatal(err)
	}
}

func TestARunRaisesWhatCrossesTheThresholdOnceWithItsEvidencePinned(t *testing.T) {
	t.Parallel()
	w, m := alarming(t)
	judgeOnce(t, w, m)
	if m.count(record.AlertRaised) != 1 || len(m.alerts.Held) != 1 {
		t.Fatalf("%d raised", m.count(record.AlertRaised))
	}
	a := m.alerts.Held[0]
	var body record.AlertRaise
	for _, e := range m.entries {
		if e.Kind == record.AlertRaised {
			if e.Tenant != "QAA" || e.Stream != "alert/A-2026-1" || e.Actor != "watch" {
				t.Errorf("entry %+v", e)
			}
			if err := json.Unmarshal(e.Body, &body); err != nil {
				t.Fatal(err)
			}
		}
	}
	var pinned concern.Assessment
	if err := json.Unmarshal(body.Assessment, &pinned); err != nil {
		t.Fatal(err)
	}
	if a.Provider != "RAA" || pinned.Provider != "RAA" || pinned.Points != a.First.Points || body.ScoreFrom != 2 || body.Code != "test" || body.Brief.Params != w.Params.Version {
		t.Errorf("pinned %+v of %+v", body.Brief, a)
	}
	judgeOnce(t, w, m)
	if m.count(record.AlertRaised) != 1 || m.count(record.AlertStepped) != 0 {
		t.Errorf("a second run over the same raised or added: %d, %d", m.count(record.AlertRaised), m.count(record.AlertStepped))
	}
}

func TestAnAlertNobodyOpensClimbsInATickAndTheTickDecidesOnce(t *testing.T) {
	t.Parallel()
	w, m := alarming(t)
	judgeOnce(t, w, m)
	m.now = m.now.AddDate(0, 0, 7)
	for range 2 {
		if err := w.Tend(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if a := m.alerts.Held[0]; a.Level != alert.Reviewers || !a.Climbed.Equal(m.now) || m.count(record.AlertStepped) != 1 {
		t.Errorf("after seven days %+v, %d steps", a, m.count(record.AlertStepped))
	}
}

func TestTheOpenAlertOfATrustThatMergedFollowsToWhatItBecame(t *testing.T) {
	t.Parallel()
	w, m := alarming(t)
	judgeOnce(t, w, m)
	m.now = m.now.AddDate(0, 0, 1)
	m.Providers = []org.Code{"RBA", "RXX"}
	m.Successions = org.NewSuccessions([]org.Succession{{Predecessor: "RAA", Successor: "RXX", On: m.now.AddDate(0, 0, -1), Share: 1}})
	for range 2 {
		judgeOnce(t, w, m)
	}
	if a := m.alerts.Held[0]; m.count(record.AlertRaised) != 1 || m.count(record.AlertStepped) != 1 || a.Provider != "RAA" || a.About() != "RXX" || a.Now.Points != a.First.Points {
		t.Errorf("%d raised, %d added; now %+v, first %+v", m.count(record.AlertRaised), m.count(record.AlertStepped), a.Now, a.First)
	}
}

func TestAConflictWithAnotherNodeIsLeftToTheNextRun(t *testing.T) {
	t.Parallel()
	w, m := alarming(t)
	m.refuse = record.AlertRaised
	judgeOnce(t, w, m)
	if m.count(record.AlertRaised) != 0 {
		t.Fatal("it was raised all the same")
	}
	judgeOnce(t, w, m)
	if m.count(record.AlertRaised) != 1 {
		t.Error("the next run raises it")
	}
}

func TestClosedAlertsMoveTheThresholdInATickAndTheNextJudgementUsesIt(t *testing.T) {
	t.Parallel()
	w, m := alarming(t)
	m.alerts.Since, m.alerts.Providers = m.now.AddDate(-1, 0, 0), 10
	for i := range 12 {
		a := alert.New(alert.NewRef(2026, i+1), "QAA", alert.Brief{Alert: concern.Alert{Provider: "RZZ", Params: w.Params.Version, Ranking: 9}}, m.now.AddDate(0, -2, 0))
		step := alert.Step{Ref: a.Ref, Number: 2, Act: alert.Close, Outcome: concern.NoConcern, Because: "x"}
		if err := a.Apply(step, m.now.AddDate(0, -1, 0)); err != nil {
			t.Fatal(err)
		}
		m.alerts.Held = append(m.alerts.Held, a)
	}
	if err := w.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	if m.count(record.AlertsEstimated) != 2 || m.alerts.Estimates[0].Was != 2 || m.alerts.Estimates[0].Value <= 2 {
		t.Fatalf("learnt %+v", m.alerts.Estimates)
	}
	judgeOnce(t, w, m)
	for _, e := range m.entries {
		if e.Kind == record.ConcernJudged && e.Tenant == "QAA" {
			var c record.Concern
			if err := json.Unmarshal(e.Body, &c); err != nil || c.Params != w.Params.Version+"+t1+c1" {
				t.Errorf("judged by %s, %v", c.Params, err)
			}
			var learnt []concern.Estimate
			if err := json.Unmarshal(c.Estimates, &learnt); err != nil || len(learnt) != 4 {
				t.Fatalf("%d estimates stand beside what was judged by them: %v", len(learnt), err)
			}
			for _, x := range learnt {
				if x.Stream == "" || x.Version == 0 || x.AsOf == 0 || x.To <= x.From || x.Peers != 12 || x.Phi2 <= 0 || x.Between <= 0 {
					t.Errorf("%+v", x)
				}
			}
			return
		}
	}
	t.Error("nothing was judged")
}
