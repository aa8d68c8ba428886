package web

import (
	"candour/internal/digest"
	"candour/internal/fault"
	"candour/internal/web/component"
)

// digestPath is the weekly digest.
const digestPath = "/digest"

// digestWeeks is how many weeks the picker offers.
const digestWeeks = 26

// digestPage is the week in under five minutes.
type digestPage struct {
	base
	Lead    string
	Minutes string
	SoFar   bool // the week has not ended
	Picker  component.Select
	AsOf    string
	Before  string // the week before
	Next    string // the week after; empty is none yet
	Parts   []digestPart
	Small   []string
	Mail    string // the way to having it by e-mail; empty in the past, and for who may not be sent it
}

// digestPart is one heading.
type digestPart struct {
	Heading  string
	Sentence string
	Items    []digestItem
	More     component.Link
}

// digestItem is one line.
type digestItem struct {
	Link component.Link
	Text string
}

func (*digestPage) template() string { return "digest" }

func (s *Server) digestShow(r *request) (answer, error) {
	newest := digest.WeekOf(r.moment)
	week := newest.Before()
	text := r.query("week")
	if text != "" {
		var err error
		if week, err = digest.ParseWeek(text); err != nil {
			return nil, err
		}
		if week.Begins().After(r.moment) {
			return nil, fault.New(fault.Invalid, "the week %s has not begun", week)
		}
	}
	made, err := s.digests().Week(r.Context(), r.scope, week, r.moment, false)
	if err == nil && text == "" && len(made.Now) == 0 { // nothing was judged yet: what came since is all there is
		week = newest
		made, err = s.digests().Week(r.Context(), r.scope, week, r.moment, false)
	}
	if err != nil {
		return nil, err
	}
	d := digest.Weekly(&made)
	p := &digestPage{
		base: base{Title: d.Title, Place: placeWatchList, Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Watch list", Href: r.link(string(placeWatchList))}}}},
		Lead: d.Lead, Minutes: count(d.Minutes(), "minute", "minutes"), SoFar: week == newest, Small: d.Small, AsOf: r.asof,
		Picker: weekPicker(newest, week), Before: r.here("week", week.Before().String()),
	}
	if p.Mail, err = s.weeklyWords(r); err != nil {
		return nil, err
	}
	if week != newest {
		p.Next = r.here("week", week.Next().String())
	}
	for _, part := range d.Parts {
		p.Parts = append(p.Parts, digestPartOf(r, part))
	}
	r.shown("digest/" + week.String())
	return p, nil
}

func digestPartOf(r *request, part digest.Part) digestPart {
	to := func(l digest.Link) component.Link {
		if l.Path == "" {
			return component.Link{Text: l.Text}
		}
		return component.Link{Text: l.Text, Href: r.link(l.Path)}
	}
	out := digestPart{Heading: part.Heading, Sentence: part.Sentence, More: to(part.More)}
	for _, i := range part.Items {
		out.Items = append(out.Items, digestItem{to(i.Link), i.Text})
	}
	return out
}

// weekPicker offers the last half year, and the week shown.
func weekPicker(newest, shown digest.Week) component.Select {
	p := component.Select{Field: component.Field{Name: "week", Label: component.Label{Text: "Week"}}, Value: shown.String()}
	held := false
	for w, i := newest, 0; i < digestWeeks; w, i = w.Before(), i+1 {
		text := w.Words()
		if i == 0 {
			text += ", so far"
		}
		p.Options = append(p.Options, component.Option{Value: w.String(), Text: text})
		held = held || w == shown
	}
	if !held {
		p.Options = append(p.Options, component.Option{Value: shown.String(), Text: shown.Words()})
	}
	return p
}
