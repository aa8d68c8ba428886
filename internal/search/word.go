// Package search reads what people type to find things, and finds it again in
// text: words, their stems, queries and excerpts. It holds no index; package store
// keeps one on each engine and is given only what this package makes, so that both
// engines find the same things and no input reaches an engine's own query language.
//
// A text is a row of words. A word is a run of letters and digits, with an
// apostrophe inside ("didn't"), in lower case, without accents, cut to its stem
// ("discharged", "discharging" and "discharges" are one) by the Porter2 stemmer
// for English:
//
//	search.Words("Discharged at 23:40, no keys")
//	// discharg, at, 23, 40, no, key
//
// A query is what was typed (Parse). It never fails to parse:
//
//	ward 7                 both words, anywhere
//	"ward 7"               next to each other, in this order
//	G-2026-412, 23:40      written together is looked for together
//	discharg*              any word that begins so
//	-letter -"ward 7"      without these
//
// Excerpt gives the part of a text where most of a query is, in pieces that say
// which of them matched.
package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
	"golang.org/x/text/unicode/norm"
)

// Word is one word of a text.
type Word struct {
	Stem       string // a-z and 0-9 only; see stem
	Start, End int    // its bytes in the text
}

// longestWord is how many letters of a word count: what is longer was not written
// by a person.
const longestWord = 40

// Words is the words of a text in their order.
func Words(text string) []Word {
	words := make([]Word, 0, len(text)/6)
	for start := 0; start < len(text); {
		r, size := utf8.DecodeRuneInString(text[start:])
		if !within(r) {
			start += size
			continue
		}
		end := start + size
		for end < len(text) {
			r, size := utf8.DecodeRuneInString(text[end:])
			if !within(r) && !joins(text[end:], r, size) {
				break
			}
			end += size
		}
		if s := stem(text[start:end]); s != "" {
			words = append(words, Word{s, start, end})
		}
		start = end
	}
	return words
}

// within reports whether r is part of a word wherever it stands.
func within(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
}

// joins reports whether an apostrophe stands between letters.
func joins(rest string, r rune, size int) bool {
	if r != '\'' && r != '’' {
		return false
	}
	next, _ := utf8.DecodeRuneInString(rest[size:])
	return unicode.IsLetter(next)
}

// Stems is the stems alone.
func Stems(text string) []string {
	words := Words(text)
	stems := make([]string, len(words))
	for i, w := range words {
		stems[i] = w.Stem
	}
	return stems
}

// stem is how a word stands in the index: lower case, accents off, cut to its stem
// where it is English, and every other letter spelt out in a-z and 0-9 so that both
// engines take it for one word.
func stem(word string) string {
	folded := fold(word)
	if folded == "" {
		return ""
	}
	if isEnglish(folded) {
		folded = strings.ReplaceAll(english.Stem(folded, true), "'", "")
	} else {
		folded = strings.ReplaceAll(folded, "'", "")
	}
	return spellOut(folded)
}

// fold puts a word in lower case without accents, at most longestWord letters.
func fold(word string) string {
	var b strings.Builder
	n := 0
	for _, r := range norm.NFKD.String(strings.ToLower(word)) {
		if r == '’' {
			r = '\''
		}
		for _, r := range strings.ToLower(string(r)) { // decomposing can bring capitals back
			if n < longestWord && (r == '\'' || unicode.IsLetter(r) || unicode.IsDigit(r)) {
				b.WriteRune(r)
				n++
			}
		}
	}
	return strings.Trim(b.String(), "'")
}

// isEnglish reports whether the word is of the letters that the stemmer knows.
func isEnglish(word string) bool {
	for i := range len(word) {
		if c := word[i]; (c < 'a' || c > 'z') && c != '\'' {
			return false
		}
	}
	return true
}

const hexDigits = "0123456789abcdef"

// spellOut writes letters beyond a-z as "x", their number in hexadecimal, "z".
func spellOut(word string) string {
	plain := true
	for i := range len(word) {
		plain = plain && word[i] < utf8.RuneSelf
	}
	if plain {
		return word
	}
	var b strings.Builder
	for _, r := range word {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
			continue
		}
		b.WriteByte('x')
		for shift := 20; shift >= 0; shift -= 4 {
			b.WriteByte(hexDigits[r>>shift&15])
		}
		b.WriteByte('z')
	}
	return b.String()
}

// Common reports whether a stem is one of the little words that tell nothing of
// what a text is about. They are found like others; only likeness passes over them.
func Common(stem string) bool { return len(stem) < 2 || common[stem] }

var common = func() map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(`a about after again all also an and any are as at be because been before being but by can could did do
		does doing down during each few for from further had has have having he her here hers him his how i if in into is it its itself just
		me more most my no nor not now of off on once only or other our out over own same she should so some such than that the their them
		then there these they this those through to too under until up very was we were what when where which while who whom why will with
		would you your didn't don't wasn't were one two said told`) {
		set[stem(w)] = true
	}
	return set
}()
