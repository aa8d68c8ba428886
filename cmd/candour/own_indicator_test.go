package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"candour/internal/calendar"
	"candour/internal/fault"
)

// ownIndicator is the file of an indicator that nothing in Candour knows.
func ownIndicator(id, name, kind, better, detection string) string {
	return strings.NewReplacer("ID", id, "NAME", name, "KIND", kind, "BETTER", better, "DETECTION", detection).Replace(`id: ID
name: NAME
short: NAME
why: Our renal network asked for it.
numerator: events
denominator: patients
unit: "%"
kind: KIND
multiplier: 100
decimals: 1
better: BETTER
dimension: effectiveness
question: effective
frequency: month
levels: [trust]
source: candour-tidy
lag_days: 10
tolerance_days: 14
chart: xmr
funnel: none
disclosure: none
tier: enhanced
detection: DETECTION
owner: Quality analyst
reviewed: 2026-11-22
next_review: 2027-11-22
changes:
  - {on: 2026-11-22, by: Quality analyst, why: added}
`)
}

// TestAnInstallationsOwnIndicatorsRaiseConcern defines four measures of dialysis in a
// folder, loads four years of eight units, of which the third worsens, and one value
// that cannot be; the watch list names the unit, its family and its counts.
func TestAnInstallationsOwnIndicatorsRaiseConcern(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	own := filepath.Join(dir, "own", "indicators")
	if err := os.MkdirAll(own, 0o700); err != nil {
		t.Fatal(err)
	}
	for id, text := range map[string]string{
		"line-infections": ownIndicator("line-infections", "Infections of dialysis lines", "rate", "lower", "{domain: safety, family: éléments of dialysis, scored: true}"),
		"nurse-in-time":   ownIndicator("nurse-in-time", "Seen by the nurse in time", "proportion", "higher", "{domain: experience, shift: 0.4, scored: true}"),
		"lines-changed":   ownIndicator("lines-changed", "Lines changed within a month", "proportion", "lower", "{domain: effectiveness, family: éléments of dialysis, scored: true}"),
		"chairs-used":     ownIndicator("chairs-used", "Chairs in use", "proportion", "lower", "{domain: workforce}"), // charted only
	} {
		if err := os.WriteFile(filepath.Join(own, id+".yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rng, months := rand.New(rand.NewPCG(8, 8)), 46
	begin := calendar.MonthOf(time.Now()).Add(-months)
	figures := "organisation,indicator,period,numerator,denominator\n"
	for unit := range 8 {
		for m := range months {
			worse := 1.0
			if unit == 2 && m >= 36 {
				worse = 2
			}
			put := func(id string, n float64, of int) {
				figures += fmt.Sprintf("RU%d,%s,%s,%.0f,%d\n", unit, id, begin.Add(m), n, of)
			}
			put("line-infections", worse*(20+3*rng.NormFloat64()), 4000)
			put("nurse-in-time", 220-worse*(35+3*rng.NormFloat64()), 220)
			put("lines-changed", worse*(30+4*rng.NormFloat64()), 400)
			put("chairs-used", 40*worse, 100)
		}
	}
	file, wrong := filepath.Join(dir, "figures.csv"), filepath.Join(dir, "wrong.csv")
	for name, text := range map[string]string{
		file:  figures,
		wrong: fmt.Sprintf("organisation,indicator,period,numerator,denominator\nRU5,nurse-in-time,%s,250,220\n", begin.Add(months-1)),
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	place := []string{"--data", filepath.Join(dir, "data"), "--definitions", filepath.Join(dir, "own")}
	candour(t, fault.ExitDone, append([]string{"load", "--no-watch", file}, place...)...)
	candour(t, fault.ExitQuarantined, append([]string{"load", "--no-watch", wrong}, place...)...)
	candour(t, fault.ExitDone, append([]string{"watch"}, place...)...)
	said := candour(t, fault.ExitDone, append([]string{"watchlist", "--format", "csv"}, place...)...)
	first := strings.Split(said, "\n")[1]
	for _, want := range []string{"1,RU2,,true,", "likely", "Éléments of dialysis: 2 of 2 measures worse than own past", " would be usual here. Began "} {
		if !strings.Contains(first, want) {
			t.Errorf("the first of the list doesn’t say %q:\n%s", want, first)
		}
	}
	in := installation{t: t, data: place[1]}
	for _, args := range [][]string{{"watchlist"}, {"watch"}, {"watch"}} { // without their folder; the second time nothing is measured by them any more
		if code, said := in.command(args...); code != 0 || !strings.Contains(said, "definitions are gone by which the memory was judged: indicators/chairs-used.yaml, indicators/line-infections.yaml, ") {
			t.Errorf("candour %v without the definitions says nothing of it: %d, %s", args, code, said)
		}
	}
	if code, said := in.command("watch", "--definitions", place[3]); code != 0 || strings.Contains(said, "gone") {
		t.Errorf("%d, %s", code, said)
	}
	if !strings.Contains(said, ",RU5,,true,") {
		t.Errorf("one value that cannot be keeps a provider from being judged:\n%s", said)
	}
}
