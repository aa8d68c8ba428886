package web

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
)

// BenchmarkPatterns opens the page of patterns over 100,000 signals of 60 places,
// received over two years. The target is 50 ms at the 95th percentile; the first look
// after something was recorded works everything out.
//
//	go test -run xxx -bench Patterns -benchtime 100x ./internal/web
func BenchmarkPatterns(b *testing.B) {
	x := peopled(b)
	themes := []string{"discharge", "staffing", "falls", "delay", "communication", "dignity"}
	for n := 0; n < 100_000; {
		list := make([]store.Arrival, 2000)
		for i := range list {
			day := calendar.DateOf(x.clock.Now()) - 1 - calendar.Date(n%700)
			list[i] = store.Arrival{Origin: fmt.Sprintf("bench/%d", n), Signal: signal.Signal{
				Kind: signal.KindClinicianConcern, Title: fmt.Sprintf("Item %d", n), Place: signal.Place{Provider: []org.Code{"RA1", "RA2"}[n%2], Ward: fmt.Sprintf("Ward %d", n%30)},
				Occurred: signal.Occurrence{Date: day - 1}, Received: day.At(9, 16), Source: signal.Source{Organisation: org.Code(fmt.Sprintf("A81%03d", n%90)), Channel: "form"},
				Themes: []string{themes[n/7%6]}, ClinicianConcern: &signal.ClinicianConcern{Harm: "some"},
			}}
			n++
		}
		due := func(*signal.Signal) record.Due { return record.Due{} }
		if _, err := x.store.ReceiveSignals(x.ctx, leadAt("QAA"), due, list...); err != nil {
			b.Fatal(err)
		}
	}
	lead := x.as(access.QualityLead, "QAA")
	began := time.Now()
	lead.get("/patterns")
	b.Logf("the first look took %v", time.Since(began))
	for _, path := range []string{"/patterns", "/patterns/silence", "/complaints", "/signals", "/signals?show=all"} {
		b.Run(path, func(b *testing.B) {
			lead.get(path) // the first look after a change works it out
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				lead.get(path)
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms/median")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "ms/p95")
		})
	}
}
