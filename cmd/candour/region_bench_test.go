package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"candour/internal/calendar"
	"candour/internal/demo"
	"candour/internal/indicator"
	"candour/internal/intake"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/store"
)

// What a region has beside the demonstration's providers: so many trusts of the first
// commissioner, each with every indicator that is published of the demonstration's, for
// so many months.
const (
	regionTrusts = 200
	regionMonths = 24
)

// BenchmarkRegion asks for the watch list of a commissioner of nearly 220 providers a
// hundred times a second, over HTTP, as the budget of pages says (ARCHITECTURE.md
// section 6), and gives the median and the 95th percentile from when each request was
// due, in milliseconds. It makes the region first, which takes minutes; with
// CANDOUR_BENCH_REGION=DIR it is kept there. Client and server share the processors.
//
//	CANDOUR_BENCH_REGION=/tmp/region go test -run xxx -bench Region -benchtime 1500x -timeout 30m ./cmd/candour
func BenchmarkRegion(b *testing.B) {
	dir := os.Getenv("CANDOUR_BENCH_REGION")
	if dir == "" {
		b.Skip("CANDOUR_BENCH_REGION names no folder for the region")
	}
	makeRegion(b, dir)
	b.Setenv("CANDOUR_BENCH_DEMO", dir)
	pages, token := demoHandler(b)
	server := httptest.NewServer(pages)
	b.Cleanup(server.Close)
	for _, path := range []string{"/watch-list", "/matrix?set=all", "/providers"} {
		b.Run(strings.Trim(path, "/"), func(b *testing.B) { regionAsk(b, server.URL+path, token) })
	}
}

// regionAsk asks for one page a hundred times a second.
func regionAsk(b *testing.B, address, token string) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	ask := func() error {
		r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, address, nil)
		if err != nil {
			return err
		}
		r.AddCookie(&http.Cookie{Name: "candour", Value: token})
		got, err := client.Do(r)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, got.Body)
		if got.StatusCode != http.StatusOK {
			err = fmt.Errorf("%s", got.Status)
		}
		return errors.Join(err, got.Body.Close())
	}
	if err := ask(); err != nil {
		b.Fatal(err)
	}
	var wg sync.WaitGroup
	took, failed := make([]time.Duration, b.N), make([]error, b.N)
	spent, start := processorTime(b), time.Now()
	b.ResetTimer()
	for i := range b.N {
		due := start.Add(time.Duration(i) * 10 * time.Millisecond)
		time.Sleep(time.Until(due))
		wg.Go(func() {
			failed[i] = ask()
			took[i] = time.Since(due)
		})
	}
	wg.Wait()
	spent = processorTime(b) - spent
	slices.Sort(took)
	failures := slices.DeleteFunc(failed, func(err error) bool { return err == nil })
	b.ReportMetric(float64(len(failures)), "errors")
	b.ReportMetric(float64(spent.Microseconds())/1000/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(took[b.N/2].Microseconds())/1000, "ms/median")
	b.ReportMetric(float64(took[b.N*95/100].Microseconds())/1000, "ms/p95")
}

// makeRegion makes a demonstration in the folder, and adds the trusts to it.
func makeRegion(b *testing.B, dir string) {
	done := filepath.Join(dir, "region.csv")
	if _, err := os.Stat(done); err == nil {
		return
	}
	cmd := DemoCmd{Data: dir, Seed: 1}
	env := &Env{Ctx: context.Background(), Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard}
	d, err := cmd.begin(env)
	if err != nil {
		b.Fatal(err)
	}
	h := d.house
	held, err := h.Store.Verdicts(env.Ctx, everything(), store.Wanted{})
	if err != nil {
		b.Fatal(err)
	}
	var ids []indicator.ID
	for i := range held {
		if held[i].Tenant == "" && held[i].At.Kind() == calendar.Month && !slices.Contains(ids, held[i].Indicator) {
			ids = append(ids, held[i].Indicator)
		}
	}
	var events []record.Event
	var text strings.Builder
	text.WriteString("organisation,indicator,period,numerator,denominator\n")
	random := rand.New(rand.NewPCG(1, 2))
	first := calendar.MonthOf(h.Store.Now()).Add(-regionMonths)
	for i := range regionTrusts {
		code := org.Code(fmt.Sprintf("RG%03d", i))
		for _, e := range []struct {
			kind record.Kind
			body any
		}{
			{record.OrganisationRecorded, org.Organisation{Code: code, Name: fmt.Sprintf("Region Trust %03d", i), Role: org.Trust, System: demo.Marlshire}},
			{record.PurviewSet, record.Purview{Tenant: demo.Marlshire, Add: []org.Code{code}, Because: "a region"}},
		} {
			event, err := record.New(e.kind, "region/"+string(e.kind)+string(code), "", operator, e.body)
			if err != nil {
				b.Fatal(err)
			}
			events = append(events, event)
		}
		for _, id := range ids {
			for m := range regionMonths {
				fmt.Fprintf(&text, "%s,%s,%s,%d,1000\n", code, id, first.Add(m), 780+random.IntN(60))
			}
		}
	}
	if _, err := h.Store.Record(env.Ctx, events...); err != nil {
		b.Fatal(err)
	}
	file := filepath.Join(b.TempDir(), "region.csv")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	for report, err := range h.Loader.LoadPaths(env.Ctx, []string{file}, intake.Options{By: string(operator), Via: "bench"}) {
		if err != nil {
			b.Fatal(err)
		}
		b.Logf("%s: %d values accepted, %d refused", report.Status, report.Accepted, report.Quarantined)
	}
	began := time.Now()
	if _, out, err := h.Watcher.Run(env.Ctx); err != nil {
		b.Fatal(err)
	} else {
		b.Logf("%d series tested and judged in %v", out.Series, time.Since(began).Round(time.Millisecond))
	}
	if err := h.Close(); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(done, nil, 0o600); err != nil {
		b.Fatal(err)
	}
}
