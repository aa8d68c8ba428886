package bench

import (
	"candour/internal/concern"
)

// Kind of what befalls a provider: a deterioration, a decoy or nothing.
type Kind string

// The deteriorations and decoys of concern-design.md section 14.
const (
	None        Kind = ""
	Step        Kind = "step"
	Drift       Kind = "drift"
	Ward        Kind = "ward"
	SoftFirst   Kind = "soft first"
	Gaming      Kind = "gaming"
	Suppression Kind = "suppression"
	Chronic     Kind = "chronic"

	GoodReporter Kind = "good reporter"
	CodingChange Kind = "coding change"
	MediaStorm   Kind = "media storm"
)

// OnsetTypes are the six deteriorations with an onset, over which delay is
// measured; chronic care, bad from the start, is reported apart.
var OnsetTypes = []Kind{Step, Drift, Ward, SoftFirst, Gaming, Suppression}

// Decoys are the events that are not deteriorations. NationalShock stands for
// the shock's months of every economy that has one.
var Decoys = []Kind{GoodReporter, CodingChange, MediaStorm}

// Deteriorated reports whether the kind makes a provider's months active.
func (k Kind) Deteriorated() bool {
	switch k {
	case Step, Drift, Ward, SoftFirst, Gaming, Suppression, Chronic:
		return true
	}
	return false
}

// Economy is one simulated country: what could be known when, and the truth.
// Months count from 0; month 0 is January 2015 for the engine.
type Economy struct {
	Name      string
	Months    int // T, event and as-of months 0 … T−1
	Startup   int // B, months before alerts count
	Providers []concern.ProviderID
	Size      []float64 // activity index, 1 is usual
	Streams   []concern.Stream
	Rows      []Row     // hard values and visits, by available month
	Received  []Receipt // reports, by received month
	Truth     []Truth   // by provider
	Shock     Span      // national shock; empty for none
	Notes     []string  // what its reader should know of the folder that it was read from: unknown columns, missing files
}

// Row is one published value of a hard indicator or one visit.
type Row struct {
	Provider, Stream int32
	Month, Available int16
	Provisional      bool
	Value, Den       float64 // Den: expected, whole, or sampling variance, as the stream's kind says
}

// Receipt is the reports about one month that came in during another.
type Receipt struct {
	Provider, Stream int32
	Month, Received  int16
	Count            int32
}

// Truth is what really happened to a provider.
type Truth struct {
	Kind    Kind
	Onset   int // first month of it; 0 for chronic
	Outcome int // soft first: month in which outcome harm begins; else the onset
}

// Span is the months [From, To).
type Span struct{ From, To int }

// Active reports whether provider p has deteriorated in month t.
func (e *Economy) Active(p, t int) bool {
	return e.Truth[p].Kind.Deteriorated() && t >= e.Truth[p].Onset
}

// origin is the engine's month of an economy's month 0.
var origin = concern.NewMonth(2015, 1)

// month of the engine.
func month(m int) concern.Month { return origin + concern.Month(m) }

// Feed gives an engine everything that an economy holds, each row with the
// month from which it could be known. Channels report every month: a month
// without a receipt is a zero, known from that month on.
func (e *Economy) Feed(eng *concern.Engine) error {
	for p, id := range e.Providers {
		if err := eng.SetSize(id, e.Size[p], month(0)); err != nil {
			return err
		}
	}
	rows := make([]concern.Observation, 0, len(e.Rows)/8)
	flush := func() error {
		err := eng.Observe(rows...)
		rows = rows[:0]
		return err
	}
	for i := range e.Rows {
		r := &e.Rows[i]
		rows = append(rows, r.observation(e))
		if len(rows) == cap(rows) {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return e.feedReports(eng)
}

func (r *Row) observation(e *Economy) concern.Observation {
	o := concern.Observation{
		Provider: e.Providers[r.Provider], Stream: e.Streams[r.Stream].ID, Month: month(int(r.Month)),
		Available: month(int(r.Available)), Provisional: r.Provisional, Value: r.Value,
	}
	switch e.Streams[r.Stream].Kind {
	case concern.Count:
		o.Expected = r.Den
	case concern.Continuous:
		o.Variance = r.Den
	default:
		o.Den = r.Den
	}
	return o
}

// feedReports turns receipts into running totals per event month.
func (e *Economy) feedReports(eng *concern.Engine) error {
	n := len(e.Providers)
	for s := range e.Streams {
		if e.Streams[s].Kind != concern.Reports {
			continue
		}
		total := make([]int64, n*e.Months)
		var rows []concern.Observation
		put := func(p, u, t int) {
			rows = append(rows, concern.Observation{
				Provider: e.Providers[p], Stream: e.Streams[s].ID,
				Month: month(u), Available: month(t), Value: float64(total[p*e.Months+u]),
			})
		}
		for p := range n {
			for u := range e.Months {
				put(p, u, u)
			}
		}
		for i := range e.Received { // by received month, so totals only grow
			r := &e.Received[i]
			if int(r.Stream) != s || int(r.Month) >= e.Months {
				continue
			}
			total[int(r.Provider)*e.Months+int(r.Month)] += int64(r.Count)
			put(int(r.Provider), int(r.Month), int(r.Received))
		}
		if err := eng.Observe(rows...); err != nil {
			return err
		}
	}
	return nil
}
