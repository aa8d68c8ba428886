package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"candour/internal/concern"
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
		out = append(out, fmt.Sprintf("%d points as before, from other parts.", c.Points))
	}
	for i, m := range moved {
		if i == 4 {
			out = append(out, fmt.Sprintf("and %d smaller", len(moved)-i))
			break
		}
		out = append(out, fmt.Sprintf("%s (%s)", m.name, component.Signed(m.points)))
	}
	return out
}

// movement is how far a part of the points moved.
type movement struct {
	key    string
	name   string
	points int
}

// standingKey tells a part of the standing level from a family of its name.
func standingKey(name string) string { return "standing " + name }

// movements compares the parts of two assessments, largest movement first. They
// add up to the change of the total.
func movements(before, now *concern.Assessment) []movement {
	var list []movement
	add := func(key, name string, points int) {
		for i := range list {
			if list[i].key == key {
				list[i].points += points
				return
			}
		}
		list = append(list, movement{key, name, points})
	}
	for sign, a := range map[int]*concern.Assessment{-1: before, 1: now} {
		for i := range a.Families {
			add(string(a.Families[i].Family), a.Families[i].Name, sign*a.Families[i].Points)
		}
		for _, l := range a.Standing {
			add(standingKey(l.Name), l.Name, sign*l.Points)
		}
		add("pattern", "Agreement with a known pattern", sign*a.Pattern.Points)
	}
	list = slices.DeleteFunc(list, func(m movement) bool { return m.points == 0 })
	slices.SortFunc(list, func(a, b movement) int {
		return cmp.Or(cmp.Compare(abs(b.points), abs(a.points)), strings.Compare(a.name, b.name))
	})
	return list
}
