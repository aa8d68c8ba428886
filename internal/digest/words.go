package digest

import (
	"strconv"
	"strings"
	"time"

	"candour/internal/calendar"
	"candour/internal/org"
)

// number writes n with commas: 184,306.
func number(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// count is a number with its noun: "1 row", "171 rows".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

// signed is a number with its sign: "+7", "−2".
func signed(n int) string {
	if n < 0 {
		return "−" + number(-n)
	}
	return "+" + number(n)
}

// ordinal is "1st", "12th".
func ordinal(n int) string {
	end := "th"
	switch {
	case n%100 >= 11 && n%100 <= 13:
	case n%10 == 1:
		end = "st"
	case n%10 == 2:
		end = "nd"
	case n%10 == 3:
		end = "rd"
	}
	return number(n) + end
}

// about is the name of the provider of an alert, with what it has become since.
func (m *Made) about(code org.Code) string {
	if m.Heir != nil && m.Heir(code) != code {
		return m.name(code) + ", now " + m.name(m.Heir(code))
	}
	return m.name(code)
}

// dayOf is a day in words, seen from another: without its year in the same one.
func dayOf(t, from time.Time) string {
	t, from = t.In(calendar.London), from.In(calendar.London)
	if t.Year() != from.Year() {
		return t.Format("2 Jan 2006")
	}
	return t.Format("Mon 2 Jan")
}

// lower is a text with a small letter at its beginning, unless its first word is an
// abbreviation.
func lower(s string) string {
	first, _, _ := strings.Cut(s, " ")
	if len(first) < 2 || strings.ToUpper(first) == first {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
