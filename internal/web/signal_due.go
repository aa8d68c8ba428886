package web

import (
	"candour/internal/calendar"
	"candour/internal/digest"
	"candour/internal/org"
	"candour/internal/web/component"
)

// duePage lists the clocks that need somebody: overdue, the six months of a
// complaint that end soon, and due soon; each with what a reader needs to check it
// by hand.
type duePage struct {
	base
	Lead     string
	Groups   []dueGroup
	Problems []string
	Mail     bool // the list can be had by e-mail
}

// dueGroup is the clocks of one state.
type dueGroup struct {
	Name  string
	N     string
	None  string
	Table component.Region
	Next  string // where the list goes on
}

func (*duePage) template() string { return "signals-due" }

// digests reads what digests are made from.
func (s *Server) digests() *digest.Reader {
	return &digest.Reader{Store: s.store, Catalogue: s.Catalogue, Rulebook: s.Desk.Rulebook, Params: fusion()}
}

func (s *Server) signalsDue(r *request) (answer, error) {
	after := readKey(r)
	c, err := s.digests().Clocks(r.Context(), r.scope, r.moment, after)
	if err != nil {
		return nil, err
	}
	names, err := s.orgNames(r)
	if err != nil {
		return nil, err
	}
	d, empty := digest.Daily(&c, r.tenantName(), r.moment)
	p := &duePage{
		base: base{Title: "Clocks that need somebody", Place: placeSignals, Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Signals", Href: r.link(string(placeSignals))}}}},
		Lead: d.Lead, Problems: c.Problems, Mail: !r.scope.Past(),
	}
	if empty {
		p.Lead = "Nothing is overdue and nothing is due soon, because every running clock at " + r.tenantName() + " has longer than its warning."
	}
	if after.Ref != "" {
		p.Lead = "Overdue clocks, from where the list before ended."
	}
	group := func(name, none string, list []digest.Clock) {
		g := dueGroup{Name: name, N: number(len(list)), None: none}
		if len(list) > 0 {
			g.Table = component.Region{Name: name, Body: clockTable(r, name, list, names)}
		}
		p.Groups = append(p.Groups, g)
	}
	group("Overdue", "Nothing is overdue.", c.Overdue)
	if c.Last.Ref != "" {
		p.Groups[0].Next = r.here("after", c.Last.Ref, "at", keyTime(c.Last.At))
	}
	if after.Ref == "" {
		group("The six months of a complaint end soon", "None. A longer period must be agreed before they end (R-CMP-7).", c.LongStops)
		group("Due soon", "Nothing else is due soon.", c.Soon)
	}
	return p, nil
}

// clockTable is one line for each clock.
func clockTable(r *request, name string, list []digest.Clock, names func(org.Code) string) component.Table {
	t := component.Table{
		Caption: name, CaptionHidden: true, Dense: true, RowHeaders: true,
		Columns: []component.Column{{Heading: "Signal"}, {Heading: "What is due"}, {Heading: "Rule"}, {Heading: "Started"}, {Heading: "Due"}, {Heading: "Time"}, {Heading: "Stops when"}, {Heading: "Next step"}},
	}
	for i := range list {
		c := &list[i]
		ref := c.Signal.Reference
		r.shown("signal/" + ref)
		state := component.ClockDue
		if c.State == calendar.ClockOverdue {
			state = component.ClockOver
		}
		where := names(c.Signal.Place.Provider)
		if where == "" {
			where = "no provider named"
		}
		t.Rows = append(t.Rows, []component.Cell{
			{Body: component.Markup(`<a href="` + htmlText(r.link(signalPath(ref))) + `" data-row>` + htmlText(ref) + `</a><br><span class="cd-src">` + htmlText(c.Signal.Kind.Words()+", "+where) + `</span>`)},
			{Body: c.Clock.Name},
			{Body: c.Rule()},
			{Body: momentOf(c.Clock.Start) + ", " + c.Clock.StartedBy},
			{Body: c.DueWords()},
			{Body: component.Clock{State: state, Text: c.Left(r.moment)}},
			{Body: c.StopWords()},
			{Body: c.NextStep()},
		})
	}
	return t
}
