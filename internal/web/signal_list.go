package web

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"candour/internal/calendar"
	"candour/internal/digest"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// signalsPage is the inbox: signals by their clock, never by date of arrival.
type signalsPage struct {
	base
	Lead   string
	Views  component.Segments
	Groups []signalGroup
	Empty  string
	Beside []component.Link // what is made of signals
	Open   *signalPage      // what is read beside the list; nil is nothing
	Before string           // the one before it in the list; empty is none
	After  string           // the one after it
	Alone  string           // its own page
	Shut   string           // the list without it
	Bulk   *togetherForm    // nil where nothing can be changed
	Lately []component.Link
	List   string // the list's query, which the form for many sends back
}

// signalGroup is the signals of one group, the first of them.
type signalGroup struct {
	Name string
	N    string
	Rows []signalRow
	More string // where the rest is listed; empty is no rest
	Next string // the next page of a group listed alone
}

// signalRow is one line of the inbox.
type signalRow struct {
	Href     string
	Ref      string
	Severity *component.Severity // nil is not judged
	Kind     string
	Where    string
	Title    string
	Sealed   bool
	Clock    component.Clock
	Unread   bool   // not opened by the viewer
	Current  bool   // read beside the list
	Pick     string // reference and version, for changing many
	Picked   bool
}

func (*signalsPage) template() string { return "signals" }

// The views of the inbox, by the query's show.
const (
	showToDo    = ""
	showMine    = "mine"
	showUnread  = "unread"
	showSoon    = "soon"
	showDue     = "due" // of one provider, from the watch list
	showWaiting = "waiting"
	showDone    = "done"
	showAll     = "all"
)

// rowsInGroup is how many lines of a group are shown among others, and rowsAlone
// how many of a group by itself.
const (
	rowsInGroup = 20
	rowsAlone   = 50
)

// soonDays is how many days ahead what is due soon is due.
const soonDays = 3

func (s *Server) signals(r *request) (answer, error) { return s.newSignalsPage(r) }

// newSignalsPage reads the list and what is read beside it.
func (s *Server) newSignalsPage(r *request) (*signalsPage, error) {
	p := &signalsPage{base: base{Title: "Signals to deal with", Place: placeSignals}}
	tonight := (calendar.DateOf(r.moment) + 1).Begins()
	sum, err := s.store.SignalsSummary(r.Context(), r.scope, r.moment, tonight, r.moment.AddDate(0, 0, -7))
	if err != nil {
		return nil, err
	}
	show, group := r.query("show"), r.query("group")
	if show == showUnread { // what was opened a moment ago is not unread any more
		if err := s.sights.flush(r.Context()); err != nil {
			return nil, err
		}
	}
	p.lead(sum)
	p.views(r, sum, show)
	p.Beside = besideSignals(r)
	names, err := s.orgNames(r)
	if err != nil {
		return nil, err
	}
	filters := inboxGroups(r, sum, show, tonight)
	switch counted, err := countedOf(r); {
	case err != nil:
		return nil, err
	case counted != nil:
		g, err := s.countedGroup(r, counted)
		if err != nil {
			return nil, err
		}
		filters = []inboxGroup{g}
	}
	for _, g := range filters {
		if group != "" && group != g.id {
			continue
		}
		alone := group != "" || len(filters) == 1
		if g.filter.Limit = rowsInGroup; alone {
			g.filter.Limit = rowsAlone
			g.filter.After = readKey(r)
		}
		lines, err := s.store.Signals(r.Context(), r.scope, g.filter)
		if err != nil {
			return nil, err
		}
		if len(lines) == 0 {
			continue
		}
		out := signalGroup{Name: g.name}
		if show == showDue && g.filter.Provider != "" {
			out.Name += " at " + names(g.filter.Provider)
		}
		if g.n >= 0 {
			out.N = number(g.n)
		}
		for i := range lines {
			out.Rows = append(out.Rows, signalRowOf(r, &lines[i], names(lines[i].Provider), s.Desk.Rulebook.Calendar()))
			r.shown("line/" + lines[i].Ref)
		}
		last := lines[len(lines)-1].Key(g.filter.Newest)
		switch {
		case alone && len(lines) == rowsAlone:
			out.Next = r.here("after", last.Ref, "at", keyTime(last.At))
		case !alone && g.n > len(lines):
			out.More = r.here("group", g.id)
		}
		p.Groups = append(p.Groups, out)
	}
	p.Empty = "No signals to deal with."
	if sum.Waiting > 0 {
		p.Empty += " " + count(sum.Waiting, "waits", "wait") + " for others."
	}
	if show != showToDo {
		p.Empty = "None."
	}
	return p, s.besideTheList(r, p)
}

// inboxGroup is a group of a view: its filter and how many it holds, −1 where that
// isn't counted.
type inboxGroup struct {
	id, name string
	n        int
	filter   store.SignalFilter
}

func inboxGroups(r *request, sum store.SignalsSummary, show string, tonight time.Time) []inboxGroup {
	yes, no := true, false
	switch show {
	case showWaiting:
		return []inboxGroup{{"waiting", "Waiting for others", sum.Waiting, store.SignalFilter{Pile: store.PileWaiting}}}
	case showDone:
		return []inboxGroup{{"done", "Dealt with this week", sum.Done, store.SignalFilter{Pile: store.PileDone, SettledOn: r.moment.AddDate(0, 0, -7), Newest: true}}}
	case showAll:
		f := store.SignalFilter{Newest: true, Provider: code(r.query("provider")), Kind: signal.Kind(r.query("kind")), Theme: r.query("theme")}
		return []inboxGroup{{"all", "All, newest first", -1, f}}
	case showDue: // from the watch list: those of one provider
		f := store.SignalFilter{Pile: store.PileToDo, DueBefore: tonight, Provider: code(r.query("provider"))}
		return []inboxGroup{{"due", "Due today or overdue", -1, f}}
	case showMine:
		return []inboxGroup{{"mine", "Mine to deal with", -1, store.SignalFilter{Pile: store.PileToDo, Assigned: string(r.viewer.Account)}}}
	case showSoon:
		f := store.SignalFilter{Pile: store.PileToDo, DueAfter: r.moment, DueBefore: tonight.AddDate(0, 0, soonDays)}
		return []inboxGroup{{"soon", "Due by " + tonight.AddDate(0, 0, soonDays-1).In(calendar.London).Format("Mon 2 Jan"), -1, f}}
	case showUnread:
		return []inboxGroup{{"unread", "Not yet opened by you", -1, store.SignalFilter{Pile: store.PileToDo, Unread: true}}}
	}
	return []inboxGroup{
		{"overdue", "Overdue", sum.Overdue, store.SignalFilter{Pile: store.PileToDo, DueBefore: r.moment}},
		{"today", "Due today, " + r.moment.In(calendar.London).Format("Mon 2 Jan"), sum.Today, store.SignalFilter{Pile: store.PileToDo, DueAfter: r.moment, DueBefore: tonight}},
		{"new", "New, to triage", sum.New, store.SignalFilter{Pile: store.PileToDo, DueAfter: tonight, Triaged: &no}},
		{"later", "Due later", sum.Later, store.SignalFilter{Pile: store.PileToDo, DueAfter: tonight, Triaged: &yes}},
	}
}

func (p *signalsPage) lead(c store.SignalsSummary) {
	if c.ToDo() == 0 {
		p.Lead = "Nothing is to deal with. " + count(c.Done, "signal was", "signals were") + " dealt with this week."
		return
	}
	var parts []string
	for _, x := range []struct {
		n    int
		text string
	}{{c.Overdue, "overdue"}, {c.Today, "due today"}, {c.New, "new"}, {c.Later, "due later"}} {
		if x.n > 0 {
			parts = append(parts, number(x.n)+" "+x.text)
		}
	}
	p.Lead = count(c.ToDo(), "signal", "signals") + ": " + list(parts) + "."
}

func (p *signalsPage) views(r *request, c store.SignalsSummary, show string) {
	p.Views.Name = "Show"
	for _, v := range []struct{ show, text string }{
		{showToDo, fmt.Sprintf("To deal with (%s)", number(c.ToDo()))},
		{showSoon, "Due soon"},
		{showMine, "Mine"},
		{showUnread, "Unread"},
		{showWaiting, fmt.Sprintf("Waiting for others (%s)", number(c.Waiting))},
		{showDone, fmt.Sprintf("Dealt with this week (%s)", number(c.Done))},
		{showAll, "All"},
	} {
		href := string(placeSignals)
		if v.show != "" {
			href += "?show=" + v.show
		}
		p.Views.Items = append(p.Views.Items, component.Segment{Text: v.text, Href: r.link(href), Current: v.show == show})
	}
	p.Views.Items = append(p.Views.Items, component.Segment{Text: "Clocks", Href: r.link(digest.DuePath)})
}

// providerUnknown stands for the provider of a message that does not say of whom it
// speaks, until somebody who sorts it does.
const providerUnknown = "Provider not yet known"

func signalRowOf(r *request, l *store.SignalLine, where string, cal *calendar.Calendar) signalRow {
	row := signalRow{
		Pick: l.Ref + "@" + strconv.Itoa(l.Version),
		Href: r.link(signalPath(l.Ref)), Ref: l.Ref, Kind: l.Kind.Words(), Where: where, Title: l.Title, Sealed: l.Sealed, Clock: dueClock(cal, l.Due, l.DueName, r.moment),
	}
	if l.Provider == "" {
		row.Where = providerUnknown
	}
	if l.Ward != "" {
		row.Where += ", " + strings.ToLower(l.Ward[:1]) + l.Ward[1:]
	}
	row.Severity = severityOf(l.Severity)
	return row
}

func severityOf(s signal.Severity) *component.Severity {
	if s == signal.NotJudged || s > signal.Gravest {
		return nil
	}
	return &component.Severity{Level: int(s), Hidden: true}
}

func signalPath(ref string) string { return string(placeSignals) + "/" + ref }

// dueClock is the time left or over in words.
func dueClock(cal *calendar.Calendar, due time.Time, what string, now time.Time) component.Clock {
	switch {
	case due.IsZero():
		return component.Clock{Text: "nothing due"}
	case !due.After(now):
		n, err := cal.Between(calendar.WorkingDays, lastDay(due), calendar.DateOf(now))
		if err != nil || n == 0 {
			return component.Clock{State: component.ClockOver, Text: "over since " + due.In(calendar.London).Format("2 Jan 15:04")}
		}
		return component.Clock{State: component.ClockOver, Text: count(n, "working day over", "working days over")}
	case lastDay(due) == calendar.DateOf(now):
		text := "today"
		if t := due.In(calendar.London); calendar.DateOf(due) == calendar.DateOf(now) {
			text = t.Format("15:04")
		}
		return component.Clock{State: component.ClockDue, Text: text}
	}
	return component.Clock{Text: lastDay(due).Begins().In(calendar.London).Format("Mon 2 Jan")}
}

// lastDay is the last day on which something due at the instant is in time: due
// instants at the beginning of a day belong to the day before.
func lastDay(due time.Time) calendar.Date { return calendar.DateOf(due.Add(-time.Microsecond)) }

// lastMoment is a due instant in words: the day, with its time unless it is the
// day's end.
func lastMoment(due time.Time) string {
	d := lastDay(due)
	if d.Ends().Equal(due) {
		return d.Begins().In(calendar.London).Format("Mon 2 Jan 2006")
	}
	return due.In(calendar.London).Format("Mon 2 Jan 2006, 15:04")
}

// keyTime and readKey carry the place in a list through the address.
func keyTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func readKey(r *request) (k store.SignalKey) {
	k.Ref = r.query("after")
	if t, err := time.Parse(time.RFC3339Nano, r.query("at")); err == nil {
		k.At = t
	}
	return k
}
