package storetest

import (
	"encoding/json"
	"reflect"
	"time"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/store"
)

// crossed records that the concern about a provider crossed the threshold, and the
// alert that follows.
func (b *bundle) crossed(tenant org.Code, ref alert.Ref, provider org.Code, points int) int64 {
	b.Helper()
	a := concern.Assessment{Provider: concern.ProviderID(provider), Judged: true, Points: points, Word: concern.Likely, Params: "2026-1"}
	assessment, err := json.Marshal(a)
	b.ok(err)
	words, err := json.Marshal(concern.Explanation{Lead: "Concern about " + string(provider)})
	b.ok(err)
	b.record(record.ConcernJudged, "concern", tenant, record.Concern{
		Tenant: tenant, Month: calendar.NewMonth(2026, 11), Params: "2026-1",
		Judged: []record.Judgement{{Org: provider, Judged: true, Rank: 1, Points: points, Word: "likely", Assessment: assessment, Explanation: words}},
	})
	return b.record(record.AlertRaised, "alert/"+string(ref), tenant, record.AlertRaise{
		Ref: ref, Brief: alert.Brief{Alert: concern.Alert{Provider: concern.ProviderID(provider), AsOf: 24322, Params: "2026-1", ByScore: true, Score: 9.5, Ranking: 10}, Points: points, Word: concern.Likely},
		Budget: 0.2, ScoreFrom: 8.7, LevelFrom: 4.01, Code: "test", Assessment: assessment, Explanation: words,
	})
}

func testAlerts(b *bundle) {
	lead, other := viewer("QAA", access.QualityLead), viewer("QBB", access.QualityLead)
	start := b.clock.Now()
	position := b.crossed("QAA", "A-2026-1", "RAA", 31)
	b.crossed("QBB", "A-2026-1", "RBB", 40)
	b.clock.Step(24 * time.Hour)
	b.crossed("QAA", "A-2026-2", "RCC", 35)

	a, err := b.store.Alert(b.ctx, lead, "A-2026-1")
	b.ok(err)
	if a.Provider != "RAA" || a.State != alert.Raised || !a.Raised.Equal(start) || a.First.Points != 31 || a.Version != 1 || !a.Opened.IsZero() {
		b.Fatalf("raised %+v", a)
	}
	x, err := b.store.AlertEvidence(b.ctx, lead, "A-2026-1")
	b.ok(err)
	if x.Position != position || x.Assessment.Points != 31 || x.Explanation.Lead != "Concern about RAA" || x.Budget != 0.2 || x.ScoreFrom != 8.7 {
		b.Errorf("evidence %+v", x)
	}
	if theirs, err := b.store.AlertEvidence(b.ctx, other, "A-2026-1"); err != nil || theirs.Assessment.Provider != "RBB" {
		b.Errorf("another commissioner reads the evidence of %s, %v", theirs.Assessment.Provider, err)
	}
	if _, err := b.store.Alert(b.ctx, other, "A-2026-2"); !fault.Is(err, fault.NotFound) {
		b.Errorf("another commissioner opens it: %v", err)
	}
	if err := b.store.StepAlerts(b.ctx, other, alert.Step{Ref: "A-2026-2", Number: 2, Act: alert.Acknowledge}); !fault.Is(err, fault.NotFound) {
		b.Errorf("another commissioner acknowledges it: %v", err)
	}
	if _, err := b.store.AlertEvidence(b.ctx, other, "A-2026-2"); !fault.Is(err, fault.NotFound) {
		b.Errorf("another commissioner reads its evidence: %v", err)
	}
	if history, _ := b.store.AlertHistory(b.ctx, other, "A-2026-2"); len(history) != 0 {
		b.Errorf("another commissioner reads its history: %+v", history)
	}
	none := access.For(access.Viewer{Account: "u-x"}, "QAA")
	if list, err := b.store.Alerts(b.ctx, none, store.AlertFilter{}); err != nil || len(list) != 0 {
		b.Errorf("somebody without a role sees %v, %v", list, err)
	}
	if all, err := b.store.Alerts(b.ctx, b.operator, store.AlertFilter{}); err != nil || len(all) != 3 {
		b.Errorf("the operator sees %d, %v", len(all), err)
	}
	e, err := record.New(record.AlertRaised, "alert/A-2026-2", "QAA", "operator", record.AlertRaise{Ref: "A-2026-2", Assessment: []byte("{}"), Explanation: []byte("{}")})
	b.ok(err)
	if _, err := b.store.Record(b.ctx, e); !fault.Is(err, fault.Conflict) {
		b.Errorf("one reference twice: %v", err)
	}
}

func testAlertSteps(b *bundle) {
	lead := viewer("QAA", access.QualityLead)
	b.crossed("QAA", "A-2026-1", "RAA", 31)
	b.crossed("QAA", "A-2026-2", "RCC", 35)
	raised := b.clock.Now()
	b.clock.Step(time.Hour)
	b.record(record.FirstShown, "shown", "QAA", record.Shown{Views: []record.View{{Account: "u-1", Tenant: "QAA", Thing: "alert/A-2026-1", At: b.clock.Now()}}})
	before, _, err := b.store.Head(b.ctx)
	b.ok(err)
	step := func(ref alert.Ref, number int, act alert.Act) alert.Step {
		return alert.Step{Ref: ref, Number: number, Act: act, Role: access.QualityLead}
	}
	b.ok(b.store.StepAlerts(b.ctx, lead, step("A-2026-1", 2, alert.Acknowledge), step("A-2026-2", 2, alert.Acknowledge)))
	if err := b.store.StepAlerts(b.ctx, lead, step("A-2026-1", 2, alert.Acknowledge)); !fault.Is(err, fault.Conflict) {
		b.Errorf("a step from an old page: %v", err)
	}
	closing := step("A-2026-1", 3, alert.Close)
	closing.Outcome, closing.Because = concern.RealConcern, "Two wards"
	if err := b.store.StepAlerts(b.ctx, lead, closing, step("A-2026-2", 9, alert.Acknowledge)); !fault.Is(err, fault.Conflict) {
		b.Errorf("one of two refused: %v", err)
	}
	if a, err := b.store.Alert(b.ctx, lead, "A-2026-1"); err != nil || a.State != alert.Acknowledged {
		b.Errorf("all or none: %+v, %v", a, err)
	}
	if err := b.store.StepAlerts(b.ctx, lead.At(before), closing); !fault.Is(err, fault.Conflict) {
		b.Errorf("a step in the past: %v", err)
	}
	b.clock.Step(time.Hour)
	b.ok(b.store.StepAlerts(b.ctx, lead, closing))
	closed := b.clock.Now()
	a, err := b.store.Alert(b.ctx, lead, "A-2026-1")
	b.ok(err)
	if a.State != alert.Closed || a.Outcome != concern.RealConcern || !a.Ended.Equal(closed) || !a.Opened.Equal(raised.Add(time.Hour)) {
		b.Errorf("closed %+v", a)
	}
	then, err := b.store.Alert(b.ctx, lead.At(before), "A-2026-1")
	b.ok(err)
	if then.State != alert.Raised || then.Opened.IsZero() {
		b.Errorf("as it stood %+v", then)
	}
	history, err := b.store.AlertHistory(b.ctx, lead, "A-2026-1")
	b.ok(err)
	if len(history) != 3 || history[0].Step.Act != "" || history[2].Step.Because != "Two wards" || history[2].Actor != lead.Viewer.Account || !history[2].At.Equal(closed) {
		b.Errorf("history %+v", history)
	}
	steps, err := b.store.AlertSteps(b.ctx, lead, "RAA")
	b.ok(err)
	if len(steps) != 2 || steps[1].Step.Because != "Two wards" || !steps[1].At.Equal(closed) {
		b.Errorf("steps about a provider %+v", steps)
	}
	if steps, err = b.store.AlertSteps(b.ctx, lead.At(before), "RAA"); err != nil || len(steps) != 0 {
		b.Errorf("steps before any was taken: %+v, %v", steps, err)
	}
	for name, c := range map[string]struct {
		filter store.AlertFilter
		want   []alert.Ref
	}{
		"all, the open first":      {store.AlertFilter{}, []alert.Ref{"A-2026-2", "A-2026-1"}},
		"open":                     {store.AlertFilter{Open: true}, []alert.Ref{"A-2026-2"}},
		"of one state":             {store.AlertFilter{State: alert.Acknowledged}, []alert.Ref{"A-2026-2"}},
		"of one provider":          {store.AlertFilter{Of: []org.Code{"RAA", "RZZ"}}, []alert.Ref{"A-2026-1"}},
		"of somebody who has none": {store.AlertFilter{Owner: "u-1"}, nil},
		"closed in a span":         {store.AlertFilter{ClosedFrom: closed, ClosedUntil: closed.Add(time.Second)}, []alert.Ref{"A-2026-1"}},
		"closed from":              {store.AlertFilter{ClosedFrom: closed}, []alert.Ref{"A-2026-1"}},
		"closed before":            {store.AlertFilter{ClosedUntil: closed}, nil},
		"raised from":              {store.AlertFilter{RaisedFrom: raised.Add(time.Second)}, nil},
		"raised before":            {store.AlertFilter{RaisedUntil: raised.Add(time.Second)}, []alert.Ref{"A-2026-2", "A-2026-1"}},
	} {
		list, err := b.store.Alerts(b.ctx, lead, c.filter)
		b.ok(err)
		var got []alert.Ref
		for _, a := range list {
			got = append(got, a.Ref)
		}
		if !reflect.DeepEqual(got, c.want) {
			b.Errorf("%s: %v, expected %v", name, got, c.want)
		}
	}
	b.rebuilt()
}

// judgedByItsVersion is that what an earlier version judged is explained by it: by the
// parameters that the memory holds, and by what was set and learnt by then.
func judgedByItsVersion(b *bundle, lead access.Scope, base *concern.Params) {
	_, err := b.store.InstallDefinitions(b.ctx, "operator", []record.Definition{{
		Sort: store.ParametersSort, ID: store.ParametersID, Version: "2020-1", Text: `{"version": "2020-1", "c0": -2, "c1": 1, "even_points": 40, "gone_since": 1, "budgets": [{"budget": 0.2, "score": 7, "level": 4}]}`,
	}})
	b.ok(err)
	for version, want := range map[string]struct {
		params string
		days   int
		even   float64
	}{
		"":                    {base.Version + "+s2+t1", 5, base.EvenPoints},
		base.Version:          {base.Version, alert.UsualDays, base.EvenPoints},
		base.Version + "+s1":  {base.Version + "+s1", 3, base.EvenPoints},
		"2020-1+s2":           {"2020-1+s2", 5, 40},
		"never installed +s1": {base.Version + "+s1", 3, base.EvenPoints},
	} {
		m, err := b.store.JudgedMethod(b.ctx, lead, base, version)
		b.ok(err)
		if m.Params.Version != want.params || m.Settings.Days != want.days || m.Params.EvenPoints-want.even > 1e-9 || want.even-m.Params.EvenPoints > 1e-9 {
			b.Errorf("judged by %q: %s, %d days, %g", version, m.Params.Version, m.Settings.Days, m.Params.EvenPoints)
		}
	}
}

func testAlertSettings(b *bundle) {
	lead, other := viewer("QAA", access.QualityLead), viewer("QBB", access.QualityLead)
	base := concern.Default()
	m, err := b.store.AlertMethod(b.ctx, lead, base)
	b.ok(err)
	if m.Settings != alert.UsualSettings() || m.Params.Version != base.Version {
		b.Errorf("nothing set: %+v", m.Settings)
	}
	set := alert.Settings{Budget: 0.5, Bands: [4]int{10, 30, 60, 90}, Days: 3, Because: "More hands"}
	b.ok(b.store.SetAlerts(b.ctx, lead, set))
	first, _, err := b.store.Head(b.ctx)
	b.ok(err)
	set.Days, set.Because = 5, "Holidays"
	b.ok(b.store.SetAlerts(b.ctx, lead, set))
	estimate := alert.Estimate{Of: alert.Threshold, Version: 1, Span: "2026-Q4", Params: base.Version, Budget: 0.5, Was: 6.93, Value: 7.1}
	b.record(record.AlertsEstimated, "alerts", "QAA", estimate)
	m, err = b.store.AlertMethod(b.ctx, lead, base)
	b.ok(err)
	if m.Settings.Version != 2 || m.Settings.Days != 5 || m.Budget.Score != 7.1 || m.Params.Version != base.Version+"+s2+t1" {
		b.Errorf("in force %+v, %+v, %s", m.Settings, m.Budget, m.Params.Version)
	}
	then, err := b.store.AlertMethod(b.ctx, lead.At(first), base)
	b.ok(err)
	if then.Settings.Version != 1 || then.Settings.Days != 3 || then.Threshold != nil {
		b.Errorf("as of the first: %+v", then)
	}
	if theirs, err := b.store.AlertMethod(b.ctx, other, base); err != nil || theirs.Settings.Version != 0 || theirs.Threshold != nil {
		b.Errorf("another commissioner’s: %+v, %v", theirs.Settings, err)
	}
	judgedByItsVersion(b, lead, base)
	history, err := b.store.AlertSettingsHistory(b.ctx, lead)
	b.ok(err)
	if len(history) != 2 || history[0].Because != "Holidays" || history[1].Actor != lead.Viewer.Account {
		b.Errorf("history %+v", history)
	}
	e, err := record.New(record.AlertsEstimated, "alerts", "QAA", "watch", estimate)
	b.ok(err)
	if _, err := b.store.Record(b.ctx, e); !fault.Is(err, fault.Conflict) {
		b.Errorf("one version twice: %v", err)
	}
	if err := b.store.SetAlerts(b.ctx, lead.At(first), set); !fault.Is(err, fault.Conflict) {
		b.Errorf("set in the past: %v", err)
	}
	b.clock.Step(time.Hour)
	if since, n, err := b.store.JudgedSince(b.ctx, lead); err != nil || !since.IsZero() || n != 0 {
		b.Errorf("never judged: %v, %d, %v", since, n, err)
	}
	judged := b.clock.Now()
	b.crossed("QAA", "A-2026-1", "RAA", 31)
	b.clock.Step(time.Hour)
	b.crossed("QAA", "A-2026-2", "RAA", 33)
	if since, n, err := b.store.JudgedSince(b.ctx, lead); err != nil || !since.Equal(judged) || n != 1 {
		b.Errorf("judged since %v, %d, %v", since, n, err)
	}
	b.rebuilt()
}

// testAlertFollows has an alert follow a merger: what is added is of the successor,
// and what was known before stands as it stood.
func testAlertFollows(b *bundle) {
	lead := viewer("QAA", access.QualityLead)
	b.crossed("QAA", "A-2026-1", "RAA", 31)
	before, _, err := b.store.Head(b.ctx)
	b.ok(err)
	b.clock.Step(time.Hour)
	on := b.clock.Now()
	b.record(record.SuccessionRecorded, "succession/RAA", "", org.Succession{Predecessor: "RAA", Successor: "RXX", On: on, Share: 1})
	b.clock.Step(time.Hour)
	successions, err := b.store.Successions(b.ctx, lead)
	b.ok(err)
	a, err := b.store.Alert(b.ctx, lead, "A-2026-1")
	b.ok(err)
	if heir := successions.Heir(a.Provider, b.clock.Now()); heir != "RXX" || successions.Heir(a.Provider, on.Add(-time.Second)) != "RAA" {
		b.Fatalf("the alert is of %s now", heir)
	}
	now := a.Now
	now.Provider, now.Points = "RXX", 33
	b.ok(b.store.StepAlerts(b.ctx, lead, alert.Step{Ref: a.Ref, Number: 2, Act: alert.Add, Brief: &now}))
	if a, err = b.store.Alert(b.ctx, lead, "A-2026-1"); err != nil || a.Provider != "RAA" || a.About() != "RXX" || a.First.Points != 31 || a.Now.Points != 33 {
		b.Errorf("followed %+v, %v", a, err)
	}
	if x, err := b.store.AlertEvidence(b.ctx, lead, "A-2026-1"); err != nil || x.Assessment.Provider != "RAA" || x.Assessment.Points != 31 {
		b.Errorf("its evidence is of %s, %v", x.Assessment.Provider, err)
	}
	if then, err := b.store.Alert(b.ctx, lead.At(before), "A-2026-1"); err != nil || then.About() != "RAA" {
		b.Errorf("as it stood %+v, %v", then, err)
	}
}
