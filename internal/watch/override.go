package watch

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/org"
	"candour/internal/signal"
)

// factMonths is how long a death judged due to care stands above the score even
// where its signal is settled: as long as a Never Event counts towards a cluster.
const factMonths = 12

// fact is one signal that is a fact above any score.
type fact struct {
	kind   concern.OverrideKind
	signal *signal.Signal
	since  concern.Month
	known  concern.Month
	before bool // it is about a provider that has since become this one
}

// Overrides is the facts of a commissioner's signals that stand above any score
// (R-RISK-4), in the order of concern.Standing for each provider.
//
// Whistle-blowing, enforcement, a maternity signal and a refusal to admit stand
// until people record that the signal is settled. A death judged due to care stands
// for twelve months at least, and longer while its signal isn't settled. Never
// Events are a cluster while two or more happened within twelve months. What was
// withdrawn, rejected or is a duplicate is no fact.
//
// Facts about a provider that has become another, by a succession known and in force
// by now, are facts about the other, as its figures and what was said of it are
// (R-ORG-8): a Never Event at each of two predecessors and one since are three, and a
// cluster that the predecessors would not have made apart.
func Overrides(list []signal.Signal, tax *signal.Taxonomies, successions org.Successions, now time.Time) []concern.Override {
	month := concern.MonthOf(calendar.MonthOf(now))
	h := &heirs{successions, now, map[org.Code]org.Code{}}
	ordered := make([]*signal.Signal, 0, len(list))
	for i := range list {
		if s := &list[i]; s.Counts() && s.Triage.DuplicateOf == "" && s.Place.Provider != "" && !s.Received.After(now) {
			ordered = append(ordered, s)
		}
	}
	slices.SortFunc(ordered, func(a, b *signal.Signal) int { return cmp.Or(b.Received.Compare(a.Received), cmp.Compare(a.ID, b.ID)) })
	type key struct {
		provider string
		kind     concern.OverrideKind
		embargo  calendar.Date
		readers  string // joined by commas
	}
	groups := map[key][]fact{}
	var keys []key
	for _, s := range ordered {
		for _, f := range factsOf(s, tax, month) {
			f.before = h.heir(s.Place.Provider) != s.Place.Provider
			k := key{string(h.heir(s.Place.Provider)), f.kind, 0, ""}
			if s.Embargo > calendar.DateOf(now) {
				k.embargo, k.readers = s.Embargo, strings.Join(s.Readers, ",")
			}
			if groups[k] == nil {
				keys = append(keys, k)
			}
			groups[k] = append(groups[k], f)
		}
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.provider, b.provider), cmp.Compare(slices.Index(concern.OverrideKinds, a.kind), slices.Index(concern.OverrideKinds, b.kind)), cmp.Compare(a.embargo, b.embargo), cmp.Compare(a.readers, b.readers))
	})
	var out []concern.Override
	for _, k := range keys {
		group := groups[k]
		o := concern.Override{Kind: k.kind, Provider: concern.ProviderID(k.provider), Known: month, Embargo: k.embargo}
		if k.readers != "" {
			o.Readers = strings.Split(k.readers, ",")
		}
		if k.kind == concern.NeverEvents {
			if k.embargo != 0 { // whoever may see it sees it beside those that all may see
				group = append(slices.Clone(group), groups[key{provider: k.provider, kind: k.kind}]...)
				slices.SortStableFunc(group, func(a, b fact) int { return b.signal.Received.Compare(a.signal.Received) })
			}
			if group = cluster(group, month); group == nil {
				continue
			}
		}
		for _, f := range group {
			o.Since, o.Known = max(o.Since, f.since), min(o.Known, f.known)
			o.Sources = append(o.Sources, f.signal.Reference)
		}
		o.Words = factWords(&o, group, tax) + beforeWords(group)
		out = append(out, o)
	}
	return out
}

// factsOf is what facts above any score a signal is as of a month.
func factsOf(s *signal.Signal, tax *signal.Taxonomies, now concern.Month) (out []fact) {
	day, _ := s.EventDay()
	since, known := monthOf(day), monthOf(calendar.DateOf(s.Received))
	add := func(is bool, kind concern.OverrideKind) {
		if is {
			out = append(out, fact{kind: kind, signal: s, since: min(since, now), known: known})
		}
	}
	standing := !s.Settled()
	add(s.StaffConcern != nil && standing, concern.WhistleBlowing)
	if r := s.RegulatorAction; r != nil {
		add(r.Enforces() && standing, concern.Enforcement)
		add(r.MOSSSignal == "red" && standing, concern.MaternitySignal)
	}
	add((&signal.NeverEvent{Type: s.NeverEventType()}).Counts(tax), concern.NeverEvents)
	add(s.JudgedDueToCare() && (standing || known > now-factMonths), concern.DeathDueToCare)
	add(s.RefusesToAdmit() && standing, concern.RefusalToAdmit)
	return out
}

func monthOf(d calendar.Date) concern.Month {
	y, m, _ := d.YMD()
	return concern.NewMonth(y, m)
}

// cluster is the Never Events of the last twelve months where they are a cluster;
// several signals about one event are one.
func cluster(group []fact, now concern.Month) []fact {
	seen := map[string]bool{}
	var months []concern.Month
	var kept []fact
	for _, f := range group {
		event := "signal/" + string(f.signal.ID)
		switch {
		case f.signal.Triage.Event != "":
			event = "event/" + string(f.signal.Triage.Event)
		case f.signal.NeverEvent != nil && f.signal.NeverEvent.Incident != "":
			event = "signal/" + string(f.signal.NeverEvent.Incident)
		}
		if f.since <= now-factMonths {
			continue
		}
		kept = append(kept, f)
		if !seen[event] {
			seen[event] = true
			months = append(months, f.since)
		}
	}
	if _, ok := concern.NeverEventCluster(months, now); !ok {
		return nil
	}
	return kept
}

// factWords is an override in a sentence: what it is, how many, and when.
func factWords(o *concern.Override, group []fact, tax *signal.Taxonomies) string {
	n, latest := len(group), calendar.MonthOf(group[0].signal.Received.In(calendar.London)).Words()
	several := func(one, many string) string {
		if n == 1 {
			return one + ", received in " + latest + "."
		}
		return fmt.Sprintf(many, n) + ", the latest received in " + latest + "."
	}
	switch o.Kind {
	case concern.WhistleBlowing:
		return several("Whistle-blowing: a member of staff spoke up and it isn’t settled", "Whistle-blowing: %d concerns of staff aren’t settled")
	case concern.Enforcement:
		var actions []string
		for _, f := range group {
			if name := strings.ToLower(tax.Get("regulator-action").NameOf(f.signal.RegulatorAction.Action)); !slices.Contains(actions, name) {
				actions = append(actions, name)
			}
		}
		what := "Regulator’s enforcement: " + strings.Join(actions, ", ")
		return several(what, what+" (%d)")
	case concern.NeverEvents:
		return fmt.Sprintf("Never Events: %d reports within twelve months, the latest event in %s.", n, o.Since.Period().Words())
	case concern.MaternitySignal:
		return several("Maternity outcomes signal: red", "Maternity outcomes signal: red, %d times")
	case concern.DeathDueToCare:
		return several("A death judged due to care", "Deaths judged due to care: %d reports")
	}
	return several("A professional refuses to admit or refer patients", "Professionals refuse to admit or refer patients: %d reports")
}

// beforeWords says how many of the reports are about providers that have become this one.
func beforeWords(group []fact) string {
	n := 0
	for _, f := range group {
		if f.before {
			n++
		}
	}
	switch {
	case n == 0:
		return ""
	case n == len(group) && n == 1:
		return " It is about a provider that has since become this one."
	case n == len(group):
		return " All are about providers that have since become this one."
	case n == 1:
		return " 1 is about a provider that has since become this one."
	}
	return fmt.Sprintf(" %d are about providers that have since become this one.", n)
}

// above puts the facts above any score on the assessments. A provider of which
// nothing else has been received gets an assessment that can't be judged, so that a
// fact about it is shown.
func above(list []concern.Assessment, in Evidence, now concern.Month) []concern.Assessment {
	if len(in.Overrides) == 0 {
		return list
	}
	judged := map[concern.ProviderID]bool{}
	for i := range list {
		list[i].Overrides = concern.Standing(in.Overrides, list[i].Provider, now)
		judged[list[i].Provider] = true
	}
	for _, code := range in.Providers {
		id := concern.ProviderID(code)
		if facts := concern.Standing(in.Overrides, id, now); len(facts) > 0 && !judged[id] {
			list = append(list, concern.Assessment{
				Provider: id, AsOf: now, Params: in.Params.Version, Why: "nothing that can be counted or measured has been received about it", Overrides: facts,
			})
		}
	}
	return list
}
