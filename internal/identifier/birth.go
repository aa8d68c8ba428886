package identifier

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"candour/internal/calendar"
)

// oldMonths is how long before the receipt of a text a date must lie to be
// doubted as the date of what the text is about.
const oldMonths = 24

// aheadMonths is how far after the receipt a date is taken for a plan, which
// matters for a year of two digits.
const aheadMonths = 60

const monthName = `(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)`

// dateForms are the ways in which a date is written, with the order in which
// its groups hold day, month and year.
var dateForms = []struct {
	pattern  *regexp.Regexp
	order    string
	worded   bool // it begins with the name of a month, before the digits
	labelled bool // a date only beside a word for birth; otherwise a number
}{
	{regexp.MustCompile(`^([0-9]{4}) ?[-/.] ?([0-9]{1,2}) ?[-/.] ?([0-9]{1,2})\b`), "ymd", false, false},
	{regexp.MustCompile(`^([0-9]{1,2}) ?[-/.] ?([0-9]{1,2}) ?[-/.] ?([0-9]{4}|[0-9]{2})\b`), "dmy", false, false},
	{regexp.MustCompile(`(?i)^([0-9]{1,2})(?:st|nd|rd|th)?[ ,./-]{0,2}(?:of )?` + monthName + `[ ,./'-]{0,3}([0-9]{4}|[0-9]{2})\b`), "dmy", false, false},
	{regexp.MustCompile(`(?i)^` + monthName + `[ ./-]{0,2}([0-9]{1,2})(?:st|nd|rd|th)?[ ,./-]{1,3}([0-9]{4})\b`), "mdy", true, false},
	{regexp.MustCompile(`^([0-9]{2}) ?([0-9]{2}) ?((?:19|20)[0-9]{2}|[0-9]{2})\b`), "dmy", false, true},
	{regexp.MustCompile(`^((?:19|20)[0-9]{2}) ?([0-9]{2}) ?([0-9]{2})\b`), "ymd", false, true},
}

var (
	// born ends just before a date of birth, and bornAfter begins just after one.
	born = regexp.MustCompile(`(?i)\b(?:d[ ./]{0,2}o[ ./]{0,2}b|date[ -]of[ -]birth|birth ?-?date|birthday|born)\b` +
		`[^0-9A-Za-z]*(?:(?:is|was|on|the|given|as)[^0-9A-Za-z]+){0,3}$`)
	bornAfter = regexp.MustCompile(`(?i)^[ ,;(-]{0,4}(?:d[ ./]{0,2}o[ ./]{0,2}b|(?:is )?(?:his |her |their )?date[ -]of[ -]birth|birthday)\b`)
)

// lookAround is how many bytes before and after a date are read for a word.
const lookAround = 48

// dates claims dates of birth, and other dates as what is to be left alone.
func (f *finder) dates() {
	for _, form := range dateForms {
		for _, run := range f.runs {
			start := run.start
			if form.worded {
				for start > 0 && run.start-start < 2 && strings.IndexByte(" ./-", f.text[start-1]) >= 0 {
					start--
				}
				start = f.lettersBefore(start, len("september"))
			}
			at := f.match(form.pattern, start)
			if at == nil {
				continue
			}
			parts := map[rune]string{}
			for i, which := range form.order {
				parts[which] = f.text[at[2+2*i]:at[3+2*i]]
			}
			candidates, end := datesOf(parts['d'], parts['m'], parts['y']), at[1]
			switch {
			case len(candidates) == 0 || f.partOfNumber(start, end) || f.taken(start, end):
			case f.labelled(start, end):
				f.claim(DateOfBirth, start, end, true)
			case form.labelled || !f.beginsWord(start): // a number; a date only in "DOB3/4/50"
			case f.old(candidates):
				f.claim(DateOfBirth, start, end, false)
			default:
				f.claim("", start, end, false)
			}
		}
	}
}

// labelled reports whether a word for birth stands before the span, or after it
// without another number that it could belong to.
func (f *finder) labelled(start, end int) bool {
	if born.MatchString(f.text[max(0, start-lookAround):start]) {
		return true
	}
	rest := f.text[end:min(len(f.text), end+lookAround)]
	label := bornAfter.FindStringIndex(rest)
	return label != nil && !strings.ContainsAny(rest[label[1]:min(len(rest), label[1]+12)], "0123456789")
}

// partOfNumber reports whether digits go on before or after the span, parted by
// a sign only: then it is a piece of a longer number and no date.
func (f *finder) partOfNumber(start, end int) bool {
	sign := func(c byte) bool { return c == '-' || c == '/' || c == '.' }
	before := start >= 2 && sign(f.text[start-1]) && isDigit(f.text[start-2])
	after := end+1 < len(f.text) && sign(f.text[end]) && isDigit(f.text[end+1])
	return before || after
}

// old reports whether the date can only be long past: it has a reading before
// the last two years, and none from then until five years ahead, where
// incidents and appointments lie.
func (f *finder) old(candidates []calendar.Date) bool {
	if f.received.IsZero() {
		return false
	}
	from, until, past := f.received.AddMonths(-oldMonths), f.received.AddMonths(aheadMonths), false
	for _, d := range candidates {
		if d >= from && d <= until {
			return false
		}
		past = past || d < from
	}
	return past
}

// datesOf are the dates that the words can mean: a year of two digits is in the
// 1900s or the 2000s, and 03/04 is read as the third of April and also, as an
// American would, as the fourth of March. None when they are no date.
func datesOf(day, mon, year string) []calendar.Date {
	var out []calendar.Date
	y, _ := strconv.Atoi(year)
	years := []int{y}
	if len(year) == 2 {
		years = []int{1900 + y, 2000 + y}
	}
	d, _ := strconv.Atoi(day)
	m, err := strconv.Atoi(mon)
	if err != nil {
		m = 1 + strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", strings.ToLower(mon[:3]))/3
	}
	for _, y := range years {
		out = appendDate(out, y, m, d)
		if err == nil && d != m {
			out = appendDate(out, y, d, m)
		}
	}
	return out
}

// appendDate adds a date if it exists and somebody living could be born on it.
func appendDate(dates []calendar.Date, year, month, day int) []calendar.Date {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if year < 1880 || year > 2200 || month < 1 || month > 12 || t.Day() != day || t.Month() != time.Month(month) {
		return dates
	}
	return append(dates, calendar.NewDate(year, time.Month(month), day))
}
