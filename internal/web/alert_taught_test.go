package web

import (
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/concern"
	"candour/internal/record"
)

func TestWhyAThresholdMovedIsSaidInRates(t *testing.T) {
	t.Parallel()
	seen := concern.Experience{ProviderYears: 20, Alerts: 15, Closed: 10, False: 4}
	for value, want := range map[float64]string{4.87: "higher, so that less is raised", 4.41: "lower, so that more is raised"} {
		got := taughtWords(&alert.Estimate{Of: alert.Threshold, Budget: 0.2, Was: 4.64, Value: value, Seen: seen})
		if !strings.HasPrefix(got, "0.30 false alerts per provider-year where the budget is 0.2: "+want) {
			t.Errorf("to %.2f: %s", value, got)
		}
	}
}

// What has long been worse than elsewhere is judged against others: no family of the
// change stands for it.
func TestWhatCrossedIsNotSaidOfWhatOnlyChanged(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		score, level bool
		families     []concern.FamilyID
		want         string
	}{
		{true, false, []concern.FamilyID{"gp", "workforce"}, "it has changed: GP concerns and workforce"},
		{true, true, []concern.FamilyID{"gp"}, "it has long been worse than elsewhere, and has changed: GP concerns"},
		{false, true, []concern.FamilyID{"incidents"}, "it has long been worse than elsewhere; worse than usual here too: incidents with harm"},
		{false, true, nil, "it has long been worse than elsewhere"},
	} {
		if got := crossedWords(&alert.Brief{Alert: concern.Alert{ByScore: c.score, ByLevel: c.level, Families: c.families}}); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// Points of two scales stand side by side on three pages: each says so.
func TestPagesThatComparePointsSayThatTheScaleWasCorrected(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	base := concern.Default()
	a := judgedOf("RA1", 31)
	a.Params = base.Version
	b.judged("QAA", a)
	assessment, words := b.judged("QAA", a)
	brief := b.brief("RA1", 31)
	brief.Params = base.Version
	raise, err := record.New(record.AlertRaised, "alert/A-2026-1", "QAA", "watch", record.AlertRaise{
		Ref: "A-2026-1", Budget: 0.2, Assessment: assessment, Explanation: words, Brief: brief,
	})
	b.no(err)
	refit, err := record.New(record.AlertsEstimated, "alerts", "QAA", "watch", alert.Estimate{Of: alert.Chance, Version: 1, Span: "2026", Params: base.Version, Was: base.C0, Value: 1.1 * base.C0})
	b.no(err)
	_, err = b.store.Record(b.ctx, raise, refit)
	b.no(err)
	b.clock.Step(30 * 24 * time.Hour)
	lead := b.as(access.QualityLead, "QAA")
	pages := []string{"/watch-list?since=4", "/providers/RA1?since=4", "/alerts/A-2026-1"}
	const words30 = "what was 30 points is 27 now"
	for _, page := range pages {
		if strings.Contains(lead.get(page).Body.String(), words30) {
			t.Errorf("%s says so before anything was judged by the new scale", page)
		}
	}
	a.Params, a.Points = base.Version+"+c1", 28
	b.judged("QAA", a)
	for _, page := range pages {
		if got := lead.get(page); !strings.Contains(got.Body.String(), words30) {
			t.Errorf("%s (%d) compares points of two scales without a word", page, got.Code)
		}
	}
}
