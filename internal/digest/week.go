package digest

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"candour/internal/calendar"
	"candour/internal/fault"
)

// Week is a week from Monday to Sunday, London time, by its ISO 8601 number.
type Week struct {
	Year   int // of its Thursday
	Number int // 1 to 53
}

var weekForm = regexp.MustCompile(`^(\d{4})-W(\d{2})$`)

// ParseWeek reads "2026-W47".
func ParseWeek(s string) (Week, error) {
	wrong := fault.New(fault.Invalid, "%q is not a week, expected one such as 2026-W47", s)
	m := weekForm.FindStringSubmatch(s)
	if m == nil {
		return Week{}, wrong
	}
	year, _ := strconv.Atoi(m[1]) // four figures
	n, _ := strconv.Atoi(m[2])
	w := Week{year, n}
	if n < 1 || year < 1 || WeekOf(w.Begins()) != w {
		return Week{}, wrong
	}
	return w, nil
}

// WeekOf is the week of an instant.
func WeekOf(t time.Time) Week {
	year, n := t.In(calendar.London).ISOWeek()
	return Week{year, n}
}

// String is "2026-W47".
func (w Week) String() string { return fmt.Sprintf("%04d-W%02d", w.Year, w.Number) }

// Begins is the first instant of its Monday.
func (w Week) Begins() time.Time {
	// 4 January is always in week 1.
	fourth := time.Date(w.Year, 1, 4, 0, 0, 0, 0, calendar.London)
	monday := 4 - (int(fourth.Weekday())+6)%7
	return time.Date(w.Year, 1, monday+7*(w.Number-1), 0, 0, 0, 0, calendar.London)
}

// Ends is the first instant after its Sunday.
func (w Week) Ends() time.Time { return w.Next().Begins() }

// Next is the week after.
func (w Week) Next() Week { return WeekOf(w.Begins().AddDate(0, 0, 10)) }

// Before is the week before.
func (w Week) Before() Week { return WeekOf(w.Begins().AddDate(0, 0, -4)) }

// Words is "16 to 22 November 2026".
func (w Week) Words() string {
	first, last := w.Begins(), w.Begins().AddDate(0, 0, 6)
	form := "2"
	switch {
	case first.Year() != last.Year():
		form = "2 January 2006"
	case first.Month() != last.Month():
		form = "2 January"
	}
	return first.Format(form) + " to " + last.Format("2 January 2006")
}
