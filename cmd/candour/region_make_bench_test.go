package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/template"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/demo"
	"candour/internal/indicator"
	"candour/internal/intake"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
)

// A region's five years, as the budget of pages has them (ARCHITECTURE.md section 6):
// beside the demonstration's providers so many trusts of the first commissioner, each
// with every monthly indicator that is published of the demonstration's, and with
// indicators of the installation's own up to so many, for so many months; and so many
// signals of that commissioner.
const (
	regionTrusts     = 202
	regionIndicators = 300
	regionMonths     = 60
	regionSignals    = 100_000
)

// openFor is how many days of signals are still dealt with; what is older is settled.
const openFor = 21

// region is what a region is made with.
type region struct {
	b      *testing.B
	dir    string
	house  *House
	users  []user
	random *rand.Rand
}

// makeRegion makes a region in the folder, once: it takes some ten minutes.
func makeRegion(b *testing.B, dir string) {
	b.Helper()
	done := filepath.Join(dir, "region.csv")
	if _, err := os.Stat(done); err == nil {
		return
	}
	x := region{b: b, dir: dir, random: rand.New(rand.NewPCG(1, 2))}
	x.define()
	cmd := DemoCmd{Data: dir, Seed: 1}
	env := &Env{Ctx: context.Background(), Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard}
	d, err := cmd.begin(env)
	if err != nil {
		b.Fatal(err)
	}
	x.house, x.users = d.house, d.users
	began := time.Now()
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{{"trusts", x.trusts}, {"values", x.values}, {"signals", x.signals}, {"tested", x.test}} {
		if err := step.do(env.Ctx); err != nil {
			b.Fatal(err)
		}
		b.Logf("%s after %v", step.name, time.Since(began).Round(time.Second))
	}
	if err := x.house.Close(); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(done, nil, 0o600); err != nil {
		b.Fatal(err)
	}
}

// ownDefinition is one indicator of the installation's own.
var ownDefinition = template.Must(template.New("").Parse(`id: region-{{printf "%03d" .N}}
name: Measure {{.N}} of the region’s own
short: Measure {{.N}}
why: So that there are as many indicators as a region watches.
numerator: patients treated as they should be
denominator: patients treated
unit: "%"
kind: proportion
multiplier: 100
decimals: 1
better: higher
dimension: {{if .Safe}}safety{{else}}experience{{end}}
question: {{.Question}}
frequency: month
levels: [trust]
source: quality-return
lag_days: 20
tolerance_days: 10
chart: xmr
funnel: {{if .Funnel}}pr{{else}}none{{end}}
{{if .Standard}}standards:
  - {from: 2010-06-01, value: 0.8, tier: fundamental, source: the region’s contract}
{{end}}disclosure: none
tier: {{if .Fundamental}}fundamental{{else}}enhanced{{end}}
detection: {domain: {{.Domain}}{{if .Scored}}, scored: true{{end}}}
owner: Quality analyst
reviewed: 2026-11-22
next_review: 2027-11-22
changes:
  - {on: 2026-11-22, by: Quality analyst, why: added}
`))

// define writes the installation's own definitions: as many as could be wanted beside
// the demonstration's; how many bring values, values says.
func (x *region) define() {
	folder := filepath.Join(x.dir, "definitions", "indicators")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		x.b.Fatal(err)
	}
	for n := range regionIndicators {
		var text bytes.Buffer
		err := ownDefinition.Execute(&text, map[string]any{
			"N": n, "Safe": n%3 == 0, "Standard": n%4 < 2, "Fundamental": n%4 == 0, "Funnel": n%2 == 0, "Scored": n%6 == 0,
			"Question": []string{"safe", "effective", "caring", "responsive", "well_led"}[n%5],
			"Domain":   []string{"safety", "experience", "access", "workforce", "effectiveness"}[n%5],
		})
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, fmt.Sprintf("region-%03d.yaml", n)), text.Bytes(), 0o600)
		}
		if err != nil {
			x.b.Fatal(err)
		}
	}
}

func regionTrust(i int) org.Code { return org.Code(fmt.Sprintf("RG%03d", i)) }

// trusts records the trusts, and that the first commissioner buys of them.
func (x *region) trusts(ctx context.Context) error {
	var events []record.Event
	for i := range regionTrusts {
		code := regionTrust(i)
		for _, e := range []struct {
			kind record.Kind
			body any
		}{
			{record.OrganisationRecorded, org.Organisation{Code: code, Name: fmt.Sprintf("Region Trust %03d", i), Role: org.Trust, System: demo.Marlshire}},
			{record.PurviewSet, record.Purview{Tenant: demo.Marlshire, Add: []org.Code{code}, Because: "a region"}},
		} {
			event, err := record.New(e.kind, "region/"+string(e.kind)+string(code), "", operator, e.body)
			if err != nil {
				return err
			}
			events = append(events, event)
		}
	}
	_, err := x.house.Store.Record(ctx, events...)
	return err
}

// measures is the indicators that the trusts report each month.
func (x *region) measures(ctx context.Context) ([]indicator.ID, error) {
	held, err := x.house.Store.Verdicts(ctx, everything(), store.Wanted{})
	if err != nil {
		return nil, err
	}
	all := map[indicator.ID]bool{}
	var ids []indicator.ID
	for i := range held {
		v := &held[i]
		if v.Tenant == "" && v.At.Kind() == calendar.Month && !slices.Contains(ids, v.Indicator) {
			ids = append(ids, v.Indicator)
		}
		all[v.Indicator] = true
	}
	for n := range regionIndicators - len(all) {
		ids = append(ids, indicator.ID(fmt.Sprintf("region-%03d", n)))
	}
	x.b.Logf("%d indicators, of which each trust reports %d", regionIndicators, len(ids))
	return ids, nil
}

// values loads one file for each month. One series in ten becomes worse in the last
// year, and the trusts differ.
func (x *region) values(ctx context.Context) error {
	ids, err := x.measures(ctx)
	if err != nil {
		return err
	}
	level := make([]int, regionTrusts*len(ids))
	for i := range level {
		level[i] = 800 + x.random.IntN(40) - 20
	}
	first := calendar.MonthOf(x.house.Store.Now()).Add(-regionMonths)
	for m := range regionMonths {
		var text strings.Builder
		text.WriteString("organisation,indicator,period,numerator,denominator\n")
		for i := range level {
			worse := 0
			if m > regionMonths-12 && i%10 == 3 {
				worse = 40
			}
			fmt.Fprintf(&text, "%s,%s,%s,%d,1000\n", regionTrust(i/len(ids)), ids[i%len(ids)], first.Add(m), level[i]-worse+x.random.IntN(36)-18)
		}
		file := filepath.Join(x.b.TempDir(), fmt.Sprintf("region-%s.csv", first.Add(m)))
		if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
			return err
		}
		for report, err := range x.house.Loader.LoadPaths(ctx, []string{file}, intake.Options{By: string(operator), Via: "bench"}) {
			if err != nil {
				return err
			}
			if m == 0 || report.Quarantined > 0 {
				x.b.Logf("%s %s: %d values accepted, %d refused %v", file, report.Status, report.Accepted, report.Quarantined, report.Messages)
			}
		}
	}
	return nil
}

// signals copies what the commissioner heard in the demonstration to the trusts, over
// the five years. What is older than three weeks was settled.
func (x *region) signals(ctx context.Context) error {
	lead := slices.IndexFunc(x.users, func(u user) bool { return u.name == demo.Greeted })
	viewer, err := x.house.Store.Viewer(ctx, x.users[lead].id)
	if err != nil {
		return err
	}
	sc := access.For(viewer, demo.Marlshire)
	heard, err := x.house.Store.SignalsHeld(ctx, sc, store.SignalFilter{})
	if err != nil {
		return err
	}
	have := len(heard)
	heard = slices.DeleteFunc(heard, func(h store.HeldSignal) bool {
		return len(h.Readers) > 0 || len(h.Involved) > 0 || !slices.Contains([]signal.Kind{
			signal.KindComplaint, signal.KindIncident, signal.KindClinicianConcern, signal.KindPatientComment, signal.KindPraise, signal.KindMedia, signal.KindVisit,
		}, h.Kind)
	})
	now := x.house.Store.Now()
	for n := have; n < regionSignals; {
		var list []store.Arrival
		for ; n < regionSignals && len(list) < 2000; n++ {
			list = append(list, x.copied(heard[n%len(heard)].Signal, n, now))
		}
		if _, err := x.house.Store.ReceiveSignals(ctx, sc, x.house.Desk.NextDue, list...); err != nil {
			return err
		}
	}
	x.b.Logf("%d signals beside %d of the demonstration", regionSignals-have, have)
	return x.house.Store.CatchUp(ctx)
}

// copied is a signal of another trust on another day.
func (x *region) copied(s signal.Signal, n int, now time.Time) store.Arrival {
	back := 1 + x.random.IntN(regionMonths*30)
	received := now.AddDate(0, 0, -back)
	if !s.Occurred.Date.IsZero() {
		s.Occurred = signal.Occurrence{Date: calendar.DateOf(received) - 1 - calendar.Date(x.random.IntN(5))}
	}
	s.ID, s.Reference, s.Received, s.Recorded = "", "", received, time.Time{}
	s.Place = signal.Place{Provider: regionTrust(x.random.IntN(regionTrusts)), Ward: fmt.Sprintf("Ward %d", x.random.IntN(12))}
	s.Attachments, s.Sealed, s.Delivery, s.Row, s.Triage = nil, nil, "", 0, signal.Triage{}
	a := store.Arrival{Signal: s, Origin: fmt.Sprintf("region/%d", n)}
	if back > openFor {
		a.Then = listen.Settle(&s, "read and noted")
	}
	return a
}

// test runs the watch.
func (x *region) test(ctx context.Context) error {
	_, out, err := x.house.Watcher.Run(ctx)
	x.b.Logf("%d series tested", out.Series)
	return err
}
