package web

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"candour/internal/calendar"
	"candour/internal/fault"
)

// The forms of dates and times on pages (docs/rules.md, pages).
const (
	dayForm    = "2 Jan 2006"
	momentForm = "2 Jan 2006 15:04"
	longForm   = "Monday 2 January 2006, 15:04"
)

// day is a date in words: "23 Nov 2026"; a zero time is "not stated".
func day(t time.Time) string {
	if t.IsZero() {
		return "not stated"
	}
	return t.In(calendar.London).Format(dayForm)
}

// calendarDay is a date that a register states, which has no time zone.
func calendarDay(t time.Time) string {
	if t.IsZero() {
		return "not stated"
	}
	return t.UTC().Format(dayForm)
}

// momentOf is a date and time in words: "23 Nov 2026 08:40".
func momentOf(t time.Time) string {
	if t.IsZero() {
		return "not stated"
	}
	return t.In(calendar.London).Format(momentForm)
}

// number writes n with commas: 184,306.
func number[T ~int | ~int64](n T) string {
	digits := strconv.FormatInt(int64(n), 10)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// count is a number with its noun: "1 row", "171 rows".
func count[T ~int | ~int64](n T, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

// bytesInWords is a size: "2 GiB", "41.2 KiB".
func bytesInWords(n int64) string {
	units := []string{"bytes", "KiB", "MiB", "GiB"}
	v, i := float64(n), 0
	for v >= 1024 && i < len(units)-1 {
		v, i = v/1024, i+1
	}
	if i == 0 {
		return count(n, "byte", "bytes")
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") + " " + units[i]
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	if s == "" {
		return s
	}
	s = strings.ToUpper(s[:1]) + s[1:]
	if !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "?") {
		s += "."
	}
	return s
}

// list joins words: "a", "a and b", "a, b and c".
func list(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}

// parseDay reads a date field, 2026-09-30; the empty string is the zero time.
func parseDay(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse("2006-01-02", text)
	if err != nil {
		return t, fault.New(fault.Invalid, "the date %q is not of the form 2026-09-30", cut(text))
	}
	return t, nil
}

// cut shortens what somebody typed, for repeating it.
func cut(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// longMoment is a moment with its day of the week: "Wednesday 30 September 2026, 17:00".
func longMoment(t time.Time) string { return t.In(calendar.London).Format(longForm) }
