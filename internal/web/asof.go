package web

import (
	"context"
	"strconv"
	"time"

	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/web/component"
)

// asOfForms are the forms of a moment in ?asof=. A day alone means its end.
var asOfForms = []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"}

// parseAsOf reads a moment of the past: the number of a memory entry, or a day or
// a day and time as people in England have it. The position is that of the last
// entry at that moment, −1 before the first.
func (s *Server) parseAsOf(ctx context.Context, text string, head int64) (position int64, moment time.Time, err error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		if n < 0 || n > head {
			return 0, moment, fault.New(fault.Invalid, "the memory has no entry %s; the newest is %s", number(n), number(head))
		}
		moment, err = s.store.InstantOf(ctx, n)
		return n, moment, err
	}
	for i, form := range asOfForms {
		t, err := time.ParseInLocation(form, text, calendar.London)
		if err != nil {
			continue
		}
		if i == len(asOfForms)-1 {
			t = t.AddDate(0, 0, 1).Add(-time.Microsecond)
		}
		if t.After(s.now()) {
			if i == len(asOfForms)-1 && t.AddDate(0, 0, -1).Before(s.now()) {
				t = s.now() // today has not ended
			} else {
				return 0, moment, fault.New(fault.Invalid, "%s is still to come", momentOf(t))
			}
		}
		position, err = s.store.PositionAt(ctx, t)
		return position, t, err
	}
	return 0, moment, fault.New(fault.Invalid, "a past moment is a day (2026-09-30), a day and time (2026-09-30T17:00) or the number of a memory entry; %q is none", cut(text))
}

// asOfPage chooses a moment of the past.
type asOfPage struct {
	base
	Lead    string
	Date    component.Input
	Time    component.Input
	Entry   component.Input
	Next    string
	Choices []component.Link
}

func (*asOfPage) template() string { return "as-of" }

// asOfForm shows the picker; with a choice in its query, it leads to the page that
// the reader came from at that moment. It is a GET, so that it works on pages of
// the past as well.
func (s *Server) asOfForm(r *request) (answer, error) {
	next := localPath(r.query("next"))
	date, clock, entry := r.query("date"), r.query("time"), r.query("entry")
	p := &asOfPage{
		base: base{Title: "Read Candour as of a past moment"}, Next: next,
		Date:  component.Input{Field: component.Field{Name: "date", Label: component.Label{Text: "Date"}}, Type: "date", Value: date, Width: 10},
		Time:  component.Input{Field: component.Field{Name: "time", Label: component.Label{Text: "Time"}, Hint: "Without a time, the end of the day."}, Type: "time", Value: clock, Width: 10},
		Entry: component.Input{Field: component.Field{Name: "entry", Label: component.Label{Text: "Or the number of a memory entry"}}, Value: entry, Width: 10, InputMode: "numeric"},
	}
	if r.head < 0 {
		p.Lead = "The memory is empty, so there is no past to look at."
		return p, nil
	}
	p.Lead = "Every page can be read as it stood at any moment since the first entry: no later value, later revision or later judgement is shown."
	p.Choices = s.asOfChoices(r, next)
	if date == "" && clock == "" && entry == "" {
		if r.URL.Query().Has("date") { // the form was sent as it is
			p.wrong("date", "Choose a date, or write the number of an entry")
			p.Date.Error = p.wrongAt("date")
		}
		return p, nil
	}
	text, field, wrong := chosenMoment(date, clock, entry)
	if wrong == "" {
		if _, _, err := s.parseAsOf(r.Context(), text, r.head); err != nil {
			wrong = messageOf(err)
		}
	}
	if wrong == "" {
		return redirect{withAsOf(next, text)}, nil
	}
	p.wrong(field, wrong)
	p.Date.Error, p.Time.Error, p.Entry.Error = p.wrongAt("date"), p.wrongAt("time"), p.wrongAt("entry")
	return p, nil
}

// chosenMoment is what the picker's fields say, as ?asof= has it, and what is wrong with
// which field.
func chosenMoment(date, clock, entry string) (text, field, wrong string) {
	switch {
	case entry != "" && (date != "" || clock != ""):
		return "", "entry", "Give a date or the number of an entry, not both"
	case entry != "":
		if n, err := strconv.Atoi(entry); err != nil || n < 0 {
			return "", "entry", "The number of an entry is a whole number, such as 1204"
		}
		return entry, "entry", ""
	case date == "":
		return "", "date", "Choose the date that the time is of"
	}
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		return "", "date", "Write the date as year, month and day: 2026-09-30"
	}
	if clock == "" {
		return date, "date", ""
	}
	for _, form := range []string{"15:04", "15:04:05"} {
		if _, err := time.Parse(form, clock); err == nil {
			return date + "T" + clock, "date", ""
		}
	}
	return "", "time", "Write the time as hours and minutes: 17:00"
}

// asOfChoices are moments that are often wanted.
func (s *Server) asOfChoices(r *request, next string) []component.Link {
	now := s.now().In(calendar.London)
	at := func(words string, t time.Time) component.Link {
		return component.Link{Text: words, Href: withAsOf(next, t.Format("2006-01-02T15:04:05"))}
	}
	out := []component.Link{
		at("1 minute ago", now.Add(-time.Minute)), at("1 hour ago", now.Add(-time.Hour)),
		{Text: "yesterday, end of the day", Href: withAsOf(next, now.AddDate(0, 0, -1).Format("2006-01-02"))},
		at("1 week ago", now.AddDate(0, 0, -7)), at("1 month ago", now.AddDate(0, -1, 0)), at("1 year ago", now.AddDate(-1, 0, 0)),
	}
	if r.head > 0 {
		out = append(out, component.Link{Text: "one entry before the newest", Href: withAsOf(next, strconv.FormatInt(r.head-1, 10))})
	}
	return out
}
