package web

import (
	"cmp"
	"slices"
	"strings"

	"candour/internal/concern"
)

// movement is how far a part of the points moved, and what it says now and said then.
type movement struct {
	key      string
	name     string
	points   int
	now, was string // the evidence in few words; empty where there is none, or it has no words of its own
}

// standingKey tells a part of the standing level from a family of its name.
func standingKey(name string) string { return "standing " + name }

// movements compares the parts of two assessments, largest movement first. They
// add up to the change of the total.
func movements(before, now *concern.Assessment) []movement {
	var list []movement
	add := func(key, name string, points int) *movement {
		for i := range list {
			if list[i].key == key {
				list[i].points += points
				return &list[i]
			}
		}
		list = append(list, movement{key: key, name: name, points: points})
		return &list[len(list)-1]
	}
	for sign, a := range map[int]*concern.Assessment{-1: before, 1: now} {
		said := evidenceWords(a)
		for i := range a.Families {
			f := &a.Families[i]
			if m := add(string(f.Family), f.Name, sign*f.Points); sign > 0 {
				m.now = said[f.Family]
			} else {
				m.was = said[f.Family]
			}
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

// evidenceWords is the evidence of each family in few words: the counts, without
// what would be usual and since when, which the contributions say. What isn’t unusual
// has none.
func evidenceWords(a *concern.Assessment) map[concern.FamilyID]string {
	out := map[concern.FamilyID]string{}
	for _, c := range concern.Contributions(a) {
		_, text, ok := strings.Cut(c.Text, ": ")
		if !ok || c.Family == "" {
			continue
		}
		for _, end := range []string{" where ", ", allowing ", "; ", ". "} {
			text, _, _ = strings.Cut(text, end)
		}
		if text = strings.TrimSuffix(text, "."); !strings.HasPrefix(text, "not yet unusual") {
			out[c.Family] = text
		}
	}
	return out
}

// words is what moved: "Incidents with harm: 60 in 6 months, was 57". Evidence that
// reads as it did moved by growing older, or by what others report, and is only
// named.
func (m *movement) words() string {
	switch {
	case m.now == m.was:
		return m.name
	case m.now == "":
		return m.name + ": no longer unusual; was " + m.was
	case m.was == "":
		return m.name + ": " + m.now + "; nothing unusual then"
	}
	now, was := strings.Fields(m.now), strings.Fields(m.was)
	same := len(now) == len(was) // or it counts something else: "2 severe in 6 months, was 6 in 6 months"
	for same && len(now) > 1 && now[len(now)-1] == was[len(was)-1] {
		now, was = now[:len(now)-1], was[:len(was)-1]
	}
	return m.name + ": " + m.now + ", was " + strings.Join(was, " ")
}
