package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// regionPages are the pages that only a region has in their full size, beside those
// that are measured of a demonstration.
var regionPages = []struct{ name, path string }{
	{"region-provider", "/providers/RG000"},
	{"region-provider-five-years", "/providers/RG000?range=60"},
	{"region-provider-each", "/providers/EACH"},
	{"region-concern", "/providers/RG000/concern"},
	{"region-indicator", "/providers/RG000/indicators/region-000"},
	{"region-definition", "/indicators/region-000"},
	{"matrix-scored", "/matrix?set=scored"},
	{"signals-all", "/signals?show=all"},
	{"signal", "/signals/FIRST"},
	{"complaint", "/complaints/FIRST"},
	{"alert", "/alerts/FIRST"},
	{"delivery", "/data/deliveries/FIRST"},
	{"learning", "/learning"},
	{"double-coding", "/complaints/double-coding"},
	{"visits", "/visits"},
	{"verify", "/memory/verify?entry=1000"},
	{"as-of", "/as-of"},
	{"search-name", "/search?q=Region+Trust"},
	{"search-each", "/search?q=WORDS"},
	{"search-past", "/search?q=falls&asof=YEAR"},
}

// BenchmarkRegion asks for each page of a commissioner of 220 providers, 300
// indicators, five years and 100,000 signals a hundred times a second, over HTTP, as
// the budget of pages says (ARCHITECTURE.md section 6), and gives the median and the
// 95th percentile from when each request was due, in milliseconds. It makes the region
// first, which takes some ten minutes and 2 GB; it is kept in CANDOUR_BENCH_REGION.
// Client and server share the processors.
//
//	CANDOUR_BENCH_REGION=/tmp/region60 go test -run xxx -bench Region -benchtime 1500x -timeout 60m ./cmd/candour
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
	for _, m := range slices.Concat(measured, regionPages) {
		b.Run(m.name, func(b *testing.B) {
			path := firstOf(b, pages, token, pastOf(m.path))
			regionAsk(b, func(i int) string { return server.URL + eachOf(path, i) }, token)
		})
	}
}

// firstOf is the address of the first of its kind that the list above it leads to,
// where an address ends in FIRST.
func firstOf(b *testing.B, pages http.Handler, token, path string) string {
	list, ok := strings.CutSuffix(path, "/FIRST")
	if !ok {
		return path
	}
	r := httptest.NewRequest(http.MethodGet, strings.TrimSuffix(list, "/deliveries"), nil)
	r.AddCookie(&http.Cookie{Name: "candour", Value: token})
	w := httptest.NewRecorder()
	pages.ServeHTTP(w, r)
	found := regexp.MustCompile(list + `/[A-Z]+-\d+(-\d+)*\b`).FindString(w.Body.String())
	if found == "" {
		b.Skipf("%s leads to none", list)
	}
	return found
}

// eachOf puts another provider of the region into each address that has EACH, and other
// words into one that has WORDS: of pages nothing is then kept from the one before.
func eachOf(path string, i int) string {
	words := searched[i%len(searched)]
	if round := i / len(searched); round > 0 {
		words += "+" + searched[(i+round)%len(searched)]
	}
	return strings.NewReplacer("EACH", fmt.Sprintf("RG%03d", i%regionTrusts), "WORDS", words).Replace(path)
}

// searched are words that a thousand to a hundred thousand signals of a region hold.
var searched = strings.Fields("ward nurse patient hours doctor medicines home discharge surgical outpatient assessment emergency bathroom alarm taxi delay observations fall night transfer wrong bell floor corridor theatre diarrhoea shift bed overdue score pressure chart dose staff clinic letter desk rude collapse trolley")

// regionAsk asks for a page, or for one after another, a hundred times a second.
func regionAsk(b *testing.B, address func(int) string, token string) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	ask := func(i int) error {
		r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, address(i), nil)
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
	if err := ask(0); err != nil {
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
			failed[i] = ask(i)
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
