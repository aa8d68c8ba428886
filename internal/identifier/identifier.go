// Package identifier finds in free text what could tell who a patient is: NHS
// numbers, dates of birth, postcodes, telephone numbers and e-mail addresses. What
// is found is shown to the sender and sealed or removed before the text is stored
// (docs/rules.md, what leaves the team).
//
// [Find] gives the places, [Redact] puts a word in brackets there, and
// [RedactAll] does both until nothing is left.
//
// What each kind means, and what is left alone:
//
//   - An NHS number is ten digits whose check digit is right (modulus 11), in at
//     most four groups, or as ten single digits. Ten digits at random pass once in
//     eleven times, so a reference number may be found; a wrong NHS number is not.
//   - A date of birth is a date beside words such as "DOB" or "born" (Certain),
//     or a full date over two years before the text was received (not Certain).
//     The date of an incident, being recent, stays.
//   - A postcode is a whole one with an area that exists. Half of one stays.
//   - A telephone number is a British one of ten or eleven digits from 0, or seven
//     to fifteen digits after "+" or 00.
//   - An e-mail address is letters around an "@" and a domain with a dot.
//
// It reads past what hides digits from a simple search: digits of other scripts
// and widths, hard and thin spaces, long dashes, soft hyphens and zero-width characters. It does
// not find names, addresses without a postcode, hospital numbers, or numbers
// written as words: a person must still read the text.
package identifier

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"candour/internal/calendar"
)

// Kind is a kind of identifier.
type Kind string

// The kinds.
const (
	NHSNumber   Kind = "NHS number"
	DateOfBirth Kind = "date of birth"
	Postcode    Kind = "postcode"
	Telephone   Kind = "telephone number"
	Email       Kind = "e-mail address"
)

// Match is a place in a text.
type Match struct {
	Kind    Kind
	Start   int  // first byte
	End     int  // byte after the last
	Certain bool // false where it may well be something else; the sender is asked
}

// Find gives the identifiers in text, in order, none overlapping another.
// received is the day on which the text came in; it tells old dates from recent
// ones. Without it (zero), only dates that are called a birth are found.
func Find(text string, received calendar.Date) []Match {
	if !strings.ContainsFunc(text, func(r rune) bool { return r == '@' || r == '\uFF20' || unicode.IsDigit(r) }) {
		return nil // every identifier has a digit or an "@"; most texts have neither
	}
	f := &finder{plain: plainOf(text), received: received}
	f.covered = make([]bool, len(f.text))
	for _, at := range digitRuns.FindAllStringIndex(f.text, -1) {
		f.runs = append(f.runs, span{at[0], at[1]})
	}
	f.emails()
	f.dates()
	f.numbers()
	f.postcodes()
	out := make([]Match, 0, len(f.found))
	for _, m := range f.found {
		if m.Kind == "" {
			continue // a date that is nobody's birth, kept from being read as a number
		}
		m.Start, m.End = f.from[m.Start], f.till[m.End-1]
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b Match) int { return cmp.Compare(a.Start, b.Start) })
	return out
}

// Redact puts "[NHS number removed]" and the like where the matches are. Matches
// outside the text or overlapping an earlier one are passed over.
func Redact(text string, matches []Match) string {
	sorted := slices.Clone(matches)
	slices.SortStableFunc(sorted, func(a, b Match) int { return cmp.Compare(a.Start, b.Start) })
	var out strings.Builder
	at := 0
	for _, m := range sorted {
		if m.Start < at || m.End <= m.Start || m.End > len(text) {
			continue
		}
		out.WriteString(text[at:m.Start])
		out.WriteString("[" + string(m.Kind) + " removed]")
		at = m.End
	}
	out.WriteString(text[at:])
	return out.String()
}

// RedactAll redacts until nothing more is found, doubtful matches included, and
// says how many of each kind were removed. Removing one can bring another to
// light, such as a number that ran on from it.
func RedactAll(text string, received calendar.Date) (string, map[Kind]int) {
	removed := map[Kind]int{}
	for {
		matches := Find(text, received)
		if len(matches) == 0 {
			return text, removed
		}
		for _, m := range matches {
			removed[m.Kind]++
		}
		text = Redact(text, matches)
	}
}

// finder gathers the matches in a plain text. It looks around each run of
// digits and each "@" only, so its time grows with the text and no faster.
type finder struct {
	plain
	received calendar.Date
	runs     []span
	covered  []bool  // bytes of plain.text that belong to a match
	found    []Match // offsets in plain.text; Kind is empty for what is to be left alone
}

// claim adds a match unless it overlaps one that is there.
func (f *finder) claim(kind Kind, start, end int, certain bool) {
	if f.taken(start, end) {
		return
	}
	for i := start; i < end; i++ {
		f.covered[i] = true
	}
	f.found = append(f.found, Match{kind, start, end, certain})
}

// taken reports whether any of the span belongs to a match already.
func (f *finder) taken(start, end int) bool { return slices.Contains(f.covered[start:end], true) }

// longestWord is how many bytes are read from where a date or postcode may
// begin.
const longestWord = 48

// beginsWord reports whether no letter or digit stands right before start.
func (f *finder) beginsWord(start int) bool { return start == 0 || !isWord(f.text[start-1]) }

// match matches an anchored pattern at start and gives offsets in the whole
// text; nil when it does not match or what was read ended first.
func (f *finder) match(pattern *regexp.Regexp, start int) []int {
	end := min(len(f.text), start+longestWord)
	at := pattern.FindStringSubmatchIndex(f.text[start:end])
	if at == nil || start+at[1] == end && end < len(f.text) {
		return nil
	}
	for i := range at {
		at[i] += start
	}
	return at
}

// lettersBefore is the start of the letters, most at the most, that end at end.
func (f *finder) lettersBefore(end, most int) int {
	start := end
	for start > 0 && end-start < most && isLetter(f.text[start-1]) {
		start--
	}
	return start
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isWord(c byte) bool   { return isDigit(c) || isLetter(c) || c == '_' }
