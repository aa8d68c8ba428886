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
	Name string
	N    string // signals
	None string // said when there is none
	Rows []dueRow
	Next string // where the list goes on
}

// dueRow is one signal with its clocks of the group.
type dueRow struct {
	Ref, Href   string
	Kind, Where string
	Next        string // whose move it is
	Clocks      []dueClockRow
}

// dueClockRow is one clock.
type dueClockRow struct {
	Clock               component.Clock
	Name, Rule, Started string
	Due, Stops          string
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
	whose := org.Organisation{Code: r.tenant, Name: r.tenantName()}.Called()
	d, empty := digest.Daily(&c, whose, r.moment)
	p := &duePage{
		base: base{Title: "Clocks that need somebody", Place: placeSignals, Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Signals", Href: r.link(string(placeSignals))}}}},
		Lead: d.Lead, Problems: c.Problems, Mail: !r.scope.Past(),
	}
	if empty {
		p.Lead = "Nothing is overdue and nothing is due soon, because every running clock at " + whose + " has longer than its warning."
	}
	if after.Ref != "" {
		p.Lead = "Overdue clocks, from where the list before ended."
	}
	group := func(name, none string, list []digest.Clock) {
		g := dueGroup{Name: name, None: none, Rows: dueRows(r, list, names)}
		if g.N = number(len(g.Rows)); len(p.Groups) == 0 && c.Signals > len(g.Rows) {
			g.N += " of " + number(c.Signals)
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

// dueRows is one row for each signal, in the order of its first clock.
func dueRows(r *request, list []digest.Clock, names func(org.Code) string) (rows []dueRow) {
	at := map[string]int{}
	for i := range list {
		c := &list[i]
		ref := c.Signal.Reference
		n, held := at[ref]
		if !held {
			r.shown("signal/" + ref)
			where := "no provider named"
			if code := c.Signal.Place.Provider; code != "" {
				where = names(code)
			}
			n, at[ref] = len(rows), len(rows)
			rows = append(rows, dueRow{Ref: ref, Href: r.link(signalPath(ref)), Kind: c.Signal.Kind.Words(), Where: where, Next: c.NextStep()})
		}
		state := component.ClockDue
		if c.State == calendar.ClockOverdue {
			state = component.ClockOver
		}
		rows[n].Clocks = append(rows[n].Clocks, dueClockRow{
			Clock: component.Clock{State: state, Text: c.Left(r.moment)}, Name: c.Clock.Name, Rule: c.Rule(),
			Started: momentOf(c.Clock.Start) + ", " + c.Clock.StartedBy, Due: c.DueWords(), Stops: c.StopWords(),
		})
	}
	return rows
}
