// Package calendar holds the field's time: periods to which measures belong, and
// (in clock.go and its neighbours) working days, operational days and statutory
// clocks.
//
// A Period is a value with a kind, written as one short string:
//
//	2024-03       calendar month
//	2024-Q1       calendar quarter, January to March (NHS quarter 4 of 2023/24)
//	FY2024        financial year, April 2024 to March 2025
//	2024          calendar year (surveys)
//	R12-2024-03   rolling twelve months which end with March 2024
//	2024-03-05    one day, for things measured at an instant (ratings)
//
// Periods of one kind are totally ordered and can be counted; periods of
// different kinds are never compared by order, only by their instants.
package calendar

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"candour/internal/fault"
)

// Kind is the kind of a period: how long it is and where it may begin.
type Kind uint8

// The kinds of period.
const (
	NoPeriod Kind = iota
	Month
	Quarter
	FinancialYear
	Year
	Rolling12
	Day
)

var kindNames = [...]string{"none", "month", "quarter", "financial_year", "year", "rolling12", "day"}

// String is the kind's name in definitions: "month", "rolling12", ….
func (k Kind) String() string { return kindNames[k] }

// ParseKind reads a kind's name.
func ParseKind(s string) (Kind, error) {
	for i, name := range kindNames {
		if i > 0 && name == s {
			return Kind(i), nil
		}
	}
	return NoPeriod, fault.New(fault.Invalid, "unknown kind of period %q, expected one of %s", s, strings.Join(kindNames[1:], ", "))
}

// UnmarshalText reads a kind's name.
func (k *Kind) UnmarshalText(b []byte) (err error) { *k, err = ParseKind(string(b)); return err }

// MarshalText writes the kind's name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Period is a span of time of one of the kinds. The zero value is no period.
// Periods are comparable with ==.
type Period struct {
	kind Kind
	// n counts periods of the kind: months since year 0, quarters since year 0,
	// years, or days since 1970.
	n int32
}

// MonthOf is the calendar month that holds t (in UTC).
func MonthOf(t time.Time) Period { return NewMonth(t.UTC().Year(), t.UTC().Month()) }

// NewMonth is a calendar month.
func NewMonth(year int, m time.Month) Period { return Period{Month, int32(year*12 + int(m) - 1)} }

// NewQuarter is a calendar quarter: q is 1 for January to March.
func NewQuarter(year, q int) Period { return Period{Quarter, int32(year*4 + q - 1)} }

// NewFinancialYear is the financial year which begins in April of year.
func NewFinancialYear(year int) Period { return Period{FinancialYear, int32(year)} }

// NewYear is a calendar year.
func NewYear(year int) Period { return Period{Year, int32(year)} }

// TwelveMonthsTo is the rolling twelve months which end with the month given.
func TwelveMonthsTo(year int, m time.Month) Period {
	return Period{Rolling12, int32(year*12 + int(m) - 1)}
}

// DayOf is the day that holds t (in UTC).
func DayOf(t time.Time) Period { return Period{Day, int32(floorDiv(t.UTC().Unix(), 86400))} }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// Kind is the kind of p.
func (p Period) Kind() Kind { return p.kind }

// IsZero reports whether p is no period.
func (p Period) IsZero() bool { return p.kind == NoPeriod }

// Add is the period n places after p (before, when n is negative). For rolling
// windows a place is one month.
func (p Period) Add(n int) Period { return Period{p.kind, p.n + int32(n)} }

// Sub is the number of places from q to p, and false when they differ in kind.
func (p Period) Sub(q Period) (int, bool) { return int(p.n - q.n), p.kind == q.kind }

// Compare orders periods by their last day, then by kind; within one kind it is
// the order of time.
func (p Period) Compare(q Period) int {
	if p.kind == q.kind {
		return int(p.n) - int(q.n)
	}
	if c := p.End().Compare(q.End()); c != 0 {
		return c
	}
	return int(p.kind) - int(q.kind)
}

// Start is the first instant of p, UTC.
func (p Period) Start() time.Time {
	n := int(p.n)
	switch p.kind {
	case Month:
		return date(n/12, n%12)
	case Quarter:
		return date(n/4, n%4*3)
	case FinancialYear:
		return date(n, 3)
	case Year:
		return date(n, 0)
	case Rolling12:
		return date(n/12, n%12-11)
	case Day:
		return time.Unix(int64(n)*86400, 0).UTC()
	}
	return time.Time{}
}

// End is the first instant after p, UTC.
func (p Period) End() time.Time {
	switch p.kind {
	case NoPeriod:
		return time.Time{}
	case Rolling12:
		return date(int(p.n)/12, int(p.n)%12+1)
	}
	return p.Add(1).Start()
}

func date(year, month0 int) time.Time {
	return time.Date(year, time.Month(month0+1), 1, 0, 0, 0, 0, time.UTC)
}

// LastMonth is the calendar month in which p ends.
func (p Period) LastMonth() Period {
	if p.IsZero() {
		return p
	}
	return MonthOf(p.End().Add(-time.Second))
}

// String is p's canonical form; the zero period is "".
func (p Period) String() string {
	n := int(p.n)
	switch p.kind {
	case Month:
		return yearMonth(n)
	case Quarter:
		return fmt.Sprintf("%04d-Q%d", n/4, n%4+1)
	case FinancialYear:
		return fmt.Sprintf("FY%04d", n)
	case Year:
		return fmt.Sprintf("%04d", n)
	case Rolling12:
		return "R12-" + yearMonth(n)
	case Day:
		return p.Start().Format(time.DateOnly)
	}
	return ""
}

// yearMonth is a month, counted from that of the year nought, as year-month.
func yearMonth(n int) string {
	y, m := n/12, n%12+1
	if n < 0 || y > 9999 {
		return fmt.Sprintf("%04d-%02d", y, m)
	}
	f := func(n int) byte { return byte('0' + n%10) }
	return string([]byte{f(y / 1000), f(y / 100), f(y / 10), f(y), '-', f(m / 10), f(m)})
}

// Words is p as users read it: "Mar 2024", "Jan to Mar 2024", "2024/25",
// "12 months to Mar 2024", "5 Mar 2024".
func (p Period) Words() string {
	switch p.kind {
	case Month:
		return p.Start().Format("Jan 2006")
	case Quarter:
		return p.Start().Format("Jan") + " to " + p.End().AddDate(0, 0, -1).Format("Jan 2006")
	case FinancialYear:
		return fmt.Sprintf("%d/%02d", p.n, (p.n+1)%100)
	case Year:
		return strconv.Itoa(int(p.n))
	case Rolling12:
		return "12 months to " + p.End().AddDate(0, 0, -1).Format("Jan 2006")
	case Day:
		return p.Start().Format("2 Jan 2006")
	}
	return ""
}

// ParsePeriod reads the canonical form of a period; "" is the zero period.
func ParsePeriod(s string) (Period, error) {
	if s == "" {
		return Period{}, nil
	}
	p, ok := parsePeriod(s)
	if !ok || p.String() != s {
		return Period{}, fault.New(fault.Invalid, "%q is not a period; write 2024-03, 2024-Q1, FY2024, 2024, R12-2024-03 or 2024-03-05", s)
	}
	return p, nil
}

func parsePeriod(s string) (Period, bool) {
	rolling := strings.HasPrefix(s, "R12-")
	switch body := strings.TrimPrefix(s, "R12-"); {
	case strings.HasPrefix(body, "FY"):
		y, err := strconv.Atoi(body[2:])
		return NewFinancialYear(y), err == nil && y > 0 && y < 10000 && !rolling
	case len(body) == 4:
		y, err := strconv.Atoi(body)
		return NewYear(y), err == nil && y > 0 && !rolling
	case len(body) == 7 && body[5] == 'Q':
		y, err := strconv.Atoi(body[:4])
		q := int(body[6] - '0')
		return NewQuarter(y, q), err == nil && y > 0 && q >= 1 && q <= 4 && !rolling
	case len(body) == 7:
		y, m := figures(body[:4]), figures(body[5:])
		if y < 0 || m < 1 || m > 12 || body[4] != '-' {
			return Period{}, false
		}
		if rolling {
			return TwelveMonthsTo(y, time.Month(m)), true
		}
		return NewMonth(y, time.Month(m)), true
	default:
		t, err := time.Parse(time.DateOnly, body)
		return DayOf(t), err == nil && !rolling
	}
}

// figures is the number that text made of nothing but the figures 0 to 9 says, else -1.
// Stores hold tens of thousands of periods and dates, which time.Parse reads six
// times as slowly.
func figures(s string) (n int) {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return -1
		}
		n = 10*n + int(c-'0')
	}
	return n
}

// UnmarshalText reads the canonical form.
func (p *Period) UnmarshalText(b []byte) (err error) { *p, err = ParsePeriod(string(b)); return err }

// MarshalText writes the canonical form.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }
