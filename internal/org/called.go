package org

import (
	"cmp"
	"strings"
	"unicode"
)

// small are the words within a name that begin with a small letter, and kept those
// that are written in capitals.
var (
	small = map[string]bool{"of": true, "and": true, "the": true, "for": true, "in": true, "at": true, "on": true, "upon": true, "with": true, "by": true, "to": true}
	kept  = map[string]bool{"NHS": true, "ICB": true, "UK": true, "GP": true, "CCG": true, "LLP": true, "CIC": true, "BMI": true, "HCRG": true, "II": true, "UCC": true, "MIU": true}
)

// Called is the organisation's name as people write it, or its code where no
// register has named it. Registers write names in capitals; those are put into
// ordinary letters, others are left as they are.
func (o Organisation) Called() string {
	name := cmp.Or(o.Name, string(o.Code))
	if o.Name == "" || strings.ToUpper(name) != name {
		return name
	}
	words := strings.Fields(name)
	for i, w := range words {
		if kept[strings.Trim(w, "(),.")] {
			continue
		}
		w = strings.ToLower(w)
		if i > 0 && small[w] {
			words[i] = w
			continue
		}
		words[i] = titled(w)
	}
	return strings.Join(words, " ")
}

// titled begins a word, and each part after a hyphen or bracket, with a capital.
func titled(w string) string {
	begin := true
	return strings.Map(func(c rune) rune {
		if begin && unicode.IsLetter(c) {
			begin = false
			return unicode.ToUpper(c)
		}
		if c == '-' || c == '(' || c == '/' {
			begin = true
		}
		return c
	}, w)
}

// Short is a name without what every trust's name ends with.
func Short(name string) string {
	for _, end := range []string{" NHS Foundation Trust", " NHS Trust", " Foundation Trust"} {
		name = strings.TrimSuffix(name, end)
	}
	return name
}
