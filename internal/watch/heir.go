package watch

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/indicator"
	"candour/internal/org"
)

// heirs tells who holds the history of a code now, wholly.
type heirs struct {
	of  org.Successions
	at  time.Time
	now map[org.Code]org.Code
}

func heirsOf(in *Evidence) *heirs { return &heirs{in.Successions, in.Now, map[org.Code]org.Code{}} }

// heir is who took all of a code over; the code itself where nobody did, where it
// was split, or where nobody has said how.
func (h *heirs) heir(code org.Code) org.Code {
	if to, ok := h.now[code]; ok {
		return to
	}
	to := h.of.Heir(code, h.at)
	h.now[code] = to
	return to
}

// inherited is the evidence with the history of merged providers under the code of
// the one that they became (R-ORG-8), as their charts have it: else a merger would
// look like a provider of which nobody had ever spoken and then everybody did. What
// was said and counted of predecessors is added up; they are not judged any more.
// Measures that can't be added up begin anew.
func (in Evidence) inherited() Evidence {
	h := heirsOf(&in)
	in.Observations = h.observations(in.Catalogue, in.Observations)
	in.Cells, in.Visits = slices.Clone(in.Cells), slices.Clone(in.Visits)
	for i := range in.Cells {
		in.Cells[i].Provider = h.heir(in.Cells[i].Provider)
	}
	for i := range in.Visits {
		in.Visits[i].Provider = h.heir(in.Visits[i].Provider)
	}
	if in.Providers != nil {
		in.Providers = slices.DeleteFunc(slices.Clone(in.Providers), func(code org.Code) bool { return h.heir(code) != code })
	}
	opened := map[org.Code]time.Time{}
	for code, at := range in.Opened {
		to := h.heir(code)
		if was, ok := opened[to]; !ok || at.Before(was) {
			opened[to] = at
		}
	}
	in.Opened = opened
	return in
}

// departed adds the providers asked about that became one which nobody asked about: they
// are not judged any more, and would vanish without a word.
func departed(list []concern.Assessment, asked []org.Code, in Evidence, now concern.Month) []concern.Assessment {
	h := heirsOf(&in)
	for _, code := range asked {
		if to := h.heir(code); to != code && !slices.Contains(in.Providers, to) {
			list = append(list, concern.Assessment{
				Provider: concern.ProviderID(code), AsOf: now, Params: in.Params.Version, Why: "it has become " + string(to) + ", which is not among your providers",
			})
		}
	}
	return list
}

// observations is the list with what predecessors published added up. The list
// itself is not changed; without mergers it is given back.
func (h *heirs) observations(c *indicator.Catalogue, list []indicator.Observation) []indicator.Observation {
	type key struct {
		indicator indicator.ID
		org       org.Code
		period    calendar.Period
		tenant    string
	}
	keyOf := func(o *indicator.Observation) key { return key{o.Indicator, h.heir(o.Org), o.Period, o.Tenant} }
	groups := map[key][]indicator.Observation{}
	for i := range list {
		if o := &list[i]; h.heir(o.Org) != o.Org && c.Get(o.Indicator) != nil && c.Get(o.Indicator).Kind.Summable() {
			groups[keyOf(o)] = nil
		}
	}
	if len(groups) == 0 {
		return list
	}
	out := make([]indicator.Observation, 0, len(list))
	var order []key
	for i := range list {
		k := keyOf(&list[i])
		group, ok := groups[k]
		if !ok {
			out = append(out, list[i])
			continue
		}
		if group == nil {
			order = append(order, k)
		}
		groups[k] = append(group, list[i])
	}
	for _, k := range order {
		out = append(out, summed(c.Get(k.indicator), k.org, groups[k])...)
	}
	return out
}

// summed is the values of one period that several codes published, in every
// vintage, as those of who holds them now: the first when all had been received, one
// more with each later vintage of any.
func summed(d *indicator.Definition, holder org.Code, parts []indicator.Observation) []indicator.Observation {
	parts = slices.Clone(parts)
	slices.SortStableFunc(parts, func(a, b indicator.Observation) int {
		return cmp.Or(a.Received.Compare(b.Received), cmp.Compare(a.Vintage, b.Vintage), cmp.Compare(a.Org, b.Org))
	})
	all := map[org.Code]bool{}
	for i := range parts {
		all[parts[i].Org] = true
	}
	var out []indicator.Observation
	latest := map[org.Code]*indicator.Observation{}
	for i := range parts {
		latest[parts[i].Org] = &parts[i]
		if len(latest) < len(all) {
			continue
		}
		sum := parts[i]
		sum.Org, sum.Vintage, sum.Numerator, sum.Denominator = holder, len(out)+1, 0, 0
		for _, code := range slices.Sorted(maps.Keys(latest)) {
			p := latest[code]
			if sum.Numerator, sum.Denominator = sum.Numerator+p.Numerator, sum.Denominator+p.Denominator; p.Presence != indicator.Valued {
				sum.Presence = p.Presence
			}
			if p.Published.After(sum.Published) {
				sum.Published = p.Published
			}
		}
		sum.Value, _ = d.Value(sum.Numerator, sum.Denominator)
		out = append(out, sum)
	}
	return out
}

// openedIn is the first month in which the channels about a provider were open:
// when it opened, or, where it was spoken of before that, then.
func (in *Evidence) openedIn(provider org.Code) concern.Month {
	at := in.Opened[provider]
	if at.IsZero() {
		return 0
	}
	first := concern.MonthOf(calendar.MonthOf(at))
	for i := range in.Cells {
		if c := &in.Cells[i]; c.Provider == provider {
			first = min(first, concern.MonthOf(c.EventMonth))
		}
	}
	return first
}
