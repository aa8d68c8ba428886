package intake

import (
	"testing"

	"candour/internal/calendar"
)

func TestPeriodsAsPublishersWriteThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		kind calendar.Kind
		want string // "" is none
	}{
		{"MSitAE-NOVEMBER-2024", calendar.Month, "2024-11"},
		{"RTT-January-2026", calendar.Month, "2026-01"},
		{"June 2025", calendar.Month, "2025-06"},
		{"2017-03-01", calendar.Month, "2017-03"},
		{"2024-02", calendar.Month, "2024-02"},
		{"202402", calendar.Month, "2024-02"},
		{"Sept-24", calendar.Month, "2024-09"},
		{"01/03/2024", calendar.Month, "2024-03"},
		{"45717", calendar.Month, "2025-03"}, // a workbook's day number
		{"2010-11", calendar.FinancialYear, "FY2010"},
		{"2012 to 2013", calendar.FinancialYear, "FY2012"},
		{"2012/13", calendar.FinancialYear, "FY2012"},
		{"2012/14", calendar.FinancialYear, ""},
		{"2016", calendar.Year, "2016"},
		{"1016", calendar.Year, ""},
		{"30 June 2024", calendar.Quarter, "2024-Q2"},
		{"March 2024", calendar.Rolling12, "R12-2024-03"},
		{"5 March 2024", calendar.Day, "2024-03-05"},
		{"Maybe 2024", calendar.Month, ""},
		{"April 2024 or May 2024", calendar.Month, ""},
		{"Total", calendar.Month, ""},
		{"", calendar.Month, ""},
	} {
		p, ok := parsePeriodText(c.text, c.kind, false)
		if !ok {
			p = calendar.Period{}
		}
		if p.String() != c.want {
			t.Errorf("%q as a %s: got %q, want %q", c.text, c.kind, p, c.want)
		}
	}
}

func TestAFileNameTellsItsPeriodOnlyWhenUnambiguous(t *testing.T) {
	t.Parallel()
	rule := PeriodRule{Kind: calendar.Month, FileName: true}
	for name, want := range map[string]string{
		"April-2025-AE.csv": "2025-04", "June-2025-AE-by-provider-3euC4-1.xlsx": "2025-06", "Full-CSV-data-file-Jan26-ZIP-4M-WL5BiP.zip": "2026-01",
		"Monthly-AE-June-2025-1-1.csv": "2025-06", "folder/2024-07/Provider_April-2025.csv": "2025-04", "20260131-RTT-January-2026-full-extract.csv": "2026-01",
		"AE-sheet.csv": "", "AE-April-2025-to-May-2025.csv": "", "report-2025.csv": "",
	} {
		p, _, ok := rule.fromFileName(name)
		if !ok {
			p = calendar.Period{}
		}
		if p.String() != want {
			t.Errorf("%s: got %q, want %q", name, p, want)
		}
	}
}

func TestYearAndMonthInTwoColumns(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{
		{"2010-11", "June", "2010-06"},
		{"2010-11", "March", "2011-03"},
		{"2019", "3", "2019-03"},
		{"2019", "12.0", "2019-12"},
		{"2010/11", "Q1", "2010-06"},
		{"2010/11", "Q4", "2011-03"},
		{"2019", "13", ""},
		{"", "3", ""},
		{"2019", "Q5", ""},
	} {
		p, ok := monthOfYear(c[0], c[1])
		if !ok {
			p = calendar.Period{}
		}
		if p.String() != c[2] {
			t.Errorf("%s %s: got %q, want %q", c[0], c[1], p, c[2])
		}
	}
}

func TestDaysAsPublishersWriteThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		us   bool
		want string
	}{
		{"10th July 2025", false, "2025-07-10"},
		{"21st November 2024", false, "2024-11-21"},
		{"September 2015", false, "2015-09-01"},
		{"20130401", false, "2013-04-01"},
		{"1/2/2025 12:00:00 AM", true, "2025-01-02"},
		{"5/3/2024", false, "2024-03-05"},
		{"2025-01-02", true, "2025-01-02"},
		{"31/02/2024", false, ""},
		{"yesterday", false, ""},
		{"0001-01-01", false, ""},
	} {
		d, ok := parseDateIn(c.text, c.us)
		got := ""
		if ok {
			got = d.Format("2006-01-02")
		}
		if got != c.want {
			t.Errorf("%q (American %v): got %q, want %q", c.text, c.us, got, c.want)
		}
	}
}

func TestNumbersAsPublishersWriteThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{
		"0": 0, "12": 12, " 12 ": 12, "12.50": 12.5, "16,839": 16839, "1,234,567.5": 1234567.5, "73.20%": 0.732, "-3": -3, ".5": .5, "1.5E3": 1500,
		"-5.8118622750043869E-2": -0.058118622750043869, "9007199254740993": 9007199254740992,
	} {
		if got, ok := parseNumber(text); !ok || !nearly(got, want, 1e-12) {
			t.Errorf("%q: got %v %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", " ", "-", "*", "x", "[x]", "NA", "--", "12,5", "1,23,456", "0x10", "Inf", "NaN", "1e999", "12a", "1 234", "１２"} {
		if v, ok := parseNumber(text); ok {
			t.Errorf("%q is no number, got %v", text, v)
		}
	}
}

func FuzzPeriodText(f *testing.F) {
	for _, s := range []string{"MSitAE-NOVEMBER-2024", "2012 to 2013", "45717", "10th July 2025", "R12-2024-03", "2010-11"} {
		f.Add(s, uint8(1))
	}
	f.Fuzz(func(t *testing.T, s string, kind uint8) {
		k := calendar.Kind(kind%6 + 1)
		if p, ok := parsePeriodText(s, k, kind > 100); ok {
			if p.Kind() != k {
				t.Fatalf("%q as a %s gave a %s", s, k, p.Kind())
			}
			if again, err := calendar.ParsePeriod(p.String()); err != nil || again != p {
				t.Fatalf("%q gave %q, which does not read back: %v", s, p, err)
			}
		}
		_, _ = monthOfYear(s, s)
		_, _ = parseNumber(s)
	})
}
