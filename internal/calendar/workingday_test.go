package calendar

import (
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"candour/definitions"
)

func mustCalendar(t testing.TB) *Calendar {
	t.Helper()
	cal, err := LoadCalendar(definitions.Files)
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

// anyDay is a day of the 20 years from 2006 to 2026, for properties.
func anyDay() *rapid.Generator[Date] {
	return rapid.Map(rapid.Int32Range(0, 20*365+5), func(n int32) Date { return MustDate("2006-01-01") + Date(n) })
}

func anyCountedKind() *rapid.Generator[DayKind] {
	return rapid.SampledFrom([]DayKind{WorkingDays, OperationalDays, UKWorkingDays})
}

func TestDatesReadAndWriteBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := Date(rapid.Int32Range(1, 3_000_000).Draw(t, "date"))
		back, err := ParseDate(d.String())
		if err != nil || back != d {
			t.Fatalf("%d → %q → %d, %v", d, d.String(), back, err)
		}
		if d.Weekday() != d.utc().Weekday() {
			t.Fatalf("%s is a %s, got %s", d, d.utc().Weekday(), d.Weekday())
		}
	})
}

func TestADayBeginsAndEndsInLondonAlsoWhenTheClocksChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		day   string
		hours float64
	}{{"2024-03-30", 24}, {"2024-03-31", 23}, {"2024-10-27", 25}} {
		d := MustDate(c.day)
		if got := d.Ends().Sub(d.Begins()).Hours(); got < c.hours-0.1 || got > c.hours+0.1 {
			t.Errorf("%s has %v hours, expected %v", d, got, c.hours)
		}
		if DateOf(d.Begins()) != d || DateOf(d.Ends()) != d+1 {
			t.Errorf("%s: its first instant is on %s, its end on %s", d, DateOf(d.Begins()), DateOf(d.Ends()))
		}
	}
	// 23:30 UTC on 30 June is already 1 July in London.
	if got := DateOf(time.Date(2024, 6, 30, 23, 30, 0, 0, time.UTC)); got != MustDate("2024-07-01") {
		t.Errorf("got %s", got)
	}
}

func TestMonthsEndOnTheCorrespondingDate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from string
		n    int
		to   string
	}{
		{"2023-08-31", 6, "2024-02-29"},
		{"2024-08-31", 6, "2025-02-28"},
		{"2024-01-15", 6, "2024-07-15"},
		{"2024-07-31", -1, "2024-06-30"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2024-11-30", 2, "2025-01-30"},
	} {
		if got := MustDate(c.from).AddMonths(c.n); got != MustDate(c.to) {
			t.Errorf("%s and %d months is %s, expected %s", c.from, c.n, got, c.to)
		}
	}
}

func TestCountingBeginsWithTheNextDay(t *testing.T) {
	t.Parallel()
	cal := mustCalendar(t)
	for _, c := range []struct {
		name string
		kind DayKind
		from string
		n    int
		to   string
	}{
		{"Thursday before Christmas 2020, three working days", WorkingDays, "2020-12-24", 3, "2020-12-31"},
		{"a Saturday and Monday's first day", WorkingDays, "2024-03-02", 1, "2024-03-04"},
		{"Maundy Thursday over Easter 2024", WorkingDays, "2024-03-28", 1, "2024-04-02"},
		{"over the funeral of 19 September 2022", WorkingDays, "2022-09-16", 1, "2022-09-20"},
		{"over the coronation of 8 May 2023", WorkingDays, "2023-05-05", 1, "2023-05-09"},
		{"4 May 2020 was a working day, 8 May was not", WorkingDays, "2020-05-01", 5, "2020-05-11"},
		{"27 May 2002 worked, 3 and 4 June did not", WorkingDays, "2002-05-24", 6, "2002-06-05"},
		{"back over New Year", WorkingDays, "2024-01-02", -1, "2023-12-29"},
		{"operational days of GC9: 10 from 5 October 2026", OperationalDays, "2026-10-05", 10, "2026-10-19"},
		{"freedom of information over St Patrick's Day 2025", UKWorkingDays, "2025-03-14", 1, "2025-03-18"},
		{"freedom of information over 2 January 2026", UKWorkingDays, "2025-12-31", 1, "2026-01-05"},
		{"zero working days from a Sunday is Monday", WorkingDays, "2024-03-03", 0, "2024-03-04"},
		{"calendar days count all", CalendarDays, "2024-12-20", 56, "2025-02-14"},
	} {
		got, err := cal.Add(c.kind, MustDate(c.from), c.n)
		if err != nil || got != MustDate(c.to) {
			t.Errorf("%s: got %s, %v, expected %s", c.name, got, err, c.to)
		}
	}
}

func TestADueDayIsNeverAHolidayOrWeekend(t *testing.T) {
	t.Parallel()
	cal := mustCalendar(t)
	rapid.Check(t, func(t *rapid.T) {
		kind, d := anyCountedKind().Draw(t, "kind"), anyDay().Draw(t, "day")
		due, err := cal.Add(kind, d, rapid.IntRange(0, 120).Draw(t, "n"))
		if err != nil {
			t.Fatal(err)
		}
		if counts, err := cal.Counts(kind, due); err != nil || !counts {
			t.Fatalf("%s is no %s day", due, kind)
		}
		if w := due.Weekday(); w == time.Saturday || w == time.Sunday {
			t.Fatalf("%s is a %s", due, w)
		}
	})
}

func TestAddingNThenMIsAddingBoth(t *testing.T) {
	t.Parallel()
	cal := mustCalendar(t)
	rapid.Check(t, func(t *rapid.T) {
		kind, d := anyCountedKind().Draw(t, "kind"), anyDay().Draw(t, "day")
		n, m := rapid.IntRange(1, 80).Draw(t, "n"), rapid.IntRange(0, 80).Draw(t, "m")
		a, _ := cal.Add(kind, d, n)
		ab, _ := cal.Add(kind, a, m)
		both, err := cal.Add(kind, d, n+m)
		if err != nil || ab != both {
			t.Fatalf("%s + %d + %d is %s, in one step %s, %v", d, n, m, ab, both, err)
		}
		if back, _ := cal.Add(kind, both, -m); back != a {
			t.Fatalf("%s − %d is %s, expected %s", both, m, back, a)
		}
		if count, _ := cal.Between(kind, d, both); count != n+m {
			t.Fatalf("%d days lie between %s and %s, expected %d", count, d, both, n+m)
		}
	})
}

func TestALaterStartIsNeverDueEarlier(t *testing.T) {
	t.Parallel()
	cal := mustCalendar(t)
	rapid.Check(t, func(t *rapid.T) {
		kind, d, n := anyCountedKind().Draw(t, "kind"), anyDay().Draw(t, "day"), rapid.IntRange(-60, 60).Draw(t, "n")
		a, _ := cal.Add(kind, d, n)
		b, _ := cal.Add(kind, d+1, n)
		more, _ := cal.Add(kind, d, n+1)
		if b < a || n != 0 && more <= a { // 0 from a day that does not count is the same day as 1
			t.Fatalf("%s + %d = %s, a day later %s, one more %s", d, n, a, b, more)
		}
	})
}

// TestAddAgreesWithCountingOnTheFingers compares with the obvious slow method.
func TestAddAgreesWithCountingOnTheFingers(t *testing.T) {
	t.Parallel()
	cal := mustCalendar(t)
	rapid.Check(t, func(t *rapid.T) {
		kind, d, n := anyCountedKind().Draw(t, "kind"), anyDay().Draw(t, "day"), rapid.IntRange(1, 70).Draw(t, "n")
		slow := d
		for left := n; left > 0; {
			slow++
			if counts, _ := cal.Counts(kind, slow); counts {
				left--
			}
		}
		if got, err := cal.Add(kind, d, n); err != nil || got != slow {
			t.Fatalf("got %s, %v, expected %s", got, err, slow)
		}
	})
}

func TestOutsideTheTableIsSaidNotGuessed(t *testing.T) {
	t.Parallel()
	cal := mustCalendar(t)
	if _, err := cal.Add(WorkingDays, MustDate("1994-12-30"), 3); err == nil {
		t.Error("counting from 1994 was answered")
	}
	if _, err := cal.Add(WorkingDays, MustDate("2030-12-20"), 30); err == nil {
		t.Error("counting into 2031 was answered")
	}
	if _, err := cal.Add("bank", MustDate("2024-01-01"), 1); err == nil {
		t.Error("an unknown kind of day was answered")
	}
	if cal.Covers(WorkingDays, MustDate("2031-01-01")) || !cal.Covers(WorkingDays, MustDate("2030-12-31")) {
		t.Error("Covers disagrees with the table")
	}
}

// easterSunday is the anonymous Gregorian computation (Meeus, Astronomical
// Algorithms, chapter 8), independent of the table under test.
func easterSunday(y int) Date {
	a, b, c := y%19, y/100, y%100
	d, e := b/4, b%4
	g := (b - (b+8)/25 + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	l := (32 + 2*e + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	return NewDate(y, time.Month((h+l-7*m+114)/31), (h+l-7*m+114)%31+1)
}

func TestTheTableHasEasterEveryYearAndEightDaysInAnOrdinaryOne(t *testing.T) {
	t.Parallel()
	h, err := readHolidays(definitions.Files, englandWalesFile)
	if err != nil {
		t.Fatal(err)
	}
	perYear := map[int]int{}
	for d := range h.days {
		y, _, _ := d.YMD()
		perYear[y]++
	}
	// Years with one or two days more than eight, each by proclamation.
	extra := map[int]int{1999: 1, 2002: 1, 2011: 1, 2012: 1, 2022: 2, 2023: 1}
	for y := 1995; y <= 2030; y++ {
		if perYear[y] != 8+extra[y] {
			t.Errorf("%d has %d holidays, expected %d", y, perYear[y], 8+extra[y])
		}
		sunday := easterSunday(y)
		if h.days[sunday-2] != "Good Friday" || h.days[sunday+1] != "Easter Monday" {
			t.Errorf("%d: Good Friday or Easter Monday is missing around %s", y, sunday)
		}
	}
}

func TestOneOffHolidaysStandAndTheDaysTheyLeftWork(t *testing.T) {
	t.Parallel()
	cal := mustCalendar(t)
	for day, works := range map[string]bool{
		"1995-05-01": true, "1995-05-08": false, // 50 years since VE Day
		"1999-12-31": false,                                          // millennium
		"2002-05-27": true, "2002-06-03": false, "2002-06-04": false, // Golden Jubilee
		"2011-04-29": false,                                          // royal wedding
		"2012-05-28": true, "2012-06-04": false, "2012-06-05": false, // Diamond Jubilee
		"2020-05-04": true, "2020-05-08": false, // 75 years since VE Day
		"2022-05-30": true, "2022-06-02": false, "2022-06-03": false, // Platinum Jubilee
		"2022-09-19": false,                      // state funeral
		"2023-05-08": false, "2023-05-01": false, // coronation, beside the ordinary May day
		"2021-12-27": false, "2021-12-28": false, "2022-01-03": false, // substitutes
		"2024-12-24": true,
	} {
		if got, err := cal.Counts(WorkingDays, MustDate(day)); err != nil || got != works {
			t.Errorf("%s: working %v, %v, expected %v", day, got, err, works)
		}
	}
}

func TestABadHolidayTableIsRefused(t *testing.T) {
	t.Parallel()
	good := "id: x\nname: x\nsource: x\nfrom: 2024-01-01\nuntil: 2024-12-31\ndays:\n"
	for name, days := range map[string]string{
		"a weekend":       "  - {date: 2024-03-30, name: x}\n",
		"out of order":    "  - {date: 2024-12-25, name: x}\n  - {date: 2024-01-01, name: x}\n",
		"twice":           "  - {date: 2024-12-25, name: x}\n  - {date: 2024-12-25, name: x}\n",
		"outside":         "  - {date: 2025-12-25, name: x}\n",
		"no date":         "  - {date: soon, name: x}\n",
		"an unknown word": "  - {day: 2024-12-25, name: x}\n",
	} {
		if _, err := parseHolidays([]byte(good + days)); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func FuzzParseHolidays(f *testing.F) {
	for _, name := range []string{englandWalesFile, restOfUKFile} {
		text, err := os.ReadFile("../../definitions/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		h, err := parseHolidays(text)
		if err != nil {
			return
		}
		c := newCountedDays(h.from, h.until, h.days)
		if len(c.days) > len(c.upTo) {
			t.Error("more working days than days")
		}
	})
}

func BenchmarkAddWorkingDays(b *testing.B) {
	cal := mustCalendar(b)
	d := MustDate("2015-01-01")
	for i := range b.N {
		if _, err := cal.Add(WorkingDays, d+Date(i%3000), 60); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2024-02-29", "2023-02-29", "0001-01-01", "0000-12-31", "9999-12-31", "2024-3-1", "", "2024-03-29T00:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDate(text)
		if err == nil && d.String() != text && !(d.IsZero() && text == "0001-01-01") {
			t.Errorf("%q was read as %q", text, d)
		}
	})
}
