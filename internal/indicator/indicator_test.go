package indicator

import (
	"strings"
	"testing"
	"time"
)

const good = `id: ae-4h
name: A&E within 4 hours
why: Long waits harm.
numerator: attendances of 4 hours or less
denominator: attendances
unit: "%"
kind: proportion
multiplier: 100
decimals: 1
better: higher
dimension: experience
question: responsive
frequency: month
levels: [trust]
source: ae-monthly
lag_days: 14
tolerance_days: 7
chart: xmr
funnel: pr
disclosure: none
tier: fundamental
owner: analyst
reviewed: 2026-11-01
next_review: 2027-11-01
standards:
  - {from: 2010-04-01, value: 0.95, tier: fundamental}
  - {from: 2024-04-01, to: 2025-04-01, value: 0.78, tier: fundamental, milestone: true}
changes:
  - {on: 2026-11-01, by: analyst, why: added}
`

func TestADefinitionIsReadAndItsStandardFollowsTheDay(t *testing.T) {
	t.Parallel()
	d, err := Parse("ae-4h.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	if s, ok := d.StandardAt(time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)); !ok || s.Milestone {
		t.Errorf("got %+v", s)
	}
	if _, ok := d.StandardAt(time.Date(2010, 3, 31, 0, 0, 0, 0, time.UTC)); ok {
		t.Error("no standard before it begins")
	}
	if _, ok := d.MilestoneAt(time.Date(2025, 4, 1, 0, 0, 0, 0, time.UTC)); ok {
		t.Error("a milestone ends the day before its end")
	}
	if v, ok := d.Value(95, 100); !ok || v < 0.9499 || v > 0.9501 {
		t.Errorf("value %v", v)
	}
	if _, ok := d.Value(0, 0); ok {
		t.Error("nothing of nothing is no value")
	}
}

func TestABadDefinitionIsRefusedWithEveryReason(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, from, to, want string }{
		{"run rules on a rolling window", "frequency: month", "frequency: rolling12", "R-SPC-6"},
		{"an unknown direction", "better: higher", "better: up", `better is "up"`},
		{"a misspelt field", "why:", "wyh:", "wyh"},
		{"a shift for the better", "changes:", "detection: {domain: safety, shift: -0.3}\nchanges:", "detection.shift"},
		{"a shift that is no number", "changes:", "detection: {domain: safety, shift: .nan}\nchanges:", "detection.shift"},
		{"one family under two names", "changes:", "detection: {domain: safety, family: Safety}\nchanges:", "would be two that agree"},
		{"a family with a space at its end", "changes:", "detection: {domain: safety, family: \"line  care\"}\nchanges:", "would be two that agree"},
		{"fewer than none", "changes:", "minimum_denominator: -1\nchanges:", "minimum_denominator"},
		{"places before the point", "decimals: 1", "decimals: -1", "decimals must be 0"},
		{"the name of what visits say", "id: ae-4h", "id: visits", "choose another"},
		{"a proportion of nothing", "denominator: attendances\n", "", "needs a denominator"},
		{"a standard which ends before it begins", "to: 2025-04-01", "to: 2023-04-01", "ends before it begins"},
	} {
		_, err := Parse("ae-4h.yaml", []byte(strings.Replace(good, c.from, c.to, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("id: !00"))
	f.Add([]byte("standards:\n  - {from: 2010-04-01"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if d, err := Parse("ae-4h.yaml", text); err == nil && (d.ID != "ae-4h" || d.Multiplier <= 0) {
			t.Fatalf("accepted %+v", d)
		}
	})
}
