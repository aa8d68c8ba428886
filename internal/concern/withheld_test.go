package concern

import (
	"encoding/json"
	"strings"
	"testing"
)

// heardOf is an assessment in which every soft kind of stream has counts.
func heardOf() Assessment {
	family := func(name string, kind Kind) FamilyPart {
		return FamilyPart{Family: FamilyID(strings.ToLower(name)), Name: name, Part: 2, Points: 5, Streams: []StreamPart{{
			Name: name, Kind: kind, Evidence: 2, Began: 24300,
			Facts: Facts{From: 24300, To: 24310, Reports: 3, Expected: 1.2, Of: 4, Outside: 3, Inside: 2, OutsideExpected: 1, InsideExpected: 8, Value: 3, Den: 4},
		}}}
	}
	return Assessment{
		Provider: "RA1", Judged: true, AsOf: 24310, Points: 20,
		Families: []FamilyPart{family("GP concerns", Reports), family("Care", Mix), family("Gap", Gap), family("Visits", Visit)},
		Charted:  []StreamPart{{Name: "Incidents", Kind: Reports, Facts: Facts{Reports: 33, Expected: 20}}},
	}
}

func TestWithheldCountsStandInNoSentenceAndNoFigure(t *testing.T) {
	t.Parallel()
	a := heardOf()
	x := Explanation{Lead: "Concern", Lines: lines(&a), Against: against(&a)}
	whole := func(a *Assessment, x *Explanation) string {
		text, err := json.Marshal([]any{a, x, Contributions(a)})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if before := whole(&a, &x); !strings.Contains(before, "GP concerns: 3 in") || !strings.Contains(before, "(33 where") {
		t.Fatalf("the team is not told: %s", before)
	}
	kept := a
	a.Withhold()
	x.Withhold(&a)
	after := whole(&a, &x)
	for _, told := range []string{": 3 in", "3 of 4", "3 from outside", "33", `"Reports":3`, `"Outside":3`, "where "} {
		if strings.Contains(after, told) {
			t.Errorf("%q is still told: %s", told, after)
		}
	}
	for _, said := range []string{"GP concerns: more than would be usual here. Began", "Care: more of them severe", "Visits: worse than usual", `"Points":5`} {
		if !strings.Contains(after, said) {
			t.Errorf("%q is not said: %s", said, after)
		}
	}
	if kept.Families[0].Streams[0].Facts.Reports < 3 {
		t.Error("withholding from a copy changed the assessment it was copied from")
	}
}
