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
	text := entry
	if text == "" {
		if text = date; date != "" && clock != "" {
			text += "T" + clock
		}
	}
	if text != "" {
		if _, _, err := s.parseAsOf(r.Context(), text, r.head); err != nil {
			p.wrong("date", messageOf(err))
			p.Date.Error = messageOf(err)
			return p, nil
		}
		return redirect{withAsOf(next, text)}, nil
	}
	p.Choices = s.asOfChoices(r, next)
	return p, nil
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
