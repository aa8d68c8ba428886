package listen_test

import (
	"fmt"
	"testing"
	"time"

	"candour/internal/listen"
	"candour/internal/signal"
)

// words are of the length that people write.
const words = "Eight months ago an elderly patient was sent home at night without keys, care package or letter, and was back by morning with a fracture. " +
	"We rang the ward twice and nobody answered. This is the ninth of its kind since spring; two partners have said the same of ward 7 on other days."

// BenchmarkReceive measures how many signals a second come in as they do through the
// API: groups of 500, screened, validated, given their clocks, recorded durably on
// SQLite. The target is 3,000 a second.
func BenchmarkReceive(b *testing.B) {
	d, _ := desk(b)
	n := 0
	for b.Loop() {
		items := make([]listen.Item, 500)
		for i := range items {
			s := gpConcern(words)
			s.Title, s.Received = fmt.Sprintf("Sent home at night %d", n), now.Add(-time.Duration(n%20_000)*time.Hour)
			if n++; n%3 == 0 {
				items[i].Then = listen.Settle(&s, "Dealt with before it came here")
			}
			s.Occurred = signal.Occurrence{}
			items[i].Signal, items[i].Origin = s, fmt.Sprintf("bench/%d", n)
		}
		if _, err := d.Receive(b.Context(), lead, items...); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "signals/s")
}
