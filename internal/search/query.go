package search

import (
	"strings"
	"unicode"
)

// Query is what is looked for: every one of All, and none of Not.
type Query struct {
	All []Term
	Not []Term
}

// Term is words that stand next to each other in this order; one word is the
// common case.
type Term struct {
	Stems  []string
	Prefix bool // the last word may go on: "discharg*"
}

// The bounds of a query; what is beyond them is left out.
const (
	mostTerms     = 24
	mostTermWords = 16
	longestQuery  = 1_000 // bytes
)

// Parse reads what was typed. Whatever it is, it is a query; one of nothing when
// it holds no word.
func Parse(text string) Query {
	var q Query
	text = cut(text, longestQuery)
	for {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		if text == "" {
			return q
		}
		var chunk string
		without := false
		if rest, minus := strings.CutPrefix(text, "-"); minus {
			without, text = true, rest
		}
		chunk, text = next(text)
		term := Term{Prefix: strings.HasSuffix(chunk, "*")}
		term.Stems = Stems(chunk)
		if len(term.Stems) == 0 {
			continue
		}
		if len(term.Stems) > mostTermWords {
			term.Stems, term.Prefix = term.Stems[:mostTermWords], false
		}
		if term.Prefix {
			term.Stems[len(term.Stems)-1] = prefixOf(chunk)
		}
		switch {
		case len(q.All)+len(q.Not) == mostTerms:
			return q
		case without:
			q.Not = append(q.Not, term)
		default:
			q.All = append(q.All, term)
		}
	}
}

// prefixOf is the last word of a chunk as the beginning of stems: folded, and cut
// to its own stem where that is a beginning of it, as "discharged*" would else
// pass over "discharg".
func prefixOf(chunk string) string {
	words := Words(chunk)
	last := words[len(words)-1]
	whole := spellOut(strings.ReplaceAll(fold(chunk[last.Start:last.End]), "'", ""))
	if strings.HasPrefix(whole, last.Stem) {
		return last.Stem
	}
	return whole
}

// next takes one chunk off a text: what stands between quotation marks, or goes on
// to the next space. A mark that is not closed reaches to the end.
func next(text string) (chunk, rest string) {
	for _, mark := range []string{`"`, "“", "”"} {
		body, quoted := strings.CutPrefix(text, mark)
		if !quoted {
			continue
		}
		i := strings.IndexAny(body, `"“”`)
		if i < 0 {
			return body, ""
		}
		chunk, rest = body[:i], body[i:]
		for _, mark := range []string{`"`, "“", "”"} {
			if after, ok := strings.CutPrefix(rest, mark); ok {
				rest = after
				break
			}
		}
		if after, ok := strings.CutPrefix(rest, "*"); ok {
			chunk, rest = chunk+"*", after
		}
		return chunk, rest
	}
	i := strings.IndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '"' || r == '“' || r == '”' })
	if i < 0 {
		return text, ""
	}
	return text[:i], text[i:]
}

// Empty reports whether nothing is looked for: without a word to find, there is
// nothing to leave things out of.
func (q Query) Empty() bool { return len(q.All) == 0 }

// String is the query as it was understood, for people.
func (q Query) String() string {
	var parts []string
	for i, list := range [][]Term{q.All, q.Not} {
		for _, t := range list {
			text := strings.Join(t.Stems, " ")
			if len(t.Stems) > 1 {
				text = `"` + text + `"`
			}
			if t.Prefix {
				text += "*"
			}
			if i == 1 {
				text = "-" + text
			}
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " ")
}

// cut is at most n bytes of a text, ending at a letter's end.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && text[n]&0xc0 == 0x80 {
		n--
	}
	return text[:n]
}
