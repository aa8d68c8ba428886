package watch

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
)

// Evidence is everything from which the concern about the providers of one
// commissioner is judged.
type Evidence struct {
	Tenant    org.Code // "" judges on published data alone
	Catalogue *indicator.Catalogue
	// Observations in every vintage: published ones of all providers, who are each
	// other's yardstick, and the tenant's own.
	Observations []indicator.Observation
	Cells        []signal.Cell       // counts of the tenant's soft signals
	Own          []signal.OwnChannel // the installation's own channels of reports
	Visits       []VisitScore
	Overrides    []concern.Override // facts that stand above any score, by who holds the history now
	Providers    []org.Code         // those to judge; others only serve as peers. Nil judges all
	Params       *concern.Params
	Roles        map[org.Code]org.Role  // what kind of provider each is
	Successions  org.Successions        // who became whom
	Opened       map[org.Code]time.Time // when providers opened, where a register says it
	Now          time.Time
}

// Judge fuses the evidence and returns the assessment of every provider to be
// judged, highest concern first, with ranks among them, and what the method had
// learnt of each stream from the evidence itself.
func Judge(in Evidence) ([]concern.Assessment, []concern.Estimate, error) {
	asked := in.Providers
	in = in.inherited()
	hard, rows := hardStreams(in)
	in.Own = in.heardOwn()
	own := ownStreams(in.Own, in.Params.SevereFactor)
	in.Params = withFamilies(in.Params, slices.Concat(hard, own))
	streams := slices.Concat(hard, concern.SoftStreams(in.Params), own)
	engine, err := concern.New(in.Params, streams)
	if err != nil {
		return nil, nil, fmt.Errorf("define the streams of concern: %w", err)
	}
	now := concern.MonthOf(calendar.MonthOf(in.Now))
	for code, size := range sizesHeard(in) {
		if err := engine.SetSize(concern.ProviderID(code), size, now-concernMonths); err != nil {
			return nil, nil, err
		}
	}
	rows = append(rows, softRows(in, now)...)
	rows = append(rows, visitRows(in.Visits)...)
	rows = slices.DeleteFunc(rows, func(r concern.Observation) bool { return r.Available > now || r.Month <= now-concernMonths })
	if err := engine.Observe(rows...); err != nil {
		return nil, nil, fmt.Errorf("read the evidence: %w", err)
	}
	all, err := engine.AsOf(now)
	if err != nil {
		return nil, nil, fmt.Errorf("judge: %w", err)
	}
	return departed(above(chosen(all, in.Providers), in, now), asked, in, now), engine.Estimates(), nil
}

// withFamilies is the parameters with the families that an installation's own
// definitions name: what one cause would move there. They overlap as the domain
// families do, those of its channels as complaints do, and take no part in the
// patterns, which were found without them.
func withFamilies(par *concern.Params, streams []concern.Stream) *concern.Params {
	known := map[concern.FamilyID]concern.Family{}
	for _, f := range par.Families {
		known[f.ID] = f
	}
	out := *par
	for _, s := range streams {
		if _, ok := known[s.Family]; ok {
			continue
		}
		of := known[concern.FamilyID(s.Domain)]
		if s.Kind == concern.Reports {
			of = known["complaints"]
		}
		first, rest := utf8.DecodeRuneInString(string(s.Family))
		f := concern.Family{ID: s.Family, Name: string(unicode.ToUpper(first)) + string(s.Family[rest:]), Overlap: of.Overlap, Weight: of.Weight, Filter: of.Filter, Scored: of.Scored}
		if s.ID == concern.StreamID(s.Family)+"."+concern.StreamID(concern.Ordinary) {
			f.Name = s.Name // a channel by itself
		}
		known[f.ID] = f
		out.Families = append(out.Families[:len(out.Families):len(out.Families)], f)
	}
	return &out
}

// concernMonths is how far back evidence is read: the engine's own memory.
const concernMonths = 64

// chosen keeps the providers to be judged and ranks them among themselves.
func chosen(all []concern.Assessment, providers []org.Code) []concern.Assessment {
	if providers == nil {
		return all
	}
	keep := map[concern.ProviderID]bool{}
	for _, code := range providers {
		keep[concern.ProviderID(code)] = true
	}
	out := slices.DeleteFunc(all, func(a concern.Assessment) bool { return !keep[a.Provider] })
	rerank(out, func(a *concern.Assessment) *int { return &a.Rank })
	before := make([]*concern.Assessment, len(out))
	for i := range out {
		before[i] = &out[i]
	}
	slices.SortStableFunc(before, func(a, b *concern.Assessment) int { return cmp.Compare(a.RankBefore, b.RankBefore) })
	n := 0
	for _, a := range before {
		if a.RankBefore > 0 {
			n++
			a.RankBefore = n
		}
	}
	return out
}

// rerank numbers those that have a rank from 1, in their order.
func rerank(list []concern.Assessment, rank func(*concern.Assessment) *int) {
	n := 0
	for i := range list {
		if r := rank(&list[i]); *r > 0 {
			n++
			*r = n
		}
	}
}

// hardStreams is one stream for each indicator that has values and a domain, with
// its rows. What an indicator is to the engine is said by its definition alone.
func hardStreams(in Evidence) ([]concern.Stream, []concern.Observation) {
	every, shared := spacing(in)
	known := map[string]bool{}
	for _, d := range in.Params.Domains {
		known[d.ID] = true
	}
	var streams []concern.Stream
	used := map[indicator.ID]concern.Kind{}
	for _, id := range in.Catalogue.IDs() {
		d := in.Catalogue.Get(id)
		if every[id] == 0 || !known[d.Detection.Domain] {
			continue
		}
		kind, ok := streamKind(d)
		if !ok {
			continue
		}
		used[id] = kind
		streams = append(streams, concern.Stream{
			ID: concern.StreamID(id), Name: cmp.Or(d.Short, d.Name), Kind: kind, Domain: d.Detection.Domain,
			Family: concern.FamilyID(cmp.Or(d.Detection.Family, d.Detection.Domain)), Shift: d.Detection.Shift,
			Better: better(d.Better), Every: every[id], Shared: shared[id],
			Charted: !d.Detection.Scored || d.Better == indicator.Neither, BaseSince: lastBreak(d),
		})
	}
	var rows []concern.Observation
	for i := range in.Observations {
		o := &in.Observations[i]
		kind, ok := used[o.Indicator]
		if !ok || !in.may(o) || !in.asDefined(o) {
			continue
		}
		rows = append(rows, hardRow(in.Catalogue.Get(o.Indicator), kind, o))
	}
	return streams, rows
}

// may reports whether an observation may say anything here: it is published, or the
// commissioner's own.
func (in *Evidence) may(o *indicator.Observation) bool {
	return o.Tenant == "" || o.Tenant == string(in.Tenant)
}

// asDefined reports whether an observation is of a period as its definition has them. What
// an earlier definition counted by another kind of period stays held and isn't compared: one
// month among quarters would make the whole stream monthly.
func (in *Evidence) asDefined(o *indicator.Observation) bool {
	d := in.Catalogue.Get(o.Indicator)
	return d != nil && d.Frequency == o.Period.Kind()
}

func streamKind(d *indicator.Definition) (concern.Kind, bool) {
	switch d.Kind {
	case indicator.Ratio:
		return concern.Count, true
	case indicator.Count, indicator.Rate:
		return concern.Rate, true
	case indicator.Proportion:
		return concern.Proportion, true
	case indicator.Mean:
		return concern.Continuous, true
	}
	return "", false // a rating is a judgement of others: an event, not a measure
}

func better(b indicator.Better) int {
	if b == indicator.Higher {
		return 1
	}
	return -1
}

// lastBreak is the first month since the newest change of definition.
func lastBreak(d *indicator.Definition) (m concern.Month) {
	for _, b := range d.Breaks {
		m = max(m, concern.MonthOf(calendar.MonthOf(b.From.Start())))
	}
	return m
}

// spacing is, for each indicator, the months between its values, and how many
// publications share the same data: a rolling year published quarterly shares
// each quarter among four.
func spacing(in Evidence) (every, shared map[indicator.ID]int) {
	months := map[indicator.ID]map[concern.Month]bool{}
	rolling := map[indicator.ID]bool{}
	for i := range in.Observations {
		o := &in.Observations[i]
		if o.Period.Kind() == calendar.Day || !in.may(o) || !in.asDefined(o) {
			continue
		}
		if months[o.Indicator] == nil {
			months[o.Indicator] = map[concern.Month]bool{}
		}
		months[o.Indicator][concern.MonthOf(o.Period)] = true
		rolling[o.Indicator] = o.Period.Kind() == calendar.Rolling12
	}
	every, shared = map[indicator.ID]int{}, map[indicator.ID]int{}
	for id, set := range months {
		sorted := make([]int, 0, len(set))
		for m := range set {
			sorted = append(sorted, int(m))
		}
		slices.Sort(sorted)
		gap := 12
		for i := 1; i < len(sorted); i++ {
			gap = min(gap, sorted[i]-sorted[i-1])
		}
		switch {
		case gap >= 12:
			every[id] = 12
		case gap >= 3:
			every[id] = 3
		default:
			every[id] = 1
		}
		if rolling[id] {
			shared[id] = 12 / every[id]
		}
	}
	return every, shared
}

// hardRow is one vintage of one value. It is available from the month in which it
// was published, or could have been by the publisher's lag, or came to us,
// whichever is first known: history that is loaded late was there to be known. What
// can't be so, a share of more than all, or is of a part of its period only, is no value
// for the score and shows as a gap.
func hardRow(d *indicator.Definition, kind concern.Kind, o *indicator.Observation) concern.Observation {
	r := concern.Observation{Provider: concern.ProviderID(o.Org), Stream: concern.StreamID(o.Indicator), Month: concern.MonthOf(o.Period)}
	known := o.Published
	if known.IsZero() {
		known = o.Period.End().AddDate(0, 0, d.LagDays)
	}
	if o.Vintage > 1 && o.Published.IsZero() || o.Received.Before(known) {
		known = o.Received
	}
	r.Available = max(concern.MonthOf(calendar.MonthOf(known)), r.Month)
	if o.Presence != indicator.Valued || o.Partial() {
		r.Withdrawn = true
		return r
	}
	switch kind {
	case concern.Count:
		r.Value, r.Expected = o.Numerator, o.Denominator
	case concern.Rate:
		r.Value, r.Den = o.Numerator, cmp.Or(o.Denominator, 1)
	case concern.Proportion:
		r.Value, r.Den = o.Numerator, o.Denominator
	default:
		r.Value = o.Value
	}
	r.Withdrawn = concern.CheckValue(kind, r.Value, cmp.Or(r.Den, r.Expected)) != nil
	return r
}

// Judged is the ledger's body for assessments: those that differ from what is
// recorded, and the providers no longer judged.
func Judged(in Evidence, list []concern.Assessment, b concern.Budget, held map[org.Code]string, code string) (record.Concern, error) {
	out := record.Concern{Tenant: in.Tenant, Month: calendar.MonthOf(in.Now), Params: in.Params.Version, Code: code}
	seen := map[org.Code]bool{}
	for i := range list {
		a := &list[i]
		words, err := json.Marshal(concern.Explain(in.Params, b, a, list))
		if err != nil {
			return out, fmt.Errorf("write the explanation of %s: %w", a.Provider, err)
		}
		text, err := json.Marshal(finite(*a))
		if err != nil {
			return out, fmt.Errorf("write the assessment of %s: %w", a.Provider, err)
		}
		provider := org.Code(a.Provider)
		if in.Tenant == "" && !a.Judged {
			continue // the whole country's providers without enough data are no news to anybody
		}
		seen[provider] = true
		if held[provider] == string(text) {
			continue
		}
		out.Judged = append(out.Judged, record.Judgement{
			Org: provider, Judged: a.Judged, Rank: a.Rank, Points: a.Points, Word: string(a.Word), Ranking: a.Ranking,
			Assessment: text, Explanation: words,
		})
	}
	for provider := range held {
		if !seen[provider] {
			out.Dropped = append(out.Dropped, provider)
		}
	}
	slices.Sort(out.Dropped)
	return out, nil
}

// finite is an assessment whose unknown facts, NaN in the engine, are 0, which
// JSON can carry. The sentences were made from the engine's own.
func finite(a concern.Assessment) concern.Assessment {
	clean := func(parts []concern.StreamPart) []concern.StreamPart {
		out := slices.Clone(parts)
		for i := range out {
			f := &out[i].Facts
			for _, v := range []*float64{&f.Reports, &f.Expected, &f.Of, &f.Outside, &f.OutsideExpected, &f.Inside, &f.InsideExpected, &f.Value, &f.Usual, &f.Den} {
				if math.IsNaN(*v) || math.IsInf(*v, 0) {
					*v = 0
				}
			}
		}
		return out
	}
	a.Families, a.Charted = slices.Clone(a.Families), clean(a.Charted)
	for i := range a.Families {
		a.Families[i].Streams, a.Families[i].Quiet = clean(a.Families[i].Streams), clean(a.Families[i].Quiet)
	}
	return a
}
