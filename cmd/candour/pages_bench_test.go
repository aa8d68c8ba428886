package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/demo"
	"candour/internal/intake"
	"candour/internal/web"
)

// measured are the pages whose time is bounded (docs/performance.md), as the
// quality lead of the demonstration opens them.
var measured = []struct{ name, path string }{
	{"watch-list", "/watch-list"},
	{"provider", "/providers/ZA1"},
	{"provider-five-years", "/providers/ZA1?range=60"},
	{"concern", "/providers/ZA1/concern"},
	{"indicator", "/providers/ZA1/indicators/ae-4h-all"},
	{"matrix", "/matrix"},
	{"matrix-all", "/matrix?set=all"},
	{"providers", "/providers"},
	{"indicators", "/indicators"},
	{"definition", "/indicators/ae-4h-all"},
	{"signals", "/signals"},
	{"data", "/data"},
	{"memory", "/memory"},
	{"watch-list-past", "/watch-list?asof=PAST"},
	{"watch-list-a-year-ago", "/watch-list?asof=YEAR"},
	{"provider-a-year-ago", "/providers/ZA1?asof=YEAR"},
	{"digest", "/digest"},
	{"signals-due", "/signals/due"},
	{"silence", "/patterns/silence"},
	{"patterns", "/patterns"},
	{"alerts", "/alerts"},
	{"complaints", "/complaints"},
	{"assurance", "/assurance"},
	{"counts", "/counts"},
	{"signals-kind", "/signals?kind=complaint"},
	{"search", "/search?q=falls"},
}

// BenchmarkPages times each page over the demonstration's store: the median and
// the 95th percentile of single requests, and the processor time of one, in
// milliseconds. CANDOUR_BENCH_DEMO
// names the folder of a demonstration made before; without it one is made.
//
//	go test -run xxx -bench Pages -benchtime 200x ./cmd/candour
func BenchmarkPages(b *testing.B) {
	ask := demoPages(b)
	for _, m := range measured {
		b.Run(m.name, func(b *testing.B) {
			took := make([]time.Duration, 0, b.N)
			ask(b, m.path)
			spent := processorTime(b)
			for b.Loop() {
				began := time.Now()
				ask(b, m.path)
				took = append(took, time.Since(began))
			}
			spent = processorTime(b) - spent
			slices.Sort(took)
			b.ReportMetric(float64(spent.Microseconds())/1000/float64(len(took)), "cpu-ms/op")
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms/median")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "ms/p95")
		})
	}
}

// processorTime is what the process has used: unlike the clock's, it says the same
// on a machine that others use too.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// demoHandler is the pages of a demonstration, and the token of a session of its
// quality lead.
func demoHandler(b *testing.B) (*web.Server, string) {
	b.Helper()
	cmd := DemoCmd{Data: cmp.Or(os.Getenv("CANDOUR_BENCH_DEMO"), b.TempDir()), Seed: 1}
	env := &Env{Ctx: context.Background(), Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard}
	d, err := cmd.begin(env)
	if err != nil {
		b.Fatal(err)
	}
	h, users := d.house, d.users
	pages, err := web.New(web.Config{
		Store: h.Store, Catalogue: h.Catalogue, Sources: h.Sources, Watcher: h.Watcher, Desk: h.Desk, Log: slog.New(slog.DiscardHandler),
		LoaderFor: func(sc access.Scope) web.Loader {
			return &intake.Loader{Sources: h.Sources, Memory: held{h.Store, sc}, Limits: intake.DefaultLimits, Now: h.Store.Now}
		},
		Version: "bench", Random: rand.Reader,
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(collectSeldom()) // as House.serve
	b.Cleanup(func() {
		if err := closing(h, pages.Close(env.Ctx)); err != nil {
			b.Error(err)
		}
	})
	lead := slices.IndexFunc(users, func(u user) bool { return u.name == demo.Greeted })
	viewer, err := h.Store.Viewer(env.Ctx, users[lead].id)
	if err != nil {
		b.Fatal(err)
	}
	token, err := h.Store.SignIn(env.Ctx, viewer.Account, viewer.Tenants()[0], time.Hour)
	if err != nil {
		b.Fatal(err)
	}
	return pages, token
}

// pastOf puts moments of the past into an address.
func pastOf(path string) string {
	now := time.Now()
	return strings.NewReplacer("PAST", now.Format("2006-01-02T15:04"), "YEAR", now.AddDate(-1, 0, 10).Format("2006-01-02T15:04")).Replace(path)
}

// demoPages asks for pages of a demonstration as its quality lead.
func demoPages(b *testing.B) func(testing.TB, string) {
	b.Helper()
	pages, token := demoHandler(b)
	return func(tb testing.TB, path string) {
		r := httptest.NewRequest(http.MethodGet, pastOf(path), nil)
		r.AddCookie(&http.Cookie{Name: "candour", Value: token})
		w := httptest.NewRecorder()
		if pages.ServeHTTP(w, r); w.Code != http.StatusOK {
			tb.Fatalf("%s: %d %s", path, w.Code, w.Header().Get("Location"))
		}
	}
}

// BenchmarkWatchDemo times a whole run of the watch over the demonstration.
func BenchmarkWatchDemo(b *testing.B) {
	cmd := DemoCmd{Data: cmp.Or(os.Getenv("CANDOUR_BENCH_DEMO"), b.TempDir()), Seed: 1}
	env := &Env{Ctx: context.Background(), Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard}
	d, err := cmd.begin(env)
	if err != nil {
		b.Fatal(err)
	}
	h := d.house
	for b.Loop() {
		if _, _, err := h.Watcher.Run(env.Ctx); err != nil {
			b.Fatal(err)
		}
	}
	if err := h.Close(); err != nil {
		b.Fatal(err)
	}
}
