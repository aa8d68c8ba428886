package calendar

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestPeriodFormsReadAndWriteBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ form, start, end, words string }{
		{"2024-03", "2024-03-01", "2024-04-01", "Mar 2024"},
		{"2024-12", "2024-12-01", "2025-01-01", "Dec 2024"},
		{"2024-Q1", "2024-01-01", "2024-04-01", "Jan to Mar 2024"},
		{"FY2024", "2024-04-01", "2025-04-01", "2024/25"},
		{"FY1999", "1999-04-01", "2000-04-01", "1999/00"},
		{"2024", "2024-01-01", "2025-01-01", "2024"},
		{"R12-2024-03", "2023-04-01", "2024-04-01", "12 months to Mar 2024"},
		{"R12-2024-12", "2024-01-01", "2025-01-01", "12 months to Dec 2024"},
		{"2024-02-29", "2024-02-29", "2024-03-01", "29 Feb 2024"},
	} {
		p, err := ParsePeriod(c.form)
		if err != nil {
			t.Fatalf("%s: %v", c.form, err)
		}
		if p.String() != c.form || p.Start().Format(time.DateOnly) != c.start || p.End().Format(time.DateOnly) != c.end || p.Words() != c.words {
			t.Errorf("%s: got %s, %v to %v, %q", c.form, p, p.Start(), p.End(), p.Words())
		}
	}
}

func TestMalformedPeriodsAreRefused(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"2024-13", "2024-00", "2024-Q5", "2024-Q0", "FY24", "R12-2024", "R12-2024-Q1", "24-03", "2024-3", "2023-02-29", "x", "-001", "R12-R12-2024-03"} {
		if p, err := ParsePeriod(s); err == nil {
			t.Errorf("%q was read as %v", s, p)
		}
	}
}

func TestPeriodsOfOneKindFollowEachOtherWithoutGap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 20000).Draw(t, "day"))
		for _, p := range []Period{MonthOf(day), NewQuarter(day.Year(), 1+int(day.Month()-1)/3), NewYear(day.Year()), DayOf(day)} {
			if p.Start().After(day) || !p.End().After(day) {
				t.Fatalf("%v does not hold %v", p, day)
			}
			if !p.Add(1).Start().Equal(p.End()) || p.Add(1).Compare(p) <= 0 {
				t.Fatalf("%v is not followed by %v", p, p.Add(1))
			}
		}
	})
}

func TestMonthsAndDaysAreReadAsTheStandardLibraryReadsThem(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.StringMatching(`[0-9]{4}-[0-9]{2}(-[0-9]{2})?`), rapid.StringMatching(`[0-2][0-9]{3}-[01][0-9](-[0-3][0-9])?`), rapid.String()).Draw(t, "text")
		form := time.DateOnly
		if len(s) == len("2006-01") {
			form = "2006-01"
		}
		want, err := time.Parse(form, s)
		if p, ours := ParsePeriod(s); form == "2006-01" && ((ours == nil) != (err == nil) || err == nil && (p != MonthOf(want) || p.String() != s)) {
			t.Fatalf("%q was read as %v, %v; expected %v, %v", s, p, ours, want, err)
		}
		if d, ours := ParseDate(s); form == time.DateOnly && s != "" && ((ours == nil) != (err == nil && want.Year() > 0) || ours == nil && d != NewDate(want.Date())) {
			t.Fatalf("%q was read as %v, %v; expected %v, %v", s, d, ours, want, err)
		}
	})
}

func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"2024-03", "R12-2024-03", "FY2024", "2024-Q4", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := ParsePeriod(s); err == nil && p.String() != s {
			t.Fatalf("%q became %q", s, p)
		}
	})
}
