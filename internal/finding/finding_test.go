package finding

import (
	"testing"

	"candour/internal/calendar"
)

func TestTheSameFindingKeepsItsIdAndAChangedOneGetsANewOne(t *testing.T) {
	t.Parallel()
	one := Finding{Org: "RAA", Indicator: "shmi", Kind: Outlier, Rule: "funnel-95", Direction: Concern, From: calendar.NewMonth(2025, 1), To: calendar.NewMonth(2025, 1), Sentence: "above"}
	again := one
	one.Identify()
	again.Identify()
	if one.ID != again.ID || len(one.ID) != 18 {
		t.Errorf("ids %q and %q", one.ID, again.ID)
	}
	seen := map[string]bool{one.ID: true}
	for name, change := range map[string]func(*Finding){
		"organisation": func(f *Finding) { f.Org = "RBB" }, "period": func(f *Finding) { f.To = calendar.NewMonth(2025, 2) },
		"sentence": func(f *Finding) { f.Sentence = "below" }, "no longer the latest": func(f *Finding) { f.Latest = true },
		"counted": func(f *Finding) { f.Counted = true }, "tenant": func(f *Finding) { f.Tenant = "QAA" },
	} {
		other := one
		change(&other)
		if other.Identify(); seen[other.ID] {
			t.Errorf("another %s has the same id", name)
		}
		seen[other.ID] = true
	}
}

func TestOrderIsByOrganisationIndicatorAndTime(t *testing.T) {
	t.Parallel()
	early, late := Finding{Org: "RAA", From: calendar.NewMonth(2024, 1)}, Finding{Org: "RAA", From: calendar.NewMonth(2025, 1)}
	if Compare(early, late) >= 0 || Compare(late, early) <= 0 || Compare(early, Finding{Org: "RBB"}) >= 0 {
		t.Error("out of order")
	}
}
