// Package digest says in a few sentences what changed: the week's digest of a
// commissioner, and each working day's list of the clocks that need somebody.
//
// A [Reader] reads what a digest is made from, through an [access.Scope]: of whom,
// for whom, and as of when. [Weekly] and [Daily] then put it into words; they are
// pure, so that the page and the e-mail say the same, and so that a digest as of a
// past moment can be made again. A digest is a lead and parts, each with a sentence
// and at most a few items; a test holds the largest weekly one under five minutes
// of reading (issue 5).
//
// What leaves the installation by e-mail says less than the page ([Made.Leaves]):
// signals are references without title, place or words, and what people have said
// is named without its count (docs/rules.md, what leaves the team; staff: R-FTSU-1), because a
// small count in a mailbox can tell who spoke.
package digest

import (
	"strings"
	"unicode"
)

// Digest is what is to be read.
type Digest struct {
	Title string // subject of the e-mail and heading
	Lead  string // would do if nothing else were read
	Parts []Part
	Small []string // small print
}

// Part is one heading of a digest.
type Part struct {
	Heading  string
	Sentence string // what there is to say, also when that is nothing
	Items    []Item
	More     Link // to the items that are left out, or to the page that has everything
}

// Item is one line.
type Item struct {
	Link Link   // what it is about; may lead nowhere
	Text string // after it
}

// Link is a path of the site; an empty one is plain text.
type Link struct {
	Text string
	Path string
}

// wordsAMinute is how fast careful readers read reports: 200 to 250 words a minute
// (Brysbaert 2019 gives 238 for non-fiction); the lower bound.
const wordsAMinute = 200

// Minutes is how long the digest takes to read, rounded up.
func (d *Digest) Minutes() int {
	words := len(strings.Fields(d.Title)) + len(strings.Fields(d.Lead))
	for _, s := range d.Small {
		words += len(strings.Fields(s))
	}
	for _, p := range d.Parts {
		words += len(strings.Fields(p.Heading)) + len(strings.Fields(p.Sentence)) + len(strings.Fields(p.More.Text))
		for _, i := range p.Items {
			words += len(strings.Fields(i.Link.Text)) + len(strings.Fields(i.Text))
		}
	}
	return max(1, (words+wordsAMinute-1)/wordsAMinute)
}

// Texts is every text of the digest, for tests of what may not leave.
func (d *Digest) Texts() []string {
	out := append([]string{d.Title, d.Lead}, d.Small...)
	for _, p := range d.Parts {
		out = append(out, p.Heading, p.Sentence, p.More.Text)
		for _, i := range p.Items {
			out = append(out, i.Link.Text, i.Text)
		}
	}
	return out
}

// firstSentence is a text up to its first full stop that ends a sentence.
func firstSentence(s string) string {
	if i := strings.Index(s, ". "); i >= 0 {
		return s[:i+1]
	}
	return s
}

// upper is a text with a capital at its beginning.
func upper(s string) string {
	for i, r := range s {
		return string(unicode.ToUpper(r)) + s[i+len(string(r)):]
	}
	return s
}
