// Package concern fuses hard findings and soft signals into one ranked and
// explained concern per provider. It is pure: no clock, no files, no store; the
// same rows and parameters give the same result to the bit.
//
// # Words
//
// A stream is anything that yields one number of evidence a month for a
// provider: a hard indicator, reports of one channel and severity, the severity
// mix of a channel, the gap between outside voices and inside reporting, visits.
// The event month is when something happened, the as-of month is when we look.
// A family is a set of streams that one cause would move.
//
// # Use
//
//	e, err := concern.New(concern.Default(), streams)  // definitions are data
//	err = e.SetSize("RXX", 1.3, month)                 // activity index, 1 is usual
//	err = e.Observe(rows...)                           // bitemporal rows
//	list, err := e.AsOf(month)                         // []Assessment, highest first
//	text := concern.Explain(par, budget, &list[0], list) // sentences for a page
//
// Observe takes rows as they come; AsOf moves the engine on month by month and
// can be asked again for the month reached after more rows of that month. A row
// that became available in an earlier month than the one reached gives
// [ErrBackdated]: past results would change, so a new engine must be fed from
// the record. A stream of reports needs an explicit 0 for a month in which the
// channel was open and nothing came; a month without a row is a gap.
//
// # Method
//
// Each value is compared with the provider's own settled level after what
// happened nationally that month has been taken out ([Engine.Observe] to
// evidence l, between −1 and +2 a month, of the voice gap +3). Evidence accumulates per stream,
//
//	C[u] = clip(0.97 C[u−1] + l[u], 0, 3)
//
// and never falls below zero, so good news in one place cannot cancel bad news
// in another. Families are discounted for overlap, E = sum C / (1 + (m−1)
// overlap), and add up with diminishing returns, A = sum w ln(1 + E), w being 1 for
// indicators and 0.3 for voices. A small hidden
// Markov filter asks which of six patterns the months look like; its log
// odds LO add 0.6 (LO − LO0). The sum S is the change score. The standing level L
// says how long a provider has been worse than peers. R = S + 1.13 L ranks. A surge
// of voices that comes all at once and fades is publicity and taken out (publicity.go).
//
// The last twelve months are replayed at every as-of month, so late and restated
// rows count as if they had been there from the start; older evidence is
// frozen. Memory is 64 event months per provider and stream, whatever the age of
// the record.
//
// A worked figure: one family of 8 streams, all at the ceiling 3, overlap 0.25, has
// E = 24/2.75 = 8.7 and adds ln(9.7) = 2.3 to the score; the filter adds at most
// 0.6 (8.1 + 1.4) = 5.7. However much that is, one family alone raises no alarm:
// the alert rule asks for two with evidence of 1 or more.
//
// docs/methods/concern.md has the formulas in use, docs/methods/concern-design.md, whose
// sections comments cite, those of the design from which they come.
package concern
