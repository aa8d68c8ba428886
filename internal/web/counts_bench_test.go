package web

import (
	"fmt"
	"math/rand"
	"net/http"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
)

// BenchmarkPapers makes papers of 12 providers over twelve months, each held against
// all before it: overlapping months, then the same months after more came in.
//
//	go test -run xxx -bench Papers -benchtime 1x ./internal/web
func BenchmarkPapers(b *testing.B) {
	x := peopled(b)
	var events []record.Event
	for p := range 12 {
		code := org.Code(fmt.Sprintf("RP%02d", p))
		e, err := record.New(record.OrganisationRecorded, "organisation/"+string(code), "", "operator", org.Organisation{Code: code, Name: fmt.Sprintf("Provider %02d", p), Role: org.Trust, System: "QAA"})
		x.no(err)
		events = append(events, e)
	}
	_, err := x.store.Record(x.ctx, events...)
	x.no(err)
	draw := rand.New(rand.NewSource(1))
	n := 0
	more := func(year int, months ...time.Month) {
		var list []store.Arrival
		for p := range 12 {
			for _, month := range months {
				for range draw.Intn(6) {
					n++
					s := signal.Signal{Title: "x", Place: signal.Place{Provider: org.Code(fmt.Sprintf("RP%02d", p))}, Received: calendar.NewDate(year, month, 1+draw.Intn(20)).At(9, 0), Source: signal.Source{Channel: "form"}, Themes: []string{"delay"}}
					switch n % 3 {
					case 0:
						s.Kind, s.ClinicianConcern = signal.KindClinicianConcern, &signal.ClinicianConcern{Harm: "no"}
					case 1:
						s.Kind, s.Complaint = signal.KindComplaint, &signal.Complaint{ReceivedBy: "provider", Complainant: signal.ComplainantPatient, Consent: signal.ConsentNotAsked}
					default:
						s.Kind, s.Publication = signal.KindPatientComment, &signal.Publication{Sentiment: signal.SentimentNegative, Outlet: "Care Opinion"}
					}
					list = append(list, store.Arrival{Origin: fmt.Sprint("bench/", n), Signal: s})
				}
			}
		}
		_, err := x.store.ReceiveSignals(x.ctx, leadAt("QAA"), func(*signal.Signal) record.Due { return record.Due{} }, list...)
		x.no(err)
	}
	more(2025, 11, 12)
	more(2026, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
	analyst := x.as(access.Analyst, "QAA")
	for b.Loop() {
		for i, months := range [][2]string{{"2025-11", "2026-10"}, {"2025-11", "2026-09"}, {"2026-01", "2026-06"}, {"2025-11", "2026-10"}} {
			if i == 3 {
				more(2026, 8, 9)
			}
			began := time.Now()
			if got := analyst.post("/counts", "for", "Board", "from", months[0], "to", months[1]); got.Code != http.StatusSeeOther {
				b.Fatalf("a paper gave %d: %s", got.Code, got.Body)
			}
			shown, all := 0, 0
			for _, row := range x.aPaper(fmt.Sprintf("CT-%d", i+1))[1:] {
				for _, cell := range row[1:] {
					all++
					if cell != "*" && cell != "w" && cell != "0" {
						shown++
					}
				}
			}
			b.Logf("paper %d, %s to %s: %v; %d of %d cells and totals shown as counts", i+1, months[0], months[1], time.Since(began).Round(time.Millisecond), shown, all)
		}
	}
}
