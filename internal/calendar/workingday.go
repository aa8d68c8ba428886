package calendar

import (
	"fmt"
	"time"
	_ "time/tzdata" // Europe/London must be known on a bare machine too

	"candour/internal/fault"
)

// London is the zone in which every day of the field begins and ends.
var London = mustZone("Europe/London")

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // the zone table is part of the binary
	}
	return zone
}

// Date is a day of the civil calendar without time or zone: the number of days
// since 31 December of the year 0. Dates may be compared with < and subtracted.
// The zero value means that no date is stated.
type Date int32

// unixDay is the Date of 1 January 1970.
const unixDay = 719163

// NewDate is the date of year, month and day, normalised as time.Date does.
func NewDate(year int, month time.Month, day int) Date {
	return Date(floorDiv(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix(), 86400) + unixDay)
}

// DateOf is the day in London at the instant t; the zero instant has no date.
func DateOf(t time.Time) Date {
	if t.IsZero() {
		return 0
	}
	y, m, d := t.In(London).Date()
	return NewDate(y, m, d)
}

// ParseDate reads "2024-03-29". The empty string is the zero date.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return 0, nil
	}
	if len(s) == len(time.DateOnly) && s[4] == '-' && s[7] == '-' {
		y, m, day := figures(s[:4]), figures(s[5:7]), figures(s[8:])
		if y >= 1 && m >= 1 && m <= 12 && day >= 1 {
			d := NewDate(y, time.Month(m), day)
			if _, _, is := d.YMD(); is == day { // no 30 February
				return d, nil
			}
		}
	}
	return 0, fault.New(fault.Invalid, "%q is not a date, expected year-month-day like 2024-03-29", s)
}

// MustDate is ParseDate for constants in tests and tables.
func MustDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// IsZero reports whether no date is stated.
func (d Date) IsZero() bool { return d == 0 }

// utc is midnight UTC of d, for arithmetic on its parts.
func (d Date) utc() time.Time { return time.Unix((int64(d)-unixDay)*86400, 0).UTC() }

// YMD is d's year, month and day.
func (d Date) YMD() (int, time.Month, int) { return d.utc().Date() }

// Weekday is d's day of the week.
func (d Date) Weekday() time.Weekday { return time.Weekday(((int(d) % 7) + 7) % 7) }

// String is d as "2024-03-29", empty when no date is stated.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return d.utc().Format(time.DateOnly)
}

// MarshalText writes d as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads d as ParseDate does.
func (d *Date) UnmarshalText(b []byte) (err error) { *d, err = ParseDate(string(b)); return err }

// Begins is the instant at which d begins in London.
func (d Date) Begins() time.Time {
	y, m, day := d.YMD()
	return time.Date(y, m, day, 0, 0, 0, 0, London)
}

// Ends is the instant at which d ends in London: the beginning of the next day.
func (d Date) Ends() time.Time { return (d + 1).Begins() }

// At is the instant of hour:minute on d in London. A time which the spring change
// skips is moved by the hour skipped, as time.Date does; of a time which the
// autumn change repeats the first is taken.
func (d Date) At(hour, minute int) time.Time {
	y, m, day := d.YMD()
	return time.Date(y, m, day, hour, minute, 0, 0, London)
}

// AddMonths is the corresponding date n months after d, or the last day of that
// month where it has no such day: 31 August and 6 months is 28 or 29 February.
// That is how a court counts a period of months (Dodds v Walker [1981] 1 WLR 1027).
func (d Date) AddMonths(n int) Date {
	y, m, day := d.YMD()
	first := NewDate(y, m+time.Month(n), 1)
	fy, fm, _ := first.YMD()
	last := NewDate(fy, fm+1, 1) - 1
	return min(first+Date(day-1), last)
}

// DayKind says which days a clock counts.
type DayKind string

// The kinds of day. They are never mixed: a clock of one counted in another ends on a wrong day.
const (
	// CalendarDays counts every day.
	CalendarDays DayKind = "calendar"
	// WorkingDays leaves out Saturdays, Sundays, Christmas Day, Good Friday and bank
	// holidays in England and Wales (SI 2009/309).
	WorkingDays DayKind = "working"
	// OperationalDays leaves out Saturdays, Sundays and bank holidays in England: the
	// NHS Standard Contract's word. Its days are the same as
	// WorkingDays as long as the table of England and Wales is one.
	OperationalDays DayKind = "operational"
	// UKWorkingDays leaves out bank holidays of Scotland and Northern Ireland too:
	// Freedom of Information Act 2000 section 10(6).
	UKWorkingDays DayKind = "uk_working"
)

// Calendar knows which days count. It holds the dated holiday tables and answers
// only within them: outside, it says so instead of guessing.
type Calendar struct {
	kinds map[DayKind]*countedDays
}

// countedDays lists the days of one kind from first to last inclusive.
type countedDays struct {
	first, last Date
	days        []Date  // every counted day, ascending
	upTo        []int32 // upTo[i]: how many counted days are ≤ first+i
}

func newCountedDays(first, last Date, closed map[Date]string) *countedDays {
	c := &countedDays{first: first, last: last, upTo: make([]int32, last-first+1)}
	for d := first; d <= last; d++ {
		weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
		if _, holiday := closed[d]; !weekend && !holiday {
			c.days = append(c.days, d)
		}
		c.upTo[d-first] = int32(len(c.days))
	}
	return c
}

// Covers reports whether d lies within the holiday table for kind.
func (c *Calendar) Covers(kind DayKind, d Date) bool {
	k, ok := c.kinds[kind]
	return kind == CalendarDays && d > 0 || ok && d >= k.first && d <= k.last
}

func (c *Calendar) counted(kind DayKind, d Date) (*countedDays, error) {
	k, ok := c.kinds[kind]
	if !ok {
		return nil, fault.New(fault.Invalid, "unknown kind of day %q, expected calendar, working, operational or uk_working", kind)
	}
	if d < k.first || d > k.last {
		return nil, outside(kind, d.String(), k)
	}
	return k, nil
}

func outside(kind DayKind, what string, k *countedDays) error {
	return fault.New(fault.Invalid, "%s is outside the table of %s days, which runs from %s to %s; extend the table in definitions/calendar",
		what, kind, k.first, k.last)
}

// Counts reports whether d is a day of the kind.
func (c *Calendar) Counts(kind DayKind, d Date) (bool, error) {
	if kind == CalendarDays {
		return true, nil
	}
	k, err := c.counted(kind, d)
	if err != nil {
		return false, err
	}
	i := d - k.first
	return i == 0 && k.upTo[0] == 1 || i > 0 && k.upTo[i] > k.upTo[i-1], nil
}

// Add is the nth day of the kind after d: the count begins with the next day, as
// R-CMP-5 says of acknowledgements ("working days after the day received"). A
// negative n counts back. With n 0 it is d, or the next day that counts when d
// doesn't.
func (c *Calendar) Add(kind DayKind, d Date, n int) (Date, error) {
	if kind == CalendarDays {
		return d + Date(n), nil
	}
	k, err := c.counted(kind, d)
	if err != nil {
		return 0, err
	}
	upTo := int(k.upTo[d-k.first])
	itself, err := c.Counts(kind, d)
	if err != nil {
		return 0, err
	}
	i := upTo - 1 + n // n > 0: days[upTo-1] is the last counted day ≤ d
	switch {
	case n == 0 && !itself:
		i = upTo
	case n < 0 && !itself:
		i = upTo + n
	}
	if i < 0 || i >= len(k.days) {
		return 0, outside(kind, fmt.Sprintf("%d %s days from %s", n, kind, d), k)
	}
	return k.days[i], nil
}

// Between is how many days of the kind lie after from, up to and including to:
// the n for which Add(from, n) reaches to. It is negative when to is before from.
func (c *Calendar) Between(kind DayKind, from, to Date) (int, error) {
	if kind == CalendarDays {
		return int(to - from), nil
	}
	k, err := c.counted(kind, from)
	if err != nil {
		return 0, err
	}
	if _, err := c.counted(kind, to); err != nil {
		return 0, err
	}
	return int(k.upTo[to-k.first] - k.upTo[from-k.first]), nil
}
