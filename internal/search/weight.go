package search

import (
	"cmp"
	"slices"
	"strings"
)

// Times is how often each stem stands in texts, the little words left out.
func Times(texts []string) map[string]int {
	times := map[string]int{}
	for _, text := range texts {
		for _, stem := range Stems(text) {
			if !Common(stem) {
				times[stem]++
			}
		}
	}
	return times
}

// Weighty is the stems by which texts may be told from others: the most frequent
// first, of equally frequent ones the longest, then by letters.
func Weighty(texts []string) []string {
	times := Times(texts)
	stems := make([]string, 0, len(times))
	for stem := range times {
		stems = append(stems, stem)
	}
	slices.SortFunc(stems, func(a, b string) int {
		return cmp.Or(times[b]-times[a], len(b)-len(a), strings.Compare(a, b))
	})
	return stems
}
