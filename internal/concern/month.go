package concern

import (
	"fmt"
	"time"

	"candour/internal/calendar"
)

// Month is a calendar month as a number: year × 12 + month − 1, so that
// subtraction gives the months between. It is the number inside a
// [calendar.Period] of kind month.
type Month int

// NewMonth is the given month of the given year.
func NewMonth(year int, m time.Month) Month { return Month(year*12 + int(m) - 1) }

// MonthOf is the last month of a period: a quarter's value is evidence in the
// quarter's last month, a rolling year's in its twelfth.
func MonthOf(p calendar.Period) Month {
	last := p.LastMonth().Start()
	return NewMonth(last.Year(), last.Month())
}

// Period is the month as the rest of Candour writes periods.
func (m Month) Period() calendar.Period { return calendar.NewMonth(m.split()) }

func (m Month) split() (int, time.Month) { return int(m) / 12, time.Month(int(m)%12 + 1) }

// String is the month as 2024-03.
func (m Month) String() string {
	y, mm := m.split()
	return fmt.Sprintf("%04d-%02d", y, int(mm))
}

// Name is the month as a sentence names it: "March" in the year of asOf, else
// "March 2024", so that last December is not taken for the next.
func (m Month) Name(asOf Month) string {
	y, mm := m.split()
	if now, _ := asOf.split(); y == now {
		return mm.String()
	}
	return fmt.Sprintf("%s %d", mm, y)
}

// ParseMonth reads 2024-03.
func ParseMonth(s string) (Month, error) {
	var y, m int
	if len(s) != 7 || s[4] != '-' {
		return 0, fmt.Errorf("month %q is not of the form 2024-03", s)
	}
	for i, c := range []byte(s) {
		switch {
		case i == 4:
		case c < '0' || c > '9':
			return 0, fmt.Errorf("month %q is not of the form 2024-03", s)
		case i < 4:
			y = y*10 + int(c-'0')
		default:
			m = m*10 + int(c-'0')
		}
	}
	if m < 1 || m > 12 {
		return 0, fmt.Errorf("month %q has no month %d", s, m)
	}
	return NewMonth(y, time.Month(m)), nil
}

// MarshalText writes 2024-03.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads 2024-03.
func (m *Month) UnmarshalText(b []byte) (err error) { *m, err = ParseMonth(string(b)); return err }
