package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/demo"
	"candour/internal/fault"
	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/store"
	"candour/internal/watch"
)

// begunDemo is a demonstration that was filled once for several tests.
type begunDemo struct {
	*begun
	cmd  DemoCmd
	env  *Env
	said *bytes.Buffer
}

func beginDemo(t *testing.T) *begunDemo {
	t.Helper()
	said := &bytes.Buffer{}
	d := &begunDemo{
		cmd: DemoCmd{Data: t.TempDir(), Seed: 1}, said: said,
		env: &Env{Ctx: context.Background(), Stdin: strings.NewReader(""), Stdout: said, Stderr: said},
	}
	var err error
	if d.begun, err = d.cmd.begin(d.env); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	t.Cleanup(func() {
		if err := d.house.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// TestTheDemonstrationTellsItsStories loads the whole economy as the command does
// (which refuses any file whose quarantine is not as it was made) and looks for
// each story where docs/demo.md says that it can be found.
func TestTheDemonstrationTellsItsStories(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the whole economy is loaded: not in a short run")
	}
	d := beginDemo(t)
	found, err := d.house.Store.Findings(d.env.Ctx, everything(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		story string
		check func(*testing.T, *begunDemo, []store.HeldFinding)
	}{
		{"voices-first", outcomesOfAldermoor},
		{"honest-reporter", manyReportsAreNoConcern},
		{"coding-change", onlySHMIMoves},
		{"late-feed", returnsAreLate},
		{"restated", twoVintages},
		{"merger", historyAsNow},
		{"bad-rows", badRows},
		{"too-little", tooLittle},
	} {
		t.Run(c.story, func(t *testing.T) { c.check(t, d, found) })
	}
	t.Run("voices", func(t *testing.T) { voicesTellTheStories(t, d) })
	t.Run("assurance", func(t *testing.T) { anAssuranceIsContradicted(t, d) })
	t.Run("complaints", func(t *testing.T) { complaintsAreNotDealtWith(t, d) })
	t.Run("past", func(t *testing.T) { aPastThatCanBeLookedAt(t, d) })
	t.Run("moved", func(t *testing.T) { nothingMovesUnseen(t, d) })
	t.Run("inbox", func(t *testing.T) { signalsLieInTheInbox(t, d) })
	t.Run("counts lead to what they count", func(t *testing.T) { countsLeadToWhatTheyCount(t, d) })
	t.Run("a second start loads nothing again", func(t *testing.T) { secondStart(t, d) })
	t.Run("three commissioners share a provider and keep the rest apart", func(t *testing.T) { sharedProvider(t, d) })
}

// holds reports whether a finding of the newest value of this kind is held.
func holds(found []store.HeldFinding, code org.Code, id indicator.ID, kind finding.Kind, direction finding.Direction) bool {
	return slices.ContainsFunc(found, func(f store.HeldFinding) bool {
		return f.Org == code && f.Indicator == id && f.Kind == kind && f.Direction == direction && f.Latest
	})
}

func outcomesOfAldermoor(t *testing.T, d *begunDemo, found []store.HeldFinding) {
	for _, id := range []indicator.ID{"nurse-fill-rate", "staff-sickness", "crude-mortality", "falls-with-harm", "incidents-with-harm"} {
		if !holds(found, demo.Aldermoor, id, finding.SpecialCause, finding.Concern) {
			t.Errorf("no concerning special cause of %s", id)
		}
	}
	for _, tenant := range []org.Code{demo.Marlshire, demo.Severnside, demo.TarnValley} {
		list, err := d.house.Store.Concerns(d.env.Ctx, access.For(access.Operator(operator), tenant), "")
		if err != nil || len(list) == 0 || list[0].Org != demo.Aldermoor || !list[0].Judged {
			t.Errorf("%s: the watch list does not begin with Aldermoor: %v %+v", tenant, err, list)
		}
	}
}

func manyReportsAreNoConcern(t *testing.T, d *begunDemo, found []store.HeldFinding) {
	if !holds(found, demo.SevernVale, "incidents-reported", finding.Outlier, finding.Neutral) {
		t.Error("Severn Vale does not stand out by how much it reports")
	}
	if holds(found, demo.SevernVale, "incidents-with-harm", finding.SpecialCause, finding.Concern) {
		t.Error("Severn Vale's harm is a concern")
	}
	below(t, d, demo.Severnside, demo.SevernVale)
}

// below is that a provider's concern is far below Aldermoor's.
func below(t *testing.T, d *begunDemo, tenant, code org.Code) {
	t.Helper()
	sc := access.For(access.Operator(operator), tenant)
	one, err := d.house.Store.Concerns(d.env.Ctx, sc, code)
	first, err2 := d.house.Store.Concerns(d.env.Ctx, sc, demo.Aldermoor)
	if err != nil || err2 != nil || len(one) != 1 || len(first) != 1 {
		t.Fatalf("%v, %v: %d and %d concerns", err, err2, len(one), len(first))
	}
	if 2*one[0].Points > first[0].Points {
		t.Errorf("%s has %d points where Aldermoor has %d", code, one[0].Points, first[0].Points)
	}
}

func (d *begunDemo) observations(t *testing.T, want store.Wanted) []indicator.Observation {
	t.Helper()
	list, err := d.house.Store.Observations(d.env.Ctx, everything(), want)
	if err != nil || len(list) == 0 {
		t.Fatalf("%v: %d observations of %v", err, len(list), want)
	}
	return list
}

func onlySHMIMoves(t *testing.T, d *begunDemo, found []store.HeldFinding) {
	list := d.observations(t, store.Wanted{Indicators: []indicator.ID{"shmi"}, Orgs: []org.Code{demo.Wold}})
	first, last := list[0], list[len(list)-1]
	if fell := last.Numerator / last.Denominator / (first.Numerator / first.Denominator); fell > 0.92 {
		t.Errorf("SHMI is at %.3f of what it was, expected a fall of a tenth", fell)
	}
	for _, id := range []indicator.ID{"crude-mortality", "readmissions-30d"} {
		for _, direction := range []finding.Direction{finding.Concern, finding.Improvement} {
			if holds(found, demo.Wold, id, finding.SpecialCause, direction) {
				t.Errorf("%s moved too", id)
			}
		}
	}
	below(t, d, demo.Marlshire, demo.Wold)
}

func returnsAreLate(t *testing.T, _ *begunDemo, found []store.HeldFinding) {
	late := 0
	for _, f := range found {
		if f.Kind == finding.Stale && f.Org == demo.PellamPark {
			late++
		}
	}
	if late < 15 {
		t.Errorf("%d series of Pellam Park are late, expected those of a whole return", late)
	}
	if holds(found, "ZN05", "staff-sickness", finding.Stale, finding.Neutral) {
		t.Error("another provider's return is late")
	}
}

func twoVintages(t *testing.T, d *begunDemo, _ []store.HeldFinding) {
	list := d.observations(t, store.Wanted{Indicators: []indicator.ID{"ae-4h-type1"}, Orgs: []org.Code{demo.QueenAdela}, Vintages: true})
	var twice []indicator.Observation
	for i := range list {
		if list[i].Vintage == 2 {
			twice = append(twice, list[i-1], list[i])
		}
	}
	if len(twice) != 2 || twice[0].Period != twice[1].Period || twice[0].Numerator-twice[1].Numerator != 600 {
		t.Errorf("expected one month published twice, 600 fewer within four hours: %+v", twice)
	}
}

func historyAsNow(t *testing.T, d *begunDemo, _ []store.HeldFinding) {
	s, err := d.house.Store.Successions(d.env.Ctx, everything())
	if err != nil {
		t.Fatal(err)
	}
	id := indicator.ID("ae-attendances-all")
	list := d.observations(t, store.Wanted{Indicators: []indicator.ID{id}, Orgs: []org.Code{demo.AshbyTarn, demo.Ashby, demo.Tarn}})
	months := map[calendar.Period]bool{}
	for _, o := range watch.AsNow(d.house.Catalogue.Get(id), list, s, d.economy.Day) {
		if o.Org != demo.AshbyTarn || o.Numerator < 9000 {
			t.Errorf("%s in %s: %g attendances, expected both predecessors' together under the successor", o.Org, o.Period, o.Numerator)
		}
		months[o.Period] = true
	}
	if len(months) < demo.Months-1 {
		t.Errorf("a history of %d months, expected all", len(months))
	}
}

func badRows(t *testing.T, d *begunDemo, _ []store.HeldFinding) {
	list, err := d.house.Store.Deliveries(d.env.Ctx, everything(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range list {
		if x.Status != delivery.Partly {
			if x.Status != delivery.Accepted {
				t.Errorf("%s is %s", x.File, x.Status)
			}
			continue
		}
		refusals, err := d.house.Store.Refusals(d.env.Ctx, everything(), x.ID, 0, 100)
		codes := map[string]bool{}
		for _, r := range refusals {
			codes[r.Code] = true
		}
		if err != nil || !strings.HasPrefix(x.File, string(demo.Community)) || x.Quarantined != 4 || len(codes) != 4 {
			t.Errorf("%v: %s has %d rows in quarantine for %v, expected Community's four for four reasons", err, x.File, x.Quarantined, codes)
		}
	}
}

func tooLittle(t *testing.T, d *begunDemo, _ []store.HeldFinding) {
	list, err := d.house.Store.Concerns(d.env.Ctx, access.For(access.Operator(operator), demo.Marlshire), demo.OakLane)
	if err != nil || len(list) != 1 || list[0].Judged {
		t.Errorf("Oak Lane: %v %+v, expected one that can't be judged", err, list)
	}
}

func secondStart(t *testing.T, d *begunDemo) {
	before, _, err := d.house.Store.Head(d.env.Ctx)
	if err != nil {
		t.Fatal(err)
	}
	again := &begun{house: d.house, clock: d.clock, economy: demo.Economy{Seed: 7, Day: d.economy.Day.AddDate(0, 0, 1)}}
	err = d.cmd.prepare(d.env, again)
	after, _, err2 := d.house.Store.Head(d.env.Ctx)
	if err != nil || err2 != nil || before != after || again.economy.Seed != 1 || len(again.users) != len(d.economy.Accounts()) {
		t.Errorf("%v, %v: from entry %d to %d, %d users, seed %d", err, err2, before, after, len(again.users), again.economy.Seed)
	}
	d.said.Reset()
	first, err := d.cmd.sayLinks(d.env, d.house, "http://demo.example", again.users)
	if err != nil || !strings.Contains(first, "/sign-in/link/") || strings.Count(d.said.String(), "/sign-in/link/") != len(again.users) {
		t.Errorf("%v: first link %q\n%s", err, first, d.said)
	}
}

func sharedProvider(t *testing.T, d *begunDemo) {
	for _, tenant := range []org.Code{demo.Marlshire, demo.Severnside, demo.TarnValley} {
		sc := access.For(access.Operator(operator), tenant)
		if _, err := d.house.Store.Organisation(d.env.Ctx, sc, demo.Aldermoor); err != nil {
			t.Errorf("%s does not see Aldermoor: %v", tenant, err)
		}
		_, err := d.house.Store.Organisation(d.env.Ctx, sc, demo.FennickVale)
		if seen := err == nil; seen != (tenant == demo.Marlshire) {
			t.Errorf("%s and Fennick Vale: %v", tenant, err)
		}
	}
	unit := d.economy.Accounts()[len(d.economy.Accounts())-1]
	v, err := d.house.Store.Viewer(d.env.Ctx, unit.ID)
	if err != nil || len(v.Tenants()) != 3 {
		t.Errorf("the support unit's analyst: %v %+v, expected three commissioners by agreement", err, v)
	}
}

func TestADemonstrationIsNotMixedWithAnythingElse(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	env := &Env{Ctx: context.Background(), Stdin: strings.NewReader(""), Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}}
	file := filepath.Join(t.TempDir(), "mine.csv")
	if err := os.WriteFile(file, []byte("Organisation,Indicator,Period,Numerator,Denominator\r\nRJE,staff-sickness,2025-01,4,100\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	load := LoadCmd{StoreFlags: StoreFlags{Data: data}, Paths: []string{file}, NoTest: true}
	if err := load.Run(env); err != nil {
		t.Fatal(err)
	}
	c := DemoCmd{Data: data, Seed: 1, Addr: "127.0.0.1:0", NoBrowser: true}
	if err := c.Run(env); !fault.Is(err, fault.Refused) {
		t.Errorf("got %v, expected a refusal", err)
	}
}
