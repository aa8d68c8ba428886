package web

import (
	"candour/internal/calendar"
	"candour/internal/digest"
	"candour/internal/org"
	"candour/internal/store"
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
	from := readPlace(r)
	c, err := s.digests().Clocks(r.Context(), r.scope, r.moment, from)
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
	if from != (digest.Place{}) {
		p.Lead = "One list, from where the page before ended."
	}
	group := func(list, name, none string, after, next store.SignalKey, all int, clocks ...digest.Clock) {
		if from != (digest.Place{}) && after.Ref == "" {
			return
		}
		g := dueGroup{Name: name, None: none, Rows: dueRows(r, clocks, names)}
		if g.N = number(len(g.Rows)); all > len(g.Rows) {
			g.N += " of " + number(all)
		}
		if next.Ref != "" {
			g.Next = r.here("list", list, "after", next.Ref, "at", keyTime(next.At))
		}
		p.Groups = append(p.Groups, g)
	}
	group("", "Overdue", "Nothing is overdue.", from.Overdue, c.Next.Overdue, c.Signals, append(c.Overdue, c.Beside...)...)
	group("long", "The six months of a complaint end soon", "None. A longer period must be agreed before they end.", from.Long, c.Next.Long, c.LongSignals, c.LongStops...) // R-CMP-7
	group("soon", "Due soon", "Nothing else is due soon.", from.Soon, c.Next.Soon, c.SoonSignals, c.Soon...)
	return p, nil
}

// readPlace is where the page of one of the lists begins.
func readPlace(r *request) (p digest.Place) {
	key := map[string]*store.SignalKey{"": &p.Overdue, "soon": &p.Soon, "long": &p.Long}[r.query("list")]
	if key != nil {
		*key = readKey(r)
	}
	return p
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
