package web

import (
	"strings"
	"testing"

	"candour/internal/alert"
	"candour/internal/concern"
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
