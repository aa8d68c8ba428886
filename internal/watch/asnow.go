package watch

import (
	"cmp"
	"slices"
	"time"

	"candour/internal/calendar"
	"candour/internal/indicator"
	"candour/internal/org"
)

// AsNow maps the history of one indicator to the codes of today: numerators and
// denominators of merged organisations are summed, never averaged (R-ORG-8),
// shares of a split applied where they are stated. A predecessor whose split has
// no stated shares keeps its own code: somebody must say (R-ORG-5). A value is
// given only where every part that reported has one. The lineage of a sum is in
// its note: which codes it is made of.
func AsNow(d *indicator.Definition, list []indicator.Observation, s org.Successions, at time.Time) []indicator.Observation {
	if !d.Kind.Summable() {
		return list
	}
	type key struct {
		org    org.Code
		period calendar.Period
		tenant string
	}
	sums := map[key]*indicator.Observation{}
	var order []key
	for i := range list {
		for _, now := range holders(s, list[i].Org, at) {
			o := list[i]
			o.Org, o.Value = now.Code, 0
			o.Numerator, o.Denominator = o.Numerator*now.Share, o.Denominator*now.Share
			if o.Org != list[i].Org {
				o.Note = "from " + string(list[i].Org)
			}
			k := key{o.Org, o.Period, o.Tenant}
			if sum := sums[k]; sum != nil {
				add(sum, &o, list[i].Org)
				continue
			}
			sums[k] = &o
			order = append(order, k)
		}
	}
	out := make([]indicator.Observation, 0, len(order))
	for _, k := range order {
		o := sums[k]
		o.Value, _ = d.Value(o.Numerator, o.Denominator)
		out = append(out, *o)
	}
	slices.SortStableFunc(out, func(a, b indicator.Observation) int {
		return cmp.Or(cmp.Compare(a.Org, b.Org), cmp.Compare(a.Tenant, b.Tenant), a.Period.Compare(b.Period))
	})
	return out
}

// holders is who holds the history of code now; itself while a split on the way
// has no stated shares.
func holders(s org.Successions, code org.Code, at time.Time) []org.Now {
	now := s.Current(code, at)
	for _, n := range now {
		if n.Unsaid {
			return []org.Now{{Code: code, Share: 1}}
		}
	}
	return now
}

// add adds o, published under code, to sum.
func add(sum, o *indicator.Observation, code org.Code) {
	if o.Presence != indicator.Valued {
		sum.Presence = o.Presence
	}
	sum.Numerator += o.Numerator
	sum.Denominator += o.Denominator
	if sum.Note == "" {
		sum.Note = "from " + string(sum.Org)
	}
	sum.Note += ", " + string(code)
	if o.Delivery != sum.Delivery {
		sum.Delivery += "," + o.Delivery
	}
	sum.Rows += "," + o.Rows
}
