package identifier

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// ValidNHSNumber reports whether ten digits are an NHS number: the first nine
// times the weights 10 to 2, summed; 11 less the remainder of the sum by 11 is
// the tenth, with 11 written as 0; a remainder that gives 10 is never issued
// (NHS Data Dictionary, NHS NUMBER). Ten zeros are none.
func ValidNHSNumber(digits string) bool {
	if len(digits) != 10 || digits == "0000000000" {
		return false
	}
	sum := 0
	for i := range 10 {
		c := digits[i]
		if c < '0' || c > '9' {
			return false
		}
		if i < 9 {
			sum += int(c-'0') * (10 - i)
		}
	}
	check := (11 - sum%11) % 11
	return check == int(digits[9]-'0') // 10 equals no digit
}

// span is a run of digits in the plain text.
type span struct{ start, end int }

func (s span) length() int { return s.end - s.start }

var (
	digitRuns = regexp.MustCompile(`[0-9]+`)

	// between two runs of one number: a little punctuation, no word.
	between = regexp.MustCompile(`^[ ./_()-]{1,4}$`)

	// international: "+" or 00, then a country and a number. Groups may be parted
	// by spaces, dots, hyphens and brackets.
	international = regexp.MustCompile(`^(?:\+ ?|00 ?)[1-9](?:[ .()/-]{0,3}[0-9]){6,14}`)

	// national: ten or eleven digits from 0 (Ofcom, National Telephone Numbering
	// Plan: 01, 02, 03, 05, 07, 08).
	national = regexp.MustCompile(`^\(?0[123578](?:[ .()/-]{0,3}[0-9]){8,9}`)
)

// numbers finds NHS and telephone numbers. An NHS number goes first: it says
// more of a person.
func (f *finder) numbers() {
	for i := 0; i < len(f.runs); i++ {
		if n := f.nhsNumber(f.runs[i:]); n > 0 {
			f.claim(NHSNumber, f.runs[i].start, f.runs[i+n-1].end, true)
			i += n - 1
		}
	}
	f.telephones(international)
	f.telephones(national)
}

// nhsNumber is how many of the first runs together are an NHS number; 0 if none.
func (f *finder) nhsNumber(runs []span) int {
	var digits strings.Builder
	singles := true
	for n, run := range runs {
		if f.taken(run.start, run.end) || n > 0 && !between.MatchString(f.text[runs[n-1].end:run.start]) {
			return 0
		}
		digits.WriteString(f.text[run.start:run.end])
		singles = singles && run.length() == 1
		switch {
		case digits.Len() > 10 || n >= 4 && !singles:
			return 0
		case digits.Len() == 10 && (n < 4 || singles):
			if ValidNHSNumber(digits.String()) {
				return n + 1
			}
			return 0
		}
	}
	return 0
}

// longestNumber is how many bytes a telephone number can take with what parts
// its digits.
const longestNumber = 72

// telephones claims what the pattern matches from a run of digits on, or from a
// "+" or bracket before it, unless more digits follow at once: then it is a
// longer number of another sort.
func (f *finder) telephones(pattern *regexp.Regexp) {
	for _, run := range f.runs {
		start := run.start
		for start > 0 && start > run.start-2 && strings.IndexByte("+( ", f.text[start-1]) >= 0 {
			start--
		}
		for ; start <= run.start; start++ {
			match := pattern.FindStringIndex(f.text[start:min(len(f.text), start+longestNumber)])
			if match == nil {
				continue
			}
			end := start + match[1]
			if end == len(f.text) || !isDigit(f.text[end]) {
				f.claim(Telephone, start, end, true)
			}
			break
		}
	}
}

var (
	// mailbox ends just before the "@", and domain begins just after. Letters and
	// digits of any script are allowed; what follows the last dot begins with a
	// letter.
	mailbox = regexp.MustCompile(`[\pL\pN._%+'-]+ ?$`)
	domain  = regexp.MustCompile(`^ ?(?:[\pL\pN-]+\.)+\pL[\pL\pN-]+`)
)

// longestMailbox and longestDomain are the limits of RFC 5321 in bytes.
const (
	longestMailbox = 64
	longestDomain  = 255
)

// emails claims e-mail addresses.
func (f *finder) emails() {
	for at := 0; at < len(f.text); at++ {
		if f.text[at] != '@' {
			continue
		}
		low := max(0, at-longestMailbox)
		for low < at && !utf8.RuneStart(f.text[low]) {
			low++
		}
		before := mailbox.FindStringIndex(f.text[low:at])
		after := domain.FindStringIndex(f.text[at+1 : min(len(f.text), at+1+longestDomain)])
		if before == nil || after == nil {
			continue
		}
		end := at + 1 + after[1]
		for end < len(f.text) && !utf8.RuneStart(f.text[end]) {
			end++
		}
		f.claim(Email, low+before[0], end, true)
	}
}
