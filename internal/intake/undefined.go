package intake

import (
	"cmp"
	"slices"

	"candour/internal/indicator"
)

// undefinedIn asks a catalogue, and notes in kept what is not defined.
func undefinedIn(c *indicator.Catalogue, kept map[indicator.ID][]indicator.ID) func(indicator.ID) ([]indicator.ID, bool) {
	return func(id indicator.ID) ([]indicator.ID, bool) {
		if c.Get(id) != nil {
			return nil, false
		}
		if _, ok := kept[id]; !ok {
			kept[id] = Nearest(c.IDs(), id)
		}
		return kept[id], true
	}
}

// mostNear is how many nearest names are offered.
const mostNear = 3

// Nearest is the ids that are written most like id, nearest first, at most three:
// those that fewer changes of a letter than half its length turn into it.
func Nearest(ids []indicator.ID, id indicator.ID) []indicator.ID {
	type near struct {
		id  indicator.ID
		far int
	}
	var list []near
	for _, other := range ids {
		if far := changes(string(id), string(other)); 2*far < max(len(id), len(other)) {
			list = append(list, near{other, far})
		}
	}
	slices.SortFunc(list, func(a, b near) int { return cmp.Or(cmp.Compare(a.far, b.far), cmp.Compare(a.id, b.id)) })
	out := []indicator.ID{}
	for _, n := range list[:min(len(list), mostNear)] {
		out = append(out, n.id)
	}
	return out
}

// changes is the least number of letters put in, taken out or exchanged that turns
// a into b (V. I. Levenshtein, Soviet Physics Doklady 1966;10:707-710).
func changes(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			before, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, before+cost)
		}
	}
	return row[len(b)]
}
