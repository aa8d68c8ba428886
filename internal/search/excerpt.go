package search

import (
	"slices"
	"strings"
)

// Piece is a stretch of an excerpt.
type Piece struct {
	Text string
	Hit  bool // it is what was looked for
}

// span is a stretch of words that matched a term, [from, to).
type span struct{ from, to int }

// Finds reports whether every term of the query is in a text and none of those
// that it leaves out: the meaning of a query, which the indexes are held to.
func (q Query) Finds(text string) bool {
	words := Words(text)
	for _, t := range q.All {
		if len(t.spans(words)) == 0 {
			return false
		}
	}
	for _, t := range q.Not {
		if len(t.spans(words)) > 0 {
			return false
		}
	}
	return true
}

// spans is where a term stands among words.
func (t Term) spans(words []Word) (out []span) {
	n := len(t.Stems)
	for i := 0; i+n <= len(words); i++ {
		match := true
		for j, s := range t.Stems {
			if t.Prefix && j == n-1 {
				match = match && strings.HasPrefix(words[i+j].Stem, s)
			} else {
				match = match && words[i+j].Stem == s
			}
		}
		if match {
			out = append(out, span{i, i + n})
		}
	}
	return out
}

// Mark is the whole text in pieces.
func (q Query) Mark(text string) []Piece { return q.pieces(text, Words(text), 0, len(text)) }

// Excerpt is about width bytes of a text around the words where most different
// terms of the query stand close together, from its beginning when none does. Its
// line breaks become spaces.
func (q Query) Excerpt(text string, width int) []Piece {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= width {
		return q.Mark(text)
	}
	words := Words(text)
	from := q.densest(words, width)
	start, end := 0, 0
	if from > 0 {
		start = words[max(0, from-4)].Start
	}
	for _, w := range words {
		if w.End <= start+width {
			end = w.End
		}
	}
	if end <= start {
		end = len(cut(text, start+width))
	}
	pieces := q.pieces(text, words, start, end)
	if start > 0 {
		pieces = append([]Piece{{Text: "… "}}, pieces...)
	}
	if end < len(text) {
		pieces = append(pieces, Piece{Text: " …"})
	}
	return pieces
}

// densest is the word from which on most different terms stand within width bytes.
func (q Query) densest(words []Word, width int) (best int) {
	type hit struct{ word, term int }
	var hits []hit
	for i, t := range q.All {
		for _, s := range t.spans(words) {
			hits = append(hits, hit{s.from, i})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int { return a.word - b.word })
	most := 0
	for i, h := range hits {
		seen := map[int]bool{}
		for _, other := range hits[i:] {
			if words[other.word].End > words[h.word].Start+width*3/4 {
				break
			}
			seen[other.term] = true
		}
		if len(seen) > most {
			best, most = h.word, len(seen)
		}
	}
	return best
}

// pieces cuts text[start:end] where the query's terms stand.
func (q Query) pieces(text string, words []Word, start, end int) (out []Piece) {
	var found []span
	for _, t := range q.All {
		found = append(found, t.spans(words)...)
	}
	slices.SortFunc(found, func(a, b span) int { return a.from - b.from })
	at := start
	for _, s := range found {
		from, to := max(words[s.from].Start, at), words[s.to-1].End
		if from >= to || to > end || words[s.from].Start < start {
			continue
		}
		if from > at {
			out = append(out, Piece{Text: text[at:from]})
		}
		out = append(out, Piece{text[from:to], true})
		at = to
	}
	if at < end {
		out = append(out, Piece{Text: text[at:end]})
	}
	return out
}
