package intake

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"candour/internal/calendar"
)

// PeriodRule says where the period of a layout stands: in a column of each row,
// in a labelled cell above the header, in the header itself (months), or in
// the file's name.
type PeriodRule struct {
	Kind calendar.Kind `yaml:"kind"` // what the period is: month, financial_year, rolling12, …

	Column string `yaml:"column"` // key of a column
	Year   string `yaml:"year"`   // keys of two columns: a year and
	Month  string `yaml:"month"`  // a month's number or name
	// Whole says that every row has the same period, which is the file's.
	Whole bool `yaml:"whole"`

	Label string `yaml:"label"` // of a cell above the header whose neighbour holds the period

	// FileName takes the period from the file's name, where exactly one is in it.
	FileName bool `yaml:"file_name"`
	// Publication reads the month in the file's name as the month of publication,
	// and says by how many months the data ended earlier.
	Publication *PublicationRule `yaml:"publication"`
	// Any says that rows carry periods of any kind, in our own form.
	Any bool `yaml:"any"`
	// USDates says that 1/2/2025 is the 2nd of January.
	USDates bool `yaml:"us_dates"`
}

// PublicationRule is a publisher's calendar: a file published in a month holds
// data which ended so many months earlier. Months limits it to those in which
// the publication came out; in others the rule says nothing and a person is asked.
type PublicationRule struct {
	EndedMonthsBefore int    `yaml:"ended_months_before"`
	Months            []int  `yaml:"months"`
	From              string `yaml:"from"` // first month of publication for which the rule holds
	To                string `yaml:"to"`   // last
}

// PublishedRule says where the day of publication stands: a pattern with one
// group, tried on every cell above the header, and on the sheets named.
type PublishedRule struct {
	Pattern string `yaml:"pattern"`
	Label   string `yaml:"label"`  // or a labelled cell above the header
	Sheets  string `yaml:"sheets"` // pattern for the names of other sheets to look in, such as a cover

	pattern, sheets *regexp.Regexp
}

func (r *PublishedRule) prepare(c *complaint) {
	r.pattern = c.pattern("published: pattern", r.Pattern)
	r.sheets = c.pattern("published: sheets", r.Sheets)
	c.say(r.pattern != nil && r.pattern.NumSubexp() != 1, "published: pattern needs exactly one group")
}

func (r *PeriodRule) prepare(c *complaint, l *Layout, needed bool) {
	l.keys(c, "period", r.Column, r.Year, r.Month)
	c.say(needed && (r.Kind == calendar.NoPeriod) != r.Any, "period: kind is empty, or kind and any are both given")
	c.say((r.Year == "") != (r.Month == ""), "period: year and month go together")
	if p := r.Publication; p != nil {
		c.say(!r.FileName, "period: publication needs file_name")
		for _, text := range []string{p.From, p.To} {
			_, err := calendar.ParsePeriod(text)
			c.say(err != nil, "period: publication: %q is not a month", text)
		}
	}
}

// inRows reports whether each row has its own period.
func (r *PeriodRule) inRows() bool { return r.Column != "" || r.Year != "" }

var monthNames = map[string]time.Month{}

func init() {
	for m := time.January; m <= time.December; m++ {
		name := strings.ToLower(m.String())
		monthNames[name] = m
		monthNames[name[:3]] = m
	}
	monthNames["sept"] = time.September
}

// parsePeriodText reads a period as publishers write it:
//
//	2024-03, 2024-03-01, 202403         a month, or a day when days are asked for
//	March 2024, Mar-24, MSitAE-MARCH-2024   a month
//	2012 to 2013, 2012/13, 2012-13, FY2012  a financial year
//	2024                                a year
//	2024-Q1, R12-2024-03                our own forms
//
// It is false when there is no period of the kind in the text, or more than one.
func parsePeriodText(text string, kind calendar.Kind, us bool) (calendar.Period, bool) {
	text = strings.TrimSpace(text)
	if p, err := calendar.ParsePeriod(text); err == nil && p.Kind() == kind && plausible(p.Start().Year()) {
		return p, true
	}
	switch kind {
	case calendar.Day:
		t, ok := parseDateIn(text, us)
		return calendar.DayOf(t), ok
	case calendar.Year:
		y, err := strconv.Atoi(text)
		return calendar.NewYear(y), err == nil && plausible(y)
	case calendar.FinancialYear:
		return financialYear(text)
	case calendar.Month, calendar.Quarter, calendar.Rolling12:
		p, ok := monthIn(text, us)
		if !ok {
			return calendar.Period{}, false
		}
		return ofKind(p, kind), true
	}
	return calendar.Period{}, false
}

// ofKind is the period of kind which ends with the month.
func ofKind(month calendar.Period, kind calendar.Kind) calendar.Period {
	t := month.Start()
	switch kind {
	case calendar.Quarter:
		return calendar.NewQuarter(t.Year(), (int(t.Month())-1)/3+1)
	case calendar.Rolling12:
		return calendar.TwelveMonthsTo(t.Year(), t.Month())
	case calendar.FinancialYear:
		if t.Month() < time.April {
			return calendar.NewFinancialYear(t.Year() - 1)
		}
		return calendar.NewFinancialYear(t.Year())
	case calendar.Year:
		return calendar.NewYear(t.Year())
	}
	return month
}

func plausible(year int) bool { return year >= 1948 && year < 2100 }

var yearPair = regexp.MustCompile(`^(?:FY)?(\d{4})\s*(?:to|/|-|–)\s*(\d{2}|\d{4})$`)

func financialYear(text string) (calendar.Period, bool) {
	m := yearPair.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return calendar.Period{}, false
	}
	from, _ := strconv.Atoi(m[1])
	to, _ := strconv.Atoi(m[2])
	if len(m[2]) == 2 {
		return calendar.NewFinancialYear(from), plausible(from) && (from+1)%100 == to
	}
	return calendar.NewFinancialYear(from), plausible(from) && from+1 == to
}

var (
	wordMonth = regexp.MustCompile(`(?i)(?:^|[^a-z])(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)[^a-z0-9]{0,3}(\d{4}|\d{2})(?:[^0-9]|$)`)
	yearFirst = regexp.MustCompile(`(?i)(?:^|[^0-9])(\d{4})[-_ ]{1,3}(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?:[^a-z0-9]|$)`)
	isoMonth  = regexp.MustCompile(`(?:^|[^0-9])(\d{4})-(\d{2})(?:-(\d{2}))?(?:[^0-9]|$)`)
	plain8    = regexp.MustCompile(`(?:^|[^0-9])(20\d{2}|19\d{2})(0[1-9]|1[0-2])([0-3]\d)?(?:[^0-9]|$)`)
)

// monthIn is the one month that text names; false when it names none, or two
// that differ.
func monthIn(text string, us bool) (calendar.Period, bool) {
	if !strings.ContainsAny(text, "0123456789") {
		return calendar.Period{}, false // every month is named with its year
	}
	var found []calendar.Period
	add := func(year int, m time.Month) {
		if year < 100 {
			year += 2000
		}
		if plausible(year) && m >= time.January && m <= time.December {
			found = append(found, calendar.NewMonth(year, m))
		}
	}
	for _, m := range wordMonth.FindAllStringSubmatch(text, -1) {
		year, _ := strconv.Atoi(m[2])
		add(year, monthNames[strings.ToLower(m[1])])
	}
	for _, m := range yearFirst.FindAllStringSubmatch(text, -1) {
		year, _ := strconv.Atoi(m[1])
		add(year, monthNames[strings.ToLower(m[2])])
	}
	for _, re := range []*regexp.Regexp{isoMonth, plain8} {
		for _, m := range re.FindAllStringSubmatch(text, -1) {
			year, _ := strconv.Atoi(m[1])
			month, _ := strconv.Atoi(m[2])
			add(year, time.Month(month))
		}
	}
	if len(found) == 0 {
		if t, ok := parseDateIn(text, us); ok {
			return calendar.MonthOf(t), true
		}
		return calendar.Period{}, false
	}
	found = slices.Compact(found)
	return found[0], len(found) == 1
}

// monthOfYear reads a month from a column of years and one of months. The year
// may be a financial year (2010-11): its first calendar year counts from April.
// The month may be a quarter of it, Q1 to Q4, whose last month it then is.
func monthOfYear(year, month string) (calendar.Period, bool) {
	month = strings.ToLower(strings.TrimSpace(month))
	m := monthNames[month]
	if len(month) == 2 && month[0] == 'q' && month[1] >= '1' && month[1] <= '4' {
		m = [...]time.Month{time.June, time.September, time.December, time.March}[month[1]-'1'] // the NHS year begins in April
	}
	if n, err := strconv.Atoi(strings.TrimSuffix(month, ".0")); err == nil {
		m = time.Month(n)
	}
	if m < time.January || m > time.December {
		return calendar.Period{}, false
	}
	if fy, ok := financialYear(year); ok {
		y := fy.Start().Year()
		if m < time.April {
			y++
		}
		return calendar.NewMonth(y, m), true
	}
	y, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(year), ".0"))
	return calendar.NewMonth(y, m), err == nil && plausible(y)
}

// fromFileName is the period that a file's name tells, and the month of
// publication when that is what the name holds. Suffixes like -1-1 and
// -3euC4-1, which upload systems add, don't disturb it.
func (r *PeriodRule) fromFileName(name string) (period calendar.Period, published time.Time, ok bool) {
	month, ok := monthIn(strings.ToLower(stem(name)), false)
	if !ok {
		return calendar.Period{}, time.Time{}, false
	}
	p := r.Publication
	if p == nil {
		return ofKind(month, r.Kind), time.Time{}, true
	}
	from, _ := calendar.ParsePeriod(p.From)
	to, _ := calendar.ParsePeriod(p.To)
	if len(p.Months) > 0 && !slices.Contains(p.Months, int(month.Start().Month())) ||
		!from.IsZero() && month.Compare(from) < 0 || !to.IsZero() && month.Compare(to) > 0 {
		return calendar.Period{}, time.Time{}, false
	}
	return ofKind(month.Add(-p.EndedMonthsBefore), r.Kind), month.Start(), true
}

// stem is a file's base name without its folders and ending.
func stem(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	return name
}

var ordinal = regexp.MustCompile(`(\d)(?:st|nd|rd|th)\b`)

var dateForms = []string{
	"2006-01-02", "20060102", "2006-01-02T15:04:05", "2006-01-02 15:04:05",
	"2 January 2006", "2 Jan 2006", "2-Jan-2006", "2-Jan-06", "January 2006",
}

// parseDate reads a day as publishers write it; a month alone is its first day.
// Day and month both in figures with slashes are British: 5/3/2024 is in March.
func parseDate(text string) (time.Time, bool) { return parseDateIn(text, false) }

func parseDateIn(text string, us bool) (time.Time, bool) {
	if len(text) != len("20060102") && strings.Trim(text, "0123456789.") == "" {
		return excelDay(text) // a figure, as nearly every cell is
	}
	text = ordinal.ReplaceAllString(strings.Join(strings.Fields(text), " "), "$1")
	forms := append(slices.Clone(dateForms), "2/1/2006", "2/1/2006 15:04", "2/1/2006 15:04:05")
	if us {
		forms = append(slices.Clone(dateForms), "1/2/2006", "1/2/2006 3:04:05 PM", "1/2/2006 15:04:05")
	}
	for _, form := range forms {
		if t, err := time.Parse(form, text); err == nil && plausible(t.Year()) {
			return t.UTC().Truncate(24 * time.Hour), true
		}
	}
	return excelDay(text)
}

// excelDay reads the day numbers that workbooks hold for dates: days since 30
// December 1899. Only 2000 to 2049 are taken, as no other period is written with
// five figures.
func excelDay(text string) (time.Time, bool) {
	n, err := strconv.Atoi(strings.TrimSuffix(text, ".0"))
	if err != nil || n < 36526 || n > 54788 {
		return time.Time{}, false
	}
	return time.Date(1899, 12, 30+n, 0, 0, 0, 0, time.UTC), true
}
