package calendar

import (
	"fmt"
	"io/fs"

	"candour/internal/definition"
	"candour/internal/fault"
)

// HolidayTable is one dated list of days that are not working days, as read from
// definitions/calendar. It answers for the days From to Until and no others.
type HolidayTable struct {
	ID     string       `yaml:"id"`
	Name   string       `yaml:"name"`
	Source string       `yaml:"source"`
	From   string       `yaml:"from"`
	Until  string       `yaml:"until"`
	Days   []HolidayDay `yaml:"days"`
}

// HolidayDay is one day of a HolidayTable and why it is one.
type HolidayDay struct {
	Date string `yaml:"date"`
	Name string `yaml:"name"`
}

// The files, each in definitions/calendar.
const (
	englandWalesFile = "calendar/bank-holidays-england-wales.yaml"
	restOfUKFile     = "calendar/bank-holidays-rest-of-uk.yaml"
)

// LoadCalendar reads the holiday tables from fsys, which is definitions.Files.
func LoadCalendar(fsys fs.FS) (*Calendar, error) {
	england, err := readHolidays(fsys, englandWalesFile)
	if err != nil {
		return nil, err
	}
	rest, err := readHolidays(fsys, restOfUKFile)
	if err != nil {
		return nil, err
	}
	ew := newCountedDays(england.from, england.until, england.days)
	everywhere := make(map[Date]string, len(england.days)+len(rest.days))
	for d, name := range england.days {
		everywhere[d] = name
	}
	for d, name := range rest.days {
		everywhere[d] = name
	}
	return &Calendar{kinds: map[DayKind]*countedDays{
		WorkingDays:     ew,
		OperationalDays: ew,
		UKWorkingDays:   newCountedDays(max(england.from, rest.from), min(england.until, rest.until), everywhere),
	}}, nil
}

// holidays is a HolidayTable with its dates read.
type holidays struct {
	from, until Date
	days        map[Date]string
}

func readHolidays(fsys fs.FS, file string) (holidays, error) {
	text, err := fs.ReadFile(fsys, file)
	if err != nil {
		return holidays{}, fmt.Errorf("read holiday table: %w", err)
	}
	h, err := parseHolidays(text)
	if err != nil {
		return holidays{}, fmt.Errorf("%s: %w", file, err)
	}
	return h, nil
}

// parseHolidays reads and checks one table: dates ascending, each once, each
// within the span, none at a weekend (where a substitute should stand).
func parseHolidays(text []byte) (holidays, error) {
	var t HolidayTable
	if err := definition.Decode(text, &t); err != nil {
		return holidays{}, err
	}
	h := holidays{days: make(map[Date]string, len(t.Days))}
	var err error
	if h.from, err = ParseDate(t.From); err != nil {
		return holidays{}, err
	}
	if h.until, err = ParseDate(t.Until); err != nil {
		return holidays{}, err
	}
	if h.from.IsZero() || h.until <= h.from || h.until-h.from > 400*366 {
		return holidays{}, fault.New(fault.Invalid, "holiday table %q runs from %q to %q, expected two dates in order, at most 400 years apart", t.ID, t.From, t.Until)
	}
	var before Date
	for _, day := range t.Days {
		d, err := ParseDate(day.Date)
		if err != nil {
			return holidays{}, err
		}
		switch {
		case d <= before:
			return holidays{}, fault.New(fault.Invalid, "holiday %s comes after %s, expected ascending dates, each once", d, before)
		case d < h.from || d > h.until:
			return holidays{}, fault.New(fault.Invalid, "holiday %s is outside the table's span %s to %s", d, h.from, h.until)
		case d.Weekday() == 0 || d.Weekday() == 6:
			return holidays{}, fault.New(fault.Invalid, "holiday %s is a %s, expected its substitute on a weekday", d, d.Weekday())
		}
		h.days[d], before = day.Name, d
	}
	return h, nil
}
