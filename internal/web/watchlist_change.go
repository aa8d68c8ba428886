package web

import (
	"fmt"
	"slices"

	"candour/internal/org"
	"candour/internal/store"
	"candour/internal/web/component"
)

// sinceWords is the moment compared with: "you looked, 16 Nov 2026".
func (v *watchView) sinceWords() string {
	switch {
	case v.compared.IsZero():
		return "you looked"
	case v.looked:
		return "you looked, " + day(v.compared)
	}
	return day(v.compared)
}

// departed reports whether a provider has become others, as far as is known.
func (v *watchView) departed(r *request, code org.Code) bool {
	now := v.became.Current(code, r.moment)
	return len(now) > 0 && !slices.ContainsFunc(now, func(n org.Now) bool { return n.Code == code || n.Unsaid })
}

// changes is what moved a provider's points, largest first.
func (v *watchView) changes(code org.Code, c *store.Concern) []component.Content {
	if v.compared.IsZero() {
		return []component.Content{"You haven’t looked before today, so there is nothing to compare with."}
	}
	b, ok := v.before[code]
	if !ok || !b.Judged {
		return []component.Content{fmt.Sprintf("Wasn’t judged then; now %d.", c.Points)}
	}
	var out []component.Content
	by := c.Points - b.Points
	head := fmt.Sprintf("from %d.", b.Points)
	if b.Word != c.Word {
		head += fmt.Sprintf(" Was %s, now %s.", b.Word, c.Word)
	}
	moved := movements(&b.Assessment, &c.Assessment)
	if by == 0 && len(moved) == 0 {
		return []component.Content{"No change."}
	}
	if by != 0 {
		change, err := component.Render(component.Change{Points: by})
		if err == nil {
			out = append(out, component.Markup(string(change)+" "+htmlText(head)))
		}
	} else {
		out = append(out, count(c.Points, "point", "points")+" as before, from other parts.")
	}
	for i, m := range moved {
		if i == 4 {
			out = append(out, fmt.Sprintf("and %d smaller", len(moved)-i))
			break
		}
		out = append(out, fmt.Sprintf("%s (%s)", m.words(), component.Signed(m.points)))
	}
	return out
}
