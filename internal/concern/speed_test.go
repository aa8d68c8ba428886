package concern

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// fullSize is a record of the size that the budgets name: about 66 streams.
func fullSize(b *testing.B, providers, months int) ([]Stream, []Observation) {
	b.Helper()
	par := Default()
	streams := small(par)
	for i := 0; len(streams) < 66; i++ {
		streams = append(streams, Stream{ID: StreamID(fmt.Sprintf("more-%d", i)), Kind: Count, Family: "safety"})
	}
	rng := rand.New(rand.NewPCG(9, 9))
	var rows []Observation
	for p := range providers {
		for u := range months {
			for _, s := range streams {
				if !s.Kind.derived() {
					rows = append(rows, value(rng, s, ProviderID(fmt.Sprintf("P%03d", p)), epoch+Month(u))...)
				}
			}
		}
	}
	return streams, rows
}

func fed(b *testing.B, streams []Stream, rows []Observation) *Engine {
	b.Helper()
	e, err := New(Default(), streams)
	must(b, err)
	must(b, e.Observe(rows...))
	return e
}

// One month with its replay and all assessments: budget 50 ms.
func BenchmarkMonthOf150ProvidersAnd66Streams(b *testing.B) {
	streams, rows := fullSize(b, 150, 70)
	e, months := fed(b, streams, rows), Month(0)
	must(b, e.Advance(epoch+40))
	for b.Loop() {
		if months++; months > 29 {
			b.StopTimer()
			e, months = fed(b, streams, rows), 1
			must(b, e.Advance(epoch+40))
			b.StartTimer()
		}
		asOf(b, e, epoch+40+months)
	}
}

// Five years of 220 providers from the record: budget 5 s.
func BenchmarkRebuildFiveYearsOf220Providers(b *testing.B) {
	streams, rows := fullSize(b, 220, 60)
	for b.Loop() {
		e := fed(b, streams, rows)
		asOf(b, e, epoch+60)
	}
}
