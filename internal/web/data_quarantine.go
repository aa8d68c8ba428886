package web

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/indicator"
	"candour/internal/store"
	"candour/internal/watch"
	"candour/internal/web/component"
)

// How many slots and figures the pages list of what the quarantine could change.
const (
	touchesShown = 60
	offersShown  = 100
)

// couldChange is what the quarantine could change, and at most how much.
type couldChange struct {
	Lead    string
	Table   component.Region // empty where no row could be read
	None    bool
	Cut     bool // more slots than are listed
	Figures component.Region
	Offers  int // figures listed
}

// couldChange says what refused rows would touch: indicator, period, providers, and
// at most which share of that period's rows. Two queries, whatever the number of
// deliveries. With one delivery it is of its own page, and names no delivery.
func (s *Server) couldChange(r *request, held []delivery.Delivery) (*couldChange, error) {
	byID, ids := map[delivery.ID]delivery.Delivery{}, make([]delivery.ID, 0, len(held))
	for i, d := range held {
		if i == deliveriesShown {
			break
		}
		if d.Shape != delivery.Signals {
			byID[d.ID] = d
			ids = append(ids, d.ID)
		}
	}
	touches, err := s.store.Touches(r.Context(), r.scope, ids, touchesShown+1)
	if err != nil {
		return nil, err
	}
	out := &couldChange{Cut: len(touches) > touchesShown}
	touches = touches[:min(len(touches), touchesShown)]
	var slots []store.Slot
	for _, t := range touches {
		for _, id := range s.mayMean(t, byID[t.Delivery].Source) {
			slots = append(slots, store.Slot{Indicator: id, Period: t.Period})
		}
	}
	slices.SortFunc(slots, func(a, b store.Slot) int {
		return cmp.Or(cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.Period.String(), b.Period.String()))
	})
	slots = slices.Compact(slots) // several deliveries may touch the same
	counts, err := listing(s, s.listed, r, fmt.Sprint("held ", slots), func(ctx context.Context, sc access.Scope) (map[store.Slot]int, error) {
		return s.store.ValuesHeld(ctx, sc, slots)
	})
	if err != nil {
		return nil, err
	}
	table := component.Table{
		Caption: "What the quarantine could change", CaptionHidden: true, Dense: true,
		Columns: []component.Column{
			{Heading: "Delivery"},
			{Heading: "Indicator"},
			{Heading: "Period"},
			{Heading: "Rows refused", Numeric: true},
			{Heading: "Providers", Numeric: true},
			{Heading: "Rows held now", Numeric: true},
			{Heading: "Share of the period’s rows", Numeric: true},
		},
	}
	most := 0.0
	for _, t := range touches {
		if byID[t.Delivery].Unread() {
			continue // it has one row, below
		}
		cells, share := s.touchRow(r, t, byID[t.Delivery], counts)
		table.Rows = append(table.Rows, cells)
		most = max(most, share)
	}
	for _, id := range ids {
		if d := byID[id]; d.Unread() {
			table.Rows = append(table.Rows, s.wholeRow(r, d))
		}
	}
	out.None = len(table.Rows) == 0
	out.Lead = changeLead(touches, most)
	out.Table = component.Region{Name: "What the quarantine could change", Body: table}
	return out, nil
}

// mayMean is the indicators that a touch may be about: the one that was read, or
// every one of the source.
func (s *Server) mayMean(t store.Touch, source string) (out []indicator.ID) {
	switch {
	case t.Period.IsZero():
		return nil
	case t.Indicator != "":
		return []indicator.ID{t.Indicator}
	}
	for _, id := range s.Catalogue.IDs() {
		if s.Catalogue.Get(id).Source == source {
			out = append(out, id)
		}
	}
	return out
}

// touchRow is one slot's row, with the share that it comes to at most: that of the
// indicator of which the fewest rows are held, where it can't be told which.
func (s *Server) touchRow(r *request, t store.Touch, d delivery.Delivery, counts map[store.Slot]int) (cells []component.Cell, share float64) {
	now := -1
	for _, id := range s.mayMean(t, d.Source) {
		if n := counts[store.Slot{Indicator: id, Period: t.Period}]; n > 0 && (now < 0 || n < now) || t.Indicator != "" {
			now = n
		}
	}
	what, period, providers := component.Cell{Body: "any of " + s.sourceName(d.Source)}, t.Period.Words(), number(t.Providers)
	if t.Indicator != "" {
		what.Body = string(t.Indicator) + ", not defined"
		if def := s.Catalogue.Get(t.Indicator); def != nil {
			what = component.Cell{Body: def.Name, Href: r.link("/indicators/" + string(t.Indicator))}
		}
	}
	if t.Period.IsZero() {
		period = "can’t be read"
	}
	if t.Providers == 0 {
		providers = "can’t be read"
	}
	held, part := "can’t be told", "can’t be told"
	if now >= 0 {
		share = float64(t.Rows) / float64(t.Rows+now)
		held, part = number(now), "at most "+shareOf(share)
	}
	return []component.Cell{
		{Body: string(t.Delivery), Href: s.deliveryLink(r, t.Delivery) + "#change"},
		what,
		{Body: period},
		{Body: number(t.Rows)},
		{Body: providers, Words: t.Providers == 0},
		{Body: held, Words: now < 0},
		{Body: part, Words: now < 0},
	}, share
}

// wholeRow is the row of a file of which nothing was read.
func (s *Server) wholeRow(r *request, d delivery.Delivery) []component.Cell {
	what, period := "any: it isn’t known what the file is", "can’t be read"
	if d.Source != "" {
		what = "any of " + s.sourceName(d.Source)
	}
	if !d.Period.IsZero() {
		period = d.Period.Words()
	}
	return []component.Cell{
		{Body: string(d.ID), Href: s.deliveryLink(r, d.ID) + "#change"},
		{Body: what},
		{Body: period},
		{Body: "the whole file", Words: true},
		{Body: "can’t be read", Words: true},
		{Body: "can’t be told", Words: true},
		{Body: "can’t be told", Words: true},
	}
}

// shareOf is a share as people read it: never 0% of something.
func shareOf(share float64) string {
	text := strconv.FormatFloat(100*share, 'f', 1, 64)
	if text == "0.0" && share > 0 {
		return "0.1%"
	}
	return text + "%"
}

// changeLead says in a sentence how much the refused rows could move.
func changeLead(touches []store.Touch, most float64) string {
	indicators, periods := map[indicator.ID]bool{}, map[calendar.Period]bool{}
	for _, t := range touches {
		if t.Indicator != "" {
			indicators[t.Indicator] = true
		}
		if !t.Period.IsZero() {
			periods[t.Period] = true
		}
	}
	if len(indicators) == 0 {
		return "Of no refused row can it be read which indicator it is about; what they could change is listed as far as it can be told."
	}
	return fmt.Sprintf("Refused rows touch %s in %s; where the rows held can be counted, at most %s of a period’s rows.",
		count(len(indicators), "indicator", "indicators"), count(len(periods), "period", "periods"), shareOf(most))
}

// offeredFigures adds the figures that stand now beside those that the refused rows of one
// delivery would put in their place, for the providers that the viewer may see.
func (s *Server) offeredFigures(r *request, d delivery.Delivery, c *couldChange) error {
	list, err := s.store.Offers(r.Context(), r.scope, d.ID, offersShown)
	if err != nil || len(list) == 0 {
		return err
	}
	names, err := s.names(r)
	if err != nil {
		return err
	}
	table := component.Table{
		Caption: "Figures now, and if the refused rows were taken", Dense: true,
		Columns: []component.Column{
			{Heading: "Row", Numeric: true},
			{Heading: "Provider"},
			{Heading: "Indicator"},
			{Heading: "Period"},
			{Heading: "Figure now", Numeric: true},
			{Heading: "If the row were taken", Numeric: true},
		},
	}
	for _, x := range list {
		r.shown("provider/" + string(x.Refused.Org))
		who := string(x.Refused.Org)
		if name := names[who]; name != "" {
			who = name + " (" + who + ")"
		}
		what, figure := string(x.Refused.Indicator), func(indicator.Reading) string { return "not defined" }
		if def := s.Catalogue.Get(x.Refused.Indicator); def != nil {
			what, figure = def.Name, func(o indicator.Reading) string { return figureOf(def, o) }
		}
		now, then := "none held", "can’t be read"
		if x.Held.Presence != "" {
			now = figure(x.Held)
		}
		if x.Refused.Presence != "" {
			then = figure(x.Refused)
		}
		table.Rows = append(table.Rows, []component.Cell{
			{Body: x.Refused.Rows}, {Body: who}, {Body: what}, {Body: x.Refused.Period.Words()}, {Body: now}, {Body: then, Words: x.Refused.Presence == ""},
		})
	}
	c.Offers = len(list)
	c.Figures = component.Region{Name: "Figures now, and if the refused rows were taken", Body: table}
	return nil
}

// figureOf is a reading's figure in the indicator's unit, or its kind of no value.
func figureOf(d *indicator.Definition, o indicator.Reading) string {
	if o.Presence != indicator.Valued {
		return presenceWords(o.Presence)
	}
	return watch.Format(d)(watch.Shown(d, &indicator.Observation{Reading: o}))
}

// deliveryChange fills in what the refused rows of one delivery could change.
func (s *Server) deliveryChange(r *request, d delivery.Delivery, p *deliveryPage) (err error) {
	if p.Change, err = s.couldChange(r, []delivery.Delivery{d}); err != nil {
		return err
	}
	return s.offeredFigures(r, d, p.Change)
}
