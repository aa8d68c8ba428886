package identifier

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// plain is a text with the tricks of typesetting taken out, and the way back.
type plain struct {
	text string
	from []int // for each byte of text, the first byte of the original character
	till []int // and the byte after it
}

// plainOf writes full-width forms as ASCII, every kind of space as a space,
// every dash as a hyphen, and leaves out soft hyphens and other characters
// without width.
func plainOf(original string) plain {
	p := plain{from: make([]int, 0, len(original)), till: make([]int, 0, len(original))}
	var b strings.Builder
	b.Grow(len(original))
	for i := 0; i < len(original); {
		r, size := utf8.DecodeRuneInString(original[i:])
		next := i + size
		if written := plainRune(r); written >= 0 {
			for range utf8.RuneLen(written) {
				p.from, p.till = append(p.from, i), append(p.till, next)
			}
			b.WriteRune(written)
		}
		i = next
	}
	p.text = b.String()
	return p
}

// plainRune is what a character is written as; -1 leaves it out.
func plainRune(r rune) rune {
	switch {
	case r < 0x80 && r != '\n' && r != '\t' && r != '\r':
		return r
	case r >= 0xFF01 && r <= 0xFF5E: // full-width forms of ASCII
		return r - 0xFF01 + '!'
	case unicode.IsSpace(r) || unicode.Is(unicode.Zs, r):
		return ' '
	case r == 0xAD || unicode.Is(unicode.Cf, r): // soft hyphen, zero-width characters, direction marks
		return -1
	case unicode.Is(unicode.Pd, r) || r == 0x2212: // dashes, minus
		return '-'
	case unicode.IsDigit(r):
		return digit(r)
	default:
		return r
	}
}

// digit is a decimal digit of any script as ASCII. Unicode lays each set of
// digits out as ten in order from zero.
func digit(r rune) rune {
	for _, set := range unicode.Nd.R16 {
		if r >= rune(set.Lo) && r <= rune(set.Hi) {
			return '0' + (r-rune(set.Lo))%10
		}
	}
	for _, set := range unicode.Nd.R32 {
		if r >= rune(set.Lo) && r <= rune(set.Hi) {
			return '0' + (r-rune(set.Lo))%10
		}
	}
	return r
}
